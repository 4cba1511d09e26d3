"""The summary on a terminal: the verdict first, what to do next last."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from fairoffer.model.result import Result
from fairoffer.report import book, words
from fairoffer.report.causes import Cause, Row
from fairoffer.report.changes import OtherRow
from fairoffer.report.policies import PolicyView
from fairoffer.report.view import View, build

WIDTH = 100
CAUSES = 5
LINES = 12  # of any list; the report has them all
FEW = 6  # of statistics, each of which takes some lines
COLOURS = {"failed": "31;1", "not-proven": "33;1", "passed": "32;1", "head": "1"}


def render(result: Result, colour: bool = False) -> str:
    """The summary; with `colour` only the verdict and the headings carry terminal codes."""
    view = build(result)
    lines = [_paint(_inert(_clean(view.headline)), view.verdict, colour)]
    lines += [_paint(_inert(line), style, colour) for style, line in _lines(view)]
    return "\n".join(lines) + "\n"


def _paint(line: str, style: str, colour: bool) -> str:
    return f"\x1b[{COLOURS[style]}m{line}\x1b[0m" if colour and style else line


def _clean(text: str, limit: int = words.PROSE) -> str:
    """One line: nothing that moves the cursor or turns the text round."""
    return words.visible(words.short(text, limit)).strip()


def _inert(line: str) -> str:
    """A line that no CI system takes for a command: those begin with two colons, or hold ##[."""
    return re.sub(r"^(\s*)::", r"\1\\::", line).replace("##[", "# #[")


def _lines(view: View) -> Iterator[tuple[str, str]]:
    """(style, line) after the first."""
    yield from _item("", view.reasons)
    against = f", against {view.change.against}" if view.change else ""
    yield from _plain(f"{view.catalog}, judged on {view.days}{against}")
    yield "", ""
    for number in view.numbers:
        yield from _labelled(number.label, f"{number.value}{_notes(number.notes)}")
    yield from _book(view)
    yield from _change(view)
    yield from _section(
        "Policies",
        [
            f"{one.id} {one.version} ({one.status}): {one.verdict.lower()}; {one.ledger}{_read(one)}"
            for one in view.policies
        ],
    )
    unmet = [
        f"{one.policy}/{one.rule}: comparisons {one.comparisons}, customers {one.customers}"
        for one in view.coverage
        if one.met == "no"
    ]
    yield from _section("Coverage below what is required", unmet)
    yield from _causes(view)
    yield from _statistics(view)
    yield from _section(
        "Could not be assessed", [f"{number} {name}: {says}" for name, says, number in view.not_assessable]
    )
    yield from _section(
        "Out of scope", [f"{number} {name}{': ' + says if says else ''}" for name, says, number in view.out_of_scope]
    )
    yield from _section(
        "Assumed",
        [
            f"{says} ({number} comparisons, customers {people}) [{name}]"
            for name, says, number, people in view.assumptions
        ],
    )
    yield from _section("Offers", [view.offers_sentence] if view.offers else [])
    yield from _section(
        "Waivers",
        [f"{one.state}: {one.about}; {one.reason} ({one.people}, {one.days}) [{one.id}]" for one in view.waivers],
    )
    yield from _section(
        "Waivers that the change proposes",
        [f"{one.about}; {one.reason} ({one.people}, {one.days}) [{one.id}]" for one in view.proposed],
    )
    yield from _section("Not run, though they may apply", view.not_run)
    yield from _section("Warnings", view.problems)
    yield "", ""
    if view.legal or view.not_run:
        yield "", words.NOT_ADVICE
    yield "", _clean(view.next_step)


def _read(policy: PolicyView) -> str:
    return f"; its sources were last read on {policy.as_of}" if policy.as_of else ""


def _notes(notes: tuple[str, ...]) -> str:
    return f" ({'; '.join(notes)})" if notes else ""


def _wrapped(text: str, first: str, rest: str) -> Iterator[tuple[str, str]]:
    lines = textwrap.wrap(_clean(text), WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    for line in lines or [first.rstrip()]:
        yield "", line


def _plain(text: str) -> Iterator[tuple[str, str]]:
    yield from _wrapped(text, "", "")


def _item(indent: str, texts: tuple[str, ...] | list[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        yield from _wrapped(text, f"{indent}- ", f"{indent}  ")


def _labelled(label: str, text: str) -> Iterator[tuple[str, str]]:
    yield from _wrapped(text, f"{label:<28}", " " * 28)


def _section(title: str, texts: tuple[str, ...] | list[str], limit: int = LINES) -> Iterator[tuple[str, str]]:
    """A heading and its lines; nothing where there are none."""
    if not texts:
        return
    yield "", ""
    yield "head", title
    yield from _item("  ", texts[:limit])
    if len(texts) > limit:
        yield "", f"  … {len(texts) - limit:,} more in the report"


def _book(view: View) -> Iterator[tuple[str, str]]:
    """The book that was read, and what in it could not be."""
    if view.book is None:
        return
    yield "", ""
    yield "head", "Book of customers"
    for name, says in view.book.facts:
        yield from _labelled(f"  {name}", says)
    yield from _section("Could not be read", [book.in_a_line(row) for row in view.book.unread])


def _statistics(view: View) -> Iterator[tuple[str, str]]:
    """Notes first, then what is adjusted; raw averages last and called that."""
    found = view.statistics
    if found is None:
        return
    yield from _section("Read this first: two measures do not agree", found.notes, FEW)
    yield from _section("Statistics", [one.sentence for one in found.adjusted], FEW)
    if found.chance:
        yield from _wrapped(found.chance, "  ", "  ")
    thin = [f"{one.label}: no claim; {one.thin} [{one.sizes}]" for one in found.thin]
    yield from _section("Too thin for a claim", thin, FEW)
    yield from _section("Unadjusted, which decide nothing", [f"unadjusted: {one.sentence}" for one in found.raw], FEW)


def _change(view: View) -> Iterator[tuple[str, str]]:
    """What a change did: how many in each state, and which of them, but for those that were there before."""
    if view.change is None:
        return
    lines = [*view.change.notes, *(f"{number} {state}: {says}" for state, says, number in view.change.counts)]
    yield from _section("What changed", lines)
    for group in view.change.groups:
        if group.anchor == "before":
            continue
        rows = [
            f"{_about(one)}{', gap ' + one.gap if one.gap != '–' else ''}{_notes(one.gap_notes)} [{one.id}]"
            for one in group.rows
        ]
        others = [f"{_about(one)}; {one.why} [{one.id}]" for one in group.others]
        yield from _section(f"{group.title} ({group.number})", [*rows, *others])


def _about(one: Row | OtherRow) -> str:
    """introduced: rule, product, segment, place: term."""
    names = filter(None, (one.rule, one.product, one.segment, one.place.strip("–")))
    return f"{one.state}: {', '.join(names)}{': ' + one.term if one.term else ''}"


def _causes(view: View) -> Iterator[tuple[str, str]]:
    first = view.to_mend[:CAUSES]
    if not first:
        return
    yield "", ""
    yield "head", f"What to mend first ({_of_all(view, len(first))})"
    for cause in first:
        yield from _cause(cause)


def _of_all(view: View, shown: int) -> str:
    """5 of 9 causes; 1 more is waived. In a diff: 1 of 1 cause that fails the gate."""
    if view.change is not None:
        number = len(view.to_mend)
        return f"{shown:,} of {words.count(number, 'cause')} that fail{'s' * (number == 1)} the gate"
    waived = view.causes_waived
    more = f"; {waived:,} more {'is' if waived == 1 else 'are'} waived" if waived else ""
    return f"{shown:,} of {words.count(view.causes_all - waived, 'cause')}{more}"


def _cause(cause: Cause) -> Iterator[tuple[str, str]]:
    coming = f"{cause.coming} more {words.COMING}" if cause.coming else ""
    money_if = f" {cause.money_if}" if cause.money_if else ""
    facts = [
        f"{cause.money} a year{money_if}" if cause.money else "",
        words.people(cause.customers),
        coming,
        cause.findings,
        cause.level,
    ]
    yield from _wrapped(f"{cause.rank}. {cause.title}", "  ", "     ")
    yield from _wrapped(", ".join(fact for fact in facts if fact), "     ", "     ")
    worst = cause.worst
    if worst.gap != "–":
        notes = f" ({', '.join(worst.gap_notes)})" if worst.gap_notes else ""
        notes = " on average" if worst.book is not None else notes
        at = f" ({worst.place})" if worst.place.strip("–") else ""
        values = f"{worst.existing} against {worst.comparator}, gap {worst.gap}{notes}"
        yield from _wrapped(f"{worst.term}{at}: {values}", "     ", "     ")
    if worst.book is not None:
        about = ", ".join(filter(None, [worst.segment, worst.place]))
        yield from _wrapped(f"Its worst group, {about}: {worst.book.sentence}", "     ", "     ")
    if cause.customer_view:
        yield from _wrapped(f"To the customer: {cause.customer_view}", "     ", "     ")
    if cause.remedy:
        yield from _wrapped(f"To mend it: {cause.remedy}", "     ", "     ")
    yield from _wrapped(" · ".join(filter(None, [worst.id, worst.at])), "     ", "     ")
