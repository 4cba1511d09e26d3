"""Imported catalogs: offers that are equal in all that can be seen, but not in price."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from fairoffer.compare.contest import Contest
from fairoffer.compare.market import Market
from fairoffer.model.catalog import Offer

UNSEEN = frozenset({"id", "valid", "audience_basis", "price", "rates", "fees", "incentives"})
"""Fields that may differ between two offers that are the same thing to a customer."""


def mixed_sides(contest: Contest) -> set[tuple[str, tuple[tuple[str, str], ...]]]:
    """(product, place) of every market with a side on which offers equal in every other field differ in price.

    Something that the catalog does not show then tells them apart, and nobody knows who may take which.
    """
    found = set()
    for market in {id(m): m for m, _ in contest.slot_market.values()}.values():
        if is_mixed(market):
            found.add((market.product, market.place))
    return found


def is_mixed(market: Market) -> bool:
    roles = [0, 0, 0]
    n = market.n
    for mask, _, _ in market.days:
        for role in range(3):
            roles[role] |= (mask >> role * n) & ((1 << n) - 1)
    return any(differs([o for i, o in enumerate(market.offers) if role >> i & 1]) for role in roles)


def differs(offers: Iterable[Offer]) -> bool:
    prices: dict[Hashable, Hashable] = {}
    return any(prices.setdefault(seen(offer), charged(offer)) != charged(offer) for offer in offers)


def seen(offer: Offer) -> Hashable:
    return frozen(offer.model_dump(exclude=set(UNSEEN)))


def charged(offer: Offer) -> Hashable:
    return (offer.price, offer.rates)


def frozen(value: object) -> Hashable:
    if isinstance(value, dict):
        return tuple(sorted((str(k), frozen(v)) for k, v in value.items()))
    if isinstance(value, list | tuple):
        return tuple(frozen(v) for v in value)
    return str(value)
