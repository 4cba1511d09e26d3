"""What a stranger reads in the first minute: may this be signed, why not, who, what mends it, what was not seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fairoffer.model.result import LEVELS, Money, Result
from fairoffer.report import basis, book, missing, states, subjects, words
from fairoffer.report.causes import Cause, Row, to_mend
from fairoffer.report.sums import balances


@dataclass(frozen=True)
class Number:
    """A headline number and what it does and does not hold."""

    label: str
    value: str
    notes: tuple[str, ...]


def headline(result: Result) -> str:
    """The verdict in words, with its first reason."""
    usual = {
        "passed": "no finding beyond the limits of the policies that were run",
        "failed": "findings beyond the limits",
        "not-proven": "too little could be compared",
    }
    return f"{words.VERDICTS[result.verdict]}: {result.reasons[0] if result.reasons else usual[result.verdict]}"


def catalog(result: Result) -> str:
    """What the audited catalog is called."""
    if result.catalog is None:
        return next((one.path for one in result.inputs if one.kind == "catalog"), "catalog")
    return ", ".join(filter(None, [result.catalog.id, result.catalog.supplier]))


def days(result: Result) -> str:
    """The judged day, or days."""
    return f"{result.as_of} to {result.through}" if result.through else result.as_of


def reasons(numbers: Mapping[str, int]) -> tuple[tuple[str, str, str], ...]:
    """(reason, in words, how many), most first."""
    ranked = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    return tuple((name, words.REASONS.get(name, ""), f"{number:,}") for name, number in ranked if number)


def not_assessable(result: Result) -> tuple[tuple[str, str, str], ...]:
    """(reason, in words and of whom, how many), most first."""
    lines = []
    for name, _, number in reasons(result.ledger.not_assessable):
        says = missing.says(result, name)
        whom = "; ".join(_kept([_whom(result, name), _accepted(result, name)]))
        lines.append((name, f"{says} ({whom})" if whom else says, number))
    return tuple(lines)


def _whom(result: Result, reason: str) -> str:
    """adsl: adsl-copper-only; the first few products and subjects that could not be assessed for a reason."""
    columns = result.comparisons
    found: dict[str, dict[str, None]] = {}
    for product, name, why in zip(columns.product, subjects.names(columns), columns.reason, strict=True):
        if why == reason and (product or name) is not None:
            found.setdefault(product or "", {})[name or subjects.WHOLE] = None
    parts = [
        f"{words.short(product, 40)}: {_some(list(names))}" if product else _some(list(names))
        for product, names in sorted(found.items())
    ]
    return "; ".join(parts[:3]) + (f"; {len(parts) - 3:,} more products" if len(parts) > 3 else "")


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(words.short(name, 40) for name in names[:3])
    return shown + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")


def _accepted(result: Result, reason: str) -> str:
    """By which waivers it is accepted that it cannot be assessed."""
    used = [w for w in result.waivers if w.state == "used" and (w.not_assessable or {}).get("reason") == reason]
    return f"accepted by {_some([w.ticket or w.id for w in used])}" if used else ""


def out_of_scope(result: Result) -> Counter[str]:
    """Comparisons out of scope, by reason."""
    columns = result.comparisons
    found: Counter[str] = Counter()
    for outcome, reason, weight in zip(columns.outcome, columns.reason, book.weights(columns), strict=True):
        if outcome == "out-of-scope":
            found[reason or "scope"] += weight
    return found


def by_level(result: Result) -> str:
    """2 breach, 1 house: open findings by level."""
    found = Counter(one.level for one in result.findings if not states.waived(one))
    return ", ".join(f"{found[level]:,} {level}" for level in LEVELS if found[level])


def numbers(result: Result, causes: Sequence[Cause]) -> tuple[Number, ...]:
    """The headline numbers; unknown is said, never shown as nothing."""
    totals = result.totals
    waived = sum(map(states.waived, result.findings))
    people = [f"{totals.customers_coming:,} more {words.COMING}" if totals.customers_coming else ""]
    if totals.customers_basis not in ("exact", "unknown"):
        people.append(_bound(result))
    if totals.customers is None:
        people.append("the inputs do not say how many customers there are")
    money = [
        Number(
            label,
            words.money(one.gross, totals.currency),
            _kept([says, _if_every(result, check), *_money_notes(one, totals.currency)]),
        )
        if _asks(result, check)
        else Number(label, "not asked", (f"no rule that was run asks what customers lose {says}",))
        for label, one, check, says in (
            (f"Money a {totals.per}, by default", totals.by_default, "default-gap", "by doing nothing"),
            (
                f"Money a {totals.per}, unavoidable",
                totals.unavoidable,
                "reach-gap",
                "even with the best choice open to them",
            ),
        )
    ]
    compared = result.ledger.customers_compared_share
    return (
        *_gate(result),
        Number("Customers affected", words.customers(totals.customers), _kept(people)),
        *money,
        Number(
            "Findings", f"{totals.findings:,}", _kept([by_level(result), f"{waived:,} more waived" if waived else ""])
        ),
        Number("Causes", f"{totals.causes:,}", ("findings that one edit would mend",)),
        Number(
            "What was compared",
            f"{words.share(compared)} of customers" if compared is not None else _compared(result),
            (f"and {_compared(result)}",) if compared is not None else ("the share of customers is unknown",),
        ),
    )


def _asks(result: Result, check: str) -> bool:
    """Whether a rule that was run puts a number on what customers lose; rules for review are in no money."""
    asked = [(one.check, one.level) for one in result.rules] + [(one.check, one.level) for one in result.ledger.rules]
    return any(name == check and level not in ("review", "shadow") for name, level in asked)


def _bound(result: Result) -> str:
    """Why the number of customers is the most that there can be."""
    whole: dict[subjects.Key, bool] = {}
    for one in result.findings:
        if one.customers and one.within is None and not states.waived(one):
            whole[subjects.key(one)] = whole.get(subjects.key(one), False) or one.cells == "all"
    if all(whole.values()):
        return "an upper bound: part of a segment is still in its deal, and all of it is counted"
    return "an upper bound: of some segments only a part is worse off, and all of it is counted"


def _gate(result: Result) -> tuple[Number, ...]:
    """Of a change what fails, and all states that there are."""
    if result.base is None:
        return ()
    counts = states.counted(result)
    notes = (f"{counts[state]:,} {state.replace('-', ' ')}" for state in states.ORDER if counts[state])
    return (
        Number("Fails the gate", f"{result.base.failing:,}", (", ".join(notes) or "nothing found on either side",)),
    )


def _money_notes(money: Money, currency: str) -> list[str]:
    """What those who do better gain, and what was waived, where there is any."""
    notes = []
    gross, net, waived = money.gross, money.net, money.gross_with_waived
    if gross is not None and net is not None and Decimal(net) == Decimal(gross) != 0:
        notes.append("net of those who do better: the same")
    elif gross is not None and net is not None and Decimal(net) != Decimal(gross):
        size = words.money(net.removeprefix("-"), currency)
        if Decimal(net) > Decimal(gross):
            notes.append(f"with those whose gap is allowed or waived: {size}")
        elif Decimal(gross):
            notes.append(f"net of those who do better: {words.money(net, currency)}")
        else:
            notes.append(f"those who do better than a stranger gain {size}")
    if waived is not None and waived != gross:
        notes.append(f"with waived: {words.money(waived, currency)}")
    return notes


def _if_every(result: Result, check: str) -> str:
    return words.if_every(balances(one for one in result.findings if one.check == check and not states.waived(one)))


def _compared(result: Result) -> str:
    ledger = result.ledger
    scope = ledger.all - ledger.out_of_scope
    return f"{ledger.pass_ + ledger.failed:,} of {words.count(scope, 'comparison')} in scope"


def _kept(notes: Sequence[str]) -> tuple[str, ...]:
    return tuple(note for note in notes if note)


def answers(result: Result, causes: Sequence[Cause]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Question and answers, in the order in which a signer asks them."""
    worst = next(iter(to_mend(causes, result.base is not None)), None)
    lines: list[tuple[str, tuple[str, ...]]] = [
        ("May I sign this?", (_may_sign(result),))
        if result.base is None
        else ("May this change go in?", (_may_go_in(result),))
    ]
    if worst is not None:
        lines.append(("Who is hurt most?", _kept([who(worst), whole(worst, worst.worst)])))
        lines.append(("What mends it?", _kept([worst.remedy or "The cause below shows which terms differ."])))
    lines.append(("What was not looked at?", not_seen(result)))
    return tuple(lines)


def _may_sign(result: Result) -> str:
    limits = ", ".join(one.id for one in result.policies) or "the policies"
    if result.verdict == "failed":
        failed = ", ".join(one.id for one in result.policies if one.verdict == "failed") or limits
        return f"No. There are findings beyond the limits of {failed}."
    if result.verdict == "not-proven":
        return "Not yet. Too little could be compared to know."
    return f"Nothing speaks against it under {limits}, for what was compared. Read first what was not looked at."


def _may_go_in(result: Result) -> str:
    if result.verdict == "failed":
        return "No. It makes things worse for customers who stayed: see what fails the gate."
    if result.verdict == "not-proven":
        return "Not yet. Nothing could be compared."
    return "Nothing that it does fails the gate. What was there before still stands."


def who(cause: Cause) -> str:
    """Whom the worst finding of a cause hurts, how many of them, and by how much; then the whole cause."""
    row = cause.worst
    people = "" if row.customers in ("unknown", "–") else f": {words.people(row.customers)}"
    if row.book is not None:
        people = f": {row.customers} of {row.book.of} customers"
    coming = f", {row.coming} more {words.COMING}" if row.coming else ""
    lost = f", {row.money} a year worse off" if row.money else ""
    how = "On average" if row.book is not None else "Each"
    gap = f". {how}: {row.existing} against {row.comparator}, {row.term}: {row.gap} worse" if row.gap != "–" else ""
    on = f" on {words.short(row.product)}" if row.product != "–" else ""
    tenure = f", tenure {row.tenure}" if row.tenure != "any" else ""
    if row.book is not None and row.place:
        tenure = f", {row.place}{tenure}"
    what = f". {cause.says.rstrip('.')}" if cause.says and not cause.sides else ""
    return f"{_subject(row.segment)}{on}{tenure}{people}{coming}{lost}{gap}{what}."


def _subject(name: str) -> str:
    """The subject as a sentence begins with it; segments are said to be ones."""
    if name == subjects.WHOLE or name.startswith("customers of "):
        return "Customers"
    kinds = ("customer ", "notice ", "record ", "offer ", "the firm", "everybody")
    return words.short(name[0].upper() + name[1:] if name.startswith(kinds) else f"Segment {name}")


def whole(cause: Cause, row: Row) -> str:
    """What a cause costs beyond its worst finding; empty where it costs no more."""
    if not cause.money or (cause.money, cause.customers) == (row.money, row.customers):
        return ""
    people = "" if cause.customers in ("unknown", "–") else f"{words.people(cause.customers)}, "
    return f"With all others that the same cause hurts: {people}{cause.money} a year."


def part_mended(cause: Cause) -> str:
    """That the remedy is costed for one finding, and what the whole cause comes to; empty where they are the same."""
    row = cause.worst
    costed = f"{words.people(row.customers)} of" in cause.remedy
    if not costed or not cause.money or (cause.money, cause.customers) == (row.money, row.customers):
        return ""
    people = f" of the cause's {words.people(cause.customers)}" if cause.customers != row.customers else ""
    mine = row.customers if people else words.people(row.customers)
    return f"This is costed for {mine}{people}; the whole cause: {cause.money} a year."


def not_seen(result: Result) -> tuple[str, ...]:
    """What the verdict does not rest on, and how many assumptions it rests on."""
    lines = unseen(result)
    if result.assumptions:
        if not lines:
            lines.append("Nothing was left out.")
        lines.append(
            f"The verdict rests on {words.count(len(result.assumptions), 'assumption')}, listed in the report."
        )
    return tuple(lines) or ("Nothing that this audit knows of.",)


def unseen(result: Result) -> list[str]:
    """What was not compared, not used, not known, or not run."""
    ledger = result.ledger
    blind = sum(ledger.not_assessable.values())
    lines = []
    if blind:
        named = [(name, number) for name, _, number in reasons(ledger.not_assessable)]
        why = "; ".join(f"{number}: {missing.says(result, name) or name}" for name, number in named)
        lines.append(f"{words.count(blind, 'comparison')} of {ledger.all:,} could not be assessed ({why}).")
    lines += book.unseen(result)
    gone = [one for one in result.base.others if one.state == "lost-sight" and one.now is None] if result.base else []
    if gone:
        lines.append(f"{words.count(len(gone), 'comparison')} of the base no longer made, though all is still there.")
    asked = out_of_scope(result)
    lines += [
        f"{words.count(asked[name], 'comparison')} out of scope: {words.REASONS[name]}."
        for name in ("not-asked", "just-joined", "not-effective")
        if asked[name]
    ]
    lines += missing.idle(result)
    unused = {name: number for name, number in ledger.offers.items() if name != "used" and number}
    if unused:
        parts = ", ".join(f"{number:,} {words.OFFERS.get(name, name)}" for name, number in unused.items())
        lines.append(
            f"{words.count(sum(unused.values()), 'offer')} of {sum(ledger.offers.values()):,} not used: {parts}."
        )
    if result.totals.customers is None:
        lines.append("How many customers are affected: the inputs do not say.")
    if result.policies_not_run:
        lines.append(f"Policies for this catalog that were not run: {', '.join(result.policies_not_run)}.")
    elif law := basis.no_law(result):
        lines.append(law)
    return lines


def next_step(result: Result, causes: Sequence[Cause]) -> str:
    """The last line of a summary: one thing to do."""
    worst = next(iter(to_mend(causes, result.base is not None)), None)
    if worst is not None:
        return f"Next: fairoffer explain {worst.worst.id} result.json (save it with -o result.json -o report.html)"
    if result.base is not None and result.verdict == "failed":
        return "Next: say again what the catalog no longer says, so that what is lost sight of can be compared"
    if result.base is not None and result.verdict == "passed":
        return "Next: fairoffer audit shows what is there, changed or not"
    if result.verdict == "not-proven":
        return "Next: fairoffer audit --plan shows who is compared with whom, and what stays unpaired"
    return "Next: write the report to sign with -o report.html, and keep the result with -o result.json"
