"""The base as it is judged: under the policies of the head, and under its own where these differ."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fairoffer.diff.base import BaseError, Found
from fairoffer.diff.book import Progress, digests
from fairoffer.diff.side import Side, bare_findings, entries_of_audit, side_of_result
from fairoffer.errors import FairofferError, ProblemsError, UsageError
from fairoffer.model.inputs import Inputs
from fairoffer.model.result import Result
from fairoffer.model.waivers import read_waiver
from fairoffer.verdict import compared, people_of, standing


@dataclass(frozen=True)
class BaseSide:
    """The base as it was judged; ``verdict`` is None where there is nothing."""

    side: Side
    verdict: str | None
    customers: frozenset[str] = frozenset()
    """SHA-256 of the files of customers that were read."""


def saved_waivers(saved: Result) -> list[tuple[str, Any]]:
    try:
        return [(one.id.removeprefix("base:"), read_waiver(one.model_dump())) for one in saved.waivers]
    except ValueError as error:
        raise UsageError(f"a waiver of the saved result cannot be read: {error}") from error


def judged_base(base: Found, as_of: date, through: date | None, progress: Progress | None = None) -> BaseSide:
    """The base under the policies of the head and its own waivers; no finding is put into words."""
    if base.saved is not None:
        return BaseSide(side_of_result(base.saved), base.saved.verdict, digests(base.saved.inputs))
    if base.inputs is None:
        return BaseSide(Side(), None)
    try:
        found = compared(base.inputs, as_of, through, progress=progress)
    except ProblemsError as error:
        raise BaseError(
            replace(one, path=f"base:{base.against}:{base.prefix}{one.path}") for one in error.problems
        ) from error
    people = people_of(found)
    stand = standing(found, people, bare_findings(found, people), as_of)
    side = Side(entries_of_audit(found, people), {finding.id: finding for _, finding in stand.shown})
    return BaseSide(side, stand.verdict, digests(found.book.files if found.book else ()))


@dataclass(frozen=True)
class Own:
    """What the base's own policies find, of those that are not the head's: at the base, and now."""

    before: Side
    now: Side


def own_findings(head: Inputs, base: Found, as_of: date, through: date | None) -> tuple[Own | None, str]:
    """What the base's own policies find on both sides, or why that cannot be known."""
    if base.inputs is None or not base.own_policies:
        return None, ""
    changed = tuple(p for p in base.own_policies if p not in head.policies)
    if not changed:
        return Own(Side(), Side()), ""
    try:
        sides = [own_side(replace(one, policies=changed), as_of, through) for one in (base.inputs, head)]
    except FairofferError as error:
        return None, str(error).partition("\n")[0]
    return Own(*sides), ""


def own_side(inputs: Inputs, as_of: date, through: date | None) -> Side:
    """Only the findings, no waiver counted."""
    whole = compared(inputs, as_of, through)
    people = people_of(whole)
    found = {finding.id: finding for _, finding in bare_findings(whole, people)}
    return Side({name: one for name, one in entries_of_audit(whole, people).items() if name in found}, found)
