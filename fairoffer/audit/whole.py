"""The gap with every incentive at its whole value, whoever funds it."""

from __future__ import annotations

from fractions import Fraction

from fairoffer.audit.fold import Comparison, Witness
from fairoffer.audit.steps import role_of, side_offer
from fairoffer.compare.cost import Role, cost, timeline, whole_value
from fairoffer.compare.prices import rise_of


def gap_of_whole_values(found: Comparison) -> Fraction | None:
    """The gap of the same pair at whole values; None where it is no larger, or where nothing is partly funded."""
    seen = found.witness
    if seen is None or seen.listing is None or found.horizon is None or found.gap is None:
        return None
    sides = [side_offer(seen, existing_side=True), side_offer(seen, existing_side=False)]
    if not any(i.funded is not None for o in sides if o for i in o.incentives):
        return None
    mine = whole_cost(seen, existing_side=True, role=role_of(found, existing_side=True))
    theirs = whole_cost(seen, existing_side=False, role=role_of(found, existing_side=False))
    if mine is None or theirs is None:
        return None
    gap = (mine - theirs) * found.horizon / seen.months
    return gap if gap > (found.part(found.gap) or 0) else None


def whole_cost(seen: Witness, *, existing_side: bool, role: Role) -> Fraction | None:
    assert seen.listing is not None
    held = existing_side and seen.existing_offer < 0
    start = seen.held if held else 0
    offer = side_offer(seen, existing_side=existing_side)
    if offer is None:
        line = seen.group.pays if seen.group else None
    else:
        line = timeline(whole_value(offer), seen.market.shelf.offers, start + seen.months)
    if line is None:
        return None
    rise = rise_of(seen.market, offer, seen.months) if offer else None
    bound = cost(
        line, seen.listing.measure, seen.months, role=role, start=start, horizon=seen.listing.months, rise=rise
    )
    return bound.least if bound.certain else None
