"""What became of a comparison: introduced, worsened, unchanged, improved, fixed, lost-sight, now-visible, removed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from fairoffer.diff.side import Entry
from fairoffer.model.result import LEVELS, Finding, State

FAILING = ("breach", "commitment", "house")
"""Levels that can fail anything."""
NOBODY_BEFORE = "no-comparator"
"""Why a comparison could not be made where nobody could be treated better: whoever is now, the change brought."""


def state_of_finding(
    now: Finding, entry: Entry | None, before: Finding | None, noise: Fraction, *, same_people: bool = True
) -> State:
    """What became of a finding; ``same_people``: whether a book holds the same customers on both sides.

    Args:
        entry: the comparison at the base, if there is one.
        before: its finding there, if it was one.
        noise: a gap that grew or shrank by no more than this is the same.
    """
    if entry is not None and entry.outcome == "not-assessable" and entry.reason != NOBODY_BEFORE:
        return "now-visible"
    if before is None and entry is not None and is_noise(now, entry, noise):
        return "unchanged"
    if before is None or before.unit != now.unit:
        return "introduced"
    graver = LEVELS.index(before.level) - LEVELS.index(now.level)
    grown = growth(now, before, noise, same_people)
    if graver > 0 or grown > 0:
        return "worsened"
    return "improved" if graver < 0 or grown < 0 else "unchanged"


def is_noise(now: Finding, before: Entry, noise: Fraction) -> bool:
    """Whether what passed at the base is a finding now though its gap grew by no more than the noise."""
    if before.outcome != "pass" or before.gap is None or now.gap is None or not noise:
        return False
    return Fraction(now.gap) - Fraction(before.gap) <= noise


def growth(now: Finding, before: Finding, noise: Fraction, same_people: bool = True) -> int:
    """1 where the gap is larger than it was, or as large for all where it was so for some; -1 for the reverse."""
    if now.book is not None and before.book is not None:
        return growth_of_group(now, before, noise, same_people)
    if now.gap is not None and before.gap is not None:
        size = Fraction(now.gap) - Fraction(before.gap)
        if abs(size) > noise:
            return 1 if size > 0 else -1
    return (now.cells == "all") - (before.cells == "all")


def growth_of_group(now: Finding, before: Finding, noise: Fraction, same_people: bool) -> int:
    """1 where the largest gap of a group of a book is larger, or what its customers lose together; -1 where one of
    both is smaller and none larger.

    Of other customers it is what they lose on average; of what has no gap how many are worse off.
    """
    sizes = [Fraction(now.gap or 0) - Fraction(before.gap or 0), burden(now, before, same_people)]
    if any(size > noise for size in sizes):
        return 1
    return -1 if any(size < -noise for size in sizes) else 0


def burden(now: Finding, before: Finding, same_people: bool) -> Fraction:
    """How much more a group bears than it did."""
    mine, theirs = now.book, before.book
    assert mine is not None
    assert theirs is not None
    one = Fraction(mine.worse if mine.gross is None else mine.gross)
    other = Fraction(theirs.worse if theirs.gross is None else theirs.gross)
    return one - other if same_people else one / max(mine.n, 1) - other / max(theirs.n, 1)


def state_of_other(now: Entry | None, before: Entry | None) -> State | None:
    """What became of a comparison that is no finding now; None where there is nothing to say."""
    if now is None or now.outcome == "out-of-scope":
        return "removed" if before is not None and before.is_finding else None
    if before is None or before.outcome == "out-of-scope":
        return None
    if now.outcome == "not-assessable":
        return "lost-sight" if before.made else None
    if before.outcome == "not-assessable":
        return "now-visible"
    return "fixed" if before.is_finding else None


def noise_of(stated: Decimal | None, unit: str | None, currency: str, places: int) -> Fraction:
    """How far a gap may move: in money what the policy says, else one minor unit; in anything else not at all."""
    if unit != currency:
        return Fraction(0)
    return Fraction(1, 10**places) if stated is None else Fraction(stated)
