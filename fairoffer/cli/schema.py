"""`fairoffer schema`: the JSON Schema of every kind of file."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

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
        schema = _with_kind(kind, import_module(module).__dict__[name].model_json_schema(by_alias=True))
    to_stdout(json.dumps(schema, indent=2, ensure_ascii=False))
    return 0


def _with_kind(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a whole file: the model's, and the first line that says which kind of file it is."""
    properties = {"fairoffer": {"const": f"{kind}/1", "description": "kind of file"}, **schema["properties"]}
    required = ["fairoffer", *schema.get("required", [])]
    draft = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": draft, **schema, "properties": properties, "required": required}
