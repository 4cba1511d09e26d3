"""Exact money: rounding once, half up, and the number of decimals each currency has."""

from __future__ import annotations

from decimal import Decimal

_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DECIMALS = "CLF UYW"
_TWO_DECIMALS = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS
INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN
NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC
SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG XXX YER ZAR ZMW ZWG
"""


def _places() -> dict[str, int]:
    groups = {0: _NO_DECIMALS, 2: _TWO_DECIMALS, 3: _THREE_DECIMALS, 4: _FOUR_DECIMALS}
    return {code: places for places, codes in groups.items() for code in codes.split()}


CURRENCY_PLACES: dict[str, int] = _places()
"""Decimals of the minor unit of every ISO 4217 currency that prices can be in."""
NO_CURRENCY = "XXX"
"""ISO 4217: no currency in particular; that of a case which names none."""


def round_half_up(numerator: int, denominator: int, places: int = 2) -> Decimal:
    """The fraction as a decimal with ``places`` decimals; a half is rounded away from zero.

    Takes whole numbers, so that nothing is lost before this one rounding. A negative denominator is allowed,
    zero raises ``ZeroDivisionError``.
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    size = (2 * abs(numerator) * 10**places + denominator) // (2 * denominator)
    return fixed(-size if numerator < 0 else size, places)


def fixed(units: int, places: int) -> Decimal:
    """``fixed(2499, 2)`` is ``Decimal("24.99")``: exact at any size, whatever the decimal context says."""
    return Decimal(f"{units}E-{places}")


def as_fraction(amount: Decimal) -> tuple[int, int]:
    """The amount as numerator and denominator: the way into exact sums."""
    if not amount.is_finite():
        raise ValueError(f"{amount} is not a number")
    return amount.as_integer_ratio()


def places_of(currency: str) -> int:
    """Decimals of the currency's minor unit; ``KeyError`` for a code that ISO 4217 does not have."""
    return CURRENCY_PLACES[currency]


def plain(amount: Decimal, places: int | None = None) -> str:
    """The amount as text for files: no exponent, no grouping; rounded half up when ``places`` is given."""
    if places is not None:
        amount = round_half_up(*as_fraction(amount), places)
    text = f"{amount:f}"
    return text[1:] if text.startswith("-") and not amount else text


def grouped(amount: Decimal, places: int = 2) -> str:
    """The amount as text for people: ``2,625,520.00``."""
    text = plain(amount, places)
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, rest = digits.partition(".")
    return f"{sign}{int(whole):,}{'.' + rest if rest else ''}"
