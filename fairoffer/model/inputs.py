"""Everything one audit reads: found in a directory, validated, linked, and given back as frozen models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fairoffer.errors import InputError, PolicyError, Problem, ProblemsError, UsageError
from fairoffer.model.build import Part, Parts, entries, expect_kind
from fairoffer.model.catalog import Catalog
from fairoffer.model.links import check_links
from fairoffer.model.overlap import check_overlaps
from fairoffer.model.policy import Policy
from fairoffer.model.segments import Segment
from fairoffer.model.shipped import (
    LoadedPolicy,
    find_fixture,
    find_policy,
    load_policy,
    read_policies,
    shipped_policies,
)
from fairoffer.model.waivers import Waiver
from fairoffer.source import Located, read_yaml

__all__ = [
    "InputFile",
    "Inputs",
    "find_fixture",
    "find_policy",
    "load_inputs",
    "load_policy",
    "shipped_policies",
]

DEFAULT_POLICY = "best-offer"


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
    ``("policy", id)``, ``("rule", "policy/rule")`` and ``("waiver", "0")`` (by position) to ``catalog.yaml:24``.
    """

    directory: str
    catalog: Catalog
    segments: tuple[Segment, ...] | None
    policies: tuple[Policy, ...]
    waivers: tuple[Waiver, ...] = ()
    at: dict[tuple[str, str], str] = field(default_factory=dict)
    files: tuple[InputFile, ...] = ()
    warnings: tuple[Problem, ...] = ()
    policy_sha256: dict[str, str] = field(default_factory=dict)


class _Loader:
    """Collects parts, problems and files while an audit directory is read."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.parts = Parts()
        self.files: list[InputFile] = []
        self.policy_problems: list[Problem] = []

    def shown(self, path: Path) -> str:
        """The path as problems print it: relative to the audit directory where it is inside."""
        try:
            return path.relative_to(self.directory).as_posix()
        except ValueError:
            return path.as_posix()

    def read(self, path: Path, problems: list[Problem]) -> tuple[Located, str] | None:
        return read_yaml(path, self.shown(path), problems)

    def note(self, path: Path, kind: str, digest: str, rows: int) -> None:
        self.files.append(InputFile(self.shown(path), kind, digest, rows))

    def catalog(self, paths: list[Path]) -> None:
        for path in paths:
            read = self.read(path, self.parts.problems)
            if read is None or expect_kind(read[0], ("catalog",), self.parts.problems) is None:
                continue
            document, digest = read
            self.parts.add_header(document)
            for item in entries(document, "products", self.parts.problems):
                self.parts.add_product(item)
            offers = entries(document, "offers", self.parts.problems)
            for item in offers:
                self.parts.add_offer(item)
            self.note(path, "catalog", digest, len(offers))

    def segments(self, path: Path) -> None:
        problems = self.parts.problems
        read = self.read(path, problems)
        if read is None or expect_kind(read[0], ("segments",), problems) is None:
            return
        document, digest = read
        found = entries(document, "segments", problems)
        if not found and isinstance(document.data.get("segments", []), list):
            problems.append(document.problem(("segments",), "there are no segments; list them, or remove the file"))
        for item in found:
            self.parts.add_segment(item)
        _unknown_keys(document, ("segments",), problems)
        self.note(path, "segments", digest, len(found))

    def waivers(self, path: Path) -> None:
        read = self.read(path, self.policy_problems)
        if read is None or expect_kind(read[0], ("waivers",), self.policy_problems) is None:
            return
        document, digest = read
        problems, self.parts.problems = self.parts.problems, self.policy_problems
        found = entries(document, "waivers", self.policy_problems)
        for item in found:
            self.parts.add_waiver(item)
        self.parts.problems = problems
        _unknown_keys(document, ("waivers",), self.policy_problems)
        self.note(path, "waivers", digest, len(found))

    def policies(self, chosen: Sequence[str]) -> list[LoadedPolicy]:
        own = self.directory / "policy.yaml"
        if chosen:
            loaded = read_policies(chosen, Path(), self.policy_problems)
        elif own.exists():
            loaded = read_policies([str(own)], self.directory, self.policy_problems, shown=self.shown)
        else:
            loaded = read_policies([DEFAULT_POLICY], Path(), self.policy_problems)
        for entry in loaded:
            self.files.append(InputFile(entry.shown, "policy", entry.sha256, len(entry.policy.rules)))
        return loaded

    def finish(self, policies: list[LoadedPolicy]) -> Inputs:
        parts = self.parts
        check_links(parts)
        if parts.segments:
            check_overlaps(parts.segments, parts.offers, parts.attributes or {}, parts.problems)
        if not parts.offers and not parts.problems and parts.catalog is not None:
            parts.problems.append(parts.catalog.source.problem(("offers",), "there are no offers to audit"))
        if self.policy_problems:
            raise PolicyError([*self.policy_problems, *parts.problems])
        if parts.problems or parts.catalog is None:
            raise InputError(parts.problems)
        catalog = parts.catalog.model.model_copy(
            update={"products": _models(parts.products), "offers": _models(parts.offers)}
        )
        return Inputs(
            directory=str(self.directory),
            catalog=catalog,
            segments=None if parts.segments is None else _models(parts.segments),
            policies=tuple(entry.policy for entry in policies),
            waivers=_models(parts.waivers),
            at=_positions(parts, policies),
            files=tuple(self.files),
            warnings=tuple(sorted(parts.warnings)),
            policy_sha256={entry.policy.id: entry.sha256 for entry in policies},
        )


def _models(parts: list[Part]) -> tuple[object, ...]:
    return tuple(part.model for part in parts)


def _positions(parts: Parts, policies: list[LoadedPolicy]) -> dict[tuple[str, str], str]:
    at: dict[tuple[str, str], str] = {}
    for kind, found in (("product", parts.products), ("offer", parts.offers), ("segment", parts.segments or [])):
        at.update({(kind, part.model.id): part.source.at for part in found})
    at.update({("waiver", str(index)): part.source.at for index, part in enumerate(parts.waivers)})
    for entry in policies:
        at["policy", entry.policy.id] = entry.source.at
        for index, rule in enumerate(entry.policy.rules):
            at["rule", f"{entry.policy.id}/{rule.id}"] = entry.source.child("rules", index).at
    return at


def _unknown_keys(document: Located, known: tuple[str, ...], problems: list[Problem]) -> None:
    from fairoffer.model.validate import unknown

    for key in document.data:
        if key not in ("fairoffer", *known):
            problems.append(document.problem((key,), unknown("key", key, known), key=True))


def load_inputs(path: str | Path, policies: Sequence[str] = ()) -> Inputs:
    """Everything at ``path``, an audit directory or a catalog file.

    ``policies`` are names of shipped policies or files, in place of ``policy.yaml`` and the default. Raises
    ``UsageError`` where there is nothing at ``path``, ``PolicyError`` for a wrong policy or waiver file and
    ``InputError`` for any other fault; the message holds all problems of all files.
    """
    path = Path(path)
    try:
        is_directory = path.is_dir()
        missing = not is_directory and not path.exists()
    except (OSError, ValueError):
        is_directory, missing = False, True
    if missing:
        raise UsageError(f"there is no file or directory {str(path)!r}")
    loader = _Loader(path if is_directory else path.parent)
    if is_directory:
        _load_directory(loader, path)
    else:
        loader.catalog([path])
    loaded = loader.policies(policies)
    return loader.finish(loaded)


def _load_directory(loader: _Loader, path: Path) -> None:
    single, several = path / "catalog.yaml", sorted((path / "catalog").glob("*.yaml"))
    if single.exists() and several:
        raise UsageError(f"{path} holds catalog.yaml and catalog/*.yaml; keep one of them")
    if not single.exists() and not several:
        raise UsageError(f"{path} holds no catalog.yaml (nor catalog/*.yaml, nor offers.csv)")
    loader.catalog([single] if single.exists() else several)
    if (path / "segments.yaml").exists():
        loader.segments(path / "segments.yaml")
    if (path / "waivers.yaml").exists():
        loader.waivers(path / "waivers.yaml")


def raise_if(problems: list[Problem], kind: type[ProblemsError]) -> None:
    """Raise the problems, if there are any."""
    if problems:
        raise kind(problems)
