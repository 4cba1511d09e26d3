"""What one side of a comparison costs, month by month, in fractions.

A leg is an offer at a moment (month 0 for whoever takes it now, the held month for whoever has it already) or the
price point of a segment that says what it pays. Its cost is an `Amount`: a known part, and so much of each unknown. An
unknown is a thing nobody wrote down (a missing price, the value of points, whether a gift is as good as cash), and it
is one and the same thing wherever the same offer stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

NEW, EXISTING = "new", "existing"
LENDING = ("loan", "mortgage", "credit-card", "overdraft")
DEFAULT_OPEN_MONTHS = 12  # what a percentage of an open first phase is taken of


class Unknown(NamedTuple):
    """`price` is 0 or more, `points` is 0 or more but never makes a cost negative, `share` is between 0 and 1."""

    kind: str
    offer: str
    item: str


@dataclass
class Amount:
    """A known sum and the multiples of each unknown."""

    known: Fraction = Fraction(0)
    unknown: dict[Unknown, Fraction] = field(default_factory=dict)

    def add(self, value: Fraction | Unknown, times: Fraction | int = 1) -> None:
        """Add a known value, or an unknown, so many times."""
        if isinstance(value, Unknown):
            self.unknown[value] = self.unknown.get(value, Fraction(0)) + times
        else:
            self.known += value * times

    def add_all(self, other: Amount, times: Fraction | int = 1) -> None:
        """Add another amount, so many times."""
        self.known += other.known * times
        for name, count in other.unknown.items():
            self.add(name, count * times)

    def scaled(self, factor: Fraction) -> Amount:
        """The same amount for a longer or a shorter time."""
        return Amount(self.known * factor, {name: count * factor for name, count in self.unknown.items()})


class Leg(NamedTuple):
    """One side: an offer (by id) from a month on, or the price point of a segment (by id)."""

    offer: str | None
    month: int
    began: str  # who took it: new or existing
    pays: str | None = None
    held: bool = False


class Part(NamedTuple):
    """The months during which one offer of a chain of `then` is in force; `end` None: for ever."""

    offer: Any
    start: int
    end: int | None
    first: bool


def minimum_term(offer: Any) -> int:
    """The months one is bound to an offer."""
    return offer.contract.months if offer.contract is not None else 0


def phases_end(offer: Any) -> int | None:
    """The month at which everything with months has ended; None when nothing has months or something is open."""
    entries = offer.price or offer.rates
    if not entries or any(entry.months is None for entry in entries):
        return None
    if offer.price:
        return sum(phase.months for phase in offer.price)
    return max(entry.months for entry in offer.rates)


def limited_end(offer: Any) -> int:
    """The month at which the phases that have months end (whatever follows); 0 when there are none."""
    if offer.price:
        return sum(phase.months for phase in offer.price if phase.months is not None)
    return max((entry.months for entry in offer.rates if entry.months is not None), default=0)


def first_phase(offer: Any) -> int | None:
    """How long the first price lasts (rates: the shortest of them); None when it is open."""
    if offer.price:
        return offer.price[0].months
    return min((entry.months for entry in offer.rates if entry.months is not None), default=None)


class Costs:
    """The costs of all offers and price points of one audit."""

    def __init__(self, catalog: Any, segments: Any = ()) -> None:
        self.offers = {offer.id: offer for offer in catalog.offers}
        self.pays = {segment.id: segment.pays for segment in segments if segment.pays is not None}
        self._costs: dict[Any, Amount] = {}
        self._interests: dict[Any, Amount] = {}

    # -- time --------------------------------------------------------------------------------------------------------

    def parts(self, offer: Any, upto: int) -> Iterator[Part]:
        """The offer and whatever takes over from it, as far as month `upto` (not reached)."""
        start, first = 0, True
        while start < upto or first:
            then = offer.contract.then if offer.contract is not None else None
            length = phases_end(offer)
            if length is None or then is None:
                yield Part(offer, start, None, first)
                return
            yield Part(offer, start, start + length, first)
            start, first = start + length, False
            offer = self.offers[then]

    def part_at(self, offer: Any, month: int) -> Part:
        """The offer of the chain that is in force in that month."""
        found = None
        for part in self.parts(offer, month + 1):
            found = part
        assert found is not None
        return found

    def settled(self, offer: Any) -> int:
        """A month from which on the offer's chain no longer changes (or, where it goes round, has gone round twice)."""
        start, seen = 0, []
        while seen.count(offer.id) < 2:
            seen.append(offer.id)
            start += max(limited_end(offer), minimum_term(offer))
            if phases_end(offer) is None or offer.contract is None or offer.contract.then is None:
                break
            offer = self.offers[offer.contract.then]
        return start

    def product_at(self, offer: Any, month: int) -> str:
        """The product of the phase that is in force in that month."""
        part = self.part_at(offer, month)
        product, ends = part.offer.product, 0
        for phase in part.offer.price:
            product = phase.product or part.offer.product
            if phase.months is None or month - part.start < ends + phase.months:
                break
            ends += phase.months
        return product

    # -- money -------------------------------------------------------------------------------------------------------

    def price_of_month(self, offer: Any, month: int) -> Fraction | Unknown:
        """What one month of an offer costs, counted from the offer's own month 0."""
        if not offer.price:
            return Unknown("price", offer.id, "price")
        begins = 0
        for number, phase in enumerate(offer.price):
            if phase.months is None or month < begins + phase.months:
                return self.monthly(offer, phase, number)
            begins += phase.months
        return Unknown("price", offer.id, "after")

    def monthly(self, offer: Any, phase: Any, number: int) -> Fraction | Unknown:
        """A phase's amount for one month: a year's is a twelfth, a term's is spread over the contract or the phase."""
        unknown = Unknown("price", offer.id, str(number))
        if phase.amount is None:
            return unknown
        amount = Fraction(phase.amount)
        if phase.per == "month":
            return amount
        if phase.per == "year":
            return amount / 12
        months = minimum_term(offer) or phase.months
        return amount / months if months else unknown

    def incentive_value(self, offer: Any, number: int) -> tuple[Fraction | Unknown, str]:
        """What an incentive is worth at what the firm funds, and whether it counts: `yes`, `no` or `perhaps`."""
        incentive = offer.incentives[number]
        counts = {True: "yes", False: "no", None: "perhaps"}[incentive.cash_equivalent]
        unknown = Unknown("points", offer.id, str(number))
        if incentive.funded is not None:
            # A funded amount is known, even where the value is points or a percentage.
            return Fraction(incentive.funded), counts
        if incentive.value is not None:
            return Fraction(incentive.value), counts
        if incentive.percent is None or not offer.price:
            return unknown, counts
        first = offer.price[0]
        amount = self.monthly(offer, first, 0)
        if isinstance(amount, Unknown):
            return unknown, counts
        months = DEFAULT_OPEN_MONTHS if first.months is None else first.months
        return amount * months * Fraction(incentive.percent) / 100, counts

    def cost(self, leg: Leg, months: int, horizon: int, core: bool = False) -> Amount:
        """What the leg costs over so many months: prices, fees (unless `core`), less what is as good as cash."""
        key = (leg, months, horizon, core)
        if key not in self._costs:
            self._costs[key] = self._cost(leg, months, horizon, core)
        return self._costs[key]

    def _cost(self, leg: Leg, months: int, horizon: int, core: bool) -> Amount:
        if leg.offer is None:
            pays, total = self.pays[leg.pays], Amount()
            if pays.amount is None or pays.per == "term":
                total.add(Unknown("price", str(leg.pays), "pays"), months)
            else:
                total.add(Fraction(pays.amount) / (12 if pays.per == "year" else 1), months)
            return total
        total = self.prices(leg, months)
        total.add_all(self.incentives(leg, months, horizon), -1)
        if not core:
            total.add_all(self.fees(leg, months, horizon, None))
        return total

    def prices(self, leg: Leg, months: int) -> Amount:
        """The phases that remain from the leg's month on, then what takes over."""
        total = Amount()
        until = leg.month + months
        for part in self.parts(self.offers[leg.offer], until):
            last = until if part.end is None else min(until, part.end)
            for month in range(max(leg.month, part.start), last):
                total.add(self.price_of_month(part.offer, month - part.start))
        return total

    def fees(self, leg: Leg, months: int, horizon: int, kind: str | None) -> Amount:
        """The fees of the leg: those that are not optional, or (as a term) all of one kind."""
        total = Amount()
        for part in self.parts(self.offers[leg.offer], leg.month + months):
            who = leg.began if part.first else EXISTING
            for fee in part.offer.fees:
                wanted = not fee.optional if kind is None else fee.kind == kind
                if wanted and counts_for(fee.audience, who):
                    total.add(Fraction(fee.amount), self.fee_times(leg, part, fee, months, horizon))
        return total

    def fee_times(self, leg: Leg, part: Part, fee: Any, months: int, horizon: int) -> Fraction:
        """How often a fee falls within the leg (a fee per year: a twelfth for each month)."""
        if fee.when in ("month", "year"):
            return Fraction(self.months_inside(leg, part, months, None), 12 if fee.when == "year" else 1)
        if fee.when == "start":
            return Fraction(self.once(leg, part.start, months, horizon))
        bound = minimum_term(part.offer) or limited_end(part.offer)
        return Fraction(self.once(leg, part.start + bound - 1, months, horizon) if bound > 0 else 0)

    def incentives(self, leg: Leg, months: int, horizon: int) -> Amount:
        """The incentives of the leg that are cash or as good as cash, and those that may be."""
        total = Amount()
        for part in self.parts(self.offers[leg.offer], leg.month + months):
            who = leg.began if part.first else EXISTING
            for number, incentive in enumerate(part.offer.incentives):
                if counts_for(incentive.audience, who):
                    times = self.incentive_times(leg, part, incentive, months, horizon)
                    self.add_incentive(total, part.offer, number, times)
        return total

    def add_incentive(self, total: Amount, offer: Any, number: int, times: Fraction) -> None:
        """Add an incentive so many times, known or not."""
        value, counts = self.incentive_value(offer, number)
        if counts == "no" or times == 0:
            return
        if isinstance(value, Unknown) or counts == "yes":
            total.add(value, times)
        else:
            total.add(Unknown("share", offer.id, str(number)), value * times)

    def incentive_times(self, leg: Leg, part: Part, incentive: Any, months: int, horizon: int) -> Fraction:
        """How often an incentive falls within the leg; those that return stop with the minimum term."""
        if incentive.per == "once":
            return Fraction(self.once(leg, part.start, months, horizon))
        bound = minimum_term(part.offer) or None
        return Fraction(self.months_inside(leg, part, months, bound), 12 if incentive.per == "year" else 1)

    def once(self, leg: Leg, month: int, months: int, horizon: int) -> int:
        """1 if what happened in that month counts: within the leg, or in the past but less than the horizon ago."""
        if month >= leg.month:
            return int(month < leg.month + months)
        return int(leg.month - month < horizon)

    def months_inside(self, leg: Leg, part: Part, months: int, bound: int | None) -> int:
        """How many months of the leg the part is in force (and, with a bound, younger than that)."""
        ends = [end for end in (part.end, None if bound is None else part.start + bound) if end is not None]
        last = min([leg.month + months, *ends])
        return max(0, last - max(leg.month, part.start))

    def cash_value(self, offer: Any, who: str, horizon: int) -> Amount:
        """What an offer's incentives are worth over the horizon to whoever takes it now."""
        leg, total = Leg(offer.id, 0, who), Amount()
        part = Part(offer, 0, None, True)
        for number, incentive in enumerate(offer.incentives):
            if counts_for(incentive.audience, who):
                times = self.incentive_times(leg, part, incentive, horizon, horizon)
                self.add_incentive(total, offer, number, times)
        return total

    # -- interest ----------------------------------------------------------------------------------------------------

    def interest(self, leg: Leg, months: int, balance: Fraction) -> Amount:
        """Simple interest on a balance over so many months; all tiers are added."""
        key = (leg, months, balance)
        if key not in self._interests:
            self._interests[key] = self._interest(leg, months, balance)
        return self._interests[key]

    def _interest(self, leg: Leg, months: int, balance: Fraction) -> Amount:
        total = Amount()
        if leg.offer is None:
            pays = self.pays[leg.pays]
            if pays.percent is None:
                total.add(Unknown("price", str(leg.pays), "pays"), months)
            else:
                total.add(Fraction(pays.percent) / 100 * balance * Fraction(months, 12))
            return total
        until = leg.month + months
        for part in self.parts(self.offers[leg.offer], until):
            last = until if part.end is None else min(until, part.end)
            for month in range(max(leg.month, part.start), last):
                self.interest_of_month(part.offer, month - part.start, balance, total)
        return total

    def interest_of_month(self, offer: Any, month: int, balance: Fraction, total: Amount) -> None:
        """One month's interest of an offer; once every rate has ended and nothing takes over, it is not known."""
        ends = phases_end(offer)
        if not offer.rates:
            total.add(Unknown("price", offer.id, "rates"))
        elif ends is not None and month >= ends:
            total.add(Unknown("price", offer.id, "after"))
        for rate in offer.rates:
            if rate.months is None or month < rate.months:
                low = (
                    Fraction(0) if rate.balance is None or rate.balance.from_ is None else Fraction(rate.balance.from_)
                )
                high = balance if rate.balance is None or rate.balance.to is None else Fraction(rate.balance.to)
                slice_ = max(Fraction(0), min(balance, high) - low)
                total.add(Fraction(rate.percent) / 100 * slice_ / 12)


def counts_for(audience: str | None, who: str) -> bool:
    """Whether a fee or an incentive is for a newcomer, an existing customer, or both."""
    return audience in (None, "any", who)
