"""A test of one's own that fails where customers who stayed would get worse terms than a stranger.

    from fairoffer.testing import assert_no_findings

    def test_our_offers():
        assert_no_findings("offers", policy="best-offer")

Any test runner will do: a failure is an ``AssertionError`` whose text says in words what was found, for whom, and what
would mend it. It fails wherever the command would not end in 0, so an audit that could compare too little fails, too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from fairoffer.errors import UsageError

if TYPE_CHECKING:
    from fairoffer.model.change import Other
    from fairoffer.model.result import Finding, Result

__all__ = ["assert_no_findings"]

SHOWN = 20
"""Findings that a message shows, worst first; it says how many it leaves out."""
NEVER = ("review", "shadow")
"""Levels that fail nothing."""


def assert_no_findings(
    path: str | os.PathLike[str],
    *,
    policy: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None,
    as_of: date | str | None = None,
    through: date | str | None = None,
    against: str | os.PathLike[str] | None = None,
) -> Result:
    """Audit ``path``, or with ``against`` only what changed since, and give back the result if it passed.

    ``path`` is an audit directory or a catalog file. ``policy`` is what ``--policy`` takes, one or several; without it
    ``policy.yaml`` of the directory counts, else ``best-offer``. ``as_of`` is the judged day (default: today): fix it,
    and the test of an unchanged catalog ends alike every day. ``against`` is what ``fairoffer diff`` takes: a
    directory, a saved result, a git revision or ``@merge-base``.

    Raises:
        AssertionError: the verdict is not ``passed``; the text shows the findings.
        FairofferError: an input, a policy or a waiver file is wrong; the text shows each fault with its place.
    """
    __tracebackhide__ = True
    day = _day(as_of) or date.today()
    last = _day(through)
    if last is not None and last < day:
        raise UsageError(f"through {last} is before the judged day, {day}")
    result = _judged(os.fspath(path), _names(policy), day, last, None if against is None else os.fspath(against))
    if result.exit_code != 0:
        raise AssertionError("\n".join(_message(result, os.fspath(path))))
    return result


def _judged(path: str, policies: Sequence[str], day: date, through: date | None, against: str | None) -> Result:
    if not path or against == "":
        raise UsageError("a path is empty; write . for this directory")
    if against is not None:
        from fairoffer.diff import diff

        return diff(path, against, policies, day, through)
    from fairoffer.model.inputs import load_inputs
    from fairoffer.verdict import judge

    return judge(load_inputs(path, policies), day, through)


def _day(value: date | str | None) -> date | None:
    """A day, or what says one as 2026-11-21; other spellings would be read differently elsewhere."""
    if isinstance(value, datetime):
        raise UsageError(f"{value.isoformat()} is a time; give a day")
    if value is None or isinstance(value, date):
        return value
    try:
        day = date.fromisoformat(value)
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:
        raise UsageError(f"{value!r} is not a day; write it as 2026-11-21")
    return day


def _names(policy: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None) -> list[str]:
    if policy is None:
        return []
    if isinstance(policy, str | os.PathLike):
        return [os.fspath(policy)]
    return [os.fspath(name) for name in policy]


def _message(result: Result, path: str) -> Iterator[str]:
    """The verdict and why; each finding that counts, worst first, with its id and what mends it; what else there is."""
    from fairoffer.report import words
    from fairoffer.report.causes import by_severity

    base = result.base
    yield f"{path}: {result.verdict} on {result.as_of}" + (f", against {base.against}" if base else "")
    yield from (f"  {words.visible(reason)}" for reason in result.reasons)
    found = [list(_finding(one, result)) for one in by_severity(result) if _counts(one, changed=base is not None)]
    lost = [list(_lost(one)) for one in base.others if one.fails] if base else []
    for lines in [*found, *lost][:SHOWN]:
        yield ""
        yield from (words.visible(line) for line in lines)
    if len(found) + len(lost) > SHOWN:
        yield ""
        yield f"  … and {len(found) + len(lost) - SHOWN} more"
    waived = sum(one.waiver is not None for one in result.findings)
    if waived:
        yield ""
        yield f"  {words.count(waived, 'finding')} waived, not shown here"


def _counts(finding: Finding, *, changed: bool) -> bool:
    """Whether a finding may be why the verdict is not ``passed``: in a change only what fails it."""
    return finding.fails if changed else finding.waiver is None and finding.level not in NEVER


def _finding(one: Finding, result: Result) -> Iterator[str]:
    from fairoffer.report import words

    state = "" if one.state == "open" else f", {one.state}"
    yield f"  {one.id} {one.policy}/{one.rule} ({one.level}{state})"
    before = words.gap(one.gap_before, one.unit, result.totals.currency) if one.gap_before is not None else ""
    yield f"    {one.says}" + (f" Before: {before}." if before else "")
    places = dict.fromkeys(side.at for side in (one.existing, one.comparator) if side is not None and side.at)
    if one.at or places:
        yield f"    at {one.at or ', '.join(places)}"
    if one.remedy:
        yield f"    to mend it: {one.remedy}"


def _lost(one: Other) -> Iterator[str]:
    """A comparison that can no longer be made."""
    yield f"  {one.id} {one.policy}/{one.rule} ({one.state})"
    yield f"    {one.says or one.reason}"
    if one.at:
        yield f"    at {one.at}"
