"""Both values of every comparison, for one set of offers that some customer can choose from."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import NamedTuple, Protocol

from fairoffer.compare import terms
from fairoffer.compare.cost import Bounds, Role
from fairoffer.compare.market import Market
from fairoffer.compare.pairs import Bracket, Gap, bracket, certain_gap
from fairoffer.compare.prices import Leg, PriceList, Quote
from fairoffer.compare.ranking import extremes

HELD = -1
ROLES: tuple[Role, Role] = ("new", "existing")
Row = tuple[int, int, str, int | None, int | None, int | None, int | None, bool, bool, str | None, int, int, int]
"""A row of VALUES."""


@dataclass(frozen=True)
class Held:
    """What a segment holds at one point: a leg for every price list, and the values of its other terms."""

    number: int
    legs: tuple[Leg | None, ...]
    terms: Mapping[str, Fraction | None] | None


@dataclass
class Slots:
    """Checks on terms, numbered as they come up; ``rows`` fills SLOTS."""

    rows: list[tuple[int, str, str, int, int, int | None]] = field(default_factory=list)

    def add(self, check: str, term: str, sign: int, unit: int, horizon: int | None) -> int:
        self.rows.append((len(self.rows), check, term, sign, unit, horizon))
        return len(self.rows) - 1


class TermList(NamedTuple):
    """A term of every offer of a market, in whole units; None where an offer does not say."""

    name: str
    slot: int
    sign: int
    unit: int
    new: tuple[int | None, ...]
    existing: tuple[int | None, ...]


def scaled(bound: Bounds, unit: int) -> Quote:
    if bound.doubts is None:
        return Quote(int(bound.known * unit))
    shares = {token: amount * unit for token, amount in bound.doubts.shares.items()}
    return Quote(int(bound.known * unit), bound.doubts._replace(shares=shares))


def first_ranked(market: Market, lists: Sequence[PriceList]) -> int:
    """The price list by which what is no cost is ranked: the first horizon, and the first balance that is named."""
    wanted = market.way.balances[0] if market.way.balances else None
    for at, listing in enumerate(lists):
        if listing.months == market.way.months[0] and listing.measure.balance in (None, wanted):
            return at
    return 0


def whole(value: Fraction | None, unit: int) -> int | None:
    return None if value is None else int(value * unit)


Roles = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
"""Offers that a stranger may take, that a customer may choose, and that asking would give."""


class Question(Protocol):
    """What is asked of a set of offers: price lists, and whether all that is no cost."""

    active: tuple[int, ...]
    first: bool


class Values:
    """Values of a market's comparisons, worked out once for every set of offers.

    ``checks`` are the checks asked for; ``lists`` the market's price lists; ``term_names`` the terms of ``term-gap``.
    """

    def __init__(
        self, market: Market, lists: Sequence[PriceList], checks: Mapping[str, frozenset[str]], slots: Slots
    ) -> None:
        self.market, self.lists, self.checks = market, lists, checks
        self.n = market.n
        self.full = (1 << self.n) - 1
        self.horizon = market.way.months[0]
        self.known: dict[Hashable, int] = {}
        self.held: dict[Hashable, Held] = {}
        self.rows: list[Row] = []
        self.cost_slots = {
            check: [
                slots.add(check, pl.term, 1 if pl.measure.better == "lower" else -1, pl.unit, pl.months) for pl in lists
            ]
            for check in ("default-gap", "reach-gap", "must-ask")
            if check in checks
        }
        self.choice_slot = slots.add("no-equivalent", "offers", -1, 1, None) if "no-equivalent" in checks else None
        self.incentives = self.incentive_legs(slots) if "incentive-gap" in checks else None
        self.term_lists: list[TermList] = []
        self.ranking = first_ranked(market, lists)

    def incentive_legs(self, slots: Slots) -> tuple[int, list[Leg], list[Leg]] | None:
        """Incentives as negative costs, so that the worst of them is found as the worst of the costs is."""
        if not any(o.incentives for o in self.market.offers):
            return None
        sides = {role: [terms.cash(o, role, self.horizon) for o in self.market.offers] for role in ROLES}
        every = [b for side in sides.values() for b in side]
        shares = [amount for b in every if b.doubts for amount in b.doubts.shares.values()]
        unit = lcm(*(amount.denominator for amount in (*(b.known for b in every), *shares)))
        legs = {role: [Leg(i, 1, {1: scaled(b, unit)}) for i, b in enumerate(side)] for role, side in sides.items()}
        return slots.add("incentive-gap", "incentives", -1, unit, None), legs["new"], legs["existing"]

    def declare_terms(self, names: Sequence[str], slots: Slots, units: Mapping[str, int]) -> None:
        """Lay out the terms of ``term-gap``; ``units`` has the least unit of each, the held values included."""
        catalog, offers, own = self.market.shelf.catalog, self.market.shelf.offers, self.market.offers
        for name in names:
            sign = 1 if terms.better(catalog, name) == "lower" else -1
            values = {
                role: tuple(whole(terms.value(offers, o, name, self.horizon, role), units[name]) for o in own)
                for role in ROLES
            }
            slot = slots.add("term-gap", name, sign, units[name], None)
            self.term_lists.append(TermList(name, slot, sign, units[name], values["new"], values["existing"]))

    def held_at(self, key: Hashable, legs: Sequence[Leg | None], values: Mapping[str, Fraction | None] | None) -> Held:
        """The held legs under a number; the same key gives the same number. A list that is not judged has no leg."""
        if key not in self.held:
            self.held[key] = Held(len(self.held), tuple(legs), values)
        return self.held[key]

    def next_number(self, base: int) -> int:
        """A number for values that belong to no set of offers."""
        number = base + len(self.known)
        self.known[number] = number
        return number

    def pair(self, lens: Question, found: Roles, held: Held | None, base: int, *, first: bool) -> int:
        """Number of the values of a set of offers; worked out the first time it is asked for.

        ``first`` says whether it is the moment at which what is no cost is judged.
        """
        key = (lens.active, lens.first and first, found, held.number if held else HELD)
        number = self.known.get(key)
        if number is None:
            number = self.known[key] = base + len(self.known)
            self.rows += self.work_out(number, lens, found, held, first=lens.first and first)
        return number

    def work_out(self, number: int, lens: Question, found: Roles, held: Held | None, *, first: bool) -> Iterator[Row]:
        new, reach, asked = found
        for at in lens.active:
            yield from self.costs(number, at, new, reach, asked, held)
        if first:
            yield from self.choices(number, new, reach)
            yield from self.gifts(number, new, reach)
            for term in self.term_lists:
                yield self.term_row(number, term, new, reach, held)

    def costs(
        self, number: int, at: int, new: Sequence[int], reach: Sequence[int], asked: Sequence[int], held: Held | None
    ) -> Iterator[Row]:
        listing = self.lists[at]
        theirs = [listing.new[i] for i in new]
        own = [leg for leg in (held.legs[at] if held else None,) if leg is not None]
        mine = [*own, *(listing.existing[i] for i in reach)]
        for check, slots in self.cost_slots.items():
            slot = slots[at]
            if check == "default-gap":
                yield (
                    self.cost_row(number, slot, listing, own, theirs, "no-equivalent")
                    if held
                    else empty(number, slot, "not-asked")
                )
            elif check == "reach-gap":
                yield self.cost_row(number, slot, listing, mine, theirs, "no-equivalent")
            elif asked:
                yield self.cost_row(number, slot, listing, mine, [listing.existing[i] for i in asked], "no-comparator")

    def cost_row(
        self, number: int, slot: int, listing: PriceList, mine: Sequence[Leg], theirs: Sequence[Leg], nothing: str
    ) -> Row:
        """Both costs; ``nothing`` is said where the customer has no offer at all."""
        if not theirs:
            return empty(number, slot, "no-comparator")
        if not mine:
            return empty(number, slot, nothing)
        sign = 1 if listing.measure.better == "lower" else -1
        if listing.certain:
            return certain_row(number, slot, sign, certain_gap(mine, theirs))
        return bracket_row(number, slot, sign, bracket(mine, theirs))

    def choices(self, number: int, new: Sequence[int], reach: Sequence[int]) -> Iterator[Row]:
        if self.choice_slot is None:
            return
        if not new:
            yield empty(number, self.choice_slot, "no-comparator")
            return
        mine = reach[0] if reach else HELD
        gap = Gap(0, -int(bool(reach)), -1, mine, new[0], 0)
        yield certain_row(number, self.choice_slot, -1, gap)

    def gifts(self, number: int, new: Sequence[int], reach: Sequence[int]) -> Iterator[Row]:
        if self.incentives is None:
            return
        slot, theirs, mine = self.incentives
        if not new:
            yield empty(number, slot, "no-comparator")
            return
        nothing = Leg(HELD, 1, {1: Quote(0)})
        found = bracket([nothing, *(mine[i] for i in reach)], [theirs[i] for i in new])
        yield bracket_row(number, slot, -1, found._replace(missing=False))

    def term_row(self, number: int, term: TermList, new: Sequence[int], reach: Sequence[int], held: Held | None) -> Row:
        if held and held.terms is None:
            return empty(number, term.slot, "not-asked")
        if not new:
            return empty(number, term.slot, "no-comparator")
        if not reach:
            return empty(number, term.slot, "no-equivalent")
        listing = self.lists[self.ranking]
        mine = [(listing.existing[i], signed(term.existing[i], term)) for i in reach]
        if held and held.terms is not None and (leg := held.legs[self.ranking]) is not None:
            mine.append((leg, signed(whole(held.terms.get(term.name), term.unit), term)))
        theirs = [(listing.new[i], signed(term.new[i], term)) for i in new]
        least, most, silent = extremes(mine, theirs)
        if silent or least is None or most is None:
            return (number, term.slot, "ok", None, None, None, None, True, True, "missing-value", HELD, HELD, 0)
        quotes = [q for leg, _ in (*mine, *theirs) for q in leg.quotes.values()]
        missing = any(q.doubts.prices for q in quotes if q.doubts)
        return bracket_row(number, term.slot, term.sign, Bracket(least, most, missing))


def signed(value: int | None, term: TermList) -> int | None:
    return None if value is None else value * term.sign


def empty(number: int, slot: int, reason: str) -> Row:
    return (number, slot, reason, None, None, None, None, False, False, None, HELD, HELD, 0)


def certain_row(number: int, slot: int, sign: int, gap: Gap) -> Row:
    assert gap.existing is not None
    assert gap.comparator is not None
    a, b = gap.existing * sign, gap.comparator * sign
    return (number, slot, "ok", a, b, a, b, False, False, None, gap.mine, gap.theirs, gap.months)


def bracket_row(number: int, slot: int, sign: int, found: Bracket) -> Row:
    least, most = found.least, found.most
    decided = least == most
    undecided = None if decided else "missing-value" if found.missing else "unclassified-incentive"

    def natural(value: int | None) -> int | None:
        return None if value is None else value * sign

    shown = least if least.size is not None else most
    return (number, slot, "ok", natural(least.existing), natural(least.comparator), natural(most.existing),
            natural(most.comparator), most.open == 1, least.open == -1, undecided,
            shown.mine, shown.theirs, shown.months)  # fmt: skip


def bits(mask: int) -> list[int]:
    out = []
    while mask:
        low = mask & -mask
        out.append(low.bit_length() - 1)
        mask ^= low
    return out
