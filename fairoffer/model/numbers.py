"""What a result says of a book of customers: how it was read, and what a finding on it comes to."""

from __future__ import annotations

from fairoffer.model.part import Number, Part


class BookNumbers(Part):
    """A finding on a book in numbers: customers, and money a year (of a term that is not money, its unit)."""

    n: int
    """Customers of the group that could be compared."""
    worse: int
    """Of those, the ones who are worse off by more than the rule allows."""
    share_worse: Number | None = None
    gross: Number | None = None
    """What these lose together."""
    net: Number | None = None
    """The same for all who could be compared: less what the others gain, and with what is allowed."""
    mean: Number | None = None
    """Of those who are worse off by more than allowed, like what follows."""
    p50: Number | None = None
    p90: Number | None = None
    max: Number | None = None
    quantile_error: Number | None = None
    """How far p50 and p90 may be off, as a share of their own: "0.016"."""
    merged: int = 0
    """How many groups of fewer than k customers were counted into this one."""


class Unread(Part):
    """Values of one column that could not be read; never what they hold."""

    path: str
    """What the column is mapped to."""
    column: str
    what: str
    count: int
    rows: list[int] = []
    """The first few rows that hold such a value, numbered from 1."""


class Book(Part):
    """The book of customers that was audited."""

    rows: int
    customers: int | None = None
    """How many the rows stand for; one each, unless the book says how many."""
    source: str = ""
    """In words: files, or a table; never how a database is signed in to."""
    comparator: str = "quoted"
    """quoted on the row, or from the catalog."""
    bands: list[str] = []
    """The bands of tenure in months: 1-11, 12-23, …, 60+."""
    k: int = 10
    """Groups of fewer customers are merged."""
    unread: list[Unread] = []
    just_joined: int = 0
    """Rows of people who joined within the last month: they did not stay, and no rule is for them."""
    duplicates: int | None = None
    """Rows whose customer came before; null where nothing says who is who."""
    unique_by: str | None = None
    groups: int = 0
    """Groups of product, place and band of tenure under a rule and term, after merging."""
