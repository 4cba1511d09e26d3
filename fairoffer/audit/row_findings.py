"""Findings on rows, notices, records and offers: those that no cell of a catalog witnesses."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from fairoffer.audit import amounts
from fairoffer.audit.audited import Audited
from fairoffer.audit.bind import GROUPED
from fairoffer.audit.comparison import Comparison
from fairoffer.audit.ids import cause_id
from fairoffer.audit.people import People, per_year
from fairoffer.audit.row_say import other, row_remedy, row_says, row_steps, row_view
from fairoffer.audit.walk_say import BOOK, walk_parts
from fairoffer.model.catalog import Catalog

NOTHING: dict[str, Any] = {"existing": None, "comparator": None, "gap": None, "gap_least": None, "gap_max": None}


def row_parts(audited: Audited, found: Comparison, people: People) -> dict[str, Any]:
    """What a finding says beside what all findings say."""
    catalog, subject = audited.inputs.catalog, found.subject
    low, high = found.tenure
    day = date.fromordinal(found.days[0]).isoformat() if found.days[0] else audited.shelf.as_of.isoformat()
    return {
        "customer": subject.customer,
        "notice": subject.notice,
        "record": subject.record,
        "offer": subject.offer,
        "at": at(audited, found),
        "tenure_months": {"from": low, "to": high} if found.paired and high else None,
        "days": {"from": day, "to": day},
        "unit": amounts.unit_of(catalog, found),
        "cause": cause_of(found),
        "why": [],
        "says": row_says(catalog, found),
        "customer_view": row_view(catalog, found),
        "steps": row_steps(catalog, found),
        "remedy": row_remedy(catalog, found),
        **(two_sides(audited, found, people) if found.gap is not None and not found.facts else NOTHING),
    }


def two_sides(audited: Audited, found: Comparison, people: People) -> dict[str, Any]:
    """Both sides with their values, the gap, and what it comes to in a year."""
    if found.newest is not None:
        return walk_parts(found)
    catalog = audited.inputs.catalog
    gap, comparator = found.part(found.gap) or Fraction(0), found.part(found.comparator) or Fraction(0)
    now, yearly = people.now(found), per_year(found, found.gap_now)
    money = found.bound.check.money is not None and yearly is not None and now is not None
    text = {
        name: amounts.of_comparison(catalog, found, found.part(getattr(found, name)) or Fraction(0))
        for name in ("existing", "comparator", "gap")
    }
    most = None if found.gap_most is None else amounts.of_comparison(catalog, found, found.gap_most)
    mine, theirs = labels(found)
    return {
        "existing": {"value": text["existing"], "label": mine, "at": at(audited, found)},
        "comparator": {"value": text["comparator"], "label": theirs, "at": at(audited, found)},
        "gap": text["gap"],
        "gap_least": least_of(catalog, found) if found.bound.check.id == "concentration" else text["gap"],
        "gap_max": None if most == text["gap"] else most,
        "gap_percent": amounts.percent(gap, comparator),
        "gap_per_year": amounts.money(catalog, yearly * now) if money and yearly is not None and now else None,
    }


def least_of(catalog: Catalog, found: Comparison) -> str:
    """The low end of the interval of shares of a book; elsewhere the gap itself."""
    least = found.gap if found.gap_least is None else found.gap_least
    return amounts.of_comparison(catalog, found, found.part(least) or Fraction(0))


def labels(found: Comparison) -> tuple[str, str]:
    """What the two sides are called."""
    check = found.bound.check.id
    if check == "uniform-rate":
        return "the lowest rate" if found.sign < 0 else "the highest rate", "the best of the others"
    if check == "price-walk":
        return "share of the comparator at a longer tenure", "share of it at a shorter one"
    if check == "concentration":
        return "share of the gap", "share of the customers"
    return "what was set", other(found)


def at(audited: Audited, found: Comparison) -> str | None:
    """Where what it is about stands."""
    subject = found.subject
    if audited.inputs.mapped is not None and found.bound.check.id in GROUPED and subject.segment is None:
        return BOOK
    names = [("row", None if subject.row is None else str(subject.row))]
    names = [("notice", subject.notice), ("record", subject.record), ("offer", subject.offer), *names]
    return next((audited.inputs.at[key] for key in names if key in audited.inputs.at), None)  # type: ignore[index]


def cause_of(found: Comparison) -> str:
    """What one edit would mend: the price that was set against a quote, a kind of notice or record, an offer."""
    subject = found.subject
    if subject.offer is not None:
        return cause_id(subject.offer, None)
    if found.facts or found.paired is None:
        return cause_id(f"{found.bound.policy.id}/{found.bound.rule.id}", subject.product)
    quote = found.paired.quote
    return cause_id(f"book:{subject.product}", f"{quote.basis}:{quote.label or ''}" if quote else None)
