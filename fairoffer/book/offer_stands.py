"""A product's offers on both sides, and what comes of them for every kind of customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fairoffer.audit.mixed import differs
from fairoffer.book.offer_codes import TENURE, Coding
from fairoffer.book.offer_costs import Costs
from fairoffer.book.offer_stairs import Openings, Stairs, default_stairs, reach_stairs
from fairoffer.book.slots import NO_COMPARATOR, NOT_ASKED, PASS, code_of
from fairoffer.compare.market import Market

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
NOT_MADE = 254
"""No offer is open to either side where the policy names choices: nothing is compared."""
MIXED = code_of("mixed")


class Kinds(NamedTuple):
    """What comes of kinds of customers, one row each: PASS in ``base`` where there is a gap to be worked out.

    ``missing`` says that it is a price that is not known where a gap cannot be told.
    """

    base: NDArray[np.uint8]
    missing: Flags
    least: Stairs
    most: Stairs

    def take(self, rows: Whole) -> Kinds:
        """These rows."""
        least = Stairs(*(part[rows] for part in self.least))
        most = least if self.most is self.least else Stairs(*(part[rows] for part in self.most))
        return Kinds(self.base[rows], self.missing[rows], least, most)

    @property
    def table(self) -> Whole:
        """Everything in one table, to see which rows are equal."""
        parts = [self.base.astype(np.int64)[:, None], self.missing.astype(np.int64)[:, None]]
        for stairs in (self.least, self.most):
            parts += [stairs.steps[:, None], stairs.k, stairs.d, stairs.mine]
        return np.concatenate(parts, axis=1)


def empty_kinds(number: int, base: int) -> Kinds:
    """Kinds of which nothing is worked out."""
    nothing = np.zeros((number, 1), np.int64)
    stairs = Stairs(nothing, nothing, nothing, np.zeros(number, np.int64))
    return Kinds(np.full(number, base, np.uint8), np.zeros(number, np.bool_), stairs, stairs)


def joined(parts: Sequence[Kinds]) -> Kinds:
    """Kinds one after another."""
    least = joined_stairs([p.least for p in parts])
    same = all(p.most is p.least for p in parts)
    most = least if same else joined_stairs([p.most for p in parts])
    base, missing = (np.concatenate([p[at] for p in parts]) for at in (0, 1))
    return Kinds(base, missing, least, most)


def joined_stairs(parts: Sequence[Stairs]) -> Stairs:
    steps = max(p.k.shape[1] for p in parts)
    tables = [np.concatenate([np.pad(p[at], ((0, 0), (0, steps - p[at].shape[1]))) for p in parts]) for at in (0, 1, 2)]
    return Stairs(tables[0], tables[1], tables[2], np.concatenate([p.steps for p in parts]))


@dataclass(frozen=True)
class Stand:
    """A market over the axes of a book; ``columns`` are the places of its offers in the catalog."""

    market: Market
    coding: Coding
    columns: Whole

    def role(self, number: int) -> Whole:
        """The offers that strangers may take (0), that customers may choose (1), that they could ask for (2)."""
        n = self.market.n
        mask = self.market.days[0][0] >> (number * n)
        return np.array([i for i in range(n) if mask >> i & 1], np.int64)

    @cached_property
    def roles(self) -> tuple[Whole, Whole, Whole]:
        return self.role(0), self.role(1), self.role(2)

    def axes(self, *, tenure: bool) -> list[int]:
        """Places of the axes on which the offers differ; choices only where the policy names them."""
        found = []
        for at, axis in enumerate(self.coding.axes):
            asked = tenure if at == TENURE else at > TENURE and self.binds(axis.name)
            allowed = axis.allowed[:, self.columns]
            if asked and len(allowed) > 1 and (allowed != allowed[0]).any():
                found.append(at)
        return found

    def binds(self, name: str) -> bool:
        """Whether an attribute decides who may take an offer."""
        return not self.market.shelf.catalog.attributes[name].choice or name in self.market.way.named

    def openings(self, digits: Whole, *, tenure: bool) -> Openings:
        """Which offers are open to kinds whose digits are known."""
        fixed = [
            (digits[:, at], self.coding.axes[at].allowed[:, self.columns])
            for at in range(len(self.coding.axes))
            if (tenure if at == TENURE else at > TENURE and self.binds(self.coding.axes[at].name))
        ]
        return Openings(fixed, len(digits))

    def judge(self, digits: Whole, costs: Costs, *, reach: bool, gifts: bool = False) -> Kinds:
        """What comes of kinds whose digits are known; of ``gifts`` where some offer that is open has any."""
        new, mine, asked = self.roles
        strangers = self.openings(digits, tenure=False)
        members = self.openings(digits, tenure=True)

        def stairs(most: bool) -> Stairs:
            ends = costs.most if most else costs.least
            if not reach:
                return default_stairs(costs, ends, strangers, new)
            return reach_stairs(costs, ends, strangers, new, members, mine)

        least = stairs(most=False)
        most = least if costs.certain else stairs(most=True)
        has = strangers.some(new)
        base = np.where(has, PASS, NO_COMPARATOR).astype(np.uint8)
        if self.market.way.named:
            somebody = has | members.some(mine) | members.some(asked)
            base[~somebody] = NOT_MADE
        if self.market.shelf.catalog.imported is not None:
            base[self.mixed(digits) & (base != NOT_MADE)] = MIXED
        if gifts:
            base[~(strangers.some(self.giving(new)) | members.some(self.giving(mine)))] = NOT_ASKED
            return Kinds(base, np.zeros(len(base), np.bool_), least, most)
        missing = self.missing(costs, strangers, members if reach else None)
        return Kinds(base, missing, least, most)

    def giving(self, offers: Whole) -> Whole:
        """Those of some offers that come with incentives."""
        return np.array([i for i in offers if self.market.offers[i].incentives], np.int64)

    def missing(self, costs: Costs, strangers: Openings, members: Openings | None) -> Flags:
        """Whether a price that is not known is among those that could decide."""
        new, reach, _ = self.roles
        found = np.zeros(strangers.kinds, np.bool_)
        if not (costs.my_gaps.any() or costs.their_gaps.any()):
            return found
        found |= strangers.some(new[costs.their_gaps[costs.own[new], new]])
        if members is None:
            return found
        for class_ in range(len(costs.lengths)):
            offers = new[costs.own[new] == class_]
            plain = offers[~costs.their_gaps[:, offers].any(axis=0)]
            here = strangers.some(plain) if len(plain) else np.zeros(strangers.kinds, np.bool_)
            for at in range(class_, len(costs.lengths)):
                bound = costs.own[reach] <= at if at == class_ else costs.own[reach] == at
                answers = reach[bound]
                found |= here & members.some(answers[costs.my_gaps[at, answers]])
                for offer in np.setdiff1d(offers, plain):
                    pairs = [i for i in answers if lacks(costs, at, int(i), int(offer))]
                    open_ = strangers.some(np.array([offer]))
                    found |= open_ & members.some(np.array(pairs, np.int64))
        return found

    def mixed(self, digits: Whole) -> Flags:
        """Kinds at whose place offers that look alike differ in price, on some side."""
        named = [at for at, a in enumerate(self.coding.axes) if a.name in self.market.way.named]
        places, inverse = np.unique(digits[:, named], axis=0, return_inverse=True)
        found = []
        for place in places:
            admitted = np.ones(len(self.columns), np.bool_)
            for at, digit in zip(named, place, strict=True):
                admitted &= self.coding.axes[at].allowed[digit][self.columns]
            found.append(any(differs(self.market.offers[i] for i in role if admitted[i]) for role in self.roles))
        return np.array(found, np.bool_)[inverse.reshape(-1)]


def lacks(costs: Costs, at: int, mine: int, theirs: int) -> bool:
    special = costs.specials.get(theirs, {}).get(mine)
    return special.missing if special else bool(costs.my_gaps[at, mine] or costs.their_gaps[at, theirs])
