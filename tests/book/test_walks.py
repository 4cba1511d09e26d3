"""Prices that do not rise along a line: jumps are found as what they are."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from fairoffer.book.synth_market import AS_OF
from fairoffer.model.inputs import load_inputs
from fairoffer.model.result import Result
from fairoffer.verdict import judge

CATALOG = "fairoffer: catalog/1\nid: small\ncurrency: EUR\nproducts: []\noffers: []\n"
MAPPING = """\
fairoffer: book/1
source: customers.csv
columns:
  customer: id
  product: {value: fibre}
  tenure_months: tenure
  price: price
  per: {value: month}
  like: {region: region}
  quotes: [{basis: new-customer, price: quote}]
"""
POLICY = """\
fairoffer: policy/1
id: own
compare: {with: new-customer, like_for_like: [product]}
rules: [{id: walk, check: price-walk, terms: [core_price], level: house, tolerance: {percent: "7"}}]
"""


def audited(place: Path, share: Callable[[int], float]) -> Result:
    """A book in which a customer of a tenure pays that share of what a new one does."""
    lines = ["id,tenure,price,quote,region"]
    for number in range(6_000):
        tenure, quote = 1 + number * 7 % 96, 1_000 + number * 13 % 500
        noise = number * 31 % 11 - 5
        price = round(quote * share(tenure)) + noise
        lines.append(f"c{number},{tenure},{price / 100:.2f},{quote / 100:.2f},r{number % 40}")
    for name, text in (("catalog.yaml", CATALOG), ("book.yaml", MAPPING), ("policy.yaml", POLICY)):
        (place / name).write_text(text, encoding="utf-8")
    (place / "customers.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return judge(load_inputs(place), AS_OF)


@pytest.mark.parametrize(
    "share",
    [lambda tenure: 1.2 if tenure >= 12 else 1.0, lambda tenure: 1.2 if 12 <= tenure < 60 else 1.0],
    ids=["a discount that ends", "a hump"],
)
def test_a_jump_is_as_large_as_it_is(tmp_path: Path, share: Callable[[int], float]) -> None:
    (found,) = audited(tmp_path, share).findings
    assert found.gap is not None
    assert found.gap_least is not None
    assert found.gap_max is not None
    assert Decimal(found.gap_least) <= 20 <= Decimal(found.gap_max)
    assert abs(Decimal(found.gap) - 20) < Decimal("0.5")
    assert "customers of 1 to 11 months" in found.says


def test_a_rise_along_a_line_is_found_over_its_whole_length(tmp_path: Path) -> None:
    (found,) = audited(tmp_path, lambda tenure: 1 + tenure * 0.0015).findings
    assert found.gap is not None
    assert Decimal(9) < Decimal(found.gap) < Decimal(13)


def test_nothing_is_found_where_nothing_rises(tmp_path: Path) -> None:
    result = audited(tmp_path, lambda tenure: 1.1)
    assert result.findings == []
    assert result.verdict == "passed"
