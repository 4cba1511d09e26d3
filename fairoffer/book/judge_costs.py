"""What the legs of many rows come to: ``compare.legs`` on whole numbers, in units that all conversions are whole in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, gcd, lcm, prod
from typing import NamedTuple

import numpy as np

from fairoffer.book.judge_legs import Gift, Item, LegShape
from fairoffer.book.judge_sheet import MONTH, TERM, YEAR, Ratio, Sheet
from fairoffer.book.judge_span import (
    LOOSE_BIT,
    MISSING_BIT,
    NOTHING,
    Mask,
    Size,
    Span,
    any_of,
    as_mask,
    both,
    either,
    marked,
    minus,
    neither,
    open_above,
    picked,
    plus,
    product,
    some,
    spoilt,
    sure,
    times,
    where,
)
from fairoffer.book.judge_verdict import LARGEST
from fairoffer.book.slots import WHOLE

MOST_INPUT = 1 << 40
"""Amounts up to this (a hundred million in money) are added as they are; rows with larger ones are looked at singly."""
PERCENT = 100 * WHOLE
"""Units of a rate in one whole."""
MOST_PERCENT = 1000 * WHOLE
"""A larger percentage is looked at singly."""
EVERY = {"month": MONTH, "year": YEAR}


@dataclass(frozen=True)
class TaxStep:
    """How amounts of a leg are brought to the row's tax basis, and rounded to the currency's places."""

    factor: Fraction
    places: int

    def __call__(self, values: Size) -> Size:
        if self.factor == 1:
            return values
        unit = 10 ** (4 - self.places)
        whole = self.factor.denominator * unit
        found: Size = (2 * values * self.factor.numerator + whole) // (2 * whole) * unit
        return found


AS_IT_IS = TaxStep(Fraction(1), 0)


class Sums(NamedTuple):
    """A leg in two sums: what recurs with its price, in the till's units, and what is due once a term, in ``WHOLE``."""

    recurring: Span
    once: Span


@dataclass
class Till:
    """The reckoning of one rule on one portion: its units, and the rows with numbers too large for it.

    Amounts count in ``WHOLE * scale`` units. ``odd`` marks rows that the exact engine has to look at.
    """

    sheet: Sheet
    scale: Size = 1
    most: int = MOST_INPUT
    odd: Mask = False
    taxes: Mapping[str, TaxStep | None] = field(default_factory=dict)

    # -- amounts -----------------------------------------------------------------------------------------------------

    def amounts(self, path: str, most: int | None = None) -> tuple[Size, Mask]:
        """Amounts in ``WHOLE``, 0 where none is stated, and the rows without one."""
        values, absent = self.sheet.amounts(path)
        most = self.most if most is None else most
        if path in self.sheet.unread:
            self.odd = True
        if self.sheet.largest(path) > most:
            large = as_mask(np.abs(values) > most)
            self.odd = either(self.odd, large)
            values = where(large, 0, values)
        return values, absent

    def scaled(self, values: Size, ratio: Ratio) -> Size:
        """Amounts of another period in the row's own, and in the till's units."""
        factor = product(self.scale, ratio.num)
        if not (isinstance(ratio.den, int) and ratio.den == 1):
            factor = factor // ratio.den
        return product(values, factor)

    def per_of(self, leg: LegShape) -> Size:
        return self.sheet.per if not leg.prefix else self.sheet.per_of(leg.path("per"), self.sheet.per)

    def tax(self, leg: LegShape) -> TaxStep | None:
        """How a leg is brought to the row's tax basis; ``None``: it cannot be."""
        return self.taxes.get(leg.prefix, AS_IT_IS)

    def price(self, leg: LegShape, tax: TaxStep, to: Size | None = None) -> Span:
        """The price of a leg in the row's period (or in ``to``); one that is not stated is anything from nothing up."""
        values, absent = self.amounts(leg.path("price"))
        if leg.own:
            changed, unchanged = self.amounts(leg.path("changed_price"))
            values, absent = where(unchanged, values, changed), both(unchanged, absent)
        ratio = self.sheet.ratio(self.sheet.per if to is None else to, self.per_of(leg))
        return open_above(sure(where(ratio.bad, 0, self.scaled(tax(values), ratio))), either(absent, ratio.bad))

    # -- incentives --------------------------------------------------------------------------------------------------

    def given(self, gift: Gift, price: Span | None) -> tuple[Span, Mask]:
        """What an incentive is worth to the customer, in the units of ``price`` for a percentage, else in ``WHOLE``;
        and the rows that have it. As good as money nobody called it: between nothing and all."""
        values, absent = self.amounts(gift.path, MOST_PERCENT if gift.size == "percent" else None)
        there = neither(absent)
        lacking: Mask = gift.size == "points"
        if gift.size == "percent":
            assert price is not None
            lacking = price.no_high
            values = product(price.low, values) // PERCENT
        if gift.funded is not None:
            funded, silent = self.amounts(gift.funded)
            funded = product(funded, self.scale if gift.size == "percent" else 1)
            values = where(silent, values, where(lacking, funded, np.minimum(values, funded)))
            lacking = both(lacking, silent)
        values = where(both(there, neither(lacking)), values, 0)
        bad = both(there, lacking)
        if gift.cash:
            return Span(values, values, False, bad, marked(bad, MISSING_BIT)), there
        doubted = either(bad, as_mask(values != 0))
        return Span(0, values, False, bad, marked(doubted, LOOSE_BIT)), there

    # -- sums --------------------------------------------------------------------------------------------------------

    def sums(self, leg: LegShape, term: str, tax: TaxStep) -> Sums:
        """A leg's cost under a term."""
        price = self.price(leg, tax)
        recurring, once = price, NOTHING
        for gift in leg.gifts if term != "list_price" else ():
            if gift.cash is False:
                continue
            worth, _ = self.given(gift, price)
            if gift.size == "percent":
                recurring = plus(recurring, minus(worth))
            else:
                once = plus(once, minus(worth))
        return self.with_fees(leg, tax, recurring, once) if term == "total_cost" else Sums(recurring, once)

    def with_fees(self, leg: LegShape, tax: TaxStep, recurring: Span, once: Span) -> Sums:
        silent = self.silent_fees(leg)
        for fee in leg.fees or ():
            values, _ = self.amounts(fee.path)
            values = where(silent, 0, tax(values))
            if fee.when in ("start", "end"):
                once = plus(once, sure(values))
                continue
            ratio = self.sheet.ratio(self.sheet.per, EVERY[fee.when])
            unclear = both(ratio.bad, both(neither(silent), self.sheet.stated(fee.path)))
            part = sure(where(unclear, 0, self.scaled(values, ratio)))
            recurring = plus(recurring, open_above(part, unclear if some(unclear) else False))
        return Sums(recurring, once)

    def silent_fees(self, leg: LegShape) -> Mask:
        """The rows on which a leg does not say what its fees are."""
        return self.silent(leg.fees)

    def silent(self, items: Iterable[Item] | None) -> Mask:
        """The rows on which a list is not known: it is not mapped, or an open cell of it is empty."""
        if items is None:
            return True
        return any_of(neither(self.sheet.stated(one.path)) for one in items if one.is_open)

    def charged(self, leg: LegShape) -> Mask:
        """The rows on which a leg lists some fee."""
        listed = any_of(self.sheet.stated(fee.path) for fee in leg.fees or ())
        return both(listed, neither(self.silent_fees(leg)))

    def together(self, mine: Sums, theirs: Sums) -> tuple[Span, Span]:
        """Both legs as one sum each; what is due once needs the term's length, unless it is the same on both sides."""
        if mine.once is NOTHING and theirs.once is NOTHING:
            return mine.recurring, theirs.recurring
        ratio = self.sheet.once
        one, two = self.one_sum(mine, ratio), self.one_sum(theirs, ratio)
        if ratio.bad is False:
            return one, two
        apart = mine.once.low != theirs.once.low
        for span in (mine.once, theirs.once):
            apart = apart | (span.low != span.high) | span.no_low | span.no_high
        unlike = both(ratio.bad, as_mask(apart))
        return self.halves(mine, one, ratio.bad, unlike), self.halves(theirs, two, ratio.bad, unlike)

    def one_sum(self, sums: Sums, ratio: Ratio) -> Span:
        if sums.once is NOTHING:
            return sums.recurring
        factor = self.scaled(1, ratio)
        return plus(sums.recurring, times(sums.once, factor))

    def halves(self, sums: Sums, whole: Span, bad: Mask, unlike: Mask) -> Span:
        """The whole sum where the term is known, else what recurs, and nothing where what is due once differs."""
        return spoilt(picked(bad, sums.recurring, whole), unlike)


def till_of(
    sheet: Sheet, legs: Sequence[LegShape], taxes: Mapping[str, TaxStep | None], percent: Fraction | None = None
) -> Till:
    """A till in whose units all conversions of these legs are whole, and amounts that cannot run over; ``percent`` is a
    tolerance that is a part of the comparator."""
    till = Till(sheet, taxes=taxes)
    gifts = [gift for leg in legs for gift in leg.gifts if gift.cash is not False]
    fees = [fee for leg in legs for fee in leg.fees or ()]
    ratios = [sheet.ratio(sheet.per, till.per_of(leg)) for leg in legs]
    ratios += [sheet.ratio(sheet.per, EVERY[fee.when]) for fee in fees if fee.when in EVERY]
    if any(gift.size != "percent" for gift in gifts) or any(fee.when not in EVERY for fee in fees):
        ratios.append(sheet.once)
    shares = [gift.path for gift in gifts if gift.size == "percent"]
    if shares:
        # Set against each other, incentives are of the price for the term.
        ratios += [sheet.ratio(TERM, till.per_of(leg)) for leg in legs]
    for ratio in ratios:
        till.scale = common(till.scale, ratio.den)
    till.scale = product(till.scale, lcm(*(parts_of(sheet, path) for path in shares)))
    factors = [
        top(till.scale),
        max((top(ratio.num) for ratio in ratios), default=1),
        4 * (1 + len(legs) + len(gifts) + len(fees)),
    ]
    factors += [ceil(tax.factor) for tax in taxes.values() if tax is not None]
    factors += [MOST_PERCENT] if shares else []
    factors += [percent.numerator] if percent else []
    # A tax is taken before anything else, and rounded: its digits and those that follow do not add up.
    digits = [4 * tax.factor.numerator for tax in taxes.values() if tax is not None]
    till.most = min(MOST_INPUT, LARGEST // prod(factors), LARGEST // max(digits, default=1))
    return till


def common(one: Size, two: Size) -> Size:
    """The least common multiple, row by row."""
    if isinstance(one, int) and isinstance(two, int):
        return lcm(one, two)
    found: Size = np.lcm(one, two)
    return found


def parts_of(sheet: Sheet, path: str) -> int:
    """What a price is multiplied by so that a percentage of it is whole."""
    values = sheet.amounts(path).values
    return PERCENT // gcd(values, PERCENT) if isinstance(values, int) else PERCENT


def top(values: Size) -> int:
    return values if isinstance(values, int) else int(values.max(initial=1))
