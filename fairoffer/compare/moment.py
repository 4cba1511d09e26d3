"""When a customer is free, and the tenures and held months at which they are judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fairoffer.compare.lineage import first_phase_end, minimum_term
from fairoffer.compare.timeline import Timeline, bends
from fairoffer.model.base import Range
from fairoffer.model.catalog import Offer


class Point(NamedTuple):
    """Customers judged alike: tenures from..to (None: open), the held month, whether they are still to come there,
    and whether they were new customers when the held offer began."""

    tenure_from: int
    tenure_to: int | None
    held: int
    coming: bool
    began_new: bool


def moment(offer: Offer, horizon: int, *, now: bool) -> int:
    """The held month at which a customer is free: the end of the minimum term, else of the first phase."""
    if now:
        return 0
    if minimum := minimum_term(offer):
        return minimum
    first = first_phase_end(offer)
    return min(first, horizon) if first else 0


def held_breaks(line: Timeline, lengths: Iterable[int], horizons: Iterable[int], minimum: int) -> list[int]:
    """Held months from which what is left to pay over any of the lengths may differ from the month before."""
    longest = max(lengths)
    out = {minimum} | set(range(1, minimum + 1)) if minimum else set()
    for bend in bends(line):
        out |= set(range(max(bend - longest, 0), bend + 2))
    for item in line.items:
        if item.once:
            out |= {item.start + 1} | {item.start + h for h in horizons}
    return sorted(out)


def intervals(low: int, high: int | None, cuts: Iterable[int]) -> list[tuple[int, int | None]]:
    """low..high cut so that a new part begins at every cut inside."""
    starts = [low, *sorted({c for c in cuts if c > low and (high is None or c <= high)})]
    ends: list[int | None] = [s - 1 for s in starts[1:]]
    return list(zip(starts, [*ends, high], strict=True))


def tenure_points(tenure: Range, cuts: Sequence[int]) -> list[Point]:
    """Points of a segment that does not say since when it holds what it holds."""
    low = max(tenure.from_ or 1, 1)
    return [Point(a, b, 0, False, True) for a, b in intervals(low, tenure.to, cuts)]


def points(
    tenure: Range, held: Range | None, free_at: int, breaks: Sequence[int], cuts: Sequence[int], split: bool
) -> list[Point]:
    """Points at which the holders of an offer are judged.

    Args:
        tenure, held: the segment's ranges; held None means equal to tenure.
        free_at: the moment; whoever holds for less is judged at it, tenure advanced alike.
        breaks: held months at which the held cost may change.
        cuts: tenures at which an offer's eligibility changes.
        split: whether it matters who was new when the held offer began.
    """
    low = max(tenure.from_ or 1, 1)
    if held is None:
        return one_axis(low, tenure.to, free_at, [*breaks, *cuts])
    return two_axes(low, tenure.to, held.from_ or 0, held.to, free_at, breaks, cuts, split)


def one_axis(low: int, high: int | None, free_at: int, cuts: Sequence[int]) -> list[Point]:
    out = [Point(free_at, free_at, free_at, True, True)] if low < free_at else []
    start = max(low, free_at)
    if high is None or start <= high:
        out += [Point(a, b, a, False, True) for a, b in intervals(start, high, cuts)]
    return out


def two_axes(
    low: int,
    high: int | None,
    held_low: int,
    held_high: int | None,
    free_at: int,
    breaks: Sequence[int],
    cuts: Sequence[int],
    split: bool,
) -> list[Point]:
    """As ``points``; nobody holds for longer than their tenure, and both advance together to the moment."""
    out: list[Point] = []
    if held_low < free_at:
        last = free_at - 1 if held_high is None else min(held_high, free_at - 1)
        least, most = max(0, low - last), None if high is None else high - held_low
        if most is None or least <= most:
            top = None if most is None else free_at + most
            for a, b in intervals(free_at + least, top, [*cuts, free_at + 1]):
                out.append(Point(a, b, free_at, True, a == free_at))
    start = max(held_low, free_at)
    if held_high is not None and start > held_high:
        return out
    for held_from, held_to in intervals(start, held_high, [*breaks, *(cuts if split else ())]):
        for a, b in intervals(low, high, cuts):
            if b is not None and b < held_from:
                continue
            out += corner(max(a, held_from), b, held_from, held_to, split)
    return out


def corner(low: int, high: int | None, held_from: int, held_to: int | None, split: bool) -> list[Point]:
    """The part of a rectangle of tenures and held months where held is at most tenure."""
    if not split:
        return [Point(low, high, held_from, False, False)]
    out = []
    top = held_to if high is None else high if held_to is None else min(high, held_to)
    if top is None or low <= top:
        out.append(Point(low, top, low, False, True))
    if high is None or high > held_from:
        out.append(Point(max(low, held_from + 1), high, held_from, False, False))
    return out
