"""The statistics of a book: what its sums say of customers who stayed, with intervals, and with what is not known.

Everything here is a function of sums that add up (docs/statistics.md): no row, no clock, no random number. Each of many
numbers is tested once; what is said to stand stands after allowing for how many of its kind were looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from fairoffer.book import disagreement, likeness, shares, tenure
from fairoffer.book.entries import judged
from fairoffer.book.shares import Named as Named
from fairoffer.book.walks import Walk as Walk
from fairoffer.book.walks import walks as walks
from fairoffer.model.statistics import Statistic


def statistics_of(
    cells: pl.DataFrame,
    parts: pl.DataFrame,
    bands: Sequence[int],
    k: int,
    slots: Mapping[int, tuple[str, str, str]],
    places: int = 2,
) -> list[Statistic]:
    """Every entry, what disagrees first, then by kind, product and measure.

    Args:
        cells: one row a like-for-like cell and band of tenure, or several that add up: product, place, cell, band
            (from 0; -1 where the tenure is not known), n customers; over the ny of them whose price is known, whole
            sums of tenure in months x and the log price y (sx sxx sy syy sxy) and of prices a year sp; over the nz who
            have a comparator, of tenure and the log of price over comparator z (szx szxx sz szz sxz) and of comparators
            a year sc. Logarithms and money are in ten-thousandths.
        parts: one row a slot, product, band, vulnerable (1, 0, or -1: not known) and bucket (a random part of the
            customers), or several that add up: n, worse and gross, what those worse off lose in a year in
            ten-thousandths.
        bands: months at which bands of tenure begin.
        k: of fewer customers than this nothing is said.
        slots: policy, rule and term of each slot.
        places: decimals of the currency.
    """
    named = {slot: Named(*name) for slot, name in slots.items()}
    drafts = [*tenure.drafts(likeness.tidy(cells), bands, k, places), *shares.drafts(parts, k, named)]
    entries = judged(drafts)
    ranked = {kind: rank for rank, kind in enumerate(("gradient", "matched", "vulnerable", "raw"))}
    entries.sort(key=lambda entry: ranked[entry.kind])
    return [*disagreement.found(entries), *entries]
