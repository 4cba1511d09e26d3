"""The price, or the rate, at which a finding would be none, as the offer that it belongs to states it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from fairoffer.audit.amounts import rounded
from fairoffer.audit.comparison import Comparison
from fairoffer.audit.phrases import balance, is_rate, months, name
from fairoffer.audit.pieces import Piece, cash, months_of, rate, whole
from fairoffer.audit.sides import Stage, catalog_of, stages, start_of
from fairoffer.audit.steps import pieces_of
from fairoffer.model.catalog import Phase
from fairoffer.money import places_of


def price_to(found: Comparison) -> str | None:
    """What to bring the existing side's price to; None where no price of its own would mend it."""
    seen, here = found.witness, stages(found, existing_side=True)
    mine, theirs = (pieces_of(found, side) for side in (True, False))
    if seen is None or mine is None or theirs is None:
        return None
    start = start_of(seen, existing_side=True)
    stop = start + seen.months
    phase, begins = phase_at(here[0], start) if here else (None, 0)
    several = len(here) > 1 or (phase is not None and phase.months is not None and begins + phase.months < stop)
    shared, both = in_common(found, here[0], begins - here[0].begins, theirs) if here else (Fraction(0), 0)
    if both and (several or both >= seen.months):
        return lasting(found, here[0]) if is_rate(found) else None
    own = [p for p in mine if p.item is None or p.at >= begins]
    rest = sum((p.value for p in mine if p not in own), Fraction(0))
    target, span = sum((p.value for p in theirs), Fraction(0)) - shared - rest, seen.months - both
    if target < 0:
        return None
    if is_rate(found):
        return rate_words(found, name(here[0].offer) if here else "what they hold now", mine, target, span)
    per = phase.per if phase else "month"
    of = months_of(here[0].offer, phase) if phase else 1
    what = whose(here[0], begins, start) if here else "what they pay now"
    on_average = " on average" if several else ""
    return f"bring {what} to {priced(found, target, span, of, per, own)}{on_average}"


def phase_at(stage: Stage, month: int) -> tuple[Phase | None, int]:
    """The phase that is running in a month of the leg, and the month in which it began; None of an offer of rates."""
    at = stage.begins
    for phase in stage.offer.price:
        if phase.months is None or month < at + phase.months:
            return phase, at
        at += phase.months
    return None, stage.begins


def in_common(found: Comparison, stage: Stage, later: int, theirs: Sequence[Piece]) -> tuple[Fraction, int]:
    """What the comparator pays of the same price in the same months: it would move with it. Its sum, and its months."""
    seen = found.witness
    assert seen is not None
    for other in stages(found, existing_side=False):
        if other.offer.id == stage.offer.id and other.begins + later < seen.months:
            first = other.begins + later
            return sum((p.value for p in theirs if p.at >= first), Fraction(0)), seen.months - first
    return Fraction(0), 0


def whose(stage: Stage, begins: int, start: int) -> str:
    """Whose price it is: an offer's, that of its later months, or that of the offer which takes over."""
    if stage.begins:
        return f"{name(stage.offer)} (takes over from month {stage.begins + 1})"
    return f"month {begins + 1} on of {name(stage.offer)}" if begins and start else f"the price of {name(stage.offer)}"


def priced(found: Comparison, target: Fraction, span: int, of: int, per: str, own: Sequence[Piece]) -> str:
    """``22.77 a month (409.81 over 18 months)``: the price, and where that is rounded the sum which mends it."""
    catalog = catalog_of(found)
    amount = target * of / span
    kinds = [k for k in ("fee", "incentive") if any(p.item is not None and p.item.kind == k for p in own)]
    notes = [f"{' and '.join(f'{kind}s' for kind in kinds)} included"] if kinds else []
    if (amount * 10 ** places_of(catalog.currency)).denominator != 1:
        notes.append(f"{cash(catalog, target)} over {months(span)}")
    return f"{cash(catalog, amount)} a {per}" + (f" ({', '.join(notes)})" if notes else "")


def rate_words(found: Comparison, called: str, mine: Sequence[Piece], target: Fraction, span: int) -> str | None:
    """The rate that would earn, or cost, as much on the balance."""
    size, seen = balance(found), found.witness
    if not size or seen is None:
        return None
    now = sum((p.value for p in mine), Fraction(0)) * 1200 / size / seen.months
    then = target * 1200 / size / span
    near = Fraction(rounded(then, 2))
    exactly = "" if near == then else f" ({cash(catalog_of(found), target)} over {months(span)})"
    move = "raise" if found.sign < 0 else "lower"
    return f"{move} the rate of {called} on {whole(size)} from {rate(now)} to {rate(near)}{exactly}"


def lasting(found: Comparison, stage: Stage) -> str | None:
    """Rates of the very same offer that have ended for who holds it."""
    ended = [r for r in stage.offer.rates if r.months is not None and (r.percent > 0) == (found.sign < 0)]
    if not ended:
        return None
    named = " and ".join(f"the {r.kind} rate of {rate(Fraction(r.percent))}" for r in ended)
    return f"let {named} of {name(stage.offer)} go on after month {max(r.months or 0 for r in ended)}"
