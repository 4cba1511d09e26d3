"""Conditions: a small part of SQL, and nothing that could read more or mean something else tomorrow."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from fairoffer.model.condition import ConditionError, compile_condition, tokens_of

SCHEMA: dict[str, pl.DataType] = {
    "product_type": pl.String(),
    "consumer": pl.Boolean(),
    "count": pl.Int64(),
    "day": pl.Date(),
    "on": pl.Date(),
    "money": pl.Decimal(38, 8),
    "rate": pl.Decimal(38, 8),
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
        ("CASE product_type WHEN 'home' THEN consumer END", ("product_type", "consumer")),
        ("product_type NOT IN ('a') AND lower(product_type) <> 'b''c'", ("product_type",)),
        ("NOT (consumer) AND count IN (1,2)", ("consumer", "count")),
        ("count BETWEEN 1 AND 2 AND money <= 1.10", ("count", "money")),
        ("on IS NULL", ("on",)),
        ("(money - 5) * 100 > money * rate", ("money", "rate")),
        ("-count < -1 AND money / 12 > 3 AND 'home' = product_type", ("count", "money", "product_type")),
        ("length(upper(product_type)) - 5 > 0 AND abs(count) NOT BETWEEN 1 AND 2", ("product_type", "count")),
        ("consumer = (count > 3)", ("consumer", "count")),
        ("product_type = '; DROP -- \"x\"'", ("product_type",)),
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
        ("COUNT(*) > 2", "the function COUNT is not allowed"),
        ("GREATEST(count,2)>2", "the function GREATEST is not allowed"),
        ("ROW_NUMBER() OVER (ORDER BY count)=1", "the function ROW_NUMBER is not allowed"),
        ("EXTRACT(year FROM day) = 2026", "the function EXTRACT is not allowed"),
        ("count > 1 AS y", "at character 11: AND, OR or the end is expected here, not AS"),
        ("consumer AND product_typ = 'a'", "at character 14: unknown column product_typ; did you mean product_type?"),
        ("Consumer", "unknown column Consumer; did you mean consumer?"),
        ("zzz > 3", "'fairoffer schema columns' lists them; declare others under facts"),
        ("x.count = 1", "'.' is not allowed here"),
        ("count > 1; DROP TABLE x", "';' is not allowed here"),
        ("count > 1e3", "is not allowed here"),
        ('product_type = "home"', "single quotes"),
        ("product_type = 'home", "not closed"),
        ("   ", "is empty"),
    ],
)
def test_words_that_may_not_be_written(text: str, message: str) -> None:
    assert message in refusal(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("day >= '2026-01-01'", "day is a date, which cannot be compared with a text; write DATE '2026-01-01'"),
        ("'5' < count", "at character 1: count is a number, which cannot be compared with a text; write 5"),
        ("count BETWEEN '1' AND '2'", "at character 15: count is a number"),
        ("money IN (1, '2')", "at character 14: money is a number"),
        ("count NOT IN ('2')", "count is a number"),
        ("money > '24.99'", "write 24.99"),
        ("product_type = 5", "product_type is a text, which cannot be compared with a number; write '5'"),
        ("product_type > 3.5", "write '3.5'"),
        ("consumer = 1", "consumer is true or false, which cannot be compared with a number; write consumer alone"),
        ("consumer = 'true'", "write consumer alone, or NOT consumer"),
        ("count = true", "count is a number, which cannot be compared with true or false"),
        ("count", "count is a number, where something that is true or false is needed"),
        ("NOT count", "where something that is true or false is needed"),
        ("consumer AND count", "where something that is true or false is needed"),
        ("consumer + 1 > 1", "only numbers can be reckoned with"),
        ("day - day > 3", "dates come as counts too"),
        ("- consumer", "has no sign"),
        ("consumer < consumer", "neither more nor less"),
        ("count LIKE '1%'", "LIKE is for texts"),
        ("product_type LIKE product_type", "LIKE is followed by a text"),
        ("abs(product_type) > 1", "abs is of one value, which must be a number"),
        ("lower(product_type, 1) = 'x'", "lower is of one value"),
        ("coalesce(product_type, count) = 1", "coalesce gives a text or a number; it must be one kind"),
        ("CASE WHEN consumer THEN count > 1 ELSE product_type END", "case gives true or false or a text"),
        ("CASE product_type WHEN 1 THEN consumer END", "write '1'"),
        ("CASE WHEN consumer THEN NULL END", "gives nothing but NULL"),
        ("coalesce(0, count) > 1", "at character 10: coalesce never reads what follows a value; put the value last"),
        ("product_type IN ('a', product_type)", "a list holds values only"),
    ],
)
def test_kinds_that_do_not_fit(text: str, message: str) -> None:
    assert message in refusal(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 = 1", "names no column, so it is the same for everybody"),
        ("true", "true and false decide nothing here"),
        ("consumer AND false", "true and false decide nothing here"),
        ("consumer OR NOT true", "true and false decide nothing here"),
        ("consumer OR --1 > 0", "-- begins a remark elsewhere"),
        ("NULL IS NULL", "names no column"),
        ("product_type = NULL", "at character 16: a comparison with NULL is never true; write IS NULL"),
        ("product_type NOT IN ('a', NULL)", "a comparison with NULL is never true"),
        ("consumer IS TRUE", "IS can only ask for NULL"),
        ("1 < count < 5", "at character 11: compares twice in a row"),
        ("money / 0 > 1", "only a number other than 0 can be divided by"),
        ("money / 0.00 > 1", "only a number other than 0 can be divided by"),
        ("rate / money > 1", "multiply the other side instead"),
        ("money * money * rate > 1", "more digits than are kept"),
        ("count = 99999999999999999999", "has more digits than are kept"),
        ("day > DATE '2026-02-30'", "DATE is followed by a day, like DATE '2026-11-21'"),
        ("date > 3", "DATE is followed by a day"),
        ("consumer AND", "at character 13: ends where a column or a value is expected"),
        ("consumer AND AND consumer", "at character 14: a column or a value is expected here, not AND"),
        ("(consumer", ") is expected here"),
        ("consumer)", "AND, OR or the end is expected here, not )"),
        ("count NOT 3", "IN, BETWEEN or LIKE is expected here, not 3"),
        ("count IN ()", "a column or a value is expected here, not )"),
        ("CASE consumer END", "WHEN is expected here, not END"),
        (" OR ".join(["consumer"] * 201), "at character 2401: names columns more than 200 times"),
        ("(" * 13 + "consumer" + ")" * 13, "is nested deeper than 12 levels"),
    ],
)
def test_traps_that_an_engine_would_fall_into(text: str, message: str) -> None:
    assert message in refusal(text)


def refusal(text: str) -> str:
    with pytest.raises(ConditionError) as caught:
        compile_condition(text, SCHEMA)
    return str(caught.value)


def truth(text: str, **values: object) -> object:
    """What a condition says of one row."""
    frame = pl.DataFrame({name: [value] for name, value in values.items()}, schema={n: SCHEMA[n] for n in values})
    return frame.select(x=compile_condition(text, SCHEMA).expression)["x"].item()


def test_what_is_not_known_is_null() -> None:
    condition = compile_condition("consumer AND count > 1", SCHEMA)
    frame = pl.DataFrame({"consumer": [True, None, False], "count": [2, 2, None]})
    assert frame.select(x=condition.expression)["x"].to_list() == [True, None, False]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("money >= rate * 1.1", True),
        ("money - rate * 1.1 = 0", True),
        ("money * count = 330", True),
        ("count / 2 = 1.5", True),
        ("count * 100000000000 > 1", True),
        ("money / 3 > 36.66 AND money / 3 < 36.67", True),
        ("NOT consumer = consumer", False),
        ("NOT NOT consumer", True),
        ("NOT NOT NOT consumer", False),
        ("consumer OR consumer AND NOT consumer", True),
        ("(consumer OR consumer) AND NOT consumer", False),
        ("count - 1 - 1 = 1", True),
        ("count - (1 - 1) = 3", True),
        ("2 + 2 * count = 8", True),
        ("-count + 3 = 0", True),
        ("count != 3", False),
        ("length(product_type) - 5 < 0", True),
        ("product_type LIKE '%''%'", True),
        ("on = DATE '2026-11-21'", None),
        ("on IS NULL", True),
    ],
)
def test_numbers_are_exact_and_words_bind_as_in_sql(text: str, expected: bool | None) -> None:
    row = {"money": Decimal(110), "rate": Decimal(100), "count": 3, "consumer": True, "product_type": "a'b", "on": None}
    assert truth(text, **row) is expected


@pytest.mark.parametrize("rows", [0, 1, 3])
@pytest.mark.parametrize(
    "text",
    [
        "coalesce(consumer, true)",
        "coalesce(product_type, 'home') = 'home'",
        "DATE '2026-01-01' < coalesce(day, DATE '2026-02-01')",
        "2 > 1 + CASE WHEN money IS NULL THEN 0.5 ELSE money END",
        "NOT coalesce(count, 1 + 1) > 3",
    ],
)
def test_a_value_for_a_column_that_is_null_throughout_is_one_for_every_row(text: str, rows: int) -> None:
    frame = pl.DataFrame({name: [None] * rows for name in SCHEMA}, schema=SCHEMA)
    assert frame.with_columns(x=compile_condition(text, SCHEMA).expression)["x"].to_list() == [True] * rows


def test_long_conditions_are_no_deep_ones() -> None:
    assert truth(" AND ".join(["consumer"] * 200), consumer=True) is True
    assert truth("NOT (consumer AND " * 10 + "consumer" + ")" * 10, consumer=True) is not None


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
