"""Outputs are written whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fairoffer import report
from fairoffer.errors import OutputError
from fairoffer.model.result import Result
from fairoffer.report import output


@pytest.mark.parametrize("name", ["r.html", "r.json", "r.csv", "r.md", "r.txt", "r.parquet", "r.sarif", "R.HTML"])
def test_the_suffix_chooses_the_format(small: Result, tmp_path: Path, name: str) -> None:
    report.write(small, tmp_path / name)
    expected = report.render(small, report.SUFFIXES[Path(name).suffix.lower()])
    assert (tmp_path / name).read_bytes() == (expected if isinstance(expected, bytes) else expected.encode())
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_format_may_be_said(small: Result, tmp_path: Path) -> None:
    report.write(small, tmp_path / "summary", "text")
    assert (tmp_path / "summary").read_text(encoding="utf-8").startswith("Failed: ")


@pytest.mark.parametrize("name, format", [("r", None), ("r.pdf", None), ("r.html", "pdf")])
def test_an_unknown_format_is_refused(small: Result, tmp_path: Path, name: str, format: str | None) -> None:
    with pytest.raises(OutputError) as refused:
        report.write(small, tmp_path / name, format)
    assert refused.value.exit_code == 5
    assert not list(tmp_path.iterdir())


def test_a_folder_or_a_missing_folder_is_refused(small: Result, tmp_path: Path) -> None:
    (tmp_path / "folder.html").mkdir()
    for path in (tmp_path / "folder.html", tmp_path / "none" / "r.html", tmp_path / ("n" * 400 + ".html")):
        with pytest.raises(OutputError, match="cannot be written"):
            report.write(small, path)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.html"]


def test_permissions_are_those_of_any_new_file(small: Result, tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        report.write(small, tmp_path / "r.json")
    finally:
        os.umask(old)
    assert (tmp_path / "r.json").stat().st_mode & 0o777 == 0o644


def test_a_link_stays_a_link_and_a_device_a_device(small: Result, tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    report.write(small, tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").read_bytes() == small.to_json()
    report.write(small, "/dev/null", "json")
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize("nameless", [True, False])
def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nameless: bool) -> None:
    target = tmp_path / "r.html"
    target.write_text("old", encoding="utf-8")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    if not nameless:
        monkeypatch.delattr(os, "O_TMPFILE")
    with pytest.raises(OutputError, match="No space left"):
        output.replace(target, b"new" * 100)
    assert target.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["r.html"]


def test_without_nameless_files_it_writes_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "O_TMPFILE")
    output.replace(tmp_path / "r.html", b"new")
    assert (tmp_path / "r.html").read_bytes() == b"new"
    assert len(list(tmp_path.iterdir())) == 1


SLOW = """
import os, sys, time
from pathlib import Path
from fairoffer.report import output
write = os.write
def slowly(handle, data):
    done = write(handle, bytes(data[:1000]))
    print("writing", flush=True)
    time.sleep(0.05)
    return done
os.write = slowly
output.replace(Path(sys.argv[1]), b"new" * 1_000_000)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_write_leaves_nothing_half_written(tmp_path: Path, root: Path, how: signal.Signals) -> None:
    target = tmp_path / "r.html"
    target.write_text("old", encoding="utf-8")
    command = [sys.executable, "-c", SLOW, str(target)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"writing\n"
        time.sleep(0.1)
        process.send_signal(how)
        process.wait(timeout=20)
        assert process.returncode != 0
    assert target.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir() if path.stat().st_size] == ["r.html"]
