"""The checks, listed by hand in the order in which reports show them."""

from __future__ import annotations

from fairoffer.checks import (
    component_gap,
    concentration,
    condition,
    default_gap,
    due,
    incentive_gap,
    must_ask,
    no_equivalent,
    price_walk,
    reach_gap,
    roll_over,
    term_gap,
    tier_gap,
    uniform_rate,
)
from fairoffer.checks.check import Check

CHECKS: dict[str, Check] = {
    check.id: check
    for check in (
        default_gap.CHECK,
        reach_gap.CHECK,
        term_gap.CHECK,
        incentive_gap.CHECK,
        no_equivalent.CHECK,
        price_walk.CHECK,
        roll_over.CHECK,
        must_ask.CHECK,
        tier_gap.CHECK,
        component_gap.CHECK,
        concentration.CHECK,
        uniform_rate.CHECK,
        condition.CHECK,
        due.CHECK,
    )
}

__all__ = ["CHECKS", "Check"]
