"""SARIF as the standard and the code hosts ask for it, with findings in it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from fairoffer import report
from fairoffer.model.result import InputFile, Result, Rule
from fairoffer.report import sarif
from tests.report import every, large, on_rows, results, sarif_shape

OFFICIAL = Path(__file__).parent / "schemas" / "sarif-2.1.0.json"
RESULTS = {
    "small": results.small,
    "rows": on_rows.rows,
    "hostile": large.hostile,
    "audit": every.audit,
    "change": every.change,
    "bare": lambda: Result(verdict="not-proven", exit_code=4, as_of="2026-11-21", version="0"),
}


def log(result: Result, root: str = "") -> dict[str, Any]:
    text = report.render(result, "sarif", root=root)
    assert isinstance(text, str)
    made: dict[str, Any] = json.loads(text)
    return made


def run_of(result: Result, root: str = "") -> dict[str, Any]:
    (run,) = log(result, root)["runs"]
    assert isinstance(run, dict)
    return run


@pytest.mark.parametrize("name", RESULTS)
def test_a_log_is_what_the_standard_asks_for(name: str) -> None:
    Draft7Validator.check_schema(sarif_shape.LOG)
    made = log(RESULTS[name]())
    assert [f"{error.json_path}: {error.message}" for error in Draft7Validator(sarif_shape.LOG).iter_errors(made)] == []
    assert bool(made["runs"][0]["results"]) == (name != "bare")


@pytest.mark.parametrize("name", RESULTS)
def test_a_log_is_valid_under_the_published_schema(name: str) -> None:
    schema = json.loads(OFFICIAL.read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(log(RESULTS[name]()))] == []


@pytest.mark.parametrize(
    "path, value",
    [
        (("results", 0, "locations", 0, "physicalLocation", "region", "startLine"), 0),
        (("results", 0, "level"), "fatal"),
        (("results", 0, "message"), {}),
        (("results", 0, "surprise"), 1),
        (("results", 0, "partialFingerprints", "fairoffer/v1"), 1),
        (("results", 0, "locations", 0, "physicalLocation", "artifactLocation", "uri"), "a b"),
        (("tool", "driver", "rules", 0, "id"), None),
        (("invocations", 0), {}),
    ],
)
def test_the_shape_refuses_what_the_standard_refuses(path: tuple[str | int, ...], value: object) -> None:
    made = log(every.audit())
    *way, last = path
    place: Any = made["runs"][0]
    for step in way:
        place = place[step]
    place[last] = value
    assert list(Draft7Validator(sarif_shape.LOG).iter_errors(made))


@pytest.mark.parametrize("name", [name for name in RESULTS if name != "bare"])
def test_every_result_has_a_place_a_rule_and_fingerprints(name: str) -> None:
    run = run_of(RESULTS[name]())
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for one in run["results"]:
        (location,) = one["locations"]
        physical = location["physicalLocation"]
        assert physical["artifactLocation"]["uri"]
        assert physical["region"]["startLine"] >= 1
        assert rules[one["ruleIndex"]]["id"] == one["ruleId"]
        prints = one["partialFingerprints"]
        assert prints["fairoffer/v1"] == prints["primaryLocationLineHash"]
        assert one["level"] in ("error", "warning", "note")
        assert one["message"]["text"].strip()


def test_levels() -> None:
    levels = {(one["properties"]["level"], one["level"]) for one in run_of(every.audit())["results"]}
    assert levels == {
        ("breach", "error"),
        ("commitment", "error"),
        ("house", "error"),
        ("review", "warning"),
        ("shadow", "note"),
    }


def test_of_a_change_only_what_fails_is_an_error_and_every_result_has_its_baseline() -> None:
    found = run_of(every.change())["results"]
    assert all((one["level"] == "error") == one["properties"]["fails"] for one in found)
    assert {(one["properties"]["state"], one["baselineState"]) for one in found} == {
        ("introduced", "new"),
        ("worsened", "updated"),
        ("waiver-breached", "updated"),
        ("lost-sight", "new"),
    }
    assert not [one for one in run_of(every.audit())["results"] if "baselineState" in one]


def test_rules_do_not_depend_on_findings() -> None:
    result = every.audit()
    without = result.model_copy(update={"findings": []})
    assert run_of(result)["tool"] == run_of(without)["tool"]
    (rule, *_) = run_of(result)["tool"]["driver"]["rules"]
    assert rule["id"] == "xx-everything/rule-component-gap"
    assert rule["helpUri"] == "https://example.org/act#1"
    assert "not legal advice" in rule["help"]["text"]


def test_the_worst_five_thousand_and_how_many_more(big: Result) -> None:
    run = run_of(big)
    assert len(run["results"]) == sarif.LIMIT
    ids = [one.id for one in sorted(big.findings, key=lambda one: -Decimal(one.gap_per_year or 0))]
    shown = {one["partialFingerprints"]["fairoffer/v1"] for one in run["results"]}
    assert set(ids[:4_900]) < shown
    said = [one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]]
    assert any("Only the 5,000 worst results are in this log; 5,000 more are left out." in one for one in said)


def test_what_could_not_be_assessed_is_said(small: Result) -> None:
    said = [one["message"]["text"] for one in run_of(small)["invocations"][0]["toolExecutionNotifications"]]
    assert said[0].startswith("Failed: 5 findings of level house")
    assert "1 waived finding left out." in said
    assert "1 comparison could not be assessed, and no result says so." in said


@pytest.mark.parametrize(
    "root, path, uri",
    [
        ("", "catalog.yaml", "catalog.yaml"),
        ("offers/uk", "catalog.yaml", "offers/uk/catalog.yaml"),
        ("offers", "../shared/catalog.yaml", "shared/catalog.yaml"),
        ("", "a b/c:d.yaml", "a%20b/c%3Ad.yaml"),
        ("", "a\\b.yaml", "a/b.yaml"),
        ("ä", "ö%.yaml", "%C3%A4/%C3%B6%25.yaml"),
    ],
)
def test_paths_are_those_of_the_repository(small: Result, root: str, path: str, uri: str) -> None:
    nowhere = small.findings[0].model_copy(update={"existing": None, "comparator": None})
    files = [InputFile(path="policy.yaml", kind="policy", sha256=""), InputFile(path=path, kind="catalog", sha256="")]
    (one,) = run_of(small.model_copy(update={"findings": [nowhere], "inputs": files}), root)["results"]
    physical = one["locations"][0]["physicalLocation"]
    assert physical == {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}}
    placed = small.findings[0].model_copy(update={"at": f"{path}:24", "existing": None, "comparator": None})
    (one,) = run_of(small.model_copy(update={"findings": [placed], "inputs": []}), root)["results"]
    physical = one["locations"][0]["physicalLocation"]
    assert physical == {"artifactLocation": {"uri": uri}, "region": {"startLine": 24}}
    assert unquote(uri).endswith(path.rpartition("/")[2].replace("\\", "/"))


def test_the_other_side_is_a_related_place(small: Result) -> None:
    one = run_of(small)["results"][0]
    assert "relatedLocations" not in one  # both sides stand on one line
    sides = small.findings[0].model_copy(
        update={"existing": small.findings[0].existing.model_copy(update={"at": "segments.yaml:7"})}
        if small.findings[0].existing
        else {}
    )
    (one,) = run_of(small.model_copy(update={"findings": [sides]}))["results"]
    (other,) = one["relatedLocations"]
    assert other["physicalLocation"]["artifactLocation"]["uri"] == "segments.yaml"


@pytest.mark.parametrize("text", ["see [this](https://evil.example)", "{0} and {12}", "![x](javascript:alert(1))"])
def test_messages_hold_no_links_and_no_placeholders(small: Result, text: str) -> None:
    findings = [small.findings[0].model_copy(update={"says": text, "remedy": text})]
    rules = [Rule(id="by-default", policy="best-offer", words=text, formula=text)]
    shown = report.render(small.model_copy(update={"findings": findings, "rules": rules}), "sarif")
    assert "](" not in str(shown)
    assert "{0}" not in str(shown)
    assert "{12}" not in str(shown)


def test_two_catalogs_of_one_repository_are_kept_apart(small: Result, hostile: Result) -> None:
    assert run_of(small)["automationDetails"]["id"] == "fairoffer/broadband-2026-q4/"
    name = run_of(hostile)["automationDetails"]["id"]
    assert set(name.removeprefix("fairoffer/").removesuffix("/")) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
    )
