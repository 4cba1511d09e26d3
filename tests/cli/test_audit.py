"""`fairoffer audit` through the real command: its endings, its streams, its outputs."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.cli.command import ROOT, Run, fresh
from tests.cli.conftest import CATALOG

Make = Callable[..., Path]
DAY = ("--as-of", "2026-11-21")
# One offer, for everybody, at one price.
FAIR = CATALOG.replace("audience: new", "audience: any").replace('{months: 12, amount: "20.00", per: month}, ', "")
FAIR = FAIR[: FAIR.index("  - id: standard")]


def test_failed(run: Run, make_audit: Make) -> None:
    ending = run("audit", make_audit(), *DAY)
    assert ending.code == 1, ending.err
    assert "failed" in ending.out.splitlines()[0].lower()
    assert "2026-11-21" in ending.out
    assert "2026-11-21" in ending.err


def test_passed(run: Run, make_audit: Make) -> None:
    ending = run("audit", make_audit(FAIR), *DAY)
    assert (ending.code, ending.out.splitlines()[0].lower()[:6]) == (0, "passed"), ending.out + ending.err


def test_not_proven(run: Run, make_audit: Make) -> None:
    ending = run("audit", make_audit(CATALOG.replace("audience: new", "audience: existing").replace("any", "existing")))
    assert ending.code == 4, ending.out + ending.err
    assert ending.out.startswith("Not proven")


@pytest.mark.parametrize(
    "arguments, says",
    [
        (("--as-of", "yesterday"), "2026-11-21"),
        (("--as-of", "2026-11-21", "--through", "2026-11-20"), "before"),
        (("-o", "a.json", "-o", "./a.json"), "already written"),
        (("-o", "report.pdf"), ".parquet"),
        (("-o", "json=-", "-o", "csv=-"), "one thing"),
        (("--policy", "best-ofer"), "best-offer"),
        (("--plan", "-o", "a.json"), "--plan"),
        (("--fast",), "--fast"),
        (("another",), "another"),
        (("-o", ""), "suffix"),
    ],
)
def test_wrong_command(
    run: Run, make_audit: Make, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str
) -> None:
    place = make_audit()
    monkeypatch.chdir(place)
    ending = run("audit", place, *arguments)
    assert ending.code == 2, ending.err
    assert ending.out == ""
    assert says in ending.err
    assert sorted(path.name for path in place.iterdir()) == ["catalog.yaml", "segments.yaml"]


def test_a_path_that_is_not_there(run: Run, tmp_path: Path) -> None:
    ending = run("audit", tmp_path / "nowhere")
    assert (ending.code, ending.out) == (3, "")
    assert "nowhere" in ending.err
    assert "no such file or directory" in ending.err


def test_problems_are_printed_with_their_place(run: Run, make_audit: Make) -> None:
    ending = run("audit", make_audit(CATALOG.replace('"20.00"', '"20,00"').replace("audience: any", "audience: al")))
    assert ending.code == 3
    lines = [line for line in ending.err.splitlines() if line.startswith("catalog.yaml:")]
    assert len(lines) == 2
    assert "offers[welcome].price[0].amount" in lines[0]


def test_a_wrong_policy_file(run: Run, make_audit: Make) -> None:
    policy = "fairoffer: policy/1\nid: mine\nrules: [{id: a, check: defualt-gap, level: house}]\n"
    ending = run("audit", make_audit(policy_yaml=policy))
    assert ending.code == 2
    assert "policy.yaml:3:" in ending.err
    assert "default-gap" in ending.err


def test_an_output_that_cannot_be_written_ends_in_5(run: Run, make_audit: Make, tmp_path: Path) -> None:
    ending = run("audit", make_audit(FAIR), *DAY, "-o", tmp_path / "no/dir/a.json", "-o", tmp_path / "b.json")
    assert ending.code == 5, ending.err
    assert "no/dir/a.json" in ending.err
    assert (tmp_path / "b.json").exists()
    assert ending.out


def test_it_never_hides_failed(run: Run, make_audit: Make, tmp_path: Path) -> None:
    ending = run("audit", make_audit(), *DAY, "-o", tmp_path / "no/dir/a.json")
    assert ending.code == 1
    assert "cannot be written" in ending.err


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_disk_under_stdout(make_audit: Make) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "fairoffer", "audit", str(make_audit(FAIR)), *DAY],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 5
    assert "stdout cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_bug_is_70_with_a_traceback_and_one_sentence(
    run: Run, make_audit: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fairoffer.verdict

    class Panic(BaseException):
        """What a panic in compiled code looks like: no Exception."""

    def broken(*_: object, **__: object) -> None:
        raise Panic("slipped")

    monkeypatch.setattr(fairoffer.verdict, "judge", broken)
    ending = run("audit", make_audit())
    assert (ending.code, ending.out) == (70, "")
    assert "Traceback" in ending.err
    assert "bug in fairoffer" in ending.err.splitlines()[-1]


def test_interrupted(run: Run, make_audit: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    import fairoffer.verdict

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fairoffer.verdict, "judge", stopped)
    ending = run("audit", make_audit())
    assert ending.code == 130
    assert "Traceback" not in ending.err


def test_the_default_day_is_today_and_printed(run: Run, make_audit: Make) -> None:
    before = date.today()
    ending = run("audit", make_audit(), "-o", "json=-")
    assert before.isoformat() <= json.loads(ending.out)["as_of"] <= date.today().isoformat()
    assert json.loads(ending.out)["as_of"] in ending.err


def test_every_format(run: Run, make_audit: Make, tmp_path: Path) -> None:
    outputs = [tmp_path / f"a.{suffix}" for suffix in ("html", "json", "csv", "md", "parquet")]
    ending = run("audit", make_audit(), *DAY, *(word for path in outputs for word in ("-o", path)))
    assert ending.code == 1, ending.err
    html, saved, csv, markdown, parquet = (path.read_bytes() for path in outputs)
    assert html.lstrip().lower().startswith(b"<!doctype html>")
    result = json.loads(saved)
    assert (result["fairoffer"], result["exit_code"]) == ("result/1", 1)
    assert len(csv.splitlines()) == 1 + len(result["findings"])
    assert b"stayed" in markdown
    assert pl.read_parquet(io.BytesIO(parquet)).height == result["ledger"]["all"]


@pytest.mark.parametrize("format", ["html", "json", "csv", "md", "text"])
def test_stdout_carries_one_thing(run: Run, make_audit: Make, tmp_path: Path, format: str) -> None:
    path = tmp_path / "same"
    place = make_audit()
    run("audit", place, *DAY, "-o", f"{format}={path}")
    ending = run("audit", place, *DAY, "-o", f"{format}=-")
    assert ending.out == path.read_text("utf-8")


def test_the_same_bytes_from_the_same_inputs(make_audit: Make, tmp_path: Path) -> None:
    place = make_audit()
    for name, threads in (("a.json", "1"), ("b.json", "2")):
        env = {"POLARS_MAX_THREADS": threads, "PYTHONHASHSEED": threads}
        assert fresh("audit", place, *DAY, "-o", tmp_path / name, env=env).code == 1
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_quiet_prints_the_verdict_alone(run: Run, make_audit: Make, tmp_path: Path) -> None:
    ending = run("audit", make_audit(), *DAY, "--quiet", "-o", tmp_path / "a.json")
    assert ending.code == 1
    assert ending.err == ""
    assert len(ending.out.splitlines()) == 1


def test_no_colour_where_there_is_no_terminal(make_audit: Make) -> None:
    ending = fresh("audit", make_audit(), *DAY)
    assert ending.code == 1, ending.err
    assert "\x1b" not in ending.out + ending.err


@pytest.mark.parametrize("variable, coloured", [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colour_on_a_terminal(make_audit: Make, variable: dict[str, str], coloured: bool) -> None:
    pty = pytest.importorskip("pty")
    parent, child = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    environment |= {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **variable}
    command = [sys.executable, "-m", "fairoffer", "audit", str(make_audit()), *DAY]
    with subprocess.Popen(command, stdout=child, stderr=subprocess.DEVNULL, env=environment, cwd=ROOT) as process:
        os.close(child)
        shown = b""
        while True:
            try:
                piece = os.read(parent, 65536)
            except OSError:  # the terminal's other end is closed
                break
            if not piece:
                break
            shown += piece
    os.close(parent)
    assert process.returncode == 1
    assert (b"\x1b[" in shown) is coloured


def test_a_reader_that_goes_away_is_no_fault(make_audit: Make, tmp_path: Path) -> None:
    command = f"{sys.executable} -m fairoffer audit {make_audit()} --as-of 2026-11-21 -o html=-"
    script = f"{{ {command}; echo $? > {tmp_path}/code; }} | head -c 10 > /dev/null"
    done = subprocess.run(["sh", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (tmp_path / "code").read_text().strip() == "1"
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_an_output_may_not_replace_an_input(run: Run, make_audit: Make) -> None:
    place = make_audit()
    ending = run("audit", place, "-o", f"json={place / 'catalog.yaml'}")
    assert ending.code == 2
    assert "input of this audit" in ending.err
    assert (place / "catalog.yaml").read_text() == CATALOG


def test_the_default_directory_is_this_one(run: Run, make_audit: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(make_audit())
    assert run("audit").code == 1


def test_a_catalog_file_alone(run: Run, make_audit: Make) -> None:
    ending = run("audit", make_audit() / "catalog.yaml", *DAY)
    assert ending.code == 1, ending.err
    assert "unknown" in ending.out


def test_the_plan(run: Run, make_audit: Make) -> None:
    ending = run("audit", make_audit(), *DAY, "--plan")
    assert ending.code == 0, ending.err
    lines = [line.split() for line in ending.out.splitlines()]
    assert ["fibre", "/", "stayed"] in lines
    assert ["held", "welcome"] in lines
    assert ["reach", "standard"] in lines
    assert ["comparator", "standard,", "welcome"] in lines
    assert "1 to compare, 0 of them without a counterpart. No verdict was reached." in ending.out


def test_the_plan_says_what_stays_unpaired(run: Run, make_audit: Make) -> None:
    catalog = CATALOG.replace("audience: new", "audience: existing").replace("audience: any", "audience: existing")
    ending = run("audit", make_audit(catalog), *DAY, "--plan")
    assert ending.code == 0, ending.err
    assert "no-comparator" in ending.out
    assert "1 of them without a counterpart" in ending.out


def test_warnings_and_problems_go_to_stderr(run: Run, make_audit: Make) -> None:
    ending = run("audit", make_audit(CATALOG.replace("currency: GBP", "currency: GPB")))
    assert (ending.code, ending.out) == (3, "")
    assert "GBP" in ending.err
