"""What each renderer says of rows: every subject by name, every unit in words, and nothing of sides there are none."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from fairoffer import report
from fairoffer.model.result import Result
from fairoffer.report import sums, words
from fairoffer.report.view import build
from tests.report import on_rows

SUBJECTS = ("customer c1", "notice n1", "notice n2 (customer c2)", "record r1", "offer o1", "the firm")


@pytest.fixture(scope="module")
def rows() -> Result:
    return on_rows.rows()


def render(result: Result, format: str) -> str:
    data = report.render(result, format)
    return data if isinstance(data, str) else data.decode()


@pytest.mark.parametrize(
    "format, name", [("text", "rows.txt"), ("md", "rows.md"), ("csv", "rows.csv"), ("html", "rows.html")]
)
def test_golden(rows: Result, golden: Callable[[str, str], None], format: str, name: str) -> None:
    golden(name, render(rows, format))


@pytest.mark.parametrize("format", ["html", "md"])
def test_every_subject_is_named_and_every_finding_has_its_id(rows: Result, format: str) -> None:
    text = render(rows, format)
    assert [name for name in SUBJECTS if name not in text] == []
    assert all(one.id in text for one in rows.findings)
    assert "None" not in text


def test_every_unit_in_words(rows: Result) -> None:
    shown = {(row.rule, row.existing, row.comparator, row.gap) for row in build(rows).findings}
    assert {
        ("renewal-price", "EUR 412.00", "EUR 362.00", "EUR 50.00"),
        ("finance", "14.90%", "9.90%", "5.00 percentage points"),
        ("burden", "60%", "25%", "35 percentage points"),
        ("walk", "1.1200 times", "1.0000 times", "0.1200"),
        ("attested", "–", "–", "–"),
    } <= shown
    (burden,) = [row for row in build(rows).findings if row.rule == "burden"]
    assert burden.gap_notes == ("least 5",)
    assert [row.gap_notes for row in build(rows).findings if row.rule == "finance"] == [()]


@pytest.mark.parametrize(
    "term, shown",
    [("fee:mid_term_change", "mid term change fee"), ("addon:legal", "legal add-on"), ("part:broker", "broker part")],
)
def test_components_in_words(term: str, shown: str) -> None:
    assert words.term(term) == shown


def test_what_has_no_sides_shows_none(rows: Result) -> None:
    found = [cause for cause in build(rows).causes if not cause.sides]
    assert {cause.rule for cause in found} == {"prior-price", "logged", "no-fee", "attested"}
    page = render(rows, "html")
    section = page[page.index("notice n2 (customer c2): prior-price") :]
    section = section[: section.index("</details>")]
    assert "Both sides, side by side" not in section
    assert "case.yaml:21" in section


def test_customers_and_money_are_counted_once_a_row(rows: Result) -> None:
    both = [one for one in rows.findings if one.customer == "c1"]
    money, people, _ = sums.worst_money(both)
    assert len(both) == 2
    assert (str(money), people) == ("50.00", 1)


def test_csv_and_parquet_have_the_subjects_as_columns(rows: Result, tmp_path: Path) -> None:
    table = list(csv.DictReader(io.StringIO(render(rows, "csv"))))
    assert {(row["customer"], row["notice"], row["record"], row["offer"], row["at"]) for row in table} >= {
        ("c2", "n2", "", "", "case.yaml:21"),
        ("", "", "r1", "", "case.yaml:30"),
        ("", "", "", "o1", ""),
    }
    report.write(rows, tmp_path / "rows.parquet")
    frame = pl.read_parquet(tmp_path / "rows.parquet")
    assert frame.filter(pl.col("notice") == "n3")["reason"].to_list() == ["missing-value"]
    assert frame.height == len(rows.comparisons.id)


def test_columns_that_nobody_uses_become_nulls(small: Result, tmp_path: Path) -> None:
    empty: dict[str, list[str]] = {name: [] for name in ("customer", "notice", "record", "offer")}
    lean = small.model_copy(update={"comparisons": small.comparisons.model_copy(update=empty)})
    report.write(lean, tmp_path / "lean.parquet")
    assert pl.read_parquet(tmp_path / "lean.parquet")["notice"].null_count() == len(lean.comparisons.id)
    assert build(lean).blind == build(small).blind


def test_saved_and_read_again(rows: Result, tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_bytes(rows.to_json())
    assert Result.load(tmp_path / "rows.json") == rows
    assert json.loads(rows.to_json())["findings"][5]["notice"] == "n1"


def test_the_report_says_of_a_rule_what_the_policy_says(rows: Result) -> None:
    page = render(rows, "html")
    for part in (
        "consumer AND NOT group_policy",
        "not group policy",
        "NOT signed",
        "Group policies.",
        "The quote of the day.",
        "new-customer",
        "2022-01-01",
        "2027-03-31",
        "2026-11-20",
        "source read at second hand",
        "https://example.org/act",
        "xx-notices",
    ):
        assert part in page, part
    assert page.lower().count("not legal advice") >= 2


@pytest.mark.parametrize("format", ["text", "md", "html"])
def test_the_law_is_never_shown_without_the_word_on_advice(rows: Result, format: str) -> None:
    text = render(rows, format).lower()
    assert "not legal advice" in text
    assert "compliant" not in text
    assert "complies" not in text
