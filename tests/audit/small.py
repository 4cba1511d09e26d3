"""Audits of a few offers, written as one would write the files, for tests of what is said about them."""

from __future__ import annotations

from datetime import date
from typing import Any

from fairoffer.model.result import Finding, Result
from tests import engine
from tests.drawing import DAY, Audit
from tests.worked import COMPARE, RULES

WELCOME = {
    "id": "welcome",
    "name": "Welcome",
    "audience": "new",
    "price": [{"months": "18", "amount": "24.99"}, {"amount": "41.00"}],
    "fees": [{"kind": "setup", "amount": "9.99"}],
    "incentives": [{"kind": "gift_card", "value": "50.00", "cash_equivalent": "true", "audience": "new"}],
    "contract": {"months": "18"},
}
"""The offer of the worked example, without anything that shuts people out but the audience."""
STAYED = {"id": "stayed", "tenure_months": {"from": "60"}, "holds": "welcome", "customers": "12000"}


def audit(
    offers: list[dict[str, Any]],
    segments: list[dict[str, Any]] | None,
    months: list[str] | None = None,
    *,
    kind: str = "broadband",
    as_of: date = DAY,
    **catalog: Any,
) -> Result:
    """The result of auditing offers of one product called Fibre."""
    products = [{"id": "fibre", "type": kind, "name": "Fibre"}]
    whole = {"id": "small", "currency": "GBP", "products": products, **catalog}
    whole["offers"] = [{"product": "fibre", **offer} for offer in offers]
    compare = {**COMPARE, "months": months or ["12"]}
    policy = {"id": "best-offer", "version": "1", "status": "house", "compare": compare, "rules": RULES}
    return engine.run(Audit(whole, segments, policy, as_of))


def only(result: Result, check: str, term: str | None = None, segment: str | None = "stayed") -> Finding:
    """The one finding of a check on a segment."""
    found = [
        one
        for one in result.findings
        if one.check == check and one.segment == segment and (term is None or one.term == term)
    ]
    assert len(found) == 1, [(one.check, one.segment, one.term) for one in result.findings]
    return found[0]
