"""Portions of the source's table as the rows that are judged: one column a mapped path, in exact whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import polars as pl

from fairoffer.model.book import BookRow
from fairoffer.model.catalog import Catalog
from fairoffer.model.mapping import BookMap

FAULT = "#fault"
"""A column that is there only if some row of a portion holds a value that cannot be read: whether this one does."""
MONEY_PLACES = 4
"""Money, numbers and rates are whole ten-thousandths."""


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
    constants: dict[str, Any]

    def wide(self, raw: pl.DataFrame, first: int) -> Portion:
        """A portion of the source as one of the book; ``first`` is the number of its first row."""
        raise NotImplementedError


def reading(mapped: BookMap, schema: pl.Schema, catalog: Catalog, as_of: date) -> Reading:
    """How a source of this schema is read.

    Raises:
        InputError: a column is not there, or is of a type that cannot be read as what it is mapped to.
    """
    raise NotImplementedError


def rows_of(reading: Reading, frame: pl.DataFrame, indexes: Sequence[int]) -> list[BookRow]:
    """These rows of a wide frame as the exact engine's model."""
    raise NotImplementedError


def row_of(reading: Reading, frame: pl.DataFrame, index: int) -> BookRow:
    """One row of a wide frame as the exact engine's model."""
    return rows_of(reading, frame, [index])[0]
