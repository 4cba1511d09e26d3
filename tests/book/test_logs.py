"""Logarithms as whole numbers."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fairoffer.book.logs import SCALE, logs_of


@given(st.lists(st.floats(1e-300, 1e300), min_size=1))
def test_logs_are_those_of_mathematics_to_the_last_digit(sizes: list[float]) -> None:
    for size, found in zip(sizes, logs_of(np.array(sizes)).tolist(), strict=True):
        assert abs(found - SCALE * math.log(size)) <= 0.5 + 1e-5


def test_a_step_is_nowhere_left_out() -> None:
    sizes = np.arange(1, 1 << 16, dtype=np.float64)
    assert np.abs(logs_of(sizes) - SCALE * np.log(sizes)).max() <= 0.5 + 1e-5
    assert (np.diff(logs_of(sizes)) >= 0).all()


def test_what_has_no_logarithm_counts_nothing() -> None:
    assert logs_of(np.array([0.0, -1.0, 1.0])).tolist() == [0, 0, 0]
