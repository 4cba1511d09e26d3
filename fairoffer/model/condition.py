"""Conditions in policies: a small part of SQL over documented columns, checked before anything is run.

What a policy may write is a whitelist (columns, literals, comparisons, a few functions), so a policy file can neither
read other data nor depend on the day it is run.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import polars as pl

_CASE = ("case", "when", "then", "else", "end")
WORDS = frozenset(("and", "or", "not", "in", "is", "null", "between", "like", "true", "false", "date", *_CASE))
FUNCTIONS = ("abs", "coalesce", "length", "lower", "upper")
_PARTS = frozenset(("and", "or", "not", *_CASE))
_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<text>'(?:[^']|'')*')|(?P<number>\d+(?:\.\d+)?(?![A-Za-z_0-9.]))"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign><=|>=|<>|!=|[=<>(),+\-*/])",
    re.ASCII,
)


class ConditionError(ValueError):
    """A condition that cannot be used; ``position`` counts its characters from 1."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(f"at character {position}: {message}")
        self.position = position


class Token(NamedTuple):
    """A word of a condition. ``kind`` is text, number, name, word, function or sign."""

    kind: str
    value: str
    position: int


@dataclass(frozen=True)
class Condition:
    """A checked condition and the columns it reads, in the order they are named."""

    text: str
    expression: pl.Expr
    columns: tuple[str, ...]


def tokens_of(text: str) -> list[Token]:
    """The words of a condition; ``ConditionError`` at the first that no condition may hold."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
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
    words = [token.value.lower() for token in tokens]
    for index, word in enumerate(words):
        if word == "is":
            rest = words[index + 1 : index + 3]
            if rest[:1] != ["null"] and rest != ["not", "null"]:
                message = "IS can only ask for NULL or NOT NULL; to ask whether a column is true, write it alone"
                raise ConditionError(tokens[index].position, message)


def compile_condition(text: str, schema: Mapping[str, pl.DataType]) -> Condition:
    """The condition as an expression over columns of these types; its result is Boolean, or null where unknown.

    Raises ``ConditionError`` for words that are not allowed, unknown columns, a text compared with a column that
    holds none, and for whatever the engine refuses on a row without any value.
    """
    import polars as pl

    tokens = tokens_of(text)
    columns = _columns(tokens, schema)
    _check_texts(tokens, schema)
    try:
        expression = pl.sql_expr(text)
        result = pl.DataFrame({name: [None] for name in schema}, schema=dict(schema)).select(x=expression)
    except Exception as error:
        # The engine has no common base for its errors, and all of them mean that the text is no condition.
        raise ConditionError(1, f"cannot be used: {str(error).splitlines()[0]}") from None
    if result.schema["x"] != pl.Boolean:
        raise ConditionError(1, f"must be true or false, but is {result.schema['x']}")
    return Condition(text, expression, columns)


def _columns(tokens: list[Token], schema: Mapping[str, pl.DataType]) -> tuple[str, ...]:
    named: dict[str, None] = {}
    for token in tokens:
        if token.kind == "name":
            if token.value not in schema:
                near = difflib.get_close_matches(token.value, list(schema), n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                raise ConditionError(token.position, f"unknown column {token.value}{hint}")
            named[token.value] = None
    return tuple(named)


def _check_texts(tokens: list[Token], schema: Mapping[str, pl.DataType]) -> None:
    """Refuse a text beside a number, money or date: engines compare those as they like, or not at all."""
    for part in _comparisons(tokens):
        columns = [token for token in part if token.kind == "name"]
        for index, token in enumerate(part):
            is_date = index > 0 and part[index - 1].value.lower() == "date"
            wrong = [column for column in columns if str(schema[column.value]) != "String"]
            if token.kind == "text" and not is_date and wrong:
                name, kind = wrong[0].value, schema[wrong[0].value]
                hint = f"; write DATE {token.value}" if str(kind) == "Date" else ""
                raise ConditionError(token.position, f"{name} is {kind}, which cannot be compared with a text{hint}")


def _comparisons(tokens: list[Token]) -> list[list[Token]]:
    """The tokens between AND, OR, NOT and the words of CASE; the AND of a BETWEEN joins instead."""
    parts: list[list[Token]] = [[]]
    between = 0
    for index, token in enumerate(tokens):
        word = token.value.lower() if token.kind == "word" else ""
        following = tokens[index + 1].value.lower() if index + 1 < len(tokens) else ""
        if word == "between":
            between += 1
        elif word == "and" and between:
            between -= 1
        elif word in _PARTS and not (word == "not" and following in ("in", "between", "like")):
            parts.append([])
            continue
        parts[-1].append(token)
    return parts
