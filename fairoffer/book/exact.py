"""Rows that cannot be judged all at once, through the exact engine: equal ones only once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import polars as pl

from fairoffer.audit.asked import Asked, Desk, ask_costs, asked_of, subject_of
from fairoffer.audit.bind import GROUPED
from fairoffer.audit.comparison import Comparison
from fairoffer.audit.grouped import Member, two_values
from fairoffer.audit.rowwise import decide
from fairoffer.book.slots import FAIL, NOT_ASKED, PASS, UNREADABLE, Slot, code_of
from fairoffer.book.wide import Reading, rows_of
from fairoffer.model.book import BookRow
from fairoffer.money import round_half_up

MOST_KEPT = 200_000
"""Rows whose answers are remembered."""
BATCH = 2_000
LARGEST = (1 << 63) - 1
UNUSED = (
    *("customer", "count", "tenure_months", "vulnerable", "value_tier", "hardship", "consumer", "group_policy"),
    *("supplier", "renewal_no", "event", "paid", "expected_cost", "currency", "#fault"),
)
"""Columns that say nothing of what a row is compared with."""
UNUSED_GROUPS = ("attributes.", "renewal.", "contract.made", "contract.ends", "contract.notice_days")


class Answer(NamedTuple):
    """What came out under one slot."""

    outcome: int
    gap: int = 0
    mine: int = 0
    horizon: int = 0


SILENT = Answer(NOT_ASKED)


@dataclass
class Exact:
    """A rule put to single rows."""

    desk: Desk
    reading: Reading
    slots: tuple[Slot, ...]
    known: dict[tuple[object, ...], tuple[Answer, ...]] = field(default_factory=dict)

    def judge(self, frame: pl.DataFrame, indexes: np.ndarray) -> list[tuple[Answer, ...]]:
        """The answers under every slot, for each of these rows of a wide frame."""
        keys = frame.select(self.columns(frame))[indexes].rows()
        found = dict.fromkeys(keys, -1)
        for key, index in zip(keys, indexes.tolist(), strict=True):
            found[key] = index
        if len(self.known) > MOST_KEPT:
            self.known = {}
        known = self.known
        missing = [(key, index) for key, index in found.items() if key not in known]
        for at in range(0, len(missing), BATCH):
            batch = missing[at : at + BATCH]
            rows = rows_of(self.reading, frame, [index for _, index in batch])
            known |= zip((key for key, _ in batch), self.answers(rows), strict=True)
        return [known[key] for key in keys]

    def columns(self, frame: pl.DataFrame) -> list[str]:
        """The columns on which answers rest."""
        facts = {f"facts.{name}" for name in self.desk.named}
        unused = [
            name
            for name in frame.columns
            if name in UNUSED or name.startswith(UNUSED_GROUPS) or (name.startswith("facts.") and name not in facts)
        ]
        return [name for name in frame.columns if name not in unused]

    def answers(self, rows: Sequence[BookRow]) -> Iterator[tuple[Answer, ...]]:
        if self.desk.bound.check.id in GROUPED:
            return (tuple(self.valued(row)) for row in rows)
        return self.decided(rows)

    def decided(self, rows: Sequence[BookRow]) -> Iterator[tuple[Answer, ...]]:
        asked = [asked_of(self.desk, row, 0) for row in rows]
        flat = [one for own in asked for one in own]
        came = iter(list(decide(self.desk.bound, flat, self.desk.as_of.toordinal())))
        for own in asked:
            found = {(one.term, one.sign): next(came) for one in own}
            came_out = (found.get((slot.term, slot.sign)) for slot in self.slots)
            yield tuple(
                SILENT if one is None else answer_of(one, slot.unit)
                for slot, one in zip(self.slots, came_out, strict=True)
            )

    def valued(self, row: BookRow) -> Iterator[Answer]:
        """Both values of a row under every slot of a check that looks at several rows at once."""
        choice = self.desk.choice(row)
        own = list(ask_costs(self.desk, row, subject_of(row, 0, choice.place), choice))
        if self.desk.bound.check.id == "concentration":
            own = own[:1]
        found = {(one.term, one.sign): one for one in own}
        for slot in self.slots:
            asked = found.get((slot.term, slot.sign))
            yield SILENT if asked is None else value_of(asked, row, slot.unit)


def answer_of(found: Comparison, unit: int) -> Answer:
    if found.reason is not None:
        return Answer(code_of(found.reason))
    gap, mine = found.part(found.gap) or Fraction(0), found.part(found.existing) or Fraction(0)
    return checked(PASS if found.outcome == "pass" else FAIL, gap, mine, found.horizon or 0, unit)


def value_of(asked: Asked, row: BookRow, unit: int) -> Answer:
    found = two_values(asked, Member(0, row, True), frozenset())
    if found.mine is None or found.theirs is None:
        return Answer(code_of(found.reason or "missing-value"))
    return checked(PASS, (found.mine - found.theirs) * asked.sign, found.mine, asked.horizon or 0, unit)


def checked(outcome: int, gap: Fraction, mine: Fraction, horizon: int, unit: int) -> Answer:
    """An answer in whole units; one with more digits than fit could as well not be read."""
    units = [int(round_half_up(size.numerator * unit, size.denominator, 0)) for size in (gap, mine)]
    if max(map(abs, units)) > LARGEST:
        return Answer(UNREADABLE)
    return Answer(outcome, units[0], units[1], horizon)
