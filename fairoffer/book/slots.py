"""What is judged of every row of a book: a rule on a term, and the codes of what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fairoffer.audit.bind import Bound
from fairoffer.compare.legs import Doubt

Codes = NDArray[np.uint8]
Sizes = NDArray[np.int64]
Flags = NDArray[np.bool_]

OUT, PASS, FAIL = 0, 1, 2
FIRST_REASON = 3
REASONS = (
    "unreadable",
    "scope-unknown",
    "no-comparator",
    "risk-differs",
    "tax-differs",
    "missing-value",
    "unclassified-incentive",
    "audience-unknown",
    "mixed",
    "no-data",
)
"""Why a row cannot be assessed; its code is its place here, counted from FIRST_REASON."""
NOT_ASKED = 255
"""The rule asks nothing of the row on this term: it is no comparison."""
WHOLE = 10_000
"""Units in 1 of an amount of money, of a rate in percent and of a term's value."""


FINE = 720
"""Units in a ten-thousandth where amounts are brought from one period to another: parts of it are whole then for terms
of up to six months, of 8, 9, 10, 12, 15, 16, 18, 20, 24, 30, 36, 48 and 60, and twelve digits of money still fit."""


def code_of(reason: str) -> int:
    """The code of a reason."""
    return FIRST_REASON + REASONS.index(reason)


def reason_of(code: int) -> str | None:
    """The reason that a code stands for; ``None``: it is no reason."""
    return REASONS[code - FIRST_REASON] if FIRST_REASON <= code < FIRST_REASON + len(REASONS) else None


UNREADABLE, SCOPE_UNKNOWN = code_of("unreadable"), code_of("scope-unknown")
NO_COMPARATOR, RISK_DIFFERS, MISSING = code_of("no-comparator"), code_of("risk-differs"), code_of("missing-value")
DOUBT_BITS: dict[Doubt, int] = {"tax-differs": 1, "missing-value": 2, "unclassified-incentive": 4}
"""Doubts as bits, the gravest the lowest."""


@dataclass(frozen=True)
class Slot:
    """A rule on a term. ``unit`` is the number of whole units in 1 of the term; ``sign`` is +1 where less is better.

    ``measure`` is the unit of its values where it is not that of the term; ``places`` the decimals of money, ``None``
    for what is no money.
    """

    bound: Bound
    term: str
    unit: int = WHOLE
    sign: int = 1
    measure: str | None = None
    places: int | None = None


class Judged(NamedTuple):
    """What came out for every row of a portion under one slot.

    ``gap`` and ``mine`` are whole units of the slot in the row's own period and hold a value where ``known``;
    ``horizon`` is the months that a gap in money is for, 0 where it is for none.
    """

    slot: Slot
    outcome: Codes
    gap: Sizes
    mine: Sizes
    known: Flags
    horizon: NDArray[np.int16] | int
