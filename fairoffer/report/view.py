"""Result to view: everything that a report says, complete before a template or a terminal sees it.

The renderers only lay out and escape. A number that is still a number after this module is a fault.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from fairoffer.model.result import Comparisons, Counts, Finding, InputFile, Result, RuleLedger, Waiver
from fairoffer.report import (
    block,
    book,
    causes,
    changes,
    glance,
    policies,
    screen,
    states,
    statistics,
    subjects,
    walks,
    where,
    words,
)
from fairoffer.report.book import BookView
from fairoffer.report.causes import Cause, Row
from fairoffer.report.changes import Change
from fairoffer.report.glance import Number
from fairoffer.report.policies import PolicyView, RuleView
from fairoffer.report.statistics import Statistics
from fairoffer.report.walks import Walks
from fairoffer.report.where import Chart, Matrix

BLIND = 100  # groups of comparisons that could not be assessed; the rest is in the table of comparisons


@dataclass(frozen=True)
class Coverage:
    """One rule's line of the ledger."""

    policy: str
    rule: str
    level: str
    counts: tuple[str, ...]
    comparisons: str
    customers: str
    met: str


@dataclass(frozen=True)
class Ledger:
    """A ledger as a sum that a reader can check."""

    parts: tuple[tuple[str, str], ...]
    all: str
    adds_up: bool
    sentence: str


@dataclass(frozen=True)
class Blind:
    """Comparisons of one rule and product that share a reason for not being assessed, or for being out of scope."""

    rule: str
    product: str
    reason: str
    says: str
    number: str
    customers: str
    subjects: str


@dataclass(frozen=True)
class WaiverLine:
    """An entry of the waiver file."""

    id: str
    state: str
    about: str
    reason: str
    people: str
    days: str
    cap: str


@dataclass(frozen=True)
class View:
    """One report."""

    verdict: str
    word: str
    headline: str
    reasons: tuple[str, ...]
    catalog: str
    days: str
    version: str
    currency: str
    glance: tuple[tuple[str, tuple[str, ...]], ...]
    screen: screen.Answers
    numbers: tuple[Number, ...]
    book: BookView | None
    statistics: Statistics | None
    change: Change | None
    to_mend: tuple[Cause, ...]
    policies: tuple[PolicyView, ...]
    not_run: tuple[str, ...]
    ledger: Ledger
    coverage: tuple[Coverage, ...]
    not_assessable: tuple[tuple[str, str, str], ...]
    blind: tuple[Blind, ...]
    blind_left_out: int
    out_of_scope: tuple[tuple[str, str, str], ...]
    assumptions: tuple[tuple[str, str, str, str], ...]
    matrix: Matrix | None
    chart: Chart | None
    walks: Walks | None
    causes: tuple[Cause, ...]
    causes_all: int
    causes_waived: int
    findings: tuple[Row, ...]
    block: str
    findings_all: int
    findings_words: str
    waivers: tuple[WaiverLine, ...]
    proposed: tuple[WaiverLine, ...]
    offers: tuple[tuple[str, str, str], ...]
    offers_sentence: str
    rules: tuple[RuleView, ...]
    inputs: tuple[InputFile, ...]
    problems: tuple[str, ...]
    long_names: tuple[tuple[str, str], ...]
    legal: bool
    next_step: str


def build(result: Result, plain: int | None = None) -> View:
    """The view of a result. Findings come by severity, causes by money; beyond `plain` findings come as a block."""
    diff = result.base is not None
    findings = causes.by_severity(result)
    packed = plain is not None and len(findings) > plain
    groups = causes.ranked(findings)
    ranked = causes.described(result, groups[: causes.SHOWN] if packed else groups)
    look_offers = {offer.id: offer for offer in result.offers}
    look_waivers = {waiver.id: waiver for waiver in result.waivers}
    currency = result.totals.currency
    ranks = {group.id: rank for rank, group in enumerate(groups, 1)}
    blind = _blind(result)
    # The ledger counts comparisons, of which a finding on a book has many.
    found_under = Counter(finding.policy for finding in result.findings)
    return View(
        verdict=result.verdict,
        word=words.VERDICTS[result.verdict],
        headline=glance.headline(result),
        reasons=tuple(result.reasons[1:] if result.reasons else ()),
        catalog=glance.catalog(result),
        days=glance.days(result),
        version=result.version,
        currency=currency,
        glance=glance.answers(result, ranked),
        screen=screen.answers(result, ranked),
        numbers=glance.numbers(result, ranked),
        book=book.build(result),
        statistics=statistics.build(result),
        change=changes.build(result),
        to_mend=tuple(causes.to_mend(ranked, result.base is not None)),
        policies=tuple(
            policies.policy(one, sum_of(one.ledger).sentence, found_under[one.id]) for one in result.policies
        ),
        not_run=tuple(result.policies_not_run),
        ledger=sum_of(result.ledger),
        coverage=tuple(_coverage(rule) for rule in result.ledger.rules),
        not_assessable=glance.not_assessable(result),
        blind=blind[:BLIND],
        blind_left_out=max(0, len(blind) - BLIND),
        out_of_scope=glance.reasons(glance.out_of_scope(result)),
        assumptions=tuple(
            (one.id, one.says, f"{one.comparisons:,}", words.customers(one.customers)) for one in result.assumptions
        ),
        matrix=where.matrix(result),
        chart=where.chart(result, _groups(findings, ranked, result.base is not None)),
        walks=walks.build(result),
        causes=ranked[: causes.SHOWN],
        causes_all=len(groups),
        causes_waived=sum(all(map(states.waived, group.findings)) for group in groups),
        findings=()
        if packed
        else tuple(
            causes.row(one, look_offers, look_waivers, currency, diff, ranks[one.cause or one.id]) for one in findings
        ),
        block=block.pack(findings[: block.PACKED], ranks, currency, diff) if packed else "",
        findings_all=len(findings),
        findings_words=words.count(len(findings), "finding"),
        waivers=_waivers(result.waivers),
        proposed=_waivers(result.base.proposed if result.base else []),
        offers=tuple(
            (name, words.OFFERS.get(name, ""), f"{number:,}")
            for name, number in result.ledger.offers.items()
            if any(result.ledger.offers.values())
        ),
        offers_sentence=_offers(result),
        rules=tuple(policies.rule(one) for one in result.rules),
        inputs=tuple(result.inputs),
        problems=tuple(_problem(one.path, one.line, one.column, one.where, one.message) for one in result.problems),
        long_names=_long_names(result, ranked),
        legal=any(one.status != "house" for one in result.policies) or any(rule.legal for rule in result.rules),
        next_step=glance.next_step(result, ranked),
    )


def _long_names(result: Result, ranked: tuple[Cause, ...]) -> tuple[tuple[str, str], ...]:
    """Offer and name of those that the first causes are about and whose names are shortened on screen."""
    shown = {name for one in ranked[: causes.FULL[0]] for name in (one.existing_name, one.comparator_name)}
    return tuple(
        (one.id, one.name)
        for one in result.offers
        if one.name is not None and len(one.name) > words.NAME and one.name in shown
    )


def sum_of(counts: Counts) -> Ledger:
    """The ledger's parts, and whether they add up to all."""
    blind = sum(counts.not_assessable.values())
    numbers = [
        ("pass", counts.pass_),
        (f"failed ({counts.of_which_waived:,} of them waived)" if counts.of_which_waived else "failed", counts.failed),
        ("out of scope", counts.out_of_scope),
        ("not assessable", blind),
    ]
    adds_up = sum(number for _, number in numbers) == counts.all
    sentence = " + ".join(f"{number:,} {name}" for name, number in numbers)
    sentence = f"{words.count(counts.all, 'comparison')} {'=' if adds_up else 'DO NOT ADD UP TO'} {sentence}"
    return Ledger(tuple((name, f"{number:,}") for name, number in numbers), f"{counts.all:,}", adds_up, sentence)


def _coverage(rule: RuleLedger) -> Coverage:
    def against(reached: str | None, required: str | None) -> str:
        text = words.share(reached)
        return f"{text} ({words.share(required)} required)" if required is not None and reached is not None else text

    numbers = (rule.all, rule.pass_, rule.failed, rule.out_of_scope, sum(rule.not_assessable.values()))
    people = against(rule.coverage_customers, rule.required_customers)
    return Coverage(
        policy=rule.policy,
        rule=rule.rule,
        level=rule.level,
        counts=tuple(f"{number:,}" for number in numbers),
        comparisons=against(rule.coverage_comparisons, rule.required_comparisons),
        customers="not evaluated" if rule.coverage_customers is None else people,
        met="yes" if rule.met else "no",
    )


def _groups(findings: list[Finding], ranked: tuple[Cause, ...], diff: bool) -> list[tuple[str, list[Finding]]]:
    """Findings by cause, in the order of the causes, as many as a chart could need."""
    by_cause: dict[str, list[Finding]] = defaultdict(list)
    for one in findings:
        by_cause[one.cause or one.id].append(one)
    first = causes.to_mend(ranked, diff) or list(ranked)
    return [(cause.anchor, by_cause[cause.id]) for cause in first[: where.BARS]]


def _blind(result: Result) -> tuple[Blind, ...]:
    """What could not be assessed, by rule, product and reason, most comparisons first."""
    columns = result.comparisons
    groups: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    weights = book.weights(columns)
    for index, outcome in enumerate(columns.outcome):
        if outcome == "not-assessable":
            key = (columns.rule[index], columns.product[index] or "–", columns.reason[index] or "")
            groups[key].append(index)
    names = subjects.names(columns)
    lines = []
    number_of = {key: sum(weights[row] for row in rows) for key, rows in groups.items()}
    for (rule, product, reason), rows in sorted(groups.items(), key=lambda item: (-number_of[item[0]], item[0])):
        people = {_who(columns, names, row): columns.customers[row] for row in rows}
        known = [number for number in people.values() if number is not None]
        who = list(dict.fromkeys(names[row] or "" for row in rows if names[row] is not None))
        more = f" and {len(who) - 3:,} more" if len(who) > 3 else ""
        lines.append(
            Blind(
                rule=rule,
                product=product,
                reason=reason,
                says=words.REASONS.get(reason, ""),
                number=f"{number_of[rule, product, reason]:,}",
                customers=f"{sum(known):,}" if known and len(known) == len(people) else "unknown",
                subjects=(", ".join(words.short(name, 40) for name in who[:3]) + more)
                or (subjects.WHOLE if product != "–" else "–"),
            )
        )
    return tuple(lines)


def _who(columns: Comparisons, names: Sequence[str | None], row: int) -> tuple[str | None, str]:
    """Whose customers are counted once: a segment's wherever it is, those of a book in each place."""
    return names[row], words.place(columns.place[row]) if columns.rows and columns.segment[row] is None else ""


def _waivers(entries: list[Waiver]) -> tuple[WaiverLine, ...]:
    lines = []
    for one in entries:
        target = one.finding or " ".join(filter(None, [one.rule, policies.inline(one.match)]))
        if one.not_assessable is not None:
            target = f"not assessable: {policies.inline(one.not_assessable)}"
        ids = [name for name in one.findings if name != one.finding]
        shown = ", ".join(ids[:5]) + (f" and {len(ids) - 5:,} more" if len(ids) > 5 else "")
        approved = f"{one.owner or 'nobody'}, approved by {one.approved_by or 'nobody'}"
        lines.append(
            WaiverLine(
                id=one.id,
                state=one.state,
                about=f"{target} ({shown})" if shown else target,
                reason=" · ".join(filter(None, [one.reason, one.kind, one.ticket])),
                people=approved,
                days=f"{one.created or '–'} to {one.expires or '–'}",
                cap=policies.inline(dict(one.cap)),
            )
        )
    return tuple(lines)


def _offers(result: Result) -> str:
    numbers = result.ledger.offers
    parts = " + ".join(f"{number:,} {name.replace('-', ' ')}" for name, number in numbers.items() if number)
    return f"{words.count(sum(numbers.values()), 'offer')} = {parts}" if parts else "no offers"


def _problem(path: str, line: int, column: int | str, place: str, message: str) -> str:
    mark = f"{path}:{line}:{column}" if line else path
    return ": ".join(part for part in (mark, place, message) if part)
