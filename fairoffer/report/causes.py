"""Findings as rows of strings, grouped into causes: what one edit would mend.

Order is part of the meaning. Causes come by money, open before waived; findings by severity, the same way round.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from fairoffer.model.result import LEVELS, Finding, Offer, Result, Side, Waiver
from fairoffer.report import book, states, subjects, words
from fairoffer.report.book import Numbers
from fairoffer.report.sums import Sums, a_year, amount_of, balances, has_people, worst_money

PLAIN = 500  # findings up to which everything is shown plainly; beyond, what follows is cut to keep the page small
ROWS = (10, 3)  # findings shown inside a cause, of few and of many; the others are in the table of all findings
FULL = (100, 40, 10)  # causes shown with terms and arithmetic, up to FEW findings, PLAIN, and beyond; others in brief
FEW = 200
SHOWN = 300  # causes shown at all; the findings of later ones are in the table


class Group(NamedTuple):
    """The findings of a cause, worst first, and what they come to."""

    id: str
    findings: list[Finding]
    sums: Sums


class Row(NamedTuple):
    """One finding, every number already a string; there may be very many."""

    id: str
    anchor: str
    policy: str
    rule: str
    level: str
    state: str
    product: str
    segment: str
    place: str
    tenure: str
    cells: str
    term: str
    existing: str
    comparator: str
    existing_name: str
    comparator_name: str
    gap: str
    gap_notes: tuple[str, ...]
    customers: str
    coming: str
    money: str
    at: str
    waiver: str
    cause: int
    book: Numbers | None = None


@dataclass(frozen=True)
class Term:
    """One line of the two offers side by side."""

    name: str
    existing: str
    comparator: str
    note: str
    differs: bool


@dataclass(frozen=True)
class Cause:
    """What one edit would mend: its money and customers, its worst finding explained, and its findings."""

    id: str
    anchor: str
    rank: int
    title: str
    level: str
    state: str
    fails: bool
    findings: str
    customers: str
    coming: str
    money: str
    money_if: str
    says: str
    customer_view: str
    remedy: str
    why: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]
    rule: str
    rule_words: str
    source: str
    url: str | None
    read: str
    worst: Row
    existing_name: str
    comparator_name: str
    existing_at: str
    comparator_at: str
    terms: tuple[Term, ...]
    rows: tuple[Row, ...]
    more: int
    same_offer: bool
    sides: bool
    full: bool


def severity(finding: Finding) -> tuple[Any, ...]:
    """Sort key, worst first: open, then what fails a gate, level, money, customers, share; ties keep their order."""
    money = finding.gap_per_year
    return (
        states.waived(finding),
        not finding.fails,
        LEVELS.index(finding.level),
        -amount_of(money),
        -(book.affected(finding) or 0),
        -a_year(finding) if money is None else 0,
        -amount_of(finding.gap_percent),
    )


def by_severity(result: Result) -> list[Finding]:
    """The findings worst first; of two alike, the one whose rule the policy names first."""
    order = {(rule.policy, rule.id): index for index, rule in enumerate(result.rules)}
    last = len(order)
    return sorted(result.findings, key=lambda one: (*severity(one), order.get((one.policy, one.rule), last), one.id))


def side_name(side: Side | None, offers: Mapping[str, Offer]) -> str:
    """What a side is called: the offer's name, or its id, or what the segment pays."""
    if side is None:
        return "–"
    if side.offer is None or side.taken_over_by is not None:
        return side.label or "–"
    offer = offers.get(side.offer)
    return (offer.name if offer and offer.name else None) or side.offer


def row(
    finding: Finding,
    offers: Mapping[str, Offer],
    waivers: Mapping[str, Waiver],
    currency: str,
    diff: bool = False,
    cause: int = 0,
) -> Row:
    """The finding as strings; in a diff with what became of it. `cause` is the rank of its cause."""
    existing, comparator = finding.existing, finding.comparator
    waiver = waivers.get(finding.waiver or "")
    marks = [finding.at, *(side.at for side in (existing, comparator) if side is not None)]
    return Row(
        id=finding.id,
        anchor=f"f-{finding.id}",
        policy=finding.policy,
        rule=finding.rule,
        level=finding.level,
        state=states.shown(finding, diff),
        product=finding.product or "–",
        segment=subjects.name(finding),
        place=words.place(finding.place),
        tenure=words.tenure(finding.tenure_months),
        cells=finding.cells,
        term=_term(finding, currency),
        existing=words.amount(existing.value if existing else None, finding.unit, currency),
        comparator=words.amount(comparator.value if comparator else None, finding.unit, currency),
        existing_name=side_name(existing, offers),
        comparator_name=side_name(comparator, offers),
        gap=words.gap(book.each(finding), finding.unit, currency),
        gap_notes=_gap_notes(finding),
        customers=words.customers(book.affected(finding)) if has_people(finding) else "–",
        coming=f"{finding.customers_coming:,}" if finding.customers_coming else "",
        money=words.money(finding.gap_per_year, currency) if finding.gap_per_year is not None else "",
        at=" · ".join(dict.fromkeys(mark for mark in marks if mark)),
        waiver=f"until {waiver.expires}: {waiver.reason}" if waiver else "",
        cause=cause,
        book=book.numbers(finding, currency),
    )


def _term(finding: Finding, currency: str) -> str:
    """The term in words; the money of a group of a book is a year's."""
    term = words.term(finding.term)
    return f"{term}, a year" if term and finding.unit == currency and book.yearly(finding) else term


def _gap_notes(finding: Finding) -> tuple[str, ...]:
    """The gap as a share, and its range where customers or what is unknown make it one."""
    notes = []
    if finding.gap_before is not None and finding.gap_before != finding.gap:
        largest = "largest " if finding.book is not None else ""
        notes.append(f"{largest}was {words.bare(finding.gap_before, finding.unit)}")
    if finding.book is not None:
        return (*notes, *_of_group(finding))
    if finding.gap_percent is not None and finding.unit not in words.PERCENTAGES:
        notes.append(f"{words.grouped(finding.gap_percent)}%")
    if finding.gap_least is not None and finding.gap_least != finding.gap:
        notes.append(f"least {words.bare(finding.gap_least, finding.unit)}")
    if finding.gap_max is not None and finding.gap_max != finding.gap:
        notes.append(f"at most {words.bare(finding.gap_max, finding.unit)}")
    return tuple(notes)


def _of_group(finding: Finding) -> Iterable[str]:
    """How the gaps of a group of a book lie about the mean, which stands as the gap."""
    if finding.book is None:
        return
    if finding.book.mean is not None:
        share = f", {words.grouped(finding.gap_percent)}%" if finding.gap_percent is not None else ""
        yield f"on average{share}"
    for name, value in (("P50", finding.book.p50), ("P90", finding.book.p90)):
        if value is not None:
            yield f"{name} {words.bare(value, finding.unit)} {book.error(finding.book)}".rstrip()
    if finding.book.max is not None:
        yield f"largest {words.bare(finding.book.max, finding.unit)}"


def terms_of(finding: Finding, offers: Mapping[str, Offer]) -> tuple[Term, ...]:
    """The terms of both offers line by line, as they are when it is judged, in the order the catalog gives them."""
    named = [side.taken_over_by or side.offer if side else None for side in (finding.existing, finding.comparator)]
    sides = [offers.get(name) if name else None for name in named]
    left, right = (side.terms if side else {} for side in sides)
    known = all(sides)  # a price point says nothing of its other terms
    lines = []
    for name in dict.fromkeys([*left, *right]):
        differs = known and left.get(name) != right.get(name)
        note = "differs" if differs else "same" if known else "not known"
        lines.append(Term(name, left.get(name, "–"), right.get(name, "–"), note, differs))
    return tuple(lines)


def build(result: Result) -> tuple[Cause, ...]:
    """All causes of the result, those with most money first, open ones before waived ones."""
    return described(result, ranked(by_severity(result)))


def ranked(ordered: Iterable[Finding]) -> list[Group]:
    """Findings that come by severity, grouped by cause, in the order of causes."""
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in ordered:
        groups[finding.cause or finding.id].append(finding)
    summed = [Group(name, group, worst_money(blamed(group))) for name, group in groups.items()]
    return sorted(summed, key=_rank)


def described(result: Result, groups: Iterable[Group]) -> tuple[Cause, ...]:
    """The first groups of `ranked`, or all of them, in words."""
    look = _Lookup(result)
    return tuple(_cause(rank, *group, look) for rank, group in enumerate(groups, 1))


def _rank(item: Group) -> tuple[Any, ...]:
    identifier, group, (money, people, _) = item
    fails = any(one.fails for one in group)
    gap = max(map(a_year, blamed(group))) if money is None else 0
    level = LEVELS.index(group[0].level)
    return (states.waived(group[0]), not fails, -(money or 0), level, -(people or 0), -gap, identifier)


def blamed(group: list[Finding]) -> list[Finding]:
    """Of a cause what a change is blamed for; the whole of it where that is nothing, or where there is no change."""
    return [one for one in group if one.fails] or group


def to_mend(causes: Iterable[Cause], diff: bool) -> list[Cause]:
    """The causes to mend first: those not waived, and of a change only those that fail the gate."""
    return [one for one in causes if one.state == "open" and (one.fails or not diff)]


class _Lookup:
    """What a cause needs to know of the rest of the result, by id."""

    def __init__(self, result: Result) -> None:
        self.currency = result.totals.currency
        self.diff = result.base is not None
        number = len(result.findings)
        self.many = number > FEW
        self.full = FULL[0 if not self.many else 1 + (number > PLAIN)]
        self.offers = {offer.id: offer for offer in result.offers}
        self.waivers = {waiver.id: waiver for waiver in result.waivers}
        self.rules = {(rule.policy, rule.id): rule for rule in result.rules}
        self.rules |= {("", rule.id): rule for rule in result.rules}


def _worst(group: list[Finding]) -> Finding:
    """Of findings by severity the one that explains a cause best: the one with most money, else the most severe."""
    return min(group, key=lambda one: (states.waived(one), not one.fails, -amount_of(one.gap_per_year)))


def _cause(rank: int, identifier: str, group: list[Finding], sums: Sums, look: _Lookup) -> Cause:
    worst = _worst(group)
    counted = blamed(group)
    money, people, coming = sums
    rows = tuple(
        row(one, look.offers, look.waivers, look.currency, look.diff)
        for one in group[: ROWS[look.many]]
        if rank <= SHOWN
    )
    best = row(worst, look.offers, look.waivers, look.currency, look.diff)
    rule = look.rules.get((worst.policy, worst.rule)) or look.rules.get(("", worst.rule))
    return Cause(
        id=identifier,
        anchor=f"c-{rank}",
        rank=rank,
        title=_title(worst, best),
        level=worst.level,
        state="waived" if all(map(states.waived, group)) else "open",
        fails=worst.fails,
        findings=words.count(len(group), "finding")
        + (f", of which {len(counted):,} fail{'s' * (len(counted) == 1)} the gate" if worst.fails else ""),
        customers=words.customers(people) if any(map(has_people, counted)) else "–",
        coming=f"{coming:,}" if coming else "",
        money=words.money(f"{money:f}", look.currency) if money is not None else "",
        money_if=words.if_every(balances(counted)),
        says=worst.says,
        customer_view=worst.customer_view,
        remedy=worst.remedy,
        why=tuple(worst.why),
        steps=tuple(worst.steps),
        rule=worst.rule,
        rule_words=(rule.title or rule.words).rstrip(".") if rule else "",
        source=words.source(worst.source),
        url=words.link(worst.source.url),
        read=words.READ[worst.source.read],
        worst=best,
        existing_name=best.existing_name,
        comparator_name=best.comparator_name,
        existing_at=(worst.existing.at if worst.existing else None) or "",
        comparator_at=(worst.comparator.at if worst.comparator else None) or "",
        terms=terms_of(worst, look.offers),
        rows=rows,
        more=len(group) - len(rows),
        same_offer=_same_offer(worst),
        sides=worst.existing is not None or worst.comparator is not None,
        full=rank <= look.full,
    )


def _title(worst: Finding, best: Row) -> str:
    """Product, and the two sides where they are not the same offer; where there are none, who and which rule."""
    on_row = any((worst.customer, worst.notice, worst.record, worst.offer)) or worst.product is None
    product = words.short(subjects.title(worst) if on_row else best.product, 50)
    left, right = words.short(best.existing_name, 60), words.short(best.comparator_name, 60)
    if worst.existing is None or worst.comparator is None or {left, right} == {"–"}:
        return f"{product}: {worst.rule}"
    if _same_offer(worst):
        return f"{product}: {left}, its later months against its first"
    return f"{product}: {left} against {right}"


def _same_offer(one: Finding) -> bool:
    """Whether both sides are one offer: its later phases against its first."""
    left, right = one.existing, one.comparator
    if left is None or right is None or left.offer is None or left.taken_over_by is not None:
        return False
    return left.offer == right.offer
