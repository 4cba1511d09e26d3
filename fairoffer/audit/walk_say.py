"""A price that rises with tenure in a book, in sentences: by how much, from whom to whom, and how sure that is."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from fairoffer.audit import amounts
from fairoffer.audit.comparison import Comparison
from fairoffer.audit.pieces import MINUS

BOOK = "book.yaml"
Ends = tuple[int, int | None]
"""Months of tenure: the first and the last, ``None`` where it is open."""


def walk_says(found: Comparison) -> str:
    """One sentence for whoever reviews the finding."""
    product, place = found.subject.product, ", ".join(f"{n.replace('_', ' ')} {v}" for n, v in found.subject.place)
    whose = f"{product or 'all products'}{f' ({place})' if place else ''}"
    alone = "walk-of-the-price-alone" in found.notes
    what = f"the price of {whose}" + ("" if alone else ", measured against each customer's own comparator,")
    return f"Within like-for-like cells {what} rises by {risen(found)} from customers of {span(found)} ({sure(found)})."


def walk_view(found: Comparison) -> str:
    """One sentence to a customer whom it concerns."""
    return f"For the same, customers pay about {risen(found)} more {later(found)} than {newer(found)}."


def walk_parts(found: Comparison) -> dict[str, Any]:
    """Both ends of the walk, the newest customers as 100, and how sure the rise is: 95 % lie between least and most."""
    return {
        "existing": {"value": size(found.part(found.existing)), "label": f"price {later(found)}", "at": BOOK},
        "comparator": {
            "value": size(found.part(found.comparator)),
            "label": f"price {newer(found)}, as 100",
            "at": BOOK,
        },
        "gap": size(found.part(found.gap)),
        "gap_least": size(found.part(found.gap_least)),
        "gap_max": size(found.gap_most),
        "gap_percent": amounts.percent(found.part(found.gap) or Fraction(0), Fraction(100)),
        "gap_per_year": None,
    }


def risen(found: Comparison) -> str:
    return f"{size(found.part(found.gap), 2)}%"


def sure(found: Comparison) -> str:
    least, most = size(found.part(found.gap_least), 2), size(found.gap_most, 2)
    return f"95% interval {least}% to {most}%".replace("-", MINUS)


def span(found: Comparison) -> str:
    """``1 to 11 months to those of 60 months and more``."""
    return f"{in_words(found.newest or (1, None))} to those of {in_words(found.tenure)}"


def later(found: Comparison) -> str:
    return f"at {in_words(found.tenure)}"


def newer(found: Comparison) -> str:
    return f"at {in_words(found.newest or (1, None))}"


def in_words(ends: Ends) -> str:
    """``1 to 11 months``, ``60 months and more``."""
    first, last = ends
    if last is None:
        return f"{first} months and more"
    return f"{first} to {last} months" if first != last else f"{first} month{'s' * (first != 1)}"


def size(number: Fraction | None, places: int = 4) -> str:
    """Percent as text, with no more decimals than these."""
    return amounts.trimmed(number or Fraction(0), places)
