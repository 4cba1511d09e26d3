"""Conditions of policies in words: one line for each part that must hold, and what its columns mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from fairoffer.model.columns import PREFIXES, TABLES, prefix_of
from fairoffer.model.condition import ConditionError, Token, tokens_of

_SIGNS = {
    "=": "is",
    "<>": "is not",
    "!=": "is not",
    ">=": "is at least",
    "<=": "is at most",
    ">": "is more than",
    "<": "is less than",
}
_PHRASES = {
    ("is", "not", "null"): "is stated",
    ("is", "null"): "is missing",
    ("not", "in"): "is none of",
    ("not", "between"): "is not between",
    ("not", "like"): "is not like",
    ("in",): "is one of",
    ("between",): "is between",
    ("like",): "is like",
    ("is",): "is",
}
LONG = 88  # characters of a part that stays on one line
_COALESCE = re.compile(r"coalesce \(([^(),]+), ([^(),]+)\)")


def parts_in_words(condition: str) -> list[str]:
    """What must hold, all of it, a line each; a text that is no condition stays as it is.

    A part with alternatives that is too long for a line becomes one line an alternative, further in.
    """
    try:
        return [line for part in _parts(tokens_of(condition), "and") for line in _lines(part)]
    except ConditionError:
        return [condition]


def _lines(part: list[Token]) -> Iterator[str]:
    text = _words(part)
    branches = _parts(part, "or")
    cases = _cases(part)
    if cases and len(text) > LONG:
        for when, then in cases:
            yield f"if {_words(when)}:" if when else "otherwise:"
            yield from (f"  {line}" for one in _parts(then, "and") for line in _lines(one))
        return
    if len(branches) == 1 or len(text) <= LONG:
        yield text
        return
    yield "at least one of these:"
    for branch in branches:
        inner = [line for one in _parts(branch, "and") for line in _lines(one)]
        yield f"- {inner[0]}"
        yield from (f"    {line}" if line.startswith((" ", "- ")) else f"  and {line}" for line in inner[1:])


def columns_in_words(conditions: Sequence[str], table: str, facts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(name, meaning) of the columns that the conditions read, in their order."""
    seen: dict[str, None] = {}
    for condition in conditions:
        try:
            seen |= dict.fromkeys(token.value for token in tokens_of(condition) if token.kind == "name")
        except ConditionError:
            continue
    for name in seen:
        yield name.replace("_", " "), _meaning(name, table, facts)


def _meaning(name: str, table: str, facts: Mapping[str, str]) -> str:
    for column in TABLES[table]:
        if column.name == name:
            return column.says
    if name in facts:
        return f"a fact that the inputs state ({facts[name]})"
    named = prefix_of(table, name)
    return next((c.says for c in PREFIXES[table] if named and c.name.startswith(named[0])), "")


def _parts(tokens: list[Token], joined_by: str) -> list[list[Token]]:
    """The parts that ``and`` (or ``or``) joins at the outermost level; brackets around a whole part are removed."""
    tokens = _bare(tokens)
    parts: list[list[Token]] = [[]]
    depth, between = 0, 0
    for token in tokens:
        word = token.value.lower() if token.kind in ("word", "sign") else ""
        depth += (word in ("(", "case")) - (word in (")", "end"))
        if word == "between":
            between += 1
        elif word == "and" and between:
            between -= 1
        elif word == "or" and joined_by == "and" and depth == 0:
            return [tokens]
        elif word == joined_by and depth == 0:
            parts.append([])
            continue
        parts[-1].append(token)
    if len(parts) == 1:
        return parts
    return [inner for part in parts for inner in _parts(part, joined_by)]


def _cases(tokens: list[Token]) -> list[tuple[list[Token], list[Token]]]:
    """(when, then) of a part that is one CASE with conditions, the last without a when; empty for anything else."""
    found: list[tuple[list[Token], list[Token]]] = []
    into: list[Token] = []
    depth = 0
    if len(tokens) < 2 or [token.value.lower() for token in tokens[:2]] != ["case", "when"]:
        return []
    for index, token in enumerate(tokens):
        word = token.value.lower() if token.kind == "word" else ""
        depth += (word == "case") - (word == "end")
        if depth < 1 and index != len(tokens) - 1:
            return []
        if depth == 1 and word == "when":
            found.append(([], []))
            into = found[-1][0]
        elif depth == 1 and word == "then":
            into = found[-1][1]
        elif depth == 1 and word == "else":
            found.append(([], []))
            into = found[-1][1]
        elif index not in (0, len(tokens) - 1):
            into.append(token)
    return found


def _bare(tokens: list[Token]) -> list[Token]:
    """Without brackets that hold all of it."""
    while len(tokens) > 2 and tokens[0].value == "(" and _closing(tokens) == len(tokens) - 1:
        tokens = tokens[1:-1]
    return tokens


def _closing(tokens: list[Token]) -> int:
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token.value == "(") - (token.value == ")")
        if depth == 0:
            return index
    return -1


def _words(tokens: list[Token]) -> str:
    """Tokens as people say them; spaces only where they belong."""
    out: list[str] = []
    index = 0
    while index < len(tokens):
        size, phrase = _phrase(tokens, index)
        out.append(phrase)
        index += size
    text = " ".join(out)
    for wide, narrow in (("( ", "("), (" )", ")"), (" ,", ",")):
        text = text.replace(wide, narrow)
    return _COALESCE.sub(r"(\1, or \2 where that is not stated)", text)


def _phrase(tokens: list[Token], index: int) -> tuple[int, str]:
    for size in (3, 2, 1):
        words = tuple(token.value.lower() for token in tokens[index : index + size])
        if words in _PHRASES and all(token.kind == "word" for token in tokens[index : index + size]):
            return size, _PHRASES[words]
    token = tokens[index]
    if token.kind == "text":
        return 1, _text(token.value[1:-1].replace("''", "'"))
    if token.kind == "word" and token.value.lower() == "date":
        return 1, "day"
    if token.kind == "name":
        return 1, token.value.replace("_", " ")
    return 1, _SIGNS.get(token.value, token.value.lower() if token.kind == "word" else token.value)


def _text(value: str) -> str:
    """A text as it is where it reads as a word or a name, else in quotes."""
    return value if re.fullmatch(r"\w[\w .%-]*", value) else f"'{value}'"
