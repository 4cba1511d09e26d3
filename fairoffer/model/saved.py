"""Results as files: how their JSON is written and read back, and what is said of a file that is no result."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from fairoffer.errors import InputError, Problem

Saved = TypeVar("Saved", bound=BaseModel)

# Control, zero-width and bidirectional characters are written as \uXXXX: a saved result reads as what it says.
_INVISIBLE = re.compile("[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")


def to_bytes(data: dict[str, Any]) -> bytes:
    """UTF-8 with one finding, one offer, one column a line; same data, same bytes."""
    return _INVISIBLE.sub(_escape, "".join(_lines(data))).encode()


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _lines(data: dict[str, Any]) -> Iterator[str]:
    """JSON text of a result with one line for each key, each item of a list, and each column."""
    opening = "{"
    for key, value in data.items():
        yield f"{opening}{_compact(key)}:"
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield "[\n" + ",\n".join(map(_compact, value)) + "]"
        elif key == "comparisons":
            yield "{\n" + ",\n".join(f"{_compact(name)}:{_compact(column)}" for name, column in value.items()) + "}"
        else:
            yield _compact(value)
        opening = ",\n"
    yield "}\n"


def read_back(kind: type[Saved], path: str | Path, version: str) -> Saved:
    """What was saved at `path`; `InputError` if the file is missing or is not of this version."""
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise not_a_result(path, f"cannot be read: {error.strerror or error}") from error
    return made_of(kind, raw, path, version)


def made_of(kind: type[Saved], raw: bytes, path: str | Path, version: str) -> Saved:
    """What the bytes of a file hold; `InputError` if they are not of this version."""
    try:
        data = from_json(raw)
    except ValueError as error:
        raise not_a_result(path, f"is not JSON: {error}") from error
    says = data.get("fairoffer") if isinstance(data, dict) else None
    if says != version:
        raise not_a_result(path, wrong_kind(says, version), "fairoffer")
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise InputError([problem(path, one) for one in error.errors()[:20]]) from error


def wrong_kind(kind: object, version: str) -> str:
    """What to say of a file that calls itself `kind`."""
    if isinstance(kind, str) and kind.startswith("result/"):
        return f"is a result of another version: {kind[:40]!r}; this program reads {version!r}"
    if isinstance(kind, str):
        return f"is not a result but {kind[:40]!r}; `fairoffer audit -o result.json` writes one"
    return f'is not a result: it does not say "fairoffer": "{version}"; `fairoffer audit -o result.json` writes one'


def not_a_result(path: str | Path, message: str, where: str = "") -> InputError:
    """The error that ends the reading of a file."""
    return InputError([Problem(str(path), 0, 0, where, message)])


def problem(path: str | Path, error: Any) -> Problem:
    """An error of the model as a problem of the file."""
    return Problem(str(path), 0, 0, ".".join(str(part) for part in error["loc"])[:200], str(error["msg"]))
