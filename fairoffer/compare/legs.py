"""What one leg of a book row comes to: a price that was set, or one that was quoted, with its fees and incentives.

Amounts are exact fractions in the period that the row's price is for. What is not known is a bound: a missing price may
be anything from nothing up, an incentive that nobody classified counts between not at all and whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, NamedTuple

from fairoffer.model.book import BookRow, Leg, LegIncentive, Quote
from fairoffer.model.catalog import Per, Tax
from fairoffer.money import round_half_up

Doubt = Literal["tax-differs", "missing-value", "unclassified-incentive"]
DOUBTS: tuple[Doubt, ...] = ("tax-differs", "missing-value", "unclassified-incentive")
"""Why a value has two ends, the gravest first."""
Part = tuple[str, Fraction]
"""What a number is, and what it adds to the leg."""
NONE = Fraction(0)
COSTS = ("core_price", "total_cost", "list_price")


@dataclass(frozen=True)
class Period:
    """What the row's price is for, how long a term is, and the decimals of the currency."""

    per: Per
    months: int | None
    places: int

    def bring(self, amount: Fraction, per: Per) -> Fraction | None:
        """An amount for another period in the row's own; ``None``: nobody says how long the term is."""
        if per == self.per:
            return amount
        mine, theirs = self.length(self.per), self.length(per)
        return None if mine is None or theirs is None else amount * mine / theirs

    def length(self, per: Per) -> int | None:
        return {"month": 1, "year": 12, "term": self.months or None}[per]

    @property
    def is_one_year(self) -> bool:
        """Whether it is a year because nobody says how long the term is."""
        return self.per == "year" and not self.months

    @property
    def once(self) -> Fraction | None:
        """How much of what is due once falls to the row's period; a yearly price without a term is for a year."""
        return Fraction(1) if self.is_one_year else self.bring(Fraction(1), "term")

    @property
    def horizon(self) -> int | None:
        """Months that an amount of the row is for."""
        return self.length(self.per)


def period_of(row: BookRow, places: int) -> Period:
    """The period of a row; a price without one is for the term."""
    return Period(row.per or "term", row.contract.months if row.contract else None, places)


class Worth(NamedTuple):
    """A value of a leg from ``low`` to ``high`` (None: no end there), ``whole`` with incentives at their whole value.

    ``parts`` are what it is made of, as far as that is known; ``doubt`` says why its ends are not one.
    """

    low: Fraction | None
    high: Fraction | None
    whole: Fraction | None
    parts: tuple[Part, ...]
    doubt: Doubt | None = None


@dataclass(frozen=True)
class Paired:
    """How the two values of a row came about: the row, the quote that was decisive, and the parts of both."""

    row: BookRow
    quote: Quote | None
    period: Period
    mine: tuple[Part, ...] = ()
    theirs: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Sums:
    """A leg in two sums: what recurs with its price, and what is due once a term."""

    recurring: Worth
    once: Worth


def known(amount: Fraction, *parts: Part) -> Worth:
    return Worth(amount, amount, amount, tuple(parts))


def unknown() -> Worth:
    """Anything from nothing up."""
    return Worth(NONE, None, NONE, (), "missing-value")


def plus(one: Worth, two: Worth) -> Worth:
    """Both together; ``missing-value`` is the graver doubt."""
    return Worth(
        added(one.low, two.low),
        added(one.high, two.high),
        added(one.whole, two.whole),
        (*one.parts, *two.parts),
        gravest_doubt((one, two)),
    )


def gravest_doubt(worths: Iterable[Worth]) -> Doubt | None:
    """The first of the doubts of several values, in a fixed order."""
    found = {worth.doubt for worth in worths}
    return next((doubt for doubt in DOUBTS if doubt in found), None)


def added(one: Fraction | None, two: Fraction | None) -> Fraction | None:
    return None if one is None or two is None else one + two


def sums(leg: Leg, term: str, period: Period, per: Per, taxed: Taxed) -> Sums:
    """The leg's cost under a term; ``per`` is what its price is for, where it does not say so itself."""
    price = None if leg.price is None else period.bring(taxed(Fraction(leg.price)), leg.per or per)
    recurring = unknown() if price is None else known(price, ("price", price))
    once = known(NONE)
    for incentive in leg.incentives or () if term != "list_price" else ():
        if incentive.percent is not None:
            recurring = plus(recurring, given(incentive, price))
        else:
            once = plus(once, given(incentive, None))
    if term == "total_cost":
        for fee in leg.fees or ():
            size = taxed(Fraction(fee.amount))
            if fee.when in ("start", "end"):
                once = plus(once, known(size, (f"{fee.kind} fee", size)))
            else:
                brought = period.bring(size, "month" if fee.when == "month" else "year")
                part = unknown() if brought is None else known(brought, (f"{fee.kind} fee", brought))
                recurring = plus(recurring, part)
    return Sums(recurring, once)


def given(incentive: LegIncentive, price: Fraction | None) -> Worth:
    """What an incentive takes off: at what the firm funds of it, if it is as good as money."""
    if incentive.cash_equivalent is False:
        return known(NONE)
    doubt: Doubt = "missing-value" if incentive.cash_equivalent else "unclassified-incentive"
    whole = size_of(incentive, price)
    funded = whole if incentive.funded is None else Fraction(incentive.funded)
    if funded is None:
        return Worth(None, NONE, None, (), doubt)
    whole = funded if whole is None else whole
    funded = min(whole, funded)
    part = (incentive.kind.replace("_", " "), -funded)
    if incentive.cash_equivalent:
        return Worth(-funded, -funded, -whole, (part,))
    return Worth(-funded, NONE, -whole, (), doubt if funded else None)


def size_of(incentive: LegIncentive, price: Fraction | None) -> Fraction | None:
    """The whole value in money; ``None`` for points, and for a percentage of a price that is not known."""
    if incentive.value is not None:
        return Fraction(incentive.value)
    if incentive.percent is not None and price is not None:
        return price * Fraction(incentive.percent) / 100
    return None


def together(mine: Sums, theirs: Sums, period: Period) -> tuple[Worth, Worth]:
    """Both legs as one sum each; what is due once needs the term's length, unless it is the same on both sides."""
    factor = period.once
    if factor is not None:
        return plus(mine.recurring, times(mine.once, factor)), plus(theirs.recurring, times(theirs.once, factor))
    same = mine.once.low == mine.once.high == theirs.once.low == theirs.once.high
    if same and mine.once.low is not None:
        return mine.recurring, theirs.recurring
    return spoilt(mine.recurring), spoilt(theirs.recurring)


def spoilt(worth: Worth) -> Worth:
    return Worth(None, None, None, worth.parts, "missing-value")


def times(worth: Worth, factor: Fraction) -> Worth:
    low, high, whole = (None if x is None else x * factor for x in worth[:3])
    return Worth(low, high, whole, tuple((name, size * factor) for name, size in worth.parts), worth.doubt)


def with_silent_fees(mine: Leg, others: Iterable[Leg], sums_: Sums) -> Sums:
    """A leg that does not speak of fees while another charges some may charge anything from nothing up; a row may, as
    soon as the other speaks of them at all."""
    if mine.fees is None and any(other.fees if isinstance(mine, Quote) else other.fees is not None for other in others):
        return replace(sums_, recurring=plus(sums_.recurring, unknown()))
    return sums_


@dataclass(frozen=True)
class Taxed:
    """How amounts of a leg are brought to the row's tax basis."""

    factor: Fraction
    places: int

    def __call__(self, amount: Fraction) -> Fraction:
        if self.factor == 1:
            return amount
        brought = amount * self.factor
        return Fraction(round_half_up(brought.numerator, brought.denominator, self.places))


def taxed(row: Tax | None, quote: Tax | None, places: int) -> Taxed | None:
    """The conversion of a quote to the row's basis; ``None``: the rate, or the row's basis, is not known."""
    if quote is None or (row is not None and quote.included == row.included):
        return Taxed(Fraction(1), places)
    rate = quote.rate if quote.rate is not None else row.rate if row is not None else None
    if row is None or rate is None:
        return None
    factor = 1 + Fraction(rate) / 100
    return Taxed(factor if row.included else 1 / factor, places)


def cash(incentives: Iterable[LegIncentive], price: Fraction | None) -> Worth:
    """The largest single incentive that is as good as money, at the firm's part: the least and the most it can be."""
    worths = [given(incentive, price) for incentive in incentives]
    low = max((-worth.high for worth in worths if worth.high is not None), default=NONE)
    if any(worth.low is None for worth in worths):
        return Worth(low, None, None, (), gravest_doubt(worths))
    high = max((-worth.low for worth in worths if worth.low is not None), default=NONE)
    whole = max((-worth.whole for worth in worths if worth.whole is not None), default=NONE)
    return Worth(low, high, max(high, whole), (), gravest_doubt(worths) if low < high else None)
