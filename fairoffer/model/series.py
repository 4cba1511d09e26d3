"""What customers get tenure by tenure: numbers for a picture, each of them a comparison's."""

from __future__ import annotations

from typing import Literal

from fairoffer.model.part import Months, Number, Part


class Stand(Part):
    """One segment: the tenures at which it stands, and both values of its worst cell, as its comparison has them."""

    segment: str
    tenure_months: Months
    """Its own; of one whose deals all end later, from where the first of them does."""
    existing: Number
    comparator: Number
    outcome: Literal["pass", "breach", "commitment", "house", "review", "shadow"]
    customers: int | None = None


class Series(Part):
    """The segments of a product under one rule and its first cost term, by tenure."""

    policy: str
    rule: str
    check: str
    """default-gap: what they get by doing nothing; reach-gap: by choosing."""
    product: str
    place: dict[str, str] = {}
    term: str
    unit: str | None = None
    points: list[Stand] = []
