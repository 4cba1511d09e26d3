"""Real customers: raw prices rise by more than a third with tenure, and within identical services not at all."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from fairoffer.book.statistics import statistics_of, walks
from tests.book.statistics_books import nobody, sums

pytestmark = pytest.mark.real

BANDS = (1, 6, 12, 24, 60)
"""The known rise of 38.7 % is that of customers of 60 months and more over those of 1 to 5 months."""
AVERAGES = [(1360, "656.36"), (698, "707.22"), (1047, "730.24"), (2444, "804.87"), (1483, "910.30")]
"""Customers and twelve times their mean MonthlyCharges."""
SERVICES = (
    "PhoneService",
    "MultipleLines",
    "InternetService",
    "OnlineSecurity",
    "OnlineBackup",
    "DeviceProtection",
    "TechSupport",
    "StreamingTV",
    "StreamingMovies",
)


@pytest.fixture(scope="module")
def cells() -> pl.DataFrame:
    path = Path(os.environ.get("FAIROFFER_DATA", "")) / "telco-ibm/Telco-Customer-Churn.csv"
    if not os.environ.get("FAIROFFER_DATA") or not path.exists():
        pytest.skip("FAIROFFER_DATA does not name the folder of real data")
    joined = pl.read_csv(path).filter(pl.col("tenure") > 0)
    rows = joined.select(
        product=pl.lit("telco"),
        cell=pl.concat_str(SERVICES, separator="|"),
        tenure=pl.col("tenure"),
        price=(pl.col("MonthlyCharges") * 12 * 10_000).round().cast(pl.Int64),
        comparator=pl.lit(None, dtype=pl.Int64),
    )
    return sums(rows, BANDS)


def test_the_raw_rise_is_known_and_like_for_like_there_is_none(cells: pl.DataFrame) -> None:
    made = {entry.id: entry for entry in statistics_of(cells, nobody(), BANDS, 10, {})}
    raw = made["raw/telco"]
    assert [(mean.n, mean.price) for mean in raw.means] == AVERAGES
    assert raw.estimate == "38.69"
    slope = made["gradient/price/telco"]
    assert (slope.n, slope.cells, slope.clusters) == (7030, 322, 320)
    assert abs(Decimal(slope.estimate or "1")) < Decimal("0.01")
    assert Decimal(slope.low or 0) < 0 < Decimal(slope.high or 0) < Decimal("0.02")
    assert made["disagreement/raw-alone/telco"].says.startswith(
        "telco: unadjusted +38.7% from the newest band of tenure to the last; within like-for-like cells −0.01% a year"
    )


def test_no_band_pays_more_than_the_newest_and_a_band_that_is_not_matched_says_nothing(cells: pl.DataFrame) -> None:
    gaps = [one for one in statistics_of(cells, nobody(), BANDS, 10, {}) if one.kind == "matched"]
    assert [one.thin is None for one in gaps] == [True, True, True, False]
    assert not any(one.stands for one in gaps)
    assert all(abs(Decimal(one.estimate or 0)) < Decimal("0.2") for one in gaps)
    assert gaps[-1].thin == "only 42% of its customers have anybody to be compared with; half is needed"


def test_nothing_walks(cells: pl.DataFrame) -> None:
    (walk,) = walks(cells, BANDS, 10)
    assert walk.basis == "price"
    assert not walk.fails(Decimal(0))
