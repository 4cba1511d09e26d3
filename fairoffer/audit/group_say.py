"""A finding on a group of customers of a book: its numbers, and sentences for who reviews it and whom it concerns."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from fairoffer.audit import amounts
from fairoffer.audit.bind import is_money
from fairoffer.audit.comparison import Comparison, Spread
from fairoffer.audit.ids import cause_id
from fairoffer.audit.pieces import MINUS
from fairoffer.audit.row_say import COSTS, OTHERS, called, title
from fairoffer.audit.walk_say import BOOK
from fairoffer.model.catalog import Catalog
from fairoffer.money import grouped

MOVED = {"unknown": "tenure not known", "several": "of groups that were too small to stand alone"}


def group_parts(catalog: Catalog, found: Comparison, day: str) -> dict[str, Any]:
    """What a finding on a group of a book says beside what all findings say; amounts of money are for a year."""
    spread = found.spread
    assert spread is not None
    low, high = found.tenure
    measured = found.gap is not None
    return {
        "tenure_months": {"from": low, "to": high} if (found.subject.band or "")[:1].isdigit() else None,
        "days": {"from": day, "to": day},
        "cells": cells_of(spread),
        "at": BOOK,
        "unit": amounts.unit_of(catalog, found) if measured else None,
        "cause": cause_of(found),
        "why": [],
        "says": says(catalog, found, spread),
        "customer_view": view(catalog, found, spread),
        "steps": steps(catalog, found, spread) if measured else [],
        "remedy": remedy(catalog, found, spread),
        "book": numbers(catalog, found, spread),
        **(sides(catalog, found, spread) if measured else {}),
    }


def cause_of(found: Comparison) -> str:
    """What one edit would mend: a product's price against one comparator, whatever rule or term shows it; of a
    condition the rule itself."""
    if found.gap is None:
        return cause_id(f"{found.bound.policy.id}/{found.bound.rule.id}", found.subject.product)
    return cause_id(f"book:{found.subject.product}", found.bound.way.with_)


def cells_of(spread: Spread) -> str:
    """Whether all who were compared are worse off, or some."""
    return "all" if spread.worse == spread.compared else "some"


def numbers(catalog: Catalog, found: Comparison, spread: Spread) -> dict[str, Any]:
    """The fields of the result's numbers."""
    names = ("gross", "net", "mean", "p50", "p90")
    sizes = {name: getattr(spread, name) for name in names} | {"max": spread.most}
    return {
        "n": spread.compared,
        "worse": spread.worse,
        "share_worse": amounts.trimmed(Fraction(spread.worse, max(spread.compared, 1))),
        **{name: None if size is None else text(catalog, found, size) for name, size in sizes.items()},
        "quantile_error": amounts.trimmed(spread.error) if spread.p50 is not None else None,
        "merged": spread.merged,
    }


def sides(catalog: Catalog, found: Comparison, spread: Spread) -> dict[str, Any]:
    """Both sides as the mean of those who are worse off, and the least and the most that one of them loses."""
    gross, mean = spread.gross or Fraction(0), spread.mean or Fraction(0)
    comparator = found.part(found.comparator) or Fraction(0)
    yearly = found.bound.check.money is not None and found.horizon is not None
    return {
        "existing": {
            "value": text(catalog, found, spread.existing or Fraction(0)),
            "label": "what was set",
            "at": BOOK,
        },
        "comparator": {"value": text(catalog, found, comparator), "label": other(found), "at": BOOK},
        "gap": text(catalog, found, spread.most or Fraction(0)),
        "gap_least": text(catalog, found, spread.least or Fraction(0)),
        "gap_max": None,
        "gap_percent": amounts.percent(mean, comparator),
        "gap_per_year": amounts.money(catalog, gross) if yearly else None,
    }


def says(catalog: Catalog, found: Comparison, spread: Spread) -> str:
    """One sentence for whoever reviews the finding."""
    share = amounts.trimmed(Fraction(100 * spread.worse, max(spread.compared, 1)), 1)
    who = f"{group(found)}: {spread.worse:,} of {people(spread.compared)} ({share}%)"
    if found.gap is None:
        return f"{title(found)} {who} {'does' if spread.worse == 1 else 'do'} not meet this."
    mean, most = value(catalog, found, spread.mean), value(catalog, found, spread.most)
    each = f"{mean} each on average, {most} at most" if spread.worse > 1 else mean
    sum_ = f"; {value(catalog, found, spread.gross)} in all" if found.horizon and spread.worse > 1 else ""
    verb = "is" if spread.worse == 1 else "are"
    # Others may be worse off as well, by no more than that.
    allowed = " by more than the rule allows," if found.bound.rule.tolerance is not None else ""
    return f"{who} {verb} worse off than {other(found)}{allowed} by {each}{a_year(found)}{what(found)}{sum_}."


def view(catalog: Catalog, found: Comparison, spread: Spread) -> str:
    """One sentence to a customer whom it concerns."""
    own = found.bound.rule.customer_view
    if found.gap is None:
        return own or f"This is not met: {title(found)}"
    mean = value(catalog, found, spread.mean)
    than = "than you did before" if found.bound.way.with_ == "own-previous" else f"than {other(found)} for the same"
    verb, direction = ("pay", "more") if found.sign > 0 else ("get", "less")
    return f"You {verb} {mean}{a_year(found)} {direction}{what(found)} {than}, if you are the average of your group."


def remedy(catalog: Catalog, found: Comparison, spread: Spread) -> str:
    """What mends it, and what that costs."""
    own = found.bound.rule.remedy
    if found.gap is None:
        return own or f"Meet the condition for these {people(spread.worse)}."
    cost = f": up to {value(catalog, found, spread.gross)} a year" if found.horizon else ""
    mends = f"Bring the {called(found)} of these {people(spread.worse)} to that of {other(found)}{cost}."
    return f"{own.rstrip('.')}. {mends}" if own else mends


def steps(catalog: Catalog, found: Comparison, spread: Spread) -> list[tuple[str, str]]:
    """The arithmetic: means, and their sum."""
    one, two = plain(catalog, found, spread.existing), plain(catalog, found, found.part(found.comparator))
    minuend, other_ = (one, two) if found.sign > 0 else (two, one)
    found_steps = [(f"{minuend} {MINUS} {other_} (means of those worse off)", plain(catalog, found, spread.mean))]
    if found.horizon:
        found_steps.append((f"all gaps of {people(spread.worse)}, added exactly", plain(catalog, found, spread.gross)))
    if found.horizon and spread.net != spread.gross:
        others = f"with what others of the {spread.compared:,} gain, and with what is allowed"
        found_steps.append((others, plain(catalog, found, spread.net)))
    return found_steps


def group(found: Comparison) -> str:
    """The group as people say it."""
    who = found.subject
    place = [f"{name.replace('_', ' ')} {value_}" for name, value_ in who.place]
    band = who.band or ""
    months = MOVED.get(band, f"{band.replace('-', '–').replace('+', ' or more')} months with the firm")
    return ", ".join((who.product or "All products", *place, months))


def people(number: int) -> str:
    return f"{number:,} customer{'s' * (number != 1)}"


def other(found: Comparison) -> str:
    return OTHERS[found.bound.policy.compare_for(found.bound.rule).with_]


def what(found: Comparison) -> str:
    """The term, where it is not the price itself."""
    return "" if found.term.partition("@")[0] in COSTS else f" ({called(found)})"


def a_year(found: Comparison) -> str:
    return " a year" if found.horizon else ""


def plain(catalog: Catalog, found: Comparison, size: Fraction | None) -> str:
    return text(catalog, found, size or Fraction(0))


def text(catalog: Catalog, found: Comparison, size: Fraction) -> str:
    """A size as the term has it: money in the currency's decimals."""
    return amounts.of_comparison(catalog, found, size)


def value(catalog: Catalog, found: Comparison, size: Fraction | None) -> str:
    """A size with its unit."""
    shown = plain(catalog, found, size)
    if found.measure == "percent":
        return f"{shown} points"
    if found.measure is not None:
        return shown
    if is_money(catalog, found.term):
        return f"{catalog.currency} {grouped(Decimal(shown), catalog.places)}"
    return f"{shown} {amounts.unit(catalog, found.term)}"
