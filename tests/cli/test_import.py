"""`fairoffer import`: what the command adds to the importers, which have tests of their own."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.cli.command import Run

DAY = ("--as-of", "2023-08-11")


@pytest.mark.parametrize(
    "arguments, code, says",
    [
        (("nowhere.json", *DAY, "-o", "catalog.ndjson"), 3, "nowhere.json"),
        (("*.ndjson.gz", *DAY, "-o", "catalog.ndjson"), 2, "matches nothing"),
        (("plans.json", "-o", "catalog.ndjson"), 2, "--as-of"),
        (("plans.json", *DAY), 2, "--output"),
        ((*DAY, "-o", "catalog.ndjson"), 2, "FILES"),
        (("plans.json", *DAY, "-o", "plans.json"), 2, "overwritten"),
        (("plans.json", *DAY, "-o", "catalog.ndjson", "--usage-kwh", "lots"), 2, "4000"),
        (("plans.json", *DAY, "-o", "catalog.ndjson", "--usage-mj", "-1"), 2, "more than 0"),
        (("plans.json", *DAY, "-o", "catalog.ndjson"), 3, "plans.json"),
    ],
)
def test_endings(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plans.json").write_text("not json")
    ending = run("import", "cdr-energy", *arguments)
    assert ending.code == code, ending.err
    assert says in ending.err
    assert [path.name for path in tmp_path.iterdir()] == ["plans.json"]


@pytest.mark.real
def test_published_plans(run: Run, real_data: Path, tmp_path: Path) -> None:
    samples = sorted((real_data / "cdr-energy" / "sample_plans_2026_v3").glob("*.json"))
    catalog = tmp_path / "catalog.ndjson.gz"
    ending = run("import", "cdr-energy", *samples, "--as-of", "2026-11-21", "-o", catalog)
    assert ending.code == 0, ending.err
    assert ending.out.startswith("3 plans read")
    lines = gzip.decompress(catalog.read_bytes()).decode().splitlines()
    assert json.loads(lines[0])["fairoffer"] == "catalog/1"
    assert sum("offer" in json.loads(line) for line in lines) == 3
