"""Values of many rows at once, each from a low to a high end: ``compare.legs.Worth`` on whole numbers.

Where an end is not there (``no_low``, ``no_high``) the number beside it means nothing. Masks that are ``False`` hold
for no row, and ``high`` is the same object as ``low`` where no row has two ends: plain books cost nothing extra.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from fairoffer.book.slots import DOUBT_BITS, Codes, Flags, Sizes

Size = Sizes | int
Mask = Flags | bool
Bits = Codes | int
FEW = 8
"""One in so many rows or less is put in its place singly."""
MISSING_BIT = DOUBT_BITS["missing-value"]
TAX_BIT = DOUBT_BITS["tax-differs"]
LOOSE_BIT = DOUBT_BITS["unclassified-incentive"]


@dataclass(frozen=True)
class Span:
    """A value of every row. ``doubt`` has the bits of why its ends are not one."""

    low: Size
    high: Size
    no_low: Mask = False
    no_high: Mask = False
    doubt: Bits = 0

    @property
    def is_plain(self) -> bool:
        """Whether every row has one value that is known."""
        return self.high is self.low and self.no_low is False and self.no_high is False


def sure(values: Size) -> Span:
    return Span(values, values)


NOTHING = sure(0)
UNTAXED = Span(0, 0, True, True, TAX_BIT)
"""A value in a tax basis that cannot be brought to the row's."""
SPOILT = Span(0, 0, True, True, MISSING_BIT)


def either(one: Mask, two: Mask) -> Mask:
    if one is False or two is True:
        return two
    if two is False or one is True:
        return one
    return one | two


def both(one: Mask, two: Mask) -> Mask:
    if one is True or two is False:
        return two
    if two is True or one is False:
        return one
    return one & two


def any_of(masks: Iterable[Mask]) -> Mask:
    """Where one of the masks holds."""
    found: Mask = False
    for mask in masks:
        found = either(found, mask)
    return found


def neither(mask: Mask) -> Mask:
    """Where a mask does not hold."""
    return (not mask) if isinstance(mask, bool) else ~mask


def where(mask: Mask, one: Any, two: Any) -> Any:
    """One value where the mask holds, the other elsewhere: without work, or with little, where that is nearly always
    the same one."""
    if isinstance(mask, bool):
        return one if mask else two
    held, rows = int(np.count_nonzero(mask)), len(mask)
    if held == 0 or held == rows:
        return one if held else two
    if held * FEW < rows and isinstance(two, np.ndarray):
        return patched(two, mask, one)
    if (rows - held) * FEW < rows and isinstance(one, np.ndarray):
        return patched(one, ~mask, two)
    return np.where(mask, one, two)


def patched(values: np.ndarray, mask: Flags, others: Any) -> np.ndarray:
    """A copy of the values with others in the few places where the mask holds."""
    at = np.flatnonzero(mask)
    found = values.copy()
    found[at] = others[at] if isinstance(others, np.ndarray) else others
    return found


def as_mask(found: Any) -> Mask:
    """A comparison's answer as a mask."""
    return found if isinstance(found, np.ndarray) else bool(found)


def some(mask: Mask) -> bool:
    """Whether a mask holds for some row."""
    return mask if isinstance(mask, bool) else bool(mask.any())


def marked(mask: Mask, bit: int) -> Bits:
    """The bit where the mask holds."""
    if isinstance(mask, bool):
        return bit if mask else 0
    found: Codes = mask.astype(np.uint8) * np.uint8(bit)
    return found


def is_none(bits: Bits) -> bool:
    """Whether no row has a doubt."""
    return isinstance(bits, int) and bits == 0


def merged(one: Bits, two: Bits) -> Bits:
    """Bits of both."""
    if is_none(one):
        return two
    if is_none(two):
        return one
    if isinstance(one, int) and isinstance(two, int):
        return one | two
    return np.bitwise_or(one, np.asarray(two, dtype=np.uint8), dtype=np.uint8, casting="unsafe")


def product(value: Size, factor: Size) -> Size:
    return value if isinstance(factor, int) and factor == 1 else value * factor


def total(one: Size, two: Size) -> Size:
    """The sum, without a copy where one of them is nothing."""
    if isinstance(one, int) and one == 0:
        return two
    if isinstance(two, int) and two == 0:
        return one
    return one + two


def plus(one: Span, two: Span) -> Span:
    low = total(one.low, two.low)
    single = one.high is one.low and two.high is two.low
    high = low if single else total(one.high, two.high)
    no_low, no_high = either(one.no_low, two.no_low), either(one.no_high, two.no_high)
    return Span(low, high, no_low, no_high, merged(one.doubt, two.doubt))


def times(span: Span, factor: Size) -> Span:
    """The span in smaller units; a factor is positive."""
    low = product(span.low, factor)
    return replace(span, low=low, high=low if span.high is span.low else product(span.high, factor))


def minus(span: Span) -> Span:
    """The span with its sign turned."""
    low = -span.high
    high = low if span.high is span.low else -span.low
    return Span(low, high, span.no_high, span.no_low, span.doubt)


def picked(mask: Mask, one: Span, two: Span) -> Span:
    """One span where the mask holds, the other elsewhere."""
    if isinstance(mask, bool):
        return one if mask else two
    low = where(mask, one.low, two.low)
    single = one.high is one.low and two.high is two.low
    return Span(
        low,
        low if single else where(mask, one.high, two.high),
        picked_mask(mask, one.no_low, two.no_low),
        picked_mask(mask, one.no_high, two.no_high),
        0 if is_none(one.doubt) and is_none(two.doubt) else where(mask, one.doubt, two.doubt),
    )


def picked_mask(mask: Flags, one: Mask, two: Mask) -> Mask:
    if isinstance(one, bool) and isinstance(two, bool) and one == two:
        return one
    found: Flags = np.where(mask, one, two)
    return found


def open_above(span: Span, mask: Mask) -> Span:
    """The span where what is not known may add anything from nothing up."""
    if mask is False:
        return span
    return replace(span, no_high=either(span.no_high, mask), doubt=merged(span.doubt, marked(mask, MISSING_BIT)))


def spoilt(span: Span, mask: Mask) -> Span:
    """The span, with no end at all where the mask holds."""
    return span if mask is False else picked(mask, SPOILT, span)


def best(spans: Sequence[tuple[Mask, Span]], sign: int) -> Span:
    """The best for the customer of those that are there, as far as it is known; the first is there for every row."""
    turned = [(there, span if sign > 0 else minus(span)) for there, span in spans]
    found = turned[0][1]
    for there, span in turned[1:]:
        found = picked(there, least(found, span, any_high=sign > 0), found)
    return found if sign > 0 else minus(found)


def least(one: Span, two: Span, *, any_high: bool) -> Span:
    """The lesser of two spans. Its low end is known where both are; its high end likewise, or with ``any_high`` where
    one is: a price that is known to be had bounds the best."""
    doubt = merged(one.doubt, two.doubt)
    low = np.minimum(one.low, two.low)
    if one.is_plain and two.is_plain:
        return Span(low, low, doubt=doubt)
    no_low = either(one.no_low, two.no_low)
    single = one.high is one.low and two.high is two.low
    high = low if single else np.minimum(one.high, two.high)
    if not any_high:
        return Span(low, high, no_low, either(one.no_high, two.no_high), doubt)
    high = where(one.no_high, two.high, where(two.no_high, one.high, high))
    return Span(low, high, no_low, both(one.no_high, two.no_high), doubt)
