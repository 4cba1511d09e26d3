"""`fairoffer rules` and `fairoffer explain POLICY/RULE`: what a policy asks, read by somebody who writes no code."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairoffer.audit.scope_words import columns_in_words, parts_in_words
from fairoffer.model.inputs import shipped_policies
from tests.cli.command import Run

POLICY = """
fairoffer: policy/1
id: xx-renewals
version: 3
title: Renewals cost no more than new contracts
jurisdiction: XX
status: law
effective: {from: 2022-01-01, to: 2027-03-31, sure: false}
as_of: 2026-11-20
source: {name: The Pricing Act, url: "https://example.org/act", read: primary}
scope: "product_type IN ('home', 'motor') AND consumer AND NOT group_policy"
compare: {with: first-renewal, like_for_like: [product, channel]}
exempt: [Group policies.]
evidence: [The quote of the day.]
facts: {non_life: boolean}
rules:
  - {id: price, check: default-gap, terms: [core_price], level: breach, tolerance: {money: "5.00", per: year},
     title: The renewal is no dearer, source: {clause: s. 3, read: secondary}, formula: renewal - new,
     customer_view: You pay more., remedy: Charge less., scope: non_life, exempt: [Staff.]}
  - {id: shown, check: condition, table: notices, level: breach,
     condition: "NOT shows_prior_premium OR days_before < 21"}
  - {id: review, check: due, due: {kind: cost-review, for: product, every_months: 12}, level: review}
"""
HOUSE = """
fairoffer: policy/1
id: own
rules: [{id: price, check: default-gap, terms: [cost], level: house}]
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "xx-renewals.yaml"
    path.write_text(POLICY, encoding="utf-8")
    return path


def rows(text: str) -> dict[str, list[str]]:
    """Cells of the lines about rules, by the rule's name."""
    lines = [line.split("  ") for line in text.splitlines() if line and "/" in line.split()[0]]
    return {line[0]: [cell.strip() for cell in line[1:] if cell.strip()] for line in lines}


def test_a_line_a_rule(run: Run, policy: Path) -> None:
    ending = run("rules", "--policy", policy)
    assert ending.code == 0, ending.err
    assert rows(ending.out) == {
        "xx-renewals/price": [
            "default-gap",
            "breach",
            "first-renewal",
            "5.00 a year",
            "The Pricing Act, s. 3 (secondary)",
        ],
        "xx-renewals/shown": ["condition", "breach", "-", "none", "The Pricing Act (primary)"],
        "xx-renewals/review": ["due", "review", "-", "none", "The Pricing Act (primary)"],
    }


def test_what_kind_of_policy_it_is_stands_first_and_the_word_on_advice_last(run: Run, policy: Path) -> None:
    lines = run("rules", "--policy", policy).out.splitlines()
    assert lines[0] == "xx-renewals, version 3: Renewals cost no more than new contracts"
    assert lines[1].startswith("status law, jurisdiction XX, in force from 2022-01-01 to 2027-03-31; after that day")
    assert lines[2] == "source The Pricing Act, https://example.org/act (primary)"
    assert lines[3] == "sources last read on 2026-11-20"
    assert lines[-1] == "Not legal advice."


def test_ones_own_policy_is_not_law(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(HOUSE, encoding="utf-8")
    assert rows(run("rules", "--policy", path).out)["own/price"][-1] == "house policy"
    for command in (("rules", "--policy", path), ("explain", f"{path}/price")):
        assert "legal" not in run(*command).out


def test_all_shipped_policies(run: Run) -> None:
    shown = rows(run("rules").out)
    assert set(shown) == {f"{policy.id}/{rule.id}" for policy in shipped_policies() for rule in policy.rules}
    alone = {f"{p.id}/{r.id}" for p in shipped_policies() for r in p.rules if r.check in ("condition", "due")}
    assert all((cells[2] == "-") == (name in alone) for name, cells in shown.items())


def test_an_unknown_policy(run: Run) -> None:
    ending = run("rules", "--policy", "best-ofer")
    assert ending.code == 2
    assert "best-offer" in ending.err


def test_everything_that_a_rule_says(run: Run, policy: Path) -> None:
    ending = run("explain", f"{policy}/price")
    assert ending.code == 0, ending.err
    text = " ".join(ending.out.split())
    for part in (
        "The renewal is no dearer",
        "breach: fails a rule of law or of a licence",
        "product type is one of (home, motor) consumer not group policy non life as SQL",
        "product_type IN ('home', 'motor') AND consumer AND NOT group_policy",
        "non life: a fact that the inputs state (boolean)",
        "renewal - new on core_price",
        "first-renewal: what a customer pays at the first renewal",
        "equal on both sides: product, channel",
        "tolerance 5.00 a year",
        "allowed all the same Group policies. Staff.",
        "evidence to keep The quote of the day.",
        "what to tell the customer You pay more.",
        "what would mend it Charge less.",
        "The Pricing Act, s. 3 https://example.org/act read at second hand",
        "last on 2026-11-20",
        "from 2022-01-01 to 2027-03-31; after that day for review",
        "the check default-gap",
        "Why it matters",
    ):
        assert part in text, part
    assert ending.out.splitlines()[-1] == "Not legal advice."


def test_what_a_condition_says_in_words(run: Run, policy: Path) -> None:
    text = " ".join(run("explain", f"{policy}/shown").out.split())
    assert "not shows prior premium or days before is less than 21" in text
    assert "NOT shows_prior_premium OR days_before < 21" in text
    assert "compared with" not in text


def test_what_is_due_in_words(run: Run, policy: Path) -> None:
    text = " ".join(run("explain", f"{policy}/review").out.split())
    assert "fails unless there is a cost-review for every product, never older than 12 months" in text


@pytest.mark.parametrize("name", [f"{policy.id}/{rule.id}" for policy in shipped_policies() for rule in policy.rules])
def test_every_shipped_rule_is_explained(run: Run, name: str) -> None:
    ending = run("explain", name)
    assert ending.code == 0, ending.err
    assert ending.out.startswith(name)
    lines = ending.out.splitlines()
    assert (lines[-1] == "Not legal advice.") == (not name.startswith("best-offer/"))
    assert not {"compliant", "complies", "None"} & set(ending.out.split())


def test_a_worked_example_comes_with_its_numbers(run: Run) -> None:
    out = run("explain", "best-offer/by-default").out
    assert "worked example" in out
    lines = out[out.index("worked example") :].splitlines()
    assert [line.split(":")[0].strip() for line in lines if line.startswith("  ") and line[2] != " "][:3] == [
        "fails",
        "passes",
        "cannot be assessed",
    ]
    assert "gap " in "".join(lines)
    assert "reason " in "".join(lines)


@pytest.mark.parametrize(
    "condition, words",
    [
        ("a = 1", ["a is 1"]),
        ("a AND (b OR c)", ["a", "b or c"]),
        ("(a AND b) AND NOT c", ["a", "b", "not c"]),
        ("a BETWEEN 1 AND 2 AND b IS NOT NULL", ["a is between 1 and 2", "b is stated"]),
        ("a OR b AND c", ["a or b and c"]),
        ("kind NOT IN ('x y', '-')", ["kind is none of (x y, '-')"]),
        ("coalesce(consumer, true)", ["(consumer, or true where that is not stated)"]),
        ("made >= DATE '2025-01-17'", ["made is at least day 2025-01-17"]),
        ("CASE WHEN a AND b THEN c ELSE d END AND e", ["case when a and b then c else d end", "e"]),
        ("name <> 'and' AND b", ["name is not and", "b"]),
        ("not a ( condition", ["not a ( condition"]),
    ],
)
def test_conditions_in_words(condition: str, words: list[str]) -> None:
    assert parts_in_words(condition) == words


def test_alternatives_that_are_too_long_for_a_line_stand_below_each_other() -> None:
    long = " OR ".join(f"({name * 10} = 'x' AND {name * 12})" for name in "abcd")
    lines = parts_in_words(f"z AND ({long})")
    assert lines[:3] == ["z", "at least one of these:", "- aaaaaaaaaa is x"]
    assert lines[3] == "  and aaaaaaaaaaaa"


def test_a_case_that_is_too_long_for_a_line_is_told_apart() -> None:
    long = "x" * 60
    lines = parts_in_words(f"z AND CASE WHEN a AND b THEN {long} ELSE {long} AND c END")
    assert lines == ["z", "if a and b:", f"  {long}", "otherwise:", f"  {long}", "  c"]
    assert len(parts_in_words(f"CASE WHEN a THEN {long} ELSE {long} END = CASE WHEN b THEN 1 ELSE 2 END")) == 1


def test_columns_are_explained_from_their_table() -> None:
    found = dict(
        columns_in_words(
            ["days_before < 10 AND mine AND shows_price AND like_region = 'x'"], "notices", {"mine": "boolean"}
        )
    )
    assert "days from sending" in found["days before"]
    assert "fact" in found["mine"]
    assert "shows the item" in found["shows price"]
    assert "equal on both sides" in found["like region"]


def test_cases_beside_a_policy_are_its_examples(run: Run, policy: Path) -> None:
    (policy.parent / "cases").mkdir()
    case = "fairoffer: case/1\nname: {}\npolicy: ../{}\nas_of: 2026-11-21\nsource: {}\nrecords: []\nexpect: {}\n"
    expected = "[{rule: review, product: p, outcome: review}]"
    (policy.parent / "cases" / "a.yaml").write_text(case.format("other", "other.yaml", "x", expected), encoding="utf-8")
    (policy.parent / "cases" / "b.yaml").write_text(case.format("own", policy.name, "Ours", expected), encoding="utf-8")
    text = " ".join(run("explain", f"{policy}/review").out.split())
    assert "worked example fails: own (cases/b.yaml) product p: review source: Ours" in text
    assert "other" not in text[text.index("worked example") :]


def test_a_list_of_policies_stands_for_all_that_it_names(run: Run, tmp_path: Path) -> None:
    listed = tmp_path / "list.yaml"
    listed.write_text("fairoffer: policies/1\nuse: [best-offer, uk-sear-shadow]\n", encoding="utf-8")
    out = run("rules", "--policy", listed).out
    assert "best-offer/by-default" in out
    assert "uk-sear-shadow/" in out
