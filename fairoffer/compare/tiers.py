"""Segments of a lower value tier against those of a higher one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fairoffer.compare.axes import restrict, trait_axes
from fairoffer.compare.cells import states
from fairoffer.compare.contest import Contest, Stall, new_slots
from fairoffer.compare.groups import Group, box
from fairoffer.compare.held import Raw, interned
from fairoffer.compare.market import alike
from fairoffer.compare.moment import Point, intervals
from fairoffer.compare.prices import Leg
from fairoffer.compare.values import bits
from fairoffer.model.catalog import Eligibility


@dataclass(frozen=True)
class Stay:
    """Tenures that customers of a group have today, with what they hold when they are judged (None: not said)."""

    low: int
    high: int | None
    point: Point
    leg: Leg | None

    def covers(self, low: int, high: int | None) -> bool:
        return self.low <= low and (self.high is None or (high is not None and high <= self.high))


def tier_comparisons(contest: Contest, stall: Stall, groups: Sequence[Group], raws: dict[int, list[Raw]]) -> None:
    """One comparison a segment, place and cost term, wherever a segment of a higher tier has the same product."""
    tiers = list(contest.shelf.catalog.value_tiers)
    ranked = [g for g in groups if g.value_tier in tiers and not g.rolling]
    slots: list[int] = []
    for group in ranked:
        rank = tiers.index(group.value_tier or "")
        rivals = [g for g in ranked if tiers.index(g.value_tier or "") > rank]
        if not rivals:
            continue
        slots = slots or new_slots(contest, stall, "tier-gap")
        for at, slot in enumerate(slots):
            mine = stays(stall, group, raws, at)
            theirs = [stays(stall, rival, raws, at) for rival in rivals]
            add(contest, stall, group, rivals, mine, theirs, at, slot)


def stays(stall: Stall, group: Group, raws: dict[int, list[Raw]], at: int) -> list[Stay]:
    """What a group holds at every tenure of today, for one price list."""
    low, high = max(group.tenure.from_ or 1, 1), group.tenure.to
    if not (group.holds or group.pays):
        return [Stay(low, high, Point(low, high, 0, False, True), None)]
    out = []
    for raw in raws.get(id(group), []):
        _, free_at, point, quotes = raw
        if at in quotes:
            first, last = today(group, point, free_at)
            out.append(Stay(first, last, point, interned(stall.values, group, raw).legs[at]))
    return out


def today(group: Group, point: Point, free_at: int) -> tuple[int, int | None]:
    """Tenures that those have today who are judged at a point."""
    low, high = max(group.tenure.from_ or 1, 1), group.tenure.to
    if not point.coming:
        return point.tenure_from, point.tenure_to
    if group.held is None:
        return low, free_at - 1 if high is None else min(high, free_at - 1)
    held_low = group.held.from_ or 0
    held_high = free_at - 1 if group.held.to is None else min(group.held.to, free_at - 1)
    first = max(low, held_low + point.tenure_from - free_at)
    last = None if point.tenure_to is None else held_high + point.tenure_to - free_at
    return first, last if high is None else high if last is None else min(high, last)


def add(
    contest: Contest,
    stall: Stall,
    group: Group,
    rivals: Sequence[Group],
    mine: Sequence[Stay],
    theirs: Sequence[Sequence[Stay]],
    at: int,
    slot: int,
) -> None:
    """Cells of one segment: its traits cut by the rivals' and by the offers', its tenures by theirs."""
    market, values, listing = stall.market, stall.values, stall.lists[at]
    subject = contest.subject(group.product, group.segment, market.place).number
    number = contest.group(group)
    names, axes = cut_traits(contest, stall, group, rivals)
    n, every = len(rivals), len(rivals) + market.n
    cuts = {c for stay in (*mine, *(s for r in theirs for s in r)) for c in ends(stay)} | set(market.cuts)
    days = alike((mask >> market.n & values.full, first, last) for mask, first, last in market.days)
    for stay in mine:
        for low, high in intervals(stay.low, stay.high, cuts):
            legs = [[s.leg for s in rival if s.covers(low, high)] for rival in theirs]
            present = sum(1 << i for i, found in enumerate(legs) if found)
            if not present:
                continue
            fits = open_at(stall, stay.point.tenure_from + low - stay.low)
            there = present | (fits << n)
            whole = [(((1 << n) - 1) | (mask << n), first, last) for mask, first, last in days]
            for found, state in states(there & ((1 << every) - 1), axes, whole, {}).items():
                met = [leg for i in bits(found & ((1 << n) - 1)) for leg in legs[i]]
                if not met:
                    continue
                reach = [listing.existing[i] for i in bits(found >> n)]
                ours, others = sides(stay.leg, met, reach)
                pair = values.next_number(contest.pairs)
                values.rows.append(values.cost_row(pair, slot, listing, ours, others, "no-comparator"))
                when = (stay.point.tenure_from, stay.point.tenure_to, stay.point.coming, stay.point.held, number)
                path = contest.path(names, state.path)
                contest.cells.append((subject, pair, *when, state.first_day, state.last_day, path))


def ends(stay: Stay) -> list[int]:
    return [stay.low] + ([stay.high + 1] if stay.high is not None else [])


def open_at(stall: Stall, tenure: int) -> int:
    """Offers that an existing customer of that tenure may choose, as far as tenure goes."""
    fits = 0
    for i, offer in enumerate(stall.market.offers):
        clause = offer.eligibility.tenure_months
        if clause is None or clause.contains(tenure):
            fits |= 1 << i
    return fits


def sides(held: Leg | None, theirs: Sequence[Leg | None], reach: Sequence[Leg]) -> tuple[list[Leg], list[Leg]]:
    """Held against held; where one side does not say what it holds, reach against reach."""
    holding = [leg for leg in theirs if leg is not None]
    if held is not None and holding:
        return [held], holding
    return [*([held] if held is not None else []), *reach], [*reach, *holding]


def cut_traits(
    contest: Contest, stall: Stall, group: Group, rivals: Sequence[Group]
) -> tuple[list[str], list[list[tuple[str | int, int]]]]:
    """The axes of the group's box, with a bit for every rival and then one for every offer of the market."""
    shelf = contest.shelf
    traits = [name for name, a in shelf.catalog.attributes.items() if not a.choice]
    clauses = []
    for rival in rivals:
        wanted = {name: box(shelf, rival, name) for name in traits}
        clauses.append(Eligibility(**{name: test for name, test in wanted.items() if test is not None}))
    axes = trait_axes(shelf.catalog.attributes, [*clauses, *(o.eligibility for o in stall.market.offers)])
    return [a.name for a in axes], [restrict(a, box(shelf, group, a.name)) for a in axes]
