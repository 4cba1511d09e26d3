"""The engine against the oracle on all worked cases of rows: every rule of their policies, not only those expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairoffer.model.case import load_case
from fairoffer.verdict import judge
from tests.engine_rows import result_differences
from tests.oracle.rows import audit_rows
from tests.oracle.sql import Parsed

CASES = Path(__file__).resolve().parent.parent / "fixtures" / "cases"
FOLDERS = sorted(path.name for path in CASES.iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", FOLDERS)
def test_worked_cases_are_judged_as_the_oracle_judges_them(folder: str) -> None:
    found = []
    for path in sorted((CASES / folder).glob("*.yaml")):
        loaded = load_case(path)
        inputs = loaded.inputs
        if inputs.catalog.offers or inputs.segments is not None:
            continue
        result = judge(inputs, loaded.case.as_of)
        wanted = audit_rows(inputs, loaded.case.as_of, Parsed())
        found += [f"{path.name}: {said}" for said in result_differences(result, wanted)]
    assert not found, "\n".join(found)
