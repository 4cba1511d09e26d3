"""One plan to one offer, and to what it must share with others to be the same product."""

from __future__ import annotations

import hashlib
import json
import marshal
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeVar

from fairoffer.imports.cdr_energy.audience import EXISTING, NEW, Heard, read_audience, weigh
from fairoffer.imports.cdr_energy.conditions import MAX_TEXT, Conditions, eligibility_text, read_conditions
from fairoffer.imports.cdr_energy.credits import Credits, Retailer, read_credits
from fairoffer.imports.cdr_energy.fees import Fees, read_fees
from fairoffer.imports.cdr_energy.moments import local_day
from fairoffer.imports.cdr_energy.numbers import GST, fraction, money
from fairoffer.imports.cdr_energy.tariff import CENTS, DOLLARS, Reading, entries, read_tariff, text

Json = dict[str, Any]

METER_TYPE = "meter_type"
"""A trait: customers have a meter and do not choose it with a plan."""

FUELS = {"ELECTRICITY": "electricity", "GAS": "gas", "DUAL": "dual-fuel"}
_CONTRACTS = (("electricityContract", "electricity"), ("gasContract", "gas"))
_TARIFF = ("pricingModel", "tariffPeriod", "controlledLoad")
_ELIGIBILITY = ("eligibility", "discounts", "incentives")
_SPEAKING = ("eligibility", "terms", "additionalInformation")
_CREDITS = ("discounts", "incentives")
_FEES = ("fees",)
_FEED_IN = ("solarFeedInTariff",)
_YEARS = re.compile(r"(\d)_YEAR", re.ASCII)
_TARIFF_CODE = re.compile(r"\b(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])(?!\d+[KM]\b)[A-Z0-9]{3,9}\b|(?<=\()Tariff:[^)]*")


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
    """An offer before products have ids: ``key`` is what plans of one product share, ``label`` what people read.

    ``tariff`` is finer than ``key``: also loads, steps and meters of two editions of one plan are the same.
    ``loads`` is ``None`` where nobody can tell how many controlled loads there are.
    """

    plan_id: str
    brand: str
    updated: str
    key: str
    tariff: str
    loads: tuple[str, ...] | None
    meters: tuple[str, ...]
    label: tuple[str, ...]
    offer: Json
    stated_fees: frozenset[str]
    counts: tuple[str, ...]


Out = TypeVar("Out")


class Memory:
    """What was read before: retailers repeat the same lists of fees, conditions and rates in thousands of plans."""

    def __init__(self, size: int = 200_000) -> None:
        self._known: dict[tuple[object, ...], Any] = {}
        self._size = size

    def recall(self, read: Callable[..., Out], parts: object, *rest: object) -> Out:
        """``read(parts, *rest)``, or what it gave for equal arguments. Nobody may change what it gives."""
        # Version 2 writes equal values alike; later ones depend on who else holds them.
        key = (read, marshal.dumps(parts, 2), *rest)  # type: ignore[arg-type]
        known = self._known.get(key)
        if known is None:
            known = read(parts, *rest)
            if len(self._known) < self._size:
                self._known[key] = known
        return known


def read_offer(plan: Json, usage: Usage, as_of: date, memory: Memory) -> Draft:
    """The draft of one plan. Never raises for what stands in a plan: what cannot be read is counted in ``counts``."""
    counts: list[str] = []
    contracts = [(plan[key], fuel) for key, fuel in _CONTRACTS if isinstance(plan.get(key), dict)]
    brand = " ".join((text(plan.get("brandName")) or text(plan.get("brand")) or "unnamed").split())[:200]
    name = " ".join(text(plan.get("displayName")).split())[:2000]
    geography = plan["geography"] if isinstance(plan.get("geography"), dict) else {}
    bodies = [contract for contract, _ in contracts]
    business = text(plan.get("customerType")) == "BUSINESS"
    readings = [
        memory.recall(read_tariff, _only(contract, _TARIFF), fuel, usage.of(fuel)) for contract, fuel in contracts
    ]
    conditions = memory.recall(read_conditions, [_only(body, _ELIGIBILITY) for body in bodies], name, brand, business)
    heard, basis = memory.recall(_audience, [_only(body, _SPEAKING) for body in bodies], name, brand)
    retailer = Retailer(brand, heard is not None and heard.audience == NEW, tuple(conditions.needs))
    credits = [
        memory.recall(read_credits, _only(contract, _CREDITS), reading.form, retailer, as_of)
        for contract, reading in zip(bodies, readings, strict=True)
    ]
    fees = memory.recall(read_fees, [_only(body, _FEES) for body in bodies])
    price, maybe = _price(readings, credits, fees, counts)
    offer: Json = {"id": text(plan.get("planId")), "name": name or None, "product": ""}
    offer |= _audience_keys(heard, basis, counts)
    offer["kind"] = _kind(plan, bodies)
    meters = _meters(bodies)
    needs = {name: [value] for name, value in conditions.needs.items()} | ({METER_TYPE: list(meters)} if meters else {})
    offer["eligibility"] = dict(sorted(needs.items()))
    offer["valid"] = _valid(plan, geography, counts)
    offer["price"] = [{"amount": price, "per": "year"}] if price is not None else []
    offer["fees"] = fees.paid
    offer["incentives"] = [entry for credit in credits for entry in credit.incentives] + maybe
    offer["contract"] = _contract(bodies, fees)
    offer["terms"] = _terms(contracts, readings, memory)
    _count(counts, plan, readings, credits, fees, conditions)
    key, label = _product_key(plan, memory.recall(_place, geography), readings, conditions, bodies, brand, name)
    loads = _loads(readings)
    tariff = _digest((key, loads, tuple(reading.steps for reading in readings), meters))
    kept = {field_name: value for field_name, value in offer.items() if value not in (None, [], {})}
    return Draft(
        plan_id=offer["id"],
        brand=brand,
        updated=text(plan.get("lastUpdated")),
        key=key,
        tariff=tariff,
        loads=loads,
        meters=meters,
        label=label,
        offer=kept,
        stated_fees=frozenset(fees.stated),
        counts=tuple(counts),
    )


def _only(contract: Json, keys: tuple[str, ...]) -> Json:
    return {key: contract[key] for key in keys if key in contract}


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
            heard = read_audience(text(contract.get(key))[:MAX_TEXT], brand)
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


def _audience_keys(heard: Heard | None, basis: str, counts: list[str]) -> Json:
    if heard is None:
        counts.append("audience any, not stated")
        return {}
    counts.append(f"audience {heard.audience}{' or moving' if heard.moving else ''}, from {basis}")
    words: Json = {"from": basis, "quote": heard.quote}
    if heard.moving:
        words["also"] = ["moving"]
    return {"audience": heard.audience, "audience_basis": words}


def _kind(plan: Json, contracts: list[Json]) -> str:
    if text(plan.get("type")) in ("STANDING", "REGULATED"):
        return "standing"
    return "fixed" if contracts and all(contract.get("isFixed") is True for contract in contracts) else "variable"


def _price(
    readings: list[Reading], credits: list[Credits], fees: Fees, counts: list[str]
) -> tuple[str | None, list[Json]]:
    """A year's cost with tax, rounded once, and conditional percentages as incentives that may or may not be had."""
    reason = next((reading.reason for reading in readings if reading.reason), "") or fees.reason
    if not readings:
        reason = "no contract"
    maybe: list[Json] = []
    bills = []
    for reading, credit in zip(readings, credits, strict=True):
        bill = reading.bill
        if credit.off_bill or credit.off_usage:
            bill = max(Fraction(0), bill - bill * credit.off_bill - reading.usage * GST * credit.off_usage)
        bills.append(bill)
        for share, of_bill, kind, words in credit.conditional:
            value = (bill if of_bill else reading.usage * GST) * share
            if value and not reason:
                maybe.append({"kind": kind, "value": money(value), "per": "year", "condition": words})
    amount = (
        readings[0].bill_text
        if len(bills) == 1 and bills[0] is readings[0].bill
        else money(sum(bills, Fraction(0)))
        if bills
        else "0.00"
    )
    if not reason and len(amount.partition(".")[0]) > 9:
        reason = "cost beyond any bill"
    counts.append(f"without a price: {reason}" if reason else "with a price")
    return (None if reason else amount), maybe


def _valid(plan: Json, geography: Json, counts: list[str]) -> Json:
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
            counts.append(f"{key} not readable")
    if "from" in days and "to" in days and days["to"] < days["from"]:
        counts.append("plans that ended before they began")
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


def _terms(contracts: list[tuple[Json, str]], readings: list[Reading], memory: Memory) -> Json:
    """The lowest feed-in rate of the retailer, in cents; a plan that names none pays none."""
    for (contract, fuel), reading in zip(contracts, readings, strict=True):
        if fuel == "electricity" and reading.form in (CENTS, DOLLARS):
            return {"feed_in": memory.recall(_lowest_feed_in, _only(contract, _FEED_IN), reading.form)}
    return {}


def _lowest_feed_in(contract: Json, form: str) -> str:
    rates = [
        rate * (100 if form == DOLLARS else 1)
        for tariff in entries(contract.get("solarFeedInTariff"))
        if text(tariff.get("payerType")) != "GOVERNMENT"
        for rate in _feed_in(tariff)
    ]
    return money(max(Fraction(0), min(rates, default=Fraction(0))))


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
    counts: list[str],
    plan: Json,
    readings: list[Reading],
    credits: list[Credits],
    fees: Fees,
    conditions: Conditions,
) -> None:
    for reading in readings:
        if reading.form:
            counts.append(f"contracts in {reading.form}")
        if reading.blank_days:
            counts.append("contracts whose blank window days were read from the rest of the week")
        if len(reading.loads or ()) > 1:
            counts.append("contracts with several controlled loads, of which the first is costed")
        if reading.spoken_periods:
            counts.append("contracts whose block period was read from the description")
    for credit in credits:
        counts.extend(credit.counts)
    counts.extend(["fees in percent of the bill or of no fixed meaning, left out"] * fees.left_out)
    if "exit_fee" in fees.unread:
        counts.append("exit fees without an amount")
    counts.extend(f"eligibility code not known: {code[:40]}" for code in conditions.unread_codes)
    expected = ("displayName", "brandName", "customerType", "geography", "effectiveFrom")
    counts.extend(f"plans without {key}" for key in expected if not plan.get(key))


def _product_key(
    plan: Json,
    place: tuple[tuple[str, ...], str],
    readings: list[Reading],
    conditions: Conditions,
    contracts: list[Json],
    brand: str,
    name: str,
) -> tuple[str, tuple[str, ...]]:
    """Everything that makes two plans different things to buy, and the part of it that a name can hold."""
    fuel = FUELS.get(text(plan.get("fuelType")), text(plan.get("fuelType")).lower()[:40])
    customer = text(plan.get("customerType")).lower() or "any"
    networks, postcodes = place
    models = [text(contract.get("pricingModel")).lower().replace("_", "-") for contract in contracts]
    shapes = tuple(reading.shape for reading in readings)
    codes = _tariff_codes(name)
    key = _digest((brand.lower(), fuel, customer, networks, postcodes, shapes, conditions.usage, codes))
    return key, (brand, fuel, customer, ", ".join(networks), " and ".join(model for model in models if model))


def _loads(readings: list[Reading]) -> tuple[str, ...] | None:
    found: tuple[str, ...] = ()
    for reading in readings:
        if reading.loads is None:
            return None
        found += reading.loads
    return found


def _meters(contracts: list[Json]) -> tuple[str, ...]:
    """The kinds of meter that a plan is for; none where it does not say, and then it is for every kind."""
    named = {
        " ".join(text(entry).split())[:40] for contract in contracts for entry in _list(contract.get("meterTypes"))
    }
    return tuple(sorted(named - {""}))


def _place(geography: Json) -> tuple[tuple[str, ...], str]:
    """The networks of a plan, and a short text that stands for its included and excluded postcodes."""
    networks = {text(entry) for entry in _list(geography.get("distributors"))} - {""}
    postcodes = json.dumps([geography.get("includedPostcodes"), geography.get("excludedPostcodes")])
    return tuple(sorted(networks)), hashlib.blake2b(postcodes.encode(), digest_size=8).hexdigest()


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


@lru_cache(maxsize=16384)
def _tariff_codes(name: str) -> tuple[str, ...]:
    """Network tariffs that a name carries, such as ``C2G5B`` or ``Tariff:8800|9150``."""
    return tuple(sorted(set(_TARIFF_CODE.findall(name))))


@lru_cache(maxsize=65536)
def _digest(parts: tuple[object, ...]) -> str:
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=8).hexdigest()
