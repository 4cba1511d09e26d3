"""Each kind of change, made in a real repository, has one outcome: the table of the page on rolling out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from fairoffer.diff import diff
from fairoffer.model.result import Result
from tests.diff.repo import CATALOG, DAY, FINDINGS, Edit, commit, git, make, replace, states, told, write

WELCOME = CATALOG[CATALOG.index("  - id: welcome") : CATALOG.index("  - id: standard")]
STANDARD = CATALOG[CATALOG.index("  - id: standard") :]
SEGMENTS_HEAD = "fairoffer: segments/1\nsegments:\n"
SEGMENT = "  - {id: stayed, tenure_months: {from: 24}, holds: welcome, customers: 100}\n"
LOYALTY = """\
  - id: loyalty
    product: fibre
    audience: existing
    eligibility: {tenure_months: {from: 60}}
    price: [{amount: "20.00", per: month}]
"""


def together(*edits: Edit) -> Edit:
    def edit(place: Path) -> None:
        for one in edits:
            one(place)

    return edit


def reorder(place: Path) -> None:
    replace("catalog.yaml", (WELCOME + STANDARD, STANDARD + WELCOME))(place)


def reformat(place: Path) -> None:
    for file in place.glob("*.yaml"):
        data = yaml.load(file.read_text(), Loader=yaml.BaseLoader)
        text = yaml.safe_dump(data, default_style='"', width=40)
        file.write_text("# written by a machine\n\n" + text.replace("\n", "\r\n"), newline="")


def only_the_welcome_ends(place: Path) -> None:
    replace(
        "catalog.yaml", ("    contract: {months: 12}\n", "    contract: {months: 12}\n    valid: {to: 2026-10-31}\n")
    )(place)


def add(text: str) -> Edit:
    return lambda place: (place / "catalog.yaml").write_text((place / "catalog.yaml").read_text() + text)


PRICE = '"20.00", per: month'
LEVEL = "terms: [cost], level: house"
SPLIT = """\
  - {id: stayed-short, tenure_months: {from: 24, to: 59}, holds: welcome, customers: 60}
  - {id: stayed-long, tenure_months: {from: 60}, holds: welcome, customers: 40}
"""
TABLE: dict[str, tuple[Edit, dict[str, int]]] = {
    "nothing": (lambda place: None, {"unchanged": 6}),
    "an offer is renamed": (
        together(
            replace("catalog.yaml", ("id: welcome", "id: hello"), ("name: Welcome", "name: Hello")),
            replace("segments.yaml", ("holds: welcome", "holds: hello")),
        ),
        {"unchanged": 6},
    ),
    "the file is reordered": (reorder, {"unchanged": 6}),
    "the files are reformatted": (reformat, {"unchanged": 6}),
    "newcomers pay less": (replace("catalog.yaml", (PRICE, '"18.00", per: month')), {"worsened": 6, "failing": 4}),
    "newcomers pay more": (replace("catalog.yaml", (PRICE, '"22.00", per: month')), {"improved": 6}),
    "newcomers pay less by the noise floor": (
        replace("catalog.yaml", (PRICE, '"239.99", per: year')), {"unchanged": 6},
    ),
    "newcomers pay less by twice the noise floor": (
        replace("catalog.yaml", (PRICE, '"239.98", per: year')), {"worsened": 6, "failing": 4},
    ),
    "everybody pays the same": (
        replace("catalog.yaml", ('{months: 12, amount: "20.00", per: month}, ', "")), {"fixed": 6},
    ),
    "the new customers' offer goes and a stranger gets the standard": (
        together(replace("catalog.yaml", (WELCOME, "")), replace("segments.yaml", ("welcome", "standard"))),
        {"fixed": 6},
    ),
    "a channel is renamed": (
        replace("catalog.yaml", ("phone", "call")),
        {"introduced": 3, "removed": 3, "unchanged": 3, "failing": 2},
    ),
    "a segment is split": (
        replace("segments.yaml", (SEGMENT, SPLIT)), {"introduced": 8, "removed": 4, "unchanged": 2, "failing": 8},
    ),
    "an offer for the loyal, with a tenure of its own": (add(LOYALTY), {"improved": 2, "unchanged": 4}),
    "a product comes with a gap": (
        together(
            replace("catalog.yaml", ("offers:\n", "  - {id: tv, type: broadband}\noffers:\n")),
            add((WELCOME + STANDARD).replace("id: ", "id: tv-").replace("product: fibre", "product: tv")),
            replace("segments.yaml", (SEGMENT, SEGMENT + SEGMENT.replace("stayed", "tv").replace(": w", ": tv-w"))),
        ),
        {"introduced": 6, "unchanged": 6, "failing": 4},
    ),
    "a segment goes": (
        replace("segments.yaml", (SEGMENT, SEGMENT.replace("stayed", "others").replace("welcome", "standard"))),
        {"introduced": 4, "removed": 4, "unchanged": 2, "failing": 4},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_each_change_has_one_outcome(tmp_path: Path, name: str) -> None:
    place = make(tmp_path / "repo")
    edit, expected = TABLE[name]
    edit(place)
    result = told(place)
    assert states(result) == {"failing": 0, **expected}
    assert result.exit_code == (1 if expected.get("failing") else 0)
    assert result.base is not None
    assert not result.base.policy_changed
    check_sums(result)


def check_sums(result: Result) -> None:
    """What the numbers promise each other."""
    assert result.base is not None
    all_states = [one.state for one in result.findings] + [one.state for one in result.base.others]
    assert sum(result.base.states.values()) == len(all_states)
    assert result.base.failing == sum(one.fails for one in [*result.findings, *result.base.others])
    assert not any(one.fails for one in result.findings if one.level in ("review", "shadow"))
    assert result.verdict == {0: "passed", 1: "failed", 4: "not-proven"}[result.exit_code]


def alone(tmp_path: Path) -> Path:
    """A repository in which nobody but newcomers is offered anything."""
    return make(
        tmp_path / "repo",
        {
            "catalog.yaml": CATALOG.replace(STANDARD, ""),
            "segments.yaml": "fairoffer: segments/1\nsegments:\n" + SEGMENT,
            "policy.yaml": (POLICY_WITH_GATE.format(gate="{}")),
        },
    )


POLICY_WITH_GATE = """\
fairoffer: policy/1
id: ours
compare: {{with: new-customer, like_for_like: [product, channel], months: [12]}}
rules:
  - {{id: by-default, check: default-gap, terms: [cost], level: house}}
gate: {gate}
"""


def test_a_deleted_offer_of_new_customers_is_lost_sight_and_fails(tmp_path: Path) -> None:
    place = alone(tmp_path)
    only_the_welcome_ends(place)
    result = told(place)
    assert states(result) == {"lost-sight": 2, "failing": 2}
    assert (result.exit_code, result.verdict) == (1, "failed")
    assert result.base is not None
    lost = result.base.others[0]
    assert (lost.state, lost.before, lost.now, lost.reason) == (
        "lost-sight",
        "house",
        None,
        "no-comparator",
    )
    assert (lost.gap, lost.unit, lost.at, lost.fails) == ("120.00", "GBP", "segments.yaml:3", True)


def test_sight_is_lost_place_by_place_where_the_customer_has_a_choice_left(tmp_path: Path) -> None:
    place = alone(tmp_path)
    loyalty = LOYALTY.replace("eligibility: {tenure_months: {from: 60}}", "eligibility: {tenure_months: {from: 1}}")
    add(loyalty)(place)
    commit(tmp_path / "repo")
    only_the_welcome_ends(place)
    result = told(place)
    assert states(result) == {"lost-sight": 2, "failing": 2}
    assert result.base is not None
    assert {(one.now, one.reason) for one in result.base.others} == {("not-assessable", "no-comparator")}


def nobody_new(tmp_path: Path) -> Path:
    """A repository in which customers have offers, and strangers have had none since the welcome ended."""
    place = alone(tmp_path)
    add(LOYALTY.replace("{tenure_months: {from: 60}}", "{tenure_months: {from: 1}}").replace("20.00", "30.00"))(place)
    only_the_welcome_ends(place)
    commit(tmp_path / "repo")
    return place


def test_the_next_offer_for_strangers_is_judged_though_the_last_one_had_ended(tmp_path: Path) -> None:
    place = nobody_new(tmp_path)
    add(WELCOME.replace("id: welcome", "id: welcome-again").replace('"20.00"', '"5.00"'))(place)
    result = told(place)
    assert states(result) == {"introduced": 2, "failing": 2}
    assert result.exit_code == 1
    replace("catalog.yaml", ('{months: 12, amount: "5.00", per: month}, ', ""))(place)
    result = told(place)
    assert states(result) == {"now-visible": 2, "failing": 0}
    assert result.base is not None
    assert {(one.state, one.now) for one in result.base.others} == {("now-visible", "pass")}


def test_what_is_seen_again_is_shown_and_does_not_fail(tmp_path: Path) -> None:
    place = alone(tmp_path)
    replace("catalog.yaml", ("    audience: new\n", "    audience: unknown\n"))(place)
    add(LOYALTY.replace("{tenure_months: {from: 60}}", "{tenure_months: {from: 1}}").replace("20.00", "30.00"))(place)
    commit(tmp_path / "repo")
    replace("catalog.yaml", ("    audience: unknown\n", "    audience: new\n"))(place)
    result = told(place)
    assert states(result) == {"now-visible": 2, "failing": 0}
    assert result.exit_code == 0
    assert {one.state for one in result.findings} == {"now-visible"}


def test_nothing_to_compare_is_not_proven(tmp_path: Path) -> None:
    place = alone(tmp_path)
    only_the_welcome_ends(place)
    commit(tmp_path / "repo")
    result = told(place)
    assert (result.verdict, result.exit_code) == ("not-proven", 4)
    assert result.reasons == ["Nothing could be compared."]


def test_the_gate_of_the_policy_chooses_what_fails(tmp_path: Path) -> None:
    place = alone(tmp_path)
    write(place, {"policy.yaml": POLICY_WITH_GATE.format(gate="{fail_on: [introduced, worsened]}")})
    commit(tmp_path / "repo")
    only_the_welcome_ends(place)
    result = told(place)
    assert states(result) == {"lost-sight": 2, "failing": 0}
    assert result.exit_code == 4, "nothing is compared any more"


@pytest.mark.parametrize("noise, state", [("24.00", "unchanged"), ("23.99", "worsened"), ("0", "worsened")])
def test_the_noise_floor_of_the_policy(tmp_path: Path, noise: str, state: str) -> None:
    place = alone(tmp_path)
    write(place, {"policy.yaml": POLICY_WITH_GATE.format(gate=f'{{noise: "{noise}"}}')})
    commit(tmp_path / "repo")
    replace("catalog.yaml", (PRICE, '"18.00", per: month'))(place)
    assert {one.state for one in told(place).findings} == {state}


@pytest.mark.parametrize("noise, state", [("1.00", "unchanged"), ("0.11", "introduced")])
def test_the_noise_floor_where_there_was_no_gap(tmp_path: Path, noise: str, state: str) -> None:
    """A gap of 0.12 a year where everybody paid the same; against a directory, and against its saved result."""
    place = alone(tmp_path)
    write(place, {"policy.yaml": POLICY_WITH_GATE.format(gate=f'{{noise: "{noise}"}}')})
    replace("catalog.yaml", ('{months: 12, amount: "20.00", per: month}, ', ""))(place)
    replace("segments.yaml", ("holds: welcome", 'product: fibre, pays: {amount: "30.00", per: month}'))(place)
    commit(tmp_path / "repo")
    saved = tmp_path / "base.json"
    saved.write_bytes(told(place).to_json())
    replace("catalog.yaml", ('"30.00"', '"29.99"'))(place)
    for against in ("HEAD", str(saved)):
        result = told(place, against)
        assert {(one.state, one.gap) for one in result.findings} == {(state, "0.12")}
        assert result.exit_code == (state == "introduced")


def test_a_policy_under_which_nothing_was_compared_is_not_proven(tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    result = diff(place, "HEAD", ("best-offer", "uk-fca-icobs-6b"), DAY)
    assert {one.id: one.verdict for one in result.policies} == {
        "best-offer": "passed",
        "uk-fca-icobs-6b": "not-proven",
    }
    assert result.verdict == "passed"


def test_a_level_that_becomes_graver_by_policy_is_no_change_of_the_catalog(tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    replace("policy.yaml", (LEVEL, LEVEL.replace("house", "breach") + ", source: {clause: 'x', read: primary}"))(place)
    result = told(place)
    assert states(result) == {"unchanged": 6, "failing": 0}
    assert result.base is not None
    assert result.base.policy_changed


def test_a_lower_tolerance_is_a_section_of_its_own(tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    replace("policy.yaml", (LEVEL, LEVEL.replace("level", 'tolerance: {money: "200"}, level')))(place)
    commit(tmp_path / "repo")
    replace("policy.yaml", ("200", "5"))(place)
    result = told(place)
    assert states(result) == {"unchanged": FINDINGS, "failing": 0}
    assert result.base is not None
    assert (result.base.policy_changed, result.base.by_policy, result.base.policy_drops) == (True, 4, [])
    assert {one.by_policy for one in result.findings if one.level == "house"} == {True}
    assert {one.by_policy for one in result.findings if one.level == "review"} == {False}
    assert "The policy changed: that alone makes 4 findings and drops 0." in result.reasons


def test_a_higher_tolerance_says_what_it_drops(tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    replace("policy.yaml", (LEVEL, LEVEL.replace("level", 'tolerance: {money: "200"}, level')))(place)
    result = told(place)
    assert states(result) == {"unchanged": 2, "failing": 0}
    assert result.base is not None
    assert (result.base.by_policy, len(result.base.policy_drops)) == (0, 4)
    dropped = result.base.policy_drops[0]
    assert (dropped.state, dropped.before, dropped.now, dropped.gap) == ("dropped", "house", "pass", "120.00")


LOOSER = {
    "a higher tolerance": (LEVEL.replace("level", 'tolerance: {money: "130"}, level'), ("130", "200"), "pass", "none"),
    "a milder level": (
        LEVEL.replace("level", 'tolerance: {money: "130"}, level'),
        ("house", "review"),
        "review",
        "only",
    ),
}


@pytest.mark.parametrize("name", LOOSER)
def test_a_looser_policy_does_not_hide_a_worse_price(tmp_path: Path, name: str) -> None:
    rule, loosen, now, said = LOOSER[name]
    place = make(tmp_path / "repo")
    replace("policy.yaml", (LEVEL, rule))(place)
    commit(tmp_path / "repo")
    replace("catalog.yaml", (PRICE, '"15.00", per: month'))(place)
    assert states(told(place))["failing"] == 4
    replace("policy.yaml", loosen)(place)
    result = told(place)
    assert result.base is not None
    assert result.base.failing == 0
    assert {(one.before, one.now, one.gap) for one in result.base.policy_drops} == {("house", now, "180.00")}
    assert all(f"and {said}" in one.says for one in result.base.policy_drops)
    assert "The policy changed: that alone makes 0 findings and drops 4." in result.reasons
    assert any(reason.startswith("4 of the dropped findings are introduced or made worse") for reason in result.reasons)


def test_what_policy_and_catalog_do_together_fails(tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    replace("policy.yaml", (LEVEL, LEVEL.replace("level", 'tolerance: {money: "200"}, level')))(place)
    commit(tmp_path / "repo")
    replace("policy.yaml", ("200", "130"))(place)
    replace("catalog.yaml", (PRICE, '"18.00", per: month'))(place)
    result = told(place)
    assert states(result) == {"introduced": 4, "worsened": 2, "failing": 4}
    assert result.base is not None
    assert result.base.by_policy == 0


def test_another_like_for_like_is_the_policy_s_doing(tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    replace("policy.yaml", ("[product, channel]", "[product]"))(place)
    result = told(place)
    assert states(result) == {"unchanged": 3, "failing": 0}
    assert result.base is not None
    assert (result.base.by_policy, len(result.base.policy_drops)) == (3, 6)


def test_a_policy_that_only_reads_otherwise_has_not_changed(tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    (place / "policy.yaml").write_text("# ours\n" + (place / "policy.yaml").read_text())
    result = told(place)
    assert result.base is not None
    assert not result.base.policy_changed


def test_a_policy_where_there_was_none(tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    policy = (place / "policy.yaml").read_text()
    (place / "policy.yaml").unlink()
    commit(tmp_path / "repo")
    (place / "policy.yaml").write_text(policy)
    result = told(place)
    assert result.base is not None
    assert (result.base.policy_changed, result.base.by_policy, result.exit_code) == (True, FINDINGS, 0)
    assert {one.policy for one in result.base.policy_drops} == {"best-offer"}


def test_a_policy_of_the_base_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    policy = (place / "policy.yaml").read_text()
    (place / "policy.yaml").write_text(policy.replace("default-gap", "no-such-check"))
    commit(tmp_path / "repo")
    (place / "policy.yaml").write_text(policy)
    result = told(place)
    assert states(result) == {"unchanged": 6, "failing": 0}
    assert any("cannot be used: policy.yaml:6" in reason for reason in result.reasons), result.reasons


def test_offers_that_begin_later_are_said_and_judged_when_asked(tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    add(LOYALTY.replace("loyalty", "spring").replace("existing", "new").replace("20.00", "10.00").replace("60", "0"))(
        place
    )
    replace("catalog.yaml", ("    eligibility: {tenure_months: {from: 0}}", "    valid: {from: 2027-03-01}"))(place)
    result = told(place)
    assert states(result) == {"unchanged": 6, "failing": 0}
    assert result.reasons[-1] == "1 offer of this change begins later and was not judged; --through DATE looks ahead."
    result = diff(place, "HEAD", as_of=DAY, through=date(2027, 3, 1))
    assert states(result) == {"worsened": 6, "failing": 4}
    commit(tmp_path / "repo")
    assert told(place).reasons == ["Nothing in this change fails the gate.", "Not failing: 6 unchanged."]


def test_what_is_new_and_cannot_be_compared_is_said(tmp_path: Path) -> None:
    place = alone(tmp_path)
    add(LOYALTY.replace("{tenure_months: {from: 60}}", "{tenure_months: {from: 1}}"))(place)
    commit(tmp_path / "repo")
    only_the_welcome_ends(place)
    replace("segments.yaml", ("id: stayed", "id: loyal"))(place)
    result = told(place)
    assert states(result) == {"removed": 2, "failing": 0}
    assert result.exit_code == 4
    assert result.reasons[-1].startswith("2 comparisons of this change cannot be made (no-comparator: 2)")


def test_a_gate_that_lets_more_through_is_said(tmp_path: Path) -> None:
    place = alone(tmp_path)
    write(place, {"policy.yaml": POLICY_WITH_GATE.format(gate='{fail_on: [introduced, worsened], noise: "9"}')})
    reasons = told(place).reasons
    assert "The gate of ours no longer fails on lost-sight, waiver-breached." in reasons
    assert "The gate of ours takes changes of up to 9 for noise." in reasons
    write(place, {"policy.yaml": POLICY_WITH_GATE.format(gate="{}").replace("id: ours", "id: mine")})
    assert "Policy ours is no longer used." in told(place).reasons


def test_days_decide_alike_on_both_sides(tmp_path: Path) -> None:
    place = alone(tmp_path)
    only_the_welcome_ends(place)
    assert states(told(place, day=date(2026, 10, 31))) == {"unchanged": 2, "failing": 0}
    assert states(told(place, day=DAY)) == {"lost-sight": 2, "failing": 2}


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    TABLE["a channel is renamed"][0](place)
    assert told(place).to_json() == told(place).to_json()


def test_the_repository_is_left_as_it_was(tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    TABLE["newcomers pay less"][0](place)
    top = tmp_path / "repo"
    before = git(top, "status", "--porcelain"), sorted(path.name for path in (top / ".git").iterdir())
    index = (top / ".git" / "index").read_bytes()
    told(place)
    assert (git(top, "status", "--porcelain"), sorted(path.name for path in (top / ".git").iterdir())) == before
    assert (top / ".git" / "index").read_bytes() == index


TERMS = """\
fairoffer: catalog/1
id: speeds
currency: GBP
terms: {speed: {unit: Mbit/s, better: higher}, wait: {unit: minutes, better: lower}}
products:
  - {id: fibre, type: broadband, facts: {consumer: true}}
offers:
  - id: fast
    product: fibre
    audience: new
    price: [{amount: "30.00", per: month}]
    terms: {speed: 100, wait: 5}
  - id: slow
    product: fibre
    audience: existing
    price: [{amount: "30.00", per: month}]
    terms: {speed: 50, wait: 5}
"""
SCOPED = """\
fairoffer: policy/1
id: ours
compare: {with: new-customer, like_for_like: [product, channel], months: [12]}
facts: {consumer: boolean}
rules:
  - {id: by-default, check: default-gap, terms: [cost], level: house, scope: "consumer"}
  - {id: same-terms, check: term-gap, terms: [speed, wait], level: house}
"""
PAYS = """\
  - {id: stayed, tenure_months: {from: 24}, product: fibre, pays: {amount: "38.00", per: month}}
  - {id: others, tenure_months: {from: 24}, holds: slow}
"""
HIDDEN: dict[str, tuple[Edit, str, str]] = {
    "what a customer pays is left out": (
        replace("segments.yaml", (', pays: {amount: "38.00", per: month}', "")), "by-default", "not-asked",
    ),
    "the product is said to be for nobody whom the rule is for": (
        replace("catalog.yaml", ("consumer: true", "consumer: false")), "by-default", "out-of-scope: scope",
    ),
    "the customer's offer keeps a term to itself": (
        replace("catalog.yaml", ("{speed: 50, wait: 5}", "{wait: 5}")), "same-terms", "term not stated",
    ),
    "the stranger's offer keeps a term to itself": (
        replace("catalog.yaml", ("{speed: 100, wait: 5}", "{wait: 5}")), "same-terms", "term not stated",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HIDDEN)
def test_a_finding_that_is_hidden_is_lost_sight_of(tmp_path: Path, name: str) -> None:
    edit, rule, reason = HIDDEN[name]
    files = {"catalog.yaml": TERMS, "segments.yaml": SEGMENTS_HEAD + PAYS, "policy.yaml": SCOPED}
    place = make(tmp_path / "repo", files)
    edit(place)
    result = told(place)
    assert result.base is not None
    (lost,) = [one for one in result.base.others if one.state == "lost-sight"]
    assert (lost.rule, lost.reason, lost.fails) == (rule, reason, True)
    assert "though it is all still there" in lost.says
    assert result.exit_code == 1


def test_customers_of_another_product_are_judged_there(tmp_path: Path) -> None:
    files = {"catalog.yaml": TERMS, "segments.yaml": SEGMENTS_HEAD + PAYS, "policy.yaml": SCOPED}
    place = make(tmp_path / "repo", files)
    replace("catalog.yaml", ("offers:\n", "  - {id: cable, type: broadband, facts: {consumer: true}}\noffers:\n"))(
        place
    )
    add(TERMS[TERMS.index("  - id: fast") :].replace("id: ", "id: new-").replace("product: fibre", "product: cable"))(
        place
    )
    replace("segments.yaml", ("product: fibre", "product: cable"))(place)
    assert states(told(place)) == {"introduced": 1, "removed": 1, "unchanged": 1, "failing": 1}
