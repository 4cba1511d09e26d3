"""The models of one audit, built part by part, so that one bad offer does not hide the faults of the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fairoffer.errors import Problem
from fairoffer.model.base import shown
from fairoffer.model.book import BookRow, Notice, Record
from fairoffer.model.catalog import Attribute, Catalog, Offer, Product
from fairoffer.model.mapping import BookMap
from fairoffer.model.segments import Segment
from fairoffer.model.validate import salvage, validate
from fairoffer.model.waivers import Waiver
from fairoffer.source import Located

TABLES = {"book": BookRow, "notices": Notice, "records": Record}
"""The tables of rows that an input may hold, by their keys."""

KINDS = ("catalog", "segments", "policy", "policies", "waivers", "case", "book")


@dataclass(frozen=True)
class Part:
    """A part of an input, beside the place it came from.

    ``partial`` parts had faults and lack the keys that were wrong: their references are still checked, and nothing
    else about them.
    """

    model: Any
    source: Located
    partial: bool = False


@dataclass
class Parts:
    """All parts that are valid so far. ``catalog`` is the header; its products and offers are lists of their own.

    ``attributes`` and ``terms`` hold what the header declares even where the rest of the header is wrong;
    ``None`` if that is not known, so that nothing follows from it.
    """

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    catalog: Part | None = None
    attributes: dict[str, Attribute] | None = None
    products: list[Part] = field(default_factory=list)
    offers: list[Part] = field(default_factory=list)
    segments: list[Part] | None = None
    waivers: list[Part] = field(default_factory=list)
    book: list[Part] | None = None
    notices: list[Part] | None = None
    records: list[Part] | None = None
    mapped: BookMap | None = None
    complete: bool = True
    """Whether all that there is of the catalog could be read; if not, a name that is not known is no fault."""
    unread: set[str] = field(default_factory=set)
    """Kinds and ids (``offers/welcome``) of parts that could not be read: references to them are no faults."""

    def add_header(self, item: Located) -> None:
        """The catalog without products and offers."""
        bare = item.without("fairoffer", "products", "offers")
        catalog = validate(Catalog, bare, self.problems)
        if catalog is not None:
            self.catalog = Part(catalog, item)
            self.attributes = catalog.attributes
            return
        declared = item.data.get("attributes", {})
        if isinstance(declared, dict):
            silent: list[Problem] = []
            known = {name: validate(Attribute, item.child("attributes", name), silent) for name in declared}
            self.attributes = None if silent else {name: value for name, value in known.items() if value is not None}

    def add_product(self, item: Located) -> None:
        """One entry of ``products``."""
        self._add(Product, item, self.products)

    def add_offer(self, item: Located) -> None:
        """One entry of ``offers``."""
        self._add(Offer, item, self.offers)

    def add_segment(self, item: Located) -> None:
        """One entry of ``segments``."""
        if self.segments is None:
            self.segments = []
        self._add(Segment, item, self.segments)

    def add_waiver(self, item: Located, problems: list[Problem]) -> None:
        """One entry of ``waivers``, whose problems are those of policies."""
        self._add(Waiver, item, self.waivers, problems)

    def add_tables(self, item: Located) -> None:
        """The rows under ``book``, ``notices`` and ``records``; a key that is absent leaves its table ``None``."""
        for name, model in TABLES.items():
            if name in item.data:
                found: list[Part] = []
                for entry in entries(item, name, self.problems):
                    self._add(model, entry, found)
                setattr(self, name, found)

    def add_mapped(self, item: Located) -> None:
        """``book.yaml``: the customers of the firm's own table."""
        mapped = validate(BookMap, item.without("fairoffer"), self.problems)
        if mapped is not None:
            self.mapped = mapped.placed(item)
            self.problems.extend(mapped.problems())

    @property
    def has_tables(self) -> bool:
        """Whether there are rows, or a table that says there are none."""
        return any(getattr(self, name) is not None for name in TABLES)

    def _add(self, model: Any, item: Located, into: list[Part], problems: list[Problem] | None = None) -> None:
        faults: list[Problem] = []
        valid = validate(model, item, faults)
        if valid is not None:
            into.append(Part(valid, item))
            return
        (self.problems if problems is None else problems).extend(faults)
        rest = salvage(model, item)
        if rest is not None:
            into.append(Part(rest, item, partial=True))
        elif isinstance(item.data, dict) and isinstance(item.data.get("id"), str):
            self.unread.add(f"{model.__name__}/{item.data['id']}")


def entries(item: Located, key: str, problems: list[Problem]) -> list[Located]:
    """The entries of the list under ``key``, none where it is absent; a problem where something else stands there."""
    value = item.data.get(key)
    if isinstance(value, list):
        return item.items(key)
    if key in item.data:
        problems.append(item.problem((key,), "must be a list"))
    return []


def expect_kind(item: Located, kinds: tuple[str, ...], problems: list[Problem]) -> str | None:
    """The kind that the file says it is, if it is one of these; else ``None`` and a problem."""
    wanted = " or ".join(f"'fairoffer: {kind}/1'" for kind in kinds)
    written = item.data.get("fairoffer")
    if written is None:
        problems.append(item.problem((), f"the file must start with {wanted}"))
        return None
    kind, _, version = str(written).partition("/") if isinstance(written, str) else ("", "", "")
    if kind in kinds and version == "1":
        return kind
    if kind in kinds:
        message = f"this version of fairoffer reads {kind}/1, not {str(written)[:60]!r}"
    elif kind in (*KINDS, "result"):
        message = f"this is a {kind} file, but {wanted} is wanted here"
    else:
        message = f"unknown kind {shown(written)}; write {wanted}"
    problems.append(item.problem(("fairoffer",), message))
    return None
