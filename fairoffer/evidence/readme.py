"""README.txt of a pack: in plain words, what was computed, what was not, and how to check it.

Everything in it is a count or a sentence of the result. It never says that a rule of anybody else's is kept.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from fairoffer.model.result import Book, Counts, Money, Policy, Result

WIDTH = 100
OF_BOOK = "customers"
"""The kind of an input that holds the rows of a book."""
VERDICTS = {"passed": "passed", "failed": "failed", "not-proven": "not proven"}
CUSTOMERS = {
    "exact": "",
    "upper-bound": " at most: part of a group is counted as the whole group",
    "unknown": "",
}


def readme(result: Result, held: Mapping[str, str], made_by: str) -> str:
    """The whole text; `held` says of each file in the pack what it is."""
    sections = (
        ("Evidence of one audit", _opening(result, made_by)),
        ("What was computed", _computed(result)),
        ("What was not computed", _not_computed(result)),
        ("Files that the audit read", _inputs(result)),
        ("Files in this pack", [f"- {name}: {what}." for name, what in held.items()]),
        ("How to check this pack", _checking(result, made_by)),
    )
    made = []
    for title, lines in sections:
        made += [title, "-" * len(title), *_wrapped(lines), ""]
    return "\n".join(made)


def visible(text: object) -> str:
    """Text of an input on one line, with every character that would hide or turn text written as an escape."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in str(text))


def _wrapped(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        hang = " " * (len(line) - len(line.lstrip()) + 2) if line.lstrip().startswith("- ") else ""
        wrapped = textwrap.wrap(
            visible(line), WIDTH, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False
        )
        yield from wrapped or [""]


def _opening(result: Result, made_by: str) -> Iterator[str]:
    catalog = result.catalog
    if catalog is not None:
        yield f"Catalog: {catalog.id}" + (f", {catalog.supplier}" if catalog.supplier else "")
    yield f"Judged on: {result.as_of}" + (f", and on every later day up to {result.through}" if result.through else "")
    yield f"Computed with: fairoffer {result.version}"
    if made_by != result.version:
        yield f"Packed with: fairoffer {made_by}"
    if result.base is not None:
        yield f"Compared with: {result.base.against}" + (
            f" ({result.base.revision})" if result.base.revision else f" (a {result.base.kind})"
        )
    yield f"Verdict: {VERDICTS[result.verdict]}"
    yield from (f"- {reason}" for reason in result.reasons)
    yield ""
    yield (
        "A verdict says what came out when the rules of the policies below were computed on the files below. It does"
        " not say that any law, licence or promise is kept: a policy is somebody's reading of a text on a day. This is"
        " not legal advice."
    )


def _computed(result: Result) -> Iterator[str]:
    yield (
        "Each rule of the policies was asked of everybody it is for: what customers who stayed hold or can reach was"
        " set beside what the rule's comparator gets on the same day, or what must be there was looked for."
        " Comparisons, by outcome:"
    )
    yield f"- all policies: {_counts(result.ledger)}."
    yield from (f"- {_policy(one)}: {VERDICTS[one.verdict]}; {_counts(one.ledger)}." for one in result.policies)
    totals = result.totals
    yield ""
    yield (
        f"Open findings: {totals.findings:,}, with {totals.causes:,} causes. {_customers(result)} Positive gaps"
        " are worse for those who stayed."
    )
    yield f"- By doing nothing, a year: {_money(totals.by_default, totals.currency)}."
    yield f"- Even with the best choice open to them, a year: {_money(totals.unavoidable, totals.currency)}."
    yield "The two amounts are never added."
    if result.base is not None:
        yield ""
        changed = ", ".join(f"{state}: {number:,}" for state, number in result.base.states.items() if number)
        yield f"Against the base: {changed or 'no finding, now or then'}. Of these fail: {result.base.failing:,}."
    if result.waivers:
        yield ""
        states = _tally(one.state for one in result.waivers)
        yield f"Waivers read: {len(result.waivers)} ({states}). None of them hides a finding."


def _not_computed(result: Result) -> Iterator[str]:
    ledger, unknown = result.ledger, result.ledger.not_assessable
    if unknown:
        parts = ", ".join(f"{reason}: {number:,}" for reason, number in unknown.items())
        yield f"- Could not be assessed: {sum(unknown.values()):,} of {ledger.all:,} comparisons ({parts})."
    if result.book is not None:
        yield from _of_book(result.book)
    yield f"- Out of scope of their rules: {ledger.out_of_scope:,} of {ledger.all:,} comparisons."
    if ledger.customers_compared_share is not None:
        yield f"- Share of the customers in scope that could be compared: {ledger.customers_compared_share}."
    else:
        yield "- How many customers there are is not known, so no share of them was computed."
    short = [f"{one.policy}/{one.rule}" for one in ledger.rules if not one.met]
    if short:
        yield f"- Rules that compared less than their policy requires: {', '.join(short)}."
    unused = {state: number for state, number in ledger.offers.items() if state != "used" and number}
    if unused:
        parts = ", ".join(f"{state}: {number:,}" for state, number in unused.items())
        yield f"- Offers in no comparison: {parts}."
    if result.policies_not_run:
        yield (
            "- Policies that come with fairoffer for this jurisdiction and these products, and were not run: "
            f"{', '.join(result.policies_not_run)}."
        )
    if result.assumptions:
        yield "- Taken for granted, not computed:"
        yield from (f"  - {one.says} (comparisons: {one.comparisons:,})" for one in result.assumptions)
    if result.problems:
        yield f"- Warnings about the inputs: {len(result.problems)}; result.json lists them."
    yield "- Whether the files that were read are true and whole, and anything that no rule above asks."


def _of_book(book: Book) -> Iterator[str]:
    values = sum(one.count for one in book.unread)
    yield f"- Values of the {book.rows:,} rows of the book that could not be read: {values:,}."
    if book.duplicates is not None:
        yield f"- Rows of a customer who came before: {book.duplicates:,}; they were computed like any other."
    else:
        yield "- Whether a customer comes twice was not looked at."


def _inputs(result: Result) -> Iterator[str]:
    yield "They are not in this pack. Path in the audit directory, then SHA-256:"
    for one in result.inputs:
        size = f" ({one.size:,} bytes of customers)" if one.size is not None else ""
        yield f"- {one.path} {one.sha256}{size}"
    if of_database(result):
        yield (
            "The customers were read from a database. Nothing of them is in this pack, not even a digest: whether a"
            " later query gives the same rows is not known."
        )
    elif any(one.kind == OF_BOOK for one in result.inputs):
        yield "Keep the files of customers as long as the result shall be computed again, where they may be kept."


def of_database(result: Result) -> bool:
    """Whether a book was read that is in no file."""
    return result.book is not None and not any(one.kind == OF_BOOK for one in result.inputs)


def _checking(result: Result, made_by: str) -> Iterator[str]:
    yield (
        "`fairoffer verify PACK` says whether every file is as the manifest says, and as fairoffer"
        f" {made_by} makes it of result.json. `fairoffer verify PACK DIR`, with the files that were read in DIR, runs"
        f" the audit again (fairoffer {result.version}) and says whether the result is the same, byte for byte."
    )
    yield "Without fairoffer: `sha256sum FILE` prints what MANIFEST.json says of that file."
    yield (
        "A pack is not signed. Keep its own SHA-256 where nobody who can change the pack can change it too; the same"
        " result gives the same pack, byte for byte."
    )


def _counts(counts: Counts) -> str:
    waived = f" (waived: {counts.of_which_waived})" if counts.of_which_waived else ""
    return (
        f"{counts.all:,} = {counts.pass_:,} passed + {counts.failed:,} failed{waived} + {counts.out_of_scope:,} out of"
        f" scope + {sum(counts.not_assessable.values()):,} not assessable"
    )


def _policy(policy: Policy) -> str:
    return f"policy {policy.id} {policy.version} ({policy.status})"


def _customers(result: Result) -> str:
    totals = result.totals
    if totals.customers is None:
        return "How many customers they are about is not known."
    return f"Customers they are about: {totals.customers:,}{CUSTOMERS.get(totals.customers_basis, '')}."


def _money(money: Money, currency: str) -> str:
    if money.gross is None:
        return "not known"
    parts = [f"{currency} {_grouped(money.gross)} gross"]
    if money.net is not None:
        parts.append(f"{_grouped(money.net)} net of those who do better")
    if money.gross_with_waived is not None and money.gross_with_waived != money.gross:
        parts.append(f"{_grouped(money.gross_with_waived)} gross with what is waived")
    return ", ".join(parts)


def _grouped(amount: str) -> str:
    return f"{Decimal(amount):,f}"


def _tally(states: Iterable[str]) -> str:
    counted: dict[str, int] = {}
    for state in states:
        counted[state] = counted.get(state, 0) + 1
    return ", ".join(f"{state}: {number}" for state, number in counted.items())
