"""`fairoffer audit --plan`: who is compared with whom, in lines of text; nothing is judged."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from fairoffer.cli.outputs import to_stdout
from fairoffer.cli.terminal import plain

if TYPE_CHECKING:
    from fairoffer.model.inputs import Inputs

WIDTH = 100


def print_plan(inputs: Inputs, day: date, through: date | None) -> int:
    """Write the plan to stdout; gives back the exit code. Raises as ``plan`` and ``planned`` do."""
    from fairoffer.audit.plan import plan

    rows = plan(inputs, day, through)
    lines = [f"who is compared with whom on {day}" + (f" through {through}" if through else "")]
    if inputs.mapped is not None:
        lines.extend(_of_book(inputs, day, through))
    for row in rows:
        lines.extend(_of_group(row))
    if rows or inputs.mapped is None:
        unpaired = sum(bool(row.get("unpaired")) for row in rows)
        lines.append(f"\n{len(rows)} to compare, {unpaired} of them without a counterpart. No verdict was reached.")
    else:
        lines.append("\nNo row was judged, and no verdict was reached.")
    to_stdout("\n".join(lines))
    return 0


def _of_book(inputs: Inputs, day: date, through: date | None) -> Iterator[str]:
    """The book: its source, its columns, and what each rule asks of every row."""
    from fairoffer.book.planned import planned

    for heading, told in planned(inputs, day, through):
        yield ""
        yield plain(heading)
        width = max(11, *(len(name) + 2 for name, _ in told))
        for name, says in told:
            if says:
                yield from _wrapped(f"  {plain(name):<{width}}", plain(says))


def _wrapped(start: str, text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=start, subsequent_indent=" " * len(start), break_on_hyphens=False)


def _of_group(row: Mapping[str, Any]) -> list[str]:
    """One row of the plan: a heading, and a line for each thing that is known about it."""
    place = ", ".join(f"{name}={value}" for name, value in dict(row.get("place") or {}).items())
    heading = " / ".join(str(part) for part in (row.get("product"), row.get("segment"), place) if part)
    lines = ["", plain(heading)]
    for key in ("moment", "held", "reach", "comparator", "assumed", "unpaired"):
        value = row.get(key)
        if value not in (None, "", [], (), {}):
            lines.append(f"  {key:<11}{plain(_in_words(value))}")
    return lines


def _in_words(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={_in_words(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(_in_words(item) for item in value)
    return str(value)
