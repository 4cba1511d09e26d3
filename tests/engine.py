"""The engine's answer to a drawn audit, in the oracle's words, and what both say differently."""

from __future__ import annotations

import os
from decimal import Decimal
from typing import Any

from fairoffer.model.inputs import Inputs
from fairoffer.model.result import Result
from fairoffer.verdict import judge
from tests import oracle
from tests.drawing import Audit

SOAK = "soak" in (os.environ.get("FAIROFFER_PROFILE"), os.environ.get("HYPOTHESIS_PROFILE"))
OUTCOMES = ("pass", "out-of-scope", "not-assessable")


def run(drawn: Audit) -> Result:
    """The engine's result."""
    catalog, segments, policy = drawn.models()
    listed = None if segments is None else segments.segments
    inputs = Inputs(directory=".", catalog=catalog, segments=listed, policies=(policy,))
    return judge(inputs, drawn.as_of, drawn.through)


def asked(drawn: Audit) -> oracle.Answer:
    """The oracle's answer."""
    catalog, segments, policy = drawn.models()
    return oracle.audit(catalog, segments, policy, drawn.as_of, drawn.through)


def rows(result: Result) -> dict[Any, dict[str, Any]]:
    """The comparisons of a result by what tells them apart, as in the oracle's answer."""
    columns = result.comparisons.model_dump()
    found: dict[Any, dict[str, Any]] = {}
    columns = {name: column for name, column in columns.items() if column}
    for values in zip(*columns.values(), strict=True):
        row = dict(zip(columns, values, strict=True))
        place = tuple(sorted(row["place"].items()))
        key = (row["policy"], row["rule"], row["product"], row["segment"] or "", place, row["term"] or "")
        assert key not in found, f"twice: {key}"
        found[key] = row
    return found


def differences(result: Result, answer: oracle.Answer) -> list[str]:
    """Everything in which a result is not what the oracle says."""
    mine, theirs = answer.by_key, rows(result)
    found = [f"{key}: not made, but {mine[key].outcome} {mine[key].reason}" for key in sorted(set(mine) - set(theirs))]
    more = sorted(set(theirs) - set(mine))
    found += [f"{key}: made ({theirs[key]['outcome']} {theirs[key]['reason']}), but should not be" for key in more]
    cells = {finding.id: finding.cells for finding in result.findings}
    for key in sorted(set(mine) & set(theirs)):
        row = {**theirs[key], "cells": cells.get(theirs[key]["id"])}
        found += [f"{key}: {said}" for said in row_differences(row, mine[key])]
    ledger = result.ledger.model_dump(by_alias=True)
    for name, value in answer.ledger.items():
        if ledger[name] != value:
            found.append(f"ledger {name}: {ledger[name]}, but {value}")
    return found


def row_differences(row: dict[str, Any], expected: oracle.Comparison) -> list[str]:
    """What one comparison says differently."""
    wanted = {
        "outcome": expected.outcome,
        "reason": expected.reason,
        "gap": expected.gap_rounded,
        "gap_least": expected.gap_least,
    }
    if expected.outcome not in ("not-assessable", "out-of-scope"):
        wanted |= {"customers": expected.customers, "customers_coming": expected.customers_coming}
        wanted |= {"cells": expected.cells}
    found = []
    for name, value in wanted.items():
        said = row[name]
        if name.startswith("gap"):
            said = None if said is None else Decimal(said)
        if said != value:
            found.append(f"{name} {said}, but {value}")
    if expected.values is not None and not found:
        pair = (row["existing"], row["comparator"])
        if None in pair or tuple(Decimal(value) for value in pair) not in expected.values:
            found.append(f"values {pair}, but one of {sorted((str(e), str(c)) for e, c in expected.values)}")
    return found
