"""A wide portion as arrays: amounts with masks of what is not stated, texts, periods and how amounts are converted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from fairoffer.book.judge_legs import Shape
from fairoffer.book.judge_span import Mask, Size, both, either, neither, some, where
from fairoffer.book.rows import exact, text_of
from fairoffer.book.slots import WHOLE, Flags, Sizes
from fairoffer.model.base import MAX_MONTHS
from fairoffer.model.catalog import is_lending

Text = str | pl.Series | None
"""One text for every row, a column of them, or nothing."""
PERS = ("month", "year", "term")
MONTH, YEAR, TERM = 0, 1, 2
Per = Size
"""Codes of periods, one for every row or one for all."""


class Amounts(NamedTuple):
    """Whole numbers, and the rows that state none: there the number is 0."""

    values: Size
    absent: Mask


class Ratio(NamedTuple):
    """What amounts are multiplied by and divided by; ``bad`` marks rows of which nobody says how long the term is."""

    num: Size
    den: Size
    bad: Mask


SAME = Ratio(1, 1, False)
NOT_MAPPED = Amounts(0, True)
EPOCH = date(1970, 1, 1)


@dataclass
class Sheet:
    """One portion. What several rules read is read once."""

    shape: Shape
    frame: pl.DataFrame
    types: Mapping[str, str]
    """Kinds of the catalog's products."""
    unread: set[str] = field(default_factory=set)
    """Constants that are finer than the units of a sheet: rows that need them are odd."""
    _amounts: dict[str, Amounts] = field(default_factory=dict)
    _largest: dict[str, int] = field(default_factory=dict)
    _kept: dict[object, Any] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return self.frame.height

    @property
    def constants(self) -> Mapping[str, Any]:
        return self.shape.reading.constants

    def keep(self, key: object, made: Any) -> Any:
        """What was made, kept for the next rule that asks for it."""
        self._kept[key] = made
        return made

    def kept(self, key: object) -> Any:
        return self._kept.get(key)

    def amounts(self, path: str) -> Amounts:
        """Money, numbers and rates in ten-thousandths; counts, months and days (since 1970) as they are."""
        if path not in self._amounts:
            self._amounts[path] = self._read(path)
        return self._amounts[path]

    def _read(self, path: str) -> Amounts:
        if path in self.constants:
            return Amounts(self._constant(path), False)
        if path not in self.frame.columns:
            return NOT_MAPPED
        column = self.frame[path]
        if column.dtype == pl.Date:
            column = column.to_physical()
        if column.null_count() == 0:
            return Amounts(wide(column), False)
        if column.null_count() == self.rows:
            return NOT_MAPPED
        return Amounts(wide(column.fill_null(0)), column.is_null().to_numpy())

    def _constant(self, path: str) -> int:
        value = self.constants[path]
        if isinstance(value, Decimal):
            units = Fraction(value) * WHOLE
            if units.denominator != 1:
                self.unread.add(path)
            return int(units)
        return int(value) if isinstance(value, int) else int((value - EPOCH).days)

    def largest(self, path: str) -> int:
        """The largest size at a path."""
        if path not in self._largest:
            values = self.amounts(path).values
            if not isinstance(values, int):
                values = max(int(values.max(initial=0)), -int(values.min(initial=0)))
            self._largest[path] = abs(values)
        return self._largest[path]

    def text(self, path: str) -> Text:
        """A text; what is no text is written as the exact engine writes it."""
        if path in self.constants:
            return text_of(self.constants[path])
        if path not in self.frame.columns:
            return None
        column = self.frame[path]
        if column.dtype == pl.Int64:
            return written(column)
        return column if column.dtype == pl.String else column.cast(pl.String)

    def stated(self, path: str) -> Mask:
        """The rows that say something at a path."""
        if path in self.constants:
            return True
        if path not in self.frame.columns:
            return False
        column = self.frame[path]
        return given(column)

    # -- periods -----------------------------------------------------------------------------------------------------

    @cached_property
    def per(self) -> Per:
        """What each row's price is for; a price without a period is for the term."""
        return self.per_of("per", TERM)

    def per_of(self, path: str, silent: Per) -> Per:
        """Periods at a path; ``silent`` where it says none."""
        stated = self.text(path)
        if stated is None:
            return silent
        if isinstance(stated, str):
            return PERS.index(stated)
        codes: Any = np.full(self.rows, TERM, dtype=np.uint8)
        for code in (MONTH, YEAR):
            codes[said(stated == PERS[code])] = code
        absent = neither(given(stated))
        return one_if_same(codes if absent is False else np.where(absent, silent, codes))

    @cached_property
    def months(self) -> Size:
        """The length of each row's term; 0: not known."""
        path = "contract.months"
        if path in self.frame.columns:
            return one_if_same(self.frame[path].fill_null(0).to_numpy())
        return self.amounts(path).values

    def length(self, per: Per) -> Size:
        """The months of a period; 0: not known."""
        if isinstance(per, int):
            return (1, 12, self.months)[per]
        term = np.asarray(self.months, dtype=np.int16)
        return np.where(per == TERM, term, np.where(per == YEAR, np.int16(12), np.int16(1)))

    def ratio(self, to: Per, of: Per) -> Ratio:
        """How amounts of one period are brought to another."""
        if to is of or (isinstance(to, int) and isinstance(of, int) and to == of):
            return SAME
        key = ("ratio", *(per if isinstance(per, int) else f"{id(per)}" for per in (to, of)))
        found: tuple[Ratio, Per, Per] | None = self.kept(key)
        if found is None:
            # The arrays are kept beside the ratio, so that no other can come by their names.
            found = self.keep(key, (self.looked_up(to, of), to, of))
        return found[0]

    def looked_up(self, to: Per, of: Per) -> Ratio:
        if all(isinstance(one, int) for one in (to, of, self.months)):
            num, den, bad = (int(table[to, of, self.months]) for table in RATIOS)
            return Ratio(num, den, bool(bad))
        num, den, bad = (table[to, of, self.months] for table in RATIOS)
        return Ratio(one_if_same(num), one_if_same(den), bad if bad.any() else False)

    @cached_property
    def once(self) -> Ratio:
        """How much of what is due once falls to the row's period; a yearly price without a term is for a year."""
        found = self.ratio(self.per, TERM)
        years = both(self.per == YEAR, self.months == 0)
        if years is False or not some(years):
            return found
        bad = both(found.bad, neither(years))
        return Ratio(where(years, 1, found.num), where(years, 1, found.den), bad if some(bad) else False)

    @cached_property
    def horizon(self) -> Size:
        """Months that the row's price is for; 0: not known."""
        return self.length(self.per)

    # -- products ----------------------------------------------------------------------------------------------------

    def by_type(self, holds: Any) -> Mask:
        """The rows whose kind of product is known and is one for which ``holds``."""
        own, product = self.text("product_type"), self.text("product")
        if isinstance(own, str):
            return bool(holds(own))
        of_product = self._one_of(product, [name for name, kind in self.types.items() if holds(kind)])
        if own is None:
            return of_product
        found = self._one_of(own, [kind for kind in own.unique().to_list() if kind is not None and holds(kind)])
        return either(found, both(own.is_null().to_numpy(), of_product))

    def _one_of(self, stated: Text, values: list[str]) -> Mask:
        if stated is None or not values:
            return False
        if isinstance(stated, str):
            return stated in values
        return said(stated.is_in(values))

    @cached_property
    def lends(self) -> Mask:
        """The rows for whom a lower rate is better."""
        return self.by_type(is_lending)

    @cached_property
    def typed(self) -> Mask:
        """The rows whose kind of product is known."""
        return self.by_type(lambda kind: True)


def written(column: pl.Series) -> pl.Series:
    """Numbers as files write them."""
    values = column.unique().drop_nulls()
    texts = pl.Series([text_of(exact(value)) for value in values.to_list()], dtype=pl.String)
    return column.replace_strict(values, texts, default=None, return_dtype=pl.String)


def wide(column: pl.Series) -> Size:
    """Whole numbers of 64 bits."""
    return column.cast(pl.Int64).to_numpy() if column.dtype != pl.Int64 else column.to_numpy()


def said(flags: pl.Series) -> Flags:
    """Where a column of truths holds."""
    found: Flags = (flags.fill_null(False) if flags.null_count() else flags).to_numpy()
    return found


def given(column: pl.Series) -> Mask:
    """The rows of a column that hold a value."""
    if column.null_count() == 0:
        return True
    if column.null_count() == len(column):
        return False
    found: Flags = column.is_not_null().to_numpy()
    return found


def one_if_same(values: Size) -> Size:
    """One number where all rows have the same."""
    if isinstance(values, int) or not len(values):
        return values if isinstance(values, int) else 0
    first = int(values[0])
    return first if bool((values == first).all()) else values


def lengths() -> Sizes:
    """Months of every period, for every length of a term."""
    terms = np.arange(MAX_MONTHS + 1)
    return np.stack([np.full_like(terms, 1), np.full_like(terms, 12), terms])


def ratios() -> tuple[Sizes, Sizes, Flags]:
    """What amounts are multiplied and divided by to come from one period to another, for every length of a term, in
    lowest terms; and where nobody knows."""
    to, of = np.broadcast_arrays(LENGTHS[:, None, :], LENGTHS[None, :, :])
    same = np.eye(len(PERS), dtype=bool)[:, :, None]
    bad = ((to == 0) | (of == 0)) & ~same
    num, den = np.where(same | bad, 1, to), np.where(same | bad, 1, of)
    common = np.gcd(num, den)
    return num // common, den // common, bad


LENGTHS = lengths()
RATIOS = ratios()
