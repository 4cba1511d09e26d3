"""Kinds of customers under one question: worked out when they first occur, and looked up from then on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product as every_tuple

import numpy as np
from numpy.typing import NDArray

from fairoffer.book.offer_codes import PRODUCT, Coding
from fairoffer.book.offer_costs import Costs
from fairoffer.book.offer_numbers import Numbering
from fairoffer.book.offer_stairs import Stairs
from fairoffer.book.offer_stands import NOT_MADE, Kinds, Stand, empty_kinds, joined
from fairoffer.book.slots import MISSING, NO_COMPARATOR, NOT_ASKED

Whole = NDArray[np.int64]
AT_ONCE = 1 << 15
"""Kinds that are worked out together, so that thousands of offers fit beside them."""
MOST_GUESSES = 4_096
"""Of somebody of whom so many things are not known nothing can be said."""


@dataclass
class Steps:
    """One end of the stairs of all kinds, a column a step; ``count`` only where somebody has several steps."""

    k: list[Whole]
    d: list[Whole]
    mine: list[Whole]
    count: Whole | None


@dataclass
class Table:
    """A term of a question in one world. ``costs`` are by product; a product that is not there has no such term."""

    costs: Mapping[str, Costs]
    stands: Mapping[str, Stand]
    asks_unknown: bool
    """Whether a row whose product the catalog does not list is asked."""
    gifts: bool = False
    kinds: Kinds = field(default_factory=lambda: empty_kinds(0, 0))
    base: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    some_not_made: bool = False
    missing: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    least: Steps = field(default_factory=lambda: Steps([], [], [], None))
    most: Steps | None = None
    """None where all costs are known."""

    def lay_out(self, rows: Whole) -> None:
        """Lay the kinds out by the numbers of codes, each of which has its kind in ``rows``."""
        self.base, self.missing = self.kinds.base[rows], self.kinds.missing[rows]
        self.some_not_made = bool((self.base == NOT_MADE).any())
        self.least = steps_of(self.kinds.least, rows)
        certain = all(costs.certain for costs in self.costs.values())
        self.most = None if certain else steps_of(self.kinds.most, rows)


def steps_of(stairs: Stairs, rows: Whole) -> Steps:
    columns = range(stairs.k.shape[1])
    parts = [[part[:, at][rows] for at in columns] for part in (stairs.k, stairs.d, stairs.mine)]
    return Steps(parts[0], parts[1], parts[2], stairs.steps[rows] if len(columns) > 1 else None)


class Question:
    """A check under one way of comparing: its tables, by term and world, over the codes of a book.

    Codes that differ in nothing that matters here are one kind.
    """

    def __init__(self, coding: Coding, stands: Sequence[Mapping[str, Stand]], *, reach: bool, tenure: bool) -> None:
        self.coding, self.reach = coding, reach
        self.tables: list[Table] = []
        self.reduced = Numbering(coding.size)
        self.rows: Whole = np.zeros(0, np.int64)
        radix = len(coding.products) + 2
        self.matters = np.zeros((radix, len(coding.axes)), np.bool_)
        self.matters[:, PRODUCT] = True
        for world in stands:
            for at, name in enumerate(coding.products):
                self.matters[at, world[name].axes(tenure=tenure)] = True

    def grow(self, codes: Whole) -> None:
        """Work out codes that come up for the first time, in the order of their numbers."""
        digits = self.coding.digits(codes)
        digits *= self.matters[digits[:, PRODUCT]]
        strides = np.array(self.coding.strides, np.int64)
        kinds = digits @ strides
        numbers = self.reduced.numbers(kinds)
        new, firsts = np.unique(kinds[numbers < 0], return_index=True)
        if len(new):
            self.reduced.add(new)
            found = digits[numbers < 0][firsts]
            for table in self.tables:
                table.kinds = (
                    joined([table.kinds, *self.judged(table, found)])
                    if len(table.kinds.base)
                    else joined(self.judged(table, found))
                )
            numbers = self.reduced.numbers(kinds)
        self.rows = np.concatenate([self.rows, numbers.astype(np.int64)])
        for table in self.tables:
            table.lay_out(self.rows)

    def judged(self, table: Table, digits: Whole) -> list[Kinds]:
        """Kinds in the order of their digits."""
        parts, places = [], []
        products = digits[:, PRODUCT]
        for at, name in enumerate(self.coding.products):
            here = np.flatnonzero(products == at)
            if len(here):
                costs = table.costs.get(name)
                places.append(here)
                if costs is None:
                    parts.append(empty_kinds(len(here), NOT_ASKED))
                else:
                    own, stand = digits[here], table.stands[name]
                    pieces = [own[first : first + AT_ONCE] for first in range(0, len(own), AT_ONCE)]
                    parts += [self.with_unknowns(stand, costs, piece, gifts=table.gifts) for piece in pieces]
        for at, reason in ((len(self.coding.products), NO_COMPARATOR), (len(self.coding.products) + 1, MISSING)):
            here = np.flatnonzero(products == at)
            if len(here):
                places.append(here)
                parts.append(empty_kinds(len(here), reason if table.asks_unknown else NOT_ASKED))
        order = np.argsort(np.concatenate(places), kind="stable")
        return [joined(parts).take(order)]

    def with_unknowns(self, stand: Stand, costs: Costs, digits: Whole, *, gifts: bool) -> Kinds:
        """Kinds of one product. Of whom something is not known, what all have in common who they could be."""
        unknown = digits == np.array([axis.unknown for axis in self.coding.axes])
        unknown[:, PRODUCT] = False
        guessing = np.flatnonzero(unknown.any(axis=1))
        if not len(guessing):
            return stand.judge(digits, costs, reach=self.reach, gifts=gifts)
        guesses = [self.guesses(digits[row], unknown[row]) for row in guessing]
        every = np.concatenate([np.delete(digits, guessing, axis=0), *guesses])
        worked = stand.judge(every, costs, reach=self.reach, gifts=gifts)
        rows = np.zeros(len(digits), np.int64)
        rows[np.setdiff1d(np.arange(len(digits)), guessing)] = np.arange(len(digits) - len(guessing))
        table, at = worked.table, len(digits) - len(guessing)
        open_ = np.zeros(len(digits), np.bool_)
        for row, guess in zip(guessing, guesses, strict=True):
            rows[row] = at
            open_[row] = not len(guess) or bool((table[at : at + len(guess)] != table[at]).any())
            at += len(guess)
        rows[open_] = 0
        found = worked.take(rows) if len(every) else empty_kinds(len(digits), MISSING)
        found.base[open_] = MISSING
        return found

    def guesses(self, digits: Whole, unknown: NDArray[np.bool_]) -> Whole:
        """All that somebody could be; none where that is too many."""
        axes = self.coding.axes
        classes = [range(len(axes[at].allowed)) for at in np.flatnonzero(unknown)]
        if np.prod([len(c) for c in classes], dtype=np.float64) > MOST_GUESSES:
            return np.zeros((0, len(digits)), np.int64)
        found = np.array(list(every_tuple(*classes)), np.int64)
        out = np.tile(digits, (len(found), 1))
        out[:, unknown] = found
        return out
