"""One number out of many cells, and how far it would move with other cells: a ratio of sums, left-one-out."""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

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


def pooled(tops: npt.ArrayLike, bottoms: npt.ArrayLike) -> Pooled | None:
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
    said = np.asarray(bottoms) > 0
    top, bottom = np.asarray(tops)[said], np.asarray(bottoms)[said]
    groups = len(top)
    if groups < 2:
        return None
    whole = fsum(bottom.tolist())
    value = fsum(top.tolist()) / whole
    score, rest = top - value * bottom, whole - bottom
    with np.errstate(divide="ignore", invalid="ignore"):
        moves = fsum(np.where(score == 0, 0.0, (score / rest) ** 2).tolist())
    alike = 1.0 / fsum(((bottom / whole) ** 2).tolist())
    return Pooled(value, sqrt((groups - 1) / groups * moves), max(alike - 1.0, 0.5), groups)


def left_out(whole: float, replicates: Iterable[float]) -> Pooled:
    """The estimate ``whole`` with the delete-a-group jackknife's standard error; ``replicates``: the same without each
    of the G groups, two at least. The variance is (G - 1) / G · Σ (replicate - their mean)², with G - 1 degrees of
    freedom."""
    found = list(replicates)
    middle = fsum(found) / len(found)
    spread = fsum((one - middle) ** 2 for one in found)
    return Pooled(whole, sqrt((len(found) - 1) / len(found) * spread), len(found) - 1.0, len(found))
