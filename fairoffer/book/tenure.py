"""Price by tenure: raw averages, the slope inside like-for-like cells, and later customers against the newest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from fairoffer.book import bands as tenures
from fairoffer.book import likeness, sentences
from fairoffer.book.entries import Draft, number, percent, share, too_few, with_estimate
from fairoffer.book.likeness import Compared, Measure
from fairoffer.book.logs import SCALE
from fairoffer.book.pooled import pooled
from fairoffer.model.part import Months
from fairoffer.model.statistics import Mean, Statistic
from fairoffer.money import plain, round_half_up

MEASURES: dict[Measure, str] = {"price": sentences.PRICE, "comparator": sentences.COMPARATOR}
COUNTS: dict[Measure, str] = {"price": "ny", "comparator": "nz"}
_MONTHS = 12
_PRICE_UNITS = 10_000
SLOPE = (
    "slope of the log price on tenure with a mean of its own for every like-for-like cell; interval by leaving out one "
    "cell at a time, Student's t"
)
GAP = (
    "mean over the later customers of the log price less that of the newest customers in their cell; interval by "
    "leaving out one cell at a time, Student's t"
)
RAW = "mean price a year of all customers of a band, with nothing held equal"


class Average(NamedTuple):
    """A band: its number, its customers whose price is known, and what they pay a year in ten-thousandths."""

    band: int
    n: int
    price: int


def drafts(cells: pl.DataFrame, bands: Sequence[int], k: int, places: int) -> Iterator[Draft]:
    """Entries of every product with k customers or more whose tenure is known, and of all together if they are several.

    ``cells``: tidy rows. ``places``: decimals of the currency.
    """
    known = likeness.of_known_tenure(cells)
    sizes = known.group_by("product").agg(pl.col("n").sum()).filter(pl.col("n") >= k)
    products: list[str | None] = [*sorted(map(str, sizes["product"]))]
    averages = _averages(known, k)
    slopes = {measure: likeness.by_product(likeness.slopes(known, measure)) for measure in _measures(known)}
    newest = likeness.newest(known, k)
    gaps = {
        (measure, later): likeness.by_product(likeness.gaps(known, measure, later, newest))
        for measure in slopes
        for later in range(1, len(bands))
    }
    for product in [None, *products] if len(products) > 1 else products:
        yield from _raw(product, averages[product], bands, places)
        for measure, found in slopes.items():
            yield from _gradient(product, found[product], measure, k)
        for (measure, later), found in gaps.items():
            months = tenures.months(bands, later), _against(product, newest, bands)
            yield from _matched(product, found.get(product), measure, months, k)


def _measures(cells: pl.DataFrame) -> list[Measure]:
    """Those that somebody has: a book may have no comparators."""
    return [measure for measure, count in COUNTS.items() if cells[count].sum()]


def _averages(cells: pl.DataFrame, k: int) -> Mapping[str | None, list[Average]]:
    """Bands with k customers or more whose price is known, by product and under ``None`` of all, in their order."""
    sums = cells.group_by("product", "band").agg(pl.col("ny", "sp").sum())
    whole = sums.group_by("band").agg(pl.col("ny", "sp").sum(), product=pl.lit(None, pl.String).first())
    found: defaultdict[str | None, list[Average]] = defaultdict(list)
    for product, *average in pl.concat([sums, whole], how="diagonal").sort("band").iter_rows():
        band, n, price = map(int, average)
        if n >= k:
            found[product].append(Average(band, n, price))
    return found


def _raw(product: str | None, rows: Sequence[Average], bands: Sequence[int], places: int) -> Iterable[Draft]:
    if len(rows) < 2:
        return []
    means = [
        Mean(
            tenure_months=tenures.months(bands, band),
            n=n,
            price=plain(round_half_up(price, n * _PRICE_UNITS, places)),
        )
        for band, n, price in rows
    ]
    (_, n0, first), (_, n1, last) = rows[0], rows[-1]
    rise = number(100 * (last * n0 - first * n1) / (first * n1)) if first else None
    entry = Statistic(
        id=f"raw/{product or '*'}",
        kind="raw",
        product=product,
        measure="mean price",
        tenure_months=means[-1].tenure_months,
        against_months=means[0].tenure_months,
        estimate=rise,
        unit="percent",
        n=sum(mean.n for mean in means),
        adjusted=False,
        means=means,
        method=RAW,
        thin=None if first else "the newest customers pay nothing",
    )
    return [Draft(entry.model_copy(update={"says": sentences.raw(entry)}))]


def _gradient(product: str | None, compared: Compared, measure: Measure, k: int) -> Iterable[Draft]:
    entry = _entry("gradient", product, measure, compared, None, None)
    return [_draft(entry, compared, k, _MONTHS)]


def _against(product: str | None, newest: Mapping[str, int], bands: Sequence[int]) -> Months | None:
    """The newest band of a product; of all together, where it is the same of each."""
    found = {band for name, band in newest.items() if product in (None, name)}
    return tenures.months(bands, found.pop()) if len(found) == 1 else None


def _matched(
    product: str | None, compared: Compared | None, measure: Measure, months: tuple[Months, Months | None], k: int
) -> Iterable[Draft]:
    if compared is None or compared.of < k:
        return []
    return [_draft(_entry("matched", product, measure, compared, *months), compared, k, 1)]


def _entry(
    kind: str,
    product: str | None,
    measure: Measure,
    compared: Compared,
    later: Months | None,
    newest: Months | None,
) -> Statistic:
    pieces = [kind, measure, *([tenures.short(later)] if later else []), product or "*"]
    return Statistic(
        id="/".join(pieces),
        kind=kind,
        product=product,
        measure=MEASURES[measure],
        tenure_months=later,
        against_months=newest,
        unit="percent a year" if kind == "gradient" else "percent",
        n=compared.n,
        cells=compared.cells,
        clusters=len(compared.bottoms),
        share_matched=share(compared.n, compared.of),
        method=SLOPE if kind == "gradient" else GAP,
    )


def _draft(entry: Statistic, compared: Compared, k: int, times: int) -> Draft:
    """The entry with its estimate; ``times``: how often what was measured goes into what is shown."""
    found = pooled(compared.tops, compared.bottoms)
    thin = too_few(found, len(compared.bottoms), compared.n, compared.of, k)
    if thin is not None or found is None:
        return Draft(entry.model_copy(update={"thin": thin}))
    return with_estimate(entry, found, lambda value: percent(times * value / SCALE))
