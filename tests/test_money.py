"""Rounding once, half up, at any size."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairoffer.money import CURRENCY_PLACES, as_fraction, fixed, grouped, places_of, plain, round_half_up


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (1, 200, "0.01"),
        (-1, 200, "-0.01"),
        (1, 201, "0.00"),
        (1, -200, "-0.01"),
        (2625520, 1, "2625520.00"),
        (0, 7, "0.00"),
    ],
)
def test_half_is_rounded_away_from_zero(numerator: int, denominator: int, expected: str) -> None:
    assert str(round_half_up(numerator, denominator)) == expected


def test_minor_units_without_and_with_three_decimals() -> None:
    assert str(round_half_up(5, 2, CURRENCY_PLACES["JPY"])) == "3"
    assert str(round_half_up(1, 16, CURRENCY_PLACES["KWD"])) == "0.063"


@given(st.integers(-(10**40), 10**40), st.integers(1, 10**20), st.integers(0, 6))
def test_rounding_agrees_with_decimal(numerator: int, denominator: int, places: int) -> None:
    with localcontext() as context:
        context.prec = 200
        exact = Fraction(numerator, denominator) * 10**places
        whole = Decimal(exact.numerator) / Decimal(exact.denominator)
        expected = int(whole.to_integral_value(ROUND_HALF_UP))
    assert round_half_up(numerator, denominator, places) == fixed(expected, places)


@given(st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=8))
def test_a_fraction_is_exact(amount: Decimal) -> None:
    numerator, denominator = as_fraction(amount)
    assert Fraction(numerator, denominator) == Fraction(amount)


def test_what_is_no_number_has_no_fraction() -> None:
    with pytest.raises(ValueError, match="not a number"):
        as_fraction(Decimal("NaN"))
    assert as_fraction(Decimal("1E+3")) == (1000, 1)


@pytest.mark.parametrize(
    ("amount", "text"),
    [("1E+3", "1,000.00"), ("-1234567.895", "-1,234,567.90"), ("-0.001", "0.00"), ("0", "0.00"), ("999.99", "999.99")],
)
def test_amounts_for_people(amount: str, text: str) -> None:
    assert grouped(Decimal(amount)) == text


def test_amounts_for_files_have_no_exponent() -> None:
    assert plain(Decimal("1E+3")) == "1000"
    assert plain(Decimal("1E-7")) == "0.0000001"
    assert plain(Decimal("-0.00")) == "0.00"
    assert plain(Decimal("2.345"), 2) == "2.35"
    assert grouped(Decimal("1234.5"), 0) == "1,235"


def test_currencies_of_iso_4217() -> None:
    assert places_of("GBP") == 2
    assert places_of("CLF") == 4
    assert len(CURRENCY_PLACES) > 150
    assert all(len(code) == 3 and code.isupper() for code in CURRENCY_PLACES)
    with pytest.raises(KeyError):
        places_of("GBX")
