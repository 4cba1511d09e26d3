"""One plan to one offer, and to what it must share with others to be the same product."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

from fairoffer.imports.cdr_energy.audience import EXISTING, NEW, Heard, read_audience, weigh
from fairoffer.imports.cdr_energy.conditions import Conditions, eligibility_text, read_conditions
from fairoffer.imports.cdr_energy.credits import Credits, read_credits
from fairoffer.imports.cdr_energy.fees import Fees, read_fees
from fairoffer.imports.cdr_energy.moments import local_day
from fairoffer.imports.cdr_energy.numbers import GST, money
from fairoffer.imports.cdr_energy.read import Payload
from fairoffer.imports.cdr_energy.tariff import CENTS, DOLLARS, Reading, entries, fraction, read_tariff, text

Json = dict[str, Any]

FUELS = {"ELECTRICITY": "electricity", "GAS": "gas", "DUAL": "dual-fuel"}
_CONTRACTS = (("electricityContract", "electricity"), ("gasContract", "gas"))
_YEARS = re.compile(r"(\d)_YEAR", re.ASCII)
_TARIFF_CODE = re.compile(r"\b(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])(?!\d+[A-Z]?\b(?<=[KM%]))[A-Z0-9]{3,9}\b|(?<=\()Tariff:[^)]*")
_CODE_WORDS = {"12M", "24M", "100", "CO2", "100PC"}


@dataclass(frozen=True)
class Usage:
    """The declared usage of a year, for every plan of one import."""

    kwh: Fraction
    mj: Fraction

    def of(self, fuel: str) -> Fraction:
        """The usage of one fuel in its unit."""
        return self.kwh if fuel == "electricity" else self.mj


@dataclass
class Draft:
    """An offer before products have ids: ``key`` is what plans of one product share, ``label`` what people read."""

    payload: Payload
    plan_id: str
    brand: str
    updated: str
    key: tuple[str, ...]
    label: tuple[str, ...]
    offer: Json
    unread_fees: frozenset[str]
    counts: Counter[str] = field(default_factory=Counter)


def read_offer(payload: Payload, usage: Usage) -> Draft:
    """The draft of one plan. Never raises for what stands in a plan: what cannot be read is counted in ``counts``."""
    plan = payload.plan
    counts: Counter[str] = Counter()
    contracts = [(plan[key], fuel) for key, fuel in _CONTRACTS if isinstance(plan.get(key), dict)]
    brand = " ".join((text(plan.get("brandName")) or text(plan.get("brand")) or "unnamed").split())[:200]
    name = " ".join(text(plan.get("displayName")).split())[:2000]
    geography = plan["geography"] if isinstance(plan.get("geography"), dict) else {}
    bodies = [contract for contract, _ in contracts]
    readings = [read_tariff(contract, fuel, usage.of(fuel)) for contract, fuel in contracts]
    business = text(plan.get("customerType")) == "BUSINESS"
    conditions = read_conditions(bodies, name, brand, business)
    heard, basis = _audience(bodies, name, brand)
    plan_is_new = heard is not None and heard.audience == NEW
    credits = [
        read_credits(contract, reading.form, brand, plan_is_new)
        for contract, reading in zip(bodies, readings, strict=True)
    ]
    fees = read_fees(bodies)
    price = _price(readings, credits, fees, counts)
    offer: Json = {"id": text(plan.get("planId")), "name": name or None, "product": ""}
    offer |= _audience_keys(heard, basis, counts)
    offer["kind"] = _kind(plan, bodies)
    if conditions.needs:
        offer["eligibility"] = {key: [value] for key, value in sorted(conditions.needs.items())}
    offer["valid"] = _valid(plan, geography, counts)
    if price is not None:
        offer["price"] = [{"amount": price, "per": "year"}]
    offer["fees"] = fees.paid
    offer["incentives"] = [entry for credit in credits for entry in credit.incentives]
    offer["contract"] = _contract(bodies, fees)
    offer["terms"] = _terms(contracts, readings, business)
    _count(counts, plan, readings, credits, fees, conditions)
    key, label = _product_key(plan, geography, readings, conditions, bodies, brand, name)
    kept = {field_name: value for field_name, value in offer.items() if value not in (None, [], {})}
    return Draft(
        payload, offer["id"], brand, text(plan.get("lastUpdated")), key, label, kept, frozenset(fees.unread), counts
    )


def _audience(contracts: list[Json], name: str, brand: str) -> tuple[Heard | None, str]:
    """Codes first; then the texts of eligibility and terms; then the name."""
    said: dict[str, str] = {}
    spoken: dict[str, str] = {}
    moving = False
    for contract in contracts:
        for entry in entries(contract.get("eligibility")):
            code, words = text(entry.get("type")), eligibility_text(entry)
            heard = read_audience(words, brand) if words else None
            if code in ("NEW_CUSTOMER", "EXISTING_CUST"):
                said.setdefault(NEW if code == "NEW_CUSTOMER" else EXISTING, words or code)
                moving |= heard is not None and heard.moving
            elif heard is not None:
                spoken.setdefault(heard.audience, heard.quote)
                moving |= heard.moving
        for key in ("terms", "additionalInformation"):
            heard = read_audience(text(contract.get(key))[:4000], brand)
            if heard is not None and heard.audience in (NEW, EXISTING):
                spoken.setdefault(heard.audience, heard.quote)
                moving |= heard.moving
    if said:
        return weigh(said, moving), "code"
    spoken.pop("joining", None)
    if spoken:
        return weigh(spoken, moving), "text"
    heard = read_audience(name, brand)
    if heard is None or heard.audience == "joining":
        return None, "not-stated"
    return heard, "name"


def _audience_keys(heard: Heard | None, basis: str, counts: Counter[str]) -> Json:
    if heard is None:
        counts["audience any, not stated"] += 1
        return {}
    counts[f"audience {heard.audience}{' or moving' if heard.moving else ''}, from {basis}"] += 1
    words: Json = {"from": basis, "quote": heard.quote}
    if heard.moving:
        words["also"] = ["moving"]
    return {"audience": heard.audience, "audience_basis": words}


def _kind(plan: Json, contracts: list[Json]) -> str:
    if text(plan.get("type")) in ("STANDING", "REGULATED"):
        return "standing"
    return "fixed" if contracts and all(contract.get("isFixed") is True for contract in contracts) else "variable"


def _price(readings: list[Reading], credits: list[Credits], fees: Fees, counts: Counter[str]) -> str | None:
    """A year's cost with tax, rounded once; conditional percentages become incentives that may or may not be had."""
    reason = next((reading.reason for reading in readings if reading.reason), "") or fees.reason
    if not readings:
        reason = "no contract"
    if reason:
        counts[f"without a price: {reason}"] += 1
        return None
    total = Fraction(0)
    for reading, credit in zip(readings, credits, strict=True):
        bill = (reading.supply + reading.usage) * GST
        used = reading.usage * GST
        total += max(Fraction(0), bill - bill * credit.off_bill - used * credit.off_usage)
        for share, of_bill, kind, words in credit.conditional:
            value = (bill if of_bill else used) * share
            if value:
                credit.incentives.append({"kind": kind, "value": money(value), "per": "year", "condition": words})
    if total >= 10**9:
        counts["without a price: cost beyond any bill"] += 1
        return None
    counts["with a price"] += 1
    return money(total)


def _valid(plan: Json, geography: Json, counts: Counter[str]) -> Json:
    codes = geography.get("includedPostcodes")
    first = codes[0] if isinstance(codes, list) and codes and isinstance(codes[0], str) else ""
    region = "3" if text(plan.get("planId")).endswith("@VEC") else first[:1]
    days: Json = {}
    for key, name, end in (("effectiveFrom", "from", False), ("effectiveTo", "to", True)):
        raw = text(plan.get(key))
        day = local_day(raw, region, end) if raw else None
        if day is not None:
            days[name] = day.isoformat()
        elif raw:
            counts[f"{key} not readable"] += 1
    if "from" in days and "to" in days and days["to"] < days["from"]:
        counts["plans that ended before they began"] += 1
        del days["from"]
    return days


def _contract(contracts: list[Json], fees: Fees) -> Json:
    """A term binds only where leaving within it costs something; without an exit fee the customer is free."""
    if not fees.exit_fee:
        return {}
    years = [int(found[1]) for contract in contracts if (found := _YEARS.fullmatch(text(contract.get("termType"))))]
    months = max(years, default=0) * 12 or max((_benefit_months(contract) for contract in contracts), default=0)
    return {"months": months, "exit_fee": money(fees.exit_fee)} if months else {"exit_fee": money(fees.exit_fee)}


def _benefit_months(contract: Json) -> int:
    found = re.search(r"(\d{1,2}) ?(month|year)", text(contract.get("benefitPeriod")).lower())
    if not found:
        return 0
    return int(found[1]) * (12 if found[2] == "year" else 1)


def _terms(contracts: list[tuple[Json, str]], readings: list[Reading], business: bool) -> Json:
    """The lowest feed-in rate of the retailer, in cents; a plan that names none pays none."""
    for (contract, fuel), reading in zip(contracts, readings, strict=True):
        if fuel != "electricity" or reading.form not in (CENTS, DOLLARS):
            continue
        rates = [
            rate * (100 if reading.form == DOLLARS else 1)
            for tariff in entries(contract.get("solarFeedInTariff"))
            if text(tariff.get("payerType")) != "GOVERNMENT"
            for rate in _feed_in(tariff)
        ]
        return {"feed_in": money(min(rates, default=Fraction(0)))}
    return {}


def _feed_in(tariff: Json) -> list[Fraction]:
    blocks: list[Json] = []
    single = tariff.get("singleTariff")
    if isinstance(single, dict):
        amount = fraction(single.get("amount"))
        if amount is not None:
            return [amount]
        blocks += entries(single.get("rates"))
    for window in entries(tariff.get("timeVaryingTariffs")):
        blocks += entries(window.get("rates"))
    return [rate for block in blocks if (rate := fraction(block.get("unitPrice"))) is not None]


def _count(
    counts: Counter[str],
    plan: Json,
    readings: list[Reading],
    credits: list[Credits],
    fees: Fees,
    conditions: Conditions,
) -> None:
    for reading in readings:
        if reading.form:
            counts[f"contracts in {reading.form}"] += 1
        counts["contracts whose blank window days were read from the rest of the week"] += reading.blank_days
        counts["contracts whose block period was read from the description"] += reading.spoken_periods
    for credit in credits:
        counts.update(credit.counts)
    counts["fees in percent of the bill or of no fixed meaning, left out"] += fees.left_out
    counts["exit fees without an amount"] += "exit_fee" in fees.unread
    for code in conditions.unread_codes:
        counts[f"eligibility code not known: {code[:40]}"] += 1
    for key in ("displayName", "brandName", "customerType", "geography", "effectiveFrom"):
        if not plan.get(key):
            counts[f"plans without {key}"] += 1


def _product_key(
    plan: Json,
    geography: Json,
    readings: list[Reading],
    conditions: Conditions,
    contracts: list[Json],
    brand: str,
    name: str,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Everything that makes two plans different things to buy, and the part of it that a name can hold."""
    fuel = FUELS.get(text(plan.get("fuelType")), text(plan.get("fuelType")).lower()[:40])
    customer = text(plan.get("customerType")).lower() or "any"
    networks = sorted({text(entry) for entry in _list(geography.get("distributors"))} - {""})
    models = [text(contract.get("pricingModel")).lower().replace("_", "-") for contract in contracts]
    meters = sorted({text(entry) for contract in contracts for entry in _list(contract.get("meterTypes"))})
    key = (
        brand.lower(),
        fuel,
        customer,
        "|".join(networks),
        _postcodes(geography.get("includedPostcodes")),
        _postcodes(geography.get("excludedPostcodes")),
        " // ".join("; ".join(reading.shape) for reading in readings),
        "|".join(meters),
        conditions.usage,
        " ".join(sorted(set(_tariff_codes(name)))),
    )
    return key, (brand, fuel, customer, ", ".join(networks), " and ".join(model for model in models if model))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _postcodes(value: object) -> str:
    return ",".join([code for code in _list(value) if isinstance(code, str)])


@lru_cache(maxsize=16384)
def _tariff_codes(name: str) -> tuple[str, ...]:
    """Network tariffs that a name carries, such as ``C2G5B`` or ``Tariff:8800|9150``."""
    return tuple(code for code in _TARIFF_CODE.findall(name) if code not in _CODE_WORDS)
