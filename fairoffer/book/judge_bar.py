"""The tolerance of a rule, in the units in which a portion's gaps are counted."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from fairoffer.book.judge_costs import top
from fairoffer.book.judge_sheet import PERS, Per, Ratio, Sheet
from fairoffer.book.judge_span import Size, product
from fairoffer.book.judge_verdict import LARGEST, Bar
from fairoffer.book.slots import WHOLE, Slot
from fairoffer.model.policy import Tolerance

EXACT_BITS = 50
"""A number of fewer bits can be multiplied by the months of any term."""


def bar_of(slot: Slot, sheet: Sheet, scale: Size, per: Per | None) -> Bar:
    """The tolerance of a slot's rule; ``per`` is what its values are for, ``None`` where that is once or nothing."""
    tolerance = slot.bound.rule.tolerance
    if slot.places is None:
        return bar_of_number(tolerance, slot.measure)
    step = product(scale, 10 ** (4 - slot.places))
    percent = percent_of(tolerance)
    if tolerance is None or tolerance.money is None:
        return Bar(0, step, True, percent)
    money = Fraction(tolerance.money) * 10**slot.places
    ratio = Ratio(1, 1, False)
    if tolerance.per is not None and per is not None:
        ratio = sheet.ratio(per, PERS.index(tolerance.per))
    size = np.where(ratio.bad, 0, brought(money, ratio)) if ratio.bad is not False else brought(money, ratio)
    return Bar(np.minimum(size, LARGEST // top(step)), step, True, percent, ratio.bad)


def bar_of_number(tolerance: Tolerance | None, measure: str | None) -> Bar:
    """The tolerance of what is no money: it is judged as it is."""
    if tolerance is None:
        return Bar(0, 1, False)
    size = Fraction(0) if tolerance.amount is None else Fraction(tolerance.amount)
    if measure is not None and tolerance.points is not None:
        size = max(size, Fraction(tolerance.points))
    return Bar(min(int(size * WHOLE), LARGEST), 1, False, percent_of(tolerance))


def percent_of(tolerance: Tolerance | None) -> Fraction | None:
    """The tolerance in percent, as a fraction; with one of too many digits all rows but those of nothing are odd."""
    found = Fraction(0) if tolerance is None or tolerance.percent is None else Fraction(tolerance.percent) / 100
    return found if 0 < found.numerator < LARGEST else None


def brought(money: Fraction, ratio: Ratio) -> Size:
    """An amount for another period, rounded down to whole units."""
    if isinstance(ratio.num, int) and isinstance(ratio.den, int):
        return money.numerator * ratio.num // (money.denominator * ratio.den)
    num, den = ratio.num, ratio.den
    if max(money.numerator.bit_length(), money.denominator.bit_length()) >= EXACT_BITS:
        num, den = np.asarray(num, dtype=object), np.asarray(den, dtype=object)
    found = money.numerator * num // (money.denominator * den)
    return np.minimum(found, LARGEST).astype(np.int64)
