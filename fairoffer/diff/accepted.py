"""Waivers in a diff: those of the base count, and those that only the change has are proposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from fairoffer.audit.waive import accept
from fairoffer.model.inputs import Inputs
from fairoffer.model.result import Finding, Result
from fairoffer.model.waivers import Waiver
from fairoffer.verdict import waiver_part

Named = list[tuple[str, Waiver]]
"""Entries with file and line."""


def entries_of(inputs: Inputs) -> Named:
    return [(inputs.at.get(("waiver", str(i)), str(i)), one) for i, one in enumerate(inputs.waivers)]


def with_waivers_of(head: Inputs, base: Named) -> tuple[Inputs, Named]:
    """The head with the waivers of the base, and the entries of the head that the base does not have.

    An entry that both have is called by its place in the head, any other of the base ``base:`` and its place there.
    """
    left = entries_of(head)
    names: list[str] = []
    for name, one in base:
        same = next((place for place, other in left if other == one), None)
        left = [(place, other) for place, other in left if place != same]
        names.append(f"base:{name}" if same is None else same)
    at = {key: place for key, place in head.at.items() if key[0] != "waiver"}
    at |= {("waiver", str(i)): name for i, name in enumerate(names)}
    return replace(head, waivers=tuple(one for _, one in base), at=at), left


def proposed(head: Inputs, left: Named, findings: Sequence[Finding], as_of: date) -> list[dict[str, Any]]:
    """Entries that accept nothing yet, with the findings that they are about."""
    names = [name for name, _ in left]
    alone = replace(head, waivers=tuple(one for _, one in left))
    found = accept(alone.waivers, names, findings, {}, as_of)
    return [{**entry, "state": "proposed"} for entry in waiver_part(alone, names, found)]


def expired_for(result: Result) -> frozenset[str]:
    """Ids of findings that an entry accepted once."""
    return frozenset(name for entry in result.waivers if entry.state == "expired" for name in entry.findings)


def blind_entry(result: Result, product: str | None, reason: str | None) -> str | None:
    """The entry that accepts that a product's comparisons cannot be made."""
    for entry in result.waivers:
        about = entry.not_assessable
        if entry.state == "used" and about and (about.get("product"), about.get("reason")) == (product, reason):
            return entry.id
    return None
