"""Prices that walk up with tenure, by product and place: what the check on a book is decided by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

import polars as pl

from fairoffer.book import bands as tenures
from fairoffer.book import discovery, likeness
from fairoffer.book.entries import number, percent, share, too_few
from fairoffer.book.likeness import Compared, Measure
from fairoffer.book.logs import SCALE
from fairoffer.book.pooled import Pooled, pooled
from fairoffer.model.part import Months

_MONTHS = 12
_PLACE = ("product", "place")
MEASURES: tuple[Measure, ...] = ("price", "comparator")


class Walk(NamedTuple):
    """The slope of the price with tenure at a product and place; numbers are ``None`` where it is thin.

    ``slope`` from ``low`` to ``high`` is in percent a year, ``rise`` from ``rise_low`` to ``rise_high`` in percent from
    the mean tenure of the first band with k customers (``against_months``) to that of the last (``tenure_months``),
    ``span`` months apart. Intervals allow
    for how many walks there are: of those whose interval leaves out nothing, one in twenty may do so by chance.
    """

    product: str
    place: str
    n: int
    cells: int
    clusters: int
    share_matched: Decimal | None
    basis: Measure
    thin: str | None = None
    against_months: Months | None = None
    tenure_months: Months | None = None
    slope: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    span: Decimal | None = None
    rise: Decimal | None = None
    rise_low: Decimal | None = None
    rise_high: Decimal | None = None
    p: Decimal | None = None
    p_adjusted: Decimal | None = None

    def fails(self, tolerance: Decimal) -> bool:
        """Whether the price rises by more than ``tolerance`` percent over the observed span, chance allowed for."""
        return self.thin is None and self.rise_low is not None and self.rise_low > tolerance


class _Span(NamedTuple):
    first: Months
    last: Months
    months: float


class _Path(NamedTuple):
    walk: Walk
    found: Pooled | None
    months: float


def walks(cells: pl.DataFrame, bands: Sequence[int], k: int) -> list[Walk]:
    """One walk for every product and place, sorted by them; ``cells`` as ``likeness.tidy`` takes them.

    It is the price over its own comparator where half of the customers have one, since a comparator is for the same
    risk and services and cells may not hold all of either; else the price alone.
    """
    known = likeness.of_known_tenure(likeness.tidy(cells))
    pairs = {measure: _placed(likeness.slopes(known, measure)) for measure in MEASURES}
    spans = _spans(known, bands, k)
    counts = known.group_by(list(_PLACE)).agg(pl.col("ny", "nz").sum()).sort(list(_PLACE))
    paths = []
    for product, place, ny, nz in counts.iter_rows():
        where = (str(product), str(place))
        basis: Measure = "comparator" if 2 * nz >= ny else "price"
        paths.append(_path(where, pairs[basis][where], basis, spans.get(where), k))
    return list(_allowed(paths))


def _placed(pairs: pl.DataFrame) -> dict[tuple[str, str], Compared]:
    parts = pairs.partition_by(list(_PLACE), as_dict=True).items()
    return {(str(product), str(place)): likeness.compared(own) for (product, place), own in parts}


def _path(where: tuple[str, str], compared: Compared, basis: Measure, span: _Span | None, k: int) -> _Path:
    found = pooled(compared.tops, compared.bottoms)
    thin = too_few(found, len(compared.bottoms), compared.n, compared.of, k)
    if thin is None and span is None:
        thin = f"fewer than two bands of tenure hold {k} customers"
    matched = share(compared.n, compared.of)
    walk = Walk(
        *where,
        n=compared.n,
        cells=compared.cells,
        clusters=len(compared.bottoms),
        share_matched=Decimal(matched) if matched else None,
        basis=basis,
        thin=thin,
        against_months=span.first if span else None,
        tenure_months=span.last if span else None,
    )
    return _Path(walk, found, span.months if span else 0.0)


def _spans(cells: pl.DataFrame, bands: Sequence[int], k: int) -> dict[tuple[str, str], _Span]:
    """From the mean tenure of the first band with k customers to that of the last, where there are two."""
    sums = cells.group_by(*_PLACE, "band").agg(pl.col("ny", "sx").sum()).filter(pl.col("ny") >= k).sort("band")
    means: defaultdict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for product, place, band, n, x in sums.select(*_PLACE, "band", "ny", "sx").iter_rows():
        means[str(product), str(place)].append((band, int(x) / int(n)))
    return {
        where: _Span(tenures.months(bands, own[0][0]), tenures.months(bands, own[-1][0]), own[-1][1] - own[0][1])
        for where, own in means.items()
        if len(own) > 1
    }


def _allowed(paths: Sequence[_Path]) -> Iterator[Walk]:
    chances = [path.found.chance for path in paths if path.walk.thin is None and path.found is not None]
    adjusted, outside = iter(discovery.adjusted(chances)), discovery.outside(chances)
    for walk, found, months in paths:
        if walk.thin is not None or found is None:
            yield walk
            continue
        ends = (found.value, *found.between(outside))
        slope, low, high = (_percent(_MONTHS * end) for end in ends)
        rise, rise_low, rise_high = (_percent(months * end) for end in ends)
        yield walk._replace(
            slope=slope,
            low=low,
            high=high,
            span=Decimal(number(months)),
            rise=rise,
            rise_low=rise_low,
            rise_high=rise_high,
            p=Decimal(number(found.chance)),
            p_adjusted=Decimal(number(next(adjusted))),
        )


def _percent(logarithm: float) -> Decimal:
    return Decimal(number(percent(logarithm / SCALE)))
