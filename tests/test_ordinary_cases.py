"""The worked cases of best-offer: each holds; every rule has one that fails, one that passes, one not assessable."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairoffer.cases import find_cases, run_file
from fairoffer.model.case import Expectation, load_case
from fairoffer.model.shipped import shipped_policies

CASES = find_cases([Path(__file__).parents[1] / "fixtures" / "cases" / "best-offer"])
POLICY = next(policy for policy in shipped_policies() if policy.id == "best-offer")
RULES: dict[str, str] = {rule.id: rule.level for rule in POLICY.rules}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    assert run_file(path).faults == ()


def expectations() -> list[Expectation]:
    return [expectation for path in CASES for expectation in load_case(path).case.expect if expectation.rule]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_failing_a_passing_and_a_not_assessable_case(rule: str) -> None:
    found = {expectation.outcome for expectation in expectations() if expectation.rule == rule}
    assert found >= {RULES[rule], "pass", "not-assessable"}


def test_every_case_has_its_own_name() -> None:
    names = [load_case(path).case.name for path in CASES]
    assert len(set(names)) == len(names)
