"""Gaps of rows from what they pay and the stairs of their kind, and what comes of them."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fairoffer.audit.bind import Limit
from fairoffer.book.offer_costs import UNSURE
from fairoffer.book.offer_kinds import Steps, Table
from fairoffer.book.offer_paid import Paid
from fairoffer.book.slots import FAIL, MISSING, PASS, code_of

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
UNCLASSIFIED, AUDIENCE = code_of("unclassified-incentive"), code_of("audience-unknown")
SMALL = 1 << 62


class Answer(NamedTuple):
    """What comes out in one world; ``gap`` and ``mine`` hold a value where ``known``."""

    outcome: NDArray[np.uint8]
    gap: Whole
    mine: Whole
    known: Flags


def answer(table: Table, kinds: Whole, paid: Paid, limit: Limit | None, *, reach: bool) -> Answer:
    """The answer of a table for rows, by the number of their kind; without a limit PASS says that the gap is known."""
    if paid.parts is None:
        found = decided(table, kinds, paid.size, None, limit, reach=reach)
    else:
        found = decided(table, kinds, paid.size // paid.parts, None, limit, reach=reach)
        rows = np.flatnonzero(paid.size % paid.parts)
        parts = paid.parts[rows]
        split = decided(table, kinds[rows], paid.size[rows], parts, limit, reach=reach)
        found.outcome[rows], found.known[rows] = split.outcome, split.known
        found.gap[rows], found.mine[rows] = rounded(split.gap, parts), rounded(split.mine, parts)
    if paid.silent is not None:
        found.outcome[paid.silent & ((found.outcome == PASS) | (found.outcome == FAIL))] = MISSING
        found.known[paid.silent] = False
    return found


def rounded(sizes: Whole, parts: Whole) -> Whole:
    """Sizes by their parts, half up."""
    return (2 * sizes + parts) // (2 * parts)


def decided(
    table: Table, kinds: Whole, size: Whole, parts: Whole | None, limit: Limit | None, *, reach: bool
) -> Answer:
    """Gaps and outcomes of rows that pay ``size``; with ``parts`` everything is so many times as large."""
    base = table.base.take(kinds)
    comparable = base == PASS
    least, mine = gaps(table.least, kinds, size, parts, reach=reach)
    if limit is None and table.most is None:
        return Answer(base, least, mine, comparable)
    fails = np.zeros(len(base), np.bool_) if limit is None else beyond(least, mine, limit, parts) & comparable
    if table.most is None:
        base += fails
        return Answer(base, least, mine, comparable)
    most, paid = gaps(table.most, kinds, size, parts, reach=reach)
    if limit is None:
        passes = (least == most) & comparable
    else:
        passes = ~beyond(most, paid, limit, parts) & comparable
    base[fails] = FAIL
    known = fails | passes
    doubtful = comparable & ~known
    base[doubtful] = np.where(table.missing.take(kinds[doubtful]), MISSING, UNCLASSIFIED)
    return Answer(base, np.where(fails, least, most), np.where(fails, mine, paid), known)


def gaps(steps: Steps, kinds: Whole, size: Whole, parts: Whole | None, *, reach: bool) -> tuple[Whole, Whole]:
    """The gap of every row, and what it pays where the gap is."""
    gap = size - times(steps.k[0].take(kinds), parts)
    if not reach:
        return gap, size
    best = times(steps.d[0].take(kinds), parts)
    chosen = best < gap
    gap = np.minimum(gap, best)
    mine = np.where(chosen, times(steps.mine[0].take(kinds), parts), size)
    if steps.count is None:
        return gap, mine
    count = steps.count.take(kinds)
    for at in range(1, len(steps.k)):
        rows = np.flatnonzero(count > at)
        own, some = kinds[rows], None if parts is None else parts[rows]
        stay = size[rows] - times(steps.k[at][own], some)
        best = times(steps.d[at][own], some)
        paid = np.where(best < stay, times(steps.mine[at][own], some), size[rows])
        step = np.minimum(stay, best)
        larger = step > gap[rows]
        gap[rows[larger]], mine[rows[larger]] = step[larger], paid[larger]
    return gap, mine


def times(sizes: Whole, parts: Whole | None) -> Whole:
    """Sizes so many times as large; what has no end stays as it is."""
    if parts is None:
        return sizes
    endless = np.abs(sizes) > UNSURE
    return np.where(endless, sizes, np.where(endless, 0, sizes) * parts)


def beyond(gap: Whole, mine: Whole, limit: Limit, parts: Whole | None) -> Flags:
    """Whether gaps exceed a tolerance."""
    over: Flags = gap > (limit.size if parts is None else limit.size * parts)
    if limit.percent is None:
        return over
    open_ = gap > UNSURE
    theirs = np.abs(np.where(np.abs(gap) > UNSURE, 0, mine - gap))
    return over & (open_ | (gap > share(theirs, limit.percent)))


def share(sizes: Whole, part: Fraction) -> Whole:
    """The whole units of a part of sizes, rounded down: what is more than it is more than the part."""
    up, down = part.numerator, part.denominator
    if up * down < SMALL and up <= 4 * down:
        return sizes // down * up + sizes % down * up // down
    exact = [min(int(size) * up // down, SMALL) for size in sizes.tolist()]
    return np.array(exact, np.int64)


def same_in_both(one: Answer, other: Answer, *, gap_too: bool) -> Answer:
    """What holds whoever the offers with an unreadable audience are for: an outcome that is the same in both worlds,
    with the smaller gap; with ``gap_too`` only where the gap is the same."""
    differs = one.outcome != other.outcome
    if gap_too:
        differs |= one.known & other.known & (one.gap != other.gap)
    less = other.known & (other.gap < one.gap)
    outcome = np.where(differs, np.uint8(AUDIENCE), one.outcome)
    gap, mine = np.where(less, other.gap, one.gap), np.where(less, other.mine, one.mine)
    return Answer(outcome, gap, mine, one.known & other.known & ~differs)
