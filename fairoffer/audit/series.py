"""What the segments of a product get at each tenure, by doing nothing and at best, against the comparator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from fairoffer.audit import amounts
from fairoffer.audit.audited import Audited
from fairoffer.audit.bind import Bound
from fairoffer.audit.comparison import Comparison
from fairoffer.audit.people import People
from fairoffer.compare.groups import Group

CHECKS = ("default-gap", "reach-gap")
"""What a customer gets by doing nothing, and by choosing."""
Key = tuple[str, str, str, tuple[tuple[str, str], ...]]


def series(audited: Audited, people: People) -> list[dict[str, Any]]:
    """One series a rule, product and place, under its first cost term, where segments stand at two tenures or more."""
    lines: dict[Key, dict[str, list[Comparison]]] = {}
    for found in audited.comparisons:
        if found.bound.check.id in CHECKS and found.subject.segment in people.groups and compared(found):
            subject = found.subject
            key = (found.bound.policy.id, found.bound.rule.id, subject.product, subject.place)
            lines.setdefault(key, {}).setdefault(found.term, []).append(found)
    return [line for own in lines.values() for line in drawn(audited, people, own)]


def compared(found: Comparison) -> bool:
    """Whether both values of the worst cell are known."""
    values = (found.witness, found.existing, found.comparator)
    return found.outcome in ("pass", found.bound.level) and None not in values


def drawn(audited: Audited, people: People, terms: dict[str, list[Comparison]]) -> Iterator[dict[str, Any]]:
    """The series of the term over the fewest months, of two the one with the largest gap; nothing where every segment
    stands at the same tenure."""
    term = min(terms, key=lambda name: (terms[name][0].horizon or 0, -largest(terms[name]), name))
    first = terms[term][0]
    points = [point(audited, people, found) for found in terms[term]]
    points.sort(key=lambda one: (one["tenure_months"]["from"], one["tenure_months"]["to"] or 1 << 31, one["segment"]))
    if len({(one["tenure_months"]["from"], one["tenure_months"]["to"]) for one in points}) > 1:
        yield {**heading(first.bound, first), "unit": amounts.unit_of(audited.inputs.catalog, first), "points": points}


def largest(own: Sequence[Comparison]) -> Fraction:
    return max(found.part(found.gap) or Fraction(0) for found in own)


def heading(bound: Bound, found: Comparison) -> dict[str, Any]:
    return {
        "policy": bound.policy.id,
        "rule": bound.rule.id,
        "check": bound.check.id,
        "product": found.subject.product,
        "place": dict(found.subject.place),
        "term": found.term,
    }


def point(audited: Audited, people: People, found: Comparison) -> dict[str, Any]:
    """One segment: where it stands, and both values of its worst cell."""
    catalog, group = audited.inputs.catalog, people.groups[found.subject.segment or ""]
    low, high = stands(found, group, coming=people.only_coming(found))
    return {
        "segment": found.subject.segment,
        "tenure_months": {"from": low, "to": high},
        "existing": amounts.of_comparison(catalog, found, found.part(found.existing) or Fraction(0)),
        "comparator": amounts.of_comparison(catalog, found, found.part(found.comparator) or Fraction(0)),
        "outcome": found.outcome,
        "customers": people.number(found),
    }


def stands(found: Comparison, group: Group, *, coming: bool) -> tuple[int, int | None]:
    """The tenures of a segment; of one whose deals all end later, from where the first of them does."""
    low, high = max(group.tenure.from_ or 1, 1), group.tenure.to
    if coming and found.witness is not None:
        low = max(low, found.witness.tenure)
    return low, high if high is None else max(high, low)
