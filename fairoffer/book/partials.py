"""What a part of a book comes to: counts and exact sums by group, which add up to those of the whole book.

Everything in a row is a whole number or text, and two rows of one key are put together by adding, by the least and the
most: so any split of a book, any order and any number of threads give the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from fairoffer.book.bins import Whole
from fairoffer.errors import InputError, Problem

KEY: dict[str, pl.DataType | type[pl.DataType]] = {
    "part": pl.String,
    "slot": pl.Int32,
    "product": pl.String,
    "place": pl.String,
    "cell": pl.String,
    "band": pl.Int32,
    "horizon": pl.Int32,
    "key": pl.Int64,
}
"""Which part of the summary; rule and term by number; product, place and cell as text; band of tenure (-1: not known);
months that money is for; and a number whose meaning the part knows."""
SUMS = tuple(f"s{i}" for i in range(14))
SCHEMA = pl.Schema(
    {
        **KEY,
        "n": pl.Int64,
        "customers": pl.Int64,
        **dict.fromkeys(SUMS, pl.Int128),
        "lo": pl.Int64,
        "hi": pl.Int64,
        "rows": pl.List(pl.Int64),
    }
)
SHOWN_ROWS = 5
"""Row numbers that are kept of what cannot be read: the first ones."""
MOST_BYTES = 128 << 20
"""What groups may take in one thread; beyond it a book has more of them than anybody could look at."""
EXACT = 1 << 53
"""Whole numbers below this are exact as float64."""


def merge(partials: pl.DataFrame | Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Partial results put together, of ``SCHEMA``, sorted by their key."""
    frames = [partials] if isinstance(partials, pl.DataFrame) else list(partials)
    return sorted_(added(pl.concat([empty(), *frames])))


def added(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of one key put together, whichever of the amounts there are."""
    amounts = [name for name in ("n", "customers", *SUMS) if name in frame.columns]
    found = frame.group_by(list(KEY)).agg(
        pl.col(amounts).sum(),
        *([pl.col("lo").min(), pl.col("hi").max()] if "lo" in frame.columns else []),
        *([pl.col("rows").explode().drop_nulls().sort().head(SHOWN_ROWS)] if "rows" in frame.columns else []),
    )
    return found


def sorted_(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of different keys as ``SCHEMA`` has them, in the order of their keys."""
    return frame.select(SCHEMA.names()).cast(dict(SCHEMA)).sort(list(KEY))  # type: ignore[arg-type]


def widened(frame: pl.DataFrame) -> pl.DataFrame:
    """The same with all amounts: nothing of those that are not there."""
    nothing = {**dict.fromkeys(SUMS, 0), "lo": None, "hi": None}
    missing = [
        pl.lit(value, dtype=SCHEMA[name]).alias(name) for name, value in nothing.items() if name not in frame.columns
    ]
    if "rows" not in frame.columns:
        missing.append(pl.lit(pl.Series([[]], dtype=SCHEMA["rows"])).first().alias("rows"))
    return frame.with_columns(missing).select(SCHEMA.names())


def empty() -> pl.DataFrame:
    return pl.DataFrame(schema=SCHEMA)


def refuse_too_many(size: int, largest: tuple[str, int]) -> None:
    """Raises ``InputError`` where groups take more than ``MOST_BYTES``, and names the column with most values."""
    if size > MOST_BYTES:
        path, values = largest
        message = (
            f"the book falls into too many groups to keep: {path} alone has {values:,} values; map a column with "
            "fewer, or leave it out"
        )
        raise InputError([Problem("book.yaml", 0, 1, f"columns.{path}", message)])


def framed(height: int, columns: dict[str, Any]) -> pl.DataFrame:
    """Rows with these columns of ``SCHEMA``; what is left out of a key is empty, -1 or 0."""
    filled: dict[str, Any] = {"product": "", "place": "", "cell": "", "slot": -1, "band": -1, "horizon": 0, "key": 0}
    made = []
    for name, value in (filled | columns).items():
        many = isinstance(value, pl.Series | np.ndarray)
        column = pl.Series(name, value if many else [value], dtype=None if many else SCHEMA[name]).cast(SCHEMA[name])
        made.append(column if many else column.new_from_index(0, height))
    frame = pl.DataFrame(made)
    return frame.select(name for name in SCHEMA if name in frame.columns)


def summed(codes: Whole, sizes: npt.NDArray[np.int64] | None, groups: int) -> Whole:
    """How much, or without sizes how many, falls to each group: exact, as int64.

    ``np.bincount`` adds float64: sizes whose sum could leave its whole numbers are added in two parts.
    """
    if sizes is None:
        return np.bincount(codes, minlength=groups).astype(np.int64, copy=False)
    if not len(sizes):
        return np.zeros(groups, dtype=np.int64)
    most = max(int(sizes.max()), -int(sizes.min()))
    if most * len(sizes) < EXACT:
        return np.bincount(codes, weights=sizes, minlength=groups).astype(np.int64)
    high, low = sizes >> 24, sizes & 0xFFFFFF
    return (summed(codes, high, groups) << 24) + summed(codes, low, groups)


def extremes(codes: Whole, sizes: Whole, groups: int) -> tuple[Whole, Whole]:
    """The least and the most of each group; 2**62 and its negative where there is nothing."""
    low = np.full(groups, 1 << 62, dtype=np.int64)
    high = np.full(groups, -(1 << 62), dtype=np.int64)
    np.minimum.at(low, codes, sizes)
    np.maximum.at(high, codes, sizes)
    return low, high
