"""What must hold of any audit, whatever the numbers."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.drawing import Audit
from tests.engine import OUTCOMES, SOAK, rows, run
from tests.strategies import audits
from tests.variants import renamed, scaled, twins

some = settings(
    max_examples=2000 if SOAK else 60,
    deadline=None,
    derandomize=not SOAK,
    phases=[phase for phase in Phase if SOAK or phase not in (Phase.shrink, Phase.explain)],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
MONEY = ("amount", "value", "funded", "exit_fee")
ROOT = Path(__file__).resolve().parent.parent


def findings(drawn: Audit) -> dict[str, str | None]:
    """The ids of all findings, and the segment of each."""
    return {finding.id: finding.segment for finding in run(drawn).findings}


def with_rules(drawn: Audit, **changes: Any) -> Audit:
    """The same audit with something else in every rule."""
    rules = [{**rule, **changes} for rule in drawn.policy["rules"]]
    return drawn.but(policy={**drawn.policy, "rules": rules})


def with_offers(drawn: Audit, offers: list[dict[str, Any]]) -> Audit:
    """The same audit with other offers."""
    return drawn.but(catalog={**drawn.catalog, "offers": offers})


@some
@given(audits(), st.randoms(use_true_random=False))
def test_the_order_of_offers_and_segments_changes_nothing(drawn: Audit, chance: random.Random) -> None:
    offers = list(drawn.catalog["offers"])
    segments = None if drawn.segments is None else list(drawn.segments)
    chance.shuffle(offers)
    if segments is not None:
        chance.shuffle(segments)
    shuffled = with_offers(drawn, offers).but(segments=segments)
    assert run(drawn).to_json() == run(shuffled).to_json()


@some
@given(audits(unknowns=False))
def test_the_same_terms_for_all_give_no_finding(drawn: Audit) -> None:
    def same(offer: dict[str, Any]) -> dict[str, Any]:
        found = {"id": offer["id"], "product": offer["product"], "audience": "any"}
        rated = "rates" in offer
        return {**found, "rates": [{"percent": "2"}]} if rated else {**found, "price": [{"amount": "20"}]}

    level = [same(offer) for offer in drawn.catalog["offers"]]
    products = [{"id": product["id"], "type": product["type"]} for product in drawn.catalog["products"]]
    segments = drawn.segments
    if segments is not None:
        # A price point of its own is no term that all have.
        segments = [{key: value for key, value in segment.items() if key != "pays"} for segment in segments]
    plain = with_offers(drawn, level).but(segments=segments)
    plain = plain.but(catalog={**plain.catalog, "products": products})
    assert findings(plain) == {}


@some
@given(audits(), st.sampled_from(["money", "percent", "amount"]))
def test_a_larger_tolerance_only_removes_findings(drawn: Audit, kind: str) -> None:
    found = [set(findings(with_rules(drawn, tolerance={kind: size}))) for size in ("0", "1", "60")]
    assert found[0] >= found[1] >= found[2]


@some
@given(audits(segments=True))
def test_a_better_offer_for_those_who_stayed_adds_no_finding(drawn: Audit) -> None:
    before = findings(drawn)
    after = findings(with_offers(drawn, [*drawn.catalog["offers"], *gifts(drawn)]))
    added = {finding: segment for finding, segment in after.items() if finding not in before and segment is not None}
    assert added == {}


def gifts(drawn: Audit) -> list[dict[str, Any]]:
    """An offer of each product for all who stayed, better than any on every term."""
    cash = {"kind": "gift", "value": "1000000", "cash_equivalent": "true"}
    best = {"speed": "1000", "wait": "0"}
    terms = {name: best[name] for name in drawn.catalog["terms"]}
    found: list[dict[str, Any]] = []
    for product in drawn.catalog["products"]:
        offer = {"id": f"best-{product['id']}", "product": product["id"], "audience": "existing", "terms": terms}
        offer |= {"contract": {"months": "0", "notice_days": "0", "exit_fee": "0"}, "incentives": [cash]}
        if product["type"] == "broadband":
            offer["price"] = [{"amount": "0"}]
        else:
            offer["rates"] = [{"percent": "0" if product["type"] == "mortgage" else "99"}]
        found.append(offer)
    return found


@some
@given(audits(), st.sampled_from([2, 10, 1000]))
def test_scaled_money_scales_every_gap(drawn: Audit, factor: int) -> None:
    drawn = with_rules(drawn, tolerance={"percent": "0"})
    larger = drawn.but(catalog=scaled(drawn.catalog, factor, MONEY))
    if drawn.segments is not None:
        larger = larger.but(segments=scaled(drawn.segments, factor, MONEY))
    one, other = rows(run(drawn)), rows(run(larger))
    assert one.keys() == other.keys()
    places = {"JPY": 0, "KWD": 3}.get(drawn.catalog["currency"], 2)
    slack = Decimal(1).scaleb(-places) * (factor + 1) / 2
    for key, row in one.items():
        assert other[key]["outcome"] == row["outcome"], key
        if row["gap"] is not None and ("cost" in key[5] or "core_price" in key[5]):
            assert abs(Decimal(other[key]["gap"]) - factor * Decimal(row["gap"])) <= slack, key


@some
@given(st.data(), st.booleans())
def test_disjoint_catalogs_audit_to_the_union(data: Any, segments: bool) -> None:
    one, two = data.draw(twins(segments))
    joined = one.but(
        catalog={
            **one.catalog,
            "products": one.catalog["products"] + two.catalog["products"],
            "offers": one.catalog["offers"] + two.catalog["offers"],
        },
        segments=one.segments + two.segments if one.segments is not None and two.segments is not None else None,
    )
    apart = {**bare(one), **bare(two)}
    assert bare(joined) == apart


def bare(drawn: Audit) -> dict[Any, Any]:
    """The comparisons of an audit by id."""
    return {row["id"]: row for row in rows(run(drawn)).values()}


@some
@given(audits(), st.sampled_from([2, 3, 7]))
def test_other_amounts_keep_every_id(drawn: Audit, factor: int) -> None:
    offers = [
        {key: scaled(value, factor, MONEY) if key != "rates" else value for key, value in offer.items()}
        for offer in drawn.catalog["offers"]
    ]
    assert bare(drawn).keys() == bare(with_offers(drawn, offers)).keys()


@some
@given(audits(segments=True))
def test_other_names_of_offers_keep_every_id(drawn: Audit) -> None:
    other = renamed(drawn, "new-")
    kept = {"products": drawn.catalog["products"], "offers": other.catalog["offers"]}
    for offer, was in zip(kept["offers"], drawn.catalog["offers"], strict=True):
        offer["product"] = was["product"]
        for phase, old in zip(offer.get("price", []), was.get("price", []), strict=True):
            phase.update({"product": old["product"]} if "product" in old else {})
    segments = [
        {**was, **({"holds": now["holds"]} if "holds" in now else {})}
        for now, was in zip(other.segments or [], drawn.segments or [], strict=True)
    ]
    again = drawn.but(catalog={**drawn.catalog, **kept}, segments=segments)
    one, two = bare(drawn), bare(again)
    assert one.keys() == two.keys()
    assert {key: row["gap"] for key, row in one.items()} == {key: row["gap"] for key, row in two.items()}


@some
@given(audits())
def test_the_ledger_adds_up_and_findings_are_the_failed(drawn: Audit) -> None:
    result = run(drawn)
    ledger = result.ledger
    assert ledger.all == ledger.pass_ + ledger.failed + ledger.out_of_scope + sum(ledger.not_assessable.values())
    assert ledger.all == len(result.comparisons.id) == len(set(result.comparisons.id))
    assert ledger.failed == len(result.findings)
    columns = zip(result.comparisons.id, result.comparisons.outcome, strict=True)
    failed = {name for name, outcome in columns if outcome not in OUTCOMES}
    assert failed == {finding.id for finding in result.findings}
    assert sum(ledger.offers.values()) == len(drawn.catalog["offers"])


SCRIPT = """
import sys
from datetime import date
from fairoffer.verdict import judge as audit
from fairoffer.model.inputs import load_inputs
from fairoffer.verdict import judge
sys.stdout.buffer.write(judge(load_inputs(sys.argv[1]), date(2026, 11, 21), date(2026, 11, 30)).to_json())
"""


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_bytes_whatever_the_threads(tmp_path: Path, seed: int) -> None:
    drawn = large(seed)
    directory = str(drawn.write(tmp_path))
    said = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT, directory],
            env={**os.environ, "POLARS_MAX_THREADS": threads, "PYTHONHASHSEED": threads, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
            timeout=300,
        ).stdout
        for threads in ("1", "2")
    ]
    assert said[0] == said[1]
    assert len(said[0]) > 5_000


def large(seed: int) -> Audit:
    """A catalog large enough that threads could matter."""
    chance = random.Random(seed)
    regions = [f"r{number}" for number in range(5)]
    offers = []
    for number in range(120):
        offer: dict[str, Any] = {
            "id": f"o{number}",
            "product": "p1",
            "audience": chance.choice(["new", "any", "existing"]),
        }
        offer["eligibility"] = {"region": sorted(chance.sample(regions, chance.randint(1, 4)))}
        offer["price"] = [{"months": chance.choice(["6", "12"]), "amount": f"{chance.randint(10, 30)}.99"}]
        offer["price"].append({"amount": f"{chance.randint(25, 45)}"})
        offer["contract"] = {"months": chance.choice(["6", "12", "24"])}
        offers.append(offer)
    segments = [
        {"id": f"s{number}", "holds": f"o{number}", "customers": str(number * 10), "tenure_months": {"from": "1"}}
        for number in range(40)
    ]
    catalog = {"id": "large", "currency": "GBP", "attributes": {"region": {"values": regions}}, "offers": offers}
    catalog["products"] = [{"id": "p1", "type": "broadband"}]
    rules = [{"id": "by-default", "check": "default-gap", "terms": ["cost"], "level": "house"}]
    rules += [{"id": "reach", "check": "reach-gap", "terms": ["cost"], "level": "review"}]
    return Audit(catalog, segments, {"id": "drawn", "compare": {"months": ["12", "24"]}, "rules": rules})
