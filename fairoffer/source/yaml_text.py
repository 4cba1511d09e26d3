"""YAML read as plain text: every scalar stays the text it was written as, and everything knows its position.

Read as events rather than composed: nothing recurses, so no depth of nesting can exhaust the stack, and all
duplicate keys, anchors and tags of a file are found in one pass.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from fairoffer.errors import Mark, Problem
from fairoffer.source.document import Located, Spot
from fairoffer.source.reading import MEGABYTE, read_text

YAML_LIMIT = 32 * MEGABYTE
VALUES = 1_000_000
"""Most values of one file: positions are kept for each, and memory is not endless."""
DEPTH = 40
_PLAIN_TAGS = (None, "!")


class _StopError(Exception):
    """Reading cannot go on; the problem is recorded already."""


class _Level:
    """A mapping or list that is being read."""

    __slots__ = ("data", "key", "spot")

    def __init__(self, data: Any, spot: Spot) -> None:
        self.data = data
        self.spot = spot
        self.key: tuple[str, Mark] | None = None


class _Builder:
    """Turns YAML events into plain data and a tree of spots."""

    def __init__(self, shown: str, problems: list[Problem]) -> None:
        self.shown = shown
        self.problems = problems
        self.levels: list[_Level] = []
        self.root: tuple[Any, Spot] | None = None
        self.documents = 0
        self.values = 0

    def problem(self, mark: Mark, message: str) -> None:
        self.problems.append(Problem(self.shown, mark.line, mark.column, "", message))

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self.scalar(event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self.open(event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self.levels.pop()
        elif isinstance(event, yaml.AliasEvent):
            self.problem(_mark(event), f"the alias *{event.anchor} is not supported; write the value out")
            self.place("", Spot(_mark(event)))
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.problem(_mark(event), "a second document starts here (---); write it to a file of its own")
                raise _StopError

    def scalar(self, event: Any) -> None:
        mark = _mark(event)
        self.refuse_extras(event, mark)
        level = self.levels[-1] if self.levels else None
        if level is not None and isinstance(level.data, dict) and level.key is None:
            if event.value in level.data:
                first = level.spot.children[event.value].key
                at = f" (first on line {first.line})" if first is not None else ""
                self.problem(mark, f"the key {_short(event.value)} is written twice{at}; keep one of them")
            level.key = (event.value, mark)
            return
        self.place(event.value, Spot(mark, None, _opens(event)))

    def open(self, event: Any) -> None:
        mark = _mark(event)
        self.refuse_extras(event, mark)
        if len(self.levels) >= DEPTH:
            self.problem(mark, f"is nested deeper than {DEPTH} levels")
            raise _StopError
        data: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        level = self.levels[-1] if self.levels else None
        if level is not None and isinstance(level.data, dict) and level.key is None:
            self.problem(mark, "a key must be plain text, not a list or a mapping")
            raise _StopError
        spot = Spot(mark)
        spot.children = {}
        self.place(data, spot)
        self.levels.append(_Level(data, spot))

    def place(self, data: Any, spot: Spot) -> None:
        self.values += 1
        if self.values > VALUES:
            self.problem(spot.mark, f"has more than {VALUES:,} values; write large catalogs as .ndjson")
            raise _StopError
        if not self.levels:
            self.root = (data, spot)
            return
        level = self.levels[-1]
        if isinstance(level.data, list):
            level.spot.children[len(level.data)] = spot
            level.data.append(data)
        elif level.key is not None:
            name, spot.key = level.key
            level.spot.children[name] = spot
            level.data[name] = data
            level.key = None
        else:
            self.problem(spot.mark, "a key must be plain text")
            raise _StopError

    def refuse_extras(self, event: Any, mark: Mark) -> None:
        if event.anchor is not None:
            self.problem(mark, f"the anchor &{event.anchor} is not supported; write the value out wherever it is used")
        if event.tag not in _PLAIN_TAGS:
            self.problem(mark, f"the tag {_short(event.tag)} is not supported; leave it out")


def read_yaml(path: Path, shown: str, problems: list[Problem]) -> tuple[Located, str] | None:
    """A YAML file and the SHA-256 of its bytes; ``None`` (and problems) for one that cannot be read.

    ``shown`` is the path as problems print it. All values are text, mappings are dicts and lists are lists.
    """
    read = read_text(path, shown, YAML_LIMIT, problems)
    if read is None:
        return None
    text, digest = read
    document = parse_yaml(text, shown, problems)
    return None if document is None else (document, digest)


def parse_yaml(text: str, shown: str, problems: list[Problem]) -> Located | None:
    """The mapping that a YAML text holds, with positions; ``None`` (and problems) if it is not one."""
    before = len(problems)
    builder = _Builder(shown, problems)
    try:
        for event in yaml.parse(text, Loader=yaml.CBaseLoader):
            builder.take(event)
    except _StopError:
        return None
    except yaml.MarkedYAMLError as fault:
        problems.append(_syntax(fault, text, shown))
        return None
    except (yaml.YAMLError, RecursionError, ValueError) as fault:
        problems.append(Problem(shown, 1, 1, "", f"is not YAML text ({type(fault).__name__})"))
        return None
    if len(problems) > before:
        return None
    if builder.root is None or (builder.root[0] == "" and not text.strip()):
        problems.append(
            Problem(shown, 1, 1, "", "is empty; its first line must say what it is, like 'fairoffer: catalog/1'")
        )
        return None
    data, spot = builder.root
    if not isinstance(data, dict):
        message = "must be keys and values, and start with a line like 'fairoffer: catalog/1'"
        problems.append(Problem(shown, spot.mark.line, spot.mark.column, "", message))
        return None
    return Located(data, shown, spot=spot)


def _mark(event: Any) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def _opens(event: Any) -> int | None:
    """Columns from the mark of a scalar to its first character, if each character of it has a column of its own."""
    start, end = event.start_mark, event.end_mark
    if start.line != end.line or event.style not in (None, "'", '"', ""):
        return None
    quotes = 1 if event.style else 0
    return quotes if end.column - start.column == len(event.value) + 2 * quotes else None


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "…")


_SYNTAX = {
    "found character that cannot start any token": "this character cannot start a value; put the text in quotes",
    "could not find expected ':'": "a colon and a value are missing after the key above",
    "mapping values are not allowed in this context": "a colon in a text needs quotes around it (or the line is"
    " indented wrongly)",
    "did not find expected key": "a key was expected here: check the indentation and commas above",
    "did not find expected '-' indicator": "a list entry ('- ') was expected here: check the indentation",
    "did not find expected ',' or ']'": "a ',' or the closing ']' of the list is missing before this",
    "did not find expected ',' or '}'": "a ',' or the closing '}' is missing before this",
    "found unexpected end of stream": "the text ends inside quotes; close them",
    "did not find expected node content": "a value was expected here",
}


def _syntax(fault: yaml.MarkedYAMLError, text: str, shown: str) -> Problem:
    mark = fault.problem_mark or fault.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    lines = text.split("\n")
    written = lines[line - 1] if line <= len(lines) else ""
    indent = written[: len(written) - len(written.lstrip())]
    if "\t" in indent:
        message = "a tab is used to indent; YAML wants spaces (replace each tab by two spaces)"
        return Problem(shown, line, indent.index("\t") + 1, "", message)
    said = fault.problem or "is not valid YAML"
    return Problem(shown, line, column, "", f"is not valid YAML: {_SYNTAX.get(said, said)}")
