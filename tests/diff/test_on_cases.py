"""Rows, notices, records and offers of the worked cases: compared with themselves and with each other."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from fairoffer import report
from fairoffer.diff.base import Found
from fairoffer.diff.gate import compared
from fairoffer.model.case import load_case
from fairoffer.model.inputs import Inputs, find_fixture
from fairoffer.model.result import Result

ALL = sorted(find_fixture("cases").glob("*/*.yaml"))
SAMPLE = ALL[:: max(1, len(ALL) // 60)]
PAIRS = [(one, other) for one, other in pairwise(ALL) if one.parent == other.parent][::8]


def against(head: Path, base: Path) -> Result:
    case = load_case(head)
    inputs: Inputs = case.inputs
    other = replace(load_case(base).inputs, policies=inputs.policies)
    return compared(inputs, Found("base", "directory", inputs=other), case.case.as_of, case.case.through)


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_case_against_itself(path: Path) -> None:
    result = against(path, path)
    assert result.base is not None
    assert {one.state for one in result.findings} <= {"unchanged"}
    assert (result.base.others, result.base.failing) == ([], 0)
    report.render(result, "text")


@pytest.mark.parametrize("paths", PAIRS, ids=lambda paths: f"{paths[0].parent.name}/{paths[0].stem}")
def test_a_case_against_another(paths: tuple[Path, Path]) -> None:
    result = against(*paths)
    assert result.base is not None
    assert sum(result.base.states.values()) == len(result.findings) + len(result.base.others)
    assert result.exit_code == (1 if result.base.failing else 0 if result.ledger.pass_ + result.ledger.failed else 4)
    seen = {one.id for one in result.findings} | {one.id for one in result.base.others}
    assert len(seen) == len(result.findings) + len(result.base.others), "each comparison has one state"
    assert result.to_json() == against(*paths).to_json()
