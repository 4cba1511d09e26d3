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


class State(NamedTuple):
    """How a set of offers arises: a value on every axis, and the first and last judged day on which it does."""

    path: tuple[Value, ...]
    first_day: int
    last_day: int


def states(
    start: int, axes: Sequence[Classes], days: Sequence[tuple[int, int, int]], beats: Mapping[int, int]
) -> dict[int, State]:
    """All distinct sets of offers in a box.

    Args:
        start: the offers, as bits, that any customer of the box may have.
        axes: for every trait its classes, as (a value in it, offers open to it).
        days: (offers open, first day, last day) for every group of judged days.
        beats: for the bit of an offer, the bits it does not beat; a bit that is absent beats nothing.

    Returns:
        Set of offers → how it arises.
    """
    free = open_on_rest(start, axes, days)
    found: dict[int, State] = {}
    for mask, first, last in days:
        kept = drop_beaten(start & mask, free[0], beats)
        merge(found, kept, State((), first, last))
    for at, classes in enumerate(axes):
        following: dict[int, State] = {}
        for offers, state in found.items():
            for value, mask in classes:
                kept = drop_beaten(offers & mask, free[at + 1], beats)
                merge(following, kept, State((*state.path, value), state.first_day, state.last_day))
        found = following
    return found


def open_on_rest(start: int, axes: Sequence[Classes], days: Sequence[tuple[int, int, int]]) -> list[int]:
    """For each step, the offers that are open on every class of every axis still to come."""
    free = [start] * (len(axes) + 1)
    for at in range(len(axes) - 1, -1, -1):
        common = free[at + 1]
        for _, mask in axes[at]:
            common &= mask
        free[at] = common
    return free


def drop_beaten(offers: int, free: int, beats: Mapping[int, int]) -> int:
    candidates = offers & free
    while candidates:
        bit = candidates & -candidates
        candidates ^= bit
        keeps = beats.get(bit)
        if keeps is not None:
            offers &= keeps
            candidates &= keeps
    return offers


def merge(found: dict[int, State], offers: int, state: State) -> None:
    """Keep the first way in which a set arises, and the hull of the days."""
    known = found.get(offers)
    if known is None:
        found[offers] = state
    elif state.first_day < known.first_day or state.last_day > known.last_day:
        found[offers] = State(known.path, min(known.first_day, state.first_day), max(known.last_day, state.last_day))
