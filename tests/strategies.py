"""Whole small audits for hypothesis: a catalog, its segments (or none), a policy, a day.

Everything is drawn as the plain mappings that a file would hold, and read by the models, so that an example can be
written to disk as it stands. Numbers come from short lists on purpose: equal prices, equal ends and crossing ranges are
where audits go wrong. Months are few in most examples, because the oracle walks through every one of them.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from tests.drawing import DAY, Audit, Draw

AMOUNTS = ["20", "10", "12.50", "24.99", "30", "33.33", "0"]
FEES = ["5", "9.99", "1", "36"]
VALUES = ["10", "50", "25.50", "120"]
PERCENTS = ["2", "1.5", "4", "0.1", "7.77"]
TIERS = ["1000", "2500", "10000"]
TRAITS: dict[str, Any] = {
    "region": {"values": ["north", "south"]},
    "staff": {"values": ["yes", "no"], "assume": "no"},
    "age": {"type": "integer", "from": "18", "to": "20"},
}
CHOICES: dict[str, Any] = {
    "channel": {"choice": "true", "values": ["web", "phone"]},
    "payment": {"choice": "true", "values": ["debit", "card"]},
}
TERMS: dict[str, Any] = {
    "speed": {"unit": "Mbit/s", "better": "higher"},
    "wait": {"unit": "minutes", "better": "lower"},
}
CHECKS = (
    "default-gap",
    "reach-gap",
    "term-gap",
    "incentive-gap",
    "no-equivalent",
    "price-walk",
    "roll-over",
    "must-ask",
    "tier-gap",
)
COSTED = ("default-gap", "reach-gap", "price-walk", "roll-over", "must-ask", "tier-gap")


@st.composite
def audits(draw: Any, segments: bool | None = None, unknowns: bool = True) -> Audit:
    """A whole audit. `segments`: with or without a file; `unknowns`: whether anything may be missing or unclear."""
    return Maker(Draw(draw), unknowns).audit(segments)


class Maker:
    """Draws the parts of one audit, which agree with each other."""

    def __init__(self, draw: Draw, unknowns: bool) -> None:
        self.d, self.unknowns = draw, unknowns
        self.horizons = draw.one([["3"], ["6", "3"], ["3", "6"], ["6"], ["12"], ["6", "12"], ["12", "24"]])
        self.most = 6 if int(self.horizons[0]) < 12 else 18
        self.attributes = {n: a for n, a in {**TRAITS, **CHOICES}.items() if draw.maybe(3)}
        self.terms = {n: t for n, t in TERMS.items() if draw.maybe(3)}
        self.closing = draw.maybe(3)
        self.days = draw.maybe(3)
        self.unclear = unknowns and draw.maybe(6)
        self.tiers = draw.maybe(3)
        self.products: list[dict[str, Any]] = []

    def audit(self, segments: bool | None) -> Audit:
        """Everything, in the order in which one part needs another."""
        d = self.d
        kind = d.one(["broadband", "broadband", "savings", "mortgage"])
        self.products = self.make_products(kind)
        names = [f"o{number}" for number in range(1, d.number(1, 7) + 1)]
        products = {name: d.one(self.products) for name in names}
        offers = [self.offer(name, products) for name in names]
        catalog: dict[str, Any] = {"id": "drawn", "currency": d.one(["GBP", "GBP", "GBP", "JPY", "KWD"])}
        catalog |= {"attributes": self.attributes, "terms": self.terms, "value_tiers": ["low", "mid", "high"]}
        catalog |= {"products": self.products, "offers": offers}
        listed = d.number(0, 5) > 0 if segments is None else segments
        found = self.make_segments(offers) if listed else None
        through = DAY + timedelta(days=d.one([4, 9])) if self.days and d.maybe(2) else None
        return Audit(catalog, found, self.policy(), DAY, through)

    # -- products ----------------------------------------------------------------------------------------------------

    def make_products(self, kind: str) -> list[dict[str, Any]]:
        """One to three products, the first always on sale; a close match is a product before."""
        d = self.d
        found: list[dict[str, Any]] = [{"id": "p1", "type": kind}]
        for number in range(2, (d.one([1, 2, 2, 3]) if self.closing else d.one([1, 1, 2])) + 1):
            product: dict[str, Any] = {"id": f"p{number}", "type": d.one([kind, kind, kind, "other-savings"])}
            same = [one["id"] for one in found if one["type"] == product["type"]]
            if same and self.closing and not d.maybe(4):
                product["close_match"] = d.one(same)
            if self.closing:
                product["on_sale"] = self.on_sale()
            found.append(product)
        if self.closing and d.maybe(4):
            found[0]["on_sale"] = {"from": "2024-01-01", "new_business_share": d.one(["0.05", "0.10", "0.50"])}
        return found

    def on_sale(self) -> dict[str, Any]:
        """Days on sale: over, ending within the days that may be judged, or open."""
        d = self.d
        found: dict[str, Any] = {}
        if d.maybe(2):
            found["from"] = d.one(["2019-01-01", "2024-06-01", "2026-11-23"])
        if not d.maybe(3):
            found["to"] = d.one(["2026-11-01", "2026-11-20", "2026-11-23"])
        if d.maybe(2):
            found["new_business_share"] = d.one(["0.05", "0.10", "0.50"])
        return found if found.get("from", "") <= found.get("to", "9") else {"to": found["to"]}

    # -- offers ------------------------------------------------------------------------------------------------------

    def offer(self, name: str, products: dict[str, dict[str, Any]]) -> dict[str, Any]:
        """One offer; `products` says what each offer is for."""
        d, product = self.d, products[name]
        alike = [other for other, found in products.items() if priced(found) == priced(product)]
        audience = d.one(["any", "new", "existing", "any", "new", "existing", "lapsed"])
        if self.unclear and d.maybe(3):
            audience = "unknown"
        found: dict[str, Any] = {"id": name, "product": product["id"], "audience": audience}
        if d.maybe(5):
            found["access"] = d.one(["on_request", "on_leaving"])
        if d.maybe(6):
            found["once"] = "true"
        if d.maybe(8) and found["audience"] == "new":
            found["audience_basis"] = {"also": ["moving"]}
        found["eligibility"] = self.eligibility(found["audience"])
        valid = self.valid(product) if self.days else None
        if valid is not None:
            found["valid"] = valid
        contract = self.contract()
        self.prices(found, contract, product, alike)
        if contract:
            found["contract"] = contract
        if d.maybe(3):
            found["fees"] = [self.fee() for _ in range(d.number(1, 2))]
        if d.maybe(3):
            found["incentives"] = [self.incentive(found) for _ in range(d.number(1, 2))]
        if self.terms and not d.maybe(4):
            found["terms"] = {term: str(d.one([10, 50, 100])) for term in d.some(self.terms)}
        return found

    def eligibility(self, audience: str) -> dict[str, Any]:
        """Tests of some attributes, and perhaps of the tenure."""
        d = self.d
        found: dict[str, Any] = {n: self.test(n) for n in self.attributes if d.maybe(3)}
        if audience != "new" and d.maybe(4):
            span = d.span(0, 9)
            if span.get("to") != "0":
                found["tenure_months"] = span
        elif audience == "new" and d.maybe(8):
            found["tenure_months"] = {"to": "0"}
        return found

    def test(self, name: str) -> Any:
        """A test of one attribute."""
        attribute = self.attributes[name]
        if attribute.get("type") == "integer":
            return self.d.span(int(attribute["from"]), int(attribute["to"]))
        return self.d.some(attribute["values"])

    def valid(self, product: dict[str, Any]) -> dict[str, str] | None:
        """Days around the judged ones, never past the product's."""
        d = self.d
        if d.maybe(2):
            return None
        first, last = sorted(d.number(-4, 10) for _ in range(2))
        found = {"from": (DAY + timedelta(days=first)).isoformat(), "to": (DAY + timedelta(days=last)).isoformat()}
        end = product.get("on_sale", {}).get("to")
        if end is not None and found["to"] > end:
            found["to"] = end
        if found["from"] > found["to"]:
            return None
        return {side: day for side, day in found.items() if side == "to" or not d.maybe(3)}

    def contract(self) -> dict[str, Any]:
        """A minimum term and what belongs to it; often none."""
        d = self.d
        found: dict[str, Any] = {}
        if d.maybe(2):
            found["months"] = str(d.number(1, self.most))
        if d.maybe(5):
            found["notice_days"] = d.one(["0", "14", "30"])
        if d.maybe(5):
            found["exit_fee"] = d.one(["15", "99.50"])
        return found

    def prices(
        self, found: dict[str, Any], contract: dict[str, Any], product: dict[str, Any], names: list[str]
    ) -> None:
        """Phases, or rates where the product has a balance; and what takes over."""
        d = self.d
        if self.unknowns and d.maybe(14):
            return
        count = d.one([0, 0, 1, 1, 2])
        then = count > 0 and d.maybe(3)
        months = [str(d.number(1, max(1, self.most // count))) for _ in range(count)]
        if then:
            contract["then"] = d.one(names)
        if not priced(product):
            found["rates"] = self.rates(months, open_ended=not then)
            return
        phases = [{"months": m, **self.amount(contract, m)} for m in months]
        if not then and not (self.unknowns and count and d.maybe(14)):
            phases.append(self.amount(contract, None))
        found["price"] = phases
        for phase in phases[1:]:
            if d.maybe(8):
                same = [one["id"] for one in self.products if one["type"] == product["type"]]
                phase["product"] = d.one(same)

    def amount(self, contract: dict[str, Any], months: str | None) -> dict[str, Any]:
        """The price of a phase: mostly per month."""
        d = self.d
        if self.unknowns and d.maybe(20):
            return {}
        found = {"amount": d.one(AMOUNTS)}
        if d.maybe(6):
            bound = contract.get("months") or months
            found["per"] = d.one(["year", "term"] if bound else ["year"])
        return found

    def rates(self, months: list[str], open_ended: bool) -> list[dict[str, Any]]:
        """A rate or two, with a bonus for some months and perhaps tiers."""
        d = self.d
        found: list[dict[str, Any]] = [{"months": m, "percent": d.one(PERCENTS), "kind": "bonus"} for m in months[:1]]
        if not open_ended:
            return found + [{"months": m, "percent": d.one(PERCENTS)} for m in months[1:]]
        if d.maybe(3):
            limit = d.one(TIERS)
            found.append({"percent": d.one(PERCENTS), "balance": {"to": limit}})
            if not d.maybe(4):
                found.append({"percent": d.one(PERCENTS), "balance": {"from": limit}})
        elif not (self.unknowns and found and d.maybe(10)):
            found.append({"percent": d.one(PERCENTS)})
        return found

    def fee(self) -> dict[str, Any]:
        """A fee."""
        d = self.d
        found = {
            "kind": d.one(["setup", "line"]),
            "amount": d.one(FEES),
            "when": d.one(["start", "month", "year", "end"]),
        }
        if d.maybe(4):
            found["optional"] = "true"
        if d.maybe(4):
            found["audience"] = d.one(["new", "existing", "any"])
        return found

    def incentive(self, offer: dict[str, Any]) -> dict[str, Any]:
        """A gift: of a value, a percentage or points."""
        d = self.d
        found: dict[str, Any] = {"kind": "gift", "cash_equivalent": "true"}
        size = d.one(["value", "value", "value", "percent"] + (["points"] if self.unknowns else []))
        if size == "percent" and not self.unknowns and not offer.get("price"):
            size = "value"
        found[size] = d.one(VALUES) if size != "percent" else d.one(["10", "50"])
        if d.maybe(5):
            found["cash_equivalent"] = "false"
        elif self.unknowns and d.maybe(6):
            del found["cash_equivalent"]
        if size != "points" and d.maybe(4):
            found["funded"] = d.one(["5", "10"])
        if d.maybe(3):
            found["audience"] = d.one(["new", "existing", "any"])
        if d.maybe(4):
            found["per"] = d.one(["month", "year"])
        return found

    # -- segments ----------------------------------------------------------------------------------------------------

    def make_segments(self, offers: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """One to three segments, no two with the same thing to hold unless one is within the other."""
        d = self.d
        found: list[dict[str, Any]] = []
        held: dict[str, str] = {}
        for number in range(1, d.number(1, 3) + 1):
            segment = self.segment(f"s{number}", offers)
            what = json.dumps([segment.get(key) for key in ("holds", "product", "pays")])
            if what in held:
                segment["within"] = held[what]
            held.setdefault(what, segment["id"])
            found.append(segment)
        return found

    def segment(self, name: str, offers: list[dict[str, Any]]) -> dict[str, Any]:
        """A segment that holds an offer, pays a price, or only has a product."""
        d = self.d
        found: dict[str, Any] = {"id": name}
        kind = d.one(["holds", "holds", "holds", "pays", "product"])
        if kind == "holds":
            found["holds"] = d.one(offer["id"] for offer in offers)
        else:
            product = d.one(self.products)
            found["product"] = product["id"]
            if kind == "pays" and priced(product):
                found["pays"] = {"amount": d.one(AMOUNTS), "per": d.one(["month", "month", "year"])}
            elif kind == "pays":
                found["pays"] = {"percent": d.one(PERCENTS)}
        if not d.maybe(3):
            first, last = sorted((d.number(1, 10), d.number(1, 10)))
            found["tenure_months"] = {"from": str(first)} if d.maybe(2) else {"from": str(first), "to": str(last)}
        if kind == "holds" and d.maybe(3):
            longest = found.get("tenure_months", {}).get("to")
            # Nobody holds for longer than they have been here.
            found["held_months"] = d.span(0, 8 if longest is None else min(8, int(longest)))
        where = {n: self.test(n) for n in self.attributes if d.maybe(3)}
        if where:
            found["where"] = where
        if not d.maybe(5):
            found["customers"] = d.one(["100", "1", "12000"])
        if self.tiers:
            found["value_tier"] = d.one(["low", "mid", "high"])
        return found

    # -- policy ------------------------------------------------------------------------------------------------------

    def policy(self) -> dict[str, Any]:
        """All checks, each as one rule, under one way of comparing."""
        d = self.d
        choices = [name for name in self.attributes if name in CHOICES]
        compare: dict[str, Any] = {"months": self.horizons, "balances": d.one([["1000"], ["1000", "10000"], ["500"]])}
        compare["like_for_like"] = ["product"] + [name for name in choices if d.maybe(2)]
        if d.maybe(5):
            compare["audiences"] = d.one([["new"], ["new", "any"], ["any", "lapsed"]])
        if d.maybe(5):
            sides = [["listed"], ["listed", "on_request"], ["listed", "on_request", "on_leaving"]]
            compare["access"] = {"existing": d.one(sides), "comparator": d.one(sides)}
        if d.maybe(5):
            compare["at"] = "now"
        found: dict[str, Any] = {"id": "drawn", "compare": compare, "rules": [self.rule(check) for check in CHECKS]}
        if self.closing and d.maybe(2):
            thresholds = [{"on_sale_years_under": "5", "share": "0.15"}, {"share": "0.075"}]
            found["closed_product"] = {"new_business_share_below": d.some(thresholds)}
        return found

    def rule(self, check: str) -> dict[str, Any]:
        """One rule; rarely with a tolerance."""
        d = self.d
        found: dict[str, Any] = {"id": check, "check": check, "level": d.one(["house", "review", "commitment"])}
        if check == "term-gap":
            found["terms"] = ["*"]
        elif check in COSTED:
            found["terms"] = d.one([["cost"], ["cost"], ["cost", "core_price"]])
        if d.maybe(8):
            found["tolerance"] = self.tolerance()
        return found

    def tolerance(self) -> dict[str, Any]:
        """How large a gap may be."""
        d = self.d
        kinds = [{"money": "5"}, {"money": "1", "per": "month"}, {"percent": "10"}, {"points": "0.5"}, {"amount": "1"}]
        return {**d.one(kinds), **(d.one(kinds) if d.maybe(4) else {})}


def priced(product: dict[str, Any]) -> bool:
    """Whether a product has prices; the others have rates."""
    return bool(product["type"] == "broadband")
