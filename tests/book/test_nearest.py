"""Floating-point numbers to the nearest whole multiple, against exact fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fairoffer.book.nearest import half_up, nearest

FACTORS = st.sampled_from(
    [Fraction(10_000), Fraction(100), Fraction(1), Fraction(1_000_000), Fraction(10_000, 3), Fraction(1, 7)]
)
HALVES = st.integers(-(10**13), 10**13).map(lambda odd: (2 * odd + 1) / 20_000)
TIES = st.integers(-(10**9), 10**9).map(lambda odd: (2 * odd + 1) / 64)


@given(st.lists(HALVES | TIES | st.floats(-1e9, 1e9) | st.floats(-1e12, 1e12), max_size=30), FACTORS)
def test_the_nearest_multiple_is_exact(numbers: list[float], factor: Fraction) -> None:
    found = nearest(np.array(numbers, dtype=np.float64), factor).tolist()
    assert found == [half_up(abs(Fraction(n)) * factor) * (-1 if n < 0 else 1) for n in numbers]


def test_next_to_a_half_by_one_bit() -> None:
    """Half of a ten-thousandth, and the numbers just below and above it, as far as they can be told apart."""
    middle = np.array([(2 * k + 1) / 20_000 for k in range(2_000)])
    numbers = np.concatenate([np.nextafter(middle, 0), middle, np.nextafter(middle, 1)])
    expected = [half_up(Fraction(n) * 10_000) for n in numbers.tolist()]
    assert nearest(numbers, Fraction(10_000)).tolist() == expected
