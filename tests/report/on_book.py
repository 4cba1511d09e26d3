"""A result about a book of customers: groups in numbers, statistics, and values that could not be read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fairoffer.model.result import (
    Assumption,
    Book,
    BookNumbers,
    Catalog,
    Comparisons,
    Counts,
    Finding,
    InputFile,
    Ledger,
    Money,
    Months,
    Policy,
    Result,
    Rule,
    RuleLedger,
    Side,
    Statistic,
    Totals,
    Unread,
)
from tests.report.parts import columns, identifier

POLICY = "house-loyalty"
BANDS = (Months(from_=1, to=11), Months(from_=12, to=23), Months(from_=24, to=59), Months(from_=60))
RENEWAL, REACH, WALK = "same-price", "best-within-reach", "no-walk"
# product, channel, band, n, worse, mean, p50, p90, largest, mean of the comparator, net
GROUPS = (
    ("fibre-100", "web", 1, 61200, 8120, "31.40", "28.00", "60.00", "96.00", "288.00", "198400.00"),
    ("fibre-100", "web", 2, 118400, 40310, "74.25", "70.50", "130.00", "204.00", "288.00", "2801220.40"),
    ("fibre-100", "web", 3, 96250, 71044, "142.80", "139.20", "230.00", "388.80", "288.00", "10120400.00"),
    ("fibre-100", "phone", 2, 9800, 5100, "96.00", "90.00", "150.00", "240.00", "300.00", "401200.00"),
    ("fibre-100", "phone", 3, 15021, 14800, "188.40", "180.00", "290.00", "420.00", "300.00", "2788000.00"),
    ("fibre-500", "web", 2, 40100, 2004, "18.00", "12.00", "44.00", "60.00", "444.00", "-310500.00"),
    ("fibre-500", "web", 3, 22480, 8800, "52.10", "48.00", "96.00", "120.00", "444.00", "322400.00"),
    ("fibre-500", "phone", 3, 1460, 12, "9.60", "9.60", "12.00", "12.00", "456.00", "-1200.00"),
)
PASSED = (("fibre-100", "phone", 1, 4012), ("fibre-500", "web", 1, 20333), ("fibre-500", "phone", 1, 14))
BLIND = (
    ("unreadable", "fibre-100", "web", 1, 1204),
    ("no-comparator", "fibre-500", "phone", 2, 3310),
    ("missing-value", "fibre-100", "web", None, 96),
)


def money(value: Decimal) -> str:
    return f"{value:.2f}"


def _numbers(n: int, worse: int, mean: str, quantiles: tuple[str, str, str], net: str, merged: int) -> BookNumbers:
    return BookNumbers(
        n=n,
        worse=worse,
        share_worse=f"{Decimal(worse) / n:.6f}",
        gross=money(Decimal(mean) * worse),
        net=net,
        mean=mean,
        p50=quantiles[0],
        p90=quantiles[1],
        max=quantiles[2],
        quantile_error="0.016",
        merged=merged,
    )


def _found(rule: str, check: str, term: str, level: str, group: tuple[Any, ...], part: str = "1") -> Finding:
    """A finding on a group; `part` of the mean is what this rule makes of it."""
    product, channel, band, n, worse, mean, p50, p90, most, theirs, net = group
    months = BANDS[band]
    mean, p50, p90, most = (money(Decimal(value) * Decimal(part)) for value in (mean, p50, p90, most))
    numbers = _numbers(n, worse, mean, (p50, p90, most), net, merged=2 if n < 2000 else 0)
    tenure = f"{months.from_} months and more" if months.to is None else f"{months.from_} to {months.to} months"
    return Finding.model_validate(
        {
            "id": identifier(rule, product, channel, band),
            "policy": POLICY,
            "rule": rule,
            "check": check,
            "level": level,
            "product": product,
            "place": {"channel": channel},
            "tenure_months": months,
            "days": {"from": "2026-11-21", "to": "2026-11-21"},
            "cells": "some",
            "term": term,
            "unit": "GBP",
            "existing": Side(value=money(Decimal(theirs) + Decimal(mean)), label="what was set"),
            "comparator": Side(value=theirs, label="a new customer's quote"),
            "gap": most,
            "gap_least": "0.60",
            "customers": worse,
            "gap_per_year": numbers.gross,
            "cause": identifier(product, rule, kind="fc1"),
            "says": f"Of {n:,} customers of {product} by {channel} at {tenure}, {worse:,} pay more than a new customer "
            f"is quoted, GBP {mean} a year on average.",
            "customer_view": f"You pay GBP {mean} a year more than somebody who joins today.",
            "steps": [("mean of what was set", money(Decimal(theirs) + Decimal(mean))), ("mean of the quotes", theirs)],
            "remedy": f"bring them down to the quote on their row: GBP {Decimal(numbers.gross or 0):,.2f} a year",
            "source": {"name": "House policy", "clause": "Nobody pays more for having stayed", "read": "primary"},
            "book": numbers,
        }
    )


def _walk() -> Finding:
    return Finding.model_validate(
        {
            "id": identifier(WALK, "fibre-100"),
            "policy": POLICY,
            "rule": WALK,
            "check": "price-walk",
            "level": "review",
            "product": "fibre-100",
            "term": "core_price",
            "unit": "ratio",
            "existing": Side(value="1.4100", label="share of the comparator at a longer tenure"),
            "comparator": Side(value="1.0900", label="share of it at a shorter one"),
            "gap": "0.3200",
            "cause": identifier("walk", "fibre-100", kind="fc1"),
            "says": "Over the comparator, the price of fibre-100 rises by 4.1% with each year of tenure.",
            "customer_view": "The longer you stay, the more you pay above what a new customer is quoted.",
            "remedy": "stop raising prices at each renewal",
            "source": {"name": "House policy", "read": "primary"},
        }
    )


def findings() -> list[Finding]:
    """Eight by default, three within reach, and one on a product as a whole."""
    found = [_found(RENEWAL, "default-gap", "core_price", "house", group) for group in GROUPS]
    found += [_found(REACH, "reach-gap", "total_cost", "house", group, "0.5") for group in GROUPS[2:5]]
    return [*found, _walk()]


def _line(one: Finding, rows: int, outcome: str, **more: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "policy": one.policy,
        "rule": one.rule,
        "level": one.level,
        "product": one.product,
        "place": one.place,
        "tenure_months": one.tenure_months,
        "term": one.term,
        "customers": rows,
        "rows": rows,
        "outcome": outcome,
        **more,
    }


def _comparisons(found: list[Finding]) -> Comparisons:
    """A line for each group and outcome."""
    lines = []
    for one in found:
        both = {"existing": one.existing.value if one.existing else None, "gap": one.gap}
        if one.book is None:
            lines.append(_line(one, 1, one.level, customers=None, **both))
            continue
        lines += [_line(one, one.book.n - one.book.worse, "pass"), _line(one, one.book.worse, one.level, **both)]
    usual = {"policy": POLICY, "rule": RENEWAL, "level": "house", "term": "core_price"}
    for product, channel, band, rows in PASSED:
        about = {"id": identifier(RENEWAL, product, channel, band), "product": product, "place": {"channel": channel}}
        lines.append(usual | about | {"tenure_months": BANDS[band], "rows": rows, "customers": rows, "outcome": "pass"})
    for reason, product, channel, number, rows in BLIND:
        about = {"id": identifier(RENEWAL, product, channel, number), "product": product, "place": {"channel": channel}}
        about |= {"tenure_months": None if number is None else BANDS[number], "rows": rows, "customers": rows}
        lines.append(usual | about | {"outcome": "not-assessable", "reason": reason})
    gone = {"id": identifier(RENEWAL, "adsl"), "product": "adsl", "rows": 7120, "customers": 7120}
    lines.append(usual | gone | {"outcome": "out-of-scope", "reason": "scope", "tenure_months": None})
    return columns(lines)


def _counts(made: Comparisons, rule: str | None = None) -> dict[str, Any]:
    """The ledger of some comparisons, each as many as its rows."""
    kept = [index for index, name in enumerate(made.rule) if rule in (None, name)]

    def number(*outcomes: str) -> int:
        return sum(made.rows[index] for index in kept if made.outcome[index] in outcomes)

    blind: dict[str, int] = {}
    for index in kept:
        if made.outcome[index] == "not-assessable":
            reason = made.reason[index] or ""
            blind[reason] = blind.get(reason, 0) + made.rows[index]
    return {
        "all": sum(made.rows[index] for index in kept),
        "pass": number("pass"),
        "failed": number("house", "review", "breach"),
        "out_of_scope": number("out-of-scope"),
        "not_assessable": dict(sorted(blind.items())),
    }


def _rule_ledger(made: Comparisons, rule: str, check: str, level: str) -> RuleLedger:
    counts = _counts(made, rule)
    compared, blind = counts["pass"] + counts["failed"], sum(counts["not_assessable"].values())
    share = f"{Decimal(compared) / (compared + blind):.6f}"
    names = {"policy": POLICY, "rule": rule, "check": check, "level": level}
    shares = {"coverage_comparisons": share, "coverage_customers": share}
    return RuleLedger.model_validate(
        counts | names | shares | {"required_comparisons": "0.95", "required_customers": "0.95"}
    )


def statistics() -> list[Statistic]:
    """Two that stand, two that do not, a ratio, one too thin, a raw one, and a note that two disagree."""

    def made(kind: str, product: str | None, **more: Any) -> Statistic:
        name = identifier(kind, product, more.get("measure"), kind="fs1")
        return Statistic.model_validate({"id": name, "kind": kind, "product": product, **more})

    sizes = {"n": 300671, "cells": 212, "clusters": 208, "share_matched": "0.9412"}
    fewer = {"n": 84387, "cells": 96, "clusters": 96, "share_matched": "0.8801"}
    slope = "slope of the log price on years of tenure inside like-for-like cells, interval robust to cells"
    return [
        made("disagreement", "fibre-500",
             says="Inside like-for-like cells the price of fibre-500 falls by 1.8% a year of tenure, but over the "
             "comparator it rises by 0.9%: read both before you rely on either."),
        made("gradient", "fibre-100", measure="price over comparator", estimate="4.102", low="3.871", high="4.334",
             unit="percent a year", **sizes, p="0.00000031", p_adjusted="0.0000012", stands=True, method=slope,
             says="With each year of tenure customers of fibre-100 pay 4.1% more over the comparator on their row."),
        made("gradient", "fibre-500", measure="price over comparator", estimate="0.9021", low="-0.2110", high="2.015",
             unit="percent a year", **fewer, p="0.1121", p_adjusted="0.1494", stands=False, method=slope,
             says="Tenure cannot be told to change what customers of fibre-500 pay over the comparator."),
        made("matched", "fibre-100", measure="price", tenure_months=BANDS[3], against_months=BANDS[0],
             estimate="18.24", low="16.90", high="19.61", **sizes, p="0.000004", p_adjusted="0.000008", stands=True,
             method="mean log ratio to the newest band of the same cell, interval by cells",
             says="In the same cells, customers of 60 months and more pay 18.2% more than those of 1 to 11 months."),
        made("matched", "fibre-500", measure="price", tenure_months=BANDS[3], against_months=BANDS[0],
             estimate="-1.755", low="-4.020", high="0.5620", **fewer, p="0.1377", p_adjusted="0.1494", stands=False,
             method="mean log ratio to the newest band of the same cell, interval by cells",
             says="Like for like, customers of 60 months and more cannot be told to pay more or less."),
        made("vulnerable", None, rule=RENEWAL, measure="money per customer, same tenures", estimate="1.214",
             low="1.102", high="1.338", unit="ratio", n=388211, clusters=32, p="0.0004", p_adjusted="0.0004",
             stands=True, method="mean gross of vulnerable over other customers, at the book's tenures; jackknife",
             says="A vulnerable customer loses 1.21 times what another of the same tenure loses."),
        made("gradient", "adsl", measure="price", unit="percent a year", n=7120, cells=4, clusters=4,
             share_matched="0.3104", method=slope,
             thin="only 4 like-for-like cells hold customers of different tenures; 10 are needed"),
        made("raw", "fibre-100", measure="rise from the first band to the last", adjusted=False, estimate="38.70",
             n=300671, says="unadjusted +38.7%; within like-for-like cells +18.2%", method="means of all customers",
             tenure_months=BANDS[3], against_months=BANDS[0],
             means=[{"tenure_months": band, "n": n, "price": price} for band, n, price in
                    zip(BANDS, (21410, 61200, 128200, 111271), ("301.20", "322.85", "377.10", "417.76"), strict=True)]),
    ]  # fmt: skip


def unread() -> list[Unread]:
    return [
        Unread(path="price", column="annual_price", what="not a number", count=1107, rows=[12, 408, 2211, 2212, 9004]),
        Unread(path="tenure_months", column="joined_on", what="a day after the judged one", count=97, rows=[77, 1031]),
    ]


def book() -> Result:
    """Four hundred thousand customers, twelve findings, eight statistics."""
    found = findings()
    made = _comparisons(found)
    counts = _counts(made)
    by_default = sum((Decimal(one.gap_per_year or 0) for one in found if one.rule == RENEWAL), Decimal(0))
    within = sum((Decimal(one.gap_per_year or 0) for one in found if one.rule == REACH), Decimal(0))
    rules = [(RENEWAL, "default-gap", "house"), (REACH, "reach-gap", "house"), (WALK, "price-walk", "review")]
    compared = counts["pass"] + counts["failed"]
    share = f"{Decimal(compared) / (counts['all'] - counts['out_of_scope']):.6f}"
    return Result(
        verdict="failed",
        exit_code=1,
        reasons=["11 findings of level house, house-loyalty allows 0"],
        as_of="2026-11-21",
        version="0.1.0",
        catalog=Catalog(id="broadband-book-2026-q4", supplier="Example Broadband", jurisdiction="UK"),
        policies=[
            Policy(
                id=POLICY,
                sha256="5d" * 32,
                verdict="failed",
                ledger=Counts.model_validate(counts),
                title="Nobody pays more for having stayed",
                limits={"house": 0},
            )
        ],
        inputs=[
            InputFile(path="book.yaml", kind="book", sha256="31b7" * 16),
            InputFile(path="customers.parquet", kind="customers", sha256="c0de" * 16, rows=410233),
            InputFile(path="catalog.yaml", kind="catalog", sha256="9f2c" * 16, rows=4),
        ],
        totals=Totals(
            findings=12,
            causes=4,
            customers=150190,
            currency="GBP",
            by_default=Money(gross=money(by_default), net="16319920.40", gross_with_waived=money(by_default)),
            unavoidable=Money(gross=money(within), net=money(within), gross_with_waived=money(within)),
        ),
        ledger=Ledger.model_validate(
            counts | {"customers_compared_share": share, "rules": [_rule_ledger(made, *rule) for rule in rules]}
        ),
        assumptions=[Assumption(id="quote-channel", says="a quote is for the row's channel", comparisons=388211)],
        findings=found,
        comparisons=made,
        rules=[
            Rule(id=name, policy=POLICY, check=check, level=level, words="what was set, against a quote", tolerance="0")
            for name, check, level in rules
        ],
        book=Book(
            rows=410233,
            customers=410233,
            source="customers.parquet",
            bands=["1-11", "12-23", "24-59", "60+"],
            unread=unread(),
            duplicates=1231,
            unique_by="customer",
            groups=23,
        ),
        statistics=statistics(),
    )
