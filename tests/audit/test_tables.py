"""Tables that conditions read: what each column is filled from, and what is not known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from fairoffer.audit.tables import book_rows, compiled, key_rows, truths
from fairoffer.compare.groups import groups_of
from fairoffer.errors import InputError, PolicyError
from fairoffer.model.columns import PREFIXES, TABLES
from tests.audit.rows import DAY, SEGMENT, bound_of, column, inputs, shelf_of, table_of

D = Decimal
ROW: dict[str, Any] = {
    "customer": "a",
    "count": "3",
    "supplier": "Other",
    "brand": "Blue",
    "product": "fibre",
    "product_type": "mobile",
    "consumer": "true",
    "group_policy": "false",
    "vulnerable": "true",
    "hardship": "false",
    "value_tier": "high",
    "tenure_months": "25",
    "renewal_no": "2",
    "event": "renewal",
    "on": "2026-12-01",
    "renewal": {"after_old": "true", "notice": "false", "encouraged": "true", "same_intermediary": "false"},
    "channel": "web",
    "channel_renewal": "phone",
    "channel_moved_by": "customer",
    "payment_method": "card",
    "risk": "r1",
    "rating": "v7",
    "like": {"meter-type": "smart"},
    "price": "412.00",
    "per": "year",
    "rate": "1.10",
    "finance_rate": "9.9",
    "tax": {"included": "false", "rate": "12"},
    "fees": [
        {"kind": "set up", "amount": "9.99"},
        {"kind": "paper", "amount": "1.50", "when": "month", "party": "broker"},
        {"kind": "set-up", "amount": "0.01"},
    ],
    "addons": [{"id": "legal", "price": "25.00", "party": "lawyer"}, {"id": "key", "price": "5.00"}],
    "incentives": [{"kind": "card", "value": "50.00", "cash_equivalent": "true", "funded": "40.00"}],
    "parts": [{"party": "insurer", "amount": "250.00"}, {"party": "broker", "amount": "50.00"}],
    "terms": {"speed.mbps": "100"},
    "paid": "400.00",
    "expected_cost": "300.00",
    "contract": {
        "made": "2025-11-30",
        "ends": "2026-10-21",
        "months": "12",
        "notice_days": "14",
        "rise": {"type": "cpi", "plus": "3.9", "schedule": ["04-01"], "prominent": "false"},
    },
    "previous": {"price": "380.00", "changed_price": "390.00", "fees": "2.00"},
    "quotes": [
        {"basis": "new-customer", "price": "350.00", "channel": "phone"},
        {"basis": "new-customer", "price": "340.00", "channel": "web"},
        {"basis": "first-renewal", "price": "360.00"},
        {"basis": "standing-offer", "price": "370.00"},
        {"basis": "best-open", "price": "330.00"},
        {"basis": "front-book", "price": "320.00"},
        {"basis": "own-previous", "price": "310.00"},
    ],
}
OF_ROW: dict[str, Any] = {
    "customer": "a",
    "segment": None,
    "supplier": "Other",
    "brand": "Blue",
    "product": "fibre",
    "product_type": "mobile",
    "jurisdiction": "UK",
    "currency": "GBP",
    "held_offer": None,
    "value_tier": "high",
    "event": "renewal",
    "channel": "web",
    "channel_renewal": "phone",
    "channel_moved_by": "customer",
    "payment_method": "card",
    "risk": "r1",
    "rating": "v7",
    "per": "year",
    "contract_rise_type": "cpi",
    "consumer": True,
    "group_policy": False,
    "vulnerable": True,
    "hardship": False,
    "renewal_after_old": True,
    "renewal_notice": False,
    "renewal_encouraged": True,
    "renewal_same_intermediary": False,
    "tax_included": False,
    "contract_rise_prominent": False,
    "contract_rise_dated": True,
    "contract_ended": True,
    "customers": 3,
    "tenure_months": 25,
    "tenure_from": 25,
    "tenure_to": 25,
    "renewal_no": 2,
    "contract_months": 12,
    "contract_notice_days": 14,
    "months_out_of_contract": 1,
    "months_since_contract_made": 11,
    "on": date(2026, 12, 1),
    "contract_made": date(2025, 11, 30),
    "contract_ends": date(2026, 10, 21),
    "price": D("412"),
    "paid": D("400"),
    "expected_cost": D("300"),
    "rate": D("1.1"),
    "finance_rate": D("9.9"),
    "tax_rate": D("12"),
    "fees": D("11.50"),
    "addons": D("30"),
    "previous_price": D("380"),
    "previous_changed_price": D("390"),
    "previous_fees": D("2"),
    "contract_rise_plus": D("3.9"),
    "quote_new_customer": D("350"),
    "quote_first_renewal": D("360"),
    "quote_standing_offer": D("370"),
    "quote_best_open": D("330"),
    "quote_front_book": D("320"),
    "quote_own_previous": D("310"),
    "like_meter_type": "smart",
    "like_region": None,
    "terms_speed_mbps": D("100"),
    "terms_other": None,
    "fees_set_up": D("10"),
    "fees_other": D("0"),
    "addons_legal": D("25"),
    "addons_other": D("0"),
    "parts_insurer": D("250"),
    "parts_other": D("0"),
}
NOTICE: dict[str, Any] = {
    "id": "n1",
    "kind": "renewal",
    "customer": "a",
    "sent": "2026-10-31",
    "event_on": "2026-12-01",
    "shows": ["prior_premium", "cheapest-tariff"],
    "values": {"prior.premium": "380.00"},
    "lists": [{"audience": "new", "price": "19.00"}, {"audience": "existing", "price": "21.00", "product": "adsl"}],
    "text": "Your renewal",
}
OF_NOTICE: dict[str, Any] = {
    "notice": "n1",
    "kind": "renewal",
    "text": "Your renewal",
    "sent": date(2026, 10, 31),
    "event_on": date(2026, 12, 1),
    "days_before": 31,
    "months_since": 0,
    "lists": 2,
    "lists_new": True,
    "lists_existing": True,
    "lists_price": D("19"),
    "lists_new_price": D("19"),
    "shows_prior_premium": True,
    "shows_cheapest_tariff": True,
    "shows_other": False,
    "values_prior_premium": D("380"),
    "values_other": None,
}
OF_RECORD: dict[str, Any] = {
    "record": "r1",
    "kind": "review",
    "subject": "a",
    "party": "auditor",
    "dated": date(2026, 8, 21),
    "months_since": 3,
}
OF_OFFER: dict[str, Any] = {
    "offer": "welcome",
    "name": "Welcome to Fibre",
    "product": "fibre",
    "product_type": "broadband",
    "supplier": "Example",
    "jurisdiction": "UK",
    "currency": "GBP",
    "audience": "new",
    "audience_from": "code",
    "new_to": "group",
    "access": "on_request",
    "kind": "variable",
    "per": "year",
    "contract_rise_type": "money",
    "contract_then": "plain",
    "once": True,
    "on_sale": True,
    "tests_tenure": True,
    "contract_rise_prominent": True,
    "contract_rise_dated": True,
    "valid_from": date(2026, 11, 21),
    "valid_to": date(2026, 12, 31),
    "price": D("20"),
    "price_last": D("30.50"),
    "rate": D("1.75"),
    "fees": D("11.99"),
    "incentives": D("51"),
    "contract_exit_fee": D("120"),
    "contract_rise_plus": D("3"),
    "contract_months": 18,
    "contract_notice_days": 30,
    "months": 6,
}
LINE = dict.fromkeys(
    ("when_due", "party", "audience", "notice", "amount", "percent", "points", "funded", "cash_equivalent")
)
OF_LINES: list[dict[str, Any]] = [
    {**LINE, "line": "fee", "name": "set up", "when_due": "start", "amount": D("9.99")},
    {**LINE, "line": "fee", "name": "paper", "when_due": "month", "party": "broker", "amount": D("1.5")},
    {**LINE, "line": "fee", "name": "set-up", "when_due": "start", "amount": D("0.01")},
    {**LINE, "line": "addon", "name": "legal", "party": "lawyer", "amount": D("25")},
    {**LINE, "line": "addon", "name": "key", "amount": D("5")},
    {**LINE, "line": "incentive", "name": "card", "amount": D("50"), "funded": D("40"), "cash_equivalent": True},
    {**LINE, "line": "part", "name": "insurer", "party": "insurer", "amount": D("250")},
    {**LINE, "line": "part", "name": "broker", "party": "broker", "amount": D("50")},
    {**LINE, "line": "listed", "name": None, "audience": "new", "notice": "n1", "amount": D("19")},
    {**LINE, "line": "listed", "name": "adsl", "audience": "existing", "notice": "n1", "amount": D("21")},
]
FULL = inputs(
    book=[ROW],
    notices=[NOTICE],
    records=[{"id": "r1", "kind": "review", "date": "2026-08-21", "subject": "a", "party": "auditor"}],
)


def expected(table: str) -> list[dict[str, Any]]:
    """What the rows of FULL must hold, table by table; those about a customer hold the customer's columns, too."""
    if table == "lines":
        return [{**OF_ROW, **line} for line in OF_LINES]
    own = {"customers": {}, "notices": OF_NOTICE, "records": OF_RECORD}
    return [OF_OFFER] if table == "offers" else [{**OF_ROW, **own[table]}]


@pytest.mark.parametrize("table", TABLES)
def test_every_column_holds_what_the_inputs_say(table: str) -> None:
    rows = expected(table)
    names = set(rows[0])
    fixed = {found.name for found in TABLES[table]}
    assert fixed <= names
    for prefix in PREFIXES[table]:
        assert any(name.startswith(prefix.name.partition("<")[0]) for name in names - fixed), prefix.name
    frame = table_of(FULL, table, *names).frame
    for name in sorted(names):
        assert frame[name].to_list()[: len(rows)] == [row[name] for row in rows], name


@pytest.mark.parametrize("table", [table for table in TABLES if table != "offers"])
def test_every_column_is_unknown_or_nothing_where_nothing_is_said(table: str) -> None:
    bare = inputs(
        book=[{"customer": "a", "fees": [{"kind": "x", "amount": "1"}]}],
        notices=[{"id": "n", "kind": "k", "customer": "a"}],
        records=[{"id": "r", "kind": "k", "subject": "a"}],
        catalog={"supplier": None, "jurisdiction": None, "tax": None, "currency": "XXX"},
    )
    said = {"customer", "customers", "fees", "fees_other", "per"}
    own = {
        "customers": set(),
        "notices": {"notice", "kind", "lists", "lists_new", "lists_existing", "shows_other"},
        "records": {"record", "kind", "subject"},
        "lines": {"line", "name", "when_due", "amount"},
    }
    names = [*(found.name for found in TABLES[table]), "like_x", "terms_x", "addons_x", "parts_x", "fees_other"]
    frame = table_of(bare, table, *names, *(["shows_other", "values_x"] if table == "notices" else [])).frame
    known = {name for name in frame.columns if name != "#" and frame[name][0] is not None}
    assert known == said | own[table]


def test_offers_say_little_where_little_is_written() -> None:
    names = [found.name for found in TABLES["offers"]]
    row = table_of(inputs(), "offers", *names).frame.row(1, named=True)
    assert {name: row[name] for name in ("audience", "audience_from", "access", "once", "on_sale", "tests_tenure")} == {
        "audience": "any",
        "audience_from": "not-stated",
        "access": "listed",
        "once": False,
        "on_sale": True,
        "tests_tenure": False,
    }
    unknown = ("price", "price_last", "rate", "valid_from", "valid_to", "contract_exit_fee", "contract_then", "months")
    assert [row[name] for name in unknown] == [None] * len(unknown)
    assert (row["fees"], row["incentives"], row["contract_months"]) == (D(0), D(0), 0)


@pytest.mark.parametrize(
    ("day", "on_sale"),
    [(date(2026, 11, 20), False), (DAY, True), (date(2026, 12, 31), True), (date(2027, 1, 1), False)],
)
def test_an_offer_is_on_sale_on_the_days_on_which_it_can_be_taken(day: date, on_sale: bool) -> None:
    assert column(inputs(), "offers", "on_sale", day=day)[0] is on_sale


def test_segments_are_customers_too() -> None:
    one_tenure = {**SEGMENT, "id": "exact", "tenure_months": "60", "holds": None, "product": "adsl"}
    found = inputs(segments=[SEGMENT, {k: v for k, v in one_tenure.items() if v}], book=[{"customer": "a"}])
    names = ("segment", "customer", "product", "product_type", "held_offer", "value_tier", "customers", "price")
    rows = table_of(found, "customers", *names, "tenure_months", "tenure_from", "tenure_to").frame.drop("#").rows()
    assert rows == [
        ("loyal", None, "fibre", "broadband", "plain", "low", 1200, None, None, 60, None),
        ("exact", None, "adsl", "broadband", None, "low", 1200, None, 60, 60, 60),
        (None, "a", None, None, None, None, 1, None, None, None, None),
    ]
    subjects = table_of(found, "customers", "product").subjects
    assert [(s.segment, s.customer, s.row, s.count, s.product) for s in subjects] == [
        ("loyal", None, None, 1200, "fibre"),
        ("exact", None, None, 1200, "adsl"),
        (None, "a", 0, 1, ""),
    ]


def test_the_nearest_statement_wins() -> None:
    offers = [{"id": "plain", "product": "fibre", "facts": {"near": "offer", "consumer": "true"}}]
    catalog = {
        "facts": {"near": "catalog", "far": "catalog", "hardship": "true", "age": "70"},
        "products": [{"id": "fibre", "type": "broadband", "facts": {"near": "product", "middle": "product"}}],
        "offers": offers,
    }
    rows = [{"customer": "a", "product": "fibre", "facts": {"near": "row"}}, {"customer": "b", "hardship": "false"}]
    facts = {"near": "text", "middle": "text", "far": "text", "age": "integer"}
    found = inputs(book=rows, segments=[{**SEGMENT, "facts": {"middle": "segment"}}], catalog=catalog, facts=facts)
    names = ("near", "middle", "far", "age", "consumer", "hardship")
    assert table_of(found, "customers", *names).frame.drop("#").rows() == [
        ("offer", "segment", "catalog", 70, True, True),
        ("row", "product", "catalog", 70, None, True),
        ("catalog", None, "catalog", 70, None, False),
    ]
    assert column(found, "offers", "near") == ["offer"]


def test_notices_and_records_state_facts_before_their_customer() -> None:
    found = inputs(
        book=[{"customer": "a", "facts": {"asked": "false", "said": "true"}}],
        notices=[{"id": "n", "kind": "k", "customer": "a", "facts": {"asked": "true"}}],
        records=[{"id": "r", "kind": "k", "subject": "a", "facts": {"asked": "true"}}],
        facts={"asked": "boolean", "said": "boolean"},
    )
    for table in ("notices", "records"):
        assert table_of(found, table, "asked", "said").frame.drop("#").rows() == [(True, True)]


def test_a_fact_of_the_wrong_type_is_a_fault_of_the_input() -> None:
    found = inputs(book=[{"customer": "a", "facts": {"consumer": "yes"}}], catalog={"facts": {"tenure_months": "x"}})
    with pytest.raises(InputError) as caught:
        table_of(found, "customers", "consumer", "tenure_months")
    first, second = str(caught.value).splitlines()
    assert first.startswith("case.yaml:3:5: facts.tenure_months: must be a whole number, not 'x'")
    assert second.startswith("case.yaml:7:1: facts.consumer: must be true or false, not 'yes'; write true")
    assert table_of(found, "customers", "hardship").frame["hardship"].to_list() == [None]


def test_of_a_customer_with_several_rows_only_what_they_agree_on_is_known() -> None:
    rows = [
        {"customer": "a", "product": "fibre", "channel": "web", "consumer": "true", "count": "2"},
        {"customer": "a", "product": "adsl", "channel": "web", "count": "5"},
    ]
    found = inputs(book=rows, notices=[{"id": "n", "kind": "k", "customer": "a"}])
    table = table_of(found, "notices", "channel", "product", "consumer")
    assert table.frame.drop("#").rows() == [("web", None, None)]
    assert [(s.notice, s.customer, s.product, s.count) for s in table.subjects] == [("n", None, "", 5)]


def test_a_notice_to_nobody_in_the_book_knows_the_catalog_only() -> None:
    notices = [{"id": "n", "kind": "k", "customer": "gone"}, {"id": "m", "kind": "k"}]
    found = inputs(book=[{"customer": "a", "channel": "web"}], notices=notices)
    rows = table_of(found, "notices", "customer", "channel", "jurisdiction").frame.drop("#").rows()
    assert rows == [("gone", None, "UK"), (None, None, "UK")]


def test_records_may_be_about_segments_and_products() -> None:
    records = [{"id": str(i), "kind": "k", "subject": s} for i, s in enumerate(("loyal", "fibre", "nobody"))]
    found = inputs(segments=[SEGMENT], records=[*records, {"id": "firm", "kind": "k"}])
    table = table_of(found, "records", "product", "segment", "customers")
    assert table.frame.drop("#").rows() == [
        ("fibre", "loyal", 1200),
        ("fibre", None, None),
        (None, None, None),
        (None, None, None),
    ]
    assert [(s.record, s.product, s.segment) for s in table.subjects] == [
        ("0", "fibre", None),
        ("1", "fibre", None),
        ("2", "", None),
        ("firm", "", None),
    ]


@pytest.mark.parametrize(
    ("ends", "months", "ended"),
    [
        ("2026-11-21", 0, True),
        ("2026-11-22", None, False),
        ("2026-11-20", 0, True),
        ("2026-10-22", 0, True),
        ("2026-10-21", 1, True),
        ("2025-11-21", 12, True),
        (None, None, None),
    ],
)
def test_months_out_of_contract(ends: str | None, months: int | None, ended: bool | None) -> None:
    found = inputs(book=[{"customer": "a", "contract": {} if ends is None else {"ends": ends}}])
    assert column(found, "customers", "months_out_of_contract") == [months]
    assert column(found, "customers", "contract_ended") == [ended]


@pytest.mark.parametrize(
    ("since", "day", "months"),
    [
        ("2026-01-31", date(2026, 2, 27), 0),
        ("2026-01-31", date(2026, 2, 28), 1),
        ("2024-02-29", date(2025, 2, 28), 12),
        ("2026-02-28", date(2026, 3, 27), 0),
        ("2026-02-28", date(2026, 3, 28), 1),
        ("2026-03-01", date(2026, 3, 1), 0),
        ("2026-03-02", date(2026, 3, 1), None),
        ("2025-12-31", date(2026, 1, 31), 1),
    ],
)
def test_completed_months_at_the_ends_of_months(since: str, day: date, months: int | None) -> None:
    found = inputs(
        book=[{"customer": "a", "contract": {"made": since}}],
        notices=[{"id": "n", "kind": "k", "sent": since}],
        records=[{"id": "r", "kind": "k", "date": since}],
    )
    assert column(found, "customers", "months_since_contract_made", day=day) == [months]
    assert column(found, "notices", "months_since", day=day) == [months]
    assert column(found, "records", "months_since", day=day) == [months]


@pytest.mark.parametrize(("sent", "days"), [("2026-12-01", 0), ("2026-11-30", 1), ("2026-12-02", -1)])
def test_days_before_the_event(sent: str, days: int) -> None:
    found = inputs(notices=[{"id": "n", "kind": "k", "sent": sent, "event_on": "2026-12-01"}])
    assert column(found, "notices", "days_before") == [days]


@pytest.mark.parametrize(
    ("lists", "new", "existing", "price", "new_price"),
    [
        ([], False, False, None, None),
        ([{"audience": "any", "price": "5"}], True, True, D(5), D(5)),
        ([{"audience": "existing", "price": "5"}], False, True, D(5), None),
        ([{"price": "5"}], None, None, D(5), None),
        ([{"audience": "new", "price": "5"}, {"price": "6"}], True, None, D(5), D(5)),
        ([{"audience": "new", "price": "5"}, {"price": "4"}], True, None, D(4), None),
        ([{"audience": "new", "price": "5"}, {"audience": "new"}], True, False, None, None),
        ([{"audience": "new", "price": "5"}, {"audience": "existing"}], True, True, None, D(5)),
    ],
)
def test_what_a_notice_lists(
    lists: list[dict[str, str]], new: bool | None, existing: bool | None, price: D | None, new_price: D | None
) -> None:
    found = inputs(notices=[{"id": "n", "kind": "k", "lists": lists}])
    names = ("lists", "lists_new", "lists_existing", "lists_price", "lists_new_price")
    assert table_of(found, "notices", *names).frame.drop("#").rows() == [(len(lists), new, existing, price, new_price)]


@pytest.mark.parametrize(
    ("quotes", "price"),
    [
        ([{"price": "9"}], D(9)),
        ([{"price": "9", "channel": "shop"}], D(9)),
        ([{"price": "9", "channel": "shop"}, {"price": "8", "channel": "phone"}], D(8)),
        ([{"price": "9", "channel": "web"}, {"price": "8", "channel": "phone"}], D(9)),
        ([{"price": "9"}, {"price": "8", "payment_method": "cash"}], D(9)),
        ([{"price": "9"}, {"price": "8"}], D(8)),
        ([{"price": "9"}, {}], None),
        ([{"price": "9", "basis": "best-open"}], None),
        ([], None),
    ],
)
def test_which_quote_a_column_shows(quotes: list[dict[str, str]], price: D | None) -> None:
    quotes = [{"basis": "new-customer", **quote} for quote in quotes]
    row = {"customer": "a", "channel": "web", "payment_method": "card", "quotes": quotes}
    assert column(inputs(book=[row]), "customers", "quote_new_customer") == [price]


def test_a_list_that_is_absent_is_unknown_and_an_empty_one_is_nothing() -> None:
    bare = {"customer": "a"}
    empty = {"customer": "b", "fees": [], "addons": [], "parts": [], "terms": {}}
    names = ("fees", "fees_x", "addons", "addons_x", "parts_x", "terms_x")
    rows = table_of(inputs(book=[bare, empty]), "customers", *names).frame.drop("#").rows()
    assert rows == [(None,) * 6, (D(0), D(0), D(0), D(0), D(0), None)]


def test_the_product_gives_its_kind_and_the_catalog_what_is_the_same_for_all() -> None:
    found = inputs(book=[{"customer": "a", "product": "fibre"}, {"customer": "b", "product": "elsewhere"}])
    names = ("product", "product_type", "supplier", "tax_included", "tax_rate")
    assert table_of(found, "customers", *names).frame.drop("#").rows() == [
        ("fibre", "broadband", "Example", True, D(20)),
        ("elsewhere", None, "Example", True, D(20)),
    ]


def truth(text: str, *rows: dict[str, Any], **more: Any) -> list[bool | None]:
    found = inputs(book=list(rows), **more)
    condition = compiled(found, bound_of(found), "customers", "condition", text)
    return truths([condition], table_of(found, "customers", *condition.columns))


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("consumer", [True, False, None]),
        ("NOT consumer", [False, True, None]),
        ("consumer OR hardship", [True, True, True]),
        ("consumer AND hardship", [True, False, None]),
        ("consumer AND NOT hardship", [False, False, False]),
        ("consumer AND vulnerable", [None, False, None]),
        ("consumer OR vulnerable", [True, None, None]),
        ("consumer IS NULL", [False, False, True]),
        ("coalesce(consumer, false)", [True, False, False]),
        ("channel IN ('web', 'shop')", [True, False, None]),
        ("channel <> 'web'", [False, True, None]),
        ("price > 412.10", [False, True, None]),
        ("price * 1.1 > 453.20", [False, True, None]),
        ("price * 1.1 = 453.2", [True, False, None]),
        ("on BETWEEN DATE '2026-11-01' AND DATE '2026-12-01'", [True, False, None]),
        ("tenure_months >= 24", [True, False, None]),
        ("length(channel) = 3", [True, False, None]),
        ("like_region LIKE 'n%'", [True, False, None]),
    ],
)
def test_a_condition_is_true_false_or_not_known(text: str, holds: list[bool | None]) -> None:
    common = {"hardship": "true"}
    one = {"consumer": "true", "channel": "web", "price": "412.00", "on": "2026-12-01", "tenure_months": "24"}
    two = {"consumer": "false", "channel": "phone", "price": "412.11", "on": "2026-12-02", "tenure_months": "23"}
    rows = [
        {"customer": "a", **common, **one, "like": {"region": "north"}},
        {"customer": "b", **common, **two, "like": {"region": "south"}},
        {"customer": "c", **common},
    ]
    assert truth(text, *rows) == holds


def test_a_condition_that_cannot_be_used_is_a_fault_of_the_policy() -> None:
    with pytest.raises(PolicyError, match="own: rules\\[rule\\]: condition: at character 1: unknown column pric"):
        truth("pric > 4", {"customer": "a"})


def test_no_condition_holds_for_everybody() -> None:
    assert truths([], table_of(inputs(book=[{"customer": "a"}, {"customer": "b"}]), "customers")) == [True, True]


def test_tables_for_scopes_follow_the_book_and_the_keys() -> None:
    found = inputs(segments=[{**SEGMENT, "facts": {"consumer": "true"}}], book=[{"customer": "a"}, {"customer": "b"}])
    shelf, policy = shelf_of(found), found.policies[0]
    assert book_rows(found, shelf, policy, DAY, ["customer"]).frame["customer"].to_list() == ["a", "b"]
    groups = {group.segment: group for group in groups_of(shelf, found.segments)}
    keys = [("fibre", None), ("fibre", "loyal"), ("adsl", None)]
    names = ("segment", "product", "consumer", "tenure_from", "customers", "held_offer")
    assert key_rows(found, shelf, policy, DAY, names, keys, groups).frame.drop("#").rows() == [
        (None, "fibre", None, None, None, None),
        ("loyal", "fibre", True, 60, 1200, "plain"),
        (None, "adsl", None, None, None, None),
    ]


def test_whoever_rolled_over_held_nobody_knows_what() -> None:
    phases = [{"months": "6", "amount": "20"}, {"amount": "30"}]
    offers = [{"id": name, "product": "fibre", "price": phases, "facts": {"near": name}} for name in ("one", "two")]
    found = inputs(catalog={"offers": offers}, facts={"near": "text"})
    shelf, policy = shelf_of(found), found.policies[0]
    groups = {group.segment: group for group in groups_of(shelf, None)}
    names = ("product", "segment", "held_offer", "tenure_from", "near")
    keys = [("fibre", "everyone"), ("fibre", "rolled over")]
    assert key_rows(found, shelf, policy, DAY, names, keys, groups).frame.drop("#").rows() == [
        ("fibre", "everyone", None, 1, None),
        ("fibre", "rolled over", None, None, None),
    ]


def test_rows_of_one_customer_and_product_are_told_apart() -> None:
    found = inputs(book=[{"customer": "a", "product": p} for p in ("fibre", "fibre", "adsl")])
    assert [(s.row, s.nth) for s in table_of(found, "customers").subjects] == [(0, 1), (1, 2), (2, 1)]
    assert [(s.offer, s.nth) for s in table_of(found, "offers").subjects] == [("welcome", 2), ("plain", 1), ("old", 1)]


def test_an_empty_table_has_the_columns_all_the_same() -> None:
    frame = table_of(inputs(book=[]), "customers", "price", "on").frame
    assert frame.schema == {"#": pl.Int64, "price": pl.Decimal(38, 8), "on": pl.Date}
    assert frame.is_empty()
