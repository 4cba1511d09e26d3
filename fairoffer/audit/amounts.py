"""Values as text: rounded once, half up, from the unrounded figure."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from fairoffer.audit.bind import is_money
from fairoffer.audit.comparison import Comparison
from fairoffer.compare import terms
from fairoffer.model.catalog import Catalog
from fairoffer.money import places_of, plain, round_half_up


def rounded(size: Fraction, places: int) -> Decimal:
    return round_half_up(size.numerator, size.denominator, places)


def money(catalog: Catalog, size: Fraction) -> str:
    return plain(rounded(size, places_of(catalog.currency)))


def value(catalog: Catalog, term: str, size: Fraction) -> str:
    """A value of a term: money in the currency's decimals, anything else with at most four and none too many."""
    if is_money(catalog, term):
        return money(catalog, size)
    return trimmed(size)


def of_comparison(catalog: Catalog, found: Comparison, size: Fraction) -> str:
    """A value of a comparison: as its term has them, but for ratios, shares and rates, which are no money."""
    return value(catalog, found.term, size) if found.measure is None else trimmed(size)


def unit_of(catalog: Catalog, found: Comparison) -> str | None:
    """The unit of a comparison's values; none where it has no values."""
    if found.measure is not None:
        return found.measure
    return unit(catalog, found.term) if found.term and not found.facts else None


def trimmed(size: Fraction, places: int = 4) -> str:
    text = plain(round_half_up(size.numerator, size.denominator, places))
    return text.rstrip("0").rstrip(".") if "." in text else text


def unit(catalog: Catalog, term: str) -> str:
    return catalog.currency if is_money(catalog, term) else terms.unit(catalog, term)


def share(part: int, whole: int) -> str | None:
    """A share to four decimals, rounded down: what was not reached is not claimed."""
    if not whole:
        return None
    return plain(Decimal(part * 10_000 // whole).scaleb(-4))


def percent(size: Fraction, of: Fraction) -> str | None:
    if not of:
        return None
    ratio = size * 100 / abs(of)
    return plain(round_half_up(ratio.numerator, ratio.denominator, 1))
