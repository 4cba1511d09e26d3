"""A summary in Markdown that fits a pull-request comment, whatever the catalog's texts contain."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from fairoffer.model.result import Result
from fairoffer.report import book, words
from fairoffer.report.book import BookView
from fairoffer.report.causes import Cause, Row
from fairoffer.report.changes import Change, Group, OtherRow
from fairoffer.report.statistics import Statistics
from fairoffer.report.view import View, WaiverLine, build

LIMIT = 60_000  # characters; the hosts of pull requests refuse a little more
SHARE = 20  # rows of any list but the findings
CAUSES = 5
FOLDED = ("better", "gone", "before")  # groups of a change that a reader opens who wants to
_INLINE = re.compile(r"([\\`*_\[\]|~$])")
_START = re.compile(r"^([-+#=>]|[0-9]{1,9}[.)](?=\s|$))")
_ABOUT = ("Product", "Subject", "Place", "Rule", "Term")
_COLUMNS = ("Level", *_ABOUT, "Existing", "Comparator", "Gap", "Customers", "A year", "Id")
_OTHERS = ("What became of it", "Level", *_ABOUT, "Gap at the base", "Why", "Id")
_NOTE = 200  # characters for the line that says what is left out


@dataclass(frozen=True)
class _Block:
    """Lines that are always there, and rows that are there as far as they fit; a lower rank is served first."""

    head: Sequence[str] = ()
    rows: Sequence[str] = ()
    tail: Sequence[str] = ()
    rank: int = 0
    limit: int = 1_000_000
    more: Callable[[int], str] = field(default=lambda number: f"- {number:,} more")


def render(result: Result) -> str:
    """The summary; findings worst first, and as many of them as fit, with how many do not."""
    view = build(result)
    return _fitted([*_head(view), *_found(view), *_tail(view)])


def _fitted(blocks: Sequence[_Block]) -> str:
    """All blocks in their order, with the rows that fit: whole ones, those of the lowest ranks first."""
    fixed = sum(len(line) + 1 for block in blocks for line in [*block.head, *block.tail])
    room = LIMIT - fixed - _NOTE * len(blocks)
    kept: dict[int, int] = {}
    for index, block in sorted(enumerate(blocks), key=lambda item: item[1].rank):
        kept[index] = 0
        for line in block.rows[: block.limit]:
            if len(line) + 1 > room:
                break
            room -= len(line) + 1
            kept[index] += 1
    return "\n".join(line for index, block in enumerate(blocks) for line in _lines(block, kept[index]))


def _lines(block: _Block, kept: int) -> list[str]:
    """The block with its first rows; a table without rows has no heading either."""
    left_out = len(block.rows) - kept
    table = any(line.startswith("|") for line in block.head)
    head = [line for line in block.head if kept or not line.startswith("|")]
    note = [*([""] if table and kept else []), block.more(left_out)] if left_out else []
    return [*head, *block.rows[:kept], *note, *block.tail]


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


def _heads(columns: Iterable[str]) -> list[str]:
    names = list(columns)
    return ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _row(one: Row) -> str:
    level = one.level if one.state == "open" else f"{one.level} ({one.state})"
    was = next((f" ({note})" for note in one.gap_notes if note.startswith(("was ", "largest was "))), "")
    cells = [level, one.product, one.segment, one.place, one.rule, one.term, one.existing, one.comparator]
    gap, people, money = f"{one.gap}{was}", one.customers, one.money
    if one.book is not None:
        gap = f"{one.gap} on average; {one.book.spread}{was}"
        people = f"{people} of {one.book.of} ({one.book.share})"
        money = f"{money} (net {one.book.net})" if money else money
    return _line([*(text(cell, 60) for cell in cells), text(gap), text(people), text(money), code(one.id)])


def _other(one: OtherRow) -> str:
    cells = [one.state, one.level, one.product, one.segment, one.place, one.rule, one.term, one.was]
    return _line([*(text(cell, 60) for cell in cells), text(one.why, 200), code(one.id)])


def _head(view: View) -> list[_Block]:
    against = f", against {text(view.change.against)}" if view.change else ""
    numbers = [_line([text(one.label), text(one.value), text("; ".join(one.notes), 400)]) for one in view.numbers]
    blocks = [
        _Block(
            [f"## {text(view.headline, 400)}", ""], [f"- {text(reason, 400)}" for reason in view.reasons], limit=SHARE
        ),
        _Block(["", f"{text(view.catalog)}, judged on {text(view.days)}{against}.", ""]),
        *(_changed(view.change) if view.change else ()),
        _Block(_heads(("Number", "Value", "Notes")), numbers, [""], rank=1),
        *_book(view.book),
    ]
    causes = view.to_mend[:CAUSES]
    if causes:
        blocks.append(_Block(["### What to mend first", ""], [_cause(one) for one in causes], rank=3))
    return [*blocks, *_statistics(view.statistics), _Block([""])]


def _book(read: BookView | None) -> list[_Block]:
    """The book that was read, and what in it could not be."""
    if read is None:
        return []
    facts = [f"- {name}: {text(says)}" for name, says in read.facts]
    facts += [f"- Could not be read: {text(book.in_a_line(row), 300)}" for row in read.unread]
    return [_Block(["### Book of customers", ""], facts, [""], rank=2, limit=SHARE)]


def _statistics(found: Statistics | None) -> list[_Block]:
    """Notes first, then what is adjusted; raw averages last and called that."""
    if found is None:
        return []
    notes = [f"- **Two measures do not agree.** {text(note, 500)}" for note in found.notes]
    lines = [f"- {text(one.sentence, 500)}" for one in found.adjusted]
    thin = [f"- No claim: {text(f'{one.label}: {one.thin} [{one.sizes}]', 400)}" for one in found.thin]
    raw = [f"- Unadjusted: {text(one.sentence, 500)}" for one in found.raw]
    return [
        _Block(["", "### Statistics", "", *([text(found.chance, 400), ""] if found.chance else [])]),
        _Block((), notes, rank=1, limit=SHARE),
        _Block((), lines, rank=3, limit=SHARE),
        _Block((), thin, rank=8, limit=CAUSES),
        _Block((), raw, rank=8, limit=CAUSES),
    ]


def _changed(change: Change) -> list[_Block]:
    """What the change did, in numbers, and what has to be known of its base."""
    notes = [f"- {text(note, 400)}" for note in change.notes]
    counts = [_line([text(state), number, text(says)]) for state, says, number in change.counts]
    blocks = [_Block((), notes, [""])] if notes else []
    table = _heads(("What became of it", "Comparisons", "In words"))
    return [*blocks, _Block(table, counts, [""])] if counts else blocks


def _cause(cause: Cause) -> str:
    money = cause.money and f"{cause.money} a year {cause.money_if}".strip()
    facts = ", ".join(filter(None, [money, words.people(cause.customers)]))
    lines = [f"{cause.rank}. **{text(cause.title)}**{f' ({text(facts)})' if facts else ''}"]
    lines += [f"   - {text(part, 500)}" for part in (cause.customer_view, cause.remedy) if part]
    lines.append(f"   - {code(cause.worst.id)} {code(cause.worst.at) if cause.worst.at else ''}".rstrip())
    return "\n".join(lines)


def _found(view: View) -> list[_Block]:
    """The findings; of a change in groups, those that were there before last."""
    if view.change is not None:
        return [block for rank, group in enumerate(view.change.groups) for block in _grouped(group, 10 + rank)]
    if not view.findings:
        return []
    rows = [_row(one) for one in view.findings]
    return [_Block(["### Findings", "", *_heads(_COLUMNS)], rows, [""], rank=10, more=_findings_left)]


def _grouped(group: Group, rank: int) -> list[_Block]:
    says = [text(group.says, 400), ""] if group.says else []
    title = f"{group.title} ({group.number})"
    folded = group.anchor in FOLDED
    blocks = [
        _Block(["<details>", f"<summary>{title}</summary>", "", *says] if folded else [f"### {title}", "", *says])
    ]
    rows, others = [_row(one) for one in group.rows], [_other(one) for one in group.others]
    if others:
        blocks.append(_Block(_heads(_OTHERS), others, [""], rank=rank, more=_comparisons_left))
    if rows:
        blocks.append(_Block(_heads(_COLUMNS), rows, [""], rank=rank, more=_findings_left))
    return [*blocks, _Block(["</details>", ""])] if folded else blocks


def _findings_left(number: int) -> str:
    return f"{words.count(number, 'finding')} not shown here, the least severe; the CSV and HTML have all."


def _comparisons_left(number: int) -> str:
    return f"{words.count(number, 'comparison')} not shown here, the least severe; the CSV and HTML have all."


def _tail(view: View) -> list[_Block]:
    unseen = [f"- {text(answer, 600)}" for _, answers in view.glance[-1:] for answer in answers]
    unseen += [f"- {code(name)} {number}: {text(says)}" for name, says, number in view.not_assessable]
    ledger = [
        f"- {code(one.id)}: {text(one.verdict)}; {text(one.ledger, 400)}{read(one.as_of)}"
        for one in view.policies[:SHARE]
    ]
    ledger += [f"- {text(view.ledger.sentence, 400)}"]
    ledger += [f"- {text(view.offers_sentence, 400)}"] if view.offers else []
    assumed = [f"- {text(says, 400)} ({number} comparisons)" for _, says, number, _ in view.assumptions]
    blocks = [
        _Block(["### What was not looked at", ""], unseen, rank=4),
        _Block(["", "### Ledger", ""], ledger, rank=2),
    ]
    if assumed:
        blocks.append(_Block(["", "### Assumptions", ""], assumed, rank=7, limit=SHARE))
    if view.waivers:
        blocks.append(_Block(["", "### Waivers", ""], [*map(_waiver, view.waivers)], rank=6, limit=SHARE))
    if view.proposed:
        says = ["Entries that only the change has. They excuse nothing until they are at the base.", ""]
        head = ["", "### Waivers that the change proposes", "", *says]
        blocks.append(_Block(head, [*map(_waiver, view.proposed)], rank=5, limit=SHARE))
    return [*blocks, _Block(["", words.NOT_ADVICE, ""])]


def _waiver(one: WaiverLine) -> str:
    return f"- {text(one.state)}: {text(f'{one.about}; {one.reason} ({one.people}, {one.days})', 500)}"
