"""Findings as CSV: one row each, with the names, values and words that a pricing team sorts and filters by."""

from __future__ import annotations

import csv
import io
import re

from fairoffer.model.result import BookNumbers, Finding, Offer, Other, Result, Side, Waiver
from fairoffer.report import words

COLUMNS = (
    "id", "state", "level", "policy", "rule", "check", "product", "segment", "customer", "notice", "record", "offer",
    "at", "place", "tenure_from", "tenure_to", "days_from", "days_to", "cells", "term", "unit", "existing_offer",
    "existing_name", "existing_value", "existing_at", "comparator_offer", "comparator_name", "comparator_value",
    "comparator_at", "gap", "gap_least", "gap_max", "gap_percent", "customers", "customers_coming", "gap_per_year",
    "currency", "cause", "why", "says", "customer_view", "remedy", "source_clause", "source_url", "source_read",
    "waiver_reason", "waiver_owner", "waiver_expires", "gap_before", "fails", "by_policy", "reason", "against",
    "n", "worse", "share_worse", "gross", "net", "mean", "p50", "p90", "max", "quantile_error", "merged",
)  # fmt: skip
_FORMULA = re.compile(r"[\s\u00a0]*[=+\-@\t\r]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def render(result: Result) -> str:
    """All findings, waived ones too, in the result's order; of a diff then what is no finding now, by state."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    offers = {one.id: one for one in result.offers}
    waivers = {one.id: one for one in result.waivers}
    against = result.base.against if result.base else None
    for finding in result.findings:
        row = [*_row(finding, offers, waivers, result.totals.currency), against, *_numbers(finding.book)]
        writer.writerow([cell(value) for value in row])
    for one in [*result.base.others, *result.base.policy_drops] if result.base else []:
        values = _other(one, result.totals.currency) | {"against": against}
        writer.writerow([cell(values.get(name)) for name in COLUMNS])
    return text.getvalue()


def cell(value: str | int | None) -> str:
    """A cell that no spreadsheet takes for a formula, with hidden characters shown; a plain number stays one."""
    text = words.visible("" if value is None else str(value))
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _row(one: Finding, offers: dict[str, Offer], waivers: dict[str, Waiver], currency: str) -> list[str | int | None]:
    tenure, days, waiver = one.tenure_months, one.days, waivers.get(one.waiver or "")
    return [
        one.id, one.state, one.level, one.policy, one.rule, one.check, one.product, one.segment, one.customer,
        one.notice, one.record, one.offer, one.at, words.place(one.place),
        tenure.from_ if tenure else None, tenure.to if tenure else None,
        days.from_ if days else None, days.to if days else None,
        one.cells, one.term, one.unit, *_side(one.existing, offers), *_side(one.comparator, offers),
        one.gap, one.gap_least, one.gap_max, one.gap_percent, one.customers, one.customers_coming, one.gap_per_year,
        currency, one.cause, "; ".join(one.why), one.says, one.customer_view, one.remedy,
        one.source.clause, one.source.url, one.source.read,
        waiver.reason if waiver else None, waiver.owner if waiver else None, waiver.expires if waiver else None,
        one.gap_before, _flag(one.fails), _flag(one.by_policy), None,
    ]  # fmt: skip


def _flag(value: bool) -> str | None:
    return "yes" if value else None


def _numbers(book: BookNumbers | None) -> list[str | int | None]:
    """What a finding on a book comes to; the last columns."""
    return [None if book is None else getattr(book, name) for name in BookNumbers.model_fields]


def _other(one: Other, currency: str) -> dict[str, str | int | None]:
    """The columns that there are of a comparison that is no finding now."""
    same = ("id", "state", "level", "policy", "rule", "check", "product", "segment", "customer", "notice", "record",
            "offer", "at", "term", "unit", "customers", "says", "reason")  # fmt: skip
    return {name: getattr(one, name) for name in same} | {
        "place": words.place(one.place),
        "currency": currency,
        "gap_before": one.gap,
        "fails": _flag(one.fails),
        "by_policy": _flag(one.state == "dropped"),
    }


def _side(side: Side | None, offers: dict[str, Offer]) -> tuple[str | None, ...]:
    """Offer id, name, value and position of one side."""
    if side is None:
        return (None, None, None, None)
    offer = offers.get(side.offer or "")
    return (side.offer, (offer.name if offer else None) or side.label, side.value, side.at)
