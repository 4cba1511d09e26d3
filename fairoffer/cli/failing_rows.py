"""`--rows FILE.parquet`: every failing row of a book, written beside the reports of an audit."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fairoffer.cli.outputs import UNWRITTEN
from fairoffer.cli.terminal import say
from fairoffer.errors import OutputError

if TYPE_CHECKING:
    from fairoffer.book.row_file import RowFile
    from fairoffer.model.inputs import Inputs
    from fairoffer.model.result import Result

Judge = Callable[["RowFile | None"], "Result"]


def files_of(inputs: Inputs) -> Iterator[str]:
    """Every file that an audit reads, those of a book included."""
    for file in inputs.files:
        yield os.path.join(inputs.directory, file.path)
    if inputs.mapped is not None and inputs.mapped.source.files is not None:
        from fairoffer.book.files import find_files

        yield from map(os.fspath, find_files(inputs.mapped, Path(inputs.directory)))


def refuse(inputs: Inputs, target: Path, clear_ids: bool) -> None:
    """Stop before anything is read where the rows have no book, or would take the place of an input.

    Raises:
        click.UsageError: what is wrong.
    """
    if inputs.mapped is None:
        raise click.UsageError("--rows is about the rows of a book, and there is no book.yaml in the audit directory")
    if target.suffix != ".parquet":
        raise click.UsageError(f"--rows {target}: the file is Parquet; give it a name that ends with .parquet")
    if os.path.realpath(target) in map(os.path.realpath, files_of(inputs)):
        raise click.UsageError(f"--rows {target}: that is an input of this audit and would be overwritten")
    if clear_ids and not any(leaf.path == "customer" for leaf in inputs.mapped.leaves()):
        raise click.UsageError("--clear-ids: book.yaml maps no customer, so there are no ids to write")


def judged_with_rows(judge: Judge, target: Path, clear_ids: bool) -> tuple[Result, int]:
    """The result of ``judge``, which is given what takes the rows; and 0, or 5 where they could not be written."""
    from fairoffer.book.row_file import KEY, RowFile

    key = os.environ.get(KEY)
    try:
        file = RowFile(target, key, clear_ids=clear_ids)
    except OutputError as error:
        say(error)
        return judge(None), UNWRITTEN
    with file:
        result = judge(file)
        try:
            file.finish()
        except OutputError as error:
            say(error)
            return result, UNWRITTEN
    who = "the customers' own ids" if clear_ids else "customers as keyed hashes"
    if not clear_ids and not key:
        who += f", of a key that nobody keeps (set {KEY} to be able to find them again)"
    say(f"wrote {target}: {file.rows:,} failing rows, {who}")
    return result, 0
