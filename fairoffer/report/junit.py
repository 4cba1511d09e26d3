"""JUnit XML: a suite for each rule, a case for each comparison that was in scope; of a book, for each group of rows,
with how many they are.

A comparison that fails is a failure, one that could not be made is skipped with its reason, and one that may not fail
the verdict (waived, or for review) passes with a note. A rule of which too little could be compared has an error beside
its cases, so that a file without failures is not taken for a proof.
"""

from __future__ import annotations

import re
from collections import defaultdict
from xml.etree import ElementTree as Xml

from fairoffer.model.result import LEVELS, Finding, Other, Result, RuleLedger
from fairoffer.report import states, subjects, words

_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")


def render(result: Result) -> str:
    """The document. In a diff a failure is what fails the gate, and what was there before passes with a note."""
    suites = _suites(result)
    root = Xml.Element("testsuites", name="fairoffer")
    for name, cases in suites.items():
        suite = Xml.SubElement(root, "testsuite", name=_clean(name))
        suite.extend(cases)
        _count(suite, [suite])
    _count(root, list(root))
    Xml.indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{Xml.tostring(root, encoding="unicode")}\n'


def _count(element: Xml.Element, suites: list[Xml.Element]) -> None:
    """The attributes that readers of JUnit expect; no clock is read, so the time is nothing."""
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        within = tag if tag == "testcase" else f"testcase/{tag}"
        element.set(name, str(sum(len(suite.findall(within)) for suite in suites)))
    element.set("time", "0")


def _suites(result: Result) -> dict[str, list[Xml.Element]]:
    """Cases by policy/rule, in the order in which the rules were run."""
    suites: dict[str, list[Xml.Element]] = {f"{one.policy}/{one.rule}": [] for one in result.ledger.rules}
    suites |= {f"{one.policy}/{one.id}": [] for one in result.rules}
    for name, case in _cases(result):
        suites.setdefault(name, []).append(case)
    for one in result.ledger.rules:
        if _too_little(result, one):
            suites[f"{one.policy}/{one.rule}"].append(_coverage(one))
    proven = result.verdict != "not-proven"
    if not proven and all(case.find("error") is None for cases in suites.values() for case in cases):
        suites.setdefault("verdict", []).append(
            _case("verdict", "verdict", "error", "; ".join(result.reasons) or "too little could be compared")
        )
    return {name: cases for name, cases in suites.items() if cases}


def _cases(result: Result) -> list[tuple[str, Xml.Element]]:
    columns, diff = result.comparisons, result.base is not None
    found = {one.id: one for one in result.findings}
    gone = {one.id: one for one in [*result.base.policy_drops, *result.base.others]} if result.base else {}
    names = subjects.names(columns)
    seen: dict[str, int] = defaultdict(int)
    cases = []
    for index, identifier in enumerate(columns.id):
        outcome, rule = columns.outcome[index], f"{columns.policy[index]}/{columns.rule[index]}"
        if outcome == "out-of-scope" and not (identifier in gone and gone[identifier].fails):
            continue
        about = [columns.product[index], names[index], words.place(columns.place[index])]
        name = _name(about, words.term(columns.term[index]), identifier)
        seen[identifier] += 1
        if seen[identifier] > 1:
            name += f" ({seen[identifier]})"
        one = found.get(identifier) if outcome in LEVELS else None  # of a group of a book some rows may pass
        kind, text = _outcome(one, gone.get(identifier), outcome, columns.reason[index], diff)
        if columns.rows:
            text = " ".join(filter(None, [text, _stands_for(columns.rows[index])]))
        cases.append((rule, _case(rule, name, kind, text)))
    rest: list[Finding | Other] = [*result.findings, *(one for one in gone.values() if one.fails)]
    return cases + [(f"{one.policy}/{one.rule}", _unlisted(one, diff)) for one in rest if one.id not in seen]


def _stands_for(rows: int) -> str:
    """What one case counts for, so that cases add up to the comparisons of the ledger."""
    return f"Counts as {words.count(rows, 'comparison')}: {words.count(rows, 'row')} of the book."


def _unlisted(one: Finding | Other, diff: bool) -> Xml.Element:
    """A finding whose comparison is not in the list of comparisons."""
    name = _name([one.product, subjects.name(one), words.place(one.place)], words.term(one.term), one.id)
    found, gone = (one, None) if isinstance(one, Finding) else (None, one)
    kind, text = _outcome(found, gone, "pass" if found is None else found.level, None, diff)
    return _case(f"{one.policy}/{one.rule}", name, kind, text)


def _outcome(
    found: Finding | None, gone: Other | None, outcome: str, reason: str | None, diff: bool
) -> tuple[str, str]:
    """failure, skipped, passed or noted, and what to say."""
    if gone is not None and gone.fails:
        return "failure", f"{gone.state}: {gone.says or states.WORDS[gone.state]}"
    if outcome == "not-assessable":
        return "skipped", ": ".join(filter(None, [reason, words.REASONS.get(reason or "")]))
    if found is None:
        return "passed", f"{gone.state}: {gone.says or states.WORDS[gone.state]}" if gone is not None else ""
    said = f"{found.level}{', ' + found.state if diff else ''}: {found.says}"
    if states.waived(found):
        return "noted", f"waived by {found.waiver or 'an entry of the waiver file'}. {said}"
    fails = found.fails if diff else found.level in states.ERRORS
    return ("failure" if fails else "noted"), f"{said} {found.remedy and f'What mends it: {found.remedy}'}".rstrip()


def _name(about: list[str | None], term: str, identifier: str) -> str:
    parts = [words.short(part) for part in about if part]
    return f"{', '.join(parts) or subjects.WHOLE}{': ' + term if term else ''} [{identifier}]"


def _case(rule: str, name: str, kind: str, text: str) -> Xml.Element:
    """One testcase; `text` is cut to what a reader of a test report takes in."""
    case = Xml.Element("testcase", classname=_clean(rule.replace("/", ".")), name=_clean(name), time="0")
    said = _clean(words.short(text, words.PROSE))
    if kind in ("failure", "error", "skipped"):
        Xml.SubElement(case, kind, {"message": said, "type": kind} if kind != "skipped" else {"message": said})
    elif said:
        Xml.SubElement(case, "system-out").text = said
    return case


def _too_little(result: Result, one: RuleLedger) -> bool:
    """Whether coverage is part of the verdict: in a diff it is only where nothing could be compared."""
    return not one.met and (result.base is None or result.verdict == "not-proven")


def _coverage(one: RuleLedger) -> Xml.Element:
    made = f"{words.share(one.coverage_comparisons)} of the comparisons"
    people = f", {words.share(one.coverage_customers)} of the customers" if one.coverage_customers else ""
    required = f"{words.share(one.required_comparisons)} and {words.share(one.required_customers)}"
    text = f"too little could be compared: {made}{people}; {required} are required"
    return _case(f"{one.policy}/{one.rule}", "coverage", "error", text)


def _clean(text: str) -> str:
    """Text that XML can hold, with hidden characters shown."""
    return _NO_XML.sub(lambda match: f"⟨U+{ord(match[0]):04X}⟩", words.visible(text))
