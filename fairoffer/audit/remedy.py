"""Why a customer is kept from the better terms, and what would mend it, with its cost."""

from __future__ import annotations

from fractions import Fraction

from fairoffer.audit.amounts import rounded
from fairoffer.audit.fold import Comparison
from fairoffer.audit.people import People, per_year
from fairoffer.audit.phrases import (
    balance,
    clause,
    existing_name,
    first_stage_name,
    is_coming,
    is_rate,
    months,
    name,
    quantity,
    shown,
    sum_of_money,
)
from fairoffer.audit.pieces import cash, months_of, rate, whole
from fairoffer.audit.sides import Stage, catalog_of, is_held, side_offer, stages, start_of
from fairoffer.compare.axes import holds
from fairoffer.compare.cost import phases_end
from fairoffer.model.base import Range
from fairoffer.model.catalog import Offer, Phase

PRICED = ("default-gap", "roll-over", "reach-gap")
"""Checks on what a customer pays with an offer whose price can be named."""


def why(found: Comparison) -> list[str]:
    """The clauses of the comparator's offer that keep the customer out, or what keeps who does nothing from it."""
    assert found.witness is not None
    offer = side_offer(found.witness, existing_side=False)
    if offer is None or found.bound.check.id == "tier-gap":
        return []
    clauses = shut_out(found, offer) or for_newcomers(found, offer)
    if clauses or found.bound.check.id not in ("default-gap", "roll-over"):
        return clauses
    held, leads = side_offer(found.witness, existing_side=True), first_stage_name(found)
    if held is None:
        return ["open to the customer too, who must choose it"]
    if held.id == offer.id and leads == name(held):
        return [f"open to the customer too, who must choose it again; doing nothing leads to its later price ({leads})"]
    again = " again" if held.id == offer.id else ""
    return [f"open to the customer too, who must choose it{again}; doing nothing leads to {leads}"]


def is_open_too(found: Comparison) -> bool:
    """Whether the customer could have the comparator's very terms by choosing its offer."""
    assert found.witness is not None
    offer = side_offer(found.witness, existing_side=False)
    return offer is not None and not shut_out(found, offer) and not for_newcomers(found, offer)


def for_newcomers(found: Comparison, offer: Offer) -> list[str]:
    """Fees and incentives of an offer that are not the same for both sides."""
    given = [f"incentives[{i.kind}].audience: new" for i in offer.incentives if i.audience == "new"]
    return given + [f"fees[{f.kind}].audience: existing" for f in offer.fees if f.audience == "existing"]


def shut_out(found: Comparison, offer: Offer) -> list[str]:
    seen = found.witness
    assert seen is not None
    clauses = []
    audience = seen.market.audience(offer)
    if audience in ("new", "lapsed"):
        also = offer.audience_basis.also if offer.audience_basis else ()
        clauses.append(f"audience: {audience}" + (f" (also {', '.join(also)})" if also else ""))
    elif offer.audience_basis and "moving" in offer.audience_basis.also:
        clauses.append("audience_basis.also: moving")
    tenure = offer.eligibility.tenure_months
    if tenure is not None and audience not in ("new", "lapsed") and not holds(tenure, seen.tenure):
        clauses.append(f"eligibility.tenure_months: {range_words(tenure)}")
    if offer.once and offer.product == found.subject.product:
        clauses.append(f"once: true (the customer has an offer of {offer.product})")
    if offer.access not in found.bound.way.access_existing:
        clauses.append(f"access: {offer.access}")
    return clauses


def range_words(span: Range) -> str:
    low = "" if span.from_ is None else f"from {span.from_}"
    high = "" if span.to is None else f"to {span.to}"
    return " ".join(p for p in (low, high) if p)


def remedy(found: Comparison, people: People) -> str:
    """What mends it, with its cost from the finding's own numbers."""
    assert found.witness is not None
    offer = side_offer(found.witness, existing_side=False)
    ways = [*opening(found, offer), *levelling(found)] if offer else levelling(found)
    text = ", or ".join(ways) if ways else found.bound.check.section("Remedy").rstrip(".")
    return f"{text[0].upper()}{text[1:]}{price_of(found, people)}."


def opening(found: Comparison, offer: Offer) -> list[str]:
    """Let the customer have the better offer: by opening it, and where doing nothing is judged, by leading there."""
    check, seen = found.bound.check.id, found.witness
    assert seen is not None
    if check == "tier-gap":
        return []
    if check == "must-ask":
        only = "only to who says that they leave" if offer.access == "on_leaving" else "only on request"
        return [f"list {offer.id} instead of giving it {only}"]
    shut = shut_out(found, offer)
    if check == "price-walk":
        return [f"open {offer.id} to longer tenures too ({'; '.join(shut)})"] if shut else []
    news = [] if shut else for_newcomers(found, offer)
    opened = f"open {offer.id} to customers who stayed ({'; '.join(shut)})" if shut else ""
    if news:
        opened = f"give customers who stayed the same of {offer.id} as newcomers ({'; '.join(news)})"
    if check in PRICED and is_held(seen, existing_side=True):
        lead = leading(found, offer)
        return [f"{opened} and {lead}" if opened else lead]
    return [opened] if opened else []


def leading(found: Comparison, offer: Offer) -> str:
    """How who does nothing comes to have an offer."""
    assert found.witness is not None
    held = side_offer(found.witness, existing_side=True)
    if held is None:
        return "move who does nothing to it" if shut_out(found, offer) else f"move who does nothing to {offer.id}"
    it = "itself" if held.id == offer.id else "it" if shut_out(found, offer) else offer.id
    if phases_end(held) is None:
        return f"move who does nothing to {it if held.id != offer.id else offer.id}"
    return f"let {held.id} roll on to {it} (contract.then)"


def levelling(found: Comparison) -> list[str]:
    """Bring the existing side's own terms to the comparator's."""
    check, theirs = found.bound.check.id, found.part(found.comparator)
    if theirs is None:
        return []
    if check in PRICED and found.horizon:
        return [rate_to(found, theirs) if is_rate(found) else price_to(found, theirs)]
    if check == "term-gap" and existing_name(found):
        target = clause(found, found.comparator, one=False).split(" ", 1)[1]
        if found.term in catalog_of(found).terms:
            return [f"bring {found.term} of {first_stage_name(found)} to {shown(found, found.comparator)}"]
        return (
            [f"change {first_stage_name(found)} so that its customers {clause(found, found.comparator, one=False)}"]
            if target
            else []
        )
    if check == "incentive-gap":
        return [f"give those who stayed incentives worth {quantity(found, theirs)} too"]
    return []


def rate_to(found: Comparison, theirs: Fraction) -> str:
    """The rate that would earn, or cost, as much on the balance."""
    seen, size = found.witness, balance(found)
    ours = found.part(found.existing)
    assert seen is not None
    assert found.horizon is not None
    if not size or ours is None:
        return ""
    years = Fraction(found.horizon, 12)
    now, then = (100 * part / size / years for part in (ours, theirs))
    move = "raise" if found.sign < 0 else "lower"
    called = first_stage_name(found) or "what they hold now"
    exactly = (
        "" if (then * 100).denominator == 1 else f" ({cash(catalog_of(found), theirs)} over {months(found.horizon)})"
    )
    return f"{move} the rate of {called} on {whole(size)} from {rate(now)} to {short_rate(then)}{exactly}"


def short_rate(percent: Fraction) -> str:
    return rate(Fraction(rounded(percent, 2)))


def price_to(found: Comparison, theirs: Fraction) -> str:
    """The price that would cost as much, as the offer states it: of the month, year or term, from where it is held."""
    seen = found.witness
    assert seen is not None
    assert found.horizon is not None
    whole_sum = theirs * seen.months / found.horizon
    here = stages(found, existing_side=True)
    if not here:
        return f"bring what they pay now to {priced(found, whole_sum, 1, 'month', named='')}"
    start = start_of(seen, existing_side=True)
    phase, begins = phase_at(here[0], start)
    of = months_of(here[0].offer, phase) if phase else 1
    per = phase.per if phase else "month"
    stop = start + seen.months
    several = len(here) > 1 or (phase is not None and phase.months is not None and begins + phase.months < stop)
    what = dear(here[0], begins, start)
    if several:
        what += " (on average)"
    return f"bring {what} to {priced(found, whole_sum, of, per, named=extras(here))}"


def dear(stage: Stage, begins: int, start: int) -> str:
    """Whose price it is: an offer's, that of its later months, or that of the offer which takes over."""
    if stage.begins:
        return f"{name(stage.offer)} (takes over from month {stage.begins + 1})"
    return f"month {begins + 1} on of {name(stage.offer)}" if begins and start else f"the price of {name(stage.offer)}"


def extras(here: tuple[Stage, ...]) -> str:
    """What the price then includes."""
    fees = any(not f.optional for s in here for f in s.offer.fees)
    gifts = any(i.cash_equivalent is not False for s in here for i in s.offer.incentives)
    return (
        "fees and incentives included"
        if fees and gifts
        else "fees included"
        if fees
        else "incentives included"
        if gifts
        else ""
    )


def priced(found: Comparison, whole_sum: Fraction, of: int, per: str, named: str) -> str:
    """``22.77 a month (409.81 over 18 months)``: the rounded price, and where it is rounded the sum that mends it."""
    assert found.witness is not None
    catalog = catalog_of(found)
    amount = whole_sum * of / found.witness.months
    text = cash(catalog, amount)
    notes = [named] if named else []
    if Fraction(text.replace(",", "").replace("−", "-")) != amount:
        notes.append(f"{cash(catalog, whole_sum)} over {months(found.witness.months)}")
    return f"{text} a {per}" + (f" ({', '.join(notes)})" if notes else "")


def phase_at(stage: Stage, month: int) -> tuple[Phase | None, int]:
    """The phase that is running in a month of the leg, and the month in which it began."""
    at = stage.begins
    for phase in stage.offer.price:
        if phase.months is None or month < at + phase.months:
            return phase, at
        at += phase.months
    return None, at


def price_of(found: Comparison, people: People) -> str:
    size, number = per_year(found, found.gap_now), people.now(found)
    if found.bound.check.money is None:
        return ""
    coming = people.coming(found)
    if is_coming(found) and coming:
        return f": nothing today; {coming:,} customers will be there when their deal ends"
    if size is None:
        return ""
    part = balance(found)
    if_all = f", if every balance were {whole(part)}" if part is not None else ""
    if number is None:
        return f": up to {sum_of_money(found, size)} a year for each customer, whose number is not known{if_all}"
    if not number:
        return ": nothing today, as no customer is there yet"
    who = f"{number:,} customer{'s' * (number != 1)}" + (
        f" of {found.subject.segment}" if found.subject.segment else ""
    )
    return f": up to {sum_of_money(found, size * number)} a year for the {who}{if_all}"
