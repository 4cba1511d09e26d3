"""What a check is: a gap between two values of one declared row, and its documentation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

ROW = ("existing", "comparator", "sign")
"""Columns that a gap may read: both values in whole units, and ``sign`` (+1 where lower is better, else -1)."""

HEADINGS = ("What it does", "Why it matters", "Example", "Remedy", "Silent when", "Mechanism")


@dataclass(frozen=True)
class Check:
    """A measurement.

    ``gap`` is row-wise over ROW, positive where existing is worse; ``money`` is the total that a finding adds to.
    """

    id: str
    doc: str
    gap: pl.Expr
    money: Literal["by_default", "unavoidable"] | None = None

    @property
    def title(self) -> str:
        return self.doc.strip().splitlines()[0].rstrip(".")

    def section(self, heading: str) -> str:
        """The text under one of HEADINGS, as one line."""
        lines = self.doc.splitlines()
        at = lines.index(heading) + 1
        found = []
        while at < len(lines) and lines[at].startswith("    "):
            found.append(lines[at].strip())
            at += 1
        return " ".join(found)


def worse_by(existing: str, comparator: str) -> pl.Expr:
    """How much worse ``existing`` is, in the row's unit."""
    return (pl.col(existing) - pl.col(comparator)) * pl.col("sign").cast(pl.Int128)
