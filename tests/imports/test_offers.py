"""Who may take a plan, from when to when, on what conditions, and what makes two plans the same product."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fairoffer.imports.cdr_energy.moments import local_day
from fairoffer.model.catalog import Catalog
from tests.imports.payloads import blocks, flat, notes, offer, plan, read

Json = dict[str, Any]


def eligible(*entries: Json, **changes: Any) -> Json:
    return plan(eligibility=list(entries), **changes)


def rule(code: str, words: str = "", more: str = "") -> Json:
    return {"type": code, "information": words, "description": more}


def test_the_catalog_is_one_that_the_model_takes(tmp_path: Path) -> None:
    member = eligible(rule("ORG_MEMBER", "NRMA", "You must be a current NRMA member."), planId="B", discounts=[])
    header, products, offers, summary = read(tmp_path, plan(), member)
    assert header.pop("fairoffer") == "catalog/1"
    catalog = Catalog.model_validate(header | {"products": list(products.values()), "offers": offers})
    assert catalog.tax is not None
    assert catalog.tax.included
    assert catalog.imported is not None
    assert catalog.supplier == "Acme Power"
    assert catalog.attributes["member_of_nrma"].assume == "no"
    assert [entry.id for entry in catalog.offers] == ["ACM000001MRE1@EME", "B"]
    assert (summary.plans, summary.offers, summary.products) == (2, 2, 1)


def test_silence_is_any_and_not_stated(tmp_path: Path) -> None:
    found = offer(tmp_path, plan())
    assert "audience" not in found
    assert "audience any, not stated" in notes(tmp_path)


@pytest.mark.parametrize("code, audience", [("NEW_CUSTOMER", "new"), ("EXISTING_CUST", "existing")])
def test_a_code_decides(tmp_path: Path, code: str, audience: str) -> None:
    found = offer(tmp_path, eligible(rule(code, "", "Terms apply to this offer")))
    assert found["audience"] == audience
    assert found["audience_basis"] == {"from": "code", "quote": "Terms apply to this offer"}


@pytest.mark.parametrize("code", ["EXISTING_SOLAR", "EXISTING_POOL", "EXISTING_BATTERY", "EXISTING_SMART_METER"])
def test_equipment_says_nothing_about_the_audience(tmp_path: Path, code: str) -> None:
    found = offer(tmp_path, eligible(rule(code, "", "You must have it installed.")))
    assert "audience" not in found
    assert set(found["eligibility"].values().__iter__().__next__()) == {"yes"}


def test_texts_decide_where_no_code_does_and_are_quoted(tmp_path: Path) -> None:
    words = "Online only. Available to new Acme customers or move-in customers. Terms apply."
    found = offer(tmp_path, eligible(rule("OTHER", words)))
    assert found["audience"] == "new"
    assert found["audience_basis"] == {
        "from": "text",
        "quote": "Available to new Acme customers or move-in customers.",
        "also": ["moving"],
    }


def test_the_terms_and_the_name_speak_too(tmp_path: Path) -> None:
    found = offer(tmp_path, plan(terms="This offer is for new residential customers only. Call us."))
    assert found["audience_basis"]["from"] == "text"
    named = offer(tmp_path, plan(displayName="Acme Saver - New Acme Customers Only"))
    assert (named["audience"], named["audience_basis"]["from"]) == ("new", "name")


def test_contradiction_is_unknown(tmp_path: Path) -> None:
    found = offer(tmp_path, eligible(rule("NEW_CUSTOMER", "New"), rule("EXISTING_CUST", "Existing")))
    assert found["audience"] == "unknown"


@pytest.mark.parametrize(
    "entry, needs",
    [
        (rule("OTHER", "You own an electric vehicle"), {"has_electric_vehicle": ["yes"]}),
        (rule("OTHER", "", "You must not have solar PV installed."), {"has_solar": ["no"]}),
        (rule("SENIOR_CARD"), {"holds_seniors_card": ["yes"]}),
        (rule("OTHER", "To be eligible you must be a current Seniors Card member."), {"holds_seniors_card": ["yes"]}),
        (rule("LOYALTY_MEMBER", "QANTAS", "For valid Qantas Frequent Flyer members only"),
         {"member_of_qantas_frequent_flyer": ["yes"]}),
        (rule("OTHER", "Offer not available to existing Acme First members."), {"member_of_acme_first": ["no"]}),
        (rule("OTHER", "You're a Westpac customer"), {"customer_of_westpac": ["yes"]}),
        (rule("ONLINE_ONLY"), {"channel": ["web"]}),
        (rule("THIRD_PARTY_ONLY"), {"channel": ["third_party"]}),
        (rule("OTHER", "Direct debit is required."), {"payment_method": ["direct_debit"]}),
        (rule("OTHER", "You must receive bills by email."), {"billing": ["electronic"]}),
        (rule("OTHER", "You receive an invitation link from us."), {"is_invited": ["yes"]}),
        (rule("GROUP_BUY_MEMBER"), {"in_group_buy": ["yes"]}),
        (rule("OTHER", "You must be moving house within 60 days."), {"is_moving": ["yes"]}),
        (rule("OTHER", "Contingent offer when bundled with our gas plan."), {"takes_another_plan_too": ["yes"]}),
        (rule("OTHER", "Available to residential customers with an applicable network tariff."), None),
    ],
)  # fmt: skip
def test_conditions_become_traits_and_choices(tmp_path: Path, entry: Json, needs: Json | None) -> None:
    assert offer(tmp_path, eligible(entry)).get("eligibility") == needs


def test_traits_are_assumed_no_and_choices_are_free(tmp_path: Path) -> None:
    header = read(tmp_path, eligible(rule("EXISTING_SOLAR"), rule("ONLINE_ONLY"), rule("EXISTING_SMART_METER")))[0]
    assert header["attributes"] == {
        "channel": {"choice": True, "values": ["web", "phone", "agent", "third_party", "other"]},
        "has_smart_meter": {"values": ["yes", "no"], "assume": "yes"},
        "has_solar": {"values": ["yes", "no"], "assume": "no"},
    }


def test_an_unknown_code_is_counted(tmp_path: Path) -> None:
    assert "eligibility code not known: LEFT_HANDED" in notes(tmp_path, eligibility=[rule("LEFT_HANDED")])


@pytest.mark.parametrize(
    "change",
    [
        {"brandName": "Other Power"},
        {"customerType": "BUSINESS"},
        {"geography": {"distributors": ["Endeavour"], "includedPostcodes": ["2000", "2007"]}},
        {"geography": {"distributors": ["Ausgrid"], "includedPostcodes": ["2000"]}},
        {"geography": {"distributors": ["Ausgrid"], "includedPostcodes": ["2000", "2007"], "excludedPostcodes": ["1"]}},
        {"pricingModel": "FLEXIBLE"},
        {"displayName": "Acme Saver (EA010)"},
        {"displayName": "Acme Saver (0-20MWh)"},
        {"eligibility": [rule("MINIMUM_USAGE", "Customers consuming more than 40MWh per annum")]},
        {"tariffPeriod": [flat("30", "100", "07-01", "12-31"), flat("30", "100", "01-01", "06-30")]},
    ],
)
def test_what_makes_another_product(tmp_path: Path, change: Json) -> None:
    assert len(read(tmp_path, plan("A"), plan("B", **change))[1]) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"displayName": "Acme Other"},
        {"type": "STANDING"},
        {"isFixed": True},
        {"tariffPeriod": [flat("35", "90", "07-01", "06-30")]},
        {"eligibility": [rule("NEW_CUSTOMER")]},
        {"meterTypes": ["Type 4"]},
        {"tariffPeriod": [blocks(("20", "11"), ("30", None))]},
        {"tariffPeriod": [blocks(("20", "300"), ("30", None), period="P1M")]},
    ],
)
def test_what_stays_the_same_product(tmp_path: Path, change: Json) -> None:
    _, products, offers, _ = read(tmp_path, plan("A"), plan("B", **change))
    (name,) = products
    assert name.startswith("acme-power-electricity-residential-ausgrid-single-rate-")
    assert {entry["product"] for entry in offers} == {name}


def test_the_meter_is_a_trait_about_which_nothing_is_assumed(tmp_path: Path) -> None:
    plans = plan("A", meterTypes=["Type 5", "Type 4", None, " "]), plan("B", meterTypes=["Type 6"]), plan("C")
    header, products, offers, _ = read(tmp_path, *plans)
    assert len(products) == 1
    assert header["attributes"] == {"meter_type": {"values": ["Type 4", "Type 5", "Type 6"]}}
    assert [entry.get("eligibility") for entry in offers] == [
        {"meter_type": ["Type 4", "Type 5"]},
        {"meter_type": ["Type 6"]},
        None,
    ]


def test_a_plan_for_every_meter_of_its_product_leaves_nobody_out(tmp_path: Path) -> None:
    every = plan("A", meterTypes=["Type 4", "Type 5"])
    one, solar = plan("B", meterTypes=["Type 5"]), eligible(rule("EXISTING_SOLAR"), planId="C", meterTypes=["Type 5"])
    assert "eligibility" not in offer(tmp_path, every)
    assert "attributes" not in read(tmp_path, every, plan("B", meterTypes=["Type 5", "Type 4"]))[0]
    assert [entry.get("eligibility") for entry in read(tmp_path, every, one)[2]] == [None, {"meter_type": ["Type 5"]}]
    assert [entry.get("eligibility") for entry in read(tmp_path, one, solar)[2]] == [None, {"has_solar": ["yes"]}]
    over = every | {"effectiveTo": "2023-07-31T14:00:00Z"}
    assert [entry.get("eligibility") for entry in read(tmp_path, over, one)[2]] == [None, None]


def test_a_standing_offer_ends_an_older_one_of_the_same_steps_and_meters_only(tmp_path: Path) -> None:
    stepped: Json = {"type": "STANDING", "tariffPeriod": [blocks(("20", "11"), ("30", None))]}
    later: Json = {"effectiveFrom": "2023-07-31T14:00:00Z"}
    other_steps = stepped | later | {"tariffPeriod": [blocks(("20", "12"), ("30", None))]}
    plans = plan("A", **stepped), plan("B", **other_steps), plan("C", **stepped, **later, meterTypes=["Type 4"])
    assert [entry["valid"].get("to") for entry in read(tmp_path, *plans)[2]] == [None, None, None]
    again = plan("D", **stepped, **later)
    assert [entry["valid"].get("to") for entry in read(tmp_path, *plans, again)[2]] == ["2023-07-31", None, None, None]


def test_standing_fixed_variable(tmp_path: Path) -> None:
    assert offer(tmp_path, plan(type="STANDING"))["kind"] == "standing"
    assert offer(tmp_path, plan(type="REGULATED"))["kind"] == "standing"
    assert offer(tmp_path, plan(isFixed=True))["kind"] == "fixed"
    assert offer(tmp_path, plan())["kind"] == "variable"


@pytest.mark.parametrize(
    "text, region, end, day",
    [
        ("2023-06-30T14:00:00Z", "3", False, date(2023, 7, 1)),  # midnight in winter
        ("2023-06-30T14:00:00Z", "3", True, date(2023, 6, 30)),  # an end at midnight ends the day before
        ("2023-01-31T13:00:00Z", "3", True, date(2023, 1, 31)),  # midnight in summer
        ("2023-01-31T13:00:00Z", "4", True, date(2023, 1, 31)),  # no summer time: 23:00
        ("2023-01-31T14:00:00Z", "4", True, date(2023, 1, 31)),
        ("2023-01-31T13:30:00Z", "5", True, date(2023, 1, 31)),
        ("2023-01-31T16:00:00Z", "6", True, date(2023, 1, 31)),
        ("2023-08-09T00:00:00.000Z", "2", False, date(2023, 8, 9)),  # ten in the morning
        ("2023-08-09T00:00:00.000Z", "2", True, date(2023, 8, 9)),
        ("2022-12-31T13:00:01Z", "2", True, date(2023, 1, 1)),
        ("2023-04-01T15:59:59Z", "2", False, date(2023, 4, 2)),  # the last second of summer time
        ("2023-07-01", "2", True, date(2023, 7, 1)),
        ("2023-07-01T00:00:00+10:00", "2", True, date(2023, 6, 30)),
        ("2023-02-30T00:00:00Z", "2", False, None),
        ("0001-01-01T00:00:00Z", "2", False, date(1, 1, 1)),
        ("9999-12-31T23:00:00Z", "2", False, None),
        ("tomorrow", "2", False, None),
    ],
)
def test_instants_are_days_where_the_plan_is_sold(text: str, region: str, end: bool, day: date | None) -> None:
    assert local_day(text, region, end) == day


def test_validity_and_what_is_expired(tmp_path: Path) -> None:
    ended = plan("A", effectiveTo="2023-08-10T14:00:00Z")
    still = plan("B", effectiveTo="2023-08-11T14:00:00Z")
    later = plan("C", effectiveFrom="2023-09-01T00:00:00Z")
    _, _, offers, summary = read(tmp_path, ended, still, later)
    assert [entry["valid"] for entry in offers] == [
        {"from": "2023-07-01", "to": "2023-08-10"},
        {"from": "2023-07-01", "to": "2023-08-11"},
        {"from": "2023-09-01"},
    ]
    assert (summary.expired, summary.not_yet) == (1, 1)


def test_a_plan_that_ended_before_it_began_is_only_over(tmp_path: Path) -> None:
    assert offer(tmp_path, plan(effectiveTo="2023-06-30T14:00:00Z"))["valid"] == {"to": "2023-06-30"}


def test_a_term_binds_only_where_leaving_costs_something(tmp_path: Path) -> None:
    assert "contract" not in offer(tmp_path, plan(termType="1_YEAR"))
    exit_fee = {"type": "EXIT", "term": "FIXED", "amount": "110.00", "description": ""}
    found = offer(tmp_path, plan(termType="2_YEAR", fees=[exit_fee]))
    assert found["contract"] == {"months": 24, "exit_fee": "110.00"}


def test_feed_in_is_the_lowest_of_the_retailer(tmp_path: Path) -> None:
    tariffs = [
        {"payerType": "RETAILER", "tariffUType": "singleTariff", "singleTariff": {"amount": "6.70"}},
        {"payerType": "RETAILER", "tariffUType": "singleTariff", "singleTariff": {"amount": "5.00"}},
        {"payerType": "GOVERNMENT", "tariffUType": "singleTariff", "singleTariff": {"amount": "0.00"}},
    ]
    assert offer(tmp_path, plan(solarFeedInTariff=tariffs))["terms"] == {"feed_in": "5.00"}
    assert offer(tmp_path, plan())["terms"] == {"feed_in": "0.00"}
