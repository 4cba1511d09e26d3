"""`fairoffer verify`: whether a pack is still what was packed, and whether its result can be computed again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import click

from fairoffer.cli.arguments import find_inputs, refuse_empty
from fairoffer.cli.outputs import to_stdout
from fairoffer.cli.terminal import plain

if TYPE_CHECKING:
    from fairoffer.evidence.check import Checked

DIFFERS = 1


@click.command("verify")
@click.argument("pack", metavar="PACK")
@click.argument("where", metavar="[DIR|CATALOG]", required=False)
@click.option("--quiet", "-q", is_flag=True, help="Only the first line.")
def verify_command(pack: str, where: str | None, quiet: bool) -> int:
    """Check an evidence pack; with DIR, run its audit again there.

    Names the first file that differs, is missing or was added, and checks that report and tables are what this version
    makes of the result. With the audit directory (or catalog) it runs the audit again, with the policies and days of
    the result, and says whether the result is the same byte for byte. Exits 0 if all is the same, 1 if something
    differs, 3 if the pack cannot be read.
    """
    refuse_empty(pack, *([] if where is None else [where]))
    path = None if where is None else find_inputs(where)
    from fairoffer.cli.evidence import rendered
    from fairoffer.evidence.archive import read
    from fairoffer.evidence.check import check

    data = read(pack)
    checked = check(data, pack, rendered)
    lines = [*_packed(checked), *(_unseen(checked) if path is None else [])]
    differences = [checked.difference] if checked.difference else []
    if path is not None and checked.result is not None and not differences:
        from fairoffer.evidence.again import run_again

        again = run_again(checked.raw, checked.result, path)
        differences = [f"run again on {where}, {one}" for one in again.differences]
        lines += again.notes
        if not differences:
            lines.append(f"run again on {where}: the same result, byte for byte")
    first = f"{pack}: {'differs: ' + differences[0] if differences else _same(checked)}"
    lines = [*(f"also: {one}" for one in differences[1:]), *lines, f"SHA-256 {hashlib.sha256(data).hexdigest()}"]
    to_stdout("\n".join(plain(line) for line in [first, *([] if quiet else (f"  {line}" for line in lines))]))
    return DIFFERS if differences else 0


def _unseen(checked: Checked) -> list[str]:
    """That a book's customers are in no pack, so that it alone does not say whether they are still the same."""
    if checked.result is None or checked.result.book is None or checked.difference:
        return []
    return ["not checked: the customers, who are in no pack; `fairoffer verify PACK DIR` reads them again"]


def _same(checked: Checked) -> str:
    return "as its manifest says; not checked further" if checked.not_checked else "same"


def _packed(checked: Checked) -> list[str]:
    """What is known of a pack that holds what it should."""
    if checked.result is None or checked.difference:
        return []
    result = checked.result
    catalog = f"{result.catalog.id}, " if result.catalog else ""
    until = f" through {result.through}" if result.through else ""
    return [
        f"{checked.files} files, as the manifest says",
        checked.not_checked or f"they are what fairoffer {checked.made_by} makes of the result",
        f"{catalog}judged on {result.as_of}{until}: {result.verdict}",
    ]
