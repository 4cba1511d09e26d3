"""Whom rules are for, on a portion: the columns that conditions read, made from wide columns, and their truth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from fairoffer.audit.tables import FACTS, holding, misfit
from fairoffer.book.judge_columns import OPEN, Column, Ground, constant, fixed, mapped, raw, typed
from fairoffer.book.judge_legs import Shape
from fairoffer.book.judge_sheet import Sheet
from fairoffer.book.judge_span import Mask, both, either
from fairoffer.book.rows import exact, text_of
from fairoffer.compare.market import Shelf
from fairoffer.errors import InputError, Problem
from fairoffer.model.columns import columns_of, prefix_of, type_of
from fairoffer.model.condition import Condition
from fairoffer.model.inputs import Inputs
from fairoffer.model.policy import FactType, Policy, read_fact

TRUTH = "#"


class Truth(NamedTuple):
    """The rows for which a condition holds, and those for which that is not known."""

    true: Mask
    unknown: Mask


ALWAYS = Truth(True, False)


@dataclass(frozen=True)
class Columns:
    """The columns of customers that the conditions of a policy read."""

    inputs: Inputs
    shelf: Shelf
    policy: Policy
    shape: Shape
    as_of: date
    facts: dict[tuple[str, str], Any] = field(default_factory=dict)
    """Facts of products and the catalog as typed values, by where they stand and their name."""

    def check(self, conditions: Iterable[Condition]) -> None:
        """Read the facts of products and the catalog that conditions ask for; raises ``InputError`` for misfits."""
        problems: list[Problem] = []
        levels = [(("product", p.id), p.facts) for p in self.shelf.catalog.products]
        levels.append((("catalog", self.shelf.catalog.id), self.shelf.catalog.facts))
        for name in {name for one in conditions for name in one.columns}:
            for place, facts in levels:
                if name not in facts:
                    continue
                try:
                    self.facts[(place[1] if place[0] == "product" else "", name)] = read_fact(
                        self.kind(name), facts[name]
                    )
                except ValueError as error:
                    problems.append(misfit(self.inputs, place, name, self.policy, str(error)))
        if problems:
            raise InputError(problems)

    def kind(self, name: str) -> FactType:
        return FACTS[type_of("customers", self.policy.facts, name) or "String"]

    def truth(self, conditions: Sequence[Condition], sheet: Sheet) -> Truth:
        """Where all of the conditions hold; what is not known decides only where none is false."""
        found = ALWAYS
        for one in conditions:
            other = self.truth_of(one, sheet)
            unknown = either(both(found.unknown, either(other.true, other.unknown)), both(found.true, other.unknown))
            found = Truth(both(found.true, other.true), unknown)
        return found

    def truth_of(self, condition: Condition, sheet: Sheet) -> Truth:
        """Where one condition holds, worked out once a portion."""
        key = ("truth", self.policy.id, condition.text)
        found: Truth | None = sheet.kept(key)
        if found is None:
            found = sheet.keep(key, self.worked_out(condition, sheet))
        return found

    def worked_out(self, condition: Condition, sheet: Sheet) -> Truth:
        types = columns_of("customers", self.policy.facts, condition.columns)
        columns = [self.column(name, types[name], sheet).alias(name) for name in condition.columns]
        frame = pl.DataFrame(columns)
        try:
            held = frame.with_columns(condition.expression.alias(TRUTH))[TRUTH]
        except pl.exceptions.ComputeError:
            held = pl.Series(holding(condition.expression, frame), dtype=pl.Boolean)
        unknown: Mask = held.is_null().to_numpy() if held.null_count() else False
        true: np.ndarray = held.fill_null(False).to_numpy()
        return Truth(True if bool(true.all()) else true, unknown)

    def column(self, name: str, dtype: pl.DataType, sheet: Sheet) -> Column:
        """A column of customers: what the row says, then its facts, those of its product and those of the catalog."""
        opened = None if name in self.policy.facts else prefix_of("customers", name)
        ground = Ground(self.shape, self.shelf, self.as_of)
        found = fixed(ground, sheet, name) if opened is None else OPEN[opened[0]](ground, sheet, opened[1])
        found = None if found is None else typed(found, dtype)
        if found is not None and not found.null_count():
            return found
        for fact in self.levels(name, dtype, sheet):
            found = fact if found is None else found.zip_with(found.is_not_null(), fact)
        return pl.Series([None], dtype=dtype).new_from_index(0, sheet.rows) if found is None else found

    def levels(self, name: str, dtype: pl.DataType, sheet: Sheet) -> Iterable[Column]:
        """The facts of a name, the nearest to the customer first."""
        stated = raw(sheet, f"facts.{name}")
        if stated is not None:
            yield self.fact(stated, name, dtype)
        products = {where[0]: value for where, value in self.facts.items() if where[0] and where[1] == name}
        product = raw(sheet, "product")
        if products and product is not None:
            yield mapped(product, products, dtype)
        if ("", name) in self.facts:
            yield constant(self.facts["", name], sheet.rows, dtype)

    def fact(self, stated: Column, name: str, dtype: pl.DataType) -> Column:
        """Facts of the rows in the type of the column that they answer; what does not fit is not known."""
        if stated.dtype == dtype:
            return stated
        if isinstance(dtype, pl.Decimal) and stated.dtype == pl.Int64:
            return typed(stated, dtype)
        found: dict[Any, Any] = {}
        for value in stated.unique().drop_nulls().to_list():
            try:
                found[value] = read_fact(self.kind(name), text_of(exact(value) if stated.dtype == pl.Int64 else value))
            except ValueError:
                continue
        return mapped(stated, found, dtype)
