"""What the comparisons took for granted, with how many rest on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fairoffer.audit.audited import Audited, has_book
from fairoffer.audit.comparison import Comparison
from fairoffer.audit.people import People
from fairoffer.audit.phrases import balance
from fairoffer.audit.pieces import whole
from fairoffer.compare.groups import live_on
from fairoffer.compare.lineage import moves_on
from fairoffer.model.result import Assumption

Test = Callable[[Comparison], bool]


def assumptions(audited: Audited, people: People) -> list[Assumption]:
    """All assumptions that at least one comparison rests on, and what a missing segments file means."""
    found: list[Assumption] = []
    if audited.book is not None and audited.inputs.segments:
        found.append(beside_book(audited))
    if audited.inputs.segments is None and not has_book(audited.inputs) and audited.inputs.catalog.offers:
        found.append(no_segments(audited))
    by_product: dict[str, list[Comparison]] = {}
    for comparison in audited.comparisons:
        if comparison.outcome != "out-of-scope":
            by_product.setdefault(comparison.subject.product, []).append(comparison)
    for name, says, test, products in tests(audited, people):
        some = by_product if products is None else sorted(products & by_product.keys())
        resting = [c for product in some for c in by_product[product] if test(c)]
        if resting:
            people_ = customers(resting, people)
            found.append(Assumption(id=name, says=says, comparisons=rows_of(resting), customers=people_))
    return [*found, *of_rows(audited, people)]


def of_rows(audited: Audited, people: People) -> Iterable[Assumption]:
    """What the comparisons of rows took for granted, as each of them noted it."""
    resting: dict[str, list[Comparison]] = {}
    for comparison in audited.comparisons:
        for note in comparison.notes if comparison.outcome != "out-of-scope" else ():
            resting.setdefault(note, []).append(comparison)
    for note in sorted(resting):
        own = resting[note]
        yield Assumption(id=note, says=words_of(note), comparisons=rows_of(own), customers=customers(own, people))


def words_of(note: str) -> str:
    if note in NOTES:
        return NOTES[note]
    if note.endswith("-assumed-equal"):
        name = note.removesuffix("-assumed-equal")
        return f"The policy wants {name} to be equal on both sides; neither the row nor a quote says it."
    name = note.removeprefix("quote-").removesuffix("-as-on-row")
    return f"A quote that does not say its {name} is taken to be as on the row."


NOTES = {
    "a-term-of-a-year": "A yearly price without a term is for one year: what is due once counts whole in it.",
    "channel-of-purchase": "Where nobody says who moved a customer to another channel, the channel of purchase counts.",
    "close-match": "A product that is closed to new customers is compared with its close match.",
    "quote-of-another-day": "A quote of an earlier day stands for the day of the row.",
    "term-of-unknown-length": "Money a year is of customers of whom the length of the term is known.",
    "walk-of-few-customers": "No rise is claimed of places that are too small to be shown; they are one comparison.",
    "walk-of-wide-interval": "No rise is shown, but one of more than 1 % cannot be left out either: too few to say.",
    "shares-within-chance": "Shares that differ by no more than chance allows are not said to differ.",
    "shares-of-wide-interval": "Of shares that may differ by much either way nothing is said: too few customers.",
    "shares-without-interval": "Shares without an interval are not judged: no column names customers, or too few.",
    "walk-of-few-cells": "No rise is claimed where too few like-for-like cells are left to compare.",
    "walk-of-few-matched": "No rise is claimed where most customers have nobody of another tenure in their cell.",
    "walk-of-one-band": "No rise is claimed where fewer than two bands of tenure hold enough customers.",
    "walk-of-the-price-alone": "Too few customers have a comparator: rises are of the price itself, within cells.",
    "share-of-those-compared": "Shares are of the customers who could be compared; the others of their group are not.",
}


def rows_of(resting: Iterable[Comparison]) -> int:
    """How many comparisons these stand for."""
    return sum(comparison.rows for comparison in resting)


def customers(resting: Iterable[Comparison], people: People) -> int | None:
    numbers = {c.subject.people: people.number(c) for c in resting if c.subject.people and people.added(c)}
    if not numbers or any(n is None for n in numbers.values()):
        return None
    return sum(n or 0 for n in numbers.values())


def beside_book(audited: Audited) -> Assumption:
    own = [c for c in audited.comparisons if c.subject.segment is not None]
    says = "Customers and money a year are those of the book; segments are judged beside it and added to nothing."
    return Assumption(id="book-counts-customers", says=says, comparisons=len(own), customers=None)


def no_segments(audited: Audited) -> Assumption:
    live = [o for o in audited.inputs.catalog.offers if live_on(audited.shelf, o)]
    unjudged = sum(not moves_on(o) for o in live)
    says = (
        "There is no segments file: everyone with a tenure of a month or more is one segment a product, and so is "
        f"whoever is past the phases of an offer. Customers are unknown; held offers not judged: {unjudged}."
    )
    return Assumption(id="no-segments", says=says, comparisons=len(audited.comparisons), customers=None)


def tests(audited: Audited, people: People) -> Iterable[tuple[str, str, Test, set[str] | None]]:
    """Id, words, which comparisons rest on it, and the products that these can be of (None: any)."""
    for name in sorted({n for rule in audited.rules for n in rule.assumed}):
        yield (
            f"{name}-assumed-equal",
            f"The policy wants {name} to be equal on both sides; the catalog does not declare it.",
            lambda c, name=name: name in c.bound.assumed and of_catalog(c),  # type: ignore[misc]
            None,
        )
    catalog = audited.inputs.catalog
    stated = {(g.segment, g.product): set(g.where) for g in audited.groups}
    for name, attribute in sorted(catalog.attributes.items()):
        tested = {o.product for o in catalog.offers if name in o.eligibility.attributes}
        if attribute.assume is not None and tested:
            yield (
                f"{name}-assumed",
                f"Segments that do not say are taken as {name}: {attribute.assume}.",
                lambda c, name=name: (  # type: ignore[misc]
                    name not in stated.get((c.subject.segment or "", c.subject.product), set())
                ),
                tested,
            )
    silent = {o.product for o in catalog.offers if o.basis.from_ == "not-stated"}
    yield (
        "audience-not-stated",
        "An offer that does not say whom it is for is taken to be for anyone.",
        lambda c: True,
        silent,
    )
    yield from ((*one, None) for one in about_balances(audited))
    yield from ((*one, None) for one in about_time(audited, people))


def of_catalog(found: Comparison) -> bool:
    """Whether offers were compared, not a row or several."""
    return (
        found.subject.row is None
        and found.subject.count is None
        and found.measure is None
        and bool(found.subject.product)
    )


def about_balances(audited: Audited) -> Iterable[tuple[str, str, Test]]:
    """Nobody says how large balances are: money is what the gap would be if all were of one compared size."""
    compared = {balance(c) for c in audited.comparisons if c.bound.check.money} - {None}
    if compared:
        sizes = sorted(size for size in compared if size is not None)
        largest = whole(sizes[-1])
        several = f"the compared one with the largest gap; the largest compared is {largest}"
        said = f"every balance were {largest if len(sizes) == 1 else several}"
        yield (
            "balances-as-compared",
            f"How large balances are is not known: money a year is as if {said}.",
            lambda c: c.bound.check.money is not None and balance(c) is not None,
        )


def about_time(audited: Audited, people: People) -> Iterable[tuple[str, str, Test]]:
    one_axis = {s.id for s in audited.inputs.segments or () if s.holds and s.held_months is None}
    yield (
        "held-since-joining",
        "Where a segment does not say since when its offer is held, it is held since joining.",
        lambda c: c.subject.segment in one_axis,
    )
    yield (
        "market-stays",
        "Customers who are not free yet are judged when they will be, in the market of the judged day.",
        people.only_coming,
    )
    offers = audited.shelf.catalog.offers
    rising = {o.product for o in offers if o.contract and o.contract.rise and o.contract.rise.type != "none"}
    yield (
        "rises-from-today",
        "Announced price rises count from the judged day on; those before it are in the price as stated.",
        lambda c: c.subject.product in rising and c.horizon is not None,
    )
    indexed = {
        o.product: o.contract.rise.type
        for o in offers
        if o.contract and o.contract.rise and o.contract.rise.type in ("cpi", "rpi")
    }
    yield (
        "indexed-rises-not-counted",
        "Rises that follow an index which the policy does not assume are not counted.",
        lambda c: (
            c.horizon is not None
            and indexed.get(c.subject.product, "") not in ("", *(name for name, _ in c.bound.way.assume))
        ),
    )
