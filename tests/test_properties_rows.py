"""What must hold of any audit of rows, whatever the numbers."""

from __future__ import annotations

import os
import random
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from tests.engine import SOAK
from tests.engine_rows import key_of, row_findings, run_rows, told
from tests.strategies_rows import GROUPS, PAIRS, RowAudit, row_audits, table_audits

some = settings(
    max_examples=2000 if SOAK else int(os.environ.get("FAIROFFER_EXAMPLES", "60")),
    deadline=None,
    derandomize=not SOAK,
    phases=[phase for phase in Phase if SOAK or phase not in (Phase.shrink, Phase.explain)],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
Row = dict[str, Any]
CASH = {"kind": "cash", "value": "7", "cash_equivalent": "true"}


def each_row(drawn: RowAudit, change: Any) -> RowAudit:
    """The same audit with every row changed."""
    return drawn.but(book=None if drawn.book is None else [change(row) for row in drawn.book])


def comparator(drawn: RowAudit) -> str:
    """The basis that the policy compares with."""
    return str(drawn.policy["compare"]["with"])


def each_quote(drawn: RowAudit, basis: str, change: Any) -> RowAudit:
    """The same audit with every quote of a basis changed (a list of quotes comes back)."""

    def changed(row: Row) -> Row:
        if "quotes" not in row:
            return row
        quotes = [one for q in row["quotes"] for one in (change(q) if q["basis"] == basis else [q])]
        return {**row, "quotes": quotes}

    return each_row(drawn, changed)


def one_comparator(drawn: RowAudit) -> RowAudit:
    """The same audit with the policy's comparator in every rule."""
    rules = [{name: value for name, value in rule.items() if name != "compare"} for rule in drawn.policy["rules"]]
    return drawn.but(policy={**drawn.policy, "rules": rules})


def said(drawn: RowAudit) -> list[tuple[Any, ...]]:
    """All comparisons, in an order of their own."""
    names = ("id", "outcome", "reason", "gap", "existing", "comparator", "customers")
    return sorted((key_of(row), *(str(row[name]) for name in names)) for row in told(run_rows(drawn)))


def outcomes(drawn: RowAudit) -> dict[str, tuple[str, Decimal | None]]:
    """Outcome and gap by id."""
    rows = told(run_rows(drawn))
    return {row["id"]: (row["outcome"], None if row["gap"] is None else Decimal(row["gap"])) for row in rows}


@some
@given(row_audits(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_quotes_changes_nothing(drawn: RowAudit, chance: random.Random) -> None:
    def shuffled(listed: list[Any]) -> list[Any]:
        return chance.sample(listed, len(listed))

    def mixed(row: Row) -> Row:
        return {**row, "quotes": shuffled(row["quotes"])} if "quotes" in row else row

    other = each_row(drawn, mixed)
    other = other.but(book=None if other.book is None else shuffled(other.book))
    assert said(drawn) == said(other)


@some
@given(table_audits(), st.randoms(use_true_random=False))
def test_the_order_of_notices_and_records_changes_nothing(drawn: RowAudit, chance: random.Random) -> None:
    def shuffled(listed: list[Any] | None) -> list[Any] | None:
        return None if listed is None else chance.sample(listed, len(listed))

    other = drawn.but(book=shuffled(drawn.book), notices=shuffled(drawn.notices), records=shuffled(drawn.records))
    assert said(drawn) == said(other)


@some
@given(row_audits(), st.sampled_from(["money", "percent", "points", "amount"]))
def test_a_larger_tolerance_only_removes_findings(drawn: RowAudit, kind: str) -> None:
    found = [set(row_findings(drawn.with_rules(tolerance={kind: size}))) for size in ("0", "0.01", "1", "60")]
    assert found[0] >= found[1] >= found[2] >= found[3]


@some
@given(row_audits(checks=("default-gap", "reach-gap")))
def test_a_dearer_comparator_adds_no_finding(drawn: RowAudit) -> None:
    def dearer(quote: Row) -> list[Row]:
        return [{**quote, "price": str(Decimal(quote["price"]) + 50)} if "price" in quote else quote]

    drawn = one_comparator(drawn)
    assume(comparator(drawn) not in ("best-open", "own-previous"))
    before, after = row_findings(drawn), row_findings(each_quote(drawn, comparator(drawn), dearer))
    assert set(after) <= set(before)


@some
@given(row_audits(checks=("default-gap", "reach-gap", "term-gap", "component-gap", "price-walk", "concentration")))
def test_one_more_quote_that_is_dearer_adds_no_finding(drawn: RowAudit) -> None:
    def with_dearer(quote: Row) -> list[Row]:
        if "price" not in quote:
            return [quote]
        return [quote, {**quote, "price": str(Decimal(quote["price"]) + 50)}]

    drawn = one_comparator(drawn)
    assume(comparator(drawn) != "best-open")
    before, after = row_findings(drawn), row_findings(each_quote(drawn, comparator(drawn), with_dearer))
    assert set(after) <= set(before)


@some
@given(row_audits(checks=("default-gap",)))
def test_cash_for_the_comparator_never_lowers_a_gap(drawn: RowAudit) -> None:
    def with_cash(quote: Row) -> list[Row]:
        return [{**quote, "incentives": [*quote.get("incentives", []), CASH]}]

    drawn = one_comparator(drawn)
    before, after = outcomes(drawn), outcomes(each_quote(drawn, comparator(drawn), with_cash))
    assert set(before) == set(after)
    for id_, (outcome, gap) in before.items():
        later, larger = after[id_]
        if outcome not in ("pass", "not-assessable", "out-of-scope"):
            assert later != "pass", id_
        if outcome == later and gap is not None:
            assert larger is not None
            assert larger >= gap, id_


@some
@given(row_audits(checks=(*PAIRS, "uniform-rate")), st.integers(1, 20))
def test_averages_never_cure(drawn: RowAudit, number: int) -> None:
    def better_off(row: Row, at: int) -> Row:
        """One like them whose price is next to nothing, and whose count is large."""
        found = {**row, "customer": f"lucky-{row['customer']}-{at}", "count": "1000"}
        return {**found, "price": "0.01"} if "price" in found else found

    assume(drawn.book)
    more = [better_off(row, at) for row in drawn.book or [] for at in range(number)]
    before, after = row_findings(drawn), row_findings(drawn.but(book=[*(drawn.book or []), *more]))
    assert set(before) <= set(after)
    assert all(after[id_].gap == finding.gap for id_, finding in before.items() if finding.customer is not None)


@some
@given(row_audits(checks=PAIRS), st.data())
def test_a_row_is_judged_as_if_it_were_alone(drawn: RowAudit, data: Any) -> None:
    assume(drawn.book)
    alone = data.draw(st.sampled_from(drawn.book or []))
    single, every = outcomes(drawn.but(book=[alone])), outcomes(drawn)
    assert single.items() <= every.items()


@some
@given(row_audits(checks=(*PAIRS, "price-walk", "concentration")), st.sampled_from(["absent", "empty", "other"]))
def test_a_missing_comparator_is_never_a_pass(drawn: RowAudit, how: str) -> None:
    def without(row: Row) -> Row:
        found = {name: value for name, value in row.items() if name not in ("quotes", "previous")}
        if how == "empty":
            found["quotes"] = []
        elif how == "other" and "quotes" in row:
            other = "standing-offer" if comparator(drawn) != "standing-offer" else "first-renewal"
            found["quotes"] = [{**quote, "basis": other} for quote in row["quotes"]]
        return found

    drawn = each_row(one_comparator(drawn), without)
    # A rule that compares with what is open to all has a comparator of its own.
    drawn = drawn.but(policy={**drawn.policy, "rules": [{**rule, "compare": {}} for rule in drawn.policy["rules"]]})
    for row in told(run_rows(drawn)):
        assert row["outcome"] in ("not-assessable", "out-of-scope"), row


@some
@given(row_audits())
def test_an_unknown_scope_is_never_out_of_scope(drawn: RowAudit) -> None:
    assume("effective" not in drawn.policy)
    # No row says what it is expected to cost.
    drawn = drawn.with_rules(scope="expected_cost > 0")
    drawn = drawn.but(policy={name: value for name, value in drawn.policy.items() if name != "scope"})
    for row in told(run_rows(drawn)):
        assert row["outcome"] == "not-assessable", row
        assert row["reason"] in ("scope-unknown", "no-data"), row


@some
@given(table_audits())
def test_an_unknown_scope_is_never_out_of_scope_in_tables(drawn: RowAudit) -> None:
    assume("effective" not in drawn.policy)
    drawn = drawn.with_rules(scope="expected_cost > 0")
    drawn = drawn.but(policy={name: value for name, value in drawn.policy.items() if name != "scope"})
    for row in told(run_rows(drawn)):
        assert (row["outcome"], row["reason"] in ("scope-unknown", "no-data")) == ("not-assessable", True), row


@some
@given(st.one_of(row_audits(checks=PAIRS + GROUPS), table_audits()), st.booleans())
def test_ids_are_unique(drawn: RowAudit, twice: bool) -> None:
    if twice and drawn.book:
        # Two contracts of one customer for the same product are two rows.
        drawn = drawn.but(book=[*drawn.book, drawn.book[0]])
    result = run_rows(drawn)
    ids = result.comparisons.id
    assert len(set(ids)) == len(ids)
    findings = [finding.id for finding in result.findings]
    assert len(set(findings)) == len(findings)
    assert set(findings) <= set(ids)


@some
@given(st.one_of(row_audits(), table_audits()))
def test_the_ledger_of_rows_adds_up(drawn: RowAudit) -> None:
    result = run_rows(drawn)
    ledgers = [result.ledger, *(rule for rule in result.ledger.rules)]
    for ledger in ledgers:
        unseen = sum(ledger.not_assessable.values())
        assert ledger.all == ledger.pass_ + ledger.failed + ledger.out_of_scope + unseen
    assert result.ledger.all == len(result.comparisons.id)
    assert result.ledger.failed == len(result.findings)
