"""Policies as they are read: what may stand together, and where a fault is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairoffer.errors import PolicyError
from fairoffer.model.columns import TABLES
from fairoffer.model.inputs import load_policy, policy_names
from fairoffer.model.policy import Due, Policy, Rule

HEAD = "fairoffer: policy/1\nid: mine\n"


def read(path: Path, text: str) -> Policy:
    (path / "mine.yaml").write_text(HEAD + text, encoding="utf-8")
    return load_policy(str(path / "mine.yaml")).policy


def fault(path: Path, text: str) -> str:
    with pytest.raises(PolicyError) as caught:
        read(path, text)
    return str(caught.value).replace(f"{path}/", "")


def test_a_rule_of_every_kind(tmp_path: Path) -> None:
    policy = read(
        tmp_path,
        """\
facts: {state: text, consumer: boolean}
exempt: [cover for a group]
evidence: [both quotes]
rules:
  - {id: a, check: condition, table: records, condition: "NOT consumer OR state = 'x'", level: review}
  - {id: b, check: due, due: {kind: review, for: product, every_months: 12}, level: house, scope: consumer}
  - {id: c, check: uniform-rate, over: 12, terms: [rate], level: house, customer_view: Ask., remedy: One rate.}
  - {id: d, check: component-gap, terms: [fees, "addon:x", "part:y"], level: house, exempt: [a], evidence: [b]}
  - {id: e, check: term-gap, terms: [speed], level: house, formula: held - best}
""",
    )
    assert policy.rules[0].table == "records"
    assert policy.rules[1].due == Due(kind="review", for_="product", every_months=12)
    assert [rule.over for rule in policy.rules] == [0, 0, 12, 0, 0]
    assert policy.exempt == ("cover for a group",)
    assert policy.rules[3].evidence == ("b",)


def test_a_fault_points_into_a_condition_of_one_line(tmp_path: Path) -> None:
    rule = "rules:\n  - id: a\n    check: default-gap\n    level: house\n    scope: "
    assert fault(tmp_path, rule + "consumer AND prise > 3").startswith("mine.yaml:7:25: rules[a].scope: unknown column")
    assert fault(tmp_path, rule + '"consumer AND prise > 3"').startswith("mine.yaml:7:26: rules[a].scope: unknown")
    folded = rule + ">\n      consumer\n      AND prise > 3"
    assert fault(tmp_path, folded).startswith("mine.yaml:7:12: rules[a].scope: at character 14: unknown column")
    escaped = rule + "'product = ''a'' AND prise > 3'"
    assert fault(tmp_path, escaped).startswith("mine.yaml:7:12: rules[a].scope: at character 19: unknown column")


def test_columns_that_rows_name_themselves(tmp_path: Path) -> None:
    rule = "rules: [{id: a, check: condition, table: %s, level: house, condition: '%s'}]"
    assert read(tmp_path, rule % ("customers", "fees_setup > like_rooms_paid * 2".replace("like_", "terms_"))).rules
    assert read(tmp_path, rule % ("notices", "NOT shows_prior_premium AND values_prior_premium > 3 AND consumer")).rules
    assert "unknown column shows_x" in fault(tmp_path, rule % ("records", "NOT shows_x"))
    assert "unknown column consumer" in fault(tmp_path, rule % ("offers", "consumer"))


def test_a_scope_is_for_the_rows_of_every_rule(tmp_path: Path) -> None:
    rules = "rules:\n  - {id: a, check: default-gap, level: house}\n"
    offers = "  - {id: b, check: condition, table: offers, condition: tests_tenure, level: house}\n"
    assert read(tmp_path, "scope: consumer\n" + rules).scope == "consumer"
    assert "mine.yaml:3:8: scope: unknown column consumer" in fault(tmp_path, "scope: consumer\n" + rules + offers)
    assert read(tmp_path, "facts: {consumer: boolean}\nscope: consumer\n" + rules + offers).rules


def test_what_is_due_is_for_customers(tmp_path: Path) -> None:
    rule = "rules: [{id: a, check: due, due: {kind: review, for: %s}, scope: consumer, level: house}]"
    for subject in ("firm", "customer", "contract", "product", "segment"):
        assert read(tmp_path, rule % subject).rules


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("check: condition, condition: price > paid", "needs a table"),
        ("check: condition, table: customers", "needs a condition"),
        ("check: condition, table: customer, condition: price > paid", "did you mean 'customers'?"),
        ("check: default-gap, table: customers", "is for the check condition"),
        ("check: due", "needs due"),
        ("check: due, due: {for: firm}", "due.kind: is required"),
        ("check: default-gap, due: {kind: a}", "is for the check due"),
        ("check: default-gap, over: 12", "is for the check uniform-rate"),
        ("check: default-gap, over: 0", "is for the check uniform-rate"),
        ("check: condition, table: lines, condition: amount > 0, terms: [cost]", "so it has no terms"),
        ('check: due, due: {kind: a}, tolerance: {money: "1"}', "so it has no tolerance"),
        ("check: default-gap, terms: [pirce]", "unknown term 'pirce'"),
        ('check: component-gap, terms: ["part:"]', "write part:x"),
        ("check: default-gap, customer_view: ''", "must not be empty"),
    ],
)
def test_what_may_not_stand_together(tmp_path: Path, rule: str, message: str) -> None:
    assert message in fault(tmp_path, f"rules: [{{id: a, level: house, {rule}}}]")


@pytest.mark.parametrize(
    ("table", "condition", "message"),
    [
        ("customers", "event = 'renewel'", "event must be renewal, price-change, benefit-end, contract-end or review"),
        ("customers", "event NOT IN ('renewal', 'Review')", "not 'Review'; did you mean 'review'?"),
        ("customers", "per <> 'week'", "per must be month, year or term, not 'week'"),
        ("notices", "channel_moved_by IN ('broker')", "channel_moved_by must be customer or firm"),
        ("offers", "audience != 'everybody'", "audience must be new, existing, any, lapsed or unknown"),
        ("offers", "kind = 'fix'", "kind must be fixed, variable or standing"),
        ("lines", "line = 'add-on'", "line must be fee, addon, incentive, part or listed"),
        ("lines", "when_due = 'monthly'", "when_due must be start, month, year or end"),
    ],
)
def test_words_that_a_column_can_never_hold(tmp_path: Path, table: str, condition: str, message: str) -> None:
    rule = f'rules: [{{id: a, check: condition, table: {table}, level: house, condition: "{condition}"}}]'
    assert message in fault(tmp_path, rule)
    right = condition.replace("'renewel'", "'renewal'").replace("'Review'", "'review'")
    if right != condition:
        assert read(tmp_path, rule.replace(condition, right)).rules
    assert read(tmp_path, "rules: [{id: a, check: due, due: {kind: fix}, level: house, scope: brand = 'week'}]").rules


def test_a_fact_with_the_name_of_a_column_is_of_its_type(tmp_path: Path) -> None:
    rules = "rules: [{id: a, check: default-gap, level: house}]"
    assert read(tmp_path, "facts: {consumer: boolean, dated: boolean}\n" + rules).facts
    said = fault(tmp_path, "facts: {consumer: text}\n" + rules)
    assert (
        said
        == "mine.yaml:3:19: facts.consumer: consumer is a column already, of type boolean, not 'text'; write"
        + (" boolean, or rename it")
    )


def test_no_column_has_two_types() -> None:
    types: dict[str, set[str]] = {}
    for columns in TABLES.values():
        for column in columns:
            types.setdefault(column.name, set()).add(column.type)
    assert [name for name, found in types.items() if len(found) > 1] == []


@pytest.mark.parametrize("name", policy_names())
def test_shipped_policies_can_be_read(name: str) -> None:
    assert load_policy(name).policy.rules


def test_rules_can_be_made_without_a_file() -> None:
    assert Rule(id="a", check="due", level="house", due=Due(kind="review")).due is not None
