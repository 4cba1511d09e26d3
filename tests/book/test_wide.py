"""Wide portions: every kind of column, what of it cannot be read, and rows for the exact engine."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairoffer.audit.months import completed_months
from fairoffer.book.wide import Portion, Reading, reading, row_of, rows_of
from fairoffer.errors import InputError
from fairoffer.model.catalog import Catalog
from fairoffer.model.mapping import BookMap

DAY = date(2026, 11, 21)
CATALOG = Catalog.model_validate(
    {
        "id": "c",
        "supplier": "Example",
        "currency": "GBP",
        "value_tiers": ["low", "high"],
        "attributes": {
            "channel": {"choice": True, "values": ["web", "phone"]},
            "region": {"values": ["north", "south"]},
            "age": {"type": "integer", "from": "18", "to": "120"},
            "staff": {"type": "boolean"},
        },
    }
)


def mapped(columns: dict[str, Any], **rest: Any) -> BookMap:
    return BookMap.model_validate({"source": "x", "columns": columns, **rest})


def read(columns: dict[str, Any], raw: dict[str, Any] | pl.DataFrame, **rest: Any) -> tuple[Reading, Portion]:
    frame = raw if isinstance(raw, pl.DataFrame) else pl.DataFrame(raw)
    facts = rest.pop("facts", None)
    how = reading(mapped(columns, **rest), frame.schema, CATALOG, DAY, facts)
    portion = how.wide(frame.select(how.columns), 101)
    assert portion.frame.drop("#fault", strict=False).schema == how.schema
    return how, portion


def cells(columns: dict[str, Any], raw: dict[str, Any] | pl.DataFrame, **rest: Any) -> dict[str, list[Any]]:
    return read(columns, raw, **rest)[1].frame.to_dict(as_series=False)


def faults(columns: dict[str, Any], raw: dict[str, Any] | pl.DataFrame, **rest: Any) -> list[tuple[Any, ...]]:
    portion = read(columns, raw, **rest)[1]
    return [(fault.path, fault.column, fault.what, fault.count, fault.rows) for fault in portion.faults]


PLAIN = st.from_regex(r"-?[0-9]{1,17}(\.[0-9]{1,10})?", fullmatch=True)
ODD = st.sampled_from(
    ["1,234.50", "1e3", " 1", "1 ", "+1", ".5", "5.", "NaN", "£5", "0x1", "-", "1_000", "१", "1.5000000000", "--1"]
)


def test_a_half_of_a_ten_thousandth_goes_away_from_zero() -> None:
    frame = {"x": [0.03125, -0.03125, 1.00005, 0.00004999, None]}
    assert cells({"terms": {"t": "x"}}, frame) == {"terms.t": [313, -313, 10001, 0, None]}


def test_pence_and_each_columns_own_unit() -> None:
    columns = {"price": "pence", "paid": {"column": "pounds", "unit": "1"}, "rate": {"column": "share", "unit": "100"}}
    frame = {"pence": [2499, 2500], "pounds": ["24.99", "25"], "share": [0.041, 0.0425]}
    found = cells(columns, frame, money="0.01")
    assert found == {"price": [249_900, 250_000], "rate": [41_000, 42_500], "paid": [249_900, 250_000]}


def test_constants_are_no_columns() -> None:
    columns = {"price": "p", "per": {"value": "year"}, "tenure_months": {"value": "7"}, "consumer": {"value": "true"},
               "fees": {"setup": {"value": "9.99"}}, "on": {"value": "2026-11-01"},
               "like": {"region": {"value": "north"}},
               "attributes": {"age": {"value": "40"}, "staff": {"value": "false"}},
               "facts": {"club": {"value": "yes"}}}  # fmt: skip
    how, portion = read(columns, {"p": [1]})
    assert portion.frame.columns == ["price"]
    assert how.constants == {
        "per": "year",
        "tenure_months": 7,
        "consumer": True,
        "fees.setup": Decimal("9.99"),
        "on": date(2026, 11, 1),
        "like.region": "north",
        "attributes.age": 40,
        "attributes.staff": False,
        "facts.club": "yes",
    }


def test_a_constant_that_the_catalog_does_not_declare() -> None:
    with pytest.raises(InputError, match=r"columns.like.region: is a value that the catalog does not declare"):
        read({"price": "p", "like": {"region": {"value": "west"}}}, {"p": [1]})


# Days and tenure.


@given(
    st.lists(st.none() | st.dates(date(1850, 1, 1), date(2035, 1, 1)), max_size=20),
    st.dates(date(2000, 1, 1), date(2030, 12, 31)),
)
def test_tenure_since_a_day(days: list[date | None], as_of: date) -> None:
    frame = pl.DataFrame({"d": pl.Series(days, dtype=pl.Date)})
    how = reading(mapped({"tenure_months": {"since": "d"}}), frame.schema, CATALOG, as_of)
    found = how.wide(frame, 1)
    expected: list[int | None] = []
    wrong = 0
    for day in days:
        readable = day is not None and date(1900, 1, 1) <= day <= as_of + timedelta(days=731)
        months = completed_months(day, as_of) if readable else None
        good = months is not None and 0 <= months <= 1200
        expected.append(months if good else None)
        wrong += day is not None and not good
    assert found.frame["tenure_months"].to_list() == expected
    assert sum(fault.count for fault in found.faults) == wrong


@pytest.mark.parametrize(
    "since, months",
    [
        (date(2026, 10, 21), 1),
        (date(2026, 10, 22), 0),
        (date(2026, 11, 22), None),
        (date(2025, 11, 22), 11),
        (date(2025, 11, 21), 12),
    ],
)
def test_a_month_is_complete_on_its_day(since: date, months: int | None) -> None:
    assert cells({"tenure_months": {"since": "d"}}, {"d": [since]})["tenure_months"] == [months]


def test_days_of_every_kind() -> None:
    texts = ["2026-11-21", "2026-11-21T10:30", "2026-1-5", "2026-02-30", "21/11/2026", "", "1899-12-31", "2028-11-22"]
    frame = pl.DataFrame({"t": texts, "m": [datetime(2026, 11, 21, 23)] * 8})
    columns = {"on": "t", "contract": {"made": "m"}}
    found = cells(columns, frame)
    assert found["on"] == [DAY, DAY, None, None, None, None, None, None]
    assert found["contract.made"] == [DAY] * 8
    assert found["#fault"] == [False, False, True, True, True, False, True, True]
    assert faults(columns, frame) == [
        ("on", "t", "is not a day like 2026-11-21", 3, (103, 104, 105)),
        ("on", "t", "is before 1900, or more than two years after the judged day", 2, (107, 108)),
    ]


def test_a_contract_does_not_end_before_it_was_made() -> None:
    frame = {"made": [DAY, DAY, None], "ends": [DAY - timedelta(days=1), DAY, DAY]}
    columns = {"contract": {"made": "made", "ends": "ends"}}
    how, portion = read(columns, frame)
    assert portion.frame["contract.ends"].to_list() == [None, DAY, DAY]
    assert [fault.rows for fault in portion.faults] == [(101,)]
    assert len(rows_of(how, portion.frame, [0, 1, 2])) == 3


# Whole numbers, flags and texts.


@pytest.mark.parametrize(
    "values",
    [
        [12, -1, 1201, None],
        [12.0, 0.5, math.nan, None],
        ["12", "12.0", "1201", None],
        [Decimal("12"), Decimal("0.5"), Decimal("1e9"), None],
    ],
)
def test_months(values: list[Any]) -> None:
    frame = {"m": pl.Series(values, strict=False)}
    assert cells({"tenure_months": "m"}, frame) == {
        "tenure_months": [12, None, None, None],
        "#fault": [False, True, True, False],
    }


def test_counts_and_infinite_ones() -> None:
    frame = {"n": pl.Series([1, 0, -5, 3_000_000_000, None])}
    assert cells({"count": "n"}, frame)["count"] == [1, None, None, None, None]
    assert cells({"renewal_no": "f"}, {"f": [math.inf, 1e300, 2.0]})["renewal_no"] == [None, None, 2]


def test_flags() -> None:
    columns = {
        "vulnerable": "plain",
        "hardship": {"column": "letters", "true": ["Y", "y"], "false": "N"},
        "consumer": {"column": "digits", "true": "1", "false": "0"},
        "group_policy": "words",
    }
    frame = {
        "plain": [True, None, False],
        "letters": ["y", "N", "?"],
        "digits": [1, 2, None],
        "words": ["true", "false", "yes"],
    }
    assert cells(columns, frame) == {
        "consumer": [True, None, None],
        "group_policy": [True, False, None],
        "vulnerable": [True, None, False],
        "hardship": [True, False, None],
        "#fault": [False, True, True],
    }


def test_texts_and_their_map() -> None:
    columns = {"product": {"column": "plan", "map": {"F1": "fibre-1"}}, "risk": "r", "event": "e", "value_tier": "t"}
    frame = {"plan": ["F1", "F2", ""], "r": [3, None, 4], "e": ["renewal", "x", None], "t": ["low", None, "middle"]}
    assert cells(columns, frame) == {
        "product": ["fibre-1", None, None],
        "value_tier": ["low", None, None],
        "event": ["renewal", None, None],
        "risk": ["3", None, "4"],
        "#fault": [False, True, True],
    }
    assert [what for _, _, what, _, _ in faults(columns, frame)] == [
        "is not in the map of book.yaml",
        "is a value that the catalog does not declare",
        "is not renewal, price-change, benefit-end, contract-end or review",
    ]


def test_values_are_as_the_catalog_declares_them() -> None:
    columns = {
        "channel": "c",
        "like": {"region": "r", "street": "s"},
        "attributes": {"age": "a", "staff": "b"},
        "quotes": [{"basis": "best-open", "channel": "c", "like": {"age": "a"}}],
    }
    frame = {"c": ["web", "fax"], "r": ["west", "north"], "s": [1, 2], "a": [17, 18], "b": ["true", None]}
    assert cells(columns, frame) == {
        "channel": ["web", None],
        "like.region": [None, "north"],
        "like.street": ["1", "2"],
        "attributes.age": [None, 18],
        "attributes.staff": [True, None],
        "quotes.0.channel": ["web", None],
        "quotes.0.like.age": [None, 18],
        "#fault": [True, True],
    }


def test_another_currency_cannot_be_read() -> None:
    assert faults({"price": "p", "currency": "c"}, {"p": [1, 1], "c": ["GBP", "EUR"]}) == [
        ("currency", "c", "is another currency than GBP", 1, (102,))
    ]


def test_facts_are_what_policies_want_else_what_the_column_holds() -> None:
    frame = {"f": ["true", "5", "2026-11-21"], "n": [1.5, 2.0, 3.25]}
    columns = {"facts": {"a": "f", "n": "n"}}
    assert cells(columns, frame) == {"facts.a": ["true", "5", "2026-11-21"], "facts.n": [15_000, 20_000, 32_500]}
    for kind, value in [
        ("boolean", [True, None, None]),
        ("integer", [None, 50_000, None]),
        ("number", [None, 50_000, None]),
        ("date", [None, None, DAY]),
        ("text", ["true", "5", "2026-11-21"]),
    ]:
        assert cells(columns, frame, facts={"a": kind})["facts.a"] == value
    assert cells(columns, frame, facts={"n": "integer"})["facts.n"] == [None, 20_000, None]


def test_categories_are_text() -> None:
    frame = pl.DataFrame(
        {"c": pl.Series(["web", "phone"], dtype=pl.Categorical), "e": pl.Series(["1"] * 2, dtype=pl.Enum(["1"]))}
    )
    assert cells({"channel": "c", "price": "e"}, frame) == {"price": [10_000, 10_000], "channel": ["web", "phone"]}


def test_a_column_of_nothing() -> None:
    columns = {"price": "x", "channel": "x", "vulnerable": "x", "on": "x", "tenure_months": "x", "facts": {"f": "x"}}
    for dtype in (pl.Null, pl.String):
        how, portion = read(columns, pl.DataFrame({"x": pl.Series([None, None], dtype=dtype)}))
        assert portion.faults == []
        assert all(series.null_count() == 2 for series in portion.frame)
        assert row_of(how, portion.frame, 1).price is None


def test_no_rows() -> None:
    columns = {"price": "x", "tenure_months": {"since": "d"}, "channel": "c", "paid": "f", "fees": {"a": "n"}}
    frame = pl.DataFrame(schema={"x": pl.Decimal(10, 2), "d": pl.Date, "c": pl.String, "f": pl.Float64, "n": pl.Int64})
    assert read(columns, frame)[1].frame.height == 0


def test_only_the_first_five_rows_are_named_and_no_value_is() -> None:
    portion = read({"price": "x"}, {"x": ["secret"] * 9})[1]
    assert [(fault.count, fault.rows) for fault in portion.faults] == [(9, (101, 102, 103, 104, 105))]
    assert "secret" not in repr(portion.faults)


@pytest.mark.parametrize(
    "columns, message",
    [
        ({"price": "prize"}, "unknown column 'prize'; did you mean 'price'?"),
        ({"price": "flag"}, "flag is of type Boolean, which cannot be read as an amount"),
        (
            {"vulnerable": "price"},
            "price is of type Int64, which cannot be read as true or false; say what stands for each",
        ),
        ({"channel": "share"}, "share is of type Float64, which cannot be read as text; make it text or whole numbers"),
        ({"on": "price"}, "price is of type Int64, which cannot be read as a day"),
        ({"tenure_months": {"since": "price"}}, "price is of type Int64, which cannot be read as a day"),
        ({"price": "listed"}, r"listed is of type List\(Int64\), which cannot be read as an amount"),
        ({"channel": "listed"}, r"listed is of type List\(Int64\), which cannot be read as text"),
    ],
)
def test_a_column_that_is_not_there_or_of_another_type(columns: dict[str, Any], message: str) -> None:
    frame = pl.DataFrame({"price": [1], "flag": [True], "share": [0.5], "listed": [[1]]})
    with pytest.raises(InputError, match=message):
        reading(mapped(columns), frame.schema, CATALOG, DAY)


# Rows for the exact engine.

ROW = {
    "customer": "id",
    "price": "p",
    "per": {"value": "month"},
    "product": "plan",
    "tenure_months": "m",
    "tax": {"included": {"value": "true"}, "rate": "vat"},
    "fees": {"setup": {"column": "f1", "absent": "none", "when": "start"}, "line": {"column": "f2", "when": "month"}},
    "incentives": {"card": {"column": "g", "cash_equivalent": "true", "funded": "gf"},
                   "off": {"column": "o", "size": "percent"}},
    "addons": {"cover": {"column": "a", "absent": "none", "party": "Insurer"}},
    "like": {"region": "r"},
    "facts": {"club": "b"},
    "previous": {"price": "before"},
    "quotes": [
        {"basis": "new-customer", "price": "q1", "fees": {"setup": {"value": "5"}}, "channel": {"value": "web"}},
        {"basis": "best-open", "price": "q2", "rate": "q3", "fees": {}},
    ],
}  # fmt: skip
RAW: dict[str, list[Any]] = {
    "id": ["a", "b b"], "p": ["24.99", None], "plan": ["fibre 1", None], "m": [5, None], "vat": [20, None],
    "f1": [9, None], "f2": [1, None], "g": [50, None], "gf": [None, None], "o": [10, None], "a": [3, None],
    "r": ["north", None], "b": [True, None], "before": [20, None], "q1": [19, None], "q2": [None, None],
    "q3": [None, 4],
}  # fmt: skip


def test_a_full_row() -> None:
    how, portion = read(ROW, RAW)
    row = row_of(how, portion.frame, 0)
    assert row.model_dump(exclude_defaults=True, exclude={"customer"}, by_alias=True) == {
        "price": Decimal("24.99"),
        "per": "month",
        "product": "fibre%201",
        "tenure_months": 5,
        "tax": {"included": True, "rate": Decimal(20)},
        "fees": (
            {"kind": "setup", "amount": Decimal(9)},
            {"kind": "line", "amount": Decimal(1), "when": "month"},
        ),
        "incentives": (
            {"kind": "card", "value": Decimal(50), "cash_equivalent": True},
            {"kind": "off", "percent": Decimal(10)},
        ),
        "addons": ({"id": "cover", "price": Decimal(3), "party": "Insurer"},),
        "like": {"region": "north"},
        "facts": {"club": "true"},
        "previous": {"price": Decimal(20)},
        "quotes": (
            {
                "basis": "new-customer",
                "price": Decimal(19),
                "fees": ({"kind": "setup", "amount": Decimal(5)},),
                "channel": "web",
            },
        ),
    }


def test_an_empty_row() -> None:
    """An unknown fee makes the fees unknown; an add-on that is absent is none; so is an incentive."""
    how, portion = read(ROW, RAW)
    row = row_of(how, portion.frame, 1)
    assert (row.fees, row.addons, row.incentives) == (None, (), ())
    assert row.quotes is not None
    assert [(quote.basis, quote.rate, quote.fees) for quote in row.quotes] == [("best-open", Decimal(4), ())]
    assert (row.price, row.product, row.tenure_months, row.previous, row.count) == (None, None, None, None, 1)


def test_no_quotes_are_mapped_or_none_is_there() -> None:
    how, portion = read({"price": "p"}, {"p": [1]})
    assert row_of(how, portion.frame, 0).quotes is None
    how, portion = read(
        {"price": "p", "quotes": [{"basis": "best-open", "price": "q"}]}, {"p": [1], "q": pl.Series([None])}
    )
    assert row_of(how, portion.frame, 0).quotes == ()


def test_words_keep_their_spaces_and_facts_everything() -> None:
    raw = {"x": ["personal loan"], "f": [" as\tit stands "]}
    how, portion = read({"product_type": "x", "product": "x", "like": {"y": "x"}, "facts": {"z": "f"}}, raw)
    row = row_of(how, portion.frame, 0)
    assert (row.product_type, row.like["y"]) == ("personal loan", "personal loan")
    assert row.product == "personal%20loan"
    assert row.facts == {"z": " as\tit stands "}


@given(st.lists(st.text(max_size=300).filter(bool), min_size=2, max_size=2))
def test_any_text_is_itself_and_nothing_else(texts: list[str]) -> None:
    how, portion = read({"product": "x", "risk": "x", "like": {"y": "x"}, "facts": {"z": "x"}}, {"x": texts})
    one, two = rows_of(how, portion.frame, [0, 1])
    assert (one.product == two.product) == (texts[0] == texts[1])
    assert (one.risk == two.risk) == (texts[0] == texts[1])
    assert (one.like == two.like) == (texts[0] == texts[1])


@given(st.data())
def test_portions_change_nothing(data: st.DataObject) -> None:
    """Cut anywhere, the same rows, faults and numbers of rows come out."""
    values: Sequence[Any] = data.draw(st.lists(st.none() | PLAIN | ODD, min_size=2, max_size=12))
    frame = pl.DataFrame({"x": pl.Series(values, dtype=pl.String)})
    how = reading(mapped({"price": "x", "channel": "x"}), frame.schema, CATALOG, DAY)
    cut = data.draw(st.integers(1, len(values) - 1))
    whole = how.wide(frame, 1)
    parts = [how.wide(frame[:cut], 1), how.wide(frame[cut:], cut + 1)]
    joined = pl.concat([part.frame.drop("#fault", strict=False) for part in parts])
    assert joined.equals(whole.frame.drop("#fault", strict=False))
    counted: Callable[[list[Portion]], dict[tuple[str, str], int]] = lambda found: {  # noqa: E731
        key: sum(f.count for p in found for f in p.faults if (f.path, f.what) == key)
        for key in {(f.path, f.what) for p in found for f in p.faults}
    }
    assert counted(parts) == counted([whole])
