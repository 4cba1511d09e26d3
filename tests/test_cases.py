"""Worked cases: what passes, what fails and how it says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fairoffer.cases import Report, find_cases, run_file
from fairoffer.errors import InputError, UsageError
from fairoffer.model.inputs import find_fixture
from tests.cli.command import Run

HEAD = """\
fairoffer: case/1
name: a welcome price
as_of: 2026-11-21
catalog:
  currency: GBP
  products: [{id: fibre, type: broadband}, {id: old, type: broadband, close_match: fibre, on_sale: {to: 2025-01-01}}]
  offers:
    - {id: welcome, product: fibre, audience: new, price: [{amount: "20.00"}]}
    - {id: standard, product: fibre, audience: any, price: [{amount: "30.00"}]}
segments: [{id: stayed, tenure_months: {from: 24}, holds: standard, customers: 100}]
expect:
"""
TWELVE = "- {rule: by-default, term: total_cost@12, outcome: house, gap: 120}\n"
TWENTY_FOUR = "- {rule: best-offer/by-default, term: total_cost@24, segment: stayed, outcome: house}\n"
Make = Callable[..., Report]


@pytest.fixture
def report_of(tmp_path: Path) -> Make:
    """The report of a case that expects `lines`."""

    def make(*lines: str, head: str = HEAD) -> Report:
        path = tmp_path / "case.yaml"
        path.write_text(head + "".join(f"  {line}" for line in lines), encoding="utf-8")
        return run_file(path)

    return make


def test_a_case_that_passes(report_of: Make) -> None:
    report = report_of(TWELVE, TWENTY_FOUR)
    assert report.faults == ()
    assert report.passed
    assert report.name == "a welcome price"


@pytest.mark.parametrize(
    "said",
    [
        'gap: "120.00"',
        'gap_least: "120"',
        "customers: 100",
        "customers_coming: 0",
        'existing: "360.00"',
        "existing: standard",
        'comparator: "240"',
        "comparator: welcome",
        "offer: welcome",
        "product: fibre",
        "place: {}",
        'per: month, gap: "10.00"',
        'per: year, gap: "120"',
    ],
)
def test_what_may_be_said(report_of: Make, said: str) -> None:
    line = f"- {{rule: by-default, term: total_cost@12, outcome: house, {said}}}\n"
    assert report_of(line, TWENTY_FOUR).faults == ()


@pytest.mark.parametrize(
    "said, fault",
    [
        ('gap: "120.01"', "gap is 120.00, not 120.01"),
        ('gap_max: "130"', "gap_max is not known, not 130"),
        ("customers: 99", "customers is 100, not 99"),
        ("existing: welcome", "existing is standard, not welcome"),
        ("comparator: standard", "comparator is welcome, not standard"),
        ("reason: no-comparator", "reason is not known"),
        ("per: term", "per is not known, not term"),
        ("per: once", "per is not known, not once"),
    ],
)
def test_what_is_said_wrongly(report_of: Make, said: str, fault: str) -> None:
    line = f"- {{rule: by-default, term: total_cost@12, outcome: house, {said}}}\n"
    (only,) = report_of(line, TWENTY_FOUR).faults
    assert fault in only
    assert "case.yaml:12" in only


def test_another_outcome(report_of: Make) -> None:
    (only,) = report_of(TWELVE.replace("outcome: house, gap: 120", "outcome: pass"), TWENTY_FOUR).faults
    assert "outcome is house, not pass" in only
    assert "fibre / stayed / total_cost@12" in only


def test_an_unexpected_finding(report_of: Make) -> None:
    (only,) = report_of(TWELVE).faults
    assert "not expected: by-default on fibre / stayed / total_cost@24: house, gap 240.00" in only


def test_an_expectation_that_matches_two(report_of: Make) -> None:
    (only,) = report_of("- {rule: by-default, outcome: house}\n").faults
    assert "2 comparisons match" in only


def test_an_expectation_that_matches_none(report_of: Make) -> None:
    faults = report_of("- {rule: by-default, term: total_cost@36, outcome: house}\n", TWELVE, TWENTY_FOUR).faults
    assert len(faults) == 1
    assert "no comparison matches; the rule made" in faults[0]


def test_a_rule_that_does_not_exist(report_of: Make) -> None:
    (only,) = report_of(TWELVE.replace("by-default", "by-defualt")).faults
    assert "did you mean by-default?" in only


def test_only_the_named_rules_run(report_of: Make) -> None:
    """Other rules of the policy find something here too, and that is no fault."""
    assert report_of(
        "- {rule: no-walk, product: fibre, term: total_cost@12, outcome: pass}\n",
        "- {rule: no-walk, product: fibre, term: total_cost@24, outcome: pass}\n",
    ).passed


def test_totals(report_of: Make) -> None:
    right = '- {totals: {findings: 2, customers: 100, currency: GBP, by_default: {gross: "12000"}}}\n'
    assert report_of(TWELVE, TWENTY_FOUR, right).faults == ()
    wrong = "- {totals: {findings: 3, custmers: 100, by_default: {gross: null}}}\n"
    faults = report_of(TWELVE, TWENTY_FOUR, wrong).faults
    assert len(faults) == 3
    assert "totals.findings is 2, not 3" in faults[0]
    assert "did you mean customers?" in faults[1]
    assert "by_default.gross" in faults[2]


def test_closed_products(report_of: Make) -> None:
    assert report_of("- {closed: {old: true, fibre: false}}\n").faults == ()
    (wrong, unknown) = report_of("- {closed: {fibre: true, new: true}}\n").faults
    assert "closed.fibre: the product counts as open" in wrong
    assert "no such product" in unknown


def test_a_policy_beside_the_case(report_of: Make, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "fairoffer: policy/1\nid: mine\nrules:\n"
        '  - {id: near, check: default-gap, terms: [cost], level: commitment, tolerance: {money: "119.99"}}\n'
    )
    head = HEAD.replace("as_of", "policy: mine.yaml\nas_of")
    assert (
        report_of('- {rule: near, term: total_cost@12, outcome: commitment, gap: "120.00"}\n', head=head).faults == ()
    )
    (tmp_path / "mine.yaml").write_text((tmp_path / "mine.yaml").read_text().replace("119.99", "120.00"))
    assert report_of('- {rule: near, term: total_cost@12, outcome: pass, gap: "120.00"}\n', head=head).faults == ()


def test_a_file_that_is_no_case(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text("fairoffer: case/1\nname: nothing\n")
    with pytest.raises(InputError):
        run_file(path)


def test_which_files_are_cases(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name, text in {
        "deep/b.yml": "fairoffer: case/1\n",
        "a.yaml": "# a remark\n\nfairoffer: case/1\n",
        "policy.yaml": "fairoffer: policy/1\n",
        "typo.yaml": "fairofer: case/1\n",
        "notes.md": "no",
    }.items():
        (tmp_path / name).write_text(text)
    assert [path.name for path in find_cases([tmp_path])] == ["a.yaml", "b.yml", "typo.yaml"]
    with pytest.raises(UsageError, match="nothing was tested"):
        find_cases([tmp_path / "nowhere"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no case"):
        find_cases([tmp_path / "empty"])


def test_the_command(run: Run, tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(HEAD + "  " + TWELVE + "  " + TWENTY_FOUR)
    ending = run("test", tmp_path)
    assert (ending.code, ending.out) == (0, "1 passed, 0 failed\n")
    (tmp_path / "bad.yaml").write_text(HEAD + "  " + TWELVE)
    ending = run("test", tmp_path)
    assert ending.code == 1
    assert ending.out.splitlines()[-1] == "1 passed, 1 failed"
    assert len(ending.out.splitlines()) == 2
    (tmp_path / "ugly.yaml").write_text("fairofer: case/1\n")
    ending = run("test", tmp_path)
    assert ending.code == 3
    assert ending.out.splitlines()[-1] == "1 passed, 2 failed"
    assert "ugly.yaml:1" in ending.err


def shipped_cases() -> list[Path]:
    try:
        return find_cases([find_fixture("cases")])
    except UsageError:
        return []


@pytest.mark.parametrize("path", shipped_cases(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_shipped_cases(path: Path) -> None:
    assert run_file(path).faults == ()
