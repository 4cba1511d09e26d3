"""The columns of a customer, filled from a row of a book or from a segment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from fairoffer.audit.months import completed_months
from fairoffer.compare.quotes import channel_of
from fairoffer.model.base import Range
from fairoffer.model.book import BookRow, Quote
from fairoffer.model.catalog import Catalog, Offer, Product
from fairoffer.model.columns import column_name
from fairoffer.money import NO_CURRENCY

Where = tuple[str, str]
"""What the facts stand on, as ``Inputs.at`` names it."""
Level = tuple[Where, Mapping[str, str]]
"""Facts, and where they stand."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a row of a table is about: a row of the book, a segment, or only a product or the catalog itself.

    ``levels`` are the facts of whatever it is made of, the nearest to the customer first.
    """

    catalog: Catalog
    as_of: date
    levels: tuple[Level, ...]
    row: BookRow | None = None
    product_id: str | None = None
    product: Product | None = None
    segment: str | None = None
    holds: Offer | None = None
    tenure: Range | None = None
    value_tier: str | None = None
    customers: int | None = None


def agreed(people: Iterable[Person], value: Callable[[Person], Any]) -> Any:
    """The value that all have in common; ``None`` where they differ or nobody has one."""
    values = {value(person) for person in people}
    return values.pop() if len(values) == 1 else None


def fixed(name: str) -> Callable[[Person], Any]:
    """How the value of a fixed column is read; ``None`` where it is not known."""
    if name in SHARED:
        return SHARED[name]
    of_row = ROW.get(name)
    return lambda person: None if person.row is None or of_row is None else of_row(person.row, person.as_of)


def prefixed(prefix: str, rest: str) -> Callable[[Person], Any]:
    """How the value of a column that rows name themselves is read; ``None`` where it is not known."""
    of_row = OPEN.get(prefix)
    return lambda person: None if person.row is None or of_row is None else of_row(person.row, rest)


def _supplier(person: Person) -> str | None:
    return person.row.supplier if person.row is not None and person.row.supplier else person.catalog.supplier


def _product_type(person: Person) -> str | None:
    if person.row is not None and person.row.product_type is not None:
        return person.row.product_type
    return person.product.type if person.product is not None else None


def _currency(person: Person) -> str | None:
    return None if person.catalog.currency == NO_CURRENCY else person.catalog.currency


def _tax(name: str) -> Callable[[Person], Any]:
    def value(person: Person) -> Any:
        own = person.row.tax if person.row is not None else None
        stated = person.catalog.tax if own is None else own
        return None if stated is None else getattr(stated, name)

    return value


def _tenure(person: Person) -> tuple[int | None, int | None]:
    if person.row is not None:
        return person.row.tenure_months, person.row.tenure_months
    if person.tenure is None:
        return None, None
    return person.tenure.from_ or 1, person.tenure.to


def _one_tenure(person: Person) -> int | None:
    low, high = _tenure(person)
    return low if low == high else None


SHARED: dict[str, Callable[[Person], Any]] = {
    "customer": lambda person: None if person.row is None else person.row.customer,
    "segment": attrgetter("segment"),
    "supplier": _supplier,
    "product": attrgetter("product_id"),
    "product_type": _product_type,
    "jurisdiction": attrgetter("catalog.jurisdiction"),
    "currency": _currency,
    "held_offer": lambda person: None if person.holds is None else person.holds.id,
    "value_tier": lambda person: person.value_tier if person.row is None else person.row.value_tier,
    "tax_included": _tax("included"),
    "tax_rate": _tax("rate"),
    "customers": lambda person: person.customers if person.row is None else person.row.count,
    "tenure_months": _one_tenure,
    "tenure_from": lambda person: _tenure(person)[0],
    "tenure_to": lambda person: _tenure(person)[1],
}
"""Columns that not only rows of a book have."""

OfRow = Callable[[BookRow, date], Any]


def _of(path: str) -> OfRow:
    """The value at a path of attributes, ``None`` where some part of it is not there."""
    names = path.split(".")

    def value(row: BookRow, _: date) -> Any:
        found: Any = row
        for name in names:
            found = None if found is None else getattr(found, name)
        return found

    return value


def _per(row: BookRow, _: date) -> str | None:
    priced = row.price is not None or bool(row.fees) or bool(row.addons) or bool(row.parts)
    return row.per or ("term" if priced else None)


def _ends(row: BookRow) -> date | None:
    return None if row.contract is None else row.contract.ends


def _ended(row: BookRow, as_of: date) -> bool | None:
    ends = _ends(row)
    return None if ends is None else ends <= as_of


def _since_made(row: BookRow, as_of: date) -> int | None:
    return completed_months(None if row.contract is None else row.contract.made, as_of)


def _rise_dated(row: BookRow, _: date) -> bool | None:
    rise = None if row.contract is None else row.contract.rise
    return None if rise is None else bool(rise.schedule)


def total(amounts: Iterable[Decimal] | None) -> Decimal | None:
    """The sum of a list; ``None`` where there is no list."""
    return None if amounts is None else sum(amounts, Decimal(0))


def _fees(row: BookRow, _: date) -> Decimal | None:
    return total(None if row.fees is None else (fee.amount for fee in row.fees))


def _addons(row: BookRow, _: date) -> Decimal | None:
    return total(None if row.addons is None else (addon.price for addon in row.addons))


def _quote(basis: str) -> OfRow:
    """The price quoted on a basis: of several the one of the row's channel and payment method, else the cheapest."""

    def value(row: BookRow, _: date) -> Decimal | None:
        found = [quote for quote in row.quotes or () if quote.basis == basis]
        channel = channel_of(row, set())
        fitting = [
            quote
            for quote in found
            if (quote.channel or channel) == channel
            and (quote.payment_method or row.payment_method) == row.payment_method
        ]
        return least(fitting or found)

    return value


def least(quotes: Sequence[Quote]) -> Decimal | None:
    """The least price; one that is not known might be less."""
    prices = [quote.price for quote in quotes]
    known = [price for price in prices if price is not None]
    return min(known) if known and len(known) == len(prices) else None


ROW: dict[str, OfRow] = {
    **{
        name: _of(name)
        for name in (
            *("brand", "event", "channel", "channel_renewal", "channel_moved_by", "payment_method", "risk", "rating"),
            *("consumer", "group_policy", "vulnerable", "hardship", "renewal_no", "on", "price", "paid"),
            *("expected_cost", "rate", "finance_rate"),
        )
    },
    **{
        f"{part}_{name}": _of(f"{part}.{name}")
        for part, names in (
            ("renewal", ("after_old", "notice", "encouraged", "same_intermediary")),
            ("contract", ("made", "ends", "months", "notice_days")),
            ("previous", ("price", "changed_price", "fees")),
        )
        for name in names
    },
    **{f"contract_rise_{name}": _of(f"contract.rise.{name}") for name in ("type", "plus", "prominent")},
    "contract_rise_dated": _rise_dated,
    "contract_ended": _ended,
    "per": _per,
    "months_out_of_contract": lambda row, as_of: completed_months(_ends(row), as_of),
    "months_since_contract_made": _since_made,
    "fees": _fees,
    "addons": _addons,
    **{
        f"quote_{basis.replace('-', '_')}": _quote(basis)
        for basis in ("new-customer", "first-renewal", "standing-offer", "best-open", "front-book", "own-previous")
    },
}
"""Columns that only rows of a book have."""


def _like(row: BookRow, rest: str) -> str | None:
    return next((value for name, value in row.like.items() if column_name(name) == rest), None)


def _terms(row: BookRow, rest: str) -> Decimal | None:
    return next((value for name, value in (row.terms or {}).items() if column_name(name) == rest), None)


def _fees_of(row: BookRow, rest: str) -> Decimal | None:
    return total(None if row.fees is None else (f.amount for f in row.fees if column_name(f.kind) == rest))


def _addons_of(row: BookRow, rest: str) -> Decimal | None:
    return total(None if row.addons is None else (a.price for a in row.addons if column_name(a.id) == rest))


def _parts_of(row: BookRow, rest: str) -> Decimal | None:
    return total(None if row.parts is None else (p.amount for p in row.parts if column_name(p.party) == rest))


OPEN: dict[str, Callable[[BookRow, str], Any]] = {
    "like_": _like,
    "terms_": _terms,
    "fees_": _fees_of,
    "addons_": _addons_of,
    "parts_": _parts_of,
}
"""Columns that rows name themselves, by prefix."""
