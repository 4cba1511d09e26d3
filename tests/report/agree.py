"""What each format says of a change in numbers, read back from what was rendered."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from xml.etree import ElementTree

from fairoffer import report
from fairoffer.model.result import STATES, Result
from fairoffer.report.github import step_outputs


def text(result: Result, format: str) -> str:
    data = report.render(result, format)
    return data if isinstance(data, str) else data.decode()


def _number(shown: str) -> int:
    return int(shown.replace(",", ""))


def _all(counts: Counter[str]) -> dict[str, int]:
    return {state: counts[state] for state in STATES}


def states_by_format(result: Result) -> dict[str, dict[str, int]]:
    """How many findings and comparisons each format has in each state, of the formats that say it."""
    html = text(result, "html")
    html = html[html.index('id="t-change"') :] if 'id="t-change"' in html else ""
    in_html = re.findall(r'<th scope="row">([\w-]+)</th><td>[^<]*</td><td class="num">([\d,]+)</td>', html)
    in_md = re.findall(r"^\| ([\w-]+) \| ([\d,]+) \|", text(result, "md"), re.MULTILINE)
    in_text = re.findall(r"^  - ([\d,]+) ([\w-]+): ", text(result, "text"), re.MULTILINE)
    rows = csv.DictReader(io.StringIO(text(result, "csv")))
    (run,) = json.loads(text(result, "sarif"))["runs"]
    return {
        "json": json.loads(text(result, "json"))["base"]["states"],
        "html": _all(Counter({name: _number(shown) for name, shown in in_html})),
        "md": _all(Counter({name: _number(shown) for name, shown in in_md})),
        "text": _all(Counter({name: _number(shown) for shown, name in in_text})),
        "csv": _all(Counter(row["state"] for row in rows)),
        "sarif": _all(Counter(run["properties"]["counts"])),
    }


def failing_by_format(result: Result) -> dict[str, int]:
    """How much fails the gate, by what each format counts and by what it lists."""
    (run,) = json.loads(text(result, "sarif"))["runs"]
    root = ElementTree.fromstring(text(result, "junit"))
    head = text(result, "html").partition('id="t-change"')[2].partition("</caption>")[0]
    saved = json.loads(text(result, "json"))
    return {
        "json": saved["base"]["failing"],
        "json, listed": sum(one["fails"] for one in [*saved["findings"], *saved["base"]["others"]]),
        "sarif": run["properties"]["counts"]["failing"],
        "sarif, listed": sum(one["properties"]["fails"] for one in run["results"]),
        "sarif, errors": sum(one["level"] == "error" for one in run["results"]),
        "junit": int(root.get("failures", "-1")),
        "junit, listed": len(root.findall(".//failure")),
        "github": int(step_outputs(result)["failing"]),
        "csv": sum(row["fails"] == "yes" for row in csv.DictReader(io.StringIO(text(result, "csv")))),
        "md": _number(re.findall(r"Fails the gate \| ([\d,]+)", text(result, "md"))[0]),
        "text": _number(re.findall(r"Fails the gate +([\d,]+)", text(result, "text"))[0]),
        "html": _number(re.findall(r"([\d,]+) fail the gate", head)[0]) if head else 0,
    }
