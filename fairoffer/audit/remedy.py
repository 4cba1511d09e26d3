"""Why a customer is kept from the better terms, and what would mend it, with its cost."""

from __future__ import annotations

from fairoffer.audit.comparison import Comparison
from fairoffer.audit.people import People, per_year
from fairoffer.audit.phrases import balance, clause, first_stage_name, is_coming, name, quantity, shown, sum_of_money
from fairoffer.audit.pieces import whole
from fairoffer.audit.price import price_to
from fairoffer.audit.sides import catalog_of, is_held, side_offer
from fairoffer.compare.axes import holds
from fairoffer.compare.lineage import is_open_ended, phases_end
from fairoffer.model.base import Range
from fairoffer.model.catalog import Offer

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
        only = "only to those who say that they will leave" if offer.access == "on_leaving" else "only on request"
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
    open_ended = is_open_ended(held)
    instead = f" in place of its open-ended {'price' if held.price else 'rate'}" if open_ended else ""
    return f"let {held.id} roll on to {it} (contract.then{instead})"


def levelling(found: Comparison) -> list[str]:
    """Bring the existing side's own terms to the comparator's."""
    check, theirs = found.bound.check.id, found.part(found.comparator)
    if theirs is None:
        return []
    if check in PRICED and found.horizon:
        return [way for way in (price_to(found),) if way]
    if check == "term-gap" and first_stage_name(found):
        if found.term in catalog_of(found).terms:
            return [f"bring {found.term} of {first_stage_name(found)} to {shown(found, found.comparator)}"]
        return [f"change {first_stage_name(found)} so that its customers {clause(found, found.comparator, one=False)}"]
    if check == "incentive-gap":
        return [f"give those who stayed incentives worth {quantity(found, theirs)} too"]
    return []


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
