"""What an offer costs, exactly.

Every amount is a ``Fraction`` of the catalog's currency. A cost that is not fully known is an interval: a missing price
may be anything from nothing up, an incentive that nobody classified counts between not at all and whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from fairoffer.compare.timeline import Item, Timeline, Token, overlap, times
from fairoffer.model.catalog import Offer, Rate

Role = Literal["new", "existing"]
NONE = Fraction(0)


class Doubts(NamedTuple):
    """What of a cost is not known.

    ``prices`` may be anything from nothing up, so many times; ``shares`` count between nothing and their amount;
    ``points`` may be worth all that is paid.
    """

    prices: dict[Token, Fraction]
    shares: dict[Token, Fraction]
    points: dict[Token, Fraction]


class Bounds(NamedTuple):
    """A cost: what is known of it, and what is not (None: all is known)."""

    known: Fraction
    doubts: Doubts | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """How a cost is counted: its name, balance for rates, whether fees and incentives count, these at whole value."""

    name: str
    balance: Decimal | None = None
    fees: bool = True
    incentives: bool = True
    whole: bool = False

    def counts(self, item: Item) -> bool:
        """Whether a fee or an incentive is part of it."""
        return self.incentives if item.core else self.fees

    @property
    def better(self) -> Literal["higher", "lower"]:
        return "higher" if self.name == "interest_earned" else "lower"

    def term(self, months: int) -> str:
        tail = "" if self.balance is None else f"/{plain(self.balance)}"
        return f"{self.name}@{months}{tail}"


def plain(number: Decimal) -> str:
    """A decimal without exponent or trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Rises:
    """Price rises that a contract announces, as (months from the judged day, percent or None, money)."""

    steps: tuple[tuple[int, Fraction | None, Fraction], ...] = ()

    def factor(self, amount: Fraction, month: int) -> Fraction:
        for at, percent, money in self.steps:
            if month >= at:
                amount = amount * (1 + percent / 100) if percent is not None else amount + money
        return amount


def rises(offer: Offer, as_of: date, until: int, assume: Mapping[str, Decimal]) -> Rises:
    """The rises of the contract in the ``until`` months after the judged day; earlier ones are in the price."""
    rise = offer.contract.rise if offer.contract else None
    if rise is None or rise.type == "none":
        return Rises()
    plus = Fraction(rise.plus or 0)
    percent: Fraction | None = None
    if rise.type == "percent":
        percent = plus
    elif rise.type in ("cpi", "rpi"):
        if rise.type not in assume:
            return Rises()
        percent = Fraction(assume[rise.type]) + plus
    steps = [(month, percent, plus) for month in rise_months(rise.schedule, as_of, until)]
    return Rises(tuple(sorted(steps, key=lambda s: s[0])))


def rise_months(schedule: tuple[str, ...], as_of: date, until: int) -> list[int]:
    """Months from the judged day to each scheduled date: a leg's month k begins k months after that day."""
    out = []
    for text in schedule:
        parts = [int(p) for p in text.split("-")]
        years = [parts[0]] if len(parts) == 3 else range(as_of.year, as_of.year + until // 12 + 2)
        for year in years:
            month, day = parts[-2:]
            after = (year - as_of.year) * 12 + month - as_of.month + (1 if day > as_of.day else 0)
            if (year, month, day) > (as_of.year, as_of.month, as_of.day) and after < until:
                out.append(max(after, 0))
    return out


def cost(
    line: Timeline,
    measure: Measure,
    months: int,
    *,
    role: Role,
    start: int = 0,
    horizon: int = 0,
    rise: Rises | None = None,
) -> Bounds:
    """Cost over ``months`` from month ``start`` of a leg.

    ``role`` is who the customer was when the leg began: items for the other audience do not count. A one-off item
    before ``start`` counts whole while it is less than ``horizon`` months old. Interest earned is a negative cost.
    """
    if measure.balance is not None:
        return interest(line, measure, months, start)
    stop = start + months
    known = NONE
    doubts = Doubts({}, {}, {})
    for span in line.spans:
        count = overlap(span.start, span.end, start, stop)
        if not count:
            continue
        if span.amount is None:
            doubts.prices[span.token] = doubts.prices.get(span.token, NONE) + count
        elif rise is not None and rise.steps:
            first = max(span.start, start) - start
            known += sum((rise.factor(span.amount, k) for k in range(first, first + count)), NONE)
        else:
            known += span.amount * count
    for item in line.items:
        count = times(item, start, stop, horizon)
        if not count or (item.audience or role) not in (role, "any") or not measure.counts(item):
            continue
        known += item.most * count
        if item.least is None:
            doubts.points[item.token] = doubts.points.get(item.token, NONE) + count
        elif item.least != item.most:
            doubts.shares[item.token] = doubts.shares.get(item.token, NONE) + (item.most - item.least) * count
    return Bounds(known, doubts if any(doubts) else None)


def interest(line: Timeline, measure: Measure, months: int, start: int) -> Bounds:
    """Simple interest on a balance over ``months``; all tiers are added."""
    balance = Fraction(measure.balance or 0)
    sign = -1 if measure.better == "higher" else 1
    total = NONE
    for begins, ends, rate in line.rates:
        count = overlap(begins, ends, start, start + months)
        total += sign * Fraction(rate.percent) / 100 * portion(rate, balance) * count / 12
    silent = 0 if line.silent_from is None else overlap(line.silent_from, None, start, start + months)
    doubts = Doubts({line.token: Fraction(sign * silent)}, {}, {}) if silent else None
    return Bounds(total, doubts)


def portion(rate: Rate, balance: Fraction) -> Fraction:
    low = Fraction(rate.balance.from_ or 0) if rate.balance else NONE
    high = Fraction(rate.balance.to) if rate.balance and rate.balance.to is not None else balance
    return max(NONE, min(balance, high) - low)
