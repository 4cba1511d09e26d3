"""The engine against the oracle on rows: every comparison of drawn books, notices and records."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings

from tests.engine import SOAK
from tests.engine_rows import row_differences
from tests.strategies_rows import RowAudit, row_audits, table_audits

many = settings(
    max_examples=2000 if SOAK else 200,
    deadline=None,
    derandomize=not SOAK,
    phases=[phase for phase in Phase if SOAK or phase not in (Phase.shrink, Phase.explain)],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@many
@given(row_audits())
def test_rows_are_judged_as_the_oracle_judges_them(drawn: RowAudit) -> None:
    found = row_differences(drawn)
    assert not found, "\n".join(found)


@many
@given(table_audits())
def test_conditions_and_dues_are_judged_as_the_oracle_judges_them(drawn: RowAudit) -> None:
    found = row_differences(drawn)
    assert not found, "\n".join(found)
