"""A rule in words: what it asks, of whom, against whom, and on whose word; the same on the terminal and in reports."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fairoffer.audit.scope_words import parts_in_words
from fairoffer.checks import CHECKS
from fairoffer.model.policy import Due, Effective, Policy, Rule, Tolerance
from fairoffer.model.policy import Source as PolicySource
from fairoffer.model.result import Level
from fairoffer.model.result import Rule as RuleInWords

OWN = "house"
"""Status of policies that are one's own; all others state what somebody else asks, and are no legal advice."""

ALONE = frozenset({"condition", "due"})
"""Checks that compare with nobody."""


def rule_in_words(policy: Policy, rule: Rule, currency: str = "", level: Level | None = None) -> RuleInWords:
    """Everything that can be said of a rule; ``level`` where it is another one on the judged day."""
    check = CHECKS.get(rule.check)
    compare = policy.compare_for(rule)
    return RuleInWords.model_validate(
        {
            "id": rule.id,
            "policy": policy.id,
            "check": rule.check,
            "level": level or rule.level,
            "title": rule.title,
            "words": check.section("What it does") if check else "",
            "formula": formula(rule),
            "comparator": "" if rule.check in ALONE else compare.with_,
            "like_for_like": [] if rule.check in ALONE else list(compare.like_for_like),
            "tolerance": tolerance_words(rule.tolerance, currency),
            "scope": " AND ".join(bracketed(policy.scopes_for(rule))),
            "applies_to": [line for scope in policy.scopes_for(rule) for line in parts_in_words(scope)],
            "condition": rule.condition or "",
            "exempt": [*policy.exempt, *rule.exempt],
            "evidence": [*policy.evidence, *rule.evidence],
            "customer_view": rule.customer_view or "",
            "remedy": rule.remedy or (check.section("Remedy") if check else ""),
            "status": policy.status,
            "legal": policy.status != OWN,
            "effective": effective_part(policy.effective_for(rule)),
            "source": source_part(policy.source_for(rule)),
            "as_of": policy.as_of.isoformat() if policy.as_of else None,
        }
    )


def policy_extras(policy: Policy) -> dict[str, Any]:
    """Of a result's part on a policy: where it is for, where it comes from, and when it binds."""
    return {
        "jurisdiction": policy.jurisdiction,
        "source": source_part(policy.source or PolicySource()),
        "effective": effective_part(policy.effective),
    }


def source_part(source: PolicySource) -> dict[str, Any]:
    return {"name": source.name, "clause": source.clause, "url": source.url, "read": source.read}


def effective_part(effective: Effective | None) -> dict[str, Any] | None:
    if effective is None:
        return None
    first, last = (day.isoformat() if day else None for day in (effective.from_, effective.to))
    return {"from": first, "to": last, "sure": effective.sure}


def bracketed(scopes: tuple[str, ...]) -> list[str]:
    """Conditions that are to be joined; what stands alone needs no brackets."""
    return [f"({scope})" for scope in scopes] if len(scopes) > 1 else list(scopes)


def formula(rule: Rule) -> str:
    """What is measured: as the rule says it, else from its condition or due date, else the check's example."""
    if rule.formula:
        return rule.formula
    if rule.condition:
        return f"fails where this holds for a row of {rule.table or 'customers'}: {rule.condition}"
    if rule.due is not None:
        return due_words(rule.due)
    check = CHECKS.get(rule.check)
    past = f"customers past month {rule.over}: " if rule.over else ""
    return f"{past}for example (made up, not of this catalog): {check.section('Example')}" if check else past


def due_words(due: Due) -> str:
    """``fails unless there is a cost-review for every product, never older than 12 months``."""
    subject = "" if due.for_ == "firm" else f" for every {due.for_}"
    if due.not_within_months is not None:
        return f"fails where two of {due.kind}{subject} came within {months(due.not_within_months)}"
    since = "" if due.every_months is None else f", never older than {months(due.every_months)}"
    return f"fails unless there is a {due.kind}{subject}{since}"


def months(number: int) -> str:
    return f"{number} month{'s' * (number != 1)}"


def tolerance_words(tolerance: Tolerance | None, currency: str) -> str:
    """The tolerance as people say it; ``none`` where there is none."""
    if tolerance is None:
        return "none"
    parts = []
    if tolerance.money is not None:
        parts.append(f"{currency} {plain(tolerance.money)}".strip() + (f" a {tolerance.per}" if tolerance.per else ""))
    if tolerance.percent is not None:
        parts.append(f"{plain(tolerance.percent)} % of the comparator")
    if tolerance.amount is not None:
        parts.append(f"{plain(tolerance.amount)} in the term's unit")
    if tolerance.points is not None:
        parts.append(f"{plain(tolerance.points)} percentage points")
    return " or ".join(parts) + (", whichever is larger" if len(parts) > 1 else "")


def plain(number: Decimal) -> str:
    return format(number, "f")
