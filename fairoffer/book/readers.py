"""How each mapped column is read: by what it is mapped to, what the source holds and what the catalog declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import polars as pl

from fairoffer.book.read_number import FLOATS, NOT_WHOLE, UNITS, Read, kept, read_units, read_whole
from fairoffer.book.read_text import NO_TENURE, read_days, read_flags, read_since, read_text
from fairoffer.model.base import fault
from fairoffer.model.catalog import Attribute, Catalog
from fairoffer.model.mapped import Column, FactColumn, FlagColumn, TenureColumn, TextColumn, WholeColumn
from fairoffer.model.mapping import BookMap, Leaf
from fairoffer.model.policy import FactType, read_fact

UNDECLARED = "is a value that the catalog does not declare"
_CHOICES = {"channel_renewal": "channel"}
_NUMBERS = "a number"
_WORDS = {
    "text": "text",
    "value": "text",
    "money": "an amount",
    "number": _NUMBERS,
    "percent": "a percentage",
    "flag": "true or false",
    "day": "a day",
    "whole": "a whole number",
    "tenure": "months",
    "fact": "a fact",
}

Constant = Decimal | str | bool | int | date
Function = Callable[[pl.Series], Read]


class Reader(NamedTuple):
    """One mapped column: where it goes, where it comes from, and how it is read."""

    path: str
    header: str
    dtype: pl.DataType
    read: Function


class _How(NamedTuple):
    """The type that a column is read to, and how; ``fits`` says of which types the source's column may be."""

    dtype: pl.DataType
    read: Function
    fits: Callable[[pl.DataType], bool]
    word: str


@dataclass(frozen=True)
class Context:
    """What a column's meaning depends on, beside its own mapping."""

    mapped: BookMap
    catalog: Catalog
    as_of: date
    facts: Mapping[str, FactType]

    def reader(self, leaf: Leaf, schema: pl.Schema) -> Reader | str:
        """How a mapped column of the source is read, or what is wrong with its type."""
        header = leaf.column.header
        assert header is not None
        dtype = pl.String() if schema[header] in (pl.Categorical, pl.Enum) else schema[header]
        how = self._how(leaf, dtype)
        if not how.fits(dtype):
            return f"{header} is of type {dtype}, which cannot be read as {how.word}{hint(leaf.column, dtype)}"
        return Reader(leaf.path, header, how.dtype, how.read)

    def constant(self, leaf: Leaf) -> Constant:
        """The value that holds for every row; raises an error whose text says what is wrong with it."""
        column = leaf.column
        value: Constant = column.value
        if isinstance(column, FactColumn):
            kind = self.facts.get(leaf.path.removeprefix("facts."))
            return read_fact(kind, str(value)) if kind is not None else value
        if column.kind not in ("text", "value"):
            return value
        read = self._how(leaf, pl.String()).read(pl.Series([str(value)]))
        if read.wrong:
            raise fault(read.wrong[0][0])
        found: Constant = read.values[0]
        return found

    def _how(self, leaf: Leaf, dtype: pl.DataType) -> _How:
        column = leaf.column
        if column.kind in ("money", "number", "percent"):
            return self._units(column)
        if column.kind == "value":
            return self._declared(leaf)
        if column.kind == "fact":
            return self._fact(leaf, dtype)
        if isinstance(column, FlagColumn):
            return _flags(column)
        if isinstance(column, WholeColumn):
            return _whole(column.least, column.most, f"is not between {column.least:,} and {column.most:,}")
        if isinstance(column, TenureColumn):
            return _whole(column.least, column.most, NO_TENURE, "months") if column.since is None else self._since()
        return self._days() if column.kind == "day" else self._text(leaf)

    def _units(self, column: Column) -> _How:
        own = getattr(column, "unit", None)
        worth = Fraction(own if own is not None else self.mapped.money if column.kind == "money" else 1)
        signed = column.kind in ("number", "fact")
        word = _WORDS[column.kind] if column.kind != "fact" else _NUMBERS
        return _How(pl.Int64(), lambda raw: read_units(raw, worth, signed=signed), _is_number, word)

    def _days(self) -> _How:
        return _How(pl.Date(), lambda raw: read_days(raw, self.as_of), _is_day, "a day")

    def _since(self) -> _How:
        return _How(pl.Int32(), lambda raw: read_since(raw, self.as_of), _is_day, "a day")

    def _text(self, leaf: Leaf) -> _How:
        column = leaf.column
        if column.known:
            return _texts(column, column.known, f"is not {', '.join(column.known[:-1])} or {column.known[-1]}")
        if leaf.path == "value_tier":
            return _texts(column, self.catalog.value_tiers, UNDECLARED)
        if leaf.path == "currency":
            return _texts(column, (self.catalog.currency,), f"is another currency than {self.catalog.currency}")
        return _texts(column, (), "")

    def _declared(self, leaf: Leaf) -> _How:
        """A value that offers may ask, as the catalog declares it; free text where it does not."""
        name = leaf.path.rpartition(".")[2]
        attribute = self.catalog.attributes.get(_CHOICES.get(name, name))
        if attribute is None:
            return _texts(leaf.column, (), "")
        if attribute.type == "integer":
            return _integers(attribute)
        if attribute.type == "boolean":
            return _booleans(leaf.column)
        return _texts(leaf.column, attribute.domain, UNDECLARED)

    def _fact(self, leaf: Leaf, dtype: pl.DataType) -> _How:
        """A fact as policies declare it, else as the column holds it."""
        column = leaf.column
        assert isinstance(column, FactColumn)
        kind = self.facts.get(leaf.path.removeprefix("facts.")) or own_type(column, dtype)
        if kind == "boolean":
            return _booleans(column) if column.map is not None else _flags(column)
        if kind == "date":
            return self._days()
        if kind == "integer":
            how = self._units(column)
            return how._replace(read=_only_whole(how.read), word="a whole number")
        return self._units(column) if kind == "number" else _texts(column, (), "")


def own_type(column: FactColumn, dtype: pl.DataType) -> FactType:
    """What a fact is that no policy asks for."""
    if column.true_ is not None or (dtype == pl.Boolean and column.map is None):
        return "boolean"
    if column.map is not None:
        return "text"
    if dtype.is_numeric():
        return "number"
    return "date" if dtype.is_temporal() else "text"


def hint(column: Column, dtype: pl.DataType) -> str:
    """What to write where a type does not fit."""
    if column.kind == "flag" and dtype.is_integer():
        return '; say what stands for each, like {column: …, "true": ["1"], "false": ["0"]}'
    if dtype in FLOATS or dtype.is_decimal():
        return "; make it text or whole numbers in the source"
    return ""


def _texts(column: Column, known: tuple[str, ...], undeclared: str) -> _How:
    words = column.map if isinstance(column, (TextColumn, FactColumn)) else None
    return _How(pl.String(), lambda raw: read_text(raw, words, known, undeclared), _is_text, "text")


def _flags(column: Column) -> _How:
    yes, no = getattr(column, "true_", None), getattr(column, "false_", None)
    fits = _is_flag if yes is None else _is_text
    return _How(pl.Boolean(), lambda raw: read_flags(raw, yes, no), fits, "true or false")


def _booleans(column: Column) -> _How:
    """A declared true or false, by its map if it has one."""
    words = getattr(column, "map", None)

    def read(raw: pl.Series) -> Read:
        texts, wrong = read_text(raw, words, (), "")
        flags, more = read_flags(texts, None, None)
        return Read(flags, [*wrong, *more])

    return _How(pl.Boolean(), read, _is_text if words else _is_flag, "true or false")


def _integers(attribute: Attribute) -> _How:
    span = attribute.span
    assert span.from_ is not None
    assert span.to is not None
    least, most = max(span.from_, -(2**31)), min(span.to, 2**31 - 1)
    return _whole(least, most, UNDECLARED)


def _whole(least: int, most: int, outside: str, word: str = "a whole number") -> _How:
    return _How(pl.Int32(), lambda raw: read_whole(raw, least, most, outside), _is_number, word)


def _only_whole(read: Function) -> Function:
    def checked(raw: pl.Series) -> Read:
        values, wrong = read(raw)
        values, more = kept(values, values % UNITS == 0, NOT_WHOLE)
        return Read(values, [*wrong, *more])

    return checked


def _is_number(dtype: pl.DataType) -> bool:
    return dtype.is_numeric() or dtype in (pl.String, pl.Null)


def _is_flag(dtype: pl.DataType) -> bool:
    return dtype in (pl.Boolean, pl.String, pl.Null)


def _is_day(dtype: pl.DataType) -> bool:
    return dtype in (pl.Date, pl.String, pl.Null) or isinstance(dtype, pl.Datetime)


def _is_text(dtype: pl.DataType) -> bool:
    return dtype.is_integer() or dtype in (pl.String, pl.Boolean, pl.Date, pl.Null)
