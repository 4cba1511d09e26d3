"""Rows of a book judged under a rule: both ends of every gap, then one outcome a row and term."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from math import lcm
from typing import NamedTuple

import polars as pl

from fairoffer.audit.asked import Asked, Desk, Option, asked_of, subject_of
from fairoffer.audit.bind import Bound
from fairoffer.audit.comparison import Comparison, blank
from fairoffer.checks import Check
from fairoffer.compare.legs import Paired, gravest_doubt
from fairoffer.model.book import BookRow
from fairoffer.model.policy import Tolerance
from fairoffer.money import round_half_up

Number = Fraction | None


class Ends(NamedTuple):
    """One option of what is asked: the least that its gap can be, and the most; ``None``: no end there."""

    option: Option
    least: Number
    most: Number


def judge_rows(desk: Desk, rows: Sequence[BookRow], truths: Sequence[bool | None] | None) -> list[Comparison]:
    """One comparison a row and term. ``truths``: whether each row is in scope, ``None`` for one of whom it is not
    known; no ``truths`` at all: every row is."""
    everything: list[Asked] = []
    found: list[Comparison] = []
    for index, row in enumerate(rows):
        truth = True if truths is None else truths[index]
        own = asked_of(desk, row, index)
        if truth:
            everything += own
        else:
            found += left_out(desk, row, index, own, truth)
    return [*found, *decide(desk.bound, everything, desk.as_of.toordinal())]


def left_out(desk: Desk, row: BookRow, index: int, own: Sequence[Asked], truth: bool | None) -> Iterator[Comparison]:
    """A row that is out of scope, or of which that is not known: once for each term that would have been asked."""
    outcome, reason = ("out-of-scope", "scope") if truth is False else ("not-assessable", "scope-unknown")
    named = [(asked.subject, asked.term) for asked in own] or [(subject_of(row, index, ()), "")]
    for subject, term in named:
        yield blank(desk.bound, subject, term, outcome, reason)  # type: ignore[arg-type]


def decide(bound: Bound, everything: Sequence[Asked], day: int) -> Iterator[Comparison]:
    """What comes out of all that is asked; gaps are the check's own expression, on exact numbers."""
    options = [(asked, option) for asked in everything for option in asked.options]
    least = gaps(bound.check, [ends(asked, option, most=False) for asked, option in options])
    most = gaps(bound.check, [ends(asked, option, most=True) for asked, option in options])
    at = 0
    for asked in everything:
        own = [Ends(o, least[at + i], most[at + i]) for i, o in enumerate(asked.options)]
        at += len(own)
        yield outcome_of(bound, asked, own, day)


Sided = tuple[Number, Number, int]
"""The existing value, the comparator's, and +1 where lower is better."""


def ends(asked: Asked, option: Option, *, most: bool) -> Sided:
    """The values that make the gap as small as it can be, or as large."""
    mine, theirs = option.mine, option.theirs
    if (asked.sign > 0) == most:
        return mine.high, theirs.low, asked.sign
    return mine.low, theirs.high, asked.sign


def gaps(check: Check, sided: Sequence[Sided]) -> list[Number]:
    """The check's gap of every pair; ``None`` where a value is not known."""
    units = [lcm(*(v.denominator for v in pair[:2] if v is not None)) for pair in sided]
    frame = pl.DataFrame(
        {
            "existing": [whole(pair[0], unit) for pair, unit in zip(sided, units, strict=True)],
            "comparator": [whole(pair[1], unit) for pair, unit in zip(sided, units, strict=True)],
            "sign": [pair[2] for pair in sided],
        },
        schema={"existing": pl.Int128, "comparator": pl.Int128, "sign": pl.Int8},
    )
    found = frame.select(gap=check.gap)["gap"].to_list()
    return [None if gap is None else Fraction(gap, unit) for gap, unit in zip(found, units, strict=True)]


def whole(value: Number, unit: int) -> int | None:
    return None if value is None else int(value * unit)


def outcome_of(bound: Bound, asked: Asked, own: Sequence[Ends], day: int) -> Comparison:
    if asked.reason is not None or not own:
        return noted(blank(bound, asked.subject, asked.term, "not-assessable", asked.reason or "no-comparator"), asked)
    known = size_of(bound.rule.tolerance, asked)
    # A tolerance that cannot be brought to the row is at least nothing: what passes without it passes.
    bar = Fraction(0) if known is None else known
    failing = [one for one in own if beyond(bound, asked, one, bar, most=False)]
    if failing and known is None:
        return noted(blank(bound, asked.subject, asked.term, "not-assessable", "missing-value"), asked)
    if failing:
        worst = max(failing, key=lambda one: one.least or Fraction(0))
        return with_values(bound, asked, worst, own, day, fails=True)
    open_ended = [one.option for one in own if beyond(bound, asked, one, bar, most=True)]
    if open_ended:
        reason = gravest_doubt([side for one in open_ended for side in (one.mine, one.theirs)]) or "missing-value"
        return noted(blank(bound, asked.subject, asked.term, "not-assessable", reason), asked)
    worst = max(own, key=lambda one: one.most or Fraction(0))
    return with_values(bound, asked, worst, own, day, fails=False)


def noted(found: Comparison, asked: Asked) -> Comparison:
    return replace(found, notes=tuple(sorted(asked.notes)), sign=asked.sign, measure=asked.measure, per=asked.per)


def beyond(bound: Bound, asked: Asked, one: Ends, bar: Fraction, *, most: bool) -> bool:
    """Whether a gap exceeds the tolerance; one in money is judged as it is printed, to the currency's last place."""
    gap = one.most if most else one.least
    if gap is None:
        return most
    percent = bound.rule.tolerance.percent if bound.rule.tolerance else None
    if percent is not None:
        other = ends(asked, one.option, most=most)[1]
        bar = max(bar, abs(other or Fraction(0)) * Fraction(percent) / 100)
    return printed(gap, asked.places) > bar


def printed(size: Fraction, places: int | None) -> Fraction:
    return size if places is None else Fraction(round_half_up(size.numerator, size.denominator, places))


def size_of(tolerance: Tolerance | None, asked: Asked) -> Fraction | None:
    """The tolerance without its percent, in what the asked is stated for; ``None``: it cannot be brought there."""
    if tolerance is None:
        return Fraction(0)
    size = Fraction(0)
    if asked.places is not None and tolerance.money is not None:
        brought: Number = Fraction(tolerance.money)
        if tolerance.per is not None and asked.per not in (None, "once", tolerance.per):
            period = replace(asked.period, per=asked.per if asked.per in ("month", "year") else "term")
            brought = period.bring(Fraction(tolerance.money), tolerance.per)
        if brought is None:
            return None
        size = brought
    if asked.places is None and tolerance.amount is not None:
        size = Fraction(tolerance.amount)
    if asked.measure is not None and tolerance.points is not None:
        # A rate is in percent; shares and ratios are parts of one.
        size = max(size, Fraction(tolerance.points) / (1 if asked.measure == "percent" else 100))
    return size


def with_values(bound: Bound, asked: Asked, worst: Ends, own: Sequence[Ends], day: int, *, fails: bool) -> Comparison:
    mine, theirs, _ = ends(asked, worst.option, most=not fails)
    gap = worst.least if fails else worst.most
    assert mine is not None
    assert theirs is not None
    assert gap is not None
    unit = lcm(mine.denominator, theirs.denominator, gap.denominator)
    size = int(gap * unit)
    row, (mine_side, theirs_side) = asked.row, (worst.option.mine, worst.option.theirs)
    tenure = row.tenure_months if row is not None else None
    paired = None
    if row is not None:
        paired = Paired(row, worst.option.quote, asked.period, mine_side.parts, theirs_side.parts)
    return Comparison(
        bound,
        asked.subject,
        asked.term,
        bound.level if fails else "pass",
        None,
        unit,
        asked.sign,
        asked.horizon,
        existing=int(mine * unit),
        comparator=int(theirs * unit),
        gap=size,
        gap_least=size,
        gap_most=largest(asked, own, gap),
        gap_now=size,
        some_now=True,
        tenure=(tenure or 1, tenure),
        days=(day, day),
        notes=tuple(sorted(asked.notes)),
        measure=asked.measure,
        per=asked.per,
        paired=paired,
    )


def largest(asked: Asked, own: Iterable[Ends], gap: Fraction) -> Number:
    """What the gap comes to if all that is uncertain is against the firm, and incentives count at their whole value."""
    found = [gap]
    for one in own:
        mine, theirs = one.option.mine, one.option.theirs
        found += [one.most] if one.most is not None else []
        if asked.sign > 0 and mine.high is not None and theirs.whole is not None:
            found.append(mine.high - theirs.whole)
        if asked.sign < 0 and mine.low is not None and theirs.whole is not None:
            found.append(theirs.whole - mine.low)
    most = max(found)
    return most if most > gap else None
