"""All comparisons counted by outcome, overall and rule by rule, with what each rule's coverage comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from fairoffer.audit.amounts import share
from fairoffer.audit.bind import Bound
from fairoffer.audit.comparison import Comparison
from fairoffer.audit.people import People
from fairoffer.compare.legs import COSTS
from fairoffer.model.result import Counts, RuleLedger
from fairoffer.money import plain

Blind = set[tuple[str, str]]
"""(product, reason) of comparisons that a waiver lets stay unassessed."""


def is_finding(found: Comparison) -> bool:
    return found.outcome not in ("pass", "out-of-scope", "not-assessable")


def tally(comparisons: Iterable[Comparison], waived: set[int]) -> dict[str, object]:
    """The numbers of Counts; ``waived`` are the ``id()`` of comparisons whose finding is waived."""
    outcomes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    of_which = 0
    for found in comparisons:
        outcomes["failed" if is_finding(found) else found.outcome] += found.rows
        if found.outcome == "not-assessable":
            reasons[found.reason or "no-data"] += found.rows
        if is_finding(found) and id(found) in waived:
            of_which += found.rows
    return {
        "all": sum(outcomes.values()),
        "pass": outcomes["pass"],
        "failed": outcomes["failed"],
        "of_which_waived": of_which,
        "out_of_scope": outcomes["out-of-scope"],
        "not_assessable": dict(sorted(reasons.items())),
    }


def counts(comparisons: Iterable[Comparison], waived: set[int]) -> Counts:
    return Counts.model_validate(tally(comparisons, waived))


def rule_ledgers(
    rules: Sequence[Bound], comparisons: Sequence[Comparison], people: People, waived: set[int], blind: Blind
) -> list[RuleLedger]:
    by_rule: dict[tuple[str, str], list[Comparison]] = {(r.policy.id, r.rule.id): [] for r in rules}
    for found in comparisons:
        by_rule[found.bound.policy.id, found.bound.rule.id].append(found)
    return [line(rule, by_rule[rule.policy.id, rule.rule.id], people, waived, blind) for rule in rules]


def line(rule: Bound, own: Sequence[Comparison], people: People, waived: set[int], blind: Blind) -> RuleLedger:
    wanted = rule.policy.coverage
    made, asked = made_and_asked(own, blind)
    customers = customers_made_and_asked(own, people, blind)
    met = not asked or made >= wanted.comparisons * asked
    if customers is not None:
        met = met and customers[0] >= wanted.customers * customers[1]
    return RuleLedger.model_validate(
        {
            **tally(own, waived),
            "policy": rule.policy.id,
            "rule": rule.rule.id,
            "check": rule.check.id,
            "level": rule.level,
            "coverage_comparisons": share(made, asked),
            "coverage_customers": None if customers is None else share(*customers),
            "required_comparisons": plain(wanted.comparisons),
            "required_customers": plain(wanted.customers),
            "met": met,
        }
    )


def in_question(own: Iterable[Comparison], blind: Blind) -> list[Comparison]:
    """What counts for coverage: in scope, and not accepted as something that cannot be assessed."""
    return [
        c
        for c in own
        if c.outcome != "out-of-scope"
        and not (c.outcome == "not-assessable" and (c.subject.product, c.reason or "") in blind)
    ]


def made_and_asked(own: Iterable[Comparison], blind: Blind) -> tuple[int, int]:
    asked = in_question(own, blind)
    return sum(c.rows for c in asked if c.outcome != "not-assessable"), sum(c.rows for c in asked)


def customers_made_and_asked(own: Iterable[Comparison], people: People, blind: Blind) -> tuple[int, int] | None:
    """Customers behind the comparisons; None where no segment says how many it has, or one does not."""
    asked = [c for c in in_question(own, blind) if c.subject.people is not None]
    numbers = [(people.number(c), c.outcome != "not-assessable") for c in asked]
    if not numbers or any(n is None for n, _ in numbers):
        return None
    return sum(n or 0 for n, made in numbers if made), sum(n or 0 for n, _ in numbers)


def compared_share(comparisons: Sequence[Comparison], people: People) -> str | None:
    """Share of customers, each segment once, of whom a cost could be compared, or anything where no cost is asked."""
    seen: dict[str, bool] = {}
    numbers: dict[str, int | None] = {}
    costs = {c.subject.people for c in comparisons if is_cost(c) and c.outcome != "out-of-scope"}
    for found in comparisons:
        body = found.subject.people
        if body is None or not people.added(found) or found.outcome == "out-of-scope":
            continue
        if body in costs and not is_cost(found):
            continue
        numbers[body] = people.number(found)
        seen[body] = seen.get(body, False) or found.outcome != "not-assessable"
    return share_of(seen, numbers)


def is_cost(found: Comparison) -> bool:
    return found.horizon is not None or found.term in (*COSTS, "rate")


def share_of(seen: Mapping[str, bool], numbers: Mapping[str, int | None]) -> str | None:
    if not numbers or any(n is None for n in numbers.values()):
        return None
    return share(sum(numbers[s] or 0 for s, made in seen.items() if made), sum(n or 0 for n in numbers.values()))
