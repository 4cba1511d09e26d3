"""Logarithms as whole numbers, the same on every machine: only operations that IEEE 754 defines to the last bit."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fairoffer.book.bins import Whole

SCALE = 10_000
"""Ten-thousandths of a natural logarithm: a hundredth of a percent."""
_LN2 = 0.6931471805599453
_BITS = 10
_STEPS = 1 << _BITS
_FRACTION = (1 << 52) - 1
_TERMS = 9
Floats = npt.NDArray[np.float64]


class _Table(NamedTuple):
    """For the first bits of a mantissa the middle of what they stand for, as its logarithm and as a divisor."""

    logs: Floats
    inverses: Floats


def logs_of(sizes: Floats) -> Whole:
    """``SCALE`` times the natural logarithm of positive numbers, rounded; of others 0.

    With m the mantissa from 1 to 2, c the middle of its step and r = m / c - 1, ln(m * 2**e) is
    e ln 2 + ln c + r - r**2 / 2 to 1e-10.
    """
    positive = np.where(sizes > 0, sizes, 1.0)
    bits = positive.view(np.int64)
    exponent = (bits >> 52) - 1023
    table, step = _table(), (bits >> (52 - _BITS)) & (_STEPS - 1)
    mantissa = ((bits & _FRACTION) | (1023 << 52)).view(np.float64)
    rest = mantissa * table.inverses.take(step) - 1.0
    found = exponent * _LN2 + table.logs.take(step) + (rest - 0.5 * rest * rest)
    return np.rint(found * SCALE).astype(np.int64)


@cache
def _table() -> _Table:
    """ln c = 2 artanh((c - 1) / (c + 1)), by its series: ten terms are exact to 1e-11 for c up to 2."""
    middles = 1.0 + (np.arange(_STEPS) + 0.5) / _STEPS
    ratio = (middles - 1.0) / (middles + 1.0)
    square = ratio * ratio
    total = np.full_like(ratio, 1.0 / (2 * _TERMS + 1))
    for term in range(_TERMS - 1, -1, -1):
        total = total * square + 1.0 / (2 * term + 1)
    return _Table(2.0 * ratio * total, 1.0 / middles)
