"""ZIP files whose bytes depend on nothing but their files, and strict reading of such.

Files are stored as they are: compressed bytes differ between builds of zlib. Times, permissions and order are fixed.
Reading expands nothing, so a small file never becomes a large one, and no name of an entry is ever used as a path.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from fairoffer.errors import InputError, OutputError, Problem

LARGEST = 2 * 1024**3
"""Bytes of a pack: below what ZIP can say without its later extensions."""
MOST = 10_000
"""Files of a pack."""

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION = 20
_BY_UNIX = 3 << 8 | _VERSION
_TIME, _DATE = 0, 1 << 5 | 1  # the first moment that ZIP can say: 1980-01-01
_MODE = 0o100644 << 16
_STORED = 0
_ENCRYPTED = 1
_NO_PLAIN_PATH = re.compile(r"(^|/)\.{0,2}(/|$)|^[A-Za-z]:|\\")


class Entry(NamedTuple):
    """A file of an archive; `fault` says why its bytes are not to be had."""

    data: bytes
    fault: str = ""


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files in one ZIP, in their order.

    Raises:
        OutputError: they are more, or more bytes, than `unzipped` reads.
    """
    size = sum(len(data) + 2 * len(name) + _LOCAL.size + _CENTRAL.size for name, data in files.items()) + _END.size
    if size > LARGEST or len(files) > MOST:
        raise OutputError(f"a pack holds {LARGEST} bytes and {MOST} files at most; this would be {size}, {len(files)}")
    body, directory, start = [], [], 0
    for name, data in files.items():
        coded = name.encode("ascii")
        about = (_VERSION, 0, _STORED, _TIME, _DATE, zlib.crc32(data), len(data), len(data), len(coded), 0)
        body += [_LOCAL.pack(b"PK\3\4", *about), coded, data]
        directory += [_CENTRAL.pack(b"PK\1\2", _BY_UNIX, *about, 0, 0, 0, _MODE, start), coded]
        start += _LOCAL.size + len(coded) + len(data)
    listed = b"".join(directory)
    return b"".join([*body, listed, _END.pack(b"PK\5\6", 0, 0, len(files), len(files), len(listed), start, 0)])


def read(path: str | Path) -> bytes:
    """The bytes of a file that may be a pack; `InputError` if it cannot be read, or is larger than any pack."""
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise unusable(path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if len(data) > LARGEST:
        raise unusable(path, f"is larger than a pack may be ({LARGEST} bytes)")
    return data


def unzipped(data: bytes, path: str | Path) -> dict[str, Entry]:
    """The files of a ZIP by name, in the order of its directory; what is compressed or encrypted is not expanded.

    Raises:
        InputError: no ZIP, cut off, names that are no plain relative paths or stand there twice, entries that overlap.
    """
    try:
        return _entries(data)
    except (ValueError, struct.error) as error:
        raise unusable(path, str(error)) from error


def unusable(path: str | Path, message: str) -> InputError:
    """The error for a file that is no pack."""
    return InputError([Problem(str(path), 0, 0, "", message)])


class _Place(NamedTuple):
    """An entry as the directory has it: where its own header and its bytes begin, and where they end."""

    at: int
    first: int
    last: int
    flags: int
    method: int
    size: int


def _entries(data: bytes) -> dict[str, Entry]:
    places = _places(data)
    end = 0
    for name, place in sorted(places.items(), key=lambda item: item[1]):
        if place.at < end:  # how a small file pretends to hold large ones; seen before any byte is copied
            raise ValueError(f"is a damaged ZIP file: {name} shares its bytes with another file")
        end = place.last
    return {name: _entry(data, place) for name, place in places.items()}


def _places(data: bytes) -> dict[str, _Place]:
    """Where each file is, in the order of the directory."""
    number, start, end = _directory(data)
    found: dict[str, _Place] = {}
    seen: set[str] = set()
    at = start
    for _ in range(number):
        if at + _CENTRAL.size > end or data[at : at + 4] != b"PK\1\2":
            raise ValueError("is a damaged ZIP file: its directory does not list what it says")
        field = _CENTRAL.unpack_from(data, at)
        raw = data[at + _CENTRAL.size : at + _CENTRAL.size + field[10]]
        name = _name(raw)
        if name.casefold() in seen:
            raise ValueError(f"holds {name} twice")
        seen.add(name.casefold())
        first = _first(data, field[16], raw)
        if first + field[8] > start:
            raise ValueError(f"is a damaged ZIP file: {name} is cut off")
        found[name] = _Place(field[16], first, first + field[8], flags=field[3], method=field[4], size=field[9])
        at += _CENTRAL.size + field[10] + field[11] + field[12]
    return found


def _directory(data: bytes) -> tuple[int, int, int]:
    """How many files the directory lists, where it begins, and where it ends."""
    if not data.startswith(b"PK"):
        raise ValueError("is not a ZIP file")
    place = data.rfind(b"PK\5\6", max(0, len(data) - _END.size - 65_535))
    if place < 0 or place + _END.size > len(data):
        raise ValueError("is a ZIP file without its end; it may be cut off")
    _, disk, other, here, number, size, start, _ = _END.unpack_from(data, place)
    if number > MOST:
        raise ValueError(f"holds {number} files or more; a pack holds {MOST} at most")
    if disk or other or here != number or start + size != place:
        raise ValueError("is a damaged ZIP file: its directory is not where it should be")
    return number, start, place


def _name(raw: bytes) -> str:
    """A plain relative path: no way up, no root, no drive, nothing that does not print."""
    name = raw.decode("utf-8", "replace")
    if _NO_PLAIN_PATH.search(name.removesuffix("/")) or not name.isprintable() or len(name) > 300:
        raise ValueError(f"holds a file whose name is not a plain path: {name[:80]!a}")
    return name


def _first(data: bytes, at: int, raw: bytes) -> int:
    """Where the bytes of an entry begin, whose own header stands `at`."""
    header = data[at : at + _LOCAL.size]
    if len(header) < _LOCAL.size or header[:4] != b"PK\3\4":
        raise ValueError("is a damaged ZIP file: a file is not where its directory says")
    field = _LOCAL.unpack(header)
    begin = at + _LOCAL.size
    if data[begin : begin + field[9]] != raw:
        raise ValueError("is a damaged ZIP file: a file has two names")
    return begin + int(field[9]) + int(field[10])


def _entry(data: bytes, place: _Place) -> Entry:
    if place.flags & _ENCRYPTED:
        return Entry(b"", "is encrypted")
    if place.method != _STORED or place.last - place.first != place.size:
        return Entry(b"", "is compressed")
    return Entry(data[place.first : place.last])
