"""Bytes to text: size limits, encodings, and binary files refused before anything is parsed."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from fairoffer.errors import Problem

MEGABYTE = 1024 * 1024
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def check_size(path: Path, shown: str, limit: int) -> Problem | None:
    """A problem for a file that is not there, is no ordinary file or is too large; nothing is read for it."""
    try:
        size = path.stat().st_size
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "not a usable path"
        return Problem(shown, 0, 1, "", f"cannot be read: {str(reason).lower()}")
    if not path.is_file():
        return Problem(shown, 0, 1, "", "is not a file")
    if size > limit:
        return Problem(shown, 0, 1, "", f"is {_megabytes(size)}, more than the {_megabytes(limit)} that can be read;"
                       " write large catalogs as .ndjson or .ndjson.gz, one offer a line")  # fmt: skip
    return None


def read_text(path: Path, shown: str, limit: int, problems: list[Problem]) -> tuple[str, str] | None:
    """The text and the SHA-256 of its bytes; ``None`` (and a problem) for what is not UTF-8 text."""
    fault = check_size(path, shown, limit)
    if fault is not None:
        problems.append(fault)
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        problems.append(Problem(shown, 0, 1, "", f"cannot be read: {(error.strerror or 'read error').lower()}"))
        return None
    text = decode(data, shown, problems)
    return None if text is None else (text, hashlib.sha256(data).hexdigest())


def decode(data: bytes, shown: str, problems: list[Problem]) -> str | None:
    """UTF-8 with or without a byte order mark; anything else is one problem at its first wrong byte."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.append(Problem(shown, 1, 1, "", "is UTF-16 text; save it as UTF-8"))
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        start = data.rfind(b"\n", 0, fault.start) + 1
        column = len(data[start : fault.start].decode("utf-8", "replace")) + 1
        if b"\x00" in data[:4096]:
            problems.append(Problem(shown, line, column, "", "is not a text file"))
        else:
            problems.append(Problem(shown, line, column, "", "is not UTF-8 text; save it as UTF-8"))
        return None
    found = _CONTROL.search(text)
    if found is not None:
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        what = f"holds the control character U+{ord(found[0]):04X}; this is not a text file, or remove the character"
        problems.append(Problem(shown, line, column, "", what))
        return None
    return text


def _megabytes(size: int) -> str:
    if size >= 1024 * MEGABYTE and size % (1024 * MEGABYTE) == 0:
        return f"{size // (1024 * MEGABYTE)} GB"
    return f"{-(-size // MEGABYTE)} MB"
