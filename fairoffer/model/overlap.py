"""Segments in which one customer could be twice: they would be counted, and paid for, twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from fairoffer.errors import Problem
from fairoffer.model.base import Range, shown
from fairoffer.model.build import Part
from fairoffer.model.catalog import Attribute
from fairoffer.model.segments import Segment

Test = tuple[str, ...] | Range
_MOST = 5
"""Overlaps reported for one segment; more say nothing new."""


def check_overlaps(segments: list[Part], attributes: Mapping[str, Attribute], problems: list[Problem]) -> None:
    """A problem for each pair that a customer could be in twice, unless one is within another segment.

    Segments are grouped by what they hold and swept by tenure. Within a stretch of tenure they are told apart by the
    attribute that most of them name, so that thousands of segments with distinct values never meet in pairs.
    """
    groups: dict[object, list[Part]] = defaultdict(list)
    for part in segments:
        segment: Segment = part.model
        if segment.within is None and not part.partial and (segment.holds or segment.product):
            groups[_held(segment)].append(part)
    assumed = {name: _assumed(a) for name, a in attributes.items() if a.assume is not None}
    for group in groups.values():
        for few in _split(group, attributes):
            _sweep(few, assumed, problems)


def _held(segment: Segment) -> tuple[object, ...]:
    pays = segment.pays
    price = None if pays is None else (pays.amount, pays.per, pays.percent)
    return (segment.holds, segment.product, price)


def _split(group: list[Part], attributes: Mapping[str, Attribute]) -> list[list[Part]]:
    """Buckets such that two segments can only overlap if they share one; attribute by attribute."""
    buckets = [group]
    for name, attribute in attributes.items():
        if attribute.type != "integer":
            silent = attribute.domain if attribute.assume is None else (attribute.assume,)
            buckets = [few for bucket in buckets for few in _by_value(bucket, name, silent)]
    return buckets


def _by_value(bucket: list[Part], name: str, silent: tuple[str, ...]) -> list[list[Part]]:
    """The bucket by value of one attribute, ``silent`` being what a segment that does not name it means; as it is where
    most segments would be in many of the new ones."""
    values = [part.model.where.get(name, silent) for part in bucket]
    if len(bucket) < 3 or any(isinstance(test, Range) for test in values):
        return [bucket]
    if sum(map(len, values)) > 3 * len(bucket):
        return [bucket]
    found: dict[str, list[Part]] = defaultdict(list)
    for part, test in zip(bucket, values, strict=True):
        for value in test:
            found[value].append(part)
    return list(found.values())


def _sweep(group: list[Part], assumed: Mapping[str, Test], problems: list[Problem]) -> None:
    ordered = sorted(group, key=lambda part: (part.model.tenure.from_ or 0, part.source.line))
    active: list[Part] = []
    counts: dict[str, int] = defaultdict(int)
    for part in ordered:
        start = part.model.tenure.from_ or 0
        active = [other for other in active if other.model.tenure.to is None or other.model.tenure.to >= start]
        for other in active:
            if counts[part.model.id] < _MOST and _meet(part.model, other.model, assumed):
                counts[part.model.id] += 1
                _report(part, other, problems)
        active.append(part)


def _meet(one: Segment, two: Segment, assumed: Mapping[str, Test]) -> bool:
    return (
        one.id != two.id
        and one.tenure.meets(two.tenure)
        and (one.held_months is None or two.held_months is None or one.held_months.meets(two.held_months))
        and all(_meet_on(name, one, two, assumed) for name in {*one.where, *two.where})
    )


def _meet_on(name: str, one: Segment, two: Segment, assumed: Mapping[str, Test]) -> bool:
    """Whether two segments share a value of an attribute; silence means what is assumed, else every value."""
    tests = [_test(name, segment, assumed) for segment in (one, two)]
    return tests[0] is None or tests[1] is None or _tests_meet(tests[0], tests[1])


def _test(name: str, segment: Segment, assumed: Mapping[str, Test]) -> Test | None:
    return segment.where.get(name, assumed.get(name))


def _assumed(attribute: Attribute) -> Test:
    value = attribute.assume or ""
    return Range(from_=int(value), to=int(value)) if attribute.type == "integer" else (value,)


def _tests_meet(one: tuple[str, ...] | Range, two: tuple[str, ...] | Range) -> bool:
    if isinstance(one, Range) and isinstance(two, Range):
        return one.meets(two)
    if isinstance(one, tuple) and isinstance(two, tuple):
        return not set(one).isdisjoint(two)
    return False


def _report(part: Part, other: Part, problems: list[Problem]) -> None:
    first, second = sorted((part, other), key=lambda entry: (entry.source.path, _line(entry)))
    message = (
        f"a customer could be in this and in {shown(first.model.id)} at {first.source.at};"
        f" tell them apart (tenure_months, where), or say within: {first.model.id}"
    )
    problems.append(second.source.problem((), message))


def _line(part: Part) -> int:
    return int(part.source.at.rsplit(":", 1)[1])
