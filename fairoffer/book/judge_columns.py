"""The columns of customers that conditions read, each made from the columns of a wide portion."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from fairoffer.audit.bind import COMPARATORS
from fairoffer.book.judge_choice import channel_of, coalesced, exists, fits
from fairoffer.book.judge_legs import Item, Shape
from fairoffer.book.judge_sheet import Sheet, Text
from fairoffer.book.judge_span import Mask, any_of, both, either, neither, where
from fairoffer.compare.market import Shelf
from fairoffer.model.columns import column_name
from fairoffer.money import NO_CURRENCY

Column = pl.Series
MONEY = pl.Decimal(38, 8)
UNITS = Decimal(10_000)


class Ground(NamedTuple):
    """What is the same for every row: the mapping, the catalog and the judged day."""

    shape: Shape
    shelf: Shelf
    as_of: date


Made = Callable[[Ground, Sheet], "pl.Series | None"]


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


def fixed(ground: Ground, sheet: Sheet, name: str) -> Column | None:
    """The value of a documented column; ``None`` where nothing says it."""
    if name in MADE:
        return MADE[name](ground, sheet)
    return raw(sheet, PATHS[name]) if name in PATHS else None


def _or_else(found: Column | None, other: Any, sheet: Sheet) -> Column | None:
    """What the rows say, and one value where they say nothing."""
    if other is None or (found is not None and not found.null_count()):
        return found
    rest = constant(other, sheet.rows, None if found is None else found.dtype)
    return rest if found is None else found.fill_null(other)


def _text(text: Text, sheet: Sheet) -> Column | None:
    return None if text is None else constant(text, sheet.rows) if isinstance(text, str) else text


def _product_type(ground: Ground, sheet: Sheet) -> Column | None:
    own = sheet.text("product_type")
    if isinstance(own, str) or (own is not None and not own.null_count()):
        return _text(own, sheet)
    product = raw(sheet, "product")
    types = {one.id: one.type for one in ground.shelf.catalog.products}
    found = None if product is None or not types else mapped(product, types, pl.String())
    return _text(coalesced(own, found, sheet.rows), sheet)


def _currency(ground: Ground, sheet: Sheet) -> Column | None:
    code = ground.shelf.catalog.currency
    return None if code == NO_CURRENCY else constant(code, sheet.rows)


def _tax(name: str) -> Made:
    def made(ground: Ground, sheet: Sheet) -> Column | None:
        own, included = raw(sheet, f"tax.{name}"), raw(sheet, "tax.included")
        tax = ground.shelf.catalog.tax
        whole = None if tax is None else getattr(tax, name)
        if included is None:
            return _or_else(None, whole, sheet)
        dtype: pl.DataType = pl.Boolean() if name == "included" else MONEY
        own = constant(None, sheet.rows, dtype) if own is None else typed(own, dtype)
        return own.zip_with(included.is_not_null(), constant(whole, sheet.rows, dtype))

    return made


def _per(ground: Ground, sheet: Sheet) -> Column | None:
    row = ground.shape.row
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


def _ended(ground: Ground, sheet: Sheet) -> Column | None:
    ends = raw(sheet, "contract.ends")
    return None if ends is None else ends <= ground.as_of


def _months_since(path: str) -> Made:
    def made(ground: Ground, sheet: Sheet) -> Column | None:
        start = raw(sheet, path)
        return None if start is None else completed(start, ground.as_of)

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

    def made(ground: Ground, sheet: Sheet) -> Column | None:
        legs = [(leg, exists(sheet, leg)) for leg in ground.shape.quotes if leg.basis == basis]
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
    "segment": lambda ground, sheet: None,
    "held_offer": lambda ground, sheet: None,
    "supplier": lambda ground, sheet: _or_else(raw(sheet, "supplier"), ground.shelf.catalog.supplier, sheet),
    "product_type": _product_type,
    "jurisdiction": lambda ground, sheet: _or_else(None, ground.shelf.catalog.jurisdiction, sheet),
    "currency": _currency,
    "tax_included": _tax("included"),
    "tax_rate": _tax("rate"),
    "customers": lambda ground, sheet: _or_else(raw(sheet, "count"), 1, sheet),
    "tenure_from": lambda ground, sheet: raw(sheet, "tenure_months"),
    "tenure_to": lambda ground, sheet: raw(sheet, "tenure_months"),
    "per": _per,
    "contract_ended": _ended,
    "months_out_of_contract": _months_since("contract.ends"),
    "months_since_contract_made": _months_since("contract.made"),
    "fees": lambda ground, sheet: _total(sheet, ground.shape.row.fees, ground.shape.row.fees),
    "addons": lambda ground, sheet: _total(sheet, ground.shape.row.addons, ground.shape.row.addons),
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


def _like(ground: Ground, sheet: Sheet, rest: str) -> Column | None:
    return _first(sheet, [f"like.{name}" for name in ground.shape.row.like if column_name(name) == rest])


def _terms(ground: Ground, sheet: Sheet, rest: str) -> Column | None:
    return _first(sheet, [f"terms.{name}" for name in ground.shape.row.terms if column_name(name) == rest])


def _first(sheet: Sheet, paths: Sequence[str]) -> Column | None:
    """Of several paths the first that each row states."""
    found: Column | None = None
    for path in paths:
        column = _text(sheet.text(path), sheet) if path.startswith("like.") else raw(sheet, path)
        if column is not None:
            found = column if found is None else found.zip_with(found.is_not_null(), column)
    return found


def _of_list(name: str) -> Callable[[Ground, Sheet, str], Column | None]:
    def made(ground: Ground, sheet: Sheet, rest: str) -> Column | None:
        items: tuple[Item, ...] | None = getattr(ground.shape.row, name)
        if items is None:
            return None
        return _total(sheet, [one for one in items if column_name(one.name) == rest], items)

    return made


OPEN: dict[str, Callable[[Ground, Sheet, str], Column | None]] = {
    "like_": _like,
    "terms_": _terms,
    "fees_": _of_list("fees"),
    "addons_": _of_list("addons"),
    "parts_": _of_list("parts"),
}
"""Columns that rows name themselves, by prefix."""
