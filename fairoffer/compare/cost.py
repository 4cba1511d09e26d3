"""What an offer costs, exactly.

Every amount is a ``Fraction`` of the catalog's currency. A cost that is not fully known is an interval: a missing price
may be anything from nothing up, an incentive that nobody classified counts between not at all and whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from fairoffer.model.catalog import Fee, Incentive, Offer, Phase, Rate

Role = Literal["new", "existing"]
NONE = Fraction(0)


Token = tuple[str, str]
"""Something that is not known: an offer, and which of its amounts. The same on whichever side it appears."""


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
class Span:
    """An amount a month from ``start`` to before ``end`` (None: open); None is the missing price ``token``."""

    start: int
    end: int | None
    amount: Fraction | None
    token: Token = ("", "")


class Item(NamedTuple):
    """A fee (positive) or incentive (negative): once at ``start``, or a month from ``start`` to before ``end``.

    ``least`` None is a value that nobody knows, ``least`` unlike ``most`` one that may not count.
    ``lasts`` says that a one-off item still counts some time after it was paid.
    """

    kind: str
    label: str
    start: int
    end: int | None
    once: bool
    most: Fraction
    least: Fraction | None
    audience: str | None
    core: bool
    lasts: bool = True
    token: Token = ("", "")


@dataclass(frozen=True, slots=True)
class Timeline:
    """An offer laid out in months from the day it begins, followed through ``contract.then``."""

    spans: tuple[Span, ...]
    items: tuple[Item, ...]
    rates: tuple[tuple[int, int | None, Rate], ...]
    silent_from: int | None = None
    """The month from which no rate is stated, None where there is always one."""
    token: Token = ("", "")


@dataclass(frozen=True, slots=True)
class Measure:
    """How a cost is counted: its name, balance for rates, whether fees count, whole value of incentives."""

    name: str
    balance: Decimal | None = None
    fees: bool = True
    whole: bool = False

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


def phase_amount(offer: Offer, phase: Phase) -> Fraction | None:
    """A phase's amount a month; an amount a term is spread over the minimum term, else over the phase."""
    if phase.amount is None:
        return None
    amount = Fraction(phase.amount)
    if phase.per == "year":
        return amount / 12
    if phase.per == "term":
        months = minimum_term(offer) or phase.months
        return amount / months if months else None
    return amount


def minimum_term(offer: Offer) -> int:
    return offer.contract.months if offer.contract else 0


def follows(offer: Offer) -> str | None:
    return offer.contract.then if offer.contract else None


def phases_end(offer: Offer) -> int | None:
    """The month in which the last phase that has months ends; None where the first phase is open already."""
    end = 0
    for phase in offer.price:
        if phase.months is None:
            break
        end += phase.months
    for rate in offer.rates:
        end = max(end, rate.months or 0)
    return end or None


def first_phase_end(offer: Offer) -> int | None:
    if offer.price:
        return offer.price[0].months
    months = [rate.months for rate in offer.rates if rate.months is not None]
    return min(months) if months else None


def moves_on(offer: Offer) -> bool:
    """Whether something else begins when the phases with months end."""
    if phases_end(offer) is None:
        return False
    if follows(offer) is not None:
        return True
    return is_open_ended(offer)


def product_at(offer: Offer, month: int, offers: Mapping[str, Offer]) -> str:
    """The product a holder of the offer has in that month: a phase, or what takes over, may move to another."""
    held, at = holding_at(offer, offers, month)
    for phase in held.price:
        if phase.months is None or month < at + phase.months:
            return phase.product or held.product
        at += phase.months
    return held.product


def chain(offer: Offer, offers: Mapping[str, Offer], until: int) -> Iterator[tuple[Offer, int, int | None]]:
    """The offer and what takes over from it, each with the month it begins and ends, up to month ``until``."""
    start = 0
    while True:
        length = phases_end(offer)
        successor = follows(offer)
        if is_open_ended(offer) or length is None or successor is None or successor not in offers:
            yield offer, start, None
            return
        yield offer, start, start + length
        start += length
        if start >= until:
            return
        offer = offers[successor]


def holding_at(offer: Offer, offers: Mapping[str, Offer], month: int) -> tuple[Offer, int]:
    """The offer that a holder has in that month, itself or what took over, and the month in which that began."""
    held, began = offer, 0
    for part, start, _ in chain(offer, offers, month + 1):
        if start <= month:
            held, began = part, start
    return held, began


def successors(offer: Offer, offers: Mapping[str, Offer]) -> tuple[int, bool]:
    """Months that the phases of an offer and of all that take over from it last, and whether they come round again."""
    months, seen = 0, set[str]()
    following: str | None = offer.id
    while following is not None and following in offers:
        if following in seen:
            return months, True
        seen.add(following)
        part = offers[following]
        if phases_end(part) is None or is_open_ended(part):
            return months + (phases_end(part) or 0), False
        months += phases_end(part) or 0
        following = follows(part)
    return months, False


def is_open_ended(offer: Offer) -> bool:
    return any(p.months is None for p in offer.price) or any(r.months is None for r in offer.rates)


def timeline(offer: Offer, offers: Mapping[str, Offer], until: int) -> Timeline:
    """Lay the offer out in months, at least up to month ``until``."""
    spans: list[Span] = []
    items: list[Item] = []
    rates: list[tuple[int, int | None, Rate]] = []
    silent: int | None = None
    last = offer
    for at, (part, start, end) in enumerate(chain(offer, offers, until)):
        spans += price_spans(part, start)
        rates += [(start, earlier(end, start + r.months if r.months else None), r) for r in part.rates]
        found = [fee_item(part, fee, start, end) for fee in part.fees if not fee.optional]
        found += [
            incentive_item(part, n, i, start, end)
            for n, i in enumerate(part.incentives)
            if i.cash_equivalent is not False
        ]
        # Whoever rolls on to another offer is an existing customer by then.
        items += [i if at == 0 else i._replace(audience=None) for i in found if i and (at == 0 or i.audience != "new")]
        last = part
        if end is None and not any(r.months is None for r in part.rates):
            silent = start + (phases_end(part) or 0)
    return Timeline(tuple(spans), tuple(items), tuple(rates), silent, (last.id, "rate"))


def price_spans(offer: Offer, start: int) -> Iterator[Span]:
    """The phases; where none is open and nothing takes over, what comes after them is not known."""
    if offer.rates and not offer.price:
        return
    at = start
    for number, phase in enumerate(offer.price):
        end = None if phase.months is None else at + phase.months
        yield Span(at, end, phase_amount(offer, phase), (offer.id, f"phase {number}"))
        if end is None:
            return
        at = end
    if follows(offer) is None or not offer.price:
        yield Span(at, None, None, (offer.id, "after"))


def fee_item(offer: Offer, fee: Fee, start: int, end: int | None) -> Item | None:
    amount = Fraction(fee.amount)
    if fee.when in ("month", "year"):
        monthly = amount if fee.when == "month" else amount / 12
        return Item("fee", fee.kind, start, end, False, monthly, monthly, fee.audience, False)
    at = start
    if fee.when == "end":
        last = minimum_term(offer) or phases_end(offer)
        if not last:
            return None
        at = start + last - 1
    return Item("fee", fee.kind, at, None, True, amount, amount, fee.audience, False, fee.when == "start")


def incentive_item(offer: Offer, number: int, incentive: Incentive, start: int, end: int | None) -> Item:
    """An incentive as a negative amount; one that nobody classified is between nothing and its value."""
    _, firm = incentive_value(offer, incentive)
    least = None if firm is None else -firm
    most = -firm if firm is not None and incentive.cash_equivalent else NONE
    once = incentive.per == "once"
    if incentive.per == "year":
        least, most = (None if least is None else least / 12), most / 12
    if not once and minimum_term(offer):
        end = earlier(end, start + minimum_term(offer))
    token = (offer.id, f"incentive {number}")
    until = None if once else end
    return Item("incentive", incentive.kind, start, until, once, most, least, incentive.audience, True, token=token)


def incentive_value(offer: Offer, incentive: Incentive) -> tuple[Fraction | None, Fraction | None]:
    """Its whole value and the firm's part of it; None where it has no value in money (points)."""
    whole: Fraction | None = None
    if incentive.value is not None:
        whole = Fraction(incentive.value)
    elif incentive.percent is not None and offer.price:
        monthly = phase_amount(offer, offer.price[0])
        share = Fraction(incentive.percent) / 100
        whole = None if monthly is None else monthly * (offer.price[0].months or 12) * share
    return whole, whole if incentive.funded is None else Fraction(incentive.funded)


def earlier(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)


def overlap(start: int, end: int | None, low: int, high: int) -> int:
    return max(0, (high if end is None else min(end, high)) - max(start, low))


def whole_value(offer: Offer) -> Offer:
    """The same offer with every incentive at its whole value, whoever funds it."""
    incentives = tuple(i.model_copy(update={"funded": None}) for i in offer.incentives)
    return offer.model_copy(update={"incentives": incentives})


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
        if not count or (item.audience or role) not in (role, "any") or not (item.core or measure.fees):
            continue
        known += item.most * count
        if item.least is None:
            doubts.points[item.token] = doubts.points.get(item.token, NONE) + count
        elif item.least != item.most:
            doubts.shares[item.token] = doubts.shares.get(item.token, NONE) + (item.most - item.least) * count
    return Bounds(known, doubts if any(doubts) else None)


def times(item: Item, start: int, stop: int, horizon: int) -> int:
    if not item.once:
        return overlap(item.start, item.end, start, stop)
    return int(start <= item.start < stop or (item.lasts and item.start < start < item.start + horizon))


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


def price_point(monthly: Fraction | None, rate: Rate | None) -> Timeline:
    """The timeline of a segment that says what it pays instead of what it holds."""
    if rate is not None:
        return Timeline((), (), ((0, None, rate),))
    return Timeline((Span(0, None, monthly),), (), ())


def bends(line: Timeline) -> list[int]:
    """Months at which what a holder pays changes."""
    out = {s.start for s in line.spans} | {s.end for s in line.spans if s.end is not None}
    out |= {m for a, b, _ in line.rates for m in (a, b) if m is not None}
    out |= {m for i in line.items for m in (i.start, i.start + 1 if i.once else i.end) if m is not None}
    return sorted(m for m in out if m)


def without_fees(measure: Measure) -> Measure:
    return replace(measure, name="core_price", fees=False)
