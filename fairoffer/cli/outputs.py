"""Writes every output that was asked for, whatever happens to the others."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
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


def write_outputs(result: Result, outputs: Sequence[Output], *, quiet: bool) -> int:
    """Write all of `outputs`, and the summary on stdout where none goes there; 0, or 5 if one could not be written."""
    if all(output.path is not None for output in outputs):
        outputs = [*outputs, Output("text", None)]
    code = 0
    for output in outputs:
        try:
            _write(result, output, quiet=quiet)
        except OutputError as error:
            say(error)
            code = UNWRITTEN
    return code


def refuse_to_overwrite(outputs: Sequence[Output], inputs: Iterable[str | os.PathLike[str]]) -> None:
    """Stop before an output would take the place of a file that the audit reads."""
    read = {os.path.realpath(path) for path in inputs}
    for output in outputs:
        if output.path is not None and os.path.realpath(output.path) in read:
            raise click.UsageError(f"-o {output.path}: that is an input of this audit and would be overwritten")


def _write(result: Result, output: Output, *, quiet: bool) -> None:
    from fairoffer import report

    if output.path is not None:
        report.write(result, output.path, output.format)
        if not quiet:
            say(f"wrote {output.path}")
        return
    data = report.render(result, output.format, colour=colour_wanted(sys.stdout))
    if quiet and isinstance(data, str) and output.format == "text":
        data = data.partition("\n")[0]
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
