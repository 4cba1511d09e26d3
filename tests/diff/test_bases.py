"""Bases that are directories, catalog files and saved results; the two sides as they are read."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from fairoffer.audit.audited import compare_all
from fairoffer.audit.findings import findings
from fairoffer.diff import BaseError, diff
from fairoffer.diff.side import bare_findings, entries_of_audit, side_of_result
from fairoffer.errors import UsageError
from fairoffer.model.inputs import find_fixture, load_inputs
from fairoffer.model.result import Finding, Result
from fairoffer.verdict import judge, people_of
from tests.diff.repo import CATALOG, DAY, FILES, POLICY, SEGMENTS, replace, states, write

CHEAPER = ('"20.00", per: month', '"18.00", per: month')
WORSE = {"worsened": 6, "failing": 4}


def two(tmp_path: Path) -> tuple[Path, Path]:
    """An audit, and the same with a cheaper welcome."""
    head = write(tmp_path / "head", FILES)
    replace("catalog.yaml", CHEAPER)(head)
    return write(tmp_path / "base", FILES), head


def saved(tmp_path: Path, base: Path, day: date = DAY, through: date | None = None) -> Path:
    path = tmp_path / "saved.json"
    path.write_bytes(judge(load_inputs(base), day, through).to_json())
    return path


def test_a_directory(tmp_path: Path) -> None:
    base, head = two(tmp_path)
    result = diff(head, str(base), as_of=DAY)
    assert states(result) == WORSE
    assert result.base is not None
    assert (result.base.kind, result.base.revision, result.base.against) == ("directory", None, str(base))


def test_a_catalog_file(tmp_path: Path) -> None:
    base, head = two(tmp_path)
    result = diff(head / "catalog.yaml", str(base / "catalog.yaml"), as_of=DAY)
    assert result.base is not None
    assert result.base.states["worsened"] == 8
    assert not result.base.policy_changed


@pytest.mark.parametrize("name", ["*.yaml", "nothing"])
def test_a_head_is_one_thing(tmp_path: Path, name: str) -> None:
    base, head = two(tmp_path)
    with pytest.raises(UsageError, match="name one audit directory or one catalog file"):
        diff(head / name, str(base), as_of=DAY)


def test_a_saved_result(tmp_path: Path) -> None:
    base, head = two(tmp_path)
    against = diff(head, str(base), as_of=DAY)
    result = diff(head, str(saved(tmp_path, base)), as_of=DAY)
    assert states(result) == WORSE
    assert result.base is not None
    assert against.base is not None
    assert (result.base.kind, result.base.verdict) == ("result", "failed")
    assert result.base.others == against.base.others
    assert result.findings == against.findings


def test_a_saved_result_of_a_diff(tmp_path: Path) -> None:
    base, head = two(tmp_path)
    path = tmp_path / "diff.json"
    path.write_bytes(diff(head, str(base), as_of=DAY).to_json())
    assert states(diff(head, str(path), as_of=DAY)) == {"unchanged": 6, "failing": 0}


def test_a_saved_result_of_another_policy(tmp_path: Path) -> None:
    base, head = two(tmp_path)
    path = saved(tmp_path, base)
    write(head, {"policy.yaml": POLICY.replace("months: [12]", "months: [24]")})
    with pytest.raises(UsageError, match=r"judged by other policies \(ours: version 1 \(\w{12}\) now") as refused:
        diff(head, str(path), as_of=DAY)
    assert refused.value.exit_code == 2
    with pytest.raises(UsageError, match=r"best-offer: version 1 .* now, none in it; ours: none now"):
        diff(head, str(path), ["best-offer"], DAY)


def test_a_saved_result_of_another_day(tmp_path: Path) -> None:
    base, head = two(tmp_path)
    path = saved(tmp_path, base)
    with pytest.raises(UsageError, match="judged as of 2026-11-21, and this would be as of 2026-11-22"):
        diff(head, str(path), as_of=date(2026, 11, 22))
    with pytest.raises(UsageError, match=r"as of 2026-11-21 through 2026-12-31; .*--through"):
        diff(head, str(path), as_of=DAY, through=date(2026, 12, 31))


@pytest.mark.parametrize(
    "text, says",
    [
        ("", "is not JSON"),
        ('{"fairoffer": "result/2"}', "another version"),
        ('{"fairoffer": "catalog/1"}', "is not a result"),
    ],
)
def test_what_is_no_saved_result(tmp_path: Path, text: str, says: str) -> None:
    _, head = two(tmp_path)
    path = tmp_path / "saved.json"
    path.write_text(text)
    with pytest.raises(BaseError, match=says) as refused:
        diff(head, str(path), as_of=DAY)
    assert refused.value.exit_code == 2
    assert str(refused.value).startswith(f"base:{path}")


def test_a_saved_result_of_another_program(tmp_path: Path) -> None:
    base, head = two(tmp_path)
    path = saved(tmp_path, base)
    data = json.loads(path.read_text())
    path.write_text(json.dumps({**data, "version": "0.0.1"}))
    result = diff(head, str(path), as_of=DAY)
    assert result.reasons[-1] == f"The saved result was made by fairoffer 0.0.1, this one by {result.version}."


def test_a_saved_result_with_a_waiver_that_is_none(tmp_path: Path) -> None:
    base, head = two(tmp_path)
    path = saved(tmp_path, base)
    data = json.loads(path.read_text())
    data["waivers"] = [{"id": "waivers.yaml:3", "reason": "none"}]
    path.write_text(json.dumps(data))
    with pytest.raises(UsageError, match="a waiver of the saved result cannot be read"):
        diff(head, str(path), as_of=DAY)


@pytest.mark.parametrize(
    "files, says",
    [
        ({"catalog.yaml": "x: 1\n"}, "base:.*/base:catalog.yaml"),
        ({"policy.yaml": POLICY.replace("default-gap", "no-gap")}, ""),
        ({"segments.yaml": SEGMENTS.replace("welcome", "nobody")}, "base:.*/base:segments.yaml:3"),
    ],
)
def test_a_directory_that_cannot_be_read(tmp_path: Path, files: dict[str, str], says: str) -> None:
    base, head = two(tmp_path)
    write(base, files)
    if not says:
        assert states(diff(head, str(base), as_of=DAY)) == WORSE, "only its policy is wrong, and that is not used"
        return
    with pytest.raises(BaseError, match=says) as refused:
        diff(head, str(base), as_of=DAY)
    assert refused.value.exit_code == 2


def test_an_empty_directory(tmp_path: Path) -> None:
    _, head = two(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=r"base:.*/empty holds no catalog.yaml"):
        diff(head, str(tmp_path / "empty"), as_of=DAY)


def test_another_currency_is_nothing_to_measure_by(tmp_path: Path) -> None:
    base, head = two(tmp_path)
    write(base, {"catalog.yaml": CATALOG.replace("GBP", "EUR")})
    result = diff(head, str(base), as_of=DAY)
    assert states(result) == {"introduced": 6, "failing": 4}
    assert {one.gap_before for one in result.findings} == {None}


def test_facts_that_the_policy_of_now_cannot_read_at_the_base(tmp_path: Path) -> None:
    base, head = two(tmp_path)
    write(head, {"policy.yaml": POLICY.replace("compare:", "facts: {size: integer}\nscope: size > 3\ncompare:")})
    write(head, {"catalog.yaml": CATALOG.replace("attributes:", "facts: {size: 4}\nattributes:")})
    write(base, {"catalog.yaml": CATALOG.replace("attributes:", "facts: {size: large}\nattributes:")})
    with pytest.raises(BaseError, match=r"base:.*/base:catalog.yaml:4"):
        diff(head, str(base), as_of=DAY)


COMPARED = {
    "id", "policy", "rule", "check", "level", "product", "segment", "customer", "notice", "record", "offer",
    "place", "cells", "term", "unit", "gap", "gap_percent", "customers",
}  # fmt: skip


@pytest.mark.parametrize("name", ["broadband", "savings", "home-insurance", "fair", "spreadsheet"])
def test_a_bare_finding_says_what_the_whole_one_says(name: str) -> None:
    audited = compare_all(load_inputs(find_fixture(name)), DAY)
    people = people_of(audited)
    whole = {found.id: found for _, found in findings(audited, people)}
    for _, one in bare_findings(audited, people):
        assert parts(one) == parts(whole.pop(one.id))
    assert not whole


def parts(found: Finding) -> dict[str, object]:
    return {name: getattr(found, name) for name in COMPARED}


@pytest.mark.parametrize("name", ["broadband", "savings", "home-insurance"])
def test_both_ways_to_a_side_lead_to_the_same(name: str) -> None:
    inputs = load_inputs(find_fixture(name))
    result: Result = judge(inputs, DAY)
    audited = compare_all(inputs, DAY)
    assert side_of_result(result).entries == entries_of_audit(audited, people_of(audited))


@pytest.mark.parametrize("name", ["broadband", "savings", "home-insurance", "fair", "spreadsheet"])
def test_nothing_becomes_of_what_is_compared_with_itself(name: str) -> None:
    place = find_fixture(name)
    result = diff(place, str(place), as_of=DAY)
    assert result.base is not None
    assert {state for state, number in result.base.states.items() if number} <= {"unchanged"}
    assert result.base.others == []
    assert result.exit_code == 0
