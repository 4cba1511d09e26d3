"""Which quotes every row of a portion is compared with: ``compare.quotes`` on columns, filter by filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from fairoffer.book.judge_legs import PREVIOUS, LegShape, Shape
from fairoffer.book.judge_sheet import Sheet, Text, given, said
from fairoffer.book.judge_span import Mask, any_of, both, either, neither, some, where
from fairoffer.book.slots import MISSING, NO_COMPARATOR, RISK_DIFFERS, Codes
from fairoffer.compare.market import Shelf
from fairoffer.compare.quotes import OWN
from fairoffer.model.policy import ClosedProduct


@dataclass
class Chosen:
    """The quotes of a basis, the rows that each may be compared with, and why a row has none."""

    quotes: list[tuple[LegShape, Mask]]
    reason: Codes | int = NO_COMPARATOR

    @property
    def some(self) -> Mask:
        """The rows that have a quote."""
        return any_of(there for _, there in self.quotes)

    def keep(self, fits: Sequence[Mask], reason: Codes | int) -> None:
        """Only the quotes that fit; the first filter that leaves none says why."""
        if all(fit is True for fit in fits):
            return
        before = self.some
        self.quotes = [(leg, both(there, fit)) for (leg, there), fit in zip(self.quotes, fits, strict=True)]
        emptied = both(before, neither(self.some))
        if some(emptied):
            self.reason = where(emptied, reason, self.reason)


@dataclass(frozen=True)
class Chooser:
    """How a rule chooses quotes: the names that must be equal, and products whose offers others stand in for."""

    shelf: Shelf
    named: tuple[str, ...]
    closed: ClosedProduct | None
    basis: str

    def choose(self, sheet: Sheet) -> Chosen:
        """The quotes that are like for like; made once a portion for all rules that choose alike."""
        key = (self.named, None if self.closed is None else self.closed.model_dump_json(), self.basis)
        found: Chosen | None = sheet.kept(key)
        if found is None:
            found = self._choose(sheet)
            sheet.keep(key, found)
        return found

    def _choose(self, sheet: Sheet) -> Chosen:
        chosen = Chosen(quotes_of(sheet, self.basis))
        if not some(chosen.some):
            return chosen
        if "product" in self.named and self.basis != "own-previous":
            chosen.keep([self.fits_product(sheet, leg) for leg, _ in chosen.quotes], NO_COMPARATOR)
        for name in self.named:
            if name not in OWN:
                self.keep_named(chosen, sheet, name)
        chosen.keep([alike(sheet, leg) for leg, _ in chosen.quotes], NO_COMPARATOR)
        for name in ("risk", "rating"):
            chosen.keep([self.fits_risk(sheet, leg, name) for leg, _ in chosen.quotes], RISK_DIFFERS)
        keep_day(chosen, sheet, self.shelf)
        return chosen

    def fits_product(self, sheet: Sheet, leg: LegShape) -> Mask:
        """Quotes of the row's product, or where it is closed to new customers, of its close match."""
        mine, theirs = sheet.text("product"), sheet.text(leg.path("product"))
        if mine is None:
            return True
        found = True if theirs is None else either(fits(theirs, mine), absent(mine))
        for product, names in self.moved.items():
            here = equal(mine, product)
            stated = any_of(equal(theirs, name) for name in names)
            if product in names:
                stated = either(stated, absent(theirs))
            found = where(here, stated, found) if some(here) else found
        return found

    @cached_property
    def moved(self) -> Mapping[str, list[str]]:
        """Products that are compared by others' quotes, and by whose."""
        found = {name: self.shelf.sources(name, self.shelf.as_of, self.closed)[0] for name in self.shelf.products}
        return {name: names for name, names in found.items() if names != [name]}

    def keep_named(self, chosen: Chosen, sheet: Sheet, name: str) -> None:
        mine = value_of(sheet, name)
        fitting = [fits(value_on(sheet, leg, name), mine) for leg, _ in chosen.quotes]
        if any(fit is not True for fit in fitting):
            chosen.keep(fitting, where(absent(mine), np.uint8(MISSING), np.uint8(NO_COMPARATOR)))

    def fits_risk(self, sheet: Sheet, leg: LegShape, name: str) -> Mask:
        """A price for another risk, or from another version of the rates, is never compared."""
        mine = sheet.text(name)
        found = fits(sheet.text(leg.path(name)), mine)
        return found if found is True or name in self.named else either(found, absent(mine))


def quotes_of(sheet: Sheet, basis: str) -> list[tuple[LegShape, Mask]]:
    """The quotes of a basis and the rows on which each is stated."""
    shape = sheet.shape
    found = [(leg, exists(sheet, leg)) for leg in shape.quotes if leg.basis == basis]
    if basis == "own-previous":
        others = any_of(there for _, there in found)
        before = any_of(sheet.stated(path) for path in before_paths(shape))
        found.append((PREVIOUS, both(before, neither(others))))
    return [(leg, there) for leg, there in found if there is not False]


def before_paths(shape: Shape) -> list[str]:
    return [path for path in shape.paths if path.startswith(PREVIOUS.prefix)]


def exists(sheet: Sheet, leg: LegShape) -> Mask:
    """The rows on which one of a quote's columns holds something."""
    key = ("exists", leg.prefix)
    found: Mask | None = sheet.kept(key)
    if found is None:
        found = any_of(given(sheet.frame[name]) for name in sheet.shape.columns(leg))
        sheet.keep(key, found)
    return found


def value_of(sheet: Sheet, name: str) -> Text:
    """What rows say of a choice; of the channel, the one whose price the customer could have as a stranger."""
    if name == "channel":
        return channel_of(sheet)
    if name in ("payment_method", "brand"):
        return sheet.text(name)
    mine, fact = sheet.text(f"like.{name}"), sheet.text(f"facts.{name}")
    return coalesced(mine, fact, sheet.rows)


def channel_of(sheet: Sheet) -> Text:
    """Where who moved by their own choice renews; else where they bought."""
    moved, renewal, bought = (sheet.text(name) for name in ("channel_moved_by", "channel_renewal", "channel"))
    by_choice = equal(moved, "customer")
    if isinstance(by_choice, bool):
        return renewal if by_choice else bought
    chosen = series(renewal, sheet.rows).zip_with(pl.Series(by_choice), series(bought, sheet.rows))
    return chosen


def series(text: Text, rows: int) -> pl.Series:
    return text if isinstance(text, pl.Series) else pl.Series([text] * rows, dtype=pl.String)


def coalesced(one: Text, two: Text, rows: int) -> Text:
    """The first text, or where it says nothing the second."""
    if two is None or isinstance(one, str) or (isinstance(one, pl.Series) and not one.null_count()):
        return one
    if one is None:
        return two
    return one.zip_with(one.is_not_null(), series(two, rows))


def value_on(sheet: Sheet, leg: LegShape, name: str) -> Text:
    if name in ("channel", "payment_method", "brand"):
        return sheet.text(leg.path(name))
    return sheet.text(leg.path(f"like.{name}"))


def absent(text: Text) -> Mask:
    """The rows that say nothing."""
    return text is None if not isinstance(text, pl.Series) else neither(given(text))


def equal(one: Text, two: Text) -> Mask:
    """The rows on which both say the same."""
    if one is None or two is None:
        return False
    if isinstance(one, str) and isinstance(two, str):
        return one == two
    same = one == two
    assert isinstance(same, pl.Series)
    return said(same)


def fits(quoted: Text, mine: Text) -> Mask:
    """The rows on which a quote says nothing, or what the row says."""
    return either(absent(quoted), equal(quoted, mine))


def alike(sheet: Sheet, leg: LegShape) -> Mask:
    """What a row says of itself and a quote says otherwise is another thing, whether or not the policy names it."""
    found: Mask = True
    for name in leg.like:
        mine = sheet.text(f"like.{name}")
        if mine is not None:
            found = both(found, either(absent(mine), fits(sheet.text(leg.path(f"like.{name}")), mine)))
    return found


def keep_day(chosen: Chosen, sheet: Sheet, shelf: Shelf) -> None:
    """Of several days on which was quoted, the last up to the row's own; a quote of a later day is none."""
    dated = [sheet.amounts(leg.path("at")) for leg, _ in chosen.quotes]
    if all(absent is True for _, absent in dated):
        return
    day, silent = sheet.amounts("on")
    day = where(silent, shelf.as_of.toordinal() - EPOCH, day)
    wanted = np.full(sheet.rows, -EPOCH)
    for (_, there), (at, undated) in zip(chosen.quotes, dated, strict=True):
        usable = both(there, both(neither(undated), at <= day))
        wanted = np.maximum(wanted, where(usable, at, -EPOCH))
    chosen.keep([either(undated, at == wanted) for at, undated in dated], NO_COMPARATOR)


EPOCH = 719_163
"""The first of January 1970, in days of the calendar."""
