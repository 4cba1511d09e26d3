"""What the statistics of a book say, and what they leave unsaid."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairoffer.book import bands, entries, sentences
from fairoffer.book.statistics import statistics_of, walks
from fairoffer.model.part import Months
from fairoffer.model.statistics import Statistic
from tests.book.statistics_books import BANDS, Market, bearers, book, nobody, shares, sums

SLOTS = {0: ("house", "loyal", "total_cost@12")}


def found(cells: pl.DataFrame, parts: pl.DataFrame | None = None, k: int = 10) -> dict[str, Statistic]:
    made = statistics_of(cells, nobody() if parts is None else parts, BANDS, k, SLOTS)
    assert len({entry.id for entry in made}) == len(made)
    return {entry.id: entry for entry in made}


def drawn(market: Market, seed: int = 1) -> pl.DataFrame:
    return sums(book(market, np.random.default_rng(seed)))


def rows(**columns: Any) -> pl.DataFrame:
    """Customers of product p, priced in pounds; cells, tenures, prices and comparators as given."""
    plain: Mapping[str, Any] = {"product": "p", **columns}
    frame = pl.DataFrame({name: column for name, column in plain.items() if name != "product"})
    money = [pl.col(name).cast(pl.Int64) * 10_000 for name in ("price", "comparator")]
    return frame.with_columns(*money, product=pl.lit(plain["product"]))


def walking(cells: int = 20, percent: int = 10) -> pl.DataFrame:
    """Four customers a cell: the newest pay 100, those of 30 and 70 months more by ``percent``."""
    dear = 100 + percent
    return rows(
        cell=[f"c{one}" for one in range(cells) for _ in range(4)],
        tenure=[6, 6, 30, 70] * cells,
        price=[100, 100, dear, dear] * cells,
        comparator=[100] * 4 * cells,
    )


class TestGaps:
    def test_every_later_band_is_compared_with_the_newest_of_its_cell(self) -> None:
        entry = found(sums(walking()))["matched/price/24-59/p"]
        assert (entry.estimate, entry.low, entry.high) == ("9.999", "9.999", "9.999")
        assert entry.tenure_months == Months(from_=24, to=59)
        assert entry.against_months == Months(from_=1, to=11)
        assert (entry.n, entry.cells, entry.clusters, entry.share_matched) == (20, 20, 20, "1.000")
        assert (entry.p, entry.p_adjusted, entry.stands) == ("0", "0", True)
        assert entry.says == (
            "p: customers of 24 to 59 months pay 10.00% more than customers of 1 to 11 months in the same "
            "like-for-like cell (95% interval +10.00% to +10.00%; 20 customers, 100% of those that it is about)."
        )

    def test_a_band_that_nobody_is_in_is_left_out(self) -> None:
        assert "matched/price/12-23/p" not in found(sums(walking()))

    def test_prices_that_do_not_differ_are_no_difference_at_all(self) -> None:
        entry = found(sums(walking(percent=0)))["matched/comparator/60+/p"]
        assert (entry.estimate, entry.low, entry.high, entry.p, entry.stands) == ("0", "0", "0", "1.000", False)
        assert entry.says.endswith("after allowing for how many groups were looked at, this may be chance alone.")

    def test_the_newest_band_is_the_first_that_holds_k_customers(self) -> None:
        renewed = walking().with_columns(tenure=pl.col("tenure") + 12, product=pl.lit("q"))
        made = found(sums(renewed))
        entry = made["matched/price/60+/q"]
        assert (entry.against_months, entry.estimate) == (Months(from_=12, to=23), "9.999")
        assert "matched/price/12-23/q" not in made
        both = found(sums(pl.concat([renewed, walking()])))["matched/price/60+/*"]
        assert (both.against_months, both.n, both.share_matched) == (None, 40, "1.000")
        assert "pay 10.00% more than the newest customers in the same like-for-like cell" in both.says
        nine = rows(cell=[f"c{one}" for one in range(9)], tenure=[6] * 9, price=[50] * 9, comparator=[100] * 9)
        few = found(sums(pl.concat([renewed, nine.with_columns(product=pl.lit("q"))])))["matched/price/60+/q"]
        assert few == entry

    def test_what_was_matched_is_counted_and_less_than_half_says_nothing(self) -> None:
        alone = rows(cell=[f"x{one}" for one in range(30)], tenure=[70] * 30, price=[150] * 30, comparator=[100] * 30)
        entry = found(sums(pl.concat([walking(), alone])))["matched/price/60+/p"]
        assert (entry.n, entry.cells, entry.share_matched) == (20, 50, "0.4000")
        assert entry.thin == "only 40% of its customers have anybody to be compared with; half is needed"
        assert (entry.estimate, entry.low, entry.p, entry.stands) == (None, None, None, False)
        assert entry.says == f"Of p, customers of 60 months and more (price) nothing is claimed: {entry.thin}."

    def test_comparators_that_nobody_has_are_not_spoken_of(self) -> None:
        cells = sums(walking().with_columns(comparator=pl.lit(None, dtype=pl.Int64)))
        assert not [one for one in found(cells) if "comparator" in one]


class TestSlopes:
    def test_a_walk_in_every_cell_is_found_and_stands(self) -> None:
        made = found(drawn(Market(walk=0.03, walk_sd=0.005)))
        entry = made["gradient/comparator/p0"]
        assert entry.unit == "percent a year"
        assert Decimal("2.5") < Decimal(entry.estimate or 0) < Decimal("3.6")
        assert entry.stands
        assert entry.says.startswith(
            "p0: within like-for-like cells the price, measured against the customer's own comparator, rises by "
        )

    def test_customers_of_one_tenure_have_no_slope(self) -> None:
        entry = found(sums(walking().with_columns(tenure=pl.lit(6))))["gradient/price/p"]
        assert entry.thin == ("fewer than 10 of its customers have anybody to be compared with in a like-for-like cell")
        assert (entry.n, entry.clusters, entry.estimate) == (0, 0, None)

    def test_nine_cells_say_nothing_and_ten_do(self) -> None:
        assert found(sums(walking(9)))["gradient/price/p"].thin == "9 like-for-like cells to compare in; 10 are needed"
        assert found(sums(walking(10)))["gradient/price/p"].thin is None

    def test_one_cell_that_holds_nearly_everybody_says_nothing(self) -> None:
        many = rows(cell=["c0"] * 8000, tenure=[6, 30] * 4000, price=[100, 130] * 4000, comparator=[100] * 8000)
        entry = found(sums(pl.concat([walking(), many])))["gradient/price/p"]
        assert entry.thin == "very few like-for-like cells hold nearly all of the customers that can be compared"

    def test_customers_whose_tenure_is_not_known_are_not_placed(self) -> None:
        unknown = sums(walking(percent=50)).with_columns(band=pl.lit(-1, dtype=pl.Int32))
        assert found(pl.concat([sums(walking()), unknown])) == found(sums(walking()))

    def test_less_than_prices_are_read_to_does_not_stand(self) -> None:
        small = rows(
            cell=[f"c{one}" for one in range(20) for _ in range(2)],
            tenure=[6, 606] * 20,
            price=[1_000_000, 1_001_000] * 20,
            comparator=[1_000_000] * 40,
        )
        entry = found(sums(small))["gradient/price/p"]
        assert (entry.estimate, entry.p_adjusted, entry.stands) == ("0.002000", "0", False)
        assert entry.says.endswith("this is no more than what prices are rounded to.")


class TestRaw:
    def test_means_are_exact_and_the_rise_is_of_the_last_over_the_first(self) -> None:
        entry = found(sums(walking()))["raw/p"]
        assert [(mean.tenure_months, mean.n, mean.price) for mean in entry.means] == [
            (Months(from_=1, to=11), 40, "100.00"),
            (Months(from_=24, to=59), 20, "110.00"),
            (Months(from_=60), 20, "110.00"),
        ]
        assert (entry.estimate, entry.low, entry.p, entry.stands, entry.adjusted) == ("10.00", None, None, False, False)
        assert entry.says == (
            "p: unadjusted, the mean price a year is 100.00 at 1 to 11 months and 110.00 at 60 months and more, "
            "+10.0%; customers of one tenure may differ from those of another in what they bought, so this decides "
            "nothing."
        )

    def test_a_band_of_fewer_than_k_is_left_out(self) -> None:
        few = rows(cell=["c0"] * 9, tenure=[15] * 9, price=[500] * 9, comparator=[100] * 9)
        cells = sums(pl.concat([walking(), few]))
        assert len(found(cells)["raw/p"].means) == 3
        assert len(found(cells, k=9)["raw/p"].means) == 4

    def test_a_product_of_fewer_than_k_is_not_spoken_of(self) -> None:
        assert found(sums(walking(2))) == {}
        few = walking(2).with_columns(product=pl.lit("q"))
        made = found(sums(pl.concat([walking(), few])))
        assert {entry.product for entry in made.values()} == {"p"}

    def test_a_currency_without_decimals_has_none(self) -> None:
        made = statistics_of(sums(walking()), nobody(), BANDS, 10, {}, places=0)
        assert [mean.price for entry in made for mean in entry.means] == ["100", "110", "110"]


class TestDisagreement:
    def test_a_raw_rise_that_like_for_like_cells_do_not_show_is_said(self) -> None:
        # Who has been there longer has bought dearer services: a cell's base price says so, no customer's walk does.
        cells = [(f"c{one}", [5 + 3 * one, 6 + 3 * one], 100 + 5 * one) for one in range(30)]
        mixed = rows(
            cell=[name for name, tenures, _ in cells for _ in tenures],
            tenure=[tenure for _, tenures, _ in cells for tenure in tenures],
            price=[price for _, tenures, price in cells for _ in tenures],
            comparator=[100] * 60,
        )
        made = found(sums(mixed))
        assert Decimal(made["raw/p"].estimate or 0) > 30
        entry = made["disagreement/raw-alone/p"]
        assert entry.estimate is None
        assert entry.says.startswith("p: unadjusted +")
        assert (
            "within like-for-like cells 0.00% a year (95% interval 0.00% to 0.00%), which may be chance alone"
            in entry.says
        )

    def test_a_rise_that_the_averages_hide_is_said(self) -> None:
        made = found(drawn(Market(walk=0.05, walk_sd=0.005, mix=-0.3, cells=60)))
        assert Decimal(made["raw/p0"].estimate or 0) < 0
        assert "The averages hide a rise" in made["disagreement/raw-hides/p0"].says

    def test_price_and_price_over_comparator_on_opposite_sides_are_said(self) -> None:
        # Prices fall with tenure, comparators fall faster.
        falling = rows(
            cell=[f"c{one}" for one in range(20) for _ in range(3)],
            tenure=[6, 30, 70] * 20,
            price=[1000, 950, 900] * 20,
            comparator=[1000, 900, 800] * 20,
        )
        made = found(sums(falling))
        assert (
            Decimal(made["gradient/price/p"].estimate or 0) < 0 < Decimal(made["gradient/comparator/p"].estimate or 0)
        )
        assert made["disagreement/price-and-comparator/p"].says.startswith("p: two yardsticks disagree. Within ")

    def test_the_slope_and_the_last_band_on_opposite_sides_are_said(self) -> None:
        # Up with every month to the fourth year, and then far below.
        bent = rows(
            cell=[f"c{one}" for one in range(20) for _ in range(42)],
            tenure=[*[1] * 20, *[50] * 20, 60, 60] * 20,
            price=[*[100] * 20, *[150] * 20, 90, 90] * 20,
            comparator=[100] * 20 * 42,
        )
        says = found(sums(bent))["disagreement/slope-and-gap/price/p"].says
        assert "customers of 60 months and more stand at −10.00% against the newest customers of their cell" in says

    def test_what_agrees_is_not_remarked_on(self) -> None:
        made = found(drawn(Market(walk=0.05, walk_sd=0.005)))
        assert not [one for one in made if one.startswith("disagreement")]


class TestVulnerable:
    def test_shares_and_ratios_with_intervals(self) -> None:
        parts = shares(bearers(np.random.default_rng(2), 20_000, loss=1.5, older=0.6))
        made = found(sums(walking(1)), parts)
        start = "vulnerable/house/loyal/total_cost@12"
        both = made[f"{start}/money-per-customer/*"], made[f"{start}/money-per-customer-same-tenures/*"]
        assert [entry.adjusted for entry in both] == [False, True]
        assert all(entry.stands and Decimal(entry.low or 0) > 1 for entry in both)
        plain, alike = (Decimal(entry.estimate or 0) for entry in both)
        assert plain > alike > Decimal("1.3")
        money = made[f"{start}/share-of-money/*"]
        assert (money.unit, money.p, money.stands, money.clusters) == ("percent", None, False, 32)
        assert "vulnerable customers bear " in money.says
        assert made[f"{start}/money-per-customer-same-tenures/p1"].product == "p1"

    def test_means_are_standardised_to_all_customers(self) -> None:
        # Per customer 2 against 1 in the first band and 30 against 10 in the second; bands of 30 and of 10 customers.
        groups = [(0, 0, 20, 1), (0, 1, 10, 2), (1, 0, 2, 10), (1, 1, 8, 30)]
        parts = pl.DataFrame(
            [
                {"slot": 0, "product": "p", "band": band, "vulnerable": side, "bucket": bucket, "n": n, "worse": n,
                 "gross": 10_000 * n * loss}
                for bucket in range(32)
                for band, side, n, loss in groups
            ]
        )  # fmt: skip
        made = found(sums(walking(1)), parts)
        alike = made["vulnerable/house/loyal/total_cost@12/money-per-customer-same-tenures/p"]
        assert alike.estimate == entries.number((30 * 2 + 10 * 30) / (30 * 1 + 10 * 10))
        plain = made["vulnerable/house/loyal/total_cost@12/money-per-customer/p"]
        assert plain.estimate == entries.number(((20 + 240) / 18) / ((20 + 20) / 22))
        assert alike.low == alike.high == alike.estimate

    def test_whom_nobody_knows_about_is_counted_beside(self) -> None:
        parts = shares(bearers(np.random.default_rng(2), 4_000))
        unknown = parts.filter(pl.col("vulnerable") == 0).with_columns(vulnerable=pl.lit(-1, dtype=pl.Int8))
        some = unknown.filter(pl.col("bucket") < 4)
        made = found(sums(walking(1)), pl.concat([parts, some]))
        entry = made["vulnerable/house/loyal/total_cost@12/share-of-money/*"]
        missing = int(some["n"].sum())
        assert f"of {missing:,} more it is not known whether they are vulnerable" in entry.says
        assert entry.share_matched == entries.number(4_000 / (4_000 + missing))
        most = pl.concat([parts, unknown, unknown])
        made = found(sums(walking(1)), most)
        assert {entry.thin for entry in made.values() if entry.kind == "vulnerable"} == {
            "it is known of fewer than half of the customers whether they are vulnerable"
        }

    @pytest.mark.parametrize(
        "change, thin",
        [
            ({"n": 0, "worse": 0, "gross": 0}, "fewer than 10 customers are vulnerable, or fewer than 10 are not"),
            ({"worse": 0, "gross": 0}, "fewer than 10 vulnerable customers are worse off, or fewer than 10 others"),
        ],
    )
    def test_too_few_say_nothing(self, change: dict[str, int], thin: str) -> None:
        parts = shares(bearers(np.random.default_rng(2), 4_000))
        empty = [
            pl.when(pl.col("vulnerable") == 1).then(size).otherwise(name).alias(name) for name, size in change.items()
        ]
        made = found(sums(walking(1)), parts.with_columns(empty))
        own = [entry for entry in made.values() if entry.kind == "vulnerable"]
        assert own
        assert {(entry.thin, entry.estimate) for entry in own} == {(thin, None)}

    def test_customers_without_names_cannot_be_split_at_random(self) -> None:
        together = shares(bearers(np.random.default_rng(2), 4_000).with_columns(bucket=pl.lit(0)))
        made = found(sums(walking(1)), together)
        assert {entry.thin for entry in made.values() if entry.kind == "vulnerable"} == {
            "no column names the customers, so they cannot be split at random"
        }

    def test_a_book_in_which_nobody_loses_is_not_spoken_of(self) -> None:
        parts = shares(bearers(np.random.default_rng(2), 400).with_columns(gap=pl.lit(0)))
        assert not [one for one in found(sums(walking(1)), parts) if one.startswith("vulnerable")]

    def test_buckets_that_nobody_is_in_do_not_matter(self) -> None:
        drawn_ = bearers(np.random.default_rng(2), 4_000)
        moved = drawn_.with_columns(bucket=pl.col("bucket") * 2 + 1)
        assert found(sums(walking(1)), shares(moved)) == found(sums(walking(1)), shares(drawn_))


class TestWalks:
    def test_a_walk_fails_where_its_lower_end_is_above_the_tolerance(self) -> None:
        (walk,) = walks(drawn(Market(walk=0.03, walk_sd=0.005)), BANDS, 10)
        assert (walk.product, walk.place, walk.basis, walk.thin) == ("p0", "", "comparator", None)
        assert walk.low is not None
        assert walk.slope is not None
        assert walk.rise_low is not None
        assert Decimal("2.5") < walk.low < walk.slope < Decimal("3.6")
        assert walk.fails(Decimal(0))
        assert walk.fails(walk.rise_low - 1)
        assert not walk.fails(walk.rise_low)

    def test_the_rise_is_over_the_span_between_mean_tenures(self) -> None:
        (walk,) = walks(sums(walking()), BANDS, 10)
        assert (walk.span, walk.against_months, walk.tenure_months) == (64, Months(from_=1, to=11), Months(from_=60))
        assert walk.slope is not None
        assert walk.rise == Decimal(entries.number(100 * ((1 + float(walk.slope) / 100) ** (64 / 12) - 1))).quantize(
            Decimal("0.01")
        )

    def test_without_comparators_it_is_the_price_alone(self) -> None:
        cells = sums(walking().with_columns(comparator=pl.lit(None, dtype=pl.Int64)))
        assert [walk.basis for walk in walks(cells, BANDS, 10)] == ["price"]

    def test_every_product_and_place_has_one_and_thin_ones_never_fail(self) -> None:
        placed = [
            walking().with_columns(place=pl.lit(place), cell=pl.col("cell") + place) for place in ("south", "north")
        ]
        thin = walking(3).with_columns(place=pl.lit("north"), product=pl.lit("a"))
        made = walks(sums(pl.concat([*placed, thin])), BANDS, 10)
        assert [(walk.product, walk.place) for walk in made] == [("a", "north"), ("p", "north"), ("p", "south")]
        assert made[0][:8] == (
            *("a", "north", 12, 3, 3, Decimal("1.000"), "comparator"),
            "3 like-for-like cells to compare in; 10 are needed",
        )
        assert [walk.fails(Decimal(0)) for walk in made] == [False, True, True]

    def test_intervals_widen_with_how_many_there_are(self) -> None:
        one = drawn(Market(walk=0.0))
        others = [one.with_columns(product=pl.lit(f"q{index}")) for index in range(9)]
        (alone,), (first, *_) = walks(one, BANDS, 10), walks(pl.concat([one, *others]), BANDS, 10)
        assert alone.low is not None
        assert first.low is not None
        assert first.low < alone.low
        assert first.p == alone.p

    def test_a_book_without_rows_has_none(self) -> None:
        assert walks(sums(walking()).head(0), BANDS, 10) == []
        assert statistics_of(sums(walking()).head(0), nobody(), BANDS, 10, SLOTS) == []


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_split_and_any_order_give_the_same(data: st.DataObject) -> None:
    customers = book(Market(products=2, cells=12, customers=12, walk=0.01, walk_sd=0.02), np.random.default_rng(4))
    bearing = bearers(np.random.default_rng(4), 1_500, loss=1.2)
    pieces = data.draw(st.integers(1, 5))
    of_customer = data.draw(st.lists(st.integers(0, pieces - 1), min_size=31, max_size=31))
    seed = data.draw(st.integers(0, 1000))

    def split(frame: pl.DataFrame) -> list[pl.DataFrame]:
        piece = pl.Series([of_customer[index % 31] for index in range(frame.height)])
        return [frame.filter(piece == one) for one in range(pieces)]

    cells = pl.concat([sums(one) for one in split(customers)]).sample(fraction=1, shuffle=True, seed=seed)
    parts = pl.concat([shares(one) for one in split(bearing)]).sample(fraction=1, shuffle=True, seed=seed)
    whole, added = (sums(customers), shares(bearing)), (cells, parts)
    assert statistics_of(*added, BANDS, 10, SLOTS) == statistics_of(*whole, BANDS, 10, SLOTS)
    assert walks(cells, BANDS, 10) == walks(whole[0], BANDS, 10)


def test_sums_larger_than_64_bits_stay_exact() -> None:
    cells = sums(walking()).with_columns(pl.exclude("product", "place", "cell", "band").cast(pl.Int128) * 10**9)
    made = found(cells)
    assert made["matched/price/60+/p"].estimate == "9.999"
    assert made["raw/p"].means[0].n == 40 * 10**9
    assert made["gradient/price/p"].estimate == found(sums(walking()))["gradient/price/p"].estimate


@pytest.mark.parametrize(
    "value, text",
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1e-9, "0"),
        (-1e-7, "0"),
        (12.34567, "12.35"),
        (-0.0123456, "-0.01235"),
        (123456.7, "123500"),
        (1.0, "1.000"),
        (9999.6, "10000"),
        (0.00001234, "0.000012"),
    ],
)
def test_numbers_have_four_digits(value: float, text: str) -> None:
    assert entries.number(value) == text
    assert Statistic(id="x", kind="raw", estimate=text).estimate == text


def test_bands_are_called_by_their_months() -> None:
    assert [bands.in_words(bands.months((1, 2, 12), index)) for index in range(3)] == [
        "1 month",
        "2 to 11 months",
        "12 months and more",
    ]
    assert [bands.short(bands.months((1, 2, 12), index)) for index in range(3)] == ["1-1", "2-11", "12+"]


@pytest.mark.parametrize(
    "text, said", [("1.2345", "+1.23%"), ("-0.001", "0.00%"), ("-12.34", "−12.3%"), ("1234", "+1,234%")]
)
def test_percentages_are_said_with_their_sign(text: str, said: str) -> None:
    assert sentences.signed(text) == said
