"""Whether what a comparison was about is still in the inputs: only then was it lost sight of when it is gone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from fairoffer.diff.book import is_group
from fairoffer.diff.side import Entry
from fairoffer.model.book import BookRow
from fairoffer.model.inputs import Inputs

MENDED = ("component-gap", "incentive-gap", "must-ask", "roll-over")
"""Checks of something that an offer has or has not: where it is nowhere any more, nothing is hidden."""
UNSTATED = {
    "term-gap": "term not stated",
    "tier-gap": "value tier not stated",
    "concentration": "vulnerable customers not stated",
    "due": "nobody it is due for",
    "uniform-rate": "rate not stated",
}
"""Why a comparison is not made though all that it is about is there, where it is not the offers that are missing."""


class There:
    """The subjects of now: the inputs, and whom the audit has compared."""

    def __init__(self, head: Inputs, entries: Mapping[str, Entry]) -> None:
        self.head = head
        self.entries = entries

    def became(self, now: Entry | None, before: Entry) -> tuple[str, str | None]:
        """State and reason of a finding of the base whose comparison is gone, or out of scope."""
        if now is not None:
            return "lost-sight", f"out-of-scope: {now.reason}" if now.reason == "scope" else now.reason
        if self.table_is_gone(before):
            return "lost-sight", "no-data"
        if is_group(before) and self.head.mapped is not None:
            return self.group(before)
        if not self.has(before):
            return "removed", None
        if before.check in MENDED:
            return "fixed", None
        return "lost-sight", UNSTATED.get(before.check, "no-comparator")

    def group(self, before: Entry) -> tuple[str, str | None]:
        """Of a group of a book: removed where its product's customers are still compared, in other groups; else lost
        sight of, unless the product is gone."""
        key = (before.policy, before.rule, before.term, before.product)
        if key in self.compared or before.product not in {None, *self.products}:
            return "removed", None
        return "lost-sight", "no-data"

    @cached_property
    def compared(self) -> frozenset[tuple[object, ...]]:
        """Policy, rule, term and product of everything that is compared now."""
        made = (one for one in self.entries.values() if one.made)
        return frozenset((one.policy, one.rule, one.term, one.product) for one in made)

    def table_is_gone(self, before: Entry) -> bool:
        """Whether it was about a row of a table that is not given any more."""
        about = (
            (before.customer, self.head.book),
            (before.notice, self.head.notices),
            (before.record, self.head.records),
        )
        if before.tenure is not None and self.head.mapped is None:
            return True
        return any(name is not None and table is None for name, table in about)

    def has(self, before: Entry) -> bool:
        """Whether the segment or row, the product and the place are all there, and it is judged under no other name."""
        if before.offer is not None or self.moved(before):
            return False
        if before.product is not None and before.product not in self.products:
            return False
        if before.notice is not None or before.record is not None:
            return self.listed(before)
        if before.customer is not None:
            return any(is_row(row, before) for row in self.head.book or ())
        return self.segment(before) and self.place(before)

    def listed(self, before: Entry) -> bool:
        """Whether a notice or record is still there."""
        if before.notice is not None:
            return any(one.id == before.notice for one in self.head.notices or ())
        return any(one.id == before.record for one in self.head.records or ())

    def segment(self, before: Entry) -> bool:
        """Whether the segment still has the product; one that has another now is judged there."""
        if before.segment is None:
            return True
        return (before.segment, before.product or "") in self.segments

    def place(self, before: Entry) -> bool:
        """Whether the place could still be named: every choice of it is declared, and nothing is asked beside."""
        keys = self.keys.get((before.policy, before.rule))
        if keys and frozenset(before.place) not in keys:
            return False
        return all(self.declares(name, value) for name, value in before.place.items())

    def declares(self, name: str, value: str) -> bool:
        stated = self.head.catalog.attributes.get(name)
        if stated is None or not stated.choice:
            return False
        if stated.type == "text":
            return value in (stated.values or ())
        return stated.type == "boolean" or (name, value) in self.values

    def moved(self, before: Entry) -> bool:
        """Whether the same is compared over other months."""
        return same_months(before) in self.judged

    @cached_property
    def judged(self) -> frozenset[tuple[object, ...]]:
        return frozenset(map(same_months, self.entries.values()))

    @cached_property
    def keys(self) -> dict[tuple[str, str], set[frozenset[str]]]:
        """What a rule tells places apart by, as it does now."""
        found: dict[tuple[str, str], set[frozenset[str]]] = {}
        for one in self.entries.values():
            found.setdefault((one.policy, one.rule), set()).add(frozenset(one.place))
        return found

    @cached_property
    def values(self) -> frozenset[tuple[str, str]]:
        return frozenset(item for one in self.entries.values() for item in one.place.items())

    @cached_property
    def segments(self) -> frozenset[tuple[str, str]]:
        """Segments as they are now, with their product; those that no file lists as far as they are compared."""
        return self.stated | {(one.segment or "", one.product or "") for one in self.entries.values()}

    @cached_property
    def stated(self) -> frozenset[tuple[str, str]]:
        """Segments of the file, with their product."""
        holds = {offer.id: offer.product for offer in self.head.catalog.offers}
        listed = self.head.segments or ()
        return frozenset((one.id, one.product or holds.get(one.holds or "", "")) for one in listed)

    @cached_property
    def products(self) -> frozenset[str]:
        return frozenset(one.id for one in self.head.catalog.products)


def same_months(one: Entry) -> tuple[object, ...]:
    """Rule, subject, place and what is measured, without the months over which."""
    subject = (one.product, one.segment, one.customer, one.notice, one.record)
    return (one.policy, one.rule, *subject, (one.term or "").partition("@")[0], tuple(sorted(one.place.items())))


def is_row(row: BookRow, before: Entry) -> bool:
    """Whether a row is of the customer, the product and the place of a comparison."""
    if (row.customer, row.product) != (before.customer, before.product):
        return False
    return all(str(getattr(row, key, None) or row.like.get(key)) == value for key, value in before.place.items())
