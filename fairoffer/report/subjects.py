"""Whom or what a finding or a comparison is about, as a name: a segment, a customer, a notice, a record, an offer, or
the customers of a book at a tenure."""

from __future__ import annotations

from collections.abc import Sequence

from fairoffer.model.result import ON_ROWS, Comparisons, Finding, Months, Other
from fairoffer.report import words

WHOLE = "whole product"
BOOK = "customers of the book"
Key = tuple[str | None, ...]


def key(one: Finding) -> Key:
    """What tells the subjects of findings apart: money and customers are counted once for each."""
    return (one.product, one.segment, one.customer, one.notice, one.record, one.offer)


def group(months: Months | None) -> str:
    """Customers of a book, by their tenure: customers of 12–23 months."""
    return BOOK if months is None or words.tenure(months) == "any" else f"customers of {words.band(months)}"


def name(one: Finding | Other) -> str:
    """The subject of a finding; the whole product where it is about nobody in particular, or the firm."""
    found = _name(one.segment, one.customer, one.notice, one.record, one.offer)
    if found is not None:
        return found
    if isinstance(one, Finding) and one.book is not None:
        return group(one.tenure_months)
    if isinstance(one, Other) and (one.tenure_months is not None or one.rows > 1):
        return group(one.tenure_months)
    return WHOLE if one.product is not None else "the firm" if one.check == "due" else "everybody"


def names(columns: Comparisons) -> list[str | None]:
    """The subject of every comparison; None where it is about a whole product, or about nobody in particular."""
    rows = [columns.segment, *(_filled(columns, getattr(columns, one)) for one in ON_ROWS)]
    found = [_name(*row) for row in zip(*rows, strict=True)]
    if not columns.rows:
        return found
    bands = columns.tenure_months or [None] * len(found)
    return [
        group(band) if one is None and (band is not None or number > 1) else one
        for one, band, number in zip(found, bands, columns.rows, strict=True)
    ]


def title(one: Finding) -> str:
    """Product and subject on one line; the product is not repeated where the subject's name begins with it."""
    if one.product is None:
        return name(one)
    if one.segment is not None and one.segment.startswith(one.product):
        return one.segment
    return f"{one.product}, {name(one)}"


def _filled(columns: Comparisons, values: Sequence[str | None]) -> Sequence[str | None]:
    return values or [None] * len(columns.id)


def _name(
    segment: str | None, customer: str | None, notice: str | None, record: str | None, offer: str | None
) -> str | None:
    whose = f" (customer {customer})" if customer is not None else ""
    for kind, value in (("notice", notice), ("record", record), ("offer", offer)):
        if value is not None:
            return f"{kind} {value}{whose}"
    if customer is not None:
        return f"customer {customer}"
    return segment
