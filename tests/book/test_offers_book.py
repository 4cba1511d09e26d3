"""A whole book against the offers of its catalog comes to what the same customers come to as segments."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from fairoffer.model.inputs import load_inputs
from fairoffer.model.segments import Segments
from fairoffer.verdict import judge
from tests.book.test_offers import CHANNELS, REGIONS, crowded, segment
from tests.drawing import DAY

COLUMNS: dict[str, Any] = {
    "customer": "id",
    "product": "product",
    "tenure_months": "tenure_months",
    "price": "price",
    "per": "per",
    "channel": "channel",
    "like": {"region": "region"},
    "attributes": {"age": "age"},
}
POLICY: dict[str, Any] = {
    "id": "p",
    "version": 1,
    "title": "Stayers pay no more",
    "status": "house",
    "compare": {"with": "new-customer", "like_for_like": ["product", "channel"], "months": ["12"]},
    "rules": [
        {"id": "stayed", "check": "default-gap", "terms": ["cost"], "level": "house"},
        {"id": "best", "check": "reach-gap", "terms": ["cost"], "level": "house"},
        {"id": "gifts", "check": "incentive-gap", "level": "house"},
    ],
}


def customers(rng: random.Random, number: int) -> list[dict[str, Any]]:
    return [
        {
            "product": rng.choice(["p1", "p2", "p3"]),
            "tenure_months": rng.randint(1, 40),
            "channel": rng.choice(CHANNELS),
            "region": rng.choice(REGIONS),
            "age": str(rng.randint(18, 60)),
            "price": rng.choice(["5", "12.5", "18", "19.99", "22", "30", "240"]),
            "per": rng.choice(["month", "year"]),
        }
        for _ in range(number)
    ]


def write(directory: Path, **files: Any) -> Path:
    directory.mkdir()
    for kind, content in files.items():
        made = json.dumps({"fairoffer": f"{kind}/1", **content}, ensure_ascii=False)
        (directory / f"{kind}.yaml").write_text(made, encoding="utf-8")
    return directory


def test_a_book_comes_to_what_its_customers_come_to_as_segments(tmp_path: Path) -> None:
    rng = random.Random(7)
    catalog, rows = crowded(rng, 60, doubts=False), customers(rng, 150)
    mapped = {"source": "rows.parquet", "comparator": "catalog", "k": "1", "columns": COLUMNS}
    book = write(tmp_path / "book", catalog=catalog, policy=POLICY, book=mapped)
    table = [{**row, "id": f"c{at}", "age": int(row["age"])} for at, row in enumerate(rows)]
    pl.DataFrame(table).with_columns(pl.col("price").cast(pl.Decimal(12, 2))).write_parquet(book / "rows.parquet")
    inputs = load_inputs(book)
    listed = Segments.model_validate({"segments": [segment(at, row) for at, row in enumerate(rows)]}).segments
    mine, theirs = judge(inputs, DAY, None), judge(replace(inputs, mapped=None, segments=listed), DAY, None)
    assert mine.totals.by_default == theirs.totals.by_default
    assert mine.totals.unavoidable == theirs.totals.unavoidable
    counts = [
        [(rule.rule, rule.pass_, rule.failed) for rule in result.ledger.rules if rule.failed]
        for result in (mine, theirs)
    ]
    assert counts[0] == counts[1]
    assert len(counts[0]) == 3
