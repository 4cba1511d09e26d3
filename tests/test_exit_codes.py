"""Every exit code is reached through the real command, by `audit` and by `diff`, and no flag changes what one means."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from fairoffer.cli.main import fairoffer, main
from tests.cli.command import ROOT, Ending, fresh
from tests.cli.conftest import CATALOG, SEGMENTS
from tests.customer_book import PLACE

DAY = "2026-11-21"
LEVEL = CATALOG.replace('"20.00"', '"30.00"')
"""Newcomers pay what everybody pays."""
BLIND = CATALOG.replace("audience: new", "audience: unknown").replace("audience: any", "audience: unknown")
"""Whom an offer is for cannot be read, so nothing can be compared."""
BUG = "import fairoffer.audit.audited as room\n\n\ndef compare_all(*words): raise ZeroDivisionError\n\n\n"
CODES = {0: "passed", 1: "failed", 2: "usage", 3: "input", 4: "not proven", 5: "output", 70: "bug"}

FLAGS: dict[str, list[tuple[str, ...]]] = {
    "--policy": [("--policy", "best-offer")],
    "--as-of": [("--as-of", DAY)],
    "--through": [("--through", "2026-12-31")],
    "--output": [
        ("-o", "json=-"),
        ("-o", "-"),
        ("-o", "out.html", "-o", "out.json", "-o", "out.csv", "-o", "out.md", "-o", "out.parquet"),
        ("-o", "github=-"),
        ("-o", "out.sarif", "-o", "junit=out.xml", "-o", "gitlab=out-quality.json"),
    ],
    "--quiet": [("--quiet",), ("-q",)],
    "--against": [],
    "--plan": [],
    "--help": [],
    "--rows": [],
    "--clear-ids": [],
}
"""Every flag of both commands, and how it is tried. `--against` is always given; two give no verdict at all; what is
about rows is tried on books."""

Place = Callable[[str], Path]


def audit_of(place: Path, catalog: str, **files: str) -> Path:
    place.mkdir()
    for name, text in {"catalog.yaml": catalog, "segments.yaml": SEGMENTS, **files}.items():
        (place / name).write_text(text, encoding="utf-8")
    return place


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Audits by name, and a place where a bug waits."""
    audit_of(tmp_path / "level", LEVEL)
    audit_of(tmp_path / "worse", CATALOG)
    audit_of(tmp_path / "blind", BLIND)
    audit_of(tmp_path / "broken", CATALOG.replace("product: fibre", "product: fibrr"))
    (tmp_path / "buggy").mkdir()
    (tmp_path / "buggy" / "sitecustomize.py").write_text(BUG + "room.compare_all = compare_all\n")
    return tmp_path


def command(kind: str, ending: int) -> list[str]:
    """A command line of `audit` or `diff` that ends with a code, but for a bug."""
    against = {"diff": ["--against=level"], "audit": []}[kind]
    words = {
        0: ["level"],
        1: ["worse"],
        2: ["level", "--policy=no-such-policy"],
        3: ["broken"],
        4: ["blind"],
        5: ["level", "-o", "no/such/folder/out.json"],
        70: ["level"],
    }
    if (kind, ending) == ("diff", 4):
        against = ["--against=blind"]
    return [kind, *words[ending], *against]


def run(folder: Path, kind: str, ending: int, *flags: str) -> Ending:
    bug = {"PYTHONPATH": os.pathsep.join(map(str, (folder / "buggy", ROOT)))} if ending == 70 else {}
    return fresh(*command(kind, ending), *flags, cwd=folder, env=bug)


@pytest.mark.parametrize("ending", CODES)
@pytest.mark.parametrize("kind", ["audit", "diff"])
def test_each_is_reached_by_the_real_command(folder: Path, kind: str, ending: int) -> None:
    done = run(folder, kind, ending, "--as-of", DAY)
    assert done.code == ending, done.out + done.err
    first = done.out.partition("\n")[0].lower()
    if ending in (0, 5):
        assert first.startswith("passed")
    elif ending == 1:
        assert first.startswith("failed")
    elif ending == 4:
        assert first.startswith("not proven")
    else:
        assert done.out == ""
    says = {2: "no-such-policy", 3: "catalog.yaml:10:14", 5: "cannot be written", 70: "bug in fairoffer"}
    assert says.get(ending, "") in done.err
    assert ("Traceback" in done.err) == (ending == 70)


@pytest.mark.parametrize("kind", ["audit", "diff"])
def test_failed_is_not_hidden_by_an_output_that_cannot_be_written(folder: Path, kind: str) -> None:
    done = run(folder, kind, 1, "--as-of", DAY, "-o", "no/such/folder/out.json")
    assert done.code == 1
    assert "cannot be written" in done.err


def options(kind: str) -> set[str]:
    """The long name of each option of a command, as click knows it."""
    made: click.Command = fairoffer.commands[kind]
    with click.Context(made, **fairoffer.context_settings) as context:
        return {max(one.opts, key=len) for one in made.get_params(context) if isinstance(one, click.Option)}


@pytest.mark.parametrize("kind", ["audit", "diff"])
def test_every_flag_is_tried(kind: str) -> None:
    assert options(kind) <= set(FLAGS), "a new flag has to be tried with every code"


@pytest.mark.parametrize("kind", ["audit", "diff"])
@pytest.mark.parametrize("ending", [0, 1, 2, 3, 4, 5])
def test_no_flag_changes_what_a_code_means(
    folder: Path, kind: str, ending: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    day = ["--as-of", DAY]
    for name in sorted(options(kind)):
        for flags in FLAGS[name]:
            words = [*command(kind, ending), *flags, *([] if name == "--as-of" else day)]
            assert (main(words), words) == (ending, words), capfd.readouterr().err


@pytest.mark.parametrize("flags", [("--rows", "rows.parquet"), ("--rows", "rows.parquet", "--clear-ids")])
@pytest.mark.parametrize(
    "ending, old, new",
    [
        (0, "price: monthly_pence", "price: newcomer_pence"),
        (1, "", ""),
        (3, "price: monthly_pence", "price: monthly"),
        (4, "price: monthly_pence", "price: bought_in"),
    ],
)
def test_failing_rows_change_no_code(
    tmp_path: Path, ending: int, old: str, new: str, flags: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(PLACE.parent, "book")
    mapping = Path("book/book.yaml")
    mapping.write_text(mapping.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    one_rule = PLACE.parent.joinpath("policy.yaml").read_text(encoding="utf-8").partition("  - id: no-walk")[0]
    Path("book/policy.yaml").write_text(one_rule, encoding="utf-8")
    words = ["audit", "book", "--as-of", DAY]
    assert main(words) == main([*words, *flags]) == ending
    assert Path("rows.parquet").exists() == (ending != 3)
    unwritten = main([*words, "--rows", "no/such/folder/rows.parquet"])
    assert unwritten == (5 if ending == 0 else ending)


def test_rows_without_a_book_are_a_wrong_command(folder: Path) -> None:
    assert fresh("audit", "level", "--rows", "rows.parquet", cwd=folder).code == 2
    assert fresh("audit", "level", "--clear-ids", cwd=folder).code == 2


@pytest.mark.parametrize("kind", ["audit", "diff"])
def test_all_flags_at_once_change_nothing(folder: Path, kind: str) -> None:
    flags = [word for name in ("--as-of", "--through", "--quiet") for word in FLAGS[name][0]]
    flags += ["-o", "out.html", "-o", "json=-", "--policy", "best-offer"]
    for ending in (0, 1, 3, 4, 70):
        assert run(folder, kind, ending, *flags).code == ending


def test_what_gives_no_verdict_gives_no_code_of_one(folder: Path) -> None:
    assert fresh("audit", "worse", "--plan", cwd=folder).code == 0
    assert fresh("audit", "broken", "--plan", cwd=folder).code == 3
    for kind in ("audit", "diff"):
        assert fresh(kind, "--help", cwd=folder).code == 0
        assert fresh(kind, "worse", "--no-such-flag", cwd=folder).code == 2
    assert fresh("diff", "worse", cwd=folder).code == 2


def test_several_at_once_follow_the_order(folder: Path) -> None:
    """2 before 3, 3 before 1 and 4, 1 before 5: what stops an audit is told before what it would have said."""
    (folder / "broken" / "policy.yaml").write_text("fairoffer: policy/1\n")
    assert fresh("audit", "broken", cwd=folder).code == 2
    assert fresh("diff", "broken", "--against=level", cwd=folder).code == 2
    assert fresh("audit", "worse", "-o", "no/such/folder/out.json", cwd=folder).code == 1
