"""What a diff says in words: why the gate is as it is, and what became of a comparison that is no finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from fairoffer.model.policy import Policy
from fairoffer.model.result import LEVELS, STATES, Base, Finding

IN_WORDS = {"lost-sight": "lost sight of", "now-visible": "now visible", "waiver-breached": "with a breached waiver"}
"""States as they stand after a number, where they are not the word itself."""


def counted(numbers: Counter[str]) -> str:
    """2 introduced, 1 worsened: in the order of the states, without those that are not there."""
    return ", ".join(f"{numbers[state]} {IN_WORDS.get(state, state)}" for state in STATES if numbers[state])


def reasons(base: Base, findings: Sequence[Finding], made: int, unread: str, worse: int = 0) -> list[str]:
    """Why the verdict on a change is what it is, most important first; ``worse`` as in ``of_policy``."""
    failing = Counter([str(one.state) for one in findings if one.fails])
    failing.update(str(one.state) for one in base.others if one.fails)
    rest = Counter({str(state): number for state, number in base.states.items()})
    rest.subtract(failing)
    out = []
    if failing:
        out.append(f"{counted(failing)} by this change.")
    elif made:
        out.append("Nothing in this change fails the gate.")
    else:
        out.append("Nothing could be compared.")
    if not base.present:
        out.append(f"{base.against} does not have this audit: all of it is new.")
    if counted(rest):
        out.append(f"Not failing: {counted(rest)}.")
    out += list(of_policy(base, unread, worse))
    waived = sum(one.waiver is not None for one in findings)
    if waived:
        out.append(f"{waived} finding{'s' * (waived != 1)} waived.")
    new = len(base.proposed)
    if new:
        them = "waiver is proposed; it accepts" if new == 1 else "waivers are proposed; they accept"
        out.append(f"{new} {them} nothing before the base has {'it' if new == 1 else 'them'}.")
    return out


def of_policy(base: Base, unread: str, worse: int) -> Iterable[str]:
    """What the policy alone changed; ``worse`` of what it drops is introduced or made worse by the same change."""
    if not base.policy_changed:
        return
    if unread:
        yield f"The policy changed; what that alone did cannot be told, because the base's cannot be used: {unread}"
        return
    gained, lost = base.by_policy, len(base.policy_drops)
    yield f"The policy changed: that alone makes {gained} finding{'s' * (gained != 1)} and drops {lost}."
    if worse:
        what = "of the dropped findings is" if worse == 1 else "of the dropped findings are"
        them = "it" if worse == 1 else "them"
        yield f"{worse} {what} introduced or made worse by this change; the policy of the base would fail {them}."


def unseen(why: Counter[str], of_book: bool = False) -> Iterable[str]:
    """What is new and cannot be compared: it has lost nothing, and it may stand where something was lost."""
    number = sum(why.values())
    if number:
        listed = ", ".join(f"{reason}: {why[reason]}" for reason in sorted(why))
        what = "group of customers or comparison" if of_book else "comparison"
        what = what if number == 1 else what.replace("group", "groups").replace("comparison", "comparisons")
        yield f"{number} {what} of this change cannot be made ({listed}); that fails nothing here."


def ahead(number: int) -> Iterable[str]:
    """Offers that a change brings for later days."""
    if number == 1:
        yield "1 offer of this change begins later and was not judged; --through DATE looks ahead."
    elif number:
        yield f"{number} offers of this change begin later and were not judged; --through DATE looks ahead."


def loosened(before: Policy, now: Policy | None, minor_unit: Decimal) -> Iterable[str]:
    """What a policy's gate let nobody do, and now does: a change of the gate is judged by nothing but its readers."""
    if now is None:
        yield f"Policy {before.id} is no longer used."
        return
    gone = [state for state in before.gate.fail_on if state not in now.gate.fail_on]
    if gone:
        yield f"The gate of {now.id} no longer fails on {', '.join(gone)}."
    floor = minor_unit if before.gate.noise is None else before.gate.noise
    if now.gate.noise is not None and now.gate.noise > floor:
        yield f"The gate of {now.id} takes changes of up to {now.gate.noise} for noise."


def others_says(state: str, now: str | None, reason: str | None, finding: Finding | None) -> str:
    """One sentence on a comparison that is no finding now."""
    if state == "fixed" and now is None:
        return f"There is nothing left that the rule would compare{was(finding)}."
    if state == "fixed":
        return f"No longer worse than the rule allows{was(finding)}."
    if state == "lost-sight" and now == "not-assessable":
        return f"Was compared at the base and can no longer be: {reason or 'no reason'}{was(finding)}."
    if state == "lost-sight":
        return f"Was compared at the base and no longer is, though it is all still there: {reason}{was(finding)}."
    if state == "now-visible":
        return "Could not be compared at the base; now it is, and passes."
    if state == "dropped":
        made = "none" if now not in LEVELS else f"only {now}"
        size = f"; the gap is {finding.gap} {finding.unit or ''}".rstrip() if finding and finding.gap else ""
        return f"A finding under the policy of the base, and {made} under the changed one{size}."
    return f"A finding at the base; what it was about is gone, or has another name{was(finding)}."


def lost_says(rows: int, reason: str | None) -> str:
    """One sentence on rows of a book whose group is still compared."""
    who = "1 row of this group was" if rows == 1 else f"{rows:,} rows of this group were"
    return f"{who} compared at the base and can no longer be: {reason or 'no reason'}."


def was(finding: Finding | None) -> str:
    if finding is None or finding.gap is None:
        return ""
    return f"; the gap was {finding.gap} {finding.unit or ''}".rstrip()
