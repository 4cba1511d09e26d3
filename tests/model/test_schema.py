"""JSON Schemas: each kind of file has one, and every field says what it is."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from fairoffer.model.case import Case
from fairoffer.model.catalog import Catalog
from fairoffer.model.policy import Policy, PolicyList
from fairoffer.model.segments import Segments
from fairoffer.model.waivers import Waivers

FILES = [Case, Catalog, Policy, PolicyList, Segments, Waivers]


def objects_of(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [schema, *(entry for entry in schema.get("$defs", {}).values() if "properties" in entry)]


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
