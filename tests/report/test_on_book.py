"""A book of customers in every format: its groups in numbers, its statistics, and rows counted as what they are."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from xml.etree import ElementTree

import polars as pl
import pytest

from fairoffer import report
from fairoffer.model.result import STATES, Base, Finding, Months, Result, Side, Statistic
from fairoffer.report import book as books
from fairoffer.report import subjects, sums, words
from fairoffer.report.block import pack
from fairoffer.report.comparisons import render as as_comparisons
from fairoffer.report.view import build
from tests.report import on_book, results
from tests.report.parts import columns
from tests.report.test_page import block, page, unknown_numbers

FORMATS = ("text", "md", "html")


@pytest.fixture(scope="module")
def book() -> Result:
    return on_book.book()


def render(result: Result, format: str) -> str:
    data = report.render(result, format)
    return data if isinstance(data, str) else data.decode()


def flat(text: str) -> str:
    """On one line, without tags and what Markdown escapes."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("\\", "").split())


@pytest.mark.parametrize(
    "format, name", [("text", "book.txt"), ("md", "book.md"), ("csv", "book.csv"), ("html", "book.html")]
)
def test_golden(book: Result, golden: Callable[[str, str], None], format: str, name: str) -> None:
    golden(name, render(book, format))


def test_saved_and_read_back_it_is_the_same(book: Result) -> None:
    assert Result.model_validate_json(book.to_json()) == book


# ---- what is said of the book


@pytest.mark.parametrize("format", FORMATS)
def test_how_the_book_was_read_is_said(book: Result, format: str) -> None:
    shown = flat(render(book, format))
    for said in ("410,233", "customers.parquet", "quotes on the same row", "1–11, 12–23, 24–59, 60+ months",
                 "1,231 rows of a customer who came before", "1,204 values"):  # fmt: skip
        assert said in shown
    for one in on_book.unread():
        assert one.column in shown
        assert one.what in shown
        assert f"{one.count:,}" in shown
    assert "12, 408, 2211, 2212, 9004, …" in shown
    if format != "text":  # it lists them by column
        assert "could not be read: price 1,107, tenure_months 97." in shown


def test_a_book_without_faults_says_so(book: Result) -> None:
    clean = book.book.model_copy(update={"unread": [], "duplicates": 0}) if book.book else None
    found = books.build(book.model_copy(update={"book": clean}))
    assert found is not None
    assert dict(found.facts)["Could not be read"] == "nothing"
    assert dict(found.facts)["Customers who come twice"] == "none, by customer"
    unknown = clean.model_copy(update={"duplicates": None, "customers": None}) if clean else None
    found = books.build(book.model_copy(update={"book": unknown}))
    assert found is not None
    assert not {"Customers", "Customers who come twice"} & set(dict(found.facts))


def test_without_a_book_nothing_is_said_of_one() -> None:
    html = page(results.small())
    assert 'id="h-book"' not in html
    assert 'id="h-stats"' not in html


# ---- the findings in numbers


@pytest.mark.parametrize("format", FORMATS)
def test_a_finding_has_all_its_numbers(book: Result, format: str) -> None:
    shown = flat(render(book, format))
    for number in ("71,044", "96,250", "73.81%", "10,145,083.20", "10,120,400", "142.80", "139.20", "230.00", "388.80"):
        assert number in shown, number
    assert "both within ±1.6%" in shown


def test_the_csv_has_the_numbers_as_the_result_has_them(book: Result) -> None:
    rows = list(csv.DictReader(io.StringIO(render(book, "csv"))))
    names = ("n", "worse", "share_worse", "gross", "net", "mean", "p50", "p90", "max", "quantile_error", "merged")
    for row, one in zip(rows, book.findings, strict=True):
        for name in names:
            assert row[name] == ("" if one.book is None else str(getattr(one.book, name)))


def test_sarif_carries_the_numbers_and_says_them(book: Result) -> None:
    (run,) = json.loads(render(book, "sarif"))["runs"]
    found = {one["partialFingerprints"]["fairoffer/v1"]: one for one in run["results"]}
    first = book.findings[2]
    assert first.book is not None
    assert found[first.id]["properties"]["book"]["p90"] == first.book.p90
    assert "71,044 of 96,250 customers worse off by more than allowed (73.81%)" in found[first.id]["message"]["text"]
    assert "book" not in found[book.findings[-1].id]["properties"]


def test_the_gap_shown_is_that_of_the_sides_shown(book: Result) -> None:
    first = book.findings[2]
    assert books.each(first) == "142.80"
    higher = first.model_copy(update={"existing": Side(value="10"), "comparator": Side(value="12.5")})
    assert books.each(higher) == "2.5"
    assert books.each(first.model_copy(update={"existing": None})) == first.gap
    assert books.each(book.findings[-1]) == "0.3200"


def test_money_is_said_to_be_a_years_where_it_is(book: Result) -> None:
    of_24 = book.findings[2].model_copy(update={"term": "total_cost@24"})
    unknown = book.findings[3].model_copy(update={"gap_per_year": None})
    view = build(book.model_copy(update={"findings": [of_24, unknown]}))
    assert [row.term for row in view.findings] == ["total cost over 24 months, a year", "price without fees"]
    assert [row.book.a_year for row in view.findings if row.book] == [" a year", ""]
    assert sums.a_year(of_24) == Decimal("142.80")


def test_a_few_are_never_shown_as_none(book: Result) -> None:
    numbers = book.findings[0].book
    assert numbers is not None
    few = numbers.model_copy(update={"worse": 3, "share_worse": "0.00001"})
    assert books.share_worse(few) == "under 0.01%"
    assert books.share_worse(few.model_copy(update={"worse": 0, "share_worse": "0"})) == "0%"


def test_exact_quantiles_are_not_said_to_be_near(book: Result) -> None:
    numbers = book.findings[0].book
    assert numbers is not None
    assert books.error(numbers) == "±1.6%"
    for error in ("0", None):
        assert books.error(numbers.model_copy(update={"quantile_error": error})) == ""


def test_many_findings_on_a_book_are_packed_with_their_numbers(book: Result) -> None:
    many = [
        one.model_copy(update={"id": f"{one.id}{number}", "product": f"p{number}"})
        for number in range(60)
        for one in book.findings
    ]
    html = page(book.model_copy(update={"findings": many}))
    rows = block(html)
    assert len(html) < 500_000
    assert {"Of", "Share", "P50", "P90", "Largest", "Net"} <= set(rows)
    assert rows["Of"].count("96,250") == 120
    script = html[html.rindex("<script>") :]
    assert all(f"'{head}'" in script for head in ("Of", "Share", "P50", "P90", "Largest", "Net"))
    assert pack(results.small().findings, {one.cause: 1 for one in results.small().findings}, "GBP", False)


# ---- rows are counted


def test_the_ledger_and_what_is_counted_from_comparisons_are_rows(book: Result) -> None:
    view = build(book)
    assert view.ledger.adds_up
    assert [(one.reason, one.number, one.customers) for one in view.blind] == [
        ("no-comparator", "3,310", "3,310"),
        ("unreadable", "1,204", "1,204"),
        ("missing-value", "96", "96"),
    ]
    assert view.out_of_scope == (("scope", "the policy's scope leaves it out", "7,120"),)
    assert view.matrix is not None
    assert {product: blind for product, _, blind in view.matrix.rows} == {"fibre-100": "1,300", "fibre-500": "3,310"}
    assert view.matrix.says == "Worst mean gap of a group"


def test_what_could_not_be_read_has_words(book: Result) -> None:
    for format in FORMATS:
        assert "a value of the row could not be read" in flat(render(book, format))


def test_cases_of_junit_add_up_to_the_comparisons_of_the_ledger(book: Result) -> None:
    root = ElementTree.fromstring(render(book, "junit"))
    said = [
        " ".join(case.itertext()) + "".join(one.get("message", "") for one in case) for case in root.iter("testcase")
    ]
    counts = [int(one.replace(",", "")) for text in said for one in re.findall(r"Counts as ([\d,]+) comparison", text)]
    assert len(counts) == len(said)
    assert sum(counts) == book.ledger.all - book.ledger.out_of_scope
    assert int(root.get("failures", "0")) == 11
    assert int(root.get("skipped", "0")) == 3


def test_of_a_group_only_the_rows_that_fail_are_a_failure(book: Result) -> None:
    first = book.findings[2]
    cases = [
        one for one in ElementTree.fromstring(render(book, "junit")).iter("testcase") if first.id in one.get("name", "")
    ]
    assert [one.find("failure") is not None for one in cases] == [False, True]
    frame = pl.read_parquet(io.BytesIO(bytes(report.render(book, "parquet"))))  # type: ignore[arg-type]
    own = frame.filter(pl.col("id") == first.id)
    assert own["state"].to_list() == [None, "open"]
    assert own["rows"].to_list() == [25206, 71044]
    assert own["tenure_from"].to_list() == [60, 60]
    assert own["tenure_to"].to_list() == [None, None]
    assert frame["rows"].sum() == book.ledger.all


def test_comparisons_as_csv_have_rows_and_bands(book: Result) -> None:
    rows = list(csv.DictReader(io.StringIO(as_comparisons(book))))
    assert sum(int(row["rows"]) for row in rows) == book.ledger.all
    assert {(row["tenure_from"], row["tenure_to"]) for row in rows} >= {("60", ""), ("12", "23"), ("", "")}
    small = list(csv.DictReader(io.StringIO(as_comparisons(results.small()))))
    assert {row["rows"] for row in small} == {""}


def test_names_of_groups() -> None:
    lines = columns(
        [
            {"rule": "a", "segment": None, "term": None, "rows": 5, "tenure_months": Months(from_=12, to=23), **SIDES},
            {"rule": "a", "segment": None, "term": None, "rows": 5, "tenure_months": None, **SIDES},
            {"rule": "a", "segment": None, "term": None, "rows": 1, "tenure_months": None, **SIDES},
            {"rule": "a", "segment": "s", "term": None, "rows": 1, "tenure_months": None, **SIDES},
        ]
    )
    assert subjects.names(lines) == ["customers of 12–23 months", "customers of the book", None, "s"]


SIDES = {"outcome": "pass", "product": "p"}


# ---- money and customers once


def test_groups_of_one_rule_add_up_and_those_of_two_are_not_added(book: Result) -> None:
    def amount(own: list[Finding]) -> Decimal:
        return sum((Decimal(one.gap_per_year or 0) for one in own), Decimal(0))

    default = [one for one in book.findings if one.rule == on_book.RENEWAL and one.product == "fibre-100"]
    reach = [one for one in book.findings if one.rule == on_book.REACH]
    money, people, _ = sums.worst_money(default)
    assert money == amount(default)
    assert people == sum(one.book.worse for one in default if one.book)
    assert sums.worst_money([*default, *reach])[:2] == (money, people)
    assert sums.worst_money([*reach, *default])[:2] == (money, people)


def test_tenures_that_meet_are_not_added(book: Result) -> None:
    one = book.findings[2]
    wide = one.model_copy(update={"tenure_months": Months(from_=24), "rule": "other", "gap_per_year": "5.00"})
    assert sums.worst_money([one, wide])[0] == Decimal(one.gap_per_year or 0)
    unknown = one.model_copy(update={"tenure_months": None, "gap_per_year": "7.00"})
    assert sums.worst_money([one, unknown])[0] == Decimal(one.gap_per_year or 0) + 7


# ---- statistics


def test_what_is_adjusted_comes_first_and_what_stands_before_the_rest(book: Result) -> None:
    found = build(book).statistics
    assert found is not None
    assert [one.stands for one in found.adjusted] == ["stands"] * 3 + ["could be chance"] * 2
    html = page(book)
    places = [html.index(f'id="{name}"') for name in ("t-adjusted", "t-thin", "t-raw")]
    assert places == sorted(places)
    assert html.index("Two measures do not agree.") < html.index('id="t-adjusted"')


@pytest.mark.parametrize("format", FORMATS)
def test_every_statistic_is_said_with_its_sizes(book: Result, format: str) -> None:
    shown = flat(render(book, format)).replace("&#39;", "'")
    for one in book.statistics:
        assert (one.says or one.thin or "") in shown
        assert f"{one.n:,} customers" in shown or not one.n
    assert "212 cells, 208 clusters, 94.12% matched" in shown
    assert "+3.871 to +4.334% a year" in shown
    assert "false discovery rate 5%" in shown
    assert "10 are needed" in shown
    assert "nadjusted" in shown[: shown.index("+38.70%")]


def test_the_drawing_has_a_line_where_there_is_no_difference(book: Result) -> None:
    found = build(book).statistics
    assert found is not None
    drawn = {one.title: one for one in found.drawings}
    assert list(drawn) == [
        "Rise with tenure, percent a year",
        "Like-for-like gap to the newest customers, percent",
        "Vulnerable customers, ratio",
    ]
    for drawing in found.drawings:
        at = [Decimal(x) for x, _ in drawing.ticks]
        for mark in drawing.marks:
            assert at[0] <= Decimal(mark.low) <= Decimal(mark.x) <= Decimal(mark.high) <= at[-1]
            assert mark.stands == (not Decimal(mark.low) <= Decimal(drawing.none) <= Decimal(mark.high))
    assert page(book).count('class="none"') == 3
    assert page(book).count('<circle class="hollow" cx="8') <= 1


def test_a_result_of_thin_statistics_draws_nothing(book: Result) -> None:
    thin = [one for one in book.statistics if one.thin]
    html = page(book.model_copy(update={"statistics": thin}))
    assert 'id="t-thin"' in html
    assert 'id="t-adjusted"' not in html
    assert "false discovery" not in html


def test_many_statistics_are_cut_and_said_to_be(book: Result) -> None:
    one = next(one for one in book.statistics if one.stands)
    many = [one.model_copy(update={"product": f"product-{number}"}) for number in range(110)]
    found = build(book.model_copy(update={"statistics": many})).statistics
    assert found is not None
    assert len(found.adjusted) == 100
    assert found.drawings[0].title.endswith("the first 12 of 110")
    assert "10 more are in the JSON (statistics)" in page(book.model_copy(update={"statistics": many}))


def test_hostile_text_of_a_book_stays_text(book: Result) -> None:
    evil = "<script>alert(1)</script>\u202e::error::=1+1|x"
    hostile = book.model_copy(
        update={
            "book": book.book.model_copy(update={"source": evil, "unique_by": evil}) if book.book else None,
            "statistics": [
                Statistic(id=evil, kind=evil, product=evil, says=evil, method=evil, measure=evil, estimate="1")
            ],
        }
    )
    for format in (*FORMATS, "github", "junit", "sarif"):
        shown = render(hostile, format)
        assert "<script>alert" not in shown or format == "text"
        assert "\u202e" not in shown
        assert not any(line.startswith("::error::") for line in shown.splitlines())


def test_the_page_of_a_book_is_light(book: Result) -> None:
    assert len(page(book).encode()) <= 120_000


def test_every_number_of_the_page_is_the_results(book: Result) -> None:
    shares = [one.book.share_worse for one in book.findings if one.book]
    shares += [one.share_matched for one in book.statistics]
    shares += [one.coverage_comparisons for one in book.ledger.rules] + [book.ledger.customers_compared_share]
    known = {words.share(one).rstrip("%") for one in shares if one is not None}
    known |= {"1.6", "0.0001", "1,300"}  # quantiles' error, the least p that is shown, what of fibre-100 was not seen
    for cause in {one.cause for one in book.findings}:
        money, people, _ = sums.worst_money(one for one in book.findings if one.cause == cause)
        known |= {f"{money or 0:,}", f"{people or 0:,}"}
    assert [one for one in unknown_numbers(book) if one not in known] == []


def test_what_is_measured_in_another_unit_is_not_in_the_picture_of_money(book: Result) -> None:
    walk = book.findings[-1].model_copy(update={"unit": "percent", "gap": "8000.00", "existing": Side(value="8100")})
    view = build(book.model_copy(update={"findings": [*book.findings[:-1], walk]}))
    assert view.matrix is not None
    assert "8,000.00" not in {cell.text for _, cells, _ in view.matrix.rows for cell in cells}
    assert view.chart is not None
    assert [bar.label for bar in view.chart.bars] == ["1. fibre-100, 60+ months", "3. fibre-500, 60+ months"]
    assert view.chart.bars[0].name == "fibre-100, 60+ months, channel web"
    assert view.chart.term == "price without fees, GBP a year"


def test_a_change_of_a_book_renders_with_the_largest_gap_before(book: Result) -> None:
    states = dict.fromkeys(STATES, 0) | {"worsened": 11, "unchanged": 1}
    found = [
        one.model_copy(update={"state": "worsened", "fails": True, "gap_before": "8.00"})
        if one.book
        else one.model_copy(update={"state": "unchanged"})
        for one in book.findings
    ]
    base = Base(against="origin/main", kind="revision", states=states, failing=11)
    change = book.model_copy(update={"findings": found, "base": base})
    for format in report.FORMATS:
        assert report.render(change, format)
    for format in ("md", "html", "sarif", "text"):
        assert re.search(r"largest (gap )?was 8\.00", render(change, format)), format


def test_the_table_of_policies_counts_findings_and_not_their_customers(book: Result) -> None:
    (policy,) = build(book).policies
    assert policy.findings == str(len(book.findings))
    assert book.ledger.failed > len(book.findings)
