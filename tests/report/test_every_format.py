"""One of everything through every renderer: nothing is missing, nothing is counted differently."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from xml.etree import ElementTree

import polars as pl
import pytest

from fairoffer import report
from fairoffer.checks import CHECKS
from fairoffer.model.result import LEVELS, STATES, Result
from fairoffer.report import states
from fairoffer.report.github import step_outputs
from tests.report import agree, every

RESULTS = {"audit": every.audit(), "change": every.change()}
FULL = ("json", "html", "csv", "md")
"""Formats that hold every finding and everything else that a change did."""


@pytest.fixture(params=RESULTS, ids=str)
def result(request: pytest.FixtureRequest) -> Result:
    return RESULTS[request.param]


def text(result: Result, format: str) -> str:
    data = report.render(result, format)
    return data if isinstance(data, str) else data.decode()


def waived(result: Result) -> set[str]:
    return {one.id for one in result.findings if one.waiver is not None}


def test_one_of_everything_is_there() -> None:
    audit, change = RESULTS["audit"], RESULTS["change"]
    assert change.base is not None
    assert {one.check for one in audit.findings} == set(CHECKS) == set(every.CHECKS)
    assert {(one.check, one.level, one.state) for one in audit.findings} == {
        (check, level, state) for check in CHECKS for level in LEVELS for state in ("open", "waived")
    }
    assert {one.state for one in change.findings} | {one.state for one in change.base.others} == set(STATES)
    assert {(one.state, one.level) for one in change.findings} == {
        (state, level) for state in every.OF_FINDINGS for level in LEVELS
    }
    assert {one.check for one in change.findings} == set(CHECKS)
    assert {one.state for one in [*change.waivers, *change.base.proposed]} == {*every.WAIVERS, "proposed"}
    assert {(one.fails, one.by_policy, one.waiver is None) for one in change.findings} == {
        (True, False, True),
        (False, False, True),
        (False, True, True),
        (False, False, False),
    }


@pytest.mark.parametrize("format", FULL)
def test_every_id_is_in_every_full_format(result: Result, format: str) -> None:
    shown = text(result, format)
    others = [*result.base.others, *result.base.policy_drops] if result.base else []
    assert [one.id for one in [*result.findings, *others] if one.id not in shown] == []


@pytest.mark.parametrize("format", [*FULL, "text"])
def test_every_waiver_and_its_state_is_said(result: Result, format: str) -> None:
    shown = " ".join(text(result, format).split())
    entries = [*result.waivers, *(result.base.proposed if result.base else [])]
    if format != "csv":  # it has the reason of the entry that accepts a finding, and no list of entries
        assert [one.state for one in entries if one.reason not in shown] == []
        assert [one.state for one in entries if one.state not in shown] == []
    assert "an entry that is used" in shown


def test_parquet_has_every_comparison_with_its_state(result: Result) -> None:
    data = report.render(result, "parquet")
    assert isinstance(data, bytes)
    frame = pl.read_parquet(io.BytesIO(data))
    became = dict(zip(frame["id"], frame["state"], strict=True))
    assert {one.id: became[one.id] for one in result.findings} == {
        one.id: states.shown(one, result.base is not None) for one in result.findings
    }
    if result.base is not None:
        others = {one.id: one.state for one in [*result.base.policy_drops, *result.base.others]}
        assert {name: became[name] for name in others} == others
        counted = Counter(str(state).partition(",")[0] for state in frame["state"])
        assert {state: counted[state] for state in STATES} == result.base.states
        gone = frame.filter(~pl.col("id").is_in(result.comparisons.id))
        assert gone["outcome"].null_count() == gone.height > 0


def test_sarif_has_what_a_change_is_blamed_for_and_nothing_waived(result: Result) -> None:
    (run,) = json.loads(text(result, "sarif"))["runs"]
    ids = [one["partialFingerprints"]["fairoffer/v1"] for one in run["results"]]
    expected = {one.id for one in result.findings} - waived(result)
    if result.base is not None:
        expected = {one.id for one in result.findings if one.id in expected and one.state in states.GATE}
        expected |= {one.id for one in result.base.others if one.state == "lost-sight" and one.waiver is None}
    assert len(ids) == len(set(ids))
    assert set(ids) == expected
    said = " ".join(one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"])
    assert f"{len(waived(result))} waived findings left out." in said


def test_gitlab_has_all_that_stands_and_nothing_waived(result: Result) -> None:
    issues = json.loads(text(result, "gitlab"))
    expected = {one.id for one in result.findings} - waived(result)
    if result.base is not None:
        expected |= {one.id for one in result.base.others if one.state == "lost-sight" and one.waiver is None}
    assert len(issues) == len({one["fingerprint"] for one in issues})
    assert {one["fingerprint"] for one in issues} == expected
    assert {one["severity"] for one in issues} == {"blocker", "critical", "major", "minor", "info"}


def test_junit_has_a_case_for_each_comparison_in_scope(result: Result) -> None:
    root = ElementTree.fromstring(text(result, "junit"))
    names = [case.get("name", "") for case in root.iter("testcase")]
    assert len(names) == len(set(names)) == result.ledger.all - result.ledger.out_of_scope
    assert [one.id for one in result.findings if not any(one.id in name for name in names)] == []


def test_annotations_are_the_worst_ten_causes(result: Result) -> None:
    lines = text(result, "github").splitlines()
    assert len(lines) == 11
    assert lines[0].startswith("::notice title=fairoffer%3A failed::")
    ids = [re.search(r"\[(fo1_\w+)\]$", line) for line in lines[1:]]
    by_cause: dict[str, str] = {}
    for one in json.loads(text(result, "sarif"))["runs"][0]["results"]:
        by_cause.setdefault(one["properties"]["cause"], one["partialFingerprints"]["fairoffer/v1"])
    assert [match and match[1] for match in ids] == list(by_cause.values())[:10]
    assert all(line.startswith("::error file=catalog.yaml,line=") for line in lines[1:])


def test_the_summary_says_every_state_and_lists_what_fails() -> None:
    change = RESULTS["change"]
    assert change.base is not None
    shown = text(change, "text")
    lines = [line.strip() for line in shown.splitlines()]
    for state in STATES:
        assert f"- {change.base.states[state]} {state}: {states.WORDS[state]}" in lines, state
    assert "against origin/main at 3f2a1b9c0d5e" in shown
    assert "Fails the gate (12)" in lines
    assert [one.id for one in [*change.findings, *change.base.others] if one.fails and one.id not in shown] == []


def test_all_formats_of_a_change_agree_on_the_counts() -> None:
    change = RESULTS["change"]
    assert change.base is not None
    wanted = {state: change.base.states[state] for state in STATES}
    assert {format: counts for format, counts in agree.states_by_format(change).items() if counts != wanted} == {}
    assert set(agree.failing_by_format(change).values()) == {12}


def test_all_formats_agree_on_findings_and_waived_ones(result: Result) -> None:
    counts = states.counted(result)
    live, accepted = counts["findings"], counts["waived"]
    assert (live, accepted) == (result.totals.findings, result.ledger.of_which_waived)
    rows = list(csv.DictReader(io.StringIO(text(result, "csv"))))
    ids = {one.id for one in result.findings}
    assert sum(row["id"] in ids for row in rows) == live + accepted
    assert f"{accepted} more waived" in text(result, "md")
    assert f"{accepted} more waived" in text(result, "html")
    assert f"{accepted} more waived" in " ".join(text(result, "text").split())
    assert f"; {accepted} waived; " in text(result, "github")
    outputs = step_outputs(result)
    assert (outputs["findings"], outputs["waived"]) == (str(live), str(accepted))
    root = ElementTree.fromstring(text(result, "junit"))
    noted = [case.findtext("system-out") or "" for case in root.iter("testcase")]
    assert sum(note.startswith("waived by waivers.yaml:3") for note in noted) == accepted
    if result.base is None:
        (run,) = json.loads(text(result, "sarif"))["runs"]
        assert len(run["results"]) == len(json.loads(text(result, "gitlab"))) == live
        may_fail = sum(one.waiver is None and one.level in states.ERRORS for one in result.findings)
        assert int(root.get("failures", "-1")) == may_fail
        assert int(root.get("skipped", "-1")) == counts["not-assessable"]


@pytest.mark.parametrize("format", report.FORMATS)
def test_same_bytes_twice(result: Result, format: str) -> None:
    again = Result.model_validate_json(result.to_json())
    assert report.render(result, format) == report.render(again, format)


def test_step_outputs_are_single_lines(result: Result) -> None:
    outputs = step_outputs(result)
    assert outputs["verdict"] == "failed"
    assert re.fullmatch(r"0\.\d{4}|1\.0000", outputs["coverage"])
    assert ("introduced" in outputs) == (result.base is not None)
    assert all(re.fullmatch(r"[\w.-]+", value) for value in outputs.values())
    assert all(re.fullmatch(r"[a-z_]+", name) for name in outputs)


def test_rows_of_two_places_can_be_told_apart() -> None:
    change = RESULTS["change"]
    assert change.base is not None
    findings = [one.model_copy(update={"place": {"channel": "phone"}}) for one in change.findings[:1]]
    others = [one.model_copy(update={"place": {"channel": "post"}}) for one in change.base.others]
    base = change.base.model_copy(update={"others": others})
    moved = change.model_copy(update={"findings": [*findings, *change.findings[1:]], "base": base})
    for format in ("md", "text", "csv"):
        shown = text(moved, format)
        assert [place for place in ("channel web", "channel phone", "channel post") if place not in shown] == [], format


def test_the_number_that_a_changed_policy_drops_is_said() -> None:
    change = RESULTS["change"]
    assert "| dropped | 1 |" in text(change, "md")
    assert "- 1 dropped: a finding under the policy of the base" in text(change, "text")
    assert "1 dropped by a changed policy" in text(change, "github")
    assert json.loads(text(change, "sarif"))["runs"][0]["properties"]["counts"]["dropped"] == 1
    assert states.WORDS["dropped"] in text(change, "html")


def test_nothing_left_out_is_not_said_where_sight_was_lost() -> None:
    """Of an audit that compared all that there is now, and of a base that had more."""
    change = RESULTS["change"]
    assert change.base is not None
    ledger = change.ledger.model_copy(update={"not_assessable": {}, "offers": {}})
    totals = change.totals.model_copy(update={"customers": 1})
    seen = change.model_copy(update={"ledger": ledger, "totals": totals, "policies_not_run": [], "problems": []})
    lost = sum(one.state == "lost-sight" for one in change.base.others)
    for format in ("md", "text", "html"):
        assert "Nothing was left out" not in text(seen, format)
    assert f"{lost} comparisons of the base no longer made" in text(seen, "md")
