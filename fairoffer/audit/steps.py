"""The arithmetic of a gap, with its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from fairoffer.audit.amounts import money, trimmed
from fairoffer.audit.fold import Comparison, Witness
from fairoffer.compare.cost import Measure, Role, Timeline, overlap, portion, timeline, times
from fairoffer.model.catalog import Catalog, Offer

MINUS, TIMES = "−", "×"


def steps(found: Comparison) -> list[tuple[str, str]]:
    """Both sides over the months they were costed, then brought to the horizon; values for what is no cost."""
    seen = found.witness
    if seen is None or seen.listing is None or found.horizon is None:
        return plain_steps(found)
    catalog = seen.market.shelf.catalog
    existing, comparator = found.part(found.existing), found.part(found.comparator)
    gap = found.part(found.gap)
    if existing is None or comparator is None or gap is None:
        return []
    scale = Fraction(seen.months, found.horizon)
    lines = [
        (sum_of(found, existing_side=True), money(catalog, existing * scale)),
        (sum_of(found, existing_side=False), money(catalog, comparator * scale)),
    ]
    if seen.months == found.horizon:
        return [*lines, (f"{lines[0][1]} {MINUS} {lines[1][1]}", money(catalog, gap * found.sign))]
    return [
        *lines,
        (
            f"({lines[0][1]} {MINUS} {lines[1][1]}) {TIMES} {found.horizon}/{seen.months}",
            money(catalog, gap * found.sign),
        ),
    ]


def plain_steps(found: Comparison) -> list[tuple[str, str]]:
    existing, comparator, gap = found.part(found.existing), found.part(found.comparator), found.part(found.gap)
    if existing is None or comparator is None or gap is None:
        return []
    low, high = (existing, comparator) if found.sign > 0 else (comparator, existing)
    return [(f"{trimmed(low, 2)} {MINUS} {trimmed(high, 2)}", trimmed(gap, 2))]


def sum_of(found: Comparison, *, existing_side: bool) -> str:
    """One side as a sum of amounts and months, such as ``24.99 × 18 + 9.99 − 50.00``."""
    seen = found.witness
    assert seen is not None
    assert seen.listing is not None
    held = existing_side and seen.existing_offer < 0
    start = seen.held if held else 0
    role = role_of(found, existing_side=existing_side)
    line = leg_line(seen, existing_side, start)
    if line is None:
        return "unknown"
    horizon = seen.listing.months
    return joined(parts(line, seen.listing.measure, role, start, seen.months, horizon), seen.market.shelf.catalog)


def role_of(found: Comparison, *, existing_side: bool) -> Role:
    """Whose items count on a side: a held offer's are those of who the customer was when it began."""
    seen = found.witness
    if existing_side and seen is not None and seen.existing_offer < 0:
        return "new" if seen.began_new else "existing"
    return "existing" if existing_side or found.bound.check.id in ("must-ask", "price-walk") else "new"


def leg_line(seen: Witness, existing_side: bool, start: int) -> Timeline | None:
    offer = side_offer(seen, existing_side)
    if offer is not None:
        return timeline(offer, seen.market.shelf.offers, start + seen.months)
    return seen.group.pays if seen.group else None


def side_offer(seen: Witness, existing_side: bool) -> Offer | None:
    """The offer of a side; None for a price point and for a side that has nothing."""
    at = seen.existing_offer if existing_side else seen.comparator_offer
    if at >= 0:
        return seen.market.offers[at]
    return seen.group.holds if existing_side and seen.group else None


def parts(
    line: Timeline, measure: Measure, role: Role, start: int, months: int, horizon: int
) -> Iterator[tuple[Fraction, int, bool]]:
    """(amount, how many times, whether it is subtracted) of every piece of a cost; as ``cost`` adds them."""
    if measure.balance is not None:
        for begins, ends, rate in line.rates:
            count = overlap(begins, ends, start, start + months)
            amount = Fraction(rate.percent) / 100 * portion(rate, Fraction(measure.balance)) / 12
            if count and amount:
                yield amount, count, False
        return
    for span in line.spans:
        count = overlap(span.start, span.end, start, start + months)
        if count and span.amount is not None:
            yield span.amount, count, False
    for item in line.items:
        count = times(item, start, start + months, horizon)
        if count and (item.audience or role) in (role, "any") and (item.core or measure.fees) and item.most:
            yield abs(item.most), count, item.most < 0


def joined(pieces: Iterator[tuple[Fraction, int, bool]], catalog: Catalog) -> str:
    out = ""
    for amount, count, less in pieces:
        text = f"{exact(amount, catalog)} {TIMES} {count}" if count > 1 else exact(amount, catalog)
        sign = MINUS if less else "+"
        out = f"{out} {sign} {text}" if out else (f"{MINUS}{text}" if less else text)
    return out or "0"


def exact(amount: Fraction, catalog: Catalog) -> str:
    """An amount a month; one that is a twelfth of a round yearly amount is shown as that."""
    text = money(catalog, amount)
    if Fraction(text) == amount:
        return text
    year = money(catalog, amount * 12)
    return f"{year}/12" if Fraction(year) == amount * 12 else trimmed(amount)
