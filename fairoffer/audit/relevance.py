"""Which policies could have been asked of an audit but were not."""

from __future__ import annotations

from collections.abc import Iterable

from fairoffer.model.inputs import Inputs
from fairoffer.model.shipped import Head


def not_run(inputs: Inputs, shipped: Iterable[Head]) -> list[str]:
    """Ids of shipped policies for the audit's jurisdiction, and for one of its kinds of product, that were not run."""
    ran = {policy.id for policy in inputs.policies}
    place, types = inputs.catalog.jurisdiction, product_types(inputs)
    here = [head for head in shipped if head.jurisdiction is not None and head.jurisdiction == place]
    meant = [head for head in here if not types or not head.product_types or types & head.product_types]
    return sorted(head.id for head in meant if head.id not in ran)


def product_types(inputs: Inputs) -> frozenset[str]:
    listed = {product.type for product in inputs.catalog.products}
    return frozenset(listed | {row.product_type for row in inputs.book or () if row.product_type is not None})
