"""What the page says before anything else: the questions of who signs it, each answered in a sentence or two."""

from __future__ import annotations

from collections.abc import Sequence

from fairoffer.model.result import Result
from fairoffer.report import basis, glance, words
from fairoffer.report.causes import Cause, to_mend

SAID, ALL = 3, 6  # assumptions and reasons said at once, and how many are few enough to say them all
Answers = tuple[tuple[str, tuple[str, ...]], ...]


def answers(result: Result, causes: Sequence[Cause]) -> Answers:
    """Question and answers: may it be signed, why not, who is hurt most, what mends it, what was not seen."""
    said = dict(glance.answers(result, causes))
    may, (verdict, *_) = next(iter(said.items()))
    worst = next(iter(to_mend(causes, result.base is not None)), None)
    lines = [(may, (verdict,)), ("Why?" if result.verdict == "passed" else "Why not?", _why(result))]
    if worst is not None:
        voice = (f"To the customer: {worst.customer_view}",) if worst.customer_view else ()
        lines.append(("Who is hurt most?", (*_hurt(result, worst, said["Who is hurt most?"]), *voice)))
        lines.append(("By which rule?", (basis.rule(result, worst),)))
    lines.append(("Is it law?", basis.is_law(result, worst)))
    if worst is not None:
        lines.append(("What mends it?", tuple(filter(None, [*said["What mends it?"], glance.part_mended(worst)]))))
    lines.append(("What was not looked at?", tuple(glance.unseen(result)) or ("Nothing that this audit knows of.",)))
    if result.assumptions:
        lines.append(("What is taken for granted?", _assumed(result)))
    return tuple((question, answer) for question, answer in lines if answer)


def _hurt(result: Result, worst: Cause, said: tuple[str, ...]) -> tuple[str, ...]:
    """Whom, by how much, by which offer against which; then the whole cause, and who loses most each."""
    first, *rest = said
    both = basis.sides(worst.worst, worst.existing_at, worst.comparator_at)
    return tuple(line for line in (first, both, *rest, basis.per_head(result, worst)) if line)


def _why(result: Result) -> tuple[str, ...]:
    """The reasons of the verdict, and what the policies that decided it ask."""
    deciding = [one for one in result.policies if one.verdict == result.verdict and one.title]
    asked = [f"The policy {one.id}: {one.title.rstrip('.')}." for one in deciding[:SAID]]
    reasons = [_stopped(reason) for reason in result.reasons]
    said = _said(len(reasons))
    more = len(reasons) - said
    return (
        *reasons[:said],
        *([f"And {words.count(more, 'more reason')}, in the ledger below."] if more > 0 else []),
        *asked,
    )


def _said(number: int) -> int:
    """How many of some are said: all of a few, so that never one or two are left out."""
    return number if number <= ALL else SAID


def _stopped(sentence: str) -> str:
    return words.capital(sentence if sentence.endswith((".", "!", "?")) else f"{sentence}.")


def _assumed(result: Result) -> tuple[str, ...]:
    """The assumptions that most comparisons rest on, with how many, and with the customers."""
    ranked = sorted(result.assumptions, key=lambda one: (-one.comparisons, -(one.customers or 0), one.id))
    said = _said(len(ranked))
    lines = [
        f"{words.capital(one.says.rstrip('.'))} ({words.count(one.comparisons, 'comparison')}"
        + (f", {words.people(words.customers(one.customers))})." if one.customers is not None else ").")
        for one in ranked[:said]
    ]
    more = len(ranked) - said
    return (*lines, *([f"And {words.count(more, 'more assumption')}, in the table below."] if more > 0 else []))
