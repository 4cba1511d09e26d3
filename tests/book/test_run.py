"""A book audited whole: what was planted comes back to the ten-thousandth, in any portions, threads and order."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairoffer.book import run as pass_
from fairoffer.book.partials import SCHEMA, merge
from fairoffer.book.row_file import RowFile
from fairoffer.book.run import run
from fairoffer.book.summary import booked
from fairoffer.book.synth_market import AS_OF, Plan
from fairoffer.model.inputs import load_inputs
from fairoffer.model.result import Result
from fairoffer.verdict import judge
from tests.book.books import MAPPING, PLAN, POLICY, opened, synthetic


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthetic(tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="module")
def result(place: Path) -> Result:
    return judge(load_inputs(place), AS_OF)


def planted(place: Path, rule: str) -> dict[str, Any]:
    told = json.loads((place / "planted.json").read_text(encoding="utf-8"))
    return next(one for one in told["rules"] if one["id"] == rule)


@pytest.mark.parametrize("rule", ["by-default", "first-renewal", "within-reach"])
def test_what_was_planted_comes_back(place: Path, result: Result, rule: str) -> None:
    found: dict[tuple[Any, ...], list[Any]] = {}
    for one in result.findings:
        if one.rule == rule and one.book is not None and one.tenure_months is not None:
            key = (one.product, one.place["channel"], one.tenure_months.from_, one.tenure_months.to)
            own = found.setdefault(key, [0, Decimal(0)])
            own[0] += one.book.worse
            own[1] += Decimal(one.book.gross or 0)
    told = {
        (one["product"], one["channel"], one["tenure_months"]["from"], one["tenure_months"]["to"]): one
        for one in planted(place, rule)["groups"]
    }
    assert found
    for key, (worse, gross) in found.items():
        assert worse <= told[key]["worse"]
        assert gross <= Decimal(told[key]["gross"])
    small = [f for f in result.findings if f.rule == rule and f.tenure_months is None]
    assert sum(own[0] for own in found.values()) + sum(f.book.worse for f in small if f.book) == sum(
        one["worse"] for one in told.values()
    )
    assert sum(own[1] for own in found.values()) + sum(Decimal(f.book.gross or 0) for f in small if f.book) == sum(
        Decimal(one["gross"]) for one in told.values()
    )


def test_every_customer_once_in_the_money(place: Path, result: Result) -> None:
    told = planted(place, "by-default")
    assert Decimal(result.totals.by_default.gross or 0) == Decimal(told["gross"])
    assert Decimal(result.totals.by_default.net or 0) == Decimal(told["net"])
    reach = planted(place, "within-reach")
    assert Decimal(result.totals.unavoidable.gross or 0) == Decimal(reach["gross"])
    assert result.totals.customers == told["worse"]
    assert result.totals.customers_basis == "exact"


def test_the_ledger_counts_rows_and_adds_up(result: Result) -> None:
    for line in result.ledger.rules:
        assert line.all == line.pass_ + line.failed + line.out_of_scope + sum(line.not_assessable.values())
        if line.rule in ("by-default", "first-renewal", "within-reach"):
            assert line.all == PLAN.rows
    columns = result.comparisons
    assert sum(columns.rows) == result.ledger.all
    assert len(set(columns.id)) == len(columns.id)


def test_findings_are_groups_with_their_numbers(result: Result) -> None:
    found = [one for one in result.findings if one.check == "default-gap"]
    assert found
    for one in found:
        assert one.book is not None
        numbers = one.book
        assert 0 < numbers.worse <= numbers.n
        assert numbers.n >= 10 or numbers.merged
        sizes = [Decimal(size or 0) for size in (one.gap_least, numbers.p50, numbers.p90, numbers.max)]
        assert sizes == sorted(sizes)
        assert abs(Decimal(numbers.mean or 0) * numbers.worse - Decimal(numbers.gross or 0)) <= numbers.worse
        assert Decimal(numbers.net or 0) <= Decimal(numbers.gross or 0)
        assert one.customers == numbers.worse
        assert one.customer is None


@pytest.fixture(scope="module")
def whole(place: Path) -> pl.DataFrame:
    _, _, book = opened(place)
    return book.partials(pl.read_parquet(place / "customers.parquet"))


def test_partials_have_one_schema_and_are_sorted(whole: pl.DataFrame) -> None:
    assert whole.schema == SCHEMA
    assert merge(whole).equals(whole)


@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_split_in_any_order_merges_to_the_same_bytes(data: st.DataObject, place: Path, whole: pl.DataFrame) -> None:
    """All but the numbers of rows that cannot be read, which are those of the shard; the sound book has none."""
    _, _, book = opened(place)
    table = pl.read_parquet(place / "customers.parquet")
    cuts = sorted(data.draw(st.sets(st.integers(1, table.height - 1), max_size=5)))
    edges = [0, *cuts, table.height]
    parts = [book.partials(table[start:stop], start + 1) for start, stop in pairwise(edges)]
    data.draw(st.randoms(use_true_random=False)).shuffle(parts)
    left = merge([merge(parts[: len(parts) // 2]), *parts[len(parts) // 2 :]])
    assert left.equals(whole)
    shuffled = table.sample(fraction=1, shuffle=True, seed=data.draw(st.integers(0, 9)))
    assert book.partials(shuffled).equals(whole)


def test_threads_and_portions_change_nothing(place: Path, whole: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    for workers, portion in ((1, 1 << 18), (2, 1_000), (5, 333)):
        monkeypatch.setattr(pass_, "PORTION", portion)
        _, _, book = opened(place)
        assert run(book, workers=workers).merged.equals(whole)


def test_shards_give_the_result_of_the_whole(place: Path) -> None:
    inputs, shelf, book = opened(place)
    table = pl.read_parquet(place / "customers.parquet")
    parts = [book.partials(table[start : start + 1_500], start + 1) for start in range(0, table.height, 1_500)]
    from fairoffer.audit.bind import bind

    rules = bind(inputs, AS_OF)
    one = booked(book, shelf, rules, merge(parts))
    two = booked(book, shelf, rules, run(book).merged)
    assert one.comparisons == two.comparisons
    assert one.bodies == two.bodies
    assert one.statistics == two.statistics


def test_the_result_is_the_same_bytes_whatever_the_order(tmp_path: Path, place: Path, result: Result) -> None:
    other = synthetic(tmp_path)
    table = pl.read_parquet(other / "customers.parquet")
    rows = list(range(table.height))
    random.Random(5).shuffle(rows)
    table[rows].write_parquet(other / "customers.parquet", row_group_size=700)
    again = judge(load_inputs(other), AS_OF)
    assert again.model_copy(update={"inputs": []}).to_json() == result.model_copy(update={"inputs": []}).to_json()


def test_broken_rows_are_counted_with_their_reasons(tmp_path: Path) -> None:
    plan = replace(PLAN, rows=20_000, broken=1 << 26)
    place = synthetic(tmp_path, plan)
    kinds = json.loads((place / "planted.json").read_text(encoding="utf-8"))["broken"]["kinds"]
    assert min(kinds.values()) > 10
    result = judge(load_inputs(place), AS_OF)
    line = next(one for one in result.ledger.rules if one.rule == "by-default")
    unread = kinds["negative-price"] + kinds["unknown-channel"] + kinds["other-currency"] + kinds["future-date"]
    assert line.not_assessable == {
        "missing-value": kinds["null-price"],
        "no-comparator": kinds["null-quotes"],
        "unreadable": unread,
    }
    told = planted(place, "by-default")
    assert (line.pass_ + line.failed, line.failed) == (told["customers"], told["worse"])
    assert result.book is not None
    counts = {one.path: one.count for one in result.book.unread}
    assert counts == {
        "price": kinds["negative-price"],
        "channel": kinds["unknown-channel"],
        "currency": kinds["other-currency"],
        "on": kinds["future-date"],
    }
    assert all(len(one.rows) == 5 for one in result.book.unread)
    assert Decimal(result.totals.by_default.gross or 0) == Decimal(told["gross"])


def test_repeated_customers_are_counted(tmp_path: Path) -> None:
    place = synthetic(tmp_path)
    table = pl.read_parquet(place / "customers.parquet")
    pl.concat([table, table[:37], table[:5]]).write_parquet(place / "customers.parquet")
    book = judge(load_inputs(place), AS_OF).book
    assert book is not None
    assert (book.duplicates, book.unique_by, book.rows) == (42, "customer", PLAN.rows + 42)


def test_a_row_for_several_customers_counts_as_often(tmp_path: Path) -> None:
    one = synthetic(tmp_path / "one", policy=POLICY)
    counting = MAPPING.replace("  product: product\n", "  product: product\n  count: count\n")
    two = synthetic(tmp_path / "two", mapping=counting)
    table = pl.read_parquet(one / "customers.parquet")
    pl.concat([table, table]).write_parquet(one / "customers.parquet")
    table.with_columns(count=pl.lit(2)).write_parquet(two / "customers.parquet")
    twice, counted = (judge(load_inputs(place), AS_OF) for place in (one, two))
    assert counted.totals.by_default == twice.totals.by_default
    assert counted.totals.customers == twice.totals.customers
    assert [f.book for f in counted.findings] == [f.book for f in twice.findings]
    assert 2 * counted.ledger.rules[0].all == twice.ledger.rules[0].all


def test_without_a_penalty_there_is_nothing_to_find(tmp_path: Path) -> None:
    place = synthetic(tmp_path, Plan(rows=20_000, seed=9, penalty="none"))
    result = judge(load_inputs(place), AS_OF)
    assert [f for f in result.findings if f.level == "house"] == []
    assert result.totals.by_default.gross == "0.00"
    assert not [one for one in result.statistics if one.stands and one.kind in ("gradient", "matched")]


def test_who_has_just_joined_is_out_of_scope_and_no_row_is_misnumbered(tmp_path: Path) -> None:
    place = synthetic(tmp_path)
    table = pl.read_parquet(place / "customers.parquet")
    new = pl.when(pl.int_range(pl.len()) % 10 == 3).then(0).otherwise("tenure_months")
    table = table.with_columns(new.cast(table.schema["tenure_months"]).alias("tenure_months"))
    table.write_parquet(place / "customers.parquet")
    with RowFile(tmp_path / "rows.parquet", None, clear_ids=True) as file:
        result = judge(load_inputs(place), AS_OF, rows=file)
        file.finish()
    line = next(one for one in result.ledger.rules if one.rule == "by-default")
    # Who is renewed has stayed: of them no months are known.
    joined = table.filter((pl.col("tenure_months") == 0) & (pl.col("event") != "renewal")).height
    assert joined > 100
    assert (line.all, line.out_of_scope) == (PLAN.rows, joined)
    assert result.book is not None
    assert (result.book.just_joined, result.book.rows) == (joined, PLAN.rows)
    rows = pl.read_parquet(tmp_path / "rows.parquet").filter(pl.col("rule") == "by-default")
    assert rows.height == line.failed
    named = table.with_row_index("row", offset=1).select(pl.col("row").cast(pl.Int64), theirs="customer")
    assert rows.join(named, on="row").select((pl.col("customer") == pl.col("theirs")).all()).item()


def waived(place: Path, result: Result, entries: str) -> Result:
    """The same with waivers."""
    (place / "waivers.yaml").write_text(f"fairoffer: waivers/1\nwaivers:\n{entries}", encoding="utf-8")
    return judge(load_inputs(place), AS_OF)


def test_waived_findings_leave_the_money_of_customers_who_are_in_no_other(tmp_path: Path) -> None:
    policy = POLICY.split("  - {id: walk")[0] + 'coverage: {comparisons: "0.9", customers: "0.9"}\n'
    place = synthetic(tmp_path, policy=policy)
    plain = judge(load_inputs(place), AS_OF)
    only = (
        "{rule: %s, match: {product: fibre-100}, reason: an error of the shop that is being mended, kind: data-defect, "
    )
    only += "owner: Ann Example, approved_by: Bob Example, created: 2026-11-01, expires: 2026-12-31, "
    only += "cap: {customers: 100000}}"
    one = waived(place, plain, f"  - {only % 'by-default'}\n")
    assert one.totals.by_default.gross_with_waived == plain.totals.by_default.gross
    # They fail the other rule of the same kind as well, so their money stays.
    assert one.totals.customers == plain.totals.customers
    rules = ("by-default", "first-renewal", "within-reach")
    all_ = waived(place, plain, "".join(f"  - {only % rule}\n" for rule in rules))
    assert {f.state for f in all_.findings if f.product == "fibre-100"} == {"waived"}
    left = [f for f in plain.findings if f.product != "fibre-100" and f.rule == "by-default"]
    assert all_.totals.customers == sum(f.book.worse for f in left if f.book)
    assert Decimal(all_.totals.by_default.gross or 0) == sum(Decimal(f.book.gross or 0) for f in left if f.book)
    assert all_.totals.by_default.net == plain.totals.by_default.net
    assert sum(line.of_which_waived for line in all_.ledger.rules) == sum(
        f.book.worse for f in plain.findings if f.product == "fibre-100" and f.book
    )


def test_names_of_customers_are_not_read_where_nothing_is_made_of_them(tmp_path: Path, result: Result) -> None:
    mapping = MAPPING.replace("unique: customer\n", "statistics: false\n")
    policy = POLICY.split("  - {id: who-bears")[0]
    place = synthetic(tmp_path, mapping=mapping, policy=policy)
    pl.read_parquet(place / "customers.parquet").with_columns(customer=pl.lit("same")).write_parquet(
        place / "customers.parquet"
    )
    again = judge(load_inputs(place), AS_OF)
    rules = ("by-default", "first-renewal", "within-reach", "walk")
    assert [f.book for f in again.findings] == [f.book for f in result.findings if f.rule in rules]
    assert again.totals.by_default == result.totals.by_default


def test_who_is_renewed_has_stayed_whatever_the_tenure_says(tmp_path: Path) -> None:
    mapping = MAPPING.replace("unique: customer\n", "") + "  renewal_no: renewal_no\n"
    moved = mapping.replace("  renewal_no: renewal_no\n", "").replace(
        "  quotes:", "  renewal_no: renewal_no\n  quotes:"
    )
    place = synthetic(tmp_path, mapping=moved)
    table = pl.read_parquet(place / "customers.parquet").with_columns(tenure_months=pl.lit(0, dtype=pl.Int32))
    table.write_parquet(place / "customers.parquet")
    result = judge(load_inputs(place), AS_OF)
    renewed = table.filter(pl.col("renewal_no") > 0).height
    line = next(one for one in result.ledger.rules if one.rule == "by-default")
    assert 0 < renewed < PLAN.rows
    assert (line.pass_ + line.failed, line.out_of_scope) == (renewed, PLAN.rows - renewed)
    assert line.failed == planted(place, "by-default")["worse"] - sum(
        one["worse"]
        for one in planted(place, "by-default")["groups"]
        if one["product"] in ("fibre-100", "fibre-500", "sim-only")
    )


RATES = """\
fairoffer: policy/1
id: rates
rules: [{id: one-rate, check: uniform-rate, level: house}, {id: gap, check: default-gap, terms: [rate], level: house}]
"""


def test_a_rate_that_cannot_be_read_is_counted_once_and_passes_nothing(tmp_path: Path) -> None:
    head = "fairoffer: catalog/1\nid: bank\ncurrency: EUR\noffers: []\nproducts: "
    (tmp_path / "catalog.yaml").write_text(
        f"{head}[{{id: a, type: savings}}, {{id: b, type: savings}}]\n", encoding="utf-8"
    )
    (tmp_path / "policy.yaml").write_text(RATES, encoding="utf-8")
    (tmp_path / "book.yaml").write_text(
        "fairoffer: book/1\nsource: c.csv\ncolumns:\n  product: product\n  tenure_months: {value: 30}\n  rate: rate\n"
        "  quotes: [{basis: new-customer, rate: new}]\n",
        encoding="utf-8",
    )
    rows = [f"a,{'?' if number % 2 else '1.5'},1.5" for number in range(60)] + ["b,1.5,1.5"] * 60
    (tmp_path / "c.csv").write_text("product,rate,new\n" + "\n".join(rows) + "\n", encoding="utf-8")
    lines = {line.rule: line for line in judge(load_inputs(tmp_path), AS_OF).ledger.rules}
    assert (lines["gap"].all, lines["gap"].not_assessable) == (120, {"unreadable": 30})
    assert (lines["one-rate"].pass_, lines["one-rate"].not_assessable) == (1, {"missing-value": 1})
