"""A tolerance as the least gap that fails, and what comes out of several options."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fairoffer.audit.rowwise import printed
from fairoffer.book.judge_answers import brought
from fairoffer.book.judge_span import MISSING_BIT, Span, sure
from fairoffer.book.judge_verdict import Bar, Option, against
from fairoffer.book.slots import FAIL, MISSING, NO_COMPARATOR, PASS
from fairoffer.money import round_half_up

ROWS = 3


def bar(size: int = 0) -> Bar:
    return Bar(size, 100, True)


def option(there: list[bool], mine: list[int], theirs: list[int]) -> Option:
    return Option(np.array(there), sure(np.array(mine)), sure(np.array(theirs)))


@given(
    st.integers(-(10**9), 10**9),
    st.integers(1, 144),
    st.sampled_from([0, 2, 3, 4]),
    st.fractions(0, 1000, max_denominator=10_000),
    st.none() | st.fractions(0, 1, max_denominator=10_000),
    st.integers(-(10**9), 10**9),
)
def test_the_least_gap_that_fails_is_the_first_that_is_printed_beyond_the_tolerance(
    gap: int, scale: int, places: int, size: Fraction, percent: Fraction | None, theirs: int
) -> None:
    found = Bar(int(size * 10**places), scale * 10 ** (4 - places), True, percent)
    unit = 10_000 * scale
    wanted = max(size, abs(Fraction(theirs, unit)) * (percent or 0))
    assert (gap >= found.cut(theirs)) == (printed(Fraction(gap, unit), places) > wanted)


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_finer_units_are_rounded_half_away_from_zero(value: int, scale: int) -> None:
    assert brought(np.array([value]), scale, 1)[0] == int(round_half_up(value, scale, 0))


def test_what_surely_fails_counts_before_all_that_passes() -> None:
    options = [option([True] * 3, [100, 100, 100], [99, 200, 101]), option([True] * 3, [100] * 3, [300, 1, 100])]
    found = against(options, 1, Bar(0, 1, True), NO_COMPARATOR, ROWS)
    assert found.outcome.tolist() == [FAIL, FAIL, PASS]
    assert found.gap.tolist() == [1, 99, 0]


def test_a_row_without_an_option_says_why() -> None:
    silent = np.array([MISSING, NO_COMPARATOR, NO_COMPARATOR], dtype=np.uint8)
    found = against([option([False, False, True], [1, 1, 1], [1, 1, 1])], 1, bar(), silent, ROWS)
    assert found.outcome.tolist() == [MISSING, NO_COMPARATOR, PASS]
    assert against([], 1, bar(), NO_COMPARATOR, ROWS).outcome.tolist() == [NO_COMPARATOR] * ROWS


def test_what_is_not_known_counts_only_where_it_could_change_the_outcome() -> None:
    open_ = np.array([True, True, False])
    mine = Span(*[np.array([5_000, 0, 5_000])] * 2, no_high=open_, doubt=open_.astype(np.uint8) * MISSING_BIT)
    found = against([Option(True, mine, sure(np.array([1_000] * 3)))], 1, bar(), NO_COMPARATOR, ROWS)
    # It costs at least 0.40 more; it may cost anything; it costs 0.40 more.
    assert found.outcome.tolist() == [FAIL, MISSING, FAIL]
    assert found.gap[[0, 2]].tolist() == [4_000, 4_000]


def test_where_more_is_better_the_gap_is_turned() -> None:
    found = against([option([True] * 3, [1, 2, 3], [2, 2, 2])], -1, Bar(0, 1, False), NO_COMPARATOR, ROWS)
    assert found.outcome.tolist() == [FAIL, PASS, PASS]
    assert found.gap.tolist() == [1, 0, -1]
