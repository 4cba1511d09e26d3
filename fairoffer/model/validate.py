"""From a located value to a model, with every pydantic error turned into a problem in plain words."""

from __future__ import annotations

import difflib
import re
import types
import typing
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from fairoffer.errors import Problem
from fairoffer.model.base import Base, shown
from fairoffer.source import Loc, Located

M = TypeVar("M", bound=Base)

_QUOTED = re.compile(r"'([^']*)'")
_MANY = 1000
_KINDS = {
    "string_type": "text",
    "string_unicode": "text",
    "string_sub_type": "text",
    "dict_type": "keys and values",
    "mapping_type": "keys and values",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
    "tuple_type": "a list",
    "list_type": "a list",
}


def validate(model: type[M], item: Located, problems: list[Problem]) -> M | None:
    """The value as a model; ``None`` (and all of its problems) if it is not one."""
    try:
        return model.model_validate(item.data, by_alias=True, by_name=False)
    except ValidationError as error:
        problems.extend(_problem(model, item, detail) for detail in error.errors(include_url=False))
    except RecursionError:  # pragma: no cover - sources limit the depth
        problems.append(item.problem((), "is nested too deeply"))
    return None


def salvage(model: type[M], item: Located) -> M | None:
    """What is left of a value once its faulty keys are taken away; ``None`` if that is no model either."""
    try:
        model.model_validate(item.data, by_alias=True, by_name=False)
    except ValidationError as error:
        faulty = {detail["loc"][:1] for detail in error.errors(include_url=False, include_context=False)}
        if isinstance(item.data, dict) and () not in faulty:
            rest = {key: value for key, value in item.data.items() if (key,) not in faulty}
            try:
                return model.model_validate(rest, by_alias=True, by_name=False)
            except ValidationError:
                return None
    return None


def _problem(model: type[BaseModel], item: Located, detail: ErrorDetails) -> Problem:
    kind = detail["type"]
    loc = tuple(part for part in detail["loc"] if part != "[key]")
    on_key = kind in ("extra_forbidden", "invalid_key") or "[key]" in detail["loc"]
    return item.problem(loc, _words(model, loc, kind, detail), key=on_key)


def _words(model: type[BaseModel], loc: Loc, kind: str, detail: ErrorDetails) -> str:
    value, ctx = detail.get("input"), detail.get("ctx", {})
    if kind == "missing":
        return f"is required{_choices(model, loc)}"
    if kind in ("extra_forbidden", "invalid_key"):
        if re.fullmatch(r"\d{1,3}", str(loc[-1]), re.ASCII):
            return f"unknown key {shown(loc[-1])}: a comma ends an entry here; write amounts with a point, like 79.90"
        return unknown("key", str(loc[-1]), keys_at(model, loc[:-1]))
    if kind == "literal_error":
        return not_one_of(value, _QUOTED.findall(str(ctx.get("expected", ""))))
    if kind in _KINDS:
        hint = "; write [] if there is none" if kind == "tuple_type" and value == "" else ""
        return f"must be {_KINDS[kind]}, not {shown(value)}{hint}"
    if kind == "too_short":
        return "the list is empty; name at least one value, or leave the key out"
    if kind == "string_too_long":
        return f"is longer than {int(ctx['max_length']):,} characters"
    return str(detail["msg"])


def _choices(model: type[BaseModel], loc: Loc) -> str:
    """The values that a missing key may have, where they are few and known."""
    found: Any = model
    for part in loc:
        found = _within(found, part)
    found = _bare(found)
    values = typing.get_args(found) if typing.get_origin(found) is typing.Literal else ()
    return f": {', '.join(values[:-1])} or {values[-1]}" if 1 < len(values) <= 8 else ""


def not_one_of(value: object, allowed: Iterable[str]) -> str:
    """``must be new, existing or any, not 'nwe'; did you mean 'new'?``; long lists are not spelt out."""
    names = list(allowed)
    near = _nearest(value, names)
    if len(names) > 8 and near:
        return f"is not a known value: {shown(value)}{near}"
    if len(names) > 16:
        said = f"must be one of {', '.join(names[:16])} …"
    else:
        said = f"must be {', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else f"must be {''.join(names)}"
    return f"{said}, not {shown(value)}{near}"


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """``unknown key 'amout'; did you mean 'amount'?``, or the known names where none is near and they are few."""
    names = sorted(known)
    hint = _nearest(name, names)
    if not hint and 0 < len(names) <= 20:
        hint = f"; known: {', '.join(names)}"
    return f"unknown {what} {shown(name)}{hint}"


def _nearest(value: object, names: list[str]) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 200:
        return ""
    if len(names) > _MANY:
        # Among very many names only those that begin alike are worth the comparison.
        names = [name for name in names if name[:1] == value[:1] and abs(len(name) - len(value)) <= 2][:_MANY]
    folded = {name.casefold(): name for name in reversed(names)}
    near = difflib.get_close_matches(value.casefold(), folded, n=1, cutoff=0.6)
    return f"; did you mean {folded[near[0]]!r}?" if near else ""


def keys_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """The keys that the model at ``loc`` within another model has; empty where there is no model."""
    found: Any = model
    for part in loc:
        found = _within(found, part)
    found = _model_of(found)
    return [] if found is None else [field.alias or name for name, field in found.model_fields.items()]


def _within(annotation: Any, part: str | int) -> Any:
    model = _model_of(annotation)
    if model is not None:
        for name, field in model.model_fields.items():
            if part in (name, field.alias):
                return field.annotation
        return None
    arguments = [entry for entry in typing.get_args(_bare(annotation)) if entry is not Ellipsis]
    return arguments[-1] if arguments else None


def _model_of(annotation: Any) -> type[BaseModel] | None:
    annotation = _bare(annotation)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _bare(annotation: Any) -> Any:
    """The annotation without ``Annotated`` and ``| None``."""
    while True:
        origin = typing.get_origin(annotation)
        if origin is typing.Annotated:
            annotation = typing.get_args(annotation)[0]
        elif origin in (typing.Union, types.UnionType):
            options = [entry for entry in typing.get_args(annotation) if entry is not type(None)]
            annotation = options[0]
        else:
            return annotation
