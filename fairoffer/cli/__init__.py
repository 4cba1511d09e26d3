"""The command line: argv to exit code, one module a command. It decides nothing about offers."""

import gc
import signal
import sys


def entry() -> None:
    """Run the command that the program was called with and leave with its exit code."""
    # Libraries, catalogs and results are all kept to the end: looking for garbage every 700 objects takes a
    # tenth of a small run and finds nothing.
    gc.set_threshold(100_000, 50, 100)
    # Whoever is asked to end puts away what is half written, as when interrupted.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    from fairoffer.cli.main import main

    sys.exit(main())
