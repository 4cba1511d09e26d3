"""Workflow commands that GitHub shows as annotations, and what a step tells the steps after it.

A step may show ten annotations of a kind and drops the others without a word; so the worst ten causes are shown, each
once, and a notice before them says how many findings there are.
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from fairoffer.model.result import Result
from fairoffer.report import states, words
from fairoffer.report.points import Point, points

LIMIT = 10
_KINDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(result: Result, root: str = "") -> str:
    """One command a line: the summary, and the worst finding of each of the worst causes. `root` as in `points`."""
    found = points(result, root)
    worst: dict[str, Point] = {}
    for one in found:
        worst.setdefault(one.cause, one)
    shown = list(worst.values())[:LIMIT]
    lines = [_summary(result, len(found), len(shown)), *map(_annotation, shown)]
    return "\n".join(lines) + "\n"


def command(kind: str, properties: dict[str, str], message: str) -> str:
    """One workflow command; nothing in it ends it, begins another or adds a property."""
    inner = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {inner}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _annotation(one: Point) -> str:
    place = {"file": one.place.path, "line": str(one.place.line), "title": words.visible(words.short(one.title, 200))}
    return command(_KINDS[one.severity], place, f"{one.says} [{one.id}]")


def _summary(result: Result, found: int, shown: int) -> str:
    counts = states.counted(result)
    says = [f"{words.VERDICTS[result.verdict]}{''.join(f': {reason}' for reason in result.reasons[:1])}".rstrip(".")]
    if result.base is None:
        says.append(words.count(counts["findings"], "finding"))
    else:
        became = [f"{counts[state]:,} {state.replace('-', ' ')}" for state in states.ORDER if counts[state]]
        says.append(f"in all {', '.join(became) or 'no finding on either side'}")
    says.append(f"{counts['waived']:,} waived" if counts["waived"] else "")
    says.append(f"{counts['dropped']:,} dropped by a changed policy" if counts.get("dropped") else "")
    made, scope = states.share_compared(result)
    says.append(f"{made:,} of {words.count(scope, 'comparison')} in scope could be made")
    if found > shown:
        says.append(f"{shown:,} of {found:,} are annotated, one a cause; the report has the others")
    text = "; ".join(words.visible(words.short(part, 400)) for part in says if part)
    return command("notice", {"title": f"fairoffer: {words.VERDICTS[result.verdict].lower()}"}, f"{text}.")


def step_outputs(result: Result) -> dict[str, str]:
    """What later steps may ask of this one; each value is one line. An audit has no states of a change."""
    counts = states.counted(result)
    made, scope = states.share_compared(result)
    share = (Decimal(made) / Decimal(scope)).quantize(Decimal("0.0001"), ROUND_FLOOR) if scope else None
    outputs: dict[str, str] = {"verdict": result.verdict}
    if result.base is not None:
        outputs |= {name: str(counts[name.replace("_", "-")]) for name in ("introduced", "worsened", "lost_sight")}
        outputs |= {name: str(counts[name.replace("_", "-")]) for name in ("waiver_breached", "fixed", "failing")}
    return outputs | {
        "findings": str(counts["findings"]),
        "waived": str(counts["waived"]),
        "coverage": "" if share is None else f"{share:f}",
    }
