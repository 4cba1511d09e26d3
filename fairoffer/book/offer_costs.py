"""What the offers of a product cost on both sides, as arrays of whole numbers.

Of costs that are not fully known both ends count: ``least`` makes every gap as small as it can be, ``most`` as large.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import lcm

import numpy as np
from numpy.typing import NDArray

from fairoffer.compare import terms
from fairoffer.compare.cost import Bounds, Doubts, Measure
from fairoffer.compare.market import Market
from fairoffer.compare.pairs import net_of, pair_gap
from fairoffer.compare.prices import Leg, PriceList, Quote, common_unit, leg_of, offer_bounds, price_list
from fairoffer.compare.values import ROLES, scaled

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
BOUNDLESS = 1 << 62
"""More than any cost or gap: one that has no end."""
LARGEST = 1 << 48
"""No cost is larger, so that sums and multiples by months fit."""
GIFTS = Measure("incentives")
"""What is given, counted as a negative cost."""
UNSURE = 1 << 61
"""What is beyond it has no end, whatever was added to it."""


@dataclass(frozen=True)
class Ends:
    """Stated costs at one end of what is not known: by length (rows) and offer (columns).

    ``mine`` is what a customer pays who chooses the offer, ``theirs`` what a stranger pays.
    """

    mine: Whole
    theirs: Whole


@dataclass(frozen=True)
class Special:
    """A pair of offers that share something unknown, which cancels: the gap at both ends, what is paid there, and
    whether a price is missing all the same."""

    least: int
    most: int
    least_mine: int
    most_mine: int
    missing: bool


@dataclass(frozen=True)
class Costs:
    """A term of a market. ``own`` is the place in ``lengths`` of the fewest months over which an offer may be costed;
    ``my_gaps`` and ``their_gaps`` say where a price is missing, by length and offer."""

    lengths: tuple[int, ...]
    own: NDArray[np.intp]
    least: Ends
    most: Ends
    my_gaps: Flags
    their_gaps: Flags
    specials: dict[int, dict[int, Special]]
    """By the stranger's offer, then by the customer's."""

    @property
    def certain(self) -> bool:
        """Whether both ends are one."""
        return self.least is self.most


def listing_of(market: Market, measure: Measure, months: int) -> PriceList:
    """The price list of all offers of a market; every offer is laid out in months once for all lists."""
    listing = price_list(market, measure, months, ())
    until = max(listing.lengths[-1], *market.way.months)
    new: list[dict[int, Bounds]] = []
    existing: list[dict[int, Bounds]] = []
    for offer in market.offers:
        line = market.shelf.line(offer, until)
        new.append(offer_bounds(market, listing, offer, "new", line))
        split = any(item.audience in ("new", "existing") for item in line.items)
        existing.append(offer_bounds(market, listing, offer, "existing", line) if split else new[-1])
    listing.unit = common_unit(months, [*new, *existing])
    listing.certain = all(b.doubts is None for bounds in (*new, *existing) for b in bounds.values())
    listing.new = [leg_of(listing, at, bounds) for at, bounds in enumerate(new)]
    listing.existing = [
        leg if bounds is new[at] else leg_of(listing, at, bounds)
        for at, (leg, bounds) in enumerate(zip(listing.new, existing, strict=True))
    ]
    return listing


def gifts_of(market: Market) -> PriceList:
    """What all offers of a market give that is as good as money, as negative costs over one length."""
    horizon = market.way.months[0]
    new, existing = ([terms.cash(offer, role, horizon) for offer in market.offers] for role in ROLES)
    every = [*new, *existing]
    shares = [amount for bounds in every if bounds.doubts for amount in bounds.doubts.shares.values()]
    unit = lcm(*(amount.denominator for amount in (*(bounds.known for bounds in every), *shares)))
    legs = [[Leg(at, 1, {1: scaled(bounds, unit)}) for at, bounds in enumerate(side)] for side in (new, existing)]
    return PriceList(GIFTS, 0, (1,), unit, legs[0], legs[1], all(bounds.doubts is None for bounds in every))


def largest(listing: PriceList) -> int:
    """The largest known cost of a list, in its unit."""
    return max((abs(q.known) for leg in (*listing.new, *listing.existing) for q in leg.quotes.values()), default=0)


def costs_of(listing: PriceList, unit: int) -> Costs:
    """The list as arrays, in a unit that is a multiple of its own; no cost may be above LARGEST there."""
    places = {length: at for at, length in enumerate(listing.lengths)}
    own = np.array([places[leg.own] for leg in listing.new], np.intp)
    factor = unit // listing.unit
    mine, theirs = (known_of(legs, places, factor) for legs in (listing.existing, listing.new))
    nowhere = np.zeros(mine.shape, np.bool_)
    if listing.certain:
        ends = Ends(mine, theirs)
        return Costs(listing.lengths, own, ends, ends, nowhere, nowhere, {})
    least, most = Ends(mine.copy(), theirs.copy()), Ends(mine.copy(), theirs.copy())
    my_gaps, their_gaps = nowhere.copy(), nowhere.copy()
    for at, i, quote in doubted(listing.existing, places):
        least.mine[at, i] = low_end(quote, factor)
        my_gaps[at, i] = spread(quote, at, i, least.mine, most.mine)
    for at, i, quote in doubted(listing.new, places):
        most.theirs[at, i] = low_end(quote, factor)
        their_gaps[at, i] = spread(quote, at, i, most.theirs, least.theirs)
    return Costs(listing.lengths, own, least, most, my_gaps, their_gaps, specials_of(listing, factor))


def known_of(legs: list[Leg], places: dict[int, int], factor: int) -> Whole:
    """What is known of the cost of every leg over every length."""
    found = np.zeros((len(places), len(legs)), np.int64)
    for leg in legs:
        for length, quote in leg.quotes.items():
            found[places[length], leg.offer] = quote.known * factor
    return found


def doubted(legs: list[Leg], places: dict[int, int]) -> Iterator[tuple[int, int, Quote]]:
    """Every quote that is not fully known, with the places of its length and its offer."""
    for leg in legs:
        for length, quote in leg.quotes.items():
            if quote.doubts is not None:
                yield places[length], leg.offer, quote


def low_end(quote: Quote, factor: int) -> int:
    """The quote if incentives that nobody classified count whole, and points are worth all that is paid."""
    doubts = quote.doubts or Doubts({}, {}, {})
    low = (quote.known - sum(int(amount) for amount in doubts.shares.values())) * factor
    return min(low, 0) if doubts.points else low


def spread(quote: Quote, at: int, i: int, low: Whole, high: Whole) -> bool:
    """Let the end go where a missing price leaves it open; interest that is not known may be earned without end."""
    prices = quote.doubts.prices if quote.doubts else {}
    if any(count > 0 for count in prices.values()):
        high[at, i] = BOUNDLESS
    if any(count < 0 for count in prices.values()):
        low[at, i] = -BOUNDLESS
    return any(prices.values())


def specials_of(listing: PriceList, factor: int) -> dict[int, dict[int, Special]]:
    """Pairs of offers that share something unknown."""
    holders: dict[object, list[Leg]] = {}
    for leg in listing.existing:
        for token in unknowns(leg):
            holders.setdefault(token, []).append(leg)
    found: dict[int, dict[int, Special]] = {}
    for their in listing.new:
        for token in unknowns(their):
            for leg in holders.get(token, ()):
                pairs = found.setdefault(their.offer, {})
                if leg.offer not in pairs:
                    pairs[leg.offer] = special(leg, their, factor)
    return found


def unknowns(leg: Leg) -> set[object]:
    return {token for quote in leg.quotes.values() if quote.doubts for part in quote.doubts for token in part}


def special(leg: Leg, their: Leg, factor: int) -> Special:
    months = max(leg.own, their.own)
    missing = any(net_of(leg.quotes[months], their.quotes[months]).prices.values())
    sizes, paid = [], []
    for most in (False, True):
        gap = pair_gap(leg, their, most=most)
        sizes.append(gap.open * BOUNDLESS if gap.size is None else gap.size * factor)
        paid.append(0 if gap.existing is None else gap.existing * factor)
    return Special(sizes[0], sizes[1], paid[0], paid[1], missing)
