"""Rows as numbers: customers whom no offer of the catalog tells apart have the same code.

A code is a number of mixed radix, one digit for every axis: the product, the tenure, and each attribute that some offer
tests. Values of an attribute that no offer tells apart are one digit; the last digit of an axis is a value that is not
known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fairoffer.compare.market import Shelf
from fairoffer.errors import InputError, Problem
from fairoffer.model.base import MAX_MONTHS, Range
from fairoffer.model.catalog import Attribute

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
MOST_CODES = 1 << 62
PERFECT = 256
"""Words of at most so many values are found by a table without collisions."""
PRODUCT, TENURE = 0, 1
"""Places of the axes that are always there."""


@dataclass(frozen=True)
class Words:
    """Text to digits. What is declared is told apart for sure: the hashes of all values differ."""

    digits: Mapping[str, int]
    unknown: int
    silent: int
    """The digit of a value that is not there."""

    @cached_property
    def _table(self) -> tuple[int, int, NDArray[np.uint64], Whole] | None:
        """Seed, shift, and by the upper bits of a hash the whole hash and the digit that it stands for."""
        words = pl.Series(list(self.digits), dtype=pl.String)
        numbers = np.fromiter(self.digits.values(), np.int64, len(self.digits))
        size = max(4, 2 * (len(words) - 1).bit_length() + 2)
        for seed in range(64):
            hashes = words.hash(seed).to_numpy()
            places = (hashes >> np.uint64(64 - size)).astype(np.int64)
            if len(np.unique(places)) == len(places):
                whole = np.zeros(1 << size, np.uint64)
                # Not the hash of anything that belongs there.
                whole[0] = np.uint64(1) << np.uint64(63)
                found = np.full(1 << size, self.unknown, np.int64)
                whole[places], found[places] = hashes, numbers
                return seed, 64 - size, whole, found
        return None

    def read(self, column: pl.Series) -> Whole:
        """The digit of every value."""
        if column.dtype != pl.String:
            column = column.cast(pl.String)
        if not len(self.digits):
            found = np.full(len(column), self.unknown, np.int64)
        elif len(self.digits) <= PERFECT and self._table is not None:
            seed, shift, whole, digits = self._table
            hashes = column.hash(seed).to_numpy()
            places = (hashes >> np.uint64(shift)).view(np.int64)
            found = digits.take(places)
            others = whole.take(places) != hashes
            if others.any():
                found[others] = self.unknown
        else:
            kind = pl.Enum(list(self.digits))
            numbers = np.array([*self.digits.values(), self.unknown], np.int64)
            place = column.cast(kind, strict=False).to_physical().cast(pl.Int64).fill_null(len(self.digits))
            found = numbers.take(place.to_numpy())
        if column.null_count():
            found[column.is_null().to_numpy()] = self.silent
        return found


@dataclass(frozen=True)
class Numbers:
    """Whole numbers to digits; a number outside of ``low``.. is not known."""

    low: int
    digits: Whole
    unknown: int
    silent: int

    @cached_property
    def _padded(self) -> Whole:
        return np.concatenate([[self.unknown], self.digits, [self.unknown]]).astype(np.int64)

    def read(self, column: pl.Series) -> Whole:
        """The digit of every value."""
        empty = column.null_count()
        numbers = column.cast(pl.Int64, strict=False)
        found = numbers.fill_null(self.low - 1).to_numpy() if numbers.null_count() else numbers.to_numpy()
        found = self._padded.take(found - (self.low - 1), mode="clip")
        if empty:
            found[column.is_null().to_numpy()] = self.silent
        return found


@dataclass(frozen=True)
class Axis:
    """One thing that tells customers apart: ``allowed`` says which offers (columns) admit which classes (rows).

    ``path`` is the column it is read from; ``None``: every row has the digit ``fixed``.
    """

    name: str
    reader: Words | Numbers
    allowed: Flags
    path: str | None
    fixed: int
    radix: int

    @property
    def unknown(self) -> int:
        """The digit of what is not known."""
        return len(self.allowed)


@dataclass(frozen=True)
class Coding:
    """How rows are told apart. ``products`` are in the order of their digits; then come one that the catalog does not
    list, and one that is not said."""

    products: tuple[str, ...]
    axes: tuple[Axis, ...]
    moved: bool = False
    """Whether rows say who chose another channel."""

    @cached_property
    def strides(self) -> tuple[int, ...]:
        return tuple(prod(a.radix for a in self.axes[at + 1 :]) for at in range(len(self.axes)))

    @property
    def size(self) -> int:
        """How many codes there can be."""
        return prod(a.radix for a in self.axes)

    @property
    def fewest(self) -> int:
        """How many codes there can be of rows that say everything."""
        return prod(len(a.allowed) for a in self.axes if a.path is not None)

    def every(self) -> Whole:
        """All codes of rows that say everything."""
        found = np.zeros(1, np.int64)
        for axis, stride in zip(self.axes, self.strides, strict=True):
            digits = np.arange(len(axis.allowed)) if axis.path is not None else np.array([axis.fixed])
            found = (found[:, None] + digits * stride).ravel()
        return found

    def codes(self, frame: pl.DataFrame) -> Whole:
        """The code of every row of a wide frame."""
        found = np.zeros(frame.height, np.int64)
        for axis, stride in zip(self.axes, self.strides, strict=True):
            if axis.path is None:
                found += axis.fixed * stride
                continue
            column = channel(frame) if self.moved and axis.path == "channel" else frame[axis.path]
            digits = axis.reader.read(column)
            digits *= stride
            found += digits
        return found

    def digits(self, codes: Whole) -> Whole:
        """The digits of codes: one row a code, one column an axis."""
        radix = np.array([a.radix for a in self.axes], np.int64)
        return codes[:, None] // np.array(self.strides, np.int64) % radix


def channel(frame: pl.DataFrame) -> pl.Series:
    """The channel whose price customers could have as strangers: their own choice, else where they bought."""
    chosen = pl.col("channel_renewal") if "channel_renewal" in frame.columns else pl.lit(None, dtype=pl.String)
    moved = pl.when(pl.col("channel_moved_by") == "customer").then(chosen).otherwise("channel")
    return frame.select(channel=moved)["channel"]


def coding_of(shelf: Shelf, columns: Collection[str], constants: Mapping[str, Any]) -> Coding:
    """The axes of a catalog over the columns of a book.

    Raises:
        InputError: there are more kinds of customers than can be numbered.
    """
    axes = [product_axis(shelf, columns, constants), tenure_axis(shelf, columns, constants)]
    for name, attribute in shelf.catalog.attributes.items():
        clauses = [offer.eligibility.attributes.get(name) for offer in shelf.catalog.offers]
        if any(clause is not None for clause in clauses):
            found = attribute_axis(name, attribute, clauses, columns, constants)
            if len(found.allowed) > 1:
                axes.append(found)
    coding = Coding(tuple(shelf.products), tuple(axes), "channel_moved_by" in columns)
    if coding.size >= MOST_CODES:
        names = ", ".join(a.name for a in axes)
        message = f"the offers tell more kinds of customers apart than can be numbered: {coding.size:.1e}, by {names}"
        raise InputError([Problem("catalog", 0, 1, "attributes", message)])
    return coding


def product_axis(shelf: Shelf, columns: Collection[str], constants: Mapping[str, Any]) -> Axis:
    n = len(shelf.products)
    reader = Words({p: at for at, p in enumerate(shelf.products)}, n, n + 1)
    stated = constants.get("product")
    fixed = n + 1 if stated is None else reader.digits.get(str(stated), n)
    path = "product" if "product" in columns else None
    return Axis("product", reader, np.ones((n, len(shelf.catalog.offers)), np.bool_), path, fixed, n + 2)


def tenure_axis(shelf: Shelf, columns: Collection[str], constants: Mapping[str, Any]) -> Axis:
    clauses = [offer.eligibility.tenure_months for offer in shelf.catalog.offers]
    reader, allowed = ranged(1, MAX_MONTHS, clauses, None)
    path = "tenure_months" if "tenure_months" in columns else None
    fixed = fixed_digit(reader, constants.get("tenure_months"))
    return Axis("tenure_months", reader, allowed, path, fixed, len(allowed) + 1)


def attribute_axis(
    name: str,
    attribute: Attribute,
    clauses: Sequence[tuple[str, ...] | Range | None],
    columns: Collection[str],
    constants: Mapping[str, Any],
) -> Axis:
    """The axis of an attribute; ``clauses`` are those of all offers."""
    reader: Words | Numbers
    if attribute.type == "integer":
        ranges = [clause if isinstance(clause, Range) else None for clause in clauses]
        assumed = None if attribute.assume is None else int(attribute.assume)
        reader, allowed = ranged(attribute.from_ or 0, attribute.to or 0, ranges, assumed)
    else:
        reader, allowed = listed(attribute.domain, clauses, attribute.assume)
    paths = [path for path in paths_of(name) if path in columns or path in constants]
    path = paths[0] if paths else ""
    fixed = fixed_digit(reader, constants.get(path))
    return Axis(name, reader, allowed, path if path in columns else None, fixed, len(allowed) + 1)


def paths_of(name: str) -> list[str]:
    """Where a row may say what it has of an attribute."""
    own = [name] if name in ("channel", "payment_method") else []
    return [*own, f"attributes.{name}", f"like.{name}"]


def fixed_digit(reader: Words | Numbers, value: object) -> int:
    if value is None:
        return reader.silent
    kind: Any = pl.Int64 if isinstance(reader, Numbers) else pl.String
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return int(reader.read(pl.Series([text]).cast(kind, strict=False))[0])


def listed(
    domain: Sequence[str], clauses: Sequence[tuple[str, ...] | Range | None], assumed: str | None
) -> tuple[Words, Flags]:
    """Words in classes, and which offers admit which class."""
    place = {value: at for at, value in enumerate(domain)}
    admits = np.zeros((len(domain), len(clauses)), np.bool_)
    for at, clause in enumerate(clauses):
        if isinstance(clause, tuple):
            admits[[place[value] for value in clause if value in place], at] = True
        else:
            admits[:, at] = True
    allowed, digit = classes(admits)
    digits = {value: int(digit[at]) for value, at in place.items()}
    return Words(digits, len(allowed), len(allowed) if assumed is None else digits[assumed]), allowed


def ranged(low: int, high: int, clauses: Sequence[Range | None], assumed: int | None) -> tuple[Numbers, Flags]:
    """Numbers from ``low`` to ``high`` in classes, and which offers admit which class."""
    first = np.array([low if c is None or c.from_ is None else c.from_ for c in clauses], np.int64)
    last = np.array([high if c is None or c.to is None else c.to for c in clauses], np.int64)
    cuts = np.unique([low, *(v for v in (*first, *(last + 1)) if low < v <= high)])
    admits = (first <= cuts[:, None]) & (cuts[:, None] <= last)
    allowed, digit = classes(admits)
    digits = digit[np.searchsorted(cuts, np.arange(low, high + 1), side="right") - 1]
    silent = len(allowed) if assumed is None else int(digits[assumed - low])
    return Numbers(low, digits, len(allowed), silent), allowed


def classes(admits: Flags) -> tuple[Flags, Whole]:
    """Equal rows as one, in the order in which they come up, and the place of each row among them."""
    seen: dict[bytes, int] = {}
    digit = [seen.setdefault(row.tobytes(), len(seen)) for row in np.packbits(admits, axis=1)]
    firsts = [digit.index(at) for at in range(len(seen))]
    return admits[firsts], np.array(digit, np.int64)
