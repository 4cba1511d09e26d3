"""Rows of a wide frame as the exact engine's model, for what cannot be judged all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import polars as pl

from fairoffer.book.read_number import decimal_of
from fairoffer.model.base import NAME_LENGTH
from fairoffer.model.book import BookRow
from fairoffer.model.mapped import FeeColumn, IncentiveColumn, PartyColumn
from fairoffer.model.mapping import LegMap, QuoteMap

if TYPE_CHECKING:
    from fairoffer.book.wide import Reading

_DIRECT = ("price", "per", "rate", "finance_rate")
_QUOTE = (*_DIRECT, "product", "brand", "channel", "payment_method", "risk", "rating", "at")
_ROW = (
    *_DIRECT, "count", "supplier", "brand", "product", "product_type", "consumer", "group_policy", "vulnerable",
    "hardship", "value_tier", "tenure_months", "renewal_no", "event", "on", "channel", "channel_renewal",
    "channel_moved_by", "payment_method", "risk", "rating", "paid", "expected_cost",
)  # fmt: skip
_GROUPS = {
    "renewal": ("after_old", "notice", "encouraged", "same_intermediary"),
    "contract": ("made", "ends", "months", "notice_days"),
    "previous": ("price", "changed_price", "fees"),
}
_TEXTS = ("product", "brand", "supplier", "product_type", "value_tier", "risk", "rating", "channel", "channel_renewal",
          "payment_method")  # fmt: skip
Cells = Mapping[str, Any]


def rows_of(reading: Reading, frame: pl.DataFrame, indexes: Sequence[int]) -> list[BookRow]:
    """These rows of a wide frame as the exact engine's model. A value that could not be read is not known there."""
    found = frame[list(indexes)].rows(named=True)
    return [made(reading, cells, index) for cells, index in zip(found, indexes, strict=True)]


def row_of(reading: Reading, frame: pl.DataFrame, index: int) -> BookRow:
    """One row of a wide frame as the exact engine's model."""
    return rows_of(reading, frame, [index])[0]


def made(reading: Reading, cells: Cells, index: int) -> BookRow:
    """One row from its cells. The customer's own name is not needed: rows are told apart by their place."""
    scaled = {path for path, dtype in reading.schema.items() if dtype == pl.Int64}
    values = {path: exact(value) if path in scaled else value for path, value in cells.items() if value is not None}
    present = set(values)
    values |= reading.constants
    columns = reading.mapped.columns
    row = {"customer": f"row-{index + 1}", **leg_of(values, "", columns), **picked(values, "", _ROW)}
    for group, names in _GROUPS.items():
        inside = picked(values, f"{group}.", names)
        if inside:
            row[group] = inside
    row["like"] = words_below(values, "like.", columns.like)
    row["facts"] = {name: text_of(values[f"facts.{name}"]) for name in columns.facts if f"facts.{name}" in values}
    if columns.quotes:
        every = enumerate(columns.quotes)
        row["quotes"] = [quote_of(values, n, one) for n, one in every if is_there(present, f"quotes.{n}.")]
    return BookRow.model_validate(row)


def is_there(present: set[str], prefix: str) -> bool:
    """Whether some column of a quote holds something."""
    return any(path.startswith(prefix) for path in present)


def quote_of(values: Cells, number: int, mapped: QuoteMap) -> dict[str, Any]:
    prefix = f"quotes.{number}."
    found = {"basis": mapped.basis, "label": mapped.label, "like": words_below(values, f"{prefix}like.", mapped.like)}
    return {**found, **leg_of(values, prefix, mapped), **picked(values, prefix, _QUOTE)}


def leg_of(values: Cells, prefix: str, mapped: LegMap) -> dict[str, Any]:
    """What is listed on one side: a list that is not mapped, or has an item of which nothing is known, is not known."""
    leg: dict[str, Any] = {}
    if mapped.fees is not None:
        leg["fees"] = listed(values, f"{prefix}fees.", mapped.fees, fee)
    if mapped.addons is not None:
        leg["addons"] = listed(values, f"{prefix}addons.", mapped.addons, addon)
    if mapped.parts is not None:
        leg["parts"] = listed(values, f"{prefix}parts.", mapped.parts, part)
    if mapped.incentives is not None:
        leg["incentives"] = [
            incentive(values, f"{prefix}incentives.{kind}", kind, one)
            for kind, one in mapped.incentives.items()
            if f"{prefix}incentives.{kind}" in values
        ]
    if mapped.terms is not None:
        leg["terms"] = {name: values[path] for name in mapped.terms if (path := f"{prefix}terms.{name}") in values}
    tax = picked(values, f"{prefix}tax.", ("included", "rate"))
    if "included" in tax:
        leg["tax"] = tax
    return leg


def listed(values: Cells, prefix: str, mapped: Mapping[str, Any], item: Any) -> list[dict[str, Any]] | None:
    """The items that there are; ``None`` where one of them is not known."""
    found = []
    for name, column in mapped.items():
        if prefix + name in values:
            found.append(item(name, values[prefix + name], column))
        elif column.absent == "unknown":
            return None
    return found


def fee(kind: str, amount: Decimal, column: FeeColumn) -> dict[str, Any]:
    return {"kind": kind, "amount": amount, "when": column.when, "party": column.party}


def addon(name: str, price: Decimal, column: PartyColumn) -> dict[str, Any]:
    return {"id": name, "price": price, "party": column.party}


def part(party: str, amount: Decimal, _: object) -> dict[str, Any]:
    return {"party": party, "amount": amount}


def incentive(values: Cells, path: str, kind: str, column: IncentiveColumn) -> dict[str, Any]:
    return {
        "kind": kind,
        column.size: values[path],
        "cash_equivalent": column.cash_equivalent,
        "funded": values.get(f"{path}.funded"),
        "party": column.party,
        "condition": column.condition,
    }


def picked(values: Cells, prefix: str, names: Sequence[str]) -> dict[str, Any]:
    found = {name: values[prefix + name] for name in names if prefix + name in values}
    return {name: word(value, spaces=name != "product") if name in _TEXTS else value for name, value in found.items()}


def words_below(values: Cells, prefix: str, mapped: Mapping[str, object]) -> dict[str, str]:
    """Values under free names, each a word."""
    return {name: word(text_of(values[prefix + name])) for name in mapped if prefix + name in values}


def exact(units: int) -> Decimal:
    """Ten-thousandths as a decimal without needless noughts."""
    return decimal_of(units).normalize() if units % 10_000 else Decimal(units // 10_000)


def text_of(value: object) -> str:
    """A value as files write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = value.isoformat() if isinstance(value, date) else str(value)
    return text if len(text) <= NAME_LENGTH else coded(text)


def word(text: str, *, spaces: bool = True) -> str:
    """A text as every input has it; one that is longer or not printable is written otherwise, and still itself only."""
    plain = text.isprintable() and text == text.strip() and (spaces or " " not in text)
    return text if 0 < len(text) <= 200 and plain else coded(text)


def coded(text: str) -> str:
    """Another text for each text: short, and printable."""
    found = quote(text, safe="")
    return found if len(found) <= 200 else blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()
