"""The command line: argv to exit code, one module a command. It decides nothing about offers."""

import sys


def entry() -> None:
    """Run the command that the program was called with and leave with its exit code."""
    from fairoffer.cli.main import main

    sys.exit(main())
