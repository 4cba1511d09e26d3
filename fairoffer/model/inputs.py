"""Everything one audit reads: found in a directory, validated, linked, and given back as frozen models."""

from __future__ import annotations

import gc
import glob
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fairoffer.errors import InputError, PolicyError, Problem, UsageError
from fairoffer.model.book import BookRow, Notice, Record
from fairoffer.model.build import Part, Parts
from fairoffer.model.catalog import Catalog
from fairoffer.model.links import check_links
from fairoffer.model.loader import Loader
from fairoffer.model.mapping import BookMap
from fairoffer.model.overlap import check_overlaps
from fairoffer.model.policy import Policy
from fairoffer.model.rows import check_rows
from fairoffer.model.segments import Segment
from fairoffer.model.shipped import LoadedPolicy, find_fixture, find_policy, load_policy, policy_names, shipped_policies
from fairoffer.model.waivers import Waiver

__all__ = [
    "InputFile",
    "Inputs",
    "assemble",
    "find_fixture",
    "find_policy",
    "load_inputs",
    "load_policy",
    "policy_names",
    "shipped_policies",
]


@dataclass(frozen=True)
class InputFile:
    """A file that was read. ``rows`` counts offers, segments, rules or waivers."""

    path: str
    kind: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class Inputs:
    """All inputs of one audit. ``segments`` is ``None`` where there is no segments file.

    ``at`` says where a part stands: ``("offer", id)``, ``("product", id)``, ``("segment", id)``,
    ``("policy", id)``, ``("rule", "policy/rule")``, ``("notice", id)``, ``("record", id)`` and, by position,
    ``("waiver", "0")`` and ``("row", "0")`` to ``catalog.yaml:24``.
    ``policy_sha256`` is the digest of each policy's file. ``book``, ``notices`` and ``records`` are ``None`` where
    there is no such table, and empty where there is one that says there are no rows. ``mapped`` is ``book.yaml``:
    customers that are read from the firm's own table.
    """

    directory: str
    catalog: Catalog
    segments: tuple[Segment, ...] | None
    policies: tuple[Policy, ...]
    waivers: tuple[Waiver, ...] = ()
    at: Mapping[tuple[str, str], str] = field(default_factory=dict)
    files: tuple[InputFile, ...] = ()
    warnings: tuple[Problem, ...] = ()
    policy_sha256: Mapping[str, str] = field(default_factory=dict)
    book: tuple[BookRow, ...] | None = None
    notices: tuple[Notice, ...] | None = None
    records: tuple[Record, ...] | None = None
    mapped: BookMap | None = None


def load_inputs(path: str | Path, policies: Sequence[str] = ()) -> Inputs:
    """Everything at ``path``: an audit directory, a catalog file, or a pattern for catalog files.

    ``policies`` are names of shipped policies or files, in place of ``policy.yaml`` and the default. Raises
    ``UsageError`` where there is nothing at ``path``, ``PolicyError`` for a wrong policy or waiver file and
    ``InputError`` for any other fault; the message holds all problems of all files.
    """
    with _collector_paused():
        return _load(str(path), list(policies))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Hundreds of thousands of live objects are made at once; looking for dead ones among them doubles the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _load(path: str, policies: list[str]) -> Inputs:
    paths, is_directory = _find(path)
    loader = Loader(paths[0] if is_directory else paths[0].parent)
    try:
        if is_directory:
            loader.load_directory()
        else:
            loader.load_files(paths)
    except OSError as error:
        raise UsageError(f"{path!r} cannot be read: {error.strerror or error}") from error
    loaded = loader.load_policies(policies, own=is_directory)
    files = tuple(InputFile(*entry) for entry in loader.files)
    return assemble(str(loader.directory), loader.parts, loaded, loader.policy_problems, files)


def _find(name: str) -> tuple[list[Path], bool]:
    path = Path(name)
    try:
        if path.is_dir():
            return [path], True
        if path.exists():
            return [path], False
        found = sorted(glob.glob(name)) if glob.has_magic(name) else []
    except (OSError, ValueError):
        found = []
    if found:
        return [Path(entry) for entry in found], False
    what = "matches no file" if glob.has_magic(name) else "does not exist"
    raise UsageError(f"{name!r} {what}; name an audit directory or a catalog file")


def assemble(
    directory: str,
    parts: Parts,
    policies: list[LoadedPolicy],
    policy_problems: list[Problem],
    files: tuple[InputFile, ...] = (),
    *,
    may_be_empty: bool = False,
) -> Inputs:
    """The parts as one, once all links between them hold; raises ``PolicyError`` or ``InputError`` if they do not.

    ``may_be_empty``: whether there may be nothing to audit.
    """
    check_links(parts)
    if parts.segments:
        check_overlaps(parts.segments, parts.attributes or {}, parts.problems)
    check_rows(parts, [entry.policy for entry in policies])
    quoted = parts.mapped is not None and parts.mapped.comparator == "quoted"
    something = parts.offers or parts.has_tables or quoted or may_be_empty
    if not (something or parts.problems) and parts.catalog is not None:
        parts.problems.append(parts.catalog.source.problem(("offers",), "there are no offers to audit"))
    if policy_problems:
        raise PolicyError([*policy_problems, *parts.problems])
    if parts.problems or parts.catalog is None:
        raise InputError(parts.problems)
    header: Catalog = parts.catalog.model
    return Inputs(
        directory=directory,
        catalog=header.model_copy(update={"products": _models(parts.products), "offers": _models(parts.offers)}),
        segments=_some_models(parts.segments),
        policies=tuple(entry.policy for entry in policies),
        waivers=_models(parts.waivers),
        at=_positions(parts, policies),
        files=files,
        warnings=tuple(sorted(parts.warnings)),
        policy_sha256={entry.policy.id: entry.sha256 for entry in policies},
        book=_some_models(parts.book),
        notices=_some_models(parts.notices),
        records=_some_models(parts.records),
        mapped=parts.mapped,
    )


def _models(parts: list[Part]) -> tuple[Any, ...]:
    return tuple(part.model for part in parts)


def _some_models(parts: list[Part] | None) -> tuple[Any, ...] | None:
    return None if parts is None else _models(parts)


def _positions(parts: Parts, policies: list[LoadedPolicy]) -> dict[tuple[str, str], str]:
    at: dict[tuple[str, str], str] = {}
    for kind, named in (
        ("product", parts.products),
        ("offer", parts.offers),
        ("segment", parts.segments),
        ("notice", parts.notices),
        ("record", parts.records),
    ):
        at.update({(kind, part.model.id): part.source.at for part in named or ()})
    for kind, counted in (("waiver", parts.waivers), ("row", parts.book)):
        at.update({(kind, str(index)): part.source.at for index, part in enumerate(counted or ())})
    for entry in policies:
        at["policy", entry.policy.id] = entry.source.at
        for index, rule in enumerate(entry.policy.rules):
            at["rule", f"{entry.policy.id}/{rule.id}"] = entry.source.child("rules", index).at
    return at
