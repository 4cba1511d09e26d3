"""What rows lose in a year, each counted once however many rules it fails, and by which findings it is in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from math import lcm

import numpy as np
import numpy.typing as npt

from fairoffer.audit.bind import GROUPED
from fairoffer.audit.people import COUNTED
from fairoffer.book.bins import Whole
from fairoffer.book.slots import FAIL, NOT_ASKED, OUT, PASS, Judged, Slot
from fairoffer.compare.legs import COSTS

KINDS = ("by_default", "unavoidable")
ANY, ASKED, MADE = 2, 3, 4
"""Bits of the flags: worse off by any rule, a cost was asked, a cost was compared. The first two are of ``KINDS``."""
FLAGS = 1 << 5
WORD = 50
"""Slots that one number tells apart, where every slot has a bit of its own."""
NOTHING = -(1 << 62)


@dataclass(frozen=True)
class Found:
    """What the rows of a portion come to. ``slots`` has a bit for each slot that a row fails, ``WORD`` of them in a
    number, where findings have to be told apart. ``sums`` are for each kind that has slots the largest gap in
    ``Purse.unit``, and 1 where there is one."""

    flags: Whole
    slots: list[Whole]
    sums: list[Whole]
    horizon: npt.NDArray[np.int16] | int


class Purse:
    """The slots whose gaps are money a year; ``unit`` is the number of units of 1 of the currency."""

    def __init__(self, slots: Sequence[Slot], *, shared: bool) -> None:
        self._slots, self._shared = tuple(slots), shared
        self._kinds = [
            [i for i, slot in enumerate(slots) if slot.bound.check.money == kind and slot.bound.level in COUNTED]
            for kind in KINDS
        ]
        by_row = [i for i, slot in enumerate(slots) if slot.bound.check.id not in GROUPED]
        self._seen = [i for i in by_row if is_cost(slots[i])] or by_row
        self.unit = lcm(*(slots[i].unit * (months_of(slots[i]) or 1) for own in self._kinds for i in own))

    @property
    def kinds(self) -> list[str]:
        """The kinds that have slots, in the order of the sums."""
        return [kind for kind, slots in zip(KINDS, self._kinds, strict=True) if slots]

    def slots_of(self, kind: str) -> list[int]:
        """The slots whose gaps are of a kind."""
        return self._kinds[KINDS.index(kind)]

    def of(self, judged: Sequence[Judged]) -> Found | None:
        """What every row loses by each kind, and in which findings it is; None where there are no slots."""
        if not judged:
            return None
        fails = [one.outcome == FAIL for one in judged]
        seen = [judged[i].outcome for i in self._seen]
        asked = any_of((outcome != OUT) & (outcome != NOT_ASKED) for outcome in seen) if seen else None
        made = any_of((outcome == PASS) | (outcome == FAIL) for outcome in seen) if seen else None
        own = (any_of(fails[i] for i in slots) if slots else None for slots in self._kinds)
        sums = [lost for slots in self._kinds for lost in self._lost(judged, slots)]
        words = [fails[at : at + WORD] for at in range(0, len(fails), WORD)] if self._shared else []
        flags = packed((*own, any_of(fails), asked, made), len(fails[0]))
        return Found(flags, [packed(word, len(flags)) for word in words], sums, self._horizon(judged))

    def _lost(self, judged: Sequence[Judged], slots: Sequence[int]) -> list[Whole]:
        """The largest gap of every row, and 1 where one is known."""
        if not slots:
            return []
        if len(slots) == 1 and judged[slots[0]].known.all():
            one = judged[slots[0]]
            return [self._brought(one), np.ones(len(one.gap), dtype=np.int64)]
        largest = np.full(len(judged[slots[0]].gap), NOTHING, dtype=np.int64)
        for i in slots:
            np.maximum(largest, np.where(judged[i].known, self._brought(judged[i]), NOTHING), out=largest)
        known = largest != NOTHING
        return [np.where(known, largest, 0), known.astype(np.int64)]

    def _brought(self, one: Judged) -> Whole:
        """A gap in the purse's unit: a year's where the term names its months, else for the row's own period."""
        months = months_of(one.slot)
        factor = self.unit * (12 if months else 1) // (one.slot.unit * (months or 1))
        return one.gap if factor == 1 else one.gap * factor

    def _horizon(self, judged: Sequence[Judged]) -> npt.NDArray[np.int16] | int:
        own = [judged[i] for slots in self._kinds for i in slots]
        return 12 if not own or months_of(own[0].slot) else own[0].horizon


def packed(flags: Sequence[npt.NDArray[np.bool_] | None], height: int) -> Whole:
    """Flags as the bits of a number, the first the lowest; one that is not there is nowhere true."""
    total = np.zeros(height, dtype=np.int64)
    for bit, flag in enumerate(flags):
        if flag is not None:
            total |= flag.astype(np.int64) << bit
    return total


def any_of(flags: Iterable[npt.NDArray[np.bool_]]) -> npt.NDArray[np.bool_]:
    """Where any of several is true."""
    return np.asarray(reduce(np.logical_or, flags))


def months_of(slot: Slot) -> int | None:
    """The months that a term names, as in ``total_cost@12``."""
    _, _, months = slot.term.partition("@")
    return int(months) if months.isdigit() else None


def is_cost(slot: Slot) -> bool:
    return months_of(slot) is not None or slot.term in (*COSTS, "rate")
