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

    def reaches(self, other: State) -> bool:
        """Whether it arises on a day or at a tenure at which the other does not."""
        return (
            self.first_day < other.first_day
            or self.last_day > other.last_day
            or self.tenure_from < other.tenure_from
            or self.tenure_to > other.tenure_to
        )

    def hull(self, other: State) -> State:
        """This one, over the days and tenures of both."""
        return State(
            self.path,
            min(self.first_day, other.first_day),
            max(self.last_day, other.last_day),
            min(self.tenure_from, other.tenure_from),
            max(self.tenure_to, other.tenure_to),
        )


Stay = tuple[int, int, int]
"""Offers whose tenures fit, and the tenures from..to at which that is so."""
ANY_TENURE: tuple[Stay, ...] = ((-1, 1, ENDLESS),)


def climb(
    start: int,
    axes: Sequence[Classes],
    days: Sequence[DayClass],
    fields: Sequence[int],
    stays: Sequence[Stay] = ANY_TENURE,
) -> dict[int, State]:
    """As ``states`` where the offers of each field are in order of what decides, so that only the first one counts.

    Args:
        fields: the bits of each field.

    Returns:
        The first offer of each field, as bits → how it arises.
    """
    # This is where an audit spends its time: no calls inside the loops.
    found = beginnings(start, days, stays)
    free = open_on_rest(start, axes)
    for at, classes in enumerate(axes):
        still = [(field & free[at + 1], ~field) for field in fields if field & start]
        following: dict[int, State] = {}
        for offers, how in found.items():
            path = how.path
            for value, mask in classes:
                kept = offers & mask
                for open_on, others in still:
                    best = kept & open_on
                    if best:
                        kept &= others | (((best & -best) << 1) - 1)
                known = following.get(kept)
                if known is None:
                    following[kept] = State((*path, value), how[1], how[2], how[3], how[4])
                elif how[1] < known[1] or how[2] > known[2] or how[3] < known[3] or how[4] > known[4]:
                    following[kept] = known.hull(how)
        found = following
    out: dict[int, State] = {}
    for offers, how in found.items():
        firsts = 0
        for field in fields:
            best = offers & field
            firsts |= best & -best
        keep(out, firsts, how)
    return out


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
    free = open_on_rest(start, axes)
    found: dict[int, State] = {}
    for offers, how in beginnings(start, days, stays).items():
        keep(found, drop_beaten(offers, free[0], beaten), how)
    for at, classes in enumerate(axes):
        following: dict[int, State] = {}
        for offers, how in found.items():
            for value, mask in classes:
                kept = drop_beaten(offers & mask, free[at + 1], beaten)
                keep(following, kept, how._replace(path=(*how.path, value)))
        found = following
    return found


def beginnings(start: int, days: Sequence[DayClass], stays: Sequence[Stay]) -> dict[int, State]:
    """The offers, in their roles, that are open on each group of days and at each group of tenures."""
    found: dict[int, State] = {}
    for mask, first, last in days:
        for fits, low, high in stays:
            keep(found, start & mask & fits, State((), first, last, low, high))
    return found


def keep(found: dict[int, State], offers: int, how: State) -> None:
    """The first way in which a set arises, with the hull of all."""
    known = found.get(offers)
    if known is None:
        found[offers] = how
    elif how.reaches(known):
        found[offers] = known.hull(how)


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
