"""Rooms import downward only, and no file outgrows what can be read in one sitting."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

LONGEST = 400
FORBIDDEN_WORDS = ("unfair", "victim", "discrimination", "compliant")


def sources(root: Path) -> list[Path]:
    return sorted((root / "fairoffer").rglob("*.py"))


def test_the_layers_hold(root: Path) -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_module_in_no_layer_breaks_the_build(root: Path, tmp_path: Path) -> None:
    """`exhaustive` is what keeps a utils.py out: show that it bites."""
    package = tmp_path / "fairoffer"
    for path in sources(root):
        copy = package / path.relative_to(root / "fairoffer")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    (package / "utils.py").write_text("")
    (tmp_path / "pyproject.toml").write_bytes((root / "pyproject.toml").read_bytes())
    code = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "utils" in run.stdout


def test_no_file_is_too_long(root: Path) -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in sources(root)}
    assert {str(path): lines for path, lines in lengths.items() if lines > LONGEST} == {}


@pytest.mark.parametrize("word", FORBIDDEN_WORDS)
def test_conclusions_are_no_identifiers(root: Path, word: str) -> None:
    assert [str(path) for path in sources(root) if word in path.read_text("utf-8").lower()] == []


def test_money_is_never_a_float(root: Path) -> None:
    assert [str(path) for path in sources(root) if "float(" in path.read_text("utf-8")] == []


def test_nothing_names_a_package_registry(root: Path) -> None:
    hosts = ("pypi" + ".org", "python" + "hosted.org", "index" + "-url")
    files = [root / name for name in ("pyproject.toml", "Makefile", ".ci/run", "README.md")]
    assert [(path.name, host) for path in files if path.exists() for host in hosts if host in path.read_text()] == []
    assert [path.name for path in root.iterdir() if path.suffix == ".lock"] == []


def test_countries_regulators_and_laws_live_in_policies(root: Path) -> None:
    """Only what is imported from one country's format may name it."""
    names = (
        "UK IE EU Ireland Irish Britain British Dutch German Australian FCA ICOBS Ofcom Ofgem CBI AFM AER AEMC EIOPA"
    )
    found = re.compile(rf"\b({'|'.join(names.split())})\b")
    own = [path for path in sources(root) if "imports" not in path.parts and path.name != "imports.py"]
    assert [
        (str(path), found.findall(path.read_text("utf-8"))) for path in own if found.search(path.read_text("utf-8"))
    ] == []
