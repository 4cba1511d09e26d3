"""What a group holds at every point at which it is judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from fairoffer.compare import terms
from fairoffer.compare.cost import Bounds, Doubts, Role, cost
from fairoffer.compare.groups import Group
from fairoffer.compare.lineage import minimum_term, phases_end, product_at, successors
from fairoffer.compare.market import Market
from fairoffer.compare.moment import Point, held_breaks, moment, points, tenure_points
from fairoffer.compare.prices import Leg, PriceList, leg_of, rise_of
from fairoffer.compare.timeline import Timeline, Token, timeline
from fairoffer.compare.values import HELD, Held, Values

LATEST = 1_000_000
"""No held month is later."""

Raw = tuple[Group, int, Point, dict[int, dict[int, Bounds]]]
"""A group's point at a moment, and what is held there by price list and length."""


def held_raw(market: Market, lists: Sequence[PriceList], group: Group) -> Iterator[Raw]:
    """What a group holds at every point at which it is judged, for the lists whose moment that is."""
    if group.holds is None:
        assert group.pays is not None
        for point in tenure_points(group.tenure, market.cuts):
            yield group, 0, point, {at: pay_quotes(listing, group.pays) for at, listing in enumerate(lists)}
        return
    offer, now = group.holds, market.way.at_now
    if group.rolling:
        end = phases_end(offer) or 0
        longest = max(length for listing in lists for length in listing.lengths)
        line = timeline(offer, market.shelf.offers, end + longest)
        point = Point(max(end, 1), None, end, False, True)
        quotes = {at: held_quotes(market, listing, group, line, point) for at, listing in enumerate(lists)}
        yield group, end, point, quotes
        return
    for free_at, active in moments(lists, group, now).items():
        longest = max(length for at in active for length in lists[at].lengths)
        last = horizon_of(group, free_at, market)
        line = timeline(offer, market.shelf.offers, last + longest)
        every = timeline(offer, market.shelf.offers, last + longest, optional=True)
        breaks = held_breaks(every, [longest], market.way.months, minimum_term(offer) if now else 0)
        breaks = [b for b in breaks if b <= last]
        split = any(i.audience in ("new", "existing") for i in every.items)
        for point in points(group.tenure, group.held, free_at, breaks, market.cuts, split):
            if product_at(offer, point.held, market.shelf.offers) == group.product:
                yield group, free_at, point, {at: held_quotes(market, lists[at], group, line, point) for at in active}


def moments(lists: Sequence[PriceList], group: Group, now: bool) -> dict[int, list[int]]:
    """The held month at which each price list judges the group."""
    found: dict[int, list[int]] = {}
    for at, listing in enumerate(lists):
        free_at = moment(group.holds, listing.months, now=now) if group.holds else 0
        found.setdefault(free_at, []).append(at)
    return found


def horizon_of(group: Group, free_at: int, market: Market) -> int:
    """The last held month that need be looked at: from it on nothing changes, or, where offers follow each other in a
    ring, what comes has been seen one round before, with as many one-off items still counting."""
    assert group.holds is not None
    lowest = max(group.tenure.from_ or 1, group.held.from_ or 0 if group.held else 0, free_at, *market.cuts, 0)
    round_trip, is_ring = successors(group.holds, market.shelf.offers)
    return lowest + 2 * round_trip + max(market.way.months) if is_ring else LATEST


def held_quotes(market: Market, listing: PriceList, group: Group, line: Timeline, point: Point) -> dict[int, Bounds]:
    assert group.holds is not None
    own = max(listing.months, minimum_term(group.holds) - point.held)
    rise = rise_of(market, group.holds, listing.lengths[-1])
    return {
        length: cost(
            line,
            listing.measure,
            length,
            role=role_at(point),
            start=point.held,
            horizon=listing.months,
            rise=rise,
        )
        for length in listing.lengths
        if length >= own
    }


def role_at(point: Point) -> Role:
    """Who the customers of a point were when what they hold began."""
    return "new" if point.began_new else "existing"


def pay_quotes(listing: PriceList, pays: Timeline) -> dict[int, Bounds]:
    return {length: cost(pays, listing.measure, length, role="existing") for length in listing.lengths}


def frozen(doubts: Doubts | None) -> tuple[tuple[tuple[Token, Fraction], ...], ...] | None:
    """Doubts as something that can be a key."""
    return None if doubts is None else tuple(tuple(sorted(part.items())) for part in doubts)


def interned(values: Values, group: Group, raw: Raw) -> Held:
    """The held legs of a point; points that cost the same are one."""
    _, _, point, found = raw
    legs: list[Leg | None] = [None] * len(values.lists)
    for at, quotes in found.items():
        legs[at] = leg_of(values.lists[at], HELD, quotes)
    found_terms = None
    if group.holds is not None:
        horizon, role = values.market.way.months[0], role_at(point)
        offers = values.market.shelf.offers
        found_terms = {
            t.name: terms.held_value(offers, group.holds, t.name, horizon, role, point.held) for t in values.term_lists
        }
    key = (
        tuple(
            None
            if leg is None
            else (leg.own, tuple((n, q.known, frozen(q.doubts)) for n, q in sorted(leg.quotes.items())))
            for leg in legs
        ),
        None if found_terms is None else tuple(found_terms.values()),
    )
    return values.held_at(key, legs, found_terms)
