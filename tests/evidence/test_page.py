"""docs/evidence.md: its commands run in order in one folder, and what it shows is what they print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from fairoffer import __version__
from fairoffer.cli.main import main
from tests.evidence.test_pack import ORDER

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXIT = re.compile(r"#\s*exit (\d+)\s*$")


@pytest.fixture
def text(root: Path) -> str:
    return (
        (root / "docs" / "evidence.md")
        .read_text(encoding="utf-8")
        .replace("fairoffer 0.1.0", f"fairoffer {__version__}")
    )


def test_the_page_from_start_to_end(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(tmp_path)
    printed, ran = "", 0
    for kind, file, body in BLOCK.findall(text):
        if kind == "yaml":
            (tmp_path / file).write_text(body, encoding="utf-8")
        elif kind == "text":
            assert body.rstrip("\n") in printed
        else:
            printed = ""
            for line in body.splitlines():
                program, *arguments = shlex.split(line, comments=True)
                expected = EXIT.search(line)
                assert program == "fairoffer"
                assert main(arguments) == (int(expected[1]) if expected else 0), line
                printed += capfdbinary.readouterr().out.decode()
                ran += 1
    assert ran == 6


def test_the_table_names_every_file_in_order(text: str) -> None:
    named = re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)
    assert named == [name.replace("best-offer", "…") for name in ORDER]
