"""`fairoffer init`: a small example that audits, to be changed into one's own."""

from __future__ import annotations

import os
import shlex
from importlib.resources import files
from pathlib import Path

import click

from fairoffer.cli.arguments import refuse_empty
from fairoffer.cli.terminal import say
from fairoffer.errors import OutputError


def _book() -> Path:
    from fairoffer.model.shipped import find_fixture

    return find_fixture("customer-book")


@click.command("init")
@click.argument("directory", metavar="DIR")
@click.option("--csv", "table", is_flag=True, help="Offers as a table: offers.csv beside a short catalog.yaml.")
@click.option("--book", is_flag=True, help="Customers row by row: made-up ones, and the book.yaml that maps them.")
def init_command(directory: str, table: bool, book: bool) -> int:
    """Write a small example audit into DIR.

    DIR is made if it is not there; nothing is ever overwritten.
    """
    refuse_empty(directory)
    if table and book:
        raise click.UsageError("--csv and --book are two examples; choose one")
    place = Path(directory)
    starter = _book() if book else files("fairoffer.cli").joinpath("starter_csv" if table else "starter")
    texts = {place / item.name: item.read_text("utf-8") for item in sorted(starter.iterdir(), key=lambda one: one.name)}
    taken = [str(path) for path in texts if os.path.lexists(path)]
    if taken:
        raise click.UsageError(f"{', '.join(taken)}: already there; nothing was written")
    try:
        place.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            with open(path, "x", encoding="utf-8", newline="") as file:
                file.write(text)
            say(f"wrote {path}")
    except OSError as error:
        raise OutputError(f"{error.filename or place}: cannot be written: {error.strerror or error}") from error
    say(f"next: fairoffer audit {shlex.quote(directory)}")
    return 0
