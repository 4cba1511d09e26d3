"""A summary in Markdown that fits a pull-request comment, whatever the catalog's texts contain."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fairoffer.model.result import Result
from fairoffer.report import words
from fairoffer.report.causes import Row
from fairoffer.report.view import View, build

LIMIT = 60_000  # characters; the hosts of pull requests refuse a little more
SHARE = 20  # rows of any list but the findings
_INLINE = re.compile(r"([\\`*_\[\]|~$])")
_START = re.compile(r"^([-+#=>]|[0-9]{1,9}[.)](?=\s|$))")
_COLUMNS = ("Level", "Product", "Subject", "Rule", "Term", "Existing", "Comparator", "Gap", "Customers", "A year", "Id")


def render(result: Result) -> str:
    """The summary; findings worst first, and as many of them as fit, with how many do not."""
    view = build(result)
    head, tail = "\n".join(_head(view)), "\n".join(_tail(view))
    rows = [_row(one) for one in view.findings]
    room = LIMIT - len(head) - len(tail) - 600
    kept: list[str] = []
    for line in rows:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    left_out = len(rows) - len(kept)
    table = _table(_COLUMNS, kept) if kept else []
    if left_out:
        table.append(f"{words.count(left_out, 'finding')} not shown here, the least severe; the CSV and HTML have all.")
        table.append("")
    return "\n".join([head, *table, tail])


def text(value: str, limit: int = 200) -> str:
    """Hostile text as inert Markdown: no markup, link, mention, table border or workflow command is left."""
    line = words.visible(words.short(value, limit))
    line = _INLINE.sub(r"\\\1", line).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = _START.sub(lambda match: f"{match[0][:-1]}\\{match[0][-1]}", line)
    line = line.replace("::", ":&#58;").replace("://", "&#58;//").replace("www.", "www&#46;")
    return line.replace("@", "@<!-- -->").replace("##[", "#&#35;[")


def code(value: str) -> str:
    """An id or a position as code, with nothing that could end it."""
    line = words.visible(words.short(value, 200)).replace("`", "'").replace("|", "¦").replace("::", ":")
    return f"`{line}`"


def read(day: str) -> str:
    """When the sources of a policy were last read."""
    return f"; its sources were last read on {text(day)}" if day else ""


def _table(columns: Iterable[str], rows: Iterable[str]) -> list[str]:
    names = list(columns)
    return ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names), *rows, ""]


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _row(one: Row) -> str:
    level = one.level if one.state != "waived" else f"{one.level} (waived)"
    cells = [level, one.product, one.segment, one.rule, one.term, one.existing, one.comparator, one.gap]
    return _line([*(text(cell, 60) for cell in cells), one.customers, text(one.money), code(one.id)])


def _head(view: View) -> list[str]:
    lines = [f"## {text(view.headline, 400)}", ""]
    lines += [f"- {text(reason, 400)}" for reason in view.reasons[:SHARE]]
    lines += ["", f"{text(view.catalog)}, judged on {text(view.days)}.", ""]
    lines += _table(
        ("Number", "Value", "Notes"),
        [_line([text(one.label), text(one.value), text("; ".join(one.notes), 400)]) for one in view.numbers],
    )
    open_causes = [cause for cause in view.causes if cause.state == "open"]
    if open_causes:
        lines += ["### What to mend first", ""]
    for cause in open_causes[:5]:
        facts = ", ".join(
            filter(
                None, [cause.money and f"{cause.money} a year {cause.money_if}".strip(), words.people(cause.customers)]
            )
        )
        lines.append(f"{cause.rank}. **{text(cause.title)}**{f' ({text(facts)})' if facts else ''}")
        lines += [f"   - {text(part, 500)}" for part in (cause.customer_view, cause.remedy) if part]
        lines.append(f"   - {code(cause.worst.id)} {code(cause.worst.at) if cause.worst.at else ''}".rstrip())
    return [*lines, "", *(["### Findings", ""] if view.findings else [])]


def _tail(view: View) -> list[str]:
    lines = ["### What was not looked at", ""]
    for _, answers in view.glance[-1:]:
        lines += [f"- {text(answer, 600)}" for answer in answers]
    lines += [f"- {code(name)} {number}: {text(says)}" for name, says, number in view.not_assessable]
    lines += ["", "### Ledger", ""]
    lines += [
        f"- {code(one.id)}: {text(one.verdict)}; {text(one.ledger, 400)}{read(one.as_of)}"
        for one in view.policies[:SHARE]
    ]
    lines += [
        f"- {text(view.ledger.sentence, 400)}",
        *([f"- {text(view.offers_sentence, 400)}"] if view.offers else []),
    ]
    if view.assumptions:
        lines += ["", "### Assumptions", ""]
        lines += [f"- {text(says, 400)} ({number} comparisons)" for _, says, number, _ in view.assumptions[:SHARE]]
    if view.waivers:
        lines += ["", "### Waivers", ""]
        lines += [
            f"- {text(one.state)}: {text(f'{one.about}; {one.reason} ({one.people}, {one.days})', 500)}"
            for one in view.waivers[:SHARE]
        ]
        lines += [f"- {len(view.waivers) - SHARE:,} more"] if len(view.waivers) > SHARE else []
    return [*lines, "", words.NOT_ADVICE, ""]
