"""Bins of gaps that can be added up: each an exact part of an octave, so that shards put a value into the same one.

A bin is the exponent of a number and the first five bits of its mantissa, as a float64 holds them; nothing is rounded
by a logarithm. Whatever lies in a bin is within ``ERROR`` of its middle.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]

BITS = 5
WIDTH = 1 << BITS
BINS = 48 * WIDTH
"""Numbers from 1 to 2**48; smaller ones are in the first bin, larger ones in the last."""
ERROR = Fraction(1, 2 * WIDTH)
_SHIFT = 52 - BITS
_FIRST = 1023 << BITS


def bins_of(sizes: npt.NDArray[np.float64]) -> Whole:
    """The bin of each positive number."""
    found = (sizes.view(np.int64) >> _SHIFT) - _FIRST
    if len(found) and (int(found.min()) < 0 or int(found.max()) >= BINS):
        np.minimum(np.maximum(found, 0, out=found), BINS - 1, out=found)
    return found


def edges(number: int) -> tuple[Fraction, Fraction]:
    """From where to where a bin reaches; its upper end is not in it."""
    octave, part = divmod(number, WIDTH)
    return (
        Fraction((WIDTH + part) << octave, WIDTH),
        Fraction((WIDTH + part + 1) << octave, WIDTH),
    )


def quantile(counts: Mapping[int, int], share: Fraction, least: Fraction, most: Fraction) -> Fraction:
    """The middle of the bin in which the smallest number stands that ``share`` of all do not exceed, never outside the
    least and the most.

    Raises:
        ValueError: nothing was counted.
    """
    total = sum(counts.values())
    if not total:
        raise ValueError("nothing was counted")
    rank, seen = -(-total * share.numerator // share.denominator), 0
    for number in sorted(counts):
        seen += counts[number]
        if seen >= rank:
            low, high = edges(number)
            return min(max((low + high) / 2, least), most)
    raise AssertionError("a share is at most 1")
