"""What findings come to together: money and customers, nobody counted twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from fairoffer.model.result import Finding
from fairoffer.report import book, subjects, words

Sums = tuple[Decimal | None, int | None, int | None]
"""Money a year, customers, and customers coming."""


def amount_of(number: str | None) -> Decimal:
    """A decimal text as a number that sorts; unknown counts as nothing."""
    return Decimal(number) if number is not None else Decimal(0)


def a_year(finding: Finding) -> Decimal:
    """What a gap in money is for one customer in a year; nothing of a gap in anything else."""
    if finding.gap is None or finding.unit is None or not words.is_currency(finding.unit):
        return Decimal(0)
    if finding.book is not None and finding.book.mean is not None:
        return Decimal(finding.book.mean)
    months = (finding.term or "").partition("@")[2].partition("/")[0]
    return Decimal(finding.gap) * 12 / int(months) if months.isdigit() and int(months) else Decimal(finding.gap)


def worst_money(findings: Iterable[Finding]) -> Sums:
    """Money a year, customers and customers coming of some findings: each subject once, at its largest gap.

    A segment that is part of another counts only where the other is not among them.
    """
    findings, groups = _apart(findings)
    named = {one.segment for one in findings}
    findings = [one for one in findings if one.within is None or one.within not in named]
    gaps: dict[subjects.Key, Decimal] = {}
    people: dict[subjects.Key, int] = {}
    coming: dict[subjects.Key, int] = {}
    for one in findings:
        key = subjects.key(one)
        if one.gap_per_year is not None:
            gaps[key] = max(gaps.get(key, Decimal(0)), Decimal(one.gap_per_year))
        if has_people(one) and one.customers is not None:
            people[key] = max(people.get(key, 0), one.customers)
        if has_people(one) and one.customers_coming is not None:
            coming[key] = max(coming.get(key, 0), one.customers_coming)
    for key, asked in _tenures(groups).items():
        sums = [_added(own) for own in asked.values()]
        if any(money is not None for money, _ in sums):
            gaps[key] = max(money or Decimal(0) for money, _ in sums)
        people[key] = max(number for _, number in sums)
    return (
        sum(gaps.values(), Decimal(0)) if gaps else None,
        sum(people.values()) if people else None,
        sum(coming.values()) if coming else None,
    )


def _apart(findings: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Findings on segments, rows and the like, and those on groups of a book."""
    apart: tuple[list[Finding], list[Finding]] = ([], [])
    for one in findings:
        apart[one.book is not None].append(one)
    return apart


def _tenures(groups: Iterable[Finding]) -> dict[subjects.Key, dict[tuple[str | None, ...], list[Finding]]]:
    """Groups of a book by what they may have customers in common: the product, and tenures that meet; then by what was
    asked of them. Groups of which the same was asked have nobody in common."""
    found: dict[subjects.Key, dict[tuple[str | None, ...], list[Finding]]] = {}
    key: subjects.Key = ()
    end = -1
    for one in sorted(groups, key=lambda one: (one.product or "", one.tenure_months is None, _months(one))):
        start, last = _months(one)
        kind = (one.product, None if one.tenure_months is None else "tenure")
        if key[:2] != kind or start > end:
            key, end = (*kind, str(start)), last
        end = max(end, last)
        found.setdefault(key, {}).setdefault((one.policy, one.rule, one.term), []).append(one)
    return found


def _months(one: Finding) -> tuple[int, int]:
    """First and last month; what is open ends late."""
    months = one.tenure_months
    return (months.from_ or 0 if months else 0, months.to if months and months.to is not None else 1_000_000)


def _added(own: Sequence[Finding]) -> tuple[Decimal | None, int]:
    """Money and customers of groups that have nobody in common."""
    money = [Decimal(one.gap_per_year) for one in own if one.gap_per_year is not None]
    return sum(money, Decimal(0)) if money else None, sum(book.affected(one) or 0 for one in own)


def has_people(one: Finding) -> bool:
    """Whether a finding is about customers that can be counted, and not about a product or the firm."""
    return one.segment is not None or one.customer is not None or one.book is not None


def balances(findings: Iterable[Finding]) -> list[str]:
    """The balances that the money of some findings is for, each segment's at its largest gap."""
    findings = list(findings)
    if not any("/" in (one.term or "") for one in findings):
        return []
    largest: dict[subjects.Key, Finding] = {}
    for one in findings:
        key = subjects.key(one)
        if one.gap_per_year is not None and (
            key not in largest or amount_of(one.gap_per_year) > amount_of(largest[key].gap_per_year)
        ):
            largest[key] = one
    return [words.balance(one.term) for one in largest.values()]
