"""Rules about single rows: what must not be true of a customer, an offer, a notice, a record or a line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from fairoffer.audit.bind import Bound
from fairoffer.audit.comparison import Comparison, Key, blank, no_data
from fairoffer.audit.filling import Line
from fairoffer.audit.table_entries import Entry
from fairoffer.audit.tables import Table, columns_in, compiled, scopes_of, table_rows, truths
from fairoffer.compare.market import Shelf
from fairoffer.model.inputs import Inputs
from fairoffer.model.result import Outcome
from fairoffer.money import plain

NOT_STATED = "not stated"
SHOWN = 200
"""How much of a text a finding shows."""
RANK = {"out-of-scope": 0, "pass": 1, "not-assessable": 2}
"""Of several lines of one kind the worst counts; a level is worse than any of these."""


def conditions(inputs: Inputs, shelf: Shelf, bound: Bound, as_of: date) -> list[Comparison]:
    """A comparison for every row of the table that the rule names, in the order of the inputs.

    Raises:
        PolicyError: the rule's condition or scope cannot be used.
        InputError: a fact that is not of the type of the column it answers.
    """
    name = bound.rule.table or "customers"
    if absent(inputs, name):
        return [no_data(bound)]
    condition = compiled(inputs, bound, name, "condition", bound.rule.condition or "")
    scopes = scopes_of(inputs, bound, name)
    table = table_rows(inputs, shelf, bound.policy, name, as_of, columns_in([condition, *scopes]))
    scoped, holds = truths(scopes, table), truths([condition], table)
    found: list[Comparison] = []
    for at, entry in enumerate(table.entries):
        outcome, reason = outcome_of(bound, scoped[at], holds[at])
        one = blank(bound, entry.subject, term_of(entry), outcome, reason)
        if holds[at] is not False and outcome != "out-of-scope":
            one = replace(one, facts=read_facts(table, condition.columns, at))
        found.append(one)
    return worst_of_each(found) if name == "lines" else found


def worst_of_each(found: Iterable[Comparison]) -> list[Comparison]:
    """Of several lines of one kind on one row the worst, the first of equals."""
    kept: dict[Key, Comparison] = {}
    for one in found:
        key = one.key
        if key not in kept or RANK.get(kept[key].outcome, 3) < RANK.get(one.outcome, 3):
            kept[key] = one
    return list(kept.values())


def absent(inputs: Inputs, table: str) -> bool:
    """Whether nothing at all is said of what stands in a table; an empty one says that there is none of it."""
    return {
        "customers": inputs.book is None and inputs.segments is None and inputs.mapped is None,
        "offers": not inputs.catalog.offers,
        "notices": inputs.notices is None,
        "records": inputs.records is None,
        "lines": inputs.book is None and inputs.notices is None,
    }[table]


def outcome_of(bound: Bound, in_scope: bool | None, fails: bool | None) -> tuple[Outcome, str | None]:
    """What a rule says of one row, and why."""
    if in_scope is None:
        return "not-assessable", "scope-unknown"
    if not in_scope:
        return "out-of-scope", "scope"
    if fails is None:
        return "not-assessable", "missing-value"
    return (bound.level, None) if fails else ("pass", None)


def term_of(entry: Entry) -> str:
    """The term of a row: lines have one each, all else has none."""
    return entry.item.term if isinstance(entry.item, Line) else ""


def read_facts(table: Table, columns: tuple[str, ...], at: int) -> tuple[tuple[str, str], ...]:
    """The columns that a condition read in one row, with their values as text."""
    return tuple((name, text_of(table.values[name][at])) for name in columns)


def text_of(value: Any) -> str:
    """A value as findings show it."""
    if value is None:
        return NOT_STATED
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value)
    text = value.isoformat() if isinstance(value, date) else str(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
