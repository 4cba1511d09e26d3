"""Writes every output that was asked for, whatever happens to the others."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fairoffer.cli.arguments import Output
from fairoffer.cli.terminal import colour_wanted, emit, say
from fairoffer.errors import OutputError

if TYPE_CHECKING:
    from fairoffer.model.result import Result

UNWRITTEN = 5
# Which of several endings is told: ours first, then what stops an audit, then its verdict, then the writing.
ORDER = (70, 2, 3, 1, 4, UNWRITTEN, 0)


def gravest(codes: Iterable[int]) -> int:
    """The exit code to leave with when several apply."""
    return min(codes, key=ORDER.index)


def write_outputs(
    result: Result, outputs: Sequence[Output], *, quiet: bool, directory: str | os.PathLike[str] = "."
) -> int:
    """Write all of `outputs`, and the summary on stdout where none goes there; 0, or 5 if one could not be written.

    `directory` is what was audited: formats that point at lines of files name them as its repository does.
    """
    root = root_of(directory)
    if all(output.path is not None for output in outputs):
        outputs = [*outputs, Output("text", None)]
    code = 0
    for output in outputs:
        try:
            _write(result, output, root, quiet=quiet)
        except OutputError as error:
            say(error)
            code = UNWRITTEN
    return code


def root_of(directory: str | os.PathLike[str]) -> str:
    """A directory as its git repository calls it; where there is none, as this directory does. Empty: it is that one.

    Nothing is asked of git: the top of a repository, or of a worktree, is where `.git` stands.
    """
    path = Path(os.path.realpath(directory))
    top = next((one for one in (path, *path.parents) if os.path.lexists(one / ".git")), None)
    try:
        relative = path.relative_to(top or Path.cwd().resolve()).as_posix()
    except ValueError:  # elsewhere on this machine
        relative = path.as_posix()
    return "" if relative == "." else relative


def _tell_steps(result: Result) -> None:
    """Hand the counts to later steps of a GitHub workflow, where this is one.

    Raises:
        OutputError: the file that GitHub names cannot be written.
    """
    path = os.environ.get("GITHUB_OUTPUT")
    if not path:
        return
    from fairoffer.report.github import step_outputs

    try:
        with open(path, "a", encoding="utf-8") as file:
            file.writelines(f"{name}={value}\n" for name, value in step_outputs(result).items())
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error


def refuse_to_overwrite(outputs: Sequence[Output], inputs: Iterable[str | os.PathLike[str]]) -> None:
    """Stop before an output would take the place of a file that the audit reads."""
    read = {os.path.realpath(path) for path in inputs}
    for output in outputs:
        if output.path is not None and os.path.realpath(output.path) in read:
            raise click.UsageError(f"-o {output.path}: that is an input of this audit and would be overwritten")


def _write(result: Result, output: Output, root: str, *, quiet: bool) -> None:
    from fairoffer import report

    if output.format == "github":
        _tell_steps(result)
    if output.path is not None:
        report.write(result, output.path, output.format, root)
        if not quiet:
            say(f"wrote {output.path}")
        return
    data = report.render(result, output.format, colour=colour_wanted(sys.stdout), root=root)
    if quiet and isinstance(data, str) and output.format == "text":
        data = data.partition("\n")[0]
    if isinstance(data, str) and output.format == "html":  # the very bytes of the file, which ends without a line end
        data = data.encode(errors="backslashreplace")
    to_stdout(data)


def to_stdout(data: str | bytes) -> None:
    """`emit`, for what is an output of the run.

    Raises:
        OutputError: stdout cannot be written.
    """
    try:
        emit(data)
    except OSError as error:
        raise OutputError(f"stdout cannot be written: {error.strerror or error}") from error
