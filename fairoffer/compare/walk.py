"""The two comparisons that belong to a product: the price walk across tenures, and what offers roll over to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fairoffer.compare.axes import holds
from fairoffer.compare.beats import beaten_by, measures, wider_tenures
from fairoffer.compare.cells import states
from fairoffer.compare.contest import Contest, Stall, boxed, live_days, new_slots, possible
from fairoffer.compare.groups import Group, live_on
from fairoffer.compare.held import Raw, interned
from fairoffer.compare.lineage import moves_on, phases_end, product_at
from fairoffer.compare.market import Shelf, alike, spread
from fairoffer.compare.pairs import Bracket, Gap, below, pair_gap
from fairoffer.compare.prices import Leg, PriceList
from fairoffer.compare.values import Held, bits, bracket_row
from fairoffer.model.base import Range
from fairoffer.model.catalog import Offer


def product_comparisons(contest: Contest, stall: Stall, groups: Sequence[Group], raws: Mapping[int, list[Raw]]) -> None:
    """Add both to the contest, as far as its checks ask for them."""
    if "price-walk" in contest.checks:
        price_walk(contest, stall)
    if stall.market.place and not anybody(stall):
        return
    rolling = [(g, interned(stall.values, g, raws[id(g)][0])) for g in groups if g.rolling]
    if rolling:
        roll_over(contest, stall, rolling)


def anybody(stall: Stall) -> bool:
    """Whether any offer of the market is open to anybody on either side."""
    market = stall.market
    _, axes = boxed(market, Group("", market.product, Range(from_=1)))
    there = spread(market, possible(axes, market.n))
    return any(mask & there for mask, _, _ in market.days)


def price_walk(contest: Contest, stall: Stall) -> None:
    market, values = stall.market, stall.values
    n = market.n
    reach = 0
    for mask, _, _ in market.days:
        reach |= (mask >> n) & values.full
    if not reach:
        return
    slots = new_slots(contest, stall, "price-walk")
    subject = contest.subject(market.product, None, market.place).number
    everyone = Group("", market.product, Range(from_=1))
    names, axes = boxed(market, everyone)
    start = spread(market, possible(axes, n)) & (values.full << n)
    classes = [[(value, spread(market, mask)) for value, mask in axis] for axis in axes]
    days = alike((mask & (values.full << n), first, last) for mask, first, last in market.days)
    for at, (slot, listing) in enumerate(zip(slots, stall.lists, strict=True)):
        for offers, state in states(start, classes, days, walk_beats(stall, at)).items():
            rise = rise_of(market.offers, listing, bits(offers >> n))
            if rise is None:
                continue
            number = values.next_number(contest.pairs)
            sign = 1 if listing.measure.better == "lower" else -1
            tenure, found_gap = rise
            values.rows.append(bracket_row(number, slot, sign, found_gap))
            path = contest.path(names, state.path)
            when = (tenure, None, False, 0, None)
            contest.cells.append((subject, number, *when, state.first_day, state.last_day, path))


def walk_beats(stall: Stall, at: int) -> dict[int, int]:
    """What existing customers can choose, where the better offer is open at every tenure of the other one too."""
    n = stall.market.n
    rows = [measures(stall.values, i, (at,), new=False, terms=False) for i in range(n)]
    everything = (1 << 3 * n) - 1
    beaten = beaten_by(rows, wider_tenures(stall.market.offers))
    return {1 << (n + i): everything & ~(mask << n) for i, mask in enumerate(beaten) if mask}


def tenures(offer: Offer) -> tuple[int, int | None]:
    tenure = offer.eligibility.tenure_months
    return (max(tenure.from_ or 1, 1), tenure.to) if tenure else (1, None)


def rise_of(offers: Sequence[Offer], listing: PriceList, found: list[int]) -> tuple[int, Bracket] | None:
    """As ``largest_rise``; where all is known and costed over the same months, the cheapest of each tenure decides."""
    if not (listing.certain and len(listing.lengths) == 1):
        return largest_rise(offers, listing, found)
    costs = {i: listing.existing[i].quotes[listing.lengths[0]].known for i in found}
    worst: tuple[int, int, int, int] | None = None
    before: int | None = None
    for tenure in turning_points(offers, found):
        now = min((i for i in found if fits(offers[i], tenure)), key=lambda i: (costs[i], i), default=None)
        if now is None:
            continue
        if before is None or costs[now] < costs[before]:
            before = now
        rise = costs[now] - costs[before]
        if worst is None or rise > worst[0]:
            worst = (rise, tenure, now, before)
    if worst is None:
        return None
    size, tenure, now, before = worst
    gap = Gap(size, costs[now], costs[before], now, before, listing.lengths[0])
    return tenure, Bracket(gap, gap, False)


def turning_points(offers: Sequence[Offer], found: list[int]) -> list[int]:
    """Tenures at which what can be chosen changes."""
    starts = {1}
    for i in found:
        low, high = tenures(offers[i])
        starts |= {low} | ({high + 1} if high is not None else set())
    return sorted(starts)


def largest_rise(offers: Sequence[Offer], listing: PriceList, found: list[int]) -> tuple[int, Bracket] | None:
    """The largest gap between what can be had at a tenure and at an earlier one, and the later tenure."""
    worst: dict[bool, tuple[Gap, int]] = {}
    for later in turning_points(offers, found):
        open_then = [listing.existing[i] for i in found if fits(offers[i], later)]
        if not open_then:
            continue
        for i in found:
            if tenures(offers[i])[0] > later:
                continue
            for most in (False, True):
                gap = least_gap(open_then, listing.existing[i], most=most)
                if most not in worst or below(worst[most][0], gap):
                    worst[most] = (gap, later)
    if not worst:
        return None
    quotes = [q for i in found for q in listing.existing[i].quotes.values()]
    missing = any(q.doubts.prices for q in quotes if q.doubts)
    return worst[False][1], Bracket(worst[False][0], worst[True][0], missing)


def fits(offer: Offer, tenure: int) -> bool:
    clause = offer.eligibility.tenure_months
    return clause is None or holds(clause, tenure)


def least_gap(mine: Sequence[Leg], their: Leg, *, most: bool) -> Gap:
    best: Gap | None = None
    for leg in mine:
        gap = pair_gap(leg, their, most=most)
        if best is None or below(gap, best):
            best = gap
    assert best is not None
    if best.size is not None and best.size < 0:
        # Something better has come: nothing rises.
        return Gap(0, best.comparator, best.comparator, their.offer, their.offer, best.months)
    return best


def rolling_groups(shelf: Shelf) -> list[Group]:
    """Live offers that become something else when their phases end, as those who hold them then."""
    out = []
    for offer in sorted(shelf.catalog.offers, key=lambda o: o.id):
        end = phases_end(offer)
        if end is not None and moves_on(offer) and live_on(shelf, offer):
            product = product_at(offer, end, shelf.offers)
            where = offer.eligibility.attributes
            out.append(Group("", product, Range(from_=max(end, 1)), where=where, holds=offer, rolling=True))
    return out


def roll_over(contest: Contest, stall: Stall, rolling: Sequence[tuple[Group, Held]]) -> None:
    """What holders pay from the end of their phases, against what a stranger pays from the start."""
    market, values = stall.market, stall.values
    slots = new_slots(contest, stall, "roll-over")
    subject = contest.subject(market.product, None, market.place).number
    for group, held in rolling:
        assert group.holds is not None
        names, axes = boxed(market, group)
        start = possible(axes, market.n)
        open_days = live_days(contest.shelf, group, market)
        for whole in stall.lenses:
            lens = whole.within(start)
            classes = [[(value, lens.lay(mask)) for value, mask in axis] for axis in axes]
            days = alike((lens.lay(mask & values.full), first, last) for mask, first, last in open_days)
            for offers, state in lens.states(lens.lay(start), classes, days).items():
                path = contest.path(names, state.path)
                new, _, _ = lens.read(offers)
                for at in lens.active:
                    listing, leg = stall.lists[at], held.legs[at]
                    assert leg is not None
                    number = values.next_number(contest.pairs)
                    legs = [listing.new[i] for i in new]
                    values.rows.append(values.cost_row(number, slots[at], listing, [leg], legs, "no-comparator"))
                    when = (group.tenure.from_ or 1, None, False, group.tenure.from_ or 1, contest.group(group))
                    contest.cells.append((subject, number, *when, state.first_day, state.last_day, path))
