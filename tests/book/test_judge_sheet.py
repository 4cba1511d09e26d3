"""Periods looked up in tables are what the exact engine reckons, and so are texts and constants."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pytest

from fairoffer.book.judge_legs import shape_of
from fairoffer.book.judge_sheet import LENGTHS, PERS, RATIOS, Sheet, written
from fairoffer.book.wide import reading
from fairoffer.compare.legs import Period
from fairoffer.model.base import MAX_MONTHS
from fairoffer.model.catalog import Catalog, Per
from fairoffer.model.mapping import BookMap
from tests.book.synth_book import AS_OF

CATALOG = Catalog.model_validate({"id": "small", "currency": "GBP", "products": [], "offers": []})


def sheet(columns: dict[str, Any], table: dict[str, list[Any]]) -> Sheet:
    mapped = BookMap.model_validate({"source": "book.parquet", "columns": {"customer": "id", **columns}})
    rows = max(len(values) for values in table.values())
    raw = pl.DataFrame({"id": [f"c{n}" for n in range(rows)], **table})
    read = reading(mapped, raw.schema, CATALOG, AS_OF)
    return Sheet(shape_of(read), read.wide(raw, 1).frame, {"s1": "savings", "l1": "loan"})


@pytest.mark.parametrize("to", range(3))
@pytest.mark.parametrize("of", range(3))
def test_ratios_bring_amounts_as_the_exact_engine_does(to: int, of: int) -> None:
    pers: tuple[Per, ...] = ("month", "year", "term")
    for months in range(MAX_MONTHS + 1):
        period = Period(pers[to], months, 2)
        num, den, bad = (table[to, of, months] for table in RATIOS)
        brought = period.bring(Fraction(1), pers[of])
        assert (None if bad else Fraction(int(num), int(den))) == brought
        assert int(LENGTHS[to, months]) == (period.length(pers[to]) or 0)


def test_a_period_for_each_row_and_the_rows_own_where_a_quote_says_none() -> None:
    columns = {
        "price": "price",
        "per": "per",
        "contract": {"months": "months"},
        "quotes": [{"basis": "new-customer", "price": "price", "per": "other"}],
    }
    table = {
        "price": ["1", "1", "1", "1"],
        "per": ["month", "year", None, "term"],
        "other": ["year", None, None, "month"],
        "months": [12, None, 18, 24],
    }
    found = sheet(columns, table)
    quoted = found.per_of("quotes.0.per", found.per)
    assert [PERS[int(one)] for one in np.asarray(quoted)] == ["year", "year", "term", "month"]
    assert np.asarray(found.horizon).tolist() == [1, 12, 18, 24]
    ratio = found.ratio(found.per, quoted)
    assert np.asarray(ratio.num).tolist() == [1, 1, 1, 24]
    assert np.asarray(ratio.den).tolist() == [12, 1, 1, 1]
    # A yearly price without a term is for a year; nobody knows the term otherwise.
    assert np.asarray(found.once.den).tolist() == [12, 1, 1, 1]
    assert found.once.bad is False


def test_the_kind_of_product_is_the_rows_own_word_else_the_catalogs() -> None:
    columns = {"product": "product", "product_type": "kind"}
    found = sheet(columns, {"product": ["l1", "s1", "l1", None, "x"], "kind": [None, None, "savings", "loan", None]})
    assert np.asarray(found.lends).tolist() == [True, False, False, True, False]
    assert np.asarray(found.typed).tolist() == [True, True, True, True, False]


def test_amounts_are_ten_thousandths_and_absent_ones_are_marked() -> None:
    found = sheet({"price": "price", "paid": {"value": "9.5"}}, {"price": ["1.5", None, "0.0001"]})
    values, absent = found.amounts("price")
    assert np.asarray(values).tolist() == [15_000, 0, 1]
    assert np.asarray(absent).tolist() == [False, True, False]
    assert found.amounts("paid") == (95_000, False)
    assert found.amounts("expected_cost") == (0, True)
    assert found.largest("price") == 15_000


def test_numbers_are_written_as_files_write_them() -> None:
    assert written(pl.Series([15_000, None, 20_000, 1])).to_list() == ["1.5", None, "2", "0.0001"]
