"""The tables that conditions read, as frames: made for one policy, with only the columns that are named.

Values that are not stated are null, and a condition on them is neither true nor false. What is stated nearest to the
customer wins: the row's own value, then a fact of the column's name on row or segment, offer, product and catalog.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from fairoffer.audit import filling
from fairoffer.audit.bind import Bound, problem
from fairoffer.audit.person import Level, Person, agreed, fixed, prefixed
from fairoffer.audit.table_entries import Entry, Source
from fairoffer.compare.groups import Group
from fairoffer.compare.market import Shelf
from fairoffer.compare.subject import Subject
from fairoffer.errors import InputError, PolicyError, Problem
from fairoffer.model.book import Notice
from fairoffer.model.columns import columns_of, names_in, prefix_of, type_of
from fairoffer.model.condition import Condition, ConditionError, compile_condition
from fairoffer.model.inputs import Inputs
from fairoffer.model.policy import FactType, Policy, read_fact

Key = tuple[str, str | None]
"""Product and segment."""
Reader = Callable[[Entry], Any]
ROW_NUMBER = "#"
"""A column that no condition can name, so that a frame has its rows even where nothing is read."""
OWN: dict[str, Mapping[str, Callable[[Any, date], Any]]] = {
    "customers": {},
    "notices": filling.NOTICE,
    "records": filling.RECORD,
    "lines": filling.LINE,
    "offers": filling.OFFER,
}
FACTS: dict[str, FactType] = {
    "Boolean": "boolean",
    "String": "text",
    "Int64": "integer",
    "Decimal": "number",
    "Date": "date",
}


@dataclass(frozen=True)
class Table:
    """Rows of a table and whom each is about. ``values`` are the columns as they were stated, beside the frame."""

    name: str
    entries: tuple[Entry, ...]
    frame: pl.DataFrame
    values: Mapping[str, list[Any]]

    @property
    def subjects(self) -> list[Subject]:
        """Whom each row is about, in the order of the rows."""
        return [entry.subject for entry in self.entries]


def table_rows(inputs: Inputs, shelf: Shelf, policy: Policy, table: str, as_of: date, names: Iterable[str]) -> Table:
    """All rows of a table with the columns that conditions name; names that are no columns are passed over.

    Raises:
        InputError: a fact that is not of the type of the column it answers.
    """
    return filled(inputs, policy, table, as_of, names, Source(inputs, shelf, as_of).entries(table))


def book_rows(inputs: Inputs, shelf: Shelf, policy: Policy, as_of: date, names: Iterable[str]) -> Table:
    """The rows of the book as customers, one for each and in its order. Raises as ``table_rows``."""
    return filled(inputs, policy, "customers", as_of, names, Source(inputs, shelf, as_of).rows)


def key_rows(
    inputs: Inputs,
    shelf: Shelf,
    policy: Policy,
    as_of: date,
    names: Iterable[str],
    keys: Sequence[Key],
    groups: Mapping[str, Group],
) -> Table:
    """A row of customers for every product and segment in ``keys``, in their order; ``groups`` by segment.

    A segment that is in no group, and no segment, is the product as a whole. Raises as ``table_rows``.
    """
    source = Source(inputs, shelf, as_of)
    entries = [
        Entry(Subject(number, product, segment, ()), (source.key(product, segment, groups.get(segment or "")),))
        for number, (product, segment) in enumerate(keys)
    ]
    return filled(inputs, policy, "customers", as_of, names, entries)


def filled(
    inputs: Inputs, policy: Policy, table: str, as_of: date, names: Iterable[str], entries: Iterable[Entry]
) -> Table:
    """Entries of a table with the named columns. Raises as ``table_rows``."""
    entries = tuple(entries)
    schema = columns_of(table, policy.facts, wanted := tuple(dict.fromkeys(names)))
    problems: set[Problem] = set()
    values: dict[str, list[Any]] = {}
    for name in wanted:
        if name in schema:
            read = reader(inputs, policy, table, name, as_of, problems)
            values[name] = [read(entry) for entry in entries]
    if problems:
        raise InputError(problems)
    numbers = pl.Series(ROW_NUMBER, range(len(entries)), dtype=pl.Int64)
    columns = [pl.Series(name, found, dtype=schema[name]) for name, found in values.items()]
    return Table(table, entries, pl.DataFrame([numbers, *columns]), values)


def reader(inputs: Inputs, policy: Policy, table: str, name: str, as_of: date, problems: set[Problem]) -> Reader:
    """How a column is read from an entry: its own value, else its own facts, else those of the people it is about."""
    kind = FACTS[type_of(table, policy.facts, name) or "String"]
    own = OWN[table].get(name)
    opened = None if name in policy.facts else prefix_of(table, name)

    def fact(levels: tuple[Level, ...]) -> Any:
        for where, facts in levels:
            if name in facts:
                try:
                    return read_fact(kind, facts[name])
                except ValueError as error:
                    problems.add(misfit(inputs, where, name, policy, str(error)))
                    return None
        return None

    value_of = fixed(name) if opened is None else prefixed(*opened)

    def of_person(person: Person) -> Any:
        value = value_of(person)
        return fact(person.levels) if value is None else value

    def read(entry: Entry) -> Any:
        value = None if own is None else own(entry.item, as_of)
        if value is None and opened is not None and isinstance(entry.item, Notice):
            value = filling.noticed(entry.item, *opened)
        if value is None and entry.levels:
            value = fact(entry.levels)
        if value is not None or not entry.people:
            return value
        return of_person(entry.people[0]) if len(entry.people) == 1 else agreed(entry.people, of_person)

    return read


def misfit(inputs: Inputs, where: tuple[str, str], name: str, policy: Policy, message: str) -> Problem:
    """A fact that is not of the type of the column that it answers."""
    path, _, rest = inputs.at.get(where, " ".join(where)).partition(":")
    line, _, column = rest.partition(":")
    return Problem(
        path, int(line or 0), int(column or 1), f"facts.{name}", f"{message} (policy {policy.id} asks for it)"
    )


def scopes_of(inputs: Inputs, bound: Bound, table: str) -> list[Condition]:
    """What must hold for a rule to apply, over the columns of a table; ``PolicyError`` where that cannot be used."""
    return [compiled(inputs, bound, table, "scope", text) for text in bound.policy.scopes_for(bound.rule)]


def compiled(inputs: Inputs, bound: Bound, table: str, what: str, text: str) -> Condition:
    """A condition of a rule over the columns of a table; ``PolicyError`` where it cannot be used."""
    try:
        return compile_condition(text, columns_of(table, bound.policy.facts, names_in(text)))
    except ConditionError as error:
        raise PolicyError([problem(inputs, bound.policy, bound.rule, f"{what}: {error}")]) from None


def columns_in(conditions: Iterable[Condition]) -> tuple[str, ...]:
    """Every column that some of the conditions read."""
    return tuple(dict.fromkeys(name for condition in conditions for name in condition.columns))


def truths(conditions: Sequence[Condition], table: Table) -> list[bool | None]:
    """For every row whether all conditions hold; ``None`` where what is not known decides. None at all always hold."""
    if not conditions:
        return [True] * table.frame.height
    return holding(pl.all_horizontal(c.expression for c in conditions), table.frame)


def holding(expression: pl.Expr, frame: pl.DataFrame) -> list[bool | None]:
    """The truth of every row. Numbers whose product has more digits than the engine keeps stop it: the rows around them
    are asked apart, and of theirs alone nothing is known."""
    try:
        found: list[bool | None] = frame.with_columns(expression.alias(ROW_NUMBER))[ROW_NUMBER].to_list()
        return found
    except pl.exceptions.ComputeError:
        if frame.height == 1:
            return [None]
    half = frame.height // 2
    return holding(expression, frame[:half]) + holding(expression, frame[half:])
