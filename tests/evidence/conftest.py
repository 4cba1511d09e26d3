"""A small audit, its saved result and its pack."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fairoffer.evidence.archive import unzipped, zipped
from tests.cli.command import Run
from tests.cli.conftest import CATALOG, SEGMENTS

DAY = "2026-11-21"
WAIVERS = """\
fairoffer: waivers/1
waivers:
  - rule: best-offer/no-cliff
    match: {product: fibre}
    reason: The welcome offer rolls over to the standard one, as it says itself.
    kind: other
    owner: a.person
    approved_by: b.person
    created: 2026-11-01
    expires: 2027-01-31
    cap: {money: "500.00"}
"""


def write_audit(place: Path, **files: str) -> Path:
    """An audit directory; `files` take the place of its own, their names written with _ for the dot."""
    place.mkdir(parents=True, exist_ok=True)
    texts = {"catalog.yaml": CATALOG, "segments.yaml": SEGMENTS, "waivers.yaml": WAIVERS}
    texts |= {name.replace("_", "."): text for name, text in files.items()}
    for name, text in texts.items():
        (place / name).write_text(text, encoding="utf-8")
    return place


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    return write_audit(tmp_path / "audit")


@pytest.fixture
def result(audit: Path, tmp_path: Path, run: Run) -> Path:
    path = tmp_path / "result.json"
    assert run("audit", audit, "--as-of", DAY, "-o", path).code == 1
    return path


@pytest.fixture
def pack(result: Path, tmp_path: Path, run: Run) -> Path:
    path = tmp_path / "pack.zip"
    assert run("evidence", result, "-o", path).code == 0
    return path


@pytest.fixture
def files(pack: Path) -> dict[str, bytes]:
    """The files of the pack."""
    return {name: entry.data for name, entry in unzipped(pack.read_bytes(), pack).items()}


@pytest.fixture
def repacked(tmp_path: Path) -> Callable[..., Path]:
    """A pack of other files; with `listed` its manifest is made to fit them."""

    def make(files: dict[str, bytes], *, listed: bool = False) -> Path:
        path = tmp_path / "other.zip"
        path.write_bytes(zipped(relisted(files) if listed else files))
        return path

    return make


def relisted(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files with a manifest that says what they are: what somebody does who covers up a change."""
    import hashlib

    manifest: dict[str, Any] = json.loads(files["MANIFEST.json"])
    said = {one["path"]: one["holds"] for one in manifest["files"]}
    manifest["files"] = [
        {"path": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "holds": said.get(name, "")}
        for name, data in files.items()
        if name != "MANIFEST.json"
    ]
    return {**files, "MANIFEST.json": (json.dumps(manifest, indent=1) + "\n").encode()}
