"""What would mend a finding: the right price of the right offer, and what it costs."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests.audit.small import STAYED, WELCOME, audit, only

STANDARD = {"id": "standard", "name": "Standard", "audience": "any", "price": [{"amount": "36.00"}]}
FIRST: dict[str, Any] = {
    "id": "welcome",
    "name": "Welcome",
    "audience": "new",
    "price": [{"months": "24", "amount": "24.00"}],
    "contract": {"months": "24", "then": "standard"},
}
OPEN = "Open welcome to customers who stayed (audience: new) and let welcome roll on to itself (contract.then"


def test_the_worked_example_to_the_pound() -> None:
    finding = only(audit([WELCOME], [STAYED]), "default-gap")
    assert finding.remedy == (
        f"{OPEN} in place of its open-ended price), or bring month 19 on of Welcome to 22.77 a month "
        "(409.81 over 18 months): up to GBP 2,625,520 a year for the 12,000 customers of stayed."
    )


def test_what_the_price_moves_on_the_other_side_counts() -> None:
    """Over 24 months the stranger pays the later price too, for six months: lowering it lowers both."""
    finding = only(audit([WELCOME], [STAYED], ["24"]), "default-gap")
    assert "to 22.77 a month (409.81 over 18 months)" in finding.remedy


def test_doing_what_it_says_mends_it() -> None:
    for months in ("12", "24"):
        mended = deepcopy(WELCOME)
        mended["price"][1]["amount"] = "22.76"
        result = audit([mended], [STAYED], [months])
        assert not [one for one in result.findings if one.check == "default-gap"]


def test_the_offer_that_took_over_is_named() -> None:
    finding = only(audit([FIRST, STANDARD], [STAYED]), "default-gap")
    assert f"{OPEN}), or bring Standard (takes over from month 25) to 24.00 a month: up to" in finding.remedy
    assert finding.existing is not None
    assert (finding.existing.offer, finding.existing.taken_over_by) == ("welcome", "standard")
    assert finding.existing.label == "Standard (after Welcome)"


def test_an_offer_that_is_taken_anew_has_no_later_months() -> None:
    loyalty = {
        "id": "loyalty",
        "name": "Loyalty",
        "audience": "existing",
        "price": [{"months": "24", "amount": "30.00"}],
        "contract": {"months": "24", "then": "standard"},
    }
    finding = only(audit([FIRST, STANDARD, loyalty], [STAYED]), "reach-gap")
    assert finding.remedy.startswith(
        "Open welcome to customers who stayed (audience: new), or bring the price of Loyalty to 24.00 a month: up to"
    )


def test_a_better_offer_that_is_open_already() -> None:
    first = {**FIRST, "audience": "any"}
    finding = only(audit([first, STANDARD], [STAYED]), "default-gap")
    assert finding.remedy.startswith("Let welcome roll on to itself (contract.then), or bring Standard")
    assert finding.why == ["open to the customer too, who must choose it again; doing nothing leads to Standard"]
    assert finding.customer_view.endswith("You could have that too, but only if you choose it.")


def test_prices_a_year_are_named_a_year() -> None:
    first = {**FIRST, "price": [{"months": "12", "amount": "180", "per": "year"}], "contract": {"then": "standard"}}
    later = {
        **STANDARD,
        "price": [{"amount": "228", "per": "year"}],
        "fees": [{"kind": "admin", "amount": "12", "when": "year"}],
    }
    finding = only(audit([first, later], [STAYED]), "default-gap")
    assert "bring Standard (takes over from month 13) to 180.00 a year (fees included): up to" in finding.remedy


def test_a_price_point_has_no_offer_to_change() -> None:
    pays = {"id": "stayed", "product": "fibre", "pays": {"amount": "30.00"}, "customers": "7"}
    finding = only(audit([{**STANDARD, "audience": "new", "price": [{"amount": "22.00"}]}], [pays]), "default-gap")
    assert "and move who does nothing to it, or bring what they pay now to 22.00 a month: up to" in finding.remedy


def test_rates_are_percent() -> None:
    new = {"id": "new", "audience": "new", "rates": [{"percent": "3.50"}]}
    pays = {"id": "stayed", "product": "fibre", "pays": {"percent": "0.10"}, "customers": "1"}
    finding = only(audit([new], [pays], kind="savings"), "default-gap", "interest_earned@12/10000")
    assert "raise the rate of what they hold now on 10,000 from 0.10% to 3.50%" in finding.remedy
    assert finding.remedy.endswith("for the 1 customer of stayed, if every balance were 10,000.")
    assert finding.existing is not None
    assert finding.existing.label == "earns 0.10%"


def test_a_bonus_of_the_same_offer() -> None:
    saver = {
        "id": "saver",
        "name": "Saver",
        "audience": "new",
        "rates": [{"percent": "2"}, {"percent": "1.5", "months": "12", "kind": "bonus"}],
    }
    held = {"id": "stayed", "tenure_months": {"from": "12"}, "holds": "saver", "customers": "5"}
    finding = only(audit([saver], [held], kind="savings"), "default-gap", "interest_earned@12/10000")
    assert "or let the bonus rate of 1.50% of Saver go on after month 12" in finding.remedy


def test_customers_who_are_coming_cost_nothing_today() -> None:
    coming = {**STAYED, "tenure_months": {"from": "1", "to": "23"}}
    finding = only(audit([FIRST, STANDARD], [coming]), "default-gap")
    assert finding.remedy.endswith(": nothing today; 12,000 customers will be there when their deal ends.")
    assert finding.customer_view.startswith("When your deal ends, after 2 years with us, you will pay GBP 432.00")


def test_asking_and_leaving_are_told_apart() -> None:
    ways = {
        "on_request": ("only on request", "unless they ask", "had you asked"),
        "on_leaving": ("only to those who say that they will leave", "unless they say", "had you said that you would"),
    }
    for access, (only_to, unless, had) in ways.items():
        save = {"id": "save", "name": "Save", "audience": "existing", "access": access, "price": [{"amount": "25"}]}
        finding = only(audit([STANDARD, save], [{**STAYED, "holds": "standard"}]), "must-ask")
        assert finding.remedy == f"List save instead of giving it {only_to}."
        assert unless in finding.says
        assert had in finding.customer_view
