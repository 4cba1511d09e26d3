"""Policies, their rules and waivers in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fairoffer.model.result import Policy, Rule
from fairoffer.report import words


@dataclass(frozen=True)
class PolicyView:
    """A policy that was run, and how it was read."""

    id: str
    version: str
    title: str
    status: str
    as_of: str
    jurisdiction: str
    effective: str
    source: str
    url: str | None
    read: str
    verdict: str
    findings: str
    ledger: str
    limits: str
    sha256: str
    as_read: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RuleView:
    """A rule in words, with its source."""

    id: str
    policy: str
    check: str
    level: str
    title: str
    words: str
    formula: str
    comparator: str
    tolerance: str
    source: str
    url: str | None
    read: str
    details: tuple[tuple[str, tuple[str, ...]], ...]


def policy(one: Policy, ledger: str, findings: int) -> PolicyView:
    """The policy as strings; `ledger` is its sum in words, `findings` how many there are, those waived included."""
    limits = ", ".join(f"{level} {number:,}" for level, number in one.limits.items())
    return PolicyView(
        id=one.id,
        version=str(one.version),
        title=one.title,
        status=one.status,
        as_of=one.as_of or "",
        jurisdiction=one.jurisdiction or "",
        effective=words.effective(one.effective),
        source=words.source(one.source),
        url=words.link(one.source.url),
        read=words.READ[one.source.read],
        verdict=words.VERDICTS[one.verdict],
        findings=f"{findings:,}",
        ledger=ledger,
        limits=limits,
        sha256=one.sha256,
        as_read=tuple(flat(one.as_read)),
    )


def rule(one: Rule) -> RuleView:
    """The rule as strings."""
    return RuleView(
        id=one.id,
        policy=one.policy,
        check=one.check,
        level=one.level or "",
        title=one.title or "",
        words=one.words,
        formula=one.formula,
        comparator=one.comparator,
        tolerance=one.tolerance,
        source=words.source(one.source),
        url=words.link(one.source.url),
        read=words.READ[one.source.read],
        details=details(one),
    )


def details(one: Rule) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Heading and lines of what else a rule says; what it does not say is left out."""
    with_ = f"{one.comparator}; equal on both sides: {', '.join(one.like_for_like) or 'what a customer is'}"
    parts = (
        ("What it is for", one.applies_to or [one.scope or "everything that it is asked about"]),
        ("The same as SQL", [one.scope if one.applies_to else ""]),
        ("What it measures", [one.formula]),
        ("Fails where, as SQL", [one.condition]),
        ("Compared with", [with_ if one.comparator else ""]),
        ("Tolerance", [one.tolerance if one.comparator else ""]),
        ("Allowed all the same", one.exempt),
        ("Evidence to keep", one.evidence),
        ("To the customer", [one.customer_view]),
        ("What mends it", [one.remedy]),
        ("In force", [words.effective(one.effective)]),
        ("Sources last read on", [one.as_of or ""]),
    )
    kept = ((heading, tuple(line for line in lines if line)) for heading, lines in parts)
    return tuple((heading, lines) for heading, lines in kept if lines)


def flat(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """A nested value as lines of path and text, in its own order; lists of plain values stay on one line."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from flat(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for index, item in enumerate(value):
            yield from flat(item, f"{path}[{_name(item, index)}]")
    elif value is not None and value != [] and value != "":
        yield path or "policy", _plain(value)


def _name(item: object, index: int) -> str:
    return str(item["id"]) if isinstance(item, dict) and "id" in item else str(index)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(_plain(item) for item in value) if isinstance(value, list) else str(value)


def inline(values: Mapping[str, object]) -> str:
    """A small mapping on one line."""
    return ", ".join(f"{path} {text}" for path, text in flat(dict(values)))
