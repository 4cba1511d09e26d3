"""Counts and sums by several codes at once, kept as arrays while the values that are coded stay the same."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from fairoffer.book.bins import Whole
from fairoffer.book.codes import Months, Names, mixed, unmixed
from fairoffer.book.partials import SUMS, added, extremes, framed, summed

DENSE = 1 << 22
"""Numbers that are kept for groups in any case; where there would be more, only those of groups that occur."""
CHUNKS, WAITING = 64, 200_000
"""Chunks of groups, and groups in them, that wait until they are put together."""
LIMIT = 1 << 62
"""Sums that stay below it fit into an Int64 in whatever order they are added."""


class Dimension(NamedTuple):
    """One of the codes: the column of a partial result that it fills, and what it means.

    ``column`` is product, band, horizon or key, or ``place.x`` and ``cell.x`` for a part of these. Numbers without
    names are codes plus ``offset``.
    """

    column: str
    names: Names | Months | None = None
    offset: int = 0


class Keyed(NamedTuple):
    """Rows by the codes of some columns, mixed into one number. Codes of a column are below its size, which is that of
    the moment: names that another thread adds do not change it."""

    codes: Whole
    dimensions: tuple[Dimension, ...]
    sizes: tuple[int, ...]

    def and_(self, codes: Whole, dimension: Dimension, size: int) -> Keyed:
        """The same, by one more column."""
        return Keyed(self.codes * size + codes, (*self.dimensions, dimension), (*self.sizes, size))

    def at(self, rows: Whole) -> Keyed:
        """Some of the rows."""
        return Keyed(self.codes[rows], self.dimensions, self.sizes)


class Grid:
    """One part of a summary for one slot (-1: for none), by its dimensions."""

    def __init__(self, part: str, slot: int, dimensions: Sequence[Dimension], sums: int, *, ends: bool = False) -> None:
        self._part, self._slot = part, slot
        self._dimensions = tuple(dimensions)
        self._sums, self._ends = sums, ends
        self._sizes: tuple[int, ...] = ()
        self._arrays: list[Whole] = []
        self._done: list[pl.DataFrame] = []
        self._waiting = self._bound = 0

    def add(self, key: Keyed, count: Whole | None, sums: Sequence[Whole] = (), ends: Whole | None = None) -> None:
        """Count rows by their key; ``count`` customers each (1 where it is None), amounts of each customer, and the
        least and the most of them."""
        bound = bound_of(sums, count)
        if bound >= LIMIT:
            self._keep_exact(key, count, sums, ends)
            return
        if self._bound + bound >= LIMIT:
            self._flush()
        self._bound += bound
        sums = sums if count is None else [own * count for own in sums]
        sizes = key.sizes
        if prod(sizes) * (1 + self._sums + 2 * self._ends) > DENSE:
            found, codes = np.unique(key.codes, return_inverse=True)
            self._keep(found, sizes, self._arrays_of(codes, len(found), count, sums, ends))
            return
        new = self._arrays_of(key.codes, prod(sizes), count, sums, ends)
        if self._arrays and self._sizes == sizes:
            self._add(new)
        else:
            self._flush()
            self._sizes, self._arrays = sizes, new

    def _arrays_of(
        self, codes: Whole, groups: int, count: Whole | None, sums: Sequence[Whole], ends: Whole | None
    ) -> list[Whole]:
        amounts = sums if count is None else (count, *sums)
        found = [summed(codes, None, groups), *(summed(codes, own, groups) for own in amounts)]
        return [*found, *extremes(codes, ends, groups)] if ends is not None else found

    def _add(self, new: list[Whole]) -> None:
        plain = len(new) - 2 * self._ends
        for own, other in zip(self._arrays[:plain], new[:plain], strict=True):
            own += other
        if self._ends:
            np.minimum(self._arrays[-2], new[-2], out=self._arrays[-2])
            np.maximum(self._arrays[-1], new[-1], out=self._arrays[-1])

    def _keep_exact(self, key: Keyed, count: Whole | None, sums: Sequence[Whole], ends: Whole | None) -> None:
        """Rows whose sums might not fit into 64 bits, added in 128."""
        each = pl.lit(1, dtype=pl.Int128) if count is None else pl.col("each").cast(pl.Int128)
        given = {"code": key.codes, "each": np.ones(len(key.codes), np.int64) if count is None else count}
        given |= {f"s{i}": own for i, own in enumerate(sums)} | ({} if ends is None else {"end": ends})
        wanted = [pl.len().cast(pl.Int64).alias("n"), pl.col("each").sum()]
        wanted += [(pl.col(f"s{i}").cast(pl.Int128) * each).sum() for i in range(len(sums))]
        wanted += [] if ends is None else [pl.col("end").min().alias("lo"), pl.col("end").max().alias("hi")]
        found = pl.DataFrame(given).group_by("code").agg(wanted)
        columns: dict[str, Any] = {"part": self._part, "slot": self._slot, "n": found["n"], "customers": found["each"]}
        columns |= {name: found[name] for name in found.columns if name not in ("code", "each", "n")}
        keys = self._key(unmixed(found["code"].to_numpy(), key.sizes))
        self._done.append(framed(found.height, columns | keys))

    def _flush(self) -> None:
        self._bound = 0
        if self._arrays:
            found = np.flatnonzero(self._arrays[0])
            self._keep(found, self._sizes, [own[found] for own in self._arrays])
            self._arrays = []

    def _keep(self, numbers: Whole, sizes: Sequence[int], arrays: list[Whole]) -> None:
        if not len(numbers):
            return
        rows, *amounts = arrays
        low_high = [amounts.pop(), amounts.pop()][::-1] if self._ends else []
        customers = amounts.pop(0) if len(amounts) > self._sums else rows
        columns: dict[str, Any] = {"part": self._part, "slot": self._slot, "n": rows, "customers": customers}
        columns |= dict(zip(SUMS, amounts, strict=False)) | dict(zip(("lo", "hi"), low_high, strict=False))
        self._done.append(framed(len(numbers), columns | self._key(unmixed(numbers, sizes))))
        self._waiting += len(numbers)
        if len(self._done) > CHUNKS or self._waiting > WAITING:
            self._done, self._waiting = [added(pl.concat(self._done))], 0

    def _key(self, codes: list[Whole]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for kind in ("place", "cell"):
            at = [i for i, one in enumerate(self._dimensions) if one.column.startswith(f"{kind}.")]
            if at:
                found[kind] = texts(
                    {self._dimensions[i].column.partition(".")[2]: self._dimensions[i].names for i in at},
                    [codes[i] for i in at],
                )
        for dimension, own in zip(self._dimensions, codes, strict=True):
            if "." not in dimension.column:
                found[dimension.column] = meant(dimension, own)
        return found

    @property
    def bytes(self) -> int:
        """What the groups take that are kept one by one."""
        return int(sum(frame.estimated_size() for frame in self._done))

    def absorb(self, other: Grid) -> None:
        """Take over what another grid of the same part and slot has counted."""
        if self._bound + other._bound >= LIMIT:
            self._flush()
        if self._arrays and self._sizes == other._sizes and other._arrays:
            self._bound += other._bound
            self._add(other._arrays)
            other._arrays = []
        other._flush()
        self._done += other._done

    def frame(self) -> pl.DataFrame:
        """Everything that was counted, as rows of different keys with the amounts that there are."""
        self._flush()
        if len(self._done) < 2:
            return self._done[0] if self._done else framed(0, {"part": self._part, "n": 0, "customers": 0})
        return added(pl.concat(self._done))


def bound_of(sums: Sequence[Whole], count: Whole | None) -> int:
    """What no sum of the amounts, each as often as there are customers, can exceed."""
    if not sums or not len(sums[0]):
        return 0
    most = max(max(int(own.max()), -int(own.min())) for own in sums)
    each = 1 if count is None else int(count.max())
    return most * each * len(sums[0])


def meant(dimension: Dimension, codes: Whole) -> pl.Series | Whole:
    """What the codes of a dimension stand for; text that is not stated is empty."""
    if isinstance(dimension.names, Months):
        return np.array(dimension.names.values, dtype=np.int64)[codes]
    return codes + dimension.offset if dimension.names is None else dimension.names.texts(codes).fill_null("")


def marks_of(own: Months | None) -> tuple[str, ...]:
    """Numbers as text; 0 is nothing."""
    return () if own is None else tuple(str(value) if value else "" for value in own.values)


def texts(names: Mapping[str, Names | Months | None], codes: list[Whole]) -> pl.Series:
    """Values by name as JSON with sorted keys, one for each combination of codes; what is not stated is left out."""
    sizes = [int(own.max(initial=0)) + 1 for own in codes]
    numbers, where = np.unique(mixed(codes, sizes), return_inverse=True)
    parts = unmixed(numbers, sizes)
    values = [(None, *own.values) if isinstance(own, Names) else marks_of(own) for own in names.values()]
    made = []
    for row in zip(*parts, strict=True):
        found = {
            name: values[i][code] for i, (name, code) in enumerate(zip(names, row, strict=True)) if values[i][code]
        }
        made.append(json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False))
    return pl.Series(made, dtype=pl.String).gather(where)
