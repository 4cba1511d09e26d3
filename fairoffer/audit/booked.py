"""What an audit of a book of customers hands on: comparisons in groups, and every customer once for what adds up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fairoffer.audit.amounts import share
from fairoffer.audit.comparison import Comparison, Key
from fairoffer.audit.people import Sum

Keys = frozenset[Key]


@dataclass(frozen=True)
class Body:
    """Customers who are in the same findings. ``failing`` are the comparisons behind these, ``by_kind`` those of each
    kind of money; ``worth`` is what all of them together lose a year by each kind, ``None`` where nobody knows."""

    customers: int
    failing: Keys
    by_kind: Mapping[str, Keys]
    worth: Mapping[str, Fraction | None]
    assessed: Mapping[str, int]
    """Of how many of them the loss is known."""
    asked: bool
    made: bool


@dataclass(frozen=True)
class Booked:
    """A book, audited. ``facts`` are the fields of the result's ``book``, ``statistics`` its entries."""

    comparisons: tuple[Comparison, ...]
    bodies: tuple[Body, ...]
    facts: Mapping[str, Any]
    statistics: tuple[Any, ...]
    files: tuple[Mapping[str, Any], ...] = ()
    asked: frozenset[tuple[str, str]] = frozenset()
    """Policies and rules that its customers answer."""
    used: frozenset[str] = frozenset()
    """Ids of the offers that some customer was compared with."""


def money_of(bodies: Collection[Body], kind: str, waived: Collection[Key]) -> Sum:
    """Money a year, every customer once: gross of those with an open finding, net of all who could be assessed."""
    if not any(body.assessed[kind] for body in bodies):
        return Sum(None, None, None)
    if any(body.worth[kind] is None for body in bodies):
        return Sum(None, None, None)

    def total(some: Iterable[Body]) -> Fraction:
        return sum((body.worth[kind] or Fraction(0) for body in some), Fraction(0))

    found = [body for body in bodies if body.by_kind[kind]]
    still = [body for body in found if any(key not in waived for key in body.by_kind[kind])]
    return Sum(total(still), total(bodies), total(found))


def affected_in(bodies: Iterable[Body], waived: Collection[Key]) -> int:
    """Customers with an open finding."""
    return sum(body.customers for body in bodies if any(key not in waived for key in body.failing))


def share_compared(bodies: Collection[Body]) -> str | None:
    """Share of the customers of whom a cost could be compared, of those of whom it was asked."""
    asked = [body for body in bodies if body.asked]
    return share(sum(b.customers for b in asked if b.made), sum(b.customers for b in asked))
