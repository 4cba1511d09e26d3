"""The oracle against numbers worked out by hand: one example all the way, then the ordinary cases of a pricing desk."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fairoffer.model.catalog import Catalog
from tests import oracle
from tests.worked import CATALOG, COMPARE, LIST_PRICE, LOYAL, OLD_ADSL, WELCOME_18, held, numbers, offer, run, small

# -- one example all the way -----------------------------------------------------------------------------------------


def test_loyal_customers_pay_more_than_a_stranger() -> None:
    answer = run(CATALOG, LOYAL)
    for rule in ("by-default", "best-within-reach"):
        found = answer.one(rule=rule, term="total_cost@12")
        assert numbers(found) == ("492.00", "273.21", "218.79")
        assert (found.outcome, found.cells, found.customers, found.customers_coming) == ("house", "all", 12000, 0)
        assert found.gap is not None
        assert Decimal((found.gap * 12000).numerator) / (found.gap * 12000).denominator == Decimal("2625520")
        assert numbers(answer.one(rule=rule, term="total_cost@24")) == ("984.00", "655.81", "328.19")
    assert answer.one(rule="open-to-all", segment="loyal-5y").outcome == "house"
    assert {c.reason for c in answer.comparisons if c.check == "term-gap"} == {"no-equivalent"}


def test_the_held_offer_costs_738_over_the_term() -> None:
    catalog = Catalog.model_validate(CATALOG)
    costs = oracle.costs.Costs(catalog)
    held = oracle.costs.Leg("fibre-100-welcome", 60, "new", None, True)
    stranger = oracle.costs.Leg("fibre-100-welcome", 0, "new")
    assert costs.cost(held, 18, 12).known == 738
    assert costs.cost(stranger, 18, 12).known == Decimal("409.81")


def test_an_old_product_is_compared_with_its_close_match() -> None:
    answer = run(CATALOG, OLD_ADSL)
    found = answer.one(rule="by-default", term="total_cost@12")
    assert (found.product, found.outcome) == ("adsl", "house")
    assert numbers(found) == ("456.00", "273.21", "182.79")
    assert numbers(answer.one(rule="by-default", term="total_cost@24")) == ("912.00", "655.81", "256.19")
    assert {c.reason for c in answer.comparisons if c.check == "term-gap"} == {"not-asked"}


def test_who_joined_last_month_is_judged_where_they_are_free() -> None:
    joined = {**LOYAL, "id": "joined", "tenure_months": {"from": "1", "to": "1"}, "customers": "500"}
    found = run(CATALOG, joined).one(rule="by-default", term="total_cost@12")
    assert numbers(found) == ("492.00", "273.21", "218.79")
    assert (found.outcome, found.customers, found.customers_coming) == ("house", 0, 500)


def test_judged_now_they_still_pay_the_welcome_price() -> None:
    joined = {**LOYAL, "id": "joined", "tenure_months": {"from": "1", "to": "1"}, "customers": "500"}
    found = run(CATALOG, joined, compare=COMPARE | {"at": "now"}).one(rule="by-default", term="total_cost@12")
    # 17 months at 24.99 and 1 at 41.00, plus a fee and less a gift card one month ago, over 18 and stated for 12.
    assert numbers(found) == ("283.88", "273.21", "10.67")
    assert (found.customers, found.customers_coming) == (500, 0)


def test_no_offer_where_the_stranger_may_not_be() -> None:
    south = {**LOYAL, "where": {"region": ["south"]}}
    answer = run(CATALOG, south)
    assert answer.one(rule="by-default", term="total_cost@12").reason == "no-comparator"
    everywhere = {**LOYAL, "where": {}}
    found = run(CATALOG, everywhere).one(rule="by-default", term="total_cost@12")
    assert (found.outcome, found.cells) == ("house", "some")


# -- ordinary cases ----------------------------------------------------------------------------------------------------


def test_mid_contract_is_judged_at_its_end() -> None:
    middle = held("welcome", tenure_months={"from": "9", "to": "9"})
    found = run(small(WELCOME_18, LIST_PRICE), middle).one(rule="best-within-reach", term="total_cost@12")
    assert numbers(found) == ("360.00", "240.00", "120.00")
    assert (found.customers, found.customers_coming) == (0, 100)


def test_who_took_a_contract_again_is_new_to_it_but_not_to_the_firm() -> None:
    again = {**WELCOME_18, "audience": "any", "incentives": [
        {"kind": "cash", "value": "60", "cash_equivalent": "true", "audience": "new"}
    ]}  # fmt: skip
    three_months = held("welcome", tenure_months={"from": "30", "to": "30"}, held_months={"from": "3", "to": "3"})
    now = COMPARE | {"at": "now", "months": ["12"]}
    found = run(small(again), three_months, compare=now).one(rule="by-default", term="total_cost@12")
    # Held: 15 months bound; the pair is over 18: 15 x 20 + 3 x 40 = 420 against 18 x 20 - 60 = 300; no gift for them.
    assert numbers(found) == ("280.00", "200.00", "80.00")
    since_joining = held("welcome", tenure_months={"from": "3", "to": "3"})
    found = run(small(again), since_joining, compare=now).one(rule="by-default", term="total_cost@12")
    assert numbers(found) == ("240.00", "200.00", "40.00")


def test_a_fixed_deal_rolls_onto_the_standard_tariff() -> None:
    standard = offer("standard", "50", kind="standing", fees=[{"kind": "admin", "amount": "12", "when": "start"}])
    fixed = offer("fixed", (12, "30"), kind="fixed", contract={"months": "12", "then": "standard"})
    answer = run(small(fixed, standard), held("fixed", tenure_months={"from": "12"}))
    found = answer.one(rule="by-default", term="total_cost@12")
    # At month 12 the standard tariff begins with its fee; a year later the fee is past.
    assert numbers(found) == ("612.00", "360.00", "252.00")
    assert str(found.gap_least) == "240.00"
    # Staying as it is and taking the fixed deal again: reach has it.
    assert answer.one(rule="best-within-reach", term="total_cost@12").outcome == "pass"
    cliff = answer.one(rule="no-cliff", term="total_cost@24")
    assert (cliff.outcome, cliff.segment, cliff.customers) == ("review", None, None)
    # After 24 months of fixed: 12 x 30, then 12 x 50 and 12; rolled over: 24 x 50 and 12.
    assert numbers(cliff) == ("1212.00", "972.00", "240.00")


def test_a_long_teaser_beats_nobody_who_may_not_leave_it() -> None:
    teaser = offer("teaser", (12, "10"), "40", audience="new", contract={"months": "36"})
    found = run(small(teaser, LIST_PRICE), held("list")).one(rule="by-default", term="total_cost@12")
    # 36 x 30 against 12 x 10 + 24 x 40 = 1080: level at 12 months although the first year costs 120.
    assert numbers(found) == ("360.00", "360.00", "0.00")
    assert found.outcome == "pass"


def test_a_gift_is_spread_over_the_contract() -> None:
    gift = [{"kind": "gift_card", "value": "240", "cash_equivalent": "true"}]
    new = offer("gifted", "30", audience="new", contract={"months": "24"}, incentives=gift)
    answer = run(small(new, LIST_PRICE), held("list"))
    assert numbers(answer.one(rule="by-default", term="total_cost@12")) == ("360.00", "240.00", "120.00")
    assert numbers(answer.one(rule="by-default", term="total_cost@24")) == ("720.00", "480.00", "240.00")
    assert numbers(answer.one(rule="same-incentives")) == ("0.00", "240.00", "240.00")


def test_only_what_the_firm_funds_counts() -> None:
    gift = [{"kind": "cashback", "value": "40", "funded": "10", "cash_equivalent": "true"}]
    answer = run(small(offer("new", "30", audience="new", incentives=gift), LIST_PRICE), held("list"))
    assert numbers(answer.one(rule="by-default", term="total_cost@12")) == ("360.00", "350.00", "10.00")


@pytest.mark.parametrize("worth, outcome, reason", [("true", "house", None), ("false", "pass", None)])
def test_a_gift_counts_when_it_is_as_good_as_cash(worth: str, outcome: str, reason: str | None) -> None:
    gift = [{"kind": "toy", "value": "40", "cash_equivalent": worth}]
    answer = run(small(offer("new", "30", audience="new", incentives=gift), LIST_PRICE), held("list"))
    found = answer.one(rule="by-default", term="total_cost@12")
    assert (found.outcome, found.reason) == (outcome, reason)


def test_a_gift_that_nobody_classified_leaves_the_outcome_open() -> None:
    gift = [{"kind": "gift", "value": "40"}]
    answer = run(small(offer("new", "30", audience="new", incentives=gift), LIST_PRICE), held("list"))
    assert answer.one(rule="by-default", term="total_cost@12").reason == "unclassified-incentive"
    dear = run(small(offer("new", "40", audience="new", incentives=gift), LIST_PRICE), held("list"))
    assert dear.one(rule="by-default", term="total_cost@12").outcome == "pass"


def test_a_closed_product_whose_match_is_open_to_all() -> None:
    products = [
        {"id": "fibre", "type": "broadband"},
        {"id": "adsl", "type": "broadband", "close_match": "fibre", "on_sale": {"to": "2021-06-30"}},
    ]
    old = {"id": "old", "product": "adsl", "pays": {"amount": "38"}, "customers": "10"}
    answer = run(small(LIST_PRICE, products=products), old)
    assert numbers(answer.one(rule="by-default", term="total_cost@12")) == ("456.00", "360.00", "96.00")
    assert numbers(answer.one(rule="best-within-reach", term="total_cost@12")) == ("360.00", "360.00", "0.00")
    assert answer.one(rule="open-to-all").outcome == "pass"


def test_a_closed_product_without_a_match_has_no_comparator() -> None:
    products = [{"id": "fibre", "type": "broadband", "on_sale": {"to": "2021-06-30"}}]
    old = {"id": "old", "product": "fibre", "pays": {"amount": "38"}}
    answer = run(small(offer("gone", "30", valid={"to": "2021-01-01"}), products=products), old)
    assert answer.one(rule="by-default", term="total_cost@12").reason == "no-comparator"


def test_who_left_is_won_back_for_less_than_who_stayed() -> None:
    back = offer("win-back", "25", audience="lapsed")
    loyalty = offer("loyalty", "28", audience="existing", eligibility={"tenure_months": {"from": "24"}})
    stayed = held("list", tenure_months={"from": "24"})
    answer = run(small(back, loyalty, LIST_PRICE), stayed)
    assert numbers(answer.one(rule="best-within-reach", term="total_cost@12")) == ("336.00", "300.00", "36.00")
    assert numbers(answer.one(rule="by-default", term="total_cost@12")) == ("360.00", "300.00", "60.00")
    assert answer.one(rule="no-walk", term="total_cost@12").outcome == "pass"


def test_a_penalty_for_staying_is_a_walk() -> None:
    dear = offer("dear", "35", audience="existing", eligibility={"tenure_months": {"from": "12"}})
    cheap = offer("cheap", "25", audience="existing", eligibility={"tenure_months": {"to": "11"}})
    found = run(small(dear, cheap)).one(rule="no-walk", term="total_cost@12")
    assert numbers(found) == ("420.00", "300.00", "120.00")
    falling = run(small(dear | {"price": [{"amount": "20"}]}, cheap)).one(rule="no-walk", term="total_cost@12")
    assert (falling.outcome, falling.gap) == ("pass", 0)


def test_an_offer_for_staff_is_nobody_elses_comparator() -> None:
    staff = offer("staff", "5", eligibility={"staff": ["yes"]})
    attributes = {"staff": {"values": ["yes", "no"], "assume": "no"}}
    answer = run(small(staff, LIST_PRICE, attributes=attributes), held("list"))
    assert answer.one(rule="by-default", term="total_cost@12").outcome == "pass"
    named = held("list", where={"staff": ["yes"]})
    answer = run(small(staff, LIST_PRICE, attributes=attributes), named)
    assert numbers(answer.one(rule="by-default", term="total_cost@12")) == ("360.00", "60.00", "300.00")


def test_an_intro_offer_once_per_customer() -> None:
    intro = offer("intro", (3, "0"), "30", once="true")
    answer = run(small(intro), held("intro", tenure_months={"from": "3"}))
    assert numbers(answer.one(rule="best-within-reach", term="total_cost@12")) == ("360.00", "270.00", "90.00")
    assert answer.one(rule="open-to-all").outcome == "house"


def test_what_one_gets_only_by_threatening_to_leave() -> None:
    save = offer("save", "22", audience="existing", access="on_leaving")
    answer = run(small(save, LIST_PRICE), held("list"))
    assert numbers(answer.one(rule="no-need-to-ask", term="total_cost@12")) == ("360.00", "264.00", "96.00")
    assert answer.one(rule="by-default", term="total_cost@12").outcome == "pass"


def test_rates_that_cross_with_the_balance() -> None:
    products = [{"id": "fibre", "type": "savings"}]
    tiers = [
        {"percent": "4", "balance": {"to": "2000"}},
        {"percent": "1", "balance": {"from": "2000"}},
    ]
    new = {"id": "tiered", "product": "fibre", "audience": "new", "rates": tiers}
    flat = {"id": "flat", "product": "fibre", "audience": "existing", "rates": [{"percent": "3"}]}
    answer = run(small(new, flat, products=products), held("flat"))
    assert numbers(answer.one(rule="by-default", term="interest_earned@12/1000")) == ("30.00", "40.00", "10.00")
    assert numbers(answer.one(rule="by-default", term="interest_earned@12/2000")) == ("60.00", "80.00", "20.00")
    assert numbers(answer.one(rule="by-default", term="interest_earned@24/10000")) == ("600.00", "320.00", "-280.00")


def test_a_bonus_that_ends_after_a_year() -> None:
    products = [{"id": "fibre", "type": "savings"}]
    rates = [{"percent": "1.5"}, {"percent": "2.5", "months": "12", "kind": "bonus"}]
    bonus = {"id": "bonus", "product": "fibre", "audience": "new", "rates": rates}
    answer = run(small(bonus, products=products), held("bonus", tenure_months={"from": "1"}))
    found = answer.one(rule="by-default", term="interest_earned@12/1000")
    assert numbers(found) == ("15.00", "40.00", "25.00")
    assert numbers(answer.one(rule="by-default", term="interest_earned@24/1000")) == ("30.00", "55.00", "25.00")
    assert numbers(answer.one(rule="no-cliff", term="interest_earned@12/1000")) == ("15.00", "40.00", "25.00")


def test_a_mortgage_rolls_onto_the_variable_rate() -> None:
    products = [{"id": "fibre", "type": "mortgage"}]
    deal = {"id": "deal", "product": "fibre", "rates": [{"percent": "4", "months": "24"}]}
    deal["contract"] = {"months": "24", "then": "svr"}
    variable = {"id": "svr", "product": "fibre", "audience": "existing", "rates": [{"percent": "8"}]}
    answer = run(small(deal, variable, products=products), held("deal", tenure_months={"from": "24"}))
    assert numbers(answer.one(rule="by-default", term="interest_paid@12/10000")) == ("800.00", "400.00", "400.00")
    assert answer.one(rule="best-within-reach", term="interest_paid@12/10000").outcome == "pass"


def test_a_missing_price_counts_only_if_it_could_change_the_outcome() -> None:
    blank = offer("blank", audience="new")
    answer = run(small(blank, LIST_PRICE), held("list"))
    assert answer.one(rule="by-default", term="total_cost@12").reason == "missing-value"
    cheaper = offer("cheaper", "20", audience="new")
    answer = run(small(blank, cheaper, LIST_PRICE), held("list"))
    found = answer.one(rule="by-default", term="total_cost@12")
    assert (found.outcome, str(found.gap_rounded)) == ("house", "120.00")
    same = run(small(offer("blank")), held("blank"))
    assert same.one(rule="by-default", term="total_cost@12").outcome == "pass"


def test_an_audience_that_cannot_be_read() -> None:
    unclear = offer("unclear", "20", audience="unknown")
    answer = run(small(unclear, LIST_PRICE), held("list"))
    assert answer.one(rule="by-default", term="total_cost@12").reason == "audience-unknown"
    cheaper = offer("cheaper", "10", audience="new")
    answer = run(small(unclear, cheaper, LIST_PRICE), held("list"))
    found = answer.one(rule="best-within-reach", term="total_cost@12")
    assert (found.outcome, str(found.gap_rounded), found.gap_max) == ("house", "120.00", 240)


def test_the_other_terms_of_what_costs_no_more() -> None:
    terms = {"speed": {"unit": "Mbit/s", "better": "higher"}}
    new = offer("new", "30", audience="new", contract={"months": "12"}, terms={"speed": "100"})
    slow = offer("slow", "30", audience="existing", terms={"speed": "50"})
    dear = offer("dear", "31", audience="existing", terms={"speed": "200"})
    answer = run(small(new, slow, dear, terms=terms), held("slow"))
    found = answer.one(rule="same-terms", term="speed")
    assert (found.outcome, found.gap, found.values) == ("house", 50, {(Decimal(50), Decimal(100))})
    assert answer.one(rule="same-terms", term="contract_months").gap == -12


def test_the_lower_tier_pays_more_than_the_higher() -> None:
    gold = offer("gold", "20", audience="existing")
    low = held("list", id="low", value_tier="low")
    high = held("gold", id="high", value_tier="high")
    answer = run(small(gold, LIST_PRICE, value_tiers=["low", "high"]), low, high)
    found = answer.one(rule="every-tier", term="total_cost@12")
    assert (found.segment, found.outcome) == ("low", "review")
    assert numbers(found) == ("360.00", "240.00", "120.00")


def test_places_are_made_where_somebody_has_an_offer() -> None:
    attributes = {"channel": {"choice": "true", "values": ["web", "phone", "shop"]}}
    web = offer("web", "20", audience="new", eligibility={"channel": ["web"]})
    phone = offer("phone", "25", eligibility={"channel": ["phone"]})
    catalog = small(web, phone, attributes=attributes)
    like = COMPARE | {"like_for_like": ["product", "channel"]}
    answer = run(catalog, held("phone"), compare=like)
    found = {c.place: c.outcome for c in answer.comparisons if c.rule == "by-default" and c.term == "total_cost@12"}
    assert found == {(("channel", "web"),): "house", (("channel", "phone"),): "pass"}
    anywhere = run(catalog, held("phone")).one(rule="by-default", term="total_cost@12")
    assert numbers(anywhere) == ("300.00", "240.00", "60.00")


def test_without_a_segments_file_the_groups_are_derived() -> None:
    answer = run(small(WELCOME_18, LIST_PRICE))
    assert answer.one(rule="by-default", segment="everyone", term="total_cost@12").reason == "not-asked"
    found = answer.one(rule="by-default", segment="rolled over", term="total_cost@12")
    assert numbers(found) == ("480.00", "240.00", "240.00")
    assert found.customers is None
    reach = answer.one(rule="best-within-reach", segment="rolled over", term="total_cost@12")
    assert numbers(reach) == ("360.00", "240.00", "120.00")


def test_the_ledger_adds_up() -> None:
    ledger = run(CATALOG, LOYAL, OLD_ADSL).ledger
    counted = ledger["pass"] + ledger["failed"] + ledger["out_of_scope"] + sum(ledger["not_assessable"].values())
    assert ledger["all"] == counted > 0
