"""What nothing could be said of: rules with nothing to compare, tables that were not given, waivers of no effect."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fairoffer.model.result import Result
from fairoffer.report import basis, words

_TABLES = {
    "customers": "the book of customers",
    "notices": "the notices",
    "records": "the records",
    "offers": "the offers of the catalog",
    "lines": "the book of customers or the notices",
}
_OF_CHECK = {
    "component-gap": "the book of customers",
    "condition": "the book of customers",
    "uniform-rate": "the book of customers",
    "due": "the records or the notices",
}
_PAIRS = "segments or the book of customers"
_WAIVERS = {
    "expired": ("{} has expired, and accepts nothing", "{} have expired, and accept nothing"),
    "over-cap": ("{} is over its cap, and does not hold", "{} are over their caps, and do not hold"),
    "unused": ("{} fits nothing that was found", "{} fit nothing that was found"),
}


def table(result: Result, policy: str, rule: str) -> str:
    """The table that a rule reads, in words: the one that it names, else the one that its check needs."""
    named = as_read(result, policy, rule).get("table")
    if isinstance(named, str) and named in _TABLES:
        return _TABLES[named]
    checks = [one.check for one in result.rules if (one.policy, one.id) == (policy, rule)]
    checks += [one.check for one in result.ledger.rules if (one.policy, one.rule) == (policy, rule)]
    if not any(checks):
        return "a table"
    return _OF_CHECK.get(checks[0], _PAIRS)


def as_read(result: Result, policy: str, rule: str) -> dict[str, Any]:
    """A rule as its policy was read; empty where the result does not say."""
    read = next((one.as_read for one in result.policies if one.id == policy), None)
    rules = read.get("rules") if isinstance(read, dict) else None
    found = (
        one for one in (rules if isinstance(rules, list) else ()) if isinstance(one, dict) and one.get("id") == rule
    )
    return next(found, {})


def not_given(result: Result) -> str:
    """Which tables rules would have read, each with its rules, where comparisons lack one; else empty."""
    columns = result.comparisons
    found: dict[str, Counter[str]] = {}
    for policy, rule, reason in zip(columns.policy, columns.rule, columns.reason, strict=True):
        if reason == "no-data":
            found.setdefault(table(result, policy, rule), Counter())[rule] += 1
    return "; ".join(f"not given: {name}, which {basis.names(list(rules))} read{'s' * (len(rules) == 1)}"
                     for name, rules in sorted(found.items()))  # fmt: skip


def says(result: Result, reason: str) -> str:
    """Why comparisons could not be assessed, in words; of tables that were not given, which."""
    usual = words.REASONS.get(reason, "")
    return (not_given(result) or usual) if reason == "no-data" else usual


def idle(result: Result) -> list[str]:
    """Sentences on rules that compared nothing, and on waivers that accept nothing."""
    ledgers = result.ledger.rules
    empty = [one.rule for one in ledgers if not one.all]
    outside = [one.rule for one in ledgers if one.all and one.all == one.out_of_scope]
    lines = []
    if empty:
        lines.append(f"{_rules(empty)} found nothing to compare: {basis.names(empty)}.")
    if outside:
        lines.append(f"{_rules(outside)} had nothing in scope: {basis.names(outside)}.")
    for state, (one, many) in _WAIVERS.items():
        ids = [waiver.id for waiver in result.waivers if waiver.state == state]
        if ids:
            number = words.count(len(ids), "waiver")
            lines.append(f"{(one if len(ids) == 1 else many).format(number)}: {basis.names(ids)}.")
    return lines


def _rules(named: list[str]) -> str:
    return words.count(len(named), "rule")
