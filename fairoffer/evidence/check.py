"""Whether a pack is what was packed: against its own manifest, then against what this version makes of its result.

The first holds for a pack of any version. The second needs the version that made the pack; of another one only the
manifest can be checked, and `Checked.not_checked` says so.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from fairoffer import __version__
from fairoffer.evidence.archive import Entry, unusable, unzipped, zipped
from fairoffer.evidence.pack import KIND, MANIFEST, README, RESULT, VERSIONS, Versions, contents
from fairoffer.model.result import VERSION, Result
from fairoffer.model.saved import made_of

Render = Callable[[Result], Mapping[str, bytes]]
"""Makes the files that people read; they belong to a room that this one does not know."""
_DIGEST = re.compile("[0-9a-f]{64}")


class Listed(NamedTuple):
    """What the manifest says of a file."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Checked:
    """What came out. `difference` is the first one, and empty where there is none; then there is a `result`."""

    files: int
    difference: str = ""
    raw: bytes = b""
    result: Result | None = None
    made_by: str = ""
    not_checked: str = ""


def check(data: bytes, path: str | Path, render: Render) -> Checked:
    """Check the bytes of a pack; `path` is its name in messages.

    Raises:
        InputError: it is no pack, or cannot be read as one, or the result in it is none of this version.
    """
    entries = unzipped(data, path)
    if MANIFEST not in entries:
        raise unusable(path, f"is not an evidence pack: it holds no {MANIFEST}")
    listed = _manifest(_bytes(entries[MANIFEST], MANIFEST, path), path)
    difference = _against_manifest(entries, listed, path)
    if difference:
        return Checked(len(entries), difference)
    files = {name: entry.data for name, entry in entries.items()}
    versions = _versions(files[VERSIONS])
    if versions is None:
        return Checked(len(entries), f"{VERSIONS} does not say what made the pack")
    raw = files[RESULT]
    result = made_of(Result, raw, f"{path}/{RESULT}", VERSION)
    not_checked = ""
    if versions.fairoffer == __version__:
        difference = _against_made(files, contents(raw, result, render(result), versions))
    else:
        not_checked = (
            f"fairoffer {versions.fairoffer} made this pack and this is {__version__}: only the manifest was checked,"
            f" not whether the files are what {versions.fairoffer} makes of the result"
        )
    if not difference and zipped(files) != data:
        difference = "the files are the same, but not the ZIP around them: times, permissions or bytes beside the files"
    return Checked(len(entries), difference, raw, result, versions.fairoffer, not_checked)


def _bytes(entry: Entry, name: str, path: str | Path) -> bytes:
    if entry.fault:
        raise unusable(path, f"{name} {entry.fault}; the files of a pack are stored as they are")
    return entry.data


def _manifest(data: bytes, path: str | Path) -> dict[str, Listed]:
    """What the manifest says of each file.

    Raises:
        InputError: it is no manifest, or of another version.
    """
    try:
        read: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise unusable(path, f"is not an evidence pack: {MANIFEST} is not JSON") from error
    kind = read.get("fairoffer") if isinstance(read, dict) else None
    if kind != KIND:
        what = f"{kind[:40]!a}" if isinstance(kind, str) else "no evidence pack"
        raise unusable(path, f"{MANIFEST} says that it is {what}; this program reads '{KIND}'")
    files = read.get("files")
    listed: dict[str, Listed] = {}
    for one in files if isinstance(files, list) else ():
        name, size, digest = (
            (one.get(key) for key in ("path", "size", "sha256")) if isinstance(one, dict) else [None] * 3
        )
        if not isinstance(name, str) or type(size) is not int or not isinstance(digest, str) or name in listed:
            raise unusable(path, f"{MANIFEST} does not list path, size and SHA-256 of each file once")
        if not _DIGEST.fullmatch(digest):
            raise unusable(path, f"{MANIFEST}: the SHA-256 of {name[:80]!a} is none")
        listed[name] = Listed(size, digest)
    return listed


def _against_manifest(entries: Mapping[str, Entry], listed: Mapping[str, Listed], path: str | Path) -> str:
    """The first file that differs from the manifest, is missing or was added, in the manifest's order."""
    for name, said in listed.items():
        if name not in entries:
            return f"{ascii(name)[1:-1]} is missing"
        data = _bytes(entries[name], name, path)
        if len(data) != said.size:
            return f"{name} differs from the manifest: {len(data)} bytes, not {said.size}"
        digest = hashlib.sha256(data).hexdigest()
        if digest != said.sha256:
            return f"{name} differs from the manifest: SHA-256 {digest}, not {said.sha256}"
    for name in entries:
        if name not in listed and name != MANIFEST:
            return f"{name} was added: the manifest does not list it"
    for name in (README, RESULT, VERSIONS):
        if name not in listed:
            return f"{name} is missing, in the manifest too"
    return ""


def _versions(data: bytes) -> Versions | None:
    try:
        read: Any = json.loads(data)
    except (ValueError, RecursionError):
        return None
    named = [read.get(key) for key in Versions._fields] if isinstance(read, dict) else []
    said = [one for one in named if isinstance(one, str) and one.isprintable()]
    return Versions(*said) if len(said) == len(Versions._fields) else None


def _against_made(files: Mapping[str, bytes], made: Mapping[str, bytes]) -> str:
    """The first file that is not what this version makes of the result."""
    for name, data in made.items():
        if name == MANIFEST:
            continue  # it follows from the others, so it is looked at when they are as they should be
        if name not in files:
            return f"{name} is missing: fairoffer {__version__} makes it of {RESULT}"
        if files[name] != data:
            return f"{name} is not what fairoffer {__version__} makes of {RESULT}"
    for name in files:
        if name not in made:
            return f"{name} was added: fairoffer {__version__} makes no such file of {RESULT}"
    if files[MANIFEST] != made[MANIFEST]:
        return f"{MANIFEST} is not what fairoffer {__version__} makes of {RESULT}"
    if list(files) != list(made):
        return "the files are the same, but in another order"
    return ""
