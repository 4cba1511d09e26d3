"""What is due: missing, late, too soon, or in time; of whom, and what cannot be told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fairoffer.audit.dues import dues
from fairoffer.audit.months import completed_months, months_after
from fairoffer.model.inputs import Inputs
from tests.audit.rows import DAY, SEGMENT, bound_of, inputs, shelf_of

ONCE: dict[str, Any] = {}
YEARLY = {"every_months": "12"}
APART = {"not_within_months": "12"}
FAILS, PASSES, UNKNOWN = ("house", None), ("pass", None), ("not-assessable", "missing-value")


def rule(for_: str = "firm", **due: Any) -> dict[str, Any]:
    return {"check": "due", "due": {"kind": "review", "for": for_, **due}, "level": "house"}


def judged(found: Inputs, day: date = DAY) -> list[Any]:
    return dues(found, shelf_of(found, day), bound_of(found, day), day)


def outcomes(found: Inputs, day: date = DAY) -> list[tuple[str, str | None]]:
    return [(one.outcome, one.reason) for one in judged(found, day)]


def records(*days: str | None, subject: str | None = None) -> list[dict[str, Any]]:
    found = [{"id": f"r{i}", "kind": "review", "date": day, "subject": subject} for i, day in enumerate(days)]
    return [{key: value for key, value in entry.items() if value is not None} for entry in found]


@pytest.mark.parametrize(
    ("due", "days", "outcome"),
    [
        (ONCE, [], FAILS),
        (ONCE, ["2026-11-21"], PASSES),
        (ONCE, ["2026-11-22"], FAILS),
        (ONCE, ["1999-01-01"], PASSES),
        (ONCE, [None], UNKNOWN),
        (ONCE, [None, "2020-01-01"], PASSES),
        (ONCE, [None, "2026-11-22"], UNKNOWN),
        (YEARLY, [], FAILS),
        (YEARLY, ["2025-11-21"], PASSES),
        (YEARLY, ["2025-11-20"], FAILS),
        (YEARLY, ["2025-11-20", "2025-11-21", "2020-01-01"], PASSES),
        (YEARLY, ["2025-11-20", "2026-11-22"], FAILS),
        (YEARLY, ["2025-11-20", None], UNKNOWN),
        (YEARLY, ["2025-11-21", None], PASSES),
        (YEARLY, [None], UNKNOWN),
        (APART, [], PASSES),
        (APART, ["2026-11-21"], PASSES),
        (APART, ["2025-11-21", "2026-11-21"], PASSES),
        (APART, ["2025-11-22", "2026-11-21"], FAILS),
        (APART, ["2026-11-21", "2025-11-22", "2024-01-01"], FAILS),
        (APART, ["2026-01-01", "2026-11-22"], PASSES),
        (APART, ["2020-01-01", "2020-01-01"], FAILS),
        (APART, [None], PASSES),
        (APART, [None, "2020-01-01"], UNKNOWN),
        (APART, [None, None], UNKNOWN),
        (APART, [None, "2020-01-01", "2020-06-01"], FAILS),
    ],
)
def test_missing_late_or_too_soon(due: dict[str, Any], days: list[str | None], outcome: tuple[str, str | None]) -> None:
    assert outcomes(inputs(rule(**due), records=records(*days))) == [outcome]


@pytest.mark.parametrize(
    ("last", "every", "day", "outcome"),
    [
        ("2026-01-31", "1", date(2026, 2, 28), PASSES),
        ("2026-01-31", "1", date(2026, 3, 1), FAILS),
        ("2024-02-29", "12", date(2025, 2, 28), PASSES),
        ("2024-02-29", "12", date(2025, 3, 1), FAILS),
        ("2026-08-31", "6", date(2027, 2, 28), PASSES),
        ("2026-11-30", "1", date(2026, 12, 31), FAILS),
    ],
)
def test_months_end_with_the_month(last: str, every: str, day: date, outcome: tuple[str, str | None]) -> None:
    assert outcomes(inputs(rule(every_months=every), records=records(last)), day) == [outcome]


def test_what_a_finding_shows() -> None:
    (late,) = judged(inputs(rule(**YEARLY), records=records("2024-02-29")))
    assert late.term == "review"
    assert late.facts == (("last", "2024-02-29"), ("due", "2025-02-28"), ("judged day", "2026-11-21"))
    (missing,) = judged(inputs(rule(), records=[]))
    assert missing.facts == (("last", "none"), ("judged day", "2026-11-21"))
    (soon,) = judged(inputs(rule(**APART), records=records("2026-03-01", "2026-01-31")))
    assert soon.facts == (
        ("first", "2026-01-31"),
        ("second", "2026-03-01"),
        ("not before", "2027-01-31"),
        ("judged day", "2026-11-21"),
    )
    assert (soon.gap, soon.existing, soon.comparator) == (None, None, None)


def test_the_firm_has_what_is_about_nobody() -> None:
    of_customer = {"id": "n", "kind": "review", "customer": "a", "sent": "2026-01-01"}
    found = inputs(rule(), records=records("2026-01-01", subject="a"), notices=[of_customer])
    assert outcomes(found) == [FAILS]
    assert judged(found)[0].subject.product == ""
    to_all = {"id": "n", "kind": "review", "sent": "2026-01-01"}
    assert outcomes(inputs(rule(), notices=[to_all])) == [PASSES]
    assert outcomes(inputs(rule(), notices=[{**to_all, "kind": "other"}])) == [FAILS]


def test_each_customer_once_by_records_and_notices() -> None:
    book = [{"customer": "a", "product": "fibre", "count": "2"}, {"customer": "b"}, {"customer": "c"}]
    book.append({"customer": "a", "product": "adsl"})
    notices = [{"id": "n", "kind": "review", "customer": "b", "sent": "2026-05-01"}]
    found = judged(inputs(rule("customer"), book=book, records=records("2026-01-01", subject="a"), notices=notices))
    assert [(one.subject.customer, one.outcome) for one in found] == [("a", "pass"), ("b", "pass"), ("c", "house")]
    first = found[0].subject
    assert (first.row, first.count, first.product, first.nth) == (0, 2, "", 1)
    assert len({one.key for one in found}) == 3


def test_a_contract_needs_its_own_since_it_was_made() -> None:
    book = [
        {"customer": "a", "product": "fibre", "contract": {"made": "2026-06-01"}},
        {"customer": "a", "product": "adsl", "contract": {"made": "2026-05-01"}},
        {"customer": "a"},
        {"customer": "b"},
    ]
    found = inputs(rule("contract"), book=book, records=records("2026-05-31", subject="a"))
    # Of a contract of which nobody says when it was made, a record may be of the one before.
    assert outcomes(found) == [FAILS, PASSES, ("not-assessable", "missing-value"), FAILS]
    assert outcomes(inputs(rule("contract"), book=book[:1], records=records("2026-06-01", subject="a"))) == [PASSES]
    twice = inputs(rule("contract", **APART), book=book[:2], records=records("2026-05-01", "2026-06-02", subject="a"))
    assert outcomes(twice) == [PASSES, FAILS]
    assert len({one.key for one in judged(found)}) == 4


def test_products_of_the_catalog_and_of_the_book() -> None:
    book = [{"customer": "a", "product": "fibre"}, {"customer": "b", "product": "elsewhere"}, {"customer": "c"}]
    found = judged(inputs(rule("product"), book=book, records=records("2026-01-01", subject="fibre")))
    assert [(one.subject.product, one.outcome) for one in found] == [
        ("fibre", "pass"),
        ("adsl", "house"),
        ("elsewhere", "house"),
    ]


def test_segments() -> None:
    found = inputs(rule("segment"), segments=[SEGMENT], records=records("2026-01-01", subject="loyal"))
    assert outcomes(found) == [PASSES]
    assert (judged(found)[0].subject.segment, judged(found)[0].subject.count) == ("loyal", 1200)
    assert outcomes(inputs(rule("segment"), segments=[SEGMENT], records=[])) == [FAILS]


@pytest.mark.parametrize(
    ("for_", "there"),
    [
        ("firm", {"book": [{"customer": "a"}], "segments": [SEGMENT]}),
        ("customer", {"records": [], "notices": [], "segments": [SEGMENT]}),
        ("contract", {"records": [], "notices": [], "segments": [SEGMENT]}),
        ("segment", {"records": [], "notices": [], "book": [{"customer": "a"}]}),
        ("product", {"records": [], "catalog": {"products": [], "offers": []}}),
        ("product", {"notices": []}),
        ("segment", {"notices": [], "segments": [SEGMENT]}),
    ],
)
def test_what_is_absent_is_said_once(for_: str, there: dict[str, Any]) -> None:
    assert outcomes(inputs(rule(for_), **there)) == [("not-assessable", "no-data")]


@pytest.mark.parametrize(("for_", "table"), [("firm", "notices"), ("customer", "notices"), ("customer", "records")])
def test_one_of_two_tables_is_enough(for_: str, table: str) -> None:
    assert outcomes(inputs(rule(for_), book=[{"customer": "a"}], **{table: []})) == [FAILS]


def test_an_empty_book_has_nobody_to_send_to() -> None:
    assert outcomes(inputs(rule("customer"), book=[], records=[])) == []


def test_scope() -> None:
    book = [{"customer": "a", "consumer": "true"}, {"customer": "b", "consumer": "false"}, {"customer": "c"}]
    book += [{"customer": "b", "consumer": "true"}, {"customer": "c", "consumer": "false"}]
    outs = outcomes(inputs(rule("contract"), book=book, records=[], scope="consumer"))
    scope, unknown = ("out-of-scope", "scope"), ("not-assessable", "scope-unknown")
    assert outs == [FAILS, scope, unknown, FAILS, scope]
    assert outcomes(inputs(rule("customer"), book=book, records=[], scope="consumer")) == [FAILS, FAILS, unknown]
    firm = inputs(rule(), book=book, records=[], scope="jurisdiction = 'UK' AND currency <> 'EUR'")
    assert outcomes(firm) == [FAILS]
    assert outcomes(inputs(rule(), records=[], scope="consumer")) == [unknown]
    assert outcomes(inputs(rule(), records=[], scope="consumer", catalog={"facts": {"consumer": "false"}})) == [scope]
    of_product = inputs(rule("product"), records=[], scope="product_type = 'broadband' AND product <> 'adsl'")
    assert outcomes(of_product) == [FAILS, scope]


def test_months_of_the_calendar() -> None:
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_after(date(2026, 12, 31), 2) == date(2027, 2, 28)
    assert months_after(date(2026, 11, 30), 13) == date(2027, 12, 30)
    assert months_after(date(9999, 12, 31), 1) == date.max
    for start in (date(2026, 1, 31), date(2024, 2, 29), date(2026, 11, 1)):
        for months in range(30):
            after = months_after(start, months)
            assert completed_months(start, after) == months
            assert months == 0 or completed_months(start, date.fromordinal(after.toordinal() - 1)) == months - 1
