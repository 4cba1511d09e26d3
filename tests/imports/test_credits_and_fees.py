"""What is given and taken beside the price: amounts from texts, tax, how often, for whom, and on what condition."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from fairoffer.imports.cdr_energy.moments import last_day
from fairoffer.imports.cdr_energy.numbers import money
from tests.imports.payloads import flat, notes, offer, plan, price, read

Json = dict[str, Any]


def incentive(words: str, category: str = "ACCOUNT_CREDIT", more: str = "") -> Json:
    return {"category": category, "displayName": words, "description": more or words, "eligibility": ""}


def given(folder: Path, **changes: Any) -> list[Json]:
    entries = offer(folder, plan(**changes)).get("incentives", [])
    return [{key: value for key, value in entry.items() if key != "condition"} for entry in entries]


@pytest.mark.parametrize(
    "entry, expected",
    [
        (incentive("$50 sign up credit"), {"kind": "credit", "value": "50.00", "cash_equivalent": True}),
        (
            incentive("Monthly credit", more="A $10 (incl GST) credit each month."),
            {"kind": "credit", "value": "10.00", "per": "month", "cash_equivalent": True},
        ),
        (
            incentive("Credits", more="Receive a $30 credit every 3 months."),
            {"kind": "credit", "value": "120.00", "per": "year", "cash_equivalent": True},
        ),
        (incentive("$100 eGift card", "GIFT"), {"kind": "gift card", "value": "100.00", "cash_equivalent": True}),
        (incentive("$100 football club voucher", "GIFT"), {"kind": "voucher", "value": "100.00"}),
        (
            incentive("Points", "GIFT", "Receive 10,000 bonus Acme points at sign-up."),
            {"kind": "points", "points": "10000", "cash_equivalent": False},
        ),
        (
            incentive("$50 credit", more="New customers receive a $50 credit."),
            {"kind": "credit", "value": "50.00", "cash_equivalent": True, "audience": "new"},
        ),
        (
            incentive("Bonus", more="A $50 credit on your first bill after switching to Acme."),
            {"kind": "credit", "value": "50.00", "cash_equivalent": True, "audience": "new"},
        ),
        (
            incentive("Up to $120", more="Receive up to $120 in credits per annum."),
            {"kind": "credit", "value": "120.00", "per": "year"},
        ),
        (
            incentive("Up to $480 in credits", more="Up to $480. A $60 credit every 3 months."),
            {"kind": "credit", "value": "240.00", "per": "year"},
        ),
        (
            incentive("Points", "GIFT", "5,000 bonus Acme Points and 2 Acme Points per $1 on every bill."),
            {"kind": "points", "points": "5000", "cash_equivalent": False},
        ),
        (incentive("$1,250 rebate"), {"kind": "credit", "value": "1250.00", "cash_equivalent": True}),
    ],
)
def test_incentives(tmp_path: Path, entry: Json, expected: Json) -> None:
    assert given(tmp_path, incentives=[entry]) == [expected]


@pytest.mark.parametrize(
    "entry",
    [
        incentive("Carbon neutral", "OTHER", "We offset your emissions. The cost is $1.50 per week."),
        incentive("Win a car", "OTHER", "Go in the draw to win a car and a $2,000 credit."),
        incentive("Local call centre", "OTHER"),
        incentive("Refer a friend", "OTHER", "Receive a $50 credit for each friend you refer."),
        incentive("Sign up credit", more="A credit applies."),
        incentive("$0 credit"),
        incentive("$50 credit", more="Sign up between 1 Apr and 30 Jun 2023 for a $50 credit."),
        incentive(
            "$50 credit", more="For new customers who are also customers of Commonwealth Bank of Australia (CBA)."
        ),
        {},
    ],
)
def test_what_is_no_incentive_in_money(tmp_path: Path, entry: Json) -> None:
    assert given(tmp_path, incentives=[entry]) == []


@pytest.mark.parametrize(
    "words, last",
    [
        ("Sign up between 1 Apr and 30 June 2023.", date(2023, 6, 30)),
        ("Accounts set up between 12:00am AEDT MAR 10 2023 and 11:59pm AEDT MAR 31 2023.", date(2023, 3, 31)),
        ("Voucher expires: 31/12/22", date(2022, 12, 31)),
        ("Sign up from 1 July 2023.", None),
        ("until 31 Feb 2023", None),
        ("up to 30 credits", None),
    ],
)
def test_ends_in_words(words: str, last: date | None) -> None:
    assert last_day(words) == last


def test_a_plan_named_after_a_partner_is_for_its_customers(tmp_path: Path) -> None:
    words = "Offer for customers of Commonwealth Bank of Australia (CBA). A $50 credit."
    found = offer(tmp_path, plan(displayName="Acme Plan + CBA", incentives=[incentive("$50 credit", more=words)]))
    assert found["eligibility"] == {"customer_of_commonwealth_bank_of_australia": ["yes"]}
    assert [entry["value"] for entry in found["incentives"]] == ["50.00"]


def test_a_plan_for_new_customers_needs_no_audience_on_its_incentives(tmp_path: Path) -> None:
    entry = incentive("$50 credit", more="New customers receive a $50 credit.")
    (found,) = given(tmp_path, incentives=[entry], eligibility=[{"type": "NEW_CUSTOMER", "information": ""}])
    assert "audience" not in found


def fixed(amount: str, words: str, kind: str = "GUARANTEED") -> Json:
    return {
        "type": kind, "methodUType": "fixedAmount", "fixedAmount": {"amount": amount},
        "displayName": words, "description": words,
    }  # fmt: skip


@pytest.mark.parametrize(
    "discount, expected, note",
    [
        (fixed("45.45", "$50 sign up credit"), {"value": "50.00"}, "discount amounts without tax, as their text shows"),
        (
            fixed("50.00", "$50 sign up credit"),
            {"value": "50.00"},
            "discount amounts with tax, as their text confirms",
        ),
        (
            fixed("240.00", "A $60 credit every 3 months"),
            {"value": "240.00", "per": "year"},
            "discount amounts with tax, as their text confirms",
        ),
        (
            fixed("103.636", "Monthly fee of $19 waived for the first 6 months"),
            {"value": "114.00"},
            "discount amounts without tax, as their text shows",
        ),
        (
            fixed("90.91", "A welcome credit"),
            {"value": "90.91"},
            "discount amounts taken as they stand (with tax): their text names no such amount",
        ),
    ],
)
def test_discounts_of_a_fixed_amount(tmp_path: Path, discount: Json, expected: Json, note: str) -> None:
    assert given(tmp_path, discounts=[discount]) == [{"kind": "credit", "cash_equivalent": True} | expected]
    assert note in notes(tmp_path, discounts=[discount])


def test_a_conditional_discount_may_or_may_not_be_had(tmp_path: Path) -> None:
    (found,) = given(tmp_path, discounts=[fixed("20.00", "Pay on time by direct debit", "CONDITIONAL")])
    assert "cash_equivalent" not in found


def test_an_incentive_told_as_a_discount_too_counts_once(tmp_path: Path) -> None:
    words = "$50 sign up credit"
    assert len(given(tmp_path, discounts=[fixed("45.45", words)], incentives=[incentive(words)])) == 1


def test_a_sum_for_signing_up_stands_beside_one_that_comes_again(tmp_path: Path) -> None:
    words = "New customers will receive a $800 (GST exempt) sign-up credit. Receive a $20 credit each month."
    assert given(tmp_path, incentives=[incentive("Battery credit", more=words)]) == [
        {"kind": "credit", "value": "20.00", "per": "month", "cash_equivalent": True},
        {"kind": "credit", "value": "800.00", "cash_equivalent": True, "audience": "new"},
    ]


@pytest.mark.parametrize(
    "words, is_had",
    [
        ("$50 credit. For further information, refer to https://acme.example/standard-form.", True),
        ("$50 credit. For terms refer to our website.", True),
        ("$50 credit. Fees referred to in your contract still apply.", True),
        ("Please refer to the terms that you refer to: a $50 credit.", True),
        ("$50 credit: refer a friend", False),
        ("$50 credit for each friend you refer.", False),
        ("$50 credit for each customer / property you refer for the period.", False),
        ("$50 referral credit", False),
        ("$50 credit. Terms: acme.example/refer-a-friend", False),
        ("$50 credit when you refer another new customer", False),
        ("$50 credit when you are referred to us by a customer", False),
    ],
)
def test_only_to_bring_somebody_is_a_referral(tmp_path: Path, words: str, is_had: bool) -> None:
    assert [entry["value"] for entry in given(tmp_path, incentives=[incentive(words)])] == ["50.00"] * is_had


@pytest.mark.parametrize(
    "rate, words, in_cents, percent",
    [
        ("18", "18% off your bill", True, 18),
        ("0.18", "18% off your bill", True, 18),
        ("0.18", "A discount", True, Fraction(18, 100)),
        ("0.5", "0.5% off, with 50% green power", True, Fraction(1, 2)),
        ("1", "1% off, with 100% green power", True, 1),
        ("0.18", "18% off your bill", False, 18),
        ("18", "18 percent off your bill", False, 18),
        ("1", "1% off your bill", False, 1),
    ],
)
def test_the_text_decides_what_a_percentage_is(
    tmp_path: Path, rate: str, words: str, in_cents: bool, percent: Fraction
) -> None:
    season = flat()
    if not in_cents:
        season |= {"dailySupplyCharge": "1.00", "singleRate": {"rates": [{"unitPrice": "0.30"}]}}
        del season["dailySupplyCharges"]
    discount = {"type": "GUARANTEED", "methodUType": "percentOfBill", "percentOfBill": {"rate": rate}}
    discount |= {"displayName": words}
    expected = money(Fraction("1721.50") * (100 - percent) / 100)
    assert price(tmp_path, tariffPeriod=[season], discounts=[discount]) == expected


def fee(code: str, amount: str | None, words: str = "", term: str = "FIXED") -> Json:
    return {"type": code, "term": term, "description": words} | ({"amount": amount} if amount is not None else {})


@pytest.mark.parametrize(
    "entry, expected",
    [
        (fee("LATE_PAYMENT", "12.00"), {"kind": "late_payment", "amount": "12.00", "optional": True}),
        (
            fee("LATE_PAYMENT", None, "A fee of $12.00 (GST Incl) may apply."),
            {"kind": "late_payment", "amount": "12.00", "optional": True},
        ),
        (fee("PAPER_BILL", None, "$2 (excl. GST) each"), {"kind": "paper_bill", "amount": "2.20", "optional": True}),
        (fee("MEMBERSHIP", "264.00", "", "ANNUAL"), {"kind": "membership", "amount": "264.00", "when": "year"}),
        (
            fee("MEMBERSHIP", None, "Access with a $15.50/month membership fee.", "ANNUAL"),
            {"kind": "membership", "amount": "186.00", "when": "year"},
        ),
        (fee("MEMBERSHIP", "19.00", "", "MONTHLY"), {"kind": "membership", "amount": "19.00", "when": "month"}),
        (fee("ESTABLISHMENT", "22.00"), {"kind": "establishment", "amount": "22.00"}),
        (
            fee("ESTABLISHMENT", "22.00", "Payable upon transfer to us from another retailer."),
            {"kind": "establishment", "amount": "22.00", "audience": "new"},
        ),
    ],
)  # fmt: skip
def test_fees(tmp_path: Path, entry: Json, expected: Json) -> None:
    assert offer(tmp_path, plan(fees=[entry]))["fees"] == [expected]


def test_a_fee_of_unknown_size_is_not_a_fee_of_nothing(tmp_path: Path) -> None:
    known = plan("A", fees=[fee("LATE_PAYMENT", "12.00"), fee("PAPER_BILL", "2.00")])
    unknown = plan("B", fees=[fee("LATE_PAYMENT", None, "A late payment fee may be charged.")])
    _, _, offers, summary = read(tmp_path, known, unknown)
    assert [[entry["kind"] for entry in found.get("fees", [])] for found in offers] == [[], []]
    assert summary.notes["fees left out: another plan of the product does not say its own"] == 2


def test_a_fee_is_compared_where_every_plan_on_sale_names_it(tmp_path: Path) -> None:
    known = plan("A", fees=[fee("LATE_PAYMENT", "12.00"), fee("PAPER_BILL", "2.00")])
    free = plan("B", fees=[fee("LATE_PAYMENT", "0.00"), fee("PAPER_BILL", "1.00")])
    over = plan("C", effectiveTo="2023-07-10T14:00:00Z")
    offers = read(tmp_path, known, free, over)[2]
    assert [[(entry["kind"], entry["amount"]) for entry in found.get("fees", [])] for found in offers] == [
        [("late_payment", "12.00"), ("paper_bill", "2.00")],
        [("paper_bill", "1.00")],
        [],
    ]


def test_fees_of_the_network_are_no_terms_of_a_plan(tmp_path: Path) -> None:
    entry = fee("DISCONNECTION", "89.10", "Fees are set by your distributor.")
    assert "fees" not in offer(tmp_path, plan(fees=[entry]))


def test_a_membership_of_unknown_size_leaves_the_plan_without_a_price(tmp_path: Path) -> None:
    found = offer(tmp_path, plan(fees=[fee("MEMBERSHIP", None, "A monthly fee", "MONTHLY")]))
    assert "price" not in found
    assert "without a price: membership fee without an amount" in notes(
        tmp_path, fees=[fee("MEMBERSHIP", None, "A monthly fee", "MONTHLY")]
    )
