"""What facts and rows say, against what policies and the catalog ask for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from pydantic_core import PydanticCustomError

from fairoffer.errors import Problem
from fairoffer.model.build import Part, Parts
from fairoffer.model.columns import FACT_TYPES, TABLES
from fairoffer.model.mapping import BookMap, LegMap
from fairoffer.model.policy import FactType, Policy, read_fact
from fairoffer.model.validate import not_one_of, unknown
from fairoffer.source import Loc

_KINDS: dict[str, FactType] = {FACT_TYPES[kind]: kind for kind in ("boolean", "text", "integer", "number", "date")}
_WORDS = {"boolean": "true or false", "integer": "a whole number", "number": "a number", "date": "a date"}


def check_rows(parts: Parts, policies: Sequence[Policy]) -> None:
    """Problems of rows with what the catalog declares, and of facts with what reads them."""
    _check_facts(parts, policies)
    _check_terms(parts, policies)
    _check_mapped(parts, policies)
    tiers = () if parts.catalog is None else parts.catalog.model.value_tiers
    for part in parts.book or ():
        if tiers and part.model.value_tier not in (None, *tiers):
            parts.problems.append(part.source.problem(("value_tier",), not_one_of(part.model.value_tier, tiers)))


def _check_facts(parts: Parts, policies: Sequence[Policy]) -> None:
    """Facts must be of the type that a policy declares, or that the column of their name has.

    Facts that nobody asks for are left alone.
    """
    asked: dict[str, list[tuple[FactType, str]]] = {}
    for policy in policies:
        for name, kind in policy.facts.items():
            asked.setdefault(name, []).append((kind, f"policy {policy.id} asks for it"))
    header = [] if parts.catalog is None else [parts.catalog]
    whole = [*header, *parts.products, *parts.offers, *(parts.segments or ()), *(parts.book or ())]
    for found, tables in (
        (whole, ("offers", "customers")),
        (parts.notices or [], ("notices",)),
        (parts.records or [], ("records",)),
    ):
        known = {**_columns(tables), **asked}
        for part in found:
            _check_facts_of(part, known, parts)


def _columns(tables: Sequence[str]) -> dict[str, list[tuple[FactType, str]]]:
    """What a fact with the name of a column must be."""
    columns = (column for table in tables for column in TABLES[table])
    kinds = {column.name: _KINDS[column.type] for column in columns}
    return {
        name: [(kind, f"conditions read {name}, which is {_WORDS[kind]}")]
        for name, kind in kinds.items()
        if kind != "text"
    }


def _check_mapped(parts: Parts, policies: Sequence[Policy]) -> None:
    """What book.yaml maps that the catalog must declare, and facts that it states for all rows."""
    mapped = parts.mapped
    if mapped is None:
        return
    for name in mapped.columns.attributes if parts.attributes is not None else ():
        if name not in (parts.attributes or {}):
            message = (
                unknown("attribute", name, parts.attributes or {}) + "; declare it under attributes of the catalog"
            )
            parts.problems.append(mapped.problem(("columns", "attributes", name), message, key=True))
    for policy in policies:
        for name, kind in policy.facts.items():
            column = mapped.columns.facts.get(name)
            if column is not None and column.value is not None:
                try:
                    read_fact(kind, column.value)
                except PydanticCustomError as error:
                    message = f"{error.message()} (policy {policy.id} asks for it)"
                    parts.problems.append(mapped.problem(("columns", "facts", name), message))


def _check_facts_of(part: Part, known: Mapping[str, list[tuple[FactType, str]]], parts: Parts) -> None:
    for name, text in part.model.facts.items():
        for kind, why in known.get(name, ()):
            try:
                read_fact(kind, text)
            except PydanticCustomError as error:
                parts.problems.append(part.source.problem(("facts", name), f"{error.message()} ({why})"))


def _check_terms(parts: Parts, policies: Sequence[Policy]) -> None:
    """A term that a rule compares on rows must be declared: only the catalog says which direction is better."""
    named = [rule.terms or ("*",) for policy in policies for rule in policy.rules if rule.check == "term-gap"]
    wanted = {word for words in named for word in words}
    if parts.catalog is None or not wanted:
        return
    declared = parts.catalog.model.terms
    parts.problems.extend(_undeclared(parts.mapped, declared, wanted))
    for part in parts.book or ():
        legs: list[tuple[Loc, Mapping[str, object]]] = [(("terms",), part.model.terms or {})]
        legs += [(("quotes", at, "terms"), quote.terms or {}) for at, quote in enumerate(part.model.quotes or ())]
        for loc, terms in legs:
            for name in terms:
                if name not in declared and ("*" in wanted or name in wanted):
                    parts.problems.append(part.source.problem((*loc, name), _no_term(name, declared), key=True))


def _undeclared(mapped: BookMap | None, declared: Collection[str], wanted: set[str]) -> Iterator[Problem]:
    """Terms that book.yaml maps and rules compare, and that the catalog does not declare."""
    if mapped is None:
        return
    legs: list[tuple[Loc, LegMap]] = [(("columns",), mapped.columns)]
    legs += [(("columns", "quotes", at), quote) for at, quote in enumerate(mapped.columns.quotes)]
    for loc, leg in legs:
        for name in leg.terms or {}:
            if name not in declared and ("*" in wanted or name in wanted):
                yield mapped.problem((*loc, "terms", name), _no_term(name, declared), key=True)


def _no_term(name: str, declared: Collection[str]) -> str:
    message = unknown("term", name, declared) + "; declare it under terms of the catalog, with its"
    return message + " unit and which direction is better"
