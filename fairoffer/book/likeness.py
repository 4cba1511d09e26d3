"""Like-for-like cells as sums: what is compared inside them, by the slope with tenure and against the newest band."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

import polars as pl

Measure = Literal["price", "comparator"]
"""The log of the price alone, or of the price over its own comparator."""
SCALE = 10_000
"""Units in 1 of a natural logarithm."""
CELL = ("product", "place", "cell")
KEY = (*CELL, "band")
TENURE_UNKNOWN = -1
_SUMS = ("n", "ny", "sx", "sxx", "sy", "syy", "sxy", "nz", "szx", "szxx", "sz", "szz", "sxz", "sp", "sc")
_COLUMNS: dict[Measure, tuple[str, str, str, str, str]] = {
    "price": ("ny", "sx", "sxx", "sy", "sxy"),
    "comparator": ("nz", "szx", "szxx", "sz", "sxz"),
}
"""Customers of whom it is known, and the sums of tenure, its square, the logarithm and its product with tenure."""


class Compared(NamedTuple):
    """What cells say: one pair a cell, whose tops over bottoms is the estimate; and how many customers they hold.

    ``of`` and ``cells`` are the customers and cells that it is about; ``n`` and those of the pairs, the matched ones.
    """

    tops: list[float]
    bottoms: list[float]
    n: int
    of: int
    cells: int


def tidy(cells: pl.DataFrame) -> pl.DataFrame:
    """One row a cell and band, sorted by them, every sum an Int128; rows of one key are added.

    Their order and how they were split is gone after this, and with it whatever could depend on either.
    """
    sums = [pl.col(name).cast(pl.Int128).sum() for name in _SUMS]
    return cells.group_by(list(KEY)).agg(sums).sort(list(KEY))


def of_known_tenure(cells: pl.DataFrame) -> pl.DataFrame:
    """Without the customers whose tenure is not known: nothing here can place them."""
    return cells.filter(pl.col("band") != TENURE_UNKNOWN)


def slopes(cells: pl.DataFrame, measure: Measure) -> Compared:
    """The slope of the logarithm on tenure in months inside cells (tidy rows, of known tenure).

    With a mean of its own for every cell (fixed effects), the slope is Σ Sxy / Σ Sxx over cells, where
    Sxx = Σx² - (Σx)²/n and Sxy = Σxy - Σx Σy/n are a cell's sums of squares and products about its own means. A cell's
    score, Σ (x - x̄) times what the slope b leaves unexplained of y - ȳ, is Sxy - b Sxx: so nothing but the sums of a
    cell is needed for the estimate or its interval. Bands of a cell are added first: a cell has one mean. Both sums are
    reckoned as n Sxx and n Sxy in whole numbers, so that a cell in which all pay the same gives exactly nothing.
    """
    n, x, xx, y, xy = (pl.col(name) for name in _COLUMNS[measure])
    whole = cells.group_by(list(CELL)).agg(pl.col(_SUMS).sum()).sort(list(CELL))
    found = (
        whole.filter(n > 0)
        .select(n, top=_over(n * xy - x * y, n), bottom=_over(n * xx - x * x, n))
        .filter(pl.col("bottom") > 0)
    )
    return _compared(found, _COLUMNS[measure][0], int(whole["n"].sum()), whole.height)


def gaps(cells: pl.DataFrame, measure: Measure, later: int, newest: int) -> Compared:
    """How the customers of a later band stand to those of the newest in the same cell (tidy rows).

    The estimate is the mean over the later customers of the logarithm less the mean of the newest in their cell:
    Σ (Σy - m Σy₀/n₀) / Σ m over cells, m customers of the later band and n₀ of the newest. A cell without both says
    nothing; its later customers are not matched.
    """
    count, y = _COLUMNS[measure][0], _COLUMNS[measure][3]
    own = cells.filter(pl.col("band") == later)
    first = cells.filter(pl.col("band") == newest).select(*CELL, n0=count, y0=y)
    met = own.join(first, on=list(CELL), how="inner", nulls_equal=True).sort(list(CELL))
    n, n0 = pl.col(count), pl.col("n0")
    found = met.filter((n > 0) & (n0 > 0)).select(
        n, top=_over(pl.col(y) * n0 - n * pl.col("y0"), n0), bottom=n.cast(pl.Float64)
    )
    return _compared(found, count, int(own["n"].sum()), own.height)


def _over(top: pl.Expr, bottom: pl.Expr) -> pl.Expr:
    return top.cast(pl.Float64) / bottom.cast(pl.Float64)


def _compared(found: pl.DataFrame, count: str, of: int, cells: int) -> Compared:
    return Compared(found["top"].to_list(), found["bottom"].to_list(), int(found[count].sum()), of, cells)


def by_product(cells: pl.DataFrame) -> Iterable[tuple[str, pl.DataFrame]]:
    """The cells of each product, in the order of their names."""
    for product, own in cells.partition_by("product", as_dict=True, maintain_order=True).items():
        yield str(product[0]), own
