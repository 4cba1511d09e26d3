"""Files that are there whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from fairoffer.errors import OutputError


def replace(path: Path, data: bytes) -> None:
    """Put `data` at `path` in one step; on failure, or when killed, the old file stands and no part of the new one.

    Raises:
        OutputError: with the file's name and the system's reason.
    """
    try:
        target = Path(os.path.realpath(path))
        if target.exists() and not stat.S_ISREG(target.stat().st_mode):
            if target.is_dir():
                raise IsADirectoryError(None, "is a directory")
            target.write_bytes(data)  # a pipe or a device, such as /dev/null, is written into and never replaced
            return
        _replace_file(target, data)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"{path}: cannot be written: {reason}") from error


def _replace_file(target: Path, data: bytes) -> None:
    """Write beside the target, then rename. Where the system can, the file has no name until it is complete."""
    beside = target.with_name(f".{target.name[:80]}.{secrets.token_hex(6)}.tmp")
    try:
        _write_nameless(beside, data) or _write_named(beside, data)
        os.replace(beside, target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _write_nameless(beside: Path, data: bytes) -> bool:
    """Write a file without a name and name it `beside` at the end; False where that is not to be had.

    A process that is killed meanwhile leaves nothing behind.
    """
    if not hasattr(os, "O_TMPFILE"):
        return False
    try:
        handle = os.open(beside.parent, os.O_TMPFILE | os.O_WRONLY, 0o666)
    except OSError:
        return False
    with os.fdopen(handle, "wb") as file:
        _fill(file.fileno(), data)
        try:
            os.link(f"/proc/self/fd/{file.fileno()}", beside, follow_symlinks=True)
        except OSError:
            return False
    return True


def _write_named(beside: Path, data: bytes) -> bool:
    handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
    with os.fdopen(handle, "wb") as file:
        _fill(file.fileno(), data)
    return True


def _fill(handle: int, data: bytes) -> None:
    """All the bytes, on the disk: a rename must not get there before its content."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]
    os.fsync(handle)
