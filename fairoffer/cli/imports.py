"""`fairoffer import`: other people's catalogs become ours."""

from __future__ import annotations

import glob
import os
from datetime import date
from decimal import Decimal, InvalidOperation

import click

from fairoffer.cli.arguments import as_day
from fairoffer.cli.outputs import to_stdout
from fairoffer.cli.terminal import plain, say
from fairoffer.collector import resting


def as_usage(word: str) -> Decimal:
    """A quantity such as 4000 or 3500.5.

    Raises:
        click.BadParameter: anything else.
    """
    try:
        usage = Decimal(word)
    except InvalidOperation:
        usage = Decimal("NaN")
    if not usage.is_finite():
        raise click.BadParameter(f"{word!r} is not a quantity; write it as 4000")
    return usage


@click.group("import")
def import_group() -> None:
    """Turn a published catalog into a fairoffer catalog."""


@import_group.command("cdr-energy")
@click.argument("files", nargs=-1, required=True, metavar="FILES...")
@click.option("-o", "--output", required=True, metavar="CATALOG", help="The catalog to write: .ndjson or .ndjson.gz.")
@click.option("--as-of", type=as_day, required=True, metavar="DATE", help="The day on which the plans were published.")
@click.option("--usage-kwh", type=as_usage, default="4000", metavar="KWH", help="Electricity used in a year (4000).")
@click.option("--usage-mj", type=as_usage, default="30000", metavar="MJ", help="Gas used in a year (30000).")
def cdr_energy_command(files: tuple[str, ...], output: str, as_of: date, usage_kwh: Decimal, usage_mj: Decimal) -> int:
    """Import energy plans published under Australia's Consumer Data Right.

    FILES are plan details as published: JSON, or one a line, gzipped or not. Prints what was read and what was left
    out.
    """
    paths = find_files(files)
    if os.path.realpath(output) in map(os.path.realpath, paths):
        raise click.UsageError(f"-o {output}: that is a file to import and would be overwritten")
    from fairoffer.imports.cdr_energy import import_plans
    from fairoffer.imports.writer import write_lines

    plans = import_plans(paths, as_of, usage_kwh, usage_mj)
    with resting():
        write_lines(output, plans)
    to_stdout("\n".join(plain(line) for line in plans.summary.lines()))
    say(f"wrote {output}")
    return 0


def find_files(words: tuple[str, ...]) -> list[str]:
    """The files that words or patterns mean; a pattern that the shell has left may match several.

    Raises:
        click.UsageError: a pattern that matches nothing.
    """
    found: list[str] = []
    for word in words:
        matches = [word] if os.path.lexists(word) or not glob.has_magic(word) else sorted(glob.glob(word))
        if not matches:
            raise click.UsageError(f"{word}: the pattern matches nothing")
        found.extend(matches)
    return found
