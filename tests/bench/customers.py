"""A book of any size against a catalog of any size: what `make bench` measures books on.

Prices differ by product, channel and age, and a third of the customers pay more each month that they stay. Of the ten
columns most are what a comparison needs, the others what books also hold.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

PRODUCTS = tuple(f"product-{number}" for number in range(6))
CHANNELS = ("web", "phone", "broker", "shop")
REGIONS = tuple(f"region-{number}" for number in range(12))
METHODS = ("annual", "instalments", "card")
TIERS = ("low", "middle", "high")
AGES = (18, 90)
TENURES = 240
BANDS = (1, 12, 24, 60)
PORTION = ROW_GROUP = 1 << 18
KINDS = (("new", "fixed"), ("any", "fixed"), ("any", "standing"))
"""Audience and kind of offers: each comparator finds some of them."""

ONE_RULE = """\
fairoffer: policy/1
id: one-rule
compare: {with: new-customer, like_for_like: [product, channel, payment_method], months: [12], audiences: [new, any]}
rules:
  - {id: by-default, check: default-gap, terms: [total_cost], level: house}
coverage: {comparisons: "0.5", customers: "0.5"}
"""
TEN = (
    ("r0", "new-customer", "", "0"),
    ("r1", "standing-offer", "", "0"),
    ("r2", "best-open", "vulnerable", "0"),
    ("r3", "new-customer", "tenure_months >= 60", "10"),
    ("r4", "standing-offer", "tenure_months < 24", "5"),
    ("r5", "best-open", "", "0"),
    ("r6", "new-customer", "value_tier = 'low'", "0"),
    ("r7", "standing-offer", "vulnerable", "0"),
    ("r8", "new-customer", "channel = 'web'", "1"),
    ("r9", "best-open", "tenure_months >= 12", "0"),
)
"""Rules: id, comparator, scope and tolerance."""


def ten_rules() -> str:
    """The policy of ten rules over three comparators."""
    lines = [*ONE_RULE.replace("one-rule", "ten-rules").splitlines()[:4]]
    for name, comparator, scope, tolerance in TEN:
        said = f', scope: "{scope}"' if scope else ""
        lines.append(
            f"  - {{id: {name}, check: default-gap, terms: [total_cost], level: house, "
            f'compare: {{with: {comparator}}}, tolerance: {{money: "{tolerance}"}}{said}}}'
        )
    return "\n".join((*lines, 'coverage: {comparisons: "0.5", customers: "0.5"}', ""))


def offers(number: int) -> Iterator[dict[str, object]]:
    """Offers as plain values; the same seed for every number, so that larger catalogs begin as smaller ones."""
    drawn = random.Random(7)
    for index in range(number):
        product = index % len(PRODUCTS)
        low = drawn.choice((18, 18, 18, 25, 40, 60))
        audience, kind = KINDS[index // len(PRODUCTS) % len(KINDS)]
        yield {
            "id": f"offer-{index}",
            "product": PRODUCTS[product],
            "cents": 30_000 + 7_200 * product + drawn.randrange(12_000) // 12 * 12,
            "channels": sorted(drawn.sample(CHANNELS, drawn.randint(1, len(CHANNELS)))),
            "regions": sorted(drawn.sample(REGIONS, drawn.randint(1, len(REGIONS)))),
            "methods": sorted(drawn.sample(METHODS, drawn.randint(1, len(METHODS)))),
            "low": low,
            "high": min(90, low + drawn.choice((20, 40, 90))),
            "audience": audience,
            "kind": kind,
        }


def catalog_text(number: int) -> str:
    """The offers as a catalog."""
    lines = [
        "fairoffer: catalog/1",
        "id: bench",
        "currency: EUR",
        "attributes:",
        f"  channel: {{choice: true, values: [{', '.join(CHANNELS)}]}}",
        f"  payment_method: {{choice: true, values: [{', '.join(METHODS)}]}}",
        f"  region: {{values: [{', '.join(REGIONS)}]}}",
        f"  age: {{type: integer, from: {AGES[0]}, to: {AGES[1]}}}",
        f"value_tiers: [{', '.join(TIERS)}]",
        f"products: [{', '.join(f'{{id: {product}, type: motor}}' for product in PRODUCTS)}]",
        "offers:",
    ]
    for one in offers(number):
        who = (
            f"channel: [{', '.join(one['channels'])}], region: [{', '.join(one['regions'])}], "  # type: ignore[arg-type]
            f"payment_method: [{', '.join(one['methods'])}], age: {{from: {one['low']}, to: {one['high']}}}"  # type: ignore[arg-type]
        )
        lines.append(
            f"  - {{id: {one['id']}, product: {one['product']}, audience: {one['audience']}, kind: {one['kind']}, "
            f'eligibility: {{{who}}}, price: [{{amount: "{int(str(one["cents"])) / 1200:.2f}"}}]}}'
        )
    return "\n".join((*lines, ""))


def book_text(source: Path, *, statistics: bool) -> str:
    """How the columns are to be read."""
    return f"""\
fairoffer: book/1
source: {source}
comparator: catalog
statistics: {str(statistics).lower()}
columns:
  customer: customer
  product: product
  channel: channel
  payment_method: payment_method
  attributes: {{region: region, age: age}}
  tenure_months: tenure_months
  price: price
  per: {{value: year}}
  vulnerable: vulnerable
  value_tier: value_tier
"""


def write_customers(path: Path, rows: int) -> None:
    """The book, portion by portion, so that memory does not grow with it."""

    def source(_: object, __: object, ___: object, ____: object) -> Iterator[pl.DataFrame]:
        for start in range(0, rows, PORTION):
            yield _portion(start, min(rows, start + PORTION))

    made = register_io_source(source, schema=_portion(0, 1).schema)
    made.sink_parquet(path, row_group_size=ROW_GROUP, compression="zstd", compression_level=1, engine="streaming")


def _portion(start: int, stop: int) -> pl.DataFrame:
    row = pl.int_range(start, stop, eager=True, dtype=pl.UInt64).alias("row")

    def drawn(salt: int, below: int) -> pl.Expr:
        mixed = (pl.col("row") + salt * 1_000_003) * 0x9E3779B97F4A7C15
        mixed = (mixed ^ (mixed // (1 << 29))) * 0xBF58476D1CE4E5B9
        return (mixed // (1 << 40) % below).cast(pl.Int64)

    def named(values: tuple[str, ...], salt: int) -> pl.Expr:
        return drawn(salt, len(values)).replace_strict(dict(enumerate(values)), return_dtype=pl.String)

    tenure = 1 + drawn(6, TENURES)
    base = 27_000 + 7_200 * drawn(1, len(PRODUCTS)) + 500 * drawn(2, len(CHANNELS)) + 20 * drawn(5, 73)
    cents = base + drawn(8, 4_000) + pl.when(drawn(9, 3) == 0).then(20 * tenure).otherwise(0)
    return row.to_frame().select(
        customer="c" + (pl.col("row") + 10**9).cast(pl.String),
        product=named(PRODUCTS, 1),
        channel=named(CHANNELS, 2),
        region=named(REGIONS, 3),
        payment_method=named(METHODS, 4),
        age=(AGES[0] + drawn(5, 73)).cast(pl.Int32),
        tenure_months=tenure.cast(pl.Int32),
        price=(cents.cast(pl.Decimal(12, 2)) / 100).cast(pl.Decimal(12, 2)),
        vulnerable=drawn(7, 8) == 0,
        value_tier=named(TIERS, 10),
    )
