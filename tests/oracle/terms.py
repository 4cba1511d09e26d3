"""Terms other than cost: what comes with an offer that costs no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from tests.oracle.bench import NO_EQUIVALENT, NOT_ASKED, Bench, Told, with_held
from tests.oracle.costs import Leg, minimum_term
from tests.oracle.sides import Situation
from tests.oracle.weigh import MISSING, NO_COMPARATOR, UNCLASSIFIED, Cell, CostTerm, differ, interest_kind, tolerance

CONTRACT_TERMS = ("contract_months", "exit_fee", "notice_days")


class TermBench(Bench):
    """term-gap."""

    def term_gap(self) -> Iterator[Told]:
        """The other terms of what costs no more than a stranger's cheapest offer, against that offer's."""
        for group in self.groups:
            found = self.situations(group, self.first)
            for key in dict.fromkeys((s.product, s.place) for s in found):
                here = [s for s in found if (s.product, s.place) == key]
                for name in self.terms_made(here):
                    for s in here:
                        yield Told(s.product, group, s.place, name, s.coming, s.day, self.term_cell(s, name))

    def terms_made(self, here: list[Situation]) -> list[str]:
        """The terms that enough of the offers declare."""
        mine = {leg for s in here for leg in with_held(s) if leg.offer is not None}
        theirs = {leg for s in here for leg in s.comparators}
        offers = [self.costs.offers[leg.offer] for leg in mine | theirs]
        offers += [self.in_force(leg) for leg in mine | theirs]
        kinds = {f"fee:{fee.kind}" for offer in offers for fee in offer.fees}
        wanted = set(self.rule.terms)
        names = sorted({*self.market.catalog.terms, *CONTRACT_TERMS, *kinds})
        names = [name for name in names if "*" in wanted or name in wanted]

        def made(name: str) -> bool:
            if name.startswith("fee:"):
                return True
            if name in ("contract_months", "exit_fee"):
                return any(self.declares(leg, name) for leg in mine | theirs)
            return any(self.declares(leg, name) for leg in mine) and any(self.declares(leg, name) for leg in theirs)

        return [name for name in names if made(name)]

    def declares(self, leg: Leg, name: str) -> bool:
        """Whether the offer of a leg says anything about a term (a contract of 0 months is none)."""
        both = (self.costs.offers[leg.offer], self.in_force(leg))
        if name == "contract_months":
            return any(minimum_term(offer) > 0 for offer in both)
        if name in CONTRACT_TERMS:
            return any(o.contract is not None and getattr(o.contract, name) is not None for o in both)
        return any(name in offer.terms for offer in both)

    def in_force(self, leg: Leg) -> Any:
        """The offer whose terms apply at the leg's month: once `then` has taken over, that one's."""
        return self.costs.part_at(self.costs.offers[leg.offer], leg.month).offer

    def value(self, leg: Leg, name: str) -> Fraction | None:
        """The value of a term for whoever is at the leg's month; None where nobody says."""
        if leg.offer is None:
            return None
        if name.startswith("fee:"):
            return self.costs.fees(leg, self.first, self.first, name.removeprefix("fee:")).known
        offer = self.costs.offers[leg.offer]
        ahead = self.scales.bound(leg)
        if name == "contract_months":
            return Fraction(ahead)
        if name == "exit_fee":
            fee = None if offer.contract is None else offer.contract.exit_fee
            return Fraction(0) if fee is None or (leg.held and ahead == 0) else Fraction(fee)
        offer = self.in_force(leg)
        if name == "notice_days":
            days = None if offer.contract is None else offer.contract.notice_days
            return None if days is None else Fraction(days)
        return Fraction(offer.terms[name]) if name in offer.terms else None

    def term_cell(self, s: Situation, name: str) -> Cell:
        """One customer under term-gap."""
        if s.held is not None and s.held.offer is None:
            return Cell("out", NOT_ASKED)
        if not s.comparators:
            return Cell("unknown", NO_COMPARATOR)
        if not s.reach:
            return Cell("out", NO_EQUIVALENT)
        key = ("term", name, s.held, s.reach, s.comparators)
        if key not in self._cells:
            terms = self.ranking_terms(s.product)
            self._cells[key] = self.term_judged(s, name, terms[0]) if terms else Cell("unknown", MISSING)
        return self._cells[key]

    def ranking_terms(self, product: str) -> list[CostTerm]:
        """The cost by which offers are ranked: the whole cost, or interest on the first balance."""
        if self.rated(product):
            balances = list(self.market.compare.balances) or self.balances(product)
            kind = interest_kind(self.market.products[product].type)
            return [CostTerm(kind, self.first, balance) for balance in balances]
        return [CostTerm("total_cost", self.first)]

    def higher(self, name: str) -> bool:
        """Whether more of a term is better."""
        spec = self.market.catalog.terms.get(name)
        return spec is not None and spec.better == "higher"

    def term_judged(self, s: Situation, name: str, cost: CostTerm) -> Cell:
        """Every way the unknown costs may turn out; when all agree, that is the outcome."""
        limit = tolerance(self.rule, "money" if name == "exit_fee" or name.startswith("fee:") else "unit", self.first)
        sign = -1 if self.higher(name) else 1
        cells = set()
        for c in self.cheapest(s.comparators, name, cost):
            theirs = self.value(c, name)
            for r in self.affordable(with_held(s), c, name, cost):
                mine = self.value(r, name)
                if mine is None or theirs is None:
                    cells.add(Cell("unknown", MISSING))
                    continue
                gap = sign * (mine - theirs)
                outcome = "fail" if gap > limit(theirs) else "pass"
                cells.add(Cell(outcome, None, gap, frozenset({(mine, theirs)})))
        outcomes = {cell.outcome for cell in cells}
        if outcomes in ({"fail"}, {"pass"}):
            # The smallest gap stands for what fails, the largest for what passes.
            pick = min if outcomes == {"fail"} else max
            gap = pick(cell.gap for cell in cells)
            values = frozenset().union(*(cell.values for cell in cells if cell.gap == gap))
            return Cell(outcomes.pop(), None, gap, values)
        return Cell("unknown", MISSING if "unknown" in outcomes or self.unpriced(s, cost) else UNCLASSIFIED)

    def unpriced(self, s: Situation, cost: CostTerm) -> bool:
        """Whether a price is unknown, and not only what an incentive is worth."""
        legs = with_held(s) + s.comparators
        return any(unknown.kind == "price" for leg in legs for unknown in self.scales.own(cost, leg).unknown)

    def rank(self, leg: Leg, name: str) -> Any:
        """Best on the term first; who says nothing is last; then by id."""
        value = self.value(leg, name)
        sign = -1 if self.higher(name) else 1
        return (value is None, 0 if value is None else sign * value, leg.offer)

    def cheapest(self, legs: Iterable[Leg], name: str, cost: CostTerm) -> list[Leg]:
        """The cheapest over its own term; more than one only where unknown costs leave it open."""
        legs = sorted(legs, key=lambda leg: self.rank(leg, name))
        found: list[Leg] = []
        for number, leg in enumerate(legs):
            mine = self.scales.own(cost, leg)
            beaten = False
            for other, rival in enumerate(legs):
                if rival is not leg:
                    # Surely not cheapest: some rival costs less whatever is unknown, or as much and comes first.
                    pair = differ(mine, self.scales.own(cost, rival), cost.higher_is_better)
                    beaten = beaten or pair.low.gap > 0 or (pair.low.gap == 0 and other < number)
            if not beaten:
                found.append(leg)
        return found

    def no_dearer(self, one: Leg, other: Leg, c: Leg, cost: CostTerm) -> bool:
        """Whether the gap of one to c is surely no larger than that of the other, each over its own months."""
        sign = -1 if cost.higher_is_better else 1
        gaps = []
        for leg in (one, other):
            months = max(cost.horizon, self.scales.bound(leg), self.scales.bound(c))
            gap = self.scales.amount(cost, leg, months).scaled(Fraction(sign))
            gap.add_all(self.scales.amount(cost, c, months), -sign)
            gaps.append(gap)
        return bool(differ(gaps[0], gaps[1], False, ("price", "points")).high.gap <= 0)

    def affordable(self, legs: Iterable[Leg], c: Leg, name: str, cost: CostTerm) -> list[Leg]:
        """The best on the term of what costs no more than c; if nothing does, the cheapest. All that it may be."""
        legs = sorted(legs, key=lambda leg: self.rank(leg, name))
        pairs = {leg: self.scales.pair(cost, leg, c) for leg in legs}
        found: list[Leg] = []
        for leg in legs:
            # Where it may be affordable, so is each before it that surely costs no more: then that one is chosen.
            if pairs[leg].low.gap <= 0 and not any(self.no_dearer(better, leg, c, cost) for better in found):
                found.append(leg)
            if pairs[leg].high.gap <= 0:
                return found
        return found + [leg for leg in self.cheapest(legs, name, cost) if leg not in found]
