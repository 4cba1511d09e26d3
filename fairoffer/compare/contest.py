"""Every comparison of one way of comparing: subjects, cells and values as frames.

One ``Contest`` is run for each distinct way (comparator, like for like, horizons, access) that the rules ask for, and
for each world where audiences cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from itertools import product as every_tuple

import polars as pl

from fairoffer.compare import terms
from fairoffer.compare.axes import Value, restrict
from fairoffer.compare.cells import ENDLESS, Stay
from fairoffer.compare.cost import Bounds
from fairoffer.compare.frames import CELLS, SLOTS, VALUES, checked
from fairoffer.compare.groups import Group, box
from fairoffer.compare.held import Raw, held_raw, interned, moments
from fairoffer.compare.lens import Lens, lenses
from fairoffer.compare.lineage import follows, holding_at, minimum_term, phases_end
from fairoffer.compare.market import (
    DayMask,
    Market,
    Shelf,
    Way,
    World,
    alike,
    cost_measures,
    is_open,
    open_market,
    spread,
    tenure_mask,
    words,
)
from fairoffer.compare.moment import Point, tenure_points
from fairoffer.compare.prices import PriceList, fill, price_list
from fairoffer.compare.subject import Place, Subject
from fairoffer.compare.values import HELD, Held, Row, Slots, Values
from fairoffer.model.catalog import Offer

FEE_UNIT = 12 * 10**8
"""Amounts have at most eight decimals, and a yearly fee is brought to some months."""
Checks = Mapping[str, frozenset[str]]
Cell = tuple[int, int, int, int | None, bool, int, int | None, int, int, int]
"""A row of CELLS."""


@dataclass
class Contest:
    """Subjects, cells and values gathered so far, and what is needed to explain one of them."""

    shelf: Shelf
    way: Way
    world: World | None
    checks: Checks
    subjects: dict[tuple[str, str | None, Place], Subject] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    slots: Slots = field(default_factory=Slots)
    paths: list[tuple[Sequence[str], Sequence[Value]]] = field(default_factory=list)
    slot_market: dict[int, tuple[Market, PriceList | None]] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    unmade: list[tuple[int, int]] = field(default_factory=list)
    """(subject, slot) of comparisons on something of which no offer in the subject's cells speaks."""
    nobodys: set[int] = field(default_factory=set)
    """Subjects at a place where no offer is open to either side."""
    pairs: int = 0

    def group(self, group: Group) -> int:
        self.groups.append(group)
        return len(self.groups) - 1

    def subject(self, product: str, segment: str | None, place: Place) -> Subject:
        key = (product, segment, place)
        if key not in self.subjects:
            self.subjects[key] = Subject(len(self.subjects), product, segment, place)
        return self.subjects[key]

    def path(self, names: Sequence[str], values: Sequence[Value]) -> int:
        self.paths.append((names, values))
        return len(self.paths) - 1

    def cell_frame(self) -> pl.DataFrame:
        return checked(pl.DataFrame(self.cells, schema=CELLS, orient="row"), CELLS)

    def value_frame(self) -> pl.DataFrame:
        return checked(pl.DataFrame(self.rows, schema=VALUES, orient="row"), VALUES)

    def slot_frame(self) -> pl.DataFrame:
        return checked(pl.DataFrame(self.slots.rows, schema=SLOTS, orient="row"), SLOTS)


@dataclass
class Stall:
    """A market made ready: price lists in one unit, values, and the questions that are asked of it."""

    market: Market
    lists: list[PriceList]
    values: Values
    lenses: tuple[Lens, ...]


def places(shelf: Shelf, way: Way) -> list[Place]:
    """Every tuple of declared values of the choices that the policy names."""
    domains = [[(name, value) for value in shelf.catalog.attributes[name].domain] for name in way.named]
    return [tuple(p) for p in every_tuple(*domains)]


def new_slots(contest: Contest, stall: Stall, check: str) -> list[int]:
    """A slot for every price list of the market."""
    slots = []
    for listing in stall.lists:
        sign = 1 if listing.measure.better == "lower" else -1
        slot = contest.slots.add(check, listing.term, sign, listing.unit, listing.months)
        contest.slot_market[slot] = (stall.market, listing)
        slots.append(slot)
    return slots


Present = tuple[int, dict[str, Offer]]
"""Offers, in their roles, that somebody of a subject may have, and all that its customers may hold."""
EachMarket = Callable[[Contest, Stall, Sequence[Group], dict[int, list[Raw]]], None]


def run(contest: Contest, groups: Sequence[Group], products: Set[str], each_market: EachMarket) -> None:
    """Fill the contest with the groups of some products.

    ``each_market`` adds the comparisons that are not between one segment and a stranger; it is given the groups, and
    what they hold by the ``id()`` of each.
    """
    by_product: dict[str, list[Group]] = {p: [] for p in sorted(products)}
    for group in groups:
        by_product[group.product].append(group)
    for product, members in by_product.items():
        for place in places(contest.shelf, contest.way):
            here = [g for g in members if in_place(g, place)]
            own = [g.holds for g in here if g.holds and (g.derived or g.rolling)]
            market = open_market(contest.shelf, contest.way, product, place, contest.world, own)
            if not market.n and place:
                continue
            if market.n or here:
                stall, raws = make_ready(contest, market, here, members)
                present: dict[int, Present] = {}
                for group in here:
                    if not group.rolling:
                        judge(contest, stall, group, raws.get(id(group), []), present)
                contest.unmade += unspoken(stall.values, present)
                contest.nobodys |= {subject for subject, (masks, _) in present.items() if place and not masks}
                each_market(contest, stall, here, raws)
                contest.rows += stall.values.rows
                contest.pairs += len(stall.values.known)


def unspoken(values: Values, present: Mapping[int, Present]) -> Iterator[tuple[int, int]]:
    """Terms that not both sides of a subject's cells speak about, and incentives that none of their offers has."""
    for subject, (masks, held) in present.items():
        new = [o for i, o in enumerate(values.market.offers) if masks >> i & 1]
        reach = [o for i, o in enumerate(values.market.offers) if masks >> (values.n + i) & 1]
        made = spoken([*reach, *held.values()], new)
        yield from ((subject, term.slot) for term in values.term_lists if term.name not in made)
        if values.incentives is not None and not any(o.incentives for o in (*new, *reach)):
            yield subject, values.incentives[0]


def spoken(ours: Sequence[Offer], theirs: Sequence[Offer]) -> set[str]:
    """Terms that can be compared: both sides state them, or one states a fee or a minimum term (silence is none)."""
    mine, others = terms.names(ours), terms.names(theirs)
    return {t for t in mine | others if not terms.needs_both(t)} | (mine & others)


def in_place(group: Group, place: Place) -> bool:
    return all(name not in group.where or value in words(group.where[name]) for name, value in place)


def make_ready(
    contest: Contest, market: Market, groups: Sequence[Group], members: Sequence[Group]
) -> tuple[Stall, dict[int, list[Raw]]]:
    """Price the market for the groups at its place; all ``members`` of the product decide whether it has rates."""
    held = [g.holds for g in groups if g.holds]
    by_rate = any((g.pays and g.pays.rates) or (g.holds and g.holds.rates) for g in members)
    # What is no cost is ranked by cost too, whether or not a rule asks for it.
    wanted = frozenset({"cost"}).union(*(t for c, t in contest.checks.items() if c != "term-gap"))
    lists = [
        price_list(market, measure, months, still_bound(market, groups))
        for months in contest.way.months
        for measure in cost_measures(market, wanted, by_rate=by_rate)
    ]
    raws: dict[int, list[Raw]] = {}
    for group in groups:
        if group.holds or group.pays:
            raws[id(group)] = list(held_raw(market, lists, group))
    per_list: list[list[dict[int, Bounds]]] = [[] for _ in lists]
    for found in raws.values():
        for raw in found:
            for at, quotes in raw[3].items():
                per_list[at].append(quotes)
    for listing, held_quotes in zip(lists, per_list, strict=True):
        fill(market, listing, held_quotes)
    first = contest.slots.rows[-1][0] + 1 if contest.slots.rows else 0
    values = Values(market, lists, contest.checks, contest.slots)
    if "term-gap" in contest.checks and lists:
        declare(contest, values, held)
    for row in contest.slots.rows[first:]:
        contest.slot_market[row[0]] = (market, next((pl_ for pl_ in lists if pl_.term == row[2]), None))
    return Stall(market, lists, values, tuple(lenses(values))), raws


def still_bound(market: Market, groups: Sequence[Group]) -> set[int]:
    """Months for which holders may still be bound when they are judged; at their moment they are free."""
    found: set[int] = set()
    for offer, rolling in ((g.holds, g.rolling) for g in groups if g.holds):
        if rolling:
            found.add(max(0, minimum_term(offer) - (phases_end(offer) or 0)))
        elif market.way.at_now:
            found |= set(range(minimum_term(offer) + 1))
    return found


def declare(contest: Contest, values: Values, held: Sequence[Offer]) -> None:
    """The terms that both sides of the market speak about, or for fees and minimum terms either."""
    market = values.market
    n = market.n
    roles = 0
    for mask, _, _ in market.days:
        roles |= mask
    new = [o for i, o in enumerate(market.offers) if roles >> i & 1]
    reach = [o for i, o in enumerate(market.offers) if roles >> (n + i) & 1]
    names = spoken([*reach, *lineage(held, market.shelf)], new)
    wanted = contest.checks["term-gap"]
    names = {t for t in names if "*" in wanted or t in wanted}
    units = {name: market.shelf.term_units.get(name, FEE_UNIT) for name in names}
    values.declare_terms(sorted(names), contest.slots, units)


def lineage(held: Sequence[Offer], shelf: Shelf) -> list[Offer]:
    """The held offers and all that take over from them."""
    found: dict[str, Offer] = {}
    waiting = list(held)
    while waiting:
        offer = waiting.pop()
        if offer.id not in found:
            found[offer.id] = offer
            following = follows(offer)
            waiting += [shelf.offers[following]] if following else []
    return list(found.values())


def holdings(shelf: Shelf, group: Group, month: int) -> list[Offer]:
    """What a holder took, and what has taken over from it by that month."""
    return [group.holds, holding_at(group.holds, shelf.offers, month)[0]] if group.holds else []


def judge(contest: Contest, stall: Stall, group: Group, raws: Sequence[Raw], present: dict[int, Present]) -> None:
    """Add the cells of one group."""
    subject = contest.subject(group.product, group.segment, stall.market.place)
    actives: Mapping[int, list[int]] = {0: list(range(len(stall.lists)))}
    if group.holds:
        actives = moments(stall.lists, group, stall.market.way.at_now)
        first_at = next(iter(actives), 0)
    else:
        first_at = 0
    here: list[tuple[Point, Held | None]]
    for free_at, active in actives.items():
        if group.holds or group.pays:
            here = [(raw[2], interned(stall.values, group, raw)) for raw in raws if raw[1] == free_at]
        else:
            here = [(p, None) for p in tenure_points(group.tenure, stall.market.cuts)]
        seen = add_cells(contest, stall, group, subject.number, here, tuple(active), free_at == first_at)
        masks, held = present.get(subject.number, (0, {}))
        held |= {o.id: o for point, _ in here for o in holdings(contest.shelf, group, point.held)}
        present[subject.number] = (masks | seen, held)


def add_cells(
    contest: Contest,
    stall: Stall,
    group: Group,
    subject: int,
    here: Sequence[tuple[Point, Held | None]],
    active: tuple[int, ...],
    first: bool,
) -> int:
    """Add the cells of a group at its points; returns the offers, in their roles, that somebody in them has."""
    market, values = stall.market, stall.values
    number = contest.group(group)
    names, axes = boxed(market, group)
    everybody = spread(market, possible(axes, market.n))
    days = alike(live_days(contest.shelf, group, market))
    classes = [[(value, spread(market, mask)) for value, mask in axis] for axis in axes]
    stands = standing(market, here)
    present = present_in(market, everybody, days, stands.values())
    always = present
    for mask in (*(m for axis in classes for _, m in axis), *(d[0] for d in days), *masks_of(stands.values())):
        always &= mask
    for whole in stall.lenses:
        if not (set(whole.active) & set(active) or (first and not whole.active)):
            continue
        lens = whole.within(present).down_to(always)
        laid = [[(value, lens.lay(mask)) for value, mask in axis] for axis in classes]
        open_days = [(lens.lay(mask), begins, ends) for mask, begins, ends in days]
        start = lens.lay(present)
        for (month, coming, _), (held, stays) in stands.items():
            fits = [(lens.lay(mask), low, high) for mask, low, high in stays]
            for offers, state in lens.states(start, laid, open_days, fits).items():
                pair = values.pair(lens, lens.read(offers), held, contest.pairs, first=first)
                high = None if state.tenure_to >= ENDLESS else state.tenure_to
                when = (state.tenure_from, high, coming, month, number, state.first_day, state.last_day)
                contest.cells.append((subject, pair, *when, contest.path(names, state.path)))
    return present


Stand = tuple[Held | None, list[Stay]]
"""What is held, and the tenures at which it is."""


def standing(market: Market, here: Sequence[tuple[Point, Held | None]]) -> dict[tuple[int, bool, int], Stand]:
    """Points at which the same is held, by (held month, coming, what is held); one held month stands for all."""
    months: dict[tuple[bool, int], int] = {}
    found: dict[tuple[int, bool, int], Stand] = {}
    for point, held in here:
        what = (point.coming, held.number if held else HELD)
        month = months.setdefault(what, point.held)
        _, stays = found.setdefault((month, *what), (held, []))
        high = ENDLESS if point.tenure_to is None else point.tenure_to
        stays.append((tenure_mask(market, point.tenure_from), point.tenure_from, high))
    return found


def masks_of(stands: Iterable[Stand]) -> list[int]:
    return [mask for _, stays in stands for mask, _, _ in stays]


def present_in(market: Market, everybody: int, days: Sequence[DayMask], stands: Iterable[Stand]) -> int:
    """Offers, in their roles, that somebody has on some day at some tenure."""
    open_some_day, fits = 0, 0
    for mask, _, _ in days:
        open_some_day |= mask
    for mask in masks_of(stands):
        fits |= mask
    return everybody & open_some_day & fits


def live_days(shelf: Shelf, group: Group, market: Market) -> list[DayMask]:
    """The judged days of a group; a derived one has those on which its offer can be taken."""
    if group.holds is None or not (group.derived or group.rolling):
        return market.days
    return [d for d in market.days if is_open(shelf, group.holds, date.fromordinal(d[1]))]


def boxed(market: Market, group: Group) -> tuple[list[str], list[list[tuple[Value, int]]]]:
    """The axes inside the group's box, those with the fewest classes first."""
    found = [(axis.name, restrict(axis, box(market.shelf, group, axis.name))) for axis in market.axes]
    found.sort(key=lambda f: (len(f[1]), f[0]))
    return [name for name, _ in found], [classes for _, classes in found]


def possible(axes: Sequence[Sequence[tuple[Value, int]]], n: int) -> int:
    """Offers that somebody in the box may have."""
    mask = (1 << n) - 1
    for classes in axes:
        some = 0
        for _, part in classes:
            some |= part
        mask &= some
    return mask
