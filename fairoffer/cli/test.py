"""`fairoffer test`: run worked cases."""

from __future__ import annotations

import click

from fairoffer.cli.outputs import to_stdout
from fairoffer.cli.terminal import plain


@click.command("test")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
def test_command(paths: tuple[str, ...]) -> int:
    """Run the worked cases (YAML) in files, or under directories.

    Prints one line for each failure; exits 0 when all passed and 1 otherwise.
    """
    from fairoffer.cases import find_cases, run_file

    lines: list[str] = []
    passed = failed = 0
    for path in find_cases(paths):
        for report in run_file(path):
            passed += report.passed
            failed += not report.passed
            lines.extend(f"{report.at}: {report.name}: {fault}" for fault in report.faults)
    lines.append(f"{passed} passed, {failed} failed")
    to_stdout("\n".join(plain(line) for line in lines))
    return 1 if failed else 0
