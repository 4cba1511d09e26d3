"""What is no cost: incentives, terms and components of the rows of a portion, each against its counterpart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from fairoffer.book.judge_ask import Asker, Asking, CostAsker, rate_of, stated_on
from fairoffer.book.judge_bar import bar_of
from fairoffer.book.judge_choice import Chosen
from fairoffer.book.judge_costs import AS_IT_IS, EVERY, TaxStep, Till
from fairoffer.book.judge_legs import Item, LegShape
from fairoffer.book.judge_sheet import TERM, Per, Sheet
from fairoffer.book.judge_span import (
    NOTHING,
    UNTAXED,
    Mask,
    Span,
    any_of,
    as_mask,
    both,
    either,
    merged,
    neither,
    open_above,
    picked,
    some,
    sure,
    times,
    where,
)
from fairoffer.book.judge_verdict import Option
from fairoffer.book.slots import Slot
from fairoffer.compare import components


@dataclass(frozen=True)
class IncentiveAsker(Asker):
    """The largest incentive as good as money; only where some leg has one."""

    def found_slots(self) -> Iterator[Slot]:
        if any(leg.gifts for leg in self.legs):
            yield self.money("incentives", -1)

    def ask(self, sheet: Sheet) -> Iterator[Asking]:
        chosen = self.chooser.choose(sheet)
        for slot in self.slots:
            yield self.ask_gifts(sheet, slot, chosen)

    def ask_gifts(self, sheet: Sheet, slot: Slot, chosen: Chosen) -> Asking:
        till = self.till(sheet, [self.shape.row, *(leg for leg, _ in chosen.quotes)])
        mine = largest_gift(till, self.shape.row, AS_IT_IS)
        options = []
        for leg, there in chosen.quotes:
            of_price = any_of(sheet.stated(g.path) for g in leg.gifts if g.size == "percent")
            tax = till.tax(leg)
            theirs = largest_gift(till, leg, tax or AS_IT_IS)
            if tax is None and some(of_price):
                theirs = spoilt_tax(theirs, of_price)
            options.append(Option(there, mine, theirs))
        asked = has_gift(sheet, self.shape.row)
        for leg, there in chosen.quotes:
            asked = either(asked, both(there, has_gift(sheet, leg)))
        return Asking(
            slot, asked, options, bar_of(slot, sheet, till.scale, None), chosen.reason, till.scale, 0, till.odd
        )


def spoilt_tax(span: Span, mask: Mask) -> Span:
    return picked(mask, UNTAXED, span)


def has_gift(sheet: Sheet, leg: LegShape) -> Mask:
    return any_of(sheet.stated(gift.path) for gift in leg.gifts)


def largest_gift(till: Till, leg: LegShape, tax: TaxStep) -> Span:
    """The largest single incentive that is as good as money: the least and the most it can be, in the till's units."""
    found: Span = NOTHING
    price = till.price(leg, tax, TERM) if any(gift.size == "percent" for gift in leg.gifts) else None
    for gift in leg.gifts:
        if gift.cash is False:
            continue
        worth, _ = till.given(gift, price)
        if gift.size != "percent":
            worth = times(worth, till.scale)
        found = Span(
            np.maximum(found.low, worth.low),
            np.maximum(found.high, worth.high),
            False,
            either(found.no_high, worth.no_high),
            merged(found.doubt, worth.doubt),
        )
    apart = either(found.no_high, as_mask(np.asarray(found.low) < np.asarray(found.high)))
    return replace(found, doubt=where(apart, found.doubt, 0))


@dataclass(frozen=True)
class TermAsker(CostAsker):
    """Every term that both the row and the comparator's cheapest quote state."""

    def found_slots(self) -> Iterator[Slot]:
        declared = self.desk.shelf.catalog.terms
        for name in sorted(self.shape.row.terms):
            if name in declared and self.desk.bound.wants(name):
                yield Slot(self.desk.bound, name, sign=1 if declared[name].better == "lower" else -1)

    def ask(self, sheet: Sheet) -> Iterator[Asking]:
        chosen = self.chooser.choose(sheet)
        for slot in self.slots:
            yield self.ask_term(sheet, slot, chosen)

    def ask_term(self, sheet: Sheet, slot: Slot, chosen: Chosen) -> Asking:
        till = self.till(sheet, [self.shape.row, *(leg for leg, _ in chosen.quotes)])
        path = f"terms.{slot.term}"
        values, absent = till.amounts(path)
        stated, theirs = self.cheapest(till, slot, chosen, path)
        asked = both(neither(absent), either(stated, neither(chosen.some)))
        option = Option(stated, sure(values), sure(theirs))
        odd = both(till.odd, neither(absent))
        return Asking(slot, asked, [option], bar_of(slot, sheet, 1, None), chosen.reason, odd=odd)

    def cheapest(self, till: Till, slot: Slot, chosen: Chosen, path: str) -> tuple[Mask, np.ndarray | int]:
        """The value of each row's cheapest quote, of several the best on the term, and the rows that have one. Where a
        cost is not known the row is odd."""
        if not chosen.quotes:
            return False, 0
        first, there = chosen.quotes[0]
        values, absent = till.amounts(first.path(path))
        stated, cost = both(there, neither(absent)), None
        for leg, here in chosen.quotes[1:]:
            if cost is None:
                cost = self.cost(till, first, chosen)
            other, lacking = till.amounts(leg.path(path))
            price, has = self.cost(till, leg, chosen), both(here, neither(lacking))
            cheaper = as_mask(price < cost)
            nicer = both(has, either(neither(stated), as_mask(other * slot.sign < values * slot.sign)))
            taken = both(here, either(neither(there), either(cheaper, both(as_mask(price == cost), nicer))))
            values, stated, cost = where(taken, other, values), where(taken, has, stated), where(taken, price, cost)
            there = either(there, here)
        return stated, values

    def cost(self, till: Till, leg: LegShape, chosen: Chosen) -> np.ndarray | int:
        """What a quote costs; rows with several quotes of which that is not known are odd."""
        there = next(mask for one, mask in chosen.quotes if one is leg)
        others = any_of(mask for one, mask in chosen.quotes if one is not leg)
        several = both(there, others)
        theirs = self.cost_option(till, leg, there, "total_cost").theirs
        rated = stated_on(till.sheet, self.shape.row, chosen, "rate")
        if rated is not False:
            sign = where(till.sheet.lends, 1, -1)
            rate = self.rate_option(till, leg, there).theirs
            theirs = picked(rated, replace(rate, low=rate.low * sign, high=rate.high * sign), theirs)
        vague = either(either(theirs.no_low, theirs.no_high), as_mask(theirs.low != theirs.high))
        till.odd = either(till.odd, both(several, vague))
        return theirs.low


@dataclass(frozen=True)
class ComponentAsker(Asker):
    """Every component that the row or a quote has, against its own counterpart."""

    def found_slots(self) -> Iterator[Slot]:
        for name in sorted(self.names):
            if not components.wanted(name, self.desk.bound.rule.terms):
                continue
            if name == components.FINANCE:
                yield Slot(self.desk.bound, name, measure="percent")
            else:
                yield self.money(name)

    @cached_property
    def names(self) -> set[str]:
        """Every component that is mapped; a fee that several parties charge also with its party."""
        found = set()
        for leg in self.legs:
            for fee in leg.fees or ():
                found.add(f"fee:{fee.name}")
                if fee.name in self.apart and fee.party:
                    found.add(f"fee:{fee.name}/{fee.party}")
            found |= {f"addon:{one.name}" for one in leg.addons or ()}
            found |= {f"part:{one.name}" for one in leg.parts or ()}
            if self.shape.has(leg.path(components.FINANCE)):
                found.add(components.FINANCE)
        return found

    @cached_property
    def apart(self) -> frozenset[str]:
        """Kinds of fee that two or more parties charge."""
        parties: dict[str, set[str]] = {}
        for leg in self.legs:
            for fee in leg.fees or ():
                parties.setdefault(fee.name, set()).update([fee.party] if fee.party else [])
        return frozenset(kind for kind, named in parties.items() if len(named) > 1)

    def ask(self, sheet: Sheet) -> Iterator[Asking]:
        chosen = self.chooser.choose(sheet)
        for slot in self.slots:
            if slot.term == components.FINANCE:
                yield self.ask_finance(sheet, slot, chosen)
            else:
                yield self.ask_money(sheet, slot, chosen)

    def ask_finance(self, sheet: Sheet, slot: Slot, chosen: Chosen) -> Asking:
        till = self.rate_till(sheet)
        mine = rate_of(till, self.shape.row, components.FINANCE)
        options = [Option(there, mine, rate_of(till, leg, components.FINANCE)) for leg, there in chosen.quotes]
        asked = sheet.stated(components.FINANCE)
        for leg, there in chosen.quotes:
            asked = either(asked, both(there, sheet.stated(leg.path(components.FINANCE))))
        return Asking(slot, asked, options, bar_of(slot, sheet, 1, None), chosen.reason, odd=till.odd)

    def ask_money(self, sheet: Sheet, slot: Slot, chosen: Chosen) -> Asking:
        kind, _, name = slot.term.partition(":")
        till = self.till(sheet, [self.shape.row, *(leg for leg, _ in chosen.quotes)])
        if kind == "fee":
            till.scale = 1
            per = self.per_of_fee(name)
            if per is None:
                till.odd = True
            stated: Per | None = EVERY.get(per or "once")
        else:
            stated = sheet.per
        mine = self.component(till, self.shape.row, kind, name, AS_IT_IS)
        options = []
        for leg, there in chosen.quotes:
            tax = till.tax(leg)
            theirs = UNTAXED if tax is None else self.component(till, leg, kind, name, tax)
            options.append(Option(there, mine, theirs))
        asked = has_item(till, self.shape.row, kind, name)
        for leg, there in chosen.quotes:
            asked = either(asked, both(there, has_item(till, leg, kind, name)))
        horizon = 0 if stated is None else where(as_mask(stated == sheet.per), sheet.horizon, 0)
        bar = bar_of(slot, sheet, till.scale, stated)
        return Asking(slot, asked, options, bar, chosen.reason, till.scale, horizon, till.odd)

    def per_of_fee(self, name: str) -> str | None:
        """What all legs charge a fee for: a month, a year or once; ``None``: they differ, or several parties do."""
        kind = name.partition("/")[0]
        found = {
            fee.when if fee.when in EVERY else "once"
            for leg in self.legs
            for fee in leg.fees or ()
            if fee.name in (name, kind)
        }
        return found.pop() if len(found) == 1 and kind not in self.apart else None

    def component(self, till: Till, leg: LegShape, kind: str, name: str, tax: TaxStep) -> Span:
        """What a component comes to on a leg; a leg that has the list but not the item asks nothing."""
        listed = listed_of(leg, kind)
        silent = till.silent(listed)
        found: Span = NOTHING
        for item in listed or ():
            if item.name != name:
                continue
            values, _ = till.amounts(item.path)
            values = where(silent, 0, tax(values))
            if kind == "fee":
                found = sure(values)
                continue
            ratio = till.sheet.ratio(till.sheet.per, till.per_of(leg))
            unclear = both(ratio.bad, as_mask(values != 0))
            found = open_above(sure(where(unclear, 0, till.scaled(values, ratio))), unclear)
        return open_above(found, silent)


def listed_of(leg: LegShape, kind: str) -> tuple[Item, ...] | None:
    return {"fee": leg.fees, "addon": leg.addons, "part": leg.parts}[kind]


def has_item(till: Till, leg: LegShape, kind: str, name: str) -> Mask:
    """The rows on which a leg lists a component."""
    listed = listed_of(leg, kind)
    found = any_of(till.sheet.stated(one.path) for one in listed or () if one.name == name)
    return both(found, neither(till.silent(listed)))
