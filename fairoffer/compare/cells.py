"""Cells: the distinct sets of offers that some customer can choose from, without enumerating customers.

A state is an integer whose bits are offers in their roles. Axes are taken one after the other; states that have become
equal are one, and an offer that another one beats in everything is dropped as soon as that other one is open on all
remaining axes. What is left at the end are the sets of offers between which a comparison can be decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fairoffer.compare.axes import Value

Classes = Sequence[tuple[Value, int]]
Path = tuple[Value, ...]
DayClass = tuple[int, int, int]


class State(NamedTuple):
    """How a set of offers arises: a value on every axis, and the first and last judged day on which it does."""

    path: tuple[Value, ...]
    first_day: int
    last_day: int


def climb(start: int, axes: Sequence[Classes], days: Sequence[DayClass], fields: Sequence[int]) -> dict[int, State]:
    """As ``states`` where the offers of each field are in order of what decides, so that only the first one counts.

    Args:
        fields: the bits of each field.

    Returns:
        The first offer of each field, as bits → how it arises.
    """
    # This is where an audit spends its time: no calls inside the loops.
    start &= open_some_day(days)
    own = [field for field in fields if field & start]
    free = open_on_rest(start, axes, days)
    found: dict[int, Path] = {start: ()}
    for at, classes in enumerate(axes):
        still = [(field & free[at + 1], ~field) for field in own]
        following: dict[int, Path] = {}
        for offers, path in found.items():
            for value, mask in classes:
                kept = offers & mask
                for open_on, others in still:
                    best = kept & open_on
                    if best:
                        kept &= others | (((best & -best) << 1) - 1)
                if kept not in following:
                    following[kept] = (*path, value)
        found = following
    out: dict[int, State] = {}
    for offers, path in found.items():
        for mask, first, last in days:
            kept = offers & mask
            firsts = 0
            for field in own:
                best = kept & field
                firsts |= best & -best
            known = out.get(firsts)
            if known is None:
                out[firsts] = State(path, first, last)
            elif first < known.first_day or last > known.last_day:
                out[firsts] = State(known.path, min(known.first_day, first), max(known.last_day, last))
    return out


def states(
    start: int, axes: Sequence[Classes], days: Sequence[DayClass], beaten: Mapping[int, int]
) -> dict[int, State]:
    """All distinct sets of offers in a box.

    Args:
        start: the offers, as bits, that any customer of the box may have.
        axes: for every trait its classes, as (a value in it, offers open to it).
        days: (offers open, first day, last day) for every group of judged days.
        beaten: for the bit of an offer what stands beside it, the rest being beaten; a bit that is absent beats none.

    Returns:
        Set of offers → how it arises.
    """
    start &= open_some_day(days)
    free = open_on_rest(start, axes, days)
    found: dict[int, Path] = {drop_beaten(start, free[0], beaten): ()}
    for at, classes in enumerate(axes):
        following: dict[int, Path] = {}
        for offers, path in found.items():
            for value, mask in classes:
                kept = drop_beaten(offers & mask, free[at + 1], beaten)
                if kept not in following:
                    following[kept] = (*path, value)
        found = following
    out: dict[int, State] = {}
    for offers, path in found.items():
        for mask, first, last in days:
            kept = drop_beaten(offers & mask, -1, beaten)
            known = out.get(kept)
            if known is None:
                out[kept] = State(path, first, last)
            elif first < known.first_day or last > known.last_day:
                out[kept] = State(known.path, min(known.first_day, first), max(known.last_day, last))
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


def open_some_day(days: Sequence[DayClass]) -> int:
    """Offers that are open, in their role, on some judged day: all others would only keep equal sets apart."""
    some = 0
    for mask, _, _ in days:
        some |= mask
    return some


def open_on_rest(start: int, axes: Sequence[Classes], days: Sequence[DayClass]) -> list[int]:
    """For each step, the offers that are open on every class of every axis still to come, and on every day."""
    free = [start] * (len(axes) + 1)
    for mask, _, _ in days:
        free[-1] &= mask
    for at in range(len(axes) - 1, -1, -1):
        common = free[at + 1]
        for _, mask in axes[at]:
            common &= mask
        free[at] = common
    return free
