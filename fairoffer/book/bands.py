"""Bands of tenure: the months they reach over, and how they are called."""

from __future__ import annotations

from collections.abc import Sequence

from fairoffer.model.part import Months


def months(bands: Sequence[int], index: int) -> Months:
    """The months of a band; ``bands`` holds the month at which each begins. The last one is open."""
    until = bands[index + 1] - 1 if index + 1 < len(bands) else None
    return Months(from_=bands[index], to=until)


def in_words(band: Months) -> str:
    """``1 to 11 months``, ``60 months and more``."""
    if band.to is None:
        return f"{band.from_} months and more"
    if band.from_ == band.to:
        return f"{band.from_} months" if band.from_ != 1 else "1 month"
    return f"{band.from_} to {band.to} months"


def short(band: Months) -> str:
    """``1-11``, ``60+``: a piece of an id."""
    return f"{band.from_}+" if band.to is None else f"{band.from_}-{band.to}"
