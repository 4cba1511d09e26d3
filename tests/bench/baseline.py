"""The same question over the same market, as bare as it can be asked: what the product's speed is measured against.

For each segment, the largest amount by which the cheapest offer a customer may take exceeds the cheapest one that a
stranger may take, over every trait, tenure and day. Nothing else: one cost horizon, no held offers, no terms, no ids.

Offers are bits in order of cost, the stranger's side in the low half and the customer's in the high half. The axes are
walked one after the other, and what is kept of the customers so far is the set of distinct bit sets. Before a set is
kept, every offer dearer than one that is open on all axes still to come is dropped: it can never be the cheapest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from tests.bench.market import FIRST_DAY, LAST_DAY, NUMBERS, OPEN_END, TRAITS, Deal, Group, Market

MONTHS = 12
DAYS = (LAST_DAY - FIRST_DAY).days + 1

Masks = list[int]


def worst_gaps(market: Market) -> dict[str, int | None]:
    """Segment id to the worst gap in pennies over a year; None where one side never has an offer."""
    shelves: dict[int, list[Deal]] = defaultdict(list)
    for deal in market.deals:
        shelves[deal.product].append(deal)
    return {group.id: _worst_gap(group, shelves[group.product]) for group in market.groups}


def year_cost(deal: Deal) -> int:
    """Pennies over the first twelve months."""
    total = begun = 0
    for months, amount in deal.phases:
        ended = min(begun + months, MONTHS) if months else MONTHS
        total += max(0, ended - begun) * amount
        begun = max(begun, ended)
    return total


def _worst_gap(group: Group, shelf: list[Deal]) -> int | None:
    deals = sorted((deal for deal in shelf if _meets(deal, group)), key=lambda deal: (year_cost(deal), deal.id))
    costs = [year_cost(deal) for deal in deals]
    size = len(deals)
    low = (1 << size) - 1
    strangers = _bits(deals, lambda deal: deal.audience != "existing" and deal.tenure[0] == 0)
    customers = _bits(deals, lambda deal: deal.audience != "new")
    worst = None
    for state in _states(strangers | customers << size, _axes(group, deals), low, size):
        left, right = state & low, state >> size
        if left and right:
            gap = costs[_first(right)] - costs[_first(left)]
            worst = gap if worst is None else max(worst, gap)
    return worst


def _meets(deal: Deal, group: Group) -> bool:
    """Whether some customer of the segment, or a stranger like one, could take the offer."""
    if any(name in group.traits and not values & group.traits[name] for name, values in deal.traits.items()):
        return False
    if any(name in group.numbers and not _overlap(span, group.numbers[name]) for name, span in deal.numbers.items()):
        return False
    return deal.audience != "existing" or _overlap(deal.tenure, group.tenure)


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _states(start: int, axes: list[Masks], low: int, size: int) -> Iterable[int]:
    """The distinct sets of offers that the customers of a segment have to choose from, cost-pruned."""
    axes = sorted(axes, key=len)
    open_after = [-1] * (len(axes) + 1)
    for index in reversed(range(len(axes))):
        open_after[index] = open_after[index + 1]
        for mask in axes[index]:
            open_after[index] &= mask
    states = {start}
    for index, masks in enumerate(axes):
        open_left, open_right = open_after[index + 1] & low, open_after[index + 1] >> size
        reached = set()
        for state in states:
            for mask in masks:
                both = state & mask
                left, right = both & low, both >> size
                if sure := left & open_left:
                    left &= ((sure & -sure) << 1) - 1
                if sure := right & open_right:
                    right &= ((sure & -sure) << 1) - 1
                reached.add(left | right << size)
        states = reached
    return states


def _axes(group: Group, deals: list[Deal]) -> list[Masks]:
    """For each axis, the distinct masks over both sides that its values leave."""
    size = len(deals)
    both = [_trait_masks(name, group, deals) for name in TRAITS]
    both += [_number_masks(name, group, deals) for name in NUMBERS]
    both.append(_span_masks([deal.days for deal in deals], (0, DAYS - 1)))
    axes = [[mask | mask << size for mask in masks] for masks in both]
    tenures = [(0, OPEN_END) if deal.audience == "new" else deal.tenure for deal in deals]
    strangers = (1 << size) - 1
    axes.append([strangers | mask << size for mask in _span_masks(tenures, group.tenure)])
    return axes


def _trait_masks(name: str, group: Group, deals: list[Deal]) -> Masks:
    values = group.traits.get(name) or range(TRAITS[name])
    return list({_bits(deals, lambda deal, value=value: value in deal.traits.get(name, (value,))) for value in values})


def _number_masks(name: str, group: Group, deals: list[Deal]) -> Masks:
    whole = NUMBERS[name]
    return _span_masks([deal.numbers.get(name, whole) for deal in deals], group.numbers.get(name, whole))


def _span_masks(spans: list[tuple[int, int]], box: tuple[int, int]) -> Masks:
    """The distinct masks at the points of `box` where a span begins or has just ended."""
    first, last = box
    points = {first}
    points.update(start for start, _ in spans if first < start <= last)
    points.update(end + 1 for _, end in spans if first <= end < last)
    return list({sum(1 << bit for bit, (start, end) in enumerate(spans) if start <= point <= end) for point in points})


def _bits(deals: list[Deal], wanted: Callable[[Deal], bool]) -> int:
    return sum(1 << bit for bit, deal in enumerate(deals) if wanted(deal))


def _first(mask: int) -> int:
    return (mask & -mask).bit_length() - 1
