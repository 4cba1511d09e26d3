"""From inputs to comparisons: every rule, every world, the causes for which nothing can be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from fairoffer.audit.bind import Bound, bind, ways
from fairoffer.audit.comparison import Comparison
from fairoffer.audit.fold import fold, merge_worlds
from fairoffer.audit.mixed import mixed_sides
from fairoffer.audit.scope import in_scope
from fairoffer.compare.contest import Contest, Stall, run
from fairoffer.compare.groups import Group, groups_of
from fairoffer.compare.held import Raw
from fairoffer.compare.market import Shelf, Way, World
from fairoffer.compare.tiers import tier_comparisons
from fairoffer.compare.walk import product_comparisons, rolling_groups
from fairoffer.model.inputs import Inputs
from fairoffer.model.segments import Pays


@dataclass(frozen=True)
class Audited:
    """All comparisons of an audit, in a fixed order, and what they were made from."""

    inputs: Inputs
    shelf: Shelf
    rules: tuple[Bound, ...]
    groups: tuple[Group, ...]
    comparisons: tuple[Comparison, ...]
    used: frozenset[str]
    """Ids of the offers that some side could have, or some segment holds."""

    @cached_property
    def pays(self) -> dict[str, Pays]:
        """Price points by segment."""
        return {s.id: s.pays for s in self.inputs.segments or () if s.pays is not None}


def compare_all(inputs: Inputs, as_of: date, through: date | None = None) -> Audited:
    """Every comparison that the policies ask for on the judged day, and with ``through`` up to a later one.

    Raises:
        PolicyError: a rule asks for something that a catalog cannot answer.
    """
    shelf = Shelf(inputs.catalog, as_of, through)
    rules = bind(inputs, as_of)
    groups = groups_of(shelf, inputs.segments)
    found: list[Comparison] = []
    used = {g.holds.id for g in groups if g.holds}
    for way, checks in ways(rules).items():
        own = [r for r in rules if r.way == way]
        rolling = rolling_groups(shelf) if "roll-over" in checks else []
        found += compare(shelf, way, checks, own, [*groups, *rolling], used)
    found = in_scope(inputs, shelf, groups, rules, found)
    found = [out_of_force(c) for c in found]
    found.sort(key=lambda c: c.key)
    return Audited(inputs, shelf, tuple(rules), tuple(groups), tuple(found), frozenset(used))


def compare(
    shelf: Shelf,
    way: Way,
    checks: dict[str, frozenset[str]],
    rules: list[Bound],
    groups: Sequence[Group],
    used: set[str],
) -> list[Comparison]:
    """One way of comparing. Products whose offers have an unreadable audience are compared in both worlds. The ids of
    the offers that some side could have are added to ``used``."""
    doubtful = unreadable(shelf)
    plain = [g for g in groups if g.product not in doubtful]
    found = world(shelf, way, checks, rules, plain, set(shelf.by_product) - doubtful, None, used)
    if doubtful:
        rest = [g for g in groups if g.product in doubtful]
        found += merge_worlds(
            world(shelf, way, checks, rules, rest, doubtful, "new", used),
            world(shelf, way, checks, rules, rest, doubtful, "existing", used),
        )
    return found


def world(
    shelf: Shelf,
    way: Way,
    checks: dict[str, frozenset[str]],
    rules: list[Bound],
    groups: Sequence[Group],
    products: set[str],
    taken_for: World | None,
    used: set[str],
) -> list[Comparison]:
    contest = Contest(shelf, way, taken_for, checks)
    run(contest, groups, products, beside)
    used |= {o.id for market, _ in contest.slot_market.values() for o in market.offers}
    found = list(fold(contest, rules))
    if shelf.catalog.imported is not None:
        hidden = mixed_sides(contest)
        found = [hide(c, hidden) for c in found]
    return found


def beside(contest: Contest, stall: Stall, groups: Sequence[Group], raws: dict[int, list[Raw]]) -> None:
    """The comparisons of a market that are not between one segment and a stranger."""
    product_comparisons(contest, stall, groups, raws)
    if "tier-gap" in contest.checks:
        tier_comparisons(contest, stall, groups, raws)


def hide(found: Comparison, hidden: set[tuple[str, tuple[tuple[str, str], ...]]]) -> Comparison:
    """A comparison with a product whose offers differ in something that the catalog does not show."""
    if (found.subject.product, found.subject.place) not in hidden or found.outcome == "out-of-scope":
        return found
    return found.bare("not-assessable", "mixed")


def unreadable(shelf: Shelf) -> set[str]:
    """Products that an offer with an unreadable audience could be compared in."""
    names = {o.product for o in shelf.catalog.offers if o.audience == "unknown"}
    if not names:
        return names
    out = set()
    for product in shelf.products:
        chain, seen = product, set[str]()
        while chain and chain not in seen:
            seen.add(chain)
            chain = shelf.products[chain].close_match or ""
        if seen & names:
            out.add(product)
    return out


def out_of_force(found: Comparison) -> Comparison:
    if found.bound.force != "not-effective":
        return found
    return found.bare("out-of-scope", "not-effective")
