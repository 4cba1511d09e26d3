"""Whole-number moments of prices and tenures within like-for-like cells: all that statistics are made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from fairoffer.book.bins import Whole
from fairoffer.book.keys import Rows
from fairoffer.book.logs import logs_of
from fairoffer.book.money import months_of
from fairoffer.book.slots import Judged, Slot
from fairoffer.compare.legs import COSTS

YEAR = 12
PER = {"month": 1, "year": YEAR}
NAMES = ("ny", "sx", "sxx", "sy", "syy", "sxy", "nz", "szx", "szxx", "sz", "szz", "sxz", "sp", "sc")
"""Over the ny customers whose tenure and price are known, x: months of tenure, y: logarithm of the price a year, p: the
price in ten-thousandths; over the nz of them who have a comparator, z: logarithm of price over comparator, c: the
comparator a year. Logarithms are in ten-thousandths."""


def is_share(slot: Slot) -> bool:
    """Whether statistics tell who bears the gaps of a slot: those of what customers get by doing nothing, in money."""
    return slot.bound.check.id == "default-gap" and (slot.term in COSTS or months_of(slot) is not None)


def first_share(judged: Sequence[Judged]) -> Judged | None:
    """What came out of the first slot that says what staying costs."""
    return next((one for one in judged if is_share(one.slot)), None)


def of_cells(compared_by: Judged | None, rows: Rows) -> list[Whole]:
    """The amounts of every row, as ``NAMES`` has them; all are nothing where tenure or price is not known.

    ``compared_by`` says what a row's own value and its comparator's are.
    """
    price, tenure = yearly_price(rows), rows.tenure
    known = (price > 0) & (tenure > 0)
    x, y = np.where(known, tenure, 0), np.where(known, logs_of(price.astype(np.float64)), 0)
    theirs, mine, has = compared(compared_by, known)
    share = np.where(has, theirs, 1) / np.where(has, mine, 1)
    z = -logs_of(share)
    paid = np.where(known, price, 0)
    other = np.where(has, np.rint(price * share), 0).astype(np.int64)
    one = has.astype(np.int64)
    return [known.astype(np.int64), x, x * x, y, y * y, x * y, one, x * one, x * x * one, z, z * z, x * z, paid, other]


def compared(first: Judged | None, known: np.ndarray) -> tuple[Whole, Whole, np.ndarray]:
    """Comparator and own value of every row, and of which rows both are known."""
    if first is None:
        return np.zeros(len(known), np.int64), np.zeros(len(known), np.int64), np.zeros(len(known), np.bool_)
    theirs = first.mine - first.gap * first.slot.sign
    has = known & first.known & (theirs > 0) & (first.mine > 0)
    return theirs, first.mine, has


def yearly_price(rows: Rows) -> Whole:
    """The price for a year in ten-thousandths, half up; 0 where it is not known."""
    frame, height = rows.frame, rows.height
    if "price" not in frame.columns:
        return np.zeros(height, dtype=np.int64)
    price = frame["price"].fill_null(0).to_numpy()
    months = rows.months_of_term
    if "per" in frame.columns:
        per = frame["per"].replace_strict(PER, default=0, return_dtype=pl.Int64).fill_null(0).to_numpy()
        months = np.where(per > 0, per, months)
    elif rows.constant("per") in PER:
        months = np.full(height, PER[str(rows.constant("per"))], dtype=np.int64)
    if int(months.min(initial=YEAR)) == int(months.max(initial=YEAR)) == YEAR:
        return price
    known = months > 0
    return np.where(known, (2 * price * YEAR + months) // np.where(known, 2 * months, 1), 0)
