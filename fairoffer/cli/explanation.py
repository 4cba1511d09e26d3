"""A finding in lines of text: all of its arithmetic, why the two sides may be compared, and the rule behind it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from fairoffer.cli.rules import NOT_ADVICE

if TYPE_CHECKING:
    from fairoffer.model.result import Finding, Result, Rule, Side, Source

WIDTH = 100
BOOK = "book.yaml"
"""Where findings on a book say that they are written."""


def finding_lines(result: Result, finding: Finding) -> Iterator[str]:
    """Everything that a saved result knows about a finding."""
    yield f"{finding.id}  {finding.policy}/{finding.rule}  {finding.level}  {finding.state}"
    yield from _wrapped(finding.says)
    yield from _wrapped(finding.customer_view)
    yield ""
    yield from _who(finding, result.totals.customers_basis)
    if finding.existing is not None or finding.comparator is not None:
        yield from _compared(result, finding)
    if finding.why:
        yield "what keeps the customer out"
        yield from _wrapped_each(finding.why)
    yield from _section("what would mend it", finding.remedy)
    yield from _rule_of(result, finding)
    yield from _waiver_of(result, finding)


def _compared(result: Result, finding: Finding) -> Iterator[str]:
    """Both sides, the arithmetic, and why one may be held against the other."""
    yield ""
    yield from _sides(result, finding)
    yield from _numbers(result, finding)
    if finding.steps or finding.gap is not None:
        yield ""
        yield "the arithmetic"
    yield from (f"  {sum_} = {comes_to}" for sum_, comes_to in finding.steps)
    if finding.gap is not None:
        yield from _gap(finding, result.totals.currency)
    yield ""
    yield "why the two sides may be compared"
    rule = _rule(result, finding)
    quoted = result.book is None or result.book.comparator == "quoted"
    yield from _wrapped_each(_like_for_like(finding, rule.comparator if rule else "", quoted))


def _numbers(result: Result, finding: Finding) -> Iterator[str]:
    """A group of a book in numbers, as reports have them."""
    from fairoffer.report.book import numbers

    found = numbers(finding, result.totals.currency)
    if found is not None:
        yield ""
        yield "in numbers"
        yield from _wrapped(f"{found.sentence}.", "  ")
        if finding.gap is not None:
            yield "  the two sides above are the means of those who are worse off"


def _who(finding: Finding, basis: str) -> Iterator[str]:
    yield from _field("product", finding.product)
    for name in ("segment", "customer", "notice", "record", "offer"):
        yield from _field(name, getattr(finding, name))
    yield from _field("written at", finding.at)
    yield from _field("place", ", ".join(f"{name} {value}" for name, value in finding.place.items()))
    if finding.at is None:  # a row is one cell, and so is each of a book
        yield from _field("cells", {"all": "every one", "some": "some, the worst is shown"}[finding.cells])
    months = finding.tenure_months
    if months is not None:
        last = "" if months.from_ == months.to else _to(months.to)
        yield from _field("tenure", f"{months.from_ or 0} months{last}")
    days = finding.days
    if days is not None and days.from_ is not None:
        yield from _field("days", days.from_ + (f" to {days.to}" if days.to not in (None, days.from_) else ""))
    if finding.customers is not None:
        bound = " at most" if basis == "upper-bound" else ""
        yield from _field("customers", f"{finding.customers:,}{bound}")
    if finding.customers_coming:
        yield from _field("coming", f"{finding.customers_coming:,} when their deal ends (in no sum)")


def _to(end: int | None) -> str:
    return " or more" if end is None else f" to {end}"


def _sides(result: Result, finding: Finding) -> Iterator[str]:
    terms = {offer.id: (offer.name, offer.terms) for offer in result.offers}
    for heading, side in (("existing", finding.existing), ("comparator", finding.comparator)):
        if side is None:
            continue
        yield from _side(heading, side, finding.unit)
        name, known = terms.get(side.taken_over_by or side.offer or "", (None, {}))
        if side.taken_over_by or (name and name != side.offer):
            yield f"  {side.label if side.taken_over_by else name}"
        yield from (f"  {term}: {value}" for term, value in known.items())


def _side(heading: str, side: Side, unit: str | None) -> Iterator[str]:
    what = side.offer or side.label or "no offer"
    value = f"  {side.value} {unit or ''}".rstrip() if side.value is not None else ""
    at = f"  ({side.at})" if side.at else ""
    yield f"{heading:<12}{what}{value}{at}"


def _gap(finding: Finding, currency: str) -> Iterator[str]:
    if finding.check == "concentration" and finding.at == BOOK and finding.gap_max is not None:
        yield f"  gap {finding.gap}, 95% interval {finding.gap_least} to {finding.gap_max}"
        return
    if finding.unit == "percent" and finding.check == "price-walk":
        yield f"  rise {finding.gap}%, 95% interval {finding.gap_least}% to {finding.gap_max}%"
        return
    if finding.book is not None:
        yield from _gap_of_group(finding, currency)
        return
    relative = finding.gap_percent is not None and finding.unit not in ("percent", "share", "ratio")
    percent = f", {finding.gap_percent}% of the comparator" if relative else ""
    on = f" on {finding.term}" if finding.term else ""
    yield f"  gap {finding.gap} {finding.unit or ''}".rstrip() + percent + on
    if finding.gap_least not in (None, finding.gap):
        yield f"  least gap among its cells {finding.gap_least}"
    if finding.gap_max is not None:
        yield f"  at most {finding.gap_max}, counting what is uncertain against the firm"
    if finding.gap_per_year is not None:
        yield f"  for all its customers {Decimal(finding.gap_per_year):,} {currency} a year"


def _gap_of_group(finding: Finding, currency: str) -> Iterator[str]:
    """The largest and the least that a customer of a group loses, and all of them together."""
    on = f" on {finding.term}" if finding.term else ""
    a_year = " a year" if finding.gap_per_year is not None else ""
    yield f"  largest gap {finding.gap} {finding.unit or ''}".rstrip() + f"{a_year}{on}"
    if finding.gap_least not in (None, finding.gap):
        yield f"  least gap of those who are worse off {finding.gap_least} {finding.unit or ''}".rstrip()
    if finding.gap_per_year is not None:
        yield f"  for all of them {Decimal(finding.gap_per_year):,} {currency} a year"


def _like_for_like(finding: Finding, comparator: str, quoted: bool = True) -> Iterator[str]:
    if finding.customer is not None:
        yield from _of_rows(finding, comparator)
        return
    if finding.at == BOOK:
        yield from _of_book(finding, comparator, quoted)
        return
    yield "product: both sides may take it for the same need, the same product or its close match"
    if finding.place:
        yield "place: " + ", ".join(f"{name} is {value}" for name, value in finding.place.items()) + " on both sides"
    else:
        yield "place: the policy names no choice; each side takes the best it may choose"
    yield "traits: what a customer is (where they live, age, …) is equal on both sides"
    day = finding.days.from_ if finding.days else None
    yield f"moment: the same day{f', {day},' if day else ''} and both free to choose on it"


def _of_rows(finding: Finding, comparator: str) -> Iterator[str]:
    """The comparator of a row is a quote for the same thing, made for whom the policy says."""
    yield f"comparator: a quote of the kind that the policy names{f', {comparator}' if comparator else ''}"
    yield "product: the same, or the close match of a closed one; the same risk where both sides state it"
    if finding.place:
        yield "place: " + ", ".join(f"{name} is {value}" for name, value in finding.place.items()) + " on both sides"
    yield "what a quote does not say is as on the row; the report lists that as an assumption"


def _of_book(finding: Finding, comparator: str, quoted: bool) -> Iterator[str]:
    """Every row of a group is compared alone; only then are they counted together."""
    if finding.check == "price-walk":
        yield "within like-for-like cells product, place, risk and all that book.yaml calls like are equal"
        yield "of the rises along a line and from band to band the surest is shown; for its interval cells are left out"
        return
    if finding.check in ("uniform-rate", "concentration"):
        yield "all customers of one product and place are looked at together"
        return
    who = f", {comparator}" if comparator else ""
    if quoted:
        yield f"comparator: a quote on the customer's own row, of the kind that the policy names{who}"
        yield "what a quote does not say is as on the row; the report lists that as an assumption"
    else:
        yield f"comparator: the best offer of the catalog for the same customer as a stranger{who}"
    yield "each customer is compared alone; those of one product, place and band of tenure are then counted together"
    if finding.place:
        yield "place: " + ", ".join(f"{name} is {value}" for name, value in finding.place.items()) + " on both sides"


def _rule(result: Result, finding: Finding) -> Rule | None:
    own = (rule for rule in result.rules if rule.id == finding.rule and rule.policy in ("", finding.policy))
    return next(own, None)


def _rule_of(result: Result, finding: Finding) -> Iterator[str]:
    """The rule as the policy says it, then its source; the word on advice where it is not the firm's own."""
    from fairoffer.report.policies import details

    rule = _rule(result, finding)
    if rule is not None:
        yield from _section("the rule", rule.title or rule.words)
        for heading, lines in details(rule):
            if heading in ("To the customer", "What mends it"):  # the finding's own stand above
                continue
            yield f"  {heading[0].lower()}{heading[1:]}"
            for line in lines:
                yield from _wrapped(line, "    ")
    yield from _section("where the rule comes from", _source(finding.source))
    if rule is not None and rule.legal:
        yield ""
        yield NOT_ADVICE


def _source(source: Source) -> str:
    read = {"primary": "read in the original", "secondary": "read at second hand", "unverified": "not verified"}
    parts = (source.name, source.clause, source.url, read.get(source.read or ""))
    return ", ".join(part for part in parts if part)


def _waiver_of(result: Result, finding: Finding) -> Iterator[str]:
    for waiver in result.waivers:
        if waiver.id == finding.waiver:
            yield from _section(
                "waived", f"{waiver.reason} (until {waiver.expires}, approved by {waiver.approved_by}; {waiver.state})"
            )


def _section(heading: str, text: str) -> Iterator[str]:
    if text:
        yield ""
        yield heading
        yield from _wrapped(text, "  ")


def _field(name: str, value: str | None) -> Iterator[str]:
    if value:
        yield f"{name:<12}{value}"


def _wrapped_each(texts: Iterator[str] | list[str]) -> Iterator[str]:
    for text in texts:
        yield from _wrapped(text, "  ")


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)
