"""Prices that walk up with tenure, by product and place: what the check on a book is decided by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations
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
    """How the price moves with tenure at a product and place; numbers are ``None`` where it is thin.

    ``slope`` from ``low`` to ``high`` is that of a straight line, in percent a year over ``span`` months. Prices may
    also jump, so every band is held against every earlier one as well: ``rise`` from ``rise_low`` to ``rise_high``, in
    percent from ``against_months`` to ``tenure_months``, is the one whose lower end is the highest, of the line or of a
    jump, and ``most`` the upper end of all of them. Intervals allow for how many there are: of those that leave out
    nothing, one in twenty may do so by chance.
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
    most: Decimal | None = None
    p: Decimal | None = None
    p_adjusted: Decimal | None = None

    def fails(self, tolerance: Decimal) -> bool:
        """Whether the price rises by more than ``tolerance`` percent over the observed span, chance allowed for."""
        return self.thin is None and self.rise_low is not None and self.rise_low > tolerance


class _Span(NamedTuple):
    first: Months
    last: Months
    months: float


class _Rise(NamedTuple):
    """One way in which a price may rise: what is pooled goes ``times`` into the rise from one band to another."""

    found: Pooled
    times: float
    first: Months
    last: Months


class _Path(NamedTuple):
    walk: Walk
    slope: Pooled | None
    span: _Span | None
    jumps: list[_Rise]

    @property
    def rises(self) -> list[_Rise]:
        line = [] if self.slope is None or self.span is None else [_Rise(self.slope, self.span.months, *self.span[:2])]
        return [*line, *self.jumps]


def walks(cells: pl.DataFrame, bands: Sequence[int], k: int) -> list[Walk]:
    """One walk for every product and place, sorted by them; ``cells`` as ``likeness.tidy`` takes them.

    It is the price over its own comparator where half of the customers have one, since a comparator is for the same
    risk and services and cells may not hold all of either; else the price alone.
    """
    known = likeness.of_known_tenure(likeness.tidy(cells))
    pairs = {measure: _placed(likeness.slopes(known, measure)) for measure in MEASURES}
    spans = _spans(known, bands, k)
    jumps = {measure: _jumps(known, measure, bands, k) for measure in MEASURES}
    counts = known.group_by(list(_PLACE)).agg(pl.col("ny", "nz").sum()).sort(list(_PLACE))
    paths = []
    for product, place, ny, nz in counts.iter_rows():
        where = (str(product), str(place))
        basis: Measure = "comparator" if 2 * nz >= ny else "price"
        paths.append(_path(where, pairs[basis][where], basis, spans.get(where), jumps[basis][where], k))
    return list(_allowed(paths))


def _placed(pairs: pl.DataFrame) -> dict[tuple[str, str], Compared]:
    parts = pairs.partition_by(list(_PLACE), as_dict=True).items()
    return {(str(product), str(place)): likeness.compared(own) for (product, place), own in parts}


def _jumps(
    cells: pl.DataFrame, measure: Measure, bands: Sequence[int], k: int
) -> defaultdict[tuple[str, str], list[_Rise]]:
    """Every later band against every earlier one, where enough customers of it stand in a cell with both."""
    found: defaultdict[tuple[str, str], list[_Rise]] = defaultdict(list)
    products = cells["product"].unique().to_list()
    for earlier, later in combinations(range(len(bands)), 2):
        ends = tenures.months(bands, earlier), tenures.months(bands, later)
        for where, compared in _placed(likeness.gaps(cells, measure, later, dict.fromkeys(products, earlier))).items():
            gap = pooled(compared.tops, compared.bottoms)
            if gap is not None and too_few(gap, len(compared.bottoms), compared.n, compared.of, k) is None:
                found[where].append(_Rise(gap, 1.0, *ends))
    return found


def _path(
    where: tuple[str, str], compared: Compared, basis: Measure, span: _Span | None, jumps: list[_Rise], k: int
) -> _Path:
    found = pooled(compared.tops, compared.bottoms)
    thin = too_few(found, len(compared.bottoms), compared.n, compared.of, k)
    if thin is None and span is None:
        thin = f"fewer than two bands of tenure hold {k} customers"
    slope = found if thin is None else None
    thin = None if jumps else thin
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
    return _Path(walk, slope, span, jumps)


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
    """The walks with their numbers, after allowing for how many rises there are."""
    chances = [rise.found.chance for path in paths for rise in path.rises]
    adjusted, outside = iter(discovery.adjusted(chances)), discovery.outside(chances)
    for path in paths:
        if path.rises:
            yield _with_rise(path, [(next(adjusted), rise) for rise in path.rises], outside)
        else:
            yield path.walk


def _with_rise(path: _Path, rises: Sequence[tuple[float, _Rise]], outside: float) -> Walk:
    chance, decisive = max(rises, key=lambda pair: pair[1].times * pair[1].found.between(outside)[0])
    rise, low, high = (_percent(decisive.times * end) for end in _ends(decisive.found, outside))
    walk = path.walk._replace(
        against_months=decisive.first,
        tenure_months=decisive.last,
        rise=rise,
        rise_low=low,
        rise_high=high,
        most=max(_percent(one.times * one.found.between(outside)[1]) for _, one in rises),
        p=Decimal(number(decisive.found.chance)),
        p_adjusted=Decimal(number(chance)),
    )
    if path.slope is None or path.span is None:
        return walk
    slope, low, high = (_percent(_MONTHS * end) for end in _ends(path.slope, outside))
    return walk._replace(slope=slope, low=low, high=high, span=Decimal(number(path.span.months)))


def _ends(found: Pooled, outside: float) -> tuple[float, float, float]:
    return found.value, *found.between(outside)


def _percent(logarithm: float) -> Decimal:
    return Decimal(number(percent(logarithm / SCALE)))
