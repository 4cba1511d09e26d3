"""What became of findings: waived or not, and in a diff introduced, worsened, there before … In words, and in order."""

from __future__ import annotations

from typing import Literal

from fairoffer.model.result import Finding, Level, Other, Result, State

Severity = Literal["error", "warning", "note"]

GATE: tuple[State, ...] = ("introduced", "worsened", "lost-sight", "waiver-breached")
"""What a change can be blamed for; all else was there before, or is no longer."""
ORDER: tuple[State, ...] = (
    "introduced",
    "worsened",
    "waiver-breached",
    "lost-sight",
    "now-visible",
    "unchanged",
    "improved",
    "fixed",
    "removed",
)
WORDS: dict[str, str] = {
    "introduced": "not at the base, or passed there, or nobody was there to compare with",
    "worsened": "at the base too, and worse now",
    "waiver-breached": "waived at the base, and beyond its waiver now",
    "lost-sight": "compared at the base, and no longer is or can be",
    "now-visible": "could not be compared at the base, and can be now",
    "unchanged": "the same at the base, but for noise",
    "improved": "at the base too, and less bad now",
    "fixed": "at the base; passes now, or nothing of it is left",
    "removed": "at the base; what it was about is gone",
    "dropped": "a finding under the policy of the base; the changed policy does not make it, or for a milder level",
}
ERRORS: tuple[Level, ...] = ("breach", "commitment", "house")
"""Levels that an audit may fail for."""


def waived(one: Finding | Other) -> bool:
    """Whether an entry of the waiver file accepts it; in a diff its state says something else."""
    return (one.state == "waived" or one.waiver is not None) and not one.fails


def shown(one: Finding | Other, diff: bool) -> str:
    """open or waived; in a diff what became of it, and whether it is waived."""
    if not diff:
        return "waived" if waived(one) else "open"
    return f"{one.state}, waived" if waived(one) else one.state


def severity(one: Finding | Other, diff: bool) -> Severity:
    """error, warning or note: of what an audit found by its level; of a change no error that does not fail the gate."""
    if one.level in ERRORS:
        return "error" if one.fails or not diff else "warning"
    return "note" if one.level == "shadow" else "warning"


def blamed(result: Result) -> tuple[list[Finding], list[Other]]:
    """What to point at: every open finding of an audit; of a change what it introduced, worsened or lost sight of.

    What is waived is left out.
    """
    live = [one for one in result.findings if not waived(one)]
    if result.base is None:
        return live, []
    lost = [one for one in result.base.others if one.state == "lost-sight" and not waived(one)]
    return [one for one in live if one.state in GATE], lost


def share_compared(result: Result) -> tuple[int, int]:
    """How many comparisons were made, of how many in scope."""
    ledger = result.ledger
    return ledger.pass_ + ledger.failed, ledger.all - ledger.out_of_scope


def counted(result: Result) -> dict[str, int]:
    """The counts that every format agrees on: findings and waived ones, and in a diff every state, what fails, and what
    a changed policy drops."""
    counts = {
        "findings": sum(not waived(one) for one in result.findings),
        "waived": sum(map(waived, result.findings)),
        "not-assessable": sum(result.ledger.not_assessable.values()),
    }
    if result.base is not None:
        counts |= {state: result.base.states.get(state, 0) for state in ORDER}
        counts["failing"] = result.base.failing
        counts["dropped"] = len(result.base.policy_drops)
    return counts
