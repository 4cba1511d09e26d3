"""Rows of a book against the offers of the catalog: the best that a stranger gets, without looking at offers twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from fairoffer.audit.bind import COMPARATORS, Bound
from fairoffer.book.slots import Judged, Slot
from fairoffer.compare.market import Shelf

JUDGED = ("default-gap", "reach-gap")
"""Checks that the offers of a catalog answer for a row that says what is paid."""


def is_answered(rule: Bound) -> bool:
    """Whether the offers of a catalog answer a rule for rows; the others have no data there."""
    return rule.check.id in JUDGED and rule.way.with_ in COMPARATORS


@dataclass(frozen=True)
class Offers:
    """The offers of a catalog made ready for the rows of a book.

    ``slots`` are the terms of all rules; a row whose product has no such term is NOT_ASKED. Scopes are not looked at:
    whoever asks lays them over what comes out.
    """

    slots: tuple[Slot, ...]

    def judge(self, frame: pl.DataFrame) -> list[Judged]:
        """What comes out for every row of a wide frame, slot by slot."""
        raise NotImplementedError


def offers_of(shelf: Shelf, rules: Sequence[Bound], columns: Collection[str], constants: Mapping[str, Any]) -> Offers:
    """The offers made ready for rules that ``is_answered`` names.

    Args:
        columns: those of the wide frame.
        constants: what is the same on every row, by path.
    """
    raise NotImplementedError
