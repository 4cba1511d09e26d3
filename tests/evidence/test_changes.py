"""Differences between two results, in words."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairoffer.evidence.changes import changes

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "path", "gap", "x"]), inner),
    max_leaves=12,
)
PARTS = st.dictionaries(
    st.sampled_from(["version", "inputs", "policies", "findings", "comparisons", "totals", "problems"]), JSON
)


def test_nothing_differs(result: Path) -> None:
    read = json.loads(result.read_bytes())
    assert list(changes(read, copy.deepcopy(read))) == []


def test_what_explains_the_rest_comes_first(result: Path) -> None:
    then = json.loads(result.read_bytes())
    now = copy.deepcopy(then)
    now["version"] = "9.9.9"
    now["inputs"][0]["sha256"] = "0" * 64
    now["inputs"].append({"path": "x.yaml", "kind": "offers", "sha256": "", "rows": 1})
    del now["inputs"][1]
    now["policies"][0]["sha256"] = "1" * 64
    now["verdict"] = "passed"
    gone = now["findings"].pop(0)
    now["findings"][0]["customers"] = 7
    now["totals"]["currency"] = "EUR"
    for column in now["comparisons"].values():
        del column[-1:]
    said = list(changes(then, now))
    starts = (
        f"version: fairoffer {then['version']} computed the result, this is 9.9.9",
        f"input catalog.yaml: another file; SHA-256 {then['inputs'][0]['sha256']} then, 000",
        "input segments.yaml: was read then, is not read now",
        "input x.yaml: is read now, was not read then",
        "policies[best-offer].sha256: ",
        "verdict: failed then, passed now",
        f"findings[{gone['id']}, best-offer/",
        "findings[",
        f"comparisons: {len(then['comparisons']['id'])} then, {len(then['comparisons']['id']) - 1} now",
        f"comparison {then['comparisons']['id'][-1]}: made then, not made now",
        "totals.currency: GBP then, EUR now",
    )
    assert len(said) == len(starts)
    for sentence, start in zip(said, starts, strict=True):
        assert sentence.startswith(start)


def test_order_alone(result: Path) -> None:
    then = json.loads(result.read_bytes())
    now = copy.deepcopy(then)
    now["findings"].reverse()
    assert list(changes(then, now)) == ["findings: in another order"]
    now = copy.deepcopy(then)
    for column in now["comparisons"].values():
        column.reverse()
    assert list(changes(then, now)) == ["the same parts, in another order"]


@pytest.mark.parametrize(
    "then, now, said",
    [
        ({"x": "a" * 200}, {"x": None}, "x: " + "a" * 79 + "… then, null now"),
        ({"x": [1, 2]}, {"x": [1, 3]}, "x[1]: 2 then, 3 now"),
        ({"x": [1, 2]}, {"x": [1]}, "x: [1, 2] then, [1] now"),
        ({"x": {"y": 1}}, {}, 'x: {"y": 1} then, null now'),
        ({"problems": [{"path": "a", "message": "m"}]}, {"problems": []}, "warning then, not now: a: m"),
        ({"problems": 1}, {"problems": []}, "problems: 1 then, [] now"),
        ({"x": [{"id": "a", "g": 1}]}, {"x": [{"id": "a", "g": 2}]}, "x[a].g: 1 then, 2 now"),
    ],
)
def test_values(then: dict[str, Any], now: dict[str, Any], said: str) -> None:
    assert list(changes(then, now)) == [said]


@given(PARTS, PARTS)
def test_results_of_any_shape(then: dict[str, Any], now: dict[str, Any]) -> None:
    """A result of another version may look otherwise: something is told where something differs, and nothing fails."""
    assert bool(list(changes(then, now))) == (then != now)
