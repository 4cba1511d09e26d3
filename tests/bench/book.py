"""A book of 20 million customers: the whole command against polars' own scan, and against DuckDB's SQL."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from tests.bench.customers import ONE_RULE, book_text, catalog_text, ten_rules, write_customers

ROOT = Path(__file__).resolve().parent.parent.parent
ROWS, LARGE = 20_000_000, 100_000_000
OFFERS = (60, 600, 6000)
DAY = "2026-11-21"


class Run(NamedTuple):
    """What a process took: seconds on the wall, bytes at its greatest, and what it printed."""

    seconds: float
    peak: int
    said: str


START = """
import json, os, subprocess, sys, time
begun = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
said, errors = child.stdout.read(), child.stderr.read()
_, status, usage = os.wait4(child.pid, 0)
code = os.waitstatus_to_exitcode(status)
print(json.dumps([time.perf_counter() - begun, usage.ru_maxrss * 1024, said, errors, code]))
"""
"""Starts a process and tells of it. What a system says of a process's memory begins with that of the one that started
it, so this small one stands between."""


def timed(*arguments: str) -> Run:
    """A fresh interpreter on some arguments."""
    command = [sys.executable, "-c", START, sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, peak, said, errors, code = json.loads(done.stdout)
    if code not in (0, 1, 4):
        sys.exit(f"{' '.join(arguments)}: exit {code}\n{errors}")
    return Run(seconds, peak, said)


class Place:
    """A book and the catalogs that it is compared with."""

    def __init__(self, folder: Path, rows: int) -> None:
        self.customers = folder / "customers.parquet"
        write_customers(self.customers, rows)
        for number in OFFERS:
            for name, policy in (("one", ONE_RULE), ("ten", ten_rules())):
                own = folder / f"{name}-{number}"
                own.mkdir()
                (own / "catalog.yaml").write_text(catalog_text(number), encoding="utf-8")
                (own / "policy.yaml").write_text(policy, encoding="utf-8")
                mapping = book_text(self.customers, statistics=name == "ten")
                (own / "book.yaml").write_text(mapping, encoding="utf-8")
        self._folder = folder

    def audit(self, name: str, number: int) -> Run:
        """The whole command, as a pricing team runs it."""
        folder = self._folder / f"{name}-{number}"
        out = f"{folder}/result.json"
        return timed("-m", "fairoffer", "audit", str(folder), "--as-of", DAY, "--quiet", "-o", out)

    def peer(self, name: str, number: int = 600) -> Run:
        return timed("-m", "tests.bench.peers", name, str(self.customers), str(number))

    def agrees(self, name: str, peer: Run) -> str:
        """Whether both come to the same customers and the same money, rule by rule."""
        result = json.loads((self._folder / f"{name}-600" / "result.json").read_text(encoding="utf-8"))
        wrong = []
        for rule, (compared, worse, gross) in json.loads(peer.said).items():
            line = next(one for one in result["ledger"]["rules"] if one["rule"] == rule)
            own = [one["book"] for one in result["findings"] if one["rule"] == rule]
            said = (line["pass"] + line["failed"], line["failed"], sum(Decimal(one["gross"]) for one in own))
            if said != (compared, worse, Decimal(gross)):
                wrong.append(rule)
        return f"differs from its numbers: {', '.join(wrong)}" if wrong else "and its numbers are the same"


def in_turns(repeat: int, *tasks: tuple[str, int | None], place: Place) -> list[list[Run]]:
    """Every task so many times, one after the other, so that a change of the machine's speed meets all."""
    found: list[list[Run]] = [[] for _ in tasks]
    for _ in range(repeat):
        for own, (name, number) in zip(found, tasks, strict=True):
            own.append(place.peer(name) if number is None else place.audit(name, number))
    return found


def median(runs: list[Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def book(repeat: int, rows: int = ROWS) -> Iterator[tuple[str, float, float, str, str]]:
    """What was measured, the number, its bar, its unit, and the seconds behind it."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder), rows)
        for name, bar in (("one", 6.0), ("ten", 20.0)):
            what = f"{'one rule' if name == 'one' else 'ten rules, statistics'}, {rows // 10**6} M rows"
            tasks = (("floor", None), (name, None), (name, 600))
            alone, peer, own = in_turns(repeat, *tasks, place=place)
            a, b, c = median(alone), median(peer), median(own)
            yield f"{what} / polars scanning them", c / a, bar, "x", f"{c:.2f} s / {a:.2f} s"
            yield f"{what} / DuckDB", c / b, 0.5, "x", f"{c:.2f} s / {b:.2f} s, {place.agrees(name, peer[-1])}"
            peak = max(run.peak for run in own) / 1024**3
            others = (
                f"polars {max(r.peak for r in alone) / 1024**3:.2f}, DuckDB {max(r.peak for r in peer) / 1024**3:.2f}"
            )
            yield f"{what}: peak memory", peak, 1.0, "GB", others
        few, many, most = in_turns(repeat, *(("one", number) for number in OFFERS), place=place)
        middle = median(many)
        for number, runs in ((OFFERS[0], few), (OFFERS[2], most)):
            seconds = median(runs)
            yield f"{number} offers / {OFFERS[1]}", seconds / middle, 1.3, "x", f"{seconds:.2f} s / {middle:.2f} s"


def large() -> Iterator[tuple[str, float, float, str, str]]:
    """A hundred million customers: as much memory as twenty."""
    peaks = []
    for rows in (ROWS, LARGE):
        with tempfile.TemporaryDirectory() as folder:
            place = Place(Path(folder), rows)
            runs = [place.audit(name, 600) for name in ("one", "ten")]
            peaks.append(max(run.peak for run in runs))
            seconds = ", ".join(f"{run.seconds:.1f} s" for run in runs)
            yield f"{rows // 10**6} M rows: peak memory", peaks[-1] / 1024**3, 1.0, "GB", f"one, ten rules: {seconds}"
    yield "100 M rows / 20 M rows, peak memory", peaks[1] / peaks[0], 1.3, "x", ""
