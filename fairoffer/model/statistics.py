"""One statistic of a book: an estimate with its interval, how many it rests on, and what may be said of it."""

from __future__ import annotations

from fairoffer.model.part import Number, Part


class Statistic(Part):
    """An estimate over a book; numbers are decimal text, null where they are not known."""

    id: str
    kind: str
    """raw, matched, gradient, vulnerable, disagreement, …"""
    product: str | None = None
    rule: str | None = None
    estimate: Number | None = None
    low: Number | None = None
    high: Number | None = None
    unit: str = "percent"
    """percent, percent a year, or ratio."""
    level: Number = "0.95"
    """Of the interval from `low` to `high`."""
    n: int = 0
    cells: int | None = None
    clusters: int | None = None
    share_matched: Number | None = None
    p: Number | None = None
    p_adjusted: Number | None = None
    """After allowing for how many groups were looked at."""
    stands: bool = False
    """Whether it differs from nothing after that."""
    adjusted: bool = True
    """False: a raw average, in which new customers may differ from old ones; it decides nothing."""
    thin: str | None = None
    """Why nothing is claimed."""
    method: str = ""
    says: str = ""
