"""From inputs to comparisons: every rule, every world, the causes for which nothing can be said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from fairoffer.audit.asked import Desk
from fairoffer.audit.bind import GROUPED, Bound, bind, ways
from fairoffer.audit.booked import Booked
from fairoffer.audit.comparison import Comparison, Key, no_data
from fairoffer.audit.conditions import conditions
from fairoffer.audit.dues import dues
from fairoffer.audit.fold import fold, merge_worlds
from fairoffer.audit.grouped import judge_groups
from fairoffer.audit.mixed import mixed_sides
from fairoffer.audit.rowwise import judge_rows
from fairoffer.audit.scope import in_scope, truths_of_rows
from fairoffer.audit.shares import on_segments
from fairoffer.checks import CHECKS
from fairoffer.compare.contest import Contest, Stall, run
from fairoffer.compare.groups import Group, groups_of
from fairoffer.compare.held import Raw
from fairoffer.compare.market import Shelf, Way, World
from fairoffer.compare.tiers import tier_comparisons
from fairoffer.compare.walk import product_comparisons, rolling_groups
from fairoffer.model.inputs import Inputs
from fairoffer.model.segments import Pays

TABLED = {"condition": conditions, "due": dues}
"""Checks that read tables, and see for themselves whether these are there."""


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
    book: Booked | None = None
    """A book of customers, where there is one; its comparisons are among the others."""

    @cached_property
    def pays(self) -> dict[str, Pays]:
        """Price points by segment."""
        return {s.id: s.pays for s in self.inputs.segments or () if s.pays is not None}


RuleName = tuple[str, str]
"""Policy and rule."""


def compare_all(
    inputs: Inputs, as_of: date, through: date | None = None, on_book: frozenset[RuleName] = frozenset()
) -> Audited:
    """Every comparison that the policies ask for on the judged day, and with ``through`` up to a later one.

    ``on_book``: rules that the customers of a mapped book answer, so that without segments the catalog need not.

    Raises:
        PolicyError: a condition of a rule cannot be used.
        InputError: a fact is not of the type that a condition needs.
    """
    shelf = Shelf(inputs.catalog, as_of, through)
    rules = bind(inputs, as_of)
    groups = groups_of(shelf, inputs.segments, has_book=inputs.book is not None)
    used = {g.holds.id for g in groups if g.holds}
    answering = [rule for rule in rules if inputs.segments is not None or (rule.policy.id, rule.rule.id) not in on_book]
    found = [*on_catalog(inputs, shelf, answering, groups, used), *on_rows(inputs, shelf, rules)]
    for rule in rules:
        if rule.check.id in TABLED:
            found += TABLED[rule.check.id](inputs, shelf, rule, as_of)
        elif not has_source(inputs, rule):
            found.append(no_data(rule))
    found = [out_of_force(c) for c in distinct(found)]
    return Audited(inputs, shelf, tuple(rules), tuple(groups), tuple(found), frozenset(used))


def on_catalog(
    inputs: Inputs, shelf: Shelf, rules: Sequence[Bound], groups: Sequence[Group], used: set[str]
) -> list[Comparison]:
    """The comparisons of segments and products; the ids of all offers that took part are added to ``used``."""
    asking = [*(r for r in rules if r.on_catalog), *(gap_of(r) for r in rules if r.check.id == "concentration")]
    asking = [rule for rule in asking if rule.on_catalog]
    found: list[Comparison] = []
    for way, checks in ways(asking).items():
        own = [r for r in asking if r.way == way]
        rolling = rolling_groups(shelf) if "roll-over" in checks else []
        found += compare(shelf, way, checks, own, [*groups, *rolling], used)
    found = in_scope(inputs, shelf, groups, asking, found)
    return [*(c for c in found if not c.bound.inner), *on_segments(inputs, rules, [c for c in found if c.bound.inner])]


def gap_of(rule: Bound) -> Bound:
    """The comparison whose gap a rule on shares is about."""
    return replace(rule, check=CHECKS["default-gap"], inner=True)


def on_rows(inputs: Inputs, shelf: Shelf, rules: Sequence[Bound]) -> list[Comparison]:
    """The comparisons of the book."""
    found: list[Comparison] = []
    for rule in rules:
        if inputs.book is not None and rule.on_rows:
            judge = judge_groups if rule.check.id in GROUPED else judge_rows
            known = truths_of_rows(inputs, shelf, rule)
            found += judge(Desk(rule, shelf, shelf.as_of), inputs.book, known)
    return found


def has_book(inputs: Inputs) -> bool:
    """Whether customers are stated row by row, here or in the firm's own table."""
    return inputs.book is not None or inputs.mapped is not None


def with_book(audited: Audited, book: Booked) -> Audited:
    """The same with a book, whose comparisons stand among the others."""
    comparisons = sorted((*audited.comparisons, *book.comparisons), key=lambda c: c.key)
    return replace(audited, comparisons=tuple(comparisons), book=book, used=audited.used | book.used)


def has_source(inputs: Inputs, rule: Bound) -> bool:
    """Whether there is anything that a rule could be asked of."""
    if rule.on_rows and has_book(inputs):
        return True
    if rule.check.id == "concentration":
        return gap_of(rule).on_catalog and bool(inputs.segments)
    return rule.on_catalog and bool(inputs.catalog.offers or inputs.segments)


def distinct(found: Sequence[Comparison]) -> list[Comparison]:
    """All comparisons in a fixed order; those that nothing but their place in the inputs tells apart are numbered."""
    seen: Counter[Key] = Counter()
    out = []
    for comparison in sorted(found, key=lambda c: (c.key, c.subject.offer or "", c.subject.row or 0)):
        seen[comparison.key] += 1
        nth = seen[comparison.key]
        out.append(comparison if nth == 1 else replace(comparison, subject=replace(comparison.subject, nth=nth)))
    return out


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
