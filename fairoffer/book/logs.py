"""Logarithms as whole numbers, the same on every machine: only operations that IEEE 754 defines to the last bit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fairoffer.book.bins import Whole

SCALE = 10_000
"""Ten-thousandths of a natural logarithm: a hundredth of a percent."""
_LN2 = 0.6931471805599453
_TERMS = 4


def logs_of(sizes: npt.NDArray[np.float64]) -> Whole:
    """``SCALE`` times the natural logarithm of positive numbers, rounded; of others 0.

    ln(m * 2**e) = e ln 2 + 2 artanh((m - 1) / (m + 1)); with m between 0.7 and 1.4 five terms of the series
    are exact to 1e-9.
    """
    mantissa, exponent = np.frexp(sizes)
    small = mantissa < 0.7071067811865476
    mantissa = np.where(small, mantissa * 2.0, mantissa)
    exponent = exponent - small
    ratio = (mantissa - 1.0) / (mantissa + 1.0)
    square = ratio * ratio
    total = np.full_like(ratio, 1.0 / (2 * _TERMS + 1))
    for term in range(_TERMS - 1, -1, -1):
        total = total * square + 1.0 / (2 * term + 1)
    found = np.rint((exponent * _LN2 + 2.0 * ratio * total) * SCALE).astype(np.int64)
    return np.where(sizes > 0, found, 0)
