"""What a result says of waivers, and of the base that it was compared with.

A string below a field describes it.
"""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import JsonValue

from fairoffer.model.part import Day, Months, Number, Part

State = Literal[
    "introduced",
    "worsened",
    "unchanged",
    "improved",
    "fixed",
    "lost-sight",
    "now-visible",
    "removed",
    "waiver-breached",
]
STATES: tuple[State, ...] = get_args(State)
"""What can become of a comparison between the base and now."""


class Waiver(Part):
    """An entry of the waiver file and what became of it; its id is file:line, and `Finding.waiver` names it."""

    id: str
    state: str = "used"
    """used, expired, over-cap, unused or, of an entry that only the change has, proposed."""
    finding: str | None = None
    rule: str | None = None
    match: dict[str, JsonValue] = {}
    not_assessable: dict[str, JsonValue] | None = None
    reason: str = ""
    kind: str | None = None
    owner: str | None = None
    approved_by: str | None = None
    created: Day | None = None
    expires: Day | None = None
    cap: dict[str, str] = {}
    ticket: str | None = None
    findings: list[str] = []
    """Ids of the findings it is about."""


class Other(Part):
    """A comparison that is no finding now, and that the change has to do with."""

    id: str
    state: Literal["fixed", "lost-sight", "removed", "now-visible", "dropped"]
    """dropped only in `policy_drops`."""
    policy: str
    rule: str
    check: str = ""
    level: str | None = None
    """What failing the rule means."""
    product: str | None = None
    segment: str | None = None
    customer: str | None = None
    notice: str | None = None
    record: str | None = None
    offer: str | None = None
    place: dict[str, str] = {}
    term: str | None = None
    unit: str | None = None
    before: str | None = None
    """Its outcome at the base; null: no such comparison. Of what is dropped: under the base's own policy."""
    now: str | None = None
    """Its outcome now; null: no such comparison."""
    gap: Number | None = None
    """At the base; of what is dropped: now."""
    customers: int | None = None
    tenure_months: Months | None = None
    """Of a group of a book; null where it is of several, or none, too."""
    rows: int = 1
    """As how many comparisons it counts: rows of a book come in groups."""
    lost: int | None = None
    """Rows that can no longer be compared, of a group that still is."""
    reason: str | None = None
    """Why it can no longer be made, or is out of scope."""
    says: str = ""
    """One sentence."""
    at: str | None = None
    """Where to look: the segment, product, offer or row that it is about, in the files as they are now."""
    fails: bool = False
    """Whether it fails the gate."""
    waiver: str | None = None
    """`id` of the entry of `waivers` that accepts that it cannot be made."""


class Base(Part):
    """What the audit was compared with, and what the change did to everything that is not a finding now."""

    against: str
    """As it was asked for: a directory, a saved result or a revision."""
    kind: Literal["directory", "result", "revision"]
    revision: str | None = None
    """The commit."""
    present: bool = True
    """False: that revision does not have the directory; everything is new."""
    verdict: Literal["passed", "failed", "not-proven"] | None = None
    """Of the base, under the policies of now and its own waivers; null where there is nothing at the base."""
    policy_changed: bool = False
    states: dict[State, int] = {}
    """All nine states, of findings and `others` together."""
    failing: int = 0
    """How many of findings and `others` fail the gate."""
    by_policy: int = 0
    """How many findings exist only because the policy changed."""
    others: list[Other] = []
    """Fixed, lost sight of, removed, and now visible and passed."""
    policy_drops: list[Other] = []
    """What the base's own policy finds now, and the changed policy does not, or for a milder level; in no state."""
    proposed: list[Waiver] = []
    """Entries of the waiver file that the base does not have; they accept nothing yet."""
