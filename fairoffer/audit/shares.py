"""Who bears the gaps of a catalog: vulnerable customers' part of them, by the shares that segments state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from fairoffer.audit.asked import Asked, Option
from fairoffer.audit.bind import Bound
from fairoffer.audit.comparison import Comparison, blank
from fairoffer.audit.rowwise import decide
from fairoffer.compare.legs import Period, known
from fairoffer.compare.subject import Place, Subject
from fairoffer.model.book import BookRow
from fairoffer.model.inputs import Inputs
from fairoffer.model.segments import Segment

NOBODY = BookRow(customer="nobody")
Key = tuple[str, Place, str]


def on_segments(inputs: Inputs, rules: Sequence[Bound], gaps: Sequence[Comparison]) -> Iterator[Comparison]:
    """One comparison a product, place and cost term, for every rule on shares, from the gaps of its segments."""
    segments = {segment.id: segment for segment in inputs.segments or ()}
    for rule in rules:
        groups: dict[Key, list[Comparison]] = {}
        for gap in gaps:
            if (gap.bound.policy.id, gap.bound.rule.id) == (rule.policy.id, rule.rule.id) and counts(gap, segments):
                groups.setdefault((gap.subject.product, gap.subject.place, gap.term), []).append(gap)
        for number, key in enumerate(sorted(groups)):
            yield share_of_gap(inputs, rule, key, groups[key], segments, number)


def counts(gap: Comparison, segments: Mapping[str, Segment]) -> bool:
    """Whether a segment says how many of its customers are vulnerable, and is part of no other."""
    segment = segments.get(gap.subject.segment or "")
    return segment is not None and segment.vulnerable_share is not None and segment.within is None


def share_of_gap(
    inputs: Inputs, rule: Bound, key: Key, gaps: Sequence[Comparison], segments: Mapping[str, Segment], number: int
) -> Comparison:
    product, place, term = key
    compared = [gap for gap in gaps if gap.gap is not None]
    sizes = [segments[gap.subject.segment or ""].customers for gap in compared]
    subject = Subject(number, product, None, place, count=sum(size or 0 for size in sizes))
    unknown = any(size is None for size in sizes)
    if not compared or unknown:
        reason = "missing-value" if unknown else next((gap.reason for gap in gaps if gap.reason), None)
        out = "out-of-scope" if all(gap.outcome == "out-of-scope" for gap in gaps) else "not-assessable"
        return blank(rule, subject, term, out, reason or "missing-value")  # type: ignore[arg-type]
    borne, people = [Fraction(0), Fraction(0)], [Fraction(0), Fraction(0)]
    for gap, size in zip(compared, sizes, strict=True):
        part = Fraction(segments[gap.subject.segment or ""].vulnerable_share or 0)
        worse = max(gap.part(gap.gap) or Fraction(0), Fraction(0)) * (size or 0)
        for at, share in enumerate((1 - part, part)):
            borne[at] += worse * share
            people[at] += (size or 0) * share
    asked = Asked(subject, NOBODY, term, 1, Period("term", None, inputs.catalog.places), None, None, "share")
    mine = borne[1] / sum(borne) if sum(borne) else Fraction(0)
    theirs = people[1] / sum(people) if sum(people) else Fraction(0)
    asked.options.append(Option(None, known(mine), known(theirs)))
    (found,) = decide(rule, [asked], gaps[0].days[0])
    return found
