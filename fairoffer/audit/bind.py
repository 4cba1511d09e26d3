"""Rules bound to a way of comparing, and what each asks of the comparisons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from fairoffer.checks import CHECKS, Check
from fairoffer.compare.legs import COSTS
from fairoffer.compare.market import Way
from fairoffer.errors import Problem
from fairoffer.model.catalog import Catalog
from fairoffer.model.inputs import Inputs
from fairoffer.model.policy import Effective, Level, Policy, Rule, Tolerance

COST = frozenset({"total_cost", "interest_earned", "interest_paid"})
COMPARATORS = ("new-customer", "standing-offer", "best-open")
"""Comparators that a catalog alone can give; the others need rows of a book."""
ON_SEGMENTS = ("default-gap", "reach-gap", "term-gap", "incentive-gap", "must-ask", "no-equivalent", "tier-gap")
ON_PRODUCTS = ("price-walk", "roll-over")
PAIRED = ("default-gap", "reach-gap", "term-gap", "incentive-gap", "component-gap")
"""Checks that set a row of a book against its quotes."""
GROUPED = ("price-walk", "uniform-rate", "concentration")
"""Checks that look at several rows of a book at once."""
Force = Literal["in-force", "not-effective", "unsure"]


@dataclass(frozen=True)
class Bound:
    """A rule of a policy, the way in which it compares, and whether it is in force on the judged day."""

    policy: Policy
    rule: Rule
    check: Check
    way: Way
    force: Force
    assumed: tuple[str, ...]
    """What the policy wants equal although the catalog does not declare it."""
    inner: bool = False
    """Whether its comparisons only feed another check."""

    @property
    def level(self) -> Level:
        return "review" if self.force == "unsure" else self.rule.level

    @property
    def on_catalog(self) -> bool:
        """Whether offers and segments can answer the rule; the other comparators stand on rows of a book."""
        return self.check.id in (*ON_SEGMENTS, *ON_PRODUCTS) and self.way.with_ in COMPARATORS

    @property
    def on_rows(self) -> bool:
        """Whether rows of a book can answer the rule."""
        return self.check.id in (*PAIRED, *GROUPED)

    @property
    def words(self) -> frozenset[str]:
        """The terms as the rule names them; checks without a choice of terms have none."""
        return frozenset(self.rule.terms)

    def wants(self, term: str) -> bool:
        """Whether the rule asks for a term such as ``total_cost@12`` or ``contract_months``."""
        if not self.rule.terms:
            return True
        name = term.split("@")[0]
        if "*" in self.rule.terms or name in self.rule.terms or ("cost" in self.rule.terms and name in COST):
            return True
        return "rate" in self.rule.terms and name.startswith("interest_")


def bind(inputs: Inputs, as_of: date) -> list[Bound]:
    """All rules of all policies."""
    bound = []
    for policy in inputs.policies:
        for rule in policy.rules:
            way, assumed = way_of(inputs.catalog, policy, rule)
            bound.append(
                Bound(policy, rule, CHECKS[rule.check], way, force(policy.effective_for(rule), as_of), assumed)
            )
    return bound


def problem(inputs: Inputs, policy: Policy, rule: Rule, message: str) -> Problem:
    at = inputs.at.get(("rule", f"{policy.id}/{rule.id}"), policy.id)
    path, _, rest = at.partition(":")
    line, _, column = rest.partition(":")
    return Problem(path, int(line or 0), int(column or 1), f"rules[{rule.id}]", message)


def way_of(catalog: Catalog, policy: Policy, rule: Rule) -> tuple[Way, tuple[str, ...]]:
    compare = policy.compare_for(rule)
    named = [name for name in compare.like_for_like if name != "product"]
    declared = catalog.attributes
    choices = tuple(sorted(n for n in named if n in declared and declared[n].choice))
    way = Way(
        with_=compare.with_,
        named=choices,
        months=tuple(dict.fromkeys(compare.months)),
        balances=tuple(dict.fromkeys(compare.balances)),
        audiences=tuple(sorted(set(compare.audiences))),
        access_existing=tuple(sorted(set(compare.access.existing))),
        access_comparator=tuple(sorted(set(compare.access.comparator))),
        at_now=compare.at == "now",
        closed=policy.closed_product,
        assume=tuple(sorted(policy.assume.items())),
    )
    return way, tuple(sorted(n for n in named if n not in declared))


def force(effective: Effective | None, as_of: date) -> Force:
    """Whether a rule binds on a day; after an end that nobody confirmed it may."""
    if effective is None:
        return "in-force"
    if effective.from_ and as_of < effective.from_:
        return "not-effective"
    if effective.to and as_of > effective.to:
        return "not-effective" if effective.sure else "unsure"
    return "in-force"


def ways(bound: Iterable[Bound]) -> dict[Way, dict[str, frozenset[str]]]:
    """Every distinct way of comparing, with the checks and terms that some rule asks of it."""
    found: dict[Way, dict[str, frozenset[str]]] = {}
    for rule in bound:
        checks = found.setdefault(rule.way, {})
        terms = rule.words or frozenset({"*"} if rule.check.id == "term-gap" else ())
        checks[rule.check.id] = checks.get(rule.check.id, frozenset()) | terms
    return found


@dataclass(frozen=True)
class Limit:
    """A tolerance in whole units: a gap fails that exceeds both ``size`` and ``percent`` (as a fraction)."""

    size: int
    percent: Fraction | None


def limit(tolerance: Tolerance | None, term: str, unit: int, horizon: int | None, money: bool) -> Limit:
    """The tolerance of a rule in a slot's units. ``money.per`` is brought to the horizon, points to
    the balance of the term."""
    if tolerance is None:
        return Limit(0, None)
    size = Fraction(0)
    if money and tolerance.money is not None:
        size = Fraction(tolerance.money)
        if horizon and tolerance.per in ("month", "year"):
            size = size * horizon if tolerance.per == "month" else size * horizon / 12
    elif not money and tolerance.amount is not None:
        size = Fraction(tolerance.amount)
    if tolerance.points is not None and horizon and "/" in term:
        balance = Fraction(term.partition("/")[2])
        size = max(size, Fraction(tolerance.points) / 100 * balance * horizon / 12)
    percent = None if tolerance.percent is None else Fraction(tolerance.percent) / 100
    return Limit(int(size * unit), percent)


MONEY = frozenset({"incentives", "exit_fee", *COSTS})


def is_money(catalog: Catalog, term: str) -> bool:
    """Whether a term is in the catalog's currency."""
    return "@" in term or term in MONEY or term.startswith(("fee:", "addon:", "part:"))
