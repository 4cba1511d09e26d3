"""The files of an audit as a commit has them, written to a directory of its own."""

from __future__ import annotations

import glob
import posixpath
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

from fairoffer.diff.git import Repository
from fairoffer.errors import Problem
from fairoffer.source import read_yaml

READ = (".yaml", ".yml", ".csv", ".ndjson", ".ndjson.gz")
"""How the names of files end that an audit may read."""
FOLDER = "catalog"
POINTER = b"version https://git-lfs.github.com/spec/"


class Snapshot:
    """Files of a commit below `target`, at the paths that they have in the repository.

    `problems` are files that the commit does not really hold.
    """

    def __init__(self, repository: Repository, commit: str, target: Path) -> None:
        self.repository = repository
        self.commit = commit
        self.target = target
        self.problems: list[Problem] = []

    def directory(self, path: str) -> Path | None:
        """The inputs in an audit directory, its policies with those that they name; None where there is none."""
        tree = self._tree(path)
        if tree is None:
            return None
        names = [name for name in self.repository.entries(tree) if name.endswith(READ)]
        inside = self._tree(posixpath.join(path, FOLDER))
        if inside is not None:
            found = self.repository.entries(inside)
            names += [posixpath.join(FOLDER, name) for name in found if name.endswith(".yaml")]
            (self.target / path / FOLDER).mkdir(parents=True, exist_ok=True)
        (self.target / path).mkdir(parents=True, exist_ok=True)
        self._write([posixpath.join(path, name) for name in names])
        if "policy.yaml" in names:
            self._named_policies(posixpath.join(path, "policy.yaml"))
        return self.target / path

    def file(self, path: str) -> Path | None:
        """One file; None where there is none."""
        return self.target / path if self._write([path]) else None

    def policy(self, path: str) -> Path | None:
        """A policy and those that it names; None where there is none."""
        found = self.file(path)
        if found is not None:
            self._named_policies(path)
        return found

    def customers(self, path: str, named: str) -> bool:
        """Whether the commit itself holds the customers that a book names, whose directory is ``path``; then they are
        written. A pattern is answered by all that stands where its fixed part leads."""
        fixed = list(takewhile(lambda step: not glob.has_magic(step), named.split("/")))
        start = posixpath.normpath(posixpath.join(path, *fixed)) if not named.startswith("/") else ".."
        if start == ".." or start.startswith("../"):
            return False
        names = self.repository.below(self.commit, "" if start == "." else start)
        written = sum(self._write([name]) for name in names)  # one at a time: they may be large
        return bool(written) and not self.problems

    def _named_policies(self, path: str) -> None:
        """The files that a list of policies names, wherever in the repository they are."""
        read = read_yaml(self.target / path, path, [])
        used = read[0].data.get("use") if read is not None and isinstance(read[0].data, dict) else None
        names = [name for name in used if isinstance(name, str)] if isinstance(used, list) else []
        paths = [posixpath.normpath(posixpath.join(posixpath.dirname(path), name)) for name in names]
        self._write([path for path in paths if not path.startswith(("../", "/")) and path != ".."])

    def _tree(self, path: str) -> str | None:
        kind, name = self.repository.kinds(self.commit, [path.rstrip("/")])[0]
        return name if kind == "tree" else None

    def _write(self, paths: Sequence[str]) -> int:
        """Write those of `paths` that are files, and say how many there are."""
        paths = [path for path in dict.fromkeys(paths) if "\n" not in path and "\0" not in path]
        kinds = self.repository.kinds(self.commit, paths) if paths else []
        paths = [path for path, (kind, _) in zip(paths, kinds, strict=True) if kind == "blob"]
        found = self.repository.contents(self.commit, paths) if paths else []
        for path, data in zip(paths, found, strict=True):
            if data.startswith(POINTER):
                message = "is kept by git-lfs, and the repository holds only a pointer to it; compare with a directory"
                self.problems.append(Problem(path, 1, 1, "", f"{message} or a saved result instead"))
            place = self.target / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        return len(paths)
