"""`fairoffer evidence`: a saved result and all that belongs to it, as one file to keep."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fairoffer.cli.arguments import STDOUT, refuse_empty
from fairoffer.cli.outputs import to_stdout
from fairoffer.cli.terminal import plain, say

if TYPE_CHECKING:
    from fairoffer.model.result import Result


@click.command("evidence")
@click.argument("result", metavar="RESULT")
@click.option("-o", "--output", "pack", required=True, metavar="PACK", help="The pack to write: a .zip file, or -.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but problems.")
def evidence_command(result: str, pack: str, quiet: bool) -> int:
    """Pack a saved result (JSON) as evidence: one ZIP file.

    It holds the result byte for byte, report, tables, policies as read, waivers as used, the SHA-256 of all inputs,
    versions, and a manifest. The same result gives the same bytes. The exit code says whether the pack was written,
    not the verdict. `fairoffer verify` checks a pack.
    """
    refuse_empty(result, pack)
    if pack != STDOUT and not pack.lower().endswith(".zip"):
        raise click.UsageError(f"-o {pack}: a pack is a .zip file")
    if os.path.realpath(pack) == os.path.realpath(result):
        raise click.UsageError(f"-o {pack}: that is the result and would be overwritten")
    from fairoffer.evidence.archive import read
    from fairoffer.evidence.pack import own_versions
    from fairoffer.evidence.pack import pack as packed
    from fairoffer.model.result import VERSION, Result
    from fairoffer.model.saved import made_of

    raw = read(result)
    saved = made_of(Result, raw, result, VERSION)
    data = packed(raw, saved, rendered(saved), own_versions())
    digest = hashlib.sha256(data).hexdigest()
    if pack == STDOUT:
        to_stdout(data)
    else:
        from fairoffer.report.output import replace

        replace(Path(pack), data)
    if not quiet:
        line = f"wrote {pack}: {len(data)} bytes, SHA-256 {digest}"
        say(line) if pack == STDOUT else to_stdout(plain(line))
    return 0


def rendered(result: Result) -> dict[str, bytes]:
    """The files of a pack that people read."""
    from fairoffer.report import render
    from fairoffer.report.comparisons import render as comparisons

    made = {
        "report.html": render(result, "html"),
        "findings.csv": render(result, "csv"),
        "comparisons.csv": comparisons(result),
    }
    return {
        name: data if isinstance(data, bytes) else data.encode("utf-8", "backslashreplace")
        for name, data in made.items()
    }
