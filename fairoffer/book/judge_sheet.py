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
from fairoffer.book.slots import WHOLE, Flags
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
    """Constants that are finer than the units of a sheet."""
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
                return 0
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
            value = self.constants[path]
            return str(value).lower() if isinstance(value, bool) else str(value)
        if path not in self.frame.columns:
            return None
        column = self.frame[path]
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
        codes = stated.cast(pl.Enum(PERS)).to_physical().cast(pl.Int64)
        if codes.null_count() == 0:
            return one_if_same(codes.to_numpy())
        return one_if_same(np.where(codes.is_null().to_numpy(), silent, codes.fill_null(0).to_numpy()))

    @cached_property
    def months(self) -> Size:
        """The length of each row's term; 0: not known."""
        return one_if_same(self.amounts("contract.months").values)

    def length(self, per: Per) -> Size:
        """The months of a period; 0: not known."""
        if isinstance(per, int):
            return (1, 12, self.months)[per]
        return np.where(per == MONTH, 1, np.where(per == YEAR, 12, self.months))

    def ratio(self, to: Per, of: Per) -> Ratio:
        """How amounts of one period are brought to another."""
        if isinstance(to, int) and isinstance(of, int) and to == of:
            return SAME
        same = to == of
        num, den = where(same, 1, self.length(to)), where(same, 1, self.length(of))
        bad: Mask = (num == 0) | (den == 0)
        if isinstance(bad, (bool, np.bool_)):
            return Ratio(1, 1, True) if bad else reduced(num, den, False)
        return reduced(np.where(bad, 1, num), np.where(bad, 1, den), bad if bad.any() else False)

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
        return stated.is_in(values).fill_null(False).to_numpy()

    @cached_property
    def lends(self) -> Mask:
        """The rows for whom a lower rate is better."""
        return self.by_type(is_lending)

    @cached_property
    def typed(self) -> Mask:
        """The rows whose kind of product is known."""
        return self.by_type(lambda kind: True)


def wide(column: pl.Series) -> Size:
    """Whole numbers of 64 bits."""
    return column.cast(pl.Int64).to_numpy() if column.dtype != pl.Int64 else column.to_numpy()


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


def reduced(num: Size, den: Size, bad: Mask) -> Ratio:
    """A ratio in its lowest terms."""
    common = np.gcd(num, den)
    num, den = num // common, den // common
    if isinstance(num, (int, np.integer)) and isinstance(den, (int, np.integer)):
        return Ratio(int(num), int(den), bad)
    return Ratio(one_if_same(num), one_if_same(den), bad)
