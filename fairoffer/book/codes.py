"""Text values as small numbers, handed out as they are met: what groups are counted by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from fairoffer.book.bins import Whole

Codes = npt.NDArray[np.int32]
NONE = 0
"""The code of what is not stated."""


class Names:
    """The values of one column, each with a number from 1 in the order in which they were met; none is forgotten."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._lock = Lock()
        self.values = tuple(dict.fromkeys(known))
        self._enum = pl.Enum(self.values)

    def __len__(self) -> int:
        """Codes that are in use, that of what is not stated included."""
        return len(self.values) + 1

    def codes(self, column: pl.Series) -> Codes:
        """The code of each value."""
        found = self._known(column)
        if found.null_count() != column.null_count():
            with self._lock:
                new = column.filter(column.is_not_null()).unique().sort().to_list()
                self.values = tuple(dict.fromkeys((*self.values, *map(str, new))))
                self._enum = pl.Enum(self.values)
            found = self._known(column)
        return (found + 1).fill_null(NONE).to_numpy()

    def _known(self, column: pl.Series) -> pl.Series:
        return column.cast(pl.String).cast(self._enum, strict=False).to_physical().cast(pl.Int32)

    def code(self, value: str) -> int:
        """The code of one value."""
        with self._lock:
            if value not in self.values:
                self.values = (*self.values, value)
                self._enum = pl.Enum(self.values)
            return self.values.index(value) + 1

    def texts(self, codes: Whole) -> pl.Series:
        """The values of codes; null where nothing is stated."""
        return pl.Series([None, *self.values], dtype=pl.String).gather(codes)


class Coding:
    """The columns of a book whose values are counted by, each with its names."""

    def __init__(self, constants: dict[str, Any]) -> None:
        self._names: dict[str, Names] = {}
        self._lock = Lock()
        self._constants = constants

    def names(self, path: str) -> Names:
        with self._lock:
            if path not in self._names:
                self._names[path] = Names()
            return self._names[path]

    def constant(self, path: str) -> Any:
        """What is the same on every row; None: a column says it, or nothing does."""
        return self._constants.get(path)

    def codes(self, frame: pl.DataFrame, path: str) -> Codes:
        """The code of every row; a column that is not mapped is not stated."""
        if path in frame.columns:
            return self.names(path).codes(frame[path])
        constant = self._constants.get(path)
        code = NONE if constant is None else self.names(path).code(text_of(constant))
        return np.full(frame.height, code, dtype=np.int32)


def text_of(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def mixed(codes: Sequence[Codes | Whole], sizes: Sequence[int]) -> Whole:
    """One number for each combination of codes, the last code counting single steps."""
    total = codes[0].astype(np.int64)
    for own, size in zip(codes[1:], sizes[1:], strict=True):
        total *= size
        total += own
    return total


def unmixed(numbers: Whole, sizes: Sequence[int]) -> list[Whole]:
    """The codes that combinations are made of."""
    found = []
    for size in reversed(sizes[1:]):
        numbers, code = np.divmod(numbers, size)
        found.append(code)
    return [numbers, *reversed(found)]


class Months:
    """Small numbers with a code from 0 in the order in which they were met."""

    MOST = 1 << 15

    def __init__(self) -> None:
        self._lock = Lock()
        self._table = np.full(self.MOST, -1, dtype=np.int64)
        self.values: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    def codes(self, numbers: npt.NDArray[np.integer[Any]]) -> Whole:
        """The code of each number from 0 to ``MOST``."""
        found = self._table[numbers]
        if len(found) and int(found.min()) < 0:
            with self._lock:
                new = np.unique(numbers[found < 0])
                for value in new.tolist():
                    if self._table[value] < 0:
                        self._table[value] = len(self.values)
                        self.values = (*self.values, value)
            found = self._table[numbers]
        return np.asarray(found, dtype=np.int64)


class Marks(Months):
    """Whole numbers of any size with a code from 0 in the order in which they were met."""

    def codes(self, numbers: npt.NDArray[np.integer[Any]]) -> Whole:
        """The code of each number."""
        found, where = np.unique(numbers, return_inverse=True)
        with self._lock:
            known = {value: code for code, value in enumerate(self.values)}
            for value in found.tolist():
                known.setdefault(value, len(known))
            self.values = tuple(known)
        return np.array([known[value] for value in found.tolist()], dtype=np.int64)[where]
