"""What rows pay, over the months of a term, in whole units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import gcd, lcm
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fairoffer.book.offer_costs import GIFTS, LARGEST
from fairoffer.book.slots import WHOLE
from fairoffer.compare.cost import Measure
from fairoffer.money import round_half_up

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
YEAR = 12


class Paid(NamedTuple):
    """What each row pays: ``size`` / ``parts``. Where ``parts`` is None it is whole for all rows.

    ``silent`` and ``vast`` are rows of which it is not known, or is too large; None: there are none.
    """

    size: Whole
    parts: Whole | None
    silent: Flags | None
    vast: Flags | None


@dataclass(frozen=True, eq=False)
class Payment:
    """What rows pay under a measure, stated for some months in a unit of ``unit`` to 1 of the currency."""

    measure: Measure
    months: int
    unit: int
    constants: Mapping[str, Any]

    def of(self, frame: pl.DataFrame) -> Paid:
        """What every row of a wide frame pays."""
        if self.measure == GIFTS:
            return Paid(np.zeros(frame.height, np.int64), None, None, None)
        if self.measure.balance is not None:
            factor = self.exactly(rate_factor(self.measure, self.months))
            return self.sized(frame, "rate", factor, None, None)
        factor = self.exactly(Fraction(self.months, WHOLE))
        if "per" not in frame.columns:
            per = self.constants.get("per")
            if per == "month":
                return self.sized(frame, "price", factor, None, None)
            if per == "year":
                return self.sized(frame, "price", factor // YEAR, None, None)
            parts, silent = self.term_months(frame)
            return self.sized(frame, "price", factor, parts, silent)
        parts, silent = self.term_months(frame)
        per_month, per_year = ((frame["per"] == word).fill_null(value=False).to_numpy() for word in ("month", "year"))
        parts = np.where(per_month, 1, np.where(per_year, YEAR, parts))
        return self.sized(frame, "price", factor, parts, silent & ~per_month & ~per_year)

    def exactly(self, factor: Fraction) -> int:
        """A factor in units; the unit is such that it is whole."""
        whole = factor * self.unit
        assert whole.denominator == 1
        return int(whole)

    def term_months(self, frame: pl.DataFrame) -> tuple[Whole, Flags]:
        """The length of the term that a price is for, and rows of which it is not known."""
        months, silent = column(frame, "contract.months", self.constants)
        nowhere = silent | (months <= 0)
        return np.where(nowhere, 1, months), nowhere

    def sized(self, frame: pl.DataFrame, path: str, factor: int, parts: Whole | None, silent: Flags | None) -> Paid:
        amounts, nothing = column(frame, path, self.constants)
        most = LARGEST // max(abs(factor), 1)
        vast: Flags | None = None
        if len(amounts) and (amounts.max() > most or amounts.min() < -most):
            vast = np.abs(amounts) > most
            amounts = np.where(vast, 0, amounts)
        silent = nothing if silent is None else silent | nothing
        size = amounts * factor
        if parts is not None and not (size % parts).any():
            size, parts = size // parts, None
        return Paid(size, parts, silent if silent.any() else None, vast)


def column(frame: pl.DataFrame, path: str, constants: Mapping[str, Any]) -> tuple[Whole, Flags]:
    """A column as whole numbers, money and rates in ten-thousandths, and the rows that have none."""
    if path in frame.columns:
        found = frame[path]
        if not found.null_count():
            return found.cast(pl.Int64).to_numpy(), np.zeros(len(found), np.bool_)
        return found.cast(pl.Int64).fill_null(0).to_numpy(), found.is_null().to_numpy()
    stated = constants.get(path)
    value = 0 if stated is None else stated if path == "contract.months" else scaled(stated)
    return np.full(frame.height, int(value), np.int64), np.full(frame.height, stated is None)


def scaled(value: object) -> int:
    number = Fraction(Decimal(str(value)))
    return int(round_half_up(number.numerator * WHOLE, number.denominator, 0))


def rate_factor(measure: Measure, months: int) -> Fraction:
    """What a ten-thousandth of a percent comes to; interest earned is a negative cost."""
    sign = -1 if measure.better == "higher" else 1
    return sign * Fraction(measure.balance or 0) * months / (100 * YEAR * WHOLE)


def paid_unit(measure: Measure, months: int, constants: Mapping[str, Any]) -> int:
    """The least unit in which what rows pay is whole wherever that can be known beforehand."""
    if measure == GIFTS:
        return WHOLE
    if measure.balance is not None:
        return rate_factor(measure, months).denominator
    term = constants.get("contract.months") or 1
    return lcm(WHOLE, WHOLE * YEAR // gcd(YEAR, months), WHOLE * int(term) // gcd(int(term), months))
