"""Which quotes of a row may be compared with it, step by step, and where none is left, why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle.legs import MISSING, Clock, Fee, Side, fraction, side_of, taxed_alike
from tests.oracle.sides import full_years

NO_COMPARATOR, RISK = "no-comparator", "risk-differs"
OWN = "own-previous"


def effective_channel(row: Any) -> str | None:
    """Where the customer is compared: where they went themselves, else where they bought."""
    channel = row.channel_renewal if row.channel_moved_by == "customer" else row.channel
    return None if channel is None else str(channel)


def choice(row: Any, name: str) -> str | None:
    """What a row says of a named choice."""
    if name == "channel":
        return effective_channel(row)
    if name in ("payment_method", "brand"):
        found = getattr(row, name)
    else:
        found = row.like.get(name, row.facts.get(name))
    return None if found is None else str(found)


def choices_of(named: tuple[str, ...]) -> list[str]:
    """The named choices in the order in which they are looked at."""
    first = [name for name in ("channel", "payment_method", "brand") if name in named]
    return first + [name for name in named if name not in ("product", "risk", "rating", *first)]


def place_of(row: Any, named: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The named choices that the row states."""
    found = {name: choice(row, name) for name in choices_of(named)}
    return tuple(sorted((name, value) for name, value in found.items() if value is not None))


class Shelf:
    """The quotes of rows, under one way of comparing."""

    def __init__(self, catalog: Any, policy: Any, compare: Any, day: date, places: int) -> None:
        self.catalog, self.policy, self.compare, self.day, self.places = catalog, policy, compare, day, places
        self.products = {product.id: product for product in catalog.products}
        self.named = tuple(compare.like_for_like)

    # -- legs --------------------------------------------------------------------------------------------------------

    def row_tax(self, row: Any) -> Any:
        return row.tax if row.tax is not None else self.catalog.tax

    def row_side(self, row: Any) -> tuple[Side, Clock]:
        """The row as a leg, and the time it is for."""
        months = None if row.contract is None else row.contract.months
        side = replace(side_of(row, "term"), own=True)
        return side, Clock(side.per, months)

    def candidates(self, row: Any, basis: str) -> tuple[list[Side], str | None]:
        """The quotes of a basis that may be compared, in order; without any, the reason."""
        per = row.per or "term"
        own = [quote for quote in row.quotes or () if quote.basis == basis]
        if basis == OWN and not own:
            # What the customer had before is theirs: it needs no product, place or day to fit.
            return ([], NO_COMPARATOR) if row.previous is None else ([previous_side(row.previous, per)], None)
        found, reason = self.fitting(row, own)
        return [taxed_alike(side_of(q, per), q.tax, self.row_tax(row), self.places) for q in found], reason

    # -- what fits ---------------------------------------------------------------------------------------------------

    def fitting(self, row: Any, quotes: list[Any]) -> tuple[list[Any], str | None]:
        """One step after another; the first that leaves none says the reason."""
        if not quotes:
            return [], NO_COMPARATOR
        # What somebody had before is theirs, whatever product it was.
        steps: list[Any] = [] if quotes[0].basis == OWN else [self.by_product]
        steps += [self.by_choice(name) for name in choices_of(self.named)]
        steps += [self.by_like, self.by_risk, self.by_day]
        for step in steps:
            left, reason = step(row, quotes)
            if not left:
                return [], reason
            quotes = left
        return quotes, None

    def by_product(self, row: Any, quotes: list[Any]) -> tuple[list[Any], str]:
        """Quotes of the product, or once it is closed of what took its place; those that name none are of the row's."""
        if "product" not in self.named or row.product is None:
            return quotes, NO_COMPARATOR
        wanted = self.standing_for(row.product)
        return [q for q in quotes if (row.product if q.product is None else q.product) in wanted], NO_COMPARATOR

    def standing_for(self, product: str) -> tuple[str, ...]:
        """The products whose quotes stand for one."""
        if product not in self.products:
            return (product,)
        on_sale = self.products[product].on_sale
        match = self.match(product)
        following = () if match is None else (match,)
        if on_sale is not None and on_sale.to is not None and on_sale.to < self.day:
            return following
        return (product, *following) if self.closed_by_share(on_sale) else (product,)

    def closed_by_share(self, on_sale: Any) -> bool:
        """Whether too few newcomers buy it, by the first of the policy's thresholds that is for its age."""
        if self.policy.closed_product is None or on_sale is None or on_sale.new_business_share is None:
            return False
        for entry in self.policy.closed_product.new_business_share_below:
            years = entry.on_sale_years_under
            if years is None or (on_sale.from_ is not None and full_years(on_sale.from_, self.day) < years):
                return bool(on_sale.new_business_share < entry.share)
        return False

    def match(self, product: str) -> str | None:
        """The first product on sale along the close matches."""
        seen = {product}
        following = self.products[product].close_match
        while following is not None and following not in seen:
            on_sale = self.products[following].on_sale
            if on_sale is None or on_sale.contains(self.day):
                return str(following)
            seen.add(following)
            following = self.products[following].close_match
        return None

    def by_choice(self, name: str) -> Any:
        """Quotes at the same place; those that name none are at the row's."""

        def step(row: Any, quotes: list[Any]) -> tuple[list[Any], str]:
            mine = choice(row, name)
            fixed = name in ("channel", "payment_method", "brand")
            theirs = [getattr(q, name) if fixed else q.like.get(name) for q in quotes]
            left = [q for q, value in zip(quotes, theirs, strict=True) if value is None or value == mine]
            return left, MISSING if mine is None else NO_COMPARATOR

        return step

    def by_like(self, row: Any, quotes: list[Any]) -> tuple[list[Any], str]:
        """What both state must be equal."""
        left = [q for q in quotes if all(q.like[key] == value for key, value in row.like.items() if key in q.like)]
        return left, NO_COMPARATOR

    def by_risk(self, row: Any, quotes: list[Any]) -> tuple[list[Any], str]:
        """Risk and rating that both state must be equal; a risk that only the quote states is another where named."""

        def same(quote: Any) -> bool:
            for name in ("risk", "rating"):
                mine, theirs = getattr(row, name), getattr(quote, name)
                if mine is not None and theirs is not None and mine != theirs:
                    return False
                if name in self.named and mine is None and theirs is not None:
                    return False
            return True

        return [q for q in quotes if same(q)], RISK

    def by_day(self, row: Any, quotes: list[Any]) -> tuple[list[Any], str]:
        """Of quotes with a day those of the latest that is not after the row's; quotes without one stay."""
        last = self.day if row.on is None else row.on
        days = [q.at for q in quotes if q.at is not None and q.at <= last]
        latest = max(days, default=None)
        return [q for q in quotes if q.at is None or q.at == latest], NO_COMPARATOR


def previous_side(previous: Any, per: str) -> Side:
    """What the customer had before: the price as it was changed, and the fees in all."""
    changed = previous.changed_price if previous.changed_price is not None else previous.price
    fees = None if previous.fees is None else (Fee("previous", Fraction(previous.fees), "start"),)
    return replace(Side(per), price=fraction(changed), fees=fees)
