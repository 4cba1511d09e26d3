"""The best on a term for the money: among what costs no more than a stranger's cheapest offer."""

from __future__ import annotations

from collections.abc import Sequence

from fairoffer.compare.pairs import Gap, net_of, pair_gap
from fairoffer.compare.prices import Leg, Quote

Valued = tuple[Leg, int | None]
"""A leg and its value on the term, less being better; None where it does not say."""


def ranked(legs: Sequence[Valued]) -> list[Valued]:
    """Best on the term first; what says nothing is last."""
    return sorted(legs, key=lambda v: (v[1] is None, v[1] or 0, v[0].offer))


def cheapest(legs: Sequence[Valued]) -> list[Valued]:
    """The one that costs least over the horizon or its own minimum term, ties by rank; more than one only where unknown
    costs leave it open."""
    owned = [own(leg) for leg, _ in legs]
    found = []
    for i, one in enumerate(owned):
        if not any(surely_dearer(one, other, j < i) for j, other in enumerate(owned) if j != i):
            found.append(legs[i])
    return found


def own(leg: Leg) -> Leg:
    """The leg over its own length, as if that were the length of every pair."""
    quote: Quote = leg.quotes[leg.own]
    return Leg(leg.offer, 0, {0: quote})


def surely_dearer(one: Leg, other: Leg, other_first: bool) -> bool:
    least = pair_gap(one, other, most=False)
    return least.size is not None and (least.size > 0 or (least.size == 0 and other_first))


def affordable(legs: Sequence[Valued], their: Leg) -> list[Valued]:
    """The best on the term of what costs no more than the comparator; where nothing does, the cheapest. All that it may
    be where costs are unknown."""
    found: list[Valued] = []
    for leg, value in legs:
        least, most = (pair_gap(leg, their, most=side) for side in (False, True))
        if (least.size is None or least.size <= 0) and not any(no_dearer(better, leg, their) for better, _ in found):
            found.append((leg, value))
        if most.size is not None and most.size <= 0:
            return found
    return [*found, *(v for v in cheapest(legs) if v not in found)]


def no_dearer(better: Leg, leg: Leg, their: Leg) -> bool:
    """Whether the gap of one leg to the comparator is surely no larger than that of another, each over its own months:
    where that other one may be taken, the better one may too."""
    one, two = (gap_to(mine, their) for mine in (better, leg))
    known, doubts = one.known - two.known, net_of(one, two)
    if any(net > 0 for net in doubts.prices.values()) or any(net < 0 for net in doubts.points.values()):
        return False
    return known + sum(-net for net in doubts.shares.values() if net < 0) <= 0


def gap_to(leg: Leg, their: Leg) -> Quote:
    """What a leg costs more than the comparator, known and not."""
    months = max(leg.own, their.own)
    mine, other = leg.quotes[months], their.quotes[months]
    return Quote(mine.known - other.known, net_of(mine, other))


def extremes(mine: Sequence[Valued], theirs: Sequence[Valued]) -> tuple[Gap | None, Gap | None, bool]:
    """Least and most gap on the term over every choice that unknown costs leave open, and whether one of them does not
    say its value."""
    least: Gap | None = None
    most: Gap | None = None
    silent = False
    ours = ranked(mine)
    for their, target in cheapest(ranked(theirs)):
        for leg, value in affordable(ours, their):
            if value is None or target is None:
                silent = True
                continue
            gap = Gap(value - target, value, target, leg.offer, their.offer, 0)
            if least is None or value - target < (least.size or 0):
                least = gap
            if most is None or value - target > (most.size or 0):
                most = gap
    return least, most, silent
