"""The rows of a portion by what they are grouped by: product, place, cell and band, each column coded once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from fairoffer.book.bins import Whole
from fairoffer.book.codes import Codes, Coding, Months, mixed
from fairoffer.book.grid import Dimension, Keyed

BUCKETS = 32
"""Groups of customers, by a hash of their id, of which statistics leave out one at a time."""
YEAR = 12
YEARS = 60
"""Completed years of tenure that are told apart, from none on; the last has all who stayed longer."""
STATED = 3
"""Codes of a flag: not stated, false, true."""
Place = tuple[tuple[str, str], ...]
"""Names, and the columns that hold them."""


class Rows:
    """The rows of one portion; ``bands`` are the months at which bands of tenure begin."""

    def __init__(self, frame: pl.DataFrame, coding: Coding, months: Months, bands: Sequence[int]) -> None:
        self.frame, self.height = with_channel(frame), frame.height
        self._coding, self._months, self._bands = coding, months, tuple(bands)
        self._codes: dict[str, Codes] = {}
        self._keys: dict[tuple[object, ...], Keyed] = {}
        self._band: Whole | None = None

    def codes(self, path: str) -> Codes:
        """The codes of a column."""
        if path not in self._codes:
            self._codes[path] = self._coding.codes(self.frame, path)
        return self._codes[path]

    def group(self, place: Place, cell: Place = (), *, banded: bool = True) -> Keyed:
        """By product and place, what is alike in a cell, and the band of tenure."""
        wanted = (place, cell, banded)
        if wanted not in self._keys:
            paths = ["product", *(path for _, path in (*place, *cell))]
            columns = ["product", *(f"place.{name}" for name, _ in place), *(f"cell.{name}" for name, _ in cell)]
            codes = [self.codes(path) for path in paths]
            names = [self._coding.names(path) for path in paths]
            sizes = tuple(len(own) for own in names)
            dimensions = tuple(Dimension(*both) for both in zip(columns, names, strict=True))
            found = Keyed(mixed(codes, sizes), dimensions, sizes)
            if banded:
                found = found.and_(self.band, Dimension("band", offset=-1), len(self._bands) + 1)
            self._keys[wanted] = found
        return self._keys[wanted]

    def with_horizon(self, key: Keyed, horizon: npt.NDArray[np.int16] | int) -> Keyed:
        """The same, by the months that money is for."""
        if isinstance(horizon, int):
            return Keyed(key.codes, (*key.dimensions, Dimension("horizon", offset=horizon)), (*key.sizes, 1))
        codes = self._months.codes(horizon)
        return key.and_(codes, Dimension("horizon", self._months), len(self._months))

    @property
    def band(self) -> Whole:
        """The number of the band, from 1; 0 where the tenure is not known."""
        if self._band is None:
            table = np.searchsorted(self._bands, np.arange(1 << 11), side="right")
            self._band = table[np.clip(self.tenure, 0, len(table) - 1)]
        return self._band

    @property
    def year(self) -> Whole:
        """Completed years of tenure and 1; 0 where the tenure is not known."""
        tenure = self.tenure
        return np.where(tenure > 0, np.minimum(tenure // YEAR, YEARS - 1) + 1, 0)

    @property
    def tenure(self) -> Whole:
        """Completed months; 0 where they are not known."""
        if "tenure_months" not in self.frame.columns:
            return np.full(self.height, int(self._coding.constant("tenure_months") or 0), dtype=np.int64)
        return self.frame["tenure_months"].fill_null(0).cast(pl.Int64).to_numpy()

    @property
    def months_of_term(self) -> Whole:
        """How long the term of each row is, 0 where it is not known; a year where the book says it of no row, and all
        prices are for a term."""
        if "contract.months" in self.frame.columns:
            return self.frame["contract.months"].cast(pl.Int64).fill_null(0).to_numpy()
        whole = 0 if "per" in self.frame.columns else YEAR
        return np.full(self.height, int(self.constant("contract.months") or whole), dtype=np.int64)

    def constant(self, path: str) -> Any:
        """What is the same on every row; None where a column says it, or nothing does."""
        return self._coding.constant(path)

    def flag(self, path: str) -> Whole:
        """0 where a flag is not stated, 1 where it is false, 2 where it is true."""
        if path not in self.frame.columns:
            constant = self._coding.constant(path)
            return np.full(self.height, 0 if constant is None else 1 + bool(constant), dtype=np.int64)
        return (self.frame[path].cast(pl.Int64) + 1).fill_null(0).to_numpy()

    def bucket(self) -> Whole:
        """The group of each row by a hash of its customer; 0 where nothing names customers."""
        if "customer" not in self.frame.columns:
            return np.zeros(self.height, dtype=np.int64)
        return (hashed(self.frame["customer"]) % BUCKETS).astype(np.int64)


def with_channel(frame: pl.DataFrame) -> pl.DataFrame:
    """The channel whose price a customer could have as a stranger: where they moved by themselves, the new one."""
    if "channel_moved_by" not in frame.columns or "channel_renewal" not in frame.columns:
        return frame
    moved = pl.when(pl.col("channel_moved_by") == "customer").then("channel_renewal").otherwise("channel")
    return frame.with_columns(moved.alias("channel")) if "channel" in frame.columns else frame


def hashed(ids: pl.Series) -> npt.NDArray[np.uint64]:
    """A number for each id that is the same wherever and whenever it is made: of its first and last eight bytes."""
    raw = ids.cast(pl.Binary)
    if (raw.bin.size() < 8).any():
        raw = ids.str.pad_start(8, "0").cast(pl.Binary)
    total = np.full(len(ids), 0x9E3779B97F4A7C15, dtype=np.uint64)
    for part in (raw.bin.slice(0, 8), raw.bin.slice(-8)):
        word = part.bin.reinterpret(dtype=pl.UInt64)
        total = mix(total ^ word.fill_null(0).to_numpy())
    return total


def mix(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The finishing step of splitmix64: every bit of the number changes about half of the others."""
    found = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return found ^ (found >> np.uint64(31))
