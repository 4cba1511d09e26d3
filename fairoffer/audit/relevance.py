"""Which policies could have been asked of an audit but were not."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from fairoffer.model.columns import columns_of, names_in
from fairoffer.model.condition import compile_condition
from fairoffer.model.inputs import Inputs
from fairoffer.model.policy import Policy, Rule


def not_run(inputs: Inputs, shipped: Sequence[Policy]) -> list[str]:
    """Ids of shipped policies for the audit's jurisdiction, and for one of its kinds of product, that were not run."""
    ran = {policy.id for policy in inputs.policies}
    place, types = inputs.catalog.jurisdiction, product_types(inputs)
    if place is None:
        return []
    here = [policy for policy in shipped if policy.jurisdiction == place and policy.id not in ran]
    here = [policy for policy in here if not types or not policy.product_types or set(types) & {*policy.product_types}]
    return sorted(policy.id for policy in here if any(concerns(policy, rule, types) for rule in policy.rules))


def product_types(inputs: Inputs) -> list[str]:
    listed = {product.type for product in inputs.catalog.products}
    return sorted(listed | {row.product_type for row in inputs.book or () if row.product_type is not None})


def concerns(policy: Policy, rule: Rule, types: Sequence[str]) -> bool:
    """Whether a rule could be for one of these kinds of product: nothing but the kind is known, and it is not out."""
    scopes = [scope for scope in policy.scopes_for(rule) if "product_type" in names_in(scope)]
    if not scopes or not types:
        return True
    table = rule.table or "customers"
    conditions = [compile_condition(text, columns_of(table, policy.facts, names_in(text))) for text in scopes]
    schema = columns_of(table, policy.facts, [name for condition in conditions for name in condition.columns])
    known = {name: types if name == "product_type" else [None] * len(types) for name in schema}
    truths = pl.DataFrame(known, schema=schema).select(x=pl.all_horizontal([c.expression for c in conditions]))["x"]
    return not all(truth is False for truth in truths.to_list())
