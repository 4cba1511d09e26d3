"""Small plan payloads for the tests: one flat electricity plan, and what to change in it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from fairoffer.imports.cdr_energy import ImportSummary, import_plans

Json = dict[str, Any]
DAY = date(2023, 8, 11)
ALL_WEEK = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]


def plan(plan_id: str = "ACM000001MRE1@EME", **changes: Any) -> Json:
    """A flat electricity plan in cents: 30 c/kWh and 100 c a day, so 1,200 and 365 dollars without tax."""
    whole: Json = {
        "planId": plan_id,
        "type": "MARKET",
        "fuelType": "ELECTRICITY",
        "brand": "acme",
        "brandName": "Acme Power",
        "displayName": "Acme Saver",
        "customerType": "RESIDENTIAL",
        "lastUpdated": "2023-07-01T00:00:00Z",
        "effectiveFrom": "2023-06-30T14:00:00Z",
        "geography": {"distributors": ["Ausgrid"], "includedPostcodes": ["2000", "2007"]},
        "electricityContract": {
            "pricingModel": "SINGLE_RATE",
            "isFixed": False,
            "terms": "See our website.",
            "tariffPeriod": [flat()],
        },
    }
    for key, value in changes.items():
        if key in whole or key in ("effectiveTo", "gasContract", "meteringCharges"):
            whole[key] = value
        else:
            whole["electricityContract"][key] = value
    return copy.deepcopy(whole)


def flat(price: str = "30", supply: str = "100", start: str = "01-01", end: str = "12-31") -> Json:
    """A season with one price, in cents."""
    return {
        "startDate": start,
        "endDate": end,
        "dailySupplyCharges": supply,
        "rateBlockUType": "singleRate",
        "singleRate": {"rates": [{"unitPrice": price}], "period": "P1D"},
    }


def blocks(*rates: tuple[str, str | None], period: str | None = "P1D", description: str | None = None) -> Json:
    """A year of stepped rates: (price, volume)."""
    season = flat()
    single: Json = {"rates": [{"unitPrice": price, "volume": volume} for price, volume in rates]}
    single |= {"period": period} if period else {}
    single |= {"description": description} if description else {}
    return season | {"singleRate": single}


def windows(*rates: tuple[str, str, list[tuple[list[str | None], str, str]]]) -> Json:
    """A year of time-of-use rates: (type, price, windows of days, start and end)."""
    season = flat()
    del season["singleRate"]
    season["rateBlockUType"] = "timeOfUseRates"
    season["timeOfUseRates"] = [
        {
            "type": kind,
            "rates": [{"unitPrice": price}],
            "timeOfUse": [{"days": days, "startTime": start, "endTime": end} for days, start, end in spans],
        }
        for kind, price, spans in rates
    ]
    return season


def read(
    folder: Path, *plans: Json, kwh: Decimal = Decimal(4000), mj: Decimal = Decimal(30000), as_of: date = DAY
) -> tuple[Json, dict[str, Json], list[Json], ImportSummary]:
    """Import the plans through a file: header, products by id, offers and the summary."""
    path = folder / "plans.ndjson"
    path.write_text("".join(json.dumps({"data": entry}) + "\n" for entry in plans), "utf-8")
    return parsed(import_plans([path], as_of, kwh, mj))


def parsed(lines: Iterable[str]) -> tuple[Json, dict[str, Json], list[Json], ImportSummary]:
    """The lines of a catalog as header, products by id and offers."""
    summary: ImportSummary = lines.summary  # type: ignore[attr-defined]
    header, *rest = [json.loads(line) for line in lines]
    products = {entry["product"]["id"]: entry["product"] for entry in rest if "product" in entry}
    return header, products, [entry["offer"] for entry in rest if "offer" in entry], summary


def offer(folder: Path, *plans: Json, **how: Any) -> Json:
    """The only offer of an import."""
    (only,) = read(folder, *plans, **how)[2]
    return only


def price(folder: Path, **changes: Any) -> str | None:
    """A year's cost of the flat plan with changes; ``None`` where it has none."""
    phases = offer(folder, plan(**changes)).get("price")
    return phases[0]["amount"] if phases else None


def notes(folder: Path, **changes: Any) -> set[str]:
    """What the summary says of the flat plan with changes."""
    return {note for note, count in read(folder, plan(**changes))[3].notes.items() if count}
