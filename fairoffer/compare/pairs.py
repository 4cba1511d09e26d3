"""The gap of a pair, and the worst comparator against the best answer to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from fairoffer.compare.prices import Leg


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
    """Least and most that the gap of a cell may be; equal where everything is known."""

    least: Gap
    most: Gap
    missing: bool
    unclassified: bool


def certain_gap(mine: Sequence[Leg], theirs: Sequence[Leg]) -> Gap:
    """Over all comparators the largest, of the least over what the customer may have. All costs must be known."""
    worst: Gap | None = None
    for their in theirs:
        best: Gap | None = None
        for leg in mine:
            months = max(leg.own, their.own)
            a, b = leg.quotes[months].least, their.quotes[months].least
            assert a is not None
            assert b is not None
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
    flags = [q for leg in (*mine, *theirs) for q in leg.quotes.values()]
    return Bracket(
        extreme(mine, theirs, most=False),
        extreme(mine, theirs, most=True),
        any(q.missing for q in flags),
        any(q.unclassified for q in flags),
    )


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
    months = max(leg.own, their.own)
    ours, other = leg.quotes[months], their.quotes[months]
    a, b = (ours.most, other.least) if most else (ours.least, other.most)
    if leg.offer == their.offer and leg.offer >= 0 and not (ours.least == ours.most and other.least == other.most):
        # One offer on both sides has one unknown: it cancels, what differs between the roles stays.
        a, b = (ours.least, other.least) if ours.least is not None and other.least is not None else (0, 0)
    if a is None or b is None:
        return Gap(None, a, b, leg.offer, their.offer, months, 1 if most else -1)
    return Gap(a - b, a, b, leg.offer, their.offer, months)


def below(one: Gap, other: Gap) -> bool:
    if one.open or other.open:
        return one.open < other.open
    assert one.size is not None
    assert other.size is not None
    return one.size < other.size
