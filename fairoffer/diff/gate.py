"""Head against base: the audit of now, with what became of every comparison, and the verdict on the change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from fairoffer.collector import resting
from fairoffer.diff.accepted import blind_entry, entries_of, expired_for, proposed, with_waivers_of
from fairoffer.diff.base import Found
from fairoffer.diff.before import BaseSide, Own, judged_base, own_findings, saved_waivers
from fairoffer.diff.book import Lost, Progress, has_mapped, lost_rows, others_say, same_customers, with_customers
from fairoffer.diff.side import Entry, paired, side_of_result
from fairoffer.diff.states import FAILING, noise_of, state_of_finding, state_of_other
from fairoffer.diff.there import There
from fairoffer.diff.words import ahead, loosened, lost_says, others_says, reasons, unseen
from fairoffer.errors import UsageError
from fairoffer.model.inputs import Inputs
from fairoffer.model.policy import Policy
from fairoffer.model.result import LEVELS, STATES, Base, Finding, Other, Result
from fairoffer.money import places_of
from fairoffer.verdict import EXIT, judge

UNLISTED = ("outcome", "reason", "tenure")
"""What of a comparison is not listed, or under another name."""
ALWAYS_ASKED = ("default-gap", "reach-gap")
"""Checks that compare every segment, whatever the offers are."""


def compared(
    head: Inputs, base: Found, as_of: date, through: date | None = None, progress: Progress | None = None
) -> Result:
    """The audit of the head, and what it does to the base; ``progress`` is told of the rows of a book that are done.

    Raises:
        UsageError: a saved result was judged by other policies or on other days; or a book on several days.
        BaseError: the base cannot be judged under the policies of the head.
    """
    try:
        if through is not None and has_mapped(head, base):
            raise UsageError("--through: customers of a book are judged on one day; use --as-of for each day")
        return _compared(head, base, as_of, through, progress)
    finally:
        base.close()


def _compared(head: Inputs, base: Found, as_of: date, through: date | None, progress: Progress | None) -> Result:
    if base.saved is not None:
        refuse_other_judge(head, base.saved, as_of, through)
    base = with_customers(base, head)
    with resting():
        entries = saved_waivers(base.saved) if base.saved else entries_of(base.inputs) if base.inputs else []
        under, left = with_waivers_of(head, entries)
        result = judge(under, as_of, through, progress=progress)
        before = judged_base(base, as_of, through, progress)
        own, unread = own_findings(head, base, as_of, through)
    changes = Changes(head, result, replace(base, unread=base.unread or unread), before, own)
    return changes.result(proposed(head, left, result.findings, as_of))


def refuse_other_judge(head: Inputs, saved: Result, as_of: date, through: date | None) -> None:
    """Stop where a saved result answers another question than the one that is asked now."""
    mine = {p.id: (p.version, head.policy_sha256.get(p.id, "")) for p in head.policies}
    theirs = {p.id: (p.version, p.sha256) for p in saved.policies}
    differ = sorted(name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name))
    if differ:
        said = "; ".join(f"{name}: {_told(mine.get(name))} now, {_told(theirs.get(name))} in it" for name in differ)
        raise UsageError(f"the saved result was judged by other policies ({said}); make it again with these")
    days = (as_of.isoformat(), through.isoformat() if through else None)
    if days != (saved.as_of, saved.through):
        raise UsageError(
            f"the saved result was judged as of {_days(saved.as_of, saved.through)}, and this would be as of "
            f"{_days(*days)}; make it again, or give the same {'--through' if days[0] == saved.as_of else '--as-of'}"
        )


def _told(policy: tuple[int | str, str] | None) -> str:
    return "none" if policy is None else f"version {policy[0]} ({policy[1][:12] or 'no file'})"


def _days(first: str, last: str | None) -> str:
    return f"{first} through {last}" if last else first


class Changes:
    """What became of every comparison of two sides."""

    def __init__(self, head: Inputs, result: Result, base: Found, before: BaseSide, own: Own | None) -> None:
        self.head = head
        self.audit = result
        self.base = base
        self.verdict_before, self.customers_before = before.verdict, before.customers
        self.same_people = same_customers(result, before.customers)
        self.now, self.before, self.own = side_of_result(result), before.side, own
        self.pairs = paired(self.now, self.before)
        self.policies: dict[str, Policy] = {policy.id: policy for policy in head.policies}
        self.kept = frozenset(p.id for p in head.policies if not base.own_policies or p in base.own_policies)
        self.expired = expired_for(result)
        self.places = places_of(head.catalog.currency)
        inputs, saved = base.inputs, base.saved
        self.currency_before = inputs.catalog.currency if inputs else saved.totals.currency if saved else None
        self.there = There(head, self.now.entries)

    def result(self, waivers: Sequence[dict[str, Any]]) -> Result:
        """The audit with the change in it; ``waivers`` are the entries that only the head has."""
        findings = [self.finding(found) for found in self.audit.findings]
        others, drops = sorted(self.others(), key=_order), sorted(self.drops(), key=_order)
        counted = Counter([one.state for one in findings] + [one.state for one in others])
        base = Base.model_validate(
            {
                "against": self.base.against,
                "kind": self.base.kind,
                "revision": self.base.revision,
                "present": self.base.inputs is not None or self.base.saved is not None,
                "verdict": self.verdict_before,
                "policy_changed": self.base.policy_changed,
                "states": {state: counted[state] for state in STATES},
                "failing": sum(one.fails for one in findings) + sum(one.fails for one in others),
                "by_policy": sum(one.by_policy for one in findings),
                "others": others,
                "policy_drops": drops,
                "proposed": waivers,
            }
        )
        made = self.audit.ledger.pass_ + self.audit.ledger.failed
        verdict = verdict_of(base.failing, made)
        failing = Counter([one.policy for one in findings if one.fails] + [one.policy for one in others if one.fails])
        policies = [
            one.model_copy(update={"verdict": verdict_of(failing[one.id], one.ledger.pass_ + one.ledger.failed)})
            for one in self.audit.policies
        ]
        return self.audit.model_copy(
            update={
                "verdict": verdict,
                "exit_code": EXIT[verdict],
                "reasons": [
                    *reasons(base, findings, made, self.base.unread, self.dropped_and_worse(drops)),
                    *self.cautions(),
                ],
                "policies": policies,
                "findings": findings,
                "base": base,
            }
        )

    def cautions(self) -> list[str]:
        """What the gate has not seen, what the change does to it, and what is not the change's doing."""
        unit = Decimal(1).scaleb(-self.places)
        of_book = others_say(self.audit, self.customers_before, self.base.of_now)
        out = [*of_book, *unseen(self.new_and_blind(), self.audit.book is not None), *ahead(self.not_yet_live())]
        out += [text for own in self.base.own_policies for text in loosened(own, self.policies.get(own.id), unit)]
        saved = self.base.saved
        if saved is not None and saved.version != self.audit.version:
            out.append(f"The saved result was made by fairoffer {saved.version}, this one by {self.audit.version}.")
        return out

    def new_and_blind(self) -> Counter[str]:
        """Why comparisons that the base does not have cannot be made."""
        told = {one.now.id for one in self.lost}
        new = (entry for name, entry in self.now.entries.items() if name not in self.pairs and name not in told)
        return Counter(entry.reason or "no-data" for entry in new if entry.outcome == "not-assessable")

    def not_yet_live(self) -> int:
        """How many offers that are new or otherwise than at the base begin after the days that were judged."""
        waiting = {offer.id for offer in self.audit.offers if offer.ledger == "not-yet-live"}
        if self.base.saved is not None:
            return len(waiting - {offer.id for offer in self.base.saved.offers})
        known = {offer.id: offer for offer in self.base.inputs.catalog.offers} if self.base.inputs else {}
        return sum(offer != known.get(offer.id) for offer in self.head.catalog.offers if offer.id in waiting)

    def finding(self, found: Finding) -> Finding:
        """A finding with what became of it."""
        name = self.pairs.get(found.id, "")
        entry, before = self.before.entries.get(name), self.before.findings.get(name)
        if entry is not None and self.currency_before != self.head.catalog.currency:
            entry = entry._replace(gap=None)
        gate = self.policies[found.policy].gate
        noise = noise_of(gate.noise, found.unit, self.head.catalog.currency, self.places)
        state = state_of_finding(found, entry, before, noise, same_people=self.same_people)
        if found.waiver is None and before is not None and self.breaches(found, before, state):
            state = "waiver-breached"
        fails = state in gate.fail_on and found.level in FAILING and found.waiver is None
        same_unit = before is not None and before.unit == found.unit
        return found.model_copy(
            update={
                "state": state,
                "fails": fails,
                "gap_before": before.gap if before is not None and same_unit else None,
                "by_policy": before is not None and self.is_new_under_policy(before),
            }
        )

    def breaches(self, found: Finding, before: Finding, state: str) -> bool:
        """Whether an open finding is beyond what was accepted: over the cap, or larger and the entry has expired."""
        return before.waiver is not None or (state == "worsened" and found.id in self.expired)

    def is_new_under_policy(self, before: Finding) -> bool:
        """Whether a finding at the base is none under the base's own policy."""
        return self.own is not None and before.policy not in self.kept and before.id not in self.own.before.findings

    def others(self) -> Iterator[Other]:
        """Comparisons that are no findings now and that something became of."""
        gone = set(self.before.entries) - set(self.pairs.values())
        whole = [(self.now.entries[name], self.pairs.get(name)) for name in self.now.entries]
        for entry, name in whole:
            before = self.before.entries.get(name) if name else None
            if not entry.is_finding and before is not None:
                yield from self.other(entry, before)
        for name in gone:
            yield from self.other(None, self.before.entries[name])
        yield from map(self.lost_part, self.lost)

    @cached_property
    def lost(self) -> tuple[Lost, ...]:
        """Rows of the book that are lost though their group is not."""
        return tuple(lost_rows(self.now, self.before))

    def lost_part(self, lost: Lost) -> Other:
        """Rows that can no longer be compared. It fails only where they are the same customers."""
        now, reason = lost.now, lost.now.reason
        fails, waiver = self.fails_unseen(now, now.product, reason)
        told = {"reason": reason, "fails": fails and self.same_people}
        found = self.listed("lost-sight", now, now, lost.before, None, {**told, "waiver": waiver})
        return found.model_copy(update={"says": lost_says(lost.rows, reason), "lost": lost.rows})

    def fails_unseen(self, entry: Entry, product: str | None, reason: str | None) -> tuple[bool, str | None]:
        """Whether what was lost sight of fails, and the entry that accepts it."""
        waiver = blind_entry(self.audit, product, reason)
        fail_on = self.policies[entry.policy].gate.fail_on
        return "lost-sight" in fail_on and entry.level in FAILING and waiver is None, waiver

    def other(self, now: Entry | None, before: Entry) -> Iterator[Other]:
        state: str | None = state_of_other(now, before)
        reason = now.reason if now is not None else None
        if now is None and before.made and self.still_asked(before):
            state, reason = "lost-sight", "no-comparator"
        elif state == "removed":
            state, reason = self.there.became(now, before)
        if state is None:
            return
        entry = now or before
        fails, waiver = self.fails_unseen(entry, entry.product, reason) if state == "lost-sight" else (False, None)
        finding = self.before.findings.get(before.id)
        told = {"reason": None if now is not None and now.made else reason, "fails": fails, "waiver": waiver}
        yield self.listed(state, entry, now, before, finding, told)

    def still_asked(self, before: Entry) -> bool:
        """Whether a comparison that is gone would still be made if there were an offer in any place.

        A place without an offer on either side is none, so who takes the last offers away takes the places with them.
        """
        if before.check not in ALWAYS_ASKED or not before.place or before.segment is None:
            return False
        if (before.policy, before.rule, before.product, before.segment) in self.asked:
            return False
        return (before.segment, before.product or "") in self.there.stated

    @cached_property
    def asked(self) -> frozenset[tuple[str, str, str | None, str | None]]:
        """Policy, rule, product and segment of everything that is compared now, or cannot be."""
        return frozenset((one.policy, one.rule, one.product, one.segment) for one in self.now.entries.values())

    def drops(self) -> Iterator[Other]:
        """What the base's own policy finds now, and the changed one does not, or for a milder level."""
        for name, finding in self.own.now.findings.items() if self.own else ():
            mine = self.now.findings.get(name)
            if mine is None or LEVELS.index(mine.level) > LEVELS.index(finding.level):
                now = self.now.entries.get(name)
                yield self.listed("dropped", self.own_entry(name), now, self.own_entry(name), finding, {})

    def own_entry(self, name: str) -> Entry:
        assert self.own is not None
        return self.own.now.entries[name]

    def dropped_and_worse(self, drops: Sequence[Other]) -> int:
        """How many of the findings that the changed policy lets go would fail for what this change did to them."""
        if self.own is None:
            return 0
        worse = 0
        for one in drops:
            now, before = self.own.now.findings[one.id], self.own.before.findings.get(one.id)
            gate = next(p.gate for p in self.base.own_policies if p.id == one.policy)
            noise = noise_of(gate.noise, now.unit, self.head.catalog.currency, self.places)
            state = state_of_finding(now, None, before, noise)
            worse += state in ("introduced", "worsened") and state in gate.fail_on and now.level in FAILING
        return worse

    def listed(
        self,
        state: str,
        entry: Entry,
        now: Entry | None,
        before: Entry,
        finding: Finding | None,
        told: dict[str, Any],
    ) -> Other:
        about = {name: value for name, value in entry._asdict().items() if name not in UNLISTED}
        outcome = now.outcome if now is not None else None
        return Other.model_validate(
            {
                **about,
                "tenure_months": entry.months,
                "state": state,
                "unit": finding.unit if finding else None,
                "gap": finding.gap if finding else None,
                "before": before.outcome,
                "now": outcome,
                "says": others_says(state, outcome, told.get("reason"), finding),
                "at": self.where(entry),
                **told,
            }
        )

    def where(self, entry: Entry) -> str | None:
        """File and line of what a comparison is about, as the files are now; else the first input."""
        kinds = ("offer", "notice", "record", "segment", "product")
        for key in ((kind, getattr(entry, kind)) for kind in kinds):
            if key[1] is not None and key in self.head.at:
                return self.head.at[key]
        return f"{self.head.files[0].path}:1" if self.head.files else None


def verdict_of(failing: int, made: int) -> str:
    """Of the gate, or of one policy: what fails, else whether anything was compared."""
    return "failed" if failing else "passed" if made else "not-proven"


def _order(one: Other) -> tuple[object, ...]:
    state = STATES.index(one.state) if one.state in STATES else len(STATES)
    names = (one.policy, one.rule, one.product, one.segment, one.term, one.id)
    return (not one.fails, state, *(name or "" for name in names))
