"""SARIF 2.1.0, as code hosts take it: a place for every result, own fingerprints, rules that depend on no finding.

What is waived is left out, because hosts show suppressed results as open ones; a notification says how many.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from fairoffer.model.result import LEVELS, Result, Rule
from fairoffer.report import states, words
from fairoffer.report.points import Place, Point, points

LIMIT = 5_000  # results that a host shows of a run; it refuses a run with five times as many
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_BASELINE = {"introduced": "new", "worsened": "updated", "waiver-breached": "updated", "lost-sight": "new"}
_HELP = (
    ("What it measures", "formula"),
    ("What it is for", "applies_to"),
    ("Tolerance", "tolerance"),
    ("Allowed all the same", "exempt"),
    ("Evidence to keep", "evidence"),
    ("What mends it", "remedy"),
)


def render(result: Result, root: str = "") -> str:
    """The log: one run. `root` is where the audited directory stands in the repository."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(result, points(result, root))]}
    return json.dumps(log, ensure_ascii=True, indent=1) + "\n"


def _run(result: Result, found: list[Point]) -> dict[str, Any]:
    rules = _rules(result, found)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    kept = found[:LIMIT]
    return {
        "tool": {"driver": {"name": "fairoffer", "version": result.version, "rules": rules}},
        "automationDetails": {"id": f"fairoffer/{_slug(result)}/"},
        "invocations": [
            {
                "executionSuccessful": True,
                "exitCode": result.exit_code,
                "exitCodeDescription": words.VERDICTS[result.verdict],
                "toolExecutionNotifications": _notifications(result, len(found) - len(kept)),
            }
        ],
        "results": [_result(one, index) for one in kept],
        "properties": {"verdict": result.verdict, "asOf": result.as_of, "counts": states.counted(result)},
    }


def _slug(result: Result) -> str:
    """The catalog's id as a category: results of two catalogs in one repository do not close each other."""
    name = result.catalog.id if result.catalog else ""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name)[:80].strip("-") or "catalog"


def _result(one: Point, index: dict[str, int]) -> dict[str, Any]:
    name = f"{one.policy}/{one.rule}"
    state = f"{words.capital(one.state)}: " if one.state else ""
    about = filter(None, [one.product, one.subject, one.term])
    tags: dict[str, Any] = {"level": one.level, "check": one.check, "cause": one.cause}
    result: dict[str, Any] = {
        "ruleId": name,
        "ruleIndex": index[name],
        "level": one.severity,
        "message": {"text": message(f"{state}{one.says}")},
        "locations": [
            _location(one.place)
            | {"logicalLocations": [{"fullyQualifiedName": " / ".join(map(words.visible, about)), "kind": "element"}]}
        ],
        "partialFingerprints": {"fairoffer/v1": one.id, "primaryLocationLineHash": one.id},
        "properties": tags,
    }
    if one.book is not None:
        tags["book"] = one.book.model_dump(exclude_none=True)
    if one.others:
        result["relatedLocations"] = [
            {"id": number, **_location(place), "message": {"text": "Where the other side is written."}}
            for number, place in enumerate(one.others, 1)
        ]
    if one.state:
        result["baselineState"] = _BASELINE[one.state]
        tags |= {"state": one.state, "fails": one.fails}
    return result


def message(text: str) -> str:
    """Text in which nothing is a link to somewhere, nor a placeholder."""
    return re.sub(r"\{([0-9]+)\}", r"{ \1 }", text.replace("](", "] ("))


def _location(place: Place) -> dict[str, Any]:
    uri = quote(place.path, safe="/~", errors="backslashreplace")
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": place.line}}}


def _rules(result: Result, found: list[Point]) -> list[dict[str, Any]]:
    """Every rule that was run, and the bare name of one that the result does not describe."""
    rules = {f"{rule.policy}/{rule.id}": _rule(rule) for rule in result.rules}
    for one in found:
        name = f"{one.policy}/{one.rule}"
        rules.setdefault(name, {"id": name})
    return list(rules.values())


def _rule(rule: Rule) -> dict[str, Any]:
    says = rule.title or rule.words or f"The check {rule.check}."
    described: dict[str, Any] = {
        "id": f"{rule.policy}/{rule.id}",
        "shortDescription": {"text": _text(says)},
        "fullDescription": {"text": _text(rule.words or says)},
        "help": {"text": _help(rule)},
        "properties": {"tags": [one for one in (rule.check, rule.level, rule.policy) if one]},
    }
    described["properties"]["tags"] = list(dict.fromkeys(described["properties"]["tags"]))
    if rule.level is not None:
        level = "error" if rule.level in states.ERRORS else "note" if rule.level == LEVELS[-1] else "warning"
        described["defaultConfiguration"] = {"level": level}
    url = words.link(rule.source.url)
    if url:
        described["helpUri"] = quote(url, safe=":/?#[]@!$&'()*+,;=%~")
    return described


def _help(rule: Rule) -> str:
    """What a reader of an alert needs to know of the rule, one thing a line."""
    lines = [rule.words]
    for heading, name in _HELP:
        value = getattr(rule, name)
        text = "; ".join(line.strip() for line in value) if isinstance(value, list) else value
        lines.append(f"{heading}: {text}" if text else "")
    source = words.source(rule.source)
    read = f" ({words.READ[rule.source.read]})" if rule.source.read else ""
    lines += [f"Source: {source}{read}" if source else "", words.NOT_ADVICE if rule.legal else ""]
    return "\n".join(_text(line) for line in lines if line) or f"The check {rule.check}."


def _text(text: str) -> str:
    return message(words.visible(words.short(text, words.PROSE)))


def _notifications(result: Result, left_out: int) -> list[dict[str, Any]]:
    """The verdict and its reasons, and what is not among the results."""
    counts = states.counted(result)
    reasons = " ".join(words.short(reason, 300) for reason in result.reasons[:10])
    verdict = f"{words.VERDICTS[result.verdict]}{': ' + reasons if reasons else ''}"
    notes = [("note" if result.verdict == "passed" else "warning", verdict)]
    if left_out:
        shown = f"Only the {LIMIT:,} worst results are in this log; {left_out:,} more are left out."
        notes.append(("warning", f"{shown} The CSV and the JSON of the same audit hold every one."))
    if counts["waived"]:
        notes.append(("note", f"{words.count(counts['waived'], 'waived finding')} left out."))
    if counts["not-assessable"]:
        blind = words.count(counts["not-assessable"], "comparison")
        notes.append(("warning", f"{blind} could not be assessed, and no result says so."))
    return [{"level": level, "message": {"text": message(words.visible(text))}} for level, text in notes]
