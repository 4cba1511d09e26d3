"""What became of every offer, and its terms in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from fairoffer.audit import amounts
from fairoffer.audit.bind import Bound
from fairoffer.compare.market import Shelf
from fairoffer.model.catalog import Catalog, Fee, Incentive, Offer, Rate
from fairoffer.money import grouped

STATES = ("used", "expired", "not-yet-live", "no-cell", "unknown", "lapsed", "on-leaving")


def state(shelf: Shelf, offer: Offer, used: frozenset[str], rules: Iterable[Bound]) -> str:
    """What became of an offer in this audit; one of STATES."""
    first, last = shelf.window(offer)
    if offer.id in used:
        return "unknown" if offer.audience == "unknown" else "used"
    if last < shelf.as_of:
        return "expired"
    if first > (shelf.through or shelf.as_of):
        return "not-yet-live"
    if offer.audience == "unknown":
        return "unknown"
    if offer.audience == "lapsed" and all("lapsed" not in r.way.audiences for r in rules):
        return "lapsed"
    return "on-leaving" if offer.access == "on_leaving" else "no-cell"


def ledger(states: Iterable[str]) -> dict[str, int]:
    counts = Counter(states)
    return {name: counts[name] for name in STATES}


def words(catalog: Catalog, offer: Offer) -> dict[str, str]:
    """Every term of an offer as people say it, in a fixed order."""
    out: dict[str, str] = {}
    if offer.price:
        out["price"] = price_words(catalog, offer)
    for rate in offer.rates:
        span = "" if rate.months is None else f" for {rate.months} months"
        out[label(f"{rate.kind} rate{slice_words(rate)}", out)] = f"{format(rate.percent, 'f')}%{span}"
    for fee in offer.fees:
        out[label(f"{fee.kind} fee", out)] = fee_words(catalog, fee)
    for incentive in offer.incentives:
        out[label(incentive.kind.replace("_", " "), out)] = incentive_words(catalog, incentive)
    if offer.contract:
        contract = offer.contract
        out["minimum term"] = f"{contract.months} months" if contract.months else "none"
        if contract.notice_days is not None:
            out["notice"] = f"{contract.notice_days} days"
        if contract.exit_fee is not None:
            out["exit fee"] = amounts.money(catalog, Fraction(contract.exit_fee))
        if contract.then:
            out["then"] = contract.then
        if contract.rise and contract.rise.type != "none":
            out["rise"] = f"{contract.rise.type} {contract.rise.plus or ''}".strip()
    for term, number in sorted(offer.terms.items()):
        out[term] = with_unit(catalog, format(number, "f"), catalog.terms[term].unit)
    out["who"] = who(offer)
    return out


def slice_words(rate: Rate) -> str:
    """The part of the balance that a rate is for: ``, 0 to 20,000`` or ``, above 20,000``."""
    if rate.balance is None:
        return ""
    low, high = rate.balance.from_ or Decimal(0), rate.balance.to
    if high is None:
        return f", above {balance_words(low)}" if low else ""
    return f", {balance_words(low)} to {balance_words(high)}"


def balance_words(size: Decimal) -> str:
    text = format(size, "f")
    return grouped(size, len(text.partition(".")[2]))


def with_unit(catalog: Catalog, number: str, unit: str) -> str:
    """``100 Mbit/s``, but ``GBP 200``."""
    return f"{unit} {number}" if unit == catalog.currency else f"{number} {unit}"


def label(wanted: str, taken: dict[str, str]) -> str:
    at, found = 2, wanted
    while found in taken:
        found, at = f"{wanted} {at}", at + 1
    return found


def price_words(catalog: Catalog, offer: Offer) -> str:
    parts = []
    for phase in offer.price:
        if phase.amount is None:
            text = "not stated"
        else:
            per = {"month": "a month", "year": "a year", "term": "a term"}[phase.per]
            text = f"{amounts.money(catalog, Fraction(phase.amount))} {per}"
        if phase.months is not None:
            text += f" for {phase.months} months"
        parts.append(text + (f" (moves to {phase.product})" if phase.product else ""))
    return ", then ".join(parts)


def fee_words(catalog: Catalog, fee: Fee) -> str:
    when = {"start": "at the start", "month": "a month", "year": "a year", "end": "at the end"}[fee.when]
    more = [w for w, said in (("optional", fee.optional), (f"for {fee.audience} customers", fee.audience)) if said]
    return f"{amounts.money(catalog, Fraction(fee.amount))} {when}" + (f" ({', '.join(more)})" if more else "")


def incentive_words(catalog: Catalog, incentive: Incentive) -> str:
    if incentive.value is not None:
        text = amounts.money(catalog, Fraction(incentive.value))
    elif incentive.percent is not None:
        text = f"{format(incentive.percent, 'f')}% of the first phase"
    else:
        text = f"{incentive.points} points"
    per = {"once": "once", "month": "a month", "year": "a year"}[incentive.per]
    cash = {True: "", False: "no cash value", None: "not said whether it is as good as money"}
    notes = [cash[incentive.cash_equivalent], incentive.condition or ""]
    notes.append(f"for {incentive.audience} customers" if incentive.audience else "")
    said = "; ".join(n for n in notes if n)
    return f"{text} {per}" + (f" ({said})" if said else "")


def who(offer: Offer) -> str:
    people = {"new": "new customers", "existing": "existing customers", "any": "anyone", "lapsed": "former customers"}
    text = people.get(offer.audience, "not readable")
    if offer.audience_basis and offer.audience_basis.also:
        text += f" (also {', '.join(offer.audience_basis.also)})"
    clauses = [f"{name}: {clause_words(test)}" for name, test in sorted(offer.eligibility.attributes.items())]
    if offer.eligibility.tenure_months is not None:
        clauses.append(f"tenure months: {clause_words(offer.eligibility.tenure_months)}")
    if offer.once:
        clauses.append("once")
    if offer.access != "listed":
        clauses.append(offer.access.replace("_", " "))
    return "; ".join([text, *clauses])


def clause_words(test: object) -> str:
    if isinstance(test, tuple):
        return ", ".join(test)
    low, high = getattr(test, "from_", None), getattr(test, "to", None)
    return " ".join(p for p in ("" if low is None else f"from {low}", "" if high is None else f"to {high}") if p)


def price_point_words(catalog: Catalog, pays: object, verb: str = "earns") -> str:
    """What a segment says that it pays, or at which rate it ``verb``."""
    amount, percent = getattr(pays, "amount", None), getattr(pays, "percent", None)
    if percent is not None:
        return f"{verb} {format(percent, 'f')}%"
    return f"pays {amounts.money(catalog, Fraction(amount or 0))} a {getattr(pays, 'per', 'month')}"
