"""Waivers against findings: which are accepted, and which entries no longer hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fairoffer.model.result import Finding
from fairoffer.model.waivers import Cap, Waiver
from fairoffer.money import CURRENCY_PLACES

POINTS = {"percent": 1, "share": 100, "ratio": 100}
"""Percentage points in one of a unit."""


@dataclass(frozen=True)
class Accepted:
    """What became of a waiver file: the entry that accepts a finding, and the state and findings of every entry."""

    by_finding: Mapping[str, str]
    states: Mapping[str, str]
    findings: Mapping[str, list[str]]


def accept(
    waivers: Sequence[Waiver],
    ids: Sequence[str],
    findings: Sequence[Finding],
    blind: Mapping[tuple[str, str], int | None],
    as_of: date,
) -> Accepted:
    """Match every entry with the findings it names.

    Args:
        ids: a name (file:line) for each entry.
        blind: customers behind the comparisons that could not be assessed, by (product, reason); None: not known.
        as_of: an entry holds from its ``created`` up to and including its ``expires``.
    """
    by_finding: dict[str, str] = {}
    states: dict[str, str] = {}
    about: dict[str, list[str]] = {}
    for waiver, name in zip(waivers, ids, strict=True):
        found = [f for f in findings if matches(waiver, f)]
        about[name] = [f.id for f in found]
        if waiver.expires < as_of:
            states[name] = "expired"
            continue
        if waiver.created > as_of:
            states[name] = "unused"
            continue
        if waiver.not_assessable is not None:
            key = (waiver.not_assessable.product, waiver.not_assessable.reason)
            states[name] = blind_state(waiver.cap, blind[key]) if key in blind else "unused"
            continue
        within = [f for f in found if under(waiver.cap, f)]
        states[name] = "unused" if not found else "used" if len(within) == len(found) else "over-cap"
        for finding in within:
            by_finding.setdefault(finding.id, name)
    return Accepted(by_finding, states, about)


def blind_state(cap: Cap, customers: int | None) -> str:
    """Of what was not compared only the customers can be counted: a cap on anything else cannot be kept."""
    if cap.customers is None or customers is None or customers > cap.customers:
        return "over-cap"
    return "used"


def matches(waiver: Waiver, finding: Finding) -> bool:
    if waiver.finding is not None:
        return waiver.finding == finding.id
    if waiver.rule is None or waiver.match is None:
        return False
    if waiver.rule not in (finding.rule, f"{finding.policy}/{finding.rule}"):
        return False
    match = waiver.match
    wanted = {"product": match.product, "segment": match.segment, "term": match.term, "policy": match.policy}
    if any(value is not None and getattr(finding, key) != value for key, value in wanted.items()):
        return False
    return all(finding.place.get(key) == value for key, value in match.place.items())


def under(cap: Cap, finding: Finding) -> bool:
    """Whether a finding is within every limit of its cap; one whose size is not known is not."""
    gap = None if finding.gap is None else Decimal(finding.gap)
    percent = None if finding.gap_percent is None else Decimal(finding.gap_percent)
    limits = [
        (cap.money, gap if finding.unit in CURRENCY_PLACES else None),
        (cap.amount, gap),
        (cap.points, None if gap is None or finding.unit not in POINTS else gap * POINTS[finding.unit]),
        (cap.percent, percent),
        (None if cap.customers is None else Decimal(cap.customers), count(finding)),
    ]
    return all(limit is None or (size is not None and size <= limit) for limit, size in limits)


def count(finding: Finding) -> Decimal | None:
    return None if finding.customers is None else Decimal(finding.customers)
