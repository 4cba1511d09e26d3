"""Conditions on rows of every table: what fails, what passes, and what cannot be told."""

from __future__ import annotations

from typing import Any

import pytest

from fairoffer.audit.conditions import conditions
from fairoffer.errors import PolicyError
from fairoffer.model.inputs import Inputs
from tests.audit.rows import DAY, SEGMENT, bound_of, inputs, shelf_of


def rule(table: str, condition: str, **more: Any) -> dict[str, Any]:
    return {"check": "condition", "table": table, "condition": condition, "level": "house", **more}


def judged(found: Inputs) -> list[Any]:
    return conditions(found, shelf_of(found), bound_of(found), DAY)


def outcomes(found: Inputs) -> list[tuple[str, str | None]]:
    return [(one.outcome, one.reason) for one in judged(found)]


def test_true_fails_false_passes_and_unknown_is_said() -> None:
    rows = [{"customer": n, **more} for n, more in (("a", {"price": "5"}), ("b", {"price": "4"}), ("c", {}))]
    found = inputs(rule("customers", "price > 4.50"), book=rows)
    assert outcomes(found) == [("house", None), ("pass", None), ("not-assessable", "missing-value")]
    first, _, last = judged(found)
    assert (first.subject.customer, first.subject.row, first.subject.count, first.term) == ("a", 0, 1, "")
    assert first.facts == (("price", "5"),)
    assert last.facts == (("price", "not stated"),)
    assert (first.gap, first.existing, first.comparator) == (None, None, None)


def test_scope_decides_before_the_condition() -> None:
    rows = [{"customer": "a", "consumer": "true"}, {"customer": "b", "consumer": "false"}, {"customer": "c"}]
    found = inputs(rule("customers", "price > 4", scope="channel = 'web'"), book=rows, scope="consumer")
    assert outcomes(found) == [
        ("not-assessable", "scope-unknown"),
        ("out-of-scope", "scope"),
        ("not-assessable", "scope-unknown"),
    ]
    found = inputs(rule("customers", "price > 4"), book=rows, scope="consumer")
    assert outcomes(found) == [
        ("not-assessable", "missing-value"),
        ("out-of-scope", "scope"),
        ("not-assessable", "scope-unknown"),
    ]
    assert judged(found)[1].facts == ()


def test_what_a_finding_shows() -> None:
    row = {
        "customer": "a",
        "price": "412.50",
        "consumer": "true",
        "on": "2026-12-01",
        "renewal_no": "2",
        "channel": "x" * 200,
        "brand": "é" * 190 + "abc",
    }
    text = "price > 1 AND consumer AND on > DATE '2026-01-01' AND renewal_no = 2 AND channel <> 'a' AND risk IS NULL"
    found = inputs(rule("customers", text), book=[row])
    assert judged(found)[0].facts == (
        ("price", "412.50"),
        ("consumer", "true"),
        ("on", "2026-12-01"),
        ("renewal_no", "2"),
        ("channel", "x" * 200),
        ("risk", "not stated"),
    )


def test_long_texts_are_shown_in_part() -> None:
    found = inputs(rule("notices", "text LIKE '%x%'"), notices=[{"id": "n", "kind": "k", "text": "x" * 300}])
    ((_, shown),) = judged(found)[0].facts
    assert shown == "x" * 199 + "…"


@pytest.mark.parametrize(
    ("table", "condition"),
    [
        ("customers", "price > 1"),
        ("notices", "lists > 1"),
        ("records", "months_since > 1"),
        ("lines", "amount > 1"),
        ("offers", "price > 1"),
    ],
)
def test_a_table_that_is_absent_says_so_once(table: str, condition: str) -> None:
    found = inputs(rule(table, condition), catalog={"offers": [], "products": []})
    (one,) = judged(found)
    assert (one.outcome, one.reason, one.subject.product, one.term) == ("not-assessable", "no-data", "", "")
    assert (one.subject.customer, one.subject.count) == (None, None)
    empty = inputs(
        rule(table, condition), book=[], notices=[], records=[], segments=[], catalog={"offers": [], "products": []}
    )
    assert table == "offers" or judged(empty) == []


def test_lines_need_one_of_their_two_tables() -> None:
    fees = [{"customer": "a", "fees": [{"kind": "setup", "amount": "5"}]}]
    assert outcomes(inputs(rule("lines", "amount > 1"), book=fees)) == [("house", None)]
    lists = [{"id": "n", "kind": "k", "lists": [{"product": "fibre", "price": "5"}]}]
    (one,) = judged(inputs(rule("lines", "amount > 1"), notices=lists))
    assert (one.outcome, one.term, one.subject.notice) == ("house", "listed:fibre", "n")


def test_every_table_names_its_subject() -> None:
    book = [{"customer": "a", "count": "4", "product": "fibre"}]
    notices = [{"id": "n", "kind": "k", "customer": "a"}]
    records = [{"id": "r", "kind": "k", "subject": "a"}]
    for table, named in (("notices", ("n", None)), ("records", (None, "r"))):
        found = inputs(rule(table, "kind = 'k'"), book=book, notices=notices, records=records)
        (one,) = judged(found)
        subject = one.subject
        assert (subject.notice, subject.record) == named
        assert (subject.customer, subject.row, subject.count, subject.product) == (None, 0, 4, "fibre")
    (one, *_) = judged(inputs(rule("offers", "audience = 'new'")))
    assert (one.subject.offer, one.subject.product, one.outcome) == ("welcome", "fibre", "house")
    (one,) = judged(inputs(rule("customers", "tenure_from >= 60"), segments=[SEGMENT]))
    assert (one.subject.segment, one.subject.count, one.outcome) == ("loyal", 1200, "house")


def test_lines_of_one_kind_are_one_comparison_and_the_worst_counts() -> None:
    fees = [
        {"kind": "paper", "amount": "1"},
        {"kind": "setup", "amount": "3", "party": "broker"},
        {"kind": "setup", "amount": "9"},
        {"kind": "setup", "amount": "12"},
    ]
    given = [{"kind": "setup", "points": "5"}]
    found = inputs(rule("lines", "amount > 5"), book=[{"customer": "a", "fees": fees, "incentives": given}])
    assert [(one.term, one.outcome, one.facts) for one in judged(found)] == [
        ("fee:paper", "pass", ()),
        ("fee:setup", "house", (("amount", "9"),)),
        ("incentive:setup", "not-assessable", (("amount", "not stated"),)),
    ]
    scoped = inputs(rule("lines", "amount > 10", scope="party IS NULL"), book=[{"customer": "a", "fees": fees[1:3]}])
    assert [(one.term, one.outcome) for one in judged(scoped)] == [("fee:setup", "pass")]


def test_every_comparison_has_a_key_of_its_own() -> None:
    row = {"customer": "a", "product": "fibre", "fees": [{"kind": "setup", "amount": "9"}]}
    for table in ("customers", "lines"):
        found = judged(inputs(rule(table, "price > 1 OR fees > 1"), book=[row, row, {**row, "product": "adsl"}]))
        assert len(found) == len({one.key for one in found}) == 3
    offers = judged(inputs(rule("offers", "audience = 'new'")))
    assert len({one.key for one in offers}) == len(offers) == 3


def test_the_level_is_that_of_the_rule_and_review_after_an_end_that_is_not_sure() -> None:
    text = rule("customers", "price > 1", level="commitment")
    assert outcomes(inputs(text, book=[{"customer": "a", "price": "2"}])) == [("commitment", None)]
    text["effective"] = {"to": "2026-01-01", "sure": "false"}
    assert outcomes(inputs(text, book=[{"customer": "a", "price": "2"}])) == [("review", None)]


def test_a_condition_reads_the_facts_that_its_policy_declares() -> None:
    found = inputs(
        rule("customers", "NOT asked"),
        book=[{"customer": "a", "facts": {"asked": "false"}}],
        facts={"asked": "boolean"},
    )
    assert outcomes(found) == [("house", None)]


def test_a_condition_on_a_column_that_is_not_there() -> None:
    with pytest.raises(PolicyError, match="condition: at character 1: unknown column shows_price"):
        judged(inputs(rule("customers", "shows_price"), book=[]))


def test_numbers_too_large_to_be_multiplied_stop_nobody_else() -> None:
    large = "999999999999"
    rows = [
        {"customer": name, "price": price, "paid": price}
        for name, price in zip("abcd", ("3", large, "1", large), strict=True)
    ]
    found = inputs(rule("customers", "price * paid > 5"), book=rows)
    unknown = ("not-assessable", "missing-value")
    assert outcomes(found) == [("house", None), unknown, ("pass", None), unknown]


def test_offers_keep_their_ids_whatever_the_order_of_the_file() -> None:
    offers = [
        {"id": name, "product": "fibre", "audience": "any", "price": [{"amount": "9"}]} for name in ("b", "a", "c")
    ]
    keys = []
    for listed in (offers, offers[::-1]):
        found = inputs(rule("offers", "price > 5"), catalog={"offers": listed})
        keys.append({one.subject.offer: one.key for one in judged(found)})
    assert keys[0] == keys[1]
    assert len(set(keys[0].values())) == 3
