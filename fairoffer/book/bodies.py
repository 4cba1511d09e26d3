"""Every customer of a book once: in which findings they are, and what they lose a year by each kind."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import polars as pl

from fairoffer.audit.booked import Body, Keys
from fairoffer.audit.comparison import Key
from fairoffer.book.groups import Name
from fairoffer.book.money import ANY, ASKED, KINDS, MADE, WORD, Purse
from fairoffer.book.reduce import Plan

SOME: Keys = frozenset({("", "", "", (), "", ())})
"""Stands for findings where nothing is waived, so that it is no matter which they are."""
NO_KEYS: Keys = frozenset()
Failing = Mapping[int, Mapping[Name, Key]]
"""For each slot the failing groups, by the name that they had before small ones were put together."""


def bodies_of(plan: Plan, merged: pl.DataFrame, failing: Failing) -> Iterator[Body]:
    """The customers by the findings that they are in, from merged partial results."""
    purse = Purse(plan.slots, shared=plan.waived)
    for row in merged.filter(pl.col("part") == "money").iter_rows(named=True):
        yield body_of(plan, purse, row, failing)


def body_of(plan: Plan, purse: Purse, row: Mapping[str, Any], failing: Failing) -> Body:
    flags, months = row["key"], row["horizon"]
    known, lost = dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0)
    for i, kind in enumerate(purse.kinds):
        lost[kind], known[kind] = int(row[f"s{2 * i}"]), int(row[f"s{2 * i + 1}"])
    words = json.loads(row["cell"] or "{}")
    own = {
        slot: keys_of(plan, slot, row, failing)
        for slot in range(len(plan.slots))
        if int(words.get(str(slot // WORD), 0)) >> slot % WORD & 1
    }
    if plan.waived:
        by_kind = {kind: keys_in(own[slot] for slot in purse.slots_of(kind) if slot in own) for kind in KINDS}
        every = keys_in(own.values())
    else:
        # Without waivers a bit says that there is one.
        by_kind = {kind: SOME if flags >> i & 1 else NO_KEYS for i, kind in enumerate(KINDS)}
        every = SOME if flags >> ANY & 1 else NO_KEYS
    return Body(
        customers=row["customers"],
        failing=every,
        by_kind=by_kind,
        worth={kind: worth(lost[kind], purse.unit, months, fails=bool(by_kind[kind])) for kind in KINDS},
        assessed=known,
        asked=bool(flags >> ASKED & 1),
        made=bool(flags >> MADE & 1),
    )


def keys_in(some: Iterable[Keys]) -> Keys:
    return NO_KEYS.union(*some)


def worth(lost: int, unit: int, months: int, *, fails: bool) -> Fraction | None:
    """Money a year; ``None`` where somebody is worse off for nobody knows how long, and nothing where nobody is."""
    if not months:
        return None if fails and lost else Fraction(0)
    return Fraction(lost * 12, unit * months)


def keys_of(plan: Plan, slot: int, row: Mapping[str, Any], failing: Failing) -> Keys:
    """The failing group of a slot that a row's customers are in."""
    names = {name for name, _ in plan.places[slot]}
    place = {name: value for name, value in json.loads(row["place"] or "{}").items() if name in names}
    text = json.dumps(place, sort_keys=True, separators=(",", ":"), ensure_ascii=False) if names else ""
    key = failing.get(slot, {}).get(Name(row["product"], text, row["band"]))
    return frozenset() if key is None else frozenset({key})
