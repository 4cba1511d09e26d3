"""Small inputs for tests of tables: a catalog of three offers, a segment, and rows, notices and records as written."""

from __future__ import annotations

from datetime import date
from typing import Any

from fairoffer.audit.bind import Bound, force, way_of
from fairoffer.audit.tables import Table, table_rows
from fairoffer.checks import condition, due
from fairoffer.compare.market import Shelf
from fairoffer.model.book import BookRow, Notice, Record
from fairoffer.model.catalog import Catalog
from fairoffer.model.inputs import Inputs
from fairoffer.model.policy import Policy
from fairoffer.model.segments import Segment

DAY = date(2026, 11, 21)
WELCOME = {
    "id": "welcome",
    "name": "Welcome to Fibre",
    "product": "fibre",
    "audience": "new",
    "audience_basis": {"new_to": "group", "from": "code"},
    "access": "on_request",
    "kind": "variable",
    "once": "true",
    "eligibility": {"tenure_months": {"to": "0"}},
    "valid": {"from": "2026-11-21", "to": "2026-12-31"},
    "price": [{"months": "6", "amount": "20.00", "per": "year"}, {"amount": "30.50"}],
    "rates": [
        {"percent": "1.5"},
        {"percent": "0.25", "kind": "bonus", "balance": {"to": "100"}},
        {"percent": "9", "balance": {"from": "100"}},
    ],
    "fees": [
        {"kind": "setup", "amount": "9.99"},
        {"kind": "line", "amount": "2", "when": "month"},
        {"kind": "paper", "amount": "1", "optional": "true"},
    ],
    "incentives": [
        {"kind": "card", "value": "50.00", "cash_equivalent": "true"},
        {"kind": "bill", "percent": "10"},
    ],
    "contract": {
        "months": "18",
        "notice_days": "30",
        "exit_fee": "120",
        "rise": {"type": "money", "plus": "3", "schedule": ["04-01"], "prominent": "true"},
        "then": "plain",
    },
}
CATALOG: dict[str, Any] = {
    "id": "small",
    "supplier": "Example",
    "jurisdiction": "UK",
    "currency": "GBP",
    "tax": {"included": "true", "rate": "20"},
    "value_tiers": ["low", "high"],
    "products": [{"id": "fibre", "type": "broadband"}, {"id": "adsl", "type": "broadband"}],
    "offers": [WELCOME, {"id": "plain", "product": "fibre"}, {"id": "old", "product": "adsl"}],
}
SEGMENT: dict[str, Any] = {
    "id": "loyal",
    "tenure_months": {"from": "60"},
    "holds": "plain",
    "customers": "1200",
    "value_tier": "low",
}


def inputs(
    rule: dict[str, Any] | None = None,
    *,
    book: list[dict[str, Any]] | None = None,
    notices: list[dict[str, Any]] | None = None,
    records: list[dict[str, Any]] | None = None,
    segments: list[dict[str, Any]] | None = None,
    catalog: dict[str, Any] | None = None,
    **policy: Any,
) -> Inputs:
    """Inputs with one policy of one rule."""
    own = {"id": "rule", "check": "default-gap", "level": "house", **(rule or {})}
    whole = {"id": "own", "rules": [own], **policy}

    def models(model: Any, found: list[dict[str, Any]] | None) -> Any:
        return None if found is None else tuple(model.model_validate(entry) for entry in found)

    return Inputs(
        directory=".",
        catalog=Catalog.model_validate({**CATALOG, **(catalog or {})}),
        segments=models(Segment, segments),
        policies=(Policy.model_validate(whole),),
        at={("row", "0"): "case.yaml:7", ("catalog", "small"): "case.yaml:3:5"},
        book=models(BookRow, book),
        notices=models(Notice, notices),
        records=models(Record, records),
    )


def shelf_of(found: Inputs, day: date = DAY) -> Shelf:
    return Shelf(found.catalog, day, None)


def bound_of(found: Inputs, day: date = DAY) -> Bound:
    """The one rule, bound."""
    policy = found.policies[0]
    rule = policy.rules[0]
    way, assumed = way_of(found.catalog, policy, rule)
    check = due.CHECK if rule.check == "due" else condition.CHECK
    return Bound(policy, rule, check, way, force(policy.effective_for(rule), day), assumed)


def table_of(found: Inputs, table: str, *names: str, day: date = DAY) -> Table:
    return table_rows(found, shelf_of(found, day), found.policies[0], table, day, names)


def column(found: Inputs, table: str, name: str, day: date = DAY) -> list[Any]:
    """One column of a table, as the frame has it."""
    values: list[Any] = table_of(found, table, name, day=day).frame[name].to_list()
    return values
