"""Speed and memory against their bars: `make bench`. Prints a table; asserts nothing.

Every bar is a ratio of two things measured in this run on this machine, so it holds on a slow one too. Each number is
the median of five; a pair is measured in turns, so that a change of the machine's speed meets both.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests.bench.baseline import worst_gaps  # noqa: E402
from tests.bench.book import book, large  # noqa: E402
from tests.bench.market import FIRST_DAY, LAST_DAY, Market, make_market, write_market  # noqa: E402
from tests.report.large import big  # noqa: E402

OFFERS, SEGMENTS = 2000, 5000
FINDINGS = 10_000
GIGABYTE = 1024**3


class Row(NamedTuple):
    """A line of the table: what was measured, and whether it keeps its bar."""

    what: str
    measured: float
    bar: float
    unit: str
    detail: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help="of: market diff help demo page book real (default: all); or large")
    parser.add_argument("--repeat", type=int, default=5, help="how often each thing is measured (default: 5)")
    wanted = parser.parse_args()
    parts = {"help": help_pages, "demo": demo, "page": report_page, "diff": change, "market": market, "book": customers}
    parts |= {"real": real_data, "large": many_customers}
    print(f"{'what':<54} {'measured':>9} {'bar':>7}")
    for name, measure in parts.items():
        if name in wanted.parts or (not wanted.parts and name != "large"):
            for row in measure(wanted.repeat):
                verdict = "ok" if row.measured <= row.bar else "over"
                numbers = f"{row.measured:>7.2f} {row.unit} {row.bar:>5.2f} {row.unit}"
                print(f"{row.what:<54} {numbers}  {verdict:<5} {row.detail}", flush=True)


def market(repeat: int) -> Iterator[Row]:
    """All checks over a made-up market, against the bare algorithm; and what twice as much costs."""
    plain = make_market(OFFERS, SEGMENTS)
    audit, bare = in_turns(repeat, _auditing(plain), lambda: worst_gaps(plain))
    yield Row(
        f"audit of {OFFERS} offers x {SEGMENTS} segments / baseline",
        audit / bare,
        4,
        "x",
        f"{audit:.2f} s / {bare:.2f} s",
    )
    for what, bigger in (
        ("twice the offers", make_market(2 * OFFERS, SEGMENTS)),
        ("twice the segments", make_market(OFFERS, 2 * SEGMENTS)),
    ):
        (seconds,) = in_turns(repeat, _auditing(bigger))
        yield Row(what, seconds / audit, 2.6, "x", f"{seconds:.2f} s / {audit:.2f} s")


def _auditing(made: Market) -> Callable[[], object]:
    """Auditing `made`, its files already read."""
    from fairoffer.model.inputs import load_inputs
    from fairoffer.verdict import judge

    with tempfile.TemporaryDirectory() as place:
        inputs = load_inputs(write_market(made, Path(place)))
    return lambda: judge(inputs, FIRST_DAY, LAST_DAY)


def change(repeat: int) -> Iterator[Row]:
    """A diff of 500 offers against git, in processes of their own as a build runs them, against one audit of them."""
    day = ("--as-of", FIRST_DAY.isoformat(), "--quiet")
    with tempfile.TemporaryDirectory() as place:
        for what, segments in (("no segments", None), ("1,250 segments", 1250)):
            top = Path(place) / str(segments)
            folder = _repository(top, segments)
            audit, diff = in_turns(
                repeat,
                _running("-m", "fairoffer", "audit", str(folder), *day, expect=None),
                _running("-m", "fairoffer", "diff", str(folder), "--against", "HEAD", *day, expect=None),
                clock=children,
            )
            yield Row(f"diff of 500 offers, {what} / audit", diff / audit, 2.5, "x", f"{diff:.2f} s / {audit:.2f} s")
            policy = folder / "policy.yaml"
            policy.write_text(policy.read_text(encoding="utf-8").replace("version: 1", "version: 2"), encoding="utf-8")
            audit, diff = in_turns(
                repeat,
                _running("-m", "fairoffer", "audit", str(folder), *day, expect=None),
                _running("-m", "fairoffer", "diff", str(folder), "--against", "HEAD", *day, expect=None),
                clock=children,
            )
            yield Row("the same with another policy / audit", diff / audit, 3.5, "x", f"{diff:.2f} s / {audit:.2f} s")


def _repository(top: Path, segments: int | None) -> Path:
    """A market in git, and a change of every tenth price that is not committed."""
    folder = write_market(make_market(500, segments or 0), top / "offers")
    if segments is None:
        (folder / "segments.yaml").unlink()
    default = (ROOT / "policies" / "best-offer.yaml").read_text(encoding="utf-8")
    (folder / "policy.yaml").write_text(default, encoding="utf-8")
    who = ("-c", "user.name=bench", "-c", "user.email=bench@example.org")
    for arguments in (("init", "-q"), ("add", "-A"), (*who, "commit", "-q", "-m", "base")):
        subprocess.run(["git", *arguments], cwd=top, check=True)
    catalog = folder / "catalog.ndjson"
    lines = catalog.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[100::10] = [line.replace('"amount": "', '"amount": "1') for line in lines[100::10]]
    catalog.write_text("".join(lines), encoding="utf-8")
    return folder


def help_pages(repeat: int) -> Iterator[Row]:
    """`--help` loads nothing heavy."""
    asked, bare = in_turns(2 * repeat, _running("-m", "fairoffer", "--help"), _running("-c", "pass"))
    yield Row("--help over bare python", asked - bare, 0.1, "s", f"{asked * 1000:.0f} ms - {bare * 1000:.0f} ms")


def demo(repeat: int) -> Iterator[Row]:
    """A small audit costs little more than loading its libraries."""
    audit, load = in_turns(
        2 * repeat,
        _running("-m", "fairoffer", "audit", "fixtures/broadband", expect=1),
        _running("-c", "import polars, pydantic, jinja2"),
    )
    yield Row("audit of the demo / import of its libraries", audit / load, 2.5, "x", f"{audit:.2f} s / {load:.2f} s")


def report_page(repeat: int) -> Iterator[Row]:
    """The page of ten thousand findings, against writing the result as JSON and compiling the template once."""
    from fairoffer.report import html

    result = big(FINDINGS)
    plain = result.model_dump(mode="json", by_alias=True)
    files = sorted((ROOT / "fairoffer" / "report" / "templates").glob("*.j2"))
    template = [path.read_text(encoding="utf-8") for path in files]

    environment = Environment(autoescape=True)
    environment.filters["short"] = str

    def least() -> None:
        json.dumps(plain)
        for part in template:
            environment.compile(part)

    html.render(result)
    page, bare = in_turns(repeat, lambda: html.render(result), least)
    yield Row(
        f"page of {FINDINGS:,} findings / JSON and its template", page / bare, 2, "x", f"{page:.2f} s / {bare:.2f} s"
    )


def customers(repeat: int) -> Iterator[Row]:
    """A book of customers, the whole command, against polars and DuckDB."""
    yield from (Row(*row) for row in book(repeat))


def many_customers(_: int) -> Iterator[Row]:
    """A hundred million customers, once: run by hand, for it takes long and 3 GB on disk."""
    yield from (Row(*row) for row in large())


def real_data(repeat: int) -> Iterator[Row]:
    """A published catalog of 42,837 energy plans, against reading its JSON."""
    folder = os.environ.get("FAIROFFER_DATA", "")
    plans = Path(folder) / "cdr-energy" / "plans_2023-08-11.ndjson.gz"
    if not folder or not plans.is_file():
        print("real data: FAIROFFER_DATA is not set; not measured")
        return
    with tempfile.TemporaryDirectory() as place:
        catalog = str(Path(place) / "catalog.ndjson.gz")
        code = f"import gzip, json\nfor line in gzip.open({str(plans)!r}): json.loads(line)"
        bring = ("-m", "fairoffer", "import", "cdr-energy", str(plans), "-o", catalog, "--as-of", "2023-08-11")
        judge = ("-m", "fairoffer", "audit", catalog, "--as-of", "2023-08-11")
        load, brought = in_turns(repeat, _running("-c", code), _running(*bring))
        yield Row(
            "import of real plans / json.loads of them", brought / load, 8, "x", f"{brought:.1f} s / {load:.1f} s"
        )
        (judged,) = in_turns(repeat, _running(*judge, expect=None))
        yield Row("audit of real plans / json.loads of them", judged / load, 8, "x", f"{judged:.1f} s / {load:.1f} s")
        for what, command in (("import", bring), ("audit", judge)):
            yield Row(f"peak memory of that {what}", _peak(command) / GIGABYTE, 2, "GB", "")


def in_turns(repeat: int, *tasks: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """The median seconds of each task, run one after the other `repeat` times."""
    seconds: list[list[float]] = [[] for _ in tasks]
    for _ in range(repeat):
        for taken, task in zip(seconds, tasks, strict=True):
            begun = clock()
            task()
            taken.append(clock() - begun)
    return [statistics.median(taken) for taken in seconds]


def children() -> float:
    """Processor seconds of all processes that have been run from here, git among them."""
    used = os.times()
    return used.children_user + used.children_system


def _running(*arguments: str, expect: int | None = 0) -> Callable[[], object]:
    """A fresh interpreter on `arguments`, which has to leave with `expect` (None: with any verdict)."""

    def run() -> None:
        done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != expect and not (expect is None and done.returncode in (0, 1, 4)):
            sys.exit(f"{' '.join(arguments)}: exit {done.returncode}\n{done.stderr}")

    return run


def _peak(arguments: tuple[str, ...]) -> int:
    """Bytes of memory that a run holds at its greatest."""
    child = subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss * 1024


if __name__ == "__main__":
    main()
