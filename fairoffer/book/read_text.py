"""Columns of texts, of true and false, and of days, as they were read; what cannot be read is told apart by why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import polars as pl

from fairoffer.audit.months import completed_months
from fairoffer.book.read_number import Read, kept, where

NOT_MAPPED = "is not in the map of book.yaml"
NOT_A_FLAG = "is neither true nor false, nor what book.yaml says for them"
NOT_A_DAY = "is not a day like 2026-11-21"
FAR_DAY = "is before 1900, or more than two years after the judged day"
NO_TENURE = "is not between 0 and 1,200 months"
FEW = 8
"""Words up to which counting each of them is faster than looking every text up."""
EARLIEST = date(1900, 1, 1)
_EPOCH = date(1970, 1, 1)
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.+Z-]*)?$"


def read_text(raw: pl.Series, words: Mapping[str, str] | None, known: Sequence[str], undeclared: str) -> Read:
    """Texts, put in other words where there is a map; one that is not ``known`` (where that is closed) is wrong."""
    texts = raw.cast(pl.String)
    wrong = []
    if words is not None:
        put = texts.replace_strict(list(words), list(words.values()), default=None, return_dtype=pl.String)
        if put.null_count() > texts.null_count():
            wrong = [(NOT_MAPPED, put.is_null() & texts.is_not_null())]
        texts = put
    if known and not are_all(texts, known):
        found = texts.is_in(pl.Series([list(known)], dtype=pl.List(pl.String)))
        texts, more = kept(texts, found, undeclared)
        wrong = [*wrong, *more]
    return Read(texts, wrong)


def are_all(texts: pl.Series, known: Sequence[str]) -> bool:
    """Whether every text is one of these; the way to find that out which costs least."""
    if len(known) > FEW:
        return set(texts.unique().drop_nulls().head(len(known) + 1)) <= set(known)
    left = len(texts) - texts.null_count()
    for word in known:
        if left == 0:
            break
        left -= int((texts == word).sum())
    return left == 0


def read_flags(raw: pl.Series, yes: Sequence[str] | None, no: Sequence[str] | None) -> Read:
    """True and false, or the texts that stand for them."""
    if raw.dtype in (pl.Boolean, pl.Null) and yes is None:
        return Read(raw.cast(pl.Boolean), [])
    texts = raw.cast(pl.String)
    true = _among(texts, yes or ("true",))
    either = true | _among(texts, no or ("false",))
    return kept(true, either, NOT_A_FLAG)


def read_days(raw: pl.Series, as_of: date) -> Read:
    """Days from 1900 to two years after the judged day; a time of day is dropped."""
    days, wrong = _days(raw)
    low, high = days.min(), days.max()
    latest = last_day(as_of)
    if low is not None and (low < EARLIEST or high > latest):  # type: ignore[operator]
        days, more = kept(days, days.is_between(EARLIEST, latest), FAR_DAY)
        wrong = [*wrong, *more]
    return Read(days, wrong)


def read_since(raw: pl.Series, as_of: date) -> Read:
    """Completed months from each day to the judged day."""
    days, wrong = read_days(raw, as_of)
    known = days.is_not_null()
    at = days.to_physical().fill_null((as_of - _EPOCH).days).to_numpy() - (EARLIEST - _EPOCH).days
    months = where(pl.Series(raw.name, _months_since(as_of)[at]), known)
    low, high = months.min(), months.max()
    if low is not None and (low < 0 or high > 1200):  # type: ignore[operator]
        months, more = kept(months, months.is_between(0, 1200), NO_TENURE)
        wrong = [*wrong, *more]
    return Read(months, wrong)


def last_day(as_of: date) -> date:
    """The latest day that is read."""
    return as_of + timedelta(days=731)


def _days(raw: pl.Series) -> Read:
    if isinstance(raw.dtype, pl.Datetime):
        return Read(raw.dt.date(), [])
    if raw.dtype != pl.String:
        return Read(raw.cast(pl.Date), [])
    lengths = raw.str.len_bytes()
    if lengths.min() == lengths.max() == 10:
        return kept(days := raw.str.to_date("%Y-%m-%d", strict=False), days.is_not_null(), NOT_A_DAY, raw)
    days = raw.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    good = raw.str.contains(_DAY) & days.is_not_null()
    return kept(days, good, NOT_A_DAY, raw)


@lru_cache(maxsize=4)
def _months_since(as_of: date) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Completed months to the judged day from every day since 1900; -1 for days to come."""
    days = (last_day(as_of) - EARLIEST).days + 1
    months = [completed_months(EARLIEST + timedelta(days=day), as_of) for day in range(days)]
    return np.array([-1 if number is None else number for number in months], dtype=np.int32)


def _among(texts: pl.Series, words: Sequence[str]) -> pl.Series:
    found = texts == words[0]
    for word in words[1:]:
        found = found | (texts == word)
    return found
