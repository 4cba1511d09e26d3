"""Whom rules are for, on a portion: the columns that conditions read, made from wide columns, and their truth."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from fairoffer.audit.bind import COMPARATORS
from fairoffer.audit.tables import FACTS, holding, misfit
from fairoffer.book.judge_choice import channel_of, coalesced, exists, fits
from fairoffer.book.judge_legs import Item, Shape
from fairoffer.book.judge_sheet import Sheet, Text
from fairoffer.book.judge_span import Mask, any_of, both, either, neither, where
from fairoffer.book.rows import exact, text_of
from fairoffer.compare.market import Shelf
from fairoffer.errors import InputError, Problem
from fairoffer.model.columns import column_name, columns_of, prefix_of, type_of
from fairoffer.model.condition import Condition
from fairoffer.model.inputs import Inputs
from fairoffer.model.policy import FactType, Policy, read_fact
from fairoffer.money import NO_CURRENCY

Column = pl.Series
Made = Callable[["Columns", Sheet], "pl.Series | None"]
MONEY = pl.Decimal(38, 8)
UNITS = Decimal(10_000)
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
        found = fixed(self, sheet, name) if opened is None else OPEN[opened[0]](self, sheet, opened[1])
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


def raw(sheet: Sheet, path: str) -> Column | None:
    """What is mapped at a path, a constant as a column; ``None``: nothing is. Amounts are whole units."""
    if path in sheet.constants:
        value = sheet.constants[path]
        return constant(value, sheet.rows)
    return sheet.frame[path] if path in sheet.frame.columns else None


def constant(value: Any, rows: int, dtype: pl.DataType | None = None) -> Column:
    if dtype is None and isinstance(value, Decimal):
        dtype = MONEY
    return pl.Series([value], dtype=dtype).new_from_index(0, rows)


def mapped(column: Column, values: Mapping[Any, Any], dtype: pl.DataType) -> Column:
    """Each value of a column as another; ``None`` for those that have none."""
    known = {key: value for key, value in values.items() if value is not None}
    if not known:
        return pl.Series([None], dtype=dtype).new_from_index(0, len(column))
    keys = pl.Series(list(known), dtype=column.dtype)
    others = pl.Series(list(known.values()), dtype=dtype)
    return column.replace_strict(keys, others, default=None, return_dtype=dtype)


def typed(column: Column, dtype: pl.DataType) -> Column:
    """A column in the type that conditions see: amounts are whole ten-thousandths before."""
    if column.dtype == dtype:
        return column
    if isinstance(dtype, pl.Decimal) and column.dtype == pl.Int64:
        return (column.to_frame("a").select(pl.col("a").cast(MONEY) / pl.lit(UNITS)))["a"].cast(MONEY)
    return column.cast(dtype)


def fixed(columns: Columns, sheet: Sheet, name: str) -> Column | None:
    """The value of a documented column; ``None`` where nothing says it."""
    if name in MADE:
        return MADE[name](columns, sheet)
    return raw(sheet, PATHS[name]) if name in PATHS else None


def _or_else(found: Column | None, other: Any, sheet: Sheet) -> Column | None:
    """What the rows say, and one value where they say nothing."""
    if other is None or (found is not None and not found.null_count()):
        return found
    rest = constant(other, sheet.rows, None if found is None else found.dtype)
    return rest if found is None else found.fill_null(other)


def _text(text: Text, sheet: Sheet) -> Column | None:
    return None if text is None else constant(text, sheet.rows) if isinstance(text, str) else text


def _product_type(columns: Columns, sheet: Sheet) -> Column | None:
    product = raw(sheet, "product")
    types = {one.id: one.type for one in columns.shelf.catalog.products}
    found = None if product is None or not types else mapped(product, types, pl.String())
    other: Text = found
    return _text(coalesced(sheet.text("product_type"), other, sheet.rows), sheet)


def _currency(columns: Columns, sheet: Sheet) -> Column | None:
    code = columns.shelf.catalog.currency
    return None if code == NO_CURRENCY else constant(code, sheet.rows)


def _tax(name: str) -> Made:
    def made(columns: Columns, sheet: Sheet) -> Column | None:
        own, included = raw(sheet, f"tax.{name}"), raw(sheet, "tax.included")
        tax = columns.shelf.catalog.tax
        whole = None if tax is None else getattr(tax, name)
        if included is None:
            return _or_else(None, whole, sheet)
        dtype: pl.DataType = pl.Boolean() if name == "included" else MONEY
        own = constant(None, sheet.rows, dtype) if own is None else typed(own, dtype)
        return own.zip_with(included.is_not_null(), constant(whole, sheet.rows, dtype))

    return made


def _per(columns: Columns, sheet: Sheet) -> Column | None:
    row = columns.shape.row
    priced = sheet.stated("price")
    for items in (row.fees, row.addons, row.parts):
        priced = either(priced, both(neither(_silent(sheet, items)), _listed(sheet, items)))
    stated = _text(sheet.text("per"), sheet)
    stated = constant(None, sheet.rows, pl.String()) if stated is None else stated
    silent = where(priced, "term", None) if isinstance(priced, bool) else None
    rest = constant(silent, sheet.rows, pl.String()) if isinstance(priced, bool) else _said(priced, "term")
    return stated.zip_with(stated.is_not_null(), rest)


def _said(mask: np.ndarray, text: str) -> Column:
    return pl.select(pl.when(pl.Series(mask)).then(pl.lit(text)).otherwise(None).alias("a"))["a"]


def _silent(sheet: Sheet, items: tuple[Item, ...] | None) -> Mask:
    """The rows on which a list is not known."""
    if items is None:
        return True
    return any_of(neither(sheet.stated(one.path)) for one in items if one.is_open)


def _listed(sheet: Sheet, items: tuple[Item, ...] | None) -> Mask:
    """The rows on which some item is stated."""
    return any_of(sheet.stated(one.path) for one in items or ())


def _total(sheet: Sheet, items: Sequence[Item] | None, whole: tuple[Item, ...] | None) -> Column | None:
    """The sum of items of a list; null where the list is not known."""
    if items is None or whole is None:
        return None
    parts = [column for one in items if (column := raw(sheet, one.path)) is not None]
    total = constant(Decimal(0), sheet.rows)
    for part in parts:
        total = total + typed(part, MONEY).fill_null(0)
    return _blanked(total.cast(MONEY), _silent(sheet, whole))


def _blanked(column: Column, mask: Mask) -> Column:
    """A column that is null where the mask holds."""
    if mask is False:
        return column
    mask = np.full(len(column), True) if mask is True else mask
    return column.set(pl.Series(mask), None)


def _ended(columns: Columns, sheet: Sheet) -> Column | None:
    ends = raw(sheet, "contract.ends")
    return None if ends is None else ends <= columns.as_of


def _months_since(path: str) -> Made:
    def made(columns: Columns, sheet: Sheet) -> Column | None:
        start = raw(sheet, path)
        return None if start is None else completed(start, columns.as_of)

    return made


def completed(start: Column, end: date) -> Column:
    """How many months have passed; null where a day is still to come."""
    day = pl.col("a")
    months = (end.year - day.dt.year()) * 12 + end.month - day.dt.month()
    last = monthrange(end.year, end.month)[1]
    early = pl.min_horizontal(day.dt.day().cast(pl.Int32), pl.lit(last, dtype=pl.Int32)) > end.day
    found = pl.when(day <= end).then(months - early.cast(pl.Int32))
    return start.to_frame("a").select(found.cast(pl.Int64).alias("a"))["a"]


def _quote(basis: str) -> Made:
    """The price quoted on a basis: of several the one of the row's channel and payment method, else the cheapest."""

    def made(columns: Columns, sheet: Sheet) -> Column | None:
        legs = [(leg, exists(sheet, leg)) for leg in columns.shape.quotes if leg.basis == basis]
        if not legs:
            return None
        channel, method = channel_of(sheet), sheet.text("payment_method")
        fitting = [
            both(
                there,
                both(
                    fits(sheet.text(leg.path("channel")), channel),
                    fits(sheet.text(leg.path("payment_method")), method),
                ),
            )
            for leg, there in legs
        ]
        some = any_of(fitting)
        lowest = np.full(sheet.rows, np.iinfo(np.int64).max)
        lacking: Mask = False
        used: Mask = False
        for (leg, there), fit in zip(legs, fitting, strict=True):
            counts = where(some, fit, there)
            price, absent = sheet.amounts(leg.path("price"))
            lowest = np.where(counts, np.minimum(lowest, price), lowest)
            lacking, used = either(lacking, both(counts, absent)), either(used, counts)
        unknown = either(lacking, neither(used))
        return _blanked(pl.Series(np.where(unknown, 0, lowest)), unknown)

    return made


MADE: dict[str, Made] = {
    "segment": lambda columns, sheet: None,
    "held_offer": lambda columns, sheet: None,
    "supplier": lambda columns, sheet: _or_else(raw(sheet, "supplier"), columns.shelf.catalog.supplier, sheet),
    "product_type": _product_type,
    "jurisdiction": lambda columns, sheet: _or_else(None, columns.shelf.catalog.jurisdiction, sheet),
    "currency": _currency,
    "tax_included": _tax("included"),
    "tax_rate": _tax("rate"),
    "customers": lambda columns, sheet: _or_else(raw(sheet, "count"), 1, sheet),
    "tenure_from": lambda columns, sheet: raw(sheet, "tenure_months"),
    "tenure_to": lambda columns, sheet: raw(sheet, "tenure_months"),
    "per": _per,
    "contract_ended": _ended,
    "months_out_of_contract": _months_since("contract.ends"),
    "months_since_contract_made": _months_since("contract.made"),
    "fees": lambda columns, sheet: _total(sheet, columns.shape.row.fees, columns.shape.row.fees),
    "addons": lambda columns, sheet: _total(sheet, columns.shape.row.addons, columns.shape.row.addons),
    **{
        f"quote_{basis.replace('-', '_')}": _quote(basis)
        for basis in (*COMPARATORS, "first-renewal", "front-book", "own-previous")
    },
}
"""Columns that are made of several paths, or of what is not on the row."""
PATHS: dict[str, str] = {
    **{
        name: name
        for name in (
            *("customer", "product", "value_tier", "tenure_months", "brand", "event", "channel", "channel_renewal"),
            *("channel_moved_by", "payment_method", "risk", "rating", "consumer", "group_policy", "vulnerable"),
            *("hardship", "renewal_no", "on", "price", "paid", "expected_cost", "rate", "finance_rate"),
        )
    },
    **{
        f"{part}_{name}": f"{part}.{name}"
        for part, names in (
            ("renewal", ("after_old", "notice", "encouraged", "same_intermediary")),
            ("contract", ("made", "ends", "months", "notice_days")),
            ("previous", ("price", "changed_price", "fees")),
        )
        for name in names
    },
}
"""Columns that are a path as it stands."""


def _like(columns: Columns, sheet: Sheet, rest: str) -> Column | None:
    return _first(sheet, [f"like.{name}" for name in columns.shape.row.like if column_name(name) == rest])


def _terms(columns: Columns, sheet: Sheet, rest: str) -> Column | None:
    return _first(sheet, [f"terms.{name}" for name in columns.shape.row.terms if column_name(name) == rest])


def _first(sheet: Sheet, paths: Sequence[str]) -> Column | None:
    """Of several paths the first that each row states."""
    found: Column | None = None
    for path in paths:
        column = _text(sheet.text(path), sheet) if path.startswith("like.") else raw(sheet, path)
        if column is not None:
            found = column if found is None else found.zip_with(found.is_not_null(), column)
    return found


def _of_list(name: str) -> Callable[[Columns, Sheet, str], Column | None]:
    def made(columns: Columns, sheet: Sheet, rest: str) -> Column | None:
        items: tuple[Item, ...] | None = getattr(columns.shape.row, name)
        if items is None:
            return None
        return _total(sheet, [one for one in items if column_name(one.name) == rest], items)

    return made


OPEN: dict[str, Callable[[Columns, Sheet, str], Column | None]] = {
    "like_": _like,
    "terms_": _terms,
    "fees_": _of_list("fees"),
    "addons_": _of_list("addons"),
    "parts_": _of_list("parts"),
}
"""Columns that rows name themselves, by prefix."""
