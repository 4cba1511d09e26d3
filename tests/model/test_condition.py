"""Conditions: a small part of SQL, and nothing that could read more or mean something else tomorrow."""

from __future__ import annotations

import polars as pl
import pytest

from fairoffer.model.condition import ConditionError, compile_condition, tokens_of

SCHEMA: dict[str, pl.DataType] = {
    "product_type": pl.String(),
    "consumer": pl.Boolean(),
    "count": pl.Int64(),
    "day": pl.Date(),
    "money": pl.Decimal(38, 4),
}


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("product_type IN ('home', 'motor') AND consumer AND NOT (count > 3)", ("product_type", "consumer", "count")),
        ("day >= DATE '2026-01-01'", ("day",)),
        ("count BETWEEN 1 AND 2 AND product_type LIKE 'h%'", ("count", "product_type")),
        ("coalesce(consumer, false)", ("consumer",)),
        ("product_type IS NOT NULL OR money <= 1.10", ("product_type", "money")),
        ("CASE WHEN consumer THEN count > 1 ELSE true END", ("consumer", "count")),
        ("product_type NOT IN ('a') AND lower(product_type) <> 'b''c'", ("product_type",)),
    ],
)
def test_conditions_that_may_be_written(text: str, columns: tuple[str, ...]) -> None:
    assert compile_condition(text, SCHEMA).columns == columns


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("NOW() > day", "at character 1: the function NOW is not allowed"),
        ("CURRENT_DATE > day", "at character 1: unknown column CURRENT_DATE"),
        ("count = (SELECT 1)", "unknown column SELECT"),
        ("SUM(count) > 2", "the function SUM is not allowed"),
        ("consumer AND product_typ = 'a'", "at character 14: unknown column product_typ; did you mean product_type?"),
        ("day >= '2026-01-01'", "day is Date, which cannot be compared with a text; write DATE '2026-01-01'"),
        ("'5' < count", "count is Int64"),
        ("count BETWEEN '1' AND '2'", "count is Int64"),
        ("money IN (1, '2')", "money is Decimal"),
        ("count NOT IN ('2')", "count is Int64"),
        ("count", "must be true or false, but is Int64"),
        ("consumer IS TRUE", "IS can only ask for NULL"),
        ('product_type = "home"', "single quotes"),
        ("product_type = 'home", "not closed"),
        ("count > 1; DROP TABLE x", "';' is not allowed here"),
        ("x.count = 1", "'.' is not allowed here"),
        ("consumer AND", "cannot be used"),
        ("count > 1e3", "is not allowed here"),
        ("   ", "is empty"),
        ("product_type = 5", "cannot be used"),
        ("EXTRACT(year FROM day) = 2026", "the function EXTRACT is not allowed"),
    ],
)
def test_conditions_that_may_not(text: str, message: str) -> None:
    with pytest.raises(ConditionError) as caught:
        compile_condition(text, SCHEMA)
    assert message in str(caught.value)


def test_what_is_not_known_is_null() -> None:
    condition = compile_condition("consumer AND count > 1", SCHEMA)
    frame = pl.DataFrame({"consumer": [True, None, False], "count": [2, 2, None]})
    assert frame.select(x=condition.expression)["x"].to_list() == [True, None, False]


def test_words_are_found_without_any_columns() -> None:
    assert [token.kind for token in tokens_of("NOT lower(a) = 'b' + 1.5")] == [
        "word",
        "function",
        "sign",
        "name",
        "sign",
        "sign",
        "text",
        "sign",
        "number",
    ]
