"""`fairoffer rules`: what a policy asks, a line a rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from fairoffer.cli.outputs import to_stdout
from fairoffer.cli.terminal import plain

if TYPE_CHECKING:
    from fairoffer.model.policy import Policy, Rule

HEADINGS = ("rule", "check", "level", "comparator", "tolerance", "source")


@click.command("rules")
@click.option("--policy", "names", multiple=True, metavar="ID|FILE", help="Only this policy; may be repeated.")
def rules_command(names: tuple[str, ...]) -> int:
    """List the rules of policies.

    Without --policy, those of all policies that travel with fairoffer.
    """
    from fairoffer.model.inputs import load_policy, shipped_policies

    policies = [load_policy(name) for name in names] if names else shipped_policies()
    rows = [rule_row(policy, rule) for policy in policies for rule in policy.rules]
    to_stdout("\n".join(in_columns([HEADINGS, *rows])))
    return 0


def rule_row(policy: Policy, rule: Rule) -> tuple[str, ...]:
    """id, check, level, comparator, tolerance and source of a rule, as text."""
    compare = rule.compare.with_ if rule.compare and rule.compare.with_ else policy.compare.with_
    return (
        f"{policy.id}/{rule.id}",
        rule.check,
        rule.level,
        compare,
        tolerance_in_words(rule),
        source_in_words(policy, rule),
    )


def tolerance_in_words(rule: Rule) -> str:
    """`0`, `5.00`, `2 %` or `5.00 or 2 %`."""
    given = rule.tolerance.model_dump(exclude_none=True) if rule.tolerance else {}
    per = f" a {given.pop('per')}" if "per" in given and "money" in given else ""
    units = {"money": per, "percent": " %", "points": " points", "amount": ""}
    return " or ".join(f"{value}{units.get(name, '')}" for name, value in given.items() if name in units) or "0"


def source_in_words(policy: Policy, rule: Rule) -> str:
    """Name and clause of where a rule comes from; the nearer source wins field by field."""
    named = [
        next((value for source in (rule.source, policy.source) if source and (value := getattr(source, field))), None)
        for field in ("name", "clause")
    ]
    return " ".join(part for part in named if part) or f"{policy.status} policy"


def in_columns(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Rows as aligned text; the last column is as long as it likes."""
    safe = [[plain(cell).replace("\n", " ") for cell in row] for row in rows]
    widths = [max(len(row[index]) for row in safe) for index in range(len(safe[0]) - 1)]
    for row in safe:
        yield "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
