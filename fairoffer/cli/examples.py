"""Worked examples of a rule: cases that come with its policy and say what must come out of it, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from fairoffer.errors import Problem, UsageError
from fairoffer.model.inputs import find_fixture
from fairoffer.source import read_yaml

KINDS = {
    "fails": ("breach", "commitment", "house", "review", "shadow"),
    "passes": ("pass",),
    "cannot be assessed": ("not-assessable",),
}
"""What an example shows, and the outcomes that show it."""
TABLES = {"customer": "book", "notice": "notices", "record": "records"}
"""What an expectation is about, and the table of the case that has it."""


class Example(NamedTuple):
    """A case that names a rule: what it shows, its file, the expectation, and the row that it is about."""

    shows: str
    name: str
    file: str
    source: str
    expected: Mapping[str, Any]
    row: Mapping[str, Any] | None
    rank: tuple[bool, bool, int, str]


def examples(policy: str, rule: str, file: Path | None = None) -> list[Example]:
    """For each of KINDS the plainest case that comes with the policy, or stands in ``cases`` beside its file.

    A case that names its source comes first, then an ordinary renewal, then whatever is short.
    """
    found: dict[str, Example] = {}
    for example in sorted(_all(policy, rule, file), key=lambda one: one.rank):
        found.setdefault(example.shows, example)
    return [found[kind] for kind in KINDS if kind in found]


def _all(policy: str, rule: str, file: Path | None) -> Iterator[Example]:
    try:
        folder = find_fixture(f"cases/{policy}") if file is None else file.parent / "cases"
    except UsageError:
        return
    for path in folder.glob("*.yaml"):
        if rule in path.read_text(encoding="utf-8", errors="replace"):
            yield from _of_file(path, policy, rule, file)


def _of_file(path: Path, policy: str, rule: str, file: Path | None) -> Iterator[Example]:
    ignored: list[Problem] = []
    read = read_yaml(path, path.name, ignored)
    if read is None:
        return
    case = read[0].data
    if file is not None and not any(Path(name).name == file.name for name in _names(case.get("policy"))):
        return
    for expected in _mappings(case.get("expect")):
        if expected.get("rule") not in (rule, f"{policy}/{rule}"):
            continue
        shows = next((kind for kind, outcomes in KINDS.items() if expected.get("outcome") in outcomes), None)
        if shows is not None:
            row = _row(case, expected)
            ordinary = row is None or row.get("event", "renewal") == "renewal"
            rank = ("source" not in case, not ordinary, path.stat().st_size, path.name)
            name, source = str(case.get("name", path.stem)), _source(case.get("source"))
            yield Example(shows, name, f"{path.parent.name}/{path.name}", source, expected, row, rank)


def _names(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _source(value: object) -> str:
    if isinstance(value, dict):
        read = f" ({value['read']})" if "read" in value else ""
        return ", ".join(str(value[key]) for key in ("name", "clause") if key in value) + read
    return "" if value is None else str(value)


def _row(case: Mapping[str, Any], expected: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The row of the case that the expectation is about, or its only one."""
    for subject, table in reversed(TABLES.items()):
        rows = list(_mappings(case.get(table)))
        key = "customer" if table == "book" else "id"
        if subject in expected:
            return next((row for row in rows if row.get(key) == expected[subject]), None)
    rows = list(_mappings(case.get("book")))
    return rows[0] if len(rows) == 1 else None


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    for item in value if isinstance(value, list) else []:
        if isinstance(item, dict):
            yield item


def numbers(example: Example) -> str:
    """What the case says must come out: ``customer a: breach, gap 50.00 a year``."""
    expected = example.expected
    subject = ", ".join(
        f"{name} {expected[name]}"
        for name in ("customer", "notice", "record", "offer", "segment", "product", "term")
        if name in expected
    )
    per = f" a {expected['per']}" if "per" in expected else ""
    parts = [str(expected["outcome"])]
    parts += [f"{name.replace('_', ' ')} {expected[name]}{per}" for name in ("gap", "gap_max") if name in expected]
    parts += [f"{name} {expected[name]}" for name in ("existing", "comparator", "reason") if name in expected]
    return f"{subject}: {', '.join(parts)}" if subject else ", ".join(parts)


def facts(example: Example) -> str:
    """The row that the case is about, on one line: ``price 412.00, quotes[0].price 362.00``."""
    from fairoffer.report.policies import inline

    return inline({name: value for name, value in (example.row or {}).items() if name not in ("customer", "id")})
