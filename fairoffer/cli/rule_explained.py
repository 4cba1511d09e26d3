"""A rule in lines of text: what it asks and of whom, where it comes from, and cases that show it at work."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fairoffer.cli.on_books import on_books
from fairoffer.cli.rules import NOT_ADVICE

if TYPE_CHECKING:
    from fairoffer.cli.examples import Example
    from fairoffer.model.policy import Policy, Rule
    from fairoffer.model.result import Rule as RuleInWords

WIDTH = 100
COMPARATORS = {
    "new-customer": "what a new customer is offered",
    "first-renewal": "what a customer pays at the first renewal",
    "standing-offer": "the standing offer",
    "best-open": "the best offer that anyone may take",
    "front-book": "the best rate or price on sale for the same product type and features",
    "own-previous": "what the same customer had before",
}
READ = {
    "primary": "the text itself was read",
    "secondary": "read at second hand: a report on the text, not the text",
    "unverified": "not verified: nobody read it yet",
}


def rule_lines(policy: Policy, rule: Rule, file: Path | None = None) -> Iterator[str]:
    """A rule of a policy (that is in `file`), then the check that it binds; the word on advice last."""
    from fairoffer.audit.rule_words import rule_in_words
    from fairoffer.checks import CHECKS
    from fairoffer.cli.examples import examples

    found = rule_in_words(policy, rule)
    yield from _head(policy, found)
    yield from _scope(policy, rule)
    yield from _measure(rule, found)
    if found.comparator:
        yield from _section("tolerance", [found.tolerance])
    yield from _section("allowed all the same", found.exempt)
    yield from _section("evidence to keep", found.evidence)
    yield from _section("what to tell the customer", [found.customer_view])
    yield from _section("what would mend it", [found.remedy])
    yield from _section("where it comes from", _source(found))
    yield from _section("in force", [_force(found)])
    yield from _examples(examples(policy.id, rule.id, file))
    yield from on_books(rule.check)
    check = CHECKS.get(rule.check)
    if check is not None:
        yield ""
        yield f"the check {check.id}"
        yield from (f"  {line}".rstrip() for line in check.doc.strip().splitlines())
    if found.legal:
        yield ""
        yield NOT_ADVICE


def _head(policy: Policy, found: RuleInWords) -> Iterator[str]:
    from fairoffer.report import words

    yield f"{policy.id}/{found.id}  {found.level}"
    yield from textwrap.wrap(found.title or policy.title or "", WIDTH)
    yield ""
    yield f"check  {found.check}"
    if found.level is not None:
        yield f"level  {found.level}: {words.LEVELS[found.level]}"
    if found.status:
        yield f"status {found.status}" + (f", jurisdiction {policy.jurisdiction}" if policy.jurisdiction else "")


def _scope(policy: Policy, rule: Rule) -> Iterator[str]:
    """What must hold for the rule to apply: in words, as SQL, and what the columns mean."""
    from fairoffer.audit.scope_words import columns_in_words, parts_in_words

    scopes = policy.scopes_for(rule)
    if not scopes:
        yield from _section("what it is for", ["everything that it is asked about"])
        return
    table = rule.table or "customers"
    whom = f"rows of {table}" if rule.table else "customers and segments"
    yield from _section(f"what it is for: {whom} for which all of this holds", _each(scopes, parts_in_words))
    yield "  as SQL"
    for scope in scopes:
        yield from _wrapped(scope, "    ")
    yield "  in which"
    for name, meaning in columns_in_words(scopes, table, policy.facts):
        yield from _wrapped(f"{name}: {meaning}" if meaning else name, "    ")


def _each(scopes: Iterable[str], parts: Callable[[str], list[str]]) -> list[str]:
    return [line for scope in scopes for line in parts(scope)]


def _measure(rule: Rule, found: RuleInWords) -> Iterator[str]:
    from fairoffer.audit.scope_words import parts_in_words

    if rule.formula or not rule.condition:
        yield from _section("what it measures", [found.formula, f"on {', '.join(rule.terms)}" if rule.terms else ""])
    if rule.condition:
        yield from _section("fails where all of this holds", parts_in_words(rule.condition))
        yield "  as SQL"
        yield from _wrapped(rule.condition, "    ")
    if found.comparator:
        equal = ", ".join(found.like_for_like)
        yield from _section(
            "compared with",
            [
                f"{found.comparator}: {COMPARATORS[found.comparator]}",
                f"equal on both sides: {equal}; and what a customer is (where they live, age, …)" if equal else "",
            ],
        )


def _source(found: RuleInWords) -> list[str]:
    source = found.source
    named = ", ".join(part for part in (source.name, source.clause) if part) or f"a {found.status} policy"
    last = f"; last on {found.as_of}" if found.as_of else ""
    return [named, source.url or "", f"{READ[source.read]}{last}" if source.read else last.removeprefix("; ")]


def _force(found: RuleInWords) -> str:
    from fairoffer.report import words

    return words.effective(found.effective) or "on every day"


def _examples(found: list[Example]) -> Iterator[str]:
    """One case that fails, one that passes and one that cannot be assessed, each with what must come out of it."""
    from fairoffer.cli.examples import facts, numbers

    if not found:
        return
    yield ""
    yield "worked example"
    for example in found:
        yield from _wrapped(f"{example.shows}: {example.name} ({example.file})", "  ")
        yield from _wrapped(numbers(example), "    ")
        if example.source:
            yield from _wrapped(f"source: {example.source}", "    ")
        if example.shows == "fails" and example.row is not None:
            yield from _wrapped(f"from: {facts(example)}", "    ")


def _section(heading: str, texts: Iterable[str]) -> Iterator[str]:
    """A heading and its lines; nothing where there are none."""
    kept = [text for text in texts if text]
    if kept:
        yield ""
        yield heading
    for text in kept:
        yield from _wrapped(text, "  ")


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
