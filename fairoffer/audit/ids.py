"""Ids that survive repricing, renaming offers and reordering files."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import lru_cache

from fairoffer.audit.comparison import Comparison, Key

CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(prefix: str, key: object) -> str:
    """``prefix`` and the base32 of a blake2b-120 over canonical JSON: 24 lower-case characters."""
    raw = hashlib.blake2b(CANONICAL.encode(key).encode(), digest_size=15).digest()
    return prefix + base64.b32encode(raw).decode().lower()


def comparison_id(found: Comparison) -> str:
    """Who is worse off than whom on what under which rule: never an amount, a tenure, a day, an offer or a line."""
    return keyed_id(found.key)


@lru_cache(maxsize=1 << 18)
def keyed_id(key: Key) -> str:
    policy, rule, product, who, term, place = key
    subject = {"product": product, **dict(who)} if product else dict(who)
    return digest("fo1_", {"policy": policy, "rule": rule, "term": term, "subject": subject, "place": dict(place)})


def cause_id(existing: str | None, comparator: str | None) -> str:
    """What one edit would mend: the two offers, whatever rule found them."""
    return digest("fc1_", [existing or "", comparator or ""])
