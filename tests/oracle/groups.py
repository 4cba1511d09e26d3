"""Checks that set rows of a book side by side: one comparison per group of rows that are alike."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from tests.oracle.legs import MISSING, Judged, decide, first_reason
from tests.oracle.lines import RowComparison
from tests.oracle.quotes import choices_of, place_of

SCOPE_UNKNOWN = "scope-unknown"


class Seen(NamedTuple):
    """A row, and outcome and reason where it is not compared at all."""

    row: Any
    barred: tuple[str, str] | None


def grouped(on: Any, key: Any) -> Iterator[list[Seen]]:
    """All rows of the book by a key, in order."""
    found: dict[Any, list[Seen]] = {}
    for row in on.inputs.book or ():
        barred = on.barred(on.tables.of_row(row))
        found.setdefault(key(row), []).append(Seen(row, barred))
    yield from found.values()


def concluded(on: Any, rows: list[Seen], judged: Judged | None, kind: str, **named: Any) -> Iterator[RowComparison]:
    """One comparison of a group: a failure stands, a row of unknown scope leaves everything else open."""
    within = [one for one in rows if one.barred is None]
    open_scope = [one for one in rows if one.barred == ("not-assessable", SCOPE_UNKNOWN)]
    counted = within + open_scope or rows
    customers = sum(one.row.count for one in counted)
    if not within and not open_scope:
        # A group of rows that are all out of scope is one comparison that is out of scope.
        assert rows[0].barred is not None
        yield RowComparison(on.rule.id, *rows[0].barred, customers=customers, **named)
        return
    if open_scope and (judged is None or judged.outcome != "fail"):
        yield RowComparison(on.rule.id, "not-assessable", SCOPE_UNKNOWN, customers=customers, **named)
        return
    if judged is not None:
        yield RowComparison(on.rule.id, customers=customers, **on.said(judged, kind), **named)


def likes(row: Any) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(row.like.items()))


def product_in(on: Any, row: Any) -> Any:
    return row.product if "product" in on.named else None


# -- one rate for all ------------------------------------------------------------------------------------------------


def uniform_rate(on: Any) -> Iterator[RowComparison]:
    """The worst and the best rate of those who have been here for more than so many months."""

    def key(row: Any) -> Any:
        kind = row.product if "product" in on.named else on.tables.product_type(row)
        supplier = row.supplier if row.supplier is not None else on.catalog.supplier
        return kind, supplier, place_of(row, on.named), likes(row)

    over = on.rule.over or 0
    for all_rows in grouped(on, key):
        rows = [one for one in all_rows if one.row.tenure_months is None or one.row.tenure_months > over]
        if not rows:
            continue
        within = [one.row for one in rows if one.barred is None]
        judged = one_rate(on, within) if within else None
        row = rows[0].row
        named = {"product": product_in(on, row), "place": place_of(row, on.named), "term": "rate"}
        yield from concluded(on, rows, judged, "points", **named)


def one_rate(on: Any, rows: list[Any]) -> Judged:
    """A group of rows in scope; what is not known leaves it open unless the others differ too much already."""
    sure = [row for row in rows if row.tenure_months is not None and row.rate is not None]
    if sure:
        rates = [Fraction(row.rate) for row in sure]
        lower = on.lower_is_better(sure[0])
        worst, best = (max(rates), min(rates)) if lower else (min(rates), max(rates))
        gap = abs(worst - best)
        if gap > on.limit("points")(best):
            return Judged("fail", None, gap, worst, best)
    if len(sure) < len(rows):
        return Judged("unknown", MISSING)
    return Judged("pass", None, gap, worst, best)


# -- who bears it ----------------------------------------------------------------------------------------------------


def concentration(on: Any) -> Iterator[RowComparison]:
    """The share of the gap that vulnerable customers bear, against their share of customers."""

    def key(row: Any) -> Any:
        return row.product, place_of(row, on.named)

    for rows in grouped(on, key):
        term, judged = borne(on, [one.row for one in rows if one.barred is None])
        if judged is None or term is None:
            first = borne(on, [one.row for one in rows])[0]
            term = term or first
        row = rows[0].row
        yield from concluded(on, rows, judged, "share", product=row.product, place=place_of(row, on.named), term=term)


def borne(on: Any, rows: list[Any]) -> tuple[str | None, Judged | None]:
    """Term and judgement of a group: of the rows that could be compared; if none could, why."""
    compared: list[tuple[Any, Fraction]] = []
    reasons = []
    term = None
    for row in rows:
        name, judged, _ = first_cost(on, row)
        term = term or name
        if judged.outcome == "unknown":
            reasons.append(judged.reason)
        else:
            compared.append((row, max(judged.gap, Fraction(0))))
    if not compared:
        return term, Judged("unknown", first_reason(reasons)) if reasons else None
    if any(row.vulnerable is None for row, _ in compared):
        return term, Judged("unknown", MISSING)
    total = sum((row.count * gap for row, gap in compared), Fraction(0))
    theirs = sum((row.count * gap for row, gap in compared if row.vulnerable), Fraction(0))
    everyone = sum(row.count for row, _ in compared)
    share = Fraction(sum(row.count for row, _ in compared if row.vulnerable), everyone)
    of_gap = theirs / total if total else Fraction(0)
    outcome = "fail" if of_gap - share > on.limit("share")(share) else "pass"
    return term, Judged(outcome, None, of_gap - share, of_gap, share)


def first_cost(on: Any, row: Any) -> tuple[str, Judged, Any]:
    """default-gap without tolerance on the first of the rule's terms: name, judgement, existing by comparator."""
    mine, _ = on.shelf.row_side(row)
    candidates, _ = on.shelf.candidates(row, on.compare.with_)
    term = on.cost_terms(mine, candidates)[0]
    return (term, *untolerated(on, row, term))


def untolerated(on: Any, row: Any, term: str) -> tuple[Judged, Any]:
    """default-gap on a term without a tolerance, and the ratio of both sides."""
    mine, clock = on.shelf.row_side(row)
    candidates, reason = on.shelf.candidates(row, on.compare.with_)
    if reason is not None:
        return Judged("unknown", reason), None
    rows = [[on.pair(term, mine, c, clock, on.lower_is_better(row))] for c in candidates]
    judged = decide(rows, lambda _: Fraction(0), None if term == "rate" else on.places)
    if judged.outcome == "unknown" or judged.comparator is None or judged.comparator <= 0:
        return judged, None
    return judged, judged.existing / judged.comparator


# -- dearer with time ------------------------------------------------------------------------------------------------


def price_walk(on: Any) -> Iterator[RowComparison]:
    """The largest rise of what customers pay, in proportion to the comparator, from one tenure to a later one."""

    def key(row: Any) -> Any:
        risk = row.risk if "risk" in on.named else None
        return row.product, place_of(row, on.named), likes(row), risk

    for rows in grouped(on, key):
        within = [one.row for one in rows if one.barred is None]
        row = rows[0].row
        terms: dict[str, None] = {}
        for one in rows:
            mine, _ = on.shelf.row_side(one.row)
            candidates, _ = on.shelf.candidates(one.row, on.compare.with_)
            terms |= dict.fromkeys(t for t in on.cost_terms(mine, candidates) if t != "rate")
        for term in terms:
            judged = walked(on, within, term)
            named = {"product": row.product, "place": place_of(row, on.named), "term": term}
            yield from concluded(on, rows, judged, "ratio", **named)


def walked(on: Any, rows: list[Any], term: str) -> Judged | None:
    """The largest rise between two tenures; with fewer there is nothing to compare, or a reason why not."""
    ratios: dict[int, list[tuple[int, Fraction]]] = {}
    reasons = []
    for row in rows:
        judged, ratio = untolerated(on, row, term)
        if ratio is None or row.tenure_months is None:
            # Nothing is a proportion of nothing, and nobody walks who has no tenure.
            reasons.append(judged.reason or MISSING)
        else:
            ratios.setdefault(row.tenure_months, []).append((row.count, ratio))
    if len(ratios) < 2:
        return Judged("unknown", first_reason(reasons)) if reasons else None
    means = [
        sum((count * ratio for count, ratio in ratios[tenure]), Fraction(0)) / sum(count for count, _ in ratios[tenure])
        for tenure in sorted(ratios)
    ]
    rises = [(after - before, after, before) for n, after in enumerate(means) for before in means[:n]]
    gap, after, before = max(rises, key=lambda rise: rise[0])
    outcome = "fail" if gap > on.limit("ratio")(before) else "pass"
    return Judged(outcome, None, gap, after, before)


__all__ = ["choices_of", "concentration", "price_walk", "uniform_rate"]
