"""What was once wrong about rows, each as a small case with a policy of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairoffer.cases import run_file

POLICY = """fairoffer: policy/1
id: mine
compare: {{with: {basis}, like_for_like: [{named}]}}
rules:
  - {{id: one, level: house, {rule}}}
"""
CASE = """fairoffer: case/1
name: found
policy: mine.yaml
as_of: 2026-11-21
currency: GBP
{tables}
expect:
{expect}
"""
COST, FEES = "check: default-gap, terms: [total_cost]", "check: component-gap, terms: [fees]"
NEW = "basis: new-customer"

FOUND = [
    pytest.param(
        "check: default-gap, terms: [rate]",
        f"{{customer: a, product_type: personal-loan, rate: '9', quotes: [{{{NEW}, rate: '7'}}]}}",
        "{customer: a, outcome: house, gap: '2'}",
        id="a loan by any name costs its rate",
    ),
    pytest.param(
        "check: default-gap, terms: [rate]",
        f"{{customer: a, rate: '9', quotes: [{{{NEW}, rate: '7'}}]}}",
        "{customer: a, outcome: not-assessable, reason: missing-value}",
        id="a rate of nobody knows what is neither better nor worse",
    ),
    pytest.param(
        COST,
        f"{{customer: a, price: '120', quotes: [{{{NEW}, price: '120', fees: []}}]}}",
        "{customer: a, outcome: not-assessable, reason: missing-value}",
        id="silence about fees is not none where the other side says none",
    ),
    pytest.param(
        COST,
        f"{{customer: a, price: '120', per: year, quotes: [{{{NEW}, price: '120', "
        "incentives: [{kind: card, value: '20', cash_equivalent: true}]}]}",
        "{customer: a, outcome: house, gap: '20.00', per: year}",
        id="what is given once counts whole in a year",
    ),
    pytest.param(
        FEES,
        "{customer: a, fees: [{kind: admin, amount: '5', party: insurer}, {kind: admin, amount: '30', party: broker}],"
        f" quotes: [{{{NEW}, fees: [{{kind: admin, amount: '40', party: insurer}}, {{kind: admin, amount: '10',"
        " party: broker}]}]}",
        "{customer: a, term: fee:admin/broker, outcome: house, gap: '20.00'}\n"
        "  - {rule: one, customer: a, term: fee:admin/insurer, outcome: pass, gap: '-35.00'}",
        id="what one party charges less is no set-off for another",
    ),
    pytest.param(
        COST + ", tolerance: {money: '1', per: month}",
        f"{{customer: a, price: '100', quotes: [{{{NEW}, price: '120'}}]}}, "
        f"{{customer: b, price: '130', quotes: [{{{NEW}, price: '120'}}]}}",
        "{customer: a, outcome: pass}\n  - {rule: one, customer: b, outcome: not-assessable, reason: missing-value}",
        id="a tolerance that cannot be brought to the row still lets a better price pass",
    ),
    pytest.param(
        "check: incentive-gap",
        f"{{customer: a, price: '100', incentives: [], quotes: [{{{NEW}, price: '100', incentives: [{{kind: card,"
        " value: '50', funded: '20', cash_equivalent: true}]}]}",
        "{customer: a, outcome: house, gap: '20.00', gap_max: '50.00'}",
        id="the whole value of a gift that is partly funded",
    ),
    pytest.param(
        "check: price-walk, terms: [total_cost]",
        f"{{customer: a, product: p, tenure_months: 12, price: '90', quotes: [{{{NEW}, price: '100'}}]}}, "
        f"{{customer: b, product: p, tenure_months: 24, price: '99', quotes: [{{{NEW}, price: '100'}}]}}, "
        "{customer: c, product: p, tenure_months: 24, price: '10', quotes: []}",
        "{product: p, outcome: not-assessable, reason: no-comparator}",
        id="a mean that an unseen row could change proves nothing",
    ),
    pytest.param(
        "check: price-walk, terms: [total_cost]",
        f"{{customer: a, product: p, tenure_months: 12, count: 9, price: '80', quotes: [{{{NEW}, price: '100'}}]}}, "
        f"{{customer: b, product: p, tenure_months: 12, price: '90', quotes: [{{{NEW}, price: '100'}}]}}, "
        f"{{customer: c, product: p, tenure_months: 24, price: '91', quotes: [{{{NEW}, price: '100'}}]}}",
        "{product: p, outcome: house, existing: '0.91', comparator: '0.81', gap: '0.1'}",
        id="every customer of a tenure counts in its mean",
    ),
    pytest.param(
        "check: concentration, terms: [total_cost]",
        f"{{customer: a, product: p, price: '110', vulnerable: true, quotes: [{{{NEW}, price: '100'}}]}}, "
        f"{{customer: b, product: p, price: '100', quotes: [{{{NEW}, price: '100'}}]}}",
        "{product: p, outcome: not-assessable, reason: missing-value}",
        id="who does not say is not one who is not vulnerable",
    ),
    pytest.param(
        COST,
        f"{{customer: a, price: '110', channel: phone, channel_moved_by: customer, quotes: [{{{NEW}, price: '100',"
        f" channel: web}}, {{{NEW}, price: '120', channel: phone}}]}}",
        "{customer: a, outcome: not-assessable, reason: missing-value}",
        id="moved by choice, nobody says where to",
    ),
]


@pytest.mark.parametrize(("rule", "rows", "expect"), FOUND)
def test_found(tmp_path: Path, rule: str, rows: str, expect: str) -> None:
    named = "product, channel" if "channel" in rows else "product"
    policy = POLICY.format(basis="new-customer", named=named, rule=rule)
    (tmp_path / "mine.yaml").write_text(policy, encoding="utf-8")
    wanted = "  - {rule: one, " + expect.removeprefix("{")
    case = CASE.format(tables=f"book: [{rows}]", expect=wanted)
    (tmp_path / "case.yaml").write_text(case, encoding="utf-8")
    assert run_file(tmp_path / "case.yaml").faults == ()


DUE = "due: {kind: welcome, for: contract}"


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ("{customer: a, contract: {made: 2026-01-01}}", "house"),
        ("{customer: a, contract: {months: 12}}", "not-assessable"),
        ("{customer: a, contract: {made: 2015-01-01}}", "pass"),
    ],
)
def test_a_record_is_of_the_contract_that_was_made_before_it(tmp_path: Path, row: str, outcome: str) -> None:
    policy = POLICY.format(basis="new-customer", named="product", rule=f"check: due, {DUE}")
    (tmp_path / "mine.yaml").write_text(policy, encoding="utf-8")
    tables = f"book: [{row}]\nrecords: [{{id: r, kind: welcome, subject: a, date: 2015-06-01}}]"
    case = CASE.format(tables=tables, expect=f"  - {{rule: one, customer: a, outcome: {outcome}}}")
    (tmp_path / "case.yaml").write_text(case, encoding="utf-8")
    assert run_file(tmp_path / "case.yaml").faults == ()


def test_what_was_sent_to_all_was_sent_to_each(tmp_path: Path) -> None:
    policy = POLICY.format(
        basis="new-customer", named="product", rule="check: due, due: {kind: leaflet, for: customer}"
    )
    (tmp_path / "mine.yaml").write_text(policy, encoding="utf-8")
    tables = "book: [{customer: a}]\nnotices: [{id: n, kind: leaflet, sent: 2026-06-01}]"
    case = CASE.format(tables=tables, expect="  - {rule: one, customer: a, outcome: pass}")
    (tmp_path / "case.yaml").write_text(case, encoding="utf-8")
    assert run_file(tmp_path / "case.yaml").faults == ()


def test_a_case_about_closed_products_needs_no_offers(tmp_path: Path) -> None:
    text = (
        "fairoffer: case/1\nname: closed\npolicy: uk-fca-icobs-6b\nas_of: 2026-11-21\n"
        "catalog: {products: [{id: p, type: motor, on_sale: {from: 2019-01-01, new_business_share: '0.06'}}]}\n"
        "expect: [{closed: {p: true}}]\n"
    )
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    assert run_file(tmp_path / "case.yaml").faults == ()


SHARES = """catalog:
  products: [{{id: fibre, type: broadband}}]
  offers:
    - {{id: welcome, product: fibre, audience: new, price: [{{amount: "20.00"}}]}}
    - {{id: standard, product: fibre, price: [{{amount: "30.00"}}]}}
segments:
  - {{id: long, tenure_months: {{from: 24}}, holds: standard, customers: 100, vulnerable_share: "0.40"}}
  - {{id: short, tenure_months: {{to: 23}}, holds: welcome, customers: 300{silence}}}"""


@pytest.mark.parametrize(
    ("silence", "expect"),
    [
        (', vulnerable_share: "0.10"', "outcome: house, existing: '0.4', comparator: '0.175', gap: '0.225'"),
        ("", "outcome: not-assessable, reason: missing-value"),
    ],
)
def test_a_segment_that_does_not_say_is_not_left_out_of_shares(tmp_path: Path, silence: str, expect: str) -> None:
    """Shares of those who speak alone would pass, or fail, without having looked at the others."""
    rule = "check: concentration, terms: [total_cost]"
    (tmp_path / "mine.yaml").write_text(
        POLICY.format(basis="new-customer", named="product", rule=rule), encoding="utf-8"
    )
    wanted = f"  - {{rule: one, product: fibre, term: total_cost@12, {expect}}}"
    tables = SHARES.format(silence=silence)
    (tmp_path / "case.yaml").write_text(CASE.format(tables=tables, expect=wanted), encoding="utf-8")
    assert run_file(tmp_path / "case.yaml").faults == ()
