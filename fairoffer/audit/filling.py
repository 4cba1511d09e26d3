"""The columns of notices, records, lines and offers, filled from what each row of the table is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from fairoffer.audit.months import completed_months
from fairoffer.audit.person import total
from fairoffer.compare.market import Shelf
from fairoffer.compare.timeline import incentive_value
from fairoffer.model.book import BookRow, Listed, Notice, Record
from fairoffer.model.catalog import Offer
from fairoffer.model.columns import column_name
from fairoffer.money import round_half_up

PLACES = 8
"""Decimals of numbers in columns."""


class Line(NamedTuple):
    """An item of a row, or an offer that a notice lists; every field is the column of that name."""

    line: str
    name: str | None
    when_due: str | None = None
    party: str | None = None
    audience: str | None = None
    notice: str | None = None
    amount: Decimal | None = None
    percent: Decimal | None = None
    points: Decimal | None = None
    funded: Decimal | None = None
    cash_equivalent: bool | None = None

    @property
    def term(self) -> str:
        """The line as a term, such as ``fee:setup``."""
        return f"{self.line}:{self.name}" if self.name else self.line


def lines_of(row: BookRow) -> Iterator[Line]:
    """Every fee, add-on, incentive and part of a row."""
    for fee in row.fees or ():
        yield Line("fee", fee.kind, when_due=fee.when, party=fee.party, amount=fee.amount)
    for addon in row.addons or ():
        yield Line("addon", addon.id, party=addon.party, amount=addon.price)
    for given in row.incentives or ():
        yield Line(
            "incentive",
            given.kind,
            party=given.party,
            amount=given.value,
            percent=given.percent,
            points=given.points,
            funded=given.funded,
            cash_equivalent=given.cash_equivalent,
        )
    for part in row.parts or ():
        yield Line("part", part.party, party=part.party, amount=part.amount)


def listed_lines(notice: Notice) -> Iterator[Line]:
    """Every offer that a notice lists."""
    for listed in notice.lists:
        yield Line("listed", listed.product, audience=listed.audience, notice=notice.id, amount=listed.price)


OfNotice = Callable[[Notice, date], Any]


def _days_before(notice: Notice, _: date) -> int | None:
    if notice.event_on is None or notice.sent is None:
        return None
    return (notice.event_on - notice.sent).days


def _lists_for(audience: str) -> OfNotice:
    """Whether some listed offer is for them; not known where only one that does not say may be."""

    def value(notice: Notice, _: date) -> bool | None:
        said = {listed.audience for listed in notice.lists}
        return True if said & {audience, "any"} else None if None in said else False

    return value


def _least(sure: list[Listed], unsure: list[Listed]) -> Decimal | None:
    """The least price of the sure ones; ``None`` where a price that is not given, or one that may count, is less."""
    prices = [listed.price for listed in sure]
    known = [price for price in prices if price is not None]
    if not known or len(known) < len(prices):
        return None
    low = min(known)
    return None if any(listed.price is None or listed.price < low for listed in unsure) else low


def _new_price(notice: Notice, _: date) -> Decimal | None:
    sure = [listed for listed in notice.lists if listed.audience in ("new", "any")]
    return _least(sure, [listed for listed in notice.lists if listed.audience is None])


def _field(name: str) -> Callable[[Any, date], Any]:
    return lambda item, _: getattr(item, name)


def _shelved(value: Callable[[OnShelf], Any]) -> Callable[[OnShelf, date], Any]:
    return lambda item, _: value(item)


NOTICE: dict[str, OfNotice] = {
    "notice": lambda notice, _: notice.id,
    "customer": lambda notice, _: notice.customer,
    **{name: _field(name) for name in ("kind", "text", "sent", "event_on")},
    "days_before": _days_before,
    "months_since": lambda notice, as_of: completed_months(notice.sent, as_of),
    "lists": lambda notice, _: len(notice.lists),
    "lists_new": _lists_for("new"),
    "lists_existing": _lists_for("existing"),
    "lists_price": lambda notice, _: _least(list(notice.lists), []),
    "lists_new_price": _new_price,
}
RECORD: dict[str, Callable[[Record, date], Any]] = {
    "record": lambda record, _: record.id,
    **{name: _field(name) for name in ("kind", "subject", "party")},
    "dated": lambda record, _: record.date,
    "months_since": lambda record, as_of: completed_months(record.date, as_of),
}
LINE: dict[str, Callable[[Line, date], Any]] = {name: _field(name) for name in Line._fields}


def noticed(notice: Notice, prefix: str, rest: str) -> Any:
    """The value of a column that notices name themselves."""
    if prefix == "shows_":
        return any(column_name(item) == rest for item in notice.shows)
    if prefix == "values_":
        return next((value for name, value in notice.values.items() if column_name(name) == rest), None)
    return None


class OnShelf(NamedTuple):
    """An offer, and the shelf it stands on."""

    offer: Offer
    shelf: Shelf


def _on_sale(item: OnShelf) -> bool:
    first, last = item.shelf.window(item.offer)
    return first <= item.shelf.as_of <= last


def _rate(item: OnShelf) -> Decimal | None:
    """All rates that the first unit of a balance earns or costs at the start; rates are added."""
    lowest = [rate for rate in item.offer.rates if rate.balance is None or not rate.balance.from_]
    return total(rate.percent for rate in lowest) if lowest else None


def _incentives(item: OnShelf) -> Decimal | None:
    values = [incentive_value(item.offer, incentive)[0] for incentive in item.offer.incentives]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return round_half_up(*sum(known, start=0).as_integer_ratio(), PLACES)


def _of(path: str) -> Callable[[OnShelf], Any]:
    names = path.split(".")

    def value(item: OnShelf) -> Any:
        found: Any = item.offer
        for name in names:
            found = None if found is None else getattr(found, name)
        return found

    return value


def _phase(name: str, at: int) -> Callable[[OnShelf], Any]:
    return lambda item: getattr(item.offer.price[at], name) if item.offer.price else None


def _rise_dated(item: OnShelf) -> bool | None:
    contract = item.offer.contract
    return None if contract is None or contract.rise is None else bool(contract.rise.schedule)


_OFFER: dict[str, Callable[[OnShelf], Any]] = {
    "offer": _of("id"),
    **{name: _of(name) for name in ("name", "product", "audience", "access", "kind", "once")},
    "product_type": lambda item: item.shelf.products[item.offer.product].type,
    **{name: attrgetter(f"shelf.catalog.{name}") for name in ("supplier", "jurisdiction", "currency")},
    "audience_from": attrgetter("offer.basis.from_"),
    "new_to": attrgetter("offer.basis.new_to"),
    "per": _phase("per", 0),
    "price": _phase("amount", 0),
    "price_last": _phase("amount", -1),
    "months": _phase("months", 0),
    "on_sale": _on_sale,
    "tests_tenure": lambda item: item.offer.eligibility.tenure_months is not None,
    "valid_from": _of("valid.from_"),
    "valid_to": _of("valid.to"),
    "rate": _rate,
    "fees": lambda item: total(fee.amount for fee in item.offer.fees if not fee.optional),
    "incentives": _incentives,
    "contract_months": lambda item: 0 if item.offer.contract is None else item.offer.contract.months,
    **{f"contract_{name}": _of(f"contract.{name}") for name in ("notice_days", "exit_fee", "then")},
    **{f"contract_rise_{name}": _of(f"contract.rise.{name}") for name in ("type", "plus", "prominent")},
    "contract_rise_dated": _rise_dated,
}
OFFER: dict[str, Callable[[OnShelf, date], Any]] = {name: _shelved(value) for name, value in _OFFER.items()}
