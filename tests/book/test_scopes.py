"""Columns of conditions, made from wide columns."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from fairoffer.audit.months import completed_months
from fairoffer.book.judge_columns import completed, mapped, typed

MONEY = pl.Decimal(38, 8)


@given(
    st.lists(st.dates(date(1990, 1, 1), date(2040, 12, 31)), min_size=1), st.dates(date(2000, 1, 1), date(2040, 1, 1))
)
def test_months_are_counted_as_for_single_rows(days: list[date], end: date) -> None:
    found = completed(pl.Series("a", [*days, None], dtype=pl.Date), end)
    assert found.to_list() == [completed_months(day, end) for day in (*days, None)]


@given(st.lists(st.none() | st.integers(-(10**16) + 1, 10**16 - 1)))
def test_whole_units_become_exact_decimals(units: list[int | None]) -> None:
    found = typed(pl.Series("a", units, dtype=pl.Int64), MONEY)
    assert found.dtype == MONEY
    assert [None if one is None else int(one * 10_000) for one in found.to_list()] == units


def test_values_without_a_counterpart_are_not_known() -> None:
    found = mapped(pl.Series(["a", "b", None]), {"a": True, "c": None}, pl.Boolean())
    assert found.to_list() == [True, None, None]
