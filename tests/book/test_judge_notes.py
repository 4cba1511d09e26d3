"""What a judge says that it takes for granted is what the exact engine notes on rows."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fairoffer.audit.asked import Desk, asked_of
from fairoffer.audit.bind import PAIRED
from tests.book.judge_books import BookMaker, DrawnBook
from tests.book.test_judge import some
from tests.strategies_rows import drawer

VAGUE = ("quote-of-another-day", "a-term-of-a-year")
"""Notes that hang on the values of single rows."""


@st.composite
def full_books(draw: Any) -> DrawnBook:
    maker = BookMaker(drawer(draw))
    maker.hollow = 0
    book = maker.book()
    columns = {name: one for name, one in book.columns.items() if name != "channel_moved_by"}
    return book.but(columns={**columns, "quotes": columns["quotes"][:1]})


@settings(some, max_examples=60)
@given(full_books())
def test_notes_of_rows_that_state_everything_are_those_of_the_mapping(book: DrawnBook) -> None:
    opened = book.opened()
    judge = opened.judge()
    for number, slot in enumerate(judge.slots):
        if slot.bound.check.id not in PAIRED:
            continue
        desk = Desk(slot.bound, opened.shelf, opened.as_of)
        for at, row in enumerate(opened.rows):
            own = [one for one in asked_of(desk, row, at) if (one.term, one.sign) == (slot.term, slot.sign)]
            told = set(judge.notes(number, row.product))
            for one in own:
                if one.reason is None and one.options:
                    assert one.notes - set(VAGUE) <= told
                    assert told - set(VAGUE) <= one.notes | {"quote-product-as-on-row", "channel-of-purchase"}
