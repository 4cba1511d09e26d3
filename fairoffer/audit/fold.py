"""Cells folded into comparisons: one outcome, the worst gap and its witness, whom it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import polars as pl

from fairoffer.audit.bind import Bound, is_money, limit
from fairoffer.audit.comparison import Comparison, Witness
from fairoffer.compare.contest import Contest
from fairoffer.compare.frames import REASONS, UNDECIDED
from fairoffer.compare.subject import Subject
from fairoffer.model.result import Outcome

OUT_OF_SCOPE = ("no-equivalent", "not-asked")
"""Reasons that leave a cell out instead of making it not assessable."""
NOT_ASSESSABLE = (*[r for r in REASONS if r not in ("ok", *OUT_OF_SCOPE)], *UNDECIDED)


def fold(contest: Contest, rules: list[Bound]) -> Iterator[Comparison]:
    """All comparisons of a contest, for the rules that compare in its way."""
    if not contest.cells:
        return
    slots = contest.slot_frame()
    unmade = pl.DataFrame(contest.unmade, schema={"subject": pl.Int32, "slot": pl.Int32}, orient="row")
    cells = contest.cell_frame().filter(~pl.col("subject").is_in(sorted(contest.nobodys)))
    joined = cells.join(contest.value_frame(), on="pair").join(slots, on="slot")
    joined = joined.join(unmade, on=["subject", "slot"], how="anti").with_row_index("row")
    subjects = {s.number: s for s in contest.subjects.values()}
    for bound in rules:
        own = joined.filter(pl.col("check") == bound.check.id)
        terms = [t for t in own["term"].unique().sort().to_list() if bound.wants(t)]
        if not terms:
            continue
        own = own.filter(pl.col("term").is_in(terms))
        yield from folded(contest, bound, judged(contest, bound, own), subjects)


def judged(contest: Contest, bound: Bound, rows: pl.DataFrame) -> pl.DataFrame:
    """Every cell with its least and most gap, and whether it fails, passes or cannot be told."""
    has_choice_rule = "no-equivalent" in contest.checks
    gap = bound.check.gap
    limits = rows.select("slot", "term", "unit", "horizon").unique("slot").sort("slot")
    sizes, percents = [], []
    for row in limits.iter_rows(named=True):
        money = is_money(contest.shelf.catalog, row["term"])
        bar = limit(bound.rule.tolerance, row["term"], row["unit"], row["horizon"] or bound.way.months[0], money)
        sizes.append(bar.size)
        percents.append(bar.percent)
    percent = percents[0] if percents else None
    limits = limits.select("slot").with_columns(bar=pl.Series(sizes, dtype=pl.Int128))
    rows = rows.join(limits, on="slot").with_columns(low=gap)
    most = rows.select("row", "sign", existing="existing_most", comparator="comparator_most").with_columns(high=gap)
    rows = rows.with_columns(most["high"])
    ok = pl.col("reason") == "ok"
    beyond_low = beyond("low", "comparator", percent) & ~pl.col("open_least")
    beyond_high = beyond("high", "comparator_most", percent) | pl.col("open_most")
    rows = rows.with_columns(
        fails=ok & beyond_low.fill_null(value=False), passes=ok & ~beyond_high.fill_null(value=True)
    )
    # What passes does so even at its most; what fails does so even at its least.
    rows = rows.with_columns(
        size=pl.when("fails").then("low").when("passes").then("high"),
        mine=pl.when("passes").then("existing_most").otherwise("existing"),
        theirs=pl.when("passes").then("comparator_most").otherwise("comparator"),
    )
    reason = pl.col("reason").cast(pl.String)
    skipped = reason.is_in([r for r in OUT_OF_SCOPE if has_choice_rule or r != "no-equivalent"])
    reason = pl.when(reason == "no-equivalent").then(pl.lit("no-data")).otherwise(reason)
    unknown = pl.when(ok).then(pl.col("undecided").cast(pl.String)).otherwise(reason)
    return rows.with_columns(
        skipped=skipped,
        left_out=pl.when(skipped).then(pl.col("reason").cast(pl.String)),
        unknown=pl.when(~skipped & ~pl.col("fails") & ~pl.col("passes")).then(unknown.fill_null("missing-value")),
    )


def beyond(gap: str, comparator: str, percent: Fraction | None) -> pl.Expr:
    """Whether a gap exceeds the tolerance; exact, by cross multiplication."""
    over = pl.col(gap) > pl.col("bar")
    if percent is None:
        return over
    scaled = pl.col(gap) * pl.lit(percent.denominator, dtype=pl.Int128)
    return over & (scaled > pl.col(comparator).abs() * pl.lit(percent.numerator, dtype=pl.Int128))


def folded(contest: Contest, bound: Bound, rows: pl.DataFrame, subjects: Mapping[int, Subject]) -> Iterator[Comparison]:
    decided = pl.col("fails") | pl.col("passes")
    fails = pl.col("fails")
    order = {name: i for i, name in enumerate((*NOT_ASSESSABLE, *OUT_OF_SCOPE))}
    rank = pl.col("unknown").replace_strict(order, default=None, return_dtype=pl.Int8)
    ranked = rows.sort(
        [decided, fails, "size", "tenure_from", "first_day", "path", "row"],
        descending=[True, True, True, False, False, False, False],
        nulls_last=True,
    )
    out = ranked.group_by("subject", "slot", maintain_order=True).agg(
        pl.col("term", "check", "sign", "unit", "horizon").first(),
        fails.sum().alias("failing"),
        pl.col("passes").sum().alias("passing"),
        pl.col("unknown").count().alias("unclear"),
        rank.min().alias("unknown_rank"),
        pl.col("left_out").drop_nulls().first().alias("left_out"),
        pl.col("size").max().alias("worst"),
        pl.col("size").min().alias("least"),
        pl.col("high").filter(decided).max().alias("most"),
        pl.col("size").filter(~pl.col("coming")).max().alias("now"),
        (fails & ~pl.col("coming")).any().alias("fails_now"),
        (decided & ~pl.col("coming")).any().alias("decided_now"),
        (decided & pl.col("coming")).any().alias("decided_coming"),
        pl.col("tenure_from").filter(fails).min().alias("tenure_low"),
        pl.col("tenure_to").filter(fails).max().alias("tenure_high"),
        pl.col("tenure_to").filter(fails).is_null().any().alias("tenure_open"),
        pl.col("first_day").filter(fails).min().alias("day_low"),
        pl.col("last_day").filter(fails).max().alias("day_high"),
        *(pl.col(c).filter(decided).first().alias("w_" + c) for c in WITNESS),
    )
    names = {i: name for name, i in order.items()}
    for row in out.sort("subject", "slot").iter_rows(named=True):
        yield comparison(contest, bound, row, subjects[row["subject"]], names)


WITNESS = (
    "mine",
    "theirs",
    "existing_offer",
    "comparator_offer",
    "months",
    "tenure_from",
    "held",
    "coming",
    "group",
    "first_day",
    "path",
)


def comparison(
    contest: Contest, bound: Bound, row: Mapping[str, Any], subject: Subject, names: Mapping[int, str]
) -> Comparison:
    reason = None
    outcome: Outcome
    if row["failing"]:
        outcome = bound.level
    elif row["unclear"]:
        outcome, reason = "not-assessable", names[row["unknown_rank"]]
    elif row["passing"]:
        outcome = "pass"
    else:
        outcome, reason = "out-of-scope", row["left_out"]
    found = Comparison(bound, subject, row["term"], outcome, reason, int(row["unit"]), row["sign"], row["horizon"])
    if row["worst"] is None:
        return found
    return replace(
        found,
        existing=row["w_mine"],
        comparator=row["w_theirs"],
        gap=row["worst"],
        gap_least=row["least"],
        gap_most=Fraction(row["most"], found.unit) if row["most"] is not None and row["most"] > row["worst"] else None,
        gap_now=row["now"],
        cells="all" if row["failing"] and not row["passing"] and not row["unclear"] else "some",
        some_now=row["fails_now"] if row["failing"] else row["decided_now"],
        some_coming=row["decided_coming"],
        tenure=(row["tenure_low"] or 1, None if row["tenure_open"] else row["tenure_high"]),
        days=(row["day_low"] or 0, row["day_high"] or 0),
        witness=witness(contest, row),
    )


def witness(contest: Contest, row: Mapping[str, Any]) -> Witness:
    market, listing = contest.slot_market[row["slot"]]
    return Witness(
        market=market,
        listing=listing,
        existing_offer=row["w_existing_offer"],
        comparator_offer=row["w_comparator_offer"],
        months=row["w_months"],
        tenure=row["w_tenure_from"],
        held=row["w_held"],
        coming=row["w_coming"],
        group=None if row["w_group"] is None else contest.groups[row["w_group"]],
        day=row["w_first_day"],
        path=tuple(zip(*contest.paths[row["w_path"]], strict=True)),
    )


def merge_worlds(new: list[Comparison], existing: list[Comparison]) -> Iterator[Comparison]:
    """What holds whoever the offers with an unreadable audience are for: the same outcome in both worlds stands, with
    the smaller gap, the larger as ``gap_most``."""
    other = {c.key: c for c in existing}
    for one in new:
        two = other.pop(one.key, None)
        if two is None or (one.outcome, one.reason) != (two.outcome, two.reason):
            yield unknown_audience(one)
        elif one.gap is None or two.gap is None:
            yield one
        else:
            yield smaller_of(one, two)
    for left in other.values():
        yield unknown_audience(left)


def unknown_audience(found: Comparison) -> Comparison:
    return Comparison(
        found.bound,
        found.subject,
        found.term,
        "not-assessable",
        "audience-unknown",
        found.unit,
        found.sign,
        found.horizon,
    )


def smaller_of(one: Comparison, two: Comparison) -> Comparison:
    gaps = {id(c): c.part(c.gap) or Fraction(0) for c in (one, two)}
    low, high = sorted((one, two), key=lambda c: gaps[id(c)])
    most = max(high.gap_most or gaps[id(high)], low.gap_most or gaps[id(low)])
    return replace(low, gap_most=most if most > gaps[id(low)] else None)
