"""From inputs to a result: limits, waivers and coverage decide the verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Any, Literal

from fairoffer import __version__
from fairoffer.audit.amounts import money as amount
from fairoffer.audit.assumptions import assumptions
from fairoffer.audit.audited import Audited, compare_all, has_book, with_book
from fairoffer.audit.bind import bind
from fairoffer.audit.booked import affected_in, money_of, share_compared
from fairoffer.audit.comparison import Comparison
from fairoffer.audit.findings import columns, findings
from fairoffer.audit.ledger import compared_share, counts, rule_ledgers, tally
from fairoffer.audit.offers import ledger as offer_ledger
from fairoffer.audit.offers import state, words
from fairoffer.audit.people import People, money
from fairoffer.audit.relevance import not_run
from fairoffer.audit.rule_words import policy_extras, rule_in_words
from fairoffer.audit.series import series
from fairoffer.audit.waive import Accepted, accept
from fairoffer.checks import CHECKS
from fairoffer.collector import resting
from fairoffer.compare.market import Shelf
from fairoffer.model.inputs import Inputs
from fairoffer.model.policy import Policy
from fairoffer.model.result import Finding, Result, Rule, RuleLedger
from fairoffer.model.shipped import shipped_heads

if TYPE_CHECKING:
    from fairoffer.book.row_file import RowFile
    from fairoffer.book.run import Progress

Verdict = Literal["passed", "failed", "not-proven"]
EXIT: dict[str, int] = {"passed": 0, "failed": 1, "not-proven": 4}
WORST = ("failed", "not-proven", "passed")
AGAINST = {
    "breach": "against law or a licence",
    "commitment": "against a public promise",
    "house": "against our own policy",
}
MOST_OFFERS = 2_000
"""Offers whose terms are written out in a result, those of the gravest findings first."""


def judge(
    inputs: Inputs,
    as_of: date,
    through: date | None = None,
    *,
    progress: Progress | None = None,
    rows: RowFile | None = None,
) -> Result:
    """Audit the inputs on a day, and with ``through`` on every later day up to it on which something changes.

    Args:
        progress: is told of the rows of a book that are done.
        rows: takes the failing rows of a book.

    Raises:
        PolicyError: a rule asks for something that a catalog cannot answer.
        InputError: the source of a book cannot be read.
    """
    with resting():
        return judged(compared(inputs, as_of, through, progress=progress, rows=rows), as_of, through)


def compared(
    inputs: Inputs,
    as_of: date,
    through: date | None = None,
    *,
    progress: Progress | None = None,
    rows: RowFile | None = None,
) -> Audited:
    """Everything that there is to compare, a book too; what only the catalog can answer is answered there. Raises as
    ``judge`` does."""
    if inputs.mapped is None:
        return compare_all(inputs, as_of, through)
    from fairoffer.book.whole import whole_book

    shelf = Shelf(inputs.catalog, as_of, None)
    book = whole_book(inputs, shelf, bind(inputs, as_of), progress, rows)
    return with_book(compare_all(inputs, as_of, through, book.asked), book)


def judged(audited: Audited, as_of: date, through: date | None) -> Result:
    """The result of what was compared."""
    inputs, book = audited.inputs, audited.book
    people = people_of(audited)
    stand = standing(audited, people, findings(audited, people), as_of)
    shown, waived, rules, policies = stand.shown, stand.waived, stand.rules, stand.policies
    open_findings = [f for _, f in shown if f.waiver is None]
    verdict = stand.verdict
    listed = [f for _, f in shown]
    return Result.model_validate(
        {
            "verdict": verdict,
            "exit_code": EXIT[verdict],
            "reasons": reasons(policies, rules, open_findings),
            "as_of": as_of.isoformat(),
            "through": through.isoformat() if through else None,
            "version": __version__,
            "catalog": catalog_part(inputs),
            "policies": [{k: v for k, v in p.items() if k not in ("limits_over", "unpriced")} for p in policies],
            "policies_not_run": not_run(inputs, shipped_heads()),
            "inputs": [*map(vars, inputs.files), *(() if book is None else book.files)],
            "totals": totals(audited, people, shown, waived),
            "ledger": {
                **tally(audited.comparisons, waived),
                "customers_compared_share": (
                    compared_share(audited.comparisons, people) if book is None else share_compared(book.bodies)
                ),
                "rules": rules,
                "offers": offer_ledger(offer_states(audited).values()),
            },
            "assumptions": assumptions(audited, people),
            "findings": listed,
            "comparisons": columns(audited, people),
            "offers": offer_part(audited, listed),
            "rules": rule_part(audited),
            "series": series(audited, people),
            "waivers": waiver_part(inputs, stand.names, stand.accepted),
            "problems": [vars(p) for p in inputs.warnings],
            "book": None if book is None else book.facts,
            "statistics": [] if book is None else book.statistics,
        }
    )


def people_of(audited: Audited) -> People:
    """The segments of an audit by id, the first of a name."""
    return People({g.segment: g for g in reversed(audited.groups)}, has_book(audited.inputs))


@dataclass(frozen=True)
class Standing:
    """What limits, waivers and coverage make of findings."""

    shown: list[tuple[Comparison, Finding]]
    """The findings, with the entry that accepts them."""
    waived: set[int]
    """``id()`` of the comparisons whose finding is waived."""
    rules: list[RuleLedger]
    policies: list[dict[str, Any]]
    names: list[str]
    """File and line of every waiver."""
    accepted: Accepted
    verdict: Verdict


def standing(audited: Audited, people: People, made: Sequence[tuple[Comparison, Finding]], as_of: date) -> Standing:
    """The verdict over findings, of which nothing in words is read."""
    inputs = audited.inputs
    names = [inputs.at.get(("waiver", str(i)), str(i)) for i in range(len(inputs.waivers))]
    unseen = blind_customers(audited.comparisons, people)
    accepted = accept(inputs.waivers, names, [f for _, f in made], unseen, as_of)
    shown = [(c, waived_by(f, accepted)) for c, f in made]
    waived = {id(c) for c, f in shown if f.waiver is not None}
    blind = {
        (w.not_assessable.product, w.not_assessable.reason)
        for w, name in zip(inputs.waivers, names, strict=True)
        if w.not_assessable is not None and accepted.states[name] == "used"
    }
    rules = rule_ledgers(audited.rules, audited.comparisons, people, waived, blind)
    open_findings = [f for _, f in shown if f.waiver is None]
    policies = [policy_part(audited, p, rules, open_findings, waived) for p in inputs.policies]
    verdict = min((p["verdict"] for p in policies), key=WORST.index)
    return Standing(shown, waived, rules, policies, names, accepted, verdict)


def blind_customers(comparisons: Sequence[Comparison], people: People) -> dict[tuple[str, str], int | None]:
    """(product, reason) of what could not be assessed, with the customers it is about, each segment and row once."""
    segments: dict[tuple[str, str], dict[str | None, int | None]] = {}
    for found in comparisons:
        if found.outcome == "not-assessable":
            key = (found.subject.product, found.reason or "")
            segments.setdefault(key, {})[found.subject.people] = people.number(found)
    return {
        key: None if all(n is None for n in own.values()) else sum(n or 0 for n in own.values())
        for key, own in segments.items()
    }


def waived_by(finding: Finding, accepted: Accepted) -> Finding:
    name = accepted.by_finding.get(finding.id)
    return finding if name is None else finding.model_copy(update={"waiver": name, "state": "waived"})


def policy_part(
    audited: Audited, policy: Policy, rules: Sequence[RuleLedger], open_findings: Sequence[Finding], waived: set[int]
) -> dict[str, Any]:
    """One policy's verdict: findings beyond the limits, else too little compared, else passed."""
    own = [c for c in audited.comparisons if c.bound.policy.id == policy.id]
    lines = [r for r in rules if r.policy == policy.id]
    levels = Counter(f.level for f in open_findings if f.policy == policy.id)
    limits = {"breach": policy.limits.breach, "commitment": policy.limits.commitment, "house": policy.limits.house}
    over = {level: n for level, n in levels.items() if level in limits and n > limits[level]}
    compared = any(r.pass_ + r.failed for r in lines)
    proven = compared and states_price(audited) and all(r.met for r in lines)
    verdict: Verdict = "failed" if over else "passed" if proven else "not-proven"
    return {
        "id": policy.id,
        "version": policy.version,
        "sha256": audited.inputs.policy_sha256.get(policy.id, ""),
        "status": policy.status,
        "as_of": policy.as_of.isoformat() if policy.as_of else None,
        "verdict": verdict,
        "ledger": counts(own, waived),
        "title": policy.title or "",
        "limits": limits,
        "as_read": as_text(policy.model_dump(by_alias=True, exclude_unset=True)),
        **policy_extras(policy),
        "limits_over": over,
        "unpriced": not states_price(audited),
    }


def states_price(audited: Audited) -> bool:
    """Whether any offer says what it costs; without, equal sides are equal only in what nobody knows."""
    offers = audited.inputs.catalog.offers
    return not offers or any(o.rates or any(phase.amount is not None for phase in o.price) for o in offers)


def as_text(value: object) -> Any:
    """The same with dates and decimals as text: what JSON can hold without turning amounts into floats."""
    if isinstance(value, dict):
        return {str(k): as_text(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [as_text(v) for v in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def reasons(policies: Sequence[dict[str, Any]], rules: Sequence[RuleLedger], found: Sequence[Finding]) -> list[str]:
    """Why the verdict is what it is, most important first."""
    out = []
    for policy in policies:
        for level, number in sorted(policy["limits_over"].items()):
            against = f"{number} finding{'s' * (number != 1)} {AGAINST[level]} ({level})"
            limit = policy["limits"][level]
            out.append(f"{against} under {policy['id']}; that policy allows {f'up to {limit}' if limit else 'none'}.")
    for policy in policies:
        lines = [r for r in rules if r.policy == policy["id"]]
        if not any(r.pass_ + r.failed for r in lines):
            out.append(f"Nothing could be compared under {policy['id']}{blamed(lines)}.")
            continue
        if policy["unpriced"]:
            out.append("No offer states a price or a rate.")
        out += [coverage_reason(line) for line in lines if not line.met]
    return out or passed_reasons(rules, found)


def passed_reasons(rules: Sequence[RuleLedger], found: Sequence[Finding]) -> list[str]:
    """What a verdict of passed rests on: nothing found, or only what is allowed, waived or for review."""
    reviews = sum(f.level in ("review", "shadow") for f in found)
    waived = sum(r.of_which_waived for r in rules)
    allowed = len(found) - reviews
    if not (allowed or waived or reviews):
        return ["Every required comparison was made and none is worse than its rule allows."]
    out = ["Every required comparison was made."]
    if allowed:
        out.append(f"{allowed} finding{'s' * (allowed != 1)} within the limits that the policy allows.")
    if waived:
        out.append(f"{waived} finding{'s' * (waived != 1)} waived.")
    if reviews:
        out.append(f"{reviews} finding{'s' * (reviews != 1)} to review; findings of that level never fail a run.")
    return out


def blamed(lines: Sequence[RuleLedger]) -> str:
    """The reasons why nothing could be compared, the most frequent first."""
    total: Counter[str] = Counter()
    for line in lines:
        total.update(line.not_assessable)
    return f" ({', '.join(f'{name}: {n}' for name, n in total.most_common())})" if total else ""


def coverage_reason(line: RuleLedger) -> str:
    made = line.pass_ + line.failed
    asked = line.all - line.out_of_scope
    text = f"Rule {line.policy}/{line.rule} compared {made} of {asked} in scope{blamed([line])}"
    required = f"it must compare {percent(line.required_comparisons)}"
    if line.coverage_customers is not None:
        text += f", {percent(line.coverage_customers)} of the customers"
        required += f", and {percent(line.required_customers)} of the customers"
    return f"{text}; {required}."


def percent(share: str | None) -> str:
    """A share as people say it; what was not reached is not claimed: 99.996% does not read as all."""
    if share is None:
        return "all"
    text = format((Decimal(share) * 100).quantize(Decimal("0.01"), ROUND_FLOOR), "f")
    return text.rstrip("0").rstrip(".") + "%"


def catalog_part(inputs: Inputs) -> dict[str, Any]:
    catalog = inputs.catalog
    return {"id": catalog.id, "supplier": catalog.supplier, "jurisdiction": catalog.jurisdiction}


def totals(
    audited: Audited, people: People, shown: Sequence[tuple[Comparison, Finding]], waived: set[int]
) -> dict[str, Any]:
    catalog = audited.inputs.catalog
    live = [(c, f) for c, f in shown if f.waiver is None]
    customers, basis = affected(people, live)
    book = audited.book
    closed = {c.key for c, f in shown if f.waiver is not None}
    if book is not None:
        # With a book everybody is counted there; segments of the same people are judged, and not added.
        customers, basis = affected_in(book.bodies, closed), "exact"
    coming = {c.subject.people: people.coming(c) for c, _ in live if people.added(c)}

    def part(kind: str) -> dict[str, str | None]:
        checks = {c.id for c in CHECKS.values() if c.money == kind}
        if book is None:
            found = money(audited.comparisons, people, checks, waived)
        else:
            found = money_of(book.bodies, kind, closed)
        return {k: None if v is None else amount(catalog, v) for k, v in vars(found).items()}

    return {
        "findings": len(live),
        "causes": len({f.cause for _, f in live}),
        "customers": customers,
        "customers_coming": None if any(n is None for n in coming.values()) else sum(n or 0 for n in coming.values()),
        "customers_basis": basis,
        "currency": catalog.currency,
        "by_default": part("by_default"),
        "unavoidable": part("unavoidable"),
    }


def affected(people: People, live: Sequence[tuple[Comparison, Finding]]) -> tuple[int | None, str]:
    """Customers with an open finding, each segment and row once, and whether that is exact."""
    numbers: dict[str, int | None] = {}
    whole: dict[str, bool] = {}
    for found, _ in live:
        body = found.subject.people
        if body is None or not people.added(found):
            continue
        now = people.now(found)
        numbers[body] = now if now is None else max(now, numbers.get(body) or 0)
        whole[body] = whole.get(body, False) or (found.cells == "all" and not found.some_coming)
    if any(n is None for n in numbers.values()) or not (people.groups or people.has_book):
        return None, "unknown"
    if any(g.customers is None for g in people.groups.values()) and not numbers and live:
        return None, "unknown"
    return sum(n or 0 for n in numbers.values()), "exact" if all(whole.values()) else "upper-bound"


def offer_states(audited: Audited) -> dict[str, str]:
    return {o.id: state(audited.shelf, o, audited.used, audited.rules) for o in audited.inputs.catalog.offers}


def offer_part(audited: Audited, found: Sequence[Finding]) -> list[dict[str, Any]]:
    """Every offer in id order, with its terms in words where a finding names it."""
    named: dict[str, None] = {}
    for finding in found:
        for side in (finding.existing, finding.comparator):
            if side is not None and side.offer is not None and len(named) < MOST_OFFERS:
                named |= dict.fromkeys(filter(None, (side.offer, side.taken_over_by)))
    catalog, states = audited.inputs.catalog, offer_states(audited)
    return [
        {
            "id": offer.id,
            "name": offer.name,
            "product": offer.product,
            "audience": offer.audience,
            "access": offer.access,
            "at": audited.inputs.at.get(("offer", offer.id)),
            "kind": offer.kind,
            "ledger": states[offer.id],
            "terms": words(catalog, offer) if offer.id in named else {},
        }
        for offer in sorted(catalog.offers, key=lambda o: o.id)
    ]


def rule_part(audited: Audited) -> list[Rule]:
    currency = audited.inputs.catalog.currency
    return [rule_in_words(rule.policy, rule.rule, currency, rule.level) for rule in audited.rules]


def waiver_part(inputs: Inputs, names: Sequence[str], accepted: Accepted) -> list[dict[str, Any]]:
    out = []
    for waiver, name in zip(inputs.waivers, names, strict=True):
        data = as_text(waiver.model_dump(by_alias=True, exclude_none=True))
        data["cap"] = {key: str(value) for key, value in data.get("cap", {}).items()}
        out.append({**data, "id": name, "state": accepted.states[name], "findings": accepted.findings[name]})
    return out
