"""What a rule asks of one row of a book: terms, and on each the row's leg against every quote that is like for like."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from fairoffer.audit.bind import Bound
from fairoffer.audit.comparison import Per
from fairoffer.compare import components
from fairoffer.compare.legs import (
    COSTS,
    Period,
    Taxed,
    Worth,
    cash,
    gravest_doubt,
    known,
    period_of,
    spoilt,
    sums,
    taxed,
    together,
    unknown,
    with_silent_fees,
)
from fairoffer.compare.market import Shelf
from fairoffer.compare.quotes import Choice, choose
from fairoffer.compare.subject import Place, Subject
from fairoffer.model.book import BookRow, Leg, Quote
from fairoffer.model.catalog import Tax, is_lending

RATES = frozenset({"rate", "interest_earned", "interest_paid"})
ALWAYS = Taxed(Fraction(1), 0)
TAX = Worth(None, None, None, (), "tax-differs")


@dataclass(frozen=True)
class Option:
    """The row's leg against one quote."""

    quote: Quote | None
    mine: Worth
    theirs: Worth


@dataclass
class Asked:
    """A term of a row (``None``: of several), and all that it is set against; ``reason`` says why there is nothing.

    ``places`` are the decimals in which a gap in money is judged, ``None`` for what is no money.
    """

    subject: Subject
    row: BookRow | None
    term: str
    sign: int
    period: Period
    per: Per | None
    places: int | None
    measure: str | None = None
    options: list[Option] = field(default_factory=list)
    reason: str | None = None
    notes: frozenset[str] = frozenset()

    @property
    def horizon(self) -> int | None:
        """Months that a gap in money is for."""
        return self.period.horizon if self.per == self.period.per else None


def of_several(subject: Subject, term: str, sign: int, measure: str) -> Asked:
    """A term of several rows, or segments, together: no money, and for no period."""
    return Asked(subject, None, term, sign, Period("term", None, 0), None, None, measure)


@dataclass(frozen=True)
class Desk:
    """A rule at work on a book."""

    bound: Bound
    shelf: Shelf
    as_of: date

    @property
    def places(self) -> int:
        return self.shelf.catalog.places

    @property
    def named(self) -> tuple[str, ...]:
        """What the policy wants equal on both sides."""
        return self.bound.policy.compare_for(self.bound.rule).like_for_like

    def choice(self, row: BookRow, basis: str | None = None) -> Choice:
        policy = self.bound.policy
        compare = policy.compare_for(self.bound.rule)
        return choose(row, self.shelf, compare, policy.closed_product, basis or compare.with_)

    def taxed(self, row: BookRow, quote: Quote) -> Taxed | None:
        """How a quote is brought to the row's tax basis; a quote that does not say is as the row."""
        own: Tax | None = row.tax or self.shelf.catalog.tax
        return taxed(own, quote.tax, self.places)

    def type_of(self, row: BookRow) -> str | None:
        """The kind of product: the row's own word, else the catalog's."""
        item = self.shelf.products.get(row.product or "")
        return row.product_type or (item.type if item else None)

    def sign_of_rate(self, row: BookRow) -> int:
        """+1 where a lower rate is better, -1 where a higher one is."""
        return 1 if is_lending(self.type_of(row) or "") else -1


def asked_of(desk: Desk, row: BookRow, index: int) -> list[Asked]:
    """Everything that the desk's rule asks of a row; nothing where neither side has what it measures."""
    ask = ASKED[desk.bound.check.id]
    choice = desk.choice(row)
    own = ask(desk, row, subject_of(row, index, choice.place), choice)
    return [replace(asked, notes=asked.notes | choice.notes) for asked in own]


def subject_of(row: BookRow, index: int, place: Place) -> Subject:
    return Subject(index, row.product or "", None, place, customer=row.customer, row=index, count=row.count)


def ask_costs(desk: Desk, row: BookRow, subject: Subject, choice: Choice) -> Iterator[Asked]:
    """default-gap: what was set for the row against every quote; reach-gap: the best of it and what anyone may take."""
    for term in cost_terms(desk.bound.rule.terms, [row, *choice.quotes]):
        asked = blank_cost(desk, row, subject, term)
        asked.reason = choice.reason
        if asked.period.is_one_year and due_once([row, *choice.quotes], term):
            asked.notes = frozenset({"a-term-of-a-year"})
        for quote in choice.quotes:
            asked.options.append(cost_option(desk, row, quote, term, asked.period))
        if desk.bound.check.id == "reach-gap":
            asked.options = with_reach(desk, row, term, asked)
        yield asked


def due_once(legs: Sequence[Leg], term: str) -> bool:
    """Whether a leg has something that is due once and counts in a cost."""
    if term not in COSTS:
        return False
    given = [one for leg in legs for one in leg.incentives or () if term != "list_price"]
    charged = [fee for leg in legs for fee in leg.fees or () if term == "total_cost" and fee.when in ("start", "end")]
    counts = any(one.percent is None and one.cash_equivalent is not False and one.value != 0 for one in given)
    return counts or any(fee.amount for fee in charged)


def cost_terms(words: Sequence[str], legs: Sequence[Leg]) -> list[str]:
    """The cost terms that a rule asks of these legs: ``cost`` is whichever of price and rate some leg has."""
    found: dict[str, None] = {}
    for word in words or ("cost",):
        if word in COSTS:
            found[word] = None
        elif word in RATES:
            found["rate"] = None
        elif word in ("cost", "*"):
            has_rate = any(leg.rate is not None for leg in legs)
            if has_rate:
                found["rate"] = None
            if any(leg.price is not None for leg in legs) or not has_rate:
                found["total_cost"] = None
    return list(found)


def blank_cost(desk: Desk, row: BookRow, subject: Subject, term: str) -> Asked:
    period = period_of(row, desk.places)
    if term in COSTS:
        return Asked(subject, row, term, 1, period, period.per, desk.places)
    return Asked(subject, row, term, desk.sign_of_rate(row), period, None, None, "percent")


def cost_option(desk: Desk, row: BookRow, quote: Quote, term: str, period: Period) -> Option:
    if term == "rate":
        return rate_option(desk, row, quote)
    basis = desk.taxed(row, quote)
    if basis is None:
        return Option(quote, spoilt(unknown()), TAX)
    mine = sums(row, term, period, period.per, ALWAYS)
    theirs = sums(quote, term, period, period.per, basis)
    if term == "total_cost":
        mine, theirs = with_silent_fees(row, [quote], mine), with_silent_fees(quote, [row], theirs)
    return Option(quote, *together(mine, theirs, period))


def rate_option(desk: Desk, row: BookRow, quote: Quote) -> Option:
    """Both rates; where nobody says whether those of the product are earned or paid, only equal ones compare."""
    if desk.type_of(row) is None and row.rate != quote.rate:
        return Option(quote, spoilt(unknown()), spoilt(unknown()))
    return Option(quote, rate_of(row), rate_of(quote))


def rate_of(leg: Leg) -> Worth:
    return unknown() if leg.rate is None else known(Fraction(leg.rate), ("rate", Fraction(leg.rate)))


def with_reach(desk: Desk, row: BookRow, term: str, asked: Asked) -> list[Option]:
    """The same options with the best that the customer could have by choosing, where anyone may take it."""
    open_to_all = desk.choice(row, "best-open").quotes
    found = []
    for option in asked.options:
        others = [in_reach(desk, row, quote, option, term) for quote in open_to_all]
        found.append(replace(option, mine=best([option.mine, *others], asked.sign)))
    return found


def in_reach(desk: Desk, row: BookRow, reached: Quote, against: Option, term: str) -> Worth:
    """What an offer that anyone may take comes to for the customer, seen beside the quote that it is set against."""
    if term == "rate":
        return rate_of(reached)
    period, quote = period_of(row, desk.places), against.quote
    basis, other = desk.taxed(row, reached), None if quote is None else desk.taxed(row, quote)
    if basis is None or other is None or quote is None:
        return TAX
    mine = sums(reached, term, period, period.per, basis)
    theirs = sums(quote, term, period, period.per, other)
    if term == "total_cost":
        mine = with_silent_fees(reached, [row, quote], mine)
    return together(mine, theirs, period)[0]


def best(worths: Sequence[Worth], sign: int) -> Worth:
    """The best of several for the customer, as far as it is known."""
    pick = min if sign > 0 else max
    lows = [worth.low for worth in worths]
    highs = [worth.high for worth in worths if worth.high is not None]
    low = None if None in lows else pick(low for low in lows if low is not None)
    high = pick(highs) if highs and (sign > 0 or len(highs) == len(worths)) else None
    chosen = next((w for w in worths if high is not None and w.low == w.high == high), worths[0])
    return Worth(low, high, low, chosen.parts, gravest_doubt(worths))


def ask_incentives(desk: Desk, row: BookRow, subject: Subject, choice: Choice) -> Iterator[Asked]:
    """The largest incentive as good as money; only where some leg has one."""
    if not any(leg.incentives for leg in (row, *choice.quotes)):
        return
    asked = Asked(subject, row, "incentives", -1, period_of(row, desk.places), "once", desk.places)
    asked.reason = choice.reason
    mine = cash(row.incentives or (), term_price(row, asked.period, ALWAYS))
    for quote in choice.quotes:
        of_price = any(one.percent is not None for one in quote.incentives or ())
        basis = desk.taxed(row, quote) if of_price else ALWAYS
        theirs = TAX if basis is None else cash(quote.incentives or (), term_price(quote, asked.period, basis))
        asked.options.append(Option(quote, mine, theirs))
    yield asked


def term_price(leg: Leg, period: Period, taxed: Taxed) -> Fraction | None:
    """What a percentage is of: the leg's price for the term, in the row's tax."""
    if leg.price is None:
        return None
    return replace(period, per="term").bring(taxed(Fraction(leg.price)), leg.per or period.per)


def ask_terms(desk: Desk, row: BookRow, subject: Subject, choice: Choice) -> Iterator[Asked]:
    """Every term that both the row and the comparator's cheapest quote state."""
    declared = desk.shelf.catalog.terms
    period = period_of(row, desk.places)
    for name in sorted(row.terms or {}):
        if name not in declared or not desk.bound.wants(name):
            continue
        sign = 1 if declared[name].better == "lower" else -1
        mine = known(Fraction((row.terms or {})[name]))
        quotes = cheapest(desk, row, choice.quotes, name, sign)
        stated = [Fraction(quote.terms[name]) for quote in quotes if quote.terms and name in quote.terms]
        if not stated and choice.reason is None:
            continue
        asked = Asked(subject, row, name, sign, period, None, None, reason=choice.reason)
        if stated:
            certain = len(stated) == len(quotes)
            asked.options.append(Option(quotes[0], mine, between(stated) if certain else spoilt(unknown())))
        yield asked


def between(values: Sequence[Fraction]) -> Worth:
    """One of several values, it is not known which."""
    low, high = min(values), max(values)
    return known(low) if low == high else Worth(low, high, low, (), "missing-value")


def cheapest(desk: Desk, row: BookRow, quotes: Sequence[Quote], name: str, sign: int) -> list[Quote]:
    """The quote that costs least, of several the best on the term; all that could be, where that is not known."""
    term = cost_terms(("cost",), [row, *quotes])[0]
    blank = blank_cost(desk, row, Subject(0, "", None, ()), term)
    costs = [cost_option(desk, row, quote, term, blank.period).theirs for quote in quotes]
    ends = [(one.low, one.high) if blank.sign > 0 else (minus(one.high), minus(one.low)) for one in costs]
    highs = [high for _, high in ends if high is not None]
    could = [i for i, (low, _) in enumerate(ends) if not highs or low is None or low <= min(highs)]
    if all(ends[i][0] is not None and ends[i][0] == ends[i][1] for i in could):
        values = {i: (quotes[i].terms or {}).get(name) for i in could}
        could.sort(key=lambda i: (values[i] is None, sign * Fraction(values[i] or 0)))
        could = could[:1]
    return [quotes[i] for i in could]


def minus(value: Fraction | None) -> Fraction | None:
    return None if value is None else -value


def ask_components(desk: Desk, row: BookRow, subject: Subject, choice: Choice) -> Iterator[Asked]:
    """Every component that the row or a quote has, against its own counterpart."""
    legs = (row, *choice.quotes)
    apart = components.kinds_of_several(legs)
    names = sorted({name for leg in legs for name in components.named_on(leg, apart)})
    period = period_of(row, desk.places)
    for term in names:
        if not components.wanted(term, desk.bound.rule.terms):
            continue
        is_rate = term == components.FINANCE
        per = components.stated_for(legs, term, period.per, apart)
        measure, places = ("percent", None) if is_rate else (None, desk.places)
        stated: Per | None = None if is_rate else PERS[per]
        asked = Asked(subject, row, term, 1, period, stated, places, measure, reason=choice.reason)
        mine = components.component(row, term, per, period, ALWAYS, apart)
        for quote in choice.quotes:
            basis = ALWAYS if is_rate else desk.taxed(row, quote)
            theirs = TAX if basis is None else components.component(quote, term, per, period, basis, apart)
            asked.options.append(Option(quote, mine, theirs))
        yield asked


PERS: dict[str, Per] = {"once": "once", "month": "month", "year": "year", "term": "term"}
Asker = Callable[[Desk, BookRow, Subject, Choice], Iterator[Asked]]
ASKED: dict[str, Asker] = {
    "default-gap": ask_costs,
    "reach-gap": ask_costs,
    "incentive-gap": ask_incentives,
    "term-gap": ask_terms,
    "component-gap": ask_components,
}
