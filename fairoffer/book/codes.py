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
NONE, UNKNOWN = 0, -1
"""The code of what is not stated, and what stands for one that is still to be handed out."""


class Table:
    """Texts by their hashes: a place for each, which no other has, so that looking one up is one step.

    A text that is in the table is told from all others by 64 bits of its hash; the chance that some other text of a
    book of 100 million has those of one of a thousand is one in a hundred million.
    """

    MOST = 1 << 12

    def __init__(self, values: Sequence[str]) -> None:
        self._values = values
        self._places: tuple[int, int, npt.NDArray[np.uint64], Codes] | None = None
        if len(values) <= self.MOST:
            texts = pl.Series(values, dtype=pl.String)
            size = max(len(values), 1).bit_length() + 1
            tries = ((seed, size + wider) for wider in range(8) for seed in range(16))
            self._places = next(filter(None, (placed(texts, seed, bits) for seed, bits in tries)), None)

    def codes(self, texts: pl.Series) -> Codes:
        """The code of each text, ``NONE`` where there is none, ``UNKNOWN`` for one that is not in the table."""
        if self._places is None:
            return self._searched(texts)
        seed, shift, whole, codes = self._places
        hashes = texts.hash(seed).to_numpy()
        at = (hashes >> np.uint64(shift)).view(np.int64)
        found = codes.take(at)
        found[whole.take(at) != hashes] = UNKNOWN
        if texts.null_count():
            found[texts.is_null().to_numpy()] = NONE
        return found

    def _searched(self, texts: pl.Series) -> Codes:
        place = texts.cast(pl.Enum(self._values), strict=False).to_physical().cast(pl.Int32) + 1
        place = place.fill_null(UNKNOWN).set(texts.is_null(), NONE)
        return np.array(place.to_numpy(), dtype=np.int32)


def placed(texts: pl.Series, seed: int, bits: int) -> tuple[int, int, npt.NDArray[np.uint64], Codes] | None:
    """A seed under which the first bits of the hashes differ for all texts, with the hashes and codes by these bits."""
    hashes = texts.hash(seed).to_numpy()
    at = (hashes >> np.uint64(64 - bits)).astype(np.int64)
    if len(np.unique(at)) < len(at):
        return None
    # An empty place holds a hash whose first bits are another place's.
    whole = np.zeros(1 << bits, dtype=np.uint64)
    whole[0] = np.uint64(1) << np.uint64(63)
    codes = np.full(1 << bits, UNKNOWN, dtype=np.int32)
    whole[at], codes[at] = hashes, np.arange(1, len(at) + 1, dtype=np.int32)
    return seed, 64 - bits, whole, codes


class Names:
    """The values of one column, each with a number from 1 in the order in which they were met; none is forgotten."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._lock = Lock()
        self.values: tuple[str, ...] = ()
        self._table = Table(())
        self._add(known)

    def __len__(self) -> int:
        """Codes that are in use, that of what is not stated included."""
        return len(self.values) + 1

    def codes(self, column: pl.Series) -> Codes:
        """The code of each value."""
        texts = column if column.dtype == pl.String else column.cast(pl.String)
        found = self._table.codes(texts)
        if (found == UNKNOWN).any():
            with self._lock:
                self._add(texts.unique().drop_nulls().sort().to_list())
            found = self._table.codes(texts)
        return found

    def code(self, value: str) -> int:
        """The code of one value."""
        with self._lock:
            self._add((value,))
            return self.values.index(value) + 1

    def _add(self, values: Iterable[str]) -> None:
        known = tuple(dict.fromkeys((*self.values, *values)))
        if known != self.values:
            self.values, self._table = known, Table(known)

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

    @property
    def largest(self) -> tuple[str, int]:
        """The column with most values, and how many these are."""
        sizes = {path: len(names.values) for path, names in self._names.items()}
        path = max(sizes, key=lambda name: (sizes[name], name), default="product")
        return path, sizes.get(path, 0)

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
