"""Policies as they are read: what their rules may say, and conditions that mean something for what they are about."""

from __future__ import annotations

import difflib

from fairoffer.errors import Problem
from fairoffer.model.base import shown
from fairoffer.model.closed import fault_of_words
from fairoffer.model.columns import FACT_TYPES, TABLES, columns_of, names_in
from fairoffer.model.condition import ConditionError, compile_condition
from fairoffer.model.policy import Policy, Rule
from fairoffer.model.validate import unknown, validate
from fairoffer.source import Loc, Located

TERMS = (
    "cost",
    "total_cost",
    "core_price",
    "list_price",
    "interest_earned",
    "interest_paid",
    "rate",
    "incentives",
    "offers",
    "contract_months",
    "notice_days",
    "exit_fee",
    "fees",
    "addons",
    "parts",
    "finance_rate",
    "*",
)
"""The terms that rules may name, beside the catalog's own, which are for term-gap."""
ONE_OF = ("fee:", "addon:", "part:")
"""What the name of one fee, add-on or part begins with."""
NO_TERMS = ("condition", "due")
"""Checks that measure nothing: they have no terms and no tolerance."""
_ONLY_WITH = {"table": "condition", "condition": "condition", "due": "due", "over": "uniform-rate"}


MONEY_TERMS = frozenset({"total_cost", "core_price", "list_price", "incentives", "fees", "addons", "parts"})
RATE_TERMS = frozenset({"rate", "finance_rate"})
_NAMED = ("product", "channel", "payment_method", "risk", "rating", "brand")
"""What rows and catalogs call that which most policies want equal."""


def build_policy(item: Located, problems: list[Problem]) -> Policy | None:
    """A policy whose rules can be used; ``None`` (and all of its problems) if it is none."""
    before = len(problems)
    policy = validate(Policy, item.without("fairoffer"), problems)
    if policy is None:
        return None
    seen: set[str] = set()
    for index, rule in enumerate(policy.rules):
        if rule.id in seen:
            problems.append(item.problem(("rules", index, "id"), f"there is another rule {rule.id!r}; rename one"))
        seen.add(rule.id)
        check_rule(policy, rule, index, item, problems)
    _check_named(policy, item, problems)
    _check_facts(policy, item, problems)
    _check_scope(policy, item, problems)
    return policy if len(problems) == before else None


def table_of(rule: Rule) -> str:
    """The table whose columns the scope and the condition of a rule are over."""
    return rule.table or "customers" if rule.check == "condition" else "customers"


def check_rule(policy: Policy, rule: Rule, index: int, item: Located, problems: list[Problem]) -> None:
    """Problems of one rule: what must stand together, its terms, and its conditions."""
    at: Loc = ("rules", index)
    if rule.level == "breach" and policy.source_for(rule).read not in ("primary", "secondary"):
        message = "a rule of level breach needs a source whose read is primary or secondary; name it, or use review"
        problems.append(item.problem((*at, "level"), message))
    _check_parts(rule, at, item, problems)
    _check_tolerance(rule, at, item, problems)
    for number, word in enumerate(rule.terms):
        fault = fault_of_term(rule, word)
        if fault is not None and rule.check not in NO_TERMS:
            problems.append(item.problem((*at, "terms", number), fault))
    for key in ("scope", "condition"):
        text: str | None = getattr(rule, key)
        if text is None or (key == "condition" and (rule.table is None or rule.check != key)):
            continue
        found = fault_of_condition(text, table_of(rule), policy)
        if found is not None:
            problems.append(item.problem_in((*at, key), found.position, found.reason))


def _check_parts(rule: Rule, at: Loc, item: Located, problems: list[Problem]) -> None:
    """Keys that belong to one check stand with it and with no other."""
    for key, check in _ONLY_WITH.items():
        if key in rule.model_fields_set and rule.check != check:
            message = f"is for the check {check}, but the check is {rule.check}; leave it out, or change the check"
            problems.append(item.problem((*at, key), message, key=True))
    if rule.check == "condition" and rule.condition is None:
        message = "a rule of check condition needs a condition: what must not be, such as price > previous_price"
        problems.append(item.problem((*at, "check"), message))
    if rule.check == "condition" and rule.table is None:
        message = f"needs a table, beside it, that says what its rows are: {', '.join(TABLES)}"
        problems.append(item.problem((*at, "condition"), message, key=True))
    if rule.check == "due" and rule.due is None:
        message = "a rule of check due needs due: what there must be, such as due: {kind: pricing-review}"
        problems.append(item.problem((*at, "check"), message))
    for key in ("terms", "tolerance"):
        if rule.check in NO_TERMS and getattr(rule, key):
            message = f"a rule of check {rule.check} measures nothing, so it has no {key}; leave the key out"
            problems.append(item.problem((*at, key), message, key=True))


def _check_tolerance(rule: Rule, at: Loc, item: Located, problems: list[Problem]) -> None:
    """A tolerance must be able to hold for what the rule measures; one that cannot would be none, without a word."""
    given = rule.tolerance
    if given is None or given.percent is not None or rule.check in ("price-walk", "concentration"):
        return
    rates = rule.check == "uniform-rate" or (bool(rule.terms) and RATE_TERMS.issuperset(rule.terms))
    money = bool(rule.terms) and all(word in MONEY_TERMS or word.startswith(ONE_OF) for word in rule.terms)
    if rates and given.points is None and given.amount is None:
        problems.append(item.problem((*at, "tolerance"), "a rate is held to points or percent, not to money"))
    elif money and given.money is None:
        problems.append(item.problem((*at, "tolerance"), "an amount of money is held to money or percent"))


def _check_named(policy: Policy, item: Located, problems: list[Problem]) -> None:
    """Names that must be equal on both sides are free, but one that is nearly a known one is that one misspelt."""
    compares: list[tuple[Loc, tuple[str, ...]]] = [(("compare",), policy.compare.like_for_like)]
    for index, rule in enumerate(policy.rules):
        if rule.compare is not None and "like_for_like" in rule.compare.model_fields_set:
            compares.append((("rules", index, "compare"), rule.compare.like_for_like))
    for at, names in compares:
        for number, name in enumerate(names):
            near = difflib.get_close_matches(name, _NAMED, n=1, cutoff=0.8)
            if near and name not in _NAMED:
                message = f"{shown(name)} is nearly {near[0]!r}; write that, or a name of your own that is not so near"
                problems.append(item.problem((*at, "like_for_like", number), message))


def fault_of_term(rule: Rule, word: str) -> str | None:
    """What is wrong with a term that a rule names."""
    begins = next((prefix for prefix in ONE_OF if word.startswith(prefix)), None)
    if begins is not None:
        return f"names none; write {begins}x for the one called x" if word == begins else None
    if word in TERMS or rule.check == "term-gap":
        return None
    known = unknown("term", word, TERMS)
    return f"{known}; one fee, add-on or part is fee:x, addon:x or part:x, and a catalog's own terms are for term-gap"


def fault_of_condition(text: str, table: str, policy: Policy) -> ConditionError | None:
    """What is wrong with a condition over a table."""
    try:
        compile_condition(text, columns_of(table, policy.facts, names_in(text)))
    except ConditionError as error:
        return error
    return fault_of_words(text, table)


def _check_scope(policy: Policy, item: Located, problems: list[Problem]) -> None:
    """A policy's own scope is for all of its rules, so it must mean something for the rows of each."""
    if policy.scope is None:
        return
    first = {table_of(rule): rule.id for rule in reversed(policy.rules)}
    for table, name in sorted(first.items()):
        fault = fault_of_condition(policy.scope, table, policy)
        if fault is not None:
            where = f" (for rule {name}, over {table}; each rule may have a scope of its own)"
            reason = fault.reason + ("" if table == "customers" else where)
            problems.append(item.problem_in(("scope",), fault.position, reason))
            return


def _check_facts(policy: Policy, item: Located, problems: list[Problem]) -> None:
    """A fact may have the name of a column only if it is of its type: the column is what conditions read."""
    types = {kind: name for name, kind in FACT_TYPES.items()}
    columns = {column.name: types[column.type] for rule in policy.rules for column in TABLES[table_of(rule)]}
    for name, kind in policy.facts.items():
        wanted = columns.get(name, kind)
        if wanted != kind:
            message = f"{name} is a column already, of type {wanted}, not {shown(kind)}; write {wanted}, or rename it"
            problems.append(item.problem(("facts", name), message))
