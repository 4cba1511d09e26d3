"""`fairoffer audit`: compare, judge, write, and leave with the verdict."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fairoffer.cli.arguments import OUTPUT_HELP, Output, as_day, as_outputs, find_inputs
from fairoffer.cli.failing_rows import files_of, judged_with_rows, refuse
from fairoffer.cli.outputs import gravest, refuse_to_overwrite, write_outputs
from fairoffer.cli.terminal import colour_wanted, say

if TYPE_CHECKING:
    from fairoffer.model.result import Result


@click.command("audit")
@click.argument("path", metavar="[DIR|CATALOG]", default=".")
@click.option("--policy", "policies", multiple=True, metavar="ID|FILE", help="Policy to judge by; may be repeated.")
@click.option("--as-of", type=as_day, metavar="DATE", help="The day to judge (default: today).")
@click.option("--through", type=as_day, metavar="DATE", help="Also every later day on which something changes.")
@click.option(
    "-o",
    "--output",
    "words",
    multiple=True,
    metavar="FILE|FORMAT=FILE|-",
    help=OUTPUT_HELP,
)
@click.option("--plan", is_flag=True, help="Only show who is compared with whom; no verdict.")
@click.option("--rows", metavar="FILE.parquet", help="Write every failing row of a book; customers as keyed hashes.")
@click.option("--clear-ids", is_flag=True, help="Write the customers' own ids into --rows.")
@click.option("--quiet", "-q", is_flag=True, help="Only the verdict line, and problems.")
def audit_command(
    path: str,
    policies: tuple[str, ...],
    as_of: date | None,
    through: date | None,
    words: tuple[str, ...],
    plan: bool,
    rows: str | None,
    clear_ids: bool,
    quiet: bool,
) -> int:
    """Audit a directory (default: this one) or a catalog file.

    The text summary goes to stdout, unless a format is sent there with -o FORMAT=-.
    """
    outputs = as_outputs(words)
    if plan and outputs:
        raise click.UsageError("--plan prints who is compared with whom; it writes no -o")
    day = as_of or date.today()
    if through is not None and through < day:
        raise click.UsageError(f"--through {through} is before the judged day, {day}")
    if clear_ids and rows is None:
        raise click.UsageError("--clear-ids is about the file of --rows; name that too")
    if plan and rows is not None:
        raise click.UsageError("--plan judges nothing, so there are no --rows")
    wanted = Wanted(outputs, None if rows is None else Path(rows), clear_ids)
    return _audit(find_inputs(path), policies, day, through, wanted, plan=plan, quiet=quiet)


@dataclass(frozen=True)
class Wanted:
    """What is to be written: reports, and the failing rows of a book."""

    outputs: list[Output]
    rows: Path | None
    clear_ids: bool


def _audit(
    path: os.PathLike[str],
    policies: Sequence[str],
    day: date,
    through: date | None,
    wanted: Wanted,
    *,
    plan: bool,
    quiet: bool,
) -> int:
    begun = time.monotonic()
    outputs = wanted.outputs
    with progress("reading and comparing", quiet=quiet) as status:
        from fairoffer.model.inputs import load_inputs

        inputs = load_inputs(os.fspath(path), policies)
        refuse_to_overwrite(outputs, files_of(inputs))
        if through is not None and inputs.mapped is not None:
            raise click.UsageError("--through: customers of a book are judged on one day; use --as-of for each day")
        if wanted.rows is not None:
            refuse(inputs, wanted.rows, wanted.clear_ids)
        for warning in inputs.warnings:
            say(warning)
        if plan:
            from fairoffer.cli.plan import print_plan

            return print_plan(inputs, day, through)
        from fairoffer.verdict import judge

        told, code = status.rows if isinstance(status, Status) else None, 0
        if wanted.rows is None:
            result = judge(inputs, day, through, progress=told)
        else:
            result, code = judged_with_rows(
                lambda file: judge(inputs, day, through, progress=told, rows=file), wanted.rows, wanted.clear_ids
            )
    if not quiet:
        _say_what_ran(result, time.monotonic() - begun)
    return gravest((result.exit_code, code, write_outputs(result, outputs, quiet=quiet, directory=inputs.directory)))


def _say_what_ran(result: Result, seconds: float) -> None:
    until = f" through {result.through}" if result.through else ""
    policies = ", ".join(policy.id for policy in result.policies)
    say(f"judged as of {result.as_of}{until} under {policies} in {seconds:.2f} s")


class Status:
    """A spinner that says how many rows of a book are done, and how fast."""

    def __init__(self, text: str) -> None:
        from rich.console import Console

        self._text, self._begun = text, time.monotonic()
        self._spinner = Console(stderr=True).status(text)

    def __enter__(self) -> Status:
        self._spinner.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._spinner.stop()

    def rows(self, done: int, of: int | None) -> None:
        """Rows that are done, of how many."""
        rate = done / max(time.monotonic() - self._begun, 0.001)
        share = f" of {of:,} ({100 * done // max(of, 1)}%)" if of is not None else ""
        self._spinner.update(f"{self._text}: {done:,}{share} rows, {rate:,.0f} a second")


def progress(text: str, *, quiet: bool) -> AbstractContextManager[object]:
    """A spinner on a terminal, nothing anywhere else."""
    return nullcontext() if quiet or not colour_wanted(sys.stderr) else Status(text)
