"""One statistic of a book: an estimate with its interval, how many it rests on, and what may be said of it."""

from __future__ import annotations

from fairoffer.model.part import Months, Number, Part


class Mean(Part):
    """The average price a year of the customers of one band of tenure."""

    tenure_months: Months
    n: int
    price: Number
    """Rounded once, half up; a band of fewer than k customers is left out."""


class Statistic(Part):
    """An estimate over a book; numbers are decimal text of at most four significant digits, null where not known."""

    id: str
    kind: str
    """raw, matched, gradient, vulnerable or disagreement; a disagreement has no estimate, only `says`."""
    product: str | None = None
    """Null: all products together."""
    policy: str | None = None
    rule: str | None = None
    term: str | None = None
    """Of the rule, where money under a rule is what is counted."""
    measure: str = ""
    """What is estimated, of the kinds that have several: price, price over comparator, money per customer, …"""
    tenure_months: Months | None = None
    """The band that is compared, of a matched gap and of a raw rise."""
    against_months: Months | None = None
    """The band that it is compared with: the newest with customers enough; null: not one for all products."""
    estimate: Number | None = None
    low: Number | None = None
    high: Number | None = None
    unit: str = "percent"
    """percent, percent a year, or ratio."""
    level: Number = "0.95"
    """Of the interval from `low` to `high`, taken by itself."""
    n: int = 0
    """Customers that it rests on."""
    cells: int | None = None
    """Like-for-like cells that it rests on."""
    clusters: int | None = None
    """Independent groups that the interval is reckoned from."""
    share_matched: Number | None = None
    """Customers that it rests on, of all that it is about: a part of one."""
    p: Number | None = None
    """How often chance alone gives at least this; null where nothing is tested."""
    p_adjusted: Number | None = None
    """After allowing for how many groups were looked at."""
    stands: bool = False
    """Whether it differs from nothing after that, by more than prices are read to."""
    adjusted: bool = True
    """False: like is not compared with like; it decides nothing."""
    thin: str | None = None
    """Why nothing is claimed."""
    means: list[Mean] = []
    """The averages behind a raw rise."""
    method: str = ""
    says: str = ""
