"""`fairoffer rules`: what a policy asks, a line a rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from fairoffer.cli.outputs import to_stdout
from fairoffer.cli.terminal import plain

if TYPE_CHECKING:
    from fairoffer.model.policy import Policy, Rule, Tolerance

HEADINGS = ("rule", "check", "level", "comparator", "tolerance", "source")


@click.command("rules")
@click.option("--policy", "names", multiple=True, metavar="ID|FILE", help="Only this policy; may be repeated.")
def rules_command(names: tuple[str, ...]) -> int:
    """List the rules of policies.

    Without --policy, those of all policies that travel with fairoffer.
    """
    from fairoffer.model.inputs import load_policy, shipped_policies

    policies = [load_policy(name).policy for name in names] if names else shipped_policies()
    rows = [rule_row(policy, rule) for policy in policies for rule in policy.rules]
    to_stdout("\n".join(in_columns([HEADINGS, *rows])))
    return 0


def rule_row(policy: Policy, rule: Rule) -> tuple[str, ...]:
    """id, check, level, comparator, tolerance and source of a rule, as text."""
    return (
        f"{policy.id}/{rule.id}",
        rule.check,
        rule.level,
        policy.compare_for(rule).with_,
        tolerance_in_words(rule.tolerance),
        source_in_words(policy, rule),
    )


def tolerance_in_words(tolerance: Tolerance | None) -> str:
    """`none`, `5.00 a year`, `2 %`, or the larger of two of them."""
    if tolerance is None:
        return "none"
    per = f" a {tolerance.per}" if tolerance.per else ""
    kinds = (
        (tolerance.money, per),
        (tolerance.percent, " %"),
        (tolerance.points, " points"),
        (tolerance.amount, ""),
    )
    given = [f"{value}{unit}" for value, unit in kinds if value is not None]
    return given[0] if len(given) == 1 else f"the larger of {' and '.join(given)}"


def source_in_words(policy: Policy, rule: Rule) -> str:
    """Name and clause of where a rule comes from, or what kind of policy it belongs to."""
    source = policy.source_for(rule)
    return " ".join(part for part in (source.name, source.clause) if part) or f"{policy.status} policy"


def in_columns(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Rows as aligned text; the last column is as long as it likes."""
    safe = [[plain(cell).replace("\n", " ") for cell in row] for row in rows]
    widths = [max(len(row[index]) for row in safe) for index in range(len(safe[0]) - 1)]
    for row in safe:
        yield "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
