"""`fairoffer convert`: show a saved result again, without its inputs."""

from __future__ import annotations

import click

from fairoffer.cli.arguments import OUTPUT_HELP, as_outputs
from fairoffer.cli.outputs import refuse_to_overwrite, write_outputs


@click.command("convert")
@click.argument("result", metavar="RESULT")
@click.option(
    "-o",
    "--output",
    "words",
    multiple=True,
    metavar="FILE|FORMAT=FILE|-",
    help=OUTPUT_HELP,
)
@click.option(
    "--dir", "directory", metavar="DIR", default=".", help="The audited directory, for formats that point at its lines."
)
@click.option("--quiet", "-q", is_flag=True, help="Only the verdict line, and problems.")
def convert_command(result: str, words: tuple[str, ...], directory: str, quiet: bool) -> int:
    """Render a saved result (JSON) in other formats.

    Without -o it prints the text summary. The exit code says whether the rendering worked, not the verdict.
    """
    outputs = as_outputs(words)
    refuse_to_overwrite(outputs, [result])
    from fairoffer.model.result import Result

    return write_outputs(Result.load(result), outputs, quiet=quiet, directory=directory)
