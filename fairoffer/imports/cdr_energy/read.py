"""Plan detail payloads from files: one JSON document or one a line, packed or not.

All numbers stay text, so no amount ever passes through a binary float.
"""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, NoReturn

from fairoffer.errors import InputError, Problem

MAX_LINE = 16 * 1024 * 1024
"""Bytes of one line or document; a plan has a few thousand."""

Json = dict[str, Any]


class Payload(NamedTuple):
    """One plan and the place it was read from."""

    path: str
    line: int
    plan: Json


def read_payloads(paths: Iterable[str | Path], problems: list[Problem]) -> Iterator[Payload]:
    """Every plan of the files, in order. Faults are added to ``problems``; the reading goes on behind them.

    Raises ``InputError`` at once where a file cannot be opened.
    """
    for path in paths:
        yield from _read_file(Path(path), problems)


def _read_file(path: Path, problems: list[Problem]) -> Iterator[Payload]:
    name = str(path)
    try:
        with _open(path) as stream:
            yield from _read_stream(name, stream, problems)
    except (OSError, EOFError, zlib.error) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise InputError([Problem(name, 0, 0, "", f"cannot be read: {reason}")]) from fault


@contextmanager
def _open(path: Path) -> Iterator[BinaryIO]:
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        if not packed:
            yield raw
            return
        with gzip.GzipFile(fileobj=raw) as whole, io.BufferedReader(whole) as stream:
            yield stream


def _read_stream(name: str, stream: BinaryIO, problems: list[Problem]) -> Iterator[Payload]:
    """Line by line; a first line that is not JSON by itself makes the whole file one document."""
    found = False
    for number, line in enumerate(_lines(name, stream, problems), start=1):
        if not line.strip():
            continue
        try:
            document = _parse(line)
        except ValueError as fault:
            if not found:
                yield from _read_whole(name, line, stream, problems)
                return
            problems.append(_fault(name, number, fault))
            continue
        found = True
        yield from _plans(name, number, document, problems)
    if not found and not problems:
        problems.append(Problem(name, 0, 0, "", "holds no plan: the file is empty"))


def _lines(name: str, stream: BinaryIO, problems: list[Problem]) -> Iterator[bytes]:
    while line := stream.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE:
            raise InputError([Problem(name, 0, 0, "", f"has a line of more than {MAX_LINE:,} bytes")])
        yield line


def _read_whole(name: str, start: bytes, stream: BinaryIO, problems: list[Problem]) -> Iterator[Payload]:
    rest = stream.read(8 * MAX_LINE + 1)
    if len(rest) > 8 * MAX_LINE:
        raise InputError([Problem(name, 1, 1, "", "is neither one JSON document a line nor a small single one")])
    try:
        document = _parse(start + rest)
    except ValueError as fault:
        problems.append(_fault(name, 1, fault))
        return
    yield from _plans(name, 1, document, problems)


def _parse(text: bytes) -> Any:
    """JSON with every number kept as its text. All faults are ``ValueError``, nesting and encoding included."""
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number of JSON")


def _fault(name: str, line: int, fault: ValueError) -> Problem:
    if isinstance(fault, json.JSONDecodeError):
        return Problem(name, line + fault.lineno - 1, fault.colno, "", f"is not JSON: {fault.msg}")
    if isinstance(fault, UnicodeDecodeError):
        return Problem(name, line, fault.start + 1, "", "is not UTF-8 text")
    return Problem(name, line, 1, "", f"is not JSON: {fault}")


def _plans(name: str, line: int, document: Any, problems: list[Problem]) -> Iterator[Payload]:
    """The plans of one document: the answer of the interface, its ``data`` alone, or a list of either."""
    entries = document if isinstance(document, list) else [document]
    for index, entry in enumerate(entries):
        where = f"[{index}]" if isinstance(document, list) else ""
        plan = entry.get("data", entry) if isinstance(entry, dict) else entry
        message = _not_a_plan(plan)
        if message:
            problems.append(Problem(name, line, 1, where, message))
        else:
            yield Payload(name, line, plan)


def _not_a_plan(plan: Any) -> str:
    if not isinstance(plan, dict):
        return f"must be an energy plan, not {'a list' if isinstance(plan, list) else 'a single value'}"
    if "plans" in plan:
        return "is a list of plans without their details; ask for the detail of each plan (x-v 3)"
    if "errors" in plan:
        return "is an error message of the interface, not an energy plan"
    missing = [key for key in ("planId", "fuelType") if not isinstance(plan.get(key), str) or not plan[key].strip()]
    if missing:
        return f"is not an energy plan: {' and '.join(missing)} missing"
    return ""
