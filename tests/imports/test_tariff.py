"""What a plan costs: unit forms, tax, blocks, windows, seasons, controlled load, and why something has no price."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairoffer.imports.cdr_energy.numbers import fraction, money, scaled
from fairoffer.imports.cdr_energy.tariff import read_tariff
from fairoffer.imports.cdr_energy.windows import UnreadableError, season, week_minutes
from tests.imports.payloads import ALL_WEEK, blocks, flat, notes, offer, plan, price, read, windows

Json = dict[str, Any]
WEEKDAYS, WEEKEND = ALL_WEEK[:5], ALL_WEEK[5:]


def in_dollars() -> Json:
    season = flat(price="0.30", supply="0")
    del season["dailySupplyCharges"]
    return season | {"dailySupplyCharge": "1.00", "dailySupplyChargeType": "SINGLE"}


def test_cents_and_dollars_are_told_apart_by_the_name_of_the_field(tmp_path: Path) -> None:
    # (1,200 + 365) x 1.1
    assert price(tmp_path) == "1721.50"
    assert price(tmp_path, tariffPeriod=[in_dollars()]) == "1721.50"


@pytest.mark.parametrize(
    "season, reason",
    [
        (flat() | {"dailySupplyCharge": "1.00"}, "charges in two units (dailySupplyCharges and dailySupplyCharge)"),
        ({k: v for k, v in flat().items() if k != "dailySupplyCharges"}, "unit of the charges not stated"),
        (flat(price="0.30"), "charges look like dollars in a payload that says cents"),
        (in_dollars() | {"singleRate": {"rates": [{"unitPrice": "30"}]}}, "charges look like cents"),
        (flat(supply="much"), "no daily supply charge"),
        (flat(price="cheap"), "rate without a price"),
        (flat() | {"dailySupplyChargeType": "BAND"}, "supply charge in bands"),
        (flat(end="11-30"), "seasons leave days out"),
        (flat(start="02-31"), "season without dates"),
        (flat() | {"demandCharges": [{"amount": "9.00"}]}, "demand charges"),
        (blocks(("20", "11"), ("30", None), period=None), "blocks without a period"),
        (blocks(("20", "5")), "blocks end below the declared usage"),
        (flat() | {"singleRate": {"generalUnitPrice": "20", "rates": []}}, "quota tariff"),
        (flat() | {"singleRate": {"rates": [{"unitPrice": "30", "measureUnit": "KVA"}]}}, "usage in another unit"),
        ({k: v for k, v in flat().items() if k != "singleRate"}, "seasons leave days out"),
        (flat() | {"singleRate": None}, "no rates"),
    ],
)
def test_what_cannot_be_costed_stays_without_a_price_and_says_why(tmp_path: Path, season: Json, reason: str) -> None:
    assert price(tmp_path, tariffPeriod=[season]) is None
    assert any(note.startswith(f"without a price: {reason}") for note in notes(tmp_path, tariffPeriod=[season]))


def test_a_tax_free_price_is_never_rounded_before_the_tax(tmp_path: Path) -> None:
    # 4000 x 0.281234 + 365 x 0.98765 = 1485.42825, x 1.1 = 1633.971075
    assert price(tmp_path, tariffPeriod=[flat("28.1234", "98.765")]) == "1633.9711"


def test_seasons_share_the_year_by_days_and_may_cross_the_new_year(tmp_path: Path) -> None:
    summer, winter = flat("40", "100", "12-01", "03-31"), flat("20", "200", "04-01", "11-30")
    # 121 and 244 days: 4000 x (121 x 0.40 + 244 x 0.20)/365 + 121 + 488, all x 1.1
    expected = (Fraction(4000 * (121 * 40 + 244 * 20), 36500) + 121 + 488) * Fraction(11, 10)
    assert price(tmp_path, tariffPeriod=[summer, winter]) == money(expected)


def test_overlapping_seasons_have_no_price(tmp_path: Path) -> None:
    assert "without a price: seasons overlap" in notes(tmp_path, tariffPeriod=[flat(), flat("31")])


@pytest.mark.parametrize(
    "season, usage_cost",
    [
        # 4000/365 kWh a day: 5 at 20 c, the rest at 30 c
        (blocks(("20", "5"), ("30", None)), Fraction(365 * 5 * 20 + (4000 - 365 * 5) * 30, 100)),
        (blocks(("20", "100"), ("30", None), period="P1M"), Fraction(1200 * 20 + 2800 * 30, 100)),
        (blocks(("20", "300"), ("30", None), period="P3M"), Fraction(1200 * 20 + 2800 * 30, 100)),
        (blocks(("20", "1000"), ("25", "1000"), ("30", None), period="P1Y"), Fraction(1000 * 45 + 2000 * 30, 100)),
        (blocks(("20", "5000"), ("30", None), period="P1Y"), Fraction(4000 * 20, 100)),
        # the period stands in the words only
        (blocks(("20", "100"), ("30", None), period=None, description="First 100 kWh/Month"), Fraction(1080)),
    ],
)
def test_blocks(tmp_path: Path, season: Json, usage_cost: Fraction) -> None:
    assert price(tmp_path, tariffPeriod=[season]) == money((usage_cost + 365) * Fraction(11, 10))


@pytest.mark.parametrize("end", ["2000", "1959", "20:00", "19:59"])
def test_windows_take_their_share_of_the_hours(tmp_path: Path, end: str) -> None:
    tariff = windows(
        ("PEAK", "50", [(WEEKDAYS, "1400", end)]),
        ("OFF_PEAK", "20", [(WEEKDAYS, "2000", "1400"), (WEEKEND, "0", "2359")]),
    )
    # 30 of 168 hours are peak
    expected = (Fraction(4000 * (30 * 50 + 138 * 20), 16800) + 365) * Fraction(11, 10)
    assert price(tmp_path, tariffPeriod=[tariff]) == money(expected)


def test_blank_days_are_read_only_where_the_rest_of_the_week_confirms_them(tmp_path: Path) -> None:
    blank = windows(
        ("PEAK", "50", [([None], "1400", "1959")]),
        ("OFF_PEAK", "20", [([None], "2000", "1359"), ([None, None], "0", "2359")]),
    )
    assert price(tmp_path, tariffPeriod=[blank]) is not None
    assert "contracts whose blank window days were read from the rest of the week" in notes(
        tmp_path, tariffPeriod=[blank]
    )
    open_end = windows(("PEAK", "50", [([None], "1400", "1959")]), ("OFF_PEAK", "20", [([None], "2000", "1359")]))
    assert "without a price: time-of-use windows leave hours out" in notes(tmp_path, tariffPeriod=[open_end])


@pytest.mark.parametrize(
    "spans, reason",
    [
        ([(ALL_WEEK, "0000", "1300")], "time-of-use windows overlap"),
        ([(ALL_WEEK, "0000", "1100")], "time-of-use windows leave hours out"),
        ([([], "0000", "1200")], "time-of-use window without days"),
        ([(["SOMEDAY"], "0000", "1200")], "time-of-use window without days"),
        ([(ALL_WEEK, "noon", "1200")], "time-of-use window without times"),
        ([(ALL_WEEK, "2500", "1200")], "time-of-use window without times"),
        ([], "time-of-use rate without windows"),
    ],
)
def test_windows_must_cover_the_week_once(tmp_path: Path, spans: list[Any], reason: str) -> None:
    tariff = windows(("OFF_PEAK", "20", spans), ("PEAK", "50", [(ALL_WEEK, "1200", "0000")]))
    assert f"without a price: {reason}" in notes(tmp_path, tariffPeriod=[tariff])


def test_the_same_windows_written_differently_are_one_product(tmp_path: Path) -> None:
    first = windows(("PEAK", "50", [(ALL_WEEK, "1500", "2100")]), ("OFF_PEAK", "20", [(ALL_WEEK, "2100", "1500")]))
    halves = [(ALL_WEEK, "0000", "1459"), (ALL_WEEK, "21:00", "23:59")]
    second = windows(("OFF_PEAK", "20", halves), ("PEAK", "50", [(ALL_WEEK, "15:00", "20:59")]))
    products = {
        offer(tmp_path, plan(pricingModel="TIME_OF_USE", tariffPeriod=[tariff]))["product"]
        for tariff in (first, second)
    }
    assert len(products) == 1


def test_a_quarter_of_the_usage_runs_through_controlled_load(tmp_path: Path) -> None:
    load = {"displayName": "Controlled Load 1", "dailyCharge": "10", "period": "P1D", "rates": [{"unitPrice": "15"}]}
    # 3000 x 0.30 + 1000 x 0.15 + 365 x 1.10, x 1.1
    expected = "1596.65"
    model = "SINGLE_RATE_CONT_LOAD"
    assert price(tmp_path, pricingModel=model, controlledLoad=load) == expected
    assert price(tmp_path, pricingModel=model, controlledLoad=[load]) == expected
    single = {"displayName": "Controlled Load 1", "rateBlockUType": "singleRate", "singleRate": dict(load)}
    single["singleRate"] = {"rates": load["rates"], "dailySupplyCharge": "10"}
    assert price(tmp_path, pricingModel=model, controlledLoad=[single]) == expected
    assert "without a price: controlled load without rates" in notes(tmp_path, pricingModel=model)


def test_of_several_controlled_loads_the_first_is_costed(tmp_path: Path) -> None:
    loads = [{"displayName": f"CL{number}", "rates": [{"unitPrice": str(number * 10)}]} for number in (2, 1)]
    # 3000 x 0.30 + 1000 x 0.10 + 365, x 1.1
    assert price(tmp_path, pricingModel="SINGLE_RATE_CONT_LOAD", controlledLoad=loads) == "1501.50"


def test_how_many_controlled_loads_there_are_makes_another_product(tmp_path: Path) -> None:
    def loaded(plan_id: str, *names: str) -> Json:
        loads = [{"displayName": name, "rates": [{"unitPrice": "10"}]} for name in names]
        return plan(plan_id, pricingModel="SINGLE_RATE_CONT_LOAD", controlledLoad=loads)

    plans = loaded("A", "CL 1"), loaded("B", "CL 1", "CL 2"), loaded("C", "cl2", "cl1"), loaded("D", "CL 1", "CL 3")
    first, second, third, fourth = (entry["product"] for entry in read(tmp_path, *plans)[2])
    assert second == third
    assert len({first, second, fourth}) == 3


def test_a_plan_that_cannot_tell_how_many_loads_it_has_splits_no_product(tmp_path: Path) -> None:
    loads = [{"displayName": name, "rates": [{"unitPrice": "10"}]} for name in ("CL 1", "CL 2")]
    model: Json = {"pricingModel": "SINGLE_RATE_CONT_LOAD"}
    one, two = plan("A", **model, controlledLoad=loads[:1]), plan("B", **model, controlledLoad=loads)
    unknown = plan("C", **model, controlledLoad=loads[0])
    assert len(read(tmp_path, one, two)[1]) == 2
    assert len(read(tmp_path, one, two, unknown)[1]) == 1
    over = unknown | {"effectiveTo": "2023-07-31T14:00:00Z"}
    products = [entry["product"] for entry in read(tmp_path, one, two, over)[2]]
    assert products[0] != products[1]


def test_of_two_copies_of_a_plan_the_one_that_names_every_load_is_kept(tmp_path: Path) -> None:
    loads = [{"displayName": name, "rates": [{"unitPrice": "10"}]} for name in ("CL 1", "CL 2")]
    copies = [plan(pricingModel="SINGLE_RATE_CONT_LOAD", controlledLoad=load) for load in (loads[0], loads)]
    products = [set(read(tmp_path, *order)[1]) for order in (copies, copies[::-1], copies[1:])]
    assert products[0] == products[1] == products[2]


def test_guaranteed_discounts_are_in_the_price_and_conditional_ones_are_not(tmp_path: Path) -> None:
    def discount(kind: str, method: str, rate: str) -> Json:
        return {"type": kind, "methodUType": method, method: {"rate": rate}, "displayName": "Discount"}

    assert price(tmp_path, discounts=[discount("GUARANTEED", "percentOfBill", "10")]) == "1549.35"
    assert price(tmp_path, discounts=[discount("GUARANTEED", "percentOfUse", "10")]) == "1589.50"
    both = [discount("GUARANTEED", "percentOfBill", "10"), discount("CONDITIONAL", "percentOfBill", "10")]
    given = offer(tmp_path, plan(discounts=both))
    assert given["price"] == [{"amount": "1549.35", "per": "year"}]
    (maybe,) = given["incentives"]
    assert maybe["value"] == "154.935"
    assert "cash_equivalent" not in maybe
    dollars = discount("GUARANTEED", "percentOfBill", "0.10")
    assert price(tmp_path, tariffPeriod=[in_dollars()], discounts=[dollars]) == "1549.35"


def test_the_usage_is_declared_once_and_named_in_the_product(tmp_path: Path) -> None:
    _, products, offers, _ = read(tmp_path, plan(), kwh=Decimal("2500.5"))
    assert offers[0]["price"][0]["amount"] == money((Fraction("750.15") + 365) * Fraction(11, 10))
    (product,) = products.values()
    assert product["name"].endswith("(cost at 2,500.5 kWh a year)")


def test_gas_and_dual_fuel(tmp_path: Path) -> None:
    gas = {"pricingModel": "SINGLE_RATE", "tariffPeriod": [flat("4", "80")]}
    # 30000 x 0.04 + 292, x 1.1
    alone = plan(fuelType="GAS", gasContract=gas)
    del alone["electricityContract"]
    assert offer(tmp_path, alone)["price"][0]["amount"] == "1641.20"
    both = offer(tmp_path, plan(fuelType="DUAL", gasContract=gas))
    assert both["price"][0]["amount"] == "3362.70"


@given(
    usage=st.fractions(min_value=Fraction(1, 100), max_value=100000).map(lambda f: f.limit_denominator(1000)),
    sizes=st.lists(st.integers(1, 900), min_size=1, max_size=3),
    prices=st.lists(st.decimals(0, 99, places=4), min_size=4, max_size=4),
    period=st.sampled_from(["P1D", "P2D", "P1W", "P1M", "P2M", "P3M", "P6M", "P1Y"]),
)
def test_blocks_equal_a_plain_loop_in_fractions(
    usage: Fraction, sizes: list[int], prices: list[Decimal], period: str
) -> None:
    volumes = [*(str(size) for size in sizes), None]
    tariff = blocks(*((f"{price:f}", volume) for price, volume in zip(prices, volumes, strict=False)), period=period)
    reading = read_tariff({"pricingModel": "SINGLE_RATE", "tariffPeriod": [tariff]}, "gas", usage)
    per_year = {"D": Fraction(365), "W": Fraction(365, 7), "M": Fraction(12), "Y": Fraction(1)}[period[-1]]
    per_year /= int(period[1:-1])
    left, expected = usage / per_year, Fraction(0)
    for amount, volume in zip(prices, volumes, strict=False):
        used = left if volume is None else min(left, Fraction(volume))
        expected += Fraction(amount) / 100 * used * per_year
        left -= used
    assert reading.usage == expected
    assert reading.supply == 365


@given(st.decimals(-(10**9), 10**9, places=6))
def test_amounts_are_exact(amount: Decimal) -> None:
    words = f"{amount:f}"
    assert fraction(words) == Fraction(amount)
    assert scaled(words) == Fraction(amount) * 10**10


@pytest.mark.parametrize("words", ["", "1e3", "1,000", "NaN", "0x10", "+1", "1.", ".5", "1" * 13, "٣", None, 3, True])
def test_what_is_no_plain_number_is_no_amount(words: object) -> None:
    assert fraction(words) is None
    assert scaled(words) is None


def test_season_and_week_refuse_what_they_cannot_read() -> None:
    assert season("02-29", "02-28")[0] == 1
    with pytest.raises(UnreadableError):
        season("13-01", "12-31")
    with pytest.raises(UnreadableError):
        week_minutes(())
