"""Runs the audit of a pack again on its inputs, and says whether the result is the same, byte for byte.

Inputs and policies are found by their SHA-256 first: where one of them is another file, that is the difference, and
nothing is computed from it.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path

from fairoffer import __version__
from fairoffer.errors import InputError, Problem, UsageError
from fairoffer.evidence.changes import changes, other_version
from fairoffer.evidence.pack import policy_bytes
from fairoffer.evidence.readme import OF_BOOK, of_database
from fairoffer.model.inputs import Inputs, load_inputs
from fairoffer.model.result import InputFile, Result
from fairoffer.model.shipped import find_policy
from fairoffer.source import digest_of
from fairoffer.verdict import judge

MOST = 10
"""Differences that are told; one alone says that the result is another one."""
_POLICY = "policy"


@dataclass
class Again:
    """What came out; without `differences` the result is the same, byte for byte."""

    differences: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def run_again(raw: bytes, result: Result, where: Path) -> Again:
    """Audit what stands at `where` (an audit directory or a catalog) as `result`, whose bytes are `raw`, was computed.

    Raises:
        UsageError: the result compares with a base, which is no audit of one directory.
        FairofferError: the inputs are the same files, but cannot be read together any more.
    """
    if result.base is not None:
        raise UsageError("the result in this pack compares with a base; only the result of one audit is run again")
    found = Again()
    with tempfile.TemporaryDirectory() as folder:
        policies = _find(result, where, Path(folder), found)
        if not found.differences:
            found.notes += _of_database(result)
            inputs = _as_named(load_inputs(str(where), policies), result)
            data = judge(inputs, _day(result.as_of), _day(result.through) if result.through else None).to_json()
            found.differences += islice(_compared(raw, data), MOST)
    if result.version != __version__:
        told = other_version(result.version, __version__)
        found.differences = [told, *(one for one in found.differences if one != told)]
    return found


def _compared(raw: bytes, data: bytes) -> Iterator[str]:
    if raw == data:
        return
    told = False
    for change in changes(json.loads(raw), json.loads(data)):
        told = True
        yield change
    if not told:
        yield "the values are the same, but written otherwise than fairoffer writes them"


def _find(result: Result, where: Path, folder: Path, found: Again) -> list[str]:
    """Check the inputs against their digests; gives back the policies as names and files that can be loaded."""
    base = where if where.is_dir() else where.parent
    for file in result.inputs:
        if file.kind != _POLICY:
            found.differences += _file_differs(file, base)
    found.notes += _without_customers(result, base)
    return [_policy(file, base, result, folder, found) for file in result.inputs if file.kind == _POLICY]


def _without_customers(result: Result, base: Path) -> Iterator[str]:
    """What could not be checked because customers are not there any more, and what could."""
    gone = [file.path for file in result.inputs if file.kind == OF_BOOK and not _digests(file, base)]
    if gone:
        others = sum(file.kind != OF_BOOK and file.kind != _POLICY for file in result.inputs)
        yield (
            f"not computed again: {', '.join(gone[:MOST])}{' …' if len(gone) > MOST else ''} is not there; a pack never"
            f" holds customers. Of the other inputs {others} were looked for, by their SHA-256"
        )


def _of_database(result: Result) -> Iterator[str]:
    if of_database(result):
        yield "the customers come from a database: what its query gives now was read, of then there is no digest"


def _file_differs(file: InputFile, base: Path) -> Iterator[str]:
    digests = _digests(file, base)
    if not digests:
        yield f"input {file.path}: is not there"
    elif file.sha256 not in digests:
        yield f"input {file.path}: another file; SHA-256 {file.sha256} then, {digests[0]} now"


def _digests(file: InputFile, base: Path) -> list[str]:
    """SHA-256 of what stands where a file may be: in the directory, or where its path alone leads."""
    return [digest for path in (base / file.path, Path(file.path)) if (digest := _digest(path))]


def _policy(file: InputFile, base: Path, result: Result, folder: Path, found: Again) -> str:
    """Name or path of the policy that `file` was; where it is nowhere, a copy of what the result says of it."""
    name = file.path.removeprefix("policies/").removesuffix(".yaml")
    shipped = find_policy(name) if file.path == f"policies/{name}.yaml" else None
    places: list[tuple[str, Path]] = [(name, shipped)] if shipped is not None else []
    places += [(os.path.abspath(path), path) for path in (base / file.path, Path(file.path))]
    digests = {word: digest for word, path in places if (digest := _digest(path))}
    for word, digest in digests.items():
        if digest == file.sha256:
            return word
    if digests:
        found.differences.append(
            f"policy {file.path}: another file; SHA-256 {file.sha256} then, {next(iter(digests.values()))} now"
        )
        return next(iter(digests))
    read = next((one for one in result.policies if one.sha256 == file.sha256 and isinstance(one.as_read, dict)), None)
    if read is None:
        found.differences.append(f"policy {file.path}: is not there")
        return ""
    copy = folder / f"{len(os.listdir(folder))}.yaml"
    copy.write_bytes(policy_bytes(read))
    found.notes.append(f"policy {file.path} is not there; it was run as the pack says that it was read")
    return str(copy)


def _as_named(inputs: Inputs, result: Result) -> Inputs:
    """The inputs with the paths that the result has for its policies, wherever they were found now."""
    named = [file for file in result.inputs if file.kind == _POLICY]
    loaded = [file for file in inputs.files if file.kind == _POLICY]
    if len(named) != len(loaded):
        return inputs
    others = [file for file in inputs.files if file.kind != _POLICY]
    files = [replace(one, path=then.path, sha256=then.sha256) for one, then in zip(loaded, named, strict=True)]
    digests = {one.id: one.sha256 for one in result.policies}
    digests = {name: digests.get(name, digest) for name, digest in inputs.policy_sha256.items()}
    return replace(inputs, files=(*others, *files), policy_sha256=digests)


def _digest(path: Path) -> str | None:
    """The SHA-256 of an ordinary file; a pack may name anything, a device for instance."""
    try:
        return digest_of(path) if path.is_file() else None
    except (OSError, ValueError):
        return None


def _day(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        raise InputError([Problem("result.json", 0, 0, "as_of", f"{word} is no day")]) from error
