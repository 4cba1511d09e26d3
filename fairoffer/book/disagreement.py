"""Yardsticks that disagree: two that say opposite things, or a raw average that says what like-for-like does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from fairoffer.book import bands, sentences
from fairoffer.model.statistics import Statistic

_GAP = Decimal("0.1")
"""Percent a year: intervals that are nearer than this are not said to differ."""
_RISE = Decimal(1)
"""Percent: a raw rise below this needs no explaining."""


def found(entries: Sequence[Statistic]) -> list[Statistic]:
    """An entry of kind disagreement for every pair that disagrees, without an estimate; ``entries``: all others."""
    firm = [entry for entry in entries if entry.thin is None]
    notes: list[Statistic] = []
    for product in dict.fromkeys(entry.product for entry in firm):
        own = [entry for entry in firm if entry.product == product]
        notes += _of_product(product, own)
    return notes


def _of_product(product: str | None, entries: Sequence[Statistic]) -> Iterator[Statistic]:
    slopes = {entry.measure: entry for entry in entries if entry.kind == "gradient"}
    price, ratio = slopes.get(sentences.PRICE), slopes.get(sentences.COMPARATOR)
    if price is not None and ratio is not None and _opposite(price, ratio):
        yield _note(product, "price-and-comparator", _by_comparator(price, ratio))
    elif price is not None and ratio is not None and _apart(price, ratio):
        yield _note(product, "price-and-comparator", _by_size(price, ratio))
    for measure, slope in slopes.items():
        last = _last(entries, measure)
        if last is not None and _opposite(slope, last):
            yield _note(product, f"slope-and-gap/{measure.replace(' ', '-')}", _by_band(slope, last))
    standing = [slope for slope in (ratio, price) if slope is not None and slope.stands]
    first = next(iter(standing), price or ratio)
    for raw in entries:
        if raw.kind == "raw" and raw.estimate is not None and first is not None:
            yield from _by_raw(product, raw, first)


def _last(entries: Iterable[Statistic], measure: str) -> Statistic | None:
    gaps = [entry for entry in entries if entry.kind == "matched" and entry.measure == measure]
    return gaps[-1] if gaps else None


def _opposite(one: Statistic, other: Statistic) -> bool:
    """Whether each interval leaves out nothing, on opposite sides of it."""
    return _side(one) * _side(other) < 0


def _apart(one: Statistic, other: Statistic) -> bool:
    """Whether the intervals do not meet, by enough to matter."""
    lower, upper = sorted((one, other), key=lambda entry: Decimal(entry.low or 0))
    return Decimal(upper.low or 0) - Decimal(lower.high or 0) > _GAP


def _side(entry: Statistic) -> int:
    low, high = Decimal(entry.low or 0), Decimal(entry.high or 0)
    return 1 if low > 0 else -1 if high < 0 else 0


def _by_comparator(price: Statistic, ratio: Statistic) -> str:
    return (
        f"two yardsticks disagree. Within like-for-like cells the price alone {_goes(price)} a year of tenure "
        f"({sentences.between(price)}), but the price over the customer's own comparator {_goes(ratio)} a year "
        f"({sentences.between(ratio)}). Comparators differ by tenure too: see which of the two the rule is about."
    )


def _by_size(price: Statistic, ratio: Statistic) -> str:
    alone = f"{sentences.signed(price.estimate)} a year of tenure ({sentences.between(price)})"
    compared = f"{sentences.signed(ratio.estimate)} a year ({sentences.between(ratio)})"
    return (
        f"two yardsticks disagree. Within like-for-like cells the price alone changes by {alone}, the price over the "
        f"customer's own comparator by {compared}: comparators differ by tenure. See which of them the rule is about."
    )


def _by_band(slope: Statistic, gap: Statistic) -> str:
    assert gap.tenure_months is not None
    return (
        f"two yardsticks disagree ({slope.measure}). The slope with tenure within like-for-like cells {_goes(slope)} a "
        f"year ({sentences.between(slope)}), but customers of {bands.in_words(gap.tenure_months)} stand at "
        f"{sentences.signed(gap.estimate)} against the newest customers of their cell ({sentences.between(gap)}). "
        "The price does not move one way with tenure, or the cells that compare differ: see the bands one by one."
    )


def _by_raw(product: str | None, raw: Statistic, slope: Statistic) -> Iterator[Statistic]:
    rise = Decimal(raw.estimate or 0)
    within = f"within like-for-like cells {sentences.signed(slope.estimate)} a year ({sentences.between(slope)})"
    start = f"unadjusted {sentences.signed(raw.estimate)} from the newest band of tenure to the last; {within}"
    if rise >= _RISE and not slope.stands:
        rest = ", which may be chance alone. A rise with tenure among customers who are alike is not shown."
        yield _note(product, "raw-alone", start + rest)
    elif rise <= 0 and slope.stands and _side(slope) > 0:
        yield _note(product, "raw-hides", start + ". The averages hide a rise among customers who are alike.")
    elif rise >= _RISE and slope.stands and _side(slope) < 0:
        yield _note(product, "raw-against", start + ". Among customers who are alike, it goes the other way.")


def _goes(entry: Statistic) -> str:
    size = sentences.signed(entry.estimate).lstrip("+−")
    return f"{'rises' if _side(entry) > 0 else 'falls'} by {size}"


def _note(product: str | None, which: str, says: str) -> Statistic:
    whom = product or "All products together"
    return Statistic(
        id=f"disagreement/{which}/{product or '*'}", kind="disagreement", product=product, says=f"{whom}: {says}"
    )
