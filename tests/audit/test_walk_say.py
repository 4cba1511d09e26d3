"""What a rise of prices with tenure in a book says, and what is said where none is claimed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from fairoffer.book.synth_market import Plan
from fairoffer.book.together import thinness
from fairoffer.book.walks import Walk
from fairoffer.model.inputs import load_inputs
from fairoffer.model.part import Months
from fairoffer.model.result import Result
from fairoffer.verdict import judge
from tests.book.books import synthetic


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return judge(load_inputs(synthetic(tmp_path_factory.mktemp("book"), Plan(rows=6_000, seed=4))), date(2026, 11, 21))


def test_a_rise_is_said_with_its_interval_and_from_whom_to_whom(result: Result) -> None:
    found = next(one for one in result.findings if one.check == "price-walk")
    assert found.gap is not None
    assert found.gap_least is not None
    assert found.gap_max is not None
    assert Decimal(1) < Decimal(found.gap_least) < Decimal(found.gap) < Decimal(found.gap_max)
    assert found.says.startswith(f"Within like-for-like cells the price of {found.product} (channel ")
    assert "from customers of 12 to 23 months to those of 60 months and more" in found.says
    assert " (95% interval " in found.says
    assert found.customer_view.startswith("For the same, customers pay about ")
    assert (found.at, found.unit) == ("book.yaml", "percent")
    assert found.existing is not None
    assert found.existing.label == "price at 60 months and more"


def test_nobody_of_a_book_is_coming(result: Result) -> None:
    assert all(one.customers_coming == 0 for one in result.findings)
    assert all(one.customers for one in result.findings)
    assert "market-stays" not in {one.id for one in result.assumptions}


def test_where_no_rise_is_claimed_the_report_says_why(result: Result) -> None:
    line = next(one for one in result.ledger.rules if one.check == "price-walk")
    assert set(line.not_assessable) <= {"below-k", "no-comparator"}
    assert line.not_assessable
    said = {one.id: one.comparisons for one in result.assumptions if one.id.startswith("walk-of-")}
    assert sum(said.values()) == sum(line.not_assessable.values())


@pytest.mark.parametrize(
    "walk, reason, note",
    [
        ({"share_matched": None}, "no-comparator", "walk-of-few-matched"),
        ({"share_matched": Decimal("0.4999")}, "no-comparator", "walk-of-few-matched"),
        ({"share_matched": Decimal("0.5")}, "below-k", "walk-of-one-band"),
        ({"share_matched": Decimal(1), "tenure_months": Months(from_=60)}, "below-k", "walk-of-few-cells"),
    ],
)
def test_why_nothing_is_claimed(walk: dict[str, Decimal], reason: str, note: str) -> None:
    thin = Walk("fibre", "", 5, 3, 2, basis="price", thin="so", **walk)  # type: ignore[arg-type]
    assert thinness(thin) == (reason, note)


def test_titles_of_a_book_name_the_sides_plainly(result: Result) -> None:
    found = next(one for one in result.findings if one.check == "default-gap" and one.book)
    assert (found.existing and found.existing.label) == "what was set"
    assert (found.comparator and found.comparator.label) == "a new customer"


def test_the_price_alone_is_said_where_nobody_has_a_comparator(tmp_path: Path) -> None:
    place = synthetic(tmp_path, Plan(rows=3_000, seed=4))
    table = pl.read_parquet(place / "customers.parquet")
    risen = pl.col("price") * (1 + pl.col("tenure_months") / 100)
    table = table.with_columns(risen.round(2).alias("price"), quote_new_customer=pl.lit(None, pl.Decimal(38, 4)))
    table.write_parquet(place / "customers.parquet")
    result = judge(load_inputs(place), date(2026, 11, 21))
    says = [one.says for one in result.findings if one.check == "price-walk"]
    assert says
    assert not any("comparator" in one for one in says)
    assert "walk-of-the-price-alone" in {one.id for one in result.assumptions}
