"""Catalog lines to a file: whole or not at all, and the same bytes for the same lines."""

from __future__ import annotations

import gzip
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from fairoffer.errors import OutputError, UsageError


def write_lines(path: str | Path, lines: Iterable[str]) -> int:
    """Write the lines to ``path`` (``.ndjson`` or ``.ndjson.gz``) and return how many there were.

    The text goes to a file beside it first and is moved at the end, so a reader never sees half a catalog and a fault
    while reading the input leaves an older catalog as it was. Raises ``UsageError`` for another suffix and
    ``OutputError`` where the file cannot be written.
    """
    target = Path(path)
    packed = target.name.endswith(".ndjson.gz")
    if not packed and not target.name.endswith(".ndjson"):
        raise UsageError(f"{target}: a catalog is written as .ndjson or .ndjson.gz")
    try:
        descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as fault:
        raise OutputError(f"{target}: cannot be written: {fault.strerror}") from fault
    try:
        with os.fdopen(descriptor, "wb") as raw:
            count = _write(raw, lines, packed)
        os.chmod(temporary, 0o644)
        os.replace(temporary, target)
    except OSError as fault:
        raise OutputError(f"{target}: cannot be written: {fault.strerror}") from fault
    finally:
        Path(temporary).unlink(missing_ok=True)
    return count


def _write(raw: BinaryIO, lines: Iterable[str], packed: bool) -> int:
    if not packed:
        return _write_text(raw, lines)
    # No name and no time in the header, so the bytes depend on nothing but the lines.
    with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6) as stream:
        return _write_text(stream, lines)


def _write_text(stream: BinaryIO | gzip.GzipFile, lines: Iterable[str]) -> int:
    count = 0
    for line in lines:
        stream.write(line.encode("utf-8") + b"\n")
        count += 1
    return count
