"""What conditions mean, against another engine: many of them at random, over every mix of known and unknown values."""

from __future__ import annotations

import itertools
import random
import sqlite3

import polars as pl

from fairoffer.model.condition import ConditionError, compile_condition

SCHEMA: dict[str, pl.DataType] = {
    "s": pl.String(),
    "b": pl.Boolean(),
    "c": pl.Boolean(),
    "n": pl.Int64(),
    "m": pl.Int64(),
}
ROWS = list(itertools.product(("x", None, "aX%"), (True, False, None), (True, None), (0, 3, None, -5), (1, 3)))
TRUTHS = ("b", "c", "s = 'x'", "s IS NULL", "s LIKE '%X%'", "s NOT LIKE 'a_%'", "lower(s) = 'ax%'", "length(s) > 1")
NUMBERS = ("n", "m", "1", "2", "-3", "- n")


def number(dice: random.Random, depth: int) -> str:
    if depth > 4 or dice.random() < 0.5:
        return dice.choice(NUMBERS)
    one, other = number(dice, depth + 1), number(dice, depth + 1)
    form = dice.choice(("{0} + {1}", "{0} - {1}", "{0} * {1}", "({0} - {1})", "coalesce({0}, {1})", "abs({0})"))
    return form.format(one, other)


def truth(dice: random.Random, depth: int) -> str:
    if depth > 4 or dice.random() < 0.1:
        return dice.choice(TRUTHS)
    one, other = number(dice, depth + 1), number(dice, depth + 1)
    this, that = truth(dice, depth + 1), truth(dice, depth + 1)
    form = dice.choice(
        (
            "{0} = {1}",
            "{0} < {1}",
            "{0} <> {1}",
            "{0} BETWEEN {1} AND 3",
            "{0} NOT BETWEEN 1 AND {1}",
            "{0} NOT IN (1, -3, 3)",
            "NOT {2}",
            "({2})",
            "coalesce({2}, {3})",
            "CASE WHEN {2} THEN {3} END",
            "{2} AND {3}",
            "{2} OR {3}",
            "({2} OR {3})",
        )
    )
    return form.format(one, other, this, that)


def test_both_engines_say_the_same() -> None:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE t (s TEXT, b INT, c INT, n INT, m INT)")
    database.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?)", ROWS)
    database.execute("PRAGMA case_sensitive_like = 1")
    frame = pl.DataFrame(ROWS, schema=SCHEMA, orient="row")
    dice = random.Random(20261121)
    compared = 0
    while compared < 400:
        text = truth(dice, 0)
        try:
            condition = compile_condition(text, SCHEMA)
        except ConditionError:
            continue
        said = database.execute(f"SELECT {text} FROM t ORDER BY rowid").fetchall()
        expected = [None if value is None else bool(value) for (value,) in said]
        assert frame.with_columns(x=condition.expression)["x"].to_list() == expected, text
        compared += 1
    database.close()
