"""One rule on one subject, place and term, with what came out: what ledger, findings and verdict are made of."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from fairoffer.audit.bind import Bound
from fairoffer.compare.axes import Value
from fairoffer.compare.groups import Group
from fairoffer.compare.legs import Paired
from fairoffer.compare.market import Market
from fairoffer.compare.prices import PriceList
from fairoffer.compare.subject import Place, Subject
from fairoffer.model.result import Outcome

Key = tuple[str, str, str, Place, str, Place]
"""Policy, rule, product, whom it is about, term and place: what tells a comparison from all others."""


@dataclass(frozen=True)
class Witness:
    """The cell in which the gap is worst."""

    market: Market
    listing: PriceList | None
    existing_offer: int
    comparator_offer: int
    months: int
    tenure: int
    held: int
    coming: bool
    group: Group | None
    day: int
    path: tuple[tuple[str, Value], ...]

    @property
    def began_new(self) -> bool:
        """Whether the customer was new when what they hold began."""
        return self.group is None or self.group.held is None or self.tenure == self.held


Per = Literal["month", "year", "term", "once"]


@dataclass(frozen=True)
class Spread:
    """How the gaps of a group of customers are spread: money a year, of what is no money the term's own unit.

    ``least``, ``most`` and the quantiles are of those who are worse off; ``None`` where there is nothing to measure.
    ``error`` is how far the quantiles may be off, as a share of their own.
    """

    compared: int
    worse: int
    gross: Fraction | None = None
    net: Fraction | None = None
    existing: Fraction | None = None
    """The mean of what those who are worse off have."""
    least: Fraction | None = None
    most: Fraction | None = None
    p50: Fraction | None = None
    p90: Fraction | None = None
    error: Fraction = Fraction(0)
    merged: int = 0
    """Groups that were too small to stand alone and are in here."""
    counted: int = 0
    """Of those who are worse off, the ones whose gap can be said for a year: sums and all else are of these."""

    @property
    def mean(self) -> Fraction | None:
        return None if self.gross is None or not self.counted else self.gross / self.counted


@dataclass(frozen=True)
class Comparison:
    """One rule on one subject, place and term. Gaps and values are whole ``unit``s of the term; ``sign`` is +1 where
    lower is better."""

    bound: Bound
    subject: Subject
    term: str
    outcome: Outcome
    reason: str | None
    unit: int
    sign: int
    horizon: int | None
    existing: int | None = None
    comparator: int | None = None
    gap: int | None = None
    gap_least: int | None = None
    gap_most: Fraction | None = None
    gap_now: int | None = None
    cells: str = "all"
    some_now: bool = False
    some_coming: bool = False
    tenure: tuple[int, int | None] = (1, None)
    newest: tuple[int, int | None] | None = None
    """Of a price that walks up in a book: the months of tenure from which it does, up to ``tenure``."""
    days: tuple[int, int] = (0, 0)
    witness: Witness | None = None
    mixed: bool = False
    notes: tuple[str, ...] = ()
    """Ids of what was taken for granted."""
    measure: str | None = None
    """The unit of its values where it is not that of the term: percent, ratio, share."""
    per: Per | None = None
    """What the values of a row are for; None: they have no period, or the term names its horizon."""
    facts: tuple[tuple[str, str], ...] = ()
    """What a finding without two sides shows: names and values."""
    paired: Paired | None = None
    """How the two values of a row came about."""
    rows: int = 1
    """How many comparisons it stands for: rows of a book are counted in groups."""
    spread: Spread | None = None
    """Of a group of rows that fails: how its gaps are spread."""

    @property
    def key(self) -> Key:
        subject = self.subject
        return (
            self.bound.policy.id,
            self.bound.rule.id,
            subject.product,
            subject.who,
            self.term,
            subject.place,
        )

    def part(self, size: int | None) -> Fraction | None:
        """A value or gap in the term's own unit."""
        return None if size is None else Fraction(size, self.unit)

    def bare(self, outcome: Outcome, reason: str) -> Comparison:
        """The same comparison without values: left out, or not assessable."""
        return Comparison(self.bound, self.subject, self.term, outcome, reason, self.unit, self.sign, self.horizon)


def blank(bound: Bound, subject: Subject, term: str, outcome: Outcome, reason: str | None) -> Comparison:
    """A comparison of which only the outcome is known."""
    return Comparison(bound, subject, term, outcome, reason, 1, 1, None)


def no_data(bound: Bound) -> Comparison:
    """What a rule says whose inputs are not there at all: one comparison about nobody."""
    return blank(bound, Subject(0, "", None, ()), "", "not-assessable", "no-data")
