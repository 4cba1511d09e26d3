"""How many customers a comparison is about, and what a gap comes to in a year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from fairoffer.audit.comparison import Comparison
from fairoffer.compare.groups import Group

COUNTED = frozenset({"breach", "commitment", "house"})


@dataclass(frozen=True)
class People:
    """Segments by id, and whether there is a book."""

    groups: Mapping[str, Group]
    has_book: bool = False

    def number(self, found: Comparison) -> int | None:
        if found.subject.segment is None:
            return found.subject.count
        group = self.groups.get(found.subject.segment)
        return group.customers if group else None

    def now(self, found: Comparison) -> int | None:
        """Customers it is about today; those before their moment are not among them."""
        number = self.number(found)
        return 0 if number is not None and self.only_coming(found) else number

    def coming(self, found: Comparison) -> int | None:
        number = self.number(found)
        return number if number is None or self.only_coming(found) else 0

    def only_coming(self, found: Comparison) -> bool:
        return found.gap is not None and not found.some_now

    def added(self, found: Comparison) -> bool:
        """Whether it counts in totals: a segment within another is judged, never added, and a group of rows neither."""
        if found.subject.segment is None:
            return found.subject.row is not None
        group = self.groups.get(found.subject.segment)
        return group is not None and group.within is None


def per_year(found: Comparison, size: int | None) -> Fraction | None:
    """A gap of one customer in a year, unrounded; None for what has no horizon."""
    if size is None or not found.horizon:
        return None
    return Fraction(size * 12, found.unit * found.horizon)


@dataclass(frozen=True)
class Sum:
    """Money a year: of those worse off, of all that could be assessed, and with what was waived. None: unknown."""

    gross: Fraction | None
    net: Fraction | None
    gross_with_waived: Fraction | None


def money(comparisons: Iterable[Comparison], people: People, check_ids: set[str], waived: set[int]) -> Sum:
    """Each segment and row once, by its largest gap a year over terms, places and policies.

    Args:
        check_ids: the checks whose gaps count.
        waived: ``id()`` of the comparisons whose finding is waived.
    """
    largest: dict[str, Fraction] = {}
    asked, assessed = False, False
    numbers: dict[str, int | None] = {}
    open_findings: set[str] = set()
    all_findings: set[str] = set()
    for found in comparisons:
        if found.bound.check.id not in check_ids or found.bound.level not in COUNTED or not people.added(found):
            continue
        body = found.subject.people or ""
        numbers[body] = people.number(found)
        size = per_year(found, found.gap_now)
        asked = True
        assessed = assessed or found.outcome in ("pass", found.bound.level)
        if size is None and found.subject.row is not None and found.outcome == found.bound.level:
            # A row that is worse off by nobody knows how much a year: the sum is not known either.
            return Sum(None, None, None)
        if size is None or found.outcome not in ("pass", found.bound.level):
            continue
        largest[body] = max(size, largest.get(body, size))
        if found.outcome != "pass" and found.some_now:
            all_findings.add(body)
            if id(found) not in waived:
                open_findings.add(body)
    if any(numbers[body] is None for body in largest) or (asked and not assessed):
        return Sum(None, None, None)
    borne = {body: largest[body] * (numbers[body] or 0) for body in largest}

    def total(bodies: Iterable[str], floor: Fraction | None) -> Fraction:
        return sum((borne[b] if floor is None else max(borne[b], floor) for b in bodies), Fraction(0))

    return Sum(total(open_findings, Fraction(0)), total(borne, None), total(all_findings, Fraction(0)))
