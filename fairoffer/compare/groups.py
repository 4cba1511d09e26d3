"""Whom a catalog is judged for: the segments of a file, or those that the catalog itself implies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from fairoffer.compare.lineage import moves_on, phases_end
from fairoffer.compare.market import Shelf, is_open
from fairoffer.compare.timeline import Timeline, price_point
from fairoffer.model.base import Range
from fairoffer.model.catalog import Catalog, Offer, Rate
from fairoffer.model.segments import Segment

EVERYONE, ROLLED_OVER = "everyone", "rolled over"


@dataclass(frozen=True)
class Group:
    """Existing customers of one product who are judged together.

    ``holds`` is the offer they hold (None: not said), ``pays`` the price point instead. A derived ``rolled over`` group
    comes as one Group for every offer that its customers may hold; they share ``segment`` and so their comparisons.
    ``derived`` says that only those count who hold an offer that can still be taken.
    ``rolling`` groups stand for the holders of one offer at the end of its phases, whoever they are.
    """

    segment: str
    product: str
    tenure: Range
    held: Range | None = None
    where: Mapping[str, tuple[str, ...] | Range] = field(default_factory=dict)
    holds: Offer | None = None
    pays: Timeline | None = None
    customers: int | None = None
    within: str | None = None
    value_tier: str | None = None
    rolling: bool = False
    derived: bool = False


def groups_of(shelf: Shelf, segments: Sequence[Segment] | None, *, has_book: bool = False) -> list[Group]:
    """All groups in a fixed order; a held offer whose phases move to another product gives a group for each. Without
    segments they are derived from the offers, but where a book says who the customers are, nobody is made up."""
    if segments is None:
        return [] if has_book else derived(shelf)
    out = []
    for segment in sorted(segments, key=lambda s: s.id):
        out += list(from_segment(shelf, segment))
    return out


def from_segment(shelf: Shelf, segment: Segment) -> Iterable[Group]:
    tenure = segment.tenure_months or Range(from_=1)
    holds = shelf.offers[segment.holds] if segment.holds else None
    if holds:
        products = held_products(shelf, holds)
    else:
        products = [segment.product or ""]
    for product in products:
        yield Group(
            segment=segment.id,
            product=product,
            tenure=tenure,
            held=segment.held_months,
            where=segment.where,
            holds=holds,
            pays=point(segment),
            customers=segment.customers,
            within=segment.within,
            value_tier=segment.value_tier,
        )


def point(segment: Segment) -> Timeline | None:
    pays = segment.pays
    if pays is None:
        return None
    if pays.percent is not None:
        return price_point(None, Rate(percent=pays.percent))
    amount = Fraction(pays.amount or 0)
    return price_point(amount / 12 if pays.per == "year" else amount, None)


def held_products(shelf: Shelf, offer: Offer) -> list[str]:
    """Every product that a holder of the offer has at some time."""
    found: set[str] = set()
    seen: set[str] = set()
    following: str | None = offer.id
    while following and following not in seen:
        seen.add(following)
        part = shelf.offers[following]
        found |= {phase.product or part.product for phase in part.price} or {part.product}
        following = part.contract.then if part.contract else None
        if any(p.months is None for p in part.price) or any(r.months is None for r in part.rates):
            break
    return sorted(found)


def derived(shelf: Shelf) -> list[Group]:
    """Without a segments file: everyone, and whoever is past the phases of an offer that then becomes another."""
    out: list[Group] = []
    for product in sorted(shelf.by_product):
        live = [o for o in shelf.by_product[product] if live_on(shelf, o)]
        if live:
            out.append(Group(EVERYONE, product, Range(from_=1), where=needed(shelf.catalog, live)))
    for offer in sorted(shelf.catalog.offers, key=lambda o: o.id):
        end = phases_end(offer)
        if end is not None and moves_on(offer) and live_on(shelf, offer):
            where = offer.eligibility.attributes
            out += [
                Group(ROLLED_OVER, product, Range(from_=end), where=where, holds=offer, derived=True)
                for product in held_products(shelf, offer)
            ]
    return out


def needed(catalog: Catalog, live: Sequence[Offer]) -> dict[str, tuple[str, ...] | Range]:
    """What whoever has a product must be, where every one of its offers asks for it: silence cannot mean otherwise."""
    found: dict[str, tuple[str, ...] | Range] = {}
    for name, attribute in catalog.attributes.items():
        clauses = [offer.eligibility.attributes.get(name) for offer in live]
        asked = [clause for clause in clauses if isinstance(clause, tuple)]
        if attribute.assume is None or len(asked) < len(clauses) or any(attribute.assume in c for c in asked):
            continue
        shared = tuple(v for v in attribute.domain if all(v in clause for clause in asked))
        if shared:
            found[name] = shared
    return found


def live_on(shelf: Shelf, offer: Offer) -> bool:
    """Whether the offer can be taken on the judged day, or with ``through`` on a later one."""
    first, last = shelf.window(offer)
    if shelf.through is None:
        return is_open(shelf, offer, shelf.as_of)
    return first <= shelf.through and shelf.as_of <= last


def box(shelf: Shelf, group: Group, axis: str) -> tuple[str, ...] | Range | None:
    """Values of a trait in the group: its own, else what silence about the trait means, else all."""
    if axis in group.where:
        return group.where[axis]
    assume = shelf.catalog.attributes[axis].assume
    if assume is None:
        return None
    if shelf.catalog.attributes[axis].type == "integer":
        return Range(from_=int(assume), to=int(assume))
    return (assume,)
