"""What was planted in a synthetic book: exact sums that an audit of it has to find again.

Sums are kept in hundredths as whole numbers and told to the ten-thousandth. Rows that were broken on purpose are
counted by how they were broken, and are in no sum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import polars as pl

from fairoffer.book import synth_market as market
from fairoffer.book.synth_market import BANDS, BROKEN, CHANNELS, PRODUCTS, Plan
from fairoffer.book.synth_rows import scoped
from fairoffer.money import fixed

_HUNDREDTHS = 2
SCOPE = "product_type IN ('home', 'motor') AND consumer AND NOT group_policy AND renewal_after_old AND renewal_notice"


class Rule(NamedTuple):
    """A rule whose outcome is known; ``existing`` less ``comparator``, both columns of prices, is its gap."""

    id: str
    check: str
    compared_with: str
    existing: pl.Expr
    comparator: str
    scope: str | None = None


RULES = (
    Rule("by-default", "default-gap", "new-customer", pl.col("price"), "quote_new_customer"),
    Rule("first-renewal", "default-gap", "first-renewal", pl.col("price"), "quote_first_renewal"),
    Rule(
        "within-reach",
        "reach-gap",
        "new-customer",
        pl.min_horizontal("price", "quote_best_open"),
        "quote_new_customer",
    ),
    Rule("renewals", "default-gap", "new-customer", pl.col("price"), "quote_new_customer", SCOPE),
)
"""The rules that the sums are made for. Each names the product and the channel, and its tolerance is nothing."""
_MEASURES = ("customers", "worse", "gross", "net")


class Planted:
    """Sums over portions of a book, in any order: adding whole numbers is all that is ever done to them."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._sums: dict[tuple[int, int, int, int], Counter[str]] = {}
        self._broken: Counter[int] = Counter()
        self._walked = 0
        self._retained = 0

    def add(self, made: pl.DataFrame) -> None:
        """Count a portion as ``numbers`` makes it: prices in hundredths, at most some millions of rows."""
        if self._plan.broken:
            counts = made.lazy().group_by("fault").agg(pl.len()).collect(engine="in-memory")
            self._broken.update({fault: count for fault, count in counts.iter_rows() if fault is not None})
        for place, band, vulnerable, walked, retained, *values in _sums(_gaps(made)).iter_rows():
            self._walked += walked
            self._retained += retained
            for rule, measured in enumerate(_portions(values)):
                sums = self._sums.setdefault((rule, *divmod(place, len(CHANNELS)), band), Counter())
                found = dict(zip(_MEASURES, measured, strict=True))
                sums.update(found)
                if vulnerable:
                    sums.update({f"vulnerable_{name}": value for name, value in found.items()})

    def as_json(self) -> dict[str, Any]:
        """What ``planted.json`` holds, amounts as text with four decimals; money is for a year."""
        plan = self._plan
        return {
            "fairoffer": "planted/1",
            "rows": plan.rows,
            "seed": plan.seed,
            "offers": plan.offers,
            "penalty": plan.penalty,
            "as_of": plan.as_of.isoformat(),
            "currency": market.CURRENCY,
            "per": "year",
            "broken": {"rows": sum(self._broken.values()), "kinds": {k: self._broken[i] for i, k in enumerate(BROKEN)}},
            "penalty_is": _penalty() if plan.penalty == "walk" else None,
            "customers_penalised": self._walked,
            "customers_who_haggled": self._retained,
            "rules": [self._rule(position, rule) for position, rule in enumerate(RULES)],
        }

    def _rule(self, position: int, rule: Rule) -> dict[str, Any]:
        cells = [
            (key[1:], sums) for key, sums in sorted(self._sums.items()) if key[0] == position and sums["customers"]
        ]
        total: Counter[str] = Counter()
        for _, sums in cells:
            total.update(sums)
        return {
            "id": rule.id,
            "check": rule.check,
            "with": rule.compared_with,
            "like_for_like": ["product", "channel", "payment_method", "risk"],
            "scope": rule.scope,
            **_told(total),
            "groups": [
                {
                    "product": PRODUCTS[product].id,
                    "channel": CHANNELS[channel],
                    "tenure_months": dict(zip(("from", "to"), BANDS[band], strict=True)),
                    **_told(sums),
                }
                for (product, channel, band), sums in cells
            ],
        }


def _penalty() -> dict[str, Any]:
    """How the penalty was set, in parts of one."""

    def part(number: int, whole: int) -> str:
        return str(Decimal(number) / whole)

    return {
        "more_a_year": part(market.STEP, 10_000),
        "at_most": part(market.MOST, 10_000),
        "share_of_customers": {name: part(n, 1024) for name, n in zip(CHANNELS, market.WALKED, strict=True)},
        "share_more_if_vulnerable": part(market.WALKED_VULNERABLE, 1024),
        "share_of_others_who_haggled": part(market.RETAINED, 1024),
        "discount": part(market.DISCOUNT, 10_000),
    }


def _gaps(made: pl.DataFrame) -> pl.LazyFrame:
    """The sound rows with a gap a year for each rule, null where the rule does not reach."""
    times = pl.when("rated").then(1).otherwise(12)
    gaps = []
    for position, rule in enumerate(RULES):
        gap = (rule.existing - pl.col(rule.comparator)) * times
        gaps.append((pl.when(scoped()).then(gap) if rule.scope else gap).alias(f"gap{position}"))
    band = pl.sum_horizontal((pl.col("tenure_months") >= low).cast(pl.Int64) for low, _ in BANDS) - 1
    sound = made.lazy().filter(pl.col("fault").is_null())
    return sound.select("place", band.alias("band"), "points", "vulnerable", *gaps)


def _sums(gaps: pl.LazyFrame) -> pl.DataFrame:
    """The measures of every rule by place, band and vulnerability; what one portion adds up to is far within Int64."""
    measures: list[pl.Expr] = []
    for position in range(len(RULES)):
        gap = pl.col(f"gap{position}")
        measures += [
            gap.count().cast(pl.Int64).alias(f"{position}customers"),
            (gap > 0).sum().cast(pl.Int64).alias(f"{position}worse"),
            gap.clip(lower_bound=0).sum().alias(f"{position}gross"),
            gap.sum().alias(f"{position}net"),
        ]
    points = pl.col("points")
    people = [(points > 0).sum().alias("walked"), (points < 0).sum().alias("retained")]
    keys = ("place", "band", "vulnerable")
    return gaps.group_by(keys).agg(*people, *measures).sort(keys).collect(engine="in-memory")


def _portions(values: list[int]) -> Iterator[list[int]]:
    size = len(_MEASURES)
    return (values[start : start + size] for start in range(0, len(values), size))


def _told(sums: Counter[str]) -> dict[str, Any]:
    def amount(name: str) -> str:
        return str(fixed(sums[name] * 10 ** (4 - _HUNDREDTHS), 4))

    return {
        "customers": sums["customers"],
        "worse": sums["worse"],
        "gross": amount("gross"),
        "net": amount("net"),
        "vulnerable": {
            "customers": sums["vulnerable_customers"],
            "worse": sums["vulnerable_worse"],
            "gross": amount("vulnerable_gross"),
        },
    }
