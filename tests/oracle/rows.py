"""Rows of a book, one after another: what each rule says of each customer, each notice and each record.

Told from the semantics by plain loops, fractions and nothing of the engine but the models it reads. `legs` weighs two
legs, `quotes` finds those that may be compared, `groups` compares rows with one another, `tables` reads conditions.

Where the semantics leave something open, the choice is a comment at the place. These matter most:

* Where no quote may be compared, the terms are those of the row alone.
* A percentage of the price is given as often as the price is paid.
* Of several reasons the first that could change the outcome, in the order of `REASONS`.
* A tolerance that nobody can scale makes the comparison `missing-value`, whatever the gap.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle import groups, tables
from tests.oracle.legs import (
    FROM_ZERO,
    MISSING,
    TAX,
    Clock,
    Fee,
    Judged,
    Limit,
    Pair,
    Side,
    Span,
    anything,
    apart,
    cost_pair,
    decide,
    for_the_row,
    gift_value,
    is_lending,
    just,
    rate_pair,
    unknown_pair,
)
from tests.oracle.lines import RowComparison
from tests.oracle.quotes import Shelf, place_of

PLACES = {"JPY": 0, "KWD": 3, "BHD": 3, "CLF": 4}
SCOPE, SCOPE_UNKNOWN, NOT_EFFECTIVE, NO_DATA = "scope", "scope-unknown", "not-effective", "no-data"
PAIRS = ("default-gap", "reach-gap", "term-gap", "incentive-gap", "component-gap")
GROUPS = ("price-walk", "uniform-rate", "concentration")
OF_CATALOGS = ("no-equivalent", "must-ask", "roll-over", "tier-gap")
COSTS = ("total_cost", "core_price", "list_price", "rate")
COMPONENTS = {"fees": "fee:", "addons": "addon:", "parts": "part:", "finance_rate": "finance_rate"}


def audit_rows(inputs: Any, as_of: date, trees: dict[str, Any]) -> list[RowComparison]:
    """Every comparison of the inputs' rows; `trees` has the condition tree of every SQL text in the policies."""
    found: list[RowComparison] = []
    for policy in inputs.policies:
        for rule in policy.rules:
            found += RuleOn(inputs, policy, rule, as_of, trees).comparisons()
    return sorted(found, key=lambda one: (one.key, one.outcome, str(one.reason), str(one.gap)))


class RuleOn:
    """One rule over all tables."""

    def __init__(self, inputs: Any, policy: Any, rule: Any, day: date, trees: dict[str, Any]) -> None:
        self.inputs, self.catalog, self.policy, self.rule, self.day = inputs, inputs.catalog, policy, rule, day
        self.compare = policy.compare_for(rule)
        self.named = tuple(self.compare.like_for_like)
        self.trees = trees
        self.places = PLACES.get(inputs.catalog.currency, 2)
        self.shelf = Shelf(inputs.catalog, policy, self.compare, day, self.places)
        self.tables = tables.Tables(inputs, policy, day)

    # -- what every rule has -----------------------------------------------------------------------------------------

    def force(self) -> str:
        """`yes`, `no` or, after an end that nobody confirmed, `unsure`."""
        effective = self.policy.effective_for(self.rule)
        if effective is None or (
            (effective.from_ is None or effective.from_ <= self.day)
            and (effective.to is None or self.day <= effective.to)
        ):
            return "yes"
        ended = effective.to is not None and effective.to < self.day
        return "unsure" if ended and not effective.sure else "no"

    def level(self) -> str:
        return "review" if self.force() == "unsure" else str(self.rule.level)

    def barred(self, columns: Any) -> tuple[str, str] | None:
        """Outcome and reason where a row is not compared at all because of the scope."""
        scopes = [self.trees[text].value(columns) for text in self.policy.scopes_for(self.rule)]
        if False in scopes:
            return "out-of-scope", SCOPE
        if None in scopes:
            return "not-assessable", SCOPE_UNKNOWN
        return None

    def comparisons(self) -> list[RowComparison]:
        """All of the rule; one that says so where there is nothing it could look at."""
        found = list(self.made())
        if self.force() != "no":
            return found
        # Before anything else: a rule that is not in force asks nothing of those it would have asked.
        nothing: dict[str, Any] = {
            "reason": NOT_EFFECTIVE,
            "gap": None,
            "gap_max": None,
            "existing": None,
            "comparator": None,
        }
        return [replace(one, outcome="out-of-scope", **nothing) for one in found]

    def made(self) -> list[RowComparison]:
        """All of the rule, as if it were in force."""
        if self.absent():
            return [RowComparison(self.rule.id, "not-assessable", NO_DATA)]
        if self.rule.check in PAIRS:
            return [one for index, row in enumerate(self.inputs.book or ()) for one in self.row_comparisons(row, index)]
        if self.rule.check in GROUPS:
            return list(getattr(groups, self.rule.check.replace("-", "_"))(self))
        if self.rule.check == "condition":
            return list(tables.condition(self))
        return list(tables.due(self)) if self.rule.check == "due" else []

    def absent(self) -> bool:
        """Whether all tables of the rule are absent; an empty table is one."""
        inputs, rule = self.inputs, self.rule
        no_book, no_market = inputs.book is None, not inputs.catalog.offers and inputs.segments is None
        if rule.check in ("component-gap", "uniform-rate"):
            return no_book
        if rule.check == "condition":
            return {
                "customers": no_book and inputs.segments is None,
                "notices": inputs.notices is None,
                "records": inputs.records is None,
                "lines": no_book and inputs.notices is None,
                "offers": not inputs.catalog.offers,
            }[rule.table]
        if rule.check == "due":
            # Notices name customers only.
            silent = rule.due.for_ in ("product", "segment") or inputs.notices is None
            kept = inputs.records is None and silent
            subject = {
                "customer": no_book,
                "contract": no_book,
                "product": no_book and not inputs.catalog.products,
                "segment": inputs.segments is None,
            }
            return kept or subject.get(rule.due.for_, False)
        # What an offer turns into, and what one has to ask for, only catalogs tell.
        return no_market if rule.check in OF_CATALOGS else no_book and no_market

    # -- numbers -----------------------------------------------------------------------------------------------------

    def limit(self, kind: str, clock: Clock | None = None) -> Limit:
        """The tolerance on money, points (of a rate), unit (a term), share or ratio; None: it cannot be scaled."""
        allowed = self.rule.tolerance

        def limit(comparator: Any) -> Fraction | None:
            found = [Fraction(0)]
            if allowed is None:
                return found[0]
            if allowed.money is not None and kind == "money":
                factor = Fraction(1) if allowed.per is None or clock is None else clock.factor(allowed.per)
                if factor is None:
                    return None
                found.append(Fraction(allowed.money) * factor)
            if allowed.percent is not None and comparator is not None:
                found.append(Fraction(allowed.percent) / 100 * abs(comparator))
            if allowed.points is not None and kind in ("points", "share", "ratio"):
                found.append(Fraction(allowed.points) / (1 if kind == "points" else 100))
            if allowed.amount is not None and kind in ("unit", "share", "ratio"):
                found.append(Fraction(allowed.amount))
            return max(found)

        return limit

    def bare(self, comparator: Any) -> Fraction:
        """What the percent of a tolerance allows, whatever its money comes to."""
        allowed = self.rule.tolerance
        percent = None if allowed is None else allowed.percent
        return Fraction(0) if percent is None or comparator is None else Fraction(percent) / 100 * abs(comparator)

    def cost_terms(self, mine: Side, candidates: list[Side]) -> list[str]:
        """What the rule's terms are on a row: `cost` is what there is, a price or a rate or both."""
        wanted = self.rule.terms or ("cost",)
        legs = [mine, *candidates]
        found = []
        for term in wanted:
            if term in ("interest_earned", "interest_paid"):
                term = "rate"
            if term in COSTS:
                found.append(term)
            if term not in ("cost", "*"):
                continue
            rated = any(leg.rate is not None for leg in legs)
            found += ["rate"] if rated else []
            # Where there is neither, the price is what is missing.
            if any(leg.price is not None for leg in legs) or not rated:
                found.append("total_cost")
        return list(dict.fromkeys(found))

    def lower_is_better(self, row: Any) -> bool | None:
        """Whether a rate is paid by the customer; None where nobody says what the product is."""
        kind = self.tables.product_type(row)
        return None if kind is None else is_lending(kind)

    def pair(self, term: str, mine: Side, theirs: Side, clock: Clock, lower: bool | None, beside: Any = None) -> Pair:
        """Two legs on a term."""
        if term == "rate":
            return rate_pair(mine.rate, theirs.rate, lower)
        return cost_pair(mine, theirs, clock, term, beside)

    # -- a row against its quotes ------------------------------------------------------------------------------------

    def row_comparisons(self, row: Any, index: int) -> Iterator[RowComparison]:
        """What a pair check says of one row."""
        barred = self.barred(self.tables.of_row(row))
        place = place_of(row, self.named)
        made = False
        for term, judged, kind, most in self.measured(row):
            made = True
            said = self.said(judged, kind, most)
            said["yearly"] = a_year(judged, kind, self.shelf.row_side(row)[1])
            if barred is not None:
                said = {"outcome": barred[0], "reason": barred[1]}
            yield RowComparison(
                self.rule.id,
                customer=row.customer,
                product=row.product,
                place=place,
                term=term,
                customers=row.count,
                row=index,
                **said,
            )
        if barred is not None and not made:
            # Whoever is not asked for any term is said once all the same.
            about = {"customer": row.customer, "product": row.product, "customers": row.count}
            yield RowComparison(self.rule.id, *barred, **about)

    def measured(self, row: Any) -> Iterator[tuple[str, Judged, str, Any]]:
        """Term, what it comes to, the kind of its numbers, and the gap at the whole value of gifts."""
        mine, clock = self.shelf.row_side(row)
        candidates, reason = self.shelf.candidates(row, self.compare.with_)
        check = self.rule.check
        if check in ("default-gap", "reach-gap"):
            for term in self.cost_terms(mine, candidates):
                yield self.cost_judged(row, term, mine, clock, candidates, reason)
        elif check == "incentive-gap":
            if any(leg.gifts for leg in [mine, *candidates]):
                judged = self.gifts_judged(mine, clock, candidates, reason)
                yield "incentives", judged, "money", gifts_at_most(mine, clock, candidates)
        elif check == "term-gap":
            yield from self.terms_judged(row, mine, clock, candidates, reason)
        else:
            yield from self.components_judged(mine, clock, candidates, reason)

    def cost_judged(
        self, row: Any, term: str, mine: Side, clock: Clock, candidates: list[Side], reason: str | None
    ) -> tuple[str, Judged, str, Any]:
        """default-gap and reach-gap on one term."""
        kind = "points" if term == "rate" else "money"
        if reason is not None:
            return term, Judged("unknown", reason), kind, None
        existing = [mine]
        if self.rule.check == "reach-gap":
            existing += self.shelf.candidates(row, "best-open")[0]
        lower = self.lower_is_better(row)

        def weighed(c: Side) -> list[Pair]:
            if term == "rate" and lower is None and mine.rate == c.rate:
                # Whatever is better, the row is no worse; what else there is to choose can only add to that.
                return [rate_pair(one.rate, c.rate, False) for one in existing]
            if term == "rate" and lower is None:
                return [unknown_pair(MISSING)]
            own = self.pair(term, mine, c, clock, lower)
            if own.low.gap == -math.inf and own.high.gap == math.inf:
                # A comparator that cannot be stated for the row's time is not set against anything else either.
                return [own]
            # A comparator is seen beside the row, what the customer could have beside the row and the comparator.
            return [self.pair(term, one, c, clock, lower, ((mine, c), (mine,))) for one in existing]

        rows = [weighed(c) for c in candidates]
        judged = decide(rows, self.limit(kind, clock), self.places if kind == "money" else None, self.bare)
        most = None
        if term != "rate" and judged.gap is not None:
            whole = [replace(c, gifts=tuple(g._replace(funded=None) for g in c.gifts)) for c in candidates]
            pairs = [weighed(c) for c in whole]
            most = "open" if any(p.doubts for row_ in rows + pairs for p in row_) else worst_gap(pairs)
        return term, judged, kind, most

    def gifts_judged(self, mine: Side, clock: Clock, candidates: list[Side], reason: str | None) -> Judged:
        """The largest single gift of each side, at what the firm pays."""
        if reason is not None:
            return Judged("unknown", reason)
        rows = [[apart(largest(mine, clock), largest(c, clock), -1)] for c in candidates]
        return decide(rows, self.limit("money", clock), self.places, self.bare)

    def terms_judged(
        self, row: Any, mine: Side, clock: Clock, candidates: list[Side], reason: str | None
    ) -> Iterator[tuple[str, Judged, str, Any]]:
        """Every term of the row that the cheapest quote states too."""
        asked = [name for name in sorted(mine.terms or {}) if {"*", name} & set(self.rule.terms) or not self.rule.terms]
        if reason is not None:
            for name in asked:
                yield name, Judged("unknown", reason), "unit", None
            return
        for name in asked:
            cheapest = self.cheapest(row, mine, clock, self.best_first(candidates, name))
            stating = [c for c in cheapest if name in (c.terms or {})]
            if not stating:
                continue
            assert mine.terms is not None
            sign = -1 if self.catalog.terms[name].better == "higher" else 1
            told = [
                decide([[apart(just(mine.terms[name]), just((c.terms or {})[name]), sign)]], self.limit("unit"), None)
                for c in stating
            ]
            # Where unknown costs leave it open which is the cheapest, all that may be must agree.
            if len(cheapest) == 1 or (len({one.outcome for one in told}) == 1 and len(stating) == len(cheapest)):
                pick = min if told[0].outcome == "fail" else max
                yield name, pick(told, key=lambda one: one.gap), "unit", None
            else:
                yield name, Judged("unknown", MISSING), "unit", None

    def best_first(self, candidates: list[Side], name: str) -> list[Side]:
        """Best on a term first; whoever says nothing of it last."""
        sign = -1 if self.catalog.terms[name].better == "higher" else 1
        return sorted(candidates, key=lambda c: (name not in (c.terms or {}), sign * (c.terms or {}).get(name, 0)))

    def cheapest(self, row: Any, mine: Side, clock: Clock, candidates: list[Side]) -> list[Side]:
        """The candidate that costs least (the first of equals), or all that may be where costs are not known."""
        rated = any(leg.rate is not None for leg in [mine, *candidates])

        lower = self.lower_is_better(row)

        def pair(one: Side, rival: Side) -> Pair:
            if rated and lower is None and not one.rate == rival.rate == mine.rate:
                return unknown_pair(MISSING)
            return self.pair("rate" if rated else "total_cost", one, rival, clock, lower, ((mine,), (mine,)))

        could = [one for one in candidates if not any(pair(one, c).low.gap > 0 for c in candidates if c is not one)]
        sure = all(p.low.gap == p.high.gap for p in (pair(one, c) for one in could for c in could if c is not one))
        return could[:1] if sure else could

    # -- components --------------------------------------------------------------------------------------------------

    def components_judged(
        self, mine: Side, clock: Clock, candidates: list[Side], reason: str | None
    ) -> Iterator[tuple[str, Judged, str, Any]]:
        """Each fee, add-on, part and the finance rate that either side has; nothing is set off against another."""
        mine, *candidates = by_party([mine, *candidates])
        for name in self.components([mine, *candidates]):
            kind = "points" if name == "finance_rate" else "money"
            if reason is not None:
                yield name, Judged("unknown", reason), kind, None
                continue
            per = stated_for(name, [mine, *candidates]) if name.startswith("fee:") else clock.per
            rows = [[component_pair(name, mine, c, clock, per)] for c in candidates]
            stated = None if per == "once" else Clock(per, clock.months)
            judged = decide(rows, self.limit(kind, stated), self.places if kind == "money" else None, self.bare)
            yield name, judged, kind, None

    def components(self, legs: list[Side]) -> list[str]:
        """The names of all that the rule asks for."""
        found = set()
        for leg in legs:
            found |= {f"fee:{fee.kind}" for fee in leg.fees or ()}
            found |= {f"addon:{name}" for name, _ in leg.addons or ()}
            found |= {f"part:{name}" for name, _ in leg.parts or ()}
            found |= set() if leg.finance_rate is None else {"finance_rate"}
        wanted = set(self.rule.terms)
        if not wanted or "*" in wanted:
            return sorted(found)
        groups_ = tuple(COMPONENTS[word] for word in wanted if word in COMPONENTS)

        def asked(name: str) -> bool:
            return name in wanted or name.rpartition("/")[0] in wanted or (bool(groups_) and name.startswith(groups_))

        return sorted(name for name in found if asked(name))

    # -- as shown ----------------------------------------------------------------------------------------------------

    def said(self, judged: Judged, kind: str, most: Any = None) -> dict[str, Any]:
        """A judgement as a comparison says it."""
        if judged.outcome == "unknown":
            return {"outcome": "not-assessable", "reason": judged.reason}
        shown = {name: self.shown(getattr(judged, name), kind) for name in ("gap", "existing", "comparator")}
        at_most = None if most is None or most == "open" else self.shown(most, kind)
        if at_most is not None and (shown["gap"] is None or at_most <= shown["gap"]):
            at_most = None
        open_values = any(shown[name] is None for name in ("existing", "comparator"))
        return {
            "outcome": self.level() if judged.outcome == "fail" else "pass",
            "gap_max": at_most,
            "certain": kind == "money" and most is not None and most != "open",
            "values": not open_values,
            **shown,
        }

    def shown(self, value: Any, kind: str) -> Decimal | None:
        """Rounded half up, once; None where it cannot be said."""
        if value is None or (not isinstance(value, Fraction) and math.isinf(value)):
            return None
        places = {"money": self.places, "share": 4, "ratio": 4}.get(kind, 8)
        scale = 10**places
        whole = (2 * abs(value.numerator) * scale + value.denominator) // (2 * value.denominator)
        return Decimal(-whole if value < 0 else whole).scaleb(-places)


def a_year(judged: Judged, kind: str, clock: Clock) -> Fraction | None:
    """A gap in money for a year; None where nobody knows how long a term is."""
    months = {"month": 1, "year": 12, "term": clock.months}[clock.per]
    return judged.gap * 12 / months if kind == "money" and judged.gap is not None and months else None


def worst_gap(rows: list[list[Pair]]) -> Any:
    """The largest of the smallest gaps."""
    return max(min(pair.high.gap for pair in row) for row in rows)


def largest(side: Side, clock: Clock) -> Span:
    """The largest single gift that is cash or as good, over the term; none is worth nothing."""
    if side.tax_differs and any(gift.percent is not None for gift in side.gifts):
        return anything(TAX)
    term = Clock("term", clock.months)
    values = [just(0)]
    for gift in side.gifts:
        value = gift_value(gift, side.price)
        values.append(value if gift.percent is None else for_the_row(value, term.factor(side.per)))
    low, high = max(value.low for value in values), max(value.high for value in values)
    doubts = frozenset().union(*(value.doubts for value in values if value.high > low))
    return Span(low, high, doubts)


def gifts_at_most(mine: Side, clock: Clock, candidates: list[Side]) -> Any:
    """The gap with the comparator's gifts at their whole value; "open" where something is not known."""
    whole = [replace(c, gifts=tuple(g._replace(funded=None) for g in c.gifts)) for c in candidates]
    spans = [largest(leg, clock) for leg in [mine, *whole]]
    known = all(span.sure for span in spans) and all(g.cash is not None for leg in whole for g in leg.gifts)
    return max(span.high for span in spans[1:]) - spans[0].low if known and whole else "open"


def by_party(legs: list[Side]) -> list[Side]:
    """Fees of one kind that two parties or more charge are fees apart, each with its party's name."""
    parties: dict[str, set[str]] = {}
    for leg in legs:
        for fee in leg.fees or ():
            parties.setdefault(fee.kind, set()).update({fee.party} if fee.party else set())

    def named(fee: Fee) -> Fee:
        several = len(parties[fee.kind]) > 1 and fee.party
        return fee._replace(kind=f"{fee.kind}/{fee.party}") if several else fee

    return [replace(leg, fees=None if leg.fees is None else tuple(named(fee) for fee in leg.fees)) for leg in legs]


def component_pair(name: str, mine: Side, theirs: Side, clock: Clock, per: str) -> Pair:
    """One component on both sides: what a list does not name is 0, a list that is not there is not known."""
    if name == "finance_rate":
        return rate_pair(mine.finance_rate, theirs.finance_rate, True)
    if mine.tax_differs or theirs.tax_differs:
        return unknown_pair(TAX)
    return apart(component(name, mine, clock, per), component(name, theirs, clock, per))


def component(name: str, leg: Side, clock: Clock, per: str) -> Span:
    """All amounts of one name, added."""
    group, _, item = name.partition(":")
    if group == "fee":
        if leg.fees is None:
            return FROM_ZERO
        own = [fee for fee in leg.fees if fee.kind == item]
        due = [("once" if fee.when in ("start", "end") else fee.when) for fee in own]
        if not clock.months and any(when not in (per, "once") for when in due):
            return FROM_ZERO
        return just(sum((fee_for(f.amount, d, per, clock.months) for f, d in zip(own, due, strict=True)), Fraction(0)))
    listed = leg.addons if group == "addon" else leg.parts
    if listed is None:
        return FROM_ZERO
    amount = sum((amount for one, amount in listed if one == item), Fraction(0))
    return for_the_row(just(amount), clock.factor(leg.per))


def fee_for(amount: Fraction, due: str, per: str, months: int | None) -> Fraction:
    """A fee for what all fees of its kind are stated for: one time, a month, a year, else the term."""
    return amount if due in (per, "once") or not months else amount * months / (12 if due == "year" else 1)


def stated_for(name: str, legs: list[Side]) -> str:
    """What fees of a kind are for: as all legs charge them; where some come once and others again, for the term."""
    kind = name.partition(":")[2]
    due = {fee.when for leg in legs for fee in leg.fees or () if fee.kind == kind}
    due = {"once" if when in ("start", "end") else when for when in due}
    return due.pop() if len(due) == 1 else "term"


__all__ = ["RowComparison", "RuleOn", "audit_rows"]
