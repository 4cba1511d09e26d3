"""`fairoffer init`: a start that works, and nothing of the user's is ever overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import Run


@pytest.mark.parametrize(
    "options, files",
    [
        ((), ["catalog.yaml", "segments.yaml"]),
        (("--csv",), ["catalog.yaml", "offers.csv"]),
        (("--book",), ["book.yaml", "catalog.yaml", "customers.csv", "policy.yaml"]),
    ],
)
def test_what_it_writes_audits(run: Run, tmp_path: Path, options: tuple[str, ...], files: list[str]) -> None:
    place = tmp_path / "a new" / "audit"
    ending = run("init", place, *options)
    assert ending.code == 0, ending.err
    assert sorted(path.name for path in place.iterdir()) == files
    assert "fairoffer audit '" in ending.err
    audited = run("audit", place)
    assert audited.code == 1, audited.out + audited.err


def test_one_example_at_a_time(run: Run, tmp_path: Path) -> None:
    ending = run("init", tmp_path / "audit", "--csv", "--book")
    assert ending.code == 2
    assert not (tmp_path / "audit").exists()


def test_it_refuses_to_overwrite(run: Run, tmp_path: Path) -> None:
    (tmp_path / "segments.yaml").write_text("mine")
    ending = run("init", tmp_path)
    assert ending.code == 2
    assert "segments.yaml" in ending.err
    assert [path.name for path in tmp_path.iterdir()] == ["segments.yaml"]
    assert (tmp_path / "segments.yaml").read_text() == "mine"


def test_where_nothing_can_be_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ending = run("init", tmp_path / "file" / "below")
    assert ending.code == 5
    assert "cannot be written" in ending.err
