"""Statistics from sums against the same from rows, by somebody else's code."""

from __future__ import annotations

from fractions import Fraction
from math import exp, fsum, log, sqrt

import numpy as np
import polars as pl
import pytest

from fairoffer.book import discovery, likeness, student
from fairoffer.book.likeness import Compared, Measure
from fairoffer.book.pooled import pooled
from fairoffer.book.statistics import statistics_of
from tests.book.statistics_books import BANDS, Market, bearers, book, logs, nobody, shares, sums

linear_model = pytest.importorskip("statsmodels.regression.linear_model")
multitest = pytest.importorskip("statsmodels.stats.multitest")
stats = pytest.importorskip("scipy.stats")

MARKETS = [
    Market(cells=12, customers=6, walk=0.01),
    Market(cells=25, customers=20, uneven=1.2, walk=0.02, walk_sd=0.03),
    Market(cells=40, customers=8, uneven=0.3, walk=-0.01, mix=0.2),
]
CLOSE = 1e-9


def design(rows: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Tenure beside a column for every cell, and the number of the cell of each customer."""
    cell = rows["cell"].cast(pl.Categorical).to_physical().rank("dense").cast(pl.Int64).to_numpy() - 1
    return np.column_stack([rows["tenure"].to_numpy(), np.eye(cell.max() + 1)[cell]]), cell


def scores(compared: Compared) -> tuple[float, np.ndarray, float]:
    """The estimate, each cell's score, and the sum of their bottoms."""
    tops, bottoms = np.array(compared.tops), np.array(compared.bottoms)
    value = tops.sum() / bottoms.sum()
    return value, tops - value * bottoms, bottoms.sum()


@pytest.mark.parametrize("measure, column", [("price", "y"), ("comparator", "z")])
@pytest.mark.parametrize("market", MARKETS)
class TestSlopes:
    def test_the_slope_and_its_cluster_robust_error_are_those_of_a_regression_on_rows(
        self, market: Market, measure: Measure, column: str
    ) -> None:
        rows = logs(book(market, np.random.default_rng(1)))
        x, cell = design(rows)
        fit = linear_model.OLS(rows[column].to_numpy().astype(float), x).fit(
            cov_type="cluster", cov_kwds={"groups": cell, "use_correction": False}
        )
        compared = likeness.compared(likeness.slopes(likeness.tidy(sums(rows)), measure))
        value, own, whole = scores(compared)
        assert value == pytest.approx(fit.params[0], rel=CLOSE)
        assert sqrt((own**2).sum()) / whole == pytest.approx(fit.bse[0], rel=1e-7)

    def test_the_interval_is_that_of_regressions_without_each_cell(
        self, market: Market, measure: Measure, column: str
    ) -> None:
        rows = logs(book(market, np.random.default_rng(2)))
        compared = likeness.compared(likeness.slopes(likeness.tidy(sums(rows)), measure))
        telling = rows.group_by("cell").agg(pl.col("tenure").n_unique() > 1).filter("tenure")["cell"].to_list()
        rows = rows.filter(pl.col("cell").is_in(telling))
        x, cell = design(rows)
        y = rows[column].to_numpy().astype(float)
        without = []
        for left in range(cell.max() + 1):
            kept = cell != left
            columns = [0, *(1 + other for other in range(cell.max() + 1) if other != left)]
            without.append(linear_model.OLS(y[kept], x[kept][:, columns]).fit().params[0])
        whole = linear_model.OLS(y, x).fit().params[0]
        spread = (len(without) - 1) / len(without) * sum((one - whole) ** 2 for one in without)
        found = pooled(compared.tops, compared.bottoms)
        assert found is not None
        assert found.groups == len(telling)
        assert found.error == pytest.approx(sqrt(spread), rel=1e-6)

    def test_the_gap_is_a_weighted_regression_on_a_constant(
        self, market: Market, measure: Measure, column: str
    ) -> None:
        rows = logs(book(market, np.random.default_rng(3)))
        means = rows.group_by("cell", "band").agg(pl.col(column).mean(), n=pl.len())
        met = means.filter(pl.col("band") == 2).join(means.filter(pl.col("band") == 0), on="cell", suffix="_first")
        gap = (met[column] - met[f"{column}_first"]).to_numpy()
        fit = linear_model.WLS(gap, np.ones(len(gap)), weights=met["n"].to_numpy()).fit(cov_type="HC0")
        compared = likeness.compared(likeness.gaps(likeness.tidy(sums(rows)), measure, 2, {"p0": 0}))
        value, own, whole = scores(compared)
        assert value == pytest.approx(fit.params[0], rel=CLOSE)
        assert sqrt((own**2).sum()) / whole == pytest.approx(fit.bse[0], rel=CLOSE)
        assert (compared.n, len(compared.tops)) == (met["n"].sum(), met.height)
        assert compared.of == rows.filter(pl.col("band") == 2).height


def test_what_is_shown_is_the_regression_in_percent_a_year() -> None:
    rows = logs(book(MARKETS[1], np.random.default_rng(1)))
    x, _ = design(rows)
    slope = linear_model.OLS(rows["y"].to_numpy().astype(float), x).fit().params[0]
    entries = {entry.id: entry for entry in statistics_of(sums(rows), nobody(), BANDS, 10, {})}
    shown = float(entries["gradient/price/p0"].estimate or "nan")
    assert shown == pytest.approx(100 * (exp(12 * slope / 10_000) - 1), rel=5e-4)


def test_where_cells_weigh_the_same_the_error_is_the_clustered_one_with_its_correction() -> None:
    rng = np.random.default_rng(5)
    tops, weight = rng.normal(size=23), 7.0
    fit = linear_model.OLS(tops / weight, np.ones(23)).fit(
        cov_type="cluster", cov_kwds={"groups": np.arange(23), "use_correction": True}
    )
    found = pooled(tops.tolist(), [weight] * 23)
    assert found is not None
    # With a constant alone the correction of statsmodels is G / (G - 1), that of HC1.
    assert found.error == pytest.approx(fit.bse[0], rel=CLOSE)
    assert found.freedom == pytest.approx(22, rel=CLOSE)
    low, high = found.between()
    assert (low, high) == pytest.approx(
        (found.value - stats.t.ppf(0.975, 22) * fit.bse[0], found.value + stats.t.ppf(0.975, 22) * fit.bse[0])
    )


@pytest.mark.parametrize("freedom", [0.5, 1.0, 2.7, 9.0, 31.0, 400.5, 1e6])
def test_student_is_students(freedom: float) -> None:
    for t in (0.0, 1e-6, 0.3, 1.0, 1.96, 4.0, 40.0, 1e4):
        assert student.two_sided(t, freedom) == pytest.approx(2 * stats.t.sf(t, freedom), rel=1e-7, abs=1e-290)
        assert student.two_sided(-t, freedom) == student.two_sided(t, freedom)
    for outside in (0.9, 0.05, 0.001, 1e-7):
        assert student.quantile(outside, freedom) == pytest.approx(stats.t.isf(outside / 2, freedom), rel=1e-8)


def test_false_discovery_is_benjamini_and_hochbergs() -> None:
    rng = np.random.default_rng(6)
    for size in (1, 2, 7, 60):
        chances = [*(rng.random(size) ** 3), 0.5, 0.5, 0.0, 1.0]
        theirs = multitest.multipletests(chances, alpha=0.05, method="fdr_bh")
        assert discovery.adjusted(chances) == pytest.approx(theirs[1].tolist(), rel=1e-12)
        assert discovery.outside(chances) == pytest.approx(0.05 * max(1, theirs[0].sum()) / len(chances))
    assert discovery.adjusted([]) == []
    assert discovery.outside([]) == 0.05


def test_ratios_of_the_vulnerable_are_those_of_the_rows_without_each_bucket() -> None:
    rows = bearers(np.random.default_rng(7), 3_000, loss=1.4, older=0.5).with_columns(product=pl.lit("p"))
    made = statistics_of(
        sums(book(MARKETS[0], np.random.default_rng(1))), shares(rows), BANDS, 10, {0: ("a", "b", "c")}
    )
    entries = {entry.measure: entry for entry in made if entry.kind == "vulnerable"}
    for measure, ratio in (("money per customer", plain), ("money per customer, same tenures", alike)):
        whole = log(ratio(rows))
        without = [log(ratio(rows.filter(pl.col("bucket") != bucket))) for bucket in range(32)]
        middle = fsum(without) / 32
        error = sqrt(31 / 32 * fsum((one - middle) ** 2 for one in without))
        reach = stats.t.ppf(0.975, 31) * error
        entry = entries[measure]
        ends = [float(end or "nan") for end in (entry.low, entry.estimate, entry.high)]
        assert ends == pytest.approx([exp(whole - reach), exp(whole), exp(whole + reach)], rel=5e-4)
        assert float(entry.p or "nan") == pytest.approx(2 * stats.t.sf(abs(whole / error), 31), rel=5e-4, abs=1e-6)


def mean(rows: pl.DataFrame, vulnerable: int) -> Fraction:
    own = rows.filter(pl.col("vulnerable") == vulnerable)["gap"]
    return Fraction(int(own.sum()), len(own))


def plain(rows: pl.DataFrame) -> Fraction:
    return mean(rows, 1) / mean(rows, 0)


def alike(rows: pl.DataFrame) -> Fraction:
    bands = [own for _, own in rows.group_by("band")]
    sides = [sum(own.height * mean(own, side) for own in bands) for side in (1, 0)]
    return Fraction(sides[0]) / Fraction(sides[1])
