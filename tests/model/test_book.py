"""Rows of a book, notices and records: what a case may hold, and what its absence means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from fairoffer.errors import InputError
from fairoffer.model.book import BookRow, Notice, Quote, Record
from fairoffer.model.case import load_case
from fairoffer.model.inputs import Inputs

HEAD = "fairoffer: case/1\nname: rows\nas_of: 2026-11-21\nexpect: [{rule: by-default, outcome: pass}]\n"
Make = Callable[..., Inputs]


@pytest.fixture
def inputs_of(tmp_path: Path) -> Make:
    """The inputs of a case with these lines."""

    def make(*lines: str) -> Inputs:
        path = tmp_path / "case.yaml"
        path.write_text(HEAD + "\n".join(lines), encoding="utf-8")
        return load_case(path, "case.yaml").inputs

    return make


def faults(make: Make, *lines: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        make(*lines)
    return str(caught.value).splitlines()


def test_a_case_of_rows_needs_no_catalog(inputs_of: Make) -> None:
    inputs = inputs_of("jurisdiction: UK", 'book: [{customer: a, price: "412.00"}]')
    assert inputs.catalog.id == "case"
    assert inputs.catalog.currency == "XXX"
    assert inputs.catalog.places == 2
    assert inputs.catalog.jurisdiction == "UK"
    assert inputs.segments is None
    assert inputs.book is not None
    assert inputs.book[0].price == Decimal("412.00")
    assert inputs_of("currency: EUR", "records: []").catalog.currency == "EUR"


def test_a_table_that_is_absent_is_not_an_empty_one(inputs_of: Make) -> None:
    inputs = inputs_of("notices: []", "records: [{id: r, kind: review}]")
    assert inputs.book is None
    assert inputs.notices == ()
    assert inputs.records == (Record(id="r", kind="review"),)


def test_lists_that_are_absent_are_not_empty_ones(inputs_of: Make) -> None:
    book = inputs_of("book:", "  - {customer: a}", "  - {customer: b, fees: [], quotes: [], terms: {}}").book
    assert book is not None
    assert (book[0].fees, book[0].quotes, book[0].terms) == (None, None, None)
    assert (book[1].fees, book[1].quotes, book[1].terms) == ((), (), {})
    assert book[0].count == 1


def test_a_catalog_of_products_beside_rows_needs_no_offers(inputs_of: Make) -> None:
    inputs = inputs_of("catalog: {products: [{id: home, type: home}]}", "book: [{customer: a, product: home}]")
    assert inputs.catalog.currency == "XXX"
    assert [product.id for product in inputs.catalog.products] == ["home"]
    assert faults(inputs_of, "catalog: {currency: GBP}") == [
        "case.yaml:5:10: catalog.offers: there are no offers to audit"
    ]


def test_offers_have_a_currency(inputs_of: Make) -> None:
    lines = ["catalog:", "  products: [{id: home, type: home}]", "  offers: [{id: a, product: home}]", "book: []"]
    assert faults(inputs_of, *lines) == ["case.yaml:6:3: catalog.currency: is required"]


def test_a_product_that_the_catalog_does_not_know_is_allowed(inputs_of: Make) -> None:
    inputs = inputs_of("book:", "  - {customer: a, product: x, quotes: [{basis: new-customer, product: y}]}")
    assert inputs.book is not None
    assert inputs.book[0].quotes == (Quote(basis="new-customer", product="y"),)


def test_one_customer_may_have_two_rows_of_a_product(inputs_of: Make) -> None:
    inputs = inputs_of("book:", "  - {customer: a, product: x}", "  - {customer: a, product: x}")
    assert inputs.at["row", "0"] == "case.yaml:6"
    assert inputs.at["row", "1"] == "case.yaml:7"


def test_where_notices_and_records_stand(inputs_of: Make) -> None:
    inputs = inputs_of("notices:", "  - {id: n, kind: bill}", "records:", "  - {id: n, kind: review}")
    assert inputs.at["notice", "n"] == "case.yaml:6"
    assert inputs.at["record", "n"] == "case.yaml:8"


def test_ids_of_notices_and_records_are_unique(inputs_of: Make) -> None:
    said = faults(
        inputs_of, "notices: [{id: n, kind: a}, {id: n, kind: b}]", "records: [{id: r, kind: a}, {id: r, kind: a}]"
    )
    assert said == [
        "case.yaml:5:34: notices[n].id: there is another notice 'n' at case.yaml:5; rename one of them",
        "case.yaml:6:34: records[r].id: there is another record 'r' at case.yaml:6; rename one of them",
    ]


@pytest.mark.parametrize("written", ["2026-11-05", "2026-11-05T10:30", "2026-11-05 10:30:59"])
def test_a_quote_has_a_day(written: str) -> None:
    assert Quote.model_validate({"basis": "best-open", "at": written}).at == date(2026, 11, 5)


@pytest.mark.parametrize("written", ["2026-11-31", "2026-11-05T25:00", "2026-11-05T10", "05.11.2026", "now"])
def test_a_quote_has_no_other_moment(written: str) -> None:
    with pytest.raises(ValueError):
        Quote.model_validate({"basis": "best-open", "at": written})


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"tenure_months": "0"}, "at least 1 month of tenure"),
        ({"count": "0"}, "a row stands for at least 1 customer"),
        ({"price": "-1"}, "must not be negative"),
        ({"incentives": [{"kind": "card"}]}, "must say one of value, percent or points"),
        ({"incentives": [{"kind": "card", "value": "1", "points": "2"}]}, "says value and points"),
        ({"contract": {"made": "2026-02-01", "ends": "2026-01-31"}}, "before it was made"),
        ({"contract": {"rise": {"type": "money"}}}, "must say plus"),
        ({"like": {"region": ["north"]}}, "must be text"),
        ({"channel_moved_by": "broker"}, "customer"),
        ({"consumer": "yes"}, "write true"),
    ],
)
def test_rows_that_cannot_be(row: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        BookRow.model_validate({"customer": "a", **row})


def test_what_must_be_equal_is_text() -> None:
    row = BookRow.model_validate({"customer": "a", "like": {"region": "north", "smart": True, "rooms": 3}})
    assert row.like == {"region": "north", "smart": "true", "rooms": "3"}


def test_notices_show_and_state() -> None:
    notice = Notice.model_validate(
        {"id": "n", "kind": "renewal", "shows": ["prior_premium"], "values": {"prior_premium": "-1.5"}, "lists": [{}]}
    )
    assert notice.values == {"prior_premium": Decimal("-1.5")}
    assert notice.lists[0].price is None


def test_facts_are_of_the_type_of_their_column(inputs_of: Make) -> None:
    """`consumer` is a column that facts may answer, so a fact of that name must be true or false."""
    said = faults(
        inputs_of,
        "catalog: {facts: {consumer: maybe, channel: 3, other: maybe}}",
        "book: [{customer: a, facts: {contract_made: soon}}]",
        "notices: [{id: n, kind: bill, facts: {sent: soon, dated: soon}}]",
        "records: [{id: r, kind: review, facts: {sent: soon, dated: soon}}]",
    )
    assert [line.split(" ")[1].rstrip(":") for line in said] == [
        "catalog.facts.consumer",
        "book[0].facts.contract_made",
        "notices[n].facts.sent",
        "records[r].facts.dated",
    ]
    assert "conditions read consumer, which is true or false" in said[0]


def test_terms_of_rows_are_declared_where_a_rule_compares_them(inputs_of: Make, tmp_path: Path) -> None:
    declared = "catalog: {terms: {speed: {unit: Mbit/s, better: higher}}}"
    row = "book: [{customer: a, terms: {speed: 3}, quotes: [{basis: best-open, terms: {spede: 4}}]}]"
    (only,) = faults(inputs_of, declared, row)
    assert only.startswith("case.yaml:6:77: book[0].quotes[0].terms.spede: unknown term 'spede'; did you mean 'speed'?")
    for terms, count in (("[speed]", 0), ("[speed, spede]", 1)):
        (tmp_path / "mine.yaml").write_text(
            "fairoffer: policy/1\nid: mine\n"
            f"rules: [{{id: by-default, check: term-gap, terms: {terms}, level: house}}]\n"
        )
        lines = [declared, row, "policy: mine.yaml"]
        assert len(faults(inputs_of, *lines) if count else inputs_of(*lines).warnings) == count


def test_faults_of_rows_hide_no_others(inputs_of: Make) -> None:
    said = faults(inputs_of, "segments: [{id: s, holds: x}]", 'book: [{customer: a, price: "1,50"}]')
    assert len(said) == 2
