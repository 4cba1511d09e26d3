"""Whose comparison it is: a segment, the product itself, a customer of a book, a notice, a record or an offer."""

from __future__ import annotations

from dataclasses import dataclass

Place = tuple[tuple[str, str], ...]
"""Values of the choices that the policy names, by name."""


@dataclass(frozen=True)
class Subject:
    """Whom a comparison is about. Of the names at most one kind is given; none: the product, or the firm, is judged.

    ``product`` is empty where none is stated. ``row`` is the customer's place in the book, ``count`` how many customers
    it stands for, ``nth`` tells apart those whose other names are the same: ids hold no offer's name, so that renaming
    an offer keeps them.
    """

    number: int
    product: str
    segment: str | None
    place: Place
    customer: str | None = None
    notice: str | None = None
    record: str | None = None
    offer: str | None = None
    row: int | None = None
    count: int | None = None
    nth: int = 1
    band: str | None = None
    """The tenure of a group of rows of a book, such as ``24-59``."""
    part: str | None = None
    """What became of these rows of a group, where others of it stand for the group."""

    @property
    def who(self) -> tuple[tuple[str, str], ...]:
        """What names it beside product and place. Ids are made of this: nothing here changes with a price."""
        kinds = ("segment", "customer", "notice", "record")
        named = [(kind, str(getattr(self, kind))) for kind in kinds if getattr(self, kind) is not None]
        named += [(kind, value) for kind, value in (("tenure", self.band), ("part", self.part)) if value is not None]
        return (*named, ("nth", str(self.nth))) if self.nth > 1 else tuple(named)

    @property
    def people(self) -> str | None:
        """A name for the customers behind it, the same in all comparisons about them; ``None``: nobody's."""
        if self.segment is not None:
            return f"segment {self.segment}"
        if self.band is not None:
            return f"group {self.band} {self.place} {self.part}"
        return None if self.row is None else f"row {self.row}"
