"""Both values of every row, for checks that look at several rows at once: ratios that walk, who bears a gap, rates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fairoffer.book.judge_ask import Asker, CostAsker
from fairoffer.book.judge_choice import Chosen
from fairoffer.book.judge_costs import EVERY
from fairoffer.book.judge_legs import LegShape
from fairoffer.book.judge_sheet import Sheet
from fairoffer.book.judge_span import Bits, Mask, Size, any_of, as_mask, both, either, merged, neither, where
from fairoffer.book.judge_verdict import GRAVEST, Option
from fairoffer.book.slots import MISSING, NOT_ASKED, PASS, Codes, Slot
from fairoffer.compare.legs import COSTS


@dataclass(frozen=True)
class Valued:
    """One slot on one portion: PASS where both values are known, else the reason why not. Values are in
    ``WHOLE * scale`` units."""

    slot: Slot
    outcome: Codes | int
    gap: Size
    mine: Size
    scale: Size = 1
    horizon: Size = 0
    odd: Mask = False


@dataclass(frozen=True)
class ValueAsker(CostAsker):
    """price-walk and concentration: the row's cost, and how much worse it is than the best quote."""

    def found_slots(self) -> Iterator[Slot]:
        for slot in super().found_slots():
            yield replace(slot, places=None)

    def value(self, sheet: Sheet) -> Iterator[Valued]:
        chosen = self.chooser.choose(sheet)
        for slot in self.slots:
            asked = self.ask_rate(sheet, slot, chosen) if slot.term == "rate" else self.ask_cost(sheet, slot, chosen)
            found = both_values(asked.options, slot.sign, asked.silent)
            outcome = found.outcome
            if slot.term in COSTS:
                outcome = where(self.split_once(sheet, slot.term, chosen), np.uint8(MISSING), outcome)
            is_asked = both(asked.asked, self.is_first(sheet, slot, chosen))
            outcome = where(is_asked, outcome, np.uint8(NOT_ASKED))
            yield Valued(slot, outcome, found.gap, found.mine, asked.scale, asked.horizon, asked.odd)

    def is_first(self, sheet: Sheet, slot: Slot, chosen: Chosen) -> Mask:
        """Whether this is the first cost term of the row: who bears a gap is asked of one term only."""
        if self.desk.bound.check.id != "concentration":
            return True
        earlier: Mask = False
        for other in self.slots:
            if other.term == slot.term:
                return neither(earlier)
            earlier = either(earlier, self.asks(sheet, chosen, other.term))
        return True

    def split_once(self, sheet: Sheet, term: str, chosen: Chosen) -> Mask:
        """The rows on which something is due once, and nobody says how long the term is: what is equal on both sides
        cancels in a difference, but not in a ratio."""
        if sheet.once.bad is False:
            return False
        found = due_once(sheet, self.shape.row, term)
        for leg, there in chosen.quotes:
            found = either(found, both(there, due_once(sheet, leg, term)))
        return both(both(sheet.once.bad, found), chosen.some)


def due_once(sheet: Sheet, leg: LegShape, term: str) -> Mask:
    """The rows on which a leg has something that is due once and counts in a cost."""
    found: Mask = False
    if term != "list_price":
        for gift in leg.gifts:
            if gift.size != "percent" and gift.cash is not False:
                sized = True if gift.size == "points" else as_mask(sheet.amounts(gift.path).values != 0)
                found = either(found, both(sheet.stated(gift.path), sized))
    if term == "total_cost" and leg.fees is not None:
        spoken = neither(any_of(neither(sheet.stated(fee.path)) for fee in leg.fees if fee.is_open))
        for fee in leg.fees:
            if fee.when not in EVERY:
                found = either(found, both(spoken, as_mask(sheet.amounts(fee.path).values != 0)))
    return found


@dataclass(frozen=True)
class Pair:
    """Both values of every row, as a gap and the row's own."""

    outcome: Codes | int
    gap: Size
    mine: Size


def both_values(options: Sequence[Option], sign: int, silent: Codes | int) -> Pair:
    """The row's value and how much worse it is than the best of its quotes, where all of that is known."""
    there: Mask = False
    doubt: Bits = 0
    vague: Mask = False
    mine: Size = 0
    theirs: Size = 0
    for option in options:
        doubts: Bits = 0
        for side in (option.mine, option.theirs):
            open_ = either(
                either(side.no_low, side.no_high), False if side.is_plain else as_mask(side.low != side.high)
            )
            vague = either(vague, both(option.there, open_))
            doubts = merged(doubts, 0 if open_ is False else where(open_, side.doubt, 0))
        doubt = merged(doubt, where(option.there, doubts, 0))
        better = as_mask(option.theirs.low < theirs) if sign > 0 else as_mask(option.theirs.low > theirs)
        taken = both(option.there, either(neither(there), better))
        theirs = where(taken, option.theirs.low, theirs)
        mine = where(both(option.there, neither(there)), option.mine.low, mine)
        there = either(there, option.there)
    outcome = where(vague, GRAVEST[doubt], np.uint8(PASS))
    return Pair(where(there, outcome, np.uint8(0) + silent), (mine - theirs) * sign, mine)


@dataclass(frozen=True)
class RateAsker(Asker):
    """uniform-rate: the rate of every account that is past its first months."""

    def found_slots(self) -> Iterator[Slot]:
        if self.shape.has("rate"):
            yield from self.rates()

    def value(self, sheet: Sheet) -> Iterator[Valued]:
        months, young = sheet.amounts("tenure_months")
        past = either(young, as_mask(months > self.desk.bound.rule.over))
        rate, absent = sheet.amounts("rate")
        # Whoever has a price and no rate holds another kind of product.
        priced = both(absent, sheet.stated("price"))
        blind = either(young, absent)
        for slot in self.slots:
            asked = both(both(past, neither(priced)), sheet.lends if slot.sign > 0 else neither(sheet.lends))
            outcome = where(asked, where(blind, np.uint8(MISSING), np.uint8(PASS)), np.uint8(NOT_ASKED))
            yield Valued(slot, outcome, 0, rate)
