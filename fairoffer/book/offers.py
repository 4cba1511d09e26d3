"""Rows of a book against the offers of the catalog: a row is a segment of one customer who says what is paid.

The comparator is the best offer for the same customer as a stranger, reach the best they could choose. Both are worked
out once for every kind of customers that no offer tells apart; a row is then two look-ups.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import lcm
from threading import Lock
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fairoffer.audit.audited import unreadable
from fairoffer.audit.bind import COMPARATORS, Bound, Limit, limit
from fairoffer.book.offer_codes import Coding, coding_of
from fairoffer.book.offer_costs import GIFTS, LARGEST, costs_of, gifts_of, largest, listing_of
from fairoffer.book.offer_gaps import Answer, answer, same_in_both
from fairoffer.book.offer_kinds import Question, Table
from fairoffer.book.offer_numbers import Numbering
from fairoffer.book.offer_paid import Paid, Payment, paid_unit
from fairoffer.book.offer_stands import NOT_MADE, Stand
from fairoffer.book.slots import NO_COMPARATOR, NOT_ASKED, UNREADABLE, Judged, Slot
from fairoffer.compare.cost import Measure
from fairoffer.compare.market import Market, Shelf, Way, World, cost_measures, open_market
from fairoffer.compare.prices import PriceList
from fairoffer.errors import InputError, Problem

JUDGED = ("default-gap", "reach-gap", "incentive-gap")
"""Checks that the offers of a catalog answer for a row."""
VALUED = ("price-walk", "concentration")
"""Checks on several rows, which ask what each pays and how much more than a stranger that is, if that is known."""
BLOCK = 1 << 16
"""Rows that are judged at a time: what is worked with stays near at hand."""
FINEST = 1 << 28
"""No unit is smaller, so that every price that somebody pays fits."""


def is_answered(rule: Bound) -> bool:
    """Whether the offers of a catalog answer a rule for rows; the others have no data there."""
    return rule.check.id in (*JUDGED, *VALUED) and rule.way.with_ in COMPARATORS


@dataclass(frozen=True)
class Asked:
    """A slot, and where its answers are: a table for each world."""

    slot: Slot
    tables: tuple[Table, ...]
    payment: Payment
    reach: bool
    limit: Limit | None
    """None: it is asked only what the gap is."""


@dataclass(frozen=True)
class Offers:
    """The offers of a catalog made ready for the rows of a book.

    ``slots`` are the terms of all rules; a row whose product has no such term is NOT_ASKED. Scopes are not looked at:
    whoever asks lays them over what comes out.
    """

    coding: Coding
    numbering: Numbering
    questions: tuple[Question, ...]
    asked: tuple[Asked, ...]
    used: frozenset[str]
    """Ids of the offers that some side could have."""
    lock: Lock

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(one.slot for one in self.asked)

    def judge(self, frame: pl.DataFrame) -> list[Judged]:
        """What comes out for every row of a wide frame, slot by slot."""
        found = [blank(one, frame.height) for one in self.asked]
        for first in range(0, frame.height, BLOCK):
            block = frame.slice(first, BLOCK)
            here = slice(first, first + block.height)
            kinds = self.kinds(block, frame.slice(first))
            faulty = block["#fault"].to_numpy() if "#fault" in block.columns else None
            paid: dict[Payment, Paid] = {}
            for one, out in zip(self.asked, found, strict=True):
                if one.payment not in paid:
                    paid[one.payment] = one.payment.of(block)
                fill_in(one, kinds, paid[one.payment], faulty, here, out)
        return found

    def kinds(self, block: pl.DataFrame, rest: pl.DataFrame) -> NDArray[np.int64]:
        """The number of every row's kind; those of ``rest`` that come up for the first time are worked out together."""
        codes = self.coding.codes(block)
        numbers = self.numbering.numbers(codes)
        if len(numbers) and numbers.min() < 0:
            self.learn(self.coding.codes(rest))
            numbers = self.numbering.numbers(codes)
        return numbers.astype(np.int64, copy=False)

    def learn(self, codes: NDArray[np.int64]) -> None:
        """Work out the kinds of codes that have no number yet."""
        with self.lock:
            unseen = codes[self.numbering.numbers(codes) < 0]
            if not len(self.numbering) and self.coding.fewest <= len(codes):
                # Of many rows nearly all kinds that there can be will come up, and are better worked out at once.
                unseen = np.concatenate([unseen, self.coding.every()])
            new = np.unique(unseen)
            if len(new):
                for question in self.questions:
                    question.grow(new)
                self.numbering.add(new)


def blank(one: Asked, rows: int) -> Judged:
    outcome, known = np.empty(rows, np.uint8), np.empty(rows, np.bool_)
    gap, mine = np.empty(rows, np.int64), np.empty(rows, np.int64)
    return Judged(one.slot, outcome, gap, mine, known, one.payment.months)


def fill_in(
    one: Asked, kinds: NDArray[np.int64], paid: Paid, faulty: NDArray[np.bool_] | None, here: slice, out: Judged
) -> None:
    """Write what comes out for some rows where they are."""
    worlds = [answer(table, kinds, paid, one.limit, reach=one.reach) for table in one.tables]
    found: Answer = worlds[0] if len(worlds) == 1 else same_in_both(*worlds, gap_too=one.limit is None)
    if any(table.some_not_made for table in one.tables):
        found.outcome[found.outcome == NOT_MADE] = NO_COMPARATOR
    for rows in (paid.vast, faulty):
        if rows is not None:
            found.outcome[rows & (found.outcome != NOT_ASKED)] = UNREADABLE
            found.known[rows] = False
    out.outcome[here], out.known[here] = found.outcome, found.known
    out.gap[here], out.mine[here] = found.gap, found.mine if one.slot.sign > 0 else -found.mine


def offers_of(shelf: Shelf, rules: Sequence[Bound], columns: Collection[str], constants: Mapping[str, Any]) -> Offers:
    """The offers made ready for rules that ``is_answered`` names, on the shelf's judged day.

    Args:
        columns: those of the wide frame.
        constants: what is the same on every row, by path.

    Raises:
        InputError: the offers tell more customers apart than can be numbered, or costs are no whole numbers.
    """
    today = Shelf(shelf.catalog, shelf.as_of, None)
    maker = Maker(today, coding_of(today, columns, constants), columns, constants)
    asked = [one for rule in rules if is_answered(rule) for one in maker.asked(rule)]
    coding = maker.coding
    used = frozenset(offer.id for stand in maker.stands.values() for offer in stand.market.offers)
    return Offers(coding, Numbering(coding.size), tuple(maker.questions.values()), tuple(asked), used, Lock())


def too_fine(product: str, term: str) -> Problem:
    message = (
        f"the {term} of the offers of {product} has too many digits to be compared with rows of a book; "
        "write amounts with fewer decimals, and terms in months of a year"
    )
    return Problem("catalog", 0, 1, "offers", message)


class Maker:
    """What rules that compare in the same way share while they are made ready."""

    def __init__(self, shelf: Shelf, coding: Coding, columns: Collection[str], constants: Mapping[str, Any]) -> None:
        self.shelf, self.coding, self.constants = shelf, coding, constants
        self.by_price, self.by_rate = (name in columns or name in constants for name in ("price", "rate"))
        self.doubtful = unreadable(shelf)
        self.places = {offer.id: at for at, offer in enumerate(shelf.catalog.offers)}
        self.stands: dict[tuple[Way, str, World | None], Stand] = {}
        self.listings: dict[tuple[Way, str, World | None, Measure, int], PriceList] = {}
        self.questions: dict[tuple[Way, bool], Question] = {}
        self.tables: dict[tuple[Way, bool, str], tuple[Table, ...]] = {}
        self.payments: dict[tuple[str, int], Payment] = {}

    def worlds(self) -> tuple[World | None, ...]:
        return ("new", "existing") if self.doubtful else (None,)

    def stand(self, way: Way, product: str, world: World | None) -> Stand:
        """The offers of a product; where all audiences can be read there is one world."""
        key = (way, product, world if product in self.doubtful else None)
        if key not in self.stands:
            market = open_market(self.shelf, way, product, (), key[2])
            places = np.array([self.places[o.id] for o in market.offers], np.int64)
            self.stands[key] = Stand(market, self.coding, places)
        return self.stands[key]

    def listing(self, way: Way, product: str, world: World | None, measure: Measure, months: int) -> PriceList:
        key = (way, product, world if product in self.doubtful else None, measure, months)
        if key not in self.listings:
            market = self.stand(way, product, world).market
            self.listings[key] = gifts_of(market) if measure == GIFTS else listing_of(market, measure, months)
        return self.listings[key]

    def asked(self, rule: Bound) -> list[Asked]:
        """The slots of a rule, in order of their terms as the products have them."""
        way, check = rule.way, rule.check.id
        reach = check in ("reach-gap", "incentive-gap")
        found = []
        for (months, measure), products in self.terms(rule).items():
            unit = self.unit(way, products, measure, months)
            tables = self.tables_of(way, reach, products, measure, months, unit)
            sign = 1 if measure.better == "lower" and measure != GIFTS else -1
            term = measure.name if check in VALUED or measure == GIFTS else measure.term(months)
            slot = Slot(rule, term, unit, sign, None, self.shelf.catalog.places)
            bar = None
            if check not in VALUED:
                bar = limit(rule.rule.tolerance, term, unit, months or way.months[0], money=True)
            key = (measure.term(months), unit)
            payment = self.payments.setdefault(key, Payment(measure, months, unit, self.constants))
            found.append(Asked(slot, tables, payment, reach, bar))
        return found

    def terms(self, rule: Bound) -> dict[tuple[int, Measure], list[str]]:
        """The terms that a rule asks for, and the products that have them; of several rows only the first is asked."""
        found: dict[tuple[int, Measure], list[str]] = {}
        if rule.check.id == "incentive-gap":
            given = any(offer.incentives for offer in self.shelf.catalog.offers)
            return {(0, GIFTS): list(self.coding.products)} if given else {}
        valued = rule.check.id in VALUED
        for months in rule.way.months[:1] if valued else rule.way.months:
            for product in self.coding.products:
                market = self.stand(rule.way, product, self.worlds()[0]).market
                measures = cost_measures(market, {"cost", *rule.words}, by_rate=self.rated(market))
                wanted = [measure for measure in measures if rule.wants(measure.term(months))]
                for measure in wanted[:1] if valued else wanted:
                    found.setdefault((months, measure), []).append(product)
        return found

    def rated(self, market: Market) -> bool:
        """Whether rows of a product say a rate, whatever its offers have."""
        return self.by_rate and not (self.by_price and (not market.related or any(o.price for o in market.related)))

    def unit(self, way: Way, products: Sequence[str], measure: Measure, months: int) -> int:
        """The least unit in which all costs of a term, and what rows pay, are whole."""
        unit = paid_unit(measure, months, self.constants)
        lists = [(p, self.listing(way, p, world, measure, months)) for p in products for world in self.worlds()]
        for product, one in lists:
            unit = lcm(unit, one.unit)
            if unit > FINEST or largest(one) * (unit // one.unit) >= LARGEST:
                raise InputError([too_fine(product, one.term)])
        return unit

    def tables_of(
        self, way: Way, reach: bool, products: Sequence[str], measure: Measure, months: int, unit: int
    ) -> tuple[Table, ...]:
        key = (way, reach, measure.term(months))
        if key not in self.tables:
            question = self.question(way, reach)
            self.tables[key] = tuple(
                Table(
                    {p: costs_of(self.listing(way, p, world, measure, months), unit) for p in products},
                    {p: self.stand(way, p, world) for p in products},
                    measure != GIFTS and (measure.balance is None) == self.by_price,
                    measure == GIFTS,
                )
                for world in self.worlds()
            )
            question.tables += self.tables[key]
        return self.tables[key]

    def question(self, way: Way, reach: bool) -> Question:
        if (way, reach) not in self.questions:
            stands = [{p: self.stand(way, p, world) for p in self.coding.products} for world in self.worlds()]
            # Where two worlds are compared it matters whether anything is open at all.
            tenure = reach or bool(self.doubtful and way.named)
            self.questions[way, reach] = Question(self.coding, stands, reach=reach, tenure=tenure)
        return self.questions[way, reach]
