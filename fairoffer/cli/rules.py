"""`fairoffer rules`: what a policy asks, a line a rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from fairoffer.cli.outputs import to_stdout
from fairoffer.cli.terminal import plain

if TYPE_CHECKING:
    from fairoffer.model.policy import Policy
    from fairoffer.model.result import Rule

HEADINGS = ("rule", "check", "level", "comparator", "tolerance", "source")
NOT_ADVICE = "Not legal advice."


@click.command("rules")
@click.option("--policy", "names", multiple=True, metavar="ID|FILE", help="Only this policy; may be repeated.")
def rules_command(names: tuple[str, ...]) -> int:
    """List the rules of policies.

    Without --policy, those of all policies that travel with fairoffer.
    """
    from fairoffer.model.shipped import load_policies, shipped_policies

    policies = [loaded.policy for loaded in load_policies(names)] if names else shipped_policies()
    to_stdout("\n".join(rules_lines(policies)))
    return 0


def rules_lines(policies: Sequence[Policy]) -> Iterator[str]:
    """Each policy's heading and rules; the word on advice last, where one of them states what others ask."""
    from fairoffer.audit.rule_words import rule_in_words

    legal = False
    for index, policy in enumerate(policies):
        if index:
            yield ""
        yield from policy_lines(policy)
        yield ""
        rules = [rule_in_words(policy, rule) for rule in policy.rules]
        yield from in_columns([HEADINGS, *map(rule_row, rules)])
        legal = legal or any(rule.legal for rule in rules)
    if legal:
        yield ""
        yield NOT_ADVICE


def policy_lines(policy: Policy) -> Iterator[str]:
    """What kind of policy it is: title; status, where and when it binds; where it comes from and when that was read."""
    from fairoffer.audit.rule_words import policy_extras
    from fairoffer.model.result import Effective, Source
    from fairoffer.report import words

    extras = policy_extras(policy)
    days = words.effective(Effective.model_validate(extras["effective"] or {}))
    yield plain(f"{policy.id}, version {policy.version}" + (f": {policy.title}" if policy.title else ""))
    kinds = f"for {', '.join(policy.product_types)}" if policy.product_types else ""
    place = f"jurisdiction {policy.jurisdiction or 'any'}"
    facts = (f"status {policy.status}", place, kinds, days and f"in force {days}")
    yield plain(", ".join(fact for fact in facts if fact))
    source = Source.model_validate(extras["source"])
    cited = ", ".join(part for part in (words.source(source), source.url) if part)
    if cited:
        yield plain(f"source {cited}" + (f" ({source.read})" if source.read else ""))
    if policy.as_of:
        yield f"sources last read on {policy.as_of}"


def rule_row(rule: Rule) -> tuple[str, ...]:
    """id, check, level, comparator, tolerance and source of a rule; a dash where it compares with nobody."""
    name = f"{rule.policy}/{rule.id}"
    return (name, rule.check, rule.level or "", rule.comparator or "-", rule.tolerance, source_in_words(rule))


def source_in_words(rule: Rule) -> str:
    """Name and clause of where a rule comes from and how that was read, or what kind of policy it belongs to."""
    from fairoffer.report import words

    cited = words.source(rule.source) or f"{rule.status} policy"
    return f"{cited} ({rule.source.read})" if rule.source.read else cited


def in_columns(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Rows as aligned text; the last column is as long as it likes."""
    safe = [[plain(cell).replace("\n", " ") for cell in row] for row in rows]
    widths = [max(len(row[index]) for row in safe) for index in range(len(safe[0]) - 1)]
    for row in safe:
        yield "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
