"""The verdict: what may pass, what may not, and what is said of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fairoffer.errors import InputError
from fairoffer.model.inputs import load_inputs
from fairoffer.model.result import Result
from fairoffer.verdict import judge

DAY = date(2026, 11, 21)
CATALOG = """\
fairoffer: catalog/1
id: small
currency: GBP
products: [{id: fibre, type: broadband}]
offers:
"""
WELCOME = (
    '  - {id: welcome, product: fibre, audience: new, price: [{months: 12, amount: "25.00"}, {amount: "40.00"}]'
    ", contract: {months: 12}}\n"
)
STANDARD = '  - {id: standard, product: fibre, audience: any, price: [{amount: "40.00"}]}\n'
UNPRICED = "  - {id: standard, product: fibre, audience: any}\n"


def audited(place: Path, offers: str, segments: str | None = None, waivers: str | None = None) -> Result:
    """The result of a small audit written to a folder."""
    (place / "catalog.yaml").write_text(CATALOG + offers)
    if segments is not None:
        (place / "segments.yaml").write_text("fairoffer: segments/1\nsegments:\n" + segments)
    if waivers is not None:
        (place / "waivers.yaml").write_text("fairoffer: waivers/1\nwaivers:\n" + waivers)
    return judge(load_inputs(place), DAY)


def waiver(cap: str, created: str = "2026-11-01", expires: str = "2027-04-01") -> str:
    """A waiver for what a price that is not stated keeps from being assessed."""
    return (
        "  - {not_assessable: {product: fibre, reason: missing-value}, reason: the prices come with the next release,"
        f" kind: data, owner: Ann, approved_by: Bob, created: {created}, expires: {expires}, cap: {cap}}}\n"
    )


HOLDS_STANDARD = "  - {id: stayed, tenure_months: {from: 24}, holds: standard, customers: 800}\n"


@pytest.mark.parametrize("segments", [None, HOLDS_STANDARD])
def test_a_catalog_that_states_no_price_is_not_proven(tmp_path: Path, segments: str | None) -> None:
    result = audited(tmp_path, UNPRICED, segments)
    assert (result.verdict, result.exit_code) == ("not-proven", 4)
    assert any("price" in reason or "missing-value" in reason for reason in result.reasons)


def test_a_segment_that_can_hold_nobody_is_a_problem(tmp_path: Path) -> None:
    nobody = "  - {id: s, tenure_months: {from: 24, to: 24}, held_months: {from: 30}, holds: welcome, customers: 9}\n"
    with pytest.raises(InputError, match="holds nobody"):
        audited(tmp_path, WELCOME, nobody)


@pytest.mark.parametrize(
    ("cap", "created", "state"),
    [
        ("{customers: 800}", "2026-11-01", "used"),
        ("{customers: 799}", "2026-11-01", "over-cap"),
        ('{money: "100000"}', "2026-11-01", "over-cap"),
        ("{customers: 800}", "2026-11-22", "unused"),
    ],
)
def test_what_is_not_assessable_may_be_waived_up_to_the_cap(tmp_path: Path, cap: str, created: str, state: str) -> None:
    offers = UNPRICED.replace("audience: any", "audience: existing") + WELCOME
    result = audited(tmp_path, offers, HOLDS_STANDARD, waiver(cap, created))
    assert [w.state for w in result.waivers] == [state]


def test_customers_that_only_partly_are_there_are_an_upper_bound(tmp_path: Path) -> None:
    segments = "  - {id: mid, tenure_months: {from: 1, to: 20}, holds: welcome, customers: 10}\n"
    result = audited(tmp_path, WELCOME + STANDARD, segments)
    assert (result.totals.customers, result.totals.customers_basis) == (10, "upper-bound")


def test_a_passed_verdict_names_what_it_allows(tmp_path: Path) -> None:
    result = audited(tmp_path, STANDARD, HOLDS_STANDARD)
    assert result.verdict == "passed"
    assert result.reasons == ["Every required comparison was made and none is worse than its rule allows."]


def test_a_fee_at_the_end_counts_while_it_is_young(tmp_path: Path) -> None:
    offer = (
        '  - {id: s, product: fibre, audience: any, price: [{amount: "20.00"}], contract: {months: 18},'
        ' fees: [{kind: close, amount: "30.00", when: end}]}\n'
    )
    segments = "  - {id: stayed, tenure_months: {from: 20, to: 22}, holds: s, customers: 10}\n"
    result = audited(tmp_path, offer, segments)
    columns = result.comparisons
    held = [columns.existing[i] for i, rule in enumerate(columns.rule) if rule == "by-default"]
    # Over 18 months: 18 x 20.00 and 30.00 paid 3 to 5 months ago, stated for 12; over 24: 24 x 20.00 + 30.00.
    assert held == ["260.00", "510.00"]
