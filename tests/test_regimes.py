"""The shipped policies as a whole: sources, cases for every rule, and the answers that were worked out from the law.

That each case holds is tested where all shipped cases are run; here stands what they must be about.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from fairoffer.cases import find_cases, run_file
from fairoffer.model.case import Case, load_case
from fairoffer.model.columns import columns_of, names_in
from fairoffer.model.condition import compile_condition
from fairoffer.model.policy import Policy, Rule
from fairoffer.model.shipped import shipped_policies
from fairoffer.verdict import judge

ROOT = Path(__file__).parents[1]
CASES = ROOT / "fixtures" / "cases"
POLICIES = {policy.id: policy for policy in shipped_policies()}
REGIMES = [policy for policy in POLICIES.values() if policy.status != "house"]
RULES = [(policy, rule) for policy in POLICIES.values() for rule in policy.rules]

# Case id: policy, and every outcome that the law was read to lead to, with its gap where there is one.
GIVEN: dict[str, tuple[str, tuple[tuple[str, str | None], ...]]] = {
    "UK01": ("uk-fca-icobs-6b", (("breach", "50.00"),)),
    "UK03": ("uk-fca-icobs-6b", (("breach", "20.00"),)),
    "UK04": ("uk-fca-icobs-6b", (("pass", "-5.00"),)),
    "UK06": ("uk-fca-icobs-6b", (("out-of-scope", None),)),
    "UK08": ("uk-fca-icobs-6b", (("breach", "6.00"),)),
    "UK09": ("uk-fca-icobs-6b", (("pass", "0.00"),)),
    "UK11": ("uk-fca-icobs-6b", (("breach", "0.01"),)),
    "UK12": ("uk-fca-icobs-6b", (("pass", "0.00"),)),
    "UK14": ("uk-fca-icobs-6b", (("breach", "25.00"),)),
    "UK15": ("uk-fca-icobs-6b", (("breach", "40.00"),)),
    "UK16": ("uk-fca-icobs-6b", (("pass", "0.00"),)),
    "UK18": ("uk-fca-icobs-6b", (("pass", "0.00"),)),
    "UK19": ("uk-fca-icobs-6b", (("breach", "28.00"),)),
    "UK21": ("uk-fca-icobs-6b", ()),
    "UK22": ("uk-fca-icobs-6b", ()),
    "UK24": ("uk-fca-icobs-6b", (("review", "0.1"), ("pass", None))),
    "UK25": ("uk-fca-icobs-6b", (("breach", None), ("pass", None))),
    "UK27": ("uk-fca-icobs-6b", (("out-of-scope", None),)),
    "UK28": ("uk-fca-icobs-6b", (("out-of-scope", None),)),
    "UK29": ("uk-fca-icobs-6-5-notice", (("breach", None),)),
    "UK32": ("uk-fca-icobs-6b", (("breach", "50.00"),)),
    "IE01": ("ie-cbi-price-walking", (("pass", "0.00"),)),
    "IE02": ("ie-cbi-price-walking", (("breach", "20.00"),)),
    "IE03": ("ie-cbi-price-walking", (("out-of-scope", None),)),
    "IE05": ("ie-cbi-price-walking", (("pass", "0.00"),)),
    "IE07": ("ie-cbi-price-walking", (("breach", None),)),
    "OF01": ("uk-ofcom-contract-notices", (("breach", None),)),
    "OF03": ("uk-ofcom-contract-notices", (("breach", None),)),
    "OF04": ("uk-ofcom-price-rises", (("breach", None),)),
    "OF05": ("uk-ofcom-price-rises", (("pass", None),)),
    "OF06": ("uk-ofcom-price-rises", (("breach", None),)),
    "OF08": ("uk-ofcom-commitments", (("commitment", None),)),
    "OF09": ("uk-ofcom-commitments", (("commitment", "30.00"),)),
    "OG01": ("uk-ofgem-acquisition-only", (("breach", "50.00"),)),
    "OG03": ("uk-ofgem-acquisition-only", (("review", None),)),
    "OG04": ("uk-ofgem-acquisition-only", (("pass", None),)),
    "NL01": ("nl-bgfo-81a", (("breach", "0.25"),)),
    "NL03": ("nl-bgfo-81a", (("review", "0.35"),)),
    "AU01": ("au-aer-2026", (("breach", "50.00"),)),
    "AU03": ("au-aer-2026", (("pass", "0.00"),)),
    "SV01": ("uk-consumer-duty-value", (("review", "2.75"),)),
    "SV02": ("uk-sear-shadow", (("shadow", "0.30"),)),
    "US01": ("us-price-optimisation", (("breach", None),)),
    "NY02": ("us-ny-349a", (("breach", None),)),
    "ME01": ("uk-fca-icobs-6b", (("not-assessable", None),)),
    "ME02": ("best-offer", (("house", "439.00"),)),
    "ME03": ("best-offer", (("house", "108.00"),)),
}
CLOSED = {"UK21", "UK22", "UK32"}

SCOPE_OF_A_RENEWAL = (
    "product_type IN ('home', 'motor') AND consumer AND NOT group_policy AND renewal_after_old"
    " AND (renewal_notice OR renewal_encouraged OR renewal_same_intermediary)"
)


@cache
def cases() -> dict[Path, Case]:
    return {path: load_case(path).case for path in find_cases([CASES])}


def outcomes_of(policy: Policy, rule: Rule) -> set[str]:
    names = (rule.id, f"{policy.id}/{rule.id}")
    return {
        expectation.outcome
        for case in cases().values()
        if policy.id in case.policy
        for expectation in case.expect
        if expectation.rule in names and expectation.outcome is not None
    }


def texts(policy: Policy) -> Iterator[str]:
    """Everything a policy says in words, comments left out."""
    dumped: list[object] = [policy.model_dump(mode="json")]
    while dumped:
        value = dumped.pop()
        if isinstance(value, dict):
            dumped += [item for key, item in value.items() if key != "url"]
        elif isinstance(value, list):
            dumped += value
        elif isinstance(value, str):
            yield value


@pytest.mark.parametrize("policy", REGIMES, ids=lambda policy: policy.id)
def test_a_regime_says_where_it_comes_from(policy: Policy) -> None:
    assert all((policy.title, policy.jurisdiction, policy.as_of, policy.source))
    for rule in policy.rules:
        source = policy.source_for(rule)
        assert all((source.name, source.url, source.read, rule.title, rule.formula)), rule.id
    if policy.status in ("law", "licence"):
        assert policy.effective is not None
        assert policy.effective.from_ is not None


@pytest.mark.parametrize("policy, rule", RULES, ids=lambda part: part.id)
def test_every_rule_has_a_failing_a_passing_and_a_not_assessable_case(policy: Policy, rule: Rule) -> None:
    assert outcomes_of(policy, rule) >= {rule.level, "pass", "not-assessable"}


@pytest.mark.parametrize("policy, rule", [pair for pair in RULES if pair[1].level == "breach"], ids=lambda p: p.id)
def test_a_breach_rests_on_a_source_that_was_read(policy: Policy, rule: Rule) -> None:
    assert policy.status in ("law", "licence")
    assert policy.source_for(rule).read in ("primary", "secondary")


@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.id)
def test_no_policy_says_that_anything_is_in_order(policy: Policy) -> None:
    claims = re.compile(r"\bcompl(y|ies|iant|iance)\b|\blawful|\bunfair|\bvictim|\bdiscriminat", re.IGNORECASE)
    assert [text for text in texts(policy) if claims.search(text)] == []


def test_only_paragraphs_that_were_seen_are_named() -> None:
    """The text of 6B.2 could not be read; two of its paragraphs are known from elsewhere."""
    files = [*(ROOT / "policies").glob("*.yaml"), *CASES.rglob("*.yaml")]
    named = {found for file in files for found in re.findall(r"6B\.2\.\w+", file.read_text(encoding="utf-8"))}
    assert named == {"6B.2.1R", "6B.2.12R"}


@pytest.mark.parametrize("name", GIVEN)
def test_what_was_worked_out_from_the_law_is_a_case(name: str) -> None:
    policy, expected = GIVEN[name]
    about = [case for case in cases().values() if case.source and re.match(rf"{name}\b", case.source.name or "")]
    assert about, f"no case names {name} as its source"
    said = [expectation for case in about if policy in case.policy for expectation in case.expect]
    pairs = [(expectation.outcome, expectation.gap) for expectation in said if expectation.rule]
    for outcome, gap in expected:
        assert any(o == outcome and (gap is None or g == Decimal(gap)) for o, g in pairs), (outcome, gap, pairs)
    if name in CLOSED:
        assert any(True in (expectation.closed or {}).values() for expectation in said)


def test_every_case_has_its_own_name_and_stands_with_its_policy() -> None:
    for folder in {path.parent for path in cases()}:
        names = [case.name for path, case in cases().items() if path.parent == folder]
        assert len(set(names)) == len(names), folder.name
        if folder.name in POLICIES:
            assert all(folder.name in case.policy for path, case in cases().items() if path.parent == folder)


def test_two_laws_measure_one_row_differently() -> None:
    """A later renewal above a new customer's price, and not above a first renewal's: one law fails it, one does not."""
    path = CASES / "ie-cbi-price-walking" / "the-same-row-in-two-countries.yaml"
    loaded = load_case(path)
    assert len(loaded.inputs.book or ()) == 1
    result = judge(loaded.inputs, loaded.case.as_of)
    columns = {name: values for name, values in result.comparisons.model_dump(by_alias=True).items() if values}
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    prices = {row["policy"]: row for row in rows if row["rule"] in ("renewal-price", "later-renewal-price")}
    uk, ireland = prices["uk-fca-icobs-6b"], prices["ie-cbi-price-walking"]
    numbers = ("gap", "comparator")
    assert (uk["outcome"], *(Decimal(str(uk[name])) for name in numbers)) == ("breach", Decimal(120), Decimal(400))
    assert (ireland["outcome"], *(Decimal(str(ireland[name])) for name in numbers)) == (
        "pass",
        Decimal(0),
        Decimal(520),
    )


def test_published_differences_in_percent() -> None:
    loaded = load_case(CASES / "measures" / "me03-new-against-five-years.yaml")
    result = judge(loaded.inputs, loaded.case.as_of)
    percent = {f.customer: f.gap_percent for f in result.findings if f.rule == "by-default"}
    assert {name: Decimal(str(value)) for name, value in percent.items()} == {
        "buildings": Decimal("83.1"),
        "combined": Decimal("73.9"),
        "contents": Decimal("146.4"),
        "motor": Decimal("29.8"),
    }


def test_averages_cure_nothing() -> None:
    """Ninety-six below and four above: the four are found, and the net that is far below zero changes nothing."""
    path = next((CASES / "uk-fca-icobs-6b").glob("uk25-*.yaml"))
    assert run_file(path).faults == ()
    loaded = load_case(path)
    result = judge(loaded.inputs, loaded.case.as_of)
    assert result.verdict == "failed"
    assert [f.customer for f in result.findings if f.rule == "renewal-price"] == ["few"]


def test_monthly_policies_are_all_that_widens_the_scope_of_a_renewal() -> None:
    """Whatever is no price change of a monthly policy is in scope exactly as the glossary's renewal is."""
    policy = POLICIES["uk-fca-icobs-6b"]
    assert policy.scope is not None
    schema = columns_of("customers", policy.facts, names_in(policy.scope))
    flags = (True, False, None)
    choices = {
        "event": ("renewal", "benefit-end", "price-change", None),
        "per": ("month", "term", None),
        "product_type": ("home", "travel", None),
        "consumer": flags,
        "group_policy": (False, None),
        "renewal_after_old": flags,
        "renewal_notice": flags,
        "renewal_encouraged": (False, None),
        "renewal_same_intermediary": flags,
        "price": (Decimal(10),),
        "previous_price": (Decimal(9), Decimal(11), None),
        "previous_changed_price": (None,),
    }
    rows = [dict(zip(choices, row, strict=True)) for row in itertools.product(*choices.values())]
    frame = pl.DataFrame(rows, schema={name: schema[name] for name in choices})
    both = frame.with_columns(
        now=compile_condition(policy.scope, schema).expression,
        renewal=compile_condition(SCOPE_OF_A_RENEWAL, schema).expression,
    )
    monthly = (pl.col("event").eq_missing("price-change")) & pl.col("per").eq_missing("month")
    assert both.filter(~monthly & pl.col("now").ne_missing(pl.col("renewal"))).height == 0
    reached = (pl.col("product_type") != "travel") & pl.col("consumer") & ~pl.col("group_policy")
    changes = both.filter(monthly & reached)
    assert changes.height > 0
    assert (
        changes["now"].to_list()
        == changes.select(pl.col("previous_price").lt(10).fill_null(True)).to_series().to_list()
    )


def outcomes_without(**changed: object) -> set[tuple[str, str | None]]:
    """Outcomes of the renewal price, for the rows in scope of all cases, when they say something else or nothing."""
    inputs, rows = None, []
    for path, case in cases().items():
        in_scope = any(e.rule == "renewal-price" and e.outcome in ("pass", "breach") for e in case.expect)
        if case.book and in_scope and path.parent.name == "uk-fca-icobs-6b":
            inputs = load_case(path).inputs
            rows += [row.model_copy(update={"product": None, **changed}) for row in inputs.book or ()]
    assert inputs is not None
    assert len(rows) > 50
    catalog = inputs.catalog.model_copy(update={"facts": {}})
    result = judge(replace(inputs, book=tuple(rows), catalog=catalog), date(2026, 11, 21))
    columns = result.comparisons
    named = zip(columns.rule, columns.outcome, columns.reason, strict=True)
    found = [(outcome, reason) for rule, outcome, reason in named if rule == "renewal-price"]
    assert len(found) == len(rows)
    return set(found)


@pytest.mark.parametrize("quotes", [None, ()], ids=["not-known", "none"])
def test_a_missing_comparator_is_never_a_pass(quotes: tuple[()] | None) -> None:
    found = outcomes_without(quotes=quotes, consumer=True, group_policy=False)
    assert found == {("not-assessable", "no-comparator")}


@pytest.mark.parametrize("fact", ["consumer", "group_policy", "product_type"])
def test_a_scope_that_is_not_known_is_never_out_of_scope(fact: str) -> None:
    known: dict[str, object] = {"consumer": True, "group_policy": False}
    assert outcomes_without(**(known | {fact: None})) == {("not-assessable", "scope-unknown")}
