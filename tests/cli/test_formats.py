"""Every format through the real command: audit, diff and convert; and what the steps of a workflow are told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from fairoffer.cli.outputs import root_of
from fairoffer.model.result import Result
from tests.cli.command import Run

Make = Callable[..., Path]
DAY = ("--as-of", "2026-11-21")
PLACED = ("sarif", "gitlab", "github")


@pytest.fixture
def repository(tmp_path: Path, make_audit: Make, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory `offers/uk` in what looks like a repository; nothing of git is run."""
    top = tmp_path / "repository"
    (top / ".git").mkdir(parents=True)
    shutil.copytree(make_audit(), top / "offers" / "uk")
    monkeypatch.chdir(top)
    monkeypatch.delenv("GITHUB_OUTPUT", raising=False)
    return top


def path_in(format: str, text: str) -> str:
    """The path of the first finding."""
    if format == "sarif":
        location = json.loads(text)["runs"][0]["results"][0]["locations"][0]
        return str(location["physicalLocation"]["artifactLocation"]["uri"])
    if format == "gitlab":
        return str(json.loads(text)[0]["location"]["path"])
    return text.splitlines()[1].partition("file=")[2].partition(",")[0]


@pytest.mark.parametrize("format", PLACED)
def test_paths_are_those_of_the_repository(
    run: Run, repository: Path, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = run("audit", "offers/uk", *DAY, "-q", "-o", f"{format}=-")
    assert (made.code, path_in(format, made.out)) == (1, "offers/uk/catalog.yaml")
    monkeypatch.chdir(repository / "offers" / "uk")
    made = run("audit", *DAY, "-q", "-o", f"{format}=-", "-o", "result.json")
    assert path_in(format, made.out) == "offers/uk/catalog.yaml"
    again = run("convert", "result.json", "-o", f"{format}=-")
    assert (again.code, again.out) == (0, made.out)
    monkeypatch.chdir(repository)
    again = run("convert", "offers/uk/result.json", "--dir", "offers/uk", "-o", f"{format}=-")
    assert again.out == made.out


def test_a_catalog_file_stands_in_its_directory(run: Run, repository: Path) -> None:
    made = run("audit", "offers/uk/catalog.yaml", *DAY, "-q", "-o", "gitlab=-")
    assert path_in("gitlab", made.out) == "offers/uk/catalog.yaml"


def test_where_a_directory_stands(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert root_of("offers/uk") == "offers/uk"
    assert root_of(".") == ""
    worktree = tmp_path / "worktree"
    (worktree / "a").mkdir(parents=True)
    (worktree / ".git").write_text("gitdir: elsewhere", encoding="utf-8")  # as in a worktree or a submodule
    assert root_of(worktree / "a") == "a"
    (tmp_path / "plain" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "plain")
    assert root_of("b") == "b"
    assert root_of(tmp_path) == tmp_path.resolve().as_posix()


def test_a_diff_in_every_format(run: Run, repository: Path) -> None:
    shutil.copytree(repository / "offers" / "uk", repository / "before")
    catalog = repository / "offers" / "uk" / "catalog.yaml"
    catalog.write_text(catalog.read_text(encoding="utf-8").replace('"20.00"', '"15.00"'), encoding="utf-8")
    files = ["d.json", "d.html", "d.csv", "d.md", "d.sarif", "d.parquet", "d.txt"]
    files += ["junit=d.xml", "gitlab=d.quality", "github=d.commands"]
    made = run("diff", "offers/uk", "--against", "before", *DAY, *(f"-o{file}" for file in files))
    assert made.code == 1, made.err
    result = Result.load("d.json")
    assert result.base is not None
    assert result.base.failing > 0
    assert int(ElementTree.parse("d.xml").getroot().get("failures", "0")) == result.base.failing
    assert path_in("github", Path("d.commands").read_text(encoding="utf-8")) == "offers/uk/catalog.yaml"
    assert path_in("sarif", Path("d.sarif").read_text(encoding="utf-8")) == "offers/uk/catalog.yaml"
    assert path_in("gitlab", Path("d.quality").read_text(encoding="utf-8")) == "offers/uk/catalog.yaml"
    failing = {one.id for one in result.findings if one.fails}
    for name in ("d.html", "d.csv", "d.md", "d.sarif", "d.txt"):
        assert [one for one in failing if one not in Path(name).read_text(encoding="utf-8")] == [], name
    again = run("convert", "d.json", "--dir", "offers/uk", "-o", "again.sarif", "-o", "again.md", "-q")
    assert again.code == 0
    for suffix in ("sarif", "md"):
        assert Path(f"again.{suffix}").read_bytes() == Path(f"d.{suffix}").read_bytes()


def test_later_steps_are_told(run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = repository / "outputs"
    told.write_text("before=1\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_OUTPUT", str(told))
    made = run("audit", "offers/uk", *DAY, "-q", "-o", "github=commands", "-o", "result.json")
    result = Result.load("result.json")
    lines = dict(line.split("=", 1) for line in told.read_text(encoding="utf-8").splitlines())
    assert lines == {
        "before": "1",
        "verdict": "failed",
        "findings": str(result.totals.findings),
        "waived": "0",
        "coverage": "1.0000",
    }
    assert made.code == 1
    told.unlink()
    run("audit", "offers/uk", *DAY, "-q", "-o", "x.sarif")  # no annotations asked for: this is no such step
    assert not told.exists()


def test_outputs_that_cannot_be_told_are_a_failed_output(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_OUTPUT", str(repository / "none" / "outputs"))
    made = run("audit", "offers/uk", *DAY, "-q", "-o", "github=commands", "-o", "result.json")
    assert made.code == 1  # never hidden by an output
    assert "cannot be written" in made.err
    assert run("convert", "result.json", "-o", "github=commands").code == 5
