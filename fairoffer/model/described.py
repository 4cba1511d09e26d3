"""Descriptions of fields, read from the strings below them: only a schema needs them, so only a schema reads them."""

from __future__ import annotations

import ast
import inspect
from typing import Any

from pydantic import BaseModel


def describe(schema: dict[str, Any], root: type[BaseModel]) -> dict[str, Any]:
    """The schema of ``root`` with a description of every field that has a string below it, in the module of ``root``
    and in those that its parts come from."""
    home = inspect.getmodule(root)
    models = {name: getattr(home, name, None) for name in schema.get("$defs", {})} | {root.__name__: root}
    parts = {**schema.get("$defs", {}), root.__name__: schema}
    for module in {inspect.getmodule(model): None for model in models.values() if model is not None}:
        if module is None:
            continue
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.ClassDef) and node.name in parts:
                _describe_part(getattr(module, node.name), node, parts[node.name].get("properties", {}))
    return schema


def _describe_part(model: type[BaseModel], node: ast.ClassDef, properties: dict[str, Any]) -> None:
    for name, text in strings_below(node).items():
        alias = model.model_fields[name].alias or name
        if alias in properties:
            properties[alias]["description"] = text


def strings_below(node: ast.ClassDef) -> dict[str, str]:
    """Field name → the string that stands below its declaration."""
    found = {}
    for one, following in zip(node.body, node.body[1:], strict=False):
        is_field = isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
        if is_field and isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            found[one.target.id] = inspect.cleandoc(str(following.value.value))  # type: ignore[attr-defined]
    return found
