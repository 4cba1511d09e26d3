"""Words that sentences about a finding are made of: whom it is about, what something is called, what it comes to."""

from __future__ import annotations

from fractions import Fraction

from fairoffer.audit import amounts
from fairoffer.audit.bind import is_money
from fairoffer.audit.comparison import Comparison
from fairoffer.audit.pieces import cash, whole
from fairoffer.audit.sides import catalog_of, is_held, side_offer, stages, taken_over
from fairoffer.compare.groups import EVERYONE
from fairoffer.model.catalog import Offer
from fairoffer.money import grouped

NEWCOMER = {"new-customer": "a new customer", "standing-offer": "who has the standing offer", "best-open": "anybody"}
SOMEONE = {
    "new-customer": "someone who joins today",
    "standing-offer": "someone on the standing offer",
    "best-open": "anyone else",
}


def name(offer: Offer) -> str:
    return offer.name or offer.id


def product(found: Comparison) -> str:
    """The product's name, or its id."""
    assert found.witness is not None
    stated = found.witness.market.shelf.products[found.subject.product]
    return stated.name or stated.id


def whom(found: Comparison) -> str:
    """The customers a finding is about: ``Customers in loyal-5y (Fibre 100)``."""
    assert found.witness is not None
    place = ", ".join(f"{key} {value}" for key, value in found.subject.place)
    segment, group = found.subject.segment, found.witness.group
    if segment is None or (segment == EVERYONE and group is not None and not (group.holds or group.pays)):
        who = f"customers of {product(found)}" + (f" ({place})" if place else "")
    elif group is not None and group.derived:
        who = f"customers of {product(found)} whose deal has ended" + (f" ({place})" if place else "")
    else:
        about = product(found) + (f", {place}" if place else "")
        who = f"customers in {segment} ({about})"
    return f"Once their deal ends, {who}" if is_coming(found) else who[0].upper() + who[1:]


def is_coming(found: Comparison) -> bool:
    """Whether nobody is there yet."""
    return found.witness is not None and found.witness.coming and not found.some_now


def stranger(found: Comparison, *, spoken: bool = False) -> str:
    """Whom the comparator's offer is for; ``spoken`` is how one says it to a customer."""
    assert found.witness is not None
    offer = side_offer(found.witness, existing_side=False)
    if offer is not None and found.witness.market.audience(offer) == "lapsed":
        return "someone who left and comes back" if spoken else "a customer who left and comes back"
    return (SOMEONE if spoken else NEWCOMER)[found.bound.way.with_]


def existing_name(found: Comparison) -> str:
    """The existing side's offer as it is by then; empty for a price point."""
    assert found.witness is not None
    offer = side_offer(found.witness, existing_side=True)
    if offer is None:
        return ""
    over = taken_over(found)
    if over is None or over.offer.id == offer.id:
        return name(offer)
    takes = "takes" if is_coming(found) or found.bound.check.id == "roll-over" else "took"
    return f"{name(over.offer)}, which {takes} over from {name(offer)}"


def existing_label(found: Comparison) -> str | None:
    """What to call the existing side where its offer is no longer the one that it began with."""
    assert found.witness is not None
    offer, over = side_offer(found.witness, existing_side=True), taken_over(found)
    if offer is None or over is None or over.offer.id == offer.id:
        return None
    return f"{name(over.offer)} (after {name(offer)})"


def comparator_name(found: Comparison) -> str:
    assert found.witness is not None
    offer = side_offer(found.witness, existing_side=False)
    return name(offer) if offer else "what they hold"


def with_name(called: str) -> str:
    return f" with {called}" if called else ""


def is_later_phase(found: Comparison) -> bool:
    """Whether the existing side is the held offer itself, past its first phase."""
    assert found.witness is not None
    return is_held(found.witness, True) and taken_over(found) is None and bool(found.witness.held)


def is_rate(found: Comparison) -> bool:
    return found.term.startswith("interest_")


def verb(found: Comparison, *, one: bool = False) -> str:
    earns = found.term.startswith("interest_earned")
    return ("earn" if earns else "pay") + ("s" if one else "")


def balance(found: Comparison) -> Fraction | None:
    """The balance on which interest is compared."""
    seen = found.witness
    stated = seen.listing.measure.balance if seen and seen.listing else None
    return None if stated is None else Fraction(stated)


def over(found: Comparison) -> str:
    """The months, and what the amount is of: `` over 12 months on 20,000``."""
    if not found.horizon:
        return ""
    size = balance(found)
    text = f" over {months(found.horizon)}" + (f" on {whole(size)}" if size is not None else "")
    left_out = {"core_price": " before fees", "list_price": " before fees and incentives"}
    return text + left_out.get(found.term.partition("@")[0], "")


def months(number: int) -> str:
    return "1 month" if number == 1 else f"{number:,} months"


def shown(found: Comparison, size: int | None) -> str:
    """A value with its unit: GBP 492.00, 18 months, 100 Mbit/s."""
    part = found.part(size)
    return "an unknown amount" if part is None else quantity(found, part)


def quantity(found: Comparison, part: Fraction) -> str:
    catalog = catalog_of(found)
    if is_money(catalog, found.term):
        return f"{catalog.currency} {cash(catalog, part)}"
    unit, number = amounts.unit(catalog, found.term), whole(part)
    if unit == catalog.currency:
        return f"{unit} {number}"
    return f"{number} {unit[:-1] if part == 1 and unit.endswith('s') else unit}"


def sum_of_money(found: Comparison, size: Fraction) -> str:
    """Money a year: GBP 2,625,520; with decimals below a thousand."""
    catalog = catalog_of(found)
    if abs(size) >= 1000:
        return f"{catalog.currency} {grouped(amounts.rounded(size, 0), 0)}"
    return f"{catalog.currency} {cash(catalog, size)}"


def clause(found: Comparison, size: int | None, *, one: bool, plain: bool = False) -> str:
    """What somebody has of a term that is not cost, with its verb: ``are bound for 24 months``, ``gets 100 Mbit/s``.

    ``one``: the third person (``a new customer gets``); ``plain``: without the term's own name.
    """
    term, part, catalog = found.term, found.part(size), catalog_of(found)
    value = shown(found, size)
    ending = "s" if one else ""
    if term.startswith("fee:"):
        fee = term.removeprefix("fee:").replace("_", " ")
        spent = months(found.bound.way.months[0])
        return f"pay{ending} {value} as {fee} fee over {spent}" if part else f"pay{ending} no {fee} fee"
    if term == "exit_fee":
        return f"pay{ending} {value} for leaving early" if part else f"pay{ending} nothing for leaving"
    if term == "contract_months":
        verb_ = "is" if one else "are"
        return f"{verb_} bound for {value}" if part else f"{verb_} not bound"
    if term == "notice_days":
        return f"must give {value} of notice" if part else "must give no notice"
    lower = found.sign > 0
    label = "" if plain or term not in catalog.terms else f" ({term})"
    return f"{'has' if one and lower else 'have' if lower else f'get{ending}'} {value}{label}"


def first_stage_name(found: Comparison) -> str:
    """The offer that who does nothing has by then."""
    here = stages(found, existing_side=True)
    return name(here[0].offer) if here else ""
