"""Who is compared with whom: one customer, one day, what they hold, what they may choose, what a stranger may choose.

Nothing is clever here. Each customer has one value for every trait, a tenure, a held month and a day, and each offer is
asked in turn whether that customer may take it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product as every
from typing import Any, NamedTuple

from tests.oracle.costs import EXISTING, NEW, Costs, Leg, first_phase, limited_end, minimum_term

EVERYONE, ROLLED_OVER = "everyone", "rolled over"
ASKED = ("on_request", "on_leaving")
ALL_DAYS = 12  # up to so many days each is judged; a longer span only where something changes


class Customer(NamedTuple):
    """One customer, as they are when they are judged."""

    traits: tuple[tuple[str, str], ...]
    tenure: int
    held_month: int
    coming: bool


class Situation(NamedTuple):
    """What one customer is compared on. `held` is None for whoever only has a product."""

    product: str
    place: tuple[tuple[str, str], ...]
    day: date
    coming: bool
    held: Leg | None
    reach: tuple[Leg, ...]
    comparators: tuple[Leg, ...]
    asked: tuple[Leg, ...]


@dataclass(frozen=True)
class Group:
    """A segment as it is judged: written in the file, or derived because there is no file."""

    id: str
    customers: int | None
    value_tier: str | None
    segment: Any  # None where derived
    offers: tuple[Any, ...]  # what it holds: usually one
    product: str | None  # where nothing is held
    derived: bool = False
    box: dict[str, Any] | None = None  # what whoever has the product must be


class Market:
    """The catalog under one `compare`, in one reading of the unknown audiences, on one judged day at a time."""

    def __init__(self, catalog: Any, policy: Any, compare: Any, costs: Costs, world: str | None, bound: int) -> None:
        self.catalog, self.policy, self.compare, self.costs, self.world = catalog, policy, compare, costs, world
        self.products = {product.id: product for product in catalog.products}
        self.bound = bound
        self._chosen: dict[Any, tuple[Leg, ...]] = {}

    # -- places and traits -------------------------------------------------------------------------------------------

    def choices(self) -> list[str]:
        """The choices that must be equal on both sides."""
        named = self.compare.like_for_like
        return [
            name for name, attribute in sorted(self.catalog.attributes.items()) if attribute.choice and name in named
        ]

    def places(self, where: dict[str, Any]) -> Iterator[tuple[tuple[str, str], ...]]:
        """Each set of values of the named choices, as far as `where` leaves them open."""
        names = self.choices()
        values = [[v for v in domain(self.catalog.attributes[n]) if agrees(where.get(n), v)] for n in names]
        for chosen in every(*values):
            yield tuple(zip(names, chosen, strict=True))

    def people(self, where: dict[str, Any]) -> Iterator[tuple[tuple[str, str], ...]]:
        """Each set of traits; one that `where` does not name is assumed, or may be anything."""
        traits = {name: a for name, a in sorted(self.catalog.attributes.items()) if not a.choice}
        values = []
        for name, attribute in traits.items():
            if name in where:
                values.append([v for v in domain(attribute) if agrees(where[name], v)])
            elif attribute.assume is not None:
                values.append([attribute.assume])
            else:
                values.append(domain(attribute))
        for chosen in every(*values):
            yield tuple(zip(traits, chosen, strict=True))

    # -- offers ------------------------------------------------------------------------------------------------------

    def audience(self, offer: Any) -> str:
        """The audience; one that cannot be read is what this reading says it is."""
        return self.world if offer.audience == "unknown" and self.world is not None else offer.audience

    def live(self, offer: Any, day: date) -> bool:
        """Whether the offer can be taken on that day."""
        on_sale = self.products[offer.product].on_sale
        return (offer.valid is None or offer.valid.contains(day)) and (on_sale is None or on_sale.contains(day))

    def closed_by_date(self, product: str, day: date) -> bool:
        """Whether the product has gone off sale."""
        on_sale = self.products[product].on_sale
        return on_sale is not None and on_sale.to is not None and on_sale.to < day

    def closed_by_share(self, product: str, day: date) -> bool:
        """Whether too few newcomers buy the product for it to be open, by the policy's threshold."""
        on_sale = self.products[product].on_sale
        if self.policy.closed_product is None or on_sale is None or on_sale.new_business_share is None:
            return False
        for entry in self.policy.closed_product.new_business_share_below:
            years = entry.on_sale_years_under
            if years is None:
                return on_sale.new_business_share < entry.share
            if on_sale.from_ is not None and full_years(on_sale.from_, day) < years:
                return on_sale.new_business_share < entry.share
        return False

    def match(self, product: str, day: date) -> str | None:
        """The first product on sale along the close matches."""
        seen = {product}
        following = self.products[product].close_match
        while following is not None and following not in seen:
            on_sale = self.products[following].on_sale
            if on_sale is None or on_sale.contains(day):
                return following
            seen.add(following)
            following = self.products[following].close_match
        return None

    def candidates(self, product: str, day: date) -> tuple[str, ...]:
        """The products whose offers stand for this one: itself, or once it is closed its close match."""
        if self.closed_by_date(product, day):
            found = self.match(product, day)
            return () if found is None else (found,)
        if self.closed_by_share(product, day):
            found = self.match(product, day)
            return (product,) if found is None else (product, found)
        return (product,)

    def open_to(self, offer: Any, traits: dict[str, str], day: date) -> bool:
        """Whether a person at a place passes an offer's tests of attributes on that day."""
        if not self.live(offer, day):
            return False
        return all(
            name not in traits or agrees(test, traits[name]) for name, test in offer.eligibility.attributes.items()
        )

    def to_existing(self, offer: Any, customer: Customer, place: Any, day: date, product: str) -> bool:
        """Whether a customer who stayed may take an offer, however one gets to it."""
        tenure = offer.eligibility.tenure_months
        return (
            self.audience(offer) in (EXISTING, "any")
            and not (offer.audience_basis is not None and "moving" in offer.audience_basis.also)
            and (tenure is None or tenure.contains(customer.tenure))
            and not (offer.once and offer.product == product)
            and self.open_to(offer, dict(customer.traits + place), day)
        )

    def to_stranger(self, offer: Any, traits: Any, place: Any, day: date) -> bool:
        """Whether the comparator may take an offer."""
        tenure = offer.eligibility.tenure_months
        return (
            self.audience(offer) in self.compare.audiences
            and self.audience(offer) != EXISTING
            and offer.access in self.compare.access.comparator
            and (tenure is None or tenure.contains(0))
            and self.open_to(offer, dict(traits + place), day)
        )

    def chosen(self, customer: Customer, place: Any, day: date, product: str, ask: bool) -> tuple[Leg, ...]:
        """What a customer may choose (or, with `ask`, what they could get only by asking or leaving)."""
        key = (customer.traits, customer.tenure, place, day, product, ask)
        if key not in self._chosen:
            admitted = self.compare.access.existing
            self._chosen[key] = tuple(
                Leg(offer.id, 0, EXISTING)
                for offer in self.catalog.offers
                if offer.product in self.candidates(product, day)
                and (offer.access in admitted if not ask else offer.access in ASKED and offer.access not in admitted)
                and self.to_existing(offer, customer, place, day, product)
            )
        return self._chosen[key]

    def strangers(self, traits: Any, place: Any, day: date, product: str) -> tuple[Leg, ...]:
        """What a stranger with the same traits may choose at the same place."""
        key = (traits, place, day, product)
        if key not in self._chosen:
            self._chosen[key] = tuple(
                Leg(offer.id, 0, NEW)
                for offer in self.catalog.offers
                if offer.product in self.candidates(product, day) and self.to_stranger(offer, traits, place, day)
            )
        return self._chosen[key]

    # -- customers ---------------------------------------------------------------------------------------------------

    def moment(self, offer: Any | None, horizon: int) -> int:
        """The held month at which a customer is free; 0 for whoever holds no offer."""
        if offer is None or self.compare.at == "now":
            return 0
        if minimum_term(offer):
            return minimum_term(offer)
        first = first_phase(offer)
        return 0 if first is None else min(first, horizon)

    def customers(self, group: Group, offer: Any | None, horizon: int) -> Iterator[tuple[Customer, str, int]]:
        """Every customer of a group as judged, who they were when they took what they hold, their tenure today."""
        segment, moment = group.segment, self.moment(offer, horizon)
        where = segment.where if segment is not None else group.box or own_box(self.catalog, offer)
        first, last = self.tenures(group, offer)
        held = segment.held_months if segment is not None else None
        moments = set()
        for tenure in range(first, last + 1):
            months = [tenure]
            if held is not None:
                top = min(tenure, max(self.bound, held.from_ or 0) if held.to is None else held.to)
                months = list(range(held.from_ or 0, top + 1))
            for month in months:
                began = NEW if tenure == month else EXISTING
                wait = max(0, moment - month)
                moments.add((tenure + wait, month + wait, wait > 0, began, tenure))
        for traits in self.people(where):
            for at, month, coming, began, now in sorted(moments):
                yield Customer(traits, at, month, coming), began, now

    def tenures(self, group: Group, offer: Any | None) -> tuple[int, int]:
        """The least and the greatest tenure of a group, as far as anything can change."""
        segment = group.segment
        if segment is None:
            first = max(1, limited_end(offer)) if offer is not None else 1
            return first, max(first, self.bound)
        first = max(1, segment.tenure_months.from_ or 1) if segment.tenure_months is not None else 1
        last = segment.tenure_months.to if segment.tenure_months is not None else None
        held_from = (segment.held_months.from_ or 0) if segment.held_months is not None else 0
        steady = max(first, self.bound, held_from + 1)
        return first, steady if last is None else min(last, steady)

    def held_leg(self, group: Group, offer: Any | None, customer: Customer, began: str) -> Leg | None:
        """What doing nothing is, for this customer."""
        if offer is not None:
            return Leg(offer.id, customer.held_month, began, None, True)
        if group.segment is not None and group.segment.pays is not None:
            return Leg(None, 0, EXISTING, group.segment.id, True)
        return None

    def situations(self, group: Group, horizon: int, days: list[date]) -> list[Situation]:
        """Every customer of the group at every place on every judged day (alike ones once)."""
        found: dict[Situation, None] = {}
        where = group.segment.where if group.segment is not None else {}
        for day in days:
            for offer in group.offers or (None,):
                if group.derived and offer is not None and not self.live(offer, day):
                    continue
                for customer, began, _ in self.customers(group, offer, horizon):
                    held = self.held_leg(group, offer, customer, began)
                    product = self.product_of(group, offer, customer)
                    for place in self.places(where):
                        if group.derived and offer is not None and not at_place(offer, place):
                            continue
                        found[
                            Situation(
                                product,
                                place,
                                day,
                                customer.coming,
                                held,
                                self.chosen(customer, place, day, product, False),
                                self.strangers(customer.traits, place, day, product),
                                self.chosen(customer, place, day, product, True),
                            )
                        ] = None
        return list(found)

    def product_of(self, group: Group, offer: Any | None, customer: Customer) -> str:
        """The product a customer has when judged."""
        if offer is not None:
            return self.costs.product_at(offer, customer.held_month)
        return str(group.product)


def at_place(offer: Any, place: Any) -> bool:
    """Whether an offer can be had at a place at all."""
    chosen = dict(place)
    return all(name not in chosen or agrees(test, chosen[name]) for name, test in offer.eligibility.attributes.items())


def own_box(catalog: Any, offer: Any | None) -> dict[str, Any]:
    """The traits an offer asks for: nobody else can ever have taken it."""
    if offer is None:
        return {}
    return {n: test for n, test in offer.eligibility.attributes.items() if not catalog.attributes[n].choice}


def goes_on(offer: Any) -> bool:
    """Whether something else comes after the phases that have months: an open phase, or another offer."""
    entries = offer.price or offer.rates
    limited = [entry for entry in entries if entry.months is not None]
    then = offer.contract is not None and offer.contract.then is not None
    return bool(limited) and (then or len(limited) < len(entries))


def domain(attribute: Any) -> list[str]:
    """All values of an attribute, as text."""
    if attribute.type == "integer":
        return [str(value) for value in range(attribute.from_, attribute.to + 1)]
    if attribute.type == "boolean":
        return ["false", "true"]
    return list(attribute.values)


def agrees(test: Any, value: str) -> bool:
    """Whether a value passes a test (none: anything does; a list: one of it; else a range)."""
    if test is None:
        return True
    if isinstance(test, tuple):
        return value in test
    return bool(test.contains(int(value)))


def full_years(start: date, end: date) -> int:
    """Birthdays since."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def judged_days(catalog: Any, as_of: date, through: date | None) -> list[date]:
    """The judged day, and with `through` every later day (in a long span: those on which something changes)."""
    if through is None or through <= as_of:
        return [as_of]
    span = (through - as_of).days
    if span <= ALL_DAYS:
        return [as_of + timedelta(days=count) for count in range(span + 1)]
    changes = {as_of}
    ranges = [offer.valid for offer in catalog.offers] + [product.on_sale for product in catalog.products]
    for found in ranges:
        if found is not None and found.from_ is not None:
            changes.add(found.from_)
        if found is not None and found.to is not None:
            changes.add(found.to + timedelta(days=1))
    return sorted(day for day in changes if as_of <= day <= through)
