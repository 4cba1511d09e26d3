"""The components of a leg, each to be set against its own counterpart: fees, add-ons, parts, the rate of finance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from fairoffer.compare.legs import Period, Taxed, Worth, known, unknown
from fairoffer.model.book import Leg, LegFee
from fairoffer.model.catalog import Per

KINDS = ("fees", "addons", "parts")
PREFIX = {"fees": "fee", "addons": "addon", "parts": "part"}
FINANCE = "finance_rate"
EVERY = {"month": "month", "year": "year"}


def kinds_of_several(legs: Iterable[Leg]) -> frozenset[str]:
    """Kinds of fee that two or more parties charge: what one of them charges less is no set-off for another."""
    parties: dict[str, set[str]] = {}
    for leg in legs:
        for fee in leg.fees or ():
            parties.setdefault(fee.kind, set()).update([fee.party] if fee.party else [])
    return frozenset(kind for kind, named in parties.items() if len(named) > 1)


def fee_name(fee: LegFee, apart: frozenset[str]) -> str:
    return f"{fee.kind}/{fee.party}" if fee.party and fee.kind in apart else fee.kind


def named_on(leg: Leg, apart: frozenset[str]) -> Iterator[str]:
    """The components that a leg has: ``fee:setup``, ``addon:legal``, ``part:broker``, ``finance_rate``; a fee of a kind
    in ``apart`` with its party, ``fee:arrangement/broker``."""
    for fee in leg.fees or ():
        yield f"fee:{fee_name(fee, apart)}"
    for addon in leg.addons or ():
        yield f"addon:{addon.id}"
    for part in leg.parts or ():
        yield f"part:{part.party}"
    if leg.finance_rate is not None:
        yield FINANCE


def wanted(term: str, words: Sequence[str]) -> bool:
    """Whether a rule asks for a component: by its name, by its kind, or for all."""
    if not words or "*" in words or term in words or (term.startswith("fee:") and term.rpartition("/")[0] in words):
        return True
    return any(kind in words and term.startswith(f"{PREFIX[kind]}:") for kind in KINDS)


def stated_for(legs: Sequence[Leg], term: str, row_per: Per, apart: frozenset[str]) -> str:
    """What a component is stated for: a fee as all legs charge it, else for the term; the rest as the row's price."""
    kind, _, name = term.partition(":")
    if kind != "fee":
        return row_per
    found = {EVERY.get(one.when, "once") for leg in legs for one in leg.fees or () if fee_name(one, apart) == name}
    return found.pop() if len(found) == 1 else "term"


def component(leg: Leg, term: str, per: str, period: Period, taxed: Taxed, apart: frozenset[str]) -> Worth:
    """What a component comes to on a leg; a leg that has the key but not the item asks nothing."""
    if term == FINANCE:
        return unknown() if leg.finance_rate is None else known(Fraction(leg.finance_rate))
    kind, _, name = term.partition(":")
    if kind == "fee":
        return fee(leg, name, per, period, taxed, apart)
    items = leg.addons if kind == "addon" else leg.parts
    if items is None:
        return unknown()
    if kind == "addon":
        sizes = [addon.price for addon in leg.addons or () if addon.id == name]
    else:
        sizes = [part.amount for part in leg.parts or () if part.party == name]
    total = sum((taxed(Fraction(amount)) for amount in sizes), Fraction(0))
    size = period.bring(total, leg.per or period.per) if total else total
    return unknown() if size is None else known(size, (name.replace("_", " "), size))


def fee(leg: Leg, name: str, per: str, period: Period, taxed: Taxed, apart: frozenset[str]) -> Worth:
    """All fees of a kind together; where some are due once and others again, for the term."""
    if leg.fees is None:
        return unknown()
    total = Fraction(0)
    for one in leg.fees:
        if fee_name(one, apart) == name:
            size = brought(taxed(Fraction(one.amount)), EVERY.get(one.when, "once"), per, period.months)
            if size is None:
                return unknown()
            total += size
    return known(total, (f"{name.replace('_', ' ')} fee", total))


def brought(size: Fraction, of: str, per: str, months: int | None) -> Fraction | None:
    """An amount ``of`` a month, a year or once, for the term; ``None``: nobody says how long that is."""
    if of == per or of == "once":
        return size
    return size * Fraction(months, 12 if of == "year" else 1) if months else None


def party_of(leg: Leg, term: str) -> str | None:
    """Who sets a component: the party it is a part for, or who gets the fee or the price of the add-on."""
    kind, _, name = term.partition(":")
    if kind == "part":
        return name
    if kind == "fee":
        named = next((one.party for one in leg.fees or () if one.kind == name and one.party), None)
        return named or name.partition("/")[2] or None
    return next((one.party for one in leg.addons or () if one.id == name and one.party), None)
