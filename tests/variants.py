"""Drawn audits changed on purpose: one customer only, other names, other amounts, two side by side."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.drawing import Audit, Draw
from tests.strategies import CHOICES, Maker


@st.composite
def narrowed(draw: Any, drawn: Audit) -> tuple[Audit, tuple[tuple[str, str], ...]]:
    """The same audit with one customer only, on one day; and the place that customer is at."""
    d = Draw(draw)
    segment = dict(d.one(drawn.segments or []))
    tenure, held = segment.get("tenure_months", {}), segment.get("held_months")
    first = int(tenure.get("from", 1))
    last = int(tenure.get("to", max(first, 12)))
    if held is not None:
        first = min(last, max(first, int(held.get("from", 0))))
    months = d.number(first, last)
    segment["tenure_months"] = {"from": str(months), "to": str(months)}
    if held is not None:
        low, high = int(held.get("from", 0)), min(months, int(held.get("to", months)))
        only = d.number(min(low, high), high)
        segment["held_months"] = {"from": str(only), "to": str(only)}
    where = {}
    for name, attribute in drawn.catalog["attributes"].items():
        where[name] = one_value(d, attribute, segment.get("where", {}).get(name))
    compared = drawn.policy["compare"]["like_for_like"]
    place = tuple(sorted((name, where[name][0]) for name in where if name in CHOICES and name in compared))
    segment["where"] = where
    segment.pop("within", None)
    day = drawn.as_of
    if drawn.through is not None:
        day += timedelta(days=d.number(0, (drawn.through - drawn.as_of).days))
    return drawn.but(segments=[segment], as_of=day, through=None), place


def one_value(d: Draw, attribute: dict[str, Any], test: Any) -> Any:
    """A test that only one value passes, within another test."""
    if attribute.get("type") == "integer":
        test = test or {}
        value = str(d.number(int(test.get("from", attribute["from"])), int(test.get("to", attribute["to"]))))
        return {"from": value, "to": value}
    if test is None and "assume" in attribute:
        return [attribute["assume"]]
    return [d.one(test or attribute["values"])]


def renamed(drawn: Audit, prefix: str) -> Audit:
    """The same audit under other names."""

    def name(part: dict[str, Any], *keys: str) -> dict[str, Any]:
        return {key: prefix + value if key in keys else value for key, value in part.items()}

    def offer(part: dict[str, Any]) -> dict[str, Any]:
        found = name(part, "id", "product")
        if "contract" in found:
            found["contract"] = name(found["contract"], "then")
        if "price" in found:
            found["price"] = [name(phase, "product") for phase in found["price"]]
        return found

    catalog = dict(drawn.catalog)
    catalog["products"] = [name(product, "id", "close_match") for product in catalog["products"]]
    catalog["offers"] = [offer(part) for part in catalog["offers"]]
    segments = drawn.segments
    if segments is not None:
        segments = [name(segment, "id", "holds", "product", "within") for segment in segments]
    return drawn.but(catalog=catalog, segments=segments)


@st.composite
def twins(draw: Any, segments: bool) -> tuple[Audit, Audit]:
    """Two audits under the same policy and the same declarations, with no offer in common."""
    maker = Maker(Draw(draw), True)
    one, two = maker.audit(segments), maker.audit(segments)
    shared = {key: one.catalog[key] for key in ("currency", "attributes", "terms", "value_tiers")}
    two = two.but(policy=one.policy, through=one.through, catalog={**two.catalog, **shared})
    return one, renamed(two, "other-")


def scaled(part: Any, factor: int, keys: tuple[str, ...]) -> Any:
    """The same with every amount of money under these keys multiplied."""
    if isinstance(part, list):
        return [scaled(one, factor, keys) for one in part]
    if not isinstance(part, dict):
        return part
    found = {}
    for key, value in part.items():
        if key in keys and isinstance(value, str):
            found[key] = f"{Decimal(value) * factor:f}"
        else:
            found[key] = scaled(value, factor, keys)
    return found
