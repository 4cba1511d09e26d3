"""What gaps come to in a year, each row once by its largest."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from tests.oracle.lines import RowComparison

COUNTED = ("breach", "commitment", "house")


class Money(NamedTuple):
    """Of those worse off, and of all that could be assessed; None: not known."""

    gross: Fraction | None
    net: Fraction | None


def money(lines: Iterable[RowComparison], levels: dict[str, str]) -> Money:
    """The sums of the rules in `levels` (rule to level), which must be of one check. Reviews carry no money."""
    asked = [one for one in lines if levels.get(one.rule) in COUNTED and one.row is not None]
    assessed = [one for one in asked if one.outcome in ("pass", levels[one.rule])]
    failing = [one for one in assessed if one.outcome != "pass"]
    if (asked and not assessed) or any(one.yearly is None for one in failing):
        return Money(None, None)
    gross, net = Fraction(0), Fraction(0)
    for row in {one.row for one in assessed if one.yearly is not None}:
        own = [one for one in assessed if one.row == row and one.yearly is not None]
        largest = max(one.yearly or Fraction(0) for one in own) * (own[0].customers or 0)
        net += largest
        gross += max(largest, Fraction(0)) if any(one in failing for one in own) else 0
    return Money(gross, net)
