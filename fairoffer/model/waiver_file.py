"""A waiver file that gets an entry more: read as it stands, and never given back unless it loads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from fairoffer.errors import PolicyError, Problem
from fairoffer.model.build import Part, Parts, entries, expect_kind
from fairoffer.model.validate import unknown, validate
from fairoffer.model.waivers import Waiver
from fairoffer.money import plain
from fairoffer.source import Located, parse_yaml
from fairoffer.source.reading import check_size, decode
from fairoffer.source.yaml_edit import Added, Entry, add_entry, in_block
from fairoffer.source.yaml_text import YAML_LIMIT

NAME = "waivers.yaml"
HEADER = "fairoffer: waivers/1\n"
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class WaiverFile:
    """A waiver file; ``data`` is ``None`` where there is none yet, ``entries`` are beside the places they stand at."""

    path: Path
    data: bytes | None
    text: str
    entries: tuple[Part, ...]


def read_waiver_file(path: Path) -> WaiverFile:
    """The file at ``path``, which need not be there; one with a header and nothing else has no entries yet.

    Raises:
        PolicyError: the file cannot be read, or an audit would refuse it.
    """
    problems: list[Problem] = []
    try:
        path.stat()
    except FileNotFoundError:
        return WaiverFile(path, None, HEADER, ())
    except OSError:
        pass  # said below, with all else that may be wrong with a file
    fault = check_size(path, NAME, YAML_LIMIT)
    if fault is not None:
        raise PolicyError([fault])
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "read error").lower()
        raise PolicyError([Problem(NAME, 0, 1, "", f"cannot be read: {reason}")]) from error
    text = decode(data, NAME, problems)
    found = [] if text is None else _entries(text, problems)
    if text is None or problems:
        raise PolicyError(problems)
    return WaiverFile(path, data, text, tuple(found))


def _entries(text: str, problems: list[Problem]) -> list[Part]:
    document = parse_yaml(text, NAME, problems)
    if document is None or expect_kind(document, ("waivers",), problems) is None:
        return []
    others = [key for key in document.data if key not in ("fairoffer", "waivers")]
    problems.extend(document.problem((key,), unknown("key", key, ["waivers"]), key=True) for key in others)
    parts = Parts()
    if document.data.get("waivers", "") != "":
        for item in entries(document, "waivers", problems):
            parts.add_waiver(item, problems)
    return parts.waivers


def new_waiver(fields: Mapping[str, Any]) -> Waiver:
    """An entry of these fields, values as text.

    Raises:
        PolicyError: with all that an audit would say of it; ``where`` of each problem is the field.
    """
    problems: list[Problem] = []
    waiver = validate(Waiver, Located(dict(fields), "the entry"), problems)
    if waiver is None:
        raise PolicyError(problems)
    return waiver


def with_waiver(file: WaiverFile, waiver: Waiver) -> Added:
    """The text of the file with an entry more, at the end of its list; everything else in it is as it was.

    Raises:
        PolicyError: the list is written so that nothing can be added to it; the message holds the entry.
    """
    entry = _as_entry(waiver)
    added = add_entry(file.text, "waivers", entry)
    problems: list[Problem] = []
    if added is not None:
        found = [part.model for part in _entries(added.text, problems)]
        if not problems and len(found) == len(file.entries) + 1 and found[-1] == waiver:
            return added
    message = "is written so that no entry can be added to it; add this one by hand:\n" + in_block(entry, 2).rstrip()
    raise PolicyError([Problem(NAME, 0, 1, "", message)])


def as_bytes(file: WaiverFile, text: str) -> bytes:
    """A text as the bytes of this file: with a byte order mark where it had one."""
    return (BOM if file.data is not None and file.data.startswith(BOM) else b"") + text.encode()


def _as_entry(waiver: Waiver) -> Entry:
    """The fields that are given, as they are written; decimals are text, so that 60.00 stays 60.00."""
    return {name: _value(value) for name, value in waiver.model_dump(by_alias=True, exclude_none=True).items()}


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _value(item) for name, item in value.items()}
    if isinstance(value, Decimal):
        return plain(value)
    return value if isinstance(value, int | date) else str(value)
