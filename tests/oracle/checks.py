"""The checks, each told for one customer at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle.bench import NO_EQUIVALENT, NOT_ASKED, Bench, Told, with_held
from tests.oracle.costs import NEW, Amount, Leg, limited_end
from tests.oracle.sides import Customer, Group, Situation, at_place, goes_on, own_box
from tests.oracle.terms import TermBench
from tests.oracle.weigh import MISSING, NO_COMPARATOR, UNCLASSIFIED, Cell, CostTerm, Limit, decide, differ, tolerance


class SegmentBench(Bench):
    """The checks of a segment on cost, incentives and having a choice at all."""

    def default_gap(self) -> Iterator[Told]:
        """What doing nothing costs, against each offer that a stranger may take."""

        def judge(s: Situation, term: CostTerm) -> Cell:
            if s.held is None:
                return Cell("out", NOT_ASKED)
            return self.weighed(term, (s.held,), s.comparators)

        yield from self.each_cost(judge)

    def reach_gap(self) -> Iterator[Told]:
        """The best of what is held and what may be chosen, against each offer that a stranger may take."""

        def judge(s: Situation, term: CostTerm) -> Cell:
            if s.comparators and not with_held(s):
                return Cell("out", NO_EQUIVALENT)
            return self.weighed(term, with_held(s), s.comparators)

        yield from self.each_cost(judge)

    def must_ask(self) -> Iterator[Told]:
        """The best of what is held and what may be chosen, against what the same customer gets by asking."""

        def judge(s: Situation, term: CostTerm) -> Cell | None:
            return self.weighed(term, with_held(s), s.asked) if s.asked else None

        # Where nobody could ask for anything there is no comparison; a customer who has nothing to set against what
        # they could ask for has no comparator.
        yield from self.each_cost(judge)

    def no_equivalent(self) -> Iterator[Told]:
        """A stranger may choose an offer, the customer none."""
        limit = tolerance(self.rule, "unit", self.first)
        for group in self.groups:
            for s in self.situations(group, self.first):
                if not s.comparators:
                    cell = Cell("unknown", NO_COMPARATOR)
                elif s.reach:
                    cell = Cell("pass", None, Fraction(0), frozenset({(Fraction(1), Fraction(1))}))
                else:
                    outcome = "fail" if limit(Fraction(1)) < 1 else "pass"
                    cell = Cell(outcome, None, Fraction(1), frozenset({(Fraction(0), Fraction(1))}))
                yield Told(s.product, group, s.place, "offers", s.coming, s.day, cell)

    def incentive_gap(self) -> Iterator[Told]:
        """The largest cash value among what may be chosen, against the largest that a stranger may take."""
        limit = tolerance(self.rule, "money", self.first)
        for group in self.groups:
            found = self.situations(group, self.first)
            made = {(s.product, s.place) for s in found if self.has_incentives(s)}
            for s in found:
                if (s.product, s.place) in made:
                    cell = self.cash_cell(s, limit)
                    yield Told(s.product, group, s.place, "incentives", s.coming, s.day, cell)

    def has_incentives(self, s: Situation) -> bool:
        """Whether any offer on either side comes with an incentive of any kind."""
        return any(self.costs.offers[leg.offer].incentives for leg in s.reach + s.comparators)

    def cash_cell(self, s: Situation, limit: Limit) -> Cell:
        """One customer under incentive-gap; whoever has no choice has 0."""
        values = {
            leg: self.costs.cash_value(self.costs.offers[leg.offer], leg.began, self.first) for leg in s[5] + s[6]
        }
        mine = [values[leg] for leg in s.reach] or [Amount()]
        rows = [[differ(r, values[c], True, ("price", "points")) for r in mine] for c in s.comparators]
        cell = decide(rows, limit)
        return cell._replace(reason=UNCLASSIFIED) if cell.reason == MISSING else cell


class ProductBench(Bench):
    """The checks that are not of one segment."""

    def price_walk(self) -> Iterator[Told]:
        """Dearer at a later tenure than at an earlier one, all traits equal."""
        for product in sorted(self.market.products):
            for place in self.market.places({}):
                for day in self.days:
                    for traits in self.market.people({}):
                        yield from self.walk(product, place, day, traits)

    def walk(self, product: str, place: Any, day: date, traits: Any) -> Iterator[Told]:
        """One kind of person over all tenures; months in which nothing can be chosen are passed over."""
        reaches: list[tuple[Leg, ...]] = []
        for tenure in range(1, self.market.bound + 1):
            reach = self.market.chosen(Customer(traits, tenure, 0, False), place, day, product, False)
            if reach and (not reaches or reaches[-1] != reach):
                reaches.append(reach)
        if not reaches:
            return
        for horizon in self.market.compare.months:
            for term in self.cost_terms(product, horizon):
                cell = self.steps(term, reaches)
                yield Told(product, None, place, term.name, False, day, cell)

    def steps(self, term: CostTerm, reaches: list[tuple[Leg, ...]]) -> Cell:
        """The largest rise from an earlier to a later month; staying as it is counts as 0."""
        cells = [Cell("pass", None, Fraction(0), None)]
        for later, reach in enumerate(reaches):
            cells += [self.weighed(term, reach, earlier) for earlier in reaches[:later] if earlier != reach]
        for outcome in ("fail", "unknown"):
            found = [cell for cell in cells if cell.outcome == outcome]
            if found:
                return max(found, key=lambda cell: cell.gap or Fraction(0))
        return max(cells, key=lambda cell: cell.gap or Fraction(0))

    def roll_over(self) -> Iterator[Told]:
        """What follows the phases of a live offer, against each offer that a stranger may take."""
        for offer in self.market.catalog.offers:
            if not goes_on(offer):
                continue
            end = limited_end(offer)
            product = self.costs.product_at(offer, end)
            leg = Leg(offer.id, end, NEW, None, True)
            for day in self.days:
                if self.market.live(offer, day):
                    yield from self.rolled(offer, leg, product, day)

    def anybody(self, product: str, place: Any) -> bool:
        """Whether an offer is open to anybody at a place, on whichever side; without named choices always."""
        return not place or any(
            self.market.strangers(traits, place, day, product)
            or any(
                self.market.chosen(Customer(traits, tenure, 0, False), place, day, product, ask)
                for tenure in range(1, self.market.bound + 1)
                for ask in (False, True)
            )
            for day in self.days
            for traits in self.market.people({})
        )

    def rolled(self, offer: Any, leg: Leg, product: str, day: date) -> Iterator[Told]:
        """One offer on one day, for everyone who may once have taken it."""
        box = own_box(self.market.catalog, offer)
        for place in self.market.places({}):
            if not at_place(offer, place) or not self.anybody(product, place):
                continue
            for traits in self.market.people(box):
                strangers = self.market.strangers(traits, place, day, product)
                for horizon in self.market.compare.months:
                    for term in self.cost_terms(product, horizon):
                        yield Told(product, None, place, term.name, False, day, self.weighed(term, (leg,), strangers))

    # -- tiers -------------------------------------------------------------------------------------------------------

    def tier_gap(self) -> Iterator[Told]:
        """What a customer of a lower tier holds, against the best that a higher tier has at the same tenure."""
        tiers = list(self.market.catalog.value_tiers)
        for group in self.groups:
            if group.value_tier not in tiers:
                continue
            above = [
                g
                for g in self.groups
                if g.value_tier in tiers and tiers.index(g.value_tier) > tiers.index(group.value_tier)
            ]
            for horizon in self.market.compare.months:
                yield from self.tiered(group, above, horizon)

    def persons(self, group: Group, horizon: int) -> Iterator[tuple[Customer, int, Leg | None, str]]:
        """Each customer of a group: as judged, the tenure they have today, what they hold, the product."""
        offer = group.offers[0] if group.offers else None
        for customer, began, now in self.market.customers(group, offer, horizon):
            held = self.market.held_leg(group, offer, customer, began)
            yield customer, now, held, self.market.product_of(group, offer, customer)

    def tiered(self, group: Group, above: list[Group], horizon: int) -> Iterator[Told]:
        """One segment against all segments of higher tiers."""
        higher: dict[Any, list[Any]] = {}
        for other in above:
            for rival, now, held, product in self.persons(other, horizon):
                # They meet when they have the same tenure today.
                for place in self.market.places(other.segment.where):
                    higher.setdefault((rival.traits, now, product, place), []).append(held)
        products = {key[2] for key in higher}
        made = {(s.product, s.place) for s in self.situations(group, horizon)}
        for customer, now, held, product in self.persons(group, horizon):
            if product not in products:
                continue
            for place in self.market.places(group.segment.where):
                if (product, place) not in made:
                    continue
                for day in self.days:
                    rivals = higher.get((customer.traits, now, product, place), [])
                    if not rivals:
                        continue
                    existing, comparators = self.tier_sides(customer, held, product, rivals, place, day)
                    for term in self.cost_terms(product, horizon):
                        cell = self.weighed(term, existing, comparators)
                        yield Told(product, group, place, term.name, customer.coming, day, cell)

    def tier_sides(self, customer: Customer, held: Leg | None, product: str, rivals: Any, place: Any, day: date) -> Any:
        """Held against held; where either side holds nothing, reach against reach.

        What may be chosen is the same for both, because both are asked at the same tenure: it is what a rival holds
        beside it that can make the difference.
        """
        holding = tuple(dict.fromkeys(leg for leg in rivals if leg is not None))
        if held is not None and holding:
            return (held,), holding
        open_to_both = self.market.chosen(customer, place, day, product, False)
        return (open_to_both if held is None else (*open_to_both, held)), (*open_to_both, *holding)


class AllChecks(SegmentBench, TermBench, ProductBench):
    """Everything that a rule may name here."""


CHECKS: dict[str, Callable[[AllChecks], Iterator[Told]]] = {
    "default-gap": AllChecks.default_gap,
    "reach-gap": AllChecks.reach_gap,
    "term-gap": AllChecks.term_gap,
    "incentive-gap": AllChecks.incentive_gap,
    "no-equivalent": AllChecks.no_equivalent,
    "price-walk": AllChecks.price_walk,
    "roll-over": AllChecks.roll_over,
    "must-ask": AllChecks.must_ask,
    "tier-gap": AllChecks.tier_gap,
}
