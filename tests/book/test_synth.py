"""A synthetic book: the same rows in any portions, and sums that the engine for rows finds again, exactly."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairoffer.book import synth_market as market
from fairoffer.book.synth import BOOK, PLANTED, portions, write_book, write_rows
from fairoffer.book.synth_market import AS_OF, BANDS, BROKEN, CHANNELS, PRODUCTS, Plan, spread, welcome_price
from fairoffer.book.synth_planted import RULES, Planted
from fairoffer.book.synth_rows import QUOTES, SCHEMA, mix, numbers, offset, table
from fairoffer.model.book import BookRow
from fairoffer.model.catalog import Catalog
from fairoffer.model.columns import columns_of
from fairoffer.model.inputs import Inputs, load_inputs
from fairoffer.model.policy import Policy
from fairoffer.verdict import judge
from tests.cli.command import ROOT, Run, fresh

PLAN = Plan(rows=2_000, seed=11)
SIXTEENTH = 1 << 28
"""A sixteenth of all rows, as ``Plan.broken`` counts them."""
LIKE = ["product", "channel", "payment_method", "risk"]
QUOTED = dict(zip(QUOTES, ("new-customer", "first-renewal", "best-open"), strict=True))
ONE_MILLION = """
import sys
from pathlib import Path
from fairoffer.book.synth import write_rows
from fairoffer.book.synth_market import Plan
write_rows(Path(sys.argv[1]), Plan(rows=int(sys.argv[2]), seed=1, broken=429497))
# Of this process alone: what getrusage tells begins with the memory of the one that started it.
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def made(plan: Plan, portion: int = 512) -> pl.DataFrame:
    """The rows of a book, made in portions."""
    return pl.concat([table(plan, frame) for frame in portions(plan, portion)])


def sums(plan: Plan, portion: int = 512) -> dict[str, Any]:
    planted = Planted(plan)
    for frame in portions(plan, portion):
        planted.add(frame)
    return planted.as_json()


def rule_of(told: dict[str, Any], rule: str) -> dict[str, Any]:
    return next(one for one in told["rules"] if one["id"] == rule)


def as_row(row: dict[str, Any]) -> BookRow:
    """A row of the file as the model of a row."""
    quotes = [{"basis": basis, "price": str(row[name])} for name, basis in QUOTED.items()]
    wide = {
        **{name: row[name] for name in SCHEMA if name in BookRow.model_fields and row[name] is not None},
        "price": str(row["price"]),
        "paid": str(row["paid"]),
        "expected_cost": str(row["expected_cost"]),
        "like": {"region": row["like_region"]},
        "contract": {"months": row["contract_months"]},
        "previous": {"price": None if row["previous_price"] is None else str(row["previous_price"])},
        "renewal": {"after_old": row["renewal_after_old"], "notice": row["renewal_notice"]},
        "quotes": quotes,
    }
    return BookRow.model_validate(wide)


def band_of(tenure: int) -> tuple[int, int | None]:
    return next((low, high) for low, high in BANDS if low <= tenure and (high is None or tenure <= high))


def test_the_same_rows_in_any_portions() -> None:
    plan = replace(PLAN, broken=SIXTEENTH)
    whole = made(plan, plan.rows)
    assert whole.schema == SCHEMA
    for portion in (1_999, 700, 97):
        assert made(plan, portion).equals(whole)
        assert sums(plan, portion) == sums(plan, plan.rows)


@given(cuts=st.sets(st.integers(1, 299), max_size=6), seed=st.integers(-(2**70), 2**70))
@settings(max_examples=25, deadline=None)
def test_any_split_gives_the_same_rows(cuts: set[int], seed: int) -> None:
    plan = Plan(rows=300, seed=seed, broken=SIXTEENTH)
    edges = [0, *sorted(cuts), plan.rows]
    parts = [numbers(plan, start, stop) for start, stop in pairwise(edges)]
    assert table(plan, pl.concat(parts)).equals(table(plan, numbers(plan, 0, plan.rows)))
    planted = Planted(plan)
    for part in reversed(parts):
        planted.add(part)
    assert planted.as_json() == sums(plan)


def test_a_row_far_away_costs_no_more_than_the_first() -> None:
    plan = Plan(rows=10**9, seed=5)
    last = table(plan, numbers(plan, plan.rows - 3, plan.rows))
    assert last["customer"].to_list() == ["c1999999998", "c1999999999", "c2000000000"]


def test_a_seed_means_the_same_book_for_ever() -> None:
    text = "\n".join(map(repr, made(replace(PLAN, broken=SIXTEENTH)).rows()))
    assert (
        hashlib.sha256(text.encode()).hexdigest() == "8ed7998ed072f9d1794e2ffc4663ef6c1f9f6369356b1f96bdfab570d6ca0f48"
    )


def test_counters_are_those_of_whole_numbers() -> None:
    """The columns wrap as splitmix64 does; known first numbers of that generator, from 1234567."""
    found = [mix((1234567 + position * 0x9E3779B97F4A7C15) % 2**64) for position in range(3)]
    assert found == [6457827717110365317, 3203168211198807973, 9817491932198370423]
    plan = Plan(rows=50, seed=-3)
    drawn = [mix((row * 0x9E3779B97F4A7C15 + offset(-3, 0)) % 2**64) for row in range(50)]
    assert numbers(plan, 0, 50)["who"].to_list() == drawn
    assert len({offset(seed, stream) for seed in (0, 1, -1, 2**64, 2**64 + 1) for stream in range(4)}) == 20


def test_another_seed_makes_other_customers() -> None:
    assert not made(PLAN).drop("customer").equals(made(replace(PLAN, seed=12)).drop("customer"))


def test_columns_are_those_that_conditions_read() -> None:
    known = columns_of("customers", {}, SCHEMA.names())
    kinds = {pl.Decimal: pl.Decimal(38, 8)}
    assert {name: kinds.get(type(kind), kind) for name, kind in SCHEMA.items()} == {
        name: known[name] for name in SCHEMA
    }


def gaps(rows: pl.DataFrame, rule: str) -> Iterator[tuple[dict[str, Any], Decimal]]:
    """Each row that a rule is about with its gap a year, by plain arithmetic on what the file says."""
    for row in rows.iter_rows(named=True):
        existing, comparator = row["price"], row["quote_new_customer"]
        if rule == "first-renewal":
            comparator = row["quote_first_renewal"]
        elif rule == "within-reach":
            existing = min(existing, row["quote_best_open"])
        elif rule == "renewals":
            insured = row["product_type"] in ("home", "motor")
            if not (insured and row["consumer"] and not row["group_policy"] and row["renewal_after_old"]):
                continue
        yield row, (existing - comparator) * (12 if row["per"] == "month" else 1)


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_planted_sums_are_those_of_plain_loops(rule: str) -> None:
    groups: dict[tuple[Any, ...], list[tuple[bool, Decimal]]] = {}
    for row, gap in gaps(made(PLAN), rule):
        key = (row["product"], row["channel"], *band_of(row["tenure_months"]))
        groups.setdefault(key, []).append((row["vulnerable"], gap))
    told = rule_of(sums(PLAN), rule)
    found = {
        (one["product"], one["channel"], one["tenure_months"]["from"], one["tenure_months"]["to"]): one
        for one in told["groups"]
    }
    assert found.keys() == groups.keys()
    for key, group in groups.items():
        assert measures(found[key]) == added(group)
    assert measures(told) == added([one for group in groups.values() for one in group])


def added(group: list[tuple[bool, Decimal]]) -> tuple[int | str, ...]:
    """Customers, worse off, gross and net, then the first three of the vulnerable alone."""
    every, some = [gap for _, gap in group], [gap for vulnerable, gap in group if vulnerable]
    parts = [(len(own), sum(g > 0 for g in own), f"{sum(g for g in own if g > 0):.4f}") for own in (every, some)]
    return (*parts[0], f"{sum(every):.4f}", *parts[1])


def measures(told: dict[str, Any]) -> tuple[int | str, ...]:
    hurt = told["vulnerable"]
    return (
        *(told[name] for name in ("customers", "worse", "gross", "net")),
        *(hurt[name] for name in ("customers", "worse", "gross")),
    )


def judged(rows: pl.DataFrame, rule: str) -> Any:
    """What the engine for rows makes of the same rows under the rule."""
    known = next(one for one in RULES if one.id == rule)
    policy = {
        "id": "own",
        "compare": {"with": known.compared_with, "like_for_like": LIKE},
        **({"scope": known.scope} if known.scope else {}),
        "rules": [{"id": rule, "check": known.check, "terms": ["core_price"], "level": "house"}],
    }
    catalog = {"id": "synthetic", "currency": market.CURRENCY}
    inputs = Inputs(
        directory=".",
        catalog=Catalog.model_validate(
            {**catalog, "products": [{"id": one.id, "type": one.type} for one in PRODUCTS], "offers": []}
        ),
        segments=None,
        policies=(Policy.model_validate(policy),),
        book=tuple(as_row(row) for row in rows.iter_rows(named=True)),
    )
    return judge(inputs, AS_OF)


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_the_engine_for_rows_finds_what_was_planted(rule: str) -> None:
    rows = made(PLAN)
    times = dict(zip(rows["customer"], (12 if per == "month" else 1 for per in rows["per"]), strict=True))
    columns = judged(rows, rule).comparisons
    told = rule_of(sums(PLAN), rule)
    compared = [
        (times[customer] * Decimal(gap), outcome)
        for customer, gap, outcome in zip(columns.customer, columns.gap, columns.outcome, strict=True)
        if outcome != "out-of-scope"
    ]
    assert len(compared) == told["customers"]
    assert {outcome for _, outcome in compared} == {"pass", "house"}
    assert sum(outcome == "house" for _, outcome in compared) == told["worse"]
    assert f"{sum(gap for gap, _ in compared):.4f}" == told["net"]
    assert f"{sum(gap for gap, _ in compared if gap > 0):.4f}" == told["gross"]


def test_the_engine_adds_up_the_same_money() -> None:
    told = rule_of(sums(PLAN), "by-default")
    money = judged(made(PLAN), "by-default").totals.by_default
    assert (Decimal(money.gross), Decimal(money.net)) == (Decimal(told["gross"]), Decimal(told["net"]))


def test_without_a_penalty_nothing_is_worse() -> None:
    plan = replace(PLAN, penalty="none", broken=SIXTEENTH)
    told = sums(plan)
    assert told["customers_penalised"] == told["customers_who_haggled"] == 0
    assert told["penalty_is"] is None
    for rule in told["rules"]:
        assert (rule["worse"], rule["gross"], rule["net"]) == (0, "0.0000", "0.0000")
    sound = made(replace(plan, broken=0))
    for name in QUOTES:
        assert sound["price"].equals(sound[name])
    assert sound["price"].n_unique() > 500, "prices differ by risk, not by tenure"


def test_the_penalty_grows_with_tenure_for_a_known_part() -> None:
    plan = Plan(rows=60_000, seed=2)
    rows = made(plan, 1 << 14)
    worse = rows.filter(pl.col("price") > pl.col("quote_new_customer"))
    assert len(worse) == sums(plan, 1 << 14)["customers_penalised"]
    rates = worse.select(
        years=pl.col("tenure_months") // 12,
        rate=((pl.col("price") - pl.col("quote_new_customer")) / pl.col("quote_new_customer")).cast(pl.Float64),
    )
    mean = dict(rates.group_by("years").agg(pl.col("rate").mean()).sort("years").iter_rows())
    for years in range(1, 12):
        assert mean[years] == pytest.approx(0.025 * years, abs=0.001)
    assert mean[20] == pytest.approx(0.3, abs=0.001)
    assert 0 not in mean
    told = sums(plan, 1 << 14)["penalty_is"]
    assert (told["more_a_year"], told["at_most"], told["share_of_customers"]["web"]) == ("0.025", "0.3", "0.25")
    stayed = rows.filter((pl.col("tenure_months") > 11) & (pl.col("channel") == "web") & ~pl.col("vulnerable"))
    assert (stayed["price"] > stayed["quote_new_customer"]).mean() == pytest.approx(0.25, abs=0.01)


def test_the_market_is_believable() -> None:
    rows = made(Plan(rows=60_000, seed=3), 1 << 14)
    assert set(rows["product"]) == {one.id for one in PRODUCTS}
    assert set(rows["channel"]) == set(CHANNELS)
    assert rows["tenure_months"].min() == 1
    assert rows["customer"].is_unique().all()
    assert rows["on"].max() <= AS_OF  # type: ignore[operator]
    assert rows["on"].min() > date(AS_OF.year - 1, AS_OF.month, AS_OF.day)  # type: ignore[operator]
    by_band = rows.group_by(pl.col("tenure_months") >= 60).agg(pl.col("vulnerable").mean())
    shares = dict(by_band.iter_rows())
    assert shares[True] > 1.3 * shares[False]
    insured = rows.filter(pl.col("risk").is_not_null())
    assert (insured["tenure_months"] == 12 * insured["renewal_no"]).all()
    by_risk = insured.filter(pl.col("product") == "motor-comprehensive").group_by("risk").agg(pl.col("price").median())
    medians = dict(by_risk.iter_rows())
    assert medians["r12"] > medians["r06"] > medians["r01"]


def test_a_new_customer_of_the_catalog_pays_what_is_quoted(tmp_path: Path) -> None:
    for offers in (24, 600):
        write_book(tmp_path / str(offers), replace(PLAN, offers=offers))
        catalog = load_inputs(tmp_path / str(offers)).catalog
        assert len(catalog.offers) == offers
        rows = pl.read_parquet(tmp_path / str(offers) / BOOK).filter(pl.col("per") == "month")
        quoted = {(p, c): q for p, c, q in rows.select("product", "channel", "quote_new_customer").iter_rows()}
        for (product, channel), price in quoted.items():
            open_to_new = [
                offer.price[0].amount
                for offer in catalog.offers
                if offer.product == product
                and offer.audience in ("new", "any")
                and channel in offer.eligibility.attributes["channel"]
            ]
            assert min(amount for amount in open_to_new if amount is not None) == price
        assert len(quoted) == 12


def test_every_broken_row_is_broken_in_its_way_and_counted() -> None:
    plan = replace(PLAN, rows=6_000, broken=SIXTEENTH)
    rows, sound = made(plan), made(replace(plan, broken=0))
    kinds = sums(plan)["broken"]["kinds"]
    assert set(kinds) == set(BROKEN)
    assert min(kinds.values()) > 20
    found = {
        "null-price": rows["price"].null_count(),
        "null-quotes": rows["quote_best_open"].null_count(),
        "negative-price": (rows["price"] < 0).sum(),
        "unknown-channel": (~rows["channel"].is_in(CHANNELS)).sum(),
        "other-currency": (rows["currency"] != market.CURRENCY).sum(),
        "future-date": (rows["on"] > AS_OF).sum(),
    }
    assert kinds == found
    whole = [rows.row(n) == sound.row(n) for n in range(plan.rows)]
    assert whole.count(False) == sums(plan)["broken"]["rows"] == sum(kinds.values())
    left = rows.filter(pl.Series(whole))
    net = sum(gap for _, gap in gaps(left, "by-default"))
    assert Decimal(rule_of(sums(plan), "by-default")["net"]) == net


def test_the_file_holds_the_rows_in_order(tmp_path: Path) -> None:
    plan = replace(PLAN, broken=SIXTEENTH)
    write_rows(tmp_path / "a.parquet", plan, 64)
    write_rows(tmp_path / "b.parquet", plan)
    assert pl.read_parquet(tmp_path / "a.parquet").equals(made(plan))
    assert pl.read_parquet(tmp_path / "b.parquet").equals(made(plan))
    assert pl.read_parquet_schema(tmp_path / "a.parquet") == SCHEMA


def test_the_page_says_every_column_rule_and_fault() -> None:
    text = (ROOT / "docs" / "synth.md").read_text(encoding="utf-8")
    for name in (*SCHEMA, *BROKEN, *(rule.id for rule in RULES), "penalty_is"):
        assert f"`{name}`" in text, name


def test_sums_as_the_page_shows_them() -> None:
    text = (ROOT / "docs" / "synth.md").read_text(encoding="utf-8")
    shown = json.loads(text.split("```json\n")[1].split("```")[0])
    told = rule_of(sums(Plan(rows=1_000_000, seed=1), 1 << 17), shown["id"])
    assert shown["groups"][0] in told["groups"]
    del shown["groups"]
    assert {**told, **shown} == told
    assert told["like_for_like"] == LIKE


def test_portions_as_the_page_shows_them() -> None:
    text = (ROOT / "docs" / "synth.md").read_text(encoding="utf-8")
    code = text.split("```python\n")[1].split("```")[0]
    shown: dict[str, Any] = {}
    exec(code, shown)
    assert len(shown["rows"]) == 100_000
    assert shown["rows"].schema == SCHEMA


def test_shares_add_up() -> None:
    assert len(spread(market.YEAR_SHARES)) == 1024
    with pytest.raises(ValueError, match="add up to 1023"):
        spread((1000, 23))
    assert welcome_price(PRODUCTS[-1], 0) == PRODUCTS[-1].base - 200


def test_the_command(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "new" / "book"
    done = run("synth", place, "--rows", 300, "--seed", 9, "--broken", "0.1")
    assert (done.code, done.out) == (0, "")
    assert sorted(os.listdir(place)) == ["catalog.yaml", BOOK, PLANTED]
    told = json.loads((place / PLANTED).read_text("utf-8"))
    assert (told["rows"], told["seed"], told["penalty"]) == (300, 9, "walk")
    assert told["broken"]["rows"] > 10
    assert rule_of(told, "by-default")["customers"] == 300 - told["broken"]["rows"]
    before = {name: (place / name).read_bytes() for name in os.listdir(place)}
    again = run("synth", place, "--rows", 300, "--seed", 10)
    assert again.code == 2
    assert "already there; nothing was written (--force overwrites)" in again.err
    assert {name: (place / name).read_bytes() for name in os.listdir(place)} == before
    assert run("synth", place, "--rows", 200, "--seed", 9, "--penalty", "none", "--force").code == 0
    assert len(pl.read_parquet(place / BOOK)) == 200


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "Missing option '--rows'"),
        (("--rows", "0"), "'--rows': 0 is not in the range"),
        (("--rows", "1000000001"), "is not in the range"),
        (("--rows", "many"), "'many' is not a valid integer"),
        (("--rows", "5", "--seed", "1.5"), "'1.5' is not a valid integer"),
        (("--rows", "5", "--broken", "1.01"), "'1.01' is not a share from 0 to 1"),
        (("--rows", "5", "--broken", "-0.1"), "'-0.1' is not a share from 0 to 1"),
        (("--rows", "5", "--broken", "sNaN"), "'sNaN' is not a share"),
        (("--rows", "5", "--broken", "1e-30"), "too small a share"),
        (("--rows", "5", "--offers", "23"), "23 is not in the range 24<=x<=100000"),
        (("--rows", "5", "--penalty", "some"), "'some' is not one of 'walk', 'none'"),
    ],
)
def test_wrong_words(run: Run, tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    done = run("synth", tmp_path / "book", *words)
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert os.listdir(tmp_path) == []


def test_places_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run("synth", tmp_path / "file", "--rows", 5)
    assert (done.code, done.err.strip()) == (2, f"{tmp_path / 'file'}: is not a directory")
    assert run("synth", "", "--rows", 5).code == 2
    (tmp_path / BOOK).mkdir()
    done = run("synth", tmp_path, "--rows", 5, "--force")
    assert done.code == 2
    assert "is a directory; nothing was written" in done.err
    assert sorted(os.listdir(tmp_path)) == [BOOK, "file"]
    assert run("synth", tmp_path / "file" / "below", "--rows", 5).code == 5
    long = run("synth", tmp_path / ("x" * 300), "--rows", 5)
    assert long.code == 5
    assert "cannot be written: File name too long" in long.err
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")
    assert run("synth", tmp_path / "nowhere", "--rows", 5).code == 2


def test_a_book_of_nothing_but_broken_rows(run: Run, tmp_path: Path) -> None:
    assert run("synth", tmp_path, "--rows", 60, "--broken", 1).code == 0
    told = json.loads((tmp_path / PLANTED).read_text("utf-8"))
    assert told["broken"]["rows"] == 60
    assert {rule["customers"] for rule in told["rules"]} == {0}
    assert {rule["net"] for rule in told["rules"]} == {"0.0000"}


def test_a_run_that_fails_leaves_the_old_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_book(tmp_path, replace(PLAN, rows=20))
    before = {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)}

    def stop(plan: Plan) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("fairoffer.book.synth.catalog_text", stop)
    with pytest.raises(KeyboardInterrupt):
        write_book(tmp_path, replace(PLAN, rows=30), force=True)
    assert {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)} == before


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    """A limit on the size of files stands for the end of the disk."""
    full = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)); "
        "from fairoffer.cli.main import main; raise SystemExit(main(sys.argv[1:]))"
    )
    done = fresh("synth", tmp_path / "book", "--rows", "100000", python=("-c", full))
    assert (done.code, done.out) == (5, "")
    assert done.err.strip() == f"{tmp_path / 'book'}: cannot be written: File too large"
    assert os.listdir(tmp_path / "book") == []


@pytest.mark.slow
def test_threads_change_nothing_and_memory_does_not_grow(tmp_path: Path) -> None:
    def peak(rows: int, threads: int) -> int:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "POLARS_MAX_THREADS": str(threads)}
        command = [sys.executable, "-c", ONE_MILLION, str(tmp_path / f"{rows}-{threads}.parquet"), str(rows)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return int(done.stdout)

    small, large = peak(1_000_000, 2), peak(3_000_000, 2)
    assert large < 500_000, "kilobytes"
    assert large < 1.2 * small
    peak(1_000_000, 1)
    one, two = (pl.scan_parquet(tmp_path / f"1000000-{threads}.parquet") for threads in (1, 2))
    for start in range(0, 1_000_000, 250_000):
        assert one.slice(start, 250_000).collect().equals(two.slice(start, 250_000).collect())
