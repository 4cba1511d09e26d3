"""The one pass over a book: every portion is judged, counted and forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from fairoffer.audit.bind import GROUPED
from fairoffer.book import moments
from fairoffer.book.bins import BINS, Whole, bins_of
from fairoffer.book.codes import Coding, Marks, Months
from fairoffer.book.grid import Dimension, Grid, Keyed
from fairoffer.book.judge import Judge
from fairoffer.book.keys import BUCKETS, STATED, YEARS, Place, Rows
from fairoffer.book.money import FLAGS, Purse
from fairoffer.book.partials import added, empty, framed, refuse_too_many, sorted_, widened
from fairoffer.book.slots import (
    FAIL,
    FIRST_REASON,
    NOT_ASKED,
    OUT,
    REASONS,
    SCOPE_UNKNOWN,
    UNREADABLE,
    Flags,
    Judged,
    Slot,
)
from fairoffer.book.wide import FAULT, Fault, Portion

SILENT = FIRST_REASON + len(REASONS)
"""Where rows are counted of which a rule asks nothing; it is left out of what is kept."""


@dataclass(frozen=True)
class Plan:
    """What is kept of a book."""

    judge: Judge
    bands: tuple[int, ...]
    """Months of tenure at which bands begin."""
    places: tuple[Place, ...]
    """For each slot the names that the policy wants equal, with the columns that hold them."""
    cell: Place
    """What is alike within a like-for-like cell of statistics, beside the names of all places."""
    account: Place
    """What is alike among the accounts of which rates should be one, beside the names of the slot's place."""
    statistics: bool = True
    waived: bool = False
    """Whether there are waivers: then money is kept by the findings that a row is in."""

    @property
    def slots(self) -> tuple[Slot, ...]:
        return self.judge.slots

    @property
    def every_place(self) -> Place:
        """All names of all places, once."""
        return tuple(sorted({pair for place in self.places for pair in place}))


class Reducer:
    """Takes portions one by one and keeps what they come to. Reducers in several threads may share a coding."""

    def __init__(self, plan: Plan, coding: Coding, months: Months) -> None:
        self._plan, self._coding, self._months = plan, coding, months
        self._grids: dict[tuple[str, int], Grid] = {}
        self._read: list[pl.DataFrame] = []
        self._marks: dict[int, Marks] = {}
        self._purse = Purse(plan.slots, shared=plan.waived)

    def add(self, given: Portion) -> Seen:
        """Judge a portion and count it; gives back what came out of its rows."""
        portion, numbers = of_existing(given)
        frame, plan = portion.frame, self._plan
        self._note(given, frame)
        if not frame.height:
            return Seen(portion, numbers, [])
        count = frame["count"].fill_null(1).cast(pl.Int64).to_numpy() if "count" in frame.columns else None
        judged = plan.judge.judge(portion)
        rows = Rows(frame, self._coding, self._months, plan.bands)
        for number, one in enumerate(judged):
            self._slot(number, one, rows, count)
        self._money(judged, rows, count)
        if plan.statistics:
            self._statistics(judged, rows, count)
        for number, one in enumerate(judged):
            if one.slot.bound.check.id == "price-walk":
                inside = ~np.isin(one.outcome, (OUT, UNREADABLE, SCOPE_UNKNOWN, NOT_ASKED))
                self._cells(number, one, rows, count, inside)
        refuse_too_many(sum(grid.bytes for grid in self._grids.values()), self._coding.largest)
        return Seen(portion, numbers, judged)

    def _slot(self, number: int, judged: Judged, rows: Rows, count: Whole | None) -> None:
        several = judged.slot.bound.check.id in GROUPED
        cell = self._plan.account if judged.slot.bound.check.id == "uniform-rate" else ()
        key = rows.group(self._plan.places[number], cell, banded=not several)
        outcome = np.minimum(judged.outcome, SILENT)
        if several:
            self._add("rows", number, key.and_(outcome, Dimension("key"), SILENT + 1), count)
            self._together(number, judged, key, rows, count)
            return
        key = rows.with_horizon(key, judged.horizon)
        gap = judged.gap if judged.known.all() else np.where(judged.known, judged.gap, 0)
        self._add("rows", number, key.and_(outcome, Dimension("key"), SILENT + 1), count, (gap,))
        self._spread(number, judged, key, count)

    def _spread(self, number: int, judged: Judged, key: Keyed, count: Whole | None) -> None:
        """How the gaps of those who fail are spread."""
        fails = judged.outcome == FAIL
        at = np.flatnonzero(fails & judged.known)
        if len(at):
            failing, own = key.at(at), None if count is None else count[at]
            gap = judged.gap[at]
            self._add("ends", number, failing, own, (judged.mine[at],), gap)
            yearly = a_year(gap, judged.horizon if isinstance(judged.horizon, int) else judged.horizon[at])
            self._add("bins", number, failing.and_(bins_of(yearly), Dimension("key"), BINS), own)

    def _together(self, number: int, judged: Judged, key: Keyed, rows: Rows, count: Whole | None) -> None:
        """Rows that are compared with each other: the ends of their values, or who bears their gaps."""
        at = np.flatnonzero(judged.known)
        if not len(at):
            return
        some, own = key.at(at), None if count is None else count[at]
        if judged.slot.bound.check.id == "uniform-rate":
            self._add("range", number, some, own, (), judged.mine[at])
        elif judged.slot.bound.check.id == "concentration":
            who = (rows.flag("vulnerable") * BUCKETS + rows.bucket())[at]
            stated = some.and_(who, Dimension("key"), STATED * BUCKETS)
            self._add("borne", number, stated, own, (np.maximum(judged.gap[at], 0),))

    def _money(self, judged: Sequence[Judged], rows: Rows, count: Whole | None) -> None:
        found = self._purse.of(judged)
        if found is not None:
            whole = Keyed(np.zeros(rows.height, dtype=np.int64), (), ())
            key = rows.group(self._plan.every_place) if self._plan.waived else whole
            key = rows.with_horizon(key, found.horizon).and_(found.flags, Dimension("key"), FLAGS)
            for number, word in enumerate(found.slots):
                marks = self._marks.setdefault(number, Marks())
                codes = marks.codes(word)
                key = key.and_(codes, Dimension(f"cell.{number}", marks), len(marks))
            self._add("money", -1, key, count, tuple(found.sums))

    def _statistics(self, judged: Sequence[Judged], rows: Rows, count: Whole | None) -> None:
        # What cannot be read is counted as that, and is nobody's tenure or price.
        read = ~rows.frame[FAULT].to_numpy() if FAULT in rows.frame.columns else None
        self._cells(-1, moments.first_share(judged), rows, count, read)
        who = rows.flag("vulnerable") * BUCKETS + rows.bucket()
        years = rows.group((), banded=False).and_(rows.year, Dimension("band", offset=-1), YEARS + 1)
        bearers = years.and_(who, Dimension("key"), STATED * BUCKETS)
        for number, one in enumerate(judged):
            at = np.flatnonzero(one.known)
            if moments.is_share(one.slot) and len(at):
                key = rows.with_horizon(bearers, one.horizon).at(at)
                gap = np.maximum(one.gap[at], 0)
                own = None if count is None else count[at]
                self._add("shares", number, key, own, ((gap > 0).astype(np.int64), gap))

    def _cells(
        self, slot: int, compared_by: Judged | None, rows: Rows, count: Whole | None, inside: Flags | None
    ) -> None:
        """The moments of like-for-like cells, of the rows ``inside`` (None: all)."""
        cell, sums = rows.group(self._plan.every_place, self._plan.cell), moments.of_cells(compared_by, rows)
        if inside is not None and not inside.all():
            at = np.flatnonzero(inside)
            cell, sums, count = cell.at(at), [own[at] for own in sums], None if count is None else count[at]
        if len(cell.codes):
            self._add("cells", slot, cell, count, tuple(sums))

    def _note(self, portion: Portion, judged: pl.DataFrame) -> None:
        """How many rows there were, how many of them of people who have just joined, and what could not be read."""
        rows, people = portion.frame.height, customers_in(portion.frame)
        new = {"n": rows - judged.height, "customers": people - customers_in(judged)}
        self._read.append(framed(1, {"part": "read", "n": rows, "customers": people}))
        self._read += [framed(1, {"part": "new", **new})] if new["n"] else []
        self._read += [of_fault(fault) for fault in portion.faults]
        if len(self._read) > 256:
            self._read = [added(pl.concat(widened(frame) for frame in self._read))]

    def _add(
        self,
        part: str,
        slot: int,
        key: Keyed,
        count: Whole | None,
        sums: Sequence[Whole] = (),
        ends: Whole | None = None,
    ) -> None:
        """Count rows under a part of the summary; amounts are of one customer, and count as often as there are."""
        if (part, slot) not in self._grids:
            self._grids[part, slot] = Grid(part, slot, key.dimensions, len(sums), ends=ends is not None)
        self._grids[part, slot].add(key, count, sums, ends)

    def absorb(self, other: Reducer) -> None:
        """Take over what another reducer with the same coding has counted."""
        for name, grid in other._grids.items():
            if name in self._grids:
                self._grids[name].absorb(grid)
            else:
                self._grids[name] = grid
        self._read += other._read

    def partials(self) -> pl.DataFrame:
        """All that was counted, without the rows of which nothing was asked."""
        read = [added(pl.concat(widened(frame) for frame in self._read))] if self._read else []
        frames = [empty(), *map(widened, read), *(widened(grid.frame()) for grid in self._grids.values())]
        found = pl.concat(frames)
        return sorted_(found.filter(~((pl.col("part") == "rows") & (pl.col("key") == SILENT))))


RENEWED = {
    "event": pl.col("event") == "renewal",
    "renewal_no": pl.col("renewal_no") > 0,
    "previous.price": pl.col("previous.price").is_not_null(),
    **{name: pl.col(name) for name in ("renewal.after_old", "renewal.notice", "renewal.encouraged")},
}
"""What says that somebody has been a customer for longer than a month."""


class Seen(NamedTuple):
    """The rows of a portion that were judged, their numbers in the source, and what came out for each slot."""

    portion: Portion
    numbers: Whole
    judged: list[Judged]


def of_existing(portion: Portion) -> tuple[Portion, Whole]:
    """A portion without the rows of those who joined within the last month, who are nobody who stayed; and the numbers
    that the others have in the source. Who is renewed did stay: no months of tenure are not known there."""
    frame = portion.frame
    numbers = np.arange(portion.first, portion.first + frame.height)
    if "tenure_months" not in frame.columns or frame["tenure_months"].min() != 0:
        return portion, numbers
    renewed = [sign.fill_null(value=False) for path, sign in RENEWED.items() if path in frame.columns]
    stayed = pl.any_horizontal(renewed) if renewed else pl.lit(value=False)
    none = pl.col("tenure_months") == 0
    frame = frame.with_columns(pl.when(none & stayed).then(None).otherwise("tenure_months").alias("tenure_months"))
    kept = (frame["tenure_months"] != 0).fill_null(value=True)
    return portion._replace(frame=frame.filter(kept)), numbers[kept.to_numpy()]


def customers_in(frame: pl.DataFrame) -> int:
    """How many customers rows stand for."""
    return int(frame["count"].fill_null(1).cast(pl.Int64).sum()) if "count" in frame.columns else frame.height


def a_year(gap: Whole, horizon: npt.NDArray[np.int16] | int) -> npt.NDArray[np.float64]:
    """Gaps for a year, and as they are where they are for no time."""
    if isinstance(horizon, int):
        return gap * 12.0 / horizon if horizon else gap.astype(np.float64)
    return np.where(horizon > 0, gap * 12.0 / np.maximum(horizon, 1), gap)


def of_fault(fault: Fault) -> pl.DataFrame:
    """What of a column could not be read, as a partial result."""
    rows = pl.Series([list(fault.rows)], dtype=pl.List(pl.Int64))
    columns = {"part": "unread", "product": fault.path, "place": fault.column, "cell": fault.what}
    return framed(1, {**columns, "n": fault.count, "customers": 0, "rows": rows})
