"""`fairoffer audit`: compare, judge, write, and leave with the verdict."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from fairoffer.cli.arguments import OUTPUT_HELP, Output, as_day, as_outputs, find_inputs
from fairoffer.cli.outputs import gravest, refuse_to_overwrite, to_stdout, write_outputs
from fairoffer.cli.terminal import colour_wanted, plain, say

if TYPE_CHECKING:
    from fairoffer.model.inputs import Inputs
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
@click.option("--quiet", "-q", is_flag=True, help="Only the verdict line, and problems.")
def audit_command(
    path: str,
    policies: tuple[str, ...],
    as_of: date | None,
    through: date | None,
    words: tuple[str, ...],
    plan: bool,
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
    return _audit(find_inputs(path), policies, day, through, outputs, plan=plan, quiet=quiet)


def _audit(
    path: os.PathLike[str],
    policies: Sequence[str],
    day: date,
    through: date | None,
    outputs: list[Output],
    *,
    plan: bool,
    quiet: bool,
) -> int:
    begun = time.monotonic()
    with progress("reading and comparing", quiet=quiet):
        from fairoffer.model.inputs import load_inputs

        inputs = load_inputs(os.fspath(path), policies)
        refuse_to_overwrite(outputs, (os.path.join(inputs.directory, file.path) for file in inputs.files))
        for warning in inputs.warnings:
            say(warning)
        if plan:
            return _plan(inputs, day, through)
        from fairoffer.verdict import judge

        result = judge(inputs, day, through)
    if not quiet:
        _say_what_ran(result, time.monotonic() - begun)
    return gravest((result.exit_code, write_outputs(result, outputs, quiet=quiet, directory=inputs.directory)))


def _say_what_ran(result: Result, seconds: float) -> None:
    until = f" through {result.through}" if result.through else ""
    policies = ", ".join(policy.id for policy in result.policies)
    say(f"judged as of {result.as_of}{until} under {policies} in {seconds:.2f} s")


def progress(text: str, *, quiet: bool) -> AbstractContextManager[object]:
    """A spinner on a terminal, nothing anywhere else."""
    if quiet or not colour_wanted(sys.stderr):
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(text)


def _plan(inputs: Inputs, day: date, through: date | None) -> int:
    from fairoffer.audit.plan import plan

    rows = plan(inputs, day, through)
    lines = [f"who is compared with whom on {day}" + (f" through {through}" if through else "")]
    for row in rows:
        lines.extend(_plan_lines(row))
    unpaired = sum(bool(row.get("unpaired")) for row in rows)
    lines.append(f"\n{len(rows)} to compare, {unpaired} of them without a counterpart. No verdict was reached.")
    to_stdout("\n".join(lines))
    return 0


def _plan_lines(row: Mapping[str, Any]) -> list[str]:
    """One row of the plan: a heading, and a line for each thing that is known about it."""
    place = ", ".join(f"{name}={value}" for name, value in dict(row.get("place") or {}).items())
    heading = " / ".join(str(part) for part in (row.get("product"), row.get("segment"), place) if part)
    lines = ["", plain(heading)]
    for key in ("moment", "held", "reach", "comparator", "assumed", "unpaired"):
        value = row.get(key)
        if value not in (None, "", [], (), {}):
            lines.append(f"  {key:<11}{plain(_in_words(value))}")
    return lines


def _in_words(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={_in_words(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(_in_words(item) for item in value)
    return str(value)
