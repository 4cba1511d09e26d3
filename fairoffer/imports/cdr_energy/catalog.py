"""All plans of an import to the lines of one catalog: copies told apart, products named, declarations collected."""

from __future__ import annotations

import gc
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from fairoffer.errors import InputError, Problem, UsageError
from fairoffer.imports.cdr_energy.conditions import attribute
from fairoffer.imports.cdr_energy.offers import METER_TYPE, Draft, Memory, Usage, read_offer
from fairoffer.imports.cdr_energy.products import keep_meters_that_differ, on_sale, split_by_loads
from fairoffer.imports.cdr_energy.read import read_payloads
from fairoffer.imports.cdr_energy.summary import ImportSummary

Json = dict[str, Any]

_VERSION = re.compile(r"([A-Z]{3}\d{1,12}[A-Z]{3})(\d{1,3})(@EME)", re.ASCII)
"""``LUM145165SRE3@EME``: retailer, number and kind of plan, then its version."""


class PlanImport(Iterator[str]):
    """The lines of the catalog, one at a time; ``summary`` is complete from the start."""

    def __init__(self, lines: Iterator[str], summary: ImportSummary) -> None:
        self._lines = lines
        self.summary = summary

    def __iter__(self) -> PlanImport:
        return self

    def __next__(self) -> str:
        return next(self._lines)


def import_plans(
    paths: Iterable[str | Path],
    as_of: date,
    usage_kwh: Decimal = Decimal(4000),
    usage_mj: Decimal = Decimal(30000),
) -> PlanImport:
    """Read plan detail payloads into a catalog. Line 1 is its header, then products, then offers.

    All files are read before the first line is given, so that a fault in the last one leaves nothing half done.
    Raises ``InputError`` with every fault of all files, and ``UsageError`` for a usage that is not positive.
    """
    usage = Usage(_positive(usage_kwh, "kWh"), _positive(usage_mj, "MJ"))
    problems: list[Problem] = []
    summary = ImportSummary()
    drafts: dict[str, Draft] = {}
    memory = Memory()
    with _uncollected():
        for payload in read_payloads(paths, problems):
            summary.plans += 1
            _keep(read_offer(payload.plan, usage, as_of, memory), drafts, summary)
    if not drafts and not problems:
        problems.append(Problem(", ".join(map(str, paths)), 0, 0, "", "holds no plan"))
    if problems:
        raise InputError(problems)
    ordered = [drafts[name] for name in sorted(drafts)]
    for draft in ordered:
        summary.notes.update(draft.counts)
    _end_superseded(ordered, summary)
    _end_old_standing(ordered, summary)
    split_by_loads(ordered, as_of.isoformat())
    keep_meters_that_differ(ordered, as_of.isoformat())
    products = _name_products(ordered, usage)
    _drop_uncertain_fees(ordered, as_of.isoformat(), summary)
    summary.offers, summary.products = len(ordered), len(products)
    for draft in ordered:
        valid = draft.offer.get("valid", {})
        summary.expired += valid.get("to", "9999") < as_of.isoformat()
        summary.not_yet += valid.get("from", "") > as_of.isoformat()
    return PlanImport(_lines(ordered, products, as_of, usage), summary)


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for reference cycles while millions of small values are read that form none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _positive(value: Decimal, unit: str) -> Fraction:
    if not value.is_finite() or value <= 0 or value > 10**9:
        raise UsageError(f"the yearly usage must be more than 0 {unit}, not {value}")
    return Fraction(value)


def _keep(draft: Draft, drafts: dict[str, Draft], summary: ImportSummary) -> None:
    """One offer a plan: the newest of several copies; another retailer's plan of the same id gets an id of its own."""
    name = _id(draft.plan_id)
    other = drafts.get(name)
    if other is not None and other.brand.lower() != draft.brand.lower():
        name = _id(f"{draft.plan_id}~{_slug(draft.brand)}")
        summary.notes["plan ids shared by two retailers, told apart"] += 1
        other = drafts.get(name)
    draft.offer["id"] = name
    if other is None:
        drafts[name] = draft
        return
    same = other.offer == draft.offer and other.tariff == draft.tariff
    note = "identical copies of a plan, left out" if same else "older copies of a plan, left out"
    summary.notes[note] += 1
    if not same and _is_better(draft, other):
        drafts[name] = draft


def _is_better(draft: Draft, other: Draft) -> bool:
    """The newer; of two equally new copies the one that names more loads or can be costed, then any fixed order."""
    first, second = _rank(draft), _rank(other)
    return first > second or (first == second and _json(draft.offer) > _json(other.offer))


def _rank(draft: Draft) -> tuple[str, int, bool, str]:
    loads = -1 if draft.loads is None else len(draft.loads)
    return draft.updated, loads, "price" in draft.offer, draft.offer.get("valid", {}).get("to", "9999")


def _end_superseded(drafts: list[Draft], summary: ImportSummary) -> None:
    """``LUM145165SRE3`` ends the day before ``LUM145165SRE4`` begins: the number is the version of one plan."""
    versions: dict[tuple[str, str], list[tuple[int, Draft]]] = defaultdict(list)
    for draft in drafts:
        found = _VERSION.fullmatch(draft.plan_id)
        if found:
            versions[found[1], draft.brand].append((int(found[2]), draft))
    for group in versions.values():
        group.sort(key=lambda entry: entry[0])
        for (_, older), (_, newer) in pairwise(group):
            summary.notes["plans that a later version of the same plan ends"] += _end(older, newer)


def _end_old_standing(drafts: list[Draft], summary: ImportSummary) -> None:
    """A retailer has one standing offer for a tariff: of two with one name the one that began earlier has ended."""
    groups: dict[tuple[str, str], list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.offer["kind"] == "standing" and "name" in draft.offer:
            groups[draft.tariff, draft.offer["name"]].append(draft)
    for group in groups.values():
        group.sort(key=lambda draft: draft.offer.get("valid", {}).get("from", ""))
        for older in group:
            summary.notes["standing offers that a later one of the same name and tariff ends"] += _end(older, group[-1])


def _end(older: Draft, newer: Draft) -> bool:
    """Whether ``older`` was on sale when ``newer`` began; then it is no longer from that day on."""
    begins = newer.offer.get("valid", {}).get("from")
    valid = older.offer.get("valid", {})
    if not begins or not valid.get("from", "") < begins <= valid.get("to", "9999"):
        return False
    last = date.fromisoformat(begins) - timedelta(days=1)
    older.offer["valid"] = valid | {"to": last.isoformat()}
    return True


def _name_products(drafts: list[Draft], usage: Usage) -> dict[str, Json]:
    """Ids to products, and the id into each offer. Where short ids meet, all that meet get long ones."""
    keys_of: dict[str, set[str]] = defaultdict(set)
    for draft in drafts:
        keys_of[f"{_prefix(draft.label)}-{draft.key[:6]}"].add(draft.key)
    products: dict[str, Json] = {}
    for draft in drafts:
        prefix = _prefix(draft.label)
        short = f"{prefix}-{draft.key[:6]}"
        name = short if len(keys_of[short]) == 1 else f"{prefix}-{draft.key}"
        draft.offer["product"] = name
        if name not in products:
            products[name] = _product(name, draft, usage)
    return dict(sorted(products.items()))


def _product(name: str, draft: Draft, usage: Usage) -> Json:
    brand, fuel, customer, networks, model = draft.label
    title = f"{brand} {fuel}, {customer}{', ' + networks if networks else ''}{', ' + model if model else ''}"
    consumer = {"facts": {"consumer": customer == "residential"}} if customer in ("residential", "business") else {}
    return {"id": name, "type": fuel, "name": f"{title[:1500]} ({_usage(fuel, usage)})"} | consumer


def _usage(fuel: str, usage: Usage) -> str:
    kwh, mj = f"{_whole(usage.kwh)} kWh", f"{_whole(usage.mj)} MJ"
    return f"cost at {mj if fuel == 'gas' else kwh if fuel == 'electricity' else f'{kwh} and {mj}'} a year"


def _whole(value: Fraction) -> str:
    return f"{Decimal(value.numerator) / Decimal(value.denominator):,f}"


def _drop_uncertain_fees(drafts: list[Draft], day: str, summary: ImportSummary) -> None:
    """What a plan does not say is not nothing: a fee is compared where all plans of a product on sale name its size."""
    stated: dict[str, frozenset[str]] = {}
    for draft in sorted(drafts, key=lambda draft: not on_sale(draft, day)):
        name = draft.offer["product"]
        if name not in stated:
            stated[name] = draft.stated_fees
        elif on_sale(draft, day):
            stated[name] &= draft.stated_fees
    for draft in drafts:
        kinds = stated[draft.offer["product"]]
        fees = draft.offer.get("fees", [])
        kept = [fee for fee in fees if fee["kind"] in kinds or not fee.get("optional")]
        summary.notes["fees left out: another plan of the product does not say its own"] += len(fees) - len(kept)
        if kept:
            draft.offer["fees"] = kept
        else:
            draft.offer.pop("fees", None)


def _lines(drafts: list[Draft], products: dict[str, Json], as_of: date, usage: Usage) -> Iterator[str]:
    yield _json(_header(drafts, as_of, usage))
    for product in products.values():
        yield _json({"product": product})
    for draft in drafts:
        yield _json({"offer": draft.offer})


def _header(drafts: list[Draft], as_of: date, usage: Usage) -> Json:
    names = sorted({name for draft in drafts for name in draft.offer.get("eligibility", ())})
    header: Json = {
        "fairoffer": "catalog/1",
        "id": f"cdr-energy-{as_of.isoformat()}",
        "supplier": "Energy retailers of Australia",
        "jurisdiction": "AU",
        "currency": "AUD",
        "tax": {"included": True, "rate": "10"},
        "imported": {"format": "cdr-energy"},
    }
    brands = {draft.brand for draft in drafts}
    if len(brands) == 1:
        header["supplier"] = brands.pop()
    if names:
        header["attributes"] = {name: attribute(name) for name in names}
    if METER_TYPE in names:
        meters = {meter for draft in drafts for meter in draft.meters}
        header["attributes"][METER_TYPE] = {"values": sorted(meters)}
    if any("terms" in draft.offer for draft in drafts):
        header["terms"] = {"feed_in": {"unit": "cents per kWh", "better": "higher"}}
    return header


@lru_cache(maxsize=65536)
def _prefix(label: tuple[str, ...]) -> str:
    brand, fuel, customer, networks, model = label
    first, *others = networks.split(", ")
    network = f"{_slug(first)[:24]}{f'+{len(others)}' if others else ''}"
    model = _slug(model).replace("cont-load", "controlled-load")
    parts = (_slug(brand)[:32], _slug(fuel), _slug(customer)[:16], network, model[:44])
    return "-".join(part for part in parts if part)


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def _id(words: str) -> str:
    """A catalog id: one printable word of at most 200 characters."""
    if words and len(words) <= 200 and words.isprintable() and " " not in words and words.isascii():
        return words
    name = "".join("-" if letter.isspace() else letter for letter in words if letter.isprintable() or letter.isspace())
    if len(name) > 200:
        name = f"{name[:180]}-{hashlib.blake2b(words.encode(), digest_size=8).hexdigest()}"
    return name or "unnamed"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
