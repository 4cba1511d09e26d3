"""A real PostgreSQL server for one test run, in a folder of its own, reached by a socket and by nobody else."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

USER, SECRET = "fo", "hunter2"


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, on the path or where Debian puts them."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "pg_ctl").exists() and (place / "initdb").exists()), None)


@contextmanager
def server(bin_: Path) -> Iterator[str]:
    """A server that runs; gives its URL. The server refuses to be root, so then it is nobody."""
    home = Path(tempfile.mkdtemp(prefix="fopg"))
    who = pwd.getpwnam("nobody") if os.geteuid() == 0 else None

    def call(*command: str | Path) -> None:
        subprocess.run(
            [str(part) for part in command],
            check=True,
            cwd=home,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=who.pw_uid if who else None,
            group=who.pw_gid if who else None,
        )

    try:
        (home / "word").write_text(SECRET)
        if who is not None:
            for path in (home, home / "word"):
                os.chown(path, who.pw_uid, who.pw_gid)
        data = home / "data"
        call(bin_ / "initdb", "-D", data, "-U", USER, "-A", "scram-sha-256", f"--pwfile={home / 'word'}", "--no-sync")
        options = f"-k {home} -c listen_addresses= -c fsync=off -c unix_socket_permissions=0777"
        call(bin_ / "pg_ctl", "-D", data, "-o", options, "-w", "-l", home / "log", "start")
        try:
            yield f"postgresql://{USER}:{SECRET}@/postgres?host={home}"
        finally:
            call(bin_ / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def run(url: str, statements: Sequence[str]) -> None:
    """Statements that change something, for a test to set up what it reads."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(url) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        connection.commit()
