"""The engine against the oracle: every comparison of drawn audits, and single customers picked out of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests import oracle
from tests.drawing import Audit
from tests.engine import OUTCOMES, SOAK, asked, differences, rows, run
from tests.strategies import audits
from tests.variants import narrowed

many = settings(
    max_examples=2000 if SOAK else 200,
    deadline=None,
    derandomize=not SOAK,
    phases=[phase for phase in Phase if SOAK or phase not in (Phase.shrink, Phase.explain)],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
BY_SEGMENT = ("default-gap", "reach-gap", "must-ask", "no-equivalent")


@many
@given(audits())
def test_the_engine_says_what_the_oracle_says(drawn: Audit) -> None:
    found = differences(run(drawn), asked(drawn))
    assert not found, "\n".join(found)


@many
@given(st.data())
def test_no_single_customer_contradicts_their_comparison(data: Any) -> None:
    drawn = data.draw(audits(segments=True))
    one, place = data.draw(narrowed(drawn))
    comparisons = rows(run(drawn))
    for single in asked(one).comparisons:
        row = comparisons.get(single.key)
        if single.check in BY_SEGMENT and (not place or single.place == place):
            assert row is not None, f"{single.key}: not made, but {single.outcome} for one customer"
            assert_agrees(row, single)


def assert_agrees(row: dict[str, Any], single: oracle.Comparison) -> None:
    """What holds for one customer is not denied by what holds for all."""
    if row["outcome"] == "pass":
        assert single.outcome in ("pass", "out-of-scope"), (row, single)
    if single.outcome not in OUTCOMES:
        assert row["outcome"] == single.outcome or row["reason"] == "audience-unknown", (row, single)
    if row["outcome"] == "out-of-scope":
        assert single.outcome == "out-of-scope", (row, single)
    clear = row["gap"] is not None and single.gap_rounded is not None and single.gap_max is None
    if clear and row["reason"] is None:
        least, most = Decimal(row["gap_least"]), Decimal(row["gap"])
        assert least <= single.gap_rounded <= most, (row, single)
