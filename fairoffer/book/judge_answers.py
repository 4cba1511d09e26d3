"""The answers of one rule on a portion: the fast ones, and those of the exact engine in their midst."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from fairoffer.book.exact import Answer, Exact
from fairoffer.book.judge_ask import Asker, Asking
from fairoffer.book.judge_sheet import Sheet
from fairoffer.book.judge_span import Size, any_of, some
from fairoffer.book.judge_valued import RateAsker, ValueAsker, Valued
from fairoffer.book.judge_verdict import against, filled
from fairoffer.book.rows import exact as as_decimal
from fairoffer.book.slots import FAIL, NOT_ASKED, PASS, UNREADABLE, WHOLE, Codes, Flags, Judged, Sizes, Slot

MOST = (1 << 63) - 1
MOST_TAXES = 1_000
"""Of so many different taxes on the rows of a portion each is reckoned apart."""


def answered(asker: Asker, exact: Exact, sheet: Sheet) -> list[Judged]:
    """Every slot of a rule that compares rows with their quotes, before its scope is looked at."""
    if asker.is_odd and sheet.rows:
        kinds, numbers = taxes_of(asker, sheet)
        if kinds.height <= MOST_TAXES:
            return by_tax(asker, exact, sheet, kinds, numbers)
    return at_once(asker, exact, sheet)


def taxes_of(asker: Asker, sheet: Sheet) -> tuple[pl.DataFrame, np.ndarray]:
    """The different taxes of a portion's rows, and which of them each row has."""
    own = sheet.frame.select(asker.tax_columns)
    kinds = own.unique(maintain_order=True).with_row_index("#")
    joined = own.join(kinds, on=asker.tax_columns, how="left", nulls_equal=True, maintain_order="left")
    return kinds.drop("#"), joined["#"].to_numpy()


def by_tax(asker: Asker, exact: Exact, sheet: Sheet, kinds: pl.DataFrame, numbers: np.ndarray) -> list[Judged]:
    """The rows of each tax apart, as if it were that of the whole book."""
    parts: list[list[Judged]] = []
    for number, cells in enumerate(kinds.iter_rows(named=True)):
        stated = {path: value for path, value in cells.items() if value is not None}
        fixed = {path: as_decimal(value) if path.endswith("rate") else value for path, value in stated.items()}
        shape = replace(sheet.shape, taxes=fixed)
        own = Sheet(shape, sheet.frame.filter(pl.Series(numbers == number)), sheet.types)
        parts.append(at_once(replace(asker, shape=shape), exact, own))
    order = np.argsort(np.argsort(numbers, kind="stable"), kind="stable")
    return [put_together(found, order) for found in zip(*parts, strict=True)]


def put_together(parts: Sequence[Judged], order: np.ndarray) -> Judged:
    """The answers of several parts, each row in its place again."""
    found = [np.concatenate([part[field] for part in parts])[order] for field in range(1, 5)]
    horizons = {part.horizon if isinstance(part.horizon, int) else -1 for part in parts}
    horizon: np.ndarray | int = next(iter(horizons))
    if len(horizons) > 1 or horizon == -1:
        every = [np.broadcast_to(np.asarray(part.horizon, dtype=np.int16), part.outcome.shape) for part in parts]
        horizon = np.concatenate(every)[order]
    return Judged(parts[0].slot, found[0], found[1], found[2], found[3], horizon)


def at_once(asker: Asker, exact: Exact, sheet: Sheet) -> list[Judged]:
    """Every slot on all rows; those that are odd by the exact engine."""
    if isinstance(asker, (ValueAsker, RateAsker)):
        valued = list(asker.value(sheet))
        found = [of_valued(one, sheet.rows) for one in valued]
        odd = [one.odd for one in valued]
    else:
        asked = list(asker.ask(sheet))
        found = [of_asking(one, sheet.rows) for one in asked]
        odd = [one.odd for one in asked]
    marked = any_of(odd)
    if not some(marked):
        return found
    indexes = np.arange(sheet.rows) if marked is True else np.flatnonzero(marked)
    return list(mended(found, indexes, exact.judge(sheet.frame, indexes)))


def of_asking(one: Asking, rows: int) -> Judged:
    found = against(one.options, one.slot.sign, one.bar, one.silent, rows)
    outcome = found.outcome
    if one.asked is not True:
        outcome = np.where(one.asked, outcome, np.uint8(NOT_ASKED))
    return in_units(one.slot, outcome, found.gap, found.mine, one.scale, one.horizon)


def of_valued(one: Valued, rows: int) -> Judged:
    outcome = filled(one.outcome, rows, np.uint8)
    gap, mine = filled(one.gap, rows, np.int64), filled(one.mine, rows, np.int64)
    return in_units(one.slot, outcome, gap, mine, one.scale, one.horizon)


def in_units(slot: Slot, outcome: Codes, gap: Sizes, mine: Sizes, scale: Size, horizon: Size) -> Judged:
    """What came out in units of the slot; amounts with more digits than fit could as well not be read."""
    fine = max(slot.unit // WHOLE, 1)
    most = MOST // fine
    if fine > 1 and (large := (np.abs(gap) // scale > most) | (np.abs(mine) // scale > most)).any():
        outcome = np.where(large & valued_rows(outcome), np.uint8(UNREADABLE), outcome)
        gap, mine = np.where(large, 0, gap), np.where(large, 0, mine)
    gap, mine = brought(gap, scale, fine), brought(mine, scale, fine)
    return Judged(slot, outcome, gap, mine, valued_rows(outcome), months(horizon))


def valued_rows(outcome: Codes) -> Flags:
    found: Flags = (outcome == PASS) | (outcome == FAIL)
    return found


def months(horizon: Size) -> np.ndarray | int:
    return horizon if isinstance(horizon, int) else horizon.astype(np.int16)


def brought(values: Sizes, scale: Size, fine: int) -> Sizes:
    """Values of which ``scale`` are a ten-thousandth in units of which ``fine`` are one, a half away from zero."""
    if isinstance(scale, int) and scale == 1:
        return values * fine if fine > 1 else values
    whole, rest = np.divmod(np.abs(values), scale)
    size = whole * fine + (2 * rest * fine + scale) // (2 * scale)
    found: Sizes = np.where(values < 0, -size, size)
    return found


def mended(found: Sequence[Judged], indexes: np.ndarray, answers: Sequence[tuple[Answer, ...]]) -> Iterator[Judged]:
    """What came out, with the exact answers in the place of those that were left over."""
    for at, one in enumerate(found):
        own = [answer[at] for answer in answers]
        outcome, gap, mine = one.outcome.copy(), one.gap.copy(), one.mine.copy()
        outcome[indexes] = [answer.outcome for answer in own]
        gap[indexes] = [answer.gap for answer in own]
        mine[indexes] = [answer.mine for answer in own]
        yield one._replace(
            outcome=outcome, gap=gap, mine=mine, known=valued_rows(outcome), horizon=horizons(one, indexes, own)
        )


def horizons(one: Judged, indexes: np.ndarray, own: Sequence[Answer]) -> np.ndarray | int:
    """Horizons with those of exact answers that hold a value; the others have none anyway."""
    stated = [
        (index, answer.horizon) for index, answer in zip(indexes, own, strict=True) if answer.outcome in (PASS, FAIL)
    ]
    if isinstance(one.horizon, int) and all(horizon == one.horizon for _, horizon in stated):
        return one.horizon
    found = np.broadcast_to(np.asarray(one.horizon, dtype=np.int16), one.outcome.shape).copy()
    for index, horizon in stated:
        found[index] = horizon
    return found
