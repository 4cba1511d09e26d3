"""The gap of a kind of customers as a function of what they pay.

Whoever pays P has a gap of max over steps of min(P - k, d): k is what a stranger's offer costs, d the least gap to it
among all that the customer may choose. Offers are bits in order of cost, so that the cheapest open one is found without
looking at the others, for all kinds of customers at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fairoffer.book.offer_costs import BOUNDLESS, Costs, Ends

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Bits = NDArray[np.uint64]


class Stairs(NamedTuple):
    """Steps of kinds of customers: kinds are rows, steps columns with k rising. ``mine`` is what is paid where ``d``
    decides; ``steps`` how many steps each kind has."""

    k: Whole
    d: Whole
    mine: Whole
    steps: Whole


@dataclass(frozen=True)
class Openings:
    """Which offers are open to which kinds of customers: a list of (digits of the kinds, classes by offers)."""

    axes: Sequence[tuple[Whole, Flags]]
    kinds: int

    def bits(self, offers: Whole) -> Bits:
        """These offers, in this order, as bits of 64-bit words: one row a kind."""
        found = np.tile(packed(np.ones((1, len(offers)), np.bool_)), (self.kinds, 1))
        for digits, allowed in self.axes:
            found &= packed(allowed[:, offers]).take(digits, axis=0)
        return found

    def some(self, offers: Whole) -> Flags:
        """Whether any of these offers is open, for every kind."""
        found: Flags = np.asarray(self.bits(offers).any(axis=1))
        return found


def packed(flags: Flags) -> Bits:
    """Rows of flags as words, the first flag the lowest bit."""
    width = -(-flags.shape[1] // 64) * 8
    found = np.zeros((len(flags), max(width, 8)), np.uint8)
    bytes_ = np.packbits(flags, axis=1, bitorder="little")
    found[:, : bytes_.shape[1]] = bytes_
    return found.view("<u8")


def firsts(bits: Bits) -> Whole:
    """Place of the lowest bit of every row, -1 where there is none."""
    word = (bits != 0).argmax(axis=1)
    value = bits[np.arange(len(bits)), word]
    low = value & (~value + np.uint64(1))
    place: Whole = word * 64 + np.bitwise_count(low - np.uint64(1)).astype(np.int64)
    place[value == 0] = -1
    return place


def ordered(offers: Whole, sizes: Whole) -> Whole:
    """The offers in order of a size; ties in their own order."""
    return offers[np.argsort(sizes[offers], kind="stable")]


def least_of(bits: Bits, order: Whole, sizes: Whole) -> Whole:
    """The smallest size of the open offers, by kind; BOUNDLESS where none is open."""
    if not len(order):
        return np.full(len(bits), BOUNDLESS, np.int64)
    place = firsts(bits)
    found = sizes[order].take(place)
    found[place < 0] = BOUNDLESS
    return found


def default_stairs(costs: Costs, ends: Ends, openings: Openings, new: Whole) -> Stairs:
    """One step for each kind: the stranger's cheapest offer. Kinds without one have none."""
    own = ends.theirs[costs.own, np.arange(len(costs.own))]
    order = ordered(new, own)
    k = least_of(openings.bits(order), order, own)
    count = openings.some(new).astype(np.int64)
    return Stairs(k[:, None], np.full_like(k, BOUNDLESS)[:, None], np.zeros_like(k)[:, None], count)


Rung = tuple[int, Whole, Bits]
"""The place of a length, offers in order of what they cost over it, and to whom they are open."""


@dataclass(frozen=True)
class Reach:
    """What customers may choose, at one end of what is not known."""

    costs: Costs
    ends: Ends
    openings: Openings
    offers: Whole

    def rungs(self, class_: int) -> list[Rung]:
        """All that may answer a stranger's offer of a class of length: over that length whatever is bound no longer,
        and over each longer one what is bound for just that."""
        found = []
        for at in range(class_, len(self.costs.lengths)):
            bound = self.costs.own <= at if at == class_ else self.costs.own == at
            offers = self.offers[bound[self.offers]]
            if len(offers):
                order = ordered(offers, self.ends.mine[at])
                found.append((at, order, self.openings.bits(order)))
        return found

    def least(self, rung: Rung, kinds: Whole, left_out: Sequence[int] = ()) -> Whole:
        """The least cost on a rung for some kinds, without some offers."""
        at, order, bits = rung
        bits = bits[kinds]
        if left_out:
            bits &= ~packed(np.isin(order, left_out)[None, :])
        return least_of(bits, order, self.ends.mine[at])


Pushed = tuple[Whole, Whole, Whole, Whole]
"""Kinds, and of each a step: k, d, mine."""


def reach_stairs(costs: Costs, ends: Ends, theirs: Openings, new: Whole, mine: Openings, reach: Whole) -> Stairs:
    """All steps of every kind that are not below another one."""
    answers = Reach(costs, ends, mine, reach)
    pushed: list[Pushed] = []
    for class_ in range(len(costs.lengths)):
        offers = new[costs.own[new] == class_]
        if len(offers):
            pushed += peeled(answers, class_, theirs, offers)
    return stacked(pushed, theirs.kinds)


def peeled(reach: Reach, class_: int, openings: Openings, offers: Whole) -> Iterator[Pushed]:
    """Steps of a stranger's offers of one class of length: the cheapest, then the cheapest that it does not make
    pointless, and so on."""
    costs, ends = reach.costs, reach.ends
    order = ordered(offers, ends.theirs[class_])
    bits = openings.bits(order)
    everyone = np.arange(len(bits))
    rungs = reach.rungs(class_)
    answers = [(rung[0], reach.least(rung, everyone)) for rung in rungs]
    kinds = everyone
    while True:
        place = firsts(bits)
        open_ = place >= 0
        kinds, place, bits = kinds[open_], place[open_], bits[open_]
        if not len(kinds):
            return
        offer = order[place]
        d, mine = nearest(answers, kinds, ends.theirs, offer)
        for each in np.unique(offer):
            if int(each) in costs.specials:
                here = np.flatnonzero(offer == each)
                d[here], mine[here] = with_specials(reach, rungs, int(each), kinds[here])
        yield kinds, ends.theirs[class_][offer], d, mine
        seen, inverse = np.unique(place, return_inverse=True)
        bits = bits & ~packed(pointless(costs, ends, class_, order, seen)).take(inverse, axis=0)


def nearest(answers: Sequence[tuple[int, Whole]], kinds: Whole, theirs: Whole, offer: Whole) -> tuple[Whole, Whole]:
    """The least gap of what may be chosen to an offer, and what is paid there; BOUNDLESS where nothing may be."""
    d = np.full(len(kinds), BOUNDLESS, np.int64)
    mine = np.zeros(len(kinds), np.int64)
    for at, least in answers:
        paid = least[kinds]
        gap = np.where(paid == BOUNDLESS, BOUNDLESS, paid - theirs[at][offer])
        less = gap < d
        d[less], mine[less] = gap[less], paid[less]
    return d, mine


def with_specials(reach: Reach, rungs: Sequence[Rung], offer: int, kinds: Whole) -> tuple[Whole, Whole]:
    """As ``nearest`` for one offer that shares something unknown with some that may be chosen."""
    specials = {i: s for i, s in reach.costs.specials[offer].items() if i in reach.offers}
    rest = [(rung[0], reach.least(rung, kinds, list(specials))) for rung in rungs]
    at_once = np.arange(len(kinds))
    d, mine = nearest(rest, at_once, reach.ends.theirs, np.full(len(kinds), offer))
    for i, pair in specials.items():
        gap, paid = (pair.least, pair.least_mine) if reach.ends is reach.costs.least else (pair.most, pair.most_mine)
        less = is_open(rungs, i, kinds) & (gap < d)
        d[less], mine[less] = gap, paid
    return d, mine


def is_open(rungs: Sequence[Rung], offer: int, kinds: Whole) -> Flags:
    """Whether an offer is open to some kinds."""
    for _, order, bits in rungs:
        here = np.flatnonzero(order == offer)
        if len(here):
            word, bit = divmod(int(here[0]), 64)
            return np.asarray((bits[kinds, word] >> np.uint64(bit)) & np.uint64(1), np.bool_)
    return np.zeros(len(kinds), np.bool_)


def pointless(costs: Costs, ends: Ends, class_: int, order: Whole, seen: Whole) -> Flags:
    """Which offers of an order can make no larger gap than the seen ones: no cheaper over any length."""
    found = np.ones((len(seen), len(order)), np.bool_)
    for at in range(class_, len(costs.lengths)):
        sizes = ends.theirs[at][order]
        found &= sizes >= sizes[seen][:, None]
    apart = np.isin(order, list(costs.specials))
    found[apart[seen]] = False
    found[:, apart] = False
    found[np.arange(len(seen)), seen] = True
    return found


def stacked(pushed: Sequence[Pushed], kinds: int) -> Stairs:
    """Steps brought together, without those that are below another one."""
    if not pushed:
        nothing = np.zeros((kinds, 1), np.int64)
        return Stairs(nothing, nothing, nothing, np.zeros(kinds, np.int64))
    kind, k, d, mine = (np.concatenate(parts) for parts in zip(*pushed, strict=True))
    order = np.lexsort((-d, k, kind))
    kind, k, d, mine = kind[order], k[order], d[order], mine[order]
    column = np.arange(len(kind)) - np.searchsorted(kind, kind)
    table = np.full((kinds, int(column.max()) + 1), np.iinfo(np.int64).min, np.int64)
    table[kind, column] = d
    highest = np.maximum.accumulate(table, axis=1)
    higher = (column == 0) | (d > highest[kind, column - 1])
    kind, k, d, mine = kind[higher], k[higher], d[higher], mine[higher]
    column = np.arange(len(kind)) - np.searchsorted(kind, kind)
    found = [np.zeros((kinds, int(column.max()) + 1), np.int64) for _ in range(3)]
    for part, values in zip(found, (k, d, mine), strict=True):
        part[kind, column] = values
    return Stairs(found[0], found[1], found[2], np.bincount(kind, minlength=kinds).astype(np.int64))
