"""The rows of a wide portion judged under every rule: fast where numbers are plain, by the exact engine where not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from fairoffer.audit.bind import Bound
from fairoffer.book.slots import Judged, Slot
from fairoffer.compare.market import Shelf
from fairoffer.model.inputs import Inputs

if TYPE_CHECKING:
    from fairoffer.book.wide import Portion, Reading


@dataclass(frozen=True)
class Judge:
    """All rules of an audit, made ready for portions of one reading."""

    slots: tuple[Slot, ...]

    def judge(self, portion: Portion) -> list[Judged]:
        """What comes out for every row, slot by slot."""
        raise NotImplementedError


def judge_of(
    inputs: Inputs, shelf: Shelf, rules: Sequence[Bound], reading: Reading, as_of: date, offers: Any = None
) -> Judge:
    """A judge of the rules; raises ``PolicyError`` for a condition that cannot be used, and ``InputError`` for a fact
    that is not of the type of the column it answers."""
    raise NotImplementedError
