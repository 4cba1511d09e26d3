"""What a pair of legs differ by, and what a customer's situation comes to when some of it is not known.

A gap is always positive where the existing customer is worse off. With unknowns a gap lies between a lowest and a
highest value; when both lead to the same outcome the unknowns did not matter, and the gap that is certain is the one
told: for a failure the lowest, for a pass the highest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from tests.oracle.costs import LENDING, Amount, Costs, Leg, minimum_term

Number = Any  # a Fraction, or an infinity where nothing limits the value
Values = frozenset[tuple[Fraction, Fraction]]

NO_COMPARATOR, MISSING, UNCLASSIFIED = "no-comparator", "missing-value", "unclassified-incentive"
REASONS = (NO_COMPARATOR, MISSING, "audience-unknown", UNCLASSIFIED)  # where several apply, the first of these is told


class Cell(NamedTuple):
    """The outcome for one customer: pass, fail, unknown (with a reason) or out (with a reason)."""

    outcome: str
    reason: str | None = None
    gap: Fraction | None = None
    values: Values | None = None  # each pair of values at which the gap is that; None: not said


class End(NamedTuple):
    """One end of what a gap may be, and both values there."""

    gap: Number
    existing: Number
    comparator: Number


class Pair(NamedTuple):
    """Lowest and highest gap, and the kinds of unknown that make the difference."""

    low: End
    high: End
    doubts: frozenset[str]


@dataclass(frozen=True)
class CostTerm:
    """`total_cost@12`, `core_price@12`, `interest_earned@12/1000` or `interest_paid@12/1000`."""

    kind: str
    horizon: int
    balance: Decimal | None = None

    @property
    def name(self) -> str:
        """As results spell it."""
        tail = "" if self.balance is None else f"/{plain(self.balance)}"
        return f"{self.kind}@{self.horizon}{tail}"

    @property
    def higher_is_better(self) -> bool:
        """Only interest that is earned."""
        return self.kind == "interest_earned"


class Scales:
    """Weighs legs against each other on a cost term."""

    def __init__(self, costs: Costs) -> None:
        self.costs = costs
        self._pairs: dict[Any, Pair] = {}

    def bound(self, leg: Leg) -> int:
        """The months of minimum term that lie ahead."""
        if leg.offer is None:
            return 0
        term = minimum_term(self.costs.offers[leg.offer])
        return max(0, term - leg.month) if leg.held else term

    def amount(self, term: CostTerm, leg: Leg, months: int) -> Amount:
        """The leg over so many months, stated for the horizon of the term."""
        if term.balance is not None:
            found = self.costs.interest(leg, months, Fraction(term.balance))
        else:
            found = self.costs.cost(leg, months, term.horizon, core=term.kind == "core_price")
        return found.scaled(Fraction(term.horizon, months))

    def own(self, term: CostTerm, leg: Leg) -> Amount:
        """The leg over the horizon or its own minimum term, whichever is longer."""
        return self.amount(term, leg, max(term.horizon, self.bound(leg)))

    def pair(self, term: CostTerm, existing: Leg, comparator: Leg) -> Pair:
        """Both over the horizon or the longer minimum term, stated for the horizon."""
        key = (term, existing, comparator)
        if key not in self._pairs:
            months = max(term.horizon, self.bound(existing), self.bound(comparator))
            sides = self.amount(term, existing, months), self.amount(term, comparator, months)
            self._pairs[key] = differ(*sides, term.higher_is_better)
        return self._pairs[key]

    def judge(self, term: CostTerm, existing: Iterable[Leg], comparators: Iterable[Leg], limit: Limit) -> Cell:
        """The worst comparator, each against the best the customer has."""
        mine = list(existing)
        return decide([[self.pair(term, r, c) for r in mine] for c in comparators], limit)


Limit = Callable[[Fraction], Fraction]  # from the comparator's value to the tolerance


def differ(existing: Amount, comparator: Amount, higher: bool, unlimited: tuple[str, ...] = ("price",)) -> Pair:
    """The gap between two amounts, each unknown being the same on both sides."""
    sign = -1 if higher else 1
    names = set(existing.unknown) | set(comparator.unknown)
    net = {n: sign * (existing.unknown.get(n, 0) - comparator.unknown.get(n, 0)) for n in names}
    doubts = frozenset("price" if n.kind == "price" else "incentive" for n in names if net[n] != 0)
    low, high = (corner(existing, comparator, net, sign, side, unlimited) for side in (-1, 1))
    return Pair(low, high, doubts)


def corner(e: Amount, c: Amount, net: dict[Any, Any], sign: int, side: int, unlimited: tuple[str, ...]) -> End:
    """The end of the gap towards `side`: every unknown at the value that moves it furthest."""
    mine, theirs, points, endless = e.known, c.known, False, False
    for name, count in net.items():
        if count * side <= 0:
            continue  # at zero
        if name.kind == "share":
            mine += e.unknown.get(name, Fraction(0))
            theirs += c.unknown.get(name, Fraction(0))
        elif name.kind in unlimited:
            endless = True
        else:
            points = True
    if endless:
        return End(side * math.inf, None, None)
    if points and side < 0:
        mine = min(mine, Fraction(0))  # points may be worth all that the customer pays
    elif points:
        theirs = min(theirs, Fraction(0))
    return End(sign * (mine - theirs), mine, theirs)


def decide(rows: list[list[Pair]], limit: Limit) -> Cell:
    """For each comparator (row) the smallest gap to what the customer has; of those the largest."""
    if not rows or not rows[0]:
        return Cell("unknown", NO_COMPARATOR)
    low, lows = worst([[pair.low for pair in row] for row in rows])
    high, highs = worst([[pair.high for pair in row] for row in rows])
    fails_low, fails_high = fails(low, lows, limit), fails(high, highs, limit)
    if fails_low != fails_high:
        doubts = {doubt for row in rows for pair in row for doubt in pair.doubts}
        return Cell("unknown", MISSING if "price" in doubts else UNCLASSIFIED)
    if fails_low:
        return Cell("fail", None, low, lows)
    return Cell("pass", None, high, highs)


def worst(rows: list[list[End]]) -> tuple[Number, Values]:
    """The largest of the smallest gaps, and each pair of values that has it."""
    best = [min(end.gap for end in row) for row in rows]
    gap = max(best)
    values = {
        (end.existing, end.comparator)
        for row, least in zip(rows, best, strict=True)
        for end in row
        if least == gap and end.gap == gap
    }
    return gap, frozenset(values)


def fails(gap: Number, values: Values, limit: Limit) -> bool:
    """Whether a gap is beyond the tolerance."""
    if isinstance(gap, float):
        return gap > 0
    return any(gap > limit(comparator) for _, comparator in values)


def tolerance(rule: Any, kind: str, horizon: int, balance: Decimal | None = None) -> Limit:
    """The tolerance of a rule on a term, given the comparator's value. `kind`: money, interest or unit."""
    allowed = rule.tolerance

    def limit(comparator: Fraction) -> Fraction:
        found = [Fraction(0)]
        if allowed is None:
            return found[0]
        if allowed.money is not None and kind in ("money", "interest"):
            scale = {"month": Fraction(horizon), "year": Fraction(horizon, 12)}.get(allowed.per or "", Fraction(1))
            found.append(Fraction(allowed.money) * scale)
        if allowed.percent is not None:
            found.append(Fraction(allowed.percent) / 100 * abs(comparator))
        if allowed.points is not None and kind == "interest" and balance is not None:
            found.append(Fraction(allowed.points) / 100 * Fraction(balance) * Fraction(horizon, 12))
        if allowed.amount is not None and kind == "unit":
            found.append(Fraction(allowed.amount))
        return max(found)

    return limit


def interest_kind(product_type: str) -> str:
    """Whether a product's rates are paid by the customer or to the customer."""
    return "interest_paid" if product_type in LENDING else "interest_earned"


def plain(amount: Decimal) -> str:
    """An amount without a trailing fraction of zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
