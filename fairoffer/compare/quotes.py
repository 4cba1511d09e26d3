"""Which quotes a book row is compared with: like for like, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from fairoffer.compare.market import Shelf
from fairoffer.compare.subject import Place
from fairoffer.model.book import BookRow, Quote
from fairoffer.model.policy import ClosedProduct, Compare

OWN = ("product", "risk", "rating")
"""Names that the policy may want equal and that are no place: products have their own column, risk is no choice."""


@dataclass
class Choice:
    """The quotes that a row is compared with; with none of them, why. ``notes`` are what was taken for granted."""

    quotes: list[Quote]
    place: Place = ()
    reason: str | None = None
    notes: set[str] = field(default_factory=set)

    def keep(self, fits: Callable[[Quote], bool], reason: str) -> None:
        """Only the quotes that fit; the first filter that leaves none says why."""
        if self.quotes:
            self.quotes = [quote for quote in self.quotes if fits(quote)]
            if not self.quotes:
                self.reason = reason


def choose(row: BookRow, shelf: Shelf, compare: Compare, closed: ClosedProduct | None, basis: str) -> Choice:
    """The quotes of a basis that are like for like with a row on the shelf's judged day."""
    quotes = [*(row.quotes or ()), *previous_of(row, basis)]
    choice = Choice([quote for quote in quotes if quote.basis == basis])
    if not choice.quotes:
        choice.reason = "no-comparator"
    named = compare.like_for_like
    if "product" in named and basis != "own-previous":
        keep_product(choice, row, shelf, closed)
    choice.place = keep_named(choice, row, named)
    keep_alike(choice, row)
    keep_risk(choice, row, named)
    keep_day(choice, row, shelf.as_of)
    if choice.quotes:
        choice.notes |= {f"quote-{name}-as-on-row" for name in silent_of(choice.quotes, row, named)}
    return choice


def previous_of(row: BookRow, basis: str) -> list[Quote]:
    """What the row itself says that the customer paid before, where no quote says it."""
    before = row.previous
    if basis != "own-previous" or before is None or any(q.basis == basis for q in row.quotes or ()):
        return []
    price = before.changed_price if before.changed_price is not None else before.price
    fees = None if before.fees is None else ({"kind": "previous", "amount": before.fees},)
    made = {"basis": basis, "label": "what the customer paid before", "price": price, "fees": fees}
    return [Quote.model_validate(made)]


def keep_product(choice: Choice, row: BookRow, shelf: Shelf, closed: ClosedProduct | None) -> None:
    """Quotes of the row's product, or where it is closed to new customers, of its close match."""
    if row.product is None:
        return
    names = [row.product]
    if row.product in shelf.products:
        names, _ = shelf.sources(row.product, shelf.as_of, closed)
        if names != [row.product]:
            choice.notes.add("close-match")
    choice.keep(lambda quote: (quote.product or row.product) in names, "no-comparator")


def keep_named(choice: Choice, row: BookRow, named: Sequence[str]) -> Place:
    """Quotes that agree on what the policy names; gives back the place."""
    place: dict[str, str] = {}
    for name in named:
        if name in OWN:
            continue
        value = value_of(row, name, choice.notes)
        stated = [value_on(quote, name) for quote in choice.quotes]
        if value is not None:
            place[name] = value
        elif not any(stated) and choice.quotes:
            choice.notes.add(f"{name}-assumed-equal")
        choice.keep(
            lambda quote, name=name, value=value: value_on(quote, name) in (None, value),  # type: ignore[misc]
            "missing-value" if value is None else "no-comparator",
        )
    return tuple(sorted(place.items()))


def value_of(row: BookRow, name: str, notes: set[str]) -> str | None:
    """What the row says of a choice; of the channel, the one whose price the customer could have as a stranger."""
    if name == "channel":
        return channel_of(row, notes)
    if name in ("payment_method", "brand"):
        value: str | None = getattr(row, name)
        return value
    return row.like.get(name, row.facts.get(name))


def channel_of(row: BookRow, notes: set[str]) -> str | None:
    """Who bought elsewhere by their own choice is compared there; one whom the firm moved, where they bought.

    Where nobody says who moved them it is taken to be the channel in which they bought.
    """
    if row.channel_moved_by == "customer":
        return row.channel_renewal
    if row.channel_renewal is None or row.channel_renewal == row.channel:
        return row.channel
    if row.channel_moved_by is None:
        notes.add("channel-of-purchase")
    return row.channel


def value_on(quote: Quote, name: str) -> str | None:
    if name in ("channel", "payment_method", "brand"):
        value: str | None = getattr(quote, name)
        return value
    return quote.like.get(name)


def keep_alike(choice: Choice, row: BookRow) -> None:
    """What a row says of itself and a quote says otherwise is another thing, whether or not the policy names it."""
    choice.keep(lambda quote: agree(row.like, quote.like), "no-comparator")


def agree(one: Mapping[str, str], two: Mapping[str, str]) -> bool:
    return all(one[name] == value for name, value in two.items() if name in one)


def keep_risk(choice: Choice, row: BookRow, named: Sequence[str]) -> None:
    """A price for another risk, or from another version of the rates, is never compared."""
    for name in ("risk", "rating"):
        mine: str | None = getattr(row, name)
        if mine is None and name in named and choice.quotes and not any(getattr(q, name) for q in choice.quotes):
            choice.notes.add(f"{name}-assumed-equal")
        wanted = (None, mine) if mine is not None or name in named else None
        choice.keep(
            lambda quote, name=name, wanted=wanted: wanted is None or getattr(quote, name) in wanted,  # type: ignore[misc]
            "risk-differs",
        )


def keep_day(choice: Choice, row: BookRow, as_of: date) -> None:
    """Of several days on which was quoted, the last up to the row's own; a quote of a later day is none."""
    day = row.on or as_of
    wanted = max((quote.at for quote in choice.quotes if quote.at is not None and quote.at <= day), default=None)
    choice.keep(lambda quote: quote.at is None or quote.at == wanted, "no-comparator")
    if wanted is not None and wanted != day and any(quote.at for quote in choice.quotes):
        choice.notes.add("quote-of-another-day")


def silent_of(quotes: Sequence[Quote], row: BookRow, named: Sequence[str]) -> list[str]:
    """What matters and the row states, but some quote does not: it is taken to be as on the row."""
    names = [name for name in ("product", "brand", "channel", "payment_method") if name in named]
    found = [n for n in (*names, "risk", "rating") if getattr(row, n) and any(getattr(q, n) is None for q in quotes)]
    return found + [name for name in sorted(row.like) if any(name not in quote.like for quote in quotes)]
