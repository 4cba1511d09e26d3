"""Checks that set rows of a book side by side: one comparison per group of rows that are alike.

Only rows in scope count. A group fails if what is known of it fails; else it passes only where all of it is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from tests.oracle.legs import MISSING, Judged, Pair, decide, first_reason
from tests.oracle.lines import RowComparison
from tests.oracle.quotes import place_of

SCOPE_UNKNOWN = "scope-unknown"


class Values(NamedTuple):
    """Both values of a row under a cost term, where they are certain; else why not."""

    row: Any
    existing: Fraction | None
    comparator: Fraction | None
    reason: str | None = None


def members(on: Any) -> tuple[list[tuple[Any, bool]], list[RowComparison]]:
    """The rows with whether their scope is known; and where all are out of scope, the one comparison that says so."""
    rows = [(row, on.barred(on.tables.of_row(row))) for row in on.inputs.book or ()]
    left = [(row, barred is None) for row, barred in rows if barred is None or barred[1] == SCOPE_UNKNOWN]
    if rows and not left:
        assert rows[0][1] is not None
        return [], [RowComparison(on.rule.id, *rows[0][1])]
    return left, []


def concluded(on: Any, judged: Judged | None, reason: str | None, kind: str, **named: Any) -> RowComparison:
    """A failure stands; otherwise what is not known leaves everything open."""
    if reason is not None and (judged is None or judged.outcome != "fail"):
        judged = Judged("unknown", reason)
    assert judged is not None
    return RowComparison(on.rule.id, **on.said(judged, kind), **named)


def place_with_likes(on: Any, row: Any) -> tuple[tuple[str, str], ...]:
    """Rows that differ in anything that must be alike are never in one group."""
    return tuple(sorted({**row.like, **dict(place_of(row, on.named))}.items()))


def by(rows: list[Any], key: Any) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


# -- one rate for all ------------------------------------------------------------------------------------------------


def uniform_rate(on: Any) -> Iterator[RowComparison]:
    """The worst and the best rate of those who have been here for more than so many months."""

    def key(one: tuple[Any, bool]) -> Any:
        row = one[0]
        kind = row.product if "product" in on.named else on.tables.product_type(row)
        supplier = row.supplier if row.supplier is not None else on.catalog.supplier
        return kind, supplier, place_with_likes(on, row)

    rows, left_out = members(on)
    yield from left_out
    over = on.rule.over or 0
    nowhere = all(row.rate is None for row in on.inputs.book or ())
    past = [(r, known) for r, known in rows if r.tenure_months is None or r.tenure_months > over]
    for (kind, _, place), group in by(past, key).items():
        # Where nobody states a rate there is none to be uniform: nobody at all, or nobody of those who have a price.
        priced = all(row.price is not None for row, _ in group)
        if all(row.rate is None for row, _ in group) and (priced or nowhere):
            continue
        sure = [row for row, known in group if known and row.tenure_months is not None and row.rate is not None]
        reason = SCOPE_UNKNOWN if not all(known for _, known in group) else MISSING if len(sure) < len(group) else None
        judged = one_rate(on, sure) if sure else None
        customers = sum(row.count for row, _ in group)
        named = {"product": kind, "place": place, "term": "rate", "customers": customers}
        yield concluded(on, judged, reason, "points", **named)


def one_rate(on: Any, rows: list[Any]) -> Judged:
    rates = [Fraction(row.rate) for row in rows]
    lower = on.lower_is_better(rows[0])
    worst, best = (max(rates), min(rates)) if lower else (min(rates), max(rates))
    gap = abs(worst - best)
    outcome = "fail" if gap > on.limit("points")(best) else "pass"
    return Judged(outcome, None, gap, worst, best)


# -- both values of a row --------------------------------------------------------------------------------------------


def terms_of(on: Any, row: Any) -> list[str]:
    """The cost terms of default-gap on a row."""
    mine, _ = on.shelf.row_side(row)
    candidates, _ = on.shelf.candidates(row, on.compare.with_)
    return list(on.cost_terms(mine, candidates))


def values_of(on: Any, row: Any, term: str) -> Values:
    """What was set for a row and its best quote. Only what is certain can be divided or added up."""
    mine, clock = on.shelf.row_side(row)
    candidates, reason = on.shelf.candidates(row, on.compare.with_)
    if reason is not None:
        return Values(row, None, None, reason)
    if term != "rate" and clock.once is None and any(due_once(leg, term) for leg in [mine, *candidates]):
        # Equal one-off sums cancel in a difference, not in a ratio; how much of them falls to a month nobody knows.
        return Values(row, None, None, MISSING)
    pairs: list[Pair] = [on.pair(term, mine, c, clock, on.lower_is_better(row)) for c in candidates]
    doubts = {doubt for pair in pairs if pair.low.gap != pair.high.gap for doubt in pair.doubts}
    if doubts:
        return Values(row, None, None, first_reason(doubts))
    judged = decide([[pair] for pair in pairs], lambda _: Fraction(0), None)
    return Values(row, judged.existing, judged.comparator)


def due_once(leg: Any, term: str) -> bool:
    """Whether any of a leg's cost is due once."""
    if term == "list_price":
        return False
    once = any(fee.when in ("start", "end") for fee in leg.fees or ())
    given = any(gift.percent is None and gift.cash is not False for gift in leg.gifts)
    return given or (once and term == "total_cost")


# -- who bears it ----------------------------------------------------------------------------------------------------


def concentration(on: Any) -> Iterator[RowComparison]:
    """The share of the gap that vulnerable customers bear, against their share of customers."""

    def key(one: tuple[Any, bool]) -> Any:
        return one[0].product, place_of(one[0], on.named), terms_of(on, one[0])[0]

    rows, left_out = members(on)
    yield from left_out
    # Where nobody says who is vulnerable there is nothing to share out.
    if all(row.vulnerable is None for row, _ in rows):
        return
    for (product, place, term), group in by(rows, key).items():
        found = [values_of(on, row, term) for row, known in group if known]
        compared = [one for one in found if one.reason is None]
        judged, reason = borne(on, term, compared), None
        if judged is None:
            reason = first_reason(one.reason for one in found) if found else None
        if not all(known for _, known in group):
            reason = SCOPE_UNKNOWN
        elif any(one.row.vulnerable is None for one in compared):
            judged, reason = None, MISSING
        customers = sum(row.count for row, _ in group)
        yield concluded(on, judged, reason, "share", product=product, place=place, term=term, customers=customers)


def borne(on: Any, term: str, compared: list[Values]) -> Judged | None:
    """Share of the gap against share of customers."""
    if not compared:
        return None
    total, theirs = Fraction(0), Fraction(0)
    for row, existing, comparator, _ in compared:
        assert existing is not None
        assert comparator is not None
        worse = existing - comparator if term != "rate" or on.lower_is_better(row) else comparator - existing
        gap = row.count * max(worse, Fraction(0))
        total += gap
        theirs += gap if row.vulnerable else 0
    everyone = sum(one.row.count for one in compared)
    share = Fraction(sum(one.row.count for one in compared if one.row.vulnerable), everyone)
    of_gap = theirs / total if total else Fraction(0)
    outcome = "fail" if of_gap - share > on.limit("share")(share) else "pass"
    return Judged(outcome, None, of_gap - share, of_gap, share)


# -- dearer with time ------------------------------------------------------------------------------------------------


def price_walk(on: Any) -> Iterator[RowComparison]:
    """The largest rise of what customers pay, in proportion to the comparator, from one tenure to a later one."""

    def key(one: tuple[Any, bool, str]) -> Any:
        row, _, term = one
        # Rates that are paid and rates that are earned do not walk together.
        lower = term != "rate" or on.lower_is_better(row) is True
        return row.product, place_with_likes(on, row), (row.risk if "risk" in on.named else None, lower), term

    rows, left_out = members(on)
    yield from left_out
    listed = [(row, known, term) for row, known in rows for term in terms_of(on, row)]
    for (product, place, _, term), group in by(listed, key).items():
        found = [values_of(on, row, term) for row, known, _ in group if known]
        # Nothing is a proportion of nothing, and nobody walks who has no tenure.
        seen = [one for one in found if one.reason is None and one.comparator and one.row.tenure_months is not None]
        reasons = [one.reason for one in found if one not in seen and one.reason is not None]
        if len(seen) < len(found) and not reasons:
            reasons = [MISSING]
        reasons += [SCOPE_UNKNOWN for _, known, _ in group if not known]
        # A mean that a row might still change proves nothing, and a row without a tenure might change any.
        unseen = [one.row for one in found if one not in seen] + [row for row, known, _ in group if not known]
        open_ = {row.tenure_months for row in unseen}
        proving = [] if None in open_ else [one for one in seen if one.row.tenure_months not in open_]
        judged = walked(on, proving, term)
        if judged is None and not reasons:
            continue
        reason = first_reason(reasons) if reasons else None
        customers = sum(row.count for row, _, _ in group)
        yield concluded(on, judged, reason, "ratio", product=product, place=place, term=term, customers=customers)


def walked(on: Any, seen: list[Values], term: str) -> Judged | None:
    """The largest rise between two tenures; None with fewer than two."""
    ratios: dict[int, list[tuple[int, Fraction]]] = {}
    for row, existing, comparator, _ in seen:
        assert existing is not None
        assert comparator is not None
        ratios.setdefault(row.tenure_months, []).append((row.count, existing / comparator))
    means = [
        sum((count * ratio for count, ratio in ratios[tenure]), Fraction(0)) / sum(count for count, _ in ratios[tenure])
        for tenure in sorted(ratios)
    ]
    sign = -1 if term == "rate" and seen and not on.lower_is_better(seen[0].row) else 1
    rises = [(sign * (after - before), after, before) for n, after in enumerate(means) for before in means[:n]]
    if not rises:
        return None
    gap, after, before = max(rises, key=lambda rise: rise[0])
    outcome = "fail" if gap > on.limit("ratio")(before) else "pass"
    return Judged(outcome, None, gap, after, before)
