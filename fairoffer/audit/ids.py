"""Ids that survive repricing, renaming offers and reordering files."""

from __future__ import annotations

import base64
import hashlib
import json

from fairoffer.audit.fold import Comparison


def digest(prefix: str, key: object) -> str:
    """``prefix`` and the base32 of a blake2b-120 over canonical JSON: 24 lower-case characters."""
    text = json.dumps(key, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    raw = hashlib.blake2b(text.encode(), digest_size=15).digest()
    return prefix + base64.b32encode(raw).decode().lower()


def comparison_id(found: Comparison) -> str:
    """Who is worse off than whom on what under which rule: never an amount, a tenure, a day, an offer or a line."""
    subject: dict[str, str] = {"product": found.subject.product}
    if found.subject.segment is not None:
        subject["segment"] = found.subject.segment
    return digest(
        "fo1_",
        {
            "policy": found.bound.policy.id,
            "rule": found.bound.rule.id,
            "term": found.term,
            "subject": subject,
            "place": dict(found.subject.place),
        },
    )


def cause_id(existing: str | None, comparator: str | None) -> str:
    """What one edit would mend: the two offers, whatever rule found them."""
    return digest("fc1_", [existing or "", comparator or ""])
