"""What every offer of a market costs, stated alike so that two of them can be compared as whole numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple

from fairoffer.compare.cost import Bounds, Doubts, Measure, Rises, Role, cost, rises
from fairoffer.compare.lineage import minimum_term
from fairoffer.compare.market import Market
from fairoffer.compare.timeline import Timeline
from fairoffer.model.catalog import Offer


class Quote(NamedTuple):
    """A cost over some months stated for the horizon: what is known, in the price list's unit, and what is not."""

    known: int
    doubts: Doubts | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a pair: ``offer`` is its place in the market, -1 for what the segment holds.

    ``own`` is the least number of months over which it may be costed, ``quotes`` what it costs over each length.
    """

    offer: int
    own: int
    quotes: Mapping[int, Quote]


@dataclass(slots=True)
class PriceList:
    """One cost term of a market: a leg for every offer and role. ``unit`` is how many of its units are one of the
    currency's; ``lengths`` the months over which a pair may be costed."""

    measure: Measure
    months: int
    lengths: tuple[int, ...]
    unit: int = 1
    new: list[Leg] = field(default_factory=list)
    existing: list[Leg] = field(default_factory=list)
    certain: bool = True

    @property
    def term(self) -> str:
        return self.measure.term(self.months)


def lengths_of(market: Market, months: int, bound: Iterable[int]) -> tuple[int, ...]:
    """Every number of months over which some pair of the market may be costed; ``bound`` are the months for which
    somebody is still bound to what they hold when they are judged."""
    return tuple(sorted({max(months, own) for own in (0, *bound, *(minimum_term(o) for o in market.offers))}))


def price_list(market: Market, measure: Measure, months: int, bound: Iterable[int]) -> PriceList:
    """An empty list; ``fill`` it once the held legs are known."""
    return PriceList(measure, months, lengths_of(market, months, bound))


def offer_bounds(market: Market, listing: PriceList, offer: Offer, role: Role, line: Timeline) -> dict[int, Bounds]:
    own = max(listing.months, minimum_term(offer))
    rise = rise_of(market, offer, listing.lengths[-1])
    return {
        length: cost(line, listing.measure, length, role=role, rise=rise) for length in listing.lengths if length >= own
    }


def rise_of(market: Market, offer: Offer, until: int) -> Rises | None:
    if offer.contract is None or offer.contract.rise is None:
        return None
    return rises(offer, market.shelf.as_of, until, dict(market.way.assume))


def fill(market: Market, listing: PriceList, held: Iterable[Mapping[int, Bounds]]) -> None:
    """Bring all bounds of the list to one unit, the held ones included, and make the legs."""
    lines = [market.shelf.line(o, listing.lengths[-1]) for o in market.offers]
    raw: dict[Role, list[dict[int, Bounds]]] = {"new": [], "existing": []}
    for offer, line in zip(market.offers, lines, strict=True):
        split = any(i.audience in ("new", "existing") for i in line.items)
        new = offer_bounds(market, listing, offer, "new", line)
        raw["new"].append(new)
        raw["existing"].append(offer_bounds(market, listing, offer, "existing", line) if split else new)
    every = [*raw["new"], *raw["existing"], *held]
    listing.unit = common_unit(listing.months, every)
    listing.certain = all(b.doubts is None for bounds in every for b in bounds.values())
    listing.new = [leg_of(listing, i, bounds) for i, bounds in enumerate(raw["new"])]
    listing.existing = [
        leg if bounds is raw["new"][i] else leg_of(listing, i, bounds)
        for i, (leg, bounds) in enumerate(zip(listing.new, raw["existing"], strict=True))
    ]


def common_unit(months: int, every: Iterable[Mapping[int, Bounds]]) -> int:
    """Least unit in which every stated cost is a whole number."""
    unit = 1
    for bounds in every:
        for length, bound in bounds.items():
            amounts = [bound.known, *(bound.doubts.shares.values() if bound.doubts else ())]
            for amount in amounts:
                whole = amount.denominator * length
                unit = lcm(unit, whole // gcd(amount.numerator * months, whole))
    return unit


def leg_of(listing: PriceList, offer: int, bounds: Mapping[int, Bounds]) -> Leg:
    quotes = {length: quote(listing, length, bound) for length, bound in bounds.items()}
    return Leg(offer, min(bounds), quotes)


def quote(listing: PriceList, length: int, bound: Bounds) -> Quote:
    known = bound.known
    size = known.numerator * listing.months * listing.unit // (known.denominator * length)
    if bound.doubts is None:
        return Quote(size)
    prices, shares, points = bound.doubts
    scale = Fraction(listing.months * listing.unit, length)
    scaled = Doubts(
        {token: count * listing.months / length for token, count in prices.items()},
        {token: amount * scale for token, amount in shares.items()},
        points,
    )
    return Quote(size, scaled)
