"""Cells: the distinct sets of offers that some customer can choose from, without enumerating customers.

A state is an integer whose bits are offers in their roles. Axes are taken one after the other; states that have become
equal are one, and an offer that another one beats in everything is dropped as soon as that other one is open on all
remaining axes. What is left at the end are the sets of offers between which a comparison can be decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from fairoffer.compare.axes import Value

Classes = Sequence[tuple[Value, int]]


class State(NamedTuple):
    """How a set of offers arises: a value on every axis, and the first and last judged day on which it does."""

    path: tuple[Value, ...]
    first_day: int
    last_day: int


class Pruner(Protocol):
    """What tells which offers of a set cannot decide."""

    def prune(self, found: int, free: int) -> int: ...


def states(
    start: int, axes: Sequence[Classes], days: Sequence[tuple[int, int, int]], pruner: Pruner
) -> dict[int, State]:
    """All distinct sets of offers in a box.

    Args:
        start: the offers, as bits, that any customer of the box may have.
        axes: for every trait its classes, as (a value in it, offers open to it).
        days: (offers open, first day, last day) for every group of judged days.
        pruner: drops the offers that cannot decide, given those open on all axes still to come.

    Returns:
        Set of offers → how it arises.
    """
    free = open_on_rest(start, axes, days)
    prune = pruner.prune
    found: dict[int, tuple[Value, ...]] = {prune(start, free[0]): ()}
    for at, classes in enumerate(axes):
        following: dict[int, tuple[Value, ...]] = {}
        still = free[at + 1]
        for offers, path in found.items():
            for value, mask in classes:
                kept = prune(offers & mask, still)
                if kept not in following:
                    following[kept] = (*path, value)
        found = following
    return on_days(found, days, pruner)


def on_days(
    found: dict[int, tuple[Value, ...]], days: Sequence[tuple[int, int, int]], pruner: Pruner
) -> dict[int, State]:
    """The sets by the days on which they are open; equal ones are one, with the hull of their days."""
    out: dict[int, State] = {}
    for offers, path in found.items():
        for mask, first, last in days:
            kept = pruner.prune(offers & mask, -1)
            known = out.get(kept)
            if known is None:
                out[kept] = State(path, first, last)
            elif first < known.first_day or last > known.last_day:
                out[kept] = State(known.path, min(known.first_day, first), max(known.last_day, last))
    return out


def open_on_rest(start: int, axes: Sequence[Classes], days: Sequence[tuple[int, int, int]]) -> list[int]:
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
