"""Small audits by hand, for tests that work their numbers out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from fairoffer.model.catalog import Catalog
from fairoffer.model.policy import Policy
from fairoffer.model.segments import Segments
from tests import oracle

DAY = date(2026, 11, 21)
COMPARE = {
    "with": "new-customer",
    "like_for_like": ["product"],
    "months": ["12", "24"],
    "balances": ["1000", "10000"],
    "audiences": ["new", "any", "lapsed"],
    "access": {"existing": ["listed"], "comparator": ["listed"]},
}
RULES = [
    {"id": "by-default", "check": "default-gap", "terms": ["cost"], "level": "house"},
    {"id": "best-within-reach", "check": "reach-gap", "terms": ["cost"], "level": "house"},
    {"id": "same-terms", "check": "term-gap", "terms": ["*"], "level": "house"},
    {"id": "same-incentives", "check": "incentive-gap", "level": "house"},
    {"id": "open-to-all", "check": "no-equivalent", "level": "house"},
    {"id": "no-walk", "check": "price-walk", "terms": ["cost"], "level": "house"},
    {"id": "no-need-to-ask", "check": "must-ask", "terms": ["cost"], "level": "house"},
    {"id": "no-cliff", "check": "roll-over", "terms": ["cost"], "level": "review"},
    {"id": "every-tier", "check": "tier-gap", "terms": ["cost"], "level": "review"},
]
WELCOME = {
    "id": "fibre-100-welcome",
    "product": "fibre-100",
    "audience": "new",
    "audience_basis": {"new_to": "supplier", "also": ["moving"], "from": "declared"},
    "once": "true",
    "eligibility": {"channel": ["web", "phone"], "region": ["north"], "age": {"from": "18"}},
    "valid": {"from": "2026-10-01", "to": "2026-12-31"},
    "price": [{"months": "18", "amount": "24.99", "per": "month"}, {"amount": "41.00", "per": "month"}],
    "fees": [{"kind": "setup", "amount": "9.99", "when": "start"}],
    "incentives": [
        {"kind": "gift_card", "value": "50.00", "cash_equivalent": "true", "funded": "50.00", "audience": "new"}
    ],
    "contract": {"months": "18", "notice_days": "30", "exit_fee": "120.00", "rise": {"type": "none"}},
    "terms": {"speed_mbps": "100", "support_wait": "5"},
}
CATALOG: dict[str, Any] = {
    "id": "broadband-2026-q4",
    "currency": "GBP",
    "value_tiers": ["low", "high"],
    "attributes": {
        "channel": {"choice": "true", "values": ["web", "phone", "shop"]},
        "payment_method": {"choice": "true", "values": ["direct_debit", "card"]},
        "region": {"values": ["north", "south"]},
        "age": {"type": "integer", "from": "18", "to": "20"},
        "staff": {"values": ["yes", "no"], "assume": "no"},
    },
    "terms": {
        "speed_mbps": {"unit": "Mbit/s", "better": "higher"},
        "support_wait": {"unit": "minutes", "better": "lower"},
    },
    "products": [
        {
            "id": "fibre-100",
            "type": "broadband",
            "on_sale": {"from": "2019-04-01", "new_business_share": "0.31"},
        },
        {
            "id": "adsl",
            "type": "broadband",
            "close_match": "fibre-100",
            "on_sale": {"from": "2009-01-01", "to": "2021-06-30"},
        },
    ],
    "offers": [WELCOME],
}
LOYAL = {
    "id": "loyal-5y",
    "tenure_months": {"from": "60"},
    "where": {"channel": ["phone"], "region": ["north"]},
    "customers": "12000",
    "holds": "fibre-100-welcome",
}
OLD_ADSL = {
    "id": "old-adsl",
    "tenure_months": {"from": "24"},
    "where": {"region": ["north"]},
    "product": "adsl",
    "pays": {"amount": "38.00", "per": "month"},
    "customers": "3100",
}


def run(catalog: dict[str, Any], *segments: dict[str, Any], day: date = DAY, **policy: Any) -> oracle.Answer:
    """The oracle's answer; without segments, as without a segments file."""
    stated = {"id": "house", "compare": COMPARE, "rules": RULES} | policy
    read = Segments.model_validate({"segments": list(segments)}) if segments else None
    return oracle.audit(Catalog.model_validate(catalog), read, Policy.model_validate(stated), day)


def small(*offers: dict[str, Any], products: Any = None, **more: Any) -> dict[str, Any]:
    """A catalog of one broadband product unless told otherwise."""
    known = products or [{"id": "fibre", "type": "broadband"}]
    return {"id": "small", "currency": "GBP", "products": known, "offers": list(offers)} | more


def offer(name: str, *phases: Any, **more: Any) -> dict[str, Any]:
    """An offer whose phases are amounts (open) or pairs of months and amount."""
    price = [
        {"months": str(phase[0]), "amount": phase[1]} if isinstance(phase, tuple) else {"amount": phase}
        for phase in phases
    ]
    return {"id": name, "product": "fibre", "price": price} | more


def numbers(found: oracle.Comparison) -> tuple[str, str, str]:
    """Existing, comparator, gap: as printed."""
    assert found.values is not None
    ((existing, comparator),) = found.values
    return str(existing), str(comparator), str(found.gap_rounded)


WELCOME_18 = offer("welcome", (18, "20"), "40", audience="new", contract={"months": "18"})
LIST_PRICE = offer("list", "30", contract={"months": "0"})


def held(name: str, **more: Any) -> dict[str, Any]:
    """A segment that holds an offer."""
    return {"id": f"holds-{name}", "holds": name, "customers": "100"} | more
