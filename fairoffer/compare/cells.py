"""Cells: the distinct sets of offers that some customer can choose from, without enumerating customers.

A state is an integer whose bits are offers in their roles. Axes are taken one after the other; states that have become
equal are one, and an offer that another one beats in everything is dropped as soon as that other one is open on all
remaining axes. What is left at the end are the sets of offers between which a comparison can be decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fairoffer.compare.axes import Value

Classes = Sequence[tuple[Value, int]]
DayClass = tuple[int, int, int]
ENDLESS = 1 << 30
"""A tenure beyond every tenure."""


class State(NamedTuple):
    """How a set of offers arises: a value on every axis, and the hull of the days and tenures at which it does."""

    path: tuple[Value, ...]
    first_day: int
    last_day: int
    tenure_from: int = 1
    tenure_to: int = ENDLESS


Stay = tuple[int, int, int]
"""Offers whose tenures fit, and the tenures from..to at which that is so."""
ANY_TENURE: tuple[Stay, ...] = ((-1, 1, ENDLESS),)


def climb(
    start: int,
    axes: Sequence[Classes],
    days: Sequence[DayClass],
    fields: tuple[int, int, int],
    stays: Sequence[Stay] = ANY_TENURE,
) -> dict[int, State]:
    """As ``states`` where the offers of each field are in order of what decides, so that only the first one counts.

    Args:
        fields: the bits of each field.

    Returns:
        The first offer of each field, as bits → how it arises.
    """
    # This is where an audit spends its time: no calls inside the loops, and no more than whole numbers. A way is the
    # way before it and a value; a mark is the set of beginnings (days and tenures) from which a set arises.
    begun, marks = beginnings(start, days, stays)
    ways: dict[int, Any] = dict.fromkeys(marks, ())
    free = open_on_rest(start, axes)
    new, reach, asked = fields
    not_new, not_reach, not_asked = ~new, ~reach, ~asked
    for at, classes in enumerate(axes):
        still = free[at + 1]
        open_new, open_reach, open_asked = new & still, reach & still, asked & still
        next_ways: dict[int, Any] = {}
        next_marks: dict[int, int] = {}
        for offers, mark in marks.items():
            way = ways[offers]
            for value, mask in classes:
                kept = offers & mask
                best = kept & open_new
                if best:
                    kept &= not_new | (((best & -best) << 1) - 1)
                best = kept & open_reach
                if best:
                    kept &= not_reach | (((best & -best) << 1) - 1)
                if open_asked and (best := kept & open_asked):
                    kept &= not_asked | (((best & -best) << 1) - 1)
                known = next_marks.get(kept)
                if known is None:
                    next_marks[kept] = mark
                    next_ways[kept] = (way, value)
                elif known | mark != known:
                    next_marks[kept] = known | mark
        ways, marks = next_ways, next_marks
    firsts: dict[int, int] = {}
    how: dict[int, Any] = {}
    for offers, mark in marks.items():
        first = 0
        for field in fields:
            best = offers & field
            first |= best & -best
        how.setdefault(first, ways[offers])
        firsts[first] = firsts.get(first, 0) | mark
    return told(firsts, how, begun)


def states(
    start: int,
    axes: Sequence[Classes],
    days: Sequence[DayClass],
    beaten: Mapping[int, int],
    stays: Sequence[Stay] = ANY_TENURE,
) -> dict[int, State]:
    """All distinct sets of offers in a box.

    Args:
        start: the offers, as bits, that any customer of the box may have.
        axes: for every trait its classes, as (a value in it, offers open to it).
        days: (offers open, first day, last day) for every group of judged days.
        stays: (offers open, tenures from..to) for every group of tenures.
        beaten: for the bit of an offer what stands beside it, the rest being beaten; a bit that is absent beats none.

    Returns:
        Set of offers → how it arises.
    """
    begun, marks = beginnings(start, days, stays)
    ways: dict[int, Any] = dict.fromkeys(marks, ())
    free = open_on_rest(start, axes)
    for at, classes in enumerate([[(None, -1)], *axes]):
        next_ways: dict[int, Any] = {}
        next_marks: dict[int, int] = {}
        for offers, mark in marks.items():
            way = ways[offers]
            for value, mask in classes:
                kept = drop_beaten(offers & mask, free[at], beaten)
                next_ways.setdefault(kept, (way, value) if at else way)
                next_marks[kept] = next_marks.get(kept, 0) | mark
        ways, marks = next_ways, next_marks
    return told(marks, ways, begun)


Begun = list[tuple[int, int, int, int]]
"""First and last day, and tenures from..to, of each beginning."""


def beginnings(start: int, days: Sequence[DayClass], stays: Sequence[Stay]) -> tuple[Begun, dict[int, int]]:
    """Every group of days at every group of tenures, and for the offers open then the set of these, as bits."""
    begun: Begun = []
    marks: dict[int, int] = {}
    for mask, first, last in days:
        for fits, low, high in stays:
            offers = start & mask & fits
            marks[offers] = marks.get(offers, 0) | (1 << len(begun))
            begun.append((first, last, low, high))
    return begun, marks


def told(marks: Mapping[int, int], ways: Mapping[int, Any], begun: Begun) -> dict[int, State]:
    """Ways as values in the order of the axes, and marks as hulls."""
    hulls: dict[int, tuple[int, int, int, int]] = {}
    out = {}
    for offers, mark in marks.items():
        if mark not in hulls:
            own = [b for i, b in enumerate(begun) if mark >> i & 1]
            first, last, low, high = zip(*own, strict=True)
            hulls[mark] = (min(first), max(last), min(low), max(high))
        path, way = [], ways[offers]
        while way:
            way, value = way
            path.append(value)
        out[offers] = State(tuple(reversed(path)), *hulls[mark])
    return out


def drop_beaten(offers: int, free: int, beaten: Mapping[int, int]) -> int:
    candidates = offers & free
    while candidates:
        bit = candidates & -candidates
        candidates ^= bit
        stands = beaten.get(bit)
        if stands is not None:
            offers &= stands
            candidates &= stands
    return offers


def open_on_rest(start: int, axes: Sequence[Classes]) -> list[int]:
    """For each step, the offers that are open on every class of every axis still to come."""
    free = [start] * (len(axes) + 1)
    for at in range(len(axes) - 1, -1, -1):
        common = free[at + 1]
        for _, mask in axes[at]:
            common &= mask
        free[at] = common
    return free
