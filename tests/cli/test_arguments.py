"""What words on the command line mean, and which are refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
import pytest

from fairoffer.cli.arguments import FORMATS, Output, as_day, as_output, as_outputs, find_inputs
from fairoffer.cli.outputs import gravest


def refusal(*words: str) -> str:
    with pytest.raises(click.UsageError) as caught:
        as_outputs(words)
    return caught.value.message


@pytest.mark.parametrize(
    "word, expected",
    [
        ("report.html", Output("html", Path("report.html"))),
        ("a.b/REPORT.JSON", Output("json", Path("a.b/REPORT.JSON"))),
        ("csv=findings.txt", Output("csv", Path("findings.txt"))),
        ("md=-", Output("md", None)),
        ("-", Output("text", None)),
        ("year=2026.html", Output("html", Path("year=2026.html"))),
        ("json=a=b", Output("json", Path("a=b"))),
        ("comparisons.parquet", Output("parquet", Path("comparisons.parquet"))),
        ("result.sarif", Output("sarif", Path("result.sarif"))),
        ("junit=report.xml", Output("junit", Path("report.xml"))),
        ("gitlab=quality.json", Output("gitlab", Path("quality.json"))),
        ("github=-", Output("github", None)),
    ],
)
def test_an_output(word: str, expected: Output) -> None:
    assert as_output(word) == expected


@pytest.mark.parametrize("word", ["report.pdf", "report", "report.xml", "html=", "x=report", ".html/report", ""])
def test_an_output_without_a_format(word: str) -> None:
    assert f"-o {word}: " in refusal(word)


def test_a_wrong_suffix_is_told_the_formats() -> None:
    assert all(name in refusal("report.pdf") for name in FORMATS)


def test_stdout_carries_one_thing() -> None:
    assert "one thing" in refusal("json=-", "csv=-")


def test_no_file_is_written_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "already written" in refusal("a.json", "html=./a.json")
    Path("link.json").symlink_to("a.json")
    assert "already written" in refusal("a.json", "link.json")
    assert len(as_outputs(("a.json", "a.html", "csv=-"))) == 3


def test_a_day() -> None:
    assert as_day("2026-11-21") == date(2026, 11, 21)


@pytest.mark.parametrize(
    "word", ["today", "2026-02-30", "20261121", "2026-W47-6", "21.11.2026", "2026-11-21T00:00", ""]
)
def test_not_a_day(word: str) -> None:
    with pytest.raises(click.BadParameter, match="2026-11-21"):
        as_day(word)


def test_a_pattern_means_the_one_thing_it_matches(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    assert find_inputs(f"{tmp_path}/o*") == tmp_path / "one"


def test_a_pattern_that_matches_nothing_or_too_much(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError, match="matches nothing"):
        find_inputs(f"{tmp_path}/*.yaml")
    (tmp_path / "a.yaml").touch()
    (tmp_path / "b.yaml").touch()
    with pytest.raises(click.UsageError, match="matches 2 paths"):
        find_inputs(f"{tmp_path}/*.yaml")


def test_a_name_with_brackets_is_a_name_when_it_is_there(tmp_path: Path) -> None:
    (tmp_path / "offers[1]").mkdir()
    assert find_inputs(f"{tmp_path}/offers[1]") == tmp_path / "offers[1]"


@pytest.mark.parametrize(
    "codes, expected", [((1, 5), 1), ((0, 5), 5), ((4, 5), 4), ((1, 4), 1), ((70, 1), 70), ((2, 3), 2), ((0,), 0)]
)
def test_which_of_several_endings_is_told(codes: tuple[int, ...], expected: int) -> None:
    assert gravest(codes) == expected
