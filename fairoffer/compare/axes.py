"""Traits and days at which any offer of a market changes its mind.

Offers are bits of an integer. On every axis the values that no offer tells apart are one class, so the number of
classes follows the offers and not the number of customers there could be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fairoffer.model.base import Range
from fairoffer.model.catalog import Attribute, Eligibility

Value = str | int


@dataclass(frozen=True, slots=True)
class TraitClass:
    """Values of one trait that no offer tells apart: ``values`` for words, ``low``..``high`` for whole numbers."""

    mask: int
    values: tuple[str, ...] = ()
    low: int = 0
    high: int = 0

    @property
    def witness(self) -> Value:
        return self.values[0] if self.values else self.low


@dataclass(frozen=True, slots=True)
class Axis:
    name: str
    classes: tuple[TraitClass, ...]


def trait_axes(attributes: Mapping[str, Attribute], rules: Sequence[Eligibility]) -> tuple[Axis, ...]:
    """One axis for every trait that at least one of the eligibilities tests, in name order."""
    tested = sorted({name for rule in rules for name in rule.attributes if not attributes[name].choice})
    return tuple(Axis(name, classes(attributes[name], [r.attributes.get(name) for r in rules])) for name in tested)


def classes(attribute: Attribute, clauses: Sequence[tuple[str, ...] | Range | None]) -> tuple[TraitClass, ...]:
    if attribute.type == "integer":
        return number_classes(attribute, clauses)
    out = []
    everyone = sum(1 << i for i, clause in enumerate(clauses) if clause is None)
    masks: dict[str, int] = {}
    for i, clause in enumerate(clauses):
        if isinstance(clause, tuple):
            for value in clause:
                masks[value] = masks.get(value, 0) | (1 << i)
    grouped: dict[int, list[str]] = {}
    for value in attribute.domain:
        grouped.setdefault(everyone | masks.get(value, 0), []).append(value)
    for mask, values in grouped.items():
        out.append(TraitClass(mask, tuple(values)))
    return tuple(out)


def number_classes(attribute: Attribute, clauses: Sequence[tuple[str, ...] | Range | None]) -> tuple[TraitClass, ...]:
    low, high = attribute.from_ or 0, attribute.to or 0
    cuts = {low}
    ranges = [clause if isinstance(clause, Range) else None for clause in clauses]
    for clause in ranges:
        if clause is None:
            continue
        if clause.from_ is not None and low < clause.from_ <= high:
            cuts.add(clause.from_)
        if clause.to is not None and low <= clause.to < high:
            cuts.add(clause.to + 1)
    starts = sorted(cuts)
    ends = [s - 1 for s in starts[1:]] + [high]
    return tuple(
        TraitClass(sum(1 << i for i, c in enumerate(ranges) if c is None or holds(c, a)), (), a, b)
        for a, b in zip(starts, ends, strict=True)
    )


def holds(clause: Range, number: int) -> bool:
    return (clause.from_ is None or clause.from_ <= number) and (clause.to is None or number <= clause.to)


def restrict(axis: Axis, wanted: tuple[str, ...] | Range | None) -> list[tuple[Value, int]]:
    """The classes of an axis that a box meets, as (a value in it, mask); classes with one mask become one."""
    out: dict[int, Value] = {}
    for part in axis.classes:
        witness: Value | None = part.witness
        if isinstance(wanted, Range):
            low = part.low if wanted.from_ is None else max(part.low, wanted.from_)
            high = part.high if wanted.to is None else min(part.high, wanted.to)
            witness = low if low <= high else None
        elif wanted is not None:
            witness = next((v for v in part.values if v in wanted), None)
        if witness is not None:
            out.setdefault(part.mask, witness)
    return [(witness, mask) for mask, witness in out.items()]


def change_days(as_of: date, through: date | None, days: Iterable[date | None]) -> tuple[date, ...]:
    """The judged day, and with ``through`` every later day up to it on which something changes."""
    later = {d for d in days if d is not None and through is not None and as_of < d <= through}
    return (as_of, *sorted(later))
