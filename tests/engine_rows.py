"""The engine's answer to a drawn audit of rows, in the oracle's words, and what both say differently."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

from fairoffer.model.result import Result
from fairoffer.verdict import judge
from tests.oracle.legs import half_up
from tests.oracle.lines import RowComparison
from tests.oracle.money import money
from tests.oracle.rows import PLACES, audit_rows
from tests.strategies_rows import RowAudit

OUTCOMES = ("pass", "out-of-scope", "not-assessable")
ABOUT = ("customer", "notice", "record", "offer", "segment", "product")


def run_rows(drawn: RowAudit) -> Result:
    """The engine's result."""
    return judge(drawn.inputs(), drawn.as_of)


def asked_rows(drawn: RowAudit) -> list[RowComparison]:
    """The oracle's answer."""
    return audit_rows(drawn.inputs(), drawn.as_of, drawn.trees)


def told(result: Result) -> list[dict[str, Any]]:
    """The comparisons of a result, one mapping each."""
    columns = result.comparisons.model_dump()
    length = len(columns["id"])
    filled = {name: values or [None] * length for name, values in columns.items()}
    return [dict(zip(filled, values, strict=True)) for values in zip(*filled.values(), strict=True)]


def key_of(row: dict[str, Any]) -> tuple[str, ...]:
    """Whom and what it is about, as in the oracle's answer."""
    place = tuple(sorted(row["place"].items()))
    return (row["rule"], *(row[name] or "" for name in ABOUT), str(place), row["term"] or "")


def row_findings(drawn: RowAudit) -> dict[str, Any]:
    """The findings by id."""
    return {finding.id: finding for finding in run_rows(drawn).findings}


def row_differences(drawn: RowAudit) -> list[str]:
    """Everything in which the result is not what the oracle says."""
    return result_differences(run_rows(drawn), asked_rows(drawn))


def result_differences(result: Result, wanted: list[RowComparison]) -> list[str]:
    """Everything in which a result is not what the oracle says."""
    mine: dict[Any, list[RowComparison]] = defaultdict(list)
    for one in wanted:
        mine[one.key].append(one)
    theirs: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in told(result):
        theirs[key_of(row)].append(row)
    most = {f.id: None if f.gap_max is None else Decimal(f.gap_max) for f in result.findings}
    found = []
    for key in sorted({*mine, *theirs}):
        left, right = mine[key], theirs[key]
        if len(left) != len(right):
            said = [(row["outcome"], row["reason"]) for row in right], [(one.outcome, one.reason) for one in left]
            found.append(f"{key}: made {said[0]}, but should be {said[1]}")
            continue
        # Several rows may have one key (a customer twice, groups that differ in something not shown): in any order.
        for row, one in zip(sorted(right, key=rank_of), sorted(left, key=lambda one: rank_of(vars(one))), strict=True):
            found += [f"{key}: {said}" for said in differing(row, one)]
            if one.certain and row["id"] in most and most[row["id"]] != one.gap_max:
                found.append(f"{key}: gap_max {most[row['id']]}, but {one.gap_max}")
    found += ledger_differences(result, wanted) + money_differences(result, wanted)
    findings = {finding.id: finding for finding in result.findings}
    for row in told(result):
        if row["outcome"] not in OUTCOMES and row["id"] not in findings:
            found.append(f"{key_of(row)}: fails and is no finding")
    return found


def rank_of(row: dict[str, Any]) -> tuple[Any, ...]:
    """An order of comparisons that have one key."""
    numbers = [Decimal(0 if row[name] is None else row[name]) for name in ("gap", "existing", "customers")]
    return (row["outcome"], str(row["reason"]), *numbers)


def differing(row: dict[str, Any], one: RowComparison) -> list[str]:
    """What one comparison says differently."""
    found = []
    for name in ("outcome", "reason"):
        if row[name] != getattr(one, name):
            found.append(f"{name} {row[name]} ({row['reason']}), but {getattr(one, name)} ({one.reason})")
            return found
    for name in ("gap", "existing", "comparator"):
        said, wanted = row[name], getattr(one, name)
        if name != "gap" and not one.values:
            continue
        if (None if said is None else Decimal(said)) != wanted:
            found.append(f"{name} {said}, but {wanted}")
    if one.customers is not None and row["customers"] != one.customers:
        found.append(f"customers {row['customers']}, but {one.customers}")
    return found


def money_differences(result: Result, wanted: list[RowComparison]) -> list[str]:
    """What customers pay too much in a year by doing nothing, and whatever they do."""
    found = []
    rules = {rule.id: rule.check for rule in result.rules}
    places = PLACES.get(result.totals.currency, 2)
    for check, name in (("default-gap", "by_default"), ("reach-gap", "unavoidable")):
        levels = {rule.id: rule.level for rule in result.rules if rules[rule.id] == check}
        said, sums = getattr(result.totals, name), money(wanted, levels)
        for part in ("gross", "net"):
            expected, stated = getattr(sums, part), getattr(said, part)
            if expected is None or stated is None:
                agree = expected is None and stated is None
            else:
                agree = Fraction(stated) == half_up(expected, places)
            if not agree:
                found.append(f"{name} {part} {stated}, but {expected}")
    return found


def ledger_differences(result: Result, wanted: list[RowComparison]) -> list[str]:
    """The counts of all comparisons."""
    ledger = result.ledger.model_dump(by_alias=True)
    reasons: dict[str, int] = defaultdict(int)
    for one in wanted:
        if one.outcome == "not-assessable":
            reasons[str(one.reason)] += 1
    failed = sum(one.outcome not in OUTCOMES for one in wanted)
    counts = {"all": len(wanted), "failed": failed, "not_assessable": dict(reasons)}
    counts |= {"pass": sum(one.outcome == "pass" for one in wanted)}
    counts |= {"out_of_scope": sum(one.outcome == "out-of-scope" for one in wanted)}
    return [f"ledger {n}: {ledger[n]}, but {v}" for n, v in counts.items() if ledger[n] != v]
