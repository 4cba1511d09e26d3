"""How a check is asked of a book of customers, in sentences."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

WIDTH = 100
EACH = (
    "Every row is compared alone: with the quotes on it, or with the best offer of the catalog for the same customer as"
    " a stranger, as book.yaml says (comparator).",
    "Findings are of a product, place and band of tenure, never of a customer: how many are worse off, gross and net,"
    " the mean among those, P50, P90 and the largest. Groups of fewer than k customers are merged.",
)
BY_CHECK = {
    "condition": (
        "Every row is looked at alone; a column that the book does not map leaves the row not assessable where that "
        "decides. Findings count the rows of a product, place and band of tenure.",
    ),
    "price-walk": (
        "Rises of the price with tenure are measured within like-for-like cells, against each customer's comparator "
        "where half of them have one: along a line through all tenures, and from every band to every later one. The "
        "one that is surest is shown.",
        "It fails where even the low end of its 95% interval is more than the rule allows; where too few cells or "
        "customers stand behind it, it is not assessable. In a worked case it is the exact rise instead.",
    ),
    "uniform-rate": (
        "The highest and the lowest rate of all accounts of a product and place that are past the months of the rule.",
    ),
    "concentration": (
        "Vulnerable customers' part of the gaps of a product and place, against their part of those who were compared; "
        "a row that does not say leaves it not assessable.",
    ),
}
PAIRED = ("default-gap", "reach-gap", "term-gap", "incentive-gap", "component-gap")
NOT_ASKED = "It is about offers, notices or records, and asks nothing of a book of customers."


def on_books(check: str) -> Iterator[str]:
    """A heading, and what is done with the rows of a book."""
    yield ""
    yield "on a book of customers"
    for text in EACH if check in PAIRED else BY_CHECK.get(check, (NOT_ASKED,)):
        yield from textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
