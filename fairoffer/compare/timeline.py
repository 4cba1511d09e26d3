"""An offer laid out in months: what is paid in each, its one-off items, and what nobody has written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from fairoffer.compare.lineage import chain, follows, minimum_term, phase_amount, phases_end
from fairoffer.model.catalog import Fee, Incentive, Offer, Rate

NONE = Fraction(0)


Token = tuple[str, str]
"""Something that is not known: an offer, and which of its amounts. The same on whichever side it appears."""


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


def timeline(offer: Offer, offers: Mapping[str, Offer], until: int, *, optional: bool = False) -> Timeline:
    """Lay the offer out in months, at least up to month ``until``; ``optional`` says whether with optional fees."""
    spans: list[Span] = []
    items: list[Item] = []
    rates: list[tuple[int, int | None, Rate]] = []
    silent: int | None = None
    last = offer
    for at, (part, start, end) in enumerate(chain(offer, offers, until)):
        spans += price_spans(part, start, end)
        rates += [(start, earlier(end, start + r.months if r.months else None), r) for r in part.rates]
        found = [fee_item(part, fee, start, end) for fee in part.fees if optional or not fee.optional]
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


def price_spans(offer: Offer, start: int, end: int | None) -> Iterator[Span]:
    """The phases; where none is open and nothing takes over, what comes after them is not known."""
    if offer.rates and not offer.price:
        yield Span(start, end, None, (offer.id, "no price"))
        return
    at = start
    for number, phase in enumerate(offer.price):
        until = None if phase.months is None else at + phase.months
        yield Span(at, until, phase_amount(offer, phase), (offer.id, f"phase {number}"))
        if until is None:
            return
        at = until
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
    return Item("fee", fee.kind, at, None, True, amount, amount, fee.audience, False)


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


def times(item: Item, start: int, stop: int, horizon: int) -> int:
    if not item.once:
        return overlap(item.start, item.end, start, stop)
    return int(start <= item.start < stop or item.start < start < item.start + horizon)


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
