"""Help is there at once, says what is there, and changes only on purpose."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.command import Run, fresh

HELP = Path(__file__).parent / "help"
PAGES: dict[str, tuple[str, ...]] = {
    "fairoffer": (),
    "audit": ("audit",),
    "convert": ("convert",),
    "diff": ("diff",),
    "evidence": ("evidence",),
    "explain": ("explain",),
    "import": ("import",),
    "import-cdr-energy": ("import", "cdr-energy"),
    "init": ("init",),
    "rules": ("rules",),
    "schema": ("schema",),
    "synth": ("synth",),
    "test": ("test",),
    "verify": ("verify",),
    "waivers": ("waivers",),
    "waivers-add": ("waivers", "add"),
    "waivers-check": ("waivers", "check"),
    "waivers-list": ("waivers", "list"),
}
HEAVY = ("polars", "pydantic", "jinja2", "yaml", "rich")
LOADED = f"""
import sys
from fairoffer.cli.main import main
assert main(sys.argv[1:]) == 0
print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize("page", PAGES)
def test_help_pages(run: Run, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    shown = run(*PAGES[page], "--help")
    assert (shown.code, shown.err) == (0, "")
    golden = HELP / f"{page}.txt"
    if os.environ.get("FAIROFFER_WRITE_GOLDEN"):
        golden.write_text(shown.out, encoding="utf-8")
    assert shown.out == golden.read_text(encoding="utf-8")


def test_every_command_has_a_page() -> None:
    from fairoffer.cli.imports import import_group
    from fairoffer.cli.main import fairoffer
    from fairoffer.cli.waivers import waivers_group

    below = {f"{group.name}-{name}" for group in (import_group, waivers_group) for name in group.commands}
    assert {*fairoffer.commands, *below, "fairoffer"} == set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_help_loads_nothing_heavy(page: str) -> None:
    seen = fresh(*PAGES[page], "--help", python=("-c", LOADED))
    assert seen.code == 0, seen.err
    assert seen.err.strip() == "[]"


def test_version(run: Run) -> None:
    import fairoffer

    assert run("--version").out == f"fairoffer, version {fairoffer.__version__}\n"
