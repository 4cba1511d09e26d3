"""The gap of a pair, and the worst comparator against the best answer to it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from fairoffer.compare.cost import Doubts
from fairoffer.compare.prices import Leg, Quote
from fairoffer.compare.timeline import Token

ZERO = Fraction(0)
NOTHING = Doubts({}, {}, {})


class Gap(NamedTuple):
    """A gap with the pair that makes it: stated costs of both legs, over how many months they were costed.

    ``size`` None is without bound, upward where ``open`` is 1 and downward where it is -1.
    """

    size: int | None
    existing: int | None
    comparator: int | None
    mine: int
    theirs: int
    months: int
    open: int = 0


class Bracket(NamedTuple):
    """Least and most that the gap of a cell may be; ``missing``: a price, not only an incentive, is unknown."""

    least: Gap
    most: Gap
    missing: bool


def certain_gap(mine: Sequence[Leg], theirs: Sequence[Leg]) -> Gap:
    """Over all comparators the largest, of the least over what the customer may have. All costs must be known."""
    worst: Gap | None = None
    for their in theirs:
        best: Gap | None = None
        for leg in mine:
            months = max(leg.own, their.own)
            a, b = leg.quotes[months].known, their.quotes[months].known
            if best is None or best.size is None or a - b < best.size:
                best = Gap(a - b, a, b, leg.offer, their.offer, months)
        assert best is not None
        assert best.size is not None
        if worst is None or worst.size is None or best.size > worst.size:
            worst = best
    assert worst is not None
    return worst


def bracket(mine: Sequence[Leg], theirs: Sequence[Leg]) -> Bracket:
    """The same where costs are intervals: the least and the most that the gap may come to."""
    pairs = [(leg.quotes[m], their.quotes[m]) for leg in mine for their in theirs for m in [max(leg.own, their.own)]]
    missing = any(net for one, other in pairs for net in net_of(one, other).prices.values())
    return Bracket(extreme(mine, theirs, most=False), extreme(mine, theirs, most=True), missing)


def extreme(mine: Sequence[Leg], theirs: Sequence[Leg], *, most: bool) -> Gap:
    """The gap when every unknown turns out best (or, with ``most``, worst) for the customer."""
    worst: Gap | None = None
    for their in theirs:
        best: Gap | None = None
        for leg in mine:
            gap = pair_gap(leg, their, most=most)
            if best is None or below(gap, best):
                best = gap
        assert best is not None
        if worst is None or below(worst, best):
            worst = best
    assert worst is not None
    return worst


def pair_gap(leg: Leg, their: Leg, *, most: bool) -> Gap:
    """The gap of one pair when every unknown turns out best, or with ``most`` worst, for the customer."""
    months = max(leg.own, their.own)
    ours, other = leg.quotes[months], their.quotes[months]
    a, b = ours.known, other.known
    if ours.doubts is None and other.doubts is None:
        return Gap(a - b, a, b, leg.offer, their.offer, months)
    side = 1 if most else -1
    net = net_of(ours, other)
    if any(count * side > 0 for count in net.prices.values()):
        return Gap(None, None, None, leg.offer, their.offer, months, side)
    for token, amount in net.shares.items():
        if amount * side < 0:
            # A share lowers what its side pays.
            a -= int(share(ours, token))
            b -= int(share(other, token))
    if any(count * side < 0 for count in net.points.values()):
        a, b = (a, min(b, 0)) if most else (min(a, 0), b)
    return Gap(a - b, a, b, leg.offer, their.offer, months)


def net_of(ours: Quote, other: Quote) -> Doubts:
    """What is not known of the difference: the same unknown on both sides cancels."""
    if ours.doubts is None and other.doubts is None:
        return NOTHING
    mine, theirs = ours.doubts or NOTHING, other.doubts or NOTHING
    return Doubts(*(difference(one, two) for one, two in zip(mine, theirs, strict=True)))


def difference(one: dict[Token, Fraction], two: dict[Token, Fraction]) -> dict[Token, Fraction]:
    return {token: one.get(token, ZERO) - two.get(token, ZERO) for token in {**one, **two}}


def share(quote: Quote, token: Token) -> Fraction:
    return quote.doubts.shares.get(token, ZERO) if quote.doubts else ZERO


def below(one: Gap, other: Gap) -> bool:
    if one.open or other.open:
        return one.open < other.open
    assert one.size is not None
    assert other.size is not None
    return one.size < other.size
