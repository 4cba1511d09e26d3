"""Sentences about a finding: true of the numbers beside them, whoever reads them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings

from tests.audit.small import STAYED, WELCOME, audit, only
from tests.drawing import Audit
from tests.engine import run
from tests.strategies import audits

TERMS = {"speed_mbps": {"unit": "Mbit/s", "better": "higher"}, "excess": {"unit": "GBP", "better": "lower"}}
FORBIDDEN = re.compile(r"what what|None|\bGBP GBP|  |unfair|victim|discriminat|compliant| %|for the same")


@settings(max_examples=20)
@given(audits())
def test_sentences_are_whole(drawn: Audit) -> None:
    result = run(drawn)
    for finding in result.findings:
        for text in (finding.says, finding.customer_view, finding.remedy):
            assert text[0].isupper()
            assert text.endswith(".")
            found = FORBIDDEN.search(text)
            assert found is None, (found, text)


def test_the_worked_example() -> None:
    finding = only(audit([WELCOME], [STAYED]), "default-gap")
    assert finding.says == (
        "Customers in stayed (Fibre) who do nothing pay GBP 492.00 over 12 months with Welcome; a new customer pays "
        "GBP 273.21 with Welcome: GBP 218.79 worse."
    )
    assert finding.customer_view == (
        "After 5 years or more with us you pay GBP 492.00 over 12 months if you do nothing; someone who joins today "
        "pays GBP 273.21: GBP 218.79 less."
    )


@pytest.mark.parametrize(
    "tenure, said",
    [
        ({"from": "1"}, "As a customer who stayed you"),
        ({"from": "7", "to": "9"}, "After 7 months or more with us you"),
        ({"from": "12", "to": "20"}, "After a year with us you"),
        ({"from": "18"}, "After more than a year with us you"),
        ({"from": "44"}, "After more than 3 years with us you"),
        ({"from": "60", "to": "71"}, "After 5 years with us you"),
    ],
)
def test_how_long(tenure: dict[str, str], said: str) -> None:
    offers = [
        {"id": "new", "audience": "new", "price": [{"amount": "20"}]},
        {"id": "old", "audience": "existing", "price": [{"amount": "30"}]},
    ]
    holds = {"id": "stayed", "tenure_months": tenure, "holds": "old", "customers": "5"}
    assert only(audit(offers, [holds]), "default-gap").customer_view.startswith(said)


def test_terms_for_no_more_money_and_for_more() -> None:
    def pair(price: str) -> Any:
        offers = [
            {
                "id": "new",
                "name": "New",
                "audience": "new",
                "price": [{"amount": "20"}],
                "terms": {"speed_mbps": "100"},
            },
            {
                "id": "old",
                "name": "Old",
                "audience": "any",
                "price": [{"amount": price}],
                "terms": {"speed_mbps": "80"},
            },
        ]
        segments = [{"id": "stayed", "product": "fibre", "customers": "5"}]
        return only(audit(offers, segments, terms=TERMS), "term-gap")

    equal, dearer = pair("20"), pair("30")
    assert equal.says.startswith("For no more than New costs, customers in stayed (Fibre) get 80 Mbit/s")
    assert "higher price" not in equal.customer_view
    assert dearer.says.startswith("Customers in stayed (Fibre) can have nothing that costs as little as New; with")
    assert ", at a higher price; someone who joins today gets 100 Mbit/s." in dearer.customer_view


@pytest.mark.parametrize(
    "term, more, said, other",
    [
        ("fee:admin", {"fees": [{"kind": "admin", "amount": "12", "when": "year"}]},
         "pay GBP 12.00 as admin fee over 12 months", "pays no admin fee"),
        ("contract_months", {"contract": {"months": "24"}}, "are bound for 24 months", "is not bound"),
        ("notice_days", {"contract": {"notice_days": "30"}},
         "must give 30 days of notice", "must give 1 day of notice"),
        ("excess", {"terms": {"excess": "150"}}, "have GBP 150 (excess)", "has GBP 100."),
    ],
)  # fmt: skip
def test_what_nobody_gets(term: str, more: dict[str, Any], said: str, other: str) -> None:
    """A fee is paid, a contract binds, an excess is had: nobody gets them."""
    new: dict[str, Any] = {"id": "new", "audience": "new", "price": [{"amount": "40"}]}
    if term == "notice_days":
        new["contract"] = {"notice_days": "1"}
    if term == "excess":
        new["terms"] = {"excess": "100"}
    old = {"id": "old", "audience": "existing", "price": [{"amount": "30"}], **more}
    segments = [{"id": "stayed", "product": "fibre", "customers": "5"}]
    finding = only(audit([new, old], segments, terms=TERMS), "term-gap", term)
    assert said in finding.customer_view
    assert other in finding.customer_view
    assert said in finding.says


def test_nothing_is_not_a_number() -> None:
    finding = only(audit([WELCOME], [STAYED]), "incentive-gap")
    assert "can get no incentive by choosing an offer; Welcome gives a new customer GBP 50.00" in finding.says
    assert "you are given nothing for choosing us again" in finding.customer_view


def test_a_walk_names_its_tenures() -> None:
    offers = [
        {"id": "third-year", "audience": "existing", "eligibility": {"tenure_months": {"from": "24", "to": "35"}},
         "price": [{"amount": "20"}]},
        {"id": "always", "audience": "existing", "price": [{"amount": "25"}]},
    ]  # fmt: skip
    finding = only(audit(offers, None), "price-walk", segment=None)
    assert "with a tenure from 36 months on pay GBP 300.00" in finding.says
    assert "at a tenure of 24 to 35 months it is GBP 240.00" in finding.says
    assert "; in your third year it was GBP 240.00." in finding.customer_view
    assert finding.remedy == "Open third-year to longer tenures too (eligibility.tenure_months: from 24 to 35)."


def test_who_left_is_no_newcomer() -> None:
    back = {"id": "back", "audience": "lapsed", "price": [{"amount": "10"}]}
    old = {"id": "old", "audience": "existing", "price": [{"amount": "30"}]}
    finding = only(audit([back, old], [{**STAYED, "holds": "old"}]), "default-gap")
    assert "a customer who left and comes back pays" in finding.says
    assert "someone who left and comes back pays" in finding.customer_view


def test_without_a_segments_file() -> None:
    offers = [{**WELCOME, "price": [{"months": "18", "amount": "24.99"}, {"amount": "41"}]}]
    found = audit(offers, None).findings
    assert any(one.says.startswith("Customers of Fibre whose deal has ended who do nothing pay") for one in found)
