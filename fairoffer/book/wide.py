"""Portions of the source's table as the rows that are judged: one column a mapped path, in exact whole numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

import polars as pl
from pydantic_core import PydanticCustomError

from fairoffer.book.read_number import Read, Wrong
from fairoffer.book.readers import Constant, Context, Reader
from fairoffer.book.rows import row_of, rows_of
from fairoffer.errors import InputError, Problem
from fairoffer.model.catalog import Catalog
from fairoffer.model.mapping import BookMap
from fairoffer.model.policy import FactType
from fairoffer.model.validate import unknown

__all__ = ["FAULT", "Fault", "Portion", "Reading", "reading", "row_of", "rows_of"]

FAULT = "#fault"
"""A column that is there only if some row of a portion holds a value that cannot be read: whether this one does."""
SHOWN_ROWS = 5
ENDS_EARLY = "is before the day the contract was made"


@dataclass(frozen=True)
class Fault:
    """Values of one column that cannot be read: how many, and the numbers (from 1) of up to five of their rows."""

    path: str
    column: str
    what: str
    count: int
    rows: tuple[int, ...]


class Portion(NamedTuple):
    """Some rows of the source, the ``first`` of them its ``first``th (from 1)."""

    first: int
    frame: pl.DataFrame
    faults: list[Fault]


@dataclass(frozen=True)
class Reading:
    """How portions of the source become portions of the book.

    ``columns`` are those of the source that are needed, ``schema`` is that of the wide frame (without ``#fault``),
    ``constants`` are the values that hold for every row, by their path.
    """

    mapped: BookMap
    columns: tuple[str, ...]
    schema: pl.Schema
    constants: dict[str, Constant]
    readers: tuple[Reader, ...]

    def wide(self, raw: pl.DataFrame, first: int) -> Portion:
        """A portion of the source as one of the book; ``first`` is the number of its first row."""
        cells = {name: clean(raw[name]) for name in self.columns}
        values: dict[str, pl.Series] = {}
        wrong: list[tuple[Reader, Wrong]] = []
        for reader in self.readers:
            read = reader.read(cells[reader.header])
            values[reader.path] = read.values
            wrong += [(reader, one) for one in read.wrong]
        wrong += self._early_ends(values)
        frame = pl.DataFrame([series.alias(path) for path, series in values.items()])
        faults = [fault_of(reader, one, first) for reader, one in wrong]
        if wrong:
            masks = [mask.alias(str(index)) for index, (_, (_, mask)) in enumerate(wrong)]
            frame = frame.with_columns(pl.DataFrame(masks).select(pl.any_horizontal(pl.all()).alias(FAULT)).to_series())
        return Portion(first, frame, faults)

    def without(self, path: str) -> Reading:
        """The same but for one mapped value; its column is not read, unless it is mapped to something else as well."""
        readers = tuple(reader for reader in self.readers if reader.path != path)
        columns = tuple(dict.fromkeys(reader.header for reader in readers))
        schema = pl.Schema({reader.path: reader.dtype for reader in readers})
        return replace(self, columns=columns, schema=schema, readers=readers)

    def _early_ends(self, values: dict[str, pl.Series]) -> list[tuple[Reader, Wrong]]:
        """A contract that ends before it was made is a fault of its end."""
        made: Any = values.get("contract.made", self.constants.get("contract.made"))
        ends = values.get("contract.ends")
        if made is None or ends is None:
            return []
        read = _kept_after(ends, made)
        values["contract.ends"] = read.values
        reader = next(one for one in self.readers if one.path == "contract.ends")
        return [(reader, one) for one in read.wrong]


def _kept_after(ends: pl.Series, made: pl.Series | date) -> Read:
    early = (ends < made).fill_null(value=False)
    return Read(ends.set(early, None), [(ENDS_EARLY, early)]) if early.any() else Read(ends, [])


def clean(raw: pl.Series) -> pl.Series:
    """A column of the source, where text is text and an empty text is none."""
    if raw.dtype in (pl.Categorical, pl.Enum):
        raw = raw.cast(pl.String)
    if raw.dtype == pl.String and raw.str.len_bytes().min() == 0:
        raw = raw.set((raw.str.len_bytes() == 0).fill_null(value=False), None)
    return raw


def fault_of(reader: Reader, wrong: Wrong, first: int) -> Fault:
    """What is said of values that cannot be read: never what they are."""
    what, mask = wrong
    rows = mask.arg_true()
    shown = tuple(first + index for index in rows.head(SHOWN_ROWS).to_list())
    return Fault(reader.path, reader.header, what, len(rows), shown)


def reading(
    mapped: BookMap, schema: pl.Schema, catalog: Catalog, as_of: date, facts: Mapping[str, FactType] | None = None
) -> Reading:
    """How a source of this schema is read; ``facts`` are the types in which policies want facts.

    Raises:
        InputError: a column is not there, or is of a type that cannot be read as what it is mapped to.
    """
    context = Context(mapped, catalog, as_of, facts or {})
    problems: list[Problem] = []
    readers: list[Reader] = []
    constants: dict[str, Constant] = {}
    for leaf in mapped.leaves():
        header = leaf.column.header
        if header is None:
            try:
                constants[leaf.path] = context.constant(leaf)
            except PydanticCustomError as error:
                problems.append(mapped.column_problem(leaf, error.message()))
        elif header not in schema:
            problems.append(mapped.column_problem(leaf, unknown("column", header, schema.names())))
        else:
            found = context.reader(leaf, schema)
            if isinstance(found, str):
                problems.append(mapped.column_problem(leaf, found))
            else:
                readers.append(found)
    if problems:
        raise InputError(problems)
    columns = tuple(dict.fromkeys(reader.header for reader in readers))
    wide = pl.Schema({reader.path: reader.dtype for reader in readers})
    return Reading(mapped, columns, wide, constants, tuple(readers))
