"""`fairoffer waivers`: see what was accepted, check that it still holds, and add to it."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fairoffer.cli.arguments import as_day, find_inputs, refuse_empty
from fairoffer.cli.outputs import to_stdout
from fairoffer.cli.terminal import plain, say

if TYPE_CHECKING:
    from fairoffer.model.result import Result

POLICY = click.option("--policy", "policies", multiple=True, metavar="ID|FILE", help="Policy to judge by; repeatable.")
AS_OF = click.option("--as-of", type=as_day, metavar="DATE", help="The day to judge (default: today).")
THROUGH = click.option(
    "--through", type=as_day, metavar="DATE", help="Also every later day on which something changes."
)


@click.group("waivers")
def waivers_group() -> None:
    """List, check and add waivers: findings accepted for a time."""


@waivers_group.command("list")
@click.argument("directory", metavar="[DIR]", default=".")
@POLICY
@AS_OF
@THROUGH
def list_command(directory: str, policies: tuple[str, ...], as_of: date | None, through: date | None) -> int:
    """List the waivers of an audit directory (default: this one).

    Audits it, and says of each entry whether it is used, over its cap, unused, expired or coming, how long it holds,
    who answers for it, and which findings it accepts. Exits 0 when it did its work.
    """
    result = _audited(directory, policies, as_of, through)
    from fairoffer.cli.waiver_lines import list_lines

    to_stdout("\n".join(plain(line) for line in list_lines(result)))
    return 0


@waivers_group.command("check")
@click.argument("directory", metavar="[DIR]", default=".")
@POLICY
@AS_OF
@THROUGH
@click.option("--quiet", "-q", is_flag=True, help="Only the first line, and problems.")
def check_command(
    directory: str, policies: tuple[str, ...], as_of: date | None, through: date | None, quiet: bool
) -> int:
    """Check that every waiver still holds.

    Exits 1 where an entry is expired, over its cap or unused. What expires within 30 days, and more than ten that
    expire on one day, are warnings. An entry that is malformed or approved by its own owner exits 2, as everywhere.
    """
    result = _audited(directory, policies, as_of, through)
    from fairoffer.cli.waiver_lines import check

    checked = check(result)
    to_stdout("\n".join(plain(line) for line in (checked.lines[:1] if quiet else checked.lines)))
    return 1 if checked.failed else 0


def _audited(directory: str, policies: tuple[str, ...], as_of: date | None, through: date | None) -> Result:
    """The result of an audit of the directory, whose `waivers` say what became of every entry.

    Raises:
        click.UsageError: it is no directory: waivers stand beside a catalog, and a catalog file alone has none.
    """
    day = as_of or date.today()
    if through is not None and through < day:
        raise click.UsageError(f"--through {through} is before the judged day, {day}")
    path = find_inputs(directory)
    if not path.is_dir():
        raise click.UsageError(f"{path}: waivers stand in the waivers.yaml of an audit directory; name the directory")
    from fairoffer.model.inputs import load_inputs
    from fairoffer.verdict import judge

    inputs = load_inputs(os.fspath(path), policies)
    for warning in inputs.warnings:
        say(warning)
    return judge(inputs, day, through)


@waivers_group.command("add")
@click.argument("finding", metavar="FINDING")
@click.argument("result", required=False, metavar="[RESULT]")
@click.option("--reason", required=True, metavar="TEXT", help="Why it is acceptable, in 20 characters or more.")
@click.option("--kind", required=True, metavar="WORD", help="Kind of reason, such as cost-difference or migration.")
@click.option("--owner", required=True, metavar="NAME", help="Who answers for it.")
@click.option("--approved-by", required=True, metavar="NAME", help="Who approved it; not the owner.")
@click.option(
    "--expires", type=as_day, metavar="DATE", help="Last day on which it holds (default: the latest there is)."
)
@click.option(
    "--cap",
    "caps",
    multiple=True,
    metavar="NAME[=VALUE]",
    help="Up to where it holds: money, percent, points, amount or customers; the value of today if none is given. "
    "Default: the gap of today. May be repeated.",
)
@click.option("--ticket", metavar="TEXT", help="Where it was discussed.")
@click.option("--as-of", type=as_day, metavar="DATE", help="The day on which it is created (default: that of RESULT).")
@click.option("--dir", "directory", default=".", metavar="DIR", help="The audit directory (default: this one).")
@click.option("--print", "only_print", is_flag=True, help="Only print the entry; write nothing.")
def add_command(
    finding: str,
    result: str | None,
    reason: str,
    kind: str,
    owner: str,
    approved_by: str,
    expires: date | None,
    caps: tuple[str, ...],
    ticket: str | None,
    as_of: date | None,
    directory: str,
    only_print: bool,
) -> int:
    """Add an entry for a finding to the waivers.yaml of an audit directory.

    The start of the finding's id is enough; it is looked up in RESULT, a saved result (default: result.json or
    out/result.json). Everything that stands in the file stays as it is; a file that is not there is begun. An entry
    holds for 180 days at most.
    """
    refuse_empty(directory)
    from fairoffer.cli.waiver_added import Wanted, add

    words = {"reason": reason, "kind": kind, "owner": owner, "approved_by": approved_by, "ticket": ticket}
    return add(Path(directory), finding, result, Wanted(words, caps, as_of, expires), only_print=only_print)
