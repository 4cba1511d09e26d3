"""The words of a condition: what may be written at all, before anybody asks what it means."""

from __future__ import annotations

import re
from typing import NamedTuple

_CASE = ("case", "when", "then", "else", "end")
WORDS = frozenset(("and", "or", "not", "in", "is", "null", "between", "like", "true", "false", "date", *_CASE))
FUNCTIONS = ("abs", "coalesce", "length", "lower", "upper")
_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<text>'(?:[^']|'')*')|(?P<number>\d+(?:\.\d+)?(?![A-Za-z_0-9.]))"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign><=|>=|<>|!=|[=<>(),+\-*/])",
    re.ASCII,
)


class ConditionError(ValueError):
    """A condition that cannot be used; ``position`` counts its characters from 1, ``reason`` is the bare message."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(f"at character {position}: {reason}")
        self.position = position
        self.reason = reason


class Token(NamedTuple):
    """A word of a condition. ``kind`` is text, number, name, word, function or sign."""

    kind: str
    value: str
    position: int

    @property
    def lower(self) -> str:
        """The word as keywords are compared; a text keeps its quotes, so it is never mistaken for one."""
        return self.value.lower()


def tokens_of(text: str) -> list[Token]:
    """The words of a condition; ``ConditionError`` at the first that no condition may hold."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or text.startswith("--", at):
            raise ConditionError(at + 1, _refusal(text, at))
        kind = match.lastgroup or ""
        if kind == "name":
            kind = _kind_of_name(match[0], text, match.end(), at)
        if kind != "space":
            found.append(Token(kind, match[0], at + 1))
        at = match.end()
    if not found:
        raise ConditionError(1, "is empty")
    _check_truth_tests(found)
    return found


def _refusal(text: str, at: int) -> str:
    if text[at] == "-":
        return "-- begins a remark elsewhere, and is not allowed here; write one minus"
    if text[at] == '"':
        return "texts are written in single quotes: 'home'"
    if text[at] == "'":
        return "the text that begins here is not closed"
    return f"{text[at]!r} is not allowed here"


def _kind_of_name(name: str, text: str, end: int, at: int) -> str:
    if name.lower() in WORDS:
        return "word"
    if text[end:].lstrip().startswith("("):
        if name.lower() not in FUNCTIONS:
            raise ConditionError(at + 1, f"the function {name} is not allowed; allowed: {', '.join(FUNCTIONS)}")
        return "function"
    return "name"


def _check_truth_tests(tokens: list[Token]) -> None:
    words = [token.lower for token in tokens]
    for index, word in enumerate(words):
        if word == "is":
            rest = words[index + 1 : index + 3]
            if rest[:1] != ["null"] and rest != ["not", "null"]:
                message = "IS can only ask for NULL or NOT NULL; to ask whether a column is true, write it alone"
                raise ConditionError(tokens[index].position, message)
