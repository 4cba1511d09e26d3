"""Columns of numbers as whole ten-thousandths, exactly; what cannot be read is null, and told apart by why."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import polars as pl

from fairoffer.book.nearest import nearest

UNITS = 10_000
"""Whole units in 1: money, numbers and rates are kept in ten-thousandths."""
LIMIT = 10**12 * UNITS
"""Numbers are less than this, in units: twelve digits before the point, as in every other input."""
FLOATS = (pl.Float32, pl.Float64)
PLACES = 8
"""Digits after the point that are read of a text."""
_PLAIN = r"^-?[0-9]{1,15}(?:\.[0-9]{1,8}0*)?$"
_LONG = r"^-?[0-9]{16,}(?:\.[0-9]+)?$"
_FINE = r"^-?[0-9]+\.[0-9]+$"
_WHOLE = r"^-?[0-9]{1,15}$"
NOT_A_NUMBER = "is not a number"
MISSPELT = "is not a number written like 1234.50"
NEGATIVE = "is below zero"
TOO_LARGE = "has more digits than are kept (12 before the point)"
TOO_FINE = "has more than four decimals"
NOT_WHOLE = "is not a whole number"

Wrong = tuple[str, pl.Series]
"""Why values cannot be read, and which ones: a Boolean column without nulls."""


class Read(NamedTuple):
    """A column as it was read, null where a value cannot be, and what those are."""

    values: pl.Series
    wrong: list[Wrong]


class _Numbers(NamedTuple):
    """Whole numbers, each the ``factor`` of a unit; ``wrong`` are null already."""

    values: pl.Series
    factor: Fraction
    wrong: list[Wrong]


def read_units(raw: pl.Series, worth: Fraction, *, signed: bool = False) -> Read:
    """Numbers as ten-thousandths, where 1 in the column is ``worth`` so many of what is wanted.

    Floating-point numbers are read to the nearest ten-thousandth, a half away from zero; all others are exact.
    """
    factor = worth * UNITS
    if raw.dtype in FLOATS:
        return _checked(*_of_floats(raw, factor), signed=signed)
    whole, factor, wrong = _whole_numbers(raw, factor)
    values, more = _times(whole, factor)
    return _checked(values, [*wrong, *more], signed=signed)


def read_whole(raw: pl.Series, least: int, most: int, outside: str) -> Read:
    """Whole numbers from ``least`` to ``most``, which Int32 holds; others cannot be read: they are ``outside``."""
    wrong: list[Wrong] = []
    if raw.dtype == pl.String:
        values, wrong = _matching(raw, _WHOLE, pl.Int64, NOT_WHOLE)
    elif raw.dtype in FLOATS:
        values, wrong = kept(raw, raw.is_finite() & (raw == raw.round()), NOT_WHOLE)
        values, more = kept(values, values.abs() < 1e15, outside)
        values, wrong = values.cast(pl.Int64), [*wrong, *more]
    elif raw.dtype.is_decimal():
        values, wrong = kept(raw, raw == raw.floor(), NOT_WHOLE)
        values = values.cast(pl.Int128, strict=False)
    else:
        values = raw
    low, high = values.min(), values.max()
    if low is not None and (int(low) < least or int(high) > most):  # type: ignore[arg-type]
        values, more = kept(values, values.is_between(least, most), outside)
        wrong = [*wrong, *more]
    return Read(values.cast(pl.Int32), wrong)


def readable(dtype: pl.DataType) -> bool:
    """Whether columns of this type may hold numbers."""
    return dtype.is_numeric() or dtype in (pl.String, pl.Null)


def _whole_numbers(raw: pl.Series, factor: Fraction) -> _Numbers:
    """The column as whole numbers, and what 1 of them is in units."""
    wrong: list[Wrong] = []
    if raw.dtype == pl.String:
        texts = raw
        raw, wrong = _matching(texts, _PLAIN, pl.Decimal(38, PLACES), MISSPELT)
        wrong = _told_apart(texts, wrong)
    if isinstance(raw.dtype, pl.Decimal):
        precision, scale = raw.dtype.precision or 38, raw.dtype.scale
        physical = raw.to_physical()
        return _Numbers(physical.cast(pl.Int64) if precision <= 18 else physical, factor / 10**scale, wrong)
    narrow = raw.dtype not in (pl.UInt64, pl.Int128, pl.UInt128)
    return _Numbers(raw.cast(pl.Int64 if narrow else pl.Int128, strict=False), factor, wrong)


def _matching(raw: pl.Series, pattern: str, dtype: pl.DataType | type[pl.DataType], what: str) -> Read:
    """Texts of one form as another type; the others cannot be read."""
    texts, wrong = kept(raw, raw.str.contains(pattern), what)
    return Read(texts.cast(dtype), wrong)


def _told_apart(raw: pl.Series, wrong: list[Wrong]) -> list[Wrong]:
    """Texts that are no plain number, by what is wrong with them."""
    found: list[Wrong] = []
    for _, mask in wrong:
        long = mask & raw.str.contains(_LONG).fill_null(value=False)
        fine = mask & ~long & raw.str.contains(_FINE).fill_null(value=False)
        found += [(TOO_LARGE, long), (TOO_FINE, fine), (MISSPELT, mask & ~long & ~fine)]
    return [(what, mask) for what, mask in found if mask.any()]


def _times(values: pl.Series, factor: Fraction) -> tuple[pl.Series, list[Wrong]]:
    """Whole numbers times a factor, as Int64: first what is too large goes, then what does not come out whole."""
    wrong: list[Wrong] = []
    most = -(-LIMIT * factor.denominator // factor.numerator) - 1
    low, high = values.min(), values.max()
    if low is not None and max(-int(low), int(high)) > most:  # type: ignore[arg-type]
        values, wrong = kept(values, values.is_between(-most, most), TOO_LARGE)
    if factor.denominator > 1:
        divisor = pl.Series([factor.denominator], dtype=values.dtype)
        left = values % divisor
        if (left != 0).any():
            values, more = kept(values, left == 0, TOO_FINE)
            wrong = [*wrong, *more]
        values = values // divisor
    values = values.cast(pl.Int64)
    return (values * factor.numerator if factor.numerator > 1 else values), wrong


def _of_floats(raw: pl.Series, factor: Fraction) -> tuple[pl.Series, list[Wrong]]:
    """The nearest whole units of floating-point numbers."""
    values, wrong = kept(raw.cast(pl.Float64), raw.is_finite(), NOT_A_NUMBER)
    most = LIMIT * factor.denominator / factor.numerator * (1 + 1e-9)
    low, high = values.min(), values.max()
    if low is not None and max(-low, high) >= most:  # type: ignore[operator,type-var]
        values, more = kept(values, values.abs() < most, TOO_LARGE)
        wrong = [*wrong, *more]
    if values.null_count() == 0:
        return pl.Series(raw.name, nearest(values.to_numpy(), factor)), wrong
    found = pl.Series(raw.name, nearest(values.fill_null(0.0).to_numpy(), factor))
    return where(found, values.is_not_null()), wrong


def _checked(values: pl.Series, wrong: list[Wrong], *, signed: bool) -> Read:
    """Numbers within the limits."""
    low, high = values.min(), values.max()
    if low is None:
        return Read(values, wrong)
    if max(-int(low), int(high)) >= LIMIT:  # type: ignore[arg-type]
        values, more = kept(values, values.is_between(-LIMIT + 1, LIMIT - 1), TOO_LARGE)
        wrong = [*wrong, *more]
    if not signed and int(low) < 0:  # type: ignore[arg-type]
        values, more = kept(values, values >= 0, NEGATIVE)
        wrong = [*wrong, *more]
    return Read(values, wrong)


def kept(values: pl.Series, good: pl.Series, what: str, of: pl.Series | None = None) -> Read:
    """The values that are good; the others, less those that were null already (in ``of``), are wrong."""
    original = values if of is None else of
    if good.null_count() == original.null_count() and good.all():
        return Read(values, [])
    there, good = original.is_not_null(), good.fill_null(value=False)
    if (good | ~there).all():
        return Read(values, [])
    return Read(where(values, good), [(what, there & ~good)])


def where(values: pl.Series, good: pl.Series) -> pl.Series:
    """The values where they are good, else null."""
    return values if good.all() else values.set(~good, None)


def decimal_of(units: int) -> Decimal:
    """Ten-thousandths as the amount they are."""
    return Decimal(f"{units}E-4")
