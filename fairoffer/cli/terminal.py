"""The two streams: results on stdout, everything about the run on stderr.

Text from inputs is hostile until it is escaped: a control character would let an offer's name rewrite the screen.
"""

from __future__ import annotations

import os
import re
import sys
from typing import BinaryIO, TextIO

# C0 but tab and newline, C1, and the characters that hide text or turn its direction.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def plain(text: object) -> str:
    """`text` with what a terminal would obey, or not show, written as an escape."""
    return _UNSAFE.sub(lambda found: ascii(found[0])[1:-1], str(text))


def colour_wanted(stream: TextIO) -> bool:
    """Whether `stream` is a terminal whose user has not declined colour (NO_COLOR, TERM=dumb)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def say(text: object) -> None:
    """One message for the person at the keyboard, on stderr."""
    try:
        print(plain(text), file=sys.stderr, flush=True)
    except OSError:
        _silence(sys.stderr)


def emit(data: str | bytes) -> None:
    """The run's one result, on stdout; a reader that has gone away is no fault.

    Raises:
        OSError: stdout cannot be written, a full disk for instance.
    """
    try:
        if isinstance(data, bytes):
            _binary(sys.stdout).write(data)
        else:
            sys.stdout.write(data if data.endswith("\n") or not data else data + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _silence(sys.stdout)
    except OSError:
        _silence(sys.stdout)
        raise


def forgive_encoding() -> None:
    """Make a stream that cannot write a character write its escape instead of failing half-way."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _binary(stream: TextIO) -> BinaryIO:
    stream.flush()
    return stream.buffer


def _silence(stream: TextIO) -> None:
    """Point a stream that is gone at nowhere, so that the flush at exit does not fail a second time."""
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
