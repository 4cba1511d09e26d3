"""What tells the plans of one product apart once all of them are known: their controlled loads and meters.

Both say less than they seem to. Payloads of 2022 name one controlled load where there are two, and a kind of meter that
no plan of a product is for is no customer whom a plan leaves out.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable

from fairoffer.imports.cdr_energy.offers import METER_TYPE, Draft


def on_sale(draft: Draft, day: str) -> bool:
    """Whether the plan is on sale that day."""
    valid = draft.offer.get("valid", {})
    return bool(valid.get("from", "") <= day <= valid.get("to", "9999"))


def split_by_loads(drafts: list[Draft], day: str) -> None:
    """Plans of other controlled loads are other products, unless a plan of theirs cannot say how many it has."""
    for group in _groups(drafts, lambda draft: draft.key):
        if any(draft.loads is None for draft in _current(group, day)):
            continue
        for draft in group:
            if draft.loads and len(draft.loads) > 1:  # the name of the first is in the key
                draft.key = _digest([draft.key, *draft.loads[1:]])


def keep_meters_that_differ(drafts: list[Draft], day: str) -> None:
    """A plan for every meter that any plan of its product is for leaves nobody out: it needs no clause."""
    for group in _groups(drafts, lambda draft: draft.key):
        every = {meter for draft in _current(group, day) for meter in draft.meters}
        for draft in group:
            if draft.meters and every <= set(draft.meters):
                del draft.offer["eligibility"][METER_TYPE]
                if not draft.offer["eligibility"]:
                    del draft.offer["eligibility"]


def _groups(drafts: Iterable[Draft], by: Callable[[Draft], str]) -> list[list[Draft]]:
    found: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        found[by(draft)].append(draft)
    return list(found.values())


def _current(group: list[Draft], day: str) -> list[Draft]:
    """The plans of a group that are on sale; all of them where none is."""
    return [draft for draft in group if on_sale(draft, day)] or group


def _digest(parts: list[str]) -> str:
    return hashlib.blake2b("; ".join(parts).encode(), digest_size=8).hexdigest()
