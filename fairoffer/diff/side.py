"""One side of a diff: its comparisons by id, from an audit that was just made or from a saved result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from fairoffer.audit import amounts
from fairoffer.audit.audited import Audited
from fairoffer.audit.comparison import Comparison
from fairoffer.audit.findings import bare, months
from fairoffer.audit.ids import comparison_id
from fairoffer.audit.ledger import is_finding
from fairoffer.audit.people import People
from fairoffer.model.catalog import Catalog
from fairoffer.model.part import Months
from fairoffer.model.result import Comparisons, Finding, Result

NO_FINDING = frozenset(("pass", "out-of-scope", "not-assessable"))


class Entry(NamedTuple):
    """A comparison: whom it is about, and its outcome."""

    id: str
    policy: str
    rule: str
    check: str
    level: str
    outcome: str
    reason: str | None
    product: str | None
    segment: str | None
    customer: str | None
    notice: str | None
    record: str | None
    offer: str | None
    place: Mapping[str, str]
    term: str | None
    customers: int | None
    gap: str | None = None
    """Of what passed; a finding has its own."""
    rows: int = 1
    """How many comparisons it stands for: rows of a book come in groups."""
    tenure: tuple[int | None, int | None] | None = None
    """The months of a group of a book."""

    @property
    def months(self) -> Months | None:
        """The months of a group of a book."""
        return None if self.tenure is None else Months(from_=self.tenure[0], to=self.tenure[1])

    @property
    def is_finding(self) -> bool:
        return self.outcome not in NO_FINDING

    @property
    def made(self) -> bool:
        """Whether both sides could be compared."""
        return self.outcome == "pass" or self.is_finding

    @property
    def same_but_offer(self) -> tuple[object, ...]:
        """What all comparisons share that only the offer they are about tells apart."""
        names = (self.policy, self.rule, self.product, self.segment, self.customer, self.notice, self.record)
        return (*names, self.term, tuple(sorted(self.place.items())))


@dataclass(frozen=True)
class Side:
    """Comparisons and findings by id."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    findings: Mapping[str, Finding] = field(default_factory=dict)


def side_of_result(result: Result) -> Side:
    """What a result says, nothing calculated again."""
    checks = {(line.policy, line.rule): line.check for line in result.ledger.rules}
    found = {entry.id: entry for entry in _rows(result.comparisons, checks)}
    return Side(found, {finding.id: finding for finding in result.findings})


def _rows(columns: Comparisons, checks: Mapping[tuple[str, str], str]) -> Iterator[Entry]:
    size = len(columns.id)

    def column(values: list[str | None]) -> list[str | None]:
        return values or [None] * size

    subjects = (column(getattr(columns, name)) for name in ("customer", "notice", "record", "offer"))
    keys = zip(columns.id, columns.policy, columns.rule, columns.level, columns.outcome, columns.reason, strict=True)
    gaps = [gap if found == "pass" else None for gap, found in zip(columns.gap, columns.outcome, strict=True)]
    last = (columns.place, columns.term, columns.customers, gaps)
    groups = (columns.rows or [1] * size, [_ends(one) for one in columns.tenure_months or [None] * size])
    rest = zip(columns.product, columns.segment, *subjects, *last, *groups, strict=True)
    for (name, policy, rule, level, outcome, reason), about in zip(keys, rest, strict=True):
        yield Entry(name, policy, rule, checks.get((policy, rule), ""), level, outcome, reason, *about)


def entries_of_audit(audited: Audited, people: People) -> dict[str, Entry]:
    """The comparisons of an audit of which no result is made."""
    catalog = audited.inputs.catalog
    return {entry.id: entry for entry in (_entry(found, people, catalog) for found in audited.comparisons)}


def _entry(found: Comparison, people: People, catalog: Catalog) -> Entry:
    bound, subject = found.bound, found.subject
    return Entry(
        comparison_id(found),
        bound.policy.id,
        bound.rule.id,
        bound.check.id,
        bound.level,
        found.outcome,
        found.reason,
        subject.product or None,
        subject.segment,
        subject.customer,
        subject.notice,
        subject.record,
        subject.offer,
        dict(subject.place),
        found.term or None,
        people.now(found),
        _gap(found, catalog),
        found.rows,
        _ends(months(found)),
    )


def _ends(band: Months | None) -> tuple[int | None, int | None] | None:
    return None if band is None else (band.from_, band.to)


def _gap(found: Comparison, catalog: Catalog) -> str | None:
    """As a result would state it."""
    size = found.part(found.gap) if found.outcome == "pass" and not found.facts else None
    return None if size is None else amounts.of_comparison(catalog, found, size)


def bare_findings(audited: Audited, people: People) -> list[tuple[Comparison, Finding]]:
    """The findings of an audit without their words."""
    return [(found, bare(audited, found, people)) for found in audited.comparisons if is_finding(found)]


def paired(head: Side, base: Side) -> dict[str, str]:
    """The id at the base of each comparison of now.

    Ids hold no offer's name: of several comparisons that only their offers tell apart each has a number, and numbers
    move up when one of the offers goes. These are paired by offer, and what is left over in its order.
    """
    pairs = {name: name for name in head.entries if name in base.entries}
    now, before = _numbered(head), _numbered(base)
    for key in now.keys() & before.keys():
        mine, theirs = now[key], before[key]
        if len(mine) == len(theirs) == 1:
            continue
        by_offer = {entry.offer: entry.id for entry in theirs}
        rest = [entry.id for entry in theirs if entry.offer not in {one.offer for one in mine}]
        for entry in mine:
            pairs.pop(entry.id, None)
            other = by_offer.get(entry.offer) or (rest.pop(0) if rest else None)
            if other is not None:
                pairs[entry.id] = other
    return pairs


def _numbered(side: Side) -> dict[tuple[object, ...], list[Entry]]:
    """Comparisons about offers, by what else they are about, in the order of the offers."""
    found: dict[tuple[object, ...], list[Entry]] = {}
    for entry in side.entries.values():
        if entry.offer is not None:
            found.setdefault(entry.same_but_offer, []).append(entry)
    return {key: sorted(own, key=lambda entry: (entry.offer or "", entry.id)) for key, own in found.items()}
