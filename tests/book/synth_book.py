"""A made-up book as the judge sees it, with rules that find what was planted in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from fairoffer.audit.bind import bind
from fairoffer.book.judge import Judge, judge_of
from fairoffer.book.offers import is_answered, offers_of
from fairoffer.book.slots import FAIL, Judged
from fairoffer.book.wide import Portion, Reading, reading
from fairoffer.compare.market import Shelf
from fairoffer.model.catalog import Catalog
from fairoffer.model.inputs import Inputs
from fairoffer.model.mapping import BookMap
from fairoffer.model.policy import Policy

AS_OF = date(2026, 11, 21)
COLUMNS: dict[str, Any] = {
    **{
        name: name
        for name in (
            *("customer", "supplier", "currency", "product", "product_type", "per", "consumer", "group_policy"),
            *("hardship", "vulnerable", "value_tier", "tenure_months", "renewal_no", "event", "on", "channel"),
            *("payment_method", "risk", "price", "paid", "expected_cost"),
        )
    },
    "contract": {"months": "contract_months"},
    "renewal": {"after_old": "renewal_after_old", "notice": "renewal_notice"},
    "like": {"region": "like_region"},
    "previous": {"price": "previous_price"},
    "quotes": [
        {"basis": "new-customer", "price": "quote_new_customer"},
        {"basis": "first-renewal", "price": "quote_first_renewal"},
        {"basis": "best-open", "price": "quote_best_open"},
    ],
}


@dataclass(frozen=True)
class SynthBook:
    """The rows, how they are read, and the judge of the rules."""

    raw: pl.DataFrame
    read: Reading
    judge: Judge

    def portions(self, size: int) -> Iterator[Portion]:
        for first in range(0, self.raw.height, size):
            yield self.read.wide(self.raw[first : first + size], first + 1)


def policy_of(rules: list[dict[str, Any]]) -> Policy:
    """A policy of planted rules: each has an id, a check, a comparator and perhaps a scope."""
    return Policy.model_validate(
        {
            "id": "planted",
            "compare": {"like_for_like": ["product", "channel", "payment_method", "risk"]},
            "rules": [
                {
                    "id": rule["id"],
                    "check": rule["check"],
                    "level": "house",
                    "terms": rule.get("terms", ["core_price"]),
                    "compare": {"with": rule["with"]},
                    **({"scope": rule["scope"]} if rule["scope"] else {}),
                }
                for rule in rules
            ],
        }
    )


def synth_book(
    raw: pl.DataFrame,
    catalog: Catalog,
    rules: list[dict[str, Any]],
    columns: dict[str, Any] = COLUMNS,
    comparator: str = "quoted",
) -> SynthBook:
    mapped = BookMap.model_validate({"source": "customers.parquet", "comparator": comparator, "columns": columns})
    policy = policy_of(rules)
    inputs = Inputs(directory=".", catalog=catalog, segments=None, policies=(policy,))
    read = reading(mapped, raw.schema, catalog, AS_OF, policy.facts)
    shelf, bound = Shelf(catalog, AS_OF, None), bind(inputs, AS_OF)
    offers = None
    if comparator == "catalog":
        offers = offers_of(shelf, [rule for rule in bound if is_answered(rule)], read.schema.names(), read.constants)
    judge = judge_of(inputs, shelf, bound, read, AS_OF, offers)
    return SynthBook(raw, read, judge)


def sums(one: Judged) -> tuple[int, int, int, int]:
    """Rows compared, rows worse off, gross and net a year, in ten-thousandths."""
    horizon = np.where(np.asarray(one.horizon) == 0, 12, one.horizon)
    yearly = np.where(one.known, one.gap * (12 // horizon), 0)
    return (
        int(one.known.sum()),
        int((one.outcome == FAIL).sum()),
        int(np.maximum(yearly, 0).sum()),
        int(yearly.sum()),
    )
