"""The columns of conditions: typed, said in words, and each of them can be written in a condition."""

from __future__ import annotations

import subprocess
import sys

import polars as pl
import pytest

from fairoffer.model.columns import ABOUT, PREFIXES, TABLES, Column, column_name, columns_of, names_in, prefix_of
from fairoffer.model.condition import compile_condition

ALL = [(table, column) for table in TABLES for column in (*TABLES[table], *PREFIXES[table])]
VALUE = {"String": "'a'", "Boolean": "true", "Int64": "1", "Date": "DATE '2026-01-31'", "Decimal": "1.5"}


@pytest.mark.parametrize(("table", "column"), ALL, ids=lambda found: getattr(found, "name", found))
def test_every_column_can_be_named_in_a_condition(table: str, column: Column) -> None:
    name = column.name.replace("<", "").replace(">", "")
    text = f"NOT ({name} = {VALUE[column.type]}) OR {name} IS NOT NULL"
    condition = compile_condition(text, columns_of(table, {}, names_in(text)))
    assert condition.columns == (name,)
    assert column.says
    assert not column.says.endswith(".")


def test_names_are_said_once_a_table() -> None:
    for table, columns in TABLES.items():
        assert len({column.name for column in columns}) == len(columns), table
    assert set(ABOUT) == set(TABLES) == set(PREFIXES)


def test_columns_are_fixed_ones_facts_and_what_rows_name_themselves() -> None:
    facts = {"asked": "boolean", "age": "integer", "seen": "date", "share": "number", "code": "text"}
    names = ("like_region", "fees_setup", "like_", "shows_price", "nonsense")
    columns = columns_of("customers", facts, names)
    assert columns["like_region"] == pl.String()
    assert columns["fees_setup"] == pl.Decimal(38, 8)
    assert [columns[name] for name in facts] == [pl.Boolean(), pl.Int64(), pl.Date(), pl.Decimal(38, 8), pl.String()]
    assert not {"like_", "shows_price", "nonsense"} & set(columns)
    assert columns_of("notices", {}, names)["shows_price"] == pl.Boolean()
    assert "like_region" not in columns_of("offers", {}, names)


def test_a_fixed_column_keeps_its_type_whatever_a_policy_declares() -> None:
    assert columns_of("customers", {"consumer": "text", "like_x": "integer"}, ("like_x",))["consumer"] == pl.Boolean()
    assert columns_of("customers", {"like_x": "integer"}, ("like_x",))["like_x"] == pl.Int64()


def test_names_as_columns_write_them() -> None:
    assert column_name("prior premium") == column_name("prior-premium") == column_name("prior.premium")
    assert prefix_of("customers", "parts_broker") == ("parts_", "broker")
    assert prefix_of("customers", "price") is None


def test_the_engine_is_not_loaded_to_name_columns() -> None:
    code = "import sys, fairoffer.model.columns as c; c.type_of('lines', {}, 'price'); exit('polars' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
