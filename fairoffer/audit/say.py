"""A finding in words: to whoever reviews it, to the customer it concerns, and what mends it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from fairoffer.audit import amounts
from fairoffer.audit.bind import is_money
from fairoffer.audit.fold import Comparison
from fairoffer.audit.people import People, per_year
from fairoffer.audit.steps import side_offer
from fairoffer.compare.axes import holds
from fairoffer.compare.cost import phases_end
from fairoffer.model.base import Range
from fairoffer.model.catalog import Catalog, Offer
from fairoffer.money import grouped, places_of

STRANGER = {
    "new-customer": "someone who joins today",
    "standing-offer": "someone on the standing offer",
    "best-open": "anyone else",
}


def catalog_of(found: Comparison) -> Catalog:
    assert found.witness is not None
    return found.witness.market.shelf.catalog


def shown(found: Comparison, size: int | None) -> str:
    """A value with its unit."""
    catalog, part = catalog_of(found), found.part(size)
    if part is None:
        return "an unknown amount"
    if found.horizon or is_money(catalog, found.term):
        return f"{catalog.currency} {cash(catalog, part)}"
    return f"{amounts.trimmed(part)} {amounts.unit(catalog, found.term)}"


def cash(catalog: Catalog, size: Fraction) -> str:
    text = amounts.money(catalog, size)
    return grouped(Decimal(text), places_of(catalog.currency))


def whom(found: Comparison) -> str:
    segment = found.subject.segment
    return f"Customers of {found.subject.product}" + (f" in {segment}" if segment else "")


def name(offer: Offer | None) -> str:
    return (offer.name or offer.id) if offer else "what they pay now"


def says(found: Comparison) -> str:
    """One sentence for whoever reviews the finding."""
    assert found.witness is not None
    gap, mine, theirs = (shown(found, s) for s in (found.gap, found.existing, found.comparator))
    place = "".join(f", {key} {value}" for key, value in found.subject.place)
    check = found.bound.check.id
    comparator = name(side_offer(found.witness, existing_side=False))
    existing = name(side_offer(found.witness, existing_side=True))
    who = whom(found) + place
    over = f" for {found.horizon} months" if found.horizon else ""
    sentence = SENTENCES.get(check)
    if sentence is None:
        return f"{who}: {mine} against {theirs}{over}, {gap} worse."
    return sentence(who, existing, comparator, mine, theirs, gap, over)


Sentence = Callable[[str, str, str, str, str, str, str], str]
SENTENCES: dict[str, Sentence] = {
    "default-gap": lambda who, e, c, mine, theirs, gap, over: (
        f"{who} who do nothing have {e} at {mine}{over}; with {c} a new customer has {theirs}: {gap} worse."
    ),
    "reach-gap": lambda who, e, c, mine, theirs, gap, over: (
        f"{who} can get {e} at {mine}{over} at best; with {c} a new customer has {theirs}: {gap} worse."
    ),
    "term-gap": lambda who, e, c, mine, theirs, gap, over: (
        f"{who} get {mine} with {e} for no more than {c} costs, which gives a new customer {theirs}: {gap} worse."
    ),
    "incentive-gap": lambda who, e, c, mine, theirs, gap, over: (
        f"{who} can get incentives worth {mine}; {c} gives a new customer {theirs}: {gap} worse."
    ),
    "no-equivalent": lambda who, e, c, mine, theirs, gap, over: (
        f"{who} may choose no offer at all; a new customer may choose {c}."
    ),
    "price-walk": lambda who, e, c, mine, theirs, gap, over: (
        f"{who} with longer tenure pay at best {mine}{over} ({e}); with shorter tenure {theirs} ({c}): a rise of {gap}."
    ),
    "roll-over": lambda who, e, c, mine, theirs, gap, over: (
        f"{e} comes to {mine}{over} when its phases end; with {c} a new customer has {theirs}: {gap} worse."
    ),
    "must-ask": lambda who, e, c, mine, theirs, gap, over: (
        f"{who} who do not ask get {e} at {mine}{over} at best; asking gives {c} at {theirs}: {gap} worse."
    ),
    "tier-gap": lambda who, e, c, mine, theirs, gap, over: (
        f"{who} have {e} at {mine}{over}; a higher tier has {c} at {theirs}: {gap} worse."
    ),
}


def tenure_words(months: int) -> str:
    if months >= 24:
        return f"{months // 12} years"
    return "a year" if months == 12 else "a month" if months == 1 else f"{months} months"


def customer_view(found: Comparison) -> str:
    """One sentence to the customer it concerns, in terms of what they get."""
    assert found.witness is not None
    mine, theirs = shown(found, found.existing), shown(found, found.comparator)
    gap = shown(found, found.gap)
    tenure = tenure_words(found.witness.tenure if found.bound.check.id != "price-walk" else found.tenure[0])
    other = STRANGER[found.bound.way.with_]
    over = f" over {found.horizon} months" if found.horizon else ""
    verb = "earn" if found.term.startswith("interest_earned") else "pay"
    after = f"After {tenure} with us you"
    check = found.bound.check.id
    if check == "no-equivalent":
        return f"{after} have no offer to choose from; {other} does."
    if check == "must-ask":
        return f"{after} {verb} {mine}{over}; had you asked, or said that you would leave, it would be {theirs}."
    if check == "incentive-gap":
        return f"{after} are given {mine} for choosing us again; {other} is given {theirs}."
    if check == "price-walk":
        return f"{after} {verb} {mine}{over} at best; with a shorter time with us it would be {theirs}."
    if check == "term-gap":
        label = found.term.replace("_", " ").replace("fee:", "fee for ")
        return f"{after} get {mine} ({label}) for your money; {other} gets {theirs}."
    if check == "tier-gap":
        return f"You {verb} {mine}{over}; customers whom we value more highly {verb} {theirs} for the same."
    doing = " if you do nothing" if check in ("default-gap", "roll-over") else " at best"
    return f"{after} {verb} {mine}{over}{doing}; {other} {verb}s {theirs} for the same: {gap} better."


def why(found: Comparison) -> list[str]:
    """The clauses of the comparator's offer that keep the customer out."""
    assert found.witness is not None
    offer = side_offer(found.witness, existing_side=False)
    if offer is None or found.bound.check.id == "tier-gap":
        return []
    clauses = shut_out(found, offer)
    if clauses:
        return clauses
    held = side_offer(found.witness, existing_side=True)
    if found.bound.check.id in ("default-gap", "roll-over") and (held is None or held.id != offer.id):
        return ["open to the customer too, but not given to whoever does nothing"]
    if found.bound.check.id in ("default-gap", "roll-over"):
        return ["its first price is for the first months only"]
    return []


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
    held, offer = (side_offer(found.witness, existing_side=side) for side in (True, False))
    shut = shut_out(found, offer) if offer else []
    check = found.bound.check.id
    ways = []
    if offer and shut and check not in ("tier-gap", "must-ask"):
        ways.append(f"open {offer.id} to customers who stayed ({'; '.join(shut)})")
    if check == "must-ask" and offer:
        ways.append(f"list {offer.id} instead of giving it on request")
    if check in ("default-gap", "roll-over", "reach-gap") and found.comparator is not None and found.horizon:
        part = found.part(found.comparator) or Fraction(0)
        monthly = amounts.money(catalog_of(found), part / found.horizon)
        if found.term.startswith("interest_earned"):
            ways.append(f"raise what {name(held)} earns to {monthly} a month")
        else:
            start = f"month {phases_end(held) + 1} on" if held and (phases_end(held)) else "the price"  # type: ignore[operator]
            ways.append(f"bring {start} of {name(held)} to {monthly} a month")
    if not ways:
        ways.append(found.bound.check.section("Remedy").rstrip("."))
    text = ", or ".join(ways)
    return f"{text[0].upper()}{text[1:]}{price_of(found, people)}."


def price_of(found: Comparison, people: People) -> str:
    size, number = per_year(found, found.gap_now), people.now(found)
    if size is None or found.bound.check.money is None:
        return ""
    catalog = catalog_of(found)
    if number is None:
        return f": up to {catalog.currency} {cash(catalog, size)} a year for each customer (their number is unknown)"
    if not number:
        return ": nothing today, as no customer is there yet"
    return f": up to {catalog.currency} {cash(catalog, size * number)} a year"
