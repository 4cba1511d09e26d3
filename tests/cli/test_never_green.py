"""Nobody gets to exit 0 without having looked, and what was not looked at is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.command import Run
from tests.cli.conftest import CATALOG, SEGMENTS

Make = Callable[..., Path]
WITHOUT_NEWCOMERS = CATALOG.replace("audience: new", "audience: existing").replace(
    "audience: any", "audience: existing"
)
CHANNEL = "    eligibility: {channel: [web]}\n    price"
UNPRICED = CATALOG.replace('amount: "20.00", ', "").replace('amount: "30.00", ', "")
UNREAD = CATALOG.replace("audience: new", "audience: unknown").replace("audience: any", "audience: unknown")


@pytest.mark.parametrize(
    "catalog, segments, code, says",
    [
        pytest.param(WITHOUT_NEWCOMERS, SEGMENTS, {4}, "no-comparator", id="all offers for newcomers deleted"),
        pytest.param(
            CATALOG.replace("    price", CHANNEL.replace("web", "wbe"), 1),
            SEGMENTS,
            {3},
            "'web'",
            id="mistyped channel",
        ),
        pytest.param(
            CATALOG.replace("    price", CHANNEL.replace("channel", "chanel"), 1),
            SEGMENTS,
            {3},
            "'channel'",
            id="mistyped attribute",
        ),
        pytest.param(
            CATALOG, "fairoffer: segments/1\nsegments: []\n", {3}, "no segments", id="no segments in the file"
        ),
        pytest.param(CATALOG, "", {3}, "segments.yaml", id="an empty segments file"),
        pytest.param(UNPRICED, SEGMENTS, {4}, "missing-value", id="every price missing"),
        pytest.param(UNREAD, SEGMENTS, {4}, "audience-unknown", id="every audience unknown"),
        pytest.param(CATALOG[: CATALOG.index("offers:")], None, {3}, "no offers", id="no offers"),
        pytest.param("", SEGMENTS, {3}, "catalog.yaml", id="an empty catalog"),
    ],
)
def test_never_green_without_looking(
    run: Run, make_audit: Make, catalog: str, segments: str | None, code: set[int], says: str
) -> None:
    ending = run("audit", make_audit(catalog, segments), "--as-of", "2026-11-21")
    assert ending.code in code, ending.out + ending.err
    assert says in (ending.out + ending.err).replace("no comparator", "no-comparator")


def test_an_empty_directory(run: Run, tmp_path: Path) -> None:
    ending = run("audit", tmp_path)
    assert ending.code in (2, 3)
    assert "catalog.yaml" in ending.err


def test_a_pattern_that_matches_nothing(run: Run, tmp_path: Path) -> None:
    ending = run("audit", f"{tmp_path}/*.yaml")
    assert ending.code == 2
    assert "matches nothing" in ending.err


@pytest.mark.parametrize("command", [("audit",), ("test",), ("init",)])
def test_an_empty_path_is_not_this_directory(
    run: Run, make_audit: Make, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(make_audit())
    ending = run(*command, "")
    assert ending.code == 2
    assert "empty" in ending.err


def test_cases_that_are_not_there(run: Run, tmp_path: Path) -> None:
    assert run("test", tmp_path).code == 2
    assert run("test", tmp_path / "nowhere").code != 0
