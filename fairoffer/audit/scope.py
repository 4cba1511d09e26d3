"""Conditions of policies on whom a rule is for: true is in scope, false is out, and not known is said, never passed
over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from fairoffer.audit.bind import Bound
from fairoffer.audit.comparison import Comparison
from fairoffer.audit.tables import Key, book_rows, columns_in, key_rows, scopes_of, truths
from fairoffer.compare.groups import Group
from fairoffer.compare.market import Shelf
from fairoffer.model.inputs import Inputs

RuleName = tuple[str, str]


def in_scope(
    inputs: Inputs, shelf: Shelf, groups: Sequence[Group], rules: Iterable[Bound], found: Sequence[Comparison]
) -> list[Comparison]:
    """The comparisons of a catalog, with those out of their rule's scope taken out and those of whom it is not known
    said so. Raises as ``audit.tables.table_rows``."""
    by_segment = {g.segment: g for g in reversed(groups)}
    keys: list[Key] = sorted({(c.subject.product, c.subject.segment) for c in found}, key=str)
    known: dict[RuleName, dict[Key, bool | None]] = {}
    for rule in rules:
        scopes = scopes_of(inputs, rule, "customers")
        if scopes:
            names = columns_in(scopes)
            table = key_rows(inputs, shelf, rule.policy, shelf.as_of, names, keys, by_segment)
            known[rule.policy.id, rule.rule.id] = dict(zip(keys, truths(scopes, table), strict=True))
    return [scoped(c, known.get((c.bound.policy.id, c.bound.rule.id))) for c in found]


def scoped(found: Comparison, known: Mapping[Key, bool | None] | None) -> Comparison:
    if known is None:
        return found
    truth = known[found.subject.product, found.subject.segment]
    if truth:
        return found
    if truth is False:
        return found.bare("out-of-scope", "scope")
    return found.bare("not-assessable", "scope-unknown")


def truths_of_rows(inputs: Inputs, shelf: Shelf, rule: Bound) -> list[bool | None] | None:
    """For every row of the book whether a rule is for it, ``None`` where that is not known; ``None`` instead of a list
    where the rule is for everyone. Raises as ``audit.tables.table_rows``."""
    scopes = scopes_of(inputs, rule, "customers")
    if not scopes:
        return None
    return truths(scopes, book_rows(inputs, shelf, rule.policy, shelf.as_of, columns_in(scopes)))
