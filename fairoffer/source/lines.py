"""Large catalogs, one JSON object a line, plain or gzipped: read line by line, numbers kept as their text."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from fairoffer.errors import Problem
from fairoffer.source.document import Located
from fairoffer.source.reading import MEGABYTE, check_size, decode

NDJSON_LIMIT = 2048 * MEGABYTE
LINE_LIMIT = 8 * MEGABYTE
DEPTH = 40


class _BadObjectError(ValueError):
    """A JSON text that is valid, but that means two things or nothing."""


def read_ndjson(path: Path, shown: str, problems: list[Problem]) -> Iterator[Located]:
    """The objects of the file, one after another; lines that are none are problems, and reading goes on.

    A key whose value is ``null`` is left out: generated files write absent values so.
    """
    fault = check_size(path, shown, NDJSON_LIMIT)
    if fault is not None:
        problems.append(fault)
        return
    try:
        with _open(path) as stream:
            yield from _objects(stream, shown, problems)
    except (OSError, EOFError, zlib.error) as error:
        reason = "is not a whole gzip file" if path.name.endswith(".gz") else "cannot be read"
        problems.append(Problem(shown, 0, 1, "", f"{reason}: {str(error) or type(error).__name__}"))


def digest_of(path: Path) -> str:
    """The SHA-256 of the file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.name.endswith(".gz") else path.open("rb")  # type: ignore[return-value]


def _objects(stream: IO[bytes], shown: str, problems: list[Problem]) -> Iterator[Located]:
    decoder = json.JSONDecoder(
        object_pairs_hook=_unique, parse_float=str, parse_int=str, parse_constant=_no_constant, strict=True
    )
    number, total = 0, 0
    while line := stream.readline(LINE_LIMIT + 1):
        number += 1
        total += len(line)
        if len(line) > LINE_LIMIT or total > NDJSON_LIMIT:
            what = f"is longer than {LINE_LIMIT // MEGABYTE} MB" if len(line) > LINE_LIMIT else "is past 2048 MB"
            problems.append(Problem(shown, number, 1, "", f"the line {what}, more than can be read"))
            return
        text = _text(line, number, shown, problems)
        if text is not None and text.strip():
            found = _parse(decoder, text, number, shown, problems)
            if found is not None:
                yield found


def _text(line: bytes, number: int, shown: str, problems: list[Problem]) -> str | None:
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError:
        found: list[Problem] = []
        decode(line, shown, found)
        problems.extend(Problem(shown, number, problem.column, "", problem.message) for problem in found)
        return None


def _parse(decoder: json.JSONDecoder, text: str, number: int, shown: str, problems: list[Problem]) -> Located | None:
    column, message = 1, ""
    try:
        data = decoder.decode(text)
        if isinstance(data, dict):
            return Located(data, shown, line=number)
        message = 'must be an object like {"offer": {…}}'
    except json.JSONDecodeError as fault:
        column, message = fault.colno, f"is not valid JSON: {fault.msg[:1].lower()}{fault.msg[1:]}"
    except _BadObjectError as fault:
        message = str(fault)
    except RecursionError:
        message = "is nested too deeply"
    problems.append(Problem(shown, number, column, "", message))
    return None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _BadObjectError(f"the key {twice[:60]!r} is written twice; keep one of them")
    if None in found.values():
        return {name: value for name, value in found.items() if value is not None}
    return found


def _no_constant(name: str) -> Any:
    raise _BadObjectError(f"{name} is not a number that can be used")
