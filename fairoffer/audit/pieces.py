"""A cost as the pieces that it is made of, and each of them as text that is found again in the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Literal

from fairoffer.audit import amounts
from fairoffer.compare.cost import Measure, Rises, Role, portion
from fairoffer.compare.lineage import chain, minimum_term
from fairoffer.compare.timeline import Item, Span, Timeline, overlap, times
from fairoffer.model.catalog import Catalog, Offer, Phase
from fairoffer.money import grouped, places_of

MINUS, TIMES = "−", "×"
Per = Literal["once", "month", "year", "term"]


@dataclass(frozen=True)
class Piece:
    """``amount`` for ``count`` months of the ``of`` that it is stated for (0: once); ``value`` is what it adds."""

    amount: Fraction
    count: int
    of: int
    less: bool = False
    item: Item | None = None
    age: int = 0
    """Months since a past one-off item, 0 for one that is to come."""
    balance: Fraction | None = None
    """The part of a balance on which ``amount`` percent a year is paid."""
    at: int = 0
    """The month of the leg in which the phase, the rate or the item begins."""

    @property
    def value(self) -> Fraction:
        size = self.amount * (Fraction(self.count, self.of) if self.of else 1)
        if self.balance is not None:
            size = size * self.balance / 100
        return -size if self.less else size


def parts(
    line: Timeline,
    measure: Measure,
    role: Role,
    start: int,
    months: int,
    horizon: int,
    *,
    rise: Rises | None = None,
    least: bool = False,
    phases: Mapping[int, int] | None = None,
    yearly: frozenset[tuple[str, str]] = frozenset(),
) -> list[Piece]:
    """Every piece of a cost, as ``compare.cost.cost`` adds them.

    Args:
        least: the least it can cost, with every incentive that nobody classified; else the most.
        phases: the months that a price is stated for, by the month in which its phase begins.
        yearly: (kind, label) of the items that are stated for a year.
    """
    if measure.balance is not None:
        return list(interest_parts(line, Fraction(measure.balance), start, months))
    found: list[Piece] = []
    for span in line.spans:
        if overlap(span.start, span.end, start, start + months) and span.amount is not None:
            found += span_parts(span, start, months, rise, (phases or {}).get(span.start, 1))
    for item in line.items:
        size = item.least if least else item.most
        count = times(item, start, start + months, horizon)
        if count and size and (item.audience or role) in (role, "any") and measure.counts(item):
            of = 0 if item.once else 12 if (item.kind, item.label) in yearly else 1
            age = start - item.start if item.once and item.start < start else 0
            found.append(Piece(abs(size) * (of or 1), count, of, size < 0, item, age, at=item.start))
    return found


def interest_parts(line: Timeline, balance: Fraction, start: int, months: int) -> Iterator[Piece]:
    for begins, ends, rate in line.rates:
        count = overlap(begins, ends, start, start + months)
        share = portion(rate, balance)
        if count and share:
            yield Piece(Fraction(rate.percent), count, 12, balance=share, at=begins)


def span_parts(span: Span, start: int, months: int, rise: Rises | None, of: int) -> Iterator[Piece]:
    """A price for its months inside the window; one for every height that announced rises bring it to."""
    assert span.amount is not None
    count = overlap(span.start, span.end, start, start + months)
    if rise is None or not rise.steps:
        yield Piece(span.amount * of, count, of, at=span.start)
        return
    first = max(span.start, start) - start
    risen = [rise.factor(span.amount, k) for k in range(first, first + count)]
    for amount, same in groupby(risen):
        yield Piece(amount * of, len(list(same)), of, at=span.start)


def stated_for(
    offer: Offer, offers: Mapping[str, Offer], until: int
) -> tuple[dict[int, int], frozenset[tuple[str, str]]]:
    """How the offer, and what takes over from it, state their prices and their items; see ``parts``."""
    phases: dict[int, int] = {}
    yearly: set[tuple[str, str]] = set()
    for part, begins, _ in chain(offer, offers, until):
        at = begins
        for phase in part.price:
            phases[at] = months_of(part, phase)
            at += phase.months or 0
        yearly |= {("fee", f.kind) for f in part.fees if f.when == "year"}
        yearly |= {("incentive", i.kind) for i in part.incentives if i.per == "year"}
        yearly -= {("fee", f.kind) for f in part.fees if f.when == "month"}
    return phases, frozenset(yearly)


def months_of(offer: Offer, phase: Phase) -> int:
    """The months that an amount of the phase is for."""
    if phase.per == "term":
        return minimum_term(offer) or phase.months or 1
    return 12 if phase.per == "year" else 1


def joined(pieces: Iterable[Piece], catalog: Catalog) -> str:
    """A sum such as ``24.99 × 18 + 9.99 − 50.00``."""
    return summed((piece, text_of(piece, catalog)) for piece in pieces) or "0"


def summed(pieces: Iterable[tuple[Piece, str]]) -> str:
    out = ""
    for piece, text in pieces:
        sign = MINUS if piece.less else "+"
        out = f"{out} {sign} {text}" if out else (f"{MINUS}{text}" if piece.less else text)
    return out


def text_of(piece: Piece, catalog: Catalog) -> str:
    if piece.balance is not None:
        return f"{whole(piece.balance)} {TIMES} {rate(piece.amount)} {TIMES} {piece.count}/12"
    amount = exact(piece.amount, catalog)
    if piece.of in (0, 1):
        return f"{amount} {TIMES} {piece.count}" if piece.of and piece.count > 1 else amount
    if piece.count % piece.of:
        return f"{amount} {TIMES} {piece.count}/{piece.of}"
    return f"{amount} {TIMES} {piece.count // piece.of}" if piece.count > piece.of else amount


def named(pieces: Iterable[Piece], catalog: Catalog, horizon: int) -> tuple[str, Fraction] | None:
    """The fees and incentives among the pieces by name, and what they come to; None where there are none."""
    items = [p for p in pieces if p.item is not None]
    if not items:
        return None
    text = summed((p, f"{text_of(p, catalog)} {label_of(p)}") for p in items)
    ages = sorted({p.age for p in items if p.age})
    if ages:
        ago = " and ".join("a month" if age == 1 else f"{age} months" for age in ages)
        text += f" (from {ago} before: counted while less than {horizon} months old)"
    return text, sum((p.value for p in items), Fraction(0))


def label_of(piece: Piece) -> str:
    return piece.item.label.replace("_", " ") if piece.item else ""


def exact(amount: Fraction, catalog: Catalog) -> str:
    """An amount in the currency's decimals, or in more where it has more."""
    text = cash(catalog, amount)
    places = places_of(catalog.currency)
    if amount.denominator == 1 or (amount * 10**places).denominator == 1:
        return text
    year = amount * 12
    return f"{cash(catalog, year)}/12" if (year * 10**places).denominator == 1 else amounts.trimmed(amount)


def cash(catalog: Catalog, size: Fraction) -> str:
    """Money with its thousands apart, rounded once; a true minus."""
    places = places_of(catalog.currency)
    text = grouped(amounts.rounded(size, places), places)
    return text.replace("-", MINUS)


def whole(size: Fraction) -> str:
    """A number that is no money, with its thousands apart."""
    head, dot, tail = amounts.trimmed(abs(size)).partition(".")
    return f"{MINUS if size < 0 else ''}{int(head):,}{dot}{tail}"


def rate(percent: Fraction) -> str:
    """A rate with at least two decimals."""
    text = amounts.trimmed(percent)
    tail = text.partition(".")[2]
    return f"{text if len(tail) > 2 else amounts.rounded(percent, 2):}%"
