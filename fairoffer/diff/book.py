"""A book of customers on both sides of a diff: mostly the same customers under two catalogs, mappings or policies.

Where a commit holds customers, its side is judged on these. It rarely does; then both sides read those of now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from fairoffer.audit.bind import PAIRED
from fairoffer.diff.base import BaseError, Found, customers_of
from fairoffer.diff.side import Entry, Side
from fairoffer.model.inputs import Inputs
from fairoffer.model.result import InputFile, Result

CUSTOMERS = "customers"
ON_ROWS = (*PAIRED, "condition")
"""Checks that are asked of every row; of products they are asked nowhere."""
Progress = Callable[[int, int | None], None]
Group = tuple[object, ...]


def has_mapped(head: Inputs, base: Found) -> bool:
    """Whether either side has a book of customers."""
    return any(one is not None and one.mapped is not None for one in (head, base.inputs))


def with_customers(base: Found, head: Inputs) -> Found:
    """The base with customers to read: those beside it, else those of now.

    Raises:
        BaseError: there are neither.
    """
    inputs = base.inputs
    if inputs is None or inputs.mapped is None or inputs.mapped.source.files is None:
        return base
    if customers_of(inputs, inputs.directory):
        return base
    if customers_of(inputs, head.directory):
        return replace(base, inputs=replace(inputs, directory=head.directory), of_now=True)
    message = (
        f"{inputs.mapped.source.files}: these customers are not there now, and a commit does not hold them; put them "
        "there, or compare with a saved result"
    )
    problem = inputs.mapped.problem(("source",), message)
    raise BaseError([replace(problem, path=f"base:{base.against}:{base.prefix}{problem.path}")])


def digests(files: Sequence[InputFile | Mapping[str, object]]) -> frozenset[str]:
    """SHA-256 of the files with customers."""
    read = [one if isinstance(one, Mapping) else vars(one) for one in files]
    return frozenset(str(one["sha256"]) for one in read if one["kind"] == CUSTOMERS)


def same_customers(now: Result, before: frozenset[str]) -> bool:
    """Whether both sides read the same files; of databases nobody knows, and they are taken to be the same."""
    mine = digests(now.inputs)
    return not mine or not before or mine == before


def others_say(now: Result, before: frozenset[str], of_now: bool) -> Iterator[str]:
    """Which customers the base was judged on, where that may surprise."""
    if of_now:
        yield "Both sides were judged on the customers as they are now: the base holds none."
    elif not same_customers(now, before):
        yield "The base was made of other customers: groups of them are compared, not the same people."


class Lost(NamedTuple):
    """Rows that were compared at the base and cannot be now: their comparison, the one at the base, how many."""

    now: Entry
    before: Entry
    rows: int


def lost_rows(now: Side, before: Side) -> Iterator[Lost]:
    """Rows of groups that are still compared as a whole.

    A group stands for its rows with its gravest outcome, so that a part of it could be lost sight of unseen.
    """
    made, made_before = _made(now), _made(before)
    blind, blind_before = _blind(now), _blind(before)
    whole = {_group(one): one for one in before.entries.values() if one.made}
    for entry in now.entries.values():
        if entry.outcome != "not-assessable" or not is_group(entry):
            continue
        twin = before.entries.get(entry.id)
        if twin is not None and twin.made:
            continue  # the whole of it is lost, and is told as any other comparison
        key, rule = (_group(entry), entry.reason), _rule(entry)
        rows = min(blind[key] - blind_before[key], made_before[rule] - made[rule])
        if rows > 0:
            yield Lost(entry, whole.get(_group(entry), entry._replace(outcome="pass", reason=None)), rows)


def is_group(entry: Entry) -> bool:
    """Whether it is about customers of a book whom nothing names."""
    names = (entry.segment, entry.customer, entry.notice, entry.record, entry.offer)
    return entry.check in ON_ROWS and all(name is None for name in names)


def _rule(entry: Entry) -> Group:
    return entry.policy, entry.rule, entry.term


def _group(entry: Entry) -> Group:
    return *_rule(entry), entry.product, tuple(sorted(entry.place.items())), entry.tenure


def _made(side: Side) -> Counter[Group]:
    found = Counter[Group]()
    for one in side.entries.values():
        if one.made and is_group(one):
            found[_rule(one)] += one.rows
    return found


def _blind(side: Side) -> Counter[tuple[Group, str | None]]:
    found = Counter[tuple[Group, str | None]]()
    for one in side.entries.values():
        if one.outcome == "not-assessable" and is_group(one):
            found[_group(one), one.reason] += one.rows
    return found
