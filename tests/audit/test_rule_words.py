"""A rule in words: what a policy shares, what the rule adds, and what is said where a rule compares with nobody."""

from __future__ import annotations

from typing import Any

import pytest

from fairoffer.audit.rule_words import policy_extras, rule_in_words
from fairoffer.model.policy import Policy

LAW: dict[str, Any] = {
    "id": "law",
    "status": "law",
    "jurisdiction": "XX",
    "as_of": "2026-11-21",
    "effective": {"from": "2022-01-01", "to": "2027-03-31", "sure": "false"},
    "source": {"name": "The Pricing Act", "url": "https://example.org/act", "read": "primary"},
    "scope": "consumer",
    "exempt": ["Group policies."],
    "evidence": ["The quote of the day."],
    "compare": {"with": "first-renewal", "like_for_like": ["product", "channel"]},
}


def law(**rule: Any) -> Policy:
    usual = {"id": "r", "check": "default-gap", "level": "breach"}
    return Policy.model_validate({**LAW, "rules": [usual | rule]})


def test_what_a_rule_says_comes_with_what_its_policy_shares() -> None:
    policy = law(
        scope="event = 'renewal'",
        exempt=["Staff."],
        evidence=["The notice."],
        source={"clause": "s. 3", "read": "secondary"},
        tolerance={"money": "5.00", "per": "year", "percent": "2"},
        remedy="Charge the lower price.",
    )
    found = rule_in_words(policy, policy.rules[0], "GBP")
    assert found.scope == "(consumer) AND (event = 'renewal')"
    assert (found.comparator, found.like_for_like) == ("first-renewal", ["product", "channel"])
    assert found.exempt == ["Group policies.", "Staff."]
    assert found.evidence == ["The quote of the day.", "The notice."]
    assert found.tolerance == "GBP 5.00 a year or 2 % of the comparator, whichever is larger"
    assert (found.source.name, found.source.clause, found.source.read) == ("The Pricing Act", "s. 3", "secondary")
    assert found.effective is not None
    assert (found.effective.from_, found.effective.to, found.effective.sure) == ("2022-01-01", "2027-03-31", False)
    assert (found.status, found.legal, found.as_of, found.remedy) == (
        "law",
        True,
        "2026-11-21",
        "Charge the lower price.",
    )
    assert found.words


@pytest.mark.parametrize(
    "rule, formula",
    [
        ({"check": "condition", "table": "notices", "condition": "kind = 'x'"}, "a row of notices: kind = 'x'"),
        ({"check": "due", "due": {"kind": "review", "for": "firm"}}, "fails unless there is a review"),
        (
            {"check": "due", "due": {"kind": "review", "for": "product", "every_months": "12"}},
            "fails unless there is a review for every product, never older than 12 months",
        ),
        (
            {"check": "due", "due": {"kind": "price-rise", "for": "contract", "not_within_months": "1"}},
            "fails where two of price-rise for every contract came within 1 month",
        ),
        ({"check": "default-gap", "terms": ["cost"], "formula": "held - new"}, "held - new"),
    ],
)
def test_what_is_measured(rule: dict[str, Any], formula: str) -> None:
    policy = law(**rule)
    found = rule_in_words(policy, policy.rules[0])
    assert formula in found.formula
    assert (found.comparator == "") == (rule["check"] in ("condition", "due"))


@pytest.mark.parametrize(
    "status, legal", [("law", True), ("licence", True), ("commitment", True), ("principle", True), ("house", False)]
)
def test_only_ones_own_policy_needs_no_word_on_advice(status: str, legal: bool) -> None:
    policy = law().model_copy(update={"status": status})
    assert rule_in_words(policy, policy.rules[0]).legal is legal


def test_a_policy_in_a_result() -> None:
    extras = policy_extras(law())
    assert extras["jurisdiction"] == "XX"
    assert extras["source"]["name"] == "The Pricing Act"
    assert extras["effective"] == {"from": "2022-01-01", "to": "2027-03-31", "sure": False}
    assert policy_extras(
        Policy.model_validate({"id": "own", "rules": [{"id": "r", "check": "must-ask", "level": "house"}]})
    ) == {
        "jurisdiction": None,
        "source": {"name": None, "clause": None, "url": None, "read": None},
        "effective": None,
    }
