"""Prices that walk up with tenure, by product and place: what the check on a book is decided by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

import polars as pl

from fairoffer.book import discovery, likeness
from fairoffer.book.entries import number, percent, too_few
from fairoffer.book.likeness import SCALE, Measure
from fairoffer.book.pooled import Pooled, pooled

_MONTHS = 12


class Walk(NamedTuple):
    """The slope of the price with tenure at a product and place; numbers are ``None`` where it is thin.

    ``slope`` from ``low`` to ``high`` is in percent a year, ``rise`` from ``rise_low`` to ``rise_high`` in percent from
    the mean tenure of the first band with k customers to that of the last, ``span`` months apart. Intervals allow
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


class _Path(NamedTuple):
    walk: Walk
    found: Pooled | None
    months: float


def walks(cells: pl.DataFrame, bands: Sequence[int], k: int) -> list[Walk]:
    """One walk for every product and place, sorted by them; ``cells`` as ``likeness.tidy`` takes them.

    It is the price over its own comparator where half of the customers have one, since a comparator is for the same
    risk and services and cells may not hold all of either; else the price alone.
    """
    tidied = likeness.of_known_tenure(likeness.tidy(cells))
    paths = [
        _path(str(product), str(place), own, len(bands), k)
        for (product, place), own in tidied.partition_by("product", "place", as_dict=True, maintain_order=True).items()
    ]
    return list(_allowed(paths))


def _path(product: str, place: str, cells: pl.DataFrame, bands: int, k: int) -> _Path:
    n = int(cells["n"].sum())
    basis: Measure = "comparator" if 2 * int(cells["nz"].sum()) >= int(cells["ny"].sum()) else "price"
    compared = likeness.slopes(cells, basis)
    found, months = pooled(compared.tops, compared.bottoms), _span(cells, bands, k)
    thin = too_few(found, len(compared.bottoms), compared.n, compared.of, k)
    if thin is None and months is None:
        thin = f"fewer than two bands of tenure hold {k} customers"
    matched = Decimal(number(compared.n / n)) if n else None
    walk = Walk(product, place, compared.n, compared.cells, len(compared.bottoms), matched, basis, thin)
    return _Path(walk, found, months or 0.0)


def _span(cells: pl.DataFrame, bands: int, k: int) -> float | None:
    """Months from the mean tenure of the first band with k customers to that of the last; ``None``: no two bands."""
    sums = cells.group_by("band").agg(pl.col("ny", "sx").sum()).filter(pl.col("ny") >= k).sort("band")
    means = [int(x) / int(n) for n, x in sums.select("ny", "sx").iter_rows()]
    return means[-1] - means[0] if len(means) > 1 else None


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
