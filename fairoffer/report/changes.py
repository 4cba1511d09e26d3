"""A diff in words: what the change did, grouped by what it means for whoever made it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fairoffer.model.result import Base, Finding, Other, Result
from fairoffer.report import causes, states, subjects, words
from fairoffer.report.causes import Row


@dataclass(frozen=True)
class OtherRow:
    """A comparison that is no finding now, as strings."""

    id: str
    state: str
    level: str
    rule: str
    product: str
    segment: str
    term: str
    was: str
    why: str
    at: str
    place: str = ""


@dataclass(frozen=True)
class Group:
    """What became of some findings and comparisons in the same way, the worst first."""

    anchor: str
    title: str
    says: str
    number: str
    rows: tuple[Row, ...]
    others: tuple[OtherRow, ...]


@dataclass(frozen=True)
class Change:
    """A change against its base."""

    against: str
    notes: tuple[str, ...]
    failing: str
    counts: tuple[tuple[str, str, str], ...]
    groups: tuple[Group, ...]


Wanted = Callable[[Finding | Other], bool]
# Anchor, title, what it means, and what belongs there; the first that takes it has it.
_GROUPS: tuple[tuple[str, str, str, Wanted], ...] = (
    ("fails", "Fails the gate", "Mend these, or have them waived at the base.", lambda one: one.fails),
    (
        "policy",
        "Only because the policy changed",
        "The policy of the base would say otherwise; it does not fail the gate.",
        lambda one: one.state == "dropped" or (isinstance(one, Finding) and one.by_policy),
    ),
    (
        "allowed",
        "Worse, and let through",
        "Waived, for review, or of a kind that the policy does not fail.",
        lambda one: one.state in states.GATE,
    ),
    (
        "visible",
        "Compared for the first time",
        "It could not be compared at the base, so nobody knows whether it is new; it does not fail the gate.",
        lambda one: one.state == "now-visible",
    ),
    ("better", "Better, or mended", "", lambda one: one.state in ("improved", "fixed")),
    ("gone", "Gone", "What it was about is no longer there.", lambda one: one.state == "removed"),
    ("before", "There before", "The change is not blamed for these; they still stand.", lambda one: True),
)


def build(result: Result) -> Change | None:
    """The change that a diff judged; None of an audit."""
    base = result.base
    if base is None:
        return None
    offers = {one.id: one for one in result.offers}
    waivers = {one.id: one for one in result.waivers}
    currency = result.totals.currency
    found: dict[str, list[Row]] = {}
    others: dict[str, list[OtherRow]] = {}
    for one in causes.by_severity(result):
        found.setdefault(_group(one), []).append(causes.row(one, offers, waivers, currency, diff=True))
    for other in sorted([*base.others, *base.policy_drops], key=_rank):
        others.setdefault(_group(other), []).append(_other(other, currency))
    return Change(
        against=_against(base),
        notes=tuple(_notes(base)),
        failing=f"{base.failing:,}",
        counts=tuple((state, states.WORDS[state], f"{number:,}") for state, number in _counts(base) if number),
        groups=tuple(_groups(found, others)),
    )


def _counts(base: Base) -> Iterable[tuple[str, int]]:
    """Every state, and what a changed policy drops."""
    yield from ((state, base.states.get(state, 0)) for state in states.ORDER)
    yield "dropped", len(base.policy_drops)


def _group(one: Finding | Other) -> str:
    return next(anchor for anchor, _, _, wanted in _GROUPS if wanted(one))


def _groups(found: dict[str, list[Row]], others: dict[str, list[OtherRow]]) -> Iterable[Group]:
    for anchor, title, says, _ in _GROUPS:
        rows, rest = tuple(found.get(anchor, ())), tuple(others.get(anchor, ()))
        if rows or rest:
            yield Group(anchor, title, says, f"{len(rows) + len(rest):,}", rows, rest)


def _rank(one: Other) -> tuple[bool, int, str]:
    level = one.level
    known = next((number for number, name in enumerate(words.LEVELS) if name == level), len(words.LEVELS))
    return (not one.fails, known, one.id)


def _other(one: Other, currency: str) -> OtherRow:
    return OtherRow(
        id=one.id,
        state=states.shown(one, diff=True),
        level=one.level or "",
        rule=one.rule,
        product=one.product or "–",
        segment=subjects.name(one),
        term=words.term(one.term),
        was=f"{'now ' * (one.state == 'dropped' and one.gap is not None)}{words.gap(one.gap, one.unit, currency)}",
        why=_why(one),
        at=one.at or "",
        place=words.place(one.place),
    )


def _why(one: Other) -> str:
    """Why it can no longer be compared, else what the result says of it."""
    if one.state == "lost-sight" and one.reason in words.REASONS:
        some = "" if one.lost is None else f"{words.count(one.lost, 'row')} of this group: "
        return f"{some}{words.REASONS[one.reason]} ({one.reason})"
    return one.says or states.WORDS[one.state]


def _against(base: Base) -> str:
    """origin/main at 3f2a1b9c0d5e, or the directory or result that was named."""
    return f"{base.against} at {base.revision[:12]}" if base.revision else base.against


def _notes(base: Base) -> Iterable[str]:
    """What has to be known of the base before the counts mean anything; the result's reasons say the rest."""
    if base.verdict is not None:
        yield f"The base alone, under the policies of now: {words.VERDICTS[base.verdict].lower()}."
