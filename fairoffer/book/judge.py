"""The rows of a wide portion judged under every rule: fast where numbers are plain, by the exact engine where not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from fairoffer.audit.asked import Desk
from fairoffer.audit.bind import GROUPED, Bound
from fairoffer.audit.tables import compiled, scopes_of
from fairoffer.book.exact import Exact
from fairoffer.book.judge_answers import answered
from fairoffer.book.judge_ask import Asker, CostAsker
from fairoffer.book.judge_legs import Shape, shape_of
from fairoffer.book.judge_notes import notes_of
from fairoffer.book.judge_parts import ComponentAsker, IncentiveAsker, TermAsker
from fairoffer.book.judge_sheet import Sheet
from fairoffer.book.judge_span import Mask, both, where
from fairoffer.book.judge_valued import RateAsker, ValueAsker
from fairoffer.book.judge_verdict import filled
from fairoffer.book.offers import Offers
from fairoffer.book.scopes import Columns, Truth
from fairoffer.book.slots import (
    FAIL,
    MISSING,
    NOT_ASKED,
    OUT,
    PASS,
    SCOPE_UNKNOWN,
    UNREADABLE,
    Codes,
    Judged,
    Slot,
)
from fairoffer.book.wide import FAULT, Portion, Reading
from fairoffer.compare.market import Shelf
from fairoffer.model.condition import Condition
from fairoffer.model.inputs import Inputs

ASKERS: dict[str, Callable[[Desk, Shape], Asker]] = {
    "default-gap": CostAsker,
    "reach-gap": CostAsker,
    "incentive-gap": IncentiveAsker,
    "term-gap": TermAsker,
    "component-gap": ComponentAsker,
    "price-walk": ValueAsker,
    "concentration": ValueAsker,
    "uniform-rate": RateAsker,
}
"""Checks that compare a row with its quotes."""


@dataclass(frozen=True)
class Work:
    """One rule: whom it is for, and how it is asked. ``exact`` answers what ``asker`` leaves over."""

    bound: Bound
    slots: tuple[Slot, ...]
    scopes: tuple[Condition, ...]
    asker: Asker | None = None
    exact: Exact | None = None
    condition: Condition | None = None
    offered: tuple[int, ...] = ()
    """Where the rule's slots stand among those that the catalog's offers answer."""

    @property
    def in_force(self) -> bool:
        return self.bound.force != "not-effective"


@dataclass(frozen=True)
class Judge:
    """All rules of an audit, made ready for portions of one reading."""

    shape: Shape
    works: tuple[Work, ...]
    columns: dict[str, Columns]
    """The columns that conditions read, by policy."""
    types: dict[str, str]
    offers: Offers | None = None

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(slot for work in self.works for slot in work.slots)

    def notes(self, number: int, product: str | None) -> tuple[str, ...]:
        """Ids of what is taken for granted under the slot of this number, for customers of a product."""
        asker = self._askers[number]
        return () if asker is None else notes_of(asker, self.slots[number], product)

    @cached_property
    def _askers(self) -> tuple[Asker | None, ...]:
        return tuple(work.asker for work in self.works for _ in work.slots)

    def judge(self, portion: Portion) -> list[Judged]:
        """What comes out for every row, slot by slot."""
        frame = portion.frame
        sheet = Sheet(self.shape, frame, self.types)
        unread: Mask = frame[FAULT].to_numpy() if FAULT in frame.columns else False
        priced = [] if self.offers is None else self.offers.judge(frame)
        found: list[Judged] = []
        for work in self.works:
            own = self.of_work(work, sheet, priced)
            if not work.in_force:
                found += map(out_of_force, own)
                continue
            found += laid_over(list(own), unread)
        return found

    def of_work(self, work: Work, sheet: Sheet, priced: Sequence[Judged]) -> Iterator[Judged]:
        columns = self.columns[work.bound.policy.id]
        truth = columns.truth(work.scopes, sheet)
        if work.condition is not None:
            holds = columns.truth((work.condition,), sheet)
            outcome = where(holds.unknown, np.uint8(MISSING), where(holds.true, np.uint8(FAIL), np.uint8(PASS)))
            own = [blank(work.slots[0], outcome, sheet.rows)]
        elif work.asker is None or work.exact is None:
            own = [priced[at] for at in work.offered]
        else:
            own = answered(work.asker, work.exact, sheet)
        yield from scoped(work, own, truth)


def laid_over(own: Sequence[Judged], unread: Mask) -> Iterator[Judged]:
    """Rows that could not be read cannot be assessed, whatever else they say. Of two slots on one term, such as a rate
    that is paid and one that is earned, a row is said so under the one that asks it, or under the first."""
    for found in own:
        twins = [other for other in own if other.slot.term == found.slot.term]
        outcome = found.outcome
        if unread is not False:
            said: Mask = True
            if len(twins) > 1:
                said = outcome != NOT_ASKED
                if found is twins[0]:
                    said = said | np.logical_and.reduce([other.outcome == NOT_ASKED for other in twins])
            outcome = np.where(unread, np.where(said, np.uint8(UNREADABLE), np.uint8(NOT_ASKED)), outcome)
        known = found.known & (outcome <= FAIL) & (outcome >= PASS)
        yield found._replace(outcome=outcome, known=known)


def out_of_force(found: Judged) -> Judged:
    """What a rule says that does not bind on the judged day: nothing of those whom it would ask."""
    outcome = np.where(found.outcome == NOT_ASKED, np.uint8(NOT_ASKED), np.uint8(OUT))
    return found._replace(outcome=outcome, known=np.zeros(len(outcome), dtype=bool))


def blank(slot: Slot, outcome: Codes | int, rows: int) -> Judged:
    """An outcome without values."""
    nothing = np.broadcast_to(np.int64(0), (rows,))
    return Judged(slot, filled(outcome, rows, np.uint8), nothing, nothing, np.zeros(rows, dtype=bool), 0)


def scoped(work: Work, own: Sequence[Judged], truth: Truth) -> Iterator[Judged]:
    """Rows that are out of a rule's scope, or of which that is not known, said so under what they would be asked; a row
    that would be asked nothing, under the first."""
    if truth.true is True:
        yield from own
        return
    verdict = where(truth.unknown, np.uint8(SCOPE_UNKNOWN), np.uint8(OUT))
    unasked: Mask = True
    for one in own[1:] if work.bound.check.id not in GROUPED else ():
        unasked = both(unasked, one.outcome == NOT_ASKED)
    for at, one in enumerate(own):
        asked: Mask = one.outcome != NOT_ASKED
        if at == 0 and work.bound.check.id not in GROUPED:
            asked = asked | unasked
        outcome = where(truth.true, one.outcome, where(asked, verdict, np.uint8(NOT_ASKED)))
        yield one._replace(outcome=filled(outcome, len(one.outcome), np.uint8))


def judge_of(
    inputs: Inputs, shelf: Shelf, rules: Sequence[Bound], reading: Reading, as_of: date, offers: Offers | None = None
) -> Judge:
    """A judge of the rules that rows of a book can answer; with ``offers`` the comparator comes from the catalog.

    Raises:
        PolicyError: a condition cannot be used.
        InputError: a fact is not of the type of the column that it answers.
    """
    shape = shape_of(reading)
    works = [work for rule in rules if (work := work_of(inputs, shelf, rule, shape, as_of, offers)) is not None]
    columns = {work.bound.policy.id: Columns(inputs, shelf, work.bound.policy, shape, as_of) for work in works}
    for work in works:
        own = [*work.scopes, *([] if work.condition is None else [work.condition])]
        columns[work.bound.policy.id].check(own)
    return Judge(shape, tuple(works), columns, {p.id: p.type for p in shelf.catalog.products}, offers)


def work_of(inputs: Inputs, shelf: Shelf, rule: Bound, shape: Shape, as_of: date, offers: Offers | None) -> Work | None:
    """How a rule is put to rows; ``None``: rows do not answer it."""
    scopes = tuple(scopes_of(inputs, rule, "customers")) if rule.check.id in (*ASKERS, "condition") else ()
    if rule.check.id == "condition":
        if (rule.rule.table or "customers") != "customers":
            return None
        condition = compiled(inputs, rule, "customers", "condition", rule.rule.condition or "")
        return Work(rule, (Slot(rule, "", unit=1),), scopes, condition=condition)
    if offers is not None and rule.check.id != "uniform-rate":
        named = (rule.policy.id, rule.rule.id)
        at = [n for n, slot in enumerate(offers.slots) if (slot.bound.policy.id, slot.bound.rule.id) == named]
        return Work(rule, tuple(offers.slots[n] for n in at), scopes, offered=tuple(at)) if at else None
    if rule.check.id not in ASKERS:
        return None
    desk = Desk(rule, shelf, as_of)
    asker = ASKERS[rule.check.id](desk, shape)
    return Work(rule, asker.slots, scopes, asker, Exact(desk, shape.reading, asker.slots)) if asker.slots else None
