"""A book audited: opened, read in portions, reduced in threads, and turned into comparisons and statistics."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import polars as pl

from fairoffer.audit.bind import Bound, bind
from fairoffer.book.codes import Coding, Months
from fairoffer.book.judge import judge_of
from fairoffer.book.offers import is_answered, offers_of
from fairoffer.book.reduce import Plan, Reducer
from fairoffer.book.repeats import Repeats
from fairoffer.book.row_file import RowFile
from fairoffer.book.slots import Slot
from fairoffer.book.sources import Source, open_source
from fairoffer.book.wide import Reading, reading
from fairoffer.compare.market import Shelf
from fairoffer.model.inputs import Inputs
from fairoffer.model.mapping import BookMap
from fairoffer.model.policy import FactType

PORTION = 1 << 17
OWN = ("product", "risk", "rating")
"""Names that a policy may want equal and that are no place."""
FIELDS = ("channel", "payment_method", "brand")
Progress = Callable[[int, int | None], None]
"""Called with the rows that are done, and how many there are, if that is known."""


@dataclass(frozen=True)
class Opened:
    """A book made ready: the same for every portion, and for every shard of a cluster."""

    mapped: BookMap
    source: Source
    reading: Reading
    plan: Plan
    as_of: date
    used: frozenset[str] = frozenset()
    """Ids of the catalog's offers that some row could be compared with."""

    def partials(self, frame: pl.DataFrame, first: int = 1) -> pl.DataFrame:
        """What some rows of the source's table come to, of ``partials.SCHEMA``; ``first`` is the number of the first.

        Those of several shards, put together by ``partials.merge``, are those of the whole table.
        """
        reducer = Reducer(self.plan, Coding(self.reading.constants), Months())
        for start in range(0, frame.height, PORTION):
            reducer.add(self.reading.wide(frame.slice(start, PORTION), first + start))
        return reducer.partials()


def open_book(inputs: Inputs, shelf: Shelf, rules: Sequence[Bound] | None = None) -> Opened:
    """The book that the inputs map.

    Raises:
        UsageError: the files of the source are not there.
        InputError: the source cannot be read as ``book.yaml`` says.
        PolicyError: a condition of a rule cannot be used.
    """
    mapped = inputs.mapped
    assert mapped is not None
    source = open_source(mapped, Path(inputs.directory))
    facts: dict[str, FactType] = {}
    for policy in inputs.policies:
        facts |= policy.facts
    read = reading(mapped, source.schema, inputs.catalog, shelf.as_of, facts)
    rules = [rule for rule in rules or bind(inputs, shelf.as_of) if is_asked(rule)]
    offers = None
    if mapped.comparator == "catalog":
        offers = offers_of(shelf, [rule for rule in rules if is_answered(rule)], read.schema.names(), read.constants)
    judge = judge_of(inputs, shelf, rules, read, shelf.as_of, offers)
    known = {*read.schema, *read.constants}
    places = tuple(place_of(slot, known) for slot in judge.slots)
    named = {name for place in places for name, _ in place}
    likes = tuple((path.partition(".")[2], path) for path in sorted(known) if path.startswith("like."))
    rest = tuple((name, name) for name in ("risk", "rating") if name in known)
    supplier = (("supplier", "supplier"),) if "supplier" in known else ()
    plan = Plan(
        judge=judge,
        bands=tuple(mapped.bands),
        places=places,
        cell=(*(pair for pair in likes if pair[0] not in named), *rest),
        account=(*likes, *supplier),
        statistics=mapped.statistics,
        waived=bool(inputs.waivers),
    )
    return Opened(mapped, source, read, plan, shelf.as_of, frozenset() if offers is None else offers.used)


def is_asked(rule: Bound) -> bool:
    """Whether a rule is in force and about customers: rows of a book say nothing of notices, records and offers."""
    of_customers = rule.check.id == "condition" and (rule.rule.table or "customers") == "customers"
    return rule.force != "not-effective" and (rule.on_rows or of_customers)


def place_of(slot: Slot, known: set[str]) -> tuple[tuple[str, str], ...]:
    """The choices that a slot's policy names and the book maps, with the columns that hold them."""
    bound = slot.bound
    found = []
    for name in bound.policy.compare_for(bound.rule).like_for_like:
        if name in OWN:
            continue
        paths = [name] if name in FIELDS else [f"like.{name}", f"facts.{name}", f"attributes.{name}"]
        path = next((path for path in paths if path in known), None)
        if path is not None:
            found.append((name, path))
    return tuple(sorted(found))


@dataclass(frozen=True)
class Passed:
    """What one pass over a book gave."""

    merged: pl.DataFrame
    repeats: int | None


def run(
    book: Opened, *, progress: Progress | None = None, row_file: RowFile | None = None, workers: int | None = None
) -> Passed:
    """Reduce the whole book in one pass, portion by portion, in as many threads as there are processors.

    Raises:
        InputError: the source turns out not to be readable; or it falls into more groups than fit.
    """
    # One more than there are processors: while one waits for a portion, the others go on.
    read = book.reading if row_file is not None or names_matter(book) else book.reading.without("customer")
    count = workers or (os.cpu_count() or 1) + 1
    coding, months = Coding(book.reading.constants), Months()
    free: SimpleQueue[Reducer] = SimpleQueue()
    reducers = [Reducer(book.plan, coding, months) for _ in range(count)]
    for reducer in reducers:
        free.put(reducer)
    with ExitStack() as stack:
        repeats = stack.enter_context(Repeats()) if book.mapped.unique else None

        def work(raw: pl.DataFrame, first: int) -> int:
            reducer = free.get()
            try:
                portion = read.wide(raw, first)
                seen = reducer.add(portion)
                if repeats is not None and book.mapped.unique in portion.frame.columns:
                    repeats.add(portion.frame[book.mapped.unique])
                if row_file is not None:
                    row_file.add(seen)
                return raw.height
            finally:
                free.put(reducer)

        pool = stack.enter_context(ThreadPoolExecutor(count))
        done = 0
        for height in in_order(pool, work, numbered(book.source.portions(read.columns, PORTION)), count + 1):
            done += height
            if progress is not None:
                progress(done, book.source.rows)
        first, *others = reducers
        for reducer in others:
            first.absorb(reducer)
        return Passed(first.partials(), None if repeats is None else repeats.count())


def names_matter(book: Opened) -> bool:
    """Whether anything is made of the names of customers, which are most of what there is to read of a book."""
    shares = any(slot.bound.check.id == "concentration" for slot in book.plan.slots)
    return shares or book.plan.statistics or book.mapped.unique == "customer"


def numbered(portions: Iterator[pl.DataFrame]) -> Iterator[tuple[pl.DataFrame, int]]:
    """Portions with the number of their first row, from 1."""
    first = 1
    for portion in portions:
        yield portion, first
        first += portion.height


def in_order(
    pool: ThreadPoolExecutor, work: Callable[..., Any], given: Iterator[tuple[Any, ...]], waiting: int
) -> Iterator[Any]:
    """The results of work in the order in which it was given, with at most so much of it waiting."""
    pending: list[Future[Any]] = []
    for arguments in given:
        pending.append(pool.submit(work, *arguments))
        if len(pending) > waiting:
            yield pending.pop(0).result()
    for one in pending:
        yield one.result()
