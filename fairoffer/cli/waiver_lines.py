"""Waivers in lines of text: what became of each, how long it still holds, and what to do about those that do not."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from fairoffer.report import words
from fairoffer.report.policies import inline

if TYPE_CHECKING:
    from fairoffer.model.result import Finding, Result, Waiver

WIDTH = 100
SOON = 30
VERY_SOON = 7
MOST_A_DAY = 10
"""More entries than this that end on one day will be renewed unread on that day."""
SHOWN = 20
"""Findings of one entry that are printed; an audit lists all."""
HOLDS = ("used", "coming")
ORDER = ("used", "over-cap", "expired", "unused", "coming")


class Checked(NamedTuple):
    """What a check has to say, and whether an entry no longer holds."""

    lines: list[str]
    failed: bool


def standing(waiver: Waiver, day: str) -> str:
    """used, over-cap, unused or expired, as the audit found; coming where it does not hold yet."""
    coming = waiver.state == "unused" and waiver.created is not None and waiver.created > day
    return "coming" if coming else waiver.state


def list_lines(result: Result) -> Iterator[str]:
    """All entries in the order of the file."""
    yield _heading(result)
    findings = {finding.id: finding for finding in result.findings}
    for waiver in result.waivers:
        yield ""
        yield from _entry(waiver, findings, result)
    yield ""
    yield _what_next(result)


def check(result: Result) -> Checked:
    """Entries that no longer hold, and warnings of those that soon will not."""
    findings = {finding.id: finding for finding in result.findings}
    faults = [_fault(one, findings, result) for one in result.waivers if standing(one, result.as_of) not in HOLDS]
    warnings = [*_ending(result), *_together(result)]
    lines = [_verdict(result, len(faults)), *faults, *(f"warning: {text}" for text in warnings)]
    return Checked([*lines, _what_next(result)], bool(faults))


def _heading(result: Result) -> str:
    states = Counter(standing(one, result.as_of) for one in result.waivers)
    parts = ", ".join(f"{states[state]} {state}" for state in ORDER if states[state])
    return f"{words.count(len(result.waivers), 'waiver')} {_judged(result)}" + (f": {parts}" if parts else "")


def _verdict(result: Result, faults: int) -> str:
    whole = len(result.waivers)
    if faults:
        return f"Failed: {faults} of {words.count(whole, 'waiver')} no longer {_plural(faults, 'holds', 'hold')}" + (
            f" {_judged(result)}"
        )
    return f"Passed: {_heading(result)}"


def _judged(result: Result) -> str:
    until = f" through {result.through}" if result.through else ""
    return f"on {result.as_of}{until} under {', '.join(policy.id for policy in result.policies)}"


def _entry(waiver: Waiver, findings: dict[str, Finding], result: Result) -> Iterator[str]:
    yield f"{waiver.id}  {standing(waiver, result.as_of)}, {_time(waiver, result.as_of)}"
    people = f"owner {waiver.owner}, approved by {waiver.approved_by}"
    about = ", ".join(filter(None, (people, waiver.kind, waiver.ticket)))
    for text in (_target(waiver), waiver.reason, about, f"up to {inline(dict(waiver.cap))}"):
        yield from textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
    accepted = [findings[name] for name in waiver.findings if findings[name].waiver == waiver.id]
    live = [findings[name] for name in waiver.findings if findings[name].waiver is None]
    open_ = "will be about" if standing(waiver, result.as_of) == "coming" else "live again:"
    if waiver.not_assessable is not None and waiver.state == "used":
        yield "  accepts that they cannot be assessed"
    for heading, group in (("accepts", accepted), (open_, live)):
        if group:
            yield f"  {heading} {words.count(len(group), 'finding')}"
        yield from (f"    {_finding(one, result.totals.currency)}" for one in group[:SHOWN])
        if len(group) > SHOWN:
            yield f"    and {len(group) - SHOWN:,} more"


def _target(waiver: Waiver) -> str:
    if waiver.not_assessable is not None:
        return f"not assessable: {inline(waiver.not_assessable)}"
    return waiver.finding or f"{waiver.rule}: {inline(waiver.match)}"


def _time(waiver: Waiver, day: str) -> str:
    """``until 2027-05-15, 175 days left``."""
    left = _left(waiver, day)
    if left < 0:
        return f"{words.count(-left, 'day')} ago, on {waiver.expires}"
    if standing(waiver, day) == "coming":
        return f"from {waiver.created} to {waiver.expires}"
    return f"until {waiver.expires}, {words.count(left, 'day')} left" if left else f"this is its last day, {day}"


def _left(waiver: Waiver, day: str) -> int:
    return (date.fromisoformat(waiver.expires or day) - date.fromisoformat(day)).days


def _finding(one: Finding, currency: str) -> str:
    gap = f"gap {words.amount(one.gap, one.unit, currency)}" if one.gap is not None else ""
    people = words.count(one.customers, "customer") if one.customers is not None else ""
    about = " ".join(part for part in (one.product, one.segment or one.customer, one.term) if part)
    return ", ".join(filter(None, (f"{one.id}  {about}".rstrip(), gap, people)))


def _fault(waiver: Waiver, findings: dict[str, Finding], result: Result) -> str:
    """Why an entry no longer holds, whom to ask, and what is live again because of it."""
    live = [findings[name] for name in waiver.findings if findings[name].waiver is None]
    said = {
        "expired": f"expired {_time(waiver, result.as_of)}",
        "over-cap": f"is over its cap ({inline(dict(waiver.cap))})",
    }.get(waiver.state, "is unused: there is nothing that it accepts")
    gone = waiver.state == "expired" and not waiver.findings and waiver.not_assessable is None
    shown = "; ".join(_finding(one, result.totals.currency) for one in live[:3])
    more = f" and {len(live) - 3:,} more" if len(live) > 3 else ""
    again = f"; live again: {shown}{more}" if live else "; what it accepted is gone" if gone else ""
    return f"{waiver.id}: {said} ({_target(waiver)}; owner {waiver.owner}){again}"


def _ending(result: Result) -> Iterator[str]:
    """Entries in use that end soon, the soonest first."""
    used = [(_left(one, result.as_of), one) for one in result.waivers if one.state in ("used", "over-cap")]
    for left, waiver in sorted((pair for pair in used if pair[0] <= SOON), key=lambda pair: pair[0]):
        when = "today" if left == 0 else f"in {words.count(left, 'day')}"
        urgent = ", very soon" if left <= VERY_SOON else ""
        yield f"{waiver.id}: expires {when}{urgent}, on {waiver.expires} ({_target(waiver)}; owner {waiver.owner})"


def _together(result: Result) -> Iterator[str]:
    """Days on which many end at once."""
    days = Counter(one.expires for one in result.waivers if one.state != "expired")
    for day, number in sorted((day or "", number) for day, number in days.items() if number > MOST_A_DAY):
        yield f"{number} waivers expire on {day}; give them days of their own, so that each is looked at"


def _what_next(result: Result) -> str:
    states = {standing(one, result.as_of) for one in result.waivers}
    if "expired" in states or "over-cap" in states:
        return "Next: mend what is live again, or have it accepted anew; remove what is expired or unused"
    if "unused" in states:
        return "Next: remove what is unused (a waiver is also unused where its policy is not run: --policy)"
    if not result.waivers:
        return "Next: fairoffer waivers add FINDING, where a finding is to be accepted for a time"
    return "Next: nothing to do; every waiver holds"


def _plural(number: int, one: str, many: str) -> str:
    return one if number == 1 else many
