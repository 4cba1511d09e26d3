"""Groups of a book: none too small to be shown, none with another's name, sums only of what can be added."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairoffer.audit.comparison import Spread
from fairoffer.book.bins import BINS, ERROR, bins_of, edges, quantile
from fairoffer.book.groups import ALL, Group, Name, band_ends, band_name, put_together, spread_of
from fairoffer.book.slots import FAIL, MISSING, OUT, PASS, Slot

K = 10


def group(passing: int, failing: int = 0, unseen: int = 0, outside: int = 0) -> Group:
    counts = Counter({PASS: passing, FAIL: failing, MISSING: unseen, OUT: outside})
    return Group(rows=Counter(counts), customers=+counts)


@pytest.mark.parametrize("size, kept", [(9, False), (10, True), (11, True)])
def test_a_group_stands_alone_from_k_customers_on(size: int, kept: bool) -> None:
    name, other = Name("a", "{}", 0), Name("a", "{}", 1)
    groups, where = put_together({name: group(size), other: group(50)}, K)
    assert (name in groups) is kept
    assert (where[name] == name) is kept
    assert sum(one.compared for one in groups.values()) == size + 50


def test_customers_who_were_not_compared_make_no_group_larger() -> None:
    name, other = Name("a", "{}", 0), Name("a", "{}", 1)
    groups, _ = put_together({name: group(5, 4, unseen=30, outside=300), other: group(50)}, K)
    assert name not in groups


def test_small_groups_of_a_product_are_one_if_they_are_enough() -> None:
    small = {Name("a", '{"channel":"web"}', band): group(3, 1) for band in range(3)}
    groups, where = put_together({**small, Name("b", "", 0): group(90)}, K)
    assert set(groups) == {Name("a", "", ALL), Name("b", "", 0)}
    assert groups[Name("a", "", ALL)].merged == 3
    assert {where[name] for name in small} == {Name("a", "", ALL)}


def test_what_is_left_over_takes_nobodys_name() -> None:
    large, larger, left = Name("a", "", 0), Name("a", "", 1), Name("b", "", 0)
    groups, _ = put_together({large: group(12), larger: group(40), left: group(0, 2)}, K)
    assert set(groups) == {larger, Name("", "", ALL)}
    assert groups[Name("", "", ALL)].customers == Counter({PASS: 12, FAIL: 2})


@given(
    sizes=st.dictionaries(
        st.tuples(st.sampled_from("abc"), st.integers(0, 3)), st.tuples(st.integers(0, 14), st.integers(0, 14))
    )
)
def test_nobody_is_lost_and_no_group_is_small(sizes: dict[tuple[str, int], tuple[int, int]]) -> None:
    given_ = {Name(product, "", band): group(*counts) for (product, band), counts in sizes.items() if sum(counts)}
    groups, where = put_together(given_, K)
    assert set(where) == set(given_)
    for outcome in (PASS, FAIL):
        before = sum(one.customers[outcome] for one in given_.values())
        assert sum(one.customers[outcome] for one in groups.values()) == before
    everybody = sum(one.size for one in given_.values())
    assert all(one.size >= min(K, everybody) for one in groups.values())


def slot() -> Slot:
    return Slot(cast(Any, SimpleNamespace(check=SimpleNamespace(id="default-gap"))), "core_price", 10_000, places=2)


def test_terms_of_unknown_length_are_in_no_sum_of_a_year() -> None:
    own = Group()
    for months, gap, customers in ((1, 20_000, 50), (0, 20_000, 50)):
        own.count(months, FAIL, customers, customers, gap * customers)
        own.widen(months, gap, gap, 10 * gap * customers)
        own.bins[months, int(bins_of(_floats(gap * 12 // (months or 12)))[0])] += customers
    own.count(0, PASS, 1, 1, -10_000)
    spread = spread_of(Spread(101, 100), slot(), own)
    assert (spread.gross, spread.net, spread.counted) == (1200, 1200, 50)
    assert (spread.mean, spread.least, spread.most) == (24, 24, 24)
    assert spread.p50 == spread.p90 == 24


def test_where_no_length_is_known_sums_are_as_they_are() -> None:
    own = Group()
    own.count(0, FAIL, 4, 4, 80_000)
    own.count(0, PASS, 1, 1, -10_000)
    own.widen(0, 10_000, 30_000, 800_000)
    own.bins[0, int(bins_of(_floats(20_000))[0])] += 4
    spread = spread_of(Spread(5, 4), slot(), own)
    assert (spread.gross, spread.net, spread.mean, spread.most) == (8, 7, 2, 3)


def _floats(size: int) -> Any:
    import numpy as np

    return np.array([size], dtype=np.float64)


@given(st.lists(st.integers(1, 2**47), min_size=1, max_size=60), st.sampled_from((Fraction(1, 2), Fraction(9, 10))))
def test_quantiles_are_within_their_error(sizes: list[int], share: Fraction) -> None:
    counts: Counter[int] = Counter()
    for size in sizes:
        counts[int(bins_of(_floats(size))[0])] += 1
    found = quantile(counts, share, Fraction(min(sizes)), Fraction(max(sizes)))
    true = sorted(sizes)[-(-len(sizes) * share.numerator // share.denominator) - 1]
    assert abs(found - true) <= ERROR * true


def test_bins_follow_each_other() -> None:
    ends = [edges(number) for number in range(BINS)]
    assert all(high == later[0] for (_, high), later in pairwise(ends))
    assert ends[0][0] == 1


@pytest.mark.parametrize(
    "band, name, ends",
    [(0, "1-11", (1, 11)), (3, "60+", (60, None)), (-1, "unknown", (1, None)), (ALL, "several", (1, None))],
)
def test_bands_have_names(band: int, name: str, ends: tuple[int, int | None]) -> None:
    assert band_name(band, (1, 12, 24, 60)) == name
    assert band_ends(name) == ends


@pytest.mark.parametrize("size, each", [(10**15, 1), (10**11, 10**8), (10**4, 1)])
def test_sums_beyond_64_bits_do_not_wrap(size: int, each: int) -> None:
    import numpy as np

    from fairoffer.book.grid import Dimension, Grid, Keyed

    rows = 30_000
    grid = Grid("rows", 0, (Dimension("key"),), 1, ends=True)
    codes = np.arange(rows) % 3
    sizes = np.full(rows, size, dtype=np.int64)
    counts = np.full(rows, each, dtype=np.int64)
    for _ in range(4):
        grid.add(Keyed(codes, (Dimension("key"),), (3,)), counts, (sizes,), sizes)
    found = grid.frame().sort("key")
    assert found["s0"].to_list() == [4 * rows // 3 * size * each] * 3
    assert found["customers"].to_list() == [4 * rows // 3 * each] * 3
    assert found["lo"].to_list() == found["hi"].to_list() == [size] * 3
