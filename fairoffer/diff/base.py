"""What a change is compared with: a directory, a saved result, or a git revision, read as an audit.

The base is read under the policies of the head. Where it has policies of its own that differ, these come along, so
that what only the policy changed can be told apart.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fairoffer.diff.git import MERGE_BASE, Repository, repository
from fairoffer.diff.snapshot import Snapshot
from fairoffer.errors import FairofferError, InputError, PolicyError, Problem, ProblemsError, UsageError
from fairoffer.model.inputs import Inputs, load_inputs
from fairoffer.model.loader import DEFAULT_POLICY
from fairoffer.model.policy import Policy
from fairoffer.model.result import Result
from fairoffer.model.shipped import find_policy, read_policies

POLICY_FILE = "policy.yaml"


class BaseError(ProblemsError):
    """The base cannot be read; the paths of its problems begin with ``base:``."""

    exit_code = 2


@dataclass(frozen=True)
class Found:
    """The base as it was found. Without ``inputs`` and ``saved`` there is nothing at it: the audit is new."""

    against: str
    kind: str
    revision: str | None = None
    inputs: Inputs | None = None
    saved: Result | None = None
    own_policies: tuple[Policy, ...] = ()
    """What the base was judged by before, where that is not what the head is judged by."""
    policy_changed: bool = False
    unread: str = ""
    """Why the base's own policies cannot be used, where they differ."""
    prefix: str = ""
    """Where in the repository it is."""
    files: tuple[str, ...] = ()
    """Files that were read and that an output must not replace."""
    folder: tempfile.TemporaryDirectory[str] | None = None
    """Where the customers are that a commit holds, until they have been read."""
    of_now: bool = False
    """Whether the customers are those of now, since the base has none."""

    def close(self) -> None:
        """Remove what was written for the base."""
        if self.folder is not None:
            self.folder.cleanup()


@dataclass(frozen=True)
class Where:
    """A base that is there, before it is read: a path, or a commit of the repository that holds the audit."""

    against: str
    place: Path | None = None
    repository: Repository | None = None
    commit: str = ""


def find_base(path: Path, against: str) -> Where:
    """The base that ``against`` names, for the audit at ``path``.

    Raises:
        UsageError: there is none.
    """
    if not _exists(path):
        raise UsageError(f"{str(path)!r} does not exist; name one audit directory or one catalog file")
    if not against:
        raise UsageError("--against is empty; name a directory, a saved result or a git revision")
    place = Path(against)
    if not against.endswith(MERGE_BASE) and _exists(place):
        _refuse_double(path, against)
        return Where(against, place)
    home = repository(_home(path))
    if against.endswith(MERGE_BASE):
        return Where(against, None, home, home.merge_base(against.removesuffix(MERGE_BASE)))
    return Where(against, None, home, home.commit(against))


def read_base(head: Inputs, path: Path, where: Where, policies: Sequence[str]) -> Found:
    """The base, read under the policies of the head.

    Args:
        head: the inputs at ``path``.
        policies: what the command was told to judge by; empty: what the directory says.

    Raises:
        UsageError: it is no audit.
        BaseError: its files cannot be read.
    """
    if where.repository is not None:
        return _at_revision(head, path, where.repository, where, policies)
    place = where.place or Path(where.against)
    if place.suffix.lower() == ".json" and not place.is_dir():
        return _saved(place, where.against)
    return _in_place(head, path, place, where.against, policies)


def _exists(place: Path) -> bool:
    try:
        return place.exists()
    except (OSError, ValueError):
        return False


def _refuse_double(path: Path, against: str) -> None:
    """Stop where a path is the name of a revision, too: whichever was taken, it could be the wrong one."""
    if "/" in against[:2] or against.startswith("."):
        return
    try:
        repository(_home(path)).commit(against)
    except UsageError:
        return
    raise UsageError(f"{against!r} is a path and a git revision; write ./{against} or refs/heads/{against}")


def _home(path: Path) -> Path:
    """The directory that a repository is looked for from."""
    return path if path.is_dir() else path.parent


def _saved(place: Path, against: str) -> Found:
    try:
        result = Result.load(place)
    except InputError as error:
        raise BaseError(_prefixed(one, "base:") for one in error.problems) from error
    return Found(against, "result", saved=result, files=(str(place),))


def _in_place(head: Inputs, path: Path, place: Path, against: str, policies: Sequence[str]) -> Found:
    inputs = _load(head, path, place, policies, against, "")
    own, unread = _own_policies(place, policies) if place.is_dir() else (None, "")
    files = [os.path.join(inputs.directory, file.path) for file in inputs.files if file.kind != "policy"]
    files += map(str, customers_of(inputs, inputs.directory))
    found = Found(against, "directory", inputs=inputs, files=tuple(files))
    return _with_policies(found, head, own, unread)


def customers_of(inputs: Inputs, directory: str) -> list[Path]:
    """The files of customers that the inputs name, as they are in a directory; none where they are not there."""
    if inputs.mapped is None or inputs.mapped.source.files is None:
        return []
    from fairoffer.book.files import find_files

    try:
        return find_files(inputs.mapped, Path(directory))
    except (UsageError, ProblemsError):
        return []


def _at_revision(head: Inputs, path: Path, home: Repository, where: Where, policies: Sequence[str]) -> Found:
    against, commit = where.against, where.commit
    with _temporary() as folder:
        snapshot = Snapshot(home, commit, Path(os.path.realpath(folder)))
        if path.is_dir():
            there = snapshot.directory(home.prefix.rstrip("/"))
        else:
            there = snapshot.file(home.prefix + path.name)
        _raise(against, snapshot.problems)
        if there is None:
            return Found(against, "revision", commit)
        inputs = _load(head, path, there, policies, against, home.prefix)
        names = [_then(home, snapshot, name) for name in policies]
        own, unread = _own_policies(there, names) if path.is_dir() or names else (None, "")
    found = Found(against, "revision", commit, inputs, prefix=home.prefix)
    return _with_policies(_with_own_customers(found, home), head, own, unread)


def _with_own_customers(found: Found, home: Repository) -> Found:
    """The base with the customers that its commit holds, where it does."""
    inputs = found.inputs
    if inputs is None or inputs.mapped is None or inputs.mapped.source.files is None:
        return found
    folder, kept = _temporary(), False
    try:
        target = Path(os.path.realpath(folder.name))
        place = target / home.prefix
        place.mkdir(parents=True, exist_ok=True)
        there = Snapshot(home, found.revision or "", target).customers(home.prefix, inputs.mapped.source.files)
        moved = replace(inputs, directory=str(place))
        kept = there and bool(customers_of(moved, moved.directory))
    finally:
        if not kept:
            folder.cleanup()
    return replace(found, inputs=moved, folder=folder) if kept else found


def _temporary() -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix="fairoffer-")
    except OSError as error:
        raise UsageError(f"no temporary directory can be made for the base: {error.strerror or error}") from error


def _load(head: Inputs, path: Path, there: Path, policies: Sequence[str], against: str, prefix: str) -> Inputs:
    """The inputs at ``there`` under the policies of the head."""
    names = list(policies)
    if not names:
        own = path / POLICY_FILE
        names = [str(own)] if path.is_dir() and own.exists() else [DEFAULT_POLICY]
    try:
        return load_inputs(there, names)
    except ProblemsError as error:
        _raise(against, (_prefixed(one, prefix) for one in error.problems))
        raise
    except UsageError as error:
        shown = f"base:{against}:{prefix}".rstrip(":/")
        raise UsageError(str(error).replace(f"{str(there)!r}", shown).replace(str(there), shown)) from error


def _prefixed(problem: Problem, prefix: str) -> Problem:
    return replace(problem, path=prefix + problem.path)


def _raise(against: str, problems: Iterable[Problem]) -> None:
    found = [_prefixed(one, f"base:{against}:") for one in problems]
    if found:
        raise BaseError(found)


def _then(home: Repository, snapshot: Snapshot, name: str) -> str:
    """A policy of the command line as the commit has it, where it is a file of the repository."""
    if find_policy(name) is not None and "/" not in name:
        return name
    real = Path(os.path.realpath(name))
    if not real.is_relative_to(home.top):
        return name
    found = snapshot.policy(real.relative_to(home.top).as_posix())
    return name if found is None else str(found)


def _own_policies(there: Path, names: Sequence[str]) -> tuple[tuple[Policy, ...] | None, str]:
    """What the base was judged by, or why that cannot be read."""
    chosen = list(names)
    if not chosen:
        own = there / POLICY_FILE
        chosen = [str(own)] if own.exists() else [DEFAULT_POLICY]
    problems: list[Problem] = []
    try:
        loaded = read_policies(chosen, Path(), problems, lambda file: file.name)
    except FairofferError as error:
        return None, str(error).replace(str(there), ".")
    if problems:
        return None, str(PolicyError(problems).problems[0])
    return tuple(entry.policy for entry in loaded), ""


def _with_policies(found: Found, head: Inputs, own: tuple[Policy, ...] | None, unread: str) -> Found:
    if unread:
        return replace(found, policy_changed=True, unread=unread)
    if own is None or own == head.policies:
        return found
    return replace(found, policy_changed=True, own_policies=own)
