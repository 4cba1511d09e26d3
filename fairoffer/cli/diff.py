"""`fairoffer diff`: what a change makes worse, and nothing that was there before."""

from __future__ import annotations

import os
import time
from datetime import date
from typing import TYPE_CHECKING

import click

from fairoffer.cli.arguments import OUTPUT_HELP, as_day, as_outputs, find_inputs
from fairoffer.cli.audit import Status, progress
from fairoffer.cli.failing_rows import files_of
from fairoffer.cli.outputs import gravest, refuse_to_overwrite, write_outputs
from fairoffer.cli.terminal import say

if TYPE_CHECKING:
    from fairoffer.model.result import Result


@click.command("diff")
@click.argument("path", metavar="[DIR|CATALOG]", default=".")
@click.option(
    "--against",
    metavar="BASE",
    required=True,
    help="A directory, a saved result (.json) or a git revision: origin/main, HEAD~1, @merge-base.",
)
@click.option("--policy", "policies", multiple=True, metavar="ID|FILE", help="Policy to judge by; may be repeated.")
@click.option("--as-of", type=as_day, metavar="DATE", help="The day to judge on both sides (default: today).")
@click.option("--through", type=as_day, metavar="DATE", help="Also every later day on which something changes.")
@click.option(
    "-o",
    "--output",
    "words",
    multiple=True,
    metavar="FILE|FORMAT=FILE|-",
    help=OUTPUT_HELP,
)
@click.option("--quiet", "-q", is_flag=True, help="Only the verdict line, and problems.")
def diff_command(
    path: str,
    against: str,
    policies: tuple[str, ...],
    as_of: date | None,
    through: date | None,
    words: tuple[str, ...],
    quiet: bool,
) -> int:
    """Compare an audit (default: this directory) with what it was.

    Fails where the change makes a customer who stayed worse off, or hides whether it does; not for what was there
    before. BASE is never checked out and nothing is fetched. Both sides are judged by the policies of now; waivers
    are those of BASE, so a change cannot excuse itself.
    """
    outputs = as_outputs(words)
    day = as_of or date.today()
    if through is not None and through < day:
        raise click.UsageError(f"--through {through} is before the judged day, {day}")
    place = find_inputs(path)
    begun = time.monotonic()
    with progress("reading and comparing", quiet=quiet) as status:
        from fairoffer.diff import compared, find_base, read_base
        from fairoffer.model.inputs import load_inputs

        where = find_base(place, against)
        head = load_inputs(os.fspath(place), policies)
        base = read_base(head, place, where, policies)
        refuse_to_overwrite(outputs, [*files_of(head), *base.files])
        for warning in head.warnings:
            say(warning)
        told = status.rows if isinstance(status, Status) else None
        result = compared(head, base, day, through, told)
    if not quiet:
        _say_what_ran(result, time.monotonic() - begun)
    return gravest((result.exit_code, write_outputs(result, outputs, quiet=quiet, directory=head.directory)))


def _say_what_ran(result: Result, seconds: float) -> None:
    until = f" through {result.through}" if result.through else ""
    policies = ", ".join(policy.id for policy in result.policies)
    base = result.base
    commit = f" ({base.revision[:12]})" if base and base.revision else ""
    against = f", against {base.against}{commit}" if base else ""
    say(f"judged as of {result.as_of}{until} under {policies}{against} in {seconds:.2f} s")
