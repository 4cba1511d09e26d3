"""Markdown for a comment: whole rows, under the limit of the hosts, whatever the texts and however many findings."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from fairoffer import report
from fairoffer.model.result import STATES, Assumption, Base, Catalog, Other, Result
from fairoffer.report import markdown
from tests.report import every, large
from tests.report.parts import identifier


def comment(result: Result) -> str:
    made = report.render(result, "md")
    assert isinstance(made, str)
    return made


def changed(result: Result, states: tuple[str, ...], others: int) -> Result:
    """The result as a change: its findings in these states in turn, and as many comparisons lost sight of."""
    found = [
        one.model_copy(
            update={"state": states[number % len(states)], "fails": states[number % len(states)] == "worsened"}
        )
        for number, one in enumerate(result.findings)
    ]
    lost = [
        Other(
            id=identifier("lost", number),
            state="lost-sight",
            policy="best-offer",
            rule="by-default",
            level="house",
            product=f"p-{number}",
            says=large.HOSTILE,
            reason="no-comparator",
            fails=True,
        )
        for number in range(others)
    ]
    counts = dict.fromkeys(STATES, 0) | {state: sum(one.state == state for one in found) for state in states}
    counts["lost-sight"] = others
    failing = sum(one.fails for one in found) + others
    base = Base(against=large.HOSTILE, kind="directory", states=counts, failing=failing, others=lost)
    return result.model_copy(update={"findings": found, "base": base, "verdict": "failed"})


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("| ")]


@pytest.mark.parametrize("number", [0, 1, 100, 300, 10_000])
def test_it_fits_and_counts_what_it_leaves_out(number: int) -> None:
    result = large.big(number, causes=min(900, max(1, number)))
    text = comment(result)
    assert len(text) <= markdown.LIMIT
    shown = text.count("| house |")
    left_out = re.findall(r"^([\d,]+) findings? not shown here", text, re.MULTILINE)
    assert shown + sum(int(one.replace(",", "")) for one in left_out) == number
    assert (number <= 100) == (left_out == [])
    assert len(text) > markdown.LIMIT - 5_000 or not left_out


def test_the_least_severe_are_left_out_first_and_rows_are_whole(big: Result) -> None:
    text = comment(big)
    shown = [one.id for one in big.findings if one.id in text.partition("### Findings")[2]]
    worst = sorted(big.findings, key=lambda one: -Decimal(one.gap_per_year or 0))
    assert set(shown) == {one.id for one in worst[: len(shown)]}
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in rows(text)} == {4, 13}
    assert all(line.endswith("|") for line in rows(text))


def test_of_a_change_what_was_there_before_is_left_out_first(big: Result) -> None:
    text = comment(changed(big, ("unchanged", "unchanged", "worsened"), 0))
    assert len(text) <= markdown.LIMIT
    assert text.count("| house (worsened) |") > 100
    assert text.count("| house (unchanged) |") == 0
    assert "### Fails the gate (3,333)" in text
    assert "6,667 findings not shown here" in text
    text = comment(changed(large.big(600, 50), ("unchanged",) * 19 + ("worsened",), 3))
    assert text.count("| house (worsened) |") == 30
    assert text.count("| house (unchanged) |") > 50
    assert text.count("| lost-sight | house |") == 3


def test_it_fits_with_hostile_text_everywhere(hostile: Result) -> None:
    bomb = "@<&\\|`*::" * 500
    worse = hostile.model_copy(
        update={
            "reasons": [bomb] * 200,
            "catalog": Catalog(id=bomb, supplier=bomb),
            "findings": [
                one.model_copy(update={"says": bomb, "remedy": bomb, "product": bomb}) for one in hostile.findings
            ]
            * 300,
            "assumptions": [Assumption(id=bomb, says=bomb)] * 200,
            "policies": [hostile.policies[0].model_copy(update={"id": bomb, "as_of": "2026-11-21"})] * 200,
            "policies_not_run": [bomb] * 500,
            "waivers": [hostile.waivers[0].model_copy(update={"reason": bomb})] * 500,
        }
    )
    for result in (worse, changed(worse, ("introduced", "worsened", "unchanged"), 1_000)):
        text = comment(result)
        assert len(text) <= markdown.LIMIT
        assert text.startswith("## Failed: ")
        assert text.endswith("This report is not legal advice.\n")
        assert "not shown here" in text
        assert not re.search(r"@(?!<!-- -->)", re.sub(r"(?<!\\)`[^`]*`", "", text))
        assert {len(re.findall(r"(?<!\\)\|", line)) for line in rows(text)} <= {4, 11, 13}


def test_states_waived_proposed_and_not_assessed_are_shown() -> None:
    change = every.change()
    text = comment(change)
    assert change.base is not None
    for state in STATES:
        assert f"| {state} | {change.base.states[state]} |" in text
    assert "| breach (unchanged, waived) |" in text
    assert "### Waivers that the change proposes" in text
    assert "### What was not looked at" in text
    assert "`no-comparator` 10:" in text
    assert "(was 1.00)" in text
    titles = re.findall(r"^(?:### |<summary>)(.+) \(\d+\)(?:</summary>)?$", text, re.MULTILINE)
    assert text.count("<details>") == text.count("</details>") == 3
    assert titles == [
        "Fails the gate",
        "Only because the policy changed",
        "Worse, and let through",
        "Compared for the first time",
        "Better, or mended",
        "Gone",
        "There before",
    ]


def test_an_audit_has_nothing_of_a_change(small: Result) -> None:
    text = comment(small)
    assert "Fails the gate" not in text
    assert "What became of it" not in text
