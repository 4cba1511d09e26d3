"""Entries of a result's statistics: numbers as text, what is too thin for a claim, what stands when all are in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from math import exp
from typing import NamedTuple

from fairoffer.book import discovery, sentences
from fairoffer.book.pooled import Pooled
from fairoffer.model.statistics import Statistic

FEWEST_GROUPS = 10
"""Fewer independent cells than this give no interval that can be relied on."""
FEWEST_ALIKE = 4.0
"""Nor do more of them that weigh no more than so many equal ones would."""
HALF = 0.5
"""The part that has to be matched: of a group that is mostly left out nothing is said."""
READ_TO = Decimal("0.01")
"""Percent. Logarithms of prices are kept to a hundredth of a percent: what is less is no difference."""
_DIGITS = 4
_PLACES = 6
_FARTHEST = 60.0


class Draft(NamedTuple):
    """An entry before it is known how many others there are, and the chance that it is tested by, if it is."""

    entry: Statistic
    chance: float | None = None


def number(value: float) -> str:
    """Four significant digits and at most six decimals, as text without an exponent; never a negative nothing."""
    found = Decimal(value)
    if found:
        last = max(found.adjusted() - _DIGITS + 1, -_PLACES)
        # Whole digits beyond the fourth are nought, so that the text has no more than was measured.
        found = found.quantize(Decimal((0, (1,), last)), rounding=ROUND_HALF_EVEN)
    return f"{found:f}" if found else "0"


def share(part: int, whole: int) -> str | None:
    """A part of one, to four digits; ``None`` of nothing."""
    return number(part / whole) if whole else None


def percent(logarithm: float) -> float:
    """The percent by which the number with this logarithm differs from 1; one past all sense is cut off."""
    return 100.0 * (grown(logarithm) - 1.0)


def grown(logarithm: float) -> float:
    """The number with this natural logarithm; one past all sense is cut off."""
    return exp(max(-_FARTHEST, min(_FARTHEST, logarithm)))


def with_estimate(entry: Statistic, found: Pooled, shown: Callable[[float], float], *, tested: bool = True) -> Draft:
    """The entry with an estimate and its 95 % interval, both through ``shown``, which keeps their order."""
    low, high = found.between()
    filled = entry.model_copy(
        update={
            "estimate": number(shown(found.value)),
            "low": number(shown(low)),
            "high": number(shown(high)),
            "clusters": found.groups,
        }
    )
    return Draft(filled, found.chance if tested else None)


def too_few(found: Pooled | None, groups: int, n: int, of: int, k: int) -> str | None:
    """Why nothing is claimed, in words; ``None``: nothing is in the way. ``groups``: cells that say something."""
    if n < k:
        return f"fewer than {k} of its customers have anybody to be compared with in a like-for-like cell"
    if found is None or groups < FEWEST_GROUPS:
        cells = "cell" if groups == 1 else "cells"
        return f"{groups or 'no'} like-for-like {cells} to compare in; {FEWEST_GROUPS} are needed"
    if n < HALF * of:
        return f"only {sentences.part(n, of)} of its customers have anybody to be compared with; half is needed"
    if found.freedom + 1 < FEWEST_ALIKE:
        return "very few like-for-like cells hold nearly all of the customers that can be compared"
    return None


def judged(drafts: Iterable[Draft]) -> list[Statistic]:
    """The entries with what stands, after allowing for how many of one kind there are; and each with its sentence."""
    kinds: defaultdict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        kinds[draft.entry.kind].append(draft)
    return [entry for own in kinds.values() for entry in _of_one_kind(own)]


def _of_one_kind(drafts: Sequence[Draft]) -> Iterable[Statistic]:
    chances = [draft.chance for draft in drafts if draft.chance is not None]
    allowed = iter(discovery.adjusted(chances))
    for entry, chance in drafts:
        found = entry
        if chance is not None:
            after = next(allowed)
            stands = after <= discovery.RATE and _differs(entry)
            found = entry.model_copy(update={"p": number(chance), "p_adjusted": number(after), "stands": stands})
        yield found.model_copy(update={"says": found.says or sentences.of(found)})


def _differs(entry: Statistic) -> bool:
    estimate = Decimal(entry.estimate or 0)
    return estimate != 1 if entry.unit == "ratio" else abs(estimate) >= READ_TO
