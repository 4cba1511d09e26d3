"""What one part of the inputs says about another: names that must exist, and statements that must agree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from fairoffer.errors import SHOWN, Problem
from fairoffer.model.base import Range, shown
from fairoffer.model.build import Part, Parts
from fairoffer.model.catalog import Attribute, Catalog, Offer, Product
from fairoffer.model.segments import Segment
from fairoffer.model.validate import not_one_of, unknown
from fairoffer.source import Loc

_WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)


def check_links(parts: Parts) -> None:
    """All problems between parts; typed tests of integer attributes are put in the place of their text."""
    for what, found in (
        ("product", parts.products),
        ("offer", parts.offers),
        ("segment", parts.segments),
        ("notice", parts.notices),
        ("record", parts.records),
    ):
        _check_ids(what, found or [], parts.problems)
    products = _names(parts, parts.products, "Product/")
    offers = _names(parts, parts.offers, "Offer/")
    for part in parts.products:
        _check_name(part, ("close_match",), part.model.close_match, "product", products, parts.problems)
    _check_cycles(parts.products, "close_match", parts.problems)
    by_id = {part.model.id: part.model for part in parts.products}
    for index, part in enumerate(parts.offers):
        parts.offers[index] = _check_offer(part, parts, products, offers, by_id)
    if parts.segments is not None:
        segments = _names(parts, parts.segments, "Segment/")
        for index, part in enumerate(parts.segments):
            parts.segments[index] = _check_segment(part, parts, products, offers, segments)
        _check_cycles(parts.segments, "within", parts.problems)


def _names(parts: Parts, found: list[Part], kind: str) -> set[str] | None:
    """All ids that may be referred to; ``None`` where some of them could not be read."""
    if not parts.complete or (parts.catalog is None and not found):
        return None
    unread = {name.removeprefix(kind) for name in parts.unread if name.startswith(kind)}
    return {part.model.id for part in found} | unread


def _check_ids(what: str, parts: list[Part], problems: list[Problem]) -> None:
    first: dict[str, Part] = {}
    for part in parts:
        other = first.setdefault(part.model.id, part)
        if other is not part:
            message = f"there is another {what} {shown(part.model.id)} at {other.source.at}; rename one of them"
            problems.append(part.source.problem(("id",), message))


def _check_name(
    part: Part, loc: Loc, name: str | None, what: str, known: set[str] | None, problems: list[Problem]
) -> None:
    if name is not None and known is not None and name not in known:
        problems.append(part.source.problem(loc, unknown(what, name, known if len(problems) < SHOWN else ())))


def _check_cycles(parts: list[Part], key: str, problems: list[Problem]) -> None:
    """One problem for each ring of parts that name each other, at its first member."""
    following = {part.model.id: getattr(part.model, key) for part in parts}
    done: set[str] = set()
    for part in parts:
        way: list[str] = []
        name: str | None = part.model.id
        while name is not None and name not in done and name not in way:
            way.append(name)
            name = following.get(name)
        if name is not None and name in way:
            ring = way[way.index(name) :]
            said = "names itself" if len(ring) == 1 else f"goes round in a circle: {' > '.join([*ring, name])}"
            start = next(entry for entry in parts if entry.model.id == name)
            problems.append(start.source.problem((key,), said))
        done.update(way)


def _check_offer(
    part: Part, parts: Parts, products: set[str] | None, offers: set[str] | None, by_id: Mapping[str, Product]
) -> Part:
    offer: Offer = part.model
    problems = parts.problems
    _check_name(part, ("product",), offer.product, "product", products, problems)
    for index, phase in enumerate(offer.price):
        _check_name(part, ("price", index, "product"), phase.product, "product", products, problems)
    if offer.contract is not None:
        _check_name(part, ("contract", "then"), offer.contract.then, "offer", offers, problems)
    if not part.partial:
        _check_phases(part, offer, problems)
        _check_tenure(part, offer, problems)
        _check_sale(part, offer, by_id.get(offer.product), problems)
    if parts.catalog is not None:
        declared: Catalog = parts.catalog.model
        for name in offer.terms:
            if name not in declared.terms:
                message = unknown("term", name, declared.terms) + "; declare it under terms of the catalog"
                problems.append(part.source.problem(("terms", name), message, key=True))
    typed = check_tests(part, ("eligibility",), offer.eligibility.attributes, parts.attributes, problems)
    if not typed:
        return part
    eligibility = offer.eligibility.model_copy(update=typed)
    return Part(offer.model_copy(update={"eligibility": eligibility}), part.source)


def _check_phases(part: Part, offer: Offer, problems: list[Problem]) -> None:
    last = len(offer.price) - 1
    for index, phase in enumerate(offer.price):
        if phase.months is not None:
            continue
        if index < last:
            message = "has no months, so it would overlap the phase after it; only the last phase may be open-ended"
            problems.append(part.source.problem(("price", index), message))
        elif offer.contract is not None and offer.contract.then is not None:
            message = "has no months, so contract.then would never begin; say months, or leave out then"
            problems.append(part.source.problem(("price", index), message))


def _check_tenure(part: Part, offer: Offer, problems: list[Problem]) -> None:
    tenure = offer.eligibility.tenure_months
    if tenure is None:
        return
    loc: Loc = ("eligibility", "tenure_months")
    if offer.audience == "new" and not tenure.contains(0):
        message = "excludes 0, but the audience is new, and new customers have a tenure of 0: nobody could take it"
        problems.append(part.source.problem(loc, message))
    elif offer.audience in ("any", "existing") and tenure.to == 0:
        message = f"holds 0 only, which is new customers, but the audience is {offer.audience}; write audience: new"
        problems.append(part.source.problem(loc, message))


def _check_sale(part: Part, offer: Offer, product: Product | None, problems: list[Problem]) -> None:
    if product is None or product.on_sale is None or product.on_sale.to is None or offer.valid is None:
        return
    end = product.on_sale.to
    if offer.valid.to is not None and offer.valid.to > end:
        message = f"is after the product's last day on sale, {end}"
        problems.append(part.source.problem(("valid", "to"), message))
    elif offer.valid.from_ is not None and offer.valid.from_ > end:
        message = f"is after the product's last day on sale, {end}"
        problems.append(part.source.problem(("valid", "from"), message))


def _check_segment(
    part: Part, parts: Parts, products: set[str] | None, offers: set[str] | None, segments: set[str] | None
) -> Part:
    segment: Segment = part.model
    problems = parts.problems
    if not part.partial:
        _check_hold(part, segment, problems)
    _check_name(part, ("holds",), segment.holds, "offer", offers, problems)
    _check_name(part, ("product",), segment.product, "product", products, problems)
    _check_name(part, ("within",), segment.within, "segment", segments, problems)
    if parts.catalog is not None and segment.value_tier is not None:
        tiers = parts.catalog.model.value_tiers
        if not tiers:
            message = "the catalog has no value_tiers; list them there, worst to best"
            problems.append(part.source.problem(("value_tier",), message))
        elif segment.value_tier not in tiers:
            problems.append(part.source.problem(("value_tier",), not_one_of(segment.value_tier, tiers)))
    typed = check_tests(part, ("where",), segment.where, parts.attributes, problems)
    if not typed:
        return part
    return Part(segment.model_copy(update={"where": {**segment.where, **typed}}), part.source)


def _check_hold(part: Part, segment: Segment, problems: list[Problem]) -> None:
    if segment.holds is None and segment.product is None:
        problems.append(part.source.problem((), "must say what it holds: holds (an offer), or product (with pays)"))
    if segment.holds is not None and segment.product is not None:
        message = "stands beside holds, which names the product already; keep one of them"
        problems.append(part.source.problem(("product",), message))
    if segment.pays is None:
        return
    if segment.holds is not None:
        problems.append(part.source.problem(("pays",), "stands beside holds, whose price counts; keep one of them"))
    elif segment.product is None:
        problems.append(part.source.problem(("pays",), "needs product: what they pay for"))
    if segment.pays.amount is None and segment.pays.percent is None:
        problems.append(part.source.problem(("pays",), "must say amount or percent"))


def check_tests(
    part: Part,
    loc: Loc,
    tests: Mapping[str, tuple[str, ...] | Range],
    declared: Mapping[str, Attribute] | None,
    problems: list[Problem],
) -> dict[str, tuple[str, ...] | Range]:
    """Problems of tests against the declared attributes; returns the tests that read differently once typed."""
    typed: dict[str, tuple[str, ...] | Range] = {}
    for name, test in tests.items() if declared is not None else ():
        attribute = (declared or {}).get(name)
        if attribute is None:
            message = unknown("attribute", name, [*(declared or {}), "tenure_months"][: None if loc == ("eligibility",)
                                                  else -1])  # fmt: skip
            message += "; declare it under attributes of the catalog"
            problems.append(part.source.problem((*loc, name), message, key=True))
        elif attribute.type == "integer":
            wanted = _integers(part, (*loc, name), test, attribute, problems)
            if wanted is not None and wanted is not test:
                typed[name] = wanted
        elif isinstance(test, Range):
            message = f"must be a list of values, not a range: {name} is not an integer attribute"
            problems.append(part.source.problem((*loc, name), message))
        else:
            _check_values(part, (*loc, name), test, attribute.domain, problems)
    return typed


def _check_values(
    part: Part, loc: Loc, values: tuple[str, ...], domain: tuple[str, ...], problems: list[Problem]
) -> None:
    known = _set_of(domain)
    if known.issuperset(values):
        return
    listed = isinstance(_value_at(part.source.data, loc), list)
    for index, value in enumerate(values):
        if value not in known:
            at = (*loc, index) if listed else loc
            problems.append(part.source.problem(at, not_one_of(value, domain if len(problems) < SHOWN else domain[:8])))


@lru_cache(maxsize=256)
def _set_of(domain: tuple[str, ...]) -> frozenset[str]:
    return frozenset(domain)


def _value_at(data: object, loc: Loc) -> object:
    for step in loc:
        data = data.get(step) if isinstance(data, dict) else None
    return data


def _integers(
    part: Part, loc: Loc, test: tuple[str, ...] | Range, attribute: Attribute, problems: list[Problem]
) -> Range | None:
    """The test as a range; one whole number, or whole numbers in a row, are a range too."""
    if not isinstance(test, Range):
        if not all(_WHOLE.fullmatch(value) for value in test):
            problems.append(part.source.problem(loc, "must be a whole number or a range like {from: 18, to: 65}"))
            return None
        numbers = sorted(int(value) for value in test)
        if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            problems.append(part.source.problem(loc, "must be whole numbers in a row; write a range like {from: 18}"))
            return None
        test = Range(from_=numbers[0], to=numbers[-1])
    for side, value in (("from", test.from_), ("to", test.to)):
        if value is not None and not attribute.span.contains(value):
            message = f"{value} is outside the declared {attribute.from_} to {attribute.to}"
            problems.append(part.source.problem(loc if test.from_ == test.to else (*loc, side), message))
    return test
