"""The one place where an ending becomes an exit code.

    0 passed · 1 failed · 2 the command or a configuration is wrong · 3 an input cannot be used
    4 not proven · 5 an output could not be written · 70 our bug · 130 interrupted

Commands return 0, 1, 4 or 5; everything else arrives here as an exception that knows its code.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence

import click

from fairoffer import __version__
from fairoffer.cli.audit import audit_command
from fairoffer.cli.convert import convert_command
from fairoffer.cli.diff import diff_command
from fairoffer.cli.evidence import evidence_command
from fairoffer.cli.explain import explain_command
from fairoffer.cli.imports import import_group
from fairoffer.cli.init import init_command
from fairoffer.cli.rules import rules_command
from fairoffer.cli.schema import schema_command
from fairoffer.cli.synth import synth_command
from fairoffer.cli.terminal import forgive_encoding, say
from fairoffer.cli.test import test_command
from fairoffer.cli.verify import verify_command
from fairoffer.cli.waivers import waivers_group
from fairoffer.errors import FairofferError

USAGE = 2
BUG = 70
INTERRUPTED = 130


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 passed, 1 failed, 2 wrong command or configuration, 3 unusable input, 4 not proven, "
    "5 an output could not be written, 70 a bug in fairoffer.",
)
@click.version_option(__version__, prog_name="fairoffer")
def fairoffer() -> None:
    """Find where customers who stayed get worse terms than a stranger.

    Start with `fairoffer init DIR`, then `fairoffer audit DIR`.
    """


for _command in (
    audit_command,
    diff_command,
    explain_command,
    rules_command,
    test_command,
    convert_command,
    evidence_command,
    verify_command,
    schema_command,
    init_command,
    synth_command,
    import_group,
    waivers_group,
):
    fairoffer.add_command(_command)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; never raises."""
    forgive_encoding()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(arguments)
    except FairofferError as error:
        say(error)
        return error.exit_code
    except KeyboardInterrupt:
        say("fairoffer: interrupted; nothing more was written")
        return INTERRUPTED
    except BaseException as error:  # a panic inside polars is no Exception
        return _our_bug(error)


def _run(arguments: list[str]) -> int:
    """Parse and invoke. click's own `main` is not used: it would turn a closed pipe into exit 1, our "failed"."""
    try:
        with fairoffer.make_context("fairoffer", arguments) as context:
            code = fairoffer.invoke(context)
    except click.exceptions.Exit as ending:
        return ending.exit_code
    except click.ClickException as error:
        _show(error)
        return USAGE
    except BrokenPipeError:  # the reader of a help page has seen enough
        return 0
    return code if isinstance(code, int) else 0


def _show(error: click.ClickException) -> None:
    """A usage error as click words it, but with the escapes that hostile arguments need."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        say(error.format_message())
        return
    context = getattr(error, "ctx", None)
    if context is not None:
        say(context.get_usage())
        say(f"Try '{context.command_path} --help' for help.")
    say(f"fairoffer: {error.format_message()}")


def _our_bug(error: BaseException) -> int:
    say("".join(traceback.format_exception(error)).rstrip())
    say(f"fairoffer: this is a bug in fairoffer {__version__}, not in your files; please report the lines above.")
    return BUG
