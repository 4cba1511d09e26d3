"""`fairoffer test`: run worked cases."""

from __future__ import annotations

import click

from fairoffer.cli.arguments import refuse_empty
from fairoffer.cli.outputs import gravest, to_stdout
from fairoffer.cli.terminal import plain, say
from fairoffer.errors import FairofferError


@click.command("test")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
def test_command(paths: tuple[str, ...]) -> int:
    """Run the worked cases (YAML) in files, or under directories.

    Prints one line for each failure; exits 0 when all passed and 1 otherwise. A file that is no case, or whose inputs
    are wrong, ends the run with 2 or 3 once the others have run.
    """
    refuse_empty(*paths)
    from fairoffer.cases import find_cases, run_file

    lines: list[str] = []
    codes = [0]
    passed = failed = 0
    for path in find_cases(paths):
        try:
            report = run_file(path)
        except FairofferError as error:
            say(error)
            codes.append(error.exit_code)
            failed += 1
            continue
        passed += report.passed
        failed += not report.passed
        lines.extend(f"{fault} ({report.name})" for fault in report.faults)
    lines.append(f"{passed} passed, {failed} failed")
    to_stdout("\n".join(plain(line) for line in lines))
    return gravest([*codes, 1 if failed else 0])
