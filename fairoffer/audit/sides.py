"""The two sides of a finding: the offer that stands on each, what has taken over from it, and what it costs there."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from fairoffer.audit.comparison import Comparison, Witness
from fairoffer.compare.cost import Measure, Rises, Role, cost
from fairoffer.compare.lineage import chain, minimum_term
from fairoffer.compare.market import cost_measures
from fairoffer.compare.prices import rise_of
from fairoffer.compare.timeline import Timeline
from fairoffer.model.catalog import Catalog, Offer


@dataclass(frozen=True)
class Stage:
    """An offer that is in force on a side for a while; ``begins`` counts from the day the side's leg began."""

    offer: Offer
    begins: int
    ends: int | None


def catalog_of(found: Comparison) -> Catalog:
    assert found.witness is not None
    return found.witness.market.shelf.catalog


def side_offer(seen: Witness, existing_side: bool) -> Offer | None:
    """The offer of a side; None for a price point and for a side that has nothing, or whose offer is not known."""
    at = seen.existing_offer if existing_side else seen.comparator_offer
    if at >= 0:
        return seen.market.offers[at]
    return seen.group.holds if existing_side and seen.group else None


def is_held(seen: Witness, existing_side: bool) -> bool:
    """Whether the side is what the customer has already, rather than an offer that is taken now."""
    return existing_side and seen.existing_offer < 0


def start_of(seen: Witness, existing_side: bool) -> int:
    """The month of its leg in which a side is judged."""
    return seen.held if is_held(seen, existing_side) else 0


def stages(found: Comparison, existing_side: bool) -> tuple[Stage, ...]:
    """What is in force on a side in the months over which it is costed: its offer, or what took over from it."""
    seen = found.witness
    offer = side_offer(seen, existing_side) if seen else None
    if seen is None or offer is None:
        return ()
    start = start_of(seen, existing_side)
    stop = start + max(seen.months, 1)
    every = (Stage(*part) for part in chain(offer, seen.market.shelf.offers, stop))
    return tuple(s for s in every if s.begins < stop and (s.ends is None or s.ends > start))


def taken_over(found: Comparison) -> Stage | None:
    """The offer that has taken over from the held one by the time the customer is judged."""
    first = next(iter(stages(found, existing_side=True)), None)
    return first if first is not None and first.begins else None


def role_of(found: Comparison, *, existing_side: bool) -> Role:
    """Whose items count on a side: a held offer's are those of who the customer was when it began."""
    seen = found.witness
    if seen is not None and is_held(seen, existing_side):
        return "new" if seen.began_new else "existing"
    return "existing" if existing_side or found.bound.check.id in ("must-ask", "price-walk", "tier-gap") else "new"


def leg_line(seen: Witness, existing_side: bool, months: int) -> Timeline | None:
    """A side laid out in months; None where nobody knows what it is."""
    offer = side_offer(seen, existing_side)
    if offer is not None:
        return seen.market.shelf.line(offer, start_of(seen, existing_side) + months)
    return seen.group.pays if existing_side and seen.group else None


def rise_on(found: Comparison, existing_side: bool, months: int) -> Rises | None:
    assert found.witness is not None
    offer = side_offer(found.witness, existing_side)
    return rise_of(found.witness.market, offer, months) if offer else None


def costs_no_more(found: Comparison) -> bool | None:
    """Whether the existing side of a comparison of other terms costs no more than the comparator; None: not known."""
    seen = found.witness
    if seen is None:
        return None
    horizon = found.bound.way.months[0]
    by_rate = bool(seen.group and seen.group.holds and seen.group.holds.rates)
    measures = cost_measures(seen.market, {"cost"}, by_rate=by_rate)
    mine, theirs = (side_offer(seen, existing_side=side) for side in (True, False))
    if mine is None or theirs is None or not measures:
        return None
    own = max(0, minimum_term(mine) - start_of(seen, existing_side=True))
    months = max(horizon, own, minimum_term(theirs))
    sizes = [side_cost(found, measures[0], side, months, horizon) for side in (True, False)]
    return None if sizes[0] is None or sizes[1] is None else sizes[0] <= sizes[1]


def side_cost(found: Comparison, measure: Measure, existing_side: bool, months: int, horizon: int) -> Fraction | None:
    """What a side costs over some months, less being better; None where that is not certain."""
    seen = found.witness
    assert seen is not None
    line = leg_line(seen, existing_side, months)
    if line is None:
        return None
    bounds = cost(
        line,
        measure,
        months,
        role=role_of(found, existing_side=existing_side),
        start=start_of(seen, existing_side),
        horizon=horizon,
        rise=rise_on(found, existing_side, months),
    )
    return bounds.known if bounds.doubts is None else None
