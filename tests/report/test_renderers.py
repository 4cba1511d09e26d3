"""What each renderer says of a believable result, and that it stays small and quick for a large one."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from fairoffer import report
from fairoffer.model.result import Counts, Result
from fairoffer.report import markdown, parquet, where, words
from fairoffer.report.view import build, sum_of


def render(result: Result, format: str) -> str:
    data = report.render(result, format)
    return data if isinstance(data, str) else data.decode()


@pytest.mark.parametrize(
    "format, name", [("text", "report.txt"), ("md", "report.md"), ("csv", "report.csv"), ("html", "report.html")]
)
def test_golden(small: Result, golden: Callable[[str, str], None], format: str, name: str) -> None:
    golden(name, render(small, format))


def test_verdict_first_next_step_last(small: Result) -> None:
    lines = render(small, "text").splitlines()
    assert lines[0] == "Failed: 5 findings of level house, best-offer allows 0"
    assert lines[-1].startswith("Next: fairoffer explain fo1_")
    assert words.NOT_ADVICE in lines


@pytest.mark.parametrize(
    "verdict, first, last",
    [("passed", "Passed: no finding", "-o report.html"), ("not-proven", "Not proven: too little", "--plan")],
)
def test_other_verdicts(small: Result, verdict: str, first: str, last: str) -> None:
    other = small.model_copy(update={"verdict": verdict, "reasons": [], "findings": []})
    lines = render(other, "text").splitlines()
    assert lines[0].startswith(first)
    assert last in lines[-1]
    assert f"<title>{first.partition(':')[0]}" in render(other, "html")


def test_unknown_customers_are_unknown_everywhere(small: Result) -> None:
    totals = small.totals.model_copy(update={"customers": None, "customers_coming": None, "customers_basis": "unknown"})
    text = render(small.model_copy(update={"totals": totals}), "text")
    assert "Customers affected          unknown" in text


def test_coming_customers_are_said_in_full(small: Result) -> None:
    for format in ("text", "html"):
        assert "5,100 more will be there when their deal ends" in render(small, format)


def test_every_finding_is_in_every_output_with_its_id(small: Result) -> None:
    for format in ("html", "csv", "md", "json"):
        text = render(small, format)
        assert all(one.id in text for one in small.findings), format


def test_waived_findings_are_never_hidden(small: Result) -> None:
    for format in ("html", "csv", "md", "json", "text"):
        text = " ".join(render(small, format).split())
        assert "gift cards end with this quarter" in text, format


def test_a_ledger_that_does_not_add_up_says_so() -> None:
    right = Counts.model_validate(
        {"all": 6, "pass": 1, "failed": 2, "out_of_scope": 2, "not_assessable": {"no-data": 1}}
    )
    assert sum_of(right).sentence == "6 comparisons = 1 pass + 2 failed + 2 out of scope + 1 not assessable"
    wrong = right.model_copy(update={"all": 7})
    assert not sum_of(wrong).adds_up
    assert "DO NOT ADD UP TO" in sum_of(wrong).sentence


def test_causes_come_by_money_and_waived_ones_last(small: Result) -> None:
    causes = build(small).causes
    assert [(cause.money, cause.state) for cause in causes] == [
        ("GBP 2,625,520", "open"),
        ("GBP 566,659.33", "open"),
        ("", "waived"),
    ]
    assert causes[0].customers == "12,000"  # one segment, however many findings
    assert causes[0].same_offer
    assert causes[0].steps[-1] == ("(738.00 − 409.81) × 12/18", "218.79")


def test_a_segment_within_another_is_not_counted_twice(small: Result) -> None:
    outer = small.findings[0]
    inner = outer.model_copy(update={"id": "fo1_inner", "segment": "loyal-9y", "within": "loyal-5y", "customers": 4000})
    both = build(small.model_copy(update={"findings": [outer, inner]})).causes[0]
    assert (both.customers, both.money) == ("12,000", "GBP 2,625,520")
    alone = build(small.model_copy(update={"findings": [inner]})).causes[0]
    assert alone.customers == "4,000"


def test_product_by_tenure(small: Result) -> None:
    matrix = where.matrix(small)
    assert matrix is not None
    assert [(product, [cell.text for cell in cells]) for product, cells, _ in matrix.rows] == [
        ("fibre-100", ["–", "–", "–", "218.79"]),
        ("adsl", ["–", "–", "182.79", "182.79"]),
    ]


def test_marks_of_the_chart_lie_on_its_axis(small: Result, big: Result) -> None:
    for result in (small, big):
        chart = build(result).chart
        assert chart is not None
        places = [float(x) for bar in chart.bars for x in (bar.existing_x, bar.comparator_x)]
        ticks = [float(x) for x, _ in chart.ticks]
        assert min(ticks) <= min(places)
        assert max(places) <= max(ticks) <= where.RIGHT + 1
        assert 3 <= len(ticks) <= 12


def test_a_result_without_findings_or_money_renders(small: Result) -> None:
    bare = Result(verdict="not-proven", exit_code=4, as_of="2026-11-21", version="0")
    for format in report.FORMATS:
        assert report.render(bare, format)
    assert where.matrix(bare) is None


@pytest.mark.parametrize(
    "value, shown",
    [
        ("0.95", "95%"),
        ("1", "100%"),
        ("0.99999", "99.99%"),
        ("0.12345", "12.34%"),
        ("0", "0%"),
        (None, "nothing in scope"),
    ],
)
def test_shares_are_never_rounded_up(value: str | None, shown: str) -> None:
    assert words.share(value) == shown


@pytest.mark.parametrize(
    "value, shown",
    [("2625520.00", "GBP 2,625,520"), ("12.50", "GBP 12.50"), ("-1234.50", "GBP −1,234.50"), (None, "unknown")],
)
def test_money(value: str | None, shown: str) -> None:
    assert words.money(value, "GBP") == shown


@pytest.mark.parametrize(
    "term, shown",
    [("total_cost@12", "total cost over 12 months"), ("interest_paid@24/1000", "interest paid over 24 months on 1,000"),
     ("fee:setup", "setup fee"), ("speed_mbps", "speed_mbps"), ("contract_months", "contract length"), (None, "")],
)  # fmt: skip
def test_terms_in_words(term: str | None, shown: str) -> None:
    assert words.term(term) == shown


def test_csv_has_the_columns_that_pricing_needs(small: Result) -> None:
    rows = list(csv.DictReader(io.StringIO(render(small, "csv"))))
    first = rows[0]
    assert (first["existing_name"], first["existing_value"], first["existing_at"]) == (
        "Fibre 100 welcome",
        "492.00",
        "catalog.yaml:24",
    )
    assert (first["gap"], first["gap_per_year"], first["currency"]) == ("218.79", "2625520.00", "GBP")
    assert rows[3]["existing_name"] == "pays 38.00 a month"
    assert rows[-1]["waiver_owner"] == "Head of pricing"


def test_parquet_has_every_comparison_and_a_fixed_schema(small: Result) -> None:
    data = report.render(small, "parquet")
    assert isinstance(data, bytes)
    frame = pl.read_parquet(io.BytesIO(data))
    assert frame.schema == parquet.SCHEMA
    assert frame.height == len(small.comparisons.id)
    empty = small.model_copy(update={"comparisons": type(small.comparisons)()})
    assert parquet.frame(empty).schema == parquet.SCHEMA


def test_markdown_fits_and_says_what_it_leaves_out(big: Result) -> None:
    text = render(big, "md")
    assert len(text) <= markdown.LIMIT
    shown = text.count("| house |")
    assert f"{10_000 - shown:,} findings not shown here" in text
    assert shown > 100


def test_same_result_same_output(small: Result) -> None:
    for format in report.FORMATS:
        assert report.render(small, format) == report.render(small, format)


def test_a_summary_loads_neither_polars_nor_templates(root: Path) -> None:
    script = (
        "import sys; from fairoffer import report; from fairoffer.model.result import Result;"
        "report.render(Result(verdict='passed', exit_code=0, as_of='2026-11-21', version='0'), 'text');"
        "assert not {'polars', 'jinja2'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=root, check=True)
