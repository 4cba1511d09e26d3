"""Spreadsheets as a way in: dotted headers (``price.1.amount``) make each row the mapping that YAML would hold."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fairoffer.errors import Problem
from fairoffer.source.document import Loc, Located
from fairoffer.source.reading import MEGABYTE, read_text

CSV_LIMIT = 256 * MEGABYTE
CELL_LIMIT = 1_000_000
_NUMBER = re.compile(r"[1-9]\d{0,2}", re.ASCII)
_SPREADSHEET_WORDS = {"TRUE": "true", "FALSE": "false"}


def read_csv(
    path: Path, shown: str, is_list: Callable[[Loc], bool], problems: list[Problem]
) -> tuple[list[Located], str] | None:
    """The rows of a CSV file as nested mappings, and the SHA-256 of its bytes.

    ``is_list`` says of a place (``("eligibility", "region")``) whether its cell is a list written with bars. Empty
    cells are left out and rows without any cell are skipped. Commas, semicolons and tabs can separate the cells.
    """
    read = read_text(path, shown, CSV_LIMIT, problems)
    if read is None:
        return None
    text, digest = read
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count) if "," not in first else ","
    csv.field_size_limit(CELL_LIMIT)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return _read_rows(lines, shown, is_list, problems), digest
    except csv.Error as fault:
        problems.append(Problem(shown, max(lines.line_num, 1), 1, "", f"is not a valid table: {fault}"))
    return None


def _read_rows(lines: Any, shown: str, is_list: Callable[[Loc], bool], problems: list[Problem]) -> list[Located]:
    header = [cell.strip() for cell in next(lines, [])]
    if not any(header):
        problems.append(Problem(shown, 1, 1, "", "is empty; the first row must name the columns"))
        return []
    ways = _ways(header, shown, problems)
    if ways is None:
        return []
    namer = _namer(set(header))
    rows: list[Located] = []
    line = lines.line_num + 1
    for cells in lines:
        start, line = line, lines.line_num + 1
        if len(cells) > len(header) and any(cells[len(header) :]):
            message = f"has {len(cells)} cells, but there are {len(header)} columns; quote a cell that holds a comma"
            problems.append(Problem(shown, start, 1, "", message))
            continue
        if any(cell.strip() for cell in cells):
            data = _row(cells, ways, is_list)
            missing = _gap(data)
            if missing is not None:
                message = "is empty, but a later one is not; fill it, or move the later ones up"
                problems.append(Problem(shown, start, namer(missing), "", message))
            else:
                name = data.get("id") if isinstance(data, dict) else None
                rows.append(Located(data, shown, str(name or ""), start, header=namer))
    return rows


def _ways(header: list[str], shown: str, problems: list[Problem]) -> list[Loc] | None:
    """Where each column's cells go; ``None`` (and problems) where the header contradicts itself."""
    before = len(problems)
    ways: list[Loc] = []
    seen: dict[str, int] = {}
    for column, name in enumerate(header, 1):
        parts = name.split(".")
        if not name or not all(parts) or len(parts) > 8:
            message = f"column {column} has no usable name: {name!r}" if name else f"column {column} has no name"
            problems.append(Problem(shown, 1, name or column, "", message))
        elif seen.setdefault(name, column) != column:
            problems.append(Problem(shown, 1, name, "", f"columns {seen[name]} and {column} have the same name"))
        ways.append(tuple(int(part) - 1 if _NUMBER.fullmatch(part) else part for part in parts))
    for name in header:
        shorter = [prefix for prefix in _prefixes(name) if prefix in seen]
        if shorter:
            problems.append(Problem(shown, 1, name, "", f"there is a column {shorter[0]} too; keep one of them"))
    kinds: dict[Loc, set[bool]] = {}
    for way in ways:
        for depth in range(len(way)):
            kinds.setdefault(way[:depth], set()).add(isinstance(way[depth], int))
    for way, name in zip(ways, header, strict=True):
        if any(len(kinds[way[:depth]]) > 1 for depth in range(len(way))):
            problems.append(Problem(shown, 1, name, "", "stands beside a column whose name has no number here"))
    return ways if len(problems) == before else None


def _prefixes(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:depth]) for depth in range(1, len(parts))]


def _row(cells: list[str], ways: list[Loc], is_list: Callable[[Loc], bool]) -> Any:
    """Nested mappings; lists are mappings by index until ``_gap`` has seen them."""
    root: dict[str | int, Any] = {}
    for cell, way in zip(cells, ways, strict=False):
        text = _SPREADSHEET_WORDS.get(cell.strip(), cell.strip())
        if not text:
            continue
        level = root
        for part in way[:-1]:
            level = level.setdefault(part, {})
        level[way[-1]] = [part.strip() for part in text.split("|")] if is_list(way) else text
    return _lists(root)


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if any(isinstance(key, int) for key in value):
        last = max(value)
        return [_lists(value[index]) if index in value else None for index in range(last + 1)]
    return {key: _lists(entry) for key, entry in value.items()}


def _gap(value: Any, loc: Loc = ()) -> Loc | None:
    """The first empty entry of a list that has a later one."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in pairs:
        if entry is None:
            return (*loc, key)
        found = _gap(entry, (*loc, key))
        if found is not None:
            return found
    return None


def _namer(header: set[str]) -> Callable[[Loc], str]:
    """The header for a place in a row: the column that holds it, or the name that a column for it would have."""

    def name(loc: Loc) -> str:
        parts = [str(part + 1) if isinstance(part, int) else part for part in loc]
        for depth in range(len(parts), 0, -1):
            candidate = ".".join(parts[:depth])
            if candidate in header:
                return candidate
        return ".".join(parts) or ("id" if "id" in header else "")

    return name
