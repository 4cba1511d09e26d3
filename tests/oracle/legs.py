"""Two legs side by side: a customer's row and a quote, in the same tax, for the same time, as a lowest and highest gap.

A leg's cost has a recurring part (price, monthly and yearly fees, percentages of the price) and one-off sums (fees at
start or end, gifts). Whatever nobody wrote down lies between two ends; a gap is certain when both ends lead to the same
outcome.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, NamedTuple

MISSING, TAX, UNCLASSIFIED = "missing-value", "tax-differs", "unclassified-incentive"
REASONS = ("scope-unknown", "no-comparator", "risk-differs", TAX, MISSING, UNCLASSIFIED)
LENDING = ("loan", "loans", "mortgage", "mortgages", "overdraft", "overdrafts", "lending", "finance")
Number = Any  # a Fraction, or an infinity where nothing limits the value
Limit = Callable[[Number], Fraction | None]


def is_lending(product_type: str) -> bool:
    """Whether its rates are paid by the customer: one of the words, or a kind of credit."""
    words = product_type.lower().replace("_", "-").replace(" ", "-").split("-")
    words = [word for word in words if word]
    credit = words[-1:] == ["credit"] or words[:2] in (["credit", "card"], ["credit", "line"])
    return credit or any(word in LENDING for word in words)


def first_reason(reasons: Any) -> str:
    """Of several reasons the first in the order in which they are listed."""
    return min(reasons, key=REASONS.index)


def half_up(value: Fraction, places: int) -> Fraction:
    """Rounded once; a half goes away from zero."""
    scale = 10**places
    whole = (2 * abs(value.numerator) * scale + value.denominator) // (2 * value.denominator)
    return Fraction(-whole if value < 0 else whole, scale)


@dataclass(frozen=True)
class Span:
    """A value that lies between two ends, and why they are apart."""

    low: Number = Fraction(0)
    high: Number = Fraction(0)
    doubts: frozenset[str] = frozenset()

    def plus(self, other: Span) -> Span:
        return Span(self.low + other.low, self.high + other.high, self.doubts | other.doubts)

    def minus(self, other: Span) -> Span:
        return Span(self.low - other.high, self.high - other.low, self.doubts | other.doubts)

    def times(self, factor: Fraction) -> Span:
        """Multiplied by something above zero."""
        return Span(self.low * factor, self.high * factor, self.doubts)

    @property
    def sure(self) -> bool:
        return bool(self.low == self.high)


ZERO = Span()
FROM_ZERO = Span(Fraction(0), math.inf, frozenset({MISSING}))


def just(value: Any) -> Span:
    """A known value."""
    return Span(Fraction(value), Fraction(value))


def anything(reason: str) -> Span:
    """Nothing is known."""
    return Span(-math.inf, math.inf, frozenset({reason}))


class Fee(NamedTuple):
    kind: str
    amount: Fraction
    when: str
    party: str | None = None


class Gift(NamedTuple):
    """An incentive: one of value, percent and points; `cash` None: nobody says."""

    value: Fraction | None
    percent: Fraction | None
    cash: bool | None
    funded: Fraction | None


@dataclass(frozen=True)
class Side:
    """A leg as it is compared. Lists that are None are not known; empty ones are known to be empty."""

    per: str
    price: Fraction | None = None
    rate: Fraction | None = None
    finance_rate: Fraction | None = None
    fees: tuple[Fee, ...] | None = None
    addons: tuple[tuple[str, Fraction], ...] | None = None
    parts: tuple[tuple[str, Fraction], ...] | None = None
    gifts: tuple[Gift, ...] = ()
    terms: dict[str, Fraction] | None = field(default=None, hash=False)
    tax_differs: bool = False
    own: bool = False
    """Whether it is the customer's row, not a quote."""


def fraction(value: Any) -> Fraction | None:
    return None if value is None else Fraction(value)


def side_of(leg: Any, per: str) -> Side:
    """A row or a quote as a side; `per` is for amounts of which it says nothing."""
    gifts = tuple(
        Gift(fraction(one.value), fraction(one.percent), one.cash_equivalent, fraction(one.funded))
        for one in leg.incentives or ()
    )
    return Side(
        per=leg.per or per,
        price=fraction(leg.price),
        rate=fraction(leg.rate),
        finance_rate=fraction(leg.finance_rate),
        fees=None if leg.fees is None else tuple(Fee(f.kind, Fraction(f.amount), f.when, f.party) for f in leg.fees),
        addons=None if leg.addons is None else tuple((one.id, Fraction(one.price)) for one in leg.addons),
        parts=None if leg.parts is None else tuple((one.party, Fraction(one.amount)) for one in leg.parts),
        gifts=gifts,
        terms=None if leg.terms is None else {name: Fraction(value) for name, value in leg.terms.items()},
    )


def taxed_alike(side: Side, quote_tax: Any, row_tax: Any, places: int) -> Side:
    """The quote's amounts with or without tax as on the row, each rounded; marked where nobody knows the rate."""
    if quote_tax is None or (row_tax is not None and row_tax.included == quote_tax.included):
        return side
    rate = quote_tax.rate
    if rate is None and row_tax is not None:
        rate = row_tax.rate
    if row_tax is None or rate is None:
        return replace(side, tax_differs=True)
    factor = 1 + Fraction(rate) / 100
    if quote_tax.included:
        factor = 1 / factor

    def taxed(amount: Fraction) -> Fraction:
        return half_up(amount * factor, places)

    return replace(
        side,
        price=None if side.price is None else taxed(side.price),
        fees=None if side.fees is None else tuple(fee._replace(amount=taxed(fee.amount)) for fee in side.fees),
        addons=None if side.addons is None else tuple((name, taxed(amount)) for name, amount in side.addons),
        parts=None if side.parts is None else tuple((name, taxed(amount)) for name, amount in side.parts),
    )


@dataclass(frozen=True)
class Clock:
    """The time that amounts are for on a row, and the months of its term (None: not known)."""

    per: str
    months: int | None

    def factor(self, per: str) -> Fraction | None:
        """What an amount of this `per` is multiplied by to be for the row's."""
        if per == self.per:
            return Fraction(1)
        if per != "term" and self.per != "term":
            return Fraction(12) if per == "month" else Fraction(1, 12)
        if not self.months:
            return None
        in_months = {"month": Fraction(1), "year": Fraction(12), "term": Fraction(self.months)}
        return in_months[self.per] / in_months[per]

    @property
    def once(self) -> Fraction | None:
        """How much of what is due once falls to the row's time; without a term a yearly price is for one year."""
        return Fraction(1) if self.per == "year" and not self.months else self.factor("term")


class Scaled(NamedTuple):
    """The recurring part for the row's time, and the one-off sums, of a leg."""

    recurring: Span
    single: Span


def gift_value(gift: Gift, price: Fraction | None) -> Span:
    """What a gift is worth to whoever gets it, at what the firm pays; unknown values are 0 or more."""
    if gift.value is not None:
        value: Fraction | None = gift.value
    else:
        # Without a price nobody knows what a percentage of it is; what a point is worth nobody ever knows.
        value = None if gift.percent is None or price is None else price * gift.percent / 100
    if gift.funded is not None:
        value = gift.funded if value is None else min(value, gift.funded)
    if gift.cash is False:
        return ZERO
    if gift.cash is None:
        return Span(Fraction(0), math.inf if value is None else value, frozenset({UNCLASSIFIED}))
    return FROM_ZERO if value is None else just(value)


def for_the_row(value: Span, factor: Fraction | None) -> Span:
    """A value for the row's time; where nobody knows how long a term is, it may be anything of its sign."""
    if factor is not None:
        return value.times(factor)
    return ZERO if value == ZERO else Span(Fraction(0), math.inf, value.doubts or frozenset({MISSING}))


def gifts_of(side: Side, clock: Clock) -> tuple[Span, Span]:
    """What all gifts are worth: percentages of a price come as often as the price, all others once."""
    often, once = ZERO, ZERO
    for gift in side.gifts:
        value = gift_value(gift, side.price)
        if gift.percent is not None:
            often = often.plus(for_the_row(value, clock.factor(side.per)))
        else:
            once = once.plus(value)
    return often, once


def fees_of(side: Side, clock: Clock) -> tuple[Span, Span]:
    """The listed fees: those of every month or year, and those that come once."""
    often, once = ZERO, ZERO
    for fee in side.fees or ():
        if fee.when in ("start", "end"):
            once = once.plus(just(fee.amount))
        else:
            often = often.plus(for_the_row(just(fee.amount), clock.factor(fee.when)))
    return often, once


Beside = tuple[tuple[Side, ...], tuple[Side, ...]]


def cost(side: Side, others: tuple[Side, ...], clock: Clock, term: str) -> Scaled:
    """The price; less gifts, unless it is list_price; with fees, if it is total_cost.

    Fees of which only another leg tells may be anything.
    """
    often = FROM_ZERO if side.price is None else for_the_row(just(side.price), clock.factor(side.per))
    if term == "list_price":
        return Scaled(often, ZERO)
    less_often, less_once = gifts_of(side, clock)
    often, once = often.minus(less_often), ZERO.minus(less_once)
    if term == "total_cost":
        fees_often, fees_once = fees_of(side, clock)
        # A row should know of its fees as soon as a quote speaks of any at all; a quote, where some are charged.
        if side.fees is None and any(other.fees is not None if side.own else other.fees for other in others):
            fees_often = FROM_ZERO
        often, once = often.plus(fees_often), once.plus(fees_once)
    return Scaled(often, once)


class End(NamedTuple):
    """One end of what a gap may be, and both values there (None: they cannot be said)."""

    gap: Number
    existing: Number | None
    comparator: Number | None


class Pair(NamedTuple):
    """Lowest and highest gap, and why they are apart."""

    low: End
    high: End
    doubts: frozenset[str]


def unknown_pair(reason: str) -> Pair:
    return Pair(End(-math.inf, None, None), End(math.inf, None, None), frozenset({reason}))


def apart(mine: Span, theirs: Span, sign: int = 1, shown: bool = True) -> Pair:
    """How much worse `mine` is: higher (sign 1) or lower (sign -1)."""
    ends = [End(mine.low - theirs.high, mine.low, theirs.high), End(mine.high - theirs.low, mine.high, theirs.low)]
    if sign < 0:
        ends = [End(-end.gap, end.existing, end.comparator) for end in reversed(ends)]
    if not shown:
        ends = [End(end.gap, None, None) for end in ends]
    return Pair(ends[0], ends[1], mine.doubts | theirs.doubts)


def scaled_pair(mine: Scaled, theirs: Scaled, clock: Clock) -> Pair:
    """Two legs over the row's time. One-off sums are for a term: equal ones cancel even if nobody knows its months."""
    factor = clock.once
    if factor is not None:
        return apart(mine.recurring.plus(mine.single.times(factor)), theirs.recurring.plus(theirs.single.times(factor)))
    if not (mine.single.sure and theirs.single.sure and mine.single.low == theirs.single.low):
        return unknown_pair(MISSING)
    return apart(mine.recurring, theirs.recurring, shown=mine.single.low == 0)


def cost_pair(mine: Side, theirs: Side, clock: Clock, term: str, beside: Beside | None = None) -> Pair:
    """Existing against comparator on a cost term; `beside`: whose fees make silence about fees matter, on each side."""
    if mine.tax_differs or theirs.tax_differs:
        return unknown_pair(TAX)
    of_mine, of_theirs = beside or ((theirs,), (mine,))
    return scaled_pair(cost(mine, of_mine, clock, term), cost(theirs, of_theirs, clock, term), clock)


def rate_pair(mine: Fraction | None, theirs: Fraction | None, lower_is_better: bool | None) -> Pair:
    """Two rates, in percentage points; one that nobody states is nothing or more. None: nobody knows what is better."""
    if lower_is_better is None and mine != theirs:
        return unknown_pair(MISSING)
    spans = [FROM_ZERO if rate is None else just(rate) for rate in (mine, theirs)]
    return apart(spans[0], spans[1], -1 if lower_is_better is False else 1)


class Judged(NamedTuple):
    """Outcome (fail, pass or unknown), reason, and at the deciding end the gap and both values."""

    outcome: str
    reason: str | None = None
    gap: Number | None = None
    existing: Number | None = None
    comparator: Number | None = None


def decide(rows: list[list[Pair]], limit: Limit, places: int | None, bare: Any = lambda _: Fraction(0)) -> Judged:
    """For each comparator (row) the smallest gap to what the customer has; of those the largest."""

    def judged_gap(gap: Number) -> Number:
        return half_up(gap, places) if places is not None and isinstance(gap, Fraction) else gap

    def fails(end: End) -> bool:
        if math.isinf(end.gap):
            return bool(end.gap > 0)
        comparator = end.comparator
        if comparator is not None and math.isinf(comparator):
            comparator = None
        allowed = limit(comparator)
        return bool(judged_gap(end.gap) > (bare(comparator) if allowed is None else allowed))

    lows = [min((pair.low for pair in row), key=lambda end: end.gap) for row in rows]
    highs = [min((pair.high for pair in row), key=lambda end: end.gap) for row in rows]
    low, high = max(lows, key=lambda end: end.gap), max(highs, key=lambda end: end.gap)
    if fails(low):
        # What a tolerance that nobody can scale would allow is not known.
        return Judged("unknown", MISSING) if limit(Fraction(0)) is None else Judged("fail", None, *low)
    if not fails(high):
        return Judged("pass", None, *high)
    doubts: set[str] = set()
    for row, end in zip(rows, highs, strict=True):
        if fails(end):
            doubts |= {doubt for pair in row if not fails(pair.low) for doubt in pair.doubts}
    return Judged("unknown", first_reason(doubts))
