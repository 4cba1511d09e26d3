"""How large a finding is today, in each measure that a waiver's cap can hold it to."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal, localcontext

from fairoffer.model.result import Finding
from fairoffer.money import CURRENCY_PLACES

DECIMALS = 4
"""Most decimals of a cap that is no money."""


def sizes(finding: Finding, currency: str) -> dict[str, str]:
    """Measure → size of today, never rounded down; the measure that fits the term best comes first.

    Only measures that the finding has: a cap on any other could never be kept. Empty where neither its gap nor its
    customers are known.
    """
    found: dict[str, str] = {}
    if finding.gap is not None:
        if currency and finding.unit == currency:
            found["money"] = up(finding.gap, CURRENCY_PLACES.get(currency, DECIMALS))
        elif finding.unit == "percent":
            found["points"] = up(finding.gap, DECIMALS)
        found["amount"] = up(finding.gap, DECIMALS)
    if finding.gap_percent is not None:
        found["percent"] = up(finding.gap_percent, DECIMALS)
    if finding.customers is not None:
        found["customers"] = str(finding.customers)
    return found


def up(size: str, places: int) -> str:
    """A decimal text with at most so many decimals, rounded towards more."""
    with localcontext(prec=100):
        number = Decimal(size)
        exponent = number.as_tuple().exponent
        if isinstance(exponent, int) and -exponent <= places:
            return size
        return format(number.quantize(Decimal(1).scaleb(-places), ROUND_CEILING), "f")
