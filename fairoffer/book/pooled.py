"""One number out of many cells, and how far it would move with other cells: a ratio of sums, left-one-out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import fsum, inf, sqrt
from typing import NamedTuple

from fairoffer.book import student

OUTSIDE = 0.05
"""The chance that an interval taken by itself misses."""


class Pooled(NamedTuple):
    """An estimate, its standard error, the degrees of freedom of its interval, and how many groups it rests on."""

    value: float
    error: float
    freedom: float
    groups: int

    def between(self, outside: float = OUTSIDE) -> tuple[float, float]:
        """The interval that misses with the chance ``outside``."""
        reach = student.quantile(outside, self.freedom) * self.error if self.error else 0.0
        return self.value - reach, self.value + reach

    @property
    def chance(self) -> float:
        """How often chance alone gives an estimate as far from 0 as this one."""
        if not self.error:
            return 0.0 if self.value else 1.0
        return student.two_sided(self.value / self.error, self.freedom)


def pooled(tops: Sequence[float], bottoms: Sequence[float]) -> Pooled | None:
    """Σ tops / Σ bottoms, one pair a cell, with a standard error that is robust to whatever cells have in common.

    With b the ratio, B = Σ bottoms, u = top - b bottom (a cell's score) and h = bottom / B (a cell's weight), leaving
    the cell out moves the ratio by exactly -u / (B (1 - h)). The variance is that of the delete-one-cell jackknife,
    (G - 1) / G · Σ u² / (B (1 - h))², which where all cells weigh the same is the cluster-robust one with its CR1
    correction, G / (G - 1) · Σ u² / B². Where few cells weigh most, CR1 is too small and this one is not (it is the
    CR3 of Bell and McCaffrey 2002); and G - 1 degrees of freedom are too many: they are 1 / Σ h² - 1, of the number of
    equal cells that would weigh like these (Carter, Schnepel and Steigerwald 2017).

    Cells whose bottom is not above 0 say nothing and are not counted; ``None``: fewer than two say something. Sums are
    rounded once (``fsum``), so the order of cells changes nothing.
    """
    pairs = [(top, bottom) for top, bottom in zip(tops, bottoms, strict=True) if bottom > 0]
    whole = fsum(bottom for _, bottom in pairs)
    if len(pairs) < 2:
        return None
    value = fsum(top for top, _ in pairs) / whole
    moves = fsum(_moved(top - value * bottom, whole - bottom) for top, bottom in pairs)
    alike = 1.0 / fsum((bottom / whole) ** 2 for _, bottom in pairs)
    return Pooled(value, sqrt((len(pairs) - 1) / len(pairs) * moves), max(alike - 1.0, 0.5), len(pairs))


def _moved(score: float, rest: float) -> float:
    if not score:
        return 0.0
    return (score / rest) ** 2 if rest > 0 else inf


def left_out(whole: float, replicates: Iterable[float]) -> Pooled:
    """The estimate ``whole`` with the delete-a-group jackknife's standard error; ``replicates``: the same without each
    of the G groups, two at least. The variance is (G - 1) / G · Σ (replicate - their mean)², with G - 1 degrees of
    freedom."""
    found = list(replicates)
    middle = fsum(found) / len(found)
    spread = fsum((one - middle) ** 2 for one in found)
    return Pooled(whole, sqrt((len(found) - 1) / len(found) * spread), len(found) - 1.0, len(found))
