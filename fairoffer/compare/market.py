"""The offers on both sides for one product and place, and what each of them costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from math import lcm
from typing import Literal

from fairoffer.compare.axes import Axis, holds, trait_axes
from fairoffer.compare.cost import Measure
from fairoffer.compare.terms import offers_by_product
from fairoffer.compare.timeline import Timeline, timeline
from fairoffer.model.catalog import Catalog, Offer, Product, is_lending
from fairoffer.model.policy import ClosedProduct

DayMask = tuple[int, int, int]
"""Offers open in their roles, and the first and last day of that, as ordinals."""

World = Literal["new", "existing"]
"""What every offer whose audience cannot be read is taken for."""


@dataclass(frozen=True)
class Way:
    """One way of comparing, as a policy and its rule say it."""

    with_: str
    named: tuple[str, ...]
    months: tuple[int, ...]
    balances: tuple[Decimal, ...]
    audiences: tuple[str, ...]
    access_existing: tuple[str, ...]
    access_comparator: tuple[str, ...]
    at_now: bool
    closed: ClosedProduct | None
    assume: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True)
class Shelf:
    """A catalog, looked up by product."""

    catalog: Catalog
    as_of: date
    through: date | None

    @cached_property
    def products(self) -> dict[str, Product]:
        return {p.id: p for p in self.catalog.products}

    @cached_property
    def offers(self) -> dict[str, Offer]:
        return {o.id: o for o in self.catalog.offers}

    @cached_property
    def by_product(self) -> Mapping[str, tuple[Offer, ...]]:
        return offers_by_product(self.catalog)

    @cached_property
    def term_units(self) -> dict[str, int]:
        """For each declared term, enough units that every value of it is a whole number of them."""
        units = dict.fromkeys(self.catalog.terms, 1)
        for offer in self.catalog.offers:
            for name, value in offer.terms.items():
                units[name] = lcm(units[name], value.as_integer_ratio()[1])
        return units

    @cached_property
    def _lines(self) -> dict[tuple[str, int], Timeline]:
        return {}

    def line(self, offer: Offer, until: int) -> Timeline:
        """The offer laid out in months, made once."""
        key = (offer.id, until)
        if key not in self._lines:
            self._lines[key] = timeline(offer, self.offers, until)
        return self._lines[key]

    def window(self, offer: Offer) -> tuple[date, date]:
        """First and last day on which the offer can be taken, inside its product's time on sale."""
        sale = self.products[offer.product].on_sale
        starts = [d for d in (offer.valid and offer.valid.from_, sale and sale.from_) if d]
        ends = [d for d in (offer.valid and offer.valid.to, sale and sale.to) if d]
        return max(starts, default=date.min), min(ends, default=date.max)

    def close_match(self, product: str, day: date) -> str | None:
        """The first product along the close matches that is on sale."""
        seen = {product}
        following = self.products[product].close_match
        while following and following not in seen:
            sale = self.products[following].on_sale
            if sale is None or sale.contains(day):
                return following
            seen.add(following)
            following = self.products[following].close_match
        return None

    def closed(self, product: str, day: date, rule: ClosedProduct | None) -> Literal["date", "share"] | None:
        """Whether a product is closed to new customers on a day: no longer on sale, or hardly sold to them."""
        sale = self.products[product].on_sale
        if sale is None:
            return None
        if sale.to and sale.to < day:
            return "date"
        if rule is None or sale.new_business_share is None:
            return None
        below = rule.threshold(sale, day)
        return "share" if below is not None and sale.new_business_share < below else None

    def sources(self, product: str, day: date, rule: ClosedProduct | None) -> tuple[list[str], list[str]]:
        """Products whose offers a stranger, and a customer, is compared by."""
        closed = self.closed(product, day, rule)
        if closed is None:
            return [product], [product]
        match = self.close_match(product, day)
        others = [match] if match else []
        return (others if closed == "date" else [product, *others]), [product, *others]


@dataclass
class Market:
    """Offers that either side may have, as bits: ``new`` at 0.., ``reach`` at n.., ``asked`` at 2n.."""

    shelf: Shelf
    way: Way
    product: str
    place: tuple[tuple[str, str], ...]
    world: World | None
    offers: list[Offer] = field(default_factory=list)
    days: list[DayMask] = field(default_factory=list)
    axes: tuple[Axis, ...] = ()
    cuts: list[int] = field(default_factory=list)
    related: list[Offer] = field(default_factory=list)
    """Every offer of the products that are compared, whether or not anybody may have it."""

    @property
    def n(self) -> int:
        return len(self.offers)

    def audience(self, offer: Offer) -> str:
        if offer.audience == "unknown":
            return self.world or "unknown"
        return offer.audience

    def is_comparator(self, offer: Offer) -> bool:
        way = self.way
        if offer.access not in way.access_comparator or not self.in_place(offer):
            return False
        tenure = offer.eligibility.tenure_months
        if tenure is not None and not holds(tenure, 0):
            return False
        audience = self.audience(offer)
        if way.with_ == "standing-offer":
            return offer.kind == "standing" and audience in ("any", "new")
        if way.with_ == "best-open":
            return audience == "any"
        return audience in way.audiences and audience != "existing"

    def is_reach(self, offer: Offer, access: Iterable[str]) -> bool:
        if self.audience(offer) not in ("existing", "any") or not self.in_place(offer):
            return False
        if offer.audience_basis and "moving" in offer.audience_basis.also:
            return False
        return offer.access in access and not (offer.once and offer.product == self.product)

    def in_place(self, offer: Offer) -> bool:
        clauses = offer.eligibility.attributes
        return all(name not in clauses or value in words(clauses[name]) for name, value in self.place)


def words(clause: object) -> tuple[str, ...]:
    return clause if isinstance(clause, tuple) else ()


def open_market(
    shelf: Shelf,
    way: Way,
    product: str,
    place: tuple[tuple[str, str], ...],
    world: World | None,
    held: Iterable[Offer] = (),
) -> Market:
    """Gather the offers of both sides on every judged day; ``held`` are offers whose own days matter too."""
    market = Market(shelf, way, product, place, world)
    judged = judged_days(shelf, way, product, held)
    sources = {day: shelf.sources(product, day, way.closed) for day in judged}
    both = sorted({p for sides in sources.values() for side in sides for p in side})
    asking = [a for a in ("on_request", "on_leaving") if a not in way.access_existing]
    candidates = []
    for offer in (o for p in both for o in shelf.by_product[p]):
        roles = (
            market.is_comparator(offer),
            market.is_reach(offer, way.access_existing),
            market.is_reach(offer, asking),
        )
        open_days = [d for d in judged if is_open(shelf, offer, d)]
        if any(roles) and open_days:
            candidates.append((offer, roles))
    market.related = [o for p in sorted({product, *both}) for o in shelf.by_product[p]]
    candidates.sort(key=lambda c: c[0].id)
    market.offers = [offer for offer, _ in candidates]
    market.axes = trait_axes(shelf.catalog.attributes, [o.eligibility for o in market.offers])
    market.days = day_masks(shelf, judged, sources, candidates)
    market.cuts = tenure_cuts(market.offers)
    return market


def is_open(shelf: Shelf, offer: Offer, day: date) -> bool:
    first, last = shelf.window(offer)
    return first <= day <= last


def judged_days(shelf: Shelf, way: Way, product: str, held: Iterable[Offer] = ()) -> list[date]:
    """The judged day and, with ``through``, each later one on which an offer of either side comes or goes."""
    if shelf.through is None:
        return [shelf.as_of]
    related, following = {product}, shelf.products[product].close_match
    while following and following not in related:
        related.add(following)
        following = shelf.products[following].close_match
    days = {shelf.as_of}
    for offer in held:
        days |= window_days(shelf, offer)
    for name in related:
        sale = shelf.products[name].on_sale
        if sale and sale.to and sale.to < date.max:
            days.add(sale.to + timedelta(days=1))
        if sale and sale.from_:
            days |= set(share_days(sale.from_, way.closed))
        for offer in shelf.by_product[name]:
            days |= window_days(shelf, offer)
    return sorted(d for d in days if shelf.as_of <= d <= shelf.through)


def window_days(shelf: Shelf, offer: Offer) -> set[date]:
    """The first day on which an offer can be taken, and the first on which it no longer can."""
    first, last = shelf.window(offer)
    return {first} | ({last + timedelta(days=1)} if last < date.max else set())


def share_days(on_sale: date, rule: ClosedProduct | None) -> Iterable[date]:
    """Days on which another threshold for the share of new business begins to hold."""
    for limit in rule.new_business_share_below if rule else ():
        if limit.on_sale_years_under is not None:
            year = on_sale.year + limit.on_sale_years_under
            day = 28 if (on_sale.month, on_sale.day) == (2, 29) else on_sale.day
            yield date(year, on_sale.month, day)
            yield date(year, on_sale.month, day) + timedelta(days=1)


def day_masks(
    shelf: Shelf,
    judged: Sequence[date],
    sources: Mapping[date, tuple[list[str], list[str]]],
    candidates: Sequence[tuple[Offer, tuple[bool, bool, bool]]],
) -> list[DayMask]:
    """Which offers are open in which role from each judged day to the day before the next."""
    n = len(candidates)
    out = []
    for at, day in enumerate(judged):
        new_from, reach_from = sources[day]
        mask = 0
        for i, (offer, (new, reach, asked)) in enumerate(candidates):
            if not is_open(shelf, offer, day):
                continue
            if new and offer.product in new_from:
                mask |= 1 << i
            if offer.product in reach_from:
                mask |= (reach << (n + i)) | (asked << (2 * n + i))
        end = judged[at + 1].toordinal() - 1 if at + 1 < len(judged) else (shelf.through or day).toordinal()
        out.append((mask, day.toordinal(), end))
    return out


def alike(days: Iterable[DayMask]) -> list[DayMask]:
    """Days with the same open offers as one, from the first to the last of them."""
    groups: dict[int, tuple[int, int]] = {}
    for mask, first, last in days:
        groups[mask] = (groups[mask][0] if mask in groups else first, last)
    return [(mask, first, last) for mask, (first, last) in groups.items()]


def tenure_cuts(offers: Iterable[Offer]) -> list[int]:
    cuts = set()
    for offer in offers:
        tenure = offer.eligibility.tenure_months
        if tenure is not None:
            cuts |= {tenure.from_ or 0} | ({tenure.to + 1} if tenure.to is not None else set())
    return sorted(cuts)


def cost_measures(market: Market, wanted: Iterable[str], *, by_rate: bool) -> list[Measure]:
    """The cost terms of a product: interest at every balance where it has rates, else the total cost first.

    ``by_rate`` says that somebody holds the product at a rate, whatever its offers have.
    """
    found: list[Measure] = []
    if by_rate or any(o.rates for o in market.related):
        kind = market.shelf.products[market.product].type
        label = "interest_paid" if is_lending(kind) else "interest_earned"
        if {"cost", "rate", label} & set(wanted):
            found += [Measure(label, balance) for balance in balances(market.way, market.related)]
        return found
    if {"cost", "total_cost"} & set(wanted):
        found.append(Measure("total_cost"))
    if "core_price" in wanted:
        found.append(Measure("core_price", fees=False))
    if "list_price" in wanted:
        found.append(Measure("list_price", fees=False, incentives=False))
    return found


def balances(way: Way, offers: Iterable[Offer]) -> list[Decimal]:
    """The balances that the policy names, and every limit of a tier."""
    limits = {
        limit
        for offer in offers
        for rate in offer.rates
        if rate.balance
        for limit in (rate.balance.from_, rate.balance.to)
        if limit
    }
    return sorted({*way.balances, *limits})


def tenure_mask(market: Market, tenure: int) -> int:
    """All roles of all offers, but reach and asked only where the tenure is eligible."""
    n = market.n
    fits = 0
    for i, offer in enumerate(market.offers):
        clause = offer.eligibility.tenure_months
        if clause is None or holds(clause, tenure):
            fits |= 1 << i
    return ((1 << n) - 1) | (fits << n) | (fits << 2 * n)


def spread(market: Market, mask: int) -> int:
    """A set of offers, in all three roles."""
    n = market.n
    return mask | (mask << n) | (mask << 2 * n)
