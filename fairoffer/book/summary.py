"""From merged partial results to what an audit hands on: comparisons by group, money, statistics, how it was read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from fairoffer.audit.asked import Desk
from fairoffer.audit.bind import GROUPED, Bound
from fairoffer.audit.booked import Booked
from fairoffer.audit.comparison import Comparison, blank, no_data
from fairoffer.book.bodies import bodies_of
from fairoffer.book.groups import Name, band_name, comparisons_of, groups_in, put_together
from fairoffer.book.keys import BUCKETS
from fairoffer.book.moments import NAMES, is_share
from fairoffer.book.partials import SUMS
from fairoffer.book.reduce import Plan
from fairoffer.book.run import Opened, is_asked
from fairoffer.book.sentences import COMPARATOR
from fairoffer.book.slots import WHOLE
from fairoffer.book.statistics import statistics_of as statistics_in
from fairoffer.book.statistics import walks
from fairoffer.book.together import members_in, of_members, of_walks
from fairoffer.compare.market import Shelf
from fairoffer.compare.subject import Subject
from fairoffer.model.mapping import BookMap
from fairoffer.model.statistics import Statistic

PLACE = ("product", "place")


def booked(
    book: Opened,
    shelf: Shelf,
    rules: Sequence[Bound],
    merged: pl.DataFrame,
    repeats: int | None = None,
    files: tuple[dict[str, Any], ...] = (),
) -> Booked:
    """A book as an audit hands it on; ``repeats`` are rows of customers who came before, ``files`` what was read."""
    found: list[Comparison] = []
    failing: dict[int, dict[Name, Any]] = {}
    groups = groups_in(merged)
    number_of_groups = 0
    for number, slot in enumerate(book.plan.slots):
        desk = Desk(slot.bound, shelf, shelf.as_of)
        if slot.bound.check.id == "price-walk":
            members = members_in(merged, number)
            own_cells = placed(cells_of(merged, number), book, number)
            found += of_walks(desk, slot, walks(own_cells, book.plan.bands, book.mapped.k), members, book.mapped.k)
        elif slot.bound.check.id in GROUPED:
            found += of_members(desk, slot, members_in(merged, number), book.mapped.k)
        else:
            kept, where = put_together(groups.get(number, {}), book.mapped.k)
            notes = {name.product: book.plan.judge.notes(number, name.product or None) for name in kept}
            own = list(comparisons_of(slot, kept, book.plan.bands, shelf.as_of.toordinal()))
            own = [
                c if c.outcome == "out-of-scope" else replace(c, notes=(*c.notes, *notes[c.subject.product]))
                for c in own
            ]
            number_of_groups += len(kept)
            found += own
            names = dict(enumerate(sorted(kept)))
            keys = {names[c.subject.number]: c.key for c in own if c.spread is not None}
            failing[number] = {name: keys[at] for name, at in where.items() if at in keys}
    found += nothing_asked(book, rules, shelf)
    found += just_joined(book, merged)
    entries = statistics_of(book, merged, shelf) if book.mapped.statistics else ()
    facts = facts_of(book, merged, repeats, number_of_groups)
    return Booked(
        comparisons=tuple(found),
        bodies=tuple(bodies_of(book.plan, merged, failing)),
        facts=facts,
        statistics=tuple(entries),
        files=files,
        asked=asked_in(book),
        used=book.used,
    )


def asked_in(book: Opened) -> frozenset[tuple[str, str]]:
    """Policies and rules that the customers of a book answer."""
    return frozenset((slot.bound.policy.id, slot.bound.rule.id) for slot in book.plan.slots)


def nothing_asked(book: Opened, rules: Sequence[Bound], shelf: Shelf) -> Iterator[Comparison]:
    """Rules on rows for which the book has no column to measure: they say that there is no data."""
    asked = asked_in(book)
    for rule in rules:
        if rule.force == "not-effective" and (rule.on_rows or rule.check.id == "condition"):
            yield blank(rule, Subject(0, "", None, ()), "", "out-of-scope", "not-effective")
            continue
        if not is_asked(rule) or (rule.policy.id, rule.rule.id) in asked:
            continue
        # What only the catalog can answer is answered there.
        if not (rule.on_catalog and shelf.catalog.offers):
            yield no_data(rule)


def just_joined(book: Opened, merged: pl.DataFrame) -> Iterator[Comparison]:
    """Those who joined within the last month are nobody who stayed: out of the scope of every rule, and counted."""
    new = merged.filter(pl.col("part") == "new")
    rows, people = int(new["n"].sum()), int(new["customers"].sum())
    for number, slot in enumerate(book.plan.slots):
        if rows and slot.bound.check.id not in GROUPED:
            subject = Subject(number, "", None, (), count=people, band="just joined")
            yield replace(blank(slot.bound, subject, slot.term, "out-of-scope", "just-joined"), rows=rows)


def cells_of(merged: pl.DataFrame, slot: int) -> pl.DataFrame:
    """The like-for-like cells as statistics take them (-1: of all rows); a cell is told by all that is alike in it."""
    named = dict(zip(SUMS, NAMES, strict=True))
    found = merged.filter((pl.col("part") == "cells") & (pl.col("slot") == slot)).select(
        *PLACE,
        "cell",
        "band",
        pl.col("customers").alias("n"),
        *(pl.col(own).alias(name) for own, name in named.items()),
    )
    return found.with_columns(pl.concat_str("product", "place", "cell", separator="\n").alias("cell"))


def placed(cells: pl.DataFrame, book: Opened, slot: int) -> pl.DataFrame:
    """The cells by the place of one slot, which may name less than all slots together."""
    names = [name for name, _ in book.plan.places[slot]]
    if names == [name for name, _ in book.plan.every_place]:
        return cells
    places = {text: json.loads(text or "{}") for text in cells["place"].unique()}
    fewer = {text: text_of({name: own[name] for name in names if name in own}) for text, own in places.items()}
    return cells.with_columns(pl.col("place").replace_strict(fewer, return_dtype=pl.String))


def text_of(place: dict[str, str]) -> str:
    """A place as partial results have it."""
    return json.dumps(place, sort_keys=True, separators=(",", ":"), ensure_ascii=False) if place else ""


def statistics_of(book: Opened, merged: pl.DataFrame, shelf: Shelf) -> list[Any]:
    """The statistics of a book; products of fewer than k customers are in none, for their names might be somebody's."""
    plan, cells = book.plan, cells_of(merged, -1)
    large = cells.group_by("product").agg(pl.col("n").sum()).filter(pl.col("n") >= book.mapped.k)["product"].implode()
    cells = cells.filter(pl.col("product").is_in(large))
    bearing = merged.filter((pl.col("part") == "shares") & pl.col("product").is_in(large))
    own = {number: plan.slots[number] for number in sorted(bearing["slot"].unique())}
    slots = {number: (slot.bound.policy.id, slot.bound.rule.id, slot.term) for number, slot in own.items()}
    shares = shares_of(plan, bearing)
    entries = statistics_in(cells, shares, plan.bands, book.mapped.k, slots, shelf.catalog.places)
    first = next((slot.bound for slot in plan.slots if is_share(slot)), None)
    return [with_comparator(entry, first) for entry in entries]


def shares_of(plan: Plan, bearing: pl.DataFrame) -> pl.DataFrame:
    """Who bears the gaps of each slot, as statistics take it: money for a year in ten-thousandths, half up."""
    units = pl.Series([slot.unit for slot in plan.slots], dtype=pl.Int128)
    months = pl.when(pl.col("horizon") > 0).then("horizon").otherwise(12).cast(pl.Int128)
    whole = pl.lit(units).gather(pl.col("slot")) * months
    return bearing.select(
        pl.col("slot").cast(pl.Int64),
        "product",
        pl.col("band").cast(pl.Int64),
        vulnerable=pl.col("key") // BUCKETS - 1,
        bucket=pl.col("key") % BUCKETS,
        n="customers",
        worse=pl.col("s0").cast(pl.Int64),
        gross=(pl.col("s1") * (2 * 12 * WHOLE) + whole) // (2 * whole),
    )


def with_comparator(entry: Statistic, first: Bound | None) -> Statistic:
    """An entry about prices over comparators, saying whose: those of the first rule on what staying costs."""
    if first is None or entry.rule is not None or entry.measure != COMPARATOR:
        return entry
    said = f"{entry.says} The comparator is that of rule {first.policy.id}/{first.rule.id}."
    return entry.model_copy(update={"policy": first.policy.id, "rule": first.rule.id, "says": said})


def source_words(mapped: BookMap) -> str:
    """Where the customers are, in words; never how a database is signed in to."""
    return mapped.source.files or f"a query to the database of {mapped.source.url}"


def facts_of(book: Opened, merged: pl.DataFrame, repeats: int | None, groups: int) -> dict[str, Any]:
    """How the book was read, for the result."""
    read = merged.filter(pl.col("part") == "read")
    unread = merged.filter(pl.col("part") == "unread")
    return {
        "rows": int(read["n"].sum()),
        "customers": int(read["customers"].sum()),
        "source": source_words(book.mapped),
        "comparator": book.mapped.comparator,
        "bands": [band_name(band, book.plan.bands) for band in range(len(book.plan.bands))],
        "k": book.mapped.k,
        "unread": [
            {
                "path": row["product"],
                "column": row["place"],
                "what": row["cell"],
                "count": row["n"],
                "rows": row["rows"],
            }
            for row in unread.iter_rows(named=True)
        ],
        "just_joined": int(merged.filter(pl.col("part") == "new")["n"].sum()),
        "duplicates": repeats,
        "unique_by": book.mapped.unique,
        "groups": groups,
    }
