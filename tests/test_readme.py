"""What the README shows, works: its commands are run in order in one folder, and its case passes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from fairoffer import __version__
from fairoffer.cli.main import main
from tests.runner import Machine, git

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXIT = re.compile(r"#\s*exit (\d+)\s*$")


@pytest.fixture(scope="module")
def readme() -> str:
    return (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return [body for kind, body in BLOCK.findall(text) if kind == language]


def test_the_commands_run(readme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cases").mkdir()
    (case,) = [block for block in blocks(readme, "yaml") if block.startswith("fairoffer: case/1")]
    (tmp_path / "cases" / "newcomer.yaml").write_text(case, encoding="utf-8")
    endings = {}
    for line in "".join(blocks(readme, "sh")).splitlines():
        program, *arguments = shlex.split(line, comments=True)
        if program == "fairoffer":
            expected = EXIT.search(line)
            endings[line] = (main(arguments), int(expected[1]) if expected else 0)
    assert {line: ending for line, ending in endings.items() if ending[0] != ending[1]} == {}
    assert len(endings) >= 10
    assert (tmp_path / "report.html").stat().st_size > 10_000


def test_the_make_targets_exist(readme: str, root: Path) -> None:
    targets = re.findall(r"^([a-z]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = re.findall(r"^make (\w+)", "".join(blocks(readme, "sh")), re.MULTILINE)
    assert named
    assert set(named) <= set(targets)


@pytest.mark.parametrize("event, kind, code", [("pull_request", "diff", 0), ("schedule", "audit", 1)])
def test_ci_in_five_lines(readme: str, root: Path, tmp_path: Path, event: str, kind: str, code: int) -> None:
    """Its steps are run on a catalog that had findings before the pull request, which changes nothing that matters."""
    (text,) = [block for block in blocks(readme, "yaml") if "actions/checkout" in block]
    assert len(text.splitlines()) == 5
    checkout, step = yaml.safe_load(text)
    assert list(checkout) == ["uses"]
    assert step["uses"] == f"OWNER/fairoffer@v{__version__}"
    place = tmp_path / "checkout"
    place.mkdir()
    git(place, "init", "-q")
    assert main(["init", str(place / step["with"]["directory"])]) == 0
    git(place, "add", "-A")
    git(place, "commit", "-q", "-m", "before")
    before = git(place, "rev-parse", "HEAD")
    git(place, "commit", "-q", "--allow-empty", "-m", "after")
    happened = {"pull_request": {"base": {"sha": before}, "head": {"sha": git(place, "rev-parse", "HEAD")}}}
    machine = Machine(place, tmp_path / "temporary", happened if event == "pull_request" else {})
    ran = machine.run(root / "action.yml", **step["with"])
    assert ran.code == code, ran.log
    assert ran.commands[0].startswith(kind)
    assert (place / "fairoffer.html").stat().st_size > 10_000


def test_the_exit_codes_are_all_there(readme: str) -> None:
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", readme, re.MULTILINE)] == [0, 1, 2, 3, 4, 5, 70]
