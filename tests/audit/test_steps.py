"""The arithmetic of a finding: it always comes to what was compared, and shows what the catalog says."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fairoffer.audit.pieces import parts, stated_for
from fairoffer.compare.cost import Measure, Rises, cost
from fairoffer.compare.timeline import timeline
from fairoffer.model.catalog import Catalog
from tests.audit.small import STAYED, WELCOME, audit, only
from tests.drawing import Audit
from tests.engine import run
from tests.strategies import audits

ROLES = ("new", "existing")


@given(audits(), st.integers(0, 40), st.integers(1, 30), st.sampled_from([12, 24]), st.sampled_from(ROLES))
def test_parts_come_to_the_cost(drawn: Audit, start: int, months: int, horizon: int, role: Any) -> None:
    catalog, _, _ = drawn.models()
    offers = {o.id: o for o in catalog.offers}
    rise = Rises(((1, Fraction(5), Fraction(0)), (7, None, Fraction(2))))
    for offer in catalog.offers:
        line = timeline(offer, offers, start + months)
        phases, yearly = stated_for(offer, offers, start + months)
        for measure in measures(offer.rates != ()):
            for steps in (None, rise):
                found = parts(line, measure, role, start, months, horizon, rise=steps, phases=phases, yearly=yearly)
                sign = -1 if measure.better == "higher" else 1
                bound = cost(line, measure, months, role=role, start=start, horizon=horizon, rise=steps)
                assert sum((p.value for p in found), Fraction(0)) == bound.known * sign


def measures(has_rates: bool) -> list[Measure]:
    if not has_rates:
        return [Measure("total_cost"), Measure("core_price", fees=False)]
    from decimal import Decimal

    return [Measure(name, Decimal("2500")) for name in ("interest_earned", "interest_paid")]


@settings(max_examples=20)
@given(audits())
def test_every_step_is_true(drawn: Audit) -> None:
    """Whatever a step says is calculated does come to what stands beside it (rounded once)."""
    near = Fraction(1) if drawn.catalog["currency"] == "JPY" else Fraction(1, 100)
    for finding in run(drawn).findings:
        for said, value in finding.steps:
            size = calculated(said)
            if size is not None:
                assert abs(size - number(value)) <= near, (said, value)


def calculated(said: str) -> Fraction | None:
    """The value of a sum in words; None for one that begins with ×, is rounded inside or rests on what is not known."""
    text = said.partition("in that sum: ")[2] or said
    text = (
        re.sub(r"− \(−([^)]*)\)", r"+ \1", re.sub(r"\(from [^)]*\)", "", text))
        .replace(" + a price that is not stated", "")
        .replace(",", "")
    )
    if text.startswith("×") or re.search(r"\.\d{3,}", text):
        return None
    total = Fraction(0)
    for sign, term in re.findall(r"(^−?|[+−] )([^+−]+)", text):
        size = Fraction(1)
        for factor in re.findall(r"[\d.]+(?:/\d+)?%?", term.partition(" setup")[0]):
            top, _, low = factor.rstrip("%").partition("/")
            size *= Fraction(top) / Fraction(low or 1) / (100 if factor.endswith("%") else 1)
        total += -size if "−" in sign else size
    return total


def number(text: str) -> Fraction:
    return Fraction(text.replace(",", "").replace("−", "-"))


def test_the_worked_example() -> None:
    finding = only(audit([WELCOME], [STAYED]), "default-gap")
    assert finding.steps == [
        ("41.00 × 18", "738.00"),
        ("24.99 × 18 + 9.99 − 50.00", "409.81"),
        ("× 12/18", "218.79"),
        ("comparator, in that sum: 9.99 setup − 50.00 gift card", "−40.01"),
    ]


def test_yearly_prices_and_old_fees() -> None:
    offer = {
        "id": "home",
        "audience": "new",
        "price": [{"months": "12", "amount": "180.00", "per": "year"}, {"amount": "228.00", "per": "year"}],
        "fees": [{"kind": "start_up", "amount": "6.00"}, {"kind": "admin", "amount": "12.00", "when": "year"}],
    }
    holds = {"id": "stayed", "tenure_months": {"from": "12", "to": "12"}, "holds": "home", "customers": "5"}
    result = audit([offer], [holds], ["18", "24"])
    assert only(result, "default-gap", "total_cost@24").steps == [
        ("228.00 × 2 + 6.00 + 12.00 × 2", "486.00"),
        ("180.00 + 228.00 + 6.00 + 12.00 × 2", "438.00"),
        ("486.00 − 438.00", "48.00"),
        (
            "existing, in that sum: 6.00 start up + 12.00 × 2 admin "
            "(from 12 months before: counted while less than 24 months old)",
            "30.00",
        ),
        ("comparator, in that sum: 6.00 start up + 12.00 × 2 admin", "30.00"),
    ]
    assert only(result, "default-gap", "total_cost@18").steps[1][0].startswith("180.00 + 228.00 × 6/12 + ")


def test_interest_is_the_balance_times_the_rate() -> None:
    saver = {
        "id": "saver",
        "audience": "new",
        "rates": [
            {"percent": "2.00", "balance": {"to": "20000"}},
            {"percent": "1.50", "months": "12", "kind": "bonus"},
        ],
    }
    holds = {"id": "stayed", "tenure_months": {"from": "12"}, "holds": "saver", "customers": "5"}
    finding = only(audit([saver], [holds], kind="savings"), "default-gap", "interest_earned@12/20000")
    assert finding.steps == [
        ("20,000 × 2.00% × 12/12", "400.00"),
        ("20,000 × 2.00% × 12/12 + 20,000 × 1.50% × 12/12", "700.00"),
        ("700.00 − 400.00", "300.00"),
    ]


def test_a_higher_tier_stands_as_its_value() -> None:
    """What a rival segment holds is not spelled out, and never mistaken for what the customer pays."""
    low = {"id": "low", "product": "fibre", "pays": {"amount": "30.00"}, "value_tier": "low", "customers": "5"}
    high = {"id": "high", "product": "fibre", "pays": {"amount": "20.00"}, "value_tier": "high", "customers": "5"}
    everyone = {"id": "open", "audience": "any", "price": [{"amount": "35.00"}]}
    finding = only(audit([everyone], [low, high], value_tiers=["low", "high"]), "tier-gap", segment="low")
    assert finding.steps == [("360.00 − 240.00", "120.00")]
    assert "what they hold" in finding.says


def test_catalogs_are_read_as_written() -> None:
    """Monthly and yearly fees of one name do not mix."""
    fees = [{"kind": "line", "amount": "12", "when": "year"}, {"kind": "line", "amount": "2", "when": "month"}]
    catalog = Catalog.model_validate(
        {
            "id": "c",
            "currency": "GBP",
            "products": [{"id": "p", "type": "t"}],
            "offers": [{"id": "o", "product": "p", "price": [{"amount": "10"}], "fees": fees}],
        }
    )
    offer = catalog.offers[0]
    phases, yearly = stated_for(offer, {"o": offer}, 12)
    found = parts(
        timeline(offer, {"o": offer}, 12), Measure("total_cost"), "new", 0, 12, 12, phases=phases, yearly=yearly
    )
    assert sum(p.value for p in found) == 120 + 12 + 24
