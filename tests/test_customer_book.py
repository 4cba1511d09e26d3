"""The demo book: what was planted in it comes out, worked out by hand in `tests.customer_book`, on every day.

Fibre 100, by web: of 50 of 24 to 59 months 30 pay 3.00 a month more, 36.00 a year, 1,080.00 in all; of 50 of 60 months
or more 40 pay 5.00 a month more, 60.00 a year, 2,400.00 in all, and 10 pay 2.00 less, 240.00 a year. Fibre 500: 10 pay
1.00 a month less, 120.00 a year. So 3,480.00 gross, 3,120.00 net.
"""

from __future__ import annotations

import os
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from fairoffer.cli.main import main
from fairoffer.model.inputs import load_inputs
from fairoffer.model.result import Result
from fairoffer.verdict import judge
from tests.customer_book import PLACE, text

DEMO = PLACE.parent
GOLDEN = Path(__file__).parent / "golden" / "customer-book.txt"
DAY = date(2026, 11, 21)


@cache
def judged(day: date = DAY) -> Result:
    return judge(load_inputs(DEMO), day)


def test_the_customers_are_those_that_the_rules_make() -> None:
    assert PLACE.read_text(encoding="utf-8") == text()


@pytest.mark.parametrize("day", [DAY, date(2029, 12, 31)], ids=str)
def test_what_was_planted_is_found_and_nothing_else(day: date) -> None:
    found = {
        (one.rule, one.product, one.tenure_months and one.tenure_months.from_): one for one in judged(day).findings
    }
    assert set(found) == {
        ("same-price", "fibre-100", 24),
        ("same-price", "fibre-100", 60),
        ("no-walk", "fibre-100", None),
        ("who-bears", "fibre-100", None),
    }
    numbers = {band: found["same-price", "fibre-100", band].book for band in (24, 60)}
    middle, last = numbers[24], numbers[60]
    assert middle
    assert last
    assert (middle.n, middle.worse, middle.gross, middle.net, middle.mean) == (50, 30, "1080.00", "1080.00", "36.00")
    assert (last.n, last.worse, last.gross, last.net, last.mean) == (50, 40, "2400.00", "2160.00", "60.00")
    # Per region one of the three and two of the four are vulnerable: (36 + 2 x 60) of (3 x 36 + 4 x 60) = 0.4483.
    assert found["who-bears", "fibre-100", None].existing
    assert found["who-bears", "fibre-100", None].existing.value == "0.4483"  # type: ignore[union-attr]
    says = found["who-bears", "fibre-100", None].says
    assert says.startswith("Vulnerable customers of fibre-100 (channel web) bear 44.8% of the gap; they are 19.9%")
    assert "(95% interval of the difference " in says


def test_money_and_ledger() -> None:
    result = judged()
    assert result.exit_code == 1
    assert (result.totals.customers, result.totals.customers_basis) == (70, "exact")
    money = result.totals.by_default
    assert (money.gross, money.net) == ("3480.00", "3120.00")
    asked = next(line for line in result.ledger.rules if line.rule == "same-price")
    assert (asked.all, asked.failed, asked.pass_, asked.not_assessable) == (401, 70, 328, {"unreadable": 3})


def test_what_cannot_be_read_and_who_comes_twice() -> None:
    book = judged().book
    assert book is not None
    assert [(one.path, one.column, one.count, one.rows) for one in book.unread] == [
        ("price", "monthly_pence", 3, [205, 225, 245])
    ]
    assert (book.rows, book.duplicates, book.unique_by) == (401, 1, "customer")


def test_the_six_from_the_shop_are_in_no_group_of_their_own() -> None:
    shown = judged().comparisons
    assert {"channel": "shop"} not in shown.place
    assert all(
        rows >= 10 or outcome == "not-assessable"
        for rows, outcome, rule in zip(shown.rows, shown.outcome, shown.rule, strict=True)
        if rule == "same-price"
    )


def test_its_summary(capsys: pytest.CaptureFixture[str]) -> None:
    """The whole text; FAIROFFER_UPDATE_GOLDEN=1 writes it anew."""
    assert main(["audit", str(DEMO), "--as-of", DAY.isoformat()]) == 1
    shown = capsys.readouterr().out
    if os.environ.get("FAIROFFER_UPDATE_GOLDEN"):
        GOLDEN.write_text(shown, encoding="utf-8")
    assert shown == GOLDEN.read_text(encoding="utf-8")
    assert "HB0" not in shown
    assert "see letter" not in shown
