"""What the worst finding rests on: which offers it sets side by side, whose rule it is, and whether that is law."""

from __future__ import annotations

from collections.abc import Sequence

from fairoffer.model.result import Finding, Result
from fairoffer.report import causes, states, subjects, words
from fairoffer.report.causes import Cause, Row
from fairoffer.report.sums import a_year, has_people

_STATED = ("law", "licence", "principle")
_IS_LAW = {
    "law": "The policy {policy} states it as law",
    "licence": "The policy {policy} states it as a condition of a licence",
    "principle": "Not a fixed limit: the policy {policy} states a principle of law, which somebody has to weigh",
    "commitment": "No: it is a public promise, as the policy {policy} states it",
    "shadow": "No: the policy {policy} states a rule that never became law",
    "house": "No: it is our own policy, {policy}",
}


def sides(row: Row, existing_at: str | None, comparator_at: str | None) -> str:
    """Which offer stands against which, and where each is written; empty where there are no two sides."""
    if "–" in (row.existing_name, row.comparator_name):
        return ""
    if (row.existing_name, existing_at) == (row.comparator_name, comparator_at):
        return f"{_side(row.existing_name, existing_at)}: one offer, its later months against its first."
    return f"{_side(row.existing_name, existing_at)} against {_at(row.comparator_name, comparator_at)}."


def _side(name: str, at: str | None) -> str:
    return words.capital(_at(name, at))


def _at(name: str, at: str | None) -> str:
    return words.short(name) + (f" ({at})" if at else "")


def rule(result: Result, cause: Cause) -> str:
    """The rule that fails, and where it comes from, with how that source was read."""
    name = f"Rule {words.short(cause.worst.policy)}/{cause.rule}"
    if cause.source or cause.url:
        read = f" ({cause.read})" if cause.read else " (not said how the source was read)"
        return f"{name}. Source: {cause.source or cause.url}{read}."
    if _status(result, cause.worst.policy) == "house":
        return f"{name}: our own policy, which names no other source."
    return f"{name}. It names no source."


def is_law(result: Result, cause: Cause | None) -> tuple[str, ...]:
    """Whether what fails is law, a promise or our own policy, and whether any law was checked at all."""
    lines = []
    if cause is not None:
        status = _status(result, cause.worst.policy)
        says = _IS_LAW.get(status, "The policy {policy} does not say")
        lines.append(f"{says.format(policy=words.short(cause.worst.policy))}.")
    unchecked = no_law(result)
    return tuple([*lines, unchecked] if unchecked else lines)


def no_law(result: Result) -> str:
    """That no law was checked, and which policies could have; empty where one that states law was run."""
    if any(one.status in _STATED for one in result.policies):
        return ""
    where = f"for {place}" if (place := result.catalog.jurisdiction if result.catalog else None) else ""
    if result.policies_not_run:
        place = f"{where} and these products" if where else "for this catalog"
        return f"No law was checked. Policies {place} that were not run: {names(result.policies_not_run)}."
    return f"No law was checked: no policy that states law{' ' * bool(where)}{where} was run."


def _status(result: Result, policy: str) -> str:
    return next((one.status for one in result.policies if one.id == policy), "")


def per_head(result: Result, worst: Cause) -> str:
    """The finding that costs one customer most in a year, where that is not the one that costs most in total."""
    live = [one for one in result.findings if not states.waived(one) and (one.fails or result.base is None)]
    live = [one for one in live if has_people(one) and one.existing and one.comparator and a_year(one)]
    found = max([one for one in live if one.level in states.ERRORS] or live, key=a_year, default=None)
    first = next((one for one in live if one.id == worst.worst.id), None)
    if found is None or (first is not None and a_year(found) <= a_year(first)):
        return ""
    return _said(result, found)


def _said(result: Result, one: Finding) -> str:
    offers = {offer.id: offer for offer in result.offers}
    row = causes.row(one, offers, {}, result.totals.currency)
    people = f" ({words.people(row.customers)})" if words.people(row.customers) else ""
    both = sides(row, one.existing.at if one.existing else None, one.comparator.at if one.comparator else None)
    most = f"Most for one customer{', on average' if row.book is not None else ''}"
    return (
        f"{most}: {subjects.title(one)}{people}: {row.existing} against {row.comparator}, "
        f"{row.term}: {row.gap} worse each. {both}"
    ).rstrip()


def names(items: Sequence[str], limit: int = 6) -> str:
    """a, b and 4 more: names of policies, rules or waivers in a sentence, all of them where few would be left out."""
    shown = list(items) if len(items) <= limit + 2 else list(items[:limit])
    more = len(items) - len(shown)
    return ", ".join(words.short(one, 60) for one in shown) + (f" and {more:,} more" if more else "")
