"""A finding in a sentence: to whoever reviews it, and to the customer it concerns."""

from __future__ import annotations

from collections.abc import Callable

from fairoffer.audit.comparison import Comparison
from fairoffer.audit.phrases import (
    clause,
    comparator_name,
    existing_name,
    first_stage_name,
    is_coming,
    is_later_phase,
    is_rate,
    over,
    shown,
    stranger,
    verb,
    whom,
    with_name,
)
from fairoffer.audit.remedy import is_open_too
from fairoffer.audit.sides import costs_no_more, side_offer, taken_over

Sentence = Callable[[Comparison], str]
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def says(found: Comparison) -> str:
    """One sentence for whoever reviews the finding."""
    assert found.witness is not None
    return SENTENCES.get(found.bound.check.id, by_default)(found)


def customer_view(found: Comparison) -> str:
    """One sentence to the customer it concerns, in terms of what they get."""
    assert found.witness is not None
    return VIEWS.get(found.bound.check.id, default_view)(found)


def mine(found: Comparison) -> str:
    return f"{verb(found)} {shown(found, found.existing)}{over(found)}"


def theirs(found: Comparison) -> str:
    return f"{verb(found, one=True)} {shown(found, found.comparator)}"


def worse(found: Comparison) -> str:
    return f"{shown(found, found.gap)} worse"


def by_default(found: Comparison) -> str:
    return (
        f"{whom(found)} who do nothing {mine(found)}{with_name(existing_name(found))}; "
        f"{stranger(found)} {theirs(found)} with {comparator_name(found)}: {worse(found)}."
    )


def within_reach(found: Comparison) -> str:
    return (
        f"{whom(found)} can get nothing better than {best(found)}; "
        f"{stranger(found)} {theirs(found)} with {comparator_name(found)}: {worse(found)}."
    )


def best(found: Comparison) -> str:
    """The best that the customer can have, with what it comes to."""
    called = first_stage_name(found) or "what they hold now"
    interest = " of interest" if is_rate(found) else ""
    return f"{called}, at {shown(found, found.existing)}{interest}{over(found)}"


def on_terms(found: Comparison) -> str:
    """Worse terms for no more money, or for more: which of them it is, or neither where a cost is not known."""
    ours = clause(found, found.existing, one=False)
    others = clause(found, found.comparator, one=True, plain=True)
    mine_, their = first_stage_name(found), comparator_name(found)
    no_more = costs_no_more(found)
    end = f"{stranger(found)} {others} with {their}: {worse(found)}."
    if no_more:
        return f"For no more than {their} costs, {lower_first(whom(found))} {ours} with {mine_}; {end}"
    if no_more is False:
        return (
            f"{whom(found)} can have nothing that costs as little as {their}; "
            f"with the cheapest that they can have, {mine_}, they {ours}; {end}"
        )
    return f"{whom(found)} {ours}{with_name(mine_)}; {end}"


def lower_first(text: str) -> str:
    return text[0].lower() + text[1:]


def incentives(found: Comparison) -> str:
    given = f"incentives worth {shown(found, found.existing)} at most" if found.part(found.existing) else "no incentive"
    return (
        f"{whom(found)} can get {given} by choosing an offer; {comparator_name(found)} gives {stranger(found)} "
        f"{shown(found, found.comparator)}: {worse(found)}."
    )


def no_choice(found: Comparison) -> str:
    return f"{whom(found)} may choose no offer at all; {stranger(found)} may choose {comparator_name(found)}."


def walk(found: Comparison) -> str:
    later = found.tenure[0]
    return (
        f"{whom(found)} with a tenure from {later} months on {mine(found)} at best, with {existing_name(found)}; at "
        f"{earlier_tenure(found)} it is {shown(found, found.comparator)}, with {comparator_name(found)}: a rise of "
        f"{shown(found, found.gap)}."
    )


def earlier_tenure(found: Comparison) -> str:
    low, high = walk_range(found)
    if high is None:
        return "a shorter tenure"
    return f"a tenure of {low} to {high} months" if low > 1 else f"a tenure of up to {high} months"


def walk_range(found: Comparison) -> tuple[int, int | None]:
    """The tenures at which the cheaper offer of a walk is open."""
    assert found.witness is not None
    offer = side_offer(found.witness, existing_side=False)
    clause_ = offer.eligibility.tenure_months if offer else None
    return (max(clause_.from_ or 1, 1), clause_.to) if clause_ else (1, None)


def roll_over(found: Comparison) -> str:
    assert found.witness is not None
    earn = "earns" if found.term.startswith("interest_earned") else "costs"
    held = side_offer(found.witness, existing_side=True)
    stage = taken_over(found)
    between = "," if stage is not None and held is not None and stage.offer.id != held.id else ""
    subject = f"From month {found.witness.held + 1} on {existing_name(found)}{between}"
    return (
        f"{subject} {earn} {shown(found, found.existing)}{over(found)}; {stranger(found)} {theirs(found)} with "
        f"{comparator_name(found)}: {worse(found)}."
    )


def by_asking(found: Comparison) -> str:
    unless = "say that they will leave" if on_leaving(found) else "ask"
    return (
        f"{whom(found)} can get nothing better than {best(found)}, unless they {unless}; then it is "
        f"{comparator_name(found)}, at {shown(found, found.comparator)}: {worse(found)}."
    )


def on_leaving(found: Comparison) -> bool:
    assert found.witness is not None
    offer = side_offer(found.witness, existing_side=False)
    return offer is not None and offer.access == "on_leaving"


def by_tier(found: Comparison) -> str:
    return (
        f"{whom(found)} {mine(found)}{with_name(existing_name(found))}; customers of a higher value tier {verb(found)} "
        f"{shown(found, found.comparator)} with {comparator_name(found)}: {worse(found)}."
    )


def after(found: Comparison) -> str:
    """How long the customer has been there: ``After 2 years with us you``."""
    assert found.witness is not None
    low = found.tenure[0] if found.bound.check.id == "price-walk" else found.witness.tenure
    is_open = found.tenure[1] is None
    if low <= 1:
        since = "As a customer who stayed" if is_open else "After a month with us"
    elif low < 12 or low % 12:
        exact = f"{low} months" if low < 12 else "a year" if low < 24 else f"{low // 12} years"
        since = f"After {exact} or more with us" if low < 12 else f"After more than {exact} with us"
    else:
        exact = "a year" if low == 12 else f"{low // 12} years"
        since = f"After {exact}{' or more' if is_open else ''} with us"
    if is_coming(found):
        return f"When your deal ends, {lower_first(since)}, you will"
    return f"{since} you"


def than(found: Comparison) -> str:
    """``GBP 169.00 less``; for what is earned, more."""
    return f"{shown(found, found.gap)} {'less' if found.sign > 0 else 'more'}"


def default_view(found: Comparison) -> str:
    doing = " if you do nothing" if found.bound.check.id in ("default-gap", "roll-over") else " at best"
    text = f"{after(found)} {mine(found)}{doing}; {stranger(found, spoken=True)} {theirs(found)}: {than(found)}."
    if found.bound.check.id == "default-gap" and is_open_too(found):
        text += " You could have that too, but only if you choose it" + (" again." if is_later_phase(found) else ".")
    return text


def terms_view(found: Comparison) -> str:
    """What you get against what a stranger gets; the price is spoken of only where it is known to be higher."""
    dearer = ", at a higher price" if costs_no_more(found) is False else ""
    start = after(found).removesuffix(" will")
    ours = clause(found, found.existing, one=False)
    others = clause(found, found.comparator, one=True, plain=True)
    return f"{start} {ours}{dearer}; {stranger(found, spoken=True)} {others}."


def gifts_view(found: Comparison) -> str:
    given = shown(found, found.existing) if found.part(found.existing) else "nothing"
    start = after(found)
    are = "be" if start.endswith(" will") else "are"
    return (
        f"{start} {are} given {given} for choosing us again; {stranger(found, spoken=True)} is given "
        f"{shown(found, found.comparator)}."
    )


def no_choice_view(found: Comparison) -> str:
    return f"{after(found)} have no offer to choose from; {stranger(found, spoken=True)} has."


def asking_view(found: Comparison) -> str:
    if_only = "had you said that you would leave" if on_leaving(found) else "had you asked"
    if is_coming(found):
        if_only = "if you say that you will leave" if on_leaving(found) else "if you ask"
    would = "will" if is_coming(found) else "would"
    return f"{after(found)} {mine(found)} at best; {if_only}, it {would} be {shown(found, found.comparator)}."


def walk_view(found: Comparison) -> str:
    low, high = walk_range(found)
    if high is None:
        when = "earlier"
    elif low % 12 == 0 and high == low + 11 and low // 12 < len(ORDINALS):
        when = f"in your {ORDINALS[low // 12]} year"
    else:
        when = f"until {high} months"
    return f"{after(found)} {mine(found)} at best; {when} it was {shown(found, found.comparator)}."


def tier_view(found: Comparison) -> str:
    return (
        f"You {'will ' if is_coming(found) else ''}{mine(found)}; customers whom we value more highly {verb(found)} "
        f"{shown(found, found.comparator)}: {than(found)}."
    )


def roll_view(found: Comparison) -> str:
    assert found.witness is not None
    return (
        f"From month {found.witness.held + 1} on you {mine(found)} if you do nothing; "
        f"{stranger(found, spoken=True)} {theirs(found)}: {than(found)}."
    )


SENTENCES: dict[str, Sentence] = {
    "default-gap": by_default,
    "reach-gap": within_reach,
    "term-gap": on_terms,
    "incentive-gap": incentives,
    "no-equivalent": no_choice,
    "price-walk": walk,
    "roll-over": roll_over,
    "must-ask": by_asking,
    "tier-gap": by_tier,
}
VIEWS: dict[str, Sentence] = {
    "term-gap": terms_view,
    "incentive-gap": gifts_view,
    "no-equivalent": no_choice_view,
    "price-walk": walk_view,
    "roll-over": roll_view,
    "must-ask": asking_view,
    "tier-gap": tier_view,
}
