"""The page to sign: one file, no request, works without a script, everything escaped."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from fairoffer.model.result import Result
from fairoffer.report import causes, where, words
from fairoffer.report.causes import Row
from fairoffer.report.view import build

CHANGED = (200, 40)  # rows of one group of what changed, and of a large page; the CSV has the others
PACKED = 20_000  # findings in that block; the CSV has the others
CSP = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src 'sha256-{css}'; script-src {js}"
)
# The plain tables of findings; # is a column of numbers. What stands on lines of its own in a cell is a column of its
# own in the CSV that a reader saves; the last of them takes what is left.
HEADS = {
    "Level": "Level|State",
    "Product and subject": "Product|Subject|Place",
    "Tenure": "Tenure|Cells",
    "Rule, term, id": "Rule|Id|Cause|Waiver",
    "#Existing": "Existing",
    "#Comparator": "Comparator",
    "#Gap": "Gap|Notes",
    "#Customers": "Customers|Coming",
    "#A year": "A year",
}
# A column of the block: its heading and the row's attribute. Ids are random and would be most of its size.
COLUMNS = (
    ("Cause", "cause"),
    ("Level", "level"),
    ("State", "state"),
    ("Product", "product"),
    ("Subject", "segment"),
    ("Place", "place"),
    ("Tenure", "tenure"),
    ("Rule", "rule"),
    ("Term", "term"),
    ("Existing", "existing"),
    ("Comparator", "comparator"),
    ("Gap", "gap"),
    ("Customers", "customers"),
    ("A year", "money"),
)


def render(result: Result) -> str:
    """The whole page as text. Same result, same page; only the compressed block depends on the zlib build."""
    view = build(result)
    css, js = _asset("report.css"), _asset("report.js")
    packed = len(view.findings) > causes.PLAIN
    policy = CSP.format(css=_digest(css), js=f"'sha256-{_digest(js)}'" if view.findings else "'none'")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            v=view,
            words=words,
            limits={"causes": causes.SHOWN, "products": where.PRODUCTS, "packed": PACKED, "changed": CHANGED[packed]},
            heads=HEADS,
            block=Markup(pack(view.findings[:PACKED])) if packed else None,
            csp=policy,
            css=Markup(css),
            js=Markup(js),
        )
    )


def pack(rows: Sequence[Row]) -> str:
    """Rows as columns, compressed, in base64; the script sorts them by the first column, their rank.

    Rows of one segment stand together, which makes the block a good deal smaller. The gzip header carries no time.
    """
    order = sorted(range(len(rows)), key=lambda index: (rows[index].product, rows[index].segment, rows[index].rule))
    ranks: list[Any] = ["Rank", [index + 1 for index in order], None]
    rows = [rows[index] for index in order]
    columns = [ranks] + [
        [heading, *_coded([words.visible(str(getattr(row, name))) for row in rows])] for heading, name in COLUMNS
    ]
    text = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(errors="backslashreplace"), 9, mtime=0)).decode()


def _coded(values: list[str]) -> tuple[list[str], list[int] | None]:
    """The different values and each row's number among them; where few repeat, the values themselves."""
    number = {value: index for index, value in enumerate(dict.fromkeys(values))}
    if len(number) * 3 > len(values):
        return values, None
    return list(number), [number[value] for value in values]


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _asset(name: str) -> str:
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")


def _finalize(value: Any) -> Any:
    """Last step before escaping, for everything that a template prints: nothing hidden, nothing endless."""
    if not isinstance(value, str) or isinstance(value, Markup | words.Full):
        return value
    return words.visible(words.short(value, words.PROSE))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters["short"] = words.short
    return environment
