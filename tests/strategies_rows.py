"""Audits of rows for hypothesis: a book with quotes, notices, records, and a policy over them.

Everything is drawn as the plain mappings that a case would hold. Numbers come from short lists: prices a hair apart,
the same amount said per month, per year and per term, ends of months, keys that are absent and keys that are empty.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from fairoffer.model.book import BookRow, Notice, Record
from fairoffer.model.catalog import Catalog
from fairoffer.model.inputs import Inputs
from fairoffer.model.policy import Policy
from tests.drawing import DAY, Draw
from tests.oracle import kleene

PRICES = ["100", "100.004", "100.005", "100.01", "99.99", "120", "1200", "10", "8.33", "110", "99.995", "144"]
FEES = ["5", "0.01", "9.99", "12", "0.005"]
VALUES = ["50", "10", "0.01", "20", "5"]
RATES = ["2", "2.5", "4", "1.99", "2.01", "0.1"]
MONTHS = ["12", "12", "24", "1", "6"]
TENURES = ["1", "12", "13", "24", "60"]
BASES = ("new-customer", "first-renewal", "standing-offer", "best-open", "front-book", "own-previous")
DAYS = (DAY, date(2027, 2, 28), date(2028, 2, 29))
KINDS = {"price": ("motor", "broadband"), "rate": ("savings", "home-loan"), "both": ("credit_card", "broadband")}
CHOICES = {"channel": ["web", "phone"], "payment_method": ["annual", "monthly"], "brand": ["b1", "b2"]}
LIKE = {"region": ["north", "south"], "cover": ["full", "basic"]}
TERMS = {"speed": {"unit": "Mbit/s", "better": "higher"}, "wait": {"unit": "minutes", "better": "lower"}}
FACTS = {"ok": "boolean", "tier": "text", "visits": "integer", "score": "number"}
FACT_VALUES = {"ok": ["true", "false"], "tier": ["gold", "tin"], "visits": ["0", "2"], "score": ["0.5", "1"]}
PAIRS = ("default-gap", "reach-gap", "term-gap", "incentive-gap", "component-gap")
GROUPS = ("price-walk", "uniform-rate", "concentration")
COSTED = ("default-gap", "reach-gap", "price-walk", "concentration")

FLAGS = ("consumer", "vulnerable", "hardship", "group_policy", "renewal_notice", "renewal_after_old", "tax_included")
FLAGS += ("contract_ended", "ok")
TEXTS: dict[str, list[str]] = {
    "product_type": ["motor", "loan"],
    "product": ["p1", "p2"],
    "channel": ["web", "phone"],
    "channel_moved_by": ["customer", "firm"],
    "payment_method": ["annual", "monthly"],
    "event": ["renewal", "review"],
    "risk": ["r1", "r2"],
    "per": ["month", "term"],
    "like_region": ["north", "south"],
    "tier": ["gold", "tin"],
    "supplier": ["Example", "Other"],
    "jurisdiction": ["UK", "DE"],
}
WHOLE = {
    "tenure_months": [12, 13, 24],
    "renewal_no": [0, 1],
    "customers": [1, 3],
    "contract_months": [12, 1],
    "months_out_of_contract": [0, 1, 12],
    "months_since_contract_made": [0, 12],
    "visits": [0, 1],
}
NUMBERS = {
    "price": ["100.005", "100"],
    "paid": ["100", "99.99"],
    "rate": ["2", "2.5"],
    "fees": ["0", "5"],
    "fees_setup": ["0", "5"],
    "addons": ["0"],
    "addons_breakdown_cover": ["5"],
    "parts_broker": ["10"],
    "previous_price": ["100"],
    "terms_speed": ["50"],
    "quote_new_customer": ["100"],
    "quote_best_open": ["100.004"],
    "score": ["0.5"],
}
DATES = ("contract_made", "contract_ends", "on")
NOTICE_TEXTS = {"kind": ["renewal", "reminder"], "text": ["hello"]}
NOTICE_WHOLE = {"days_before": [0, 21, 30], "months_since": [0, 1, 12], "lists": [0, 1]}
NOTICE_FLAGS = ("shows_prior_price", "shows_end", "lists_new", "lists_existing")
NOTICE_NUMBERS = {"values_prior_price": ["100"], "lists_price": ["100"]}
RECORD_TEXTS = {"kind": ["review", "reminder"], "subject": ["c1", "p1"], "party": ["broker"]}
LINE_TEXTS = {"line": ["fee", "incentive", "listed"], "name": ["setup", "p1"], "when_due": ["start", "month"]}
LINE_TEXTS |= {"party": ["broker"], "audience": ["new", "any"]}
LINE_NUMBERS = {"amount": ["5", "100"], "funded": ["5"], "percent": ["10"]}


@dataclass(frozen=True)
class RowAudit:
    """One example; a table that is None is absent. `trees` has the condition tree of every text in the policy."""

    catalog: dict[str, Any]
    book: list[dict[str, Any]] | None
    notices: list[dict[str, Any]] | None
    records: list[dict[str, Any]] | None
    policy: dict[str, Any]
    trees: dict[str, Any] = field(default_factory=dict)
    as_of: date = DAY

    def inputs(self) -> Inputs:
        """All of it as the audit sees it."""

        def read(model: Any, listed: list[dict[str, Any]] | None) -> Any:
            return None if listed is None else tuple(model.model_validate(one) for one in listed)

        return Inputs(
            directory=".",
            catalog=Catalog.model_validate(self.catalog),
            segments=None,
            policies=(Policy.model_validate(self.policy),),
            book=read(BookRow, self.book),
            notices=read(Notice, self.notices),
            records=read(Record, self.records),
        )

    def but(self, **changes: Any) -> RowAudit:
        """The same with some of it replaced."""
        return replace(self, **changes)

    def with_rules(self, **changes: Any) -> RowAudit:
        """The same with something else in every rule."""
        rules = [{**rule, **changes} for rule in self.policy["rules"]]
        return self.but(policy={**self.policy, "rules": rules})

    def only(self, checks: Iterable[str]) -> RowAudit:
        """The same with the rules of some checks only."""
        wanted = set(checks)
        rules = [rule for rule in self.policy["rules"] if rule["check"] in wanted]
        return self.but(policy={**self.policy, "rules": rules})


@st.composite
def row_audits(draw: Any, unknowns: bool = True, checks: tuple[str, ...] = PAIRS + GROUPS) -> RowAudit:
    """A whole audit of rows. `unknowns`: whether anything may be missing that a comparison needs."""
    return RowMaker(drawer(draw), unknowns).audit(checks)


@st.composite
def table_audits(draw: Any) -> RowAudit:
    """An audit whose rules are conditions and things that are due."""
    return RowMaker(drawer(draw), True).tables()


class Dice(Draw):
    """The same questions answered by dice: examples that have nothing in common."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def one(self, values: Any) -> Any:
        return self.chance.choice(list(values))

    def maybe(self, once_in: int) -> bool:
        return self.chance.randrange(once_in) == 0

    def number(self, low: int, high: int) -> int:
        return self.chance.randint(low, high)


def drawer(draw: Any) -> Draw:
    """Mostly dice; now and then hypothesis itself, which finds the smallest."""
    seed = draw(st.none() | st.integers(0, 2**40) | st.integers(0, 2**40))
    return Draw(draw) if seed is None else Dice(seed)


class RowMaker:
    """Draws the parts of one audit, which agree with each other."""

    def __init__(self, draw: Draw, unknowns: bool) -> None:
        self.d, self.unknowns = draw, unknowns
        self.kind = draw.one(["price", "price", "price", "rate", "both"])
        self.type = draw.one(KINDS[self.kind])
        self.basis = draw.one(["new-customer", "new-customer", "new-customer", *BASES])
        self.named = ["product"] if not draw.maybe(6) else []
        self.named += [name for name in ("channel", "payment_method", "brand", "risk", "region") if draw.maybe(3)]
        self.taxed = draw.maybe(3)
        self.pers = draw.one([[None], ["term"], ["month", "term", "year", None], ["month", "year"]])
        self.trees: dict[str, Any] = {}
        self.as_of = draw.one(DAYS)
        self.dated = draw.maybe(3)
        self.gifts = draw.maybe(2)
        self.alike = draw.maybe(2)
        self.worded = draw.maybe(3)
        self.scoped = draw.maybe(3)
        # Rows and quotes that are alike in everything but numbers, so that groups have several rows.
        self.plain = draw.maybe(3)
        if self.plain:
            self.taxed, self.dated = False, False

    # -- the whole ---------------------------------------------------------------------------------------------------

    def audit(self, checks: tuple[str, ...]) -> RowAudit:
        """Rows and quotes under rules that compare them."""
        d = self.d
        rows = [self.row(number) for number in range(1, d.number(1, 6) + 1)]
        book: Any = None if self.unknowns and d.maybe(40) else [] if d.maybe(40) else rows
        # A rate for all is asked where there are rates, and now and then where there are none.
        rules = [self.rule(c) for c in checks if c != "uniform-rate" or self.kind != "price" or d.maybe(6)]
        return RowAudit(self.catalog(), book, None, None, self.policy(rules), self.trees, self.as_of)

    def tables(self) -> RowAudit:
        """Rows, notices and records under conditions and dues."""
        d = self.d
        rows = [self.row(number) for number in range(1, d.number(1, 3) + 1)]
        book: Any = None if d.maybe(8) else [] if d.maybe(12) else rows
        notices: Any = None if d.maybe(8) else [self.notice(n) for n in range(d.number(0, 3))]
        records: Any = None if d.maybe(8) else [self.record(n) for n in range(d.number(0, 4))]
        rules = [self.condition(number) for number in range(d.number(2, 6))]
        rules += [self.due(number) for number in range(d.number(0, 3))]
        return RowAudit(self.catalog(), book, notices, records, self.policy(rules), self.trees, self.as_of)

    def catalog(self) -> dict[str, Any]:
        """Products on sale, closed by date and closed by share; declarations; no offers."""
        d = self.d
        kind = self.type
        products: list[dict[str, Any]] = [{"id": "p1", "type": kind}]
        products.append(
            {"id": "p2", "type": kind, "on_sale": {"to": d.one(["2026-11-20", "2026-11-21", "2020-01-01"])}}
        )
        products.append({"id": "p3", "type": kind, "on_sale": {"from": "2024-01-01", "new_business_share": "0.05"}})
        for product, match in (("p2", "p1"), ("p3", "p1"), ("p2", "p3")):
            if d.maybe(2):
                next(one for one in products if one["id"] == product)["close_match"] = match
        found: dict[str, Any] = {"id": "drawn", "currency": d.one(["GBP", "GBP", "XXX", "JPY", "KWD"]), "terms": TERMS}
        found |= {"products": products, "offers": []}
        if d.maybe(3):
            found["supplier"] = "Example"
        if d.maybe(3):
            found["jurisdiction"] = "UK"
        if self.taxed and d.maybe(2):
            found["tax"] = self.tax()
        facts = self.facts(6) | ({"consumer": "true"} if d.maybe(4) else {})
        if facts:
            found["facts"] = facts
        if d.maybe(4):
            products[0]["facts"] = self.facts(2) | ({"consumer": "false"} if d.maybe(2) else {})
        return found

    def facts(self, once_in: int) -> dict[str, str]:
        return {name: self.d.one(values) for name, values in FACT_VALUES.items() if self.d.maybe(once_in)}

    def tax(self) -> dict[str, Any]:
        found = {"included": self.d.one(["true", "false"])}
        return found | ({} if self.d.maybe(4) else {"rate": self.d.one(["20", "7"])})

    # -- legs --------------------------------------------------------------------------------------------------------

    def leg(self, quote: bool) -> dict[str, Any]:
        """Price or rate, and what belongs to it."""
        d = self.d
        found: dict[str, Any] = {}
        gap = self.unknowns and d.maybe(30 if self.plain else 12)
        if self.kind != "rate" and not gap:
            found["price"] = d.one(PRICES[:6] if self.alike else PRICES)
        if self.kind != "price" and not (self.unknowns and d.maybe(12)):
            found["rate"] = d.one(RATES)
        if self.kind == "price" and d.maybe(8):
            found["finance_rate"] = d.one(RATES)
        per = d.one(self.pers) if not quote or d.maybe(3) else None
        if per is not None:
            found["per"] = per
        if self.taxed and d.maybe(2):
            found["tax"] = self.tax()
        if self.kind != "rate":
            self.lists(found)
        if self.gifts and d.maybe(5 if self.plain else 2):
            found["incentives"] = [self.incentive() for _ in range(d.number(0, 2))]
        if self.worded and not d.maybe(5):
            found["terms"] = {name: d.one(["10", "50", "100"]) for name in d.some(TERMS)}
        return found

    def lists(self, found: dict[str, Any]) -> None:
        """Fees, add-ons and parts: listed, known to be none, or not said."""
        d = self.d
        if d.maybe(3):
            found["fees"] = [self.fee() for _ in range(d.number(0, 3))]
        if d.maybe(5):
            names = d.some(["breakdown-cover", "legal"]) if d.maybe(2) else []
            found["addons"] = [{"id": name, "price": d.one(FEES)} for name in names]
        if d.maybe(5):
            names = d.some(["broker", "insurer"]) if d.maybe(2) else []
            found["parts"] = [{"party": name, "amount": d.one(["10", "10.004", "10.01", "5"])} for name in names]

    def fee(self) -> dict[str, Any]:
        d = self.d
        when = d.one(["start", "start", "end", "month", "year"])
        found = {"kind": d.one(["setup", "setup", "admin"]), "amount": d.one(FEES), "when": when}
        return found | ({"party": d.one(["broker", "insurer"])} if d.maybe(3) else {})

    def incentive(self) -> dict[str, Any]:
        """A gift: of a value, a percentage or points."""
        d = self.d
        found: dict[str, Any] = {"kind": "gift", "cash_equivalent": "true"}
        size = d.one(["value", "value", "value", "percent"] + (["points"] if self.unknowns else []))
        found[size] = d.one(["10", "5"]) if size == "percent" else d.one(VALUES)
        if d.maybe(5):
            found["cash_equivalent"] = "false"
        elif self.unknowns and d.maybe(5):
            del found["cash_equivalent"]
        if d.maybe(3) and size != "percent":
            found["funded"] = d.one(["5", "10", "60", "0"])
        return found

    # -- rows --------------------------------------------------------------------------------------------------------

    def row(self, number: int) -> dict[str, Any]:
        """One customer, mostly with quotes that fit."""
        d = self.d
        found: dict[str, Any] = {"customer": f"c{number}", **self.leg(quote=False)}
        if self.plain:
            found["product"] = "p1"
        elif not d.maybe(8):
            found["product"] = d.one(["p1", "p1", "p1", "p1", "p1", "p2", "p3", "p9"])
        if d.maybe(5):
            found["product_type"] = self.type if self.kind != "price" or d.maybe(2) else "other"
        if not d.maybe(30 if self.plain else 6):
            found["tenure_months"] = d.one(TENURES[1:3] if self.plain else TENURES)
        if d.maybe(3):
            found["count"] = d.one(["3", "10"])
        for name in ("consumer", "vulnerable", "hardship", "group_policy"):
            if not d.maybe(3) or (self.plain and not d.maybe(8)):
                found[name] = d.one(["true", "false"])
        if not self.plain or d.maybe(12):
            self.choices(found)
        contract = self.contract()
        if contract:
            found["contract"] = contract
        if d.maybe(3) or (self.basis == "own-previous" and not d.maybe(4)):
            found["previous"] = self.previous()
        if d.maybe(3):
            found["renewal"] = {name: d.one(["true", "false"]) for name in d.some(["after_old", "notice"])}
        if d.maybe(3):
            found |= {"event": d.one(["renewal", "review"]), "renewal_no": d.one(["0", "1", "2"])}
        if d.maybe(3):
            found["paid"] = d.one(["100", "90", "99.99"])
        if self.dated and d.maybe(2):
            found["on"] = (self.as_of + timedelta(days=d.one([0, -3, 5]))).isoformat()
        if d.maybe(3):
            found["facts"] = self.facts(3) | ({"hardship": "true"} if d.maybe(3) else {})
        if d.maybe(8):
            found["supplier"] = "Other"
        if self.basis == "own-previous" and d.maybe(2):
            # What a row says of itself stands in where no quote does.
            return found
        if not (self.unknowns and d.maybe(15)):
            number_of = d.one([1, 1, 1, 2] if self.plain else [1, 1, 2, 2, 3, 2, 1, 0])
            found["quotes"] = [self.quote(found) for _ in range(number_of)]
        return found

    def choices(self, found: dict[str, Any]) -> None:
        """What they chose and what must be alike."""
        d = self.d
        for name, values in CHOICES.items():
            if not d.maybe(3):
                found[name] = d.one(values)
        if d.maybe(4):
            found["channel_renewal"] = d.one(["phone", "web"])
        if d.maybe(4):
            found["channel_moved_by"] = d.one(["customer", "firm"])
        if d.maybe(3):
            found["risk"] = d.one(["r1", "r2"])
        if d.maybe(8):
            found["rating"] = d.one(["v1", "v2"])
        like = {name: d.one(values) for name, values in LIKE.items() if d.maybe(3)}
        if like:
            found["like"] = like

    def contract(self) -> dict[str, Any]:
        d = self.d
        found: dict[str, Any] = {}
        if not d.maybe(20 if self.plain else 5):
            found["months"] = d.one(MONTHS) if not d.maybe(20) else "0"
        if d.maybe(4):
            found["made"] = self.day([-365, -366, -30, -31, 0, -400])
        if d.maybe(4):
            found["ends"] = self.day([0, 1, -1, 30, -29, -30, -31]) if "made" not in found else self.day([0, 1, 30])
        if d.maybe(6):
            found["notice_days"] = d.one(["14", "30"])
        return found

    def previous(self) -> dict[str, Any]:
        d = self.d
        names = d.some(["price", "changed_price", "fees"])
        return {name: d.one(FEES) if name == "fees" else d.one(PRICES[:6]) for name in names}

    def day(self, days: list[int]) -> str:
        return (self.as_of + timedelta(days=self.d.one(days))).isoformat()

    def quote(self, row: dict[str, Any]) -> dict[str, Any]:
        """A quote: of the basis that is compared with more often than not, and alike more often than not."""
        d = self.d
        basis = d.one([*[self.basis] * 8, "best-open", "best-open", d.one(BASES)])
        found: dict[str, Any] = {"basis": basis, **self.leg(quote=True)}
        if self.plain and not d.maybe(12):
            return found
        product = row.get("product")
        if d.maybe(8) or (product in ("p2", "p3") and d.maybe(2)):
            found["product"] = d.one(["p1", "p1", "p2", "p3"])
        for name, values in CHOICES.items():
            if d.maybe(5):
                found[name] = row[name] if name in row and d.maybe(2) else d.one(values)
        if d.maybe(5):
            found["risk"] = row["risk"] if "risk" in row and d.maybe(2) else d.one(["r1", "r2"])
        if d.maybe(10):
            found["rating"] = d.one(["v1", "v2"])
        like = {name: d.one(values) for name, values in LIKE.items() if d.maybe(5)}
        if like:
            found["like"] = like
        if self.dated and not d.maybe(3):
            found["at"] = self.day([0, -1, -3, -4, 1, 5]) + d.one(["", "", "T10:30"])
        return found

    # -- notices and records -----------------------------------------------------------------------------------------

    def notice(self, number: int) -> dict[str, Any]:
        d = self.d
        found: dict[str, Any] = {"id": f"n{number}", "kind": d.one(["renewal", "reminder"])}
        if not d.maybe(4):
            found["customer"] = d.one(["c1", "c1", "c2", "c9"])
        if not d.maybe(5):
            found["sent"] = self.around()
        if not d.maybe(3):
            found["event_on"] = self.day([0, 21, 30, -1])
        if d.maybe(2):
            found["shows"] = d.some(["prior-price", "end"])
        if d.maybe(3):
            found["values"] = {"prior-price": d.one(["100", "99.99"])}
        if d.maybe(3):
            found["lists"] = [self.listed() for _ in range(d.number(1, 2))]
        if d.maybe(4):
            found["text"] = d.one(["hello", "it's"])
        if d.maybe(4):
            found["facts"] = self.facts(3)
        return found

    def listed(self) -> dict[str, Any]:
        d = self.d
        found = {} if d.maybe(4) else {"audience": d.one(["new", "existing", "any"])}
        found |= {} if d.maybe(4) else {"price": d.one(["100", "99.99"])}
        return found | ({} if d.maybe(3) else {"product": d.one(["p1", "p2"])})

    def record(self, number: int) -> dict[str, Any]:
        d = self.d
        found: dict[str, Any] = {"id": f"r{number}", "kind": d.one(["review", "reminder"])}
        if not d.maybe(8):
            found["date"] = self.around()
        if not d.maybe(3):
            found["subject"] = d.one(["c1", "c1", "p1", "c2"])
        if d.maybe(4):
            found["party"] = "broker"
        if d.maybe(4):
            found["facts"] = self.facts(3)
        return found

    def around(self) -> str:
        """Days at which a month or a year is just over, or not yet."""
        return self.day([0, 1, -1, -28, -29, -30, -31, -28, -31, -364, -365, -366, -59, -90, -92])

    # -- policy ------------------------------------------------------------------------------------------------------

    def policy(self, rules: list[dict[str, Any]]) -> dict[str, Any]:
        d = self.d
        compare = {"with": self.basis, "like_for_like": self.named, "months": ["12"]}
        found: dict[str, Any] = {"id": "drawn", "compare": compare, "facts": FACTS, "rules": rules}
        if self.scoped and d.maybe(3):
            found["scope"] = self.text("customers")
        if d.maybe(2):
            found["closed_product"] = {"new_business_share_below": [{"share": "0.075"}]}
        if d.maybe(25):
            past = {"to": "2026-01-01"}
            found["effective"] = d.one([past, {"from": "2029-01-01"}, {**past, "sure": "false"}])
        return found

    def rule(self, check: str) -> dict[str, Any]:
        """One rule; sometimes with a tolerance, a scope or a comparator of its own."""
        d = self.d
        found: dict[str, Any] = {"id": check, "check": check, "level": d.one(["breach", "review", "house"])}
        if check == "term-gap":
            found["terms"] = d.one([["*"], ["speed"], ["speed", "wait"]])
        elif check == "component-gap":
            listed = [[], ["*"], ["fees"], ["fee:setup", "parts"], ["addons", "finance_rate"], ["addon:legal", "fees"]]
            found["terms"] = d.one(listed)
        elif check in COSTED:
            found["terms"] = d.one(
                [["cost"], ["cost"], ["core_price"], ["cost", "core_price"], ["list_price", "total_cost"]]
            )
        if check == "uniform-rate":
            found["over"] = d.one(["0", "12", "13"])
        if d.maybe(4):
            found["tolerance"] = self.tolerance(check)
        if self.scoped and d.maybe(3):
            found["scope"] = self.text("customers")
        if d.maybe(20):
            found["compare"] = {"with": d.one(BASES)}
        if check == "reach-gap" and found.get("compare", {}).get("with", self.basis) == "best-open":
            # What is open to all is in reach, so that it could only be compared with itself.
            found["compare"] = {"with": "new-customer"}
        return found

    def tolerance(self, check: str) -> dict[str, Any]:
        """How large a gap may be, in what the check counts in."""
        d = self.d
        kinds: list[dict[str, Any]] = [{"percent": "10"}, {"percent": "0.01"}]
        if check in ("default-gap", "reach-gap", "component-gap", "incentive-gap"):
            kinds += [{"money": "0.01"}, {"money": "5"}]
        if check in ("default-gap", "reach-gap", "component-gap"):
            kinds += [{"money": "1", "per": "month"}, {"money": "12", "per": "year"}, {"money": "10", "per": "term"}]
            kinds += [{"points": "0.5"}]
        if check in ("uniform-rate", "concentration", "price-walk"):
            kinds += [{"points": "0.5"}, {"points": "5"}]
        if check in ("term-gap", "price-walk"):
            kinds += [{"amount": "0.1"}]
        return {**d.one(kinds), **(d.one(kinds) if d.maybe(4) else {})}

    def condition(self, number: int) -> dict[str, Any]:
        d = self.d
        table = d.one(["customers", "customers", "notices", "records", "lines", "lines"])
        found = {
            "id": f"condition-{number}",
            "check": "condition",
            "level": d.one(["breach", "review"]),
            "table": table,
        }
        found["condition"] = self.text(table)
        return found | ({"scope": self.text(table)} if d.maybe(4) else {})

    def due(self, number: int) -> dict[str, Any]:
        d = self.d
        what: dict[str, Any] = {"kind": d.one(["reminder", "review", "renewal"])}
        what["for_"] = d.one(["firm", "customer", "contract", "product"])
        span = d.one([None, "every_months", "every_months", "not_within_months"])
        if span is not None:
            what[span] = d.one(["1", "12", "3"])
        what["for"] = what.pop("for_")
        found = {"id": f"due-{number}", "check": "due", "level": "house", "due": what}
        return found | ({"scope": self.text("customers")} if d.maybe(4) else {})

    # -- conditions --------------------------------------------------------------------------------------------------

    def text(self, table: str) -> str:
        """A condition as SQL; its tree is kept."""
        tree = self.tree(table, self.d.one([0, 1, 1, 2]))
        text = str(tree.sql())
        self.trees[text] = tree
        return text

    def tree(self, table: str, depth: int) -> Any:
        d = self.d
        if depth == 0:
            return self.leaf(table)
        join = d.one(["and", "or", "not"])
        one = self.tree(table, depth - 1)
        if join == "not":
            return kleene.Not(one)
        other = self.tree(table, depth - 1)
        return kleene.Both(one, other) if join == "and" else kleene.Either(one, other)

    def leaf(self, table: str) -> Any:
        """A test of one column, of the table's own or of the customer."""
        d = self.d
        flags, texts, whole, numbers = FLAGS, TEXTS, WHOLE, NUMBERS
        dates: tuple[str, ...] = DATES
        own = table != "customers" and not d.maybe(5)
        if own and table == "notices":
            flags, texts, whole, numbers = NOTICE_FLAGS, NOTICE_TEXTS, NOTICE_WHOLE, NOTICE_NUMBERS
            dates = ("sent", "event_on")
        elif own and table == "records":
            flags, texts, whole, numbers = ("ok",), RECORD_TEXTS, {"months_since": [0, 1, 12]}, {"score": ["0.5"]}
            dates = ("dated",)
        elif own:
            flags, texts, whole, numbers = ("cash_equivalent",), LINE_TEXTS, {"tenure_months": [12]}, LINE_NUMBERS
        if own and table != "lines" and d.maybe(4):
            return self.ranged("months_since", [0, 1, 12])
        kind = d.one(["flag", "text", "whole", "whole", "number", "number", "date", "known", "two"])
        if kind == "flag":
            return kleene.Flag(d.one(flags))
        if kind == "text":
            return self.text_leaf(texts)
        if kind == "whole":
            name = d.one(whole)
            return self.ranged(name, whole[name])
        if kind == "number":
            name = d.one(numbers)
            return self.ranged(name, [Decimal(value) for value in numbers[name]])
        if kind == "date":
            name = d.one(dates)
            return self.ranged(name, [self.as_of, self.as_of - timedelta(days=30)])
        if kind == "two" and not own:
            pairs = [
                ("price", "previous_price"),
                ("price", "quote_new_customer"),
                ("paid", "price"),
                ("channel", "channel_renewal"),
            ]
            one, other = d.one(pairs)
            return kleene.Than(one, d.one(["=", "<>"] if one == "channel" else [">", "<=", "="]), other=other)
        return kleene.Known(d.one([*flags, *texts, *whole, *numbers]), d.maybe(2))

    def text_leaf(self, texts: dict[str, list[str]]) -> Any:
        name = self.d.one(texts)
        if self.d.maybe(2):
            return kleene.Among(name, tuple(self.d.some(texts[name])), not self.d.maybe(3))
        return kleene.Than(name, self.d.one(["=", "<>"]), self.d.one(texts[name]))

    def ranged(self, name: str, values: list[Any]) -> Any:
        d = self.d
        if d.maybe(5):
            low, high = min(values), max(values)
            return kleene.Within(name, low, high)
        if d.maybe(5) and not isinstance(values[0], date):
            return kleene.Or0(name, d.one(["<", ">="]), d.one(values))
        return kleene.Than(name, d.one([">", ">=", "<", "<=", "=", "<>"]), d.one(values))
