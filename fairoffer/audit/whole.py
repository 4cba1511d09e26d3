"""The gap with every incentive at its whole value, whoever funds it."""

from __future__ import annotations

from fractions import Fraction

from fairoffer.audit.comparison import Comparison
from fairoffer.audit.sides import leg_line, rise_on, role_of, side_offer, start_of
from fairoffer.compare.cost import cost
from fairoffer.compare.timeline import timeline, whole_value


def gap_of_whole_values(found: Comparison) -> Fraction | None:
    """The gap of the same pair at whole values; None where it is no larger, or where nothing is partly funded."""
    seen = found.witness
    if seen is None or seen.listing is None or found.horizon is None or found.gap is None:
        return None
    sides = [side_offer(seen, existing_side=True), side_offer(seen, existing_side=False)]
    if not any(i.funded is not None for o in sides if o for i in o.incentives):
        return None
    mine, theirs = (whole_cost(found, side) for side in (True, False))
    if mine is None or theirs is None:
        return None
    gap = (mine - theirs) * found.horizon / seen.months
    return gap if gap > (found.part(found.gap) or 0) else None


def whole_cost(found: Comparison, existing_side: bool) -> Fraction | None:
    seen = found.witness
    assert seen is not None
    assert seen.listing is not None
    start, offer = start_of(seen, existing_side), side_offer(seen, existing_side)
    line = leg_line(seen, existing_side, seen.months)
    if offer is not None:
        line = timeline(whole_value(offer), seen.market.shelf.offers, start + seen.months)
    if line is None:
        return None
    bound = cost(
        line,
        seen.listing.measure,
        seen.months,
        role=role_of(found, existing_side=existing_side),
        start=start,
        horizon=seen.listing.months,
        rise=rise_on(found, existing_side, seen.months),
    )
    return bound.known if bound.doubts is None else None
