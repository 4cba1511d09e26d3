"""A finding on a row, or on a group of rows, in sentences: to whoever reviews it, and to the customer it concerns."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from fairoffer.audit import amounts
from fairoffer.audit.bind import is_money
from fairoffer.audit.comparison import Comparison
from fairoffer.audit.people import per_year
from fairoffer.audit.pieces import MINUS
from fairoffer.audit.walk_say import walk_says, walk_view
from fairoffer.compare.components import party_of
from fairoffer.compare.legs import Part
from fairoffer.model.catalog import Catalog
from fairoffer.money import grouped

OTHERS = {
    "new-customer": "a new customer",
    "first-renewal": "a customer at the first renewal",
    "standing-offer": "whoever has the standing offer",
    "best-open": "whoever takes the best offer that is open to anyone",
    "front-book": "whoever takes what is on sale today",
    "own-previous": "the same customer before",
}
VERBS = {"incentives": ("are given", "is given"), "rate": ("have", "has"), "finance_rate": ("pay", "pays")}
PERIODS = {"month": " a month", "year": " a year", "term": "", "once": ""}
COSTS = {
    "core_price": "price",
    "list_price": "price before incentives",
    "total_cost": "price with fees",
    "rate": "rate",
    "finance_rate": "rate for instalments",
}


def row_says(catalog: Catalog, found: Comparison) -> str:
    """One sentence for whoever reviews the finding."""
    check = found.bound.check.id
    if found.facts:
        return f"{title(found)} {subject(found)} does not meet this ({stated(found)})."
    if check == "uniform-rate":
        months = found.bound.rule.over
        return (
            f"After {months} months the rates of {inside(found)} run from {value(catalog, found, found.existing)} to "
            f"{value(catalog, found, found.comparator)}: {value(catalog, found, found.gap)} apart."
        )
    if found.newest is not None:
        return walk_says(found)
    if check == "price-walk":
        return (
            f"The {called(found)} of {inside(found)} rises with tenure from {value(catalog, found, found.comparator)} "
            f"of what {other(found)} pays to {value(catalog, found, found.existing)} of it."
        )
    if check == "concentration":
        return (
            f"Vulnerable customers of {inside(found)} bear {share(found, found.existing)} of the gap; they are "
            f"{share(found, found.comparator)} of the customers{likely(found)}."
        )
    return (
        f"{subject(found)}: {called(found)} {value(catalog, found, found.existing)}{period(found)}; for {other(found)} "
        f"{value(catalog, found, found.comparator)}{party(found)}: {value(catalog, found, found.gap)} worse."
    )


def row_view(catalog: Catalog, found: Comparison) -> str:
    """One sentence to the customer it concerns."""
    own = found.bound.rule.customer_view
    if found.facts:
        return own or f"This is not met: {title(found)}"
    if found.bound.check.id == "uniform-rate":
        return (
            f"You have {value(catalog, found, found.existing)} a year; others who have been with us as long have up to "
            f"{value(catalog, found, found.comparator)}."
        )
    if found.newest is not None:
        return own or walk_view(found)
    if found.bound.check.id in ("price-walk", "concentration"):
        return own or row_says(catalog, found)
    mine, theirs = value(catalog, found, found.existing), value(catalog, found, found.comparator)
    than = f"{value(catalog, found, found.gap)} {'less' if found.sign > 0 else 'more'}"
    you, they = VERBS.get(found.term, ("pay", "pays"))
    what = "" if found.term in COSTS else f" ({called(found)})"
    if found.bound.way.with_ == "own-previous":
        return f"You {you} {mine}{period(found)}{what}; before it was {theirs}: {than}."
    return f"You {you} {mine}{period(found)}{what}; {other(found)} {they} {theirs} for the same: {than}."


def row_remedy(catalog: Catalog, found: Comparison) -> str:
    """What mends it, and what that costs."""
    said = found.bound.rule.remedy or ""
    if found.facts:
        return said or found.bound.check.section("Remedy")
    if found.paired is None:
        return said or found.bound.check.section("Remedy")
    end = f"{value(catalog, found, found.comparator)}{period(found)}{cost(catalog, found)}."
    return f"{said} Here that is {end}" if said else f"Bring it to {end}"


def cost(catalog: Catalog, found: Comparison) -> str:
    """What the gap comes to in a year, for all customers of the row."""
    yearly, count = per_year(found, found.gap), found.subject.count
    if yearly is None or count is None or not is_money(catalog, found.term):
        return ""
    sum_ = amounts.rounded(yearly * count, catalog.places)
    return f", which costs {catalog.currency} {grouped(sum_, catalog.places)} a year"


def row_steps(catalog: Catalog, found: Comparison) -> list[tuple[str, str]]:
    """The arithmetic of both sides and of the gap."""
    if found.facts:
        return list(found.facts)
    steps = []
    if found.paired is not None:
        steps += side_steps(catalog, found, found.paired.mine, found.existing)
        steps += side_steps(catalog, found, found.paired.theirs, found.comparator)
    one, two = plain(catalog, found, found.existing), plain(catalog, found, found.comparator)
    minuend, other_ = (one, two) if found.sign > 0 else (two, one)
    return [*steps, (f"{minuend} {MINUS} {other_}", plain(catalog, found, found.gap))]


def side_steps(catalog: Catalog, found: Comparison, parts: tuple[Part, ...], size: int | None) -> list[tuple[str, str]]:
    """``price 412.00 − gift card 50.00`` and what it comes to; nothing for a single number."""
    if len(parts) < 2:
        return []
    text = ""
    for name, amount in parts:
        sign = (f" {MINUS} " if amount < 0 else " + ") if text else ""
        text += f"{sign}{name} {amounts.value(catalog, found.term, abs(amount))}"
    return [(text, plain(catalog, found, size))]


def title(found: Comparison) -> str:
    text = found.bound.rule.title or found.bound.check.title
    return text if text.endswith((".", "!", "?")) else f"{text}."


def stated(found: Comparison) -> str:
    return ", ".join(f"{name}: {value_}" for name, value_ in found.facts)


def subject(found: Comparison) -> str:
    """Whom it is about, as the input names them."""
    who = found.subject
    place = ", ".join(f"{name.replace('_', ' ')} {value_}" for name, value_ in who.place)
    names = (
        ("Customer", who.customer),
        ("Notice", who.notice),
        ("Record", who.record),
        ("Offer", who.offer),
        ("Segment", who.segment),
    )
    nobody = "The firm" if found.bound.check.id == "due" else "All customers"
    alone = ("Product", who.product) if found.facts and who.product else ("", who.product or nobody)
    kind, name = next(((kind, name) for kind, name in names if name is not None), alone)
    many = f" ({who.count:,} customers)" if who.customer is not None and (who.count or 1) > 1 else ""
    about = ", ".join(part for part in (who.product if kind not in ("", "Product") else "", place) if part)
    return f"{kind} {name}".strip() + (f" ({about})" if about else "") + many


def inside(found: Comparison) -> str:
    """The same within a sentence."""
    text = subject(found)
    return f"all{text[3:]}" if text.startswith("All customers") else text


def called(found: Comparison) -> str:
    """The term as people say it."""
    term, _, months = found.term.partition("@")
    if term in COSTS:
        return COSTS[term] + (f" over {months} months" if months.isdigit() else "")
    kind, _, name = found.term.partition(":")
    named = name.replace("_", " ").replace("-", " ")
    return {"fee": f"{named} fee", "addon": f"add-on {named}", "part": f"{named}'s part"}.get(
        kind, found.term.replace("_", " ")
    )


def other(found: Comparison) -> str:
    quote = found.paired.quote if found.paired else None
    label = f" ({quote.label})" if quote is not None and quote.label else ""
    return OTHERS[found.bound.policy.compare_for(found.bound.rule).with_] + label


def party(found: Comparison) -> str:
    """Who sets a component, where it is not the supplier."""
    if found.paired is None or found.bound.check.id != "component-gap":
        return ""
    name = party_of(found.paired.row, found.term)
    return f" (set by {name})" if name and not found.term.startswith("part:") else ""


def period(found: Comparison) -> str:
    return PERIODS[found.per] if found.per else ""


def plain(catalog: Catalog, found: Comparison, size: int | None) -> str:
    part = found.part(size) or Fraction(0)
    return amounts.of_comparison(catalog, found, part)


def value(catalog: Catalog, found: Comparison, size: int | None) -> str:
    """A value with its unit."""
    text = plain(catalog, found, size)
    if found.measure == "percent":
        return f"{text} points" if size == found.gap and size not in (found.existing, found.comparator) else f"{text}%"
    if found.measure is not None:
        return text
    if is_money(catalog, found.term):
        return f"{catalog.currency} {grouped(Decimal(text), catalog.places)}"
    return f"{text} {amounts.unit(catalog, found.term)}"


def likely(found: Comparison) -> str:
    """How sure a difference of shares is, where it is one of a book."""
    if found.gap_most is None or found.gap_least in (None, found.gap):
        return ""
    ends = [amounts.trimmed(100 * (end or Fraction(0)), 1) for end in (found.part(found.gap_least), found.gap_most)]
    return f" (95% interval of the difference {ends[0]} to {ends[1]} points)".replace("-", MINUS)


def share(found: Comparison, size: int | None) -> str:
    return f"{amounts.trimmed((found.part(size) or Fraction(0)) * 100, 1)}%"
