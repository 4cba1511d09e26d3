"""What a policy says must be able to hold: tolerances of the right kind, and names that are not nearly another."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairoffer.errors import PolicyError
from fairoffer.model.shipped import load_policies

HEAD = "fairoffer: policy/1\nid: mine\n"


def faults(tmp_path: Path, text: str) -> str:
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    try:
        load_policies([str(path)])
    except PolicyError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('check: default-gap, terms: [core_price], tolerance: {points: "5"}', "held to money or percent"),
        ('check: component-gap, terms: ["fee:setup"], tolerance: {amount: "5"}', "held to money or percent"),
        ('check: default-gap, terms: [rate], tolerance: {money: "5"}', "held to points or percent"),
        ('check: uniform-rate, tolerance: {money: "5"}', "held to points or percent"),
        ('check: default-gap, terms: [core_price], tolerance: {percent: "5"}', ""),
        ('check: default-gap, terms: [cost], tolerance: {points: "0.5"}', ""),
        ('check: default-gap, terms: [rate], tolerance: {points: "0.5"}', ""),
    ],
)
def test_a_tolerance_is_of_the_kind_that_is_measured(tmp_path: Path, rule: str, said: str) -> None:
    found = faults(tmp_path, f"rules:\n  - {{id: a, {rule}, level: house}}\n")
    assert said in found
    assert bool(found) == bool(said)
    assert not said or "mine.yaml:4:" in found


@pytest.mark.parametrize(("name", "near"), [("chanel", "channel"), ("payment-method", "payment_method"), ("loft", "")])
def test_a_name_that_is_nearly_a_known_one_is_misspelt(tmp_path: Path, name: str, near: str) -> None:
    text = f"compare: {{like_for_like: [product, {name}]}}\nrules:\n  - {{id: a, check: default-gap, level: house}}\n"
    found = faults(tmp_path, text)
    assert (f"is nearly {near!r}" in found) if near else found == ""
