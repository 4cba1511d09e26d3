"""Policies and fixtures that come with the tool, and policies from files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import fairoffer
from fairoffer.errors import PolicyError, Problem, UsageError
from fairoffer.model.build import expect_kind
from fairoffer.model.policy import Policy, PolicyList
from fairoffer.model.rules import build_policy
from fairoffer.model.validate import unknown, validate
from fairoffer.source import Located, read_yaml


@dataclass(frozen=True)
class LoadedPolicy:
    """A policy, where it stands, and the SHA-256 of its file."""

    policy: Policy
    source: Located
    shown: str
    sha256: str


@dataclass(frozen=True)
class Head:
    """What a shipped policy is for, without its rules: reading all of them whole takes longer than a small audit."""

    id: str
    jurisdiction: str | None
    product_types: frozenset[str]


def shipped_heads() -> list[Head]:
    """The heads of all policies that come with the tool, sorted by name."""
    heads = []
    for name in policy_names():
        path = find_policy(name)
        read = read_yaml(path, name, []) if path is not None else None
        if read is not None:
            data = read[0].data
            heads.append(Head(name, data.get("jurisdiction"), frozenset(data.get("product_types", ()))))
    return heads


def _home(room: str) -> Path | None:
    """Where a kind of data travels: inside the package when installed from a wheel, else beside it."""
    package = Path(fairoffer.__file__).parent
    for home in (package / room, package.parent / room):
        if home.is_dir() and not (home / "__init__.py").exists():
            return home
    return None


def policy_names() -> list[str]:
    """Names of all shipped policies, sorted."""
    home = _home("policies")
    return [] if home is None else sorted(path.stem for path in home.glob("*.yaml"))


def find_policy(name: str) -> Path | None:
    """The file of a shipped policy, or ``None``."""
    home = _home("policies")
    return home / f"{name}.yaml" if home is not None and name in policy_names() else None


@cache
def shipped_policies() -> tuple[Policy, ...]:
    """All policies that come with the tool, sorted by name."""
    return tuple(load_policy(name).policy for name in policy_names())


def find_fixture(name: str) -> Path:
    """The directory (or file) of a fixture such as ``broadband``; ``UsageError`` if there is none."""
    home = _home("fixtures")
    known = [] if home is None else sorted(path.name for path in home.iterdir() if not path.name.startswith("."))
    if home is None or name.split("/")[0] not in known or ".." in name.split("/") or not (home / name).exists():
        raise UsageError(unknown("fixture", name, known))
    return home / name


def load_policy(name: str) -> LoadedPolicy:
    """One policy by name or file. Raises as ``load_policies``, and ``UsageError`` for a list of several."""
    loaded = load_policies([name])
    if len(loaded) != 1:
        raise UsageError(f"{name} lists several policies; name one of them")
    return loaded[0]


def load_policies(names: Sequence[str]) -> list[LoadedPolicy]:
    """Policies by name or file, a list for all that it names; ``UsageError`` for a name nobody knows, ``PolicyError``
    for a wrong file."""
    problems: list[Problem] = []
    loaded = read_policies(names, Path(), problems)
    if problems:
        raise PolicyError(problems)
    return loaded


def read_policies(
    names: Sequence[str], base: Path, problems: list[Problem], shown: Callable[[Path], str] = Path.as_posix
) -> list[LoadedPolicy]:
    """The policies that names or files (relative to ``base``) stand for; a list of policies stands for all it uses.

    Problems of the files are collected; a name that is neither a shipped policy nor a file raises ``UsageError``.
    """
    loaded: list[LoadedPolicy] = []
    for name in names:
        path = _policy_file(name, base)
        if path is None:
            if _is_path(name):
                raise UsageError(f"there is no policy file {name!r}")
            raise UsageError(unknown("policy", name, policy_names()) + " (or give the path of a .yaml file)")
        loaded.extend(_read_file(path, problems, shown))
    return _distinct(loaded, problems)


def _is_path(name: str) -> bool:
    return "/" in name or name.endswith((".yaml", ".yml"))


def _policy_file(name: str, base: Path) -> Path | None:
    path = base / name
    shipped = find_policy(name)
    if shipped is not None and not _is_path(name):
        return shipped
    try:
        return path if path.is_file() else None
    except (OSError, ValueError):
        return None


def _read_file(path: Path, problems: list[Problem], shown: Callable[[Path], str]) -> list[LoadedPolicy]:
    home = _home("policies")
    label = f"policies/{path.name}" if home is not None and path.parent == home else shown(path)
    read = read_yaml(path, label, problems)
    if read is None:
        return []
    document, digest = read
    kind = expect_kind(document, ("policy", "policies"), problems)
    if kind == "policies":
        return _read_list(document, path.parent, problems, shown)
    policy = build_policy(document, problems) if kind == "policy" else None
    return [] if policy is None else [LoadedPolicy(policy, document, label, digest)]


def _read_list(
    document: Located, base: Path, problems: list[Problem], shown: Callable[[Path], str]
) -> list[LoadedPolicy]:
    listed = validate(PolicyList, document.without("fairoffer"), problems)
    loaded: list[LoadedPolicy] = []
    for index, name in enumerate(listed.use if listed is not None else ()):
        path = _policy_file(name, base)
        if path is None:
            message = f"there is no file {name!r}" if _is_path(name) else unknown("policy", name, policy_names())
            problems.append(document.problem(("use", index), message))
        elif document.path == shown(path):
            problems.append(document.problem(("use", index), "names this file itself"))
        else:
            loaded.extend(_read_one(document, index, path, problems, shown))
    return loaded


def _read_one(
    document: Located, index: int, path: Path, problems: list[Problem], shown: Callable[[Path], str]
) -> list[LoadedPolicy]:
    """A policy that a list names; a list within a list is refused, so that no ring can form."""
    read = read_yaml(path, path.name, [])
    if read is not None and str(read[0].data.get("fairoffer", "")).startswith("policies/"):
        problems.append(document.problem(("use", index), "is a list of policies itself; name its policies here"))
        return []
    return _read_file(path, problems, shown)


def _distinct(loaded: list[LoadedPolicy], problems: list[Problem]) -> list[LoadedPolicy]:
    """Each policy once; two files with the same policy id are a problem."""
    kept: dict[str, LoadedPolicy] = {}
    for entry in loaded:
        other = kept.setdefault(entry.policy.id, entry)
        if other.sha256 != entry.sha256:
            message = f"there is another policy {entry.policy.id!r} at {other.source.at}; rename one of them"
            problems.append(entry.source.problem(("id",), message))
    return list(kept.values())
