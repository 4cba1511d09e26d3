"""`fairoffer import`: other people's catalogs become ours."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from fairoffer.cli.arguments import as_day
from fairoffer.cli.terminal import say


@click.group("import")
def import_group() -> None:
    """Turn a published catalog into a fairoffer catalog."""


@import_group.command("cdr-energy")
@click.argument("files", nargs=-1, required=True, metavar="FILES...")
@click.option("-o", "--output", required=True, metavar="CATALOG", help="The catalog to write (.ndjson or .ndjson.gz).")
@click.option("--as-of", type=as_day, required=True, metavar="DATE", help="The day on which the plans were published.")
@click.option("--usage-kwh", metavar="KWH", help="Electricity used in a year, for the cost of a plan.")
@click.option("--usage-mj", metavar="MJ", help="Gas used in a year, for the cost of a plan.")
def cdr_energy_command(
    files: tuple[str, ...], output: str, as_of: date, usage_kwh: str | None, usage_mj: str | None
) -> int:
    """Import energy plans published under Australia's Consumer Data Right."""
    raise click.UsageError("cdr-energy: not in this version")


__all__ = ["Path", "import_group", "say"]
