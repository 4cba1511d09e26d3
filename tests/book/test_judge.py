"""The judge of a book says of every row what the exact engine says of it."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fairoffer.book.slots import FAIL, OUT, PASS, WHOLE, reason_of
from fairoffer.book.synth_catalog import catalog_text
from fairoffer.book.synth_market import Plan
from fairoffer.book.synth_planted import Planted
from fairoffer.book.synth_rows import numbers, table
from fairoffer.book.wide import Portion
from fairoffer.errors import InputError, PolicyError
from fairoffer.model.inputs import load_inputs
from tests.book.judge_books import BookMaker, DrawnBook, OpenBook, Said, differences, said_of, units
from tests.book.synth_book import COLUMNS, sums, synth_book
from tests.engine import SOAK
from tests.strategies_rows import drawer

some = settings(
    max_examples=3000 if SOAK else int(os.environ.get("FAIROFFER_EXAMPLES", "100")),
    deadline=None,
    derandomize=not SOAK,
    phases=[phase for phase in Phase if SOAK or phase not in (Phase.shrink, Phase.explain)],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
DAY = date(2026, 11, 21)
CATALOG: dict[str, Any] = {
    "id": "small",
    "currency": "GBP",
    "attributes": {"channel": {"choice": "true", "values": ["web", "shop"]}},
    "terms": {"speed": {"unit": "Mbit/s", "better": "higher"}},
    "products": [{"id": "p1", "type": "broadband"}, {"id": "s1", "type": "savings"}, {"id": "l1", "type": "loan"}],
    "offers": [],
}
RULE: dict[str, Any] = {"id": "rule", "check": "default-gap", "level": "house", "terms": ["total_cost"]}
QUOTE = {"basis": "new-customer", "price": "quoted"}


@st.composite
def books(draw: Any) -> DrawnBook:
    return BookMaker(drawer(draw)).book()


def opened(table: dict[str, list[Any]], columns: dict[str, Any], rule: dict[str, Any] | None = None) -> OpenBook:
    """A book under one rule."""
    own = {**RULE, **(rule or {})}
    facts = own.pop("facts", {})
    like = own.pop("like", ["product"])
    policy = {"id": "drawn", "facts": facts, "compare": {"like_for_like": like}, "rules": [own]}
    rows = max(len(values) for values in table.values())
    ids = {"id": [f"c{n}" for n in range(rows)]}
    return DrawnBook(CATALOG, policy, {"customer": "id", **columns}, {**ids, **table}, DAY).opened()


def said(book: OpenBook) -> list[Said | None]:
    """What the only slot says of every row, once the exact engine has been found to say the same."""
    (one,) = book.judge().judge(book.portion)
    assert book.told() == book.wanted()
    return [in_ten_thousandths(said_of(one, row), one.slot.unit) for row in range(book.portion.frame.height)]


def in_ten_thousandths(one: Said | None, unit: int) -> Said | None:
    """What is said of a row, its amounts in ten-thousandths, half up."""
    if one is None or one[2] is None or one[3] is None:
        return one
    gap, mine = (units(Fraction(size, unit), WHOLE) for size in one[2:4])
    return (*one[:2], gap, mine, one[4])


def priced(price: list[str | None], quoted: list[str | None], **rule: Any) -> list[Said | None]:
    columns = {"price": "price", "quotes": [QUOTE]}
    return said(opened({"price": price, "quoted": quoted}, columns, rule))


def missing(reason: str) -> Said:
    return ("not-assessable", reason, None, None, None)


@some
@given(books())
def test_every_row_comes_out_as_the_exact_engine_says(book: DrawnBook) -> None:
    assert differences(book) == []


def test_a_gap_a_pass_and_what_is_not_there() -> None:
    assert priced(["412.00", "400", None, "1"], ["400.00", "400", "400", None]) == [
        ("fail", None, 120_000, 4_120_000, 0),
        ("pass", None, 0, 4_000_000, 0),
        missing("missing-value"),
        missing("no-comparator"),
    ]


def test_a_gap_is_judged_as_it_is_printed() -> None:
    assert [one[0] for one in priced(["100.0049", "100.005"], ["100", "100"]) if one] == ["pass", "fail"]


@pytest.mark.parametrize(
    "tolerance, outcomes",
    [
        ({"money": "5"}, ["pass", "pass", "fail"]),
        ({"percent": "5"}, ["pass", "pass", "fail"]),
        ({"percent": "4.999"}, ["pass", "fail", "fail"]),
        ({"money": "4.99", "percent": "1"}, ["pass", "fail", "fail"]),
    ],
)
def test_a_tolerance_is_passed_by_what_equals_it(tolerance: dict[str, str], outcomes: list[str]) -> None:
    found = priced(["104.99", "105.00", "105.01"], ["100", "100", "100"], tolerance=tolerance)
    assert [one[0] for one in found if one] == outcomes


def test_amounts_of_other_periods_are_brought_exactly() -> None:
    columns = {
        "price": "price",
        "per": {"value": "month"},
        "contract": {"months": "months"},
        "quotes": [{"basis": "new-customer", "price": "quoted", "per": {"value": "year"}}],
    }
    book = opened({"price": ["10", "10.00"], "quoted": ["100", "120"], "months": [12, 18]}, columns)
    # 100 a year is 8.33 1/3 a month: 1.66 2/3 less, a half rounded away from zero.
    assert said(book) == [("fail", None, 16_667, 100_000, 1), ("pass", None, 0, 100_000, 1)]


def test_a_fee_that_is_due_once_falls_to_the_months_of_the_term() -> None:
    columns = {
        "price": "price",
        "per": {"value": "month"},
        "contract": {"months": "months"},
        "fees": {},
        "quotes": [{**QUOTE, "fees": {"setup": {"column": "setup", "absent": "none"}}}],
    }
    book = opened({"price": ["21", "21"], "quoted": ["20", "20"], "setup": ["9", "25"], "months": [18, 24]}, columns)
    assert said(book) == [("fail", None, 5_000, 210_000, 1), ("pass", None, -417, 210_000, 1)]


def test_a_percentage_is_of_the_price_for_the_term() -> None:
    gift = {"gift": {"column": "gift", "size": "percent", "cash_equivalent": "true"}}
    columns = {
        "price": "price",
        "per": {"value": "year"},
        "contract": {"months": "months"},
        "quotes": [{**QUOTE, "incentives": gift}],
    }
    table = {"price": ["100", "100"], "quoted": ["120", "100"], "gift": ["10", "12.5"], "months": [1, 7]}
    found = said(opened(table, columns, {"check": "incentive-gap", "terms": []}))
    # A tenth of 10.00 for a month; an eighth of 58.33 1/3 for seven.
    assert found == [("fail", None, 10_000, 0, 0), ("fail", None, 72_917, 0, 0)]


def test_of_several_quotes_the_worst_counts() -> None:
    columns = {"price": "price", "quotes": [QUOTE, {**QUOTE, "price": "other"}]}
    book = opened({"price": ["100", "100"], "quoted": ["90", "110"], "other": ["95", None]}, columns)
    assert said(book) == [("fail", None, 100_000, 1_000_000, 0), ("pass", None, -100_000, 1_000_000, 0)]


def test_a_quote_for_another_channel_or_risk_is_none() -> None:
    columns = {
        "price": "price",
        "channel": "channel",
        "risk": "risk",
        "quotes": [{**QUOTE, "channel": "quoted_channel", "risk": "quoted_risk"}],
    }
    table = {
        "price": ["2", "2", "2", "2"],
        "quoted": ["1", "1", "1", "1"],
        "channel": ["web", "web", None, "web"],
        "quoted_channel": ["web", "shop", "shop", None],
        "risk": ["r1", "r1", "r1", "r1"],
        "quoted_risk": ["r1", "r1", "r1", "r2"],
    }
    assert said(opened(table, columns, {"like": ["product", "channel", "risk"]})) == [
        ("fail", None, 10_000, 20_000, 0),
        missing("no-comparator"),
        missing("missing-value"),
        missing("risk-differs"),
    ]


def test_tax_is_brought_to_the_rows_basis_and_rounded() -> None:
    columns = {
        "price": "price",
        "tax": {"included": {"value": "true"}},
        "quotes": [{**QUOTE, "tax": {"included": {"value": "false"}, "rate": {"value": "20"}}}],
    }
    book = opened({"price": ["120.00", "12.34"], "quoted": ["100", "10.28"]}, columns)
    # 10.28 and a fifth is 12.336, which is paid as 12.34.
    assert said(book) == [("pass", None, 0, 1_200_000, 0), ("pass", None, 0, 123_400, 0)]


@pytest.mark.parametrize("rate", ["19.99999999", "0.00000001", "99999999.99999999"])
@pytest.mark.parametrize("quoted", ["0.01", "10000000.00", "99999999.9999"])
@pytest.mark.parametrize("included", ["true", "false"])
def test_taxes_of_many_digits_are_exact(rate: str, quoted: str, included: str) -> None:
    other = "false" if included == "true" else "true"
    columns = {
        "price": "price",
        "tax": {"included": {"value": included}},
        "quotes": [{**QUOTE, "tax": {"included": {"value": other}, "rate": {"value": rate}}}],
    }
    found = said(opened({"price": ["500", "500"], "quoted": [quoted, quoted]}, columns))
    assert found[0] is not None


def test_more_is_better_where_rates_are_earned_and_less_where_they_are_paid() -> None:
    columns = {
        "rate": "rate",
        "product": "product",
        "quotes": [{"basis": "new-customer", "rate": "quoted"}],
    }
    table = {"rate": ["2", "2", "2"], "quoted": ["1.5", "1.5", "1.5"], "product": ["s1", "l1", None]}
    book = opened(table, columns, {"terms": ["rate"]})
    paid, earned = book.judge().judge(book.portion)
    assert (paid.slot.sign, earned.slot.sign) == (1, -1)
    assert book.told() == book.wanted()
    assert said_of(earned, 0) == ("pass", None, -5_000, 20_000, 0)
    assert said_of(paid, 1) == ("fail", None, 5_000, 20_000, 0)
    assert said_of(earned, 2) == missing("missing-value")
    assert said_of(paid, 0) is None


def test_a_row_that_cannot_be_read_passes_nothing() -> None:
    columns = {"price": "price", "quotes": [QUOTE], "channel": "channel"}
    book = opened({"price": ["1", "-1", "1"], "quoted": ["2", "2", "2"], "channel": ["web", "web", "boat"]}, columns)
    (one,) = book.judge().judge(book.portion)
    assert [reason_of(int(code)) for code in one.outcome] == [None, "unreadable", "unreadable"]
    assert one.known.tolist() == [True, False, False]


def test_a_scope_that_is_not_known_is_neither_in_nor_out() -> None:
    columns = {"price": "price", "quotes": [QUOTE], "consumer": "consumer", "facts": {"vip": "vip"}}
    table = {
        "price": ["2", "2", "2", "2"],
        "quoted": ["1", "1", "1", "1"],
        "consumer": [True, False, None, True],
        "vip": ["false", "false", "false", None],
    }
    rule = {"scope": "consumer AND NOT vip", "facts": {"vip": "boolean"}}
    assert said(opened(table, columns, rule)) == [
        ("fail", None, 10_000, 20_000, 0),
        ("out-of-scope", None, None, None, None),
        missing("scope-unknown"),
        missing("scope-unknown"),
    ]


def test_a_condition_over_customers_has_no_values() -> None:
    columns = {"price": "price", "previous": {"price": "before"}, "quotes": []}
    rule = {"check": "condition", "table": "customers", "condition": "price > previous_price * 1.1", "terms": []}
    book = opened({"price": ["110", "110.01", "1"], "before": ["100", "100", None]}, columns, rule)
    assert said(book) == [
        ("pass", None, None, None, None),
        ("fail", None, None, None, None),
        missing("missing-value"),
    ]


def test_a_condition_that_cannot_be_used_says_where_it_stands() -> None:
    rule = {"check": "condition", "table": "customers", "condition": "nonsense > 1", "terms": []}
    book = opened({"price": ["1"]}, {"price": "price"}, rule)
    with pytest.raises(PolicyError, match="nonsense"):
        book.judge()


def test_a_fact_of_the_catalog_that_does_not_fit_is_a_problem() -> None:
    policy = {"id": "drawn", "facts": {"visits": "integer"}, "rules": [{**RULE, "scope": "visits > 1"}]}
    catalog = {**CATALOG, "facts": {"visits": "many"}}
    book = DrawnBook(catalog, policy, {"price": "price"}, {"price": ["1"]}, DAY).opened()
    with pytest.raises(InputError, match="visits"):
        book.judge()


def test_a_rule_that_does_not_bind_yet_says_nothing_of_anybody() -> None:
    columns = {"price": "price", "quotes": [QUOTE]}
    book = opened({"price": ["2"], "quoted": ["1"]}, columns, {"effective": {"from": "2030-01-01"}})
    (one,) = book.judge().judge(book.portion)
    assert one.outcome.tolist() == [OUT]
    assert not one.known.any()


def test_numbers_at_the_edge_of_what_is_read_are_exact() -> None:
    most = "999999999999.9999"
    columns = {
        "price": "price",
        "per": {"value": "term"},
        "contract": {"months": {"value": "7"}},
        "quotes": [{**QUOTE, "per": {"value": "month"}}],
    }
    book = opened({"price": [most, most, "7"], "quoted": [most, "0.0001", "1"]}, columns)
    found = said(book)
    # Seven months of it have more digits than fit; that is said, and nothing is rounded away.
    assert found[0] == ("not-assessable", "unreadable", None, None, None)
    assert found[1] == ("fail", None, 10**16 - 1 - 7, 10**16 - 1, 7)
    assert found[2] == ("pass", None, 0, 70_000, 7)


def test_a_portion_without_rows_is_judged() -> None:
    book = opened({"price": ["2"], "quoted": ["1"]}, {"price": "price", "quotes": [QUOTE]})
    empty = Portion(1, book.portion.frame[:0], [])
    (one,) = book.judge().judge(empty)
    assert [len(one.outcome), len(one.gap), len(one.mine), len(one.known)] == [0, 0, 0, 0]


@settings(some, max_examples=30)
@given(books(), st.integers(1, 11))
def test_portions_and_the_order_of_rows_change_nothing(book: DrawnBook, at: int) -> None:
    whole = book.opened()
    judge = whole.judge()
    frame = whole.portion.frame
    turned = judge.judge(Portion(1, frame.reverse(), []))
    halves = [judge.judge(Portion(1, part, [])) for part in (frame[:at], frame[at:])]
    for number, one in enumerate(judge.judge(whole.portion)):
        rows = [said_of(one, row) for row in range(frame.height)]
        assert rows == [said_of(turned[number], frame.height - 1 - row) for row in range(frame.height)]
        parts = [(half[number], row) for half in halves for row in range(len(half[number].outcome))]
        assert rows == [said_of(part, row) for part, row in parts]


def test_several_threads_may_judge_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fairoffer.book.exact.MOST_KEPT", 20)
    fees = {"setup": {"column": "setup", "when": "start"}}
    columns = {
        "price": "price",
        "fees": fees,
        "quotes": [{**QUOTE, "fees": {"setup": {"column": "other", "when": "month"}}}],
    }
    table = {
        "price": [str(n % 40) for n in range(400)],
        "quoted": [str(n % 31) for n in range(400)],
        "setup": [str(n % 7) for n in range(400)],
        "other": [str(n % 5) for n in range(400)],
    }
    book = opened(table, columns, {"check": "component-gap", "terms": []})
    judge, frame = book.judge(), book.portion.frame
    portions = [Portion(at + 1, frame[at : at + 40], []) for at in range(0, 400, 40)]
    alone = [judge.judge(portion)[0].outcome.tolist() for portion in portions]
    with ThreadPoolExecutor(4) as pool:
        together = [found[0].outcome.tolist() for found in pool.map(judge.judge, portions * 3)]
    assert together == alone * 3


# -- a book in which what there is to find is known ------------------------------------------------------------------


@pytest.mark.parametrize("broken", [0, 1 << 22])
def test_what_was_planted_comes_back_to_the_ten_thousandth(tmp_path: Path, broken: int) -> None:
    plan = Plan(rows=30_000, seed=7, broken=broken)
    portion = numbers(plan, 0, plan.rows)
    planted = Planted(plan)
    planted.add(portion)
    known = planted.as_json()
    path = tmp_path / "catalog.yaml"
    path.write_text(catalog_text(plan), encoding="utf-8")
    book = synth_book(table(plan, portion), load_inputs(path).catalog, known["rules"])
    parts = [book.judge.judge(one) for one in book.portions(7_000)]
    for number, rule in enumerate(known["rules"]):
        found = tuple(map(sum, zip(*(sums(part[number]) for part in parts), strict=True)))
        money = tuple(int(Decimal(rule[name]) * 10_000) for name in ("gross", "net"))
        assert found == (rule["customers"], rule["worse"], *money), rule["id"]


def test_the_best_offer_of_the_catalog_is_what_the_rows_quote(tmp_path: Path) -> None:
    plan = Plan(rows=20_000, seed=3)
    path = tmp_path / "catalog.yaml"
    path.write_text(catalog_text(plan), encoding="utf-8")
    catalog = load_inputs(path).catalog
    raw = table(plan, numbers(plan, 0, plan.rows)).filter(per="month")
    scope = "product_type = 'broadband' AND consumer"
    rule = {"id": "rule", "check": "default-gap", "with": "new-customer", "scope": scope}
    quoted = synth_book(raw, catalog, [{**rule, "terms": ["total_cost"]}])
    without = {name: column for name, column in COLUMNS.items() if name != "quotes"}
    offered = synth_book(raw, catalog, [{**rule, "terms": ["total_cost"]}], without, comparator="catalog")
    (one,), (other,) = ([*book.judge.judge(next(book.portions(raw.height)))] for book in (quoted, offered))
    assert other.slot.term == "total_cost@12"
    assert one.outcome.tolist() == other.outcome.tolist()
    assert set(one.outcome.tolist()) == {OUT, PASS, FAIL}
    assert (one.gap[one.known] * 12 * other.slot.unit // one.slot.unit).tolist() == other.gap[other.known].tolist()
