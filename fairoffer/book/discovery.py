"""Many groups looked at: some differ by chance alone, and what is said of them has to allow for that."""

from __future__ import annotations

from collections.abc import Sequence

RATE = 0.05
"""Of what is said to differ, the part that may do so by chance alone: the false discovery rate."""


def adjusted(chances: Sequence[float]) -> list[float]:
    """p-values after allowing for how many there are, in the order given (Benjamini and Hochberg 1995, step up).

    The smallest false discovery rate at which each would still be said to differ.
    """
    order = sorted(range(len(chances)), key=lambda index: (chances[index], index), reverse=True)
    found, least = [1.0] * len(chances), 1.0
    for place, index in enumerate(order):
        least = min(least, chances[index] * len(chances) / (len(chances) - place))
        found[index] = least
    return found


def outside(chances: Sequence[float], rate: float = RATE) -> float:
    """The chance that an interval may miss, so that of those of what is said to differ no more than ``rate`` miss:
    ``rate`` times how many are said to differ, of how many were looked at (Benjamini and Yekutieli 2005)."""
    if not chances:
        return rate
    differ = sum(chance <= rate for chance in adjusted(chances))
    return rate * max(1, differ) / len(chances)
