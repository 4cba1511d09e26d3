"""What became of a comparison, pair by pair."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest

from fairoffer.diff.side import Entry, Side, paired
from fairoffer.diff.states import noise_of, state_of_finding, state_of_other
from fairoffer.model.result import Finding

KINDS = ("absent", "out-of-scope", "not-assessable", "pass", "house")
OTHERS = {
    ("pass", "house"): "fixed",
    ("pass", "not-assessable"): "now-visible",
    ("not-assessable", "pass"): "lost-sight",
    ("not-assessable", "house"): "lost-sight",
    ("out-of-scope", "house"): "removed",
    ("absent", "house"): "removed",
}


def entry(outcome: str, name: str = "one", offer: str | None = None) -> Entry | None:
    about = ("fibre", None, None, None, None, offer, {}, "offers", None)
    return None if outcome == "absent" else Entry(name, "ours", "rule", "condition", "house", outcome, None, *about)


def finding(gap: str | None = "10.00", level: str = "house", cells: str = "all", unit: str = "GBP") -> Finding:
    return Finding.model_validate(
        {
            "id": "one",
            "policy": "p",
            "rule": "r",
            "check": "default-gap",
            "level": level,
            "gap": gap,
            "cells": cells,
            "unit": unit,
        }
    )


@pytest.mark.parametrize("now, before", [*product(KINDS[:-1], KINDS)])
def test_no_finding_now(now: str, before: str) -> None:
    assert state_of_other(entry(now), entry(before)) == OTHERS.get((now, before))


@pytest.mark.parametrize("before", KINDS)
def test_a_finding_now(before: str) -> None:
    expected = {"house": "unchanged", "not-assessable": "now-visible"}.get(before, "introduced")
    was = finding() if before == "house" else None
    assert state_of_finding(finding(), entry(before), was, Fraction(0)) == expected


@pytest.mark.parametrize("reason, state", [("no-comparator", "introduced"), ("missing-value", "now-visible")])
def test_a_finding_where_nobody_was_treated_better_is_of_the_change(reason: str, state: str) -> None:
    before = entry("not-assessable")
    assert before is not None
    assert state_of_finding(finding(), before._replace(reason=reason), None, Fraction(0)) == state


@pytest.mark.parametrize(
    "now, before, state",
    [
        (finding("10.01"), finding("10.00"), "unchanged"),
        (finding("10.02"), finding("10.00"), "worsened"),
        (finding("9.99"), finding("10.00"), "unchanged"),
        (finding("9.98"), finding("10.00"), "improved"),
        (finding(level="breach"), finding(level="house"), "worsened"),
        (finding(level="review"), finding(level="house"), "improved"),
        (finding("9.00", level="breach"), finding(level="house"), "worsened"),
        (finding("11.00", level="review"), finding(level="house"), "worsened"),
        (finding(cells="all"), finding(cells="some"), "worsened"),
        (finding(cells="some"), finding(cells="all"), "improved"),
        (finding("11.00", cells="some"), finding(cells="all"), "worsened"),
        (finding("9.00", cells="all"), finding(cells="some"), "improved"),
        (finding(None), finding(None), "unchanged"),
        (finding(None), finding("1.00"), "unchanged"),
        (finding(unit="EUR"), finding(), "introduced"),
    ],
)
def test_a_finding_before_and_now(now: Finding, before: Finding, state: str) -> None:
    assert state_of_finding(now, entry("house"), before, Fraction(1, 100)) == state


@pytest.mark.parametrize(
    "now, before, state",
    [
        ("0.01", "0.00", "unchanged"),
        ("0.02", "0.00", "introduced"),
        ("5.01", "5.00", "unchanged"),
        ("0.01", "-1.00", "introduced"),
        ("0.01", None, "introduced"),
    ],
)
def test_a_finding_that_passed_with_almost_the_same_gap(now: str, before: str | None, state: str) -> None:
    passed = entry("pass")
    assert passed is not None
    passed = passed._replace(gap=before)
    assert state_of_finding(finding(now), passed, None, Fraction(1, 100)) == state
    assert state_of_finding(finding(now), passed, None, Fraction(0)) == "introduced"


def test_noise() -> None:
    assert noise_of(None, "GBP", "GBP", 2) == Fraction(1, 100)
    assert noise_of(None, "JPY", "JPY", 0) == 1
    assert noise_of(Decimal("0.5"), "GBP", "GBP", 2) == Fraction(1, 2)
    assert noise_of(Decimal(0), "GBP", "GBP", 2) == 0
    assert noise_of(Decimal(5), "Mbit/s", "GBP", 2) == 0
    assert noise_of(None, None, "GBP", 2) == 0


def side(**outcomes: str) -> Side:
    """Comparisons numbered in the order of their offers."""
    made = [entry(outcome, f"number {i}", offer) for i, (offer, outcome) in enumerate(sorted(outcomes.items()))]
    return Side({one.id: one for one in made if one is not None})


def became(now: Side, before: Side) -> dict[str | None, str | None]:
    pairs = paired(now, before)
    return {one.offer: before.entries[pairs[one.id]].offer if one.id in pairs else None for one in now.entries.values()}


def test_comparisons_that_only_offers_tell_apart_are_paired_by_offer() -> None:
    assert became(side(a="house", b="pass", c="house"), side(a="house", b="pass", c="house")) == {
        "a": "a",
        "b": "b",
        "c": "c",
    }
    assert became(side(b="pass", c="house"), side(a="house", b="pass", c="house")) == {"b": "b", "c": "c"}
    assert became(side(a="pass", b="pass"), side(b="pass")) == {"a": None, "b": "b"}
    assert became(side(b="pass", z="house"), side(a="house", b="pass")) == {"b": "b", "z": "a"}, "a is now called z"
    assert became(side(z="house"), side(a="house")) == {"z": "a"}
