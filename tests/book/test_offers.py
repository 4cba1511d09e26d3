"""Rows against the offers of the catalog, set beside the engine of segments: a row is a segment of one customer."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairoffer.audit.audited import compare_all
from fairoffer.audit.bind import bind
from fairoffer.book.offer_numbers import DENSE
from fairoffer.book.offers import Offers, is_answered, offers_of
from fairoffer.book.slots import FAIL, NOT_ASKED, PASS, Judged, reason_of
from fairoffer.compare.market import Shelf
from fairoffer.errors import InputError
from fairoffer.model.catalog import Catalog
from fairoffer.model.inputs import Inputs
from fairoffer.model.policy import Policy
from fairoffer.model.segments import Segments
from tests.drawing import DAY, Draw
from tests.strategies import AMOUNTS, PERCENTS, Maker, priced

WHOLE = 10_000
CHECKS = ("default-gap", "reach-gap", "incentive-gap")
Answers = dict[tuple[str, str, int], tuple[Any, ...]]


def path_of(name: str) -> str:
    return name if name in ("channel", "payment_method") else f"like.{name}"


class Book(Maker):
    """A drawn catalog and policy, with rows of customers who say all that offers ask for."""

    def drawn(self, number: int) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
        drawn = self.audit(False)
        policy = {
            **drawn.policy,
            "rules": [r for r in drawn.policy["rules"] if r["check"] in CHECKS],
        }
        policy["compare"]["with"] = self.d.one(["new-customer", "new-customer", "standing-offer", "best-open"])
        for offer in drawn.catalog["offers"]:
            if policy["compare"]["with"] == "standing-offer" and self.d.maybe(2):
                offer["kind"] = "standing"
        if self.d.maybe(6):
            drawn.catalog["imported"] = {"format": "other"}
        return drawn.catalog, policy, [self.row() for _ in range(number)]

    def row(self) -> dict[str, Any]:
        d = self.d
        product = d.one(self.products)
        row: dict[str, Any] = {"product": product["id"], "tenure_months": d.number(1, 11)}
        for name, attribute in self.attributes.items():
            values = attribute.get("values") or [
                str(n) for n in range(int(attribute["from"]), int(attribute["to"]) + 1)
            ]
            row[name] = d.one(values)
        if priced(product):
            row |= {"price": d.one([*AMOUNTS, "17.3333", "100"]), "per": d.one(["month", "month", "year"])}
        else:
            row["rate"] = d.one([*PERCENTS, "1.2345"])
        return row


@st.composite
def books(draw: Any, unknowns: bool = True) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    """A catalog, a policy and rows."""
    return Book(Draw(draw), unknowns).drawn(4)


def inputs_of(catalog: dict[str, Any], policy: dict[str, Any], rows: list[dict[str, Any]]) -> Inputs:
    """The rows as segments of one customer each."""
    listed = Segments.model_validate({"segments": [segment(at, row) for at, row in enumerate(rows)]}).segments
    models = (Catalog.model_validate(catalog), Policy.model_validate(policy))
    return Inputs(directory=".", catalog=models[0], segments=listed, policies=(models[1],))


def segment(at: int, row: dict[str, Any]) -> dict[str, Any]:
    known = ("product", "tenure_months", "price", "per", "rate")
    where = {name: int(v) if name == "age" else v for name, v in row.items() if name not in known}
    where = {n: {"from": str(v), "to": str(v)} if n == "age" else v for n, v in where.items()}
    pays = {"amount": row["price"], "per": row["per"]} if "price" in row else {"percent": row["rate"]}
    tenure = str(row["tenure_months"])
    found = {"id": f"s{at}", "product": row["product"], "pays": pays, "customers": "1"}
    return {**found, "tenure_months": {"from": tenure, "to": tenure}, **({"where": where} if where else {})}


def frame_of(catalog: dict[str, Any], rows: list[dict[str, Any]]) -> pl.DataFrame:
    """The rows as a wide frame."""
    columns: dict[str, Any] = {
        "product": pl.Series([r["product"] for r in rows], dtype=pl.String),
        "tenure_months": pl.Series([r["tenure_months"] for r in rows], dtype=pl.Int32),
        "per": pl.Series([r.get("per") for r in rows], dtype=pl.String),
    }
    for name in ("price", "rate"):
        if any(name in row for row in rows):
            columns[name] = pl.Series([tenths(r.get(name)) for r in rows], dtype=pl.Int64)
    for name in catalog["attributes"]:
        kind = pl.Int32 if name == "age" else pl.String
        values = [int(r[name]) if name == "age" else r[name] for r in rows]
        columns[path_of(name)] = pl.Series(values, dtype=kind)
    return pl.DataFrame(columns)


def tenths(text: str | None) -> int | None:
    return None if text is None else int(Decimal(text) * WHOLE)


def by_segments(inputs: Inputs) -> Answers:
    """What the engine of segments says, by check, term and row."""
    found: Answers = {}
    for one in compare_all(inputs, DAY).comparisons:
        values = tuple(one.part(v) for v in (one.existing, one.comparator, one.gap))
        outcome = "fail" if one.outcome == one.bound.level else one.outcome
        key = (one.bound.check.id, one.term, int((one.subject.segment or "s-1")[1:]))
        if one.reason == "no-data":
            continue
        found[key] = (outcome, one.reason, *values)
    return found


def by_cells(inputs: Inputs, frame: pl.DataFrame, constants: dict[str, Any] | None = None) -> Answers:
    """What the compiled offers say, by check, term and row."""
    shelf = Shelf(inputs.catalog, DAY, None)
    rules = [rule for rule in bind(inputs, DAY) if is_answered(rule)]
    offers = offers_of(shelf, rules, frame.columns, constants or {})
    halves = [offers.judge(frame.slice(0, 1)), offers.judge(frame.slice(1))]
    found: Answers = {}
    for judged in offers.judge(frame):
        for at in range(frame.height):
            if judged.outcome[at] != NOT_ASKED:
                found[judged.slot.bound.check.id, judged.slot.term, at] = said(judged, at)
    for part, first in zip(halves, (0, 1), strict=True):
        for judged in part:
            for at in range(len(judged.outcome)):
                key = (judged.slot.bound.check.id, judged.slot.term, at + first)
                assert judged.outcome[at] == NOT_ASKED or found[key] == said(judged, at)
    return found


def said(judged: Judged, at: int) -> tuple[Any, ...]:
    code, unit = int(judged.outcome[at]), judged.slot.unit
    if code not in (PASS, FAIL):
        assert not judged.known[at]
        return ("not-assessable", reason_of(code), None, None, None)
    assert judged.known[at]
    mine, gap = Fraction(int(judged.mine[at]), unit), Fraction(int(judged.gap[at]), unit)
    return ("fail" if code == FAIL else "pass", None, mine, mine - gap * judged.slot.sign, gap)


def differences(mine: Answers, theirs: Answers) -> list[str]:
    """What is said differently; which of several equal pairs is shown is open."""
    out = []
    for key in sorted(set(mine) | set(theirs)):
        if key not in mine or key not in theirs:
            # A place at which nobody may take anything is no comparison of segments; of a row it is said.
            if key in theirs or mine[key][1] != "no-comparator":
                out.append(f"{key}: only {mine.get(key)} {theirs.get(key)}")
            continue
        one, other = mine[key], theirs[key]
        if one[:2] != other[:2] or one[4] != other[4] or (key[0] == "default-gap" and one != other):
            out.append(f"{key}: {one}, but {other}")
    return out


@given(drawn=books())
@settings(max_examples=100, deadline=None)
def test_rows_are_judged_as_segments_of_one_customer(drawn: Any) -> None:
    catalog, policy, rows = drawn
    for kind in ("price", "rate"):
        alike = [row for row in rows if kind in row]
        if alike:
            inputs = inputs_of(catalog, policy, alike)
            assert differences(by_cells(inputs, frame_of(catalog, alike)), by_segments(inputs)) == []


# -- many offers -----------------------------------------------------------------------------------------------------

REGIONS, CHANNELS = [f"r{number}" for number in range(5)], ["web", "phone", "shop"]


def crowded(rng: random.Random, number: int, doubts: bool) -> dict[str, Any]:
    """A catalog of many offers with terms of several lengths; with ``doubts`` some costs and audiences are unknown."""
    products = [{"id": p, "type": "broadband"} for p in ("p1", "p2", "p3")]
    products[2] |= {"close_match": "p1", "on_sale": {"to": "2026-01-01"}}  # type: ignore[dict-item]
    attributes = {
        "channel": {"choice": "true", "values": CHANNELS},
        "region": {"values": REGIONS},
        "age": {"type": "integer", "from": "18", "to": "60"},
    }
    offers = [crowded_offer(rng, at, doubts) for at in range(number)]
    return {"id": "crowded", "currency": "GBP", "attributes": attributes, "products": products, "offers": offers}


def crowded_offer(rng: random.Random, at: int, doubts: bool) -> dict[str, Any]:
    audiences = ["new", "any", "any", "existing", "existing", "lapsed"]
    audience = "unknown" if doubts and rng.random() < 0.02 else rng.choice(audiences)
    phases = [{"months": str(rng.choice([3, 6, 12, 18])), "amount": rng.choice(["10", "12.5", "15", "20", "24.99"])}]
    last = {} if doubts and rng.random() < 0.1 else {"amount": rng.choice(["10", "20", "22", "24.99", "33.33"])}
    offer: dict[str, Any] = {"id": f"o{at}", "product": rng.choice(["p1", "p1", "p2"]), "audience": audience}
    offer |= {"eligibility": crowded_test(rng, audience), "price": [*phases[: rng.randint(0, 1)], last]}
    if rng.random() < 0.6:
        offer["contract"] = {"months": str(rng.choice([1, 12, 18, 24, 30]))}
    if at and rng.random() < 0.2:
        offer |= {"price": phases, "contract": {**offer.get("contract", {}), "then": f"o{rng.randrange(at)}"}}
    if rng.random() < 0.3:
        offer["fees"] = [{"kind": "setup", "amount": "9.99", "when": rng.choice(["start", "month", "year", "end"])}]
    if rng.random() < 0.4:
        gift = {"kind": "gift", "value": rng.choice(["10", "50"]), "audience": rng.choice(["new", "existing", "any"])}
        offer["incentives"] = [gift if doubts and rng.random() < 0.3 else {**gift, "cash_equivalent": "true"}]
    return offer


def crowded_test(rng: random.Random, audience: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if rng.random() < 0.6:
        found["channel"] = rng.sample(CHANNELS, rng.randint(1, 3))
    if rng.random() < 0.7:
        found["region"] = rng.sample(REGIONS, rng.randint(1, 5))
    if rng.random() < 0.5:
        first = rng.randint(18, 40)
        found["age"] = {"from": str(first), "to": str(min(60, first + rng.randint(0, 30)))}
    if audience != "new" and rng.random() < 0.4:
        found["tenure_months"] = rng.choice([{"to": "12"}, {"from": "3"}, {"from": "5", "to": "30"}])
    return found


@pytest.mark.parametrize("number", range(12))
def test_many_offers_are_judged_as_segments_are(number: int) -> None:
    rng = random.Random(number)
    catalog = crowded(rng, rng.choice([10, 90, 150]), doubts=number % 2 == 1)
    compare = {"with": rng.choice(["new-customer", "best-open"]), "months": rng.choice([["12", "24"], ["6"], ["18"]])}
    compare["like_for_like"] = rng.choice([["product"], ["product", "channel"]])
    tolerance = rng.choice([{}, {}, {"tolerance": {"money": "20"}}, {"tolerance": {"percent": "10"}}])
    rules: list[dict[str, Any]] = [{"id": c, "check": c, "level": "house", **tolerance} for c in CHECKS]
    rules = [rule if rule["id"] == "incentive-gap" else {**rule, "terms": ["cost"]} for rule in rules]
    rows = [
        {
            "product": rng.choice(["p1", "p1", "p2", "p3"]),
            "tenure_months": rng.randint(1, 40),
            "channel": rng.choice(CHANNELS),
            "region": rng.choice(REGIONS),
            "age": str(rng.randint(18, 60)),
            "price": rng.choice(["5", "12.5", "18", "19.9999", "22", "30", "240"]),
            "per": rng.choice(["month", "year"]),
        }
        for _ in range(20)
    ]
    inputs = inputs_of(catalog, {"id": "p", "compare": compare, "rules": rules}, rows)
    assert differences(by_cells(inputs, frame_of(catalog, rows)), by_segments(inputs)) == []


# -- by hand ---------------------------------------------------------------------------------------------------------

TWO_REGIONS: dict[str, Any] = {
    "id": "hand",
    "currency": "GBP",
    "attributes": {
        "channel": {"choice": "true", "values": ["web", "phone"]},
        "region": {"values": ["north", "south", "west"]},
        "staff": {"type": "boolean", "assume": "false"},
        "age": {"type": "integer", "from": "18", "to": "90"},
    },
    "products": [{"id": "fibre", "type": "broadband"}],
    "offers": [
        {"id": "all", "product": "fibre", "audience": "any", "price": [{"amount": "30"}]},
        {"id": "north", "product": "fibre", "audience": "new", "price": [{"amount": "20"}],
         "eligibility": {"region": ["north"]}},
        {"id": "staff", "product": "fibre", "audience": "new", "price": [{"amount": "1"}],
         "eligibility": {"staff": ["true"]}},
        {"id": "phone", "product": "fibre", "audience": "new", "price": [{"amount": "25"}],
         "eligibility": {"channel": ["phone"], "age": {"from": "60"}}},
    ],
}  # fmt: skip


def hand(rows: dict[str, list[Any]], policy: dict[str, Any] | None = None, **constants: Any) -> dict[str, list[Any]]:
    """What comes of rows under both checks over 12 months: outcome or reason, and the gap."""
    kinds = {"price": pl.Int64, "tenure_months": pl.Int32, "contract.months": pl.Int32, "attributes.age": pl.Int32}
    flags = {"attributes.staff": pl.Boolean, "#fault": pl.Boolean}
    frame = pl.DataFrame(rows, schema={n: {**kinds, **flags}.get(n, pl.String) for n in rows})
    found: dict[str, list[Any]] = {}
    for judged in ready(frame, policy, constants).judge(frame):
        every = [said(judged, at) for at in range(frame.height)]
        found[judged.slot.bound.check.id] = [(one[1] or one[0], one[4]) for one in every]
    return found


def ready(frame: pl.DataFrame, policy: dict[str, Any] | None, constants: dict[str, Any]) -> Offers:
    rules = [{"id": c, "check": c, "terms": ["cost"], "level": "house"} for c in ("default-gap", "reach-gap")]
    compare = {"with": "new-customer", "like_for_like": ["product", "channel"], "months": ["12"]}
    made = Policy.model_validate({"id": "p", "compare": compare, "rules": rules, **(policy or {})})
    inputs = Inputs(directory=".", catalog=Catalog.model_validate(TWO_REGIONS), segments=(), policies=(made,))
    return offers_of(Shelf(inputs.catalog, DAY, None), bind(inputs, DAY), frame.columns, constants)


KNOWN: dict[str, Any] = {"channel": ["web"], "like.region": ["north"], "attributes.age": [30], "price": [240_000]}
FIBRE: dict[str, Any] = {"product": "fibre", "per": "month", "tenure_months": 5}


def test_the_cheapest_offer_to_the_same_customer_counts() -> None:
    assert hand(KNOWN, **FIBRE) == {"default-gap": [("fail", 48)], "reach-gap": [("fail", 48)]}
    south = {**KNOWN, "like.region": ["south"]}
    assert hand(south, **FIBRE) == {"default-gap": [("pass", -72)], "reach-gap": [("pass", -72)]}
    dear = {**KNOWN, "price": [400_000]}
    assert hand(dear, **FIBRE) == {"default-gap": [("fail", 240)], "reach-gap": [("fail", 120)]}


def test_what_is_not_known_and_matters_is_missing() -> None:
    assert hand({**KNOWN, "like.region": [None]}, **FIBRE)["default-gap"] == [("missing-value", None)]
    assert hand({**KNOWN, "price": [None]}, **FIBRE)["reach-gap"] == [("missing-value", None)]
    assert hand({**KNOWN, "price": [None], "product": [None]}, per="month")["default-gap"] == [("missing-value", None)]


def test_what_is_not_known_and_does_not_matter_is_no_obstacle() -> None:
    assert hand({**KNOWN, "attributes.age": [None]}, **FIBRE)["default-gap"] == [("fail", 48)]
    assert hand({**KNOWN, "channel": [None]}, **FIBRE)["default-gap"] == [("fail", 48)]
    young_or_web = {**KNOWN, "channel": [None], "like.region": ["south"]}
    assert hand(young_or_web, **FIBRE)["default-gap"] == [("pass", -72)]
    assert hand({**young_or_web, "attributes.age": [60]}, **FIBRE)["default-gap"] == [("missing-value", None)]
    unnamed = {"compare": {"with": "new-customer", "months": ["12"]}}
    assert hand({**young_or_web, "attributes.age": [60]}, unnamed, **FIBRE)["default-gap"] == [("pass", -12)]


def test_what_a_catalog_assumes_of_silence_holds() -> None:
    assert hand({**KNOWN, "attributes.staff": [None]}, **FIBRE)["default-gap"] == [("fail", 48)]
    assert hand({**KNOWN, "attributes.staff": [True]}, **FIBRE)["default-gap"] == [("fail", 276)]
    assert hand(KNOWN, **FIBRE, **{"attributes.staff": True})["default-gap"] == [("fail", 276)]


def test_a_product_that_the_catalog_does_not_list_has_no_comparator() -> None:
    rows = {**{name: values * 2 for name, values in KNOWN.items()}, "product": ["other", "fibre"]}
    found = hand(rows, per="month", tenure_months=5)
    assert found["default-gap"] == [("no-comparator", None), ("fail", 48)]


def test_constants_are_as_columns() -> None:
    plain = {"price": [240_000]}
    constants = {**FIBRE, "channel": "web", "like.region": "north", "attributes.age": 30}
    assert hand(plain, **constants) == hand(KNOWN, **FIBRE)
    assert hand({"channel": ["web"]}, **{**constants, "price": Decimal("24")}) == hand(KNOWN, **FIBRE)


def test_rows_that_cannot_be_read_and_amounts_without_end_are_said() -> None:
    rows = {**{n: v * 3 for n, v in KNOWN.items()}, "price": [240_000, 240_000, 10**18], "#fault": [False, True, False]}
    found = hand(rows, **FIBRE)
    assert found["default-gap"] == [("fail", 48), ("unreadable", None), ("unreadable", None)]
    assert found["reach-gap"] == found["default-gap"]


def test_customers_who_moved_by_themselves_are_where_they_are() -> None:
    south = {**{n: v * 3 for n, v in KNOWN.items()}, "like.region": ["south"] * 3, "attributes.age": [60] * 3}
    moved = {**south, "channel_renewal": ["phone", "phone", None], "channel_moved_by": ["customer", "firm", None]}
    assert hand(moved, **FIBRE)["default-gap"] == [("pass", -12), ("pass", -72), ("pass", -72)]


@pytest.mark.parametrize("months", [1, 5, 7, 12, 13])
def test_prices_for_a_term_are_exact(months: int) -> None:
    """20.00 a month is 20 × months a term: what is a ten-thousandth more is worse, what is as much is not."""
    even = 200_000 * months
    prices = [even - 1, even, even + 1, None]
    rows = {**{n: v * 4 for n, v in KNOWN.items()}, "price": prices, "contract.months": [months] * 4}
    whole = hand(rows, product="fibre", tenure_months=5)
    outcomes = ["pass", "pass", "fail", "missing-value"]
    assert [one for one, _ in whole["default-gap"]] == outcomes
    assert [one for one, _ in whole["reach-gap"]] == outcomes
    for (_, gap), price in zip(whole["default-gap"][:3], prices, strict=False):
        exact = Fraction(price or 0, 10_000) * 12 / months - 240
        assert abs(gap - exact) <= Fraction(1, 20_000)
    short = {"compare": {"with": "new-customer", "months": ["12"]}}
    tolerant = [
        {"id": "d", "check": "default-gap", "terms": ["cost"], "level": "house", "tolerance": {"percent": "10"}}
    ]
    prices = [even * 11 // 10, even * 11 // 10 + 1, None, None]
    found = hand({**rows, "price": prices}, {**short, "rules": tolerant}, product="fibre", tenure_months=5)
    assert [one for one, _ in found["default-gap"]] == ["pass", "fail", "missing-value", "missing-value"]


def test_periods_may_stand_on_the_row() -> None:
    rows = {n: v * 5 for n, v in KNOWN.items()}
    rows |= {"per": ["month", "year", "term", "term", None], "price": [240_000, 2_880_000, 720_000, 240_000, 720_000]}
    found = hand({**rows, "contract.months": [None, 0, 3, None, 3]}, product="fibre", tenure_months=5)
    assert found["default-gap"] == [*[("fail", 48)] * 3, ("missing-value", None), ("fail", 48)]


def test_threads_change_nothing() -> None:
    rng = random.Random(1)
    catalog = crowded(rng, 60, doubts=False)
    rows = [
        {"product": "p1", "tenure_months": rng.randint(1, 40), "channel": rng.choice(CHANNELS),
         "region": rng.choice(REGIONS), "age": str(rng.randint(18, 60)), "price": "22", "per": "month"}
        for _ in range(2_000)
    ]  # fmt: skip
    rules = [{"id": c, "check": c, "terms": ["cost"], "level": "house"} for c in ("default-gap", "reach-gap")]
    inputs = inputs_of(catalog, {"id": "p", "compare": {"with": "new-customer", "months": ["12"]}, "rules": rules}, [])
    frame = frame_of(catalog, rows)
    shelf = Shelf(inputs.catalog, DAY, None)
    whole = offers_of(shelf, bind(inputs, DAY), frame.columns, {}).judge(frame)
    shared = offers_of(shelf, bind(inputs, DAY), frame.columns, {})
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(shared.judge, [frame.slice(at, 25) for at in range(0, 2_000, 25)]))
    for slot, one in enumerate(whole):
        for name in ("outcome", "gap", "mine", "known"):
            together = [value for part in parts for value in getattr(part[slot], name).tolist()]
            assert together == getattr(one, name).tolist()


def test_costs_with_too_many_digits_are_refused() -> None:
    fine = {"contract": {"months": "19"}, "fees": [{"kind": "setup", "amount": "0.12345679"}]}
    catalog = {**TWO_REGIONS, "offers": [{**TWO_REGIONS["offers"][0], **fine}]}
    rules = [{"id": "d", "check": "default-gap", "terms": ["cost"], "level": "house"}]
    inputs = inputs_of(catalog, {"id": "p", "rules": rules}, [])
    with pytest.raises(InputError, match="offers of fibre has too many digits"):
        offers_of(Shelf(inputs.catalog, DAY, None), bind(inputs, DAY), ["product", "price"], {})


def test_offers_that_look_alike_at_other_prices_are_mixed_where_they_are_open() -> None:
    alike = {"product": "fibre", "audience": "any", "eligibility": {"channel": ["phone"]}}
    offers = [
        *TWO_REGIONS["offers"][:2],
        {"id": "one", **alike, "price": [{"amount": "28"}]},
        {"id": "two", **alike, "price": [{"amount": "29"}]},
    ]
    catalog = {**TWO_REGIONS, "offers": offers, "imported": {"format": "other"}}
    rules = [{"id": c, "check": c, "terms": ["cost"], "level": "house"} for c in ("default-gap", "reach-gap")]
    compare = {"with": "new-customer", "like_for_like": ["product", "channel"], "months": ["12"]}
    own = {"product": "fibre", "tenure_months": 5, "region": "south", "age": "30", "price": "32", "per": "month"}
    rows = [{**own, "staff": "false", "channel": channel} for channel in ("web", "phone")]
    inputs = inputs_of(catalog, {"id": "p", "compare": compare, "rules": rules}, rows)
    found = by_cells(inputs, frame_of(catalog, rows))
    assert differences(found, by_segments(inputs)) == []
    assert [found["default-gap", "total_cost@12", at][1] for at in (0, 1)] == [None, "mixed"]


def test_more_kinds_than_fit_a_table_are_judged_all_the_same() -> None:
    rng = random.Random(3)
    names, values = [f"a{at}" for at in range(12)], ["v", "w", "x", "y"]
    attributes = {name: {"values": values} for name in names}
    offers = [
        {
            "id": f"o{at}",
            "product": "p",
            "audience": rng.choice(["new", "any", "existing"]),
            "price": [{"amount": str(10 + at % 17)}],
            "eligibility": {name: rng.sample(values, rng.randint(1, 3)) for name in rng.sample(names, 2)},
        }
        for at in range(80)
    ]
    catalog = {"id": "wide", "currency": "GBP", "attributes": attributes, "offers": offers}
    catalog["products"] = [{"id": "p", "type": "broadband"}]
    own = {"product": "p", "per": "month"}
    rows = [
        {**own, "tenure_months": at + 1, "price": str(12 + at), **{name: rng.choice(values) for name in names}}
        for at in range(15)
    ]
    rules = [{"id": c, "check": c, "terms": ["cost"], "level": "house"} for c in CHECKS[:2]]
    compare = {"with": "new-customer", "months": ["12"]}
    inputs = inputs_of(catalog, {"id": "p", "compare": compare, "rules": rules}, rows)
    frame = frame_of(catalog, rows)
    offered = offers_of(Shelf(inputs.catalog, DAY, None), bind(inputs, DAY), frame.columns, {})
    assert offered.coding.size > DENSE
    assert differences(by_cells(inputs, frame), by_segments(inputs)) == []


def test_nothing_to_judge_is_no_fault() -> None:
    bare = Catalog.model_validate({"id": "c", "currency": "GBP", "products": [{"id": "p", "type": "x"}], "offers": []})
    rule = {"id": "d", "check": "default-gap", "terms": ["cost"], "level": "house"}
    made = Policy.model_validate({"id": "p", "rules": [rule]})
    inputs = Inputs(directory=".", catalog=bare, segments=(), policies=(made,))
    frame = pl.DataFrame({"product": ["p", "q"], "price": [1, 2]})
    offered = offers_of(Shelf(bare, DAY, None), bind(inputs, DAY), frame.columns, {"per": "month"})
    (judged,) = offered.judge(frame)
    assert [said(judged, at)[1] for at in (0, 1)] == ["no-comparator", "no-comparator"]
    assert [len(one.outcome) for one in offered.judge(frame.head(0))] == [0]


def test_many_rows_at_once_are_judged_as_one_by_one() -> None:
    rng = random.Random(5)
    rows = {
        "channel": [rng.choice(["web", "phone", None]) for _ in range(400)],
        "like.region": [rng.choice(["north", "south", "west", None]) for _ in range(400)],
        "attributes.age": [rng.choice([30, 60, None]) for _ in range(400)],
        "attributes.staff": [rng.choice([True, False, None]) for _ in range(400)],
        "price": [rng.choice([100_000, 200_000, 270_000, 400_000, None]) for _ in range(400)],
    }
    together = hand(rows, **FIBRE)
    for at in range(0, 400, 10):
        alone = hand({name: values[at : at + 1] for name, values in rows.items()}, **FIBRE)
        assert alone == {check: found[at : at + 1] for check, found in together.items()}
    assert {one for one, _ in together["default-gap"]} == {"pass", "fail", "missing-value"}
