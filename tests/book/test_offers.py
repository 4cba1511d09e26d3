"""Rows against the offers of the catalog, set beside the engine of segments: a row is a segment of one customer."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from fairoffer.audit.audited import compare_all
from fairoffer.audit.bind import bind
from fairoffer.book.offers import is_answered, offers_of
from fairoffer.book.slots import FAIL, NOT_ASKED, PASS, Judged, reason_of
from fairoffer.compare.market import Shelf
from fairoffer.model.catalog import Catalog
from fairoffer.model.inputs import Inputs
from fairoffer.model.policy import Policy
from fairoffer.model.segments import Segments
from tests.drawing import DAY, Draw
from tests.strategies import AMOUNTS, PERCENTS, Maker, priced

WHOLE = 10_000
Answers = dict[tuple[str, str, int], tuple[Any, ...]]


def path_of(name: str) -> str:
    return name if name in ("channel", "payment_method") else f"like.{name}"


class Book(Maker):
    """A drawn catalog and policy, with rows of customers who say all that offers ask for."""

    def drawn(self, number: int) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
        drawn = self.audit(False)
        policy = {
            **drawn.policy,
            "rules": [r for r in drawn.policy["rules"] if r["check"] in ("default-gap", "reach-gap")],
        }
        policy["compare"]["with"] = self.d.one(["new-customer", "new-customer", "standing-offer", "best-open"])
        for offer in drawn.catalog["offers"]:
            if policy["compare"]["with"] == "standing-offer" and self.d.maybe(2):
                offer["kind"] = "standing"
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
