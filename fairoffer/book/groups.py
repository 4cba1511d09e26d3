"""The rows of a book by rule, product, place and band of tenure: what of each group passed, failed or was not seen."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import NamedTuple

import polars as pl

from fairoffer.audit.comparison import Comparison, Spread, blank
from fairoffer.book import bins
from fairoffer.book.slots import FAIL, OUT, PASS, Slot, reason_of
from fairoffer.compare.subject import Place, Subject
from fairoffer.errors import InputError, Problem
from fairoffer.money import round_half_up

UNKNOWN = -1
"""The band of those whose tenure is not known."""
ALL = -2
"""The band of groups that were put together."""
YEAR = 12
MOST_GROUPS = 150_000
"""Groups of all rules together; each takes some kilobytes."""


class Name(NamedTuple):
    """What a group of rows has in common under a slot."""

    product: str
    place: str
    band: int


@dataclass
class Group:
    """Everything that was counted of a group: by outcome, and sums of gaps by the months that they are for."""

    rows: Counter[int] = field(default_factory=Counter)
    customers: Counter[int] = field(default_factory=Counter)
    net: Counter[int] = field(default_factory=Counter)
    lost: Counter[int] = field(default_factory=Counter)
    paid: Counter[int] = field(default_factory=Counter)
    worse: Counter[int] = field(default_factory=Counter)
    ends: dict[int, tuple[int, int]] = field(default_factory=dict)
    bins: Counter[tuple[int, int]] = field(default_factory=Counter)
    merged: int = 0

    @property
    def compared(self) -> int:
        """Customers who could be compared."""
        return self.customers[PASS] + self.customers[FAIL]

    @property
    def size(self) -> int:
        """Customers whom its numbers are about: those who were compared, or all where nobody was."""
        return self.compared or self.customers.total()

    def count(self, months: int, outcome: int, rows: int, customers: int, gaps: int) -> None:
        """Count rows of one outcome, with the sum of their gaps."""
        self.rows[outcome] += rows
        self.customers[outcome] += customers
        self.net[months] += gaps
        if outcome == FAIL:
            self.lost[months] += gaps
            self.worse[months] += customers

    def widen(self, months: int, low: int, high: int, mine: int = 0) -> None:
        """Take note of the least and the most that somebody of those worse off loses, and of what all of them have."""
        self.paid[months] += mine
        known = self.ends.get(months)
        self.ends[months] = (low, high) if known is None else (min(low, known[0]), max(high, known[1]))

    def add(self, other: Group, *, moved: bool) -> None:
        """Take another group in; ``moved``: it was too small to stand alone."""
        for name in ("rows", "customers", "net", "lost", "paid", "worse", "bins"):
            getattr(self, name).update(getattr(other, name))
        for months, ends in other.ends.items():
            self.widen(months, *ends)
        self.merged += moved


def _of_slot() -> dict[Name, Group]:
    return defaultdict(Group)


def groups_in(merged: pl.DataFrame) -> dict[int, dict[Name, Group]]:
    """The groups of every slot, from merged partial results."""
    found: dict[int, dict[Name, Group]] = defaultdict(_of_slot)
    names = ("slot", "product", "place", "band", "horizon")
    refuse_too_many(merged)
    for part, columns in (
        ("rows", ("key", "n", "customers", "s0")),
        ("ends", ("lo", "hi", "s0")),
    ):
        of_part = merged.filter(pl.col("part") == part).select(*names, *columns)
        for slot, product, place, band, months, *values in of_part.iter_rows():
            group = found[slot][Name(product, place, band)]
            group.count(months, *values) if part == "rows" else group.widen(months, *values)
    bins = merged.filter(pl.col("part") == "bins").group_by(names, maintain_order=True).agg("key", "customers")
    for slot, product, place, band, months, keys, customers in bins.iter_rows():
        for key, number in zip(keys, customers, strict=True):
            found[slot][Name(product, place, band)].bins[months, key] += number
    return found


def refuse_too_many(merged: pl.DataFrame) -> None:
    """Raises ``InputError`` where there are more groups than anybody could look at, and than fit."""
    found = merged.filter(pl.col("part") == "rows").select("slot", "product", "place", "band").unique()
    if found.height > MOST_GROUPS:
        products, places = found["product"].n_unique(), found["place"].n_unique()
        message = (
            f"the book falls into {found.height:,} groups of rule, product, place and tenure ({products:,} products, "
            f"{places:,} places), and more than {MOST_GROUPS:,} cannot be shown; map columns with fewer values"
        )
        raise InputError([Problem("book.yaml", 0, 1, "columns", message)])


def put_together(groups: Mapping[Name, Group], k: int) -> tuple[dict[Name, Group], dict[Name, Name]]:
    """The groups with those of fewer than ``k`` customers put together: within their product, and where that is still
    too small, with all such of the rule; the last of them with the smallest that stands, whose name is then nobody's.
    Also where each group went."""
    where = {name: name for name in groups}
    for within_product in (True, False):
        small = small_of(groups, where, k)
        where |= {
            name: Name(at.product if within_product else "", "", ALL) for name, at in where.items() if at in small
        }
    small = small_of(groups, where, k)
    large = {at: size for at, size in sizes_of(groups, where).items() if at not in small}
    if small and large:
        smallest = min(large, key=lambda at: (large[at], at))
        where |= {name: Name("", "", ALL) for name, at in where.items() if at in small or at == smallest}
    kept: dict[Name, Group] = defaultdict(Group)
    for name in sorted(groups):
        kept[where[name]].add(groups[name], moved=where[name] != name)
    return dict(kept), where


def sizes_of(groups: Mapping[Name, Group], where: Mapping[Name, Name]) -> Counter[Name]:
    """Customers in each group after they were put together so far."""
    sizes: Counter[Name] = Counter()
    for name, group in groups.items():
        sizes[where[name]] += group.size
    return sizes


def small_of(groups: Mapping[Name, Group], where: Mapping[Name, Name], k: int) -> set[Name]:
    return {at for at, size in sizes_of(groups, where).items() if size < k}


def comparisons_of(slot: Slot, groups: Mapping[Name, Group], bands: tuple[int, ...], day: int) -> Iterator[Comparison]:
    """What became of the rows of each group: a comparison for each outcome, the gravest standing for the group."""
    for number, name in enumerate(sorted(groups)):
        group = groups[name]
        for at, outcome in enumerate(sorted(group.rows, key=gravity)):
            part = None if not at else {PASS: "pass", OUT: "out-of-scope"}.get(outcome, reason_of(outcome))
            band = band_name(name.band, bands)
            people = group.customers[outcome]
            subject = Subject(number, name.product, None, place_of(name.place), count=people, band=band, part=part)
            yield comparison(slot, group, subject, outcome, day)


def gravity(outcome: int) -> tuple[int, int]:
    """Failures first, then passes, then what could not be seen, then what is out of scope."""
    return ({FAIL: 0, PASS: 1, OUT: 3}.get(outcome, 2), outcome)


def place_of(text: str) -> Place:
    """A place from its JSON."""
    return tuple(sorted(json.loads(text).items())) if text else ()


def band_name(band: int, bands: tuple[int, ...]) -> str:
    """``24-59``, ``60+``, ``unknown``, or ``several`` of groups that were put together."""
    if band in (UNKNOWN, ALL):
        return "unknown" if band == UNKNOWN else "several"
    return f"{bands[band]}+" if band + 1 == len(bands) else f"{bands[band]}-{bands[band + 1] - 1}"


def band_ends(band: str) -> tuple[int, int | None]:
    """The months of a band's name."""
    if not band[0].isdigit():
        return 1, None
    first, _, last = band.rstrip("+").partition("-")
    return int(first), int(last) if last else None


def comparison(slot: Slot, group: Group, subject: Subject, outcome: int, day: int) -> Comparison:
    bound = slot.bound
    said = {PASS: "pass", OUT: "out-of-scope", FAIL: bound.level}.get(outcome, "not-assessable")
    reason = "scope" if outcome == OUT else reason_of(outcome)
    found = replace(
        blank(bound, subject, slot.term, said, reason),  # type: ignore[arg-type]
        rows=group.rows[outcome],
        sign=slot.sign,
        measure=slot.measure,
        tenure=band_ends(subject.band or "unknown"),
        days=(day, day),
    )
    return with_spread(found, slot, group) if outcome == FAIL else found


def with_spread(found: Comparison, slot: Slot, group: Group) -> Comparison:
    """A group that fails, with how its gaps are spread; of a condition there is nothing to measure."""
    spread = Spread(group.compared, group.customers[FAIL], merged=group.merged)
    if not group.ends:
        return replace(found, spread=spread)
    spread = spread_of(spread, slot, group)
    unit, money = slot.unit * YEAR, slot.places is not None
    yearly = money and any(group.ends)
    sizes = (spread.most, spread.least, spread.mean, spread.existing)
    most, least, mean, existing = (size or Fraction(0) for size in sizes)
    return replace(
        found,
        unit=unit,
        horizon=YEAR if yearly else None,
        per="year" if yearly else "term" if money else None,
        existing=units(existing, unit),
        comparator=units(existing - mean * slot.sign, unit),
        gap=units(most, unit),
        gap_least=units(least, unit),
        gap_now=units(most, unit),
        some_now=True,
        spread=spread,
        notes=("term-of-unknown-length",) if yearly and 0 in group.ends else (),
    )


def units(size: Fraction, unit: int) -> int:
    """A size in whole units, half up."""
    return int(round_half_up(size.numerator * unit, size.denominator, 0))


def spread_of(spread: Spread, slot: Slot, group: Group) -> Spread:
    """Sums exactly, quantiles to the middle of their bin. Money is for a year, and of those whose months are known; a
    group of which no months are known has its sums as they are."""
    known = {months for months in group.ends if months} or {0}
    least = min(at_year(group.ends[months][0], months, slot) for months in known)
    most = max(at_year(group.ends[months][1], months, slot) for months in known)
    counts = Counter[int]()
    for (months, key), number in group.bins.items():
        counts[key] += number if months in known else 0
    ends = (least * slot.unit, most * slot.unit)
    counted = sum(group.worse[months] for months in known)
    passing = {months for months in group.net if bool(months) == any(known)}
    return replace(
        spread,
        gross=total(group.lost, known, slot),
        net=total(group.net, passing, slot),
        existing=total(group.paid, known, slot) / counted,
        least=least,
        most=most,
        p50=bins.quantile(counts, Fraction(1, 2), *ends) / slot.unit,
        p90=bins.quantile(counts, Fraction(9, 10), *ends) / slot.unit,
        error=bins.ERROR,
        counted=counted,
    )


def at_year(size: int, months: int, slot: Slot) -> Fraction:
    """A size of a slot in its term's unit: money for a year, where the months that it is for are known."""
    return Fraction(size * YEAR, slot.unit * months) if months else Fraction(size, slot.unit)


def total(sums: Mapping[int, int], months: Collection[int], slot: Slot) -> Fraction:
    """Sums that are for some of the months, together."""
    return sum((at_year(size, own, slot) for own, size in sums.items() if own in months), Fraction(0))
