"""Books drawn by chance, many of them: how often intervals hold what is true, and how often nothing is taken for
something."""

from __future__ import annotations

from collections import Counter
from math import sqrt

import numpy as np
import pytest

from fairoffer.book.statistics import statistics_of, walks
from fairoffer.model.statistics import Statistic
from tests.book.statistics_books import BANDS, Market, bearers, book, nobody, shares, sums

pytestmark = pytest.mark.slow

BOOKS = 400
SLOTS = {0: ("a", "b", "c")}
SURE = 3.0
"""Standard errors of a count of books: what a share of them may differ by, by chance."""


def allowed(share: float, books: int) -> float:
    return SURE * sqrt(share * (1 - share) / books)


def held(entries: list[Statistic], truth: dict[str, float], kept: Counter[str], of: Counter[str]) -> None:
    """Count the entries without a product's name whose interval holds the truth, by kind and measure."""
    for entry in entries:
        name = f"{entry.kind} {entry.measure}"
        if entry.low is not None and entry.high is not None and name in truth:
            of[name] += 1
            kept[name] += float(entry.low) <= truth[name] <= float(entry.high)


@pytest.mark.parametrize(
    "market",
    [
        Market(cells=40),
        Market(cells=40, walk_sd=0.02, noise=0.1, mix=0.1),
        Market(cells=15, uneven=1.2, walk_sd=0.02),
        Market(cells=100, customers=10, uneven=1.3, walk_sd=0.01),
        Market(cells=25, customers=150, uneven=1.0, walk_sd=0.02),
    ],
)
def test_intervals_of_slopes_and_gaps_hold_the_truth_19_times_in_20(market: Market) -> None:
    rng = np.random.default_rng(8)
    kept, of = Counter[str](), Counter[str]()
    names = [f"{kind} {measure}" for kind in ("gradient", "matched") for measure in ("price", "price over comparator")]
    # One band of the three: intervals of one book are not independent, and the count has to be.
    for _ in range(BOOKS):
        made = statistics_of(sums(book(market, rng)), nobody(), BANDS, 10, {})
        first = [
            entry
            for entry in made
            if entry.kind == "gradient" or entry.id.startswith(("matched/price/24", "matched/comparator/24"))
        ]
        held(first, dict.fromkeys(names, 0.0), kept, of)
    for name in names:
        assert of[name] > BOOKS / 2
        assert abs(kept[name] / of[name] - 0.95) < allowed(0.95, of[name]), (name, kept[name], of[name])


def test_a_slope_that_is_there_is_held_too() -> None:
    rng = np.random.default_rng(9)
    kept, of = Counter[str](), Counter[str]()
    truth = {"gradient price over comparator": 100 * float(np.expm1(0.03))}
    for _ in range(BOOKS):
        made = statistics_of(sums(book(Market(walk=0.03, walk_sd=0.01, uneven=0.5), rng)), nobody(), BANDS, 10, {})
        held(made, truth, kept, of)
    (name,) = truth
    assert abs(kept[name] / of[name] - 0.95) < allowed(0.95, of[name])


@pytest.mark.parametrize("customers, loss, older", [(400, 1.0, 0.0), (3_000, 1.5, 0.5), (20_000, 1.2, 0.5)])
def test_intervals_of_the_vulnerable_hold_the_truth_19_times_in_20(customers: int, loss: float, older: float) -> None:
    cells = sums(book(Market(cells=1), np.random.default_rng(1))).head(0)

    def entries(rng: np.random.Generator, size: int) -> list[Statistic]:
        drawn = shares(bearers(rng, size, loss=loss, older=older))
        return [entry for entry in statistics_of(cells, drawn, BANDS, 10, SLOTS) if entry.product is None]

    # Of three million customers drawn, an interval is a fortieth as wide or less.
    truth = {
        f"vulnerable {entry.measure}": float(entry.estimate or "nan")
        for entry in entries(np.random.default_rng(10), 3_000_000)
    }
    assert len(truth) == 5
    truth["vulnerable money per customer, same tenures"] = loss
    rng = np.random.default_rng(11)
    kept, of = Counter[str](), Counter[str]()
    for _ in range(BOOKS):
        held(entries(rng, customers), truth, kept, of)
    for name in truth:
        assert of[name] > BOOKS / 2
        assert abs(kept[name] / of[name] - 0.95) < allowed(0.95, of[name]), (name, kept[name], of[name])


def test_where_nothing_is_there_no_more_than_one_book_in_twenty_says_something_of_a_kind() -> None:
    rng = np.random.default_rng(12)
    said = Counter[str]()
    for _ in range(BOOKS):
        cells = sums(book(Market(products=4, cells=25, customers=15, walk_sd=0.01), rng))
        made = statistics_of(cells, shares(bearers(rng, 2_000)), BANDS, 10, SLOTS)
        said.update({entry.kind for entry in made if entry.stands})
        said["walk"] += any(
            walk.fails(walk.rise_low * 0) for walk in walks(cells, BANDS, 10) if walk.rise_low is not None
        )
    assert set(said) <= {"gradient", "matched", "vulnerable", "walk"}
    for kind, books in said.items():
        assert books / BOOKS < 0.05 + allowed(0.05, BOOKS), (kind, books)


def test_of_what_is_said_to_walk_no_more_than_one_in_twenty_does_not() -> None:
    """Half of the products walk: the mean share of false ones among those said to is what is held down."""
    rng = np.random.default_rng(13)
    shares_false, found = [], 0
    for _ in range(BOOKS // 4):
        walking = sums(book(Market(products=5, cells=25, customers=15, walk=0.02, walk_sd=0.01), rng))
        still = sums(book(Market(products=5, cells=25, customers=15, walk_sd=0.01), rng))
        cells = walking.vstack(still.with_columns(product="q" + still["product"]))
        failing = [walk.product for walk in walks(cells, BANDS, 10) if walk.rise_low is not None and walk.rise_low > 0]
        found += sum(not product.startswith("q") for product in failing)
        shares_false.append(sum(product.startswith("q") for product in failing) / max(1, len(failing)))
    assert found / (5 * BOOKS / 4) > 0.8
    assert np.mean(shares_false) < 0.05 + SURE * np.std(shares_false) / sqrt(len(shares_false))
