"""A repository as it was: revisions, merge bases and files, read with the git binary and never written to.

Hooks run with variables that point git elsewhere (`GIT_DIR`, `GIT_INDEX_FILE` …); they are not passed on, so that the
repository is the one that holds the audited directory. Nothing is ever fetched.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fairoffer.errors import UsageError

MERGE_BASE = "@merge-base"
DEEPEN = 200
"""Commits that a shallow clone is told to add at once."""
DEFAULTS = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
"""What the default branch may be called, in this order."""
_POINTING = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_NAMESPACE"),
    *("GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH"),
    *("GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_INTERNAL_SUPER_PREFIX", "GIT_REPLACE_REF_BASE"),
)
_QUIET = {
    "LC_ALL": "C",
    "LANGUAGE": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # a partial clone would otherwise fetch what it lacks
}


@dataclass(frozen=True)
class Repository:
    """The work tree that holds a directory; `prefix` is the directory within it, "" at the top, else with a final /."""

    directory: Path
    top: Path
    prefix: str
    pointed: bool = False
    """Whether only the variables of the environment lead to it."""

    def run(self, *arguments: str, feed: bytes | None = None) -> tuple[int, bytes, str]:
        return _git(self.directory, arguments, feed, pointed=self.pointed)

    def text(self, *arguments: str) -> str | None:
        """What git prints, or None where it fails."""
        code, out, _ = self.run(*arguments)
        return out.decode("utf-8", "surrogateescape").strip() if code == 0 else None

    @property
    def shallow(self) -> bool:
        return self.text("rev-parse", "--is-shallow-repository") == "true"

    def commit(self, revision: str) -> str:
        """The commit that a revision names.

        Raises:
            UsageError: there is none; in a shallow clone with the command that would bring it.
        """
        if revision.startswith("-") or not revision.isprintable() or not revision.strip():
            raise UsageError(f"{revision!r} is not a git revision")
        found = self._known(revision)
        if found is not None:
            return found
        if self._known("HEAD") is None:
            raise UsageError(f"the repository at {self.top} has no commits yet, so it has no {revision!r}")
        raise UsageError(self._missing(revision))

    def merge_base(self, revision: str) -> str:
        """The commit at which HEAD left a revision, or ("") the default branch.

        Raises:
            UsageError: there is none, or a shallow clone does not hold enough to be sure which it is.
        """
        branch = revision or self._default_branch()
        head, other = self.commit("HEAD"), self.commit(branch)
        base = self.text("merge-base", head, other)
        if self.shallow and (not base or self._cut_off(head, other, base.split()[0])):
            raise UsageError(
                f"this clone is shallow and does not go back to where HEAD left {branch!r}; run\n"
                f"  {self._command(f'--deepen={DEEPEN}', *self._tips(head, branch, other))}\n"
                "and again until this message is gone; or name the base commit itself with --against"
            )
        if not base:
            raise UsageError(f"HEAD and {branch!r} have no commit in common")
        return base.split()[0]

    def kinds(self, commit: str, paths: Sequence[str]) -> list[tuple[str, str]]:
        """(type, object) of each path at a commit, links followed; type "" where there is nothing.

        Raises:
            UsageError: an object is not in this clone.
        """
        lines = self._batch("--batch-check", commit, ["", *paths]).split(b"\n")
        if b" tree " not in lines[0]:
            raise UsageError(self._incomplete(commit))
        found, at = [], 1
        for _ in paths:
            word = lines[at].split(b" ")
            at += 1
            if len(word) == 3 and word[1] in (b"blob", b"tree", b"commit") and word[2].isdigit():
                found.append((word[1].decode(), word[0].decode()))
            else:
                found.append(("", ""))
                at += word[0] in (b"symlink", b"dangling", b"loop", b"notdir")
        return found

    def entries(self, tree: str) -> list[str]:
        """The names in a tree."""
        _, out, _ = self.run("ls-tree", "-z", "--full-tree", "--name-only", tree)
        return sorted(name.decode("utf-8", "surrogateescape") for name in out.split(b"\0") if name)

    def below(self, commit: str, path: str) -> list[str]:
        """The files at a commit that are this path, or below it; all of them below ""."""
        _, out, _ = self.run("ls-tree", "-r", "-z", "--full-tree", "--name-only", commit, *([path] if path else []))
        return sorted(name.decode("utf-8", "surrogateescape") for name in out.split(b"\0") if name)

    def contents(self, commit: str, paths: Sequence[str]) -> list[bytes]:
        """The bytes of each path at a commit, all of which are files.

        Raises:
            UsageError: an object is not in this clone.
        """
        out = self._batch("--batch", commit, paths)
        found, at = [], 0
        for _ in paths:
            end = out.find(b"\n", at)
            word = out[at:end].split(b" ")
            if end < 0 or len(word) != 3 or not word[2].isdigit():
                raise UsageError(self._incomplete(commit))
            size = int(word[2])
            found.append(out[end + 1 : end + 1 + size])
            at = end + 2 + size
        return found

    def _batch(self, how: str, commit: str, paths: Sequence[str]) -> bytes:
        feed = "".join(f"{commit}:{path}\n" for path in paths).encode("utf-8", "surrogateescape")
        code, out, told = self.run("cat-file", how, "--follow-symlinks", feed=feed)
        if code != 0:
            lazy = "promisor" in told
            raise UsageError(
                self._incomplete(commit) if lazy else f"git cannot read the repository at {self.top}: {told}"
            )
        return out

    def _incomplete(self, commit: str) -> str:
        where = self.prefix.rstrip("/") or "."
        command = self._command(command=("archive", "--output=/dev/null", commit, where), at_top=True)
        return f"not all files of {commit} are in this clone; run\n  {command}\nto bring them"

    def _known(self, revision: str) -> str | None:
        name = self.text("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}") or ""
        return name if _is_full(name) else None

    def _default_branch(self) -> str:
        for name in DEFAULTS:
            if self._known(name) is not None:
                return name
        command = self._command("--depth=1", "+HEAD:refs/remotes/origin/HEAD")
        raise UsageError(
            f"there is no default branch here ({', '.join(DEFAULTS)}); name one, as in origin/trunk{MERGE_BASE}, "
            f"or run\n  {command}"
        )

    def _cut_off(self, head: str, other: str, base: str) -> bool:
        """Whether history ends on the way to a merge base: a younger one may be hidden there."""
        path = self.text("rev-parse", "--git-path", "shallow")
        try:
            ends = set((self.directory / (path or "")).read_text().split())
        except OSError:
            return True
        between = self.text("rev-list", head, other, f"^{base}")
        return between is None or not ends.isdisjoint(between.split())

    def _missing(self, revision: str) -> str:
        """What to say of a revision that is not here."""
        said = (
            f"there is no revision {revision!r} in the repository at {self.top}, and no file or directory of that name"
        )
        if ".." in revision:
            return f"{said}; for where two branches parted write {revision.partition('..')[0] or 'REV'}@merge-base"
        command, then = self._bring(revision)
        if self.shallow:
            return f"{said}; this clone is shallow: run\n  {command}{then}"
        is_remote = command is not None and (self._remote_of(revision) or _is_full(revision))
        return f"{said}; if it is at the remote, run\n  {command}{then}" if is_remote else said

    def _bring(self, revision: str) -> tuple[str, str]:
        """The command that brings a revision, and what to do then."""
        name, mark, steps = _split(revision)
        back = _steps(mark + steps)
        remote = self._remote_of(name)
        depth = [f"--depth={back + 1}"] if self.shallow else []
        if remote:
            branch = name.removeprefix("refs/remotes/").removeprefix(f"{remote}/")
            return self._command(*depth, f"+{branch}:refs/remotes/{remote}/{branch}", remote=remote), ""
        if _is_full(name):
            return self._command(*depth, name), ""
        known = self._known(name)
        if known is not None:
            return self._command(f"--deepen={max(back, 1)}", *self._tips(known, name, known)[:1]), ""
        if re.fullmatch("[0-9a-f]{4,39}", name):
            return self._command(*depth, "COMMIT"), f"\nwith all 40 letters and digits of {name} for COMMIT"
        fetch = self._command(*depth, f"+{name}:refs/remotes/origin/{name}")
        return fetch, f"\nand then use --against origin/{revision}"

    def _tips(self, head: str, branch: str, other: str) -> list[str]:
        """What to ask a remote for, so that the history of both comes with it."""
        upstream = self.text("rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}") or ""
        mine = upstream.partition("/")[2] or head
        if self._remote_of(branch) == "origin":
            name = branch.removeprefix("refs/remotes/").removeprefix("origin/")
            return [mine, f"+{name}:refs/remotes/origin/{name}"]
        return [mine, other] if mine != other else [mine]

    def _remote_of(self, name: str) -> str:
        """The remote that a remote-tracking branch belongs to."""
        word = name.removeprefix("refs/remotes/")
        remotes = (self.text("remote") or "").split() or ["origin"]
        return next((one for one in remotes if word.startswith(f"{one}/") and word != f"{one}/"), "")

    def _command(
        self,
        *arguments: str,
        remote: str = "origin",
        command: Sequence[str] = ("fetch", "--no-tags"),
        at_top: bool = False,
    ) -> str:
        """A git command as it can be typed where the user is."""
        if command[0] == "fetch":
            options = [word for word in arguments if word.startswith("--")]
            rest = [word for word in arguments if not word.startswith("--")]
            command = [*command, *options, remote, *rest]
        inside = Path(os.path.realpath(os.curdir))
        here = inside == self.top if at_top else inside.is_relative_to(self.top)
        return shlex.join(["git", *([] if here else ["-C", str(self.top)]), *command])


def repository(directory: Path) -> Repository:
    """The repository that holds a directory.

    Raises:
        UsageError: there is none, git refuses it, or git is not installed.
    """
    if "\n" in os.path.realpath(directory):
        raise UsageError(f"{str(directory)!r} has a line break in its name; git revisions cannot be read there")
    asked = ("rev-parse", "--show-toplevel", "--show-prefix")
    code, out, told = _git(directory, asked, None)
    pointed = code != 0 and "GIT_DIR" in os.environ
    if pointed:
        code, out, told = _git(directory, asked, None, pointed=True)
    lines = out.decode("utf-8", "surrogateescape").split("\n")
    if code != 0 or not lines[0]:
        if "not a git repository" in told:
            told = "it is in no git repository, and there is no file or directory of that name"
        raise UsageError(f"{directory} cannot be compared with a git revision: {told or 'git gives no reason'}")
    return Repository(directory, Path(os.path.realpath(lines[0])), lines[1] if len(lines) > 1 else "", pointed)


def _git(
    directory: Path, arguments: Sequence[str], feed: bytes | None, *, pointed: bool = False
) -> tuple[int, bytes, str]:
    """Exit code, output, and what git says is wrong.

    Raises:
        UsageError: git cannot be run.
    """
    kept = {key: value for key, value in os.environ.items() if pointed or key not in _POINTING}
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=directory,
            env={**kept, **_QUIET},
            input=feed if feed is not None else b"",
            capture_output=True,
            check=False,
        )
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError) and directory.is_dir()
        reason = "git is not installed" if missing else f"git cannot be run: {getattr(error, 'strerror', error)}"
        raise UsageError(f"{reason}; compare with a directory or a saved result instead") from error
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")


def _is_full(word: str) -> bool:
    return re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", word) is not None


def _split(revision: str) -> tuple[str, str, str]:
    """A revision as its name and the steps back from it."""
    found = re.search(r"[~^]", revision)
    at = found.start() if found else len(revision)
    return revision[:at], revision[at : at + 1], revision[at + 1 :]


def _steps(text: str) -> int:
    """How far `~2^` goes back, at most a thousand commits."""
    back = 0
    for mark, number in re.findall(r"([~^])([0-9]{0,6})", text):
        back += int(number or 1) if mark == "~" else 1
    return min(back, 1000)
