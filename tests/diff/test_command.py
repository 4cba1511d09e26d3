"""`fairoffer diff` through the real command: its endings, its streams, its outputs, and what no input may do to it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.command import Run, fresh
from tests.diff.repo import CATALOG, DAY, FILES, SEGMENTS, commit, git, make, replace, write

CHEAPER = replace("catalog.yaml", ('"20.00", per: month', '"18.00", per: month'))
ON = ("--as-of", DAY.isoformat())


def test_passed(run: Run, tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    ending = run("diff", place, "--against", "HEAD", *ON)
    assert ending.code == 0, ending.err
    assert ending.out.startswith("Passed")
    assert "against HEAD (" in ending.err
    assert run("audit", place, *ON).code == 1, "all of it was there before"


def test_failed(run: Run, tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    CHEAPER(place)
    ending = run("diff", place, "--against", "HEAD", *ON)
    assert ending.code == 1, ending.err
    assert ending.out.startswith("Failed")
    assert "4 worsened" in ending.out
    quiet = run("diff", place, "--against=HEAD", *ON, "--quiet")
    assert (quiet.code, len(quiet.out.splitlines()), quiet.err) == (1, 1, "")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--against",),
        ("--against", "nowhere"),
        ("--against", ""),
        ("--against=--all",),
        ("--against", "HEAD", "--policy", "nobody"),
        ("--against", "HEAD", "--as-of", "today"),
        ("--against", "HEAD", "--as-of", "2026-11-21", "--through", "2026-11-20"),
        ("--against", "HEAD", "-o", "json"),
        ("--against", "HEAD", "-o", "catalog.yaml"),
        ("--against", "HEAD", "--no-such"),
    ],
)
def test_wrong_commands(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    monkeypatch.chdir(make(tmp_path / "repo"))
    ending = run("diff", *arguments)
    assert (ending.code, ending.out) == (2, ""), ending
    assert ending.err
    assert git(tmp_path / "repo", "status", "--porcelain") == ""


def test_unusable_input(run: Run, tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    write(place, {"catalog.yaml": CATALOG.replace("audience: new", "audience: now")})
    ending = run("diff", place, "--against", "HEAD", *ON)
    assert ending.code == 3
    assert "catalog.yaml:13" in ending.err
    assert "base:" not in ending.err
    commit(tmp_path / "repo")
    write(place, FILES)
    ending = run("diff", place, "--against", "HEAD", *ON)
    assert ending.code == 2
    assert "base:HEAD:offers/catalog.yaml:13" in ending.err
    assert run("diff", tmp_path / "nowhere", "--against", "HEAD").code == 3
    write(place, {"catalog.yaml": "x"})
    assert run("diff", place, "--against", "nowhere", *ON).code == 2, "a wrong command comes before a wrong input"


def test_not_proven(run: Run, tmp_path: Path) -> None:
    catalog = CATALOG.replace("audience: new", "audience: existing").replace("audience: any", "audience: existing")
    place = make(tmp_path / "repo", {**FILES, "catalog.yaml": catalog})
    ending = run("diff", place, "--against", "HEAD", *ON)
    assert ending.code == 4, ending.out + ending.err


def test_an_output_that_cannot_be_written_hides_no_failure(run: Run, tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    nowhere = tmp_path / "none" / "result.json"
    assert run("diff", place, "--against", "HEAD", *ON, "-o", nowhere).code == 5
    CHEAPER(place)
    assert run("diff", place, "--against", "HEAD", *ON, "-o", nowhere).code == 1


def test_outputs(run: Run, tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    CHEAPER(place)
    paths = [tmp_path / f"result.{suffix}" for suffix in ("json", "html", "csv", "md", "parquet")]
    words = [word for path in paths for word in ("-o", str(path))]
    assert run("diff", place, "--against", "HEAD", *ON, *words).code == 1
    data = json.loads(paths[0].read_bytes())
    assert (data["verdict"], data["exit_code"], data["base"]["failing"]) == ("failed", 1, 4)
    assert data["reasons"][0] == "4 worsened by this change."
    again = tmp_path / "again"
    again.mkdir()
    words = [word for path in paths for word in ("-o", str(again / path.name))]
    assert run("diff", place, "--against", "HEAD", *ON, *words).code == 1
    for path in paths:
        assert path.read_bytes() == (again / path.name).read_bytes()
        assert b"/fairoffer-" not in path.read_bytes()


def test_processes_agree_to_the_byte(tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    CHEAPER(place)
    seen = set()
    for seed, threads in (("0", "1"), ("7", "2")):
        env = {"PYTHONHASHSEED": seed, "POLARS_MAX_THREADS": threads}
        ending = fresh("diff", place, "--against", "HEAD", *ON, "-o", "json=-", env=env)
        assert ending.code == 1, ending.err
        seen.add(ending.out)
    assert len(seen) == 1


def test_no_output_takes_the_place_of_the_base(run: Run, tmp_path: Path) -> None:
    base = write(tmp_path / "base", FILES)
    head = write(tmp_path / "head", FILES)
    saved = tmp_path / "saved.json"
    assert run("audit", base, *ON, "-o", saved).code == 1
    for against, output in (
        (saved, saved),
        (base, f"json={base / 'catalog.yaml'}"),
        (base, f"json={head / 'segments.yaml'}"),
    ):
        ending = run("diff", head, "--against", against, *ON, "-o", output)
        assert ending.code == 2
        assert "would be overwritten" in ending.err
    assert (base / "catalog.yaml").read_text() == CATALOG


def test_a_name_that_begins_with_a_dash(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "-audit", FILES)
    monkeypatch.chdir(tmp_path)
    assert run("diff", *ON, "--against=./-audit", "--", "-audit").code == 0


def test_help_is_quick_and_says_what_a_base_is(run: Run) -> None:
    ending = run("diff", "--help")
    assert ending.code == 0
    assert "@merge-base" in ending.out


PIECES = [*(CATALOG + SEGMENTS).splitlines(keepends=True), "- [", "\0", "é\u202e", "{" * 60, "\t"]
NAMES = ["catalog.yaml", "segments.yaml", "policy.yaml", "waivers.yaml", "catalog.ndjson", "offers.csv"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(NAMES),
    pieces=st.lists(st.sampled_from(PIECES), max_size=6),
    side=st.sampled_from(["head", "base"]),
)
def test_no_input_is_our_bug(run: Run, tmp_path: Path, name: str, pieces: list[str], side: str) -> None:
    for other in ("head", "base"):
        for old in (tmp_path / other).glob("*") if (tmp_path / other).exists() else ():
            old.unlink()
        write(tmp_path / other, FILES)
    (tmp_path / side / name).write_bytes("".join(pieces).encode())
    ending = run("diff", tmp_path / "head", "--against", tmp_path / "base", *ON, "--quiet")
    assert ending.code in (0, 1, 2, 3, 4), ending
    assert "Traceback" not in ending.err


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(against=st.text(max_size=12) | st.sampled_from(["HEAD^{/x}", ":/x", "@{u}", "HEAD:offers", "^HEAD", "HEAD@{1}"]))
def test_no_base_is_our_bug(run: Run, tmp_path: Path, against: str) -> None:
    if not (tmp_path / "repo").exists():
        make(tmp_path / "repo")
    ending = run("diff", tmp_path / "repo" / "offers", f"--against={against}", *ON, "--quiet")
    assert ending.code in (0, 2), ending
    assert "Traceback" not in ending.err


def test_a_repository_that_is_broken(run: Run, tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    for file in sorted((tmp_path / "repo" / ".git" / "objects").rglob("*")):
        if file.is_file():
            os.chmod(file, 0o600)
            file.write_bytes(b"broken")
    ending = run("diff", place, "--against", "HEAD", *ON)
    assert ending.code == 2
    assert "Traceback" not in ending.err
