"""Comparisons of several rows of a book: rates that should be one, who bears the gaps, prices that walk up."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

import polars as pl

from fairoffer.audit.asked import Desk, Option, of_several
from fairoffer.audit.comparison import Comparison, blank
from fairoffer.audit.grouped import decided
from fairoffer.book.bearing import By, Weighed, excess, with_chance
from fairoffer.book.groups import place_of
from fairoffer.book.keys import BUCKETS
from fairoffer.book.slots import OUT, UNREADABLE, Slot, reason_of
from fairoffer.book.statistics import Walk
from fairoffer.compare.legs import known
from fairoffer.compare.subject import Place, Subject
from fairoffer.model.part import Months
from fairoffer.model.result import Outcome


@dataclass
class Members:
    """Rows that are compared with each other: customers by outcome, the ends of their values, and who bears gaps, by
    whether they are vulnerable (0: not known, 1: no, 2: yes) and random part."""

    outcomes: Counter[int] = field(default_factory=Counter)
    ends: tuple[int, int] | None = None
    people: By = field(default_factory=Counter)
    borne: By = field(default_factory=Counter)

    @property
    def customers(self) -> int:
        return sum(number for outcome, number in self.outcomes.items() if outcome != OUT)

    @property
    def reasons(self) -> list[str]:
        """Why some of them could not be compared."""
        return [reason for reason in map(reason_of, sorted(self.outcomes)) if reason is not None]

    @property
    def blind(self) -> str | None:
        """Why a group that does not fail cannot pass."""
        return "scope-unknown" if "scope-unknown" in self.reasons else None


Named = tuple[str, Place]
EXCLUDED = Decimal(1)
"""Percent: a walk passes where its interval leaves out a rise of more than this, or than the rule allows."""


def members_in(merged: pl.DataFrame, slot: int) -> dict[Named, Members]:
    """The groups of a slot by product and place, from merged partial results."""
    found: dict[Named, Members] = defaultdict(Members)
    wanted = merged.filter((pl.col("slot") == slot) & pl.col("part").is_in(["rows", "range", "borne"]))
    for row in wanted.iter_rows(named=True):
        like = json.loads(row["cell"]) if row["cell"] else {}
        like.pop("supplier", None)
        place = tuple(sorted({**like, **dict(place_of(row["place"]))}.items()))
        own = found[row["product"], place]
        if row["part"] == "rows":
            own.outcomes[row["key"]] += row["customers"]
        elif row["part"] == "range":
            ends = (row["lo"], row["hi"])
            own.ends = ends if own.ends is None else (min(own.ends[0], ends[0]), max(own.ends[1], ends[1]))
        else:
            own.people[divmod(row["key"], BUCKETS)] += row["customers"]
            own.borne[divmod(row["key"], BUCKETS)] += row["s0"]
    return found


def of_members(desk: Desk, slot: Slot, groups: Mapping[Named, Members], k: int) -> Iterator[Comparison]:
    """The comparisons of a check on groups, but for walks; one that says so where a rule is for nobody, and one for all
    groups of fewer than ``k`` customers: none of these is shown, and what fails among them is not passed over."""
    inside = {name: own for name, own in groups.items() if own.customers}
    large = {name for name, own in inside.items() if own.customers >= k and set(own.outcomes) != {UNREADABLE}}
    weighed = []
    for number, (product, place) in enumerate(sorted(large)):
        own = inside[product, place]
        subject = Subject(number, product, None, place, count=own.customers)
        if desk.bound.check.id == "uniform-rate":
            yield uniform_rate(desk, slot, subject, own)
        else:
            found = concentration(desk, slot, subject, own)
            weighed.append(Weighed(found, excess(own.people, own.borne), allowed_for(desk, found)))
    yield from with_chance(weighed)
    rest = [inside[name] for name in sorted(inside) if name not in large]
    if rest:
        people = sum(own.customers for own in rest)
        yield of_small(desk, slot, rest, Subject(len(large), "", None, (), count=people), k)
    if groups and not inside:
        yield blank(desk.bound, Subject(0, "", None, ()), "", "out-of-scope", "scope")


def of_small(desk: Desk, slot: Slot, groups: Sequence[Members], subject: Subject, k: int) -> Comparison:
    """Groups that are too small to be shown: rates that differ are said, without them; shares of a few say nothing."""
    if desk.bound.check.id == "uniform-rate":
        judged = [uniform_rate(desk, slot, subject, own) for own in groups]
        failing = sum(one.outcome == desk.bound.level for one in judged)
        if failing:
            found = blank(desk.bound, subject, "rate", desk.bound.level, None)
            return replace(found, facts=((f"groups of fewer than {k} customers that fail", str(failing)),))
        if all(one.outcome == "pass" for one in judged):
            return blank(desk.bound, subject, "rate", "pass", None)
    unread = all(set(own.outcomes) == {UNREADABLE} for own in groups)
    return blank(desk.bound, subject, slot.term, "not-assessable", "unreadable" if unread else "below-k")


def uniform_rate(desk: Desk, slot: Slot, subject: Subject, own: Members) -> Comparison:
    """The highest and the lowest rate of accounts that should have one."""
    asked = of_several(subject, "rate", slot.sign, "percent")
    if own.ends is not None:
        low, high = (Fraction(end, slot.unit) for end in own.ends)
        worst, best = (high, low) if slot.sign > 0 else (low, high)
        asked.options.append(_option(worst, best))
    return decided(desk, asked, own.blind or ("missing-value" if own.reasons else None))


def concentration(desk: Desk, slot: Slot, subject: Subject, own: Members) -> Comparison:
    """Vulnerable customers' part of all that is worse, against their part of the customers."""
    asked = of_several(subject, slot.term, 1, "share")
    everyone, gaps = own.people.total(), own.borne.total()
    hurt, borne = (sum(size for (stated, _), size in by.items() if stated == 2) for by in (own.people, own.borne))
    if own.reasons:
        asked.notes = frozenset({"share-of-those-compared"})
    if any(size for (stated, _), size in own.people.items() if not stated):
        asked.reason = "missing-value"
    elif everyone:
        asked.options.append(_option(Fraction(borne, gaps or 1), Fraction(hurt, everyone)))
    else:
        asked.reason = own.reasons[0] if own.reasons else "no-comparator"
    return decided(desk, asked, own.blind)


def _option(mine: Fraction, theirs: Fraction) -> Option:
    return Option(None, known(mine), known(theirs))


def allowed_for(desk: Desk, found: Comparison) -> Fraction:
    """How much larger the part of the gaps may be, as a part of one."""
    tolerance = desk.bound.rule.tolerance
    if tolerance is None:
        return Fraction(0)
    share = found.part(found.comparator) or Fraction(0)
    return max(Fraction(tolerance.points or 0) / 100, Fraction(tolerance.percent or 0) / 100 * share)


def of_walks(
    desk: Desk, slot: Slot, walks: Sequence[Walk], groups: Mapping[Named, Members], k: int
) -> Iterator[Comparison]:
    """A comparison for every walk: it fails where the price rises by more than the tolerance, chance allowed for. Walks
    of fewer than ``k`` customers are one, which is not assessed."""
    few = sum(walk.n for walk in walks if walk.n < k)
    if few:
        subject = Subject(len(walks), "", None, (), count=few)
        found = blank(desk.bound, subject, slot.term, "not-assessable", "below-k")
        yield replace(found, notes=("walk-of-few-customers",))
    walks = [walk for walk in walks if walk.n >= k]
    if not walks and not few:
        yield blank(desk.bound, Subject(0, "", None, ()), slot.term, *nobody(groups))
    tolerance = desk.bound.rule.tolerance
    allowed = Decimal(0) if tolerance is None else max(tolerance.percent or Decimal(0), tolerance.points or Decimal(0))
    for number, walk in enumerate(walks):
        own = groups.get((walk.product, place_of(walk.place)), Members())
        subject = Subject(number, walk.product, None, place_of(walk.place), count=walk.n)
        if own.blind is not None or walk.thin is not None or walk.rise is None:
            reason, why = thinness(walk)
            found = blank(desk.bound, subject, slot.term, "not-assessable", own.blind or reason)
            yield found if own.blind else replace(found, notes=(why,) if why else ())
            continue
        fails = walk.fails(allowed)
        if not fails and (walk.most or Decimal(0)) > max(allowed, EXCLUDED):
            found = blank(desk.bound, subject, slot.term, "not-assessable", "below-k")
            yield replace(found, notes=("walk-of-wide-interval",))
            continue
        unit = 10_000
        rise = int(walk.rise * unit)
        yield replace(
            blank(desk.bound, subject, slot.term, desk.bound.level if fails else "pass", None),
            unit=unit,
            existing=unit * 100 + rise,
            comparator=unit * 100,
            gap=rise,
            gap_least=int((walk.rise_low or Decimal(0)) * unit),
            gap_most=Fraction(walk.rise_high or Decimal(0)),
            gap_now=rise,
            some_now=True,
            tenure=months_of(walk.tenure_months),
            newest=months_of(walk.against_months),
            measure="percent",
            notes=("walk-of-the-price-alone",) if walk.basis == "price" else (),
        )


def nobody(groups: Mapping[Named, Members]) -> tuple[Outcome, str]:
    """What is said where there is no walk at all."""
    outcomes = Counter[int]()
    for own in groups.values():
        outcomes.update(own.outcomes)
    if outcomes and set(outcomes) == {OUT}:
        return "out-of-scope", "scope"
    reasons = [reason for reason in map(reason_of, sorted(outcomes)) if reason is not None]
    return "not-assessable", reasons[0] if reasons else "missing-value"


def thinness(walk: Walk) -> tuple[str, str]:
    """Why nothing is claimed of a walk: the reason, and the note that says it in words."""
    if walk.share_matched is None:
        return "no-comparator", "walk-of-few-matched"
    if 2 * walk.share_matched < 1:
        return "no-comparator", "walk-of-few-matched"
    return "below-k", "walk-of-one-band" if walk.tenure_months is None else "walk-of-few-cells"


def months_of(band: Months | None) -> tuple[int, int | None]:
    return (1, None) if band is None else (band.from_ or 0, band.to)
