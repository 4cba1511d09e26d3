"""What an audit of a book would look at: its source, its columns, who is compared with whom; no row is judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from fairoffer.audit.bind import Bound, bind
from fairoffer.audit.comparison import Comparison
from fairoffer.book.groups import band_name
from fairoffer.book.run import OWN, Opened, open_book
from fairoffer.book.slots import Slot
from fairoffer.book.summary import nothing_asked, source_words
from fairoffer.compare.market import Shelf
from fairoffer.model.base import Base
from fairoffer.model.catalog import Catalog
from fairoffer.model.columns import names_in
from fairoffer.model.inputs import Inputs
from fairoffer.model.mapped import Column
from fairoffer.model.mapping import RowMap

Lines = list[tuple[str, str]]
"""A name and what is said of it."""


def planned(inputs: Inputs, as_of: date, through: date | None = None) -> list[tuple[str, Lines]]:
    """Headings with lines: the book, its columns, then whom each rule compares. Raises as ``open_book`` does."""
    shelf = Shelf(inputs.catalog, as_of, through)
    rules = bind(inputs, as_of)
    book = open_book(inputs, shelf, rules)
    asked: dict[tuple[str, str], list[Slot]] = {}
    for slot in book.plan.slots:
        asked.setdefault((slot.bound.policy.id, slot.bound.rule.id), []).append(slot)
    found = [
        (f"book of customers: {source_words(book.mapped)}", list(of_book(book))),
        ("columns", [(leaf.path, origin(leaf.column)) for leaf in book.mapped.leaves()]),
    ]
    found += [(f"{policy}/{rule}", list(of_rule(book, inputs.catalog, own))) for (policy, rule), own in asked.items()]
    found += [(name_of(one.bound), [("not asked", why(one))]) for one in nothing_asked(book, rules, shelf)]
    return found


def of_book(book: Opened) -> Iterator[tuple[str, str]]:
    mapped = book.mapped
    rows = book.source.rows
    yield "rows", "not known before they are read" if rows is None else f"{rows:,}"
    quoted = mapped.comparator == "quoted"
    bases = ", ".join(quote.basis for quote in mapped.columns.quotes)
    yield "comparator", f"quoted on each row: {bases or 'no quote is mapped'}" if quoted else "offers of the catalog"
    yield "bands", ", ".join(band_name(band, mapped.bands) for band in range(len(mapped.bands))) + " months"
    yield "groups", f"of {mapped.k} customers or more; smaller ones are merged"
    yield "twice", f"looked for by {mapped.unique}" if mapped.unique else "not looked for: there is no unique"
    yield "statistics", "yes" if mapped.statistics else "no"
    read = set(book.reading.columns)
    yield "not mapped", ", ".join(name for name in book.source.schema.names() if name not in read) or "nothing"


def origin(column: Column) -> str:
    """Where a value comes from, and how it is read."""
    if column.header is None:
        return f"always {column.value}"
    how = [f"{name.rstrip('_')} {told(getattr(column, name))}" for name in column.read_by() if getattr(column, name)]
    since = "months since " if getattr(column, "since", None) is not None else ""
    return f"{since}column {column.header}" + (f" ({', '.join(how)})" if how else "")


def told(value: object) -> str:
    if isinstance(value, dict):
        return f"of {len(value)} value{'s' * (len(value) != 1)}"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def of_rule(book: Opened, catalog: Catalog, slots: Sequence[Slot]) -> Iterator[tuple[str, str]]:
    """Whom a rule compares on what, and what of it the book does not say."""
    bound = slots[0].bound
    yield "check", bound.check.id
    yield "terms", ", ".join(dict.fromkeys(slot.term for slot in slots if slot.term))
    if bound.check.id != "condition":
        yield "comparator", bound.way.with_
        yield "equal", ", ".join(bound.policy.compare_for(bound.rule).like_for_like)
    yield "assumed", ", ".join(f"{name}: not mapped, taken to be equal" for name in not_said(book, bound))
    yield "scope", "; ".join(bound.policy.scopes_for(bound.rule)) or "every row"
    unknown = not_known(book, catalog, bound)
    yield "not known", f"{', '.join(unknown)}: where this decides, a row cannot be assessed" if unknown else ""


def not_said(book: Opened, bound: Bound) -> list[str]:
    """Names that the policy wants equal, and that no column says."""
    known = {*book.reading.schema, *book.reading.constants}
    names = bound.policy.compare_for(bound.rule).like_for_like if bound.check.id != "condition" else ()
    places = {name for place in book.plan.places for name, _ in place}
    return [name for name in names if name not in places and not (name in OWN and name in known)]


def not_known(book: Opened, catalog: Catalog, bound: Bound) -> list[str]:
    """Columns of the rule's conditions that rows could say, and that nothing does: neither a column nor a fact."""
    mapped = {leaf.path.replace(".", "_") for leaf in book.mapped.leaves()}
    mapped |= {path.removeprefix("facts_") for path in mapped if path.startswith("facts_")} | {*catalog.facts}
    mapped |= {name for product in catalog.products for name in product.facts}
    mapped |= {"currency", "supplier"} | ({"product_type"} if "product" in mapped else set())
    direct = {*paths_of(RowMap), *bound.policy.facts}
    texts = [*bound.policy.scopes_for(bound.rule), *([bound.rule.condition] if bound.rule.condition else [])]
    names = dict.fromkeys(name for text in texts for name in names_in(text))
    return [name for name in names if name in direct and name not in mapped]


def paths_of(part: type[Base], above: str = "") -> Iterator[str]:
    """What a row may say one value of, named as conditions name it: ``renewal_notice``."""
    for name, field in part.model_fields.items():
        for kind in getattr(field.annotation, "__args__", (field.annotation,)):
            if isinstance(kind, type) and issubclass(kind, Column):
                yield above + name
            elif isinstance(kind, type) and issubclass(kind, Base):
                yield from paths_of(kind, f"{above}{name}_")


def why(found: Comparison) -> str:
    if found.reason == "not-effective":
        return "the rule is not in force on the judged day"
    return "the book maps no column that it could be measured by"


def name_of(bound: Bound) -> str:
    return f"{bound.policy.id}/{bound.rule.id}"
