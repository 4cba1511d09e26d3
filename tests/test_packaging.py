"""Policies and demos are found however the package came to be there: from a wheel, editable, from a checkout."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

LOOK = """
import json, sys
from pathlib import Path
import fairoffer
from fairoffer.model.inputs import find_fixture, shipped_policies
from fairoffer.cli.main import main
names = ("broadband", "savings", "home-insurance", "spreadsheet", "fair", "customer-book")
demos = {name: str(find_fixture(name)) for name in names}
print(json.dumps({
    "package": fairoffer.__file__, "policies": [policy.id for policy in shipped_policies()], "demos": demos,
    "there": [name for name, path in demos.items() if Path(path).is_dir()],
}))
"""
DEMOS = ["broadband", "savings", "home-insurance", "spreadsheet", "fair", "customer-book"]


def run(*arguments: str | Path, cwd: Path) -> str:
    done = subprocess.run([sys.executable, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def pip(*arguments: str | Path, cwd: Path) -> str:
    return run("-m", "pip", "--disable-pip-version-check", "--quiet", *arguments, cwd=cwd)


def look(place: Path, cwd: Path) -> dict[str, object]:
    """What a fresh interpreter sees that has `place` first on its path, .pth files obeyed, and no checkout under it."""
    first = f"import sys, site; site.addsitedir({str(place)!r})\nsys.path.insert(0, sys.path.pop())\n"
    found: dict[str, object] = json.loads(run("-I", "-c", first + LOOK, cwd=cwd))
    return found


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling")
    place = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", place, root, cwd=place)
    (built,) = place.glob("*.whl")
    return built


def test_from_a_checkout(root: Path, tmp_path: Path) -> None:
    seen = look(root, tmp_path)
    assert seen["package"] == str(root / "fairoffer" / "__init__.py")
    assert "best-offer" in seen["policies"]  # type: ignore[operator]
    assert seen["there"] == DEMOS


@pytest.mark.slow
def test_from_a_wheel(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "installed"
    pip("install", "--no-deps", "--no-index", "--target", place, wheel, cwd=tmp_path)
    seen = look(place, tmp_path)
    assert seen["package"] == str(place / "fairoffer" / "__init__.py")
    assert "best-offer" in seen["policies"]  # type: ignore[operator]
    assert seen["there"] == DEMOS
    assert all(path.startswith(str(place)) for path in seen["demos"].values())  # type: ignore[attr-defined]


@pytest.mark.slow
def test_editable(root: Path, tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    place = tmp_path / "installed"
    pip(
        *("install", "--no-deps", "--no-index", "--no-build-isolation", "--target", place, "--editable", root),
        cwd=tmp_path,
    )
    seen = look(place, tmp_path)
    assert seen["package"] == str(root / "fairoffer" / "__init__.py")
    assert "best-offer" in seen["policies"]  # type: ignore[operator]
    assert seen["there"] == DEMOS


@pytest.mark.slow
def test_what_the_wheel_holds(wheel: Path, root: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for path in root.glob("fairoffer/**/*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert path.relative_to(root).as_posix() in names
    assert "fairoffer/policies/best-offer.yaml" in names
    assert not [name for name in names if name.startswith(("tests/", "fairoffer/fixtures/invalid"))]
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_one_version(root: Path) -> None:
    import fairoffer

    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    assert project["tool"]["hatch"]["version"]["path"] == "fairoffer/__init__.py"
    assert fairoffer.__version__.count(".") == 2
