"""One rule at work: its terms, its customers, and the cell of a customer under a comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tests.oracle.costs import Costs, Leg
from tests.oracle.sides import Group, Market, Situation
from tests.oracle.weigh import Cell, CostTerm, Limit, Scales, interest_kind, tolerance

NOT_ASKED, NO_EQUIVALENT = "not-asked", "no-equivalent"


class Told(NamedTuple):
    """One customer's cell under a comparison; `coming` when they are not yet free."""

    product: str
    group: Group | None
    place: tuple[tuple[str, str], ...]
    term: str
    coming: bool
    day: date
    cell: Cell | None  # None: the comparison exists, but this customer has no part in it


class Bench:
    """One rule, in one reading of the unknown audiences."""

    def __init__(self, market: Market, rule: Any, groups: list[Group], days: list[date]) -> None:
        self.market, self.rule, self.groups, self.days = market, rule, groups, days
        self.costs: Costs = market.costs
        self.scales = Scales(market.costs)
        self.first = market.compare.months[0]
        self._cells: dict[Any, Cell] = {}
        self._situations: dict[Any, list[Situation]] = {}

    # -- terms -------------------------------------------------------------------------------------------------------

    def related(self, product: str) -> list[Any]:
        """The offers that may stand for a product on a judged day, and its own."""
        names = {product}.union(*(self.market.candidates(product, day) for day in self.days))
        return [offer for offer in self.market.catalog.offers if offer.product in names]

    def balances(self, product: str) -> list[Decimal]:
        """The balances that interest is worked out for: the policy's, and every limit of a tier."""
        found = {Decimal(balance) for balance in self.market.compare.balances}
        for offer in self.related(product):
            for rate in offer.rates:
                if rate.balance is not None:
                    found |= {limit for limit in (rate.balance.from_, rate.balance.to) if limit is not None}
        return sorted(balance for balance in found if balance > 0)

    def rated(self, product: str) -> bool:
        """Whether a product has rates: one of its offers says so, or what a customer of it has."""
        offers = self.related(product) + [o for o in self.market.catalog.offers if product in self.passed(o)]
        return any(offer.rates for offer in offers) or self.paid_by_rate(product)

    def passed(self, offer: Any) -> set[str]:
        """The products that the holders of an offer have, one after the other."""
        return {self.costs.product_at(offer, month) for month in range(self.market.bound + 1)}

    def cost_terms(self, product: str, horizon: int) -> list[CostTerm]:
        """What `cost` (or a cost term by name) means for a product."""
        wanted = set(self.rule.terms) or {"cost"}
        if self.rated(product):
            kind = interest_kind(self.market.products[product].type)
            named = wanted & {"cost", kind}
            return [CostTerm(kind, horizon, balance) for balance in self.balances(product)] if named else []
        kinds = {"total_cost" if name == "cost" else name for name in wanted} & {"total_cost", "core_price"}
        return [CostTerm(kind, horizon) for kind in sorted(kinds)]

    def paid_by_rate(self, product: str) -> bool:
        """Whether some segment says that it has a rate of interest on the product."""
        segments = [group.segment for group in self.groups if group.segment is not None and group.product == product]
        return any(segment.pays is not None and segment.pays.percent is not None for segment in segments)

    def limit(self, term: CostTerm) -> Limit:
        """The tolerance on a cost term."""
        return tolerance(self.rule, "money" if term.balance is None else "interest", term.horizon, term.balance)

    # -- segments ----------------------------------------------------------------------------------------------------

    def situations(self, group: Group, horizon: int) -> list[Situation]:
        """All customers of a group; those at a place where nobody has an offer are left out."""
        key = (group.id, group.product, horizon)
        if key not in self._situations:
            found = self.market.situations(group, horizon, self.days)
            made = {(s.product, s.place) for s in found if s.reach or s.comparators or s.asked}
            self._situations[key] = [s for s in found if not s.place or (s.product, s.place) in made]
        return self._situations[key]

    def each_cost(self, judge: Callable[[Situation, CostTerm], Cell | None]) -> Iterator[Told]:
        """Every customer of every segment, on every cost term."""
        for group in self.groups:
            for horizon in self.market.compare.months:
                for s in self.situations(group, horizon):
                    for term in self.cost_terms(s.product, horizon):
                        yield Told(s.product, group, s.place, term.name, s.coming, s.day, judge(s, term))

    def weighed(self, term: CostTerm, existing: Iterable[Leg], comparators: Iterable[Leg]) -> Cell:
        """The judgement of the scales, remembered."""
        key = (term, tuple(existing), tuple(comparators))
        if key not in self._cells:
            self._cells[key] = self.scales.judge(term, key[1], key[2], self.limit(term))
        return self._cells[key]


def with_held(s: Situation) -> tuple[Leg, ...]:
    """All that a customer may end up with: what they hold, and what they may choose."""
    return s.reach if s.held is None else (s.held, *s.reach)
