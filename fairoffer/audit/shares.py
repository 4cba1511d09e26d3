"""Who bears the gaps of a catalog: vulnerable customers' part of them, by the shares that segments state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from fairoffer.audit.asked import Option, of_several
from fairoffer.audit.bind import Bound
from fairoffer.audit.comparison import Comparison, blank
from fairoffer.audit.rowwise import decide
from fairoffer.compare.legs import known
from fairoffer.compare.subject import Place, Subject
from fairoffer.model.inputs import Inputs
from fairoffer.model.segments import Segment

Key = tuple[str, Place, str]
Bearing = tuple[Fraction, int, Fraction]
"""A gap, whose customers bear it, and the share of them who are vulnerable."""


def share_option(bearings: Iterable[Bearing]) -> Option:
    """Vulnerable customers' part of all that is worse, against their part of the customers; 0 of nothing is 0."""
    worse = people = Fraction(0)
    vulnerable_worse = vulnerable = Fraction(0)
    for gap, count, share in bearings:
        borne = max(gap, Fraction(0)) * count
        worse, people = worse + borne, people + count
        vulnerable_worse, vulnerable = vulnerable_worse + borne * share, vulnerable + count * share
    mine = vulnerable_worse / worse if worse else Fraction(0)
    return Option(None, known(mine), known(vulnerable / people if people else Fraction(0)))


def on_segments(inputs: Inputs, rules: Sequence[Bound], gaps: Sequence[Comparison]) -> Iterator[Comparison]:
    """One comparison a product, place and cost term, for every rule on shares, from the gaps of its segments; none
    where no segment says how many of its customers are vulnerable."""
    segments = {segment.id: segment for segment in inputs.segments or () if segment.within is None}
    if all(segment.vulnerable_share is None for segment in segments.values()):
        return
    for rule in rules:
        groups: dict[Key, list[Comparison]] = {}
        for gap in gaps:
            own = (gap.bound.policy.id, gap.bound.rule.id) == (rule.policy.id, rule.rule.id)
            if own and gap.subject.segment in segments:
                groups.setdefault((gap.subject.product, gap.subject.place, gap.term), []).append(gap)
        for number, key in enumerate(sorted(groups)):
            yield share_of_gap(rule, key, groups[key], segments, number)


def share_of_gap(
    rule: Bound, key: Key, gaps: Sequence[Comparison], segments: Mapping[str, Segment], number: int
) -> Comparison:
    """A pass or a failure only where every segment that was compared says how many, and how many are vulnerable."""
    product, place, term = key
    asked_of = [gap for gap in gaps if gap.outcome != "out-of-scope"]
    compared = [gap for gap in asked_of if gap.gap is not None]
    sizes = [segments[gap.subject.segment or ""].customers for gap in asked_of]
    count = None if None in sizes else sum(size or 0 for size in sizes)
    subject = Subject(number, product, None, place, count=count)
    if not asked_of:
        return blank(rule, subject, term, "out-of-scope", gaps[0].reason)
    if not compared:
        return blank(rule, subject, term, "not-assessable", asked_of[0].reason)
    bearings: list[Bearing] = []
    for gap in compared:
        segment = segments[gap.subject.segment or ""]
        if segment.customers is None or segment.vulnerable_share is None:
            return blank(rule, subject, term, "not-assessable", "missing-value")
        bearings.append((gap.part(gap.gap) or Fraction(0), segment.customers, Fraction(segment.vulnerable_share)))
    asked = of_several(subject, term, 1, "share")
    asked.options.append(share_option(bearings))
    if len(compared) < len(asked_of):
        asked.notes = frozenset({"share-of-those-compared"})
    (found,) = decide(rule, [asked], gaps[0].days[0])
    return found
