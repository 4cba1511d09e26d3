"""Rules about what is due: of whom it is due, when it was last there, and whether that is late or too soon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from fairoffer.audit.bind import Bound
from fairoffer.audit.comparison import Comparison, blank, no_data
from fairoffer.audit.conditions import outcome_of
from fairoffer.audit.months import months_after
from fairoffer.audit.table_entries import Entry, Source
from fairoffer.audit.tables import columns_in, filled, scopes_of, truths
from fairoffer.compare.market import Shelf
from fairoffer.compare.subject import Subject
from fairoffer.model.inputs import Inputs
from fairoffer.model.policy import Due

Days = Sequence[date | None]
"""Days of notices and records; ``None``: one without a day."""
Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Owed:
    """Whom it is due for: what must hold of one of ``entries`` for the rule to apply, and its name in the records."""

    subject: Subject
    name: str | None
    entries: tuple[Entry, ...]
    since: date | None = None
    unsure: bool = False
    """Whether it must be of a contract of which nobody says when it was made."""


def dues(inputs: Inputs, shelf: Shelf, bound: Bound, as_of: date) -> list[Comparison]:
    """A comparison for everybody that something is due for, in the order of the inputs; its term is what is due.

    Raises:
        PolicyError: the rule's scope cannot be used.
        InputError: a fact that is not of the type of the column it answers.
    """
    due = bound.rule.due or Due(kind="", for_="firm")
    if absent(inputs, due):
        return [no_data(bound)]
    owed = list(everybody(Source(inputs, shelf, as_of), due))
    days = days_of(inputs, due.kind)
    to_all = sent_to_all(inputs, due.kind) if due.for_ in ("customer", "contract") else []
    return [
        judged(bound, due, one, in_scope, [*days.get(one.name, ()), *to_all], as_of)
        for one, in_scope in zip(owed, scoped(inputs, bound, owed, as_of), strict=True)
    ]


def absent(inputs: Inputs, due: Due) -> bool:
    """Whether nothing is said of what was sent and kept, or of those it is due for. Notices name customers only."""
    catalog = bool(inputs.catalog.products)
    notices = None if due.for_ in ("product", "segment") else inputs.notices
    return (
        (notices is None and inputs.records is None)
        or (due.for_ in ("customer", "contract") and inputs.book is None)
        or (due.for_ == "segment" and inputs.segments is None)
        or (due.for_ == "product" and inputs.book is None and not catalog)
    )


def days_of(inputs: Inputs, kind: str) -> dict[str | None, list[date | None]]:
    """The days of all notices and records of a kind, by whom they are about; ``None``: by nobody's name."""
    found: dict[str | None, list[date | None]] = {}
    for record in inputs.records or ():
        if record.kind == kind:
            found.setdefault(record.subject, []).append(record.date)
    for notice in inputs.notices or ():
        if notice.kind == kind:
            found.setdefault(notice.customer, []).append(notice.sent)
    return found


def sent_to_all(inputs: Inputs, kind: str) -> list[date | None]:
    """The days of notices of a kind that name no customer: everybody got them."""
    return [notice.sent for notice in inputs.notices or () if notice.kind == kind and notice.customer is None]


def everybody(source: Source, due: Due) -> Iterator[Owed]:
    """All for whom it is due."""
    if due.for_ == "firm":
        subject = Subject(0, "", None, ())
        yield Owed(subject, None, (Entry(subject, (source.person(None),)),))
    elif due.for_ == "customer":
        for name, entries in source.by_customer.items():
            subject = source.about(entries, replace(entries[0].subject, nth=1))
            yield Owed(subject, name, tuple(entries))
    elif due.for_ == "contract":
        for entry in source.rows:
            row = entry.people[0].row
            made = row.contract.made if row is not None and row.contract is not None else None
            yield Owed(entry.subject, entry.subject.customer, (entry,), made, unsure=made is None)
    elif due.for_ == "segment":
        for entry in source.segments():
            yield Owed(entry.subject, entry.subject.segment, (entry,))
    else:
        yield from products(source)


def products(source: Source) -> Iterator[Owed]:
    """The products of the catalog, then those that only rows of the book name."""
    rows: dict[str, list[Entry]] = {}
    for entry in source.rows:
        rows.setdefault(entry.subject.product, []).append(entry)
    names = dict.fromkeys((*(product.id for product in source.catalog.products), *(name for name in rows if name)))
    for number, name in enumerate(names):
        known = name in source.shelf.products
        people = (source.person(name),) if known else tuple(p for entry in rows[name] for p in entry.people)
        subject = Subject(number, name, None, ())
        yield Owed(subject, name, (Entry(subject, people),))


def scoped(inputs: Inputs, bound: Bound, owed: Sequence[Owed], as_of: date) -> list[bool | None]:
    """Whether each is one whom the rule is for; a customer is, if one of their rows is."""
    scopes = scopes_of(inputs, bound, "customers")
    entries = [entry for one in owed for entry in one.entries]
    table = filled(inputs, bound.policy, "customers", as_of, columns_in(scopes), entries)
    each = iter(truths(scopes, table))
    return [any_true([next(each) for _ in one.entries]) for one in owed]


def any_true(truths: Sequence[bool | None]) -> bool | None:
    return True if True in truths else None if None in truths else False


def judged(bound: Bound, due: Due, owed: Owed, in_scope: bool | None, days: Days, as_of: date) -> Comparison:
    counting = [day for day in days if day is None or (day <= as_of and (owed.since is None or day >= owed.since))]
    fails, facts = late(due, counting, as_of) if due.not_within_months is None else too_soon(due, counting)
    if owed.unsure and counting and due.every_months is None and due.not_within_months is None:
        # What there is may be of a contract before this one.
        fails = None
    outcome, reason = outcome_of(bound, in_scope, fails)
    one = blank(bound, owed.subject, due.kind, outcome, reason)
    if outcome == "out-of-scope":
        return one
    return replace(one, facts=(*facts, ("judged day", as_of.isoformat())))


def late(due: Due, days: Days, as_of: date) -> tuple[bool | None, Facts]:
    """Whether it is missing or older than it may be; one without a day may be in time."""
    known = [day for day in days if day is not None]
    last = max(known, default=None)
    facts: list[tuple[str, str]] = [("last", last.isoformat() if last else "none")]
    fails = last is None
    if last is not None and due.every_months is not None:
        by = months_after(last, due.every_months)
        facts.append(("due", by.isoformat()))
        fails = by < as_of
    return (None if fails and len(known) < len(days) else fails), tuple(facts)


def too_soon(due: Due, days: Days) -> tuple[bool | None, Facts]:
    """Whether two are less than so many months apart; one without a day may be beside any other."""
    known = sorted(day for day in days if day is not None)
    for first, second in pairwise(known):
        earliest = months_after(first, due.not_within_months or 0)
        if second < earliest:
            return True, (("first", first.isoformat()), ("second", second.isoformat()), ("not before", str(earliest)))
    last = (("last", known[-1].isoformat()),) if known else (("last", "none"),)
    return (None if len(known) < len(days) and len(days) > 1 else False), last
