"""Text of a catalog is text in every output: it runs nothing, hides nothing, breaks nothing."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser

import polars as pl
import pytest

from fairoffer import report
from fairoffer.model.result import Result
from fairoffer.report import words
from fairoffer.report.markdown import text as markdown_text
from fairoffer.report.tables import cell
from tests.report.large import HOSTILE, LONG

HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f]")


def render(result: Result, format: str) -> str:
    data = report.render(result, format)
    return data if isinstance(data, str) else data.decode()


@pytest.mark.parametrize("format", ["text", "csv", "md", "html", "json", "sarif", "junit", "gitlab", "github"])
def test_nothing_hidden_is_left(hostile: Result, format: str) -> None:
    assert not HIDDEN.findall(render(hostile, format))


@pytest.mark.parametrize("format", ["text", "csv", "html", "md", "junit", "github"])
def test_marks_that_turn_text_round_are_shown(hostile: Result, format: str) -> None:
    assert "⟨U+202E⟩" in render(hostile, format)


@pytest.mark.parametrize("format", ["text", "md"])
def test_no_line_is_a_workflow_command(hostile: Result, format: str) -> None:
    lines = render(hostile, format).splitlines()
    assert not [line for line in lines if line.lstrip().startswith("::")]
    assert not [line for line in lines if "##[" in line]


def test_terminal_text_carries_no_codes_but_its_own(hostile: Result) -> None:
    assert "\x1b" not in render(hostile, "text")
    coloured = report.render(hostile, "text", colour=True)
    assert isinstance(coloured, str)
    assert set(re.findall(r"\x1b\[[0-9;]*m", coloured)) == {"\x1b[31;1m", "\x1b[1m", "\x1b[0m"}


def test_csv_has_no_formula_and_one_row_a_finding(hostile: Result) -> None:
    text = render(hostile, "csv")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == len(hostile.findings) + 1 == text.count("\n")
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not [one for row in rows for one in row if re.match(r"\s*[=+\-@\t\r]", one)]
    assert any(one.startswith("'=HYPERLINK") for row in rows for one in row)


@pytest.mark.parametrize(
    "value, written",
    [("=1+1", "'=1+1"), ("+1", "'+1"), ("-1.50", "-1.50"), ("-1+1", "'-1+1"), ("@x", "'@x"), ("\t=1", "⟨U+0009⟩=1"),
     (" =1", "' =1"), ("plain", "plain"), (None, ""), (7, "7"), ("\r\n=1", "⟨U+000D⟩⟨U+000A⟩=1")],
)  # fmt: skip
def test_csv_cells(value: str | int | None, written: str) -> None:
    assert cell(value) == written


class Page(HTMLParser):
    """Tags, attributes and visible text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.handlers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_page_runs_and_fetches_nothing(hostile: Result) -> None:
    page = Page(render(hostile, "html"))
    assert page.tags.count("script") == 1  # the page's own, which the policy of the page names by its hash
    assert "img" not in page.tags
    assert not page.handlers
    assert all(link.startswith(("#", "data:,")) for link in page.links)
    assert "<script>alert(1)</script>" in page.text


def test_page_shortens_a_long_name_and_has_it_in_full_once(hostile: Result) -> None:
    html = render(hostile, "html")
    assert html.count(LONG) == 1
    assert len(html) < 200_000


def test_csv_and_json_hold_long_names_in_full(hostile: Result) -> None:
    assert LONG in render(hostile, "csv")
    assert LONG in json.dumps(json.loads(render(hostile, "json")))


def test_markdown_is_inert(hostile: Result) -> None:
    text = render(hostile, "md")
    assert "<script" not in text
    assert not re.search(r"(?<!\\)[\[\]]", text)
    assert not re.search(r"@(?!<!-- -->)", text)
    tables = [line for line in text.splitlines() if line.startswith("| ")]
    widths = {len(re.findall(r"(?<!\\)\|", line)) for line in tables}
    assert widths == {4, 13}


@pytest.mark.parametrize("value", ["# heading", "- item", "+ item", "1. one", "2) two", "> quote", "=== "])
def test_markdown_text_starts_nothing(value: str) -> None:
    assert markdown_text(value) != value
    assert not re.match(r"([#+=>-]|\d+[.)])", markdown_text(value))
    assert markdown_text("98.96%") == "98.96%"


def test_parquet_holds_the_text_as_it_is(hostile: Result) -> None:
    data = report.render(hostile, "parquet")
    assert isinstance(data, bytes)
    assert pl.read_parquet(io.BytesIO(data))["segment"][0] == HOSTILE


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//host", "https://a b", 'https://a"b', None]
)
def test_only_web_addresses_are_links(url: str | None) -> None:
    assert words.link(url) is None
    assert words.link("https://example.org/a") == "https://example.org/a"
