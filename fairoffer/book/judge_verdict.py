"""Gaps of many rows against a tolerance: what fails, what passes, and what might do either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from fairoffer.book.judge_span import Bits, Mask, Size, Span, as_mask, both, either, merged, neither, where
from fairoffer.book.slots import DOUBT_BITS, FAIL, MISSING, PASS, Codes, Sizes, code_of

LARGEST = 1 << 60
"""No gap is as large: numbers that could make one are left to the exact engine."""
GRAVEST = np.array(
    [next((code_of(name) for name, bit in DOUBT_BITS.items() if bits & bit), MISSING) for bits in range(8)],
    dtype=np.uint8,
)
"""The code of the gravest of the doubts that a set of bits holds."""


class Option(NamedTuple):
    """The rows' own value against one quote, and the rows that have that quote."""

    there: Mask
    mine: Span
    theirs: Span


@dataclass(frozen=True)
class Bar:
    """A tolerance, as what a gap must at least be to fail.

    ``size`` is the tolerance in printed numbers, rounded down; ``step`` is how many units of the gaps 1 in the last
    printed place is, and ``is_printed`` whether gaps are rounded to it before they are judged. ``percent`` is of the
    comparator, as a fraction; ``unknown`` marks rows to which the tolerance cannot be brought.
    """

    size: Size
    step: Size
    is_printed: bool
    percent: Fraction | None = None
    unknown: Mask = False

    def cut(self, theirs: Size) -> Size:
        """The least gap that fails against these values of the comparator."""
        size = self.size
        if self.percent is not None:
            part = np.abs(theirs) * self.percent.numerator // self.percent.denominator // self.step
            size = np.maximum(size, part)
        # Rounded half up, a gap is beyond from the middle between two printed numbers on.
        return ((2 * size + 1) * self.step + 1) // 2 if self.is_printed else size + 1


class Decided(NamedTuple):
    """What came out for rows that are asked and in scope; values are meant where the outcome is pass or fail."""

    outcome: Codes
    gap: Sizes
    mine: Sizes


class Ends(NamedTuple):
    """One option: the least and the most that its gap can be, the row's value at either, and whether each is beyond."""

    there: Mask
    least: Size
    most: Size
    mine_least: Size
    mine_most: Size
    fails: Mask
    opens: Mask
    doubt: Bits


def ends(option: Option, sign: int, bar: Bar) -> Ends:
    """Both ends of a gap; more is worse where ``sign`` is positive, less where it is not."""
    there, mine, theirs = option
    if sign > 0:
        low, high = (mine.low, theirs.high), (mine.high, theirs.low)
        no_least, no_most = either(mine.no_low, theirs.no_high), either(mine.no_high, theirs.no_low)
    else:
        low, high = (mine.high, theirs.low), (mine.low, theirs.high)
        no_least, no_most = either(mine.no_high, theirs.no_low), either(mine.no_low, theirs.no_high)
    least = gap_of(*low, sign)
    beyond = as_mask(least >= bar.cut(low[1]))
    fails = both(there, both(neither(no_least), beyond))
    if mine.is_plain and theirs.is_plain:
        return Ends(there, least, least, low[0], low[0], fails, False, 0)
    single = mine.high is mine.low and theirs.high is theirs.low
    most = least if single else gap_of(*high, sign)
    opens = both(there, either(no_most, beyond if single else as_mask(most >= bar.cut(high[1]))))
    return Ends(there, least, most, low[0], high[0], fails, opens, merged(mine.doubt, theirs.doubt))


def gap_of(mine: Size, theirs: Size, sign: int) -> Size:
    """How much worse the row's own value is."""
    return mine - theirs if sign > 0 else theirs - mine


def against(options: Sequence[Option], sign: int, bar: Bar, silent: Codes | int, rows: int) -> Decided:
    """The outcome of every row over all options that it has: the worst that surely fails, else what might fail and is
    not assessable, else the worst of all, which passes. ``silent`` has the codes of rows without an option."""
    if not options:
        return Decided(filled(silent, rows, np.uint8), nothing(rows), nothing(rows))
    found = [ends(option, sign, bar) for option in options]
    picked = found[0] if len(found) == 1 else folded(found)
    fails, gap, mine = picked.fails, picked.least, picked.mine_least
    if picked.most is not picked.least:
        gap, mine = where(fails, gap, picked.most), where(fails, mine, picked.mine_most)
    outcome = as_codes(fails)
    if bar.unknown is not False:
        outcome = where(both(fails, bar.unknown), np.uint8(MISSING), outcome)
    if picked.opens is not False:
        outcome = where(both(picked.opens, neither(fails)), GRAVEST[picked.doubt], outcome)
    if picked.there is not True:
        outcome = where(picked.there, outcome, np.uint8(0) + silent)
    return Decided(filled(outcome, rows, np.uint8), filled(gap, rows, np.int64), filled(mine, rows, np.int64))


def as_codes(fails: Mask) -> Codes | int:
    """FAIL where it fails, else PASS."""
    if isinstance(fails, bool):
        return FAIL if fails else PASS
    return fails.view(np.uint8) + np.uint8(PASS)


def folded(found: Sequence[Ends]) -> Ends:
    """Several options as one: the worst that surely fails, else the worst of all; of equal gaps that of the first."""
    fails: Mask = False
    opens: Mask = False
    there: Mask = False
    doubt: Bits = 0
    gap: Size = 0
    mine: Size = 0
    for one in found:
        opens = either(opens, one.opens)
        doubt = merged(doubt, 0 if one.opens is False else where(one.opens, one.doubt, 0))
        worse = both(one.fails, either(neither(fails), as_mask(one.least > gap)))
        passing = both(one.there, neither(either(fails, one.fails)))
        larger = both(passing, either(neither(there), as_mask(one.most > gap)))
        gap = where(worse, one.least, where(larger, one.most, gap))
        mine = where(worse, one.mine_least, where(larger, one.mine_most, mine))
        fails, there = either(fails, one.fails), either(there, one.there)
    return Ends(there, gap, gap, mine, mine, fails, opens, doubt)


def filled(values: Size | Codes, rows: int, dtype: type[np.generic]) -> np.ndarray:
    """One value for each row."""
    if isinstance(values, np.ndarray) and values.shape == (rows,) and values.dtype == dtype:
        return values
    return np.broadcast_to(np.asarray(values), (rows,)).astype(dtype)


def nothing(rows: int) -> Sizes:
    return np.broadcast_to(np.int64(0), (rows,))
