"""Results to render, and golden files. FAIROFFER_UPDATE_GOLDEN=1 writes the golden files anew; read the difference."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fairoffer.model.result import Result
from tests.report import large, results

GOLDEN = Path(__file__).resolve().parent.parent / "golden"


@pytest.fixture(scope="session")
def small() -> Result:
    return results.small()


@pytest.fixture(scope="session")
def hostile() -> Result:
    return large.hostile()


@pytest.fixture(scope="session")
def big() -> Result:
    return large.big()


@pytest.fixture
def golden(tmp_path: Path) -> Callable[[str, str], None]:
    """Compare text with a golden file; on a difference keep what came out for the reviewer."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("FAIROFFER_UPDATE_GOLDEN") == "1":
            path.write_text(text, encoding="utf-8", newline="\n")
        actual = tmp_path / name
        actual.write_text(text, encoding="utf-8", newline="\n")
        assert path.is_file(), f"no {path}: FAIROFFER_UPDATE_GOLDEN=1 writes it"
        assert actual.read_bytes() == path.read_bytes(), f"{path} differs from {actual}"

    return compare
