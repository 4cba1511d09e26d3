"""JUnit read back as a CI system reads it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from fairoffer import report
from fairoffer.model.result import Result
from tests.report import every, on_rows


def suites(result: Result) -> ElementTree.Element:
    text = report.render(result, "junit")
    assert isinstance(text, str)
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ')
    return ElementTree.fromstring(text.encode())


def cases(root: ElementTree.Element) -> dict[str, ElementTree.Element]:
    return {case.get("name", ""): case for case in root.iter("testcase")}


def test_a_suite_for_each_rule_and_a_case_for_each_comparison(small: Result) -> None:
    root = suites(small)
    assert [suite.get("name") for suite in root] == [
        "best-offer/by-default",
        "best-offer/best-within-reach",
        "best-offer/open-to-all",
        "best-offer/same-incentives",
    ]
    told = {suite.get("name"): [suite.get(n) for n in ("tests", "failures", "errors", "skipped")] for suite in root}
    # five comparisons and the coverage that was not reached
    assert told["best-offer/by-default"] == ["6", "3", "1", "1"]
    assert told["best-offer/best-within-reach"] == ["2", "1", "0", "0"]  # one more was out of scope
    assert [root.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["11", "5", "1", "1"]


def test_what_each_case_says(small: Result) -> None:
    found = cases(suites(small))
    by_segment = {name.partition(" [")[0]: case for name, case in found.items()}
    failed = by_segment["fibre-100, loyal-5y: total cost over 12 months"].find("failure")
    assert failed is not None
    assert failed.get("message", "").startswith("house: A stranger pays GBP 273.21")
    assert "What mends it: open fibre-100-welcome" in failed.get("message", "")
    blind = by_segment["copper-phone, landline: total cost over 12 months"].find("skipped")
    assert blind is not None
    assert blind.get("message", "").startswith("no-comparator: there is no offer")
    assert list(by_segment["fibre-100, first-year: total cost over 12 months"]) == []
    note = by_segment["fibre-100, loyal-5y: incentives"].findtext("system-out") or ""
    assert note.startswith("waived by waivers.yaml:3. house: A stranger gets a gift card")
    missed = found["coverage [coverage]"] if "coverage [coverage]" in found else found["coverage"]
    error = missed.find("error")
    assert error is not None
    assert "80% of the comparisons, 98% of the customers; 95% and 95% are required" in error.get("message", "")


def test_of_a_change_only_what_fails_the_gate_is_a_failure() -> None:
    change = every.change()
    assert change.base is not None
    found = cases(suites(change))
    failing = {one.id for one in [*change.findings, *change.base.others] if one.fails}
    shown = {name.rpartition("[")[2].rstrip("]") for name, case in found.items() if case.find("failure") is not None}
    assert shown == failing
    lost = next(one for one in change.base.others if one.state == "lost-sight" and one.fails)
    (case,) = [case for name, case in found.items() if lost.id in name]
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == "lost-sight: It is lost-sight now."
    kept = next(one for one in change.findings if one.state == "unchanged" and one.waiver is None)
    (case,) = [case for name, case in found.items() if kept.id in name]
    assert (case.findtext("system-out") or "").startswith(f"{kept.level}, unchanged: ")


def test_nothing_compared_is_an_error_and_no_green_file() -> None:
    bare = Result(verdict="not-proven", exit_code=4, as_of="2026-11-21", version="0", reasons=["nothing was there"])
    root = suites(bare)
    assert root.get("errors") == "1"
    (case,) = root.iter("testcase")
    error = case.find("error")
    assert error is not None
    assert error.get("message") == "nothing was there"


def test_findings_that_no_comparison_lists_are_cases_all_the_same(small: Result) -> None:
    bare = small.model_copy(update={"comparisons": type(small.comparisons)()})
    found = cases(suites(bare))
    assert [one.id for one in small.findings if not any(one.id in name for name in found)] == []


def test_subjects_of_rows_are_named() -> None:
    found = " ".join(cases(suites(on_rows.rows())))
    for name in ("customer c1", "notice n1", "notice n2 (customer c2)", "record r1", "offer o1", "whole product"):
        assert name in found, name


@pytest.mark.parametrize("mark", ["\x00", "\x1b[31m", "\ud800", "\ufffe", "]]>", "<a b='c'>&", "\u202e", "\r\n"])
def test_any_text_can_be_read_back(small: Result, mark: str) -> None:
    says, product = f"before{mark}after", f"p{mark}q"
    one = small.findings[0].model_copy(update={"says": says, "product": product, "segment": mark})
    columns = small.comparisons.model_copy(
        update={"product": [product] * 11, "segment": [mark] * 11, "reason": [mark] * 11}
    )
    result = small.model_copy(update={"findings": [one], "comparisons": columns})
    root = suites(result)
    failed = [case.find("failure") for case in root.iter("testcase") if case.find("failure") is not None]
    assert failed[0] is not None
    message = failed[0].get("message", "")
    assert "before" in message
    assert "after" in message
    assert "\n" not in message
    if mark.isprintable() and mark.isascii():
        assert says in message
