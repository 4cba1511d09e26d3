"""Codes that occur, numbered as they come up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
DENSE = 1 << 22
"""Up to so many codes there is a table of all."""


class Numbering:
    """Numbers of codes below ``size``; whoever adds codes must be alone, whoever reads need not."""

    def __init__(self, size: int) -> None:
        self.codes: Whole = np.zeros(0, np.int64)
        self._dense = np.full(size, -1, np.int32) if size <= DENSE else None
        self._sorted: tuple[Whole, Whole] = (self.codes, self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    def numbers(self, codes: Whole) -> NDArray[np.integer]:
        """The number of every code, -1 for one that has none yet."""
        if self._dense is not None:
            return self._dense.take(codes)
        known, numbers = self._sorted
        if not len(known):
            return np.full(len(codes), -1, np.int64)
        place = np.minimum(np.searchsorted(known, codes), len(known) - 1)
        return np.where(known[place] == codes, numbers[place], -1)

    def add(self, codes: Whole) -> None:
        """Number codes that have none yet and are all different."""
        numbers = np.arange(len(self.codes), len(self.codes) + len(codes))
        self.codes = np.concatenate([self.codes, codes])
        if self._dense is not None:
            self._dense[codes] = numbers
        else:
            order = np.argsort(self.codes, kind="stable")
            self._sorted = (self.codes[order], order)
