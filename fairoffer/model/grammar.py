"""What a condition means: its words as typed values, written out again for the engine with nothing left to guess.

Engines take a number for a truth, compare what cannot be compared, and read ``1 < a < 5`` as nobody means it. So each
part has a kind here, and what does not fit is refused where it stands. Numbers stay decimal: whole numbers that are
reckoned with are made so, and what could have more digits than a decimal keeps is refused before there are any rows.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from fairoffer.model.tokens import ConditionError, Token

Kind = Literal["text", "boolean", "number", "date", "null"]
WORDS_OF: dict[str, str] = {
    "text": "a text",
    "boolean": "true or false",
    "number": "a number",
    "date": "a date",
    "null": "NULL",
}
DEPTH = 12
DIGITS = 38
"""Digits that a decimal of the engine keeps. Of amounts ten before the point are counted on."""
_SIGNS = ("=", "<>", "!=", "<", "<=", ">", ">=")
_AMOUNT = (10, 8)
_WHOLE = (12, 0)
_PLAIN_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,8})?", re.ASCII)


@dataclass(frozen=True)
class Term:
    """A part of a condition: how the engine is told of it, and what kind of value it has.

    ``name`` is how a message calls it (a column, or a value as it is written). ``digits`` are the most that a number
    can have before and after the point.
    """

    sql: str
    kind: Kind
    position: int
    name: str
    is_value: bool = False
    is_whole: bool = False
    digits: tuple[int, int] = (0, 0)


class Grammar:
    """Reads the words of one condition, whose columns have the types of ``schema``."""

    def __init__(self, tokens: list[Token], schema: Mapping[str, Any]) -> None:
        self.tokens = tokens
        self.schema = schema
        self.at = 0
        self.depth = 0
        last = tokens[-1]
        self.end = last.position + len(last.value)

    def condition(self) -> Term:
        """The whole condition; ``ConditionError`` for one that has no meaning."""
        term = self.any_of()
        if self.at < len(self.tokens):
            raise self.unexpected()
        return self.truth(term)

    # Words -------------------------------------------------------------------------------------------------------

    @property
    def word(self) -> str:
        """The word that comes next, in lower case; empty at the end."""
        return self.tokens[self.at].lower if self.at < len(self.tokens) else ""

    @property
    def position(self) -> int:
        return self.tokens[self.at].position if self.at < len(self.tokens) else self.end

    def take(self, *words: str) -> bool:
        """Go past these words, if they come next."""
        following = [token.lower for token in self.tokens[self.at : self.at + len(words)]]
        if following != list(words):
            return False
        self.at += len(words)
        return True

    def expect(self, word: str) -> None:
        if not self.take(word):
            raise self.unexpected(word.upper())

    def unexpected(self, wanted: str = "") -> ConditionError:
        wants = f"{wanted} is expected here" if wanted else "AND, OR or the end is expected here"
        said = f", not {self.tokens[self.at].value}" if self.at < len(self.tokens) else ""
        return ConditionError(self.position, wants + said)

    def any_of(self) -> Term:
        self.depth += 1
        if self.depth > DEPTH:
            raise ConditionError(self.position, f"is nested deeper than {DEPTH} levels; write it as several rules")
        term = self.joined("or", self.all_of)
        self.depth -= 1
        return term

    def all_of(self) -> Term:
        return self.joined("and", self.negation)

    def joined(self, word: str, part: Any) -> Term:
        first: Term = part()
        if self.word != word:
            return first
        parts = [self.truth(first)]
        while self.take(word):
            parts.append(self.truth(part()))
        return Term(f"({f' {word.upper()} '.join(term.sql for term in parts)})", "boolean", first.position, "")

    def negation(self) -> Term:
        position, is_not = self.position, False
        while self.take("not"):
            is_not = not is_not
        if position == self.position:
            return self.predicate()
        term = self.truth(self.predicate())
        return Term(f"(NOT {term.sql})" if is_not else term.sql, "boolean", position, "")

    def predicate(self) -> Term:
        left = self.sum()
        if self.word in _SIGNS:
            return self.comparison(left)
        if self.take("is", "null"):
            return self.test(left, f"{left.sql} IS NULL")
        if self.take("is", "not", "null"):
            return self.test(left, f"{left.sql} IS NOT NULL")
        says = "NOT " if self.word == "not" and self.take("not") else ""
        if self.take("in"):
            return self.test(left, f"{left.sql} {says}IN ({', '.join(self.values(left))})")
        if self.take("between"):
            low = self.fitting(left, "<=", self.sum())
            self.expect("and")
            high = self.fitting(left, "<=", self.sum())
            return self.test(left, f"{left.sql} {says}BETWEEN {low} AND {high}")
        if self.take("like"):
            return self.test(left, f"{left.sql} {says}LIKE {self.pattern(left)}")
        if says:
            raise self.unexpected("IN, BETWEEN or LIKE")
        return left

    def comparison(self, left: Term) -> Term:
        sign = self.word
        self.at += 1
        right = self.fitting(left, sign, self.sum())
        if self.word in _SIGNS:
            raise ConditionError(self.position, "compares twice in a row; write it as two comparisons with AND")
        return self.test(left, f"{left.sql} {'<>' if sign == '!=' else sign} {right}")

    def test(self, left: Term, sql: str) -> Term:
        return Term(f"({sql})", "boolean", left.position, "")

    def values(self, left: Term) -> list[str]:
        """The values of a list after IN."""
        self.expect("(")
        found: list[str] = []
        while not found or self.take(","):
            value = self.unary()
            if not value.is_value:
                raise ConditionError(value.position, "a list holds values only, like ('a', 'b') or (1, 2)")
            found.append(self.fitting(left, "in", value))
        self.expect(")")
        return found

    def pattern(self, left: Term) -> str:
        if left.kind != "text":
            raise ConditionError(left.position, f"{left.name or 'this'} is {WORDS_OF[left.kind]}; LIKE is for texts")
        value = self.unary()
        if not value.is_value or value.kind != "text":
            raise ConditionError(value.position, "LIKE is followed by a text, like 'home%'")
        return value.sql

    def sum(self) -> Term:
        term = self.product()
        while self.word in ("+", "-"):
            term = self.reckoned(term, self.product)
        return term

    def product(self) -> Term:
        term = self.unary()
        while self.word in ("*", "/"):
            term = self.reckoned(term, self.unary)
        return term

    def reckoned(self, left: Term, part: Any) -> Term:
        sign, position = self.word, self.position
        self.at += 1
        right: Term = part()
        for term in (left, right):
            if term.kind != "number":
                hint = "; dates come as counts too, such as days_before and months_since" if term.kind == "date" else ""
                message = f"{term.name or 'this'} is {WORDS_OF[term.kind]}; only numbers can be reckoned with{hint}"
                raise ConditionError(term.position, message)
        left, right = _decimal(left), _decimal(right)
        if sign == "/" and not (right.is_value and right.sql.strip("-0.")):
            message = "only a number other than 0 can be divided by; multiply the other side instead"
            raise ConditionError(right.position, message)
        (a, b), (c, d) = left.digits, right.digits
        digits = {"*": (a + c, b + d), "/": (a + d, max(b + 4, 12))}.get(sign, (max(a, c) + 1, max(b, d)))
        if sum(digits) > DIGITS:
            message = "the result could have more digits than are kept: multiply fewer columns"
            raise ConditionError(position, message)
        return Term(f"({left.sql} {sign} {right.sql})", "number", left.position, "", digits=digits)

    def unary(self) -> Term:
        position = self.position
        minus = False
        while self.word in ("-", "+"):
            minus ^= self.word == "-"
            self.at += 1
        is_signed = position != self.position
        term = self.primary()
        if not is_signed:
            return term
        if term.kind != "number":
            raise ConditionError(position, f"{term.name or 'this'} is {WORDS_OF[term.kind]}, and has no sign")
        sign = "-" if minus else ""
        sql = f"{sign}{term.sql}" if term.is_value else f"({sign}{term.sql})"
        return replace(term, sql=sql, position=position, name=f"{sign}{term.name}" if term.name else "")

    def primary(self) -> Term:
        if self.at == len(self.tokens):
            raise ConditionError(self.end, "ends where a column or a value is expected")
        token = self.tokens[self.at]
        if token.kind == "name":
            return self.column(token)
        if token.kind == "function":
            return self.function(token)
        if token.kind in ("text", "number"):
            self.at += 1
            return _text(token) if token.kind == "text" else _number(token)
        if self.take("("):
            term = self.any_of()
            self.expect(")")
            return term
        return self.keyword(token)

    def keyword(self, token: Token) -> Term:
        if self.take("case"):
            return self.case(token)
        if self.take("date"):
            return self.day(token)
        for word, kind in (("true", "boolean"), ("false", "boolean"), ("null", "null")):
            if self.take(word):
                return Term(word.upper(), "boolean" if kind == "boolean" else "null", token.position, word, True)
        raise ConditionError(token.position, f"a column or a value is expected here, not {token.value}")

    def column(self, token: Token) -> Term:
        self.at += 1
        if token.value not in self.schema:
            near = difflib.get_close_matches(token.value, list(self.schema), n=1)
            known = "'fairoffer schema columns' lists them; declare others under facts of the policy"
            hint = f"did you mean {near[0]}?" if near else known
            raise ConditionError(token.position, f"unknown column {token.value}; {hint}")
        kind, whole = kind_of(self.schema[token.value])
        digits = (_WHOLE if whole else _AMOUNT) if kind == "number" else (0, 0)
        return Term(f'"{token.value}"', kind, token.position, token.value, False, whole, digits)

    def day(self, token: Token) -> Term:
        """The day after the word DATE."""
        written = self.tokens[self.at] if self.at < len(self.tokens) else None
        try:
            if written is None or written.kind != "text" or not re.fullmatch(r"'\d{4}-\d\d-\d\d'", written.value):
                raise ValueError
            date.fromisoformat(written.value.strip("'"))
        except ValueError:
            raise ConditionError(token.position, "DATE is followed by a day, like DATE '2026-11-21'") from None
        self.at += 1
        return Term(f"DATE {written.value}", "date", token.position, written.value, True)

    def function(self, token: Token) -> Term:
        name = token.lower
        self.at += 1
        self.expect("(")
        terms = [self.any_of()]
        while self.take(","):
            terms.append(self.any_of())
        self.expect(")")
        if name == "coalesce":
            early = next((term for term in terms[:-1] if term.is_value), None)
            if early is not None:
                raise ConditionError(early.position, "coalesce never reads what follows a value; put the value last")
            return self.alike(terms, f"COALESCE({', '.join(term.sql for term in terms)})", token)
        wanted: Kind = "number" if name == "abs" else "text"
        if len(terms) > 1 or terms[0].kind != wanted:
            raise ConditionError(token.position, f"{name} is of one value, which must be {WORDS_OF[wanted]}")
        sql = f"{name.upper()}({terms[0].sql})"
        if name == "length":
            return Term(f"CAST({sql} AS BIGINT)", "number", token.position, "", False, True, _WHOLE)
        return replace(terms[0], sql=sql, position=token.position, name="", is_value=False)

    def case(self, token: Token) -> Term:
        subject = None if self.word == "when" else self.any_of()
        whens: list[str] = []
        results: list[Term] = []
        while self.word == "when" or not whens:
            self.expect("when")
            test = self.any_of()
            whens.append(self.truth(test).sql if subject is None else self.fitting(subject, "=", test))
            self.expect("then")
            results.append(self.any_of())
        pairs = [f"WHEN {when} THEN {result.sql}" for when, result in zip(whens, results, strict=True)]
        if self.take("else"):
            results.append(self.any_of())
            pairs.append(f"ELSE {results[-1].sql}")
        self.expect("end")
        said = f"{subject.sql} " if subject is not None else ""
        return self.alike(results, f"(CASE {said}{' '.join(pairs)} END)", token)

    # Kinds -------------------------------------------------------------------------------------------------------

    def truth(self, term: Term) -> Term:
        """The term, if it can be true; what is only NULL never can."""
        if term.kind != "boolean":
            said = f"{term.name} is {WORDS_OF[term.kind]}" if term.name else f"this is {WORDS_OF[term.kind]}"
            raise ConditionError(term.position, f"{said}, where something that is true or false is needed")
        if term.is_value:
            raise ConditionError(term.position, "true and false decide nothing here, whatever the rows hold")
        return term

    def fitting(self, left: Term, sign: str, right: Term) -> str:
        """How the engine is told of ``right``, which can be compared with ``left``."""
        if "null" in (left.kind, right.kind):
            position = right.position if right.kind == "null" else left.position
            raise ConditionError(position, "a comparison with NULL is never true; write IS NULL or IS NOT NULL")
        if left.kind != right.kind:
            said = f"{left.name or 'this'} is {WORDS_OF[left.kind]}" if not left.is_value else ""
            if not said:
                left, right = right, left
                said = f"{left.name or 'this'} is {WORDS_OF[left.kind]}"
            message = f"{said}, which cannot be compared with {WORDS_OF[right.kind]}{_mend(left, right)}"
            raise ConditionError(right.position, message)
        if left.kind == "boolean" and sign not in ("=", "<>", "!=", "in"):
            raise ConditionError(left.position, "what is true or false is neither more nor less; write = or <>")
        return right.sql

    def alike(self, terms: list[Term], sql: str, token: Token) -> Term:
        """One of several values, which must be of one kind."""
        known = [term for term in terms if term.kind != "null"]
        for term in known[1:]:
            if term.kind != known[0].kind:
                message = f"{token.lower} gives {WORDS_OF[known[0].kind]} or {WORDS_OF[term.kind]}; it must be one kind"
                raise ConditionError(term.position, message)
        if not known:
            raise ConditionError(token.position, f"{token.lower} gives nothing but NULL")
        digits = (max(term.digits[0] for term in known), max(term.digits[1] for term in known))
        whole = all(term.is_whole for term in known)
        return Term(sql, known[0].kind, token.position, "", False, whole, digits)


def kind_of(dtype: Any) -> tuple[Kind, bool]:
    """The kind of a column's type, and whether it holds whole numbers."""
    name = str(dtype)
    for start, kind in (("String", "text"), ("Boolean", "boolean"), ("Date", "date")):
        if name == start:
            return kind, False  # type: ignore[return-value]
    return "number", name.startswith(("Int", "UInt"))


def _text(token: Token) -> Term:
    return Term(token.value, "text", token.position, token.value, True)


def _number(token: Token) -> Term:
    whole, _, rest = token.value.partition(".")
    if len(whole) > 12 or len(rest) > 8:
        message = f"has more digits than are kept (12 before the point, 8 after it): {token.value[:40]}"
        raise ConditionError(token.position, message)
    return Term(token.value, "number", token.position, token.value, True, not rest, (len(whole), len(rest)))


def _decimal(term: Term) -> Term:
    """A number as the engine reckons with it exactly."""
    if not term.is_whole:
        return term
    if term.is_value:
        return replace(term, sql=f"{term.sql}.0", digits=(term.digits[0], 1), is_whole=False)
    return replace(term, sql=f"CAST({term.sql} AS DECIMAL(38,0))", is_whole=False)


def _mend(left: Term, right: Term) -> str:
    if left.kind == "date" and right.kind == "text" and right.is_value:
        return f"; write DATE {right.sql}"
    if left.kind == "text" and right.is_value:
        return f"; write '{right.name}'"
    if left.kind == "number" and right.is_value and _PLAIN_NUMBER.fullmatch(right.sql.strip("'")):
        bare = right.sql.strip("'")
        return f"; write {bare}"
    if left.kind == "boolean" and left.name:
        return f"; write {left.name} alone, or NOT {left.name}"
    return ""
