"""Conditions in policies: a small part of SQL over documented columns, checked before anything is run.

What a policy may write is a whitelist (columns, literals, comparisons, a few functions), so a policy file can neither
read other data nor depend on the day it is run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairoffer.model.grammar import Grammar
from fairoffer.model.tokens import FUNCTIONS, WORDS, ConditionError, Token, tokens_of

if TYPE_CHECKING:
    import polars as pl

__all__ = ["FUNCTIONS", "WORDS", "Condition", "ConditionError", "Token", "compile_condition", "tokens_of"]

COLUMNS = 200
"""How often a condition may name columns: the engine takes minutes over thousands."""
RESULT = " result"
"""A name that no column has."""


@dataclass(frozen=True)
class Condition:
    """A checked condition and the columns it reads, in the order they are named."""

    text: str
    expression: pl.Expr
    columns: tuple[str, ...]


def compile_condition(text: str, schema: Mapping[str, pl.DataType]) -> Condition:
    """The condition as an expression over columns of these types; its result is Boolean, or null where unknown.

    Raises ``ConditionError`` for words that are not allowed, unknown columns, values of kinds that do not fit, a
    condition that names no column, and for whatever the engine refuses on rows without any value.
    """
    import polars as pl

    tokens = tokens_of(text)
    named = [token for token in tokens if token.kind == "name"]
    if len(named) > COLUMNS:
        raise ConditionError(
            named[COLUMNS].position, f"names columns more than {COLUMNS} times; make several rules of it"
        )
    sql = Grammar(tokens, schema).condition().sql
    columns = tuple(dict.fromkeys(token.value for token in named))
    if not columns:
        raise ConditionError(
            1, "names no column, so it is the same for everybody; say whom it is about, or leave it out"
        )
    types = {name: schema[name] for name in columns}
    try:
        expression = _for_every_row(pl.sql_expr(sql), columns[0])
        rows = pl.DataFrame({name: [None, None] for name in types}, schema=types)
        result = rows.with_columns(expression.alias(RESULT))
    except Exception as error:
        # The engine has no common base for its errors, and all of them mean that the text is no condition.
        raise ConditionError(1, f"cannot be used: {str(error).splitlines()[0]}") from None
    if result.schema[RESULT] != pl.Boolean:
        raise ConditionError(1, f"must be true or false, but is {result.schema[RESULT]}")
    return Condition(text, expression, columns)


def _for_every_row(expression: pl.Expr, column: str) -> pl.Expr:
    """The expression with a value for every row: where a value stands in for a column that is null throughout, the
    engine gives one value for all, and then refuses it.
    """
    import polars as pl

    return expression & (pl.col(column).is_null() | pl.col(column).is_not_null())
