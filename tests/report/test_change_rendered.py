"""Real changes to the demos in every format: they agree with each other, and with the gate."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from fairoffer import report
from fairoffer.diff import diff
from fairoffer.model.inputs import find_fixture
from fairoffer.model.result import Result
from tests.report import agree, sarif_shape

DAY = date(2026, 11, 21)
Edit = Callable[[str], str]


def cheaper(catalog: str) -> str:
    """Every third price and rate a fifth lower: some findings are new, some grow, some shrink, some go."""
    number = 0

    def lower(found: re.Match[str]) -> str:
        nonlocal number
        number += 1
        return found[0] if number % 3 else f'{found[1]}"{Decimal(found[2]) * 8 / 10:.2f}"'

    return re.sub(r'((?:amount|percent): )"([0-9.]+)"', lower, catalog)


def silent(catalog: str) -> str:
    """Nothing says any more whom the first offer for new customers is for."""
    return re.sub(r"audience: new\b", "audience: unknown", catalog, count=1)


def expired(catalog: str) -> str:
    """The first offer for new customers can no longer be taken."""
    return catalog.replace("to: 2030-12-31", "to: 2026-10-31", 1)


def untouched(catalog: str) -> str:
    return catalog + "\n# nothing but a comment\n"


EDITS = {"cheaper": cheaper, "silent": silent, "expired": expired, "untouched": untouched}


@pytest.fixture(params=[f"{demo}-{edit}" for demo in ("broadband", "savings", "home-insurance") for edit in EDITS])
def change(request: pytest.FixtureRequest, tmp_path: Path) -> Result:
    demo, _, edit = request.param.rpartition("-")
    shutil.copytree(find_fixture(demo), tmp_path / "base")
    shutil.copytree(find_fixture(demo), tmp_path / "head")
    catalog = tmp_path / "head" / "catalog.yaml"
    catalog.write_text(EDITS[edit](catalog.read_text(encoding="utf-8")), encoding="utf-8")
    return diff(str(tmp_path / "head"), str(tmp_path / "base"), as_of=DAY)


def test_formats_and_gate_agree(change: Result) -> None:
    assert change.base is not None
    wanted = dict(change.base.states)
    assert {name: counts for name, counts in agree.states_by_format(change).items() if counts != wanted} == {}
    assert set(agree.failing_by_format(change).values()) == {change.base.failing}
    assert (change.exit_code == 1) == (change.base.failing > 0)


def test_every_format_can_be_made_and_says_no_none(change: Result) -> None:
    for format in report.FORMATS:
        made = report.render(change, format)
        assert made == report.render(Result.model_validate_json(change.to_json()), format)
        if isinstance(made, str):
            assert "None" not in made
    made = json.loads(str(report.render(change, "sarif")))
    assert list(Draft7Validator(sarif_shape.LOG).iter_errors(made)) == []
