"""Comparisons whose outcome is a level, as findings of a result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from fairoffer.audit import amounts, phrases, say
from fairoffer.audit.audited import Audited
from fairoffer.audit.comparison import Comparison
from fairoffer.audit.group_say import cells_of, group_parts, numbers
from fairoffer.audit.ids import cause_id, comparison_id
from fairoffer.audit.ledger import is_finding
from fairoffer.audit.offers import price_point_words
from fairoffer.audit.people import People, per_year
from fairoffer.audit.remedy import remedy, why
from fairoffer.audit.row_findings import row_parts
from fairoffer.audit.sides import side_offer, taken_over
from fairoffer.audit.steps import steps
from fairoffer.audit.whole import gap_of_whole_values
from fairoffer.model.result import LEVELS, BookNumbers, Comparisons, Finding, Months

Value = TypeVar("Value")


def findings(audited: Audited, people: People) -> list[tuple[Comparison, Finding]]:
    """All findings, gravest level and most money first, each with the comparison it comes from."""
    made = [(c, finding(audited, c, people)) for c in audited.comparisons if is_finding(c)]
    return sorted(made, key=lambda pair: order(pair[1]))


def order(found: Finding) -> tuple[int, Fraction, Fraction, str]:
    yearly = Fraction(found.gap_per_year or 0)
    return LEVELS.index(found.level), -yearly, -Fraction(found.gap or 0), found.id


def finding(audited: Audited, found: Comparison, people: People) -> Finding:
    if found.spread is not None:
        parts = group_parts(audited.inputs.catalog, found, audited.shelf.as_of.isoformat())
    elif found.witness is None:
        parts = row_parts(audited, found, people)
    else:
        parts = cell_parts(audited, found, people)
    return Finding.model_validate(
        {
            "id": comparison_id(found),
            "policy": found.bound.policy.id,
            "rule": found.bound.rule.id,
            "check": found.bound.check.id,
            "level": found.outcome,
            "product": found.subject.product or None,
            "segment": found.subject.segment,
            "within": within(found, people),
            "place": dict(found.subject.place),
            "cells": found.cells,
            "term": found.term or None,
            "customers": people.now(found),
            "customers_coming": people.coming(found),
            "source": source(found),
            **parts,
        }
    )


def bare(audited: Audited, found: Comparison, people: People) -> Finding:
    """A finding without a word of explanation: enough to match waivers, and to see what becomes of it."""
    catalog, subject = audited.inputs.catalog, found.subject
    gap, percent, unit = None, None, amounts.unit_of(catalog, found)
    if found.witness is not None or (found.gap is not None and not found.facts):
        size = found.part(found.gap) or Fraction(0)
        gap = amounts.of_comparison(catalog, found, size)
        percent = amounts.percent(size, found.part(found.comparator) or Fraction(0))
    if found.witness is not None:
        unit = amounts.unit(catalog, found.term)
    return Finding.model_construct(
        id=comparison_id(found),
        policy=found.bound.policy.id,
        rule=found.bound.rule.id,
        check=found.bound.check.id,
        level=found.outcome,  # type: ignore[arg-type]
        product=subject.product or None,
        segment=subject.segment,
        customer=subject.customer,
        notice=subject.notice,
        record=subject.record,
        offer=subject.offer,
        place=dict(subject.place),
        cells=found.cells if found.spread is None else cells_of(found.spread),  # type: ignore[arg-type]
        term=found.term or None,
        unit=None if found.spread is not None and found.gap is None else unit,
        gap=gap,
        gap_percent=percent,
        customers=people.now(found),
        book=BookNumbers.model_validate(numbers(catalog, found, found.spread)) if found.spread is not None else None,
    )


def cell_parts(audited: Audited, found: Comparison, people: People) -> dict[str, Any]:
    """What a finding on cells of a catalog says beside what all findings say."""
    catalog = audited.inputs.catalog
    now, yearly = people.now(found), per_year(found, found.gap_now)
    gap, comparator = found.part(found.gap) or Fraction(0), found.part(found.comparator) or Fraction(0)
    most = found.gap_most or gap_of_whole_values(found)
    money = found.bound.check.money is not None and yearly is not None and now is not None
    return {
        "tenure_months": {"from": found.tenure[0], "to": found.tenure[1]},
        "days": {"from": day(found.days[0]), "to": day(found.days[1])},
        "unit": amounts.unit(catalog, found.term),
        "existing": side(audited, found, existing_side=True),
        "comparator": side(audited, found, existing_side=False),
        "gap": amounts.value(catalog, found.term, gap),
        "gap_least": None if found.gap_least is None else in_words(audited, found, found.gap_least),
        "gap_max": None if most is None else amounts.value(catalog, found.term, most),
        "gap_percent": amounts.percent(gap, comparator),
        "gap_per_year": amounts.money(catalog, yearly * now) if money and yearly is not None and now else None,
        "cause": cause_id(*(name_of(found, existing_side=s) for s in (True, False))),
        "why": why(found),
        "says": say.says(found),
        "customer_view": say.customer_view(found),
        "steps": steps(found),
        "remedy": remedy(found, people),
    }


def within(found: Comparison, people: People) -> str | None:
    group = people.groups.get(found.subject.segment or "")
    return group.within if group else None


def day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def in_words(audited: Audited, found: Comparison, size: int) -> str:
    return amounts.value(audited.inputs.catalog, found.term, found.part(size) or Fraction(0))


def name_of(found: Comparison, *, existing_side: bool) -> str | None:
    assert found.witness is not None
    offer = side_offer(found.witness, existing_side=existing_side)
    if offer is not None:
        return offer.id
    return f"segment:{found.subject.segment}" if existing_side else None


def side(audited: Audited, found: Comparison, *, existing_side: bool) -> dict[str, Any]:
    assert found.witness is not None
    offer = side_offer(found.witness, existing_side=existing_side)
    size = found.existing if existing_side else found.comparator
    out: dict[str, Any] = {"value": None if size is None else in_words(audited, found, size)}
    if offer is not None:
        out |= {"offer": offer.id, "at": audited.inputs.at.get(("offer", offer.id))}
        stage = taken_over(found) if existing_side else None
        if stage is not None and stage.offer.id != offer.id:
            at = audited.inputs.at.get(("offer", stage.offer.id))
            out |= {"label": phrases.existing_label(found), "taken_over_by": stage.offer.id, "at": at or out["at"]}
    elif existing_side:
        out |= price_point(audited, found)
    return out


def price_point(audited: Audited, found: Comparison) -> dict[str, Any]:
    """What to call a side without an offer: a price point, or nothing at all."""
    segment = found.subject.segment or ""
    pays = audited.pays.get(segment)
    if pays is None or found.horizon is None:
        return {"label": "nothing"}
    verb = "pays" if found.term.startswith("interest_paid") else "earns"
    return {
        "label": price_point_words(audited.inputs.catalog, pays, verb),
        "at": audited.inputs.at.get(("segment", segment)),
    }


def source(found: Comparison) -> dict[str, Any]:
    stated = found.bound.policy.source_for(found.bound.rule)
    return {"name": stated.name, "clause": stated.clause, "url": stated.url, "read": stated.read}


def columns(audited: Audited, people: People) -> Comparisons:
    """Every comparison, one list a column."""
    catalog = audited.inputs.catalog

    def text_of(found: Comparison, part: Fraction) -> str:
        return amounts.of_comparison(catalog, found, part)

    def text(found: Comparison, size: int | None) -> str | None:
        part = found.part(size)
        return None if part is None or found.facts else amounts.of_comparison(catalog, found, part)

    every: Sequence[Comparison] = audited.comparisons
    return Comparisons.model_construct(
        id=[comparison_id(c) for c in every],
        policy=[c.bound.policy.id for c in every],
        rule=[c.bound.rule.id for c in every],
        product=[c.subject.product or None for c in every],
        place=[dict(c.subject.place) for c in every],
        customers=[people.now(c) for c in every],
        customers_coming=[people.coming(c) for c in every],
        segment=[c.subject.segment for c in every],
        term=[c.term or None for c in every],
        existing=[text(c, c.existing) for c in every],
        comparator=[text(c, c.comparator) for c in every],
        gap=[text(c, c.gap) for c in every],
        gap_least=[text(c, c.gap_least) for c in every],
        outcome=[c.outcome for c in every],
        level=[c.bound.level for c in every],
        reason=[c.reason for c in every],
        customer=used([c.subject.customer for c in every]),
        notice=used([c.subject.notice for c in every]),
        record=used([c.subject.record for c in every]),
        offer=used([c.subject.offer for c in every]),
        per=used([c.per for c in every]),
        rows=[c.rows for c in every] if any(c.subject.band is not None for c in every) else [],
        tenure_months=used([months(c) for c in every]),
        gap_max=used([None if c.gap_most is None or c.paired is None else text_of(c, c.gap_most) for c in every]),
    )


def months(found: Comparison) -> Months | None:
    """The band of tenure of a group of a book."""
    if not (found.subject.band or "")[:1].isdigit():
        return None
    return Months.model_validate({"from": found.tenure[0], "to": found.tenure[1]})


def used(column: list[Value]) -> list[Value]:
    """A column that nothing uses is empty."""
    return column if any(value is not None for value in column) else []
