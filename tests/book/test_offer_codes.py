"""Values as digits: declared ones are told apart, all others are not known."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairoffer.book.offer_codes import Numbers, Words, coding_of, listed, ranged
from fairoffer.book.offer_numbers import DENSE, Numbering
from fairoffer.compare.market import Shelf
from fairoffer.errors import InputError
from fairoffer.model.base import Range
from fairoffer.model.catalog import Catalog
from tests.drawing import DAY


@pytest.mark.parametrize("number", [0, 1, 2, 12, 200, 256, 257, 3_000])
def test_words_are_found_whatever_their_number(number: int) -> None:
    words = [f"value {at}" for at in range(number)]
    reader = Words({word: at % 7 for at, word in enumerate(words)}, 7, 5)
    rows = [*words, "another", "", None, *reversed(words)]
    found = reader.read(pl.Series(rows, dtype=pl.String)).tolist()
    digits = [at % 7 for at in range(number)]
    assert found == [*digits, 7, 7, 5, *reversed(digits)]


def test_flags_are_words() -> None:
    reader = Words({"false": 0, "true": 1}, 2, 2)
    assert reader.read(pl.Series([True, None, False])).tolist() == [1, 2, 0]


@given(st.lists(st.one_of(st.none(), st.integers(-5, 30)), max_size=20))
def test_numbers_outside_are_not_known(rows: list[int | None]) -> None:
    reader = Numbers(3, np.array([0, 0, 1, 2, 2]), 3, 1)
    wanted = [1 if row is None else [0, 0, 1, 2, 2][row - 3] if 3 <= row <= 7 else 3 for row in rows]
    assert reader.read(pl.Series(rows, dtype=pl.Int32)).tolist() == wanted


def test_values_that_no_offer_tells_apart_are_one() -> None:
    reader, allowed = listed(["a", "b", "c", "d"], [("a", "b"), None, ("a", "b", "d")], None)
    assert reader.digits == {"a": 0, "b": 0, "c": 1, "d": 2}
    assert allowed.tolist() == [[True, True, True], [False, True, False], [False, True, True]]
    numbers, spans = ranged(1, 9, [Range(from_=3, to=5), None, Range(to=5)], 4)
    assert numbers.digits.tolist() == [0, 0, 1, 1, 1, 2, 2, 2, 2]
    assert spans.tolist() == [[False, True, True], [True, True, True], [False, True, False]]
    assert numbers.silent == 1


@given(st.lists(st.lists(st.integers(0, 50), min_size=1, unique=True), max_size=6))
def test_numbers_of_codes_are_the_same_in_a_table_and_without(batches: list[list[int]]) -> None:
    dense, sparse = Numbering(51), Numbering(DENSE + 1)
    every = np.arange(51)
    for batch in batches:
        codes = np.array(batch, np.int64)
        for numbering in (dense, sparse):
            numbering.add(np.sort(codes[numbering.numbers(codes) < 0]))
        assert dense.numbers(every).tolist() == sparse.numbers(every).tolist()
        assert len(dense) == len(sparse) == int((dense.numbers(every) >= 0).sum())


def test_more_kinds_than_can_be_numbered_are_refused() -> None:
    names = [f"a{at}" for at in range(10)]
    values = [f"v{at}" for at in range(200)]
    attributes: dict[str, Any] = {name: {"values": values} for name in names}
    offers = [
        {"id": f"o{name}{at}", "product": "p", "price": [{"amount": "1"}], "eligibility": {name: [value]}}
        for name in names
        for at, value in enumerate(values)
    ]
    made = {"id": "c", "currency": "GBP", "attributes": attributes, "products": [{"id": "p", "type": "x"}]}
    catalog = Catalog.model_validate({**made, "offers": offers})
    with pytest.raises(InputError, match="more kinds of customers"):
        coding_of(Shelf(catalog, DAY, None), ["product", *(f"attributes.{name}" for name in names)], {})
