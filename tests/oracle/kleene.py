"""Conditions as trees: written out as SQL for a policy, and told with three truth values for the oracle.

`None` is "nobody knows". AND is false as soon as one side is, OR true as soon as one side is, NOT of unknown is
unknown, and whatever compares something with an unknown is unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

Truth = bool | None
Columns = Callable[[str], Any]
COMPARING: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def literal(value: Any) -> str:
    """A value as SQL writes it."""
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def exact(value: Any) -> Any:
    """A value that can be compared with others of its kind without rounding."""
    return Fraction(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


def both(one: Truth, other: Truth) -> Truth:
    """AND."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def either(one: Truth, other: Truth) -> Truth:
    """OR."""
    if one is True or other is True:
        return True
    return None if one is None or other is None else False


def opposite(one: Truth) -> Truth:
    """NOT."""
    return None if one is None else not one


@dataclass(frozen=True)
class Flag:
    """A column that is true or false."""

    column: str

    def sql(self) -> str:
        return self.column

    def value(self, columns: Columns) -> Truth:
        found = columns(self.column)
        assert found is None or isinstance(found, bool), (self.column, found)
        return found


@dataclass(frozen=True)
class Known:
    """A column IS NOT NULL (or IS NULL); never unknown itself."""

    column: str
    known: bool = True

    def sql(self) -> str:
        return f"{self.column} IS {'NOT ' if self.known else ''}NULL"

    def value(self, columns: Columns) -> Truth:
        return (columns(self.column) is not None) == self.known


@dataclass(frozen=True)
class Than:
    """A column compared with a value, or with another column (`other`)."""

    column: str
    sign: str
    literal: Any = None
    other: str | None = None

    def sql(self) -> str:
        return f"{self.column} {self.sign} {self.other or literal(self.literal)}"

    def value(self, columns: Columns) -> Truth:
        mine = exact(columns(self.column))
        theirs = exact(self.literal if self.other is None else columns(self.other))
        return None if mine is None or theirs is None else COMPARING[self.sign](mine, theirs)


@dataclass(frozen=True)
class Among:
    """A column IN a list of values (or NOT IN)."""

    column: str
    values: tuple[Any, ...]
    inside: bool = True

    def sql(self) -> str:
        listed = ", ".join(literal(value) for value in self.values)
        return f"{self.column} {'' if self.inside else 'NOT '}IN ({listed})"

    def value(self, columns: Columns) -> Truth:
        found = exact(columns(self.column))
        return None if found is None else (found in [exact(value) for value in self.values]) == self.inside


@dataclass(frozen=True)
class Within:
    """A column BETWEEN two values, both included."""

    column: str
    low: Any
    high: Any

    def sql(self) -> str:
        return f"{self.column} BETWEEN {literal(self.low)} AND {literal(self.high)}"

    def value(self, columns: Columns) -> Truth:
        found = exact(columns(self.column))
        return None if found is None else exact(self.low) <= found <= exact(self.high)


@dataclass(frozen=True)
class Or0:
    """coalesce(column, 0) compared with a value."""

    column: str
    sign: str
    literal: Any

    def sql(self) -> str:
        return f"coalesce({self.column}, 0) {self.sign} {literal(self.literal)}"

    def value(self, columns: Columns) -> Truth:
        found = columns(self.column)
        return COMPARING[self.sign](exact(0 if found is None else found), exact(self.literal))


@dataclass(frozen=True)
class Not:
    """NOT."""

    one: Any

    def sql(self) -> str:
        return f"NOT ({self.one.sql()})"

    def value(self, columns: Columns) -> Truth:
        return opposite(self.one.value(columns))


@dataclass(frozen=True)
class Both:
    """AND."""

    one: Any
    other: Any

    def sql(self) -> str:
        return f"({self.one.sql()}) AND ({self.other.sql()})"

    def value(self, columns: Columns) -> Truth:
        return both(self.one.value(columns), self.other.value(columns))


@dataclass(frozen=True)
class Either:
    """OR."""

    one: Any
    other: Any

    def sql(self) -> str:
        return f"({self.one.sql()}) OR ({self.other.sql()})"

    def value(self, columns: Columns) -> Truth:
        return either(self.one.value(columns), self.other.value(columns))
