"""What a book is measured against, in processes of their own: `python -m tests.bench.peers floor|one|ten FILE OFFERS`.

`floor` is polars scanning and summing the same columns. `one` and `ten` are DuckDB with the SQL that somebody who knows
it would write for the same numbers: offers become cells once, rows are joined to them, and one pass counts, adds up and
finds quantiles for every group. What they print is held against what fairoffer says.
"""

from __future__ import annotations

import json
import sys

from tests.bench.customers import AGES, BANDS, CHANNELS, METHODS, REGIONS, TEN, offers

COLUMNS = (
    "product",
    "channel",
    "region",
    "payment_method",
    "age",
    "tenure_months",
    "price",
    "vulnerable",
    "value_tier",
)
IS = {
    "new-customer": "o.audience IN ('new', 'any')",
    "standing-offer": "o.kind = 'standing' AND o.audience IN ('new', 'any')",
    "best-open": "o.audience = 'any'",
}
WITH = {name: name.replace("-", "_") for name in IS}
BAND = " ".join(f"WHEN tenure_months < {later} THEN {i}" for i, later in enumerate(BANDS[1:]))
GROUP = f"product, channel, payment_method, CASE {BAND} ELSE {len(BANDS) - 1} END AS band"


def floor(path: str) -> None:
    """Every column read and added up, texts by their length: customers too, whom the book maps."""
    import polars as pl
    import polars.selectors as cs

    table = pl.scan_parquet(path)
    texts = cs.string()
    found = table.select(
        cs.integer().cast(pl.Int64).sum(),
        (cs.boolean() | cs.decimal()).sum(),
        texts.str.len_bytes().cast(pl.Int64).sum(),
    ).collect(engine="streaming")
    print(json.dumps([str(value) for value in found.row(0)]))


def cells() -> str:
    """For each customer that there can be the least cost of each comparator."""
    least = ", ".join(f"min(o.cost) FILTER ({IS[name]}) AS {alias}" for name, alias in WITH.items())
    everyone = " CROSS JOIN ".join(
        f"(SELECT unnest({list(values)}) AS {name})"
        for name, values in (("channel", CHANNELS), ("region", REGIONS), ("payment_method", METHODS))
    )
    ages = f"(SELECT unnest(range({AGES[0]}, {AGES[1] + 1})) AS age)"
    return f"""
        CREATE TABLE cells AS SELECT p.product, c.channel, c.region, c.payment_method, c.age, {least}
        FROM (SELECT DISTINCT product FROM offers) p CROSS JOIN (SELECT * FROM {everyone} CROSS JOIN {ages}) c
        JOIN offers o ON o.product = p.product AND list_contains(o.channels, c.channel)
            AND list_contains(o.regions, c.region) AND list_contains(o.methods, c.payment_method)
            AND c.age BETWEEN o.low AND o.high
        GROUP BY ALL"""


def measured(gap: str, limit: str, scope: str) -> str:
    """The numbers of one rule in every group."""
    inside = f"({scope})" if scope else "true"
    fails = f"({inside} AND {gap} > {limit})"
    return ", ".join(
        (
            f"count(*) FILTER ({inside} AND {gap} IS NOT NULL)",
            f"count(*) FILTER ({inside} AND {gap} IS NULL)",
            f"count(*) FILTER {fails}",
            f"sum({gap}) FILTER ({inside})",
            f"sum({gap}) FILTER {fails}",
            f"sum(price) FILTER {fails}",
            f"min({gap}) FILTER {fails}",
            f"max({gap}) FILTER {fails}",
            f"quantile_disc({gap}, [0.5, 0.9]) FILTER {fails}",
        )
    )


def moments() -> str:
    """Sums within like-for-like cells: tenure, logarithm of the price, and of the price over its comparator."""
    x, y, z = "tenure_months::DOUBLE", "ln(price::DOUBLE)", "ln(price::DOUBLE / new_customer::DOUBLE)"
    squares = ", ".join(f"sum({one} * {two})" for one, two in ((x, x), (y, y), (x, y), (z, z), (x, z)))
    return f"""
        SELECT {GROUP}, count(*), sum({x}), sum({y}), sum({z}), {squares}, sum(price), sum(new_customer),
            count(*) FILTER (vulnerable), sum(price - new_customer) FILTER (vulnerable AND price > new_customer)
        FROM rows GROUP BY ALL"""


def duckdb(path: str, number: int, *, ten: bool) -> None:
    """One rule, or ten with the moments that statistics are made of."""
    import duckdb as db

    link = db.connect()
    link.execute(
        "CREATE TABLE offers(product VARCHAR, cost DECIMAL(12,2), channels VARCHAR[], regions VARCHAR[], "
        "methods VARCHAR[], low INT, high INT, audience VARCHAR, kind VARCHAR)"
    )
    names = ("product", "channels", "regions", "methods", "low", "high", "audience", "kind")
    made = [[*(one[name] for name in names), int(str(one["cents"])) / 100] for one in offers(number)]
    link.executemany(f"INSERT INTO offers({', '.join(names)}, cost) VALUES ({', '.join('?' * 9)})", made)
    link.execute(cells())
    join = "LEFT JOIN cells c USING (product, channel, region, payment_method, age)"
    link.execute(f"CREATE VIEW rows AS SELECT b.*, {', '.join(WITH.values())} FROM '{path}' b {join}")
    rules = TEN if ten else (("by-default", "new-customer", "", "0"),)
    numbers = ", ".join(measured(f"(price - {WITH[name]})", limit, scope) for _, name, scope, limit in rules)
    found = link.sql(f"SELECT {GROUP}, {numbers} FROM rows GROUP BY ALL").fetchall()
    if ten:
        link.sql(moments()).fetchall()
    width = 9
    told = {}
    for at, (rule, *_) in enumerate(rules):
        own = [row[4 + width * at : 4 + width * (at + 1)] for row in found]
        told[rule] = [sum(row[0] for row in own), sum(row[2] for row in own), str(sum(row[4] or 0 for row in own))]
    print(json.dumps(told))


if __name__ == "__main__":
    what, file, *rest = sys.argv[1:]
    if what == "floor":
        floor(file)
    else:
        duckdb(file, int(rest[0]), ten=what == "ten")
