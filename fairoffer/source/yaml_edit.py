"""An entry added to a list in YAML text: whatever else stands there stays as it is, character by character.

The text is never written anew from data. The parser's positions say where the list ends, the entry is put there in
the list's own style, and what came out is read again: unless it means what was there before and the entry, it is no
answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

from fairoffer.source.yaml_text import parse_yaml

Scalar = str | int | date
Entry = Mapping[str, Scalar | Mapping[str, Scalar]]

_BREAK = re.compile("\r\n|\n|\r")
_BLANK = re.compile("(?:\r\n|\n|\r(?!\n))[ \t]*(?:\r\n|\n|\r)")
_COMMENT = re.compile("#[^\r\n]*")
_COMMENT_LINE = re.compile("(?:[ \t]*(?:\r\n|\n|\r))*( *)#[^\r\n]*(?:\r\n|\n|\r|\\Z)")
_PLAIN = re.compile(r"[^\W\d_][\w .,;()/@+%'-]*")
_NOT_TEXT = {"true", "false", "yes", "no", "on", "off", "y", "n", "null"}
"""Words that other readers of YAML take for something else than text."""


@dataclass(frozen=True)
class Added:
    """A text with an entry more: all of it, the lines of the entry, and the line on which it begins."""

    text: str
    written: str
    line: int


@dataclass
class _List:
    """Where the list under a key stands; positions are characters of the text, ``end`` is behind the last one."""

    root_column: int = 0
    root_flow: bool = False
    stop: int | None = None
    """An explicit end of the document."""
    key_end: int | None = None
    """None: the key is not there."""
    start: int | None = None
    """None: there is no list under the key."""
    end: int = 0
    column: int = 0
    flow: bool = False
    items: list[list[int]] = field(default_factory=list)
    """Start of each entry, and end of what is written in it; behind that only comments and blank lines."""


def add_entry(text: str, key: str, entry: Entry) -> Added | None:
    """The text with ``entry`` behind the last one of the list under ``key``; a list that is not there is begun.

    Comments and blank lines that follow the list still follow it, but for comments that are indented deeper than
    its entries: those belong to the last one. ``None`` where the text is no mapping, has something else than a list
    there, or is written so that the entry has no place in it.
    """
    breaks = _BREAK.search(text)
    newline = breaks[0] if breaks else "\n"
    # A last line without a break gets one, which a text in a block of its own (|, >) takes for a part of it.
    before = parse_yaml(text if text.endswith(("\n", "\r")) else text + newline, "", [])
    if before is None:
        return None
    found = _find(text, key)
    if found.start is not None and found.flow:
        changed, written = _into_flow(text, found, entry, newline)
    elif found.root_flow:
        return None
    else:
        changed, written = _into_block(text, found, key, entry, newline)
    after = parse_yaml(changed, "", [])
    known = before.data.get(key) or []
    if after is None or not isinstance(known, list) or after.data != {**before.data, key: [*known, _as_read(entry)]}:
        return None
    spot = after.items(key)[-1].spot
    return Added(changed, written, spot.mark.line if spot is not None else 1)


def in_block(entry: Entry, column: int, newline: str = "\n") -> str:
    """The entry as lines of a block list, its dash at ``column``."""
    lines = [f"{name}: {_written(value, flow=False)}" for name, value in entry.items()]
    return "".join(f"{' ' * column}{'  ' if index else '- '}{line}{newline}" for index, line in enumerate(lines))


def scalar(value: Scalar, *, flow: bool) -> str:
    """A value as YAML: plain where every reader takes it for what it is, else in double quotes."""
    if not isinstance(value, str):
        return str(value)
    plain = _PLAIN.fullmatch(value) and value.isprintable() and not value.endswith(" ")
    if plain and value.lower() not in _NOT_TEXT and not (flow and "," in value):
        return value
    return f'"{"".join(map(_escaped, value))}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _written(value: Scalar | Mapping[str, Scalar], *, flow: bool) -> str:
    if isinstance(value, Mapping):
        return _in_flow(value)
    return scalar(value, flow=flow)


def _in_flow(entry: Entry) -> str:
    return "{" + ", ".join(f"{name}: {_written(value, flow=True)}" for name, value in entry.items()) + "}"


def _as_read(entry: Entry) -> dict[str, Any]:
    """What reading gives back: all values are text."""
    return {name: _as_read(value) if isinstance(value, Mapping) else str(value) for name, value in entry.items()}


def _find(text: str, key: str) -> _List:
    """The list under a key of the root; the text is a mapping without anchors and complex keys."""
    found = _List()
    opened: list[bool] = []
    name: str | None = None
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        if isinstance(event, yaml.DocumentEndEvent) and event.explicit:
            found.stop = _span(event)[0]
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            flow = opened.pop()
            if name == key and flow:
                found.end = _span(event)[1]
                _content(found, len(opened), event)
            name = None if len(opened) == 1 else name
        elif isinstance(event, (yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            if name == key:
                _begin(found, len(opened), event)
            if len(opened) == 1 and isinstance(event, yaml.ScalarEvent):
                if name is None and event.value == key:
                    found.key_end = _span(event)[1]
                name = event.value if name is None else None
            if not isinstance(event, yaml.ScalarEvent):
                if not opened:
                    found.root_flow, found.root_column = bool(event.flow_style), _column(event)
                opened.append(bool(event.flow_style))
    return found


def _begin(found: _List, depth: int, event: Any) -> None:
    """A value in or under the list: the list itself (depth 1), an entry (2), or what an entry holds."""
    if depth == 1 and isinstance(event, yaml.SequenceStartEvent):
        found.start, found.column, found.flow = _span(event)[0], _column(event), bool(event.flow_style)
    if depth == 2:
        found.items.append([_span(event)[0]] * 2)
    if isinstance(event, yaml.ScalarEvent):
        _content(found, depth, event)


def _content(found: _List, depth: int, event: Any) -> None:
    """An event with text of its own: so far what is written in the entry goes."""
    start, end = _span(event)
    if depth >= 2 and found.items and end > start:
        found.items[-1][1] = end


def _span(event: Any) -> tuple[int, int]:
    return event.start_mark.index, event.end_mark.index


def _column(event: Any) -> int:
    return int(event.start_mark.column)


def _into_block(text: str, found: _List, key: str, entry: Entry, newline: str) -> tuple[str, str]:
    column = found.column if found.start is not None else found.root_column + 2
    written = in_block(entry, column, newline)
    if found.key_end is None:
        at = len(text) if found.stop is None else found.stop
        return _insert(text, at, f"{' ' * found.root_column}{key}:{newline}{written}", newline), written
    if found.items:
        at = _behind(text, found.items[-1][1], column)
    else:
        at = _behind(text, found.key_end, found.root_column)
    apart = len(found.items) > 1 and _BLANK.search(text, found.items[-2][1], found.items[-1][0]) is not None
    return _insert(text, at, newline + written if apart else written, newline), written


def _into_flow(text: str, found: _List, entry: Entry, newline: str) -> tuple[str, str]:
    start, end = found.start or 0, found.end
    inner = text[start + 1 : end - 1]
    same_line = _BREAK.search(text, found.key_end or 0, end) is None
    if not inner.strip() and same_line and not found.root_flow:
        return _begin_block(text, found, entry, newline)
    last = found.items[-1][1] if found.items else end - 1
    comma = "," if found.items and "," not in _COMMENT.sub("", text[last : end - 1]) else ""
    head = text[:last] + comma + text[last : end - 1]
    written = _in_flow(entry)
    line = max(head.rfind("\n"), head.rfind("\r")) + 1
    indent = _indent_of(text, found.items[-1][0]) if found.items else None
    if line > start and not head[line:].strip():
        indent = head[line:] + "  " if indent is None else indent
        return head[:line] + indent + written + newline + text[line - len(comma) :], written
    indent = " " * (found.root_column + 2) if indent is None else indent
    gap = newline + indent if found.items else ""
    return head.rstrip(" \t") + gap + written + text[end - 1 :], written


def _begin_block(text: str, found: _List, entry: Entry, newline: str) -> tuple[str, str]:
    """In the place of an empty ``[]``: its entries stand below the key, behind what else stands on its line."""
    head = text[: found.start].rstrip(" \t")
    column = found.root_column + 2
    written = in_block(entry, column, newline)
    rest = head + text[found.end :]
    return _insert(rest, _behind(rest, len(head), found.root_column), written, newline), written


def _indent_of(text: str, at: int) -> str | None:
    """What stands before a position on its line, if it is white space alone."""
    line = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    return text[line:at] if not text[line:at].strip() else None


def _behind(text: str, at: int, column: int) -> int:
    """Behind the line on which what ends at ``at`` stands, and the comments after it that are indented deeper."""
    if at == 0 or text[at - 1] not in "\r\n":  # a text in a block of its own ends with its last line
        line_end = _BREAK.search(text, at)
        at = line_end.end() if line_end else len(text)
    while (comment := _COMMENT_LINE.match(text, at)) is not None and len(comment[1]) > column:
        at = comment.end()
    return at


def _insert(text: str, at: int, lines: str, newline: str) -> str:
    missing = newline if at and text[at - 1] not in "\r\n" else ""
    return text[:at] + missing + lines + text[at:]
