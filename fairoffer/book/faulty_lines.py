"""Which line of a text file cannot be read, once it is known that one cannot: its number, never what it holds."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from fairoffer.book.files import File, keys_on, unreadable
from fairoffer.errors import InputError


def first_fault(part: File, shown: str) -> InputError | None:
    """The first line of a CSV or NDJSON file that is wrong; ``None`` where none is found."""
    if part.format not in ("csv", "ndjson"):
        return None
    try:
        return _lines(part, shown) or (_fields(part, shown) if part.format == "csv" else None)
    except OSError:
        return None


def _lines(part: File, shown: str) -> InputError | None:
    with part.path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return unreadable(shown, part.format, number, "is not UTF-8 text; save the file as UTF-8")
            if part.format == "ndjson" and line.strip():
                try:
                    keys_on(line, shown, number)
                except InputError as error:
                    return error
    return None


def _fields(part: File, shown: str) -> InputError | None:
    wanted = len(part.schema) - len(part.folders)
    reader = csv.reader(_texts(part.path), delimiter=part.separator, strict=True)
    line = 1
    try:
        for fields in reader:
            if len(fields) > wanted:
                message = (
                    f"has {len(fields)} fields, more than the header's {wanted}; put texts with separators in quotes"
                )
                return unreadable(shown, "csv", line, message)
            line = reader.line_num + 1
    except csv.Error:
        return unreadable(shown, "csv", line, 'a quoted text begins here that does not end as it should: check the "')
    return None


def _texts(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from file
