"""The two pictures of a report, as numbers to draw: product by tenure, and the causes with most money."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fairoffer.model.result import Finding, Months, Offer, Result
from fairoffer.report import book, scale, subjects, words
from fairoffer.report.causes import side_name
from fairoffer.report.sums import amount_of, has_people

PRODUCTS = 20  # rows of the table; the others are in the table of all findings
BARS = 10
BANDS: tuple[tuple[int, int | None], ...] = ((1, 11), (12, 23), (24, 59), (60, None))
MEASURED = {
    "default-gap": "by default",
    "reach-gap": "at best",
    "must-ask": "by asking",
    "roll-over": "rolled over",
    "price-walk": "by tenure",
    "tier-gap": "by tier",
    "component-gap": "by component",
}
_NONE = Decimal("-Infinity")
LEFT, RIGHT, ROW = 300, 850, 34  # the drawing's scale, in its own units


@dataclass(frozen=True)
class Cell:
    """The worst gap of a product in a tenure band; shade 0 is no finding, 3 the largest third."""

    text: str
    shade: int


@dataclass(frozen=True)
class Matrix:
    """Products by tenure band, worst product first."""

    says: str
    term: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...], str], ...]
    left_out: int


@dataclass(frozen=True)
class Bar:
    """One dumbbell: where both values lie, and what they say."""

    rank: str
    label: str
    name: str
    y: int
    existing_x: str
    comparator_x: str
    existing: str
    comparator: str
    gap: str
    money: str
    customers: str
    anchor: str


@dataclass(frozen=True)
class Chart:
    """The dumbbells, the axis, and the sentence that says the same."""

    term: str
    by_money: bool
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[str, str], ...]
    height: int
    describes: str


def main_term(findings: Sequence[Finding], currency: str) -> str | None:
    """The term that carries most money, else the one that most findings are about; of two, the one that sorts first."""
    in_money = [one for one in findings if one.unit == currency and one.term and one.gap is not None]
    number = Counter(one.term or "" for one in in_money)
    money: dict[str, Decimal] = defaultdict(Decimal)
    for one in in_money:
        money[one.term or ""] += amount_of(one.gap_per_year)
    return min(number, key=lambda term: (-money[term], -number[term], term)) if number else None


def matrix(result: Result) -> Matrix | None:
    """Worst gap by product and tenure under the main term, waived findings included; nothing without such findings."""
    currency = result.totals.currency
    term = main_term(result.findings, currency)
    if term is None:
        return None
    largest: dict[tuple[str, int | None, int | None], Decimal] = {}
    for one in result.findings:
        each = book.each(one)
        if one.term == term and one.unit == currency and each is not None and one.product is not None:
            months = one.tenure_months
            key = (one.product, months.from_ if months else None, months.to if months else None)
            gap = Decimal(each)
            if gap > largest.get(key, _NONE):
                largest[key] = gap
    worst: dict[str, list[Decimal | None]] = {}
    for (product, first, last), gap in largest.items():
        row = worst.setdefault(product, [None] * len(BANDS))
        for index, band in enumerate(BANDS):
            if _meets(first, last, band):
                row[index] = max(gap, row[index] or Decimal(0))
    ranked = sorted(worst, key=lambda product: (-max(gap or Decimal(0) for gap in worst[product]), product))
    top = max((gap or Decimal(0) for row in worst.values() for gap in row), default=Decimal(0))
    blind = _blind(result)
    rows = tuple(
        (product, tuple(_cell(gap, top) for gap in worst[product]), f"{blind[product]:,}")
        for product in ranked[:PRODUCTS]
    )
    heads = tuple("#" + words.tenure(Months(from_=low, to=high)) for low, high in BANDS)
    says = "Worst mean gap of a group" if any(one.book is not None for one in result.findings) else "Worst gap"
    return Matrix(says, _stated(term, currency, result.findings), heads, rows, len(ranked) - len(rows))


def _blind(result: Result) -> Counter[str | None]:
    """Comparisons that could not be assessed, by product."""
    columns = result.comparisons
    found: Counter[str | None] = Counter()
    for product, outcome, weight in zip(columns.product, columns.outcome, book.weights(columns), strict=True):
        if outcome == "not-assessable":
            found[product] += weight
    return found


def _meets(first: int | None, last: int | None, band: tuple[int, int | None]) -> bool:
    low, high = band
    return (last is None or last >= low) and (high is None or (first or 0) <= high)


def _cell(gap: Decimal | None, top: Decimal) -> Cell:
    if gap is None:
        return Cell("–", 0)
    shade = 3 if gap * 3 > top * 2 else 2 if gap * 3 > top else 1
    return Cell(words.grouped(f"{gap:f}"), shade)


def chart(result: Result, groups: Sequence[tuple[str, Sequence[Finding]]]) -> Chart | None:
    """The first ten of `groups` (anchor of a cause, its findings) that have both values in the main term."""
    currency = result.totals.currency
    term = main_term([one for _, group in groups for one in group], currency)
    offers = {offer.id: offer for offer in result.offers}
    chosen: list[tuple[str, Finding]] = []
    for anchor, group in groups:
        both = [one for one in group if (one.term, one.unit) == (term, currency) and _values(one) is not None]
        if both and len(chosen) < BARS:
            chosen.append((anchor, max(both, key=_size)))
    chosen.sort(key=lambda item: tuple(-size for size in _size(item[1])))  # as the numbers shown
    values = [value for _, one in chosen for value in _values(one) or ()]
    if not values:
        return None
    low, high, step = scale.axis(min(values), max(values))
    names = _names([one for _, one in chosen], offers)
    bars = []
    for index, (anchor, one) in enumerate(chosen):
        existing, comparator = _values(one) or (Decimal(0), Decimal(0))
        bars.append(
            Bar(
                rank=anchor.removeprefix("c-"),
                label=elided(f"{anchor.removeprefix('c-')}. {names[index]}"),
                name=", ".join(filter(None, [names[index], words.place(one.place) if one.book is not None else ""])),
                y=30 + ROW * index,
                existing_x=scale.at(existing, low, high, LEFT, RIGHT),
                comparator_x=scale.at(comparator, low, high, LEFT, RIGHT),
                existing=words.grouped(f"{existing:f}"),
                comparator=words.grouped(f"{comparator:f}"),
                gap=words.grouped(book.each(one)),
                money=words.money(one.gap_per_year, currency) if one.gap_per_year is not None else "–",
                customers=_people(one),
                anchor=anchor,
            )
        )
    marks = scale.ticks(low, high, step)
    ticks = tuple((scale.at(mark, low, high, LEFT, RIGHT), words.grouped(f"{mark:f}")) for mark in marks)
    worse = sum(existing > comparator for existing, comparator in (_values(one) or (low, low) for _, one in chosen))
    describes = (
        f"{words.term(term)} in {currency}. Existing has the higher value in {worse} of "
        f"{words.count(len(bars), 'row')}. "
        "The table gives every value."
    )
    by_money = any(one.gap_per_year is not None for _, one in chosen)
    return Chart(
        _stated(term, currency, [one for _, one in chosen]),
        by_money,
        tuple(bars),
        ticks,
        30 + ROW * len(bars),
        describes,
    )


def _stated(term: str | None, currency: str, found: Sequence[Finding]) -> str:
    """total cost over 12 months, GBP; of a book a year, where its terms name no months."""
    own = [one for one in found if (one.term, one.unit) == (term, currency)]
    yearly = bool(own) and all(map(book.yearly, own))
    return f"{words.term(term)}, {currency}{' a year' if yearly else ''}"


def _size(one: Finding) -> tuple[Decimal, Decimal]:
    return amount_of(one.gap_per_year), amount_of(book.each(one))


def _people(one: Finding) -> str:
    """How many there are now, or how many are coming where that is all."""
    if not has_people(one):
        return "–"
    if not one.customers and one.customers_coming:
        return f"{one.customers_coming:,} coming"
    return words.customers(book.affected(one))


def _names(findings: Sequence[Finding], offers: Mapping[str, Offer]) -> list[str]:
    """A name for each; where two would be the same, with what was measured."""
    names = [_name(one, offers) for one in findings]
    number = Counter(names)
    return [
        f"{name}, {MEASURED.get(one.check, one.rule)}" if number[name] > 1 else name
        for name, one in zip(names, findings, strict=True)
    ]


def _name(one: Finding, offers: Mapping[str, Offer]) -> str:
    """Product and subject; where there is no product, the existing side and the subject."""
    if one.book is not None and one.product is not None and one.tenure_months is not None:
        return f"{one.product}, {words.band(one.tenure_months)}"
    if one.product is not None:
        return subjects.title(one)
    side = side_name(one.existing, offers)
    return subjects.name(one) if side == "–" else f"{side}, {subjects.name(one)}"


def elided(text: str, limit: int = 36) -> str:
    """What fits beside the chart, cut at a space, comma or hyphen where there is one; the table has the name."""
    if len(text) <= limit:
        return text
    tail = re.search(r"(?<=[\s,-])[^\s].*", text[-13:], re.DOTALL)
    end = tail[0] if tail else text[-13:]
    start = text[: limit - 3 - len(end)]
    head = re.match(r".*[\s,-]", start + text[len(start)], re.DOTALL)
    if head and len(head[0]) > limit // 4:
        start = head[0].rstrip(" ,-")
    return f"{start} … {end.strip()}"


def _values(one: Finding) -> tuple[Decimal, Decimal] | None:
    if one.existing is None or one.comparator is None or one.existing.value is None or one.comparator.value is None:
        return None
    return Decimal(one.existing.value), Decimal(one.comparator.value)
