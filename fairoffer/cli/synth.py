"""`fairoffer synth`: a made-up book of any size, in which what there is to find is known."""

from __future__ import annotations

import shlex
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from fairoffer.book.synth_market import LEAST_OFFERS, MOST_OFFERS, MOST_ROWS, PENALTIES, Plan
from fairoffer.cli.arguments import refuse_empty
from fairoffer.cli.terminal import say

WHOLE = 1 << 32


def as_share(word: str) -> int:
    """A share such as 0.0001, counted in rows of 2**32.

    Raises:
        click.BadParameter: no number from 0 to 1, or one so small that no row would be it.
    """
    try:
        share = Decimal(word)
    except InvalidOperation:
        share = Decimal("NaN")
    if not (share.is_finite() and 0 <= share <= 1):
        raise click.BadParameter(f"{word!r} is not a share from 0 to 1; write one row in 10,000 as 0.0001")
    rows = int(share * WHOLE)
    if share and not rows:
        raise click.BadParameter(f"{word!r} is too small a share; the smallest is one row in {WHOLE:,}")
    return rows


@click.command("synth")
@click.argument("directory", metavar="[DIR]", default=".")
@click.option("--rows", type=click.IntRange(1, MOST_ROWS), required=True, metavar="N", help="How many customers.")
@click.option("--seed", type=int, default=1, metavar="S", help="Another number, other customers (1).")
@click.option("--broken", type=as_share, default="0", metavar="SHARE", help="Share of rows to break, such as 0.0001.")
@click.option(
    "--offers",
    type=click.IntRange(LEAST_OFFERS, MOST_OFFERS),
    default=600,
    metavar="N",
    help="How many offers the catalog has (600).",
)
@click.option(
    "--penalty",
    type=click.Choice(PENALTIES),
    default=PENALTIES[0],
    help="walk: some pay more each year that they stay (default); none: nobody does.",
)
@click.option("--force", is_flag=True, help="Overwrite files of an earlier run.")
def synth_command(directory: str, rows: int, seed: int, broken: int, offers: int, penalty: str, force: bool) -> int:
    """Make up a book of customers in which what there is to find is known.

    Writes customers.parquet, one row a customer, catalog.yaml, and planted.json with the exact penalty that was
    planted: what a rule has to find, to the ten-thousandth. The same options make the same rows everywhere.
    """
    refuse_empty(directory)
    from fairoffer.book.synth import write_book

    chosen = next(one for one in PENALTIES if one == penalty)
    for path in write_book(Path(directory), Plan(rows, seed, broken, offers, chosen), force=force):
        say(f"wrote {path}")
    say(f"what was planted: {shlex.quote(str(Path(directory) / 'planted.json'))}")
    return 0
