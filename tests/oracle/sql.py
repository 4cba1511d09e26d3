"""Conditions read from their text, one word after another, and told with three truth values.

OR binds least, then AND, NOT, comparisons, plus and minus, times and divided by. Every part is a function of the
columns; `None` is unknown. Numbers are fractions, so nothing is rounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle.kleene import COMPARING, Columns, Truth, both, either, exact, opposite

Part = Callable[[Columns], Any]
WORD = re.compile(
    r"\s*(?P<text>'(?:[^']|'')*')|\s*(?P<number>\d+(?:\.\d+)?)|\s*(?P<name>[A-Za-z_]\w*)|\s*(?P<sign><=|>=|<>|!=|[=<>(),+*/-])"
)


class Sql:
    """A condition; its value has the same shape as that of a tree."""

    def __init__(self, text: str) -> None:
        self.words = [(m.lastgroup or "", m[m.lastgroup or 0]) for m in WORD.finditer(text)]
        self.at = 0
        self.part = self.disjunction()
        assert self.at == len(self.words), (text, self.words[self.at :])

    def value(self, columns: Columns) -> Truth:
        found = self.part(columns)
        assert found is None or isinstance(found, bool)
        return found

    # -- words -------------------------------------------------------------------------------------------------------

    def peek(self, *words: str) -> bool:
        """Whether these words come next."""
        coming = [value.upper() for kind, value in self.words[self.at : self.at + len(words)] if kind != "text"]
        return coming == list(words)

    def took(self, *words: str) -> bool:
        found = self.peek(*words)
        self.at += len(words) if found else 0
        return found

    def must(self, word: str) -> None:
        assert self.took(word), (word, self.words[self.at :])

    # -- truth -------------------------------------------------------------------------------------------------------

    def disjunction(self) -> Part:
        part = self.conjunction()
        while self.took("OR"):
            part = joined(either, part, self.conjunction())
        return part

    def conjunction(self) -> Part:
        part = self.negation()
        while self.took("AND"):
            part = joined(both, part, self.negation())
        return part

    def negation(self) -> Part:
        if self.took("NOT"):
            part = self.negation()
            return lambda columns: opposite(part(columns))
        return self.comparison()

    def comparison(self) -> Part:
        left = self.sum()
        if self.took("IS", "NOT", "NULL"):
            return lambda columns: left(columns) is not None
        if self.took("IS", "NULL"):
            return lambda columns: left(columns) is None
        inside = not self.took("NOT")
        test = self.membership(left)
        if test is None:
            return left
        return test if inside else lambda columns: opposite(test(columns))

    def membership(self, left: Part) -> Part | None:
        if self.took("IN"):
            return self.among(left)
        if self.took("BETWEEN"):
            low = self.sum()
            self.must("AND")
            return joined(both, compared("<=", low, left), compared("<=", left, self.sum()))
        if self.took("LIKE"):
            return like(left, self.sum())
        for sign in ("<=", ">=", "<>", "!=", "=", "<", ">"):
            if self.took(sign):
                return compared(sign.replace("!=", "<>"), left, self.sum())
        return None

    def among(self, left: Part) -> Part:
        self.must("(")
        found = compared("=", left, self.sum())
        while self.took(","):
            found = joined(either, found, compared("=", left, self.sum()))
        self.must(")")
        return found

    # -- values ------------------------------------------------------------------------------------------------------

    def sum(self) -> Part:
        part = self.product()
        while self.peek("+") or self.peek("-"):
            sign = self.words[self.at][1]
            self.at += 1
            part = reckoned(sign, part, self.product())
        return part

    def product(self) -> Part:
        part = self.atom()
        while self.peek("*") or self.peek("/"):
            sign = self.words[self.at][1]
            self.at += 1
            part = reckoned(sign, part, self.atom())
        return part

    def atom(self) -> Part:
        if self.took("("):
            part = self.disjunction()
            self.must(")")
            return part
        if self.took("-"):
            part = self.atom()
            return reckoned("-", lambda columns: Fraction(0), part)
        if self.took("CASE"):
            return self.cases()
        kind, word = self.words[self.at]
        self.at += 1
        if kind == "text":
            return constant(word[1:-1].replace("''", "'"))
        if kind == "number":
            return constant(Fraction(word))
        if word.upper() in ("TRUE", "FALSE", "NULL"):
            return constant({"TRUE": True, "FALSE": False, "NULL": None}[word.upper()])
        if word.upper() == "DATE" and self.words[self.at][0] == "text":
            self.at += 1
            return constant(date.fromisoformat(self.words[self.at - 1][1][1:-1]))
        return self.function(word.lower()) if self.took("(") else lambda columns: exact(columns(word))

    def function(self, name: str) -> Part:
        parts = [self.disjunction()]
        while self.took(","):
            parts.append(self.disjunction())
        self.must(")")
        if name == "coalesce":
            return lambda columns: next((v for v in (part(columns) for part in parts) if v is not None), None)
        apply = {"abs": abs, "lower": str.lower, "upper": str.upper, "length": lambda text: Fraction(len(text))}[name]

        def called(columns: Columns) -> Any:
            found = parts[0](columns)
            return None if found is None else apply(found)  # type: ignore[operator]

        return called

    def cases(self) -> Part:
        whens: list[tuple[Part, Part]] = []
        otherwise: Part = constant(None)
        while self.took("WHEN"):
            test = self.disjunction()
            self.must("THEN")
            whens.append((test, self.disjunction()))
        if self.took("ELSE"):
            otherwise = self.disjunction()
        self.must("END")
        return lambda columns: next((value for test, value in whens if test(columns) is True), otherwise)(columns)


def constant(value: Any) -> Part:
    return lambda columns: value


def joined(join: Callable[[Truth, Truth], Truth], one: Part, other: Part) -> Part:
    return lambda columns: join(one(columns), other(columns))


def compared(sign: str, one: Part, other: Part) -> Part:
    def test(columns: Columns) -> Truth:
        left, right = one(columns), other(columns)
        return None if left is None or right is None else COMPARING[sign](left, right)

    return test


def like(one: Part, other: Part) -> Part:
    def test(columns: Columns) -> Truth:
        text, pattern = one(columns), other(columns)
        if text is None or pattern is None:
            return None
        shape = "".join({"%": ".*", "_": "."}.get(letter, re.escape(letter)) for letter in pattern)
        return re.fullmatch(shape, text, re.DOTALL) is not None

    return test


def reckoned(sign: str, one: Part, other: Part) -> Part:
    def value(columns: Columns) -> Any:
        left, right = one(columns), other(columns)
        if left is None or right is None or (sign == "/" and not right):
            return None
        return {"+": left + right, "-": left - right, "*": left * right}[sign] if sign != "/" else left / right

    return value


class Parsed(dict[str, Any]):
    """Every condition by its text, read when it is first asked for."""

    def __missing__(self, text: str) -> Sql:
        self[text] = Sql(text)
        return self[text]
