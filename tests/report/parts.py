"""Pieces that the results for tests are made of."""

from __future__ import annotations

import hashlib
from typing import Any

from fairoffer.model.result import Comparisons, Days, Finding, Months, Source

CODE = Source(name="House policy", clause="Nobody who stayed gets worse terms than a stranger", read="primary")
WELCOME = "fibre-100-welcome"
ON_BOOKS = ("rows", "tenure_months")
TODAY = Days(from_="2026-11-21", to="2026-11-21")


def identifier(*parts: object, kind: str = "fo1") -> str:
    """An id of the right shape that depends on nothing but its parts."""
    digest = hashlib.blake2b(repr(parts).encode(), digest_size=15).digest()
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    number = int.from_bytes(digest, "big")
    return f"{kind}_" + "".join(letters[(number >> (5 * place)) & 31] for place in range(24))


def finding(rule: str, segment: str | None, term: str, **more: Any) -> Finding:
    """A finding on fibre-100 with the usual surroundings."""
    fields: dict[str, Any] = {
        "id": identifier(rule, segment, term),
        "policy": "best-offer",
        "rule": rule,
        "check": "default-gap",
        "level": "house",
        "product": "fibre-100",
        "segment": segment,
        "tenure_months": Months(from_=60),
        "days": TODAY,
        "term": term,
        "unit": "GBP",
        "source": CODE,
        "cause": identifier(WELCOME, WELCOME, kind="fc1"),
    }
    return Finding.model_validate(fields | more)


def columns(rows: list[dict[str, Any]]) -> Comparisons:
    """Comparisons from rows; what a row leaves out is as usual, or null."""
    usual: dict[str, Any] = {"policy": "best-offer", "level": "house", "place": {}, "customers_coming": 0}
    filled = [usual | {"id": identifier(row.get("rule"), row.get("segment"), row.get("term"))} | row for row in rows]
    names = [name for name in Comparisons.model_fields if name not in ON_BOOKS or any(name in row for row in rows)]
    return Comparisons(**{name: [row.get(name) for row in filled] for name in names})
