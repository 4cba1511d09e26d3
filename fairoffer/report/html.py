"""The page to sign: one file, no request, works without a script, everything escaped."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from fairoffer.collector import resting
from fairoffer.model.result import Result
from fairoffer.report import block, book, causes, glance, statistics, where, words
from fairoffer.report.view import View, build

CHANGED = (200, 40)  # rows of one group of what changed, and of a large page; the CSV has the others
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

OF_BOOK = {"#Customers": "Customers|Note on customers", "#A year": "A year|Note on money"}
"""The same columns, where lines are those of findings on a book."""


def render(result: Result) -> str:
    """The whole page as text. Same result, same page; only the compressed block depends on the zlib build."""
    with resting():
        return _rendered(build(result, plain=causes.PLAIN))


def _rendered(view: View) -> str:
    css, js = _asset("report.css"), _asset("report.js")
    packed = bool(view.block)
    policy = CSP.format(css=_digest(css), js=f"'sha256-{_digest(js)}'" if view.findings_all else "'none'")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            v=view,
            words=words,
            part_mended=glance.part_mended,
            quantiles=book.QUANTILES,
            unadjusted=statistics.UNADJUSTED,
            limits={
                "causes": causes.SHOWN,
                "products": where.PRODUCTS,
                "packed": block.PACKED,
                "changed": CHANGED[packed],
            },
            heads=HEADS | OF_BOOK if view.book else HEADS,
            block=Markup(view.block) if packed else None,
            csp=policy,
            css=Markup(css),
            js=Markup(js),
        )
    )


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
