"""Who would be compared with whom, without judging."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from fairoffer.audit.audited import has_book
from fairoffer.audit.bind import bind, ways
from fairoffer.audit.offers import price_point_words
from fairoffer.compare.contest import boxed, in_place, live_days, places, possible
from fairoffer.compare.groups import Group, groups_of
from fairoffer.compare.market import Market, Shelf, Way, open_market, spread, tenure_mask
from fairoffer.compare.moment import intervals, moment
from fairoffer.model.inputs import Inputs


def plan(inputs: Inputs, as_of: date, through: date | None = None) -> list[dict[str, Any]]:
    """A row for every segment and place: moment, what is held, the offers of both sides, what is assumed, and why
    nothing stands on the other side where that is so. Raises as ``compare_all``."""
    shelf = Shelf(inputs.catalog, as_of, through)
    groups = groups_of(shelf, inputs.segments, has_book=has_book(inputs))
    rows = [row for way in ways(bind(inputs, as_of)) for group in groups for row in planned(inputs, shelf, way, group)]
    return sorted(rows, key=lambda r: (r["product"], r["segment"], str(r["place"])))


def planned(inputs: Inputs, shelf: Shelf, way: Way, group: Group) -> Iterator[dict[str, Any]]:
    for place in places(shelf, way):
        if not in_place(group, place):
            continue
        own = [group.holds] if group.holds and group.derived else []
        market = open_market(shelf, way, group.product, place, None, own)
        if not market.n and place:
            continue
        reach, comparator = sides(market, group)
        yield {
            "product": group.product,
            "segment": group.segment,
            "place": dict(place),
            "moment": moment_words(way, group),
            "held": held_words(inputs, group),
            "reach": reach,
            "comparator": comparator,
            "assumed": assumed(shelf, market, group),
            "unpaired": unpaired(market, group, reach, comparator),
        }


def sides(market: Market, group: Group) -> tuple[list[str], list[str]]:
    """Ids of the offers that somebody in the group may choose, and of those that a stranger like them may."""
    _, axes = boxed(market, group)
    seen, n = 0, market.n
    everybody = spread(market, possible(axes, n))
    for low, _ in intervals(max(group.tenure.from_ or 1, 1), group.tenure.to, market.cuts):
        for mask, _, _ in live_days(market.shelf, group, market):
            seen |= everybody & mask & tenure_mask(market, low)
    new = [o.id for i, o in enumerate(market.offers) if seen >> i & 1]
    reach = [o.id for i, o in enumerate(market.offers) if seen >> (n + i) & 1]
    return reach, new


def moment_words(way: Way, group: Group) -> str:
    if group.holds is None:
        return "now"
    months = sorted({moment(group.holds, horizon, now=way.at_now) for horizon in way.months})
    return "now" if months == [0] else f"month {' or '.join(str(m) for m in months)} of what is held"


def held_words(inputs: Inputs, group: Group) -> str:
    if group.holds is not None:
        return group.holds.id
    pays = next((s.pays for s in inputs.segments or () if s.id == group.segment and s.pays), None)
    return "not said" if pays is None else price_point_words(inputs.catalog, pays)


def assumed(shelf: Shelf, market: Market, group: Group) -> list[str]:
    """Traits that the group does not name and that some offer tests, with what silence means."""
    out = []
    for axis in market.axes:
        if axis.name not in group.where:
            value = shelf.catalog.attributes[axis.name].assume
            out.append(f"{axis.name}: {value}" if value is not None else f"{axis.name}: any")
    return out


def unpaired(market: Market, group: Group, reach: list[str], comparator: list[str]) -> str | None:
    if any(o.audience == "unknown" for o in market.related):
        return "audience-unknown: who may take some offers cannot be read"
    if not comparator:
        return "no-comparator: a new customer may take nothing here"
    if not reach and group.holds is None and group.pays is None:
        return "no-equivalent: the customer may choose nothing here"
    return None
