"""The arithmetic of a gap, with its numbers."""

from __future__ import annotations

from fractions import Fraction

from fairoffer.audit.bind import is_money
from fairoffer.audit.comparison import Comparison
from fairoffer.audit.pieces import MINUS, TIMES, Piece, cash, joined, named, parts, stated_for, whole
from fairoffer.audit.sides import catalog_of, leg_line, rise_on, role_of, side_offer, start_of
from fairoffer.compare.timeline import overlap

Step = tuple[str, str]


def steps(found: Comparison) -> list[Step]:
    """Both sides over the months they were costed, then brought to the horizon; values for what is no cost.

    The sums are those of the comparison or they are not shown: a side that cannot be written as a sum (what a higher
    tier holds) stands as its value. Fees and incentives are named after the difference.
    """
    seen = found.witness
    existing, comparator, gap = found.part(found.existing), found.part(found.comparator), found.part(found.gap)
    if seen is None or existing is None or comparator is None or gap is None:
        return []
    if seen.listing is None or found.horizon is None:
        return [difference(found, existing, comparator, gap)]
    scale = Fraction(seen.months, found.horizon)
    both = [pieces_of(found, side) for side in (True, False)]
    if both[0] is None or both[1] is None:
        return [difference(found, existing, comparator, gap)]
    catalog = catalog_of(found)
    sums = [existing * scale, comparator * scale]
    texts = [joined(side or (), catalog) + unstated(found, at == 0) for at, side in enumerate(both)]
    lines = [(text, cash(catalog, size)) for text, size in zip(texts, sums, strict=True)]
    if seen.months == found.horizon:
        lines.append(difference(found, existing, comparator, gap))
    else:
        lines.append((f"{TIMES} {found.horizon}/{seen.months}", cash(catalog, gap)))
    for name, side in zip(("existing", "comparator"), both, strict=True):
        items = named(side or (), catalog, seen.listing.months)
        if items is not None:
            lines.append((f"{name}, in that sum: {items[0]}", cash(catalog, items[1])))
    return lines


def unstated(found: Comparison, existing_side: bool) -> str:
    """A price that the catalog does not state counts at its least, nothing."""
    seen = found.witness
    assert seen is not None
    line, start = leg_line(seen, existing_side, seen.months), start_of(seen, existing_side)
    by_price = seen.listing is None or seen.listing.measure.balance is None
    spans = line.spans if line and by_price else ()
    silent = any(s.amount is None and overlap(s.start, s.end, start, start + seen.months) for s in spans)
    return " + a price that is not stated" if silent else ""


def difference(found: Comparison, existing: Fraction, comparator: Fraction, gap: Fraction) -> Step:
    """The worse value less the better one, as the gap is counted."""
    catalog = catalog_of(found)
    high, low = (existing, comparator) if found.sign > 0 else (comparator, existing)
    if is_money(catalog, found.term):
        return f"{cash(catalog, high)} {MINUS} {less(cash(catalog, low))}", cash(catalog, gap)
    return f"{whole(high)} {MINUS} {less(whole(low))}", whole(gap)


def less(number: str) -> str:
    """A number that is taken away; in brackets where it is negative."""
    return f"({number})" if number.startswith(MINUS) else number


def pieces_of(found: Comparison, existing_side: bool) -> list[Piece] | None:
    """The pieces of a side, if they come to its value; what is uncertain counts as it did there."""
    seen, size = found.witness, found.part(found.existing if existing_side else found.comparator)
    if seen is None or seen.listing is None or found.horizon is None or size is None:
        return None
    value = size * seen.months / found.horizon
    line = leg_line(seen, existing_side, seen.months)
    if line is None:
        return None
    offer, start = side_offer(seen, existing_side), start_of(seen, existing_side)
    phases, yearly = stated_for(offer, seen.market.shelf.offers, start + seen.months) if offer else ({}, frozenset())
    for least in (False, True):
        found_pieces = parts(
            line,
            seen.listing.measure,
            role_of(found, existing_side=existing_side),
            start,
            seen.months,
            seen.listing.months,
            rise=rise_on(found, existing_side, seen.months),
            least=least,
            phases=phases,
            yearly=yearly,
        )
        if sum((p.value for p in found_pieces), Fraction(0)) == value:
            return found_pieces
    return None
