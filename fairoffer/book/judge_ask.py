"""What a rule asks of the rows of a portion: ``audit.asked`` on columns."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from fairoffer.audit.asked import RATES, Desk
from fairoffer.book.judge_bar import bar_of
from fairoffer.book.judge_choice import Chooser, Chosen
from fairoffer.book.judge_costs import AS_IT_IS, Sums, TaxStep, Till, till_of
from fairoffer.book.judge_legs import PREVIOUS, LegShape, Shape
from fairoffer.book.judge_sheet import Sheet
from fairoffer.book.judge_span import (
    SPOILT,
    UNTAXED,
    Mask,
    Size,
    Span,
    any_of,
    best,
    both,
    either,
    neither,
    open_above,
    spoilt,
    sure,
)
from fairoffer.book.judge_verdict import Bar, Option
from fairoffer.book.slots import FINE, WHOLE, Codes, Slot
from fairoffer.compare.legs import COSTS, taxed
from fairoffer.model.catalog import Tax


@dataclass(frozen=True)
class Asking:
    """One slot on one portion: who is asked, and what they are set against. ``silent`` has the codes of rows without
    an option; ``odd`` marks rows that only the exact engine can answer."""

    slot: Slot
    asked: Mask
    options: Sequence[Option]
    bar: Bar
    silent: Codes | int
    scale: Size = 1
    horizon: Size = 0
    odd: Mask = False


@dataclass(frozen=True)
class Asker:
    """A rule that is asked of the rows of one mapping; ``slots`` are all that it may ask."""

    desk: Desk
    shape: Shape
    slots: tuple[Slot, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "slots", tuple(self.found_slots()))

    @abstractmethod
    def found_slots(self) -> Iterator[Slot]:
        """Every slot that some row may be asked."""

    @abstractmethod
    def ask(self, sheet: Sheet) -> Iterator[Asking]:
        """All slots on a portion."""

    # -- what all of them need ---------------------------------------------------------------------------------------

    @cached_property
    def chooser(self) -> Chooser:
        compare = self.desk.bound.policy.compare_for(self.desk.bound.rule)
        return self.choosing(compare.with_)

    @cached_property
    def reach(self) -> Chooser:
        """How the offers that anyone may take are chosen."""
        return self.choosing("best-open")

    def choosing(self, basis: str) -> Chooser:
        return Chooser(self.desk.shelf, self.desk.named, self.desk.bound.policy.closed_product, basis)

    @property
    def legs(self) -> list[LegShape]:
        """The row's leg and all quotes that it may be compared with."""
        return [self.shape.row, *self.quotes(self.chooser.basis)]

    def quotes(self, basis: str) -> list[LegShape]:
        own = [PREVIOUS] if basis == "own-previous" and self.shape.reads(PREVIOUS) else []
        return [*(leg for leg in self.shape.quotes if leg.basis == basis), *own]

    @cached_property
    def tax_columns(self) -> list[str]:
        """The columns that say what tax is in the amounts."""
        legs = (self.shape.row, *self.shape.quotes)
        named = [leg.path(name) for leg in legs for name in ("tax.included", "tax.rate")]
        return [name for name in named if name in self.shape.reading.schema]

    @property
    def is_odd(self) -> bool:
        """Whether rows cannot be answered at once: the tax is not the same for all of them."""
        return bool(self.tax_columns) and self.shape.taxes is None

    @cached_property
    def taxes(self) -> dict[str, TaxStep | None]:
        """How each quote is brought to the row's tax basis."""
        own = self.tax_of(self.shape.row) or self.desk.shelf.catalog.tax
        found: dict[str, TaxStep | None] = {}
        for leg in self.shape.quotes:
            step = taxed(own, self.tax_of(leg), self.desk.places)
            found[leg.prefix] = None if step is None else TaxStep(step.factor, self.desk.places)
        return found

    def tax_of(self, leg: LegShape) -> Tax | None:
        constants: Mapping[str, Any] = {**self.shape.reading.constants, **(self.shape.taxes or {})}
        included = constants.get(leg.path("tax.included"))
        if included is None:
            return None
        return Tax.model_construct(included=included, rate=constants.get(leg.path("tax.rate")))

    def till(self, sheet: Sheet, legs: Sequence[LegShape]) -> Till:
        till = till_of(sheet, legs, self.taxes, self.percent)
        till.odd = self.is_odd
        return till

    def rate_till(self, sheet: Sheet) -> Till:
        """A till for rates, which no tax is in."""
        return till_of(sheet, [], {}, self.percent)

    @property
    def percent(self) -> Fraction | None:
        tolerance = self.desk.bound.rule.tolerance
        return None if tolerance is None or tolerance.percent is None else Fraction(tolerance.percent) / 100

    def money(self, term: str, sign: int = 1) -> Slot:
        unit = WHOLE * FINE if self.brings else WHOLE
        return Slot(self.desk.bound, term, unit=unit, sign=sign, places=self.desk.places)

    @property
    def brings(self) -> bool:
        """Whether amounts may have to be brought from one period to another."""
        steps = {step for path in self.shape.paths for step in path.split(".")}
        periods = any(path.startswith("quotes.") and path.endswith(".per") for path in self.shape.paths)
        return periods or not steps.isdisjoint(("fees", "incentives", "addons", "parts"))

    def rates(self, term: str = "rate") -> Iterator[Slot]:
        """A slot for rates that cost and one for rates that are earned, where the rows may have either."""
        for sign in (1, -1):
            yield Slot(self.desk.bound, term, sign=sign, measure="percent")


def rate_of(till: Till, leg: LegShape, name: str = "rate") -> Span:
    values, absent = till.amounts(leg.path(name))
    return open_above(sure(values), absent)


@dataclass(frozen=True)
class CostAsker(Asker):
    """default-gap: what was set for the row against every quote; reach-gap: the best of it and what anyone may take."""

    @property
    def reaches(self) -> bool:
        return self.desk.bound.check.id == "reach-gap"

    @property
    def words(self) -> tuple[str, ...]:
        return self.desk.bound.rule.terms or ("cost",)

    def found_slots(self) -> Iterator[Slot]:
        has_rate = self.shape.has(*(leg.path("rate") for leg in self.legs))
        for term in dict.fromkeys(self.terms_of(has_rate=has_rate)):
            if term == "rate":
                yield from self.rates()
            else:
                yield self.money(term)

    def terms_of(self, *, has_rate: bool) -> Iterator[str]:
        for word in self.words:
            if word in COSTS:
                yield word
            elif word in RATES:
                yield "rate"
            elif word in ("cost", "*"):
                yield from ("rate", "total_cost") if has_rate else ("total_cost",)

    def ask(self, sheet: Sheet) -> Iterator[Asking]:
        chosen = self.chooser.choose(sheet)
        for slot in self.slots:
            yield self.ask_rate(sheet, slot, chosen) if slot.term == "rate" else self.ask_cost(sheet, slot, chosen)

    def ask_cost(self, sheet: Sheet, slot: Slot, chosen: Chosen) -> Asking:
        reached = self.reach.choose(sheet).quotes if self.reaches else []
        legs = [self.shape.row, *(leg for leg, _ in (*chosen.quotes, *reached))]
        till = self.till(sheet, legs)
        options = [self.cost_option(till, leg, there, slot.term) for leg, there in chosen.quotes]
        if self.reaches:
            pairs = zip(chosen.quotes, options, strict=True)
            options = [self.with_reach(till, leg, option, reached, slot.term) for (leg, _), option in pairs]
        bar = bar_of(slot, sheet, till.scale, sheet.per)
        asked = self.asks(sheet, chosen, slot.term)
        return Asking(slot, asked, options, bar, chosen.reason, till.scale, sheet.horizon, till.odd)

    def asks(self, sheet: Sheet, chosen: Chosen, term: str) -> Mask:
        """The rows that are asked a cost term: the word ``cost`` is whichever of price and rate some leg has."""
        if term in self.words or (term == "rate" and RATES & set(self.words)):
            return True
        rated = stated_on(sheet, self.shape.row, chosen, "rate")
        if term == "rate":
            return rated
        return either(stated_on(sheet, self.shape.row, chosen, "price"), neither(rated))

    def cost_option(self, till: Till, quote: LegShape, there: Mask, term: str) -> Option:
        tax = till.tax(quote)
        if tax is None:
            return Option(there, SPOILT, UNTAXED)
        row = self.shape.row
        mine, theirs = till.sums(row, term, AS_IT_IS), till.sums(quote, term, tax)
        if term == "total_cost":
            spoken = neither(till.silent_fees(quote))
            mine = opened(mine, both(till.silent_fees(row), spoken))
            theirs = opened(theirs, both(till.silent_fees(quote), till.charged(row)))
        return Option(there, *till.together(mine, theirs))

    def with_reach(
        self, till: Till, quote: LegShape, option: Option, reached: Sequence[tuple[LegShape, Mask]], term: str
    ) -> Option:
        """The same option with the best that the customer could have by choosing, where anyone may take it."""
        others = [(there, self.in_reach(till, leg, quote, term)) for leg, there in reached]
        return option._replace(mine=best([(True, option.mine), *others], 1))

    def in_reach(self, till: Till, reached: LegShape, quote: LegShape, term: str) -> Span:
        basis, other = till.tax(reached), till.tax(quote)
        if basis is None or other is None:
            return UNTAXED
        mine, theirs = till.sums(reached, term, basis), till.sums(quote, term, other)
        if term == "total_cost":
            charged = either(till.charged(self.shape.row), till.charged(quote))
            mine = opened(mine, both(till.silent_fees(reached), charged))
        return till.together(mine, theirs)[0]

    def ask_rate(self, sheet: Sheet, slot: Slot, chosen: Chosen) -> Asking:
        till = self.rate_till(sheet)
        lends = sheet.lends
        asked = both(self.asks(sheet, chosen, "rate"), lends if slot.sign > 0 else neither(lends))
        options = [self.rate_option(till, leg, there) for leg, there in chosen.quotes]
        if self.reaches:
            reached = self.reach.choose(sheet).quotes
            rates = [(there, rate_of(till, leg)) for leg, there in reached]
            options = [one._replace(mine=best([(True, one.mine), *rates], slot.sign)) for one in options]
        return Asking(slot, asked, options, bar_of(slot, sheet, 1, None), chosen.reason, odd=till.odd)

    def rate_option(self, till: Till, leg: LegShape, there: Mask) -> Option:
        """Both rates; where nobody says whether those of the product are earned or paid, only equal ones compare."""
        mine, theirs = rate_of(till, self.shape.row), rate_of(till, leg)
        if till.sheet.typed is True:
            return Option(there, mine, theirs)
        unlike = np.asarray(mine.low != theirs.low) | (np.asarray(mine.no_high) != np.asarray(theirs.no_high))
        vague = both(neither(till.sheet.typed), np.broadcast_to(unlike, (till.sheet.rows,)))
        return Option(there, spoilt(mine, vague), spoilt(theirs, vague))


def opened(sums: Sums, mask: Mask) -> Sums:
    """A leg that does not speak of fees may charge anything from nothing up."""
    return sums._replace(recurring=open_above(sums.recurring, mask))


def stated_on(sheet: Sheet, row: LegShape, chosen: Chosen, name: str) -> Mask:
    """The rows on which the row itself or a chosen quote states something."""
    quoted = (both(there, stated(sheet, leg, name)) for leg, there in chosen.quotes)
    return any_of([sheet.stated(row.path(name)), *quoted])


def stated(sheet: Sheet, leg: LegShape, name: str) -> Mask:
    if leg.own and name == "price":
        return either(sheet.stated(leg.path(name)), sheet.stated(leg.path("changed_price")))
    return sheet.stated(leg.path(name))
