"""Rows of a book judged together: rates that should be one, ratios that walk up with tenure, who bears the gap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from fairoffer.audit.asked import Asked, Desk, Option, ask_costs, due_once, of_several
from fairoffer.audit.comparison import Comparison, blank
from fairoffer.audit.rowwise import decide, noted
from fairoffer.audit.shares import share_option
from fairoffer.compare.legs import DOUBTS, known
from fairoffer.compare.subject import Place, Subject
from fairoffer.model.book import BookRow

REASONS = ("scope-unknown", "no-comparator", "risk-differs", *DOUBTS)
"""Why a row cannot be compared, the gravest first."""
Truths = Sequence[bool | None] | None


@dataclass(frozen=True)
class Member:
    """A row of a group: its place in the book, and whether it is in scope (``None``: not known)."""

    index: int
    row: BookRow
    truth: bool | None


@dataclass(frozen=True)
class Valued:
    """A row's two values under a cost term, or why there are none."""

    member: Member
    mine: Fraction | None = None
    theirs: Fraction | None = None
    reason: str | None = None
    notes: frozenset[str] = frozenset()
    sign: int = 1

    @property
    def has_ratio(self) -> bool:
        """Whether the ratio of its values, and the tenure it is of, are known."""
        return bool(self.theirs) and self.mine is not None and self.member.row.tenure_months is not None


def judge_groups(desk: Desk, rows: Sequence[BookRow], truths: Truths) -> list[Comparison]:
    """The comparisons of a check that looks at several rows at once."""
    members = [Member(i, row, True if truths is None else truths[i]) for i, row in enumerate(rows)]
    found = list(JUDGES[desk.bound.check.id](desk, [m for m in members if m.truth is not False]))
    if members and all(member.truth is False for member in members):
        found.append(blank(desk.bound, Subject(0, "", None, ()), "", "out-of-scope", "scope"))
    return found


def uniform_rates(desk: Desk, members: Sequence[Member]) -> Iterator[Comparison]:
    """One comparison for every group of accounts that should pay one rate."""
    groups: dict[tuple[object, ...], list[Member]] = {}
    stated = any(member.row.rate is not None for member in members)
    for member in members:
        tenure = member.row.tenure_months
        if tenure is None or tenure > desk.bound.rule.over:
            groups.setdefault(account_of(desk, member.row), []).append(member)
    for number, key in enumerate(sorted(groups, key=str)):
        own = groups[key]
        # A group of accounts without any rate is said; one of products that have a price instead is not asked.
        if any(member.row.rate is not None or member.row.price is None for member in own) and stated:
            yield uniform_rate(desk, own, number)


def account_of(desk: Desk, row: BookRow) -> tuple[object, ...]:
    """What the accounts of a group have in common: supplier, product or its kind, and all that is like for like."""
    supplier = row.supplier or desk.shelf.catalog.supplier
    return supplier, what_of(desk, row), desk.choice(row).place, tuple(sorted(row.like.items()))


def what_of(desk: Desk, row: BookRow) -> str | None:
    """The product, or its kind where the policy does not ask for the same product."""
    return row.product if "product" in desk.named else desk.type_of(row)


def uniform_rate(desk: Desk, own: Sequence[Member], number: int) -> Comparison:
    first = own[0].row
    place = place_with_like(first, desk.choice(first).place)
    subject = Subject(number, what_of(desk, first) or "", None, place, count=people(own))
    sure = [m for m in own if m.truth and m.row.tenure_months is not None and m.row.rate is not None]
    sign = desk.sign_of_rate(first)
    rates = [Fraction(member.row.rate or 0) for member in sure]
    asked = of_several(subject, "rate", sign, "percent")
    if rates:
        worst, best = (max(rates), min(rates)) if sign > 0 else (min(rates), max(rates))
        asked.options.append(Option(None, known(worst), known(best)))
    return decided(desk, asked, reason_of(own, lambda m: m.row.tenure_months is None or m.row.rate is None))


def reason_of(own: Sequence[Member], is_blind: Callable[[Member], bool]) -> str | None:
    """Why a group that does not fail cannot be said to pass."""
    if any(member.truth is None for member in own):
        return "scope-unknown"
    return "missing-value" if any(is_blind(member) for member in own) else None


def decided(desk: Desk, asked: Asked, reason: str | None) -> Comparison:
    """What comes out for several rows: a failure in any case, a pass only where every row could be seen."""
    (found,) = decide(desk.bound, [asked], desk.as_of.toordinal())
    if found.outcome == desk.bound.level or reason is None:
        return found
    return noted(blank(desk.bound, asked.subject, asked.term, "not-assessable", reason), asked)


def people(own: Sequence[Member]) -> int:
    return sum(member.row.count for member in own)


def valued(
    desk: Desk, members: Sequence[Member], *, with_like: bool, terms: int | None = None
) -> dict[tuple[str, Place, str], list[Valued]]:
    """Both values of every row under the default-gap's first ``terms`` cost terms, by product, place and term."""
    groups: dict[tuple[str, Place, str], list[Valued]] = {}
    for member in members:
        choice = desk.choice(member.row)
        subject = Subject(member.index, member.row.product or "", None, choice.place)
        own = list(ask_costs(desk, member.row, subject, choice))[:terms]
        for asked in own:
            place = place_with_like(member.row, choice.place) if with_like else choice.place
            key = (subject.product, place, asked.term)
            groups.setdefault(key, []).append(two_values(asked, member, frozenset(choice.notes)))
    return groups


def place_with_like(row: BookRow, place: Place) -> Place:
    return tuple(sorted({**row.like, **dict(place)}.items()))


def two_values(asked: Asked, member: Member, notes: frozenset[str]) -> Valued:
    """What the row was set against the best quote, where both are known for sure."""
    if member.truth is None:
        return Valued(member, reason="scope-unknown", sign=asked.sign)
    if asked.reason is not None or not asked.options:
        return Valued(member, reason=asked.reason or "no-comparator", sign=asked.sign)
    legs = [member.row, *(option.quote for option in asked.options if option.quote is not None)]
    if asked.period.once is None and due_once(legs, asked.term):
        # What is equal on both sides cancels in a difference, but not in a ratio.
        return Valued(member, reason="missing-value", sign=asked.sign)
    doubts = [w.doubt for o in asked.options for w in (o.mine, o.theirs) if w.low is None or w.low != w.high]
    if doubts:
        return Valued(member, reason=gravest(doubts), sign=asked.sign)
    theirs = [option.theirs.low for option in asked.options if option.theirs.low is not None]
    best = min(theirs) if asked.sign > 0 else max(theirs)
    return Valued(member, asked.options[0].mine.low, best, notes=notes, sign=asked.sign)


def gravest(reasons: Iterable[str | None]) -> str:
    """The first of the reasons in a fixed order, so that the order of rows does not matter."""
    given = set(reasons)
    return next((reason for reason in REASONS if reason in given), "missing-value")


def walks(desk: Desk, members: Sequence[Member]) -> Iterator[Comparison]:
    """One comparison for every cell with two tenures: the largest rise of price over comparator from one to a later."""
    risky = "risk" in desk.named
    number = 0
    for (product, place, term), found in sorted(valued(desk, members, with_like=True).items(), key=str):
        for own in alike(found, by_risk=risky):
            comparison = walk(desk, product, place, term, own, number)
            if comparison is not None:
                number += 1
                yield comparison


def alike(found: Sequence[Valued], *, by_risk: bool) -> list[list[Valued]]:
    """The rows of a cell, apart where more is better for some and less for others, and where risk must be equal."""
    groups: dict[tuple[int, str], list[Valued]] = {}
    for one in found:
        groups.setdefault((one.sign, one.member.row.risk or "" if by_risk else ""), []).append(one)
    return [groups[key] for key in sorted(groups)]


def walk(desk: Desk, product: str, place: Place, term: str, own: Sequence[Valued], number: int) -> Comparison | None:
    seen = [one for one in own if one.has_ratio]
    unseen = [one for one in own if not one.has_ratio]
    reason = gravest(one.reason for one in unseen) if unseen else None
    # A mean that a row might still change proves nothing, and a row without a tenure might change any.
    open_ = {one.member.row.tenure_months for one in unseen}
    tenures = [] if None in open_ else sorted({one.member.row.tenure_months or 0 for one in seen} - open_)
    if len(tenures) < 2 and reason is None:
        return None
    subject = Subject(number, product, None, place, count=people([one.member for one in own]))
    asked = of_several(subject, term, own[0].sign, "ratio")
    asked.notes = frozenset().union(*(one.notes for one in own))
    ratios = [(tenure, mean_ratio(seen, tenure)) for tenure in tenures]
    rises = [(later, earlier) for i, (_, later) in enumerate(ratios) for _, earlier in ratios[:i]]
    if rises:
        later, earlier = max(rises, key=lambda pair: (pair[0] - pair[1]) * asked.sign)
        asked.options.append(Option(None, known(later), known(earlier)))
    comparison = decided(desk, asked, reason)
    return replace(comparison, tenure=(tenures[0], tenures[-1]) if tenures else (1, None))


def mean_ratio(seen: Sequence[Valued], tenure: int) -> Fraction:
    """The mean of price over comparator at a tenure, every customer counted."""
    own = [one for one in seen if one.member.row.tenure_months == tenure]
    weight = sum(one.member.row.count for one in own)
    total = sum(((one.mine or 0) / (one.theirs or Fraction(1)) * one.member.row.count for one in own), Fraction(0))
    return total / weight


def concentrations(desk: Desk, members: Sequence[Member]) -> Iterator[Comparison]:
    """One comparison a product, place and cost term: vulnerable customers' part of the gap, and of the customers."""
    groups = valued(desk, members, with_like=False, terms=1)
    if all(member.row.vulnerable is None for member in members):
        return
    for number, ((product, place, term), own) in enumerate(sorted(groups.items(), key=str)):
        yield concentration(desk, Subject(number, product, None, place), term, own)


def concentration(desk: Desk, subject: Subject, term: str, own: Sequence[Valued]) -> Comparison:
    compared = [one for one in own if one.mine is not None and one.theirs is not None]
    counted = replace(subject, count=people([one.member for one in own]))
    asked = of_several(counted, term, 1, "share")
    asked.notes = frozenset().union(*(one.notes for one in own))
    if len(compared) < len(own):
        asked.notes |= {"share-of-those-compared"}
    if any(one.member.row.vulnerable is None for one in compared):
        asked.reason = "missing-value"
    elif compared:
        asked.options.append(share_option(bearing(one) for one in compared))
    else:
        asked.reason = gravest(one.reason for one in own)
    return decided(desk, asked, "scope-unknown" if any(one.reason == "scope-unknown" for one in own) else None)


def bearing(one: Valued) -> tuple[Fraction, int, Fraction]:
    """The row's gap, its customers, and the share of them who are vulnerable."""
    row = one.member.row
    return ((one.mine or 0) - (one.theirs or Fraction(0))) * one.sign, row.count, Fraction(row.vulnerable is True)


JUDGES: dict[str, Callable[[Desk, Sequence[Member]], Iterator[Comparison]]] = {
    "uniform-rate": uniform_rates,
    "price-walk": walks,
    "concentration": concentrations,
}
