"""JSON Schemas: each kind of file has one, and every field says what it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from fairoffer.model.case import Case
from fairoffer.model.catalog import Catalog
from fairoffer.model.mapping import BookMap
from fairoffer.model.policy import Policy, PolicyList
from fairoffer.model.segments import Segments
from fairoffer.model.waivers import Waivers

FILES = [BookMap, Case, Catalog, Policy, PolicyList, Segments, Waivers]


def objects_of(schema: Any) -> Iterator[dict[str, Any]]:
    """Every part of a schema that is an object with keys of its own."""
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict) and "type" in schema:
            yield schema
        for part in schema.values():
            yield from objects_of(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from objects_of(part)


@pytest.mark.parametrize("model", FILES, ids=lambda model: model.__name__)
def test_a_schema_starts_with_the_kind_and_describes_every_field(model: type[BaseModel]) -> None:
    schema = model.model_json_schema()
    assert next(iter(schema["properties"])) == "fairoffer"
    assert schema["required"][0] == "fairoffer"
    for entry in objects_of(schema):
        assert entry.get("description"), entry
        for name, field in entry["properties"].items():
            assert field.get("description"), name
            assert not name.endswith("_"), name


def test_a_case_describes_its_rows() -> None:
    schema = Case.model_json_schema()
    for name, key in (("book", "quotes"), ("notices", "lists"), ("records", "subject"), ("segments", "holds")):
        rows = schema["properties"][name]["anyOf"][0]["items"]
        assert key in rows["properties"], name
