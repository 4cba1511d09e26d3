"""An offer in time: its minimum term, its phases, and what takes over when they end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from fairoffer.model.catalog import Offer, Phase


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
