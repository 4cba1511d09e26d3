"""Who bears the gaps, with chance allowed for: shares of a group of customers differ a little whoever they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from math import fsum, sqrt
from typing import NamedTuple

from fairoffer.audit.comparison import Comparison
from fairoffer.book import discovery
from fairoffer.book.student import quantile, two_sided

FEWEST = 8
"""Random parts of the customers that an interval needs."""
INCONCLUSIVE = Fraction(5, 100)
"""An interval that reaches further than this beyond what is allowed says nothing."""
By = Counter[tuple[int, int]]
"""Amounts by whether customers are vulnerable (2: yes, 1: no) and by the random part that they are in."""


class Excess(NamedTuple):
    """By how much the part of the gaps exceeds the part of the customers, and how far that may be off."""

    size: float
    error: float
    freedom: int

    @property
    def chance(self) -> float:
        if self.error:
            return two_sided(self.size / self.error, self.freedom)
        return 0.0 if self.size else 1.0


def excess(people: By, borne: By) -> Excess | None:
    """The excess with its error, from leaving out one part of the customers at a time; ``None``: too few parts."""
    parts = sorted({part for _, part in people})
    if len(parts) < FEWEST:
        return None
    whole = _excess(people, borne, None)
    without = [_excess(people, borne, part) for part in parts]
    mean = fsum(without) / len(parts)
    spread = fsum((value - mean) ** 2 for value in without)
    return Excess(whole, sqrt(spread * (len(parts) - 1) / len(parts)), len(parts) - 1)


def _excess(people: By, borne: By, left_out: int | None) -> float:
    shares = []
    for amounts in (borne, people):
        kept = [(stated, amount) for (stated, part), amount in amounts.items() if part != left_out]
        whole = sum(amount for _, amount in kept)
        shares.append(sum(amount for stated, amount in kept if stated == 2) / whole if whole else 0.0)
    return shares[0] - shares[1]


class Weighed(NamedTuple):
    """A comparison of shares as they are, what chance does to it, and how much the rule allows."""

    found: Comparison
    excess: Excess | None
    allowed: Fraction


def with_chance(weighed: Sequence[Weighed]) -> Iterator[Comparison]:
    """Each comparison as it stands after allowing for chance, and for how many there are."""
    chances = [one.excess.chance for one in weighed if one.excess is not None]
    outside = discovery.outside(chances)
    for found, own, allowed in weighed:
        if found.gap is None:
            yield found
        elif own is None:
            yield replace(found.bare("not-assessable", "below-k"), notes=("shares-without-interval",))
        else:
            yield _decided(found, own, allowed, outside)


def _decided(found: Comparison, own: Excess, allowed: Fraction, outside: float) -> Comparison:
    reach = quantile(outside, own.freedom) * own.error
    low, high = (Fraction(round((own.size + side * reach) * 10_000), 10_000) for side in (-1, 1))
    ends = replace(found, gap_most=high, gap_least=int(low * found.unit))
    if low > allowed:
        return replace(ends, outcome=found.bound.level)
    if high > allowed + INCONCLUSIVE:
        return replace(found.bare("not-assessable", "below-k"), notes=("shares-of-wide-interval",))
    notes = ("shares-within-chance",) if high > allowed else ()
    return replace(ends, outcome="pass", notes=(*found.notes, *notes))
