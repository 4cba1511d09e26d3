"""Like-for-like cells as sums: what is compared inside them, by the slope with tenure and against the newest band."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

Measure = Literal["price", "comparator"]
"""The log of the price alone, or of the price over its own comparator."""
CELL = ("product", "place", "cell")
TENURE_UNKNOWN = -1
_SUMS = ("n", "ny", "sx", "sxx", "sy", "syy", "sxy", "nz", "szx", "szxx", "sz", "szz", "sxz", "sp", "sc")
_COLUMNS: dict[Measure, tuple[str, str, str, str, str]] = {
    "price": ("ny", "sx", "sxx", "sy", "sxy"),
    "comparator": ("nz", "szx", "szxx", "sz", "sxz"),
}
"""Customers of whom it is known, and the sums of tenure, its square, the logarithm and its product with tenure."""


class Compared(NamedTuple):
    """What cells say: tops and bottoms of those that say something, whose ratio of sums is the estimate.

    ``cells`` and ``of`` are all cells and their customers, ``n`` the customers of those that say something.
    """

    tops: npt.NDArray[np.float64]
    bottoms: npt.NDArray[np.float64]
    n: int
    of: int
    cells: int


def tidy(cells: pl.DataFrame) -> pl.DataFrame:
    """One row a cell and band: product, place, the cell's number, band and every sum as Int128; rows of one key are
    added.

    How they were split is gone after this. Their order is any: whatever is summed later is rounded once.
    """
    numbered = cells.group_by(list(CELL)).agg(pl.col("band", *_SUMS)).with_row_index("number").drop("cell")
    sums = [pl.col(name).cast(pl.Int128).sum() for name in _SUMS]
    places = [pl.col("product", "place").first()]
    return numbered.explode("band", *_SUMS).group_by("number", "band").agg(*places, *sums)


def of_known_tenure(cells: pl.DataFrame) -> pl.DataFrame:
    """Without the customers whose tenure is not known: nothing here can place them."""
    return cells.filter(pl.col("band") != TENURE_UNKNOWN)


def slopes(cells: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    """The slope of the logarithm on tenure in months inside cells (tidy rows, of known tenure), as ``_pairs``.

    With a mean of its own for every cell (fixed effects), the slope is Σ Sxy / Σ Sxx over cells, where
    Sxx = Σx² - (Σx)²/n and Sxy = Σxy - Σx Σy/n are a cell's sums of squares and products about its own means. A cell's
    score, Σ (x - x̄) times what the slope b leaves unexplained of y - ȳ, is Sxy - b Sxx: so nothing but the sums of a
    cell is needed for the estimate or its interval. Bands of a cell are added first: a cell has one mean. Both sums are
    reckoned as n Sxx and n Sxy in whole numbers, so that a cell in which all pay the same gives exactly nothing.
    """
    n, x, xx, y, xy = (pl.col(name) for name in _COLUMNS[measure])
    places = [pl.col("product", "place").first()]
    whole = cells.group_by("number").agg(*places, pl.col("n", "ny", "nz", *_COLUMNS[measure][1:]).sum())
    return _pairs(whole, n, n * xy - x * y, n * xx - x * x, n)


def newest(cells: pl.DataFrame, k: int) -> dict[str, int]:
    """The first band in which a product has k customers: of what is judged at renewal, nobody is in the very first."""
    sizes = cells.group_by("product", "band").agg(pl.col("n").sum()).filter(pl.col("n") >= k)
    return dict(sizes.group_by("product").agg(pl.col("band").min()).iter_rows())


def gaps(cells: pl.DataFrame, measure: Measure, later: int, first: Mapping[str, int]) -> pl.DataFrame:
    """How the customers of a later band stand to those of the newest in the same cell (tidy rows), as ``_pairs``.
    ``first``: the newest band of each product.

    The estimate is the mean over the later customers of the logarithm less the mean of the newest in their cell:
    Σ (Σy - m Σy₀/n₀) / Σ m over cells, m customers of the later band and n₀ of the newest. A cell without both says
    nothing; its later customers are not matched.
    """
    count, y = _COLUMNS[measure][0], _COLUMNS[measure][3]
    begun = pl.col("product").replace_strict(first, default=later, return_dtype=pl.Int64)
    own = cells.filter(pl.col("band") == later, begun < later)
    others = cells.filter(pl.col("band") == begun).select("number", n0=count, y0=y)
    met = own.join(others, on="number", how="left").with_columns(pl.col("n0", "y0").fill_null(0))
    n, n0 = pl.col(count), pl.col("n0")
    return _pairs(met, n, pl.col(y) * n0 - n * pl.col("y0"), n * n0, n0)


def _pairs(cells: pl.DataFrame, n: pl.Expr, top: pl.Expr, bottom: pl.Expr, over: pl.Expr) -> pl.DataFrame:
    """One row a cell: product, place, customers ``of``, and those who say something: ``n``, ``top`` and ``bottom``.

    A cell that says nothing has a bottom of 0.
    """
    divisor = pl.when(over > 0).then(over).otherwise(1).cast(pl.Float64)
    return cells.select(
        "product",
        "place",
        of="n",
        n=pl.when(bottom > 0).then(n).otherwise(0),
        top=top.cast(pl.Float64) / divisor,
        bottom=bottom.cast(pl.Float64) / divisor,
    )


def compared(pairs: pl.DataFrame) -> Compared:
    """What some cells come to."""
    told = pairs.filter(pl.col("bottom") > 0)
    tops, bottoms = told["top"].to_numpy(), told["bottom"].to_numpy()
    return Compared(tops, bottoms, int(told["n"].sum()), int(pairs["of"].sum()), pairs.height)


def by_product(pairs: pl.DataFrame) -> Mapping[str | None, Compared]:
    """What the cells of each product come to, and under ``None`` those of all."""
    parts = pairs.partition_by("product", as_dict=True).items()
    return {None: compared(pairs), **{str(product): compared(own) for (product,), own in parts}}
