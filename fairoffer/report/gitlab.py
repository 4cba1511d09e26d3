"""GitLab's code quality report: every finding that is open now, each with its id as the fingerprint.

GitLab itself compares the report of a change with that of its target: a finding that is left out here would be shown as
mended. So what was there before is in it, in a diff too, and so is what can no longer be compared.
"""

from __future__ import annotations

import json

from fairoffer.model.result import Result
from fairoffer.report import states, words
from fairoffer.report.points import Point, made

SEVERITIES = {
    "breach": "blocker",
    "commitment": "critical",
    "house": "major",
    "review": "minor",
    "shadow": "info",
}


def render(result: Result, root: str = "") -> str:
    """A list of issues, the worst first; what is waived is left out. `root` as in `points.points`."""
    live = [one for one in result.findings if not states.waived(one)]
    _, lost = states.blamed(result)
    return json.dumps([_issue(one) for one in made(result, live, lost, root)], ensure_ascii=True, indent=1) + "\n"


def _issue(one: Point) -> dict[str, object]:
    state = f"{words.capital(one.state)}: " if one.state else ""
    return {
        "type": "issue",
        "check_name": f"{one.policy}/{one.rule}",
        "description": f"{state}{one.says}",
        "fingerprint": one.id,
        "severity": SEVERITIES.get(one.level, "info"),
        "location": {"path": one.place.path, "lines": {"begin": one.place.line}},
    }
