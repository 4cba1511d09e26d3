"""The legs that a mapping makes of a row: which paths each has, and what is the same for every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from fairoffer.book.wide import Reading
from fairoffer.model.mapping import LegMap, QuoteMap

When = Literal["start", "month", "year", "end"]


@dataclass(frozen=True)
class Item:
    """An amount under a name: a fee, an add-on or a part. ``is_open``: an empty cell says that it is not known."""

    name: str
    path: str
    is_open: bool
    party: str | None = None
    when: When = "start"


@dataclass(frozen=True)
class Gift:
    """Something given: a value in money, a percentage of the price or points. ``cash``: whether it is as good as money;
    ``None``: nobody says."""

    path: str
    size: Literal["value", "percent", "points"]
    cash: bool | None
    funded: str | None


@dataclass(frozen=True)
class LegShape:
    """One side as mapped. A list that is ``None`` is not mapped, and so is not known on any row."""

    prefix: str
    basis: str | None
    fees: tuple[Item, ...] | None
    addons: tuple[Item, ...] | None
    parts: tuple[Item, ...] | None
    gifts: tuple[Gift, ...]
    terms: tuple[str, ...]
    like: tuple[str, ...]
    own: bool = False
    """Whether it is what the row itself says of the time before."""

    def path(self, name: str) -> str:
        return f"{self.prefix}{name}"

    @property
    def is_quote(self) -> bool:
        return self.basis is not None


@dataclass(frozen=True)
class Shape:
    """The row's own leg, its quotes, and which paths hold columns or constants."""

    reading: Reading
    row: LegShape
    quotes: tuple[LegShape, ...]
    taxes: Mapping[str, Any] | None = None
    """What tax is in the amounts, where columns say it and only rows of one tax are looked at."""

    @cached_property
    def paths(self) -> frozenset[str]:
        """Everything that is mapped."""
        return frozenset(self.reading.schema) | frozenset(self.reading.constants)

    def columns(self, leg: LegShape) -> tuple[str, ...]:
        """The columns of a leg, without what is constant."""
        return tuple(name for name in self.reading.schema if name.startswith(leg.prefix) and leg.prefix)

    def reads(self, leg: LegShape) -> bool:
        """Whether anything of a leg is mapped."""
        return any(path.startswith(leg.prefix) for path in self.paths)

    def has(self, *paths: str) -> bool:
        """Whether one of the paths is mapped."""
        return any(path in self.paths for path in paths)


PREVIOUS = LegShape(
    "previous.",
    "own-previous",
    fees=(Item("previous", "previous.fees", is_open=True),),
    addons=None,
    parts=None,
    gifts=(),
    terms=(),
    like=(),
    own=True,
)
"""What the row says that the customer paid before, where no quote says it."""


def shape_of(reading: Reading) -> Shape:
    columns = reading.mapped.columns
    quotes = tuple(leg_of(f"quotes.{at}.", quote) for at, quote in enumerate(columns.quotes))
    return Shape(reading, leg_of("", columns), quotes)


def leg_of(prefix: str, mapped: LegMap) -> LegShape:
    fees = None
    if mapped.fees is not None:
        fees = tuple(
            Item(kind, f"{prefix}fees.{kind}", one.absent == "unknown", one.party, one.when)
            for kind, one in mapped.fees.items()
        )
    addons = None
    if mapped.addons is not None:
        addons = tuple(
            Item(name, f"{prefix}addons.{name}", one.absent == "unknown", one.party)
            for name, one in mapped.addons.items()
        )
    parts = None
    if mapped.parts is not None:
        parts = tuple(
            Item(name, f"{prefix}parts.{name}", one.absent == "unknown") for name, one in mapped.parts.items()
        )
    gifts = tuple(
        Gift(
            f"{prefix}incentives.{kind}",
            one.size,
            one.cash_equivalent,
            None if one.funded is None else f"{prefix}incentives.{kind}.funded",
        )
        for kind, one in (mapped.incentives or {}).items()
    )
    like = tuple(getattr(mapped, "like", {}))
    basis = mapped.basis if isinstance(mapped, QuoteMap) else None
    return LegShape(prefix, basis, fees, addons, parts, gifts, tuple(mapped.terms or {}), like)
