"""Conditions of policies on whom a rule is for: true is in scope, false is out, and not known is said, never passed
over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from fairoffer.audit.bind import Bound, problem
from fairoffer.audit.comparison import Comparison
from fairoffer.compare.groups import Group
from fairoffer.compare.market import Shelf
from fairoffer.errors import PolicyError, Problem
from fairoffer.model.condition import ConditionError, compile_condition
from fairoffer.model.inputs import Inputs
from fairoffer.model.policy import Policy

COLUMNS: dict[str, pl.DataType] = {
    "product": pl.String(),
    "product_type": pl.String(),
    "segment": pl.String(),
    "supplier": pl.String(),
    "jurisdiction": pl.String(),
    "currency": pl.String(),
    "held_offer": pl.String(),
    "value_tier": pl.String(),
    "customers": pl.Int64(),
    "tenure_from": pl.Int64(),
    "tenure_to": pl.Int64(),
}
"""What a condition on a comparison of a catalog may read, beside the facts that its policy declares."""
FACTS: dict[str, pl.DataType] = {
    "boolean": pl.Boolean(),
    "text": pl.String(),
    "integer": pl.Int64(),
    "number": pl.Decimal(38, 8),
    "date": pl.Date(),
}
Key = tuple[str, str | None]


def in_scope(
    inputs: Inputs, shelf: Shelf, groups: Sequence[Group], rules: Iterable[Bound], found: Sequence[Comparison]
) -> list[Comparison]:
    """The comparisons, with those out of their rule's scope taken out and those of whom it is not known said so.

    Raises:
        PolicyError: a condition that cannot be used, with its place.
    """
    by_segment = {g.segment: g for g in reversed(groups)}
    subjects: list[Key] = sorted({(c.subject.product, c.subject.segment) for c in found}, key=str)
    truths: dict[tuple[str, str], dict[Key, bool | None]] = {}
    problems: list[Problem] = []
    for rule in rules:
        scopes = rule.policy.scopes_for(rule.rule)
        if not scopes:
            continue
        try:
            schema, rows = table(inputs, shelf, rule.policy, by_segment, subjects)
            conditions = [compile_condition(text, schema).expression for text in scopes]
        except ConditionError as error:
            problems.append(problem(inputs, rule.policy, rule.rule, f"scope: {error}"))
            continue
        frame = pl.DataFrame(rows, schema=schema, orient="row").select(x=pl.all_horizontal(conditions))
        truths[rule.policy.id, rule.rule.id] = dict(zip(subjects, frame["x"].to_list(), strict=True))
    if problems:
        # A policy's own scope is wrong for each of its rules, and said once.
        raise PolicyError({p.message + p.path: p for p in reversed(problems)}.values())
    return [scoped(c, truths.get((c.bound.policy.id, c.bound.rule.id))) for c in found]


def table(
    inputs: Inputs, shelf: Shelf, policy: Policy, by_segment: Mapping[str, Group], subjects: Sequence[Key]
) -> tuple[dict[str, pl.DataType], list[tuple[Any, ...]]]:
    """A row for every subject: COLUMNS, then the policy's facts; the nearest statement of a fact wins."""
    schema = {**COLUMNS, **{name: FACTS[kind] for name, kind in policy.facts.items()}}
    stated = {s.id: s.facts for s in inputs.segments or ()}
    catalog = inputs.catalog
    rows = []
    for product, segment in subjects:
        group = by_segment.get(segment or "")
        item = shelf.products[product]
        holds = group.holds if group else None
        levels = (stated.get(segment or "", {}), holds.facts if holds else {}, item.facts, catalog.facts)
        rows.append(
            (
                product,
                item.type,
                segment,
                catalog.supplier,
                catalog.jurisdiction,
                catalog.currency,
                holds.id if holds else None,
                group.value_tier if group else None,
                group.customers if group else None,
                (group.tenure.from_ or 1) if group else None,
                group.tenure.to if group else None,
                *(policy.fact(name, *levels) for name in policy.facts),
            )
        )
    return schema, rows


def scoped(found: Comparison, truths: Mapping[Key, bool | None] | None) -> Comparison:
    if truths is None:
        return found
    truth = truths[found.subject.product, found.subject.segment]
    if truth:
        return found
    if truth is False:
        return found.bare("out-of-scope", "scope")
    return found.bare("not-assessable", "scope-unknown")
