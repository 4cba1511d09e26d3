"""Books of customers drawn by chance, and the sums that an audit would make of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

BANDS = (1, 12, 24, 60)
BUCKETS = 32
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Market:
    """How prices are made: in logs, ``walk`` a year of tenure, ``walk_sd`` more or less of it in every cell."""

    products: int = 1
    cells: int = 40
    customers: float = 40.0
    """In a cell of middling size."""
    uneven: float = 0.8
    """Of the sizes of cells: the standard deviation of their logs."""
    walk: float = 0.0
    walk_sd: float = 0.0
    noise: float = 0.05
    mix: float = 0.0
    """Log price of a cell for every year that its customers are longer there than others: no walk, and yet a rise."""


def book(market: Market, rng: np.random.Generator) -> pl.DataFrame:
    """Customers: product, cell, tenure in months, price and comparator."""
    sizes = np.maximum(2, rng.lognormal(np.log(market.customers), market.uneven, market.products * market.cells))
    cell = np.repeat(np.arange(len(sizes)), sizes.astype(int))
    cells = len(sizes)
    typical = rng.gamma(4.0, 8.0, cells)
    tenure = np.maximum(1, rng.gamma(1.5, typical[cell] / 1.5)).astype(int)
    base = rng.normal(6.0, 0.3, cells) + market.mix * (typical - 32.0) / 12
    walk = rng.normal(market.walk, market.walk_sd, cells)
    comparator = np.exp(base[cell] + rng.normal(0, 0.03, len(cell)))
    price = comparator * np.exp(walk[cell] * tenure / 12 + rng.normal(0, market.noise, len(cell)))
    return pl.DataFrame(
        {
            "product": [f"p{one // market.cells}" for one in cell],
            "cell": [f"c{one}" for one in cell],
            "tenure": tenure,
            "price": np.maximum(1, np.rint(price * 10_000)).astype(np.int64),
            "comparator": np.maximum(1, np.rint(comparator * 10_000)).astype(np.int64),
        }
    )


def logs(rows: pl.DataFrame, bands: Sequence[int] = BANDS) -> pl.DataFrame:
    """With band, y and z as whole ten-thousandths of a log."""
    price, other = pl.col("price").cast(pl.Float64).log(), pl.col("comparator").cast(pl.Float64).log()
    return rows.with_columns(
        band=pl.sum_horizontal([(pl.col("tenure") >= first).cast(pl.Int32) for first in bands]) - 1,
        y=(10_000 * price).round().cast(pl.Int64),
        z=(10_000 * (price - other)).round().cast(pl.Int64),
    )


def sums(rows: pl.DataFrame, bands: Sequence[int] = BANDS) -> pl.DataFrame:
    """One row a cell and band, as statistics take them; a comparator may be null."""
    x, y, z = pl.col("tenure").cast(pl.Int64), pl.col("y"), pl.col("z")
    has = z.is_not_null().cast(pl.Int64)
    place = pl.col("place") if "place" in rows.columns else pl.lit("")
    return (
        logs(rows, bands)
        .with_columns(place=place)
        .group_by("product", "place", "cell", "band")
        .agg(
            n=pl.len().cast(pl.Int64),
            ny=pl.len().cast(pl.Int64),
            sx=x.sum(),
            sxx=(x * x).sum(),
            sy=y.sum(),
            syy=(y * y).sum(),
            sxy=(x * y).sum(),
            nz=has.sum(),
            szx=(x * has).sum(),
            szxx=(x * x * has).sum(),
            sz=z.sum(),
            szz=(z * z).sum(),
            sxz=(x * z).sum(),
            sp=pl.col("price").sum(),
            sc=pl.col("comparator").sum(),
        )
    )


def bearers(rng: np.random.Generator, customers: int, *, loss: float = 1.0, older: float = 0.0) -> pl.DataFrame:
    """Customers under slot 0: product, band, vulnerable, bucket, gap a year.

    A vulnerable customer loses ``loss`` times as much as another of the same tenure; ``older`` shifts them to later
    bands, in which everybody loses more.
    """
    vulnerable = rng.random(customers) < 0.2
    band = np.minimum(3, rng.poisson(1.2 + older * vulnerable))
    worse = rng.random(customers) < 0.15 + 0.1 * band
    gap = worse * rng.lognormal(3.0 + 0.3 * band, 0.8) * np.where(vulnerable, loss, 1.0)
    return pl.DataFrame(
        {
            "product": np.where(rng.random(customers) < 0.5, "p0", "p1"),
            "band": band.astype(np.int32),
            "vulnerable": vulnerable.astype(np.int8),
            "bucket": rng.integers(0, BUCKETS, customers),
            "gap": np.rint(10_000 * gap).astype(np.int64),
        }
    )


def shares(rows: pl.DataFrame, slot: int = 0) -> pl.DataFrame:
    """One row a group, as statistics take them."""
    return rows.group_by("product", "band", "vulnerable", "bucket").agg(
        slot=pl.lit(slot).first(),
        n=pl.len().cast(pl.Int64),
        worse=(pl.col("gap") > 0).sum().cast(pl.Int64),
        gross=pl.col("gap").clip(0).sum(),
    )


def nobody() -> pl.DataFrame:
    """Shares of a book in which no money is lost."""
    kinds = {"slot": pl.Int32, "product": pl.String, "band": pl.Int32, "vulnerable": pl.Int8, "bucket": pl.Int32}
    return pl.DataFrame(schema={**kinds, "n": pl.Int64, "worse": pl.Int64, "gross": pl.Int128})
