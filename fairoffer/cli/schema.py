"""`fairoffer schema`: the JSON Schema of every kind of file, and the columns that conditions may read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module

import click

from fairoffer.cli.outputs import to_stdout
from fairoffer.cli.rules import in_columns

# Where the model of each kind lives; loaded only when it is asked for.
KINDS = {
    "catalog": ("fairoffer.model.catalog", "Catalog"),
    "segments": ("fairoffer.model.segments", "Segments"),
    "policy": ("fairoffer.model.policy", "Policy"),
    "policies": ("fairoffer.model.policy", "PolicyList"),
    "waivers": ("fairoffer.model.waivers", "Waivers"),
    "book": ("fairoffer.model.mapping", "BookMap"),
    "case": ("fairoffer.model.case", "Case"),
    "result": ("fairoffer.model.result", "Result"),
}
COLUMNS = "columns"


@click.command("schema")
@click.argument("kind", metavar="KIND", type=click.Choice([*KINDS, COLUMNS]))
def schema_command(kind: str) -> int:
    """Print the JSON Schema of a kind of file.

    KIND is catalog, segments, policy, policies, waivers, book, case or result; or columns, for a list of the columns
    that the conditions of a policy may read.
    """
    if kind == COLUMNS:
        to_stdout("\n".join(columns_lines()))
        return 0
    module, name = KINDS[kind]
    if kind == "result":
        schema = import_module(module).result_schema()
    else:
        schema = import_module(module).__dict__[name].model_json_schema(by_alias=True)
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    to_stdout(json.dumps(schema, indent=2, ensure_ascii=False))
    return 0


def columns_lines() -> Iterator[str]:
    """A line a column: its name, its table, its type and what it means; then what holds for all of them."""
    from fairoffer.model.columns import ABOUT, PREFIXES, TABLES

    customers = (*TABLES["customers"], *PREFIXES["customers"])
    rows = [
        (column.name, table, column.type, column.says)
        for table, columns in TABLES.items()
        for column in (*columns, *PREFIXES[table])
        if table == "customers" or column not in customers
    ]
    yield from in_columns([("column", "table", "type", "meaning"), *rows])
    yield ""
    for table, says in ABOUT.items():
        yield f"{table}: {says}"
    yield ""
    yield "notices, records and lines have the columns of customers, too: those of the customer they are about."
    yield "<…> stands for a name that the rows give; whatever is no letter, digit or underscore in it is written _."
    yield "A policy's facts are columns of every table. A column that nobody states is null: neither true nor false."
