"""GitHub annotations and GitLab code quality: no text gets out of its place."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairoffer import report
from fairoffer.model.result import InputFile, Result
from fairoffer.report import github
from fairoffer.report.points import sentences
from tests.report import every, large, results

NASTY = st.text(
    alphabet=st.one_of(st.sampled_from("%\r\n:,;=#[]() a"), st.characters(exclude_categories=["Cs"])), max_size=30
) | st.sampled_from(["::error::x", "%0A::error::x", "%25", "##[error]x", "a,line=1::x", "\r\n::stop-commands::x", ""])


def parsed(line: str) -> tuple[str, dict[str, str], str]:
    """A command as the runner takes it apart: at the first `::` after the start, at commas, at the first `=`."""
    assert line.startswith("::")
    head, _, data = line[2:].partition("::")
    kind, _, rest = head.partition(" ")
    properties = dict(part.split("=", 1) for part in rest.split(",") if "=" in part)
    assert len(properties) == len(rest.split(","))
    return kind, {name: _plain(value) for name, value in properties.items()}, _plain(data)


def _plain(text: str) -> str:
    for code, character in (("%2C", ","), ("%3A", ":"), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, character)
    return text


@given(title=NASTY, message=NASTY, path=NASTY)
def test_a_command_is_read_back_as_it_was_meant(title: str, message: str, path: str) -> None:
    line = github.command("error", {"file": path, "line": "7", "title": title}, message)
    assert len(re.split(r"[\r\n]", line)) == 1
    kind, properties, data = parsed(line)
    assert (kind, properties, data) == ("error", {"file": path, "line": "7", "title": title}, message)


@given(says=NASTY, name=NASTY, path=NASTY)
def test_a_line_for_each_annotation_whatever_the_texts_say(says: str, name: str, path: str) -> None:
    small = results.small()
    one = small.findings[0].model_copy(
        update={"says": says, "remedy": says, "product": name, "rule": name, "policy": name, "at": f"{path}x:3"}
    )
    made = report.render(small.model_copy(update={"findings": [one], "reasons": [says]}), "github")
    assert isinstance(made, str)
    summary, annotation, end = re.split(r"\r\n|\r|\n", made)
    assert end == ""
    assert parsed(summary)[0] == "notice"
    kind, properties, message = parsed(annotation)
    assert kind == "error"
    assert set(properties) == {"file", "line", "title"}
    assert properties["line"] == "3"
    assert message == f"{sentences([says or ' ', says and f'What mends it: {says}'])} [{one.id}]" or not says.strip()


def test_a_runner_sees_no_command_but_ours(hostile: Result) -> None:
    made = report.render(hostile, "github")
    assert isinstance(made, str)
    kinds = [parsed(line)[0] for line in made.splitlines()]
    assert set(kinds) <= {"error", "warning", "notice"}
    assert len(made.splitlines()) == 1 + len({one.cause for one in hostile.findings if one.state != "waived"})


def test_the_worst_ten_one_a_cause_and_how_many_there_are(big: Result) -> None:
    made = report.render(big, "github")
    assert isinstance(made, str)
    lines = made.splitlines()
    assert len(lines) == 11
    assert "10,000 findings" in lines[0]
    assert "10 of 10,000 are annotated" in lines[0]
    places = [parsed(line)[1]["line"] for line in lines[1:]]
    assert len(set(places)) == 10


def test_kinds_by_level_and_no_error_that_fails_nothing() -> None:
    change = every.change()
    calm = change.model_copy(
        update={
            "verdict": "passed",
            "findings": [one.model_copy(update={"fails": False}) for one in change.findings],
            "base": change.base and change.base.model_copy(update={"others": [], "failing": 0}),
        }
    )
    made = report.render(calm, "github")
    assert isinstance(made, str)
    assert "::error" not in made
    assert "::warning" in made
    assert made.startswith("::notice title=fairoffer%3A passed::Passed")


def test_a_passed_audit_says_so_in_one_line() -> None:
    result = Result(verdict="passed", exit_code=0, as_of="2026-11-21", version="0")
    assert report.render(result, "github") == (
        "::notice title=fairoffer%3A passed::Passed; 0 findings; 0 of 0 comparisons in scope could be made.\n"
    )


@pytest.mark.parametrize("format, key", [("github", "file=offers/uk/catalog.yaml,line=24"), ("gitlab", "offers/uk/")])
def test_paths_start_at_the_top_of_the_repository(small: Result, format: str, key: str) -> None:
    assert key in str(report.render(small, format, root="offers/uk"))


def test_code_quality_has_what_gitlab_asks_for() -> None:
    for result in (every.audit(), every.change(), large.hostile(), results.small()):
        issues = json.loads(str(report.render(result, "gitlab")))
        assert issues
        for one in issues:
            assert set(one) == {"type", "check_name", "description", "fingerprint", "severity", "location"}
            assert one["location"]["path"]
            assert one["location"]["lines"]["begin"] >= 1
            assert one["description"].strip()
            assert "\n" not in one["description"]
        assert len({one["fingerprint"] for one in issues}) == len(issues)


def test_what_was_there_before_is_in_code_quality_so_that_it_is_not_taken_for_mended() -> None:
    change = every.change()
    issues = {one["fingerprint"]: one for one in json.loads(str(report.render(change, "gitlab")))}
    kept = [one for one in change.findings if one.state == "unchanged" and one.waiver is None]
    assert kept
    assert all(issues[one.id]["description"].startswith("Unchanged: ") for one in kept)


def test_without_a_place_it_points_at_the_catalog(small: Result) -> None:
    one = small.findings[0].model_copy(update={"existing": None, "comparator": None})
    files = [InputFile(path="policy.yaml", kind="policy", sha256=""), InputFile(path="x.yaml", kind="book", sha256="")]
    made = str(report.render(small.model_copy(update={"findings": [one], "inputs": files}), "github"))
    assert "file=x.yaml,line=1," in made
    made = str(report.render(small.model_copy(update={"findings": [one], "inputs": []}), "github"))
    assert "file=catalog.yaml,line=1," in made
