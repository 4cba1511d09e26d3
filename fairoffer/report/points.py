"""What a CI system shows beside a line of a file: one point for each finding, the worst first.

Paths are those of the inputs; with `root`, where the audited directory stands in the repository.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fairoffer.model.result import LEVELS, BookNumbers, Finding, Other, Result
from fairoffer.report import book, causes, states, subjects, words
from fairoffer.report.states import Severity

_AT = re.compile(r"(.+?):([0-9]{1,9})(?::[0-9]{1,9})?", re.DOTALL)
PROSE = 600  # characters of a sentence


@dataclass(frozen=True)
class Place:
    """A line of a file; paths are relative with forward slashes, wherever that is possible."""

    path: str
    line: int


@dataclass(frozen=True)
class Point:
    """One finding, or one comparison that can no longer be made, and where to look."""

    id: str
    policy: str
    rule: str
    check: str
    level: str
    severity: Severity
    state: str
    fails: bool
    cause: str
    product: str
    subject: str
    term: str
    says: str
    place: Place
    others: tuple[Place, ...]
    book: BookNumbers | None = None

    @property
    def title(self) -> str:
        """Policy and rule, with the level, and in a diff what became of it."""
        return f"{self.policy}/{self.rule} ({', '.join(filter(None, [self.level, self.state]))})"


def points(result: Result, root: str = "") -> list[Point]:
    """What to point at, the worst first: `states.blamed`, findings before what can no longer be compared."""
    found, lost = states.blamed(result)
    return made(result, found, lost, root)


def made(result: Result, found: list[Finding], lost: list[Other], root: str) -> list[Point]:
    """Points of some findings and others of the result, worst first."""
    diff = result.base is not None
    fallback = _home(result, root)
    wanted = {one.id for one in found}
    ranked = [_point(one, diff, fallback, root) for one in causes.by_severity(result) if one.id in wanted]
    ranked += [_lost(one, diff, fallback, root) for one in lost]
    return sorted(ranked, key=_rank)


def _rank(one: Point) -> tuple[Any, ...]:
    """What fails the gate first, then by level; the rest is in order already."""
    return (not one.fails, LEVELS.index(one.level) if one.level in LEVELS else len(LEVELS))


def _point(one: Finding, diff: bool, fallback: Place, root: str) -> Point:
    sides = [side.at for side in (one.comparator, one.existing) if side is not None]
    first, *others = [*places([one.at, *sides], root), fallback]
    subject, term = subjects.name(one), words.term(one.term)
    about = f"{words.short(subjects.title(one))}{': ' + term if term else ''}"
    says = [one.says or f"{about} fails {one.rule}.", one.remedy and f"What mends it: {one.remedy}"]
    numbers = book.numbers(one, one.unit or "")
    if numbers is not None:
        says.insert(1, words.capital(numbers.sentence))
    if diff and one.gap_before is not None and one.gap_before != one.gap:
        largest = "largest " if one.book is not None else ""
        says.insert(1, f"The {largest}gap was {words.bare(one.gap_before, one.unit)} at the base.")
    if one.by_policy:
        says.append("It is found only because the policy changed.")
    return Point(
        id=one.id,
        policy=one.policy,
        rule=one.rule,
        check=one.check,
        level=one.level,
        severity=states.severity(one, diff),
        state=one.state if diff else "",
        fails=one.fails,
        cause=one.cause or one.id,
        product=one.product or "",
        subject=subject,
        term=term,
        says=sentences(says),
        place=first,
        others=tuple(other for other in others[:-1] if other != first),
        book=one.book,
    )


def _lost(one: Other, diff: bool, fallback: Place, root: str) -> Point:
    first = next(places([one.at], root), fallback)
    reason = words.REASONS.get(one.reason or "", one.reason or "")
    subject = subjects.name(one)
    about = ", ".join(filter(None, [one.product, subject if subject != subjects.WHOLE else "", words.term(one.term)]))
    says = f"{about or one.rule}: {one.says or 'It was compared at the base and can no longer be'}"
    return Point(
        id=one.id,
        policy=one.policy,
        rule=one.rule,
        check=one.check,
        level=one.level or "",
        severity=states.severity(one, diff),
        state=one.state,
        fails=one.fails,
        cause=f"{one.policy}/{one.rule}/{one.product}/{one.state}/{one.reason}",
        product=one.product or "",
        subject=subject,
        term=words.term(one.term),
        says=sentences([says, f"The reason: {reason}" if reason else ""]),
        place=first,
        others=(),
    )


def sentences(parts: list[str]) -> str:
    """Sentences one after the other, each short, each with its full stop, nothing hidden in them."""
    lines = [words.visible(words.short(part.strip(), PROSE)) for part in parts if part and part.strip()]
    return " ".join(line if line.endswith((".", "!", "?")) else f"{line}." for line in lines)


def places(marks: list[str | None], root: str) -> Iterator[Place]:
    """`catalog.yaml:24` as a file and a line, each once; what names no line is line 1."""
    for mark in dict.fromkeys(mark for mark in marks if mark):
        match = _AT.fullmatch(mark)
        yield Place(located(match[1] if match else mark, root), max(1, int(match[2])) if match else 1)


def located(path: str, root: str) -> str:
    """The path below `root`, with forward slashes and without `.` and `..` where they can be resolved."""
    joined = posixpath.join(root.replace("\\", "/"), path.replace("\\", "/"))
    return posixpath.normpath(joined)


def _home(result: Result, root: str) -> Place:
    """Where to point when nothing says a line: the catalog, else any other input of the audit."""
    files = sorted(result.inputs, key=lambda one: (one.kind != "catalog", one.kind == "policy"))
    return Place(located(files[0].path if files else "catalog.yaml", root), 1)
