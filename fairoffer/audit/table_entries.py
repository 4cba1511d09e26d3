"""The rows of every table that conditions may read: what each is, and whom it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from fairoffer.audit.filling import Line, OnShelf, lines_of, listed_lines
from fairoffer.audit.person import Level, Person
from fairoffer.compare.groups import Group
from fairoffer.compare.market import Shelf
from fairoffer.compare.subject import Subject
from fairoffer.model.book import BookRow, Notice, Record
from fairoffer.model.inputs import Inputs


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row of a table is filled from: the thing itself, and the people it is about.

    ``people`` are the rows of one customer where there are several: only what they agree on is known.
    """

    subject: Subject
    people: tuple[Person, ...]
    item: Notice | Record | Line | OnShelf | None = None
    levels: tuple[Level, ...] = ()


class Source:
    """Entries of every table from the inputs of an audit on its judged day."""

    def __init__(self, inputs: Inputs, shelf: Shelf, as_of: date) -> None:
        self.inputs, self.shelf, self.as_of = inputs, shelf, as_of
        self.catalog = inputs.catalog
        self.base: Level = (("catalog", self.catalog.id), self.catalog.facts)

    def entries(self, table: str) -> Iterator[Entry]:
        """All rows of a table, in the order of the inputs."""
        return {
            "customers": self.customers,
            "offers": self.offers,
            "notices": self.notices,
            "records": self.records,
            "lines": self.lines,
        }[table]()

    def person(self, product: str | None, levels: Sequence[Level] = (), **more: Any) -> Person:
        """Somebody with a product, which the catalog may not know."""
        item = self.shelf.products.get(product or "")
        own = [level for level in levels if level[1]]
        if item is not None and item.facts:
            own.append((("product", item.id), item.facts))
        if self.base[1]:
            own.append(self.base)
        return Person(self.catalog, self.as_of, tuple(own), product_id=product, product=item, **more)

    def key(self, product: str, segment: str | None, group: Group | None) -> Person:
        """The customers of a segment in one product, or a product as a whole."""
        if group is None or group.derived:
            # Whoever rolled over may have held any of several offers.
            return self.person(product, segment=segment)
        holds = group.holds
        stated = self.segment_facts.get(segment or "", {})
        levels = [(("segment", segment or ""), stated), *([(("offer", holds.id), holds.facts)] if holds else [])]
        return self.person(
            product,
            levels,
            segment=segment,
            holds=holds,
            tenure=group.tenure,
            value_tier=group.value_tier,
            customers=group.customers,
        )

    @cached_property
    def segment_facts(self) -> dict[str, Mapping[str, str]]:
        return {segment.id: segment.facts for segment in self.inputs.segments or ()}

    @cached_property
    def rows(self) -> list[Entry]:
        """The book, an entry for every row in its order."""
        seen: Counter[tuple[str, str]] = Counter()
        return [self._row(index, row, seen) for index, row in enumerate(self.inputs.book or ())]

    def _row(self, index: int, row: BookRow, seen: Counter[tuple[str, str]]) -> Entry:
        name = (row.product or "", row.customer)
        seen[name] += 1
        subject = Subject(index, name[0], None, (), customer=row.customer, row=index, count=row.count, nth=seen[name])
        return Entry(subject, (self.person(row.product, [(("row", str(index)), row.facts)], row=row),))

    def segments(self) -> Iterator[Entry]:
        """The segments of the file, each once, with the product that it names or whose offer it holds."""
        for number, segment in enumerate(self.inputs.segments or ()):
            holds = self.shelf.offers[segment.holds] if segment.holds else None
            product = segment.product or (holds.product if holds else "")
            levels = [(("segment", segment.id), segment.facts)]
            if holds is not None:
                levels.append((("offer", holds.id), holds.facts))
            person = self.person(
                product,
                levels,
                segment=segment.id,
                holds=holds,
                tenure=segment.tenure,
                value_tier=segment.value_tier,
                customers=segment.customers,
            )
            yield Entry(Subject(number, product, segment.id, (), count=segment.customers), (person,))

    def customers(self) -> Iterator[Entry]:
        yield from self.segments()
        yield from self.rows

    def offers(self) -> Iterator[Entry]:
        # Ids hold no offer's name: offers of a product are told apart by the order of their names, not of the file.
        nth: dict[str, int] = {}
        seen: Counter[str] = Counter()
        for offer in sorted(self.catalog.offers, key=lambda one: one.id):
            seen[offer.product] += 1
            nth[offer.id] = seen[offer.product]
        for number, offer in enumerate(self.catalog.offers):
            product = self.shelf.products[offer.product]
            levels = ((("offer", offer.id), offer.facts), (("product", product.id), product.facts), self.base)
            subject = Subject(number, offer.product, None, (), offer=offer.id, nth=nth[offer.id])
            yield Entry(subject, (), OnShelf(offer, self.shelf), tuple(level for level in levels if level[1]))

    @cached_property
    def by_customer(self) -> dict[str, list[Entry]]:
        """The rows of every customer of the book."""
        found: dict[str, list[Entry]] = {}
        for entry in self.rows:
            found.setdefault(entry.subject.customer or "", []).append(entry)
        return found

    def notices(self) -> Iterator[Entry]:
        book = self.by_customer
        for number, notice in enumerate(self.inputs.notices or ()):
            yield self._notice(number, notice, book)

    def _notice(self, number: int, notice: Notice, book: Mapping[str, list[Entry]]) -> Entry:
        rows = book.get(notice.customer or "", [])
        subject = self.about(rows, Subject(number, "", None, (), notice=notice.id))
        levels = ((("notice", notice.id), notice.facts),) if notice.facts else ()
        return Entry(subject, self.people(rows), notice, levels)

    def about(self, rows: Sequence[Entry], named: Subject) -> Subject:
        """A subject with a name of its own, with the customer whose rows these are."""
        products = {entry.subject.product for entry in rows}
        row = rows[0].subject.row if rows else None
        count = max((entry.subject.count or 1 for entry in rows), default=None)
        product = products.pop() if len(products) == 1 else ""
        return replace(named, product=product, row=row, count=count)

    def people(self, rows: Sequence[Entry]) -> tuple[Person, ...]:
        """The customer's rows; without any only what is known of everybody."""
        return tuple(person for entry in rows for person in entry.people) or (self.person(None),)

    def records(self) -> Iterator[Entry]:
        book = self.by_customer
        segments = {entry.subject.segment or "": entry for entry in self.segments()}
        for number, record in enumerate(self.inputs.records or ()):
            levels = ((("record", record.id), record.facts),) if record.facts else ()
            name = record.subject or ""
            if name not in book and name in segments:
                own = segments[name]
                subject = replace(own.subject, number=number, segment=None, record=record.id)
                yield Entry(subject, own.people, record, levels)
            elif name not in book and name in self.shelf.products:
                yield Entry(Subject(number, name, None, (), record=record.id), (self.person(name),), record, levels)
            else:
                rows = book.get(name, [])
                subject = self.about(rows, Subject(number, "", None, (), record=record.id))
                yield Entry(subject, self.people(rows), record, levels)

    def lines(self) -> Iterator[Entry]:
        for entry in self.rows:
            row = entry.people[0].row
            if row is not None:
                for line in lines_of(row):
                    yield replace(entry, item=line)
        book = self.by_customer
        for number, notice in enumerate(self.inputs.notices or ()):
            about = self._notice(number, notice, book)
            for line in listed_lines(notice):
                yield replace(about, item=line)
