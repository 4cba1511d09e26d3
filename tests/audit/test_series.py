"""What customers get tenure by tenure: every number is a comparison's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from fairoffer.model.inputs import load_inputs
from fairoffer.model.result import Result
from fairoffer.verdict import judge
from tests.audit.small import WELCOME, audit
from tests.drawing import DAY, Audit
from tests.engine import run
from tests.strategies import audits


def segment(name: str, low: str, high: str | None = None, **more: Any) -> dict[str, Any]:
    return {"id": name, "tenure_months": {"from": low, **({"to": high} if high else {})}, "customers": "10", **more}


def walk(result: Result, check: str) -> list[tuple[str, int | None, int | None, str, str]]:
    (line,) = [one for one in result.series if one.check == check]
    assert line.term == "total_cost@12"
    return [
        (one.segment, one.tenure_months.from_, one.tenure_months.to, one.existing, one.comparator)
        for one in line.points
    ]


def test_segments_stand_in_the_order_of_their_tenure() -> None:
    late, early = segment("late", "60", holds="welcome"), segment("early", "20", "59", holds="welcome")
    result = audit([WELCOME], [late, early], ["12", "24"])
    expected = [("early", 20, 59, "492.00", "273.21"), ("late", 60, None, "492.00", "273.21")]
    assert walk(result, "default-gap") == walk(result, "reach-gap") == expected


def test_a_segment_whose_deals_all_end_later_stands_where_the_first_does() -> None:
    young, old = segment("young", "1", "11", holds="welcome"), segment("old", "60", holds="welcome")
    first = walk(audit([WELCOME], [young, old]), "default-gap")[0]
    assert first[:3] == ("young", 18, 18)


def test_one_tenure_is_no_walk() -> None:
    assert audit([WELCOME], [segment("stayed", "60", holds="welcome")]).series == []


def test_nothing_that_was_not_compared_has_a_value() -> None:
    only_reach = [segment("a", "20", "59", product="fibre"), segment("b", "60", product="fibre")]
    standard = {"id": "standard", "price": [{"amount": "30.00"}]}
    result = audit([WELCOME, standard], only_reach)
    assert {one.check for one in result.series} == {"reach-gap"}


def agrees(result: Result) -> None:
    columns = result.comparisons
    keys = zip(columns.policy, columns.rule, columns.product, columns.segment, columns.term, strict=True)
    places = [tuple(sorted(place.items())) for place in columns.place]
    values = zip(columns.existing, columns.comparator, columns.outcome, strict=True)
    known = dict(zip(zip(keys, places, strict=True), values, strict=True))
    for line in result.series:
        place = tuple(sorted(line.place.items()))
        assert len({(one.tenure_months.from_, one.tenure_months.to) for one in line.points}) > 1
        for one in line.points:
            key = ((line.policy, line.rule, line.product, one.segment, line.term), place)
            assert known[key] == (one.existing, one.comparator, one.outcome)


@given(audits())
def test_every_value_is_that_of_a_comparison(drawn: Audit) -> None:
    agrees(run(drawn))


@pytest.mark.parametrize("demo", ["broadband", "savings", "home-insurance", "spreadsheet"])
def test_the_demos_have_walks(root: Path, demo: str) -> None:
    result = judge(load_inputs(root / "fixtures" / demo), DAY)
    assert result.series
    agrees(result)
    assert Result.model_validate_json(result.to_json()) == result
