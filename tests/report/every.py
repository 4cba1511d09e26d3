"""Results that hold one of everything: every check, level, state and waiver state, as an audit and as a diff."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any, get_args

from fairoffer.model.result import (
    LEVELS,
    STATES,
    Base,
    Catalog,
    Comparisons,
    Counts,
    Finding,
    InputFile,
    Ledger,
    Level,
    Other,
    Policy,
    Result,
    Rule,
    RuleLedger,
    Side,
    Source,
    Totals,
    Waiver,
)
from fairoffer.report.states import ERRORS, GATE
from tests.report.parts import columns, identifier

CHECKS = (
    "component-gap",
    "concentration",
    "condition",
    "default-gap",
    "due",
    "incentive-gap",
    "must-ask",
    "no-equivalent",
    "price-walk",
    "reach-gap",
    "roll-over",
    "term-gap",
    "tier-gap",
    "uniform-rate",
)
OF_FINDINGS = ("introduced", "worsened", "unchanged", "improved", "now-visible", "waiver-breached")
OF_OTHERS = tuple(state for state in get_args(Other.model_fields["state"].annotation) if state != "dropped")
WAIVERS = ("used", "expired", "over-cap", "unused")
ALONE = ("condition", "due", "must-ask", "roll-over")
"""Checks whose findings have no two sides."""
POLICY = "xx-everything"
ENTRY = "waivers.yaml:3"


def finding(check: str, level: Level, number: int, **more: Any) -> Finding:
    """A finding of the check, with the subject and the sides that such a finding has."""
    name = identifier("every", check, level, number)
    fields: dict[str, Any] = {
        "id": name,
        "policy": POLICY,
        "rule": f"rule-{check}",
        "check": check,
        "level": level,
        "product": None if check == "due" else f"product-{number}",
        "segment": f"segment-{number}" if check not in ALONE else None,
        "notice": f"notice-{number}" if check == "condition" else None,
        "cause": identifier("cause", name, kind="fc1"),
        "says": f"Finding {number} of {check}.",
        "customer_view": "You pay more.",
        "remedy": "charge less",
        "place": {"channel": "web"},
        "customers": 100 + number,
        "source": Source(name="A source", clause="1"),
        "at": f"catalog.yaml:{number + 10}" if check in ALONE else None,
    }
    if check not in ALONE:
        side = {"value": "12.00", "at": f"catalog.yaml:{number + 20}", "label": "held"}
        fields |= {"existing": Side(**side), "comparator": Side(offer="new", value="10.00", at="catalog.yaml:7")}
        fields |= {"gap": "2.00", "unit": "EUR", "term": "total_cost@12", "gap_per_year": "2.00"}
    return Finding.model_validate(fields | more)


def audit() -> Result:
    """Every check at every level, open and waived; entries of the waiver file in every state."""
    found = [
        finding(check, level, number, **({"state": "waived", "waiver": ENTRY} if waived else {}))
        for number, (check, level, waived) in enumerate(itertools.product(CHECKS, LEVELS, (False, True)))
    ]
    return _result(found, [], None)


def change() -> Result:
    """Every state of a finding at every level, waived or not and by the policy or not; every state of the others."""
    found = []
    for number, (state, level, how) in enumerate(itertools.product(OF_FINDINGS, LEVELS, ("", "waived", "policy"))):
        fails = state in GATE and level in ERRORS and not how
        if how == "waived" and state == "waiver-breached":
            continue
        more: dict[str, Any] = {"state": state, "fails": fails, "by_policy": how == "policy"}
        check = CHECKS[number % len(CHECKS)]
        more |= {"waiver": ENTRY} if how == "waived" else {}
        more |= {"gap_before": "1.00"} if state in ("worsened", "improved") and check not in ALONE else {}
        found.append(finding(check, level, number, **more))
    others = [
        Other(
            id=identifier("other", state, level, waived),
            state=state,
            policy=POLICY,
            rule="rule-default-gap",
            check="default-gap",
            level=level,
            product="product-o",
            segment=f"other-{number}",
            term="total_cost@12",
            unit="EUR",
            gap="3.00",
            reason="no-comparator" if state == "lost-sight" else None,
            says=f"It is {state} now.",
            at="catalog.yaml:5",
            waiver=ENTRY if waived else None,
            fails=state == "lost-sight" and level in ERRORS and not waived,
        )
        for number, (state, level, waived) in enumerate(itertools.product(OF_OTHERS, LEVELS, (False, True)))
        if not waived or state == "lost-sight"
    ]
    drops = [
        Other(id=identifier("dropped"), state="dropped", policy=POLICY, rule="rule-default-gap", says="No longer.")
    ]
    states = Counter(one.state for one in [*found, *others])
    base = Base(
        against="origin/main",
        kind="revision",
        revision="3f2a1b9c0d5e" * 3,
        verdict="failed",
        policy_changed=True,
        states={state: states[state] for state in STATES},
        failing=sum(one.fails for one in [*found, *others]),
        by_policy=sum(one.by_policy for one in found),
        others=others,
        policy_drops=drops,
        proposed=[_waiver("proposed", 40, found[0].id)],
    )
    return _result(found, others, base)


def _waiver(state: str, line: int, *about: str) -> Waiver:
    return Waiver(
        id=f"waivers.yaml:{line}",
        state=state,
        rule="rule-default-gap",
        match={"segment": f"segment-{line}"},
        reason=f"an entry that is {state}, for a good reason",
        owner="Head of pricing",
        approved_by="Head of risk",
        expires="2026-12-31",
        cap={"money": "5.00"},
        findings=list(about),
    )


def _comparisons(found: list[Finding], others: list[Other]) -> Comparisons:
    """A row for each finding and for each of the others that is still compared, and one of each other outcome."""
    same = ("id", "policy", "rule", "product", "segment", "notice", "place", "term", "level", "customers")
    rows: list[dict[str, Any]] = [
        {name: getattr(one, name) for name in same} | {"gap": one.gap, "outcome": one.level} for one in found
    ]
    for other in others:
        if other.state != "removed":
            blind = other.state == "lost-sight"
            row = {name: getattr(other, name) for name in same}
            row |= {"outcome": "not-assessable" if blind else "pass", "reason": other.reason}
            rows.append(row)
    usual = {"policy": POLICY, "rule": "rule-default-gap", "product": "product-p"}
    rows.append(usual | {"segment": "fine", "outcome": "pass"})
    rows.append(usual | {"segment": "blind", "outcome": "not-assessable", "reason": "missing-value"})
    rows.append(usual | {"segment": "outside", "outcome": "out-of-scope", "reason": "scope"})
    return columns(rows)


def _result(found: list[Finding], others: list[Other], base: Base | None) -> Result:
    compared = _comparisons(found, others)
    outcomes = Counter(compared.outcome)
    blind = Counter(why or "" for why, out in zip(compared.reason, compared.outcome, strict=True) if "not-" in out)
    waived = sum(one.waiver is not None for one in found)
    counts: dict[str, Any] = {
        "all": len(compared.id),
        "pass": outcomes["pass"],
        "failed": len(found),
        "of_which_waived": waived,
        "out_of_scope": outcomes["out-of-scope"],
        "not_assessable": dict(sorted(blind.items())),
    }
    live = [one for one in found if one.waiver is None]
    return Result(
        verdict="failed",
        exit_code=1,
        reasons=[f"{len(live)} findings."],
        as_of="2026-11-21",
        version="0.1.0",
        catalog=Catalog(id="everything"),
        policies=[Policy(id=POLICY, status="law", verdict="failed", ledger=Counts.model_validate(counts))],
        inputs=[
            InputFile(path="policy.yaml", kind="policy", sha256="0" * 64),
            InputFile(path="catalog.yaml", kind="catalog", sha256="1" * 64, rows=7),
        ],
        totals=Totals(findings=len(live), causes=len({one.cause for one in live}), currency="EUR"),
        ledger=Ledger.model_validate(counts | {"rules": _ledgers(compared)}),
        findings=found,
        comparisons=compared,
        rules=[
            Rule(
                id=f"rule-{check}",
                policy=POLICY,
                check=check,
                level=LEVELS[number % len(LEVELS)],
                title=f"What {check} is for",
                words=f"What {check} compares.",
                formula="1 + 1",
                source=Source(name="The Act", url="https://example.org/act#1", read="secondary"),
                legal=True,
            )
            for number, check in enumerate(CHECKS)
        ],
        waivers=[_waiver(state, 3 + 10 * number) for number, state in enumerate(WAIVERS)],
        base=base,
    )


def _ledgers(compared: Comparisons) -> list[RuleLedger]:
    """A line for each rule; what it counts is not looked at here."""
    return [
        RuleLedger(policy=POLICY, rule=f"rule-{check}", check=check, level="breach", all=compared.rule.count(check))
        for check in CHECKS
    ]
