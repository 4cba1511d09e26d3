"""The findings of a large page as one compressed block that the page's script unpacks.

Ids are random and would be most of its size: they are in the CSV.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from fairoffer.model.result import Finding, Months
from fairoffer.report import book, states, subjects, words
from fairoffer.report.sums import has_people

PACKED = 20_000  # findings in the block; the CSV has the others
OF_BOOK = (("Of", "of"), ("Share", "share"), ("P50", "p50"), ("P90", "p90"), ("Largest", "most"), ("Net", "net"))
"""Headings of the columns of a book, and the numbers in them; the page's script knows the headings."""
LEVEL = 7  # beyond it zlib takes five times as long and saves a five hundredth


def pack(findings: Sequence[Finding], ranks: Mapping[str, int], currency: str, diff: bool) -> str:
    """Findings, worst first, as columns, compressed, in base64; the script orders them by the first column, their rank.

    Those of one segment stand together, which makes the block a good deal smaller. The gzip header carries no time.
    """
    names = [(one.product or "", subjects.name(one), one.rule) for one in findings]
    order = sorted(range(len(findings)), key=names.__getitem__)
    found = [findings[index] for index in order]
    columns: list[list[Any]] = [["Rank", [index + 1 for index in order], None]]
    columns += [[head, *_coded(values)] for head, values in _columns(found, ranks, currency, diff)]
    text = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(errors="backslashreplace"), LEVEL, mtime=0)).decode()


def _columns(
    found: Sequence[Finding], ranks: Mapping[str, int], currency: str, diff: bool
) -> Iterator[tuple[str, list[str]]]:
    """Heading and values of every column, as the plain table has them."""
    yield "Cause", [str(ranks[one.cause or one.id]) for one in found]
    yield "Level", [one.level for one in found]
    yield "State", [states.shown(one, diff) for one in found]
    yield "Product", [one.product or "–" for one in found]
    yield "Subject", [subjects.name(one) for one in found]
    yield "Place", [words.place(one.place) for one in found]
    yield "Tenure", [_tenure(one.tenure_months) for one in found]
    yield "Rule", [one.rule for one in found]
    yield "Term", [words.term(one.term) for one in found]
    for head, sides in (("Existing", [o.existing for o in found]), ("Comparator", [o.comparator for o in found])):
        yield (
            head,
            [
                words.amount(side.value if side else None, one.unit, currency)
                for one, side in zip(found, sides, strict=True)
            ],
        )
    yield "Gap", [words.gap(book.each(one), one.unit, currency) for one in found]
    yield "Customers", [words.customers(book.affected(one)) if has_people(one) else "–" for one in found]
    money = (one.gap_per_year for one in found)
    yield "A year", [words.money(amount, currency) if amount is not None else "" for amount in money]
    if any(one.book is not None for one in found):
        yield from _of_book([book.numbers(one, currency) for one in found])


def _of_book(found: Sequence[book.Numbers | None]) -> Iterator[tuple[str, list[str]]]:
    """What only findings on a book have."""
    for head, name in OF_BOOK:
        yield head, ["" if one is None else str(getattr(one, name)) for one in found]


def _tenure(months: Months | None) -> str:
    return words.tenure(None) if months is None else _between(months.from_, months.to)


@cache
def _between(low: int | None, high: int | None) -> str:
    return words.tenure(Months(from_=low, to=high))


def _coded(values: list[str]) -> tuple[list[str], list[int] | None]:
    """The different values and each row's number among them; where few repeat, the values themselves."""
    number = {value: index for index, value in enumerate(dict.fromkeys(values))}
    if len(number) * 3 > len(values):
        return _visible(values), None
    return _visible(list(number)), [number[value] for value in values]


def _visible(values: list[str]) -> list[str]:
    """As `words.visible`; looks at all of them at once, as hardly ever anything is hidden."""
    joined = "".join(values)
    return values if words.visible(joined) == joined else [words.visible(value) for value in values]
