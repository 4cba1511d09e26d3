"""Amounts of a payload as exact fractions, and back to text. Nothing here knows what an amount is for."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from fairoffer.money import plain, round_half_up

PLACES = 4
"""Decimals that a yearly cost keeps; it is rounded to them once."""

GST = Fraction(11, 10)
"""Charges are published without the tax of ten percent."""

SCALE = 10**10
"""Parts of one that ``scaled`` counts: the most decimals an amount may have."""

_PLAIN = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,10}))?", re.ASCII)


@lru_cache(maxsize=65536)
def _fraction(text: str) -> Fraction | None:
    found = _PLAIN.fullmatch(text.strip())
    if found is None:
        return None
    sign, whole, part = found[1], found[2], found[3] or ""
    return Fraction(int(sign + whole + part), 10 ** len(part))


def fraction(value: object) -> Fraction | None:
    """The amount exactly, or ``None`` for anything that is not a plain decimal number."""
    return _fraction(value) if isinstance(value, str) else None


@lru_cache(maxsize=65536)
def _scaled(text: str) -> int | None:
    amount = _fraction(text)
    return None if amount is None else amount.numerator * (SCALE // amount.denominator)


def scaled(value: object) -> int | None:
    """The amount times ``SCALE``, exactly: whole numbers are what long sums are fast with."""
    return _scaled(value) if isinstance(value, str) else None


def money(value: Fraction, places: int = PLACES) -> str:
    """The amount as plain text, rounded half up once; trailing zeros beyond cents are left out."""
    text = plain(round_half_up(value.numerator, value.denominator, places))
    whole, _, part = text.partition(".")
    part = part.rstrip("0")
    return f"{whole}.{part:0<2}"
