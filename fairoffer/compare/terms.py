"""The values of an offer that are not its cost: declared terms, contract, fees one by one, incentives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Literal

from fairoffer.compare.cost import Bounds, Doubts, Role
from fairoffer.compare.lineage import chain, holding_at, minimum_term
from fairoffer.compare.timeline import fee_item, incentive_value, times
from fairoffer.model.catalog import Catalog, Incentive, Offer

Better = Literal["higher", "lower"]
CONTRACT_TERMS = ("contract_months", "notice_days", "exit_fee")
FEE = "fee:"


def better(catalog: Catalog, term: str) -> Better:
    spec = catalog.terms.get(term)
    return spec.better if spec else "lower"


def unit(catalog: Catalog, term: str) -> str:
    if term in catalog.terms:
        return catalog.terms[term].unit
    return {"contract_months": "months", "notice_days": "days", "offers": "offers"}.get(term, catalog.currency)


def names(offers: Iterable[Offer]) -> set[str]:
    """Terms that an offer speaks about; one that has no contract block says nothing about contract terms."""
    found: set[str] = set()
    for offer in offers:
        found |= set(offer.terms)
        found |= {FEE + fee.kind for fee in offer.fees}
        if offer.contract:
            found |= {"contract_months"} if offer.contract.months else set()
            found |= {"notice_days"} if offer.contract.notice_days is not None else set()
            found |= {"exit_fee"} if offer.contract.exit_fee is not None else set()
    return found


def needs_both(term: str) -> bool:
    """Whether silence about the term means not known (a speed) rather than none (a fee, a minimum term)."""
    return term not in ("contract_months", "exit_fee") and not term.startswith(FEE)


def value(offers: Mapping[str, Offer], offer: Offer, term: str, horizon: int, role: Role) -> Fraction | None:
    """The value for somebody who takes the offer now; None where the offer does not say."""
    if term == "contract_months":
        return Fraction(minimum_term(offer))
    if term == "exit_fee":
        return Fraction(offer.contract.exit_fee or 0) if offer.contract else Fraction(0)
    if term.startswith(FEE):
        return fee_total(offers, offer, term, horizon, role, 0)
    return stated(offer, term)


def stated(offer: Offer, term: str) -> Fraction | None:
    if term == "notice_days":
        days = offer.contract.notice_days if offer.contract else None
        return None if days is None else Fraction(days)
    declared = offer.terms.get(term)
    return None if declared is None else Fraction(declared)


def held_value(
    offers: Mapping[str, Offer], offer: Offer, term: str, horizon: int, role: Role, held: int
) -> Fraction | None:
    """The same for who took the offer ``held`` months ago: what remains of its minimum term, and else the terms of what
    has taken over from it."""
    remaining = max(0, minimum_term(offer) - held)
    if term == "contract_months":
        return Fraction(remaining)
    if term == "exit_fee":
        return value(offers, offer, term, horizon, role) if remaining else Fraction(0)
    if term.startswith(FEE):
        return fee_total(offers, offer, term, horizon, role, held)
    return stated(holding_at(offer, offers, held)[0], term)


def fee_total(offers: Mapping[str, Offer], offer: Offer, term: str, horizon: int, role: Role, start: int) -> Fraction:
    """What one kind of fee, optional or not, costs over the horizon from a month on; counted as in a cost."""
    total = Fraction(0)
    for at, (part, begins, ends) in enumerate(chain(offer, offers, start + horizon)):
        for fee in part.fees:
            who = role if at == 0 else "existing"
            if FEE + fee.kind == term and (fee.audience or "any") in ("any", who):
                item = fee_item(part, fee, begins, ends)
                total += item.most * times(item, start, start + horizon, horizon) if item else 0
    return total


def cash(offer: Offer, role: str, horizon: int) -> Bounds:
    """Cash value of what the offer gives to that side over the horizon, as a negative cost."""
    known = Fraction(0)
    doubts = Doubts({}, {}, {})
    for number, incentive in enumerate(offer.incentives):
        if incentive.cash_equivalent is False or (incentive.audience or "any") not in ("any", role):
            continue
        worth = cash_value(offer, incentive, horizon)
        token = (offer.id, f"incentive {number}")
        if worth is None:
            doubts.prices[token] = Fraction(-1)
        elif incentive.cash_equivalent:
            known -= worth
        else:
            doubts.shares[token] = worth
    return Bounds(known, doubts if any(doubts) else None)


def cash_value(offer: Offer, incentive: Incentive, horizon: int) -> Fraction | None:
    _, firm = incentive_value(offer, incentive)
    if firm is None or incentive.per == "once":
        return firm
    months = min(horizon, minimum_term(offer) or horizon)
    return firm * months if incentive.per == "month" else firm * months / 12


def offers_by_product(catalog: Catalog) -> Mapping[str, tuple[Offer, ...]]:
    """Product id → its offers, in id order, so that the order in a file never matters."""
    found: dict[str, list[Offer]] = {p.id: [] for p in catalog.products}
    for offer in sorted(catalog.offers, key=lambda o: o.id):
        found[offer.product].append(offer)
    return {product: tuple(offers) for product, offers in found.items()}
