"""Numbers as whole ten-thousandths, against the plain meaning of one value at a time."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from fairoffer.book.read_number import LIMIT, read_units


def plain_units(value: object, worth: Fraction, *, signed: bool) -> int | str:
    """Ten-thousandths of a value of the source, or why it cannot be read."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return "is not a number"
        exact = Fraction(value) * worth * 10_000
        size = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
        units = Fraction(-size if exact < 0 else size)
    elif isinstance(value, str):
        if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value) is None:
            return "is not a number written like 1234.50"
        if len(value.lstrip("-").partition(".")[0]) > 15:
            return "has more digits than are kept (12 before the point)"
        if len(value.partition(".")[2].rstrip("0")) > 8:
            return "has more than four decimals"
        units = Fraction(Decimal(value)) * worth * 10_000
    else:
        assert isinstance(value, (int, Decimal))
        units = Fraction(value) * worth * 10_000
    if abs(units) >= LIMIT:
        return "has more digits than are kept (12 before the point)"
    if units.denominator > 1:
        return "has more than four decimals"
    return "is below zero" if units < 0 and not signed else int(units)


def same_units(raw: pl.Series, worth: Fraction, *, signed: bool) -> None:
    """The column as it is read is what the loop makes of it, value by value."""
    found = read_units(raw, worth, signed=signed)
    expected = [None if v is None else plain_units(v, worth, signed=signed) for v in raw.to_list()]
    assert found.values.dtype == pl.Int64
    assert found.values.to_list() == [None if isinstance(v, str) else v for v in expected]
    whys: list[str | None] = [None] * len(raw)
    for what, mask in found.wrong:
        assert mask.null_count() == 0
        for index in mask.arg_true():
            assert whys[index] is None
            whys[index] = what
    assert whys == [v if isinstance(v, str) else None for v in expected]


WORTHS = st.sampled_from(
    [Fraction(1), Fraction(1, 100), Fraction(100), Fraction(1, 3), Fraction(5, 7), Fraction(1, 10**6)]
)
INTEGERS = {
    pl.Int8: (-(2**7), 2**7 - 1),
    pl.Int64: (-(2**63), 2**63 - 1),
    pl.UInt64: (0, 2**64 - 1),
    pl.Int128: (-(2**127), 2**127 - 1),
}


@given(st.data(), WORTHS, st.booleans())
def test_whole_numbers(data: st.DataObject, worth: Fraction, signed: bool) -> None:
    dtype = data.draw(st.sampled_from(list(INTEGERS)))
    low, high = INTEGERS[dtype]
    near = st.integers(max(low, -(10**14)), min(high, 10**14))
    values = data.draw(st.lists(st.none() | near | st.integers(low, high), max_size=8))
    same_units(pl.Series("x", values, dtype=dtype), worth, signed=signed)


@given(st.data(), WORTHS, st.booleans(), st.sampled_from([(12, 2), (18, 4), (19, 6), (38, 0), (38, 10), (38, 20)]))
def test_decimals(data: st.DataObject, worth: Fraction, signed: bool, shape: tuple[int, int]) -> None:
    precision, scale = shape
    most = 10**precision - 1
    whole = st.integers(-most, most) | st.integers(
        -(10 ** min(precision, scale + 3)) + 1, 10 ** min(precision, scale + 3) - 1
    )
    round_ones = whole.map(lambda v: v - v % 10 ** max(0, scale - 3))
    values = data.draw(st.lists(st.none() | whole | round_ones, max_size=8))
    exact = [None if v is None else Decimal(f"{v}E-{scale}") for v in values if v is None or abs(v) <= most]
    same_units(pl.Series("x", exact, dtype=pl.Decimal(precision, scale)), worth, signed=signed)


@given(
    st.lists(st.none() | st.floats() | st.integers(-(10**7), 10**7).map(lambda v: v / 20_000), max_size=8),
    WORTHS,
    st.booleans(),
)
def test_floating_point_numbers(values: list[float | None], worth: Fraction, signed: bool) -> None:
    same_units(pl.Series("x", values, dtype=pl.Float64), worth, signed=signed)


@given(st.lists(st.none() | st.floats(width=32), max_size=8))
def test_short_floating_point_numbers(values: list[float | None]) -> None:
    same_units(pl.Series("x", values, dtype=pl.Float32), Fraction(1), signed=True)


PLAIN = st.from_regex(r"-?[0-9]{1,17}(\.[0-9]{1,10})?", fullmatch=True)
ODD = st.sampled_from(
    ["1,234.50", "1e3", " 1", "1 ", "+1", ".5", "5.", "NaN", "£5", "0x1", "-", "1_000", "१", "1.5000000000", "--1"]
)


@given(st.lists(st.none() | PLAIN | ODD, max_size=8), WORTHS, st.booleans())
def test_texts(values: list[str | None], worth: Fraction, signed: bool) -> None:
    same_units(pl.Series("x", values, dtype=pl.String), worth, signed=signed)
