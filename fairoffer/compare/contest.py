"""Every comparison of one way of comparing: subjects, cells and values as frames.

One ``Contest`` is run for each distinct way (comparator, like for like, horizons, access) that the rules ask for, and
for each world where audiences cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product as every_tuple

import polars as pl

from fairoffer.compare import terms
from fairoffer.compare.axes import Value, restrict
from fairoffer.compare.beats import beats
from fairoffer.compare.cells import states
from fairoffer.compare.cost import Bounds, Timeline, cost, minimum_term, phases_end, product_at, timeline
from fairoffer.compare.frames import CELLS, SLOTS, VALUES, checked
from fairoffer.compare.groups import Group, box
from fairoffer.compare.market import (
    Market,
    Shelf,
    Way,
    World,
    alike,
    cost_measures,
    open_market,
    spread,
    tenure_mask,
    words,
)
from fairoffer.compare.moment import Point, held_breaks, moment, points, tenure_points
from fairoffer.compare.prices import Leg, PriceList, fill, leg_of, price_list, rise_of
from fairoffer.compare.values import HELD, Held, Row, Slots, Values

Checks = Mapping[str, frozenset[str]]
Place = tuple[tuple[str, str], ...]
Cell = tuple[int, int, int, int | None, bool, int, int | None, int, int, int]
"""A row of CELLS."""


@dataclass(frozen=True)
class Subject:
    """Whose comparisons these are: a product, a place, and the segment (None: the product itself is judged)."""

    number: int
    product: str
    segment: str | None
    place: Place


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
    paths: list[tuple[tuple[str, Value], ...]] = field(default_factory=list)
    slot_market: dict[int, tuple[Market, PriceList | None]] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
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
        self.paths.append(tuple(zip(names, values, strict=True)))
        return len(self.paths) - 1

    def cell_frame(self) -> pl.DataFrame:
        return checked(pl.DataFrame(self.cells, schema=CELLS, orient="row"), CELLS)

    def value_frame(self) -> pl.DataFrame:
        return checked(pl.DataFrame(self.rows, schema=VALUES, orient="row"), VALUES)

    def slot_frame(self) -> pl.DataFrame:
        return checked(pl.DataFrame(self.slots.rows, schema=SLOTS, orient="row"), SLOTS)


@dataclass
class Stall:
    """A market made ready: price lists in one unit, values, and which offer beats which."""

    market: Market
    lists: list[PriceList]
    values: Values
    beaten: dict[int, int]


Raw = tuple[Group, int, Point, dict[int, dict[int, Bounds]]]
"""A group's point at a moment, and what is held there by price list and length."""


def places(shelf: Shelf, way: Way) -> list[Place]:
    """Every tuple of declared values of the choices that the policy names."""
    domains = [[(name, value) for value in shelf.catalog.attributes[name].domain] for name in way.named]
    return [tuple(p) for p in every_tuple(*domains)]


EachMarket = Callable[[Contest, Stall, Sequence[tuple[Group, Held]]], None]


def run(contest: Contest, groups: Sequence[Group], products: Set[str], each_market: EachMarket) -> None:
    """Fill the contest with the groups of some products.

    ``each_market`` adds the comparisons that belong to a product; it is given the rolling groups with what they hold.
    """
    by_product: dict[str, list[Group]] = {p: [] for p in sorted(products)}
    for group in groups:
        by_product[group.product].append(group)
    for product, members in by_product.items():
        for place in places(contest.shelf, contest.way):
            market = open_market(contest.shelf, contest.way, product, place, contest.world)
            if not market.n and place:
                continue
            here = [g for g in members if in_place(g, place)]
            if market.n or here:
                stall, raws = make_ready(contest, market, here)
                for group in here:
                    if not group.rolling:
                        judge(contest, stall, group, raws.get(id(group), []))
                rolling = [(g, interned(stall, g, raws[id(g)][0])) for g in here if g.rolling]
                each_market(contest, stall, rolling)
                contest.rows += stall.values.rows
                contest.pairs += len(stall.values.known)


def in_place(group: Group, place: Place) -> bool:
    return all(name not in group.where or value in words(group.where[name]) for name, value in place)


def make_ready(contest: Contest, market: Market, groups: Sequence[Group]) -> tuple[Stall, dict[int, list[Raw]]]:
    held = [g.holds for g in groups if g.holds]
    by_rate = any(g.pays is not None and g.pays.rates for g in groups)
    wanted = frozenset().union(*(t for c, t in contest.checks.items() if c != "term-gap"))
    lists = [
        price_list(market, measure, months, held)
        for months in contest.way.months
        for measure in cost_measures(market, wanted, held, by_rate)
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
    return Stall(market, lists, values, beats(values)), raws


def declare(contest: Contest, values: Values, held: Sequence[object]) -> None:
    """The terms that both sides of the market speak about, or for fees and minimum terms either."""
    market = values.market
    n = market.n
    roles = 0
    for mask, _, _ in market.days:
        roles |= mask
    new = [o for i, o in enumerate(market.offers) if roles >> i & 1]
    reach = [o for i, o in enumerate(market.offers) if roles >> (n + i) & 1]
    ours, theirs = terms.names(reach), terms.names(new)
    names = {t for t in ours | theirs if not terms.needs_both(t)} | (ours & theirs)
    wanted = contest.checks["term-gap"]
    names = {t for t in names if "*" in wanted or t in wanted}
    units = {name: term_unit(values, name) for name in names}
    values.declare_terms(sorted(names), contest.slots, units)


def term_unit(values: Values, name: str) -> int:
    """Enough decimals for any value of the term, and twelfths for a yearly fee over some months."""
    shelf = values.market.shelf
    unit = 12
    for offer in shelf.catalog.offers if name in shelf.catalog.terms else ():
        value = offer.terms.get(name)
        if value is not None:
            unit = max(unit, 12 * Fraction(value).denominator)
    return unit if name in shelf.catalog.terms else 12 * 10**8


def held_raw(market: Market, lists: Sequence[PriceList], group: Group) -> Iterator[Raw]:
    """What a group holds at every point at which it is judged, for the lists whose moment that is."""
    if group.holds is None:
        assert group.pays is not None
        for point in tenure_points(group.tenure, market.cuts):
            yield group, 0, point, {at: pay_quotes(listing, group.pays) for at, listing in enumerate(lists)}
        return
    offer, now = group.holds, market.way.at_now
    if group.rolling:
        end = phases_end(offer) or 0
        longest = max(length for listing in lists for length in listing.lengths)
        line = timeline(offer, market.shelf.offers, end + longest)
        point = Point(max(end, 1), None, end, False, True)
        quotes = {at: held_quotes(market, listing, group, line, point) for at, listing in enumerate(lists)}
        yield group, end, point, quotes
        return
    for free_at, active in moments(lists, group, now).items():
        longest = max(length for at in active for length in lists[at].lengths)
        line = timeline(offer, market.shelf.offers, horizon_of(group, free_at, market.shelf) + longest)
        breaks = held_breaks(line, [longest], market.way.months, minimum_term(offer) if now else 0)
        split = any(i.audience in ("new", "existing") for i in line.items)
        for point in points(group.tenure, group.held, free_at, breaks, market.cuts, split):
            if product_at(offer, point.held, market.shelf.offers) == group.product:
                yield group, free_at, point, {at: held_quotes(market, lists[at], group, line, point) for at in active}


def moments(lists: Sequence[PriceList], group: Group, now: bool) -> dict[int, list[int]]:
    """The held month at which each price list judges the group."""
    found: dict[int, list[int]] = {}
    for at, listing in enumerate(lists):
        free_at = moment(group.holds, listing.months, now=now) if group.holds else 0
        found.setdefault(free_at, []).append(at)
    return found


def horizon_of(group: Group, free_at: int, shelf: Shelf) -> int:
    """A month by which every different stretch of what is held has begun: offers that follow each other in a ring
    repeat after at most the length of all of them."""
    lowest = max(group.tenure.from_ or 1, group.held.from_ or 0 if group.held else 0, free_at)
    assert group.holds is not None
    ring, seen, following = 0, set(), group.holds.id
    while following and following not in seen:
        seen.add(following)
        offer = shelf.offers[following]
        ring += sum(p.months or 0 for p in offer.price) + max((r.months or 0 for r in offer.rates), default=0)
        following = (offer.contract.then or "") if offer.contract else ""
    return lowest + 2 * ring


def held_quotes(market: Market, listing: PriceList, group: Group, line: Timeline, point: Point) -> dict[int, Bounds]:
    assert group.holds is not None
    own = max(listing.months, minimum_term(group.holds) - point.held)
    rise = rise_of(market, group.holds, listing.lengths[-1])
    return {
        length: cost(
            line,
            listing.measure,
            length,
            role="new" if point.began_new else "existing",
            start=point.held,
            horizon=listing.months,
            rise=rise,
        )
        for length in listing.lengths
        if length >= own
    }


def pay_quotes(listing: PriceList, pays: Timeline) -> dict[int, Bounds]:
    return {length: cost(pays, listing.measure, length, role="existing") for length in listing.lengths}


def judge(contest: Contest, stall: Stall, group: Group, raws: Sequence[Raw]) -> None:
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
            here = [(raw[2], interned(stall, group, raw)) for raw in raws if raw[1] == free_at]
        else:
            here = [(p, None) for p in tenure_points(group.tenure, stall.market.cuts)]
        add_cells(contest, stall, group, subject.number, here, tuple(active), free_at == first_at)


def interned(stall: Stall, group: Group, raw: Raw) -> Held:
    """The held legs of a point; points that cost the same are one."""
    _, _, point, found = raw
    legs: list[Leg | None] = [None] * len(stall.lists)
    for at, quotes in found.items():
        legs[at] = leg_of(stall.lists[at], HELD, quotes)
    values = None
    if group.holds is not None:
        offer, horizon = group.holds, stall.market.way.months[0]
        values = {t.name: terms.held_value(offer, t.name, horizon, point.held) for t in stall.values.term_lists}
    key = (
        tuple(None if leg is None else (leg.own, tuple(sorted(leg.quotes.items()))) for leg in legs),
        None if values is None else tuple(values.values()),
    )
    return stall.values.held_at(key, legs, values)


def add_cells(
    contest: Contest,
    stall: Stall,
    group: Group,
    subject: int,
    here: Sequence[tuple[Point, Held | None]],
    active: tuple[int, ...],
    first: bool,
) -> None:
    market, values = stall.market, stall.values
    number = contest.group(group)
    names, axes = boxed(market, group)
    everybody = spread(market, possible(axes, market.n))
    by_mask: dict[int, list[tuple[Point, Held | None]]] = {}
    for point, held in here:
        by_mask.setdefault(tenure_mask(market, point.tenure_from), []).append((point, held))
    days = alike(market.days)
    classes = [[(value, spread(market, mask)) for value, mask in axis] for axis in axes]
    for mask, members in by_mask.items():
        for offers, state in states(everybody & mask, classes, days, stall.beaten).items():
            path = contest.path(names, state.path)
            for point, held in members:
                pair = values.pair(offers, held, active, first, contest.pairs)
                when = (point.tenure_from, point.tenure_to, point.coming, point.held, number)
                contest.cells.append((subject, pair, *when, state.first_day, state.last_day, path))


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
