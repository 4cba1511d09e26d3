"""A book of customers in words: how it was read, what could not be, and what a finding on it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from fairoffer.model.result import Book, BookNumbers, Comparisons, Finding, Result, Unread
from fairoffer.report import words

QUANTILES = (
    "Of a group of a book, customers are those who are worse off by more than the rule allows; existing, comparator "
    "and gap are their means. P50 and P90: half of them, and nine in ten, lose no more than that a year. Net sets off "
    "what the others of the group gain, and counts what is allowed."
)


class Numbers(NamedTuple):
    """A finding on a book as strings; money is a year."""

    of: str
    worse: str
    share: str
    gross: str
    net: str
    mean: str
    p50: str
    p90: str
    most: str
    within: str
    merged: str
    a_year: str

    @property
    def sentence(self) -> str:
        """How many of how many, and how much; nothing of what is not known."""
        parts = [
            f"{self.worse} of {self.of} customers worse off by more than allowed ({self.share})",
            *(f"{name} {value}" for name, value in (("gross", self.gross), ("net", self.net)) if value != "–"),
            f"each on average {self.mean}{self.a_year}" if self.mean != "–" else "",
            self.spread,
            self.merged,
        ]
        return "; ".join(part for part in parts if part)

    @property
    def spread(self) -> str:
        """P50 GBP 34.00, P90 GBP 80.00 (both within ±1.6%), largest GBP 120.00."""
        close = f" ({self.within})" if self.within else ""
        quantiles = f"P50 {self.p50}, P90 {self.p90}{close}" if "–" not in (self.p50, self.p90) else ""
        return ", ".join(part for part in (quantiles, f"largest {self.most}" if self.most != "–" else "") if part)


@dataclass(frozen=True)
class BookView:
    """The book that was audited."""

    facts: tuple[tuple[str, str], ...]
    unread: tuple[tuple[str, ...], ...]
    unread_words: str


def weights(columns: Comparisons) -> Sequence[int]:
    """As how many comparisons each line counts: the rows of a book that it stands for, else one."""
    return columns.rows or [1] * len(columns.id)


def each(one: Finding) -> str | None:
    """The gap of one customer: of a book the mean of those who are worse off, which is that of the sides shown."""
    sides = [side.value if side is not None else None for side in (one.existing, one.comparator)]
    if one.book is None or sides[0] is None or sides[1] is None:
        return one.gap
    return f"{abs(Decimal(sides[0]) - Decimal(sides[1])):f}"


def yearly(one: Finding) -> bool:
    """Whether a finding on a book is stated in money a year."""
    return one.book is not None and one.gap_per_year is not None


def affected(one: Finding) -> int | None:
    """How many customers a finding is about: of a book those who are worse off."""
    return one.book.worse if one.book is not None else one.customers


def numbers(one: Finding, currency: str) -> Numbers | None:
    """What a finding on a book comes to; nothing of any other."""
    book = one.book
    if book is None:
        return None

    def amount(value: str | None) -> str:
        return words.gap(value, one.unit, currency)

    def total(value: str | None) -> str:
        return words.money(value, currency) if value is not None and one.unit == currency else amount(value)

    merged = f"{words.count(book.merged, 'group')} too small to show merged into it" if book.merged else ""
    return Numbers(
        of=f"{book.n:,}",
        worse=f"{book.worse:,}",
        share=share_worse(book),
        gross=total(book.gross),
        net=total(book.net),
        mean=amount(book.mean),
        p50=amount(book.p50),
        p90=amount(book.p90),
        most=amount(book.max),
        within=f"both within {error(book)}" if error(book) else "",
        merged=merged,
        a_year=" a year" if one.gap_per_year is not None else "",
    )


def share_worse(book: BookNumbers) -> str:
    """The share of those who are worse off; some are never shown as none."""
    if book.share_worse is None:
        return "share unknown"
    shown = words.share(book.share_worse)
    return "under 0.01%" if shown == "0%" and book.worse else shown


def error(book: BookNumbers) -> str:
    """±1.6%: how far the quantiles may be off; nothing where they are exact."""
    if book.quantile_error is None or not Decimal(book.quantile_error):
        return ""
    return f"±{(Decimal(book.quantile_error) * 100).normalize():f}%"


def build(result: Result) -> BookView | None:
    """The book in words; nothing where none was audited."""
    book = result.book
    if book is None:
        return None
    count = sum(one.count for one in book.unread)
    return BookView(
        facts=tuple(_facts(book)),
        unread=tuple(map(_unread, book.unread)),
        unread_words=words.count(count, "value") if count else "",
    )


def unseen(result: Result) -> list[str]:
    """What of the book could not be read, by what it is, and how often a customer came twice."""
    book = result.book
    if book is None:
        return []
    lines = []
    if book.unread:
        parts = [f"{one.path} {one.count:,}" for one in book.unread]
        more = f" and {len(parts) - 6:,} more columns" if len(parts) > 6 else ""
        lines.append(f"Values of the book that could not be read: {', '.join(parts[:6])}{more}.")
    if book.duplicates:
        rows = words.count(book.duplicates, "row")
        lines.append(f"{rows} of the book {'is' if book.duplicates == 1 else 'are'} of a customer who came before.")
    return lines


def _facts(book: Book) -> Iterator[tuple[str, str]]:
    yield "Rows", f"{book.rows:,}"
    if book.customers is not None:
        yield "Customers", f"{book.customers:,}"
    if book.source:
        yield "Read from", book.source
    yield "Compared with", "quotes on the same row" if book.comparator == "quoted" else "offers of the catalog"
    if book.just_joined:
        yield (
            "Joined this month",
            f"{words.count(book.just_joined, 'row')} of people who have not stayed yet: not judged",
        )
    if book.duplicates is not None:
        says = f"{words.count(book.duplicates, 'row')} of a customer who came before" if book.duplicates else "none"
        yield "Customers who come twice", f"{says}{f', by {book.unique_by}' if book.unique_by else ''}"
    count = sum(one.count for one in book.unread)
    yield "Could not be read", f"{words.count(count, 'value')}, listed by column" if count else "nothing"
    if book.bands:
        yield "Bands of tenure", f"{', '.join(book.bands).replace('-', '–')} months"
    smallest = f"none of fewer than {words.count(book.k, 'customer')}: smaller ones are merged"
    yield "Groups", f"{book.groups:,}, {smallest}" if book.groups else smallest


def _unread(one: Unread) -> tuple[str, ...]:
    """Path, column, what is wrong, how many, and the first rows."""
    first = ", ".join(map(str, one.rows))
    more = ", …" if one.rows and one.count > len(one.rows) else ""
    return one.path, one.column, one.what, f"{one.count:,}", f"{first}{more}" or "–"


def in_a_line(row: tuple[str, ...]) -> str:
    """price (column annual_price): not a number, 12 values, rows 4, 9, …"""
    path, column, what, count, rows = row
    values = f"{count} value{'s' * (count != '1')}"
    where = f", row{'s' * (rows.count(',') > 0)} {rows}" if rows != "–" else ""
    return f"{path} (column {column}): {what}: {values}{where}"
