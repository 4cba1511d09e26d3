"""Rows that cannot be judged at once are asked one by one, and equal ones once."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from fairoffer.audit.asked import Desk
from fairoffer.book.exact import Exact
from fairoffer.book.judge_ask import CostAsker
from fairoffer.book.judge_legs import shape_of
from fairoffer.book.slots import FAIL, PASS
from tests.book.judge_books import DrawnBook, OpenBook

DAY = date(2026, 11, 21)


def opened(prices: list[str]) -> OpenBook:
    policy = {
        "id": "drawn",
        "rules": [{"id": "rule", "check": "default-gap", "level": "house", "terms": ["total_cost"]}],
    }
    columns = {
        "customer": "id",
        "price": "price",
        "tenure_months": "tenure",
        "quotes": [{"basis": "new-customer", "price": "quoted"}],
    }
    table = {"id": [f"c{n}" for n in range(len(prices))], "price": prices, "quoted": ["1"] * len(prices)}
    catalog = {"id": "small", "currency": "GBP", "products": [], "offers": []}
    return DrawnBook(catalog, policy, columns, {**table, "tenure": list(range(1, len(prices) + 1))}, DAY).opened()


def exact_of(book: OpenBook) -> Exact:
    desk = Desk(book.rules[0], book.shelf, DAY)
    return Exact(desk, book.read, CostAsker(desk, shape_of(book.read)).slots)


def test_rows_that_differ_only_in_who_they_are_about_are_asked_once() -> None:
    book = opened(["1", "2", "1", "2", "3"])
    exact = exact_of(book)
    found = exact.judge(book.portion.frame, np.arange(5))
    assert [one[0].outcome for one in found] == [PASS, FAIL, PASS, FAIL, FAIL]
    assert [one[0].gap for one in found] == [0, 10_000, 0, 10_000, 20_000]
    assert len(exact.known) == 3


def test_answers_are_remembered_and_forgotten_without_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fairoffer.book.exact.MOST_KEPT", 1)
    book = opened(["1", "2", "3", "2"])
    exact = exact_of(book)
    first = exact.judge(book.portion.frame, np.arange(4))
    assert exact.judge(book.portion.frame, np.array([3, 1, 0])) == [first[3], first[1], first[0]]
