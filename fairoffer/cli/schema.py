"""`fairoffer schema`: the JSON Schema of every kind of file."""

from __future__ import annotations

import json
from importlib import import_module

import click

from fairoffer.cli.outputs import to_stdout

# Where the model of each kind lives; loaded only when it is asked for.
KINDS = {
    "catalog": ("fairoffer.model.catalog", "Catalog"),
    "segments": ("fairoffer.model.segments", "Segments"),
    "policy": ("fairoffer.model.policy", "Policy"),
    "policies": ("fairoffer.model.policy", "PolicyList"),
    "waivers": ("fairoffer.model.waivers", "Waivers"),
    "case": ("fairoffer.model.case", "Case"),
    "result": ("fairoffer.model.result", "Result"),
}


@click.command("schema")
@click.argument("kind", metavar="KIND", type=click.Choice(list(KINDS)))
def schema_command(kind: str) -> int:
    """Print the JSON Schema of a kind of file.

    KIND is catalog, segments, policy, policies, waivers, case or result.
    """
    module, name = KINDS[kind]
    if kind == "result":
        schema = import_module(module).result_schema()
    else:
        schema = import_module(module).__dict__[name].model_json_schema(by_alias=True)
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    to_stdout(json.dumps(schema, indent=2, ensure_ascii=False))
    return 0
