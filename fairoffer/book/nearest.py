"""Floating-point numbers to the nearest whole multiple, exactly: a half goes away from zero."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
_SPLIT = 2.0**27 + 1
_SHORT = 2**26
"""Factors up to this have so few bits that their product with half of a number's bits is exact."""
_NO_FRACTION = 2.0**52


def nearest(numbers: Floats, factor: Fraction) -> Whole:
    """The whole number next to each of these times the factor; all are finite, and no product is beyond 2**62."""
    negative = bool(len(numbers)) and bool(numbers.min() < 0)
    sizes = np.abs(numbers) if negative else numbers
    products = sizes * (factor.numerator / factor.denominator)
    rounded = np.rint(products)
    whole = rounded.astype(np.int64)
    rest = np.abs(products - rounded, out=rounded)
    if factor.denominator == 1 and factor.numerator <= _SHORT:
        # A product is off by less than any other rest is from a half: only at a half itself its error decides.
        at = np.flatnonzero(rest == 0.5)
        low = np.floor(products[at]).astype(np.int64)
        whole[at] = low + (_error(sizes[at], products[at], factor.numerator) >= 0)
        doubtful = np.flatnonzero(products >= _NO_FRACTION)
    else:
        doubtful = np.flatnonzero((0.5 - rest <= products * 2.0**-50) | (products >= _NO_FRACTION / 4))
    for index in doubtful:
        whole[index] = half_up(Fraction(sizes[index].item()) * factor)
    return np.where(numbers < 0, -whole, whole) if negative else whole


def half_up(size: Fraction) -> int:
    return int((2 * size.numerator + size.denominator) // (2 * size.denominator))


def _error(sizes: Floats, products: Floats, factor: int) -> Floats:
    """What the exact products are more than the rounded ones (Dekker's product, with Veltkamp's splitting)."""
    scaled = sizes * _SPLIT
    high = scaled - (scaled - sizes)
    return np.asarray((high * factor - products) + (sizes - high) * factor)
