"""The result file: the same bytes every time, read back whole, and refused with a reason where it is something else."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from pydantic import ValidationError

from fairoffer.errors import InputError
from fairoffer.model.result import Comparisons, Result, result_schema
from tests.report import large, results

DESIGNED = {
    "fairoffer", "verdict", "exit_code", "reasons", "as_of", "version", "policies", "policies_not_run", "inputs",
    "totals", "ledger", "assumptions", "findings", "comparisons", "offers", "rules", "series", "waivers", "problems",
}  # fmt: skip
FINDING = {
    "id", "policy", "rule", "check", "level", "state", "by_policy", "fails", "gap_before",
    "product", "segment", "customer", "notice", "record", "offer",
    "at", "within", "place", "tenure_months", "days",
    "cells", "term", "unit", "existing", "comparator", "gap", "gap_least", "gap_max", "gap_percent", "customers",
    "customers_coming", "gap_per_year", "cause", "why", "says", "customer_view", "steps", "remedy", "source", "waiver",
    "book",
}  # fmt: skip


def save(path: Path, data: object) -> Path:
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_keys_are_those_of_the_contract(small: Result) -> None:
    data = json.loads(small.to_json())
    assert set(data) >= DESIGNED
    assert set(data) - DESIGNED == {"through", "catalog", "base", "book", "statistics"}
    assert set(data["findings"][0]) == FINDING
    assert data["findings"][0]["tenure_months"] == {"from": 60, "to": None}
    assert data["ledger"]["pass"] == 3


def test_no_number_in_it_is_a_float(small: Result) -> None:
    json.loads(small.to_json(), parse_float=lambda text: pytest.fail(f"{text} is a float"))


def test_same_result_same_bytes_and_back(small: Result, tmp_path: Path) -> None:
    saved = tmp_path / "result.json"
    saved.write_bytes(small.to_json())
    loaded = Result.load(saved)
    assert loaded == small
    assert loaded.to_json() == small.to_json() == results.small().to_json()


def test_hidden_characters_are_written_as_escapes(hostile: Result, tmp_path: Path) -> None:
    data = hostile.to_json()
    assert b"\\u202e" in data
    assert "\u202e".encode() not in data
    saved = tmp_path / "result.json"
    saved.write_bytes(data)
    assert Result.load(saved) == hostile


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is not a result"),
        ("{}", "is not a result"),
        ('{"fairoffer": 7}', "is not a result"),
        ('{"fairoffer": "catalog/1"}', "is not a result but 'catalog/1'"),
        ('{"fairoffer": "result/2"}', "another version: 'result/2'; this program reads 'result/1'"),
        ('{"fairoffer": "result/1"}', "verdict: Field required"),
        ('{"fairoffer": "result/1", "verdict": "passed", "exit_code": 0, "as_of": "x", "version": "1"}', "as_of: "),
        ('{"fairoffer": "result/1", "verdikt": "passed"}', "verdikt: Extra inputs"),
    ],
)  # fmt: skip
def test_what_is_not_a_result_is_refused_with_a_reason(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "saved.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        Result.load(path)
    assert refused.value.exit_code == 3
    assert message in str(refused.value)
    assert str(path) in str(refused.value)


def test_binary_and_missing_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "saved.json"
    path.write_bytes(b"\xff\xfe\x00")
    for wrong in (path, tmp_path / "nowhere.json", tmp_path):
        with pytest.raises(InputError):
            Result.load(wrong)


def test_a_number_that_is_not_one_is_refused(small: Result, tmp_path: Path) -> None:
    data = json.loads(small.to_json())
    data["findings"][0]["gap"] = "<script>"
    with pytest.raises(InputError, match=r"findings\.0\.gap"):
        Result.load(save(tmp_path / "r.json", data))


def test_columns_of_different_length_are_refused(small: Result, tmp_path: Path) -> None:
    data = json.loads(small.to_json())
    data["comparisons"]["reason"].pop()
    with pytest.raises(InputError, match="one length"):
        Result.load(save(tmp_path / "r.json", data))
    with pytest.raises(ValidationError):
        Comparisons(id=["a"])


@pytest.mark.parametrize("name", ["customer", "notice", "record", "offer"])
def test_what_only_rows_have_may_be_left_out_but_not_by_halves(small: Result, tmp_path: Path, name: str) -> None:
    data = json.loads(small.to_json())
    data["comparisons"][name] = []
    assert Result.load(save(tmp_path / "r.json", data)).comparisons.gap == small.comparisons.gap
    del data["comparisons"][name]
    assert Result.load(save(tmp_path / "r.json", data)).comparisons.gap == small.comparisons.gap
    data["comparisons"][name] = ["one"]
    with pytest.raises(InputError, match="one length"):
        Result.load(save(tmp_path / "r.json", data))


def test_a_result_of_before_there_were_rows_is_still_read(small: Result, tmp_path: Path) -> None:
    data = json.loads(small.to_json())
    later = {"customer", "notice", "record", "offer", "at"}
    data["findings"] = [{k: v for k, v in one.items() if k not in later} for one in data["findings"]]
    data["comparisons"] = {k: v for k, v in data["comparisons"].items() if k not in later}
    before = {"id", "policy", "check", "level", "title", "words", "formula", "tolerance", "source"}
    data["rules"] = [{k: v for k, v in one.items() if k in before} for one in data["rules"]]
    unknown = {"jurisdiction", "source", "effective"}
    data["policies"] = [{k: v for k, v in one.items() if k not in unknown} for one in data["policies"]]
    assert [one.id for one in Result.load(save(tmp_path / "r.json", data)).findings] == [
        one.id for one in small.findings
    ]


def test_a_result_does_not_change(small: Result) -> None:
    with pytest.raises(ValidationError):
        small.verdict = "passed"  # type: ignore[misc]


def test_schema_names_every_key(small: Result) -> None:
    schema = result_schema()
    assert set(schema["properties"]) == set(json.loads(small.to_json()))
    assert "from" in schema["$defs"]["Months"]["properties"]
    json.dumps(schema)


def test_a_large_result_is_cheap() -> None:
    started = time.perf_counter()
    many = large.big(findings=10_000, comparisons=100_000)
    data = many.to_json()
    assert time.perf_counter() - started < 15
    assert data.count(b"\n") < 30_000
