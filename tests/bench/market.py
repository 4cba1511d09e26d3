"""A made-up market of any size, as plain records and as an audit directory.

The distribution: offers with up to five categorical and two integer conditions, tenure, and a span of days; segments
with a product, a tenure range and about 70 % of the traits fixed. Segments of a product overlap, so each lies within
one umbrella segment that holds everybody who has the product.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

FIRST_DAY = date(2026, 1, 1)
LAST_DAY = FIRST_DAY + timedelta(days=364)
OPEN_END = 10**6
TRAITS = {"channel": 4, "payment": 3, "region": 12, "meter": 5, "tier": 6}
NUMBERS = {"age": (18, 120), "usage": (0, 1000)}

Range = tuple[int, int]


@dataclass(frozen=True)
class Deal:
    """An offer. Amounts are pennies a month; a phase of 0 months is open."""

    id: str
    product: int
    audience: str
    traits: dict[str, frozenset[int]]
    numbers: dict[str, Range]
    tenure: Range
    days: Range
    phases: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Group:
    """A segment; `traits` and `numbers` it does not name are open."""

    id: str
    product: int
    tenure: Range
    traits: dict[str, frozenset[int]] = field(default_factory=dict)
    numbers: dict[str, Range] = field(default_factory=dict)
    within: str | None = None


@dataclass(frozen=True)
class Market:
    """Offers and segments of `products` products."""

    products: int
    deals: list[Deal]
    groups: list[Group]


def make_market(offers: int, segments: int, products: int = 40, seed: int = 1, open_share: float = 0.3) -> Market:
    """The same market for the same arguments."""
    rng = random.Random(seed)
    deals = [_deal(rng, number, products) for number in range(offers)]
    groups = [Group(f"all-{product}", product, (1, OPEN_END)) for product in range(products)]
    groups += [_group(rng, number, products, open_share) for number in range(segments)]
    return Market(products, deals, groups)


def _deal(rng: random.Random, number: int, products: int) -> Deal:
    product = rng.randrange(products)
    traits = {
        name: frozenset(rng.sample(range(size), rng.randint(max(1, size // 2), size)))
        for name, size in TRAITS.items()
        if rng.random() < 0.6
    }
    numbers = {}
    if rng.random() < 0.4:
        numbers["age"] = _span(rng, (18, 25, 30, 40, 50, 60), (35, 50, 65, 75, 120))
    if rng.random() < 0.3:
        numbers["usage"] = _span(rng, (0, 100, 200, 400), (300, 500, 1000))
    audience = rng.choices(("new", "existing", "any"), (3, 4, 3))[0]
    days = _span(rng, (0, 0, 0, 90, 180), (89, 179, 364))
    amount = rng.randint(2000, 9000)
    phases: tuple[tuple[int, int], ...] = ((0, amount),)
    if rng.random() < 0.6:
        phases = ((rng.choice((6, 12, 18)), amount), (0, amount + rng.randint(0, 3000)))
    return Deal(f"o{number}", product, audience, traits, numbers, _tenure(rng, audience), days, phases)


def _tenure(rng: random.Random, audience: str) -> Range:
    """When the offer may be taken; from 0 for everybody's, so that about half of those are open to newcomers too."""
    if audience == "new":
        return 0, 0
    least = 1 if audience == "existing" else 0
    start = least if rng.random() < 0.5 else rng.choice((12, 24, 36, 60))
    end = rng.choice((OPEN_END, OPEN_END, 60, 120))
    return start, end if end >= start else OPEN_END


def _span(rng: random.Random, starts: tuple[int, ...], ends: tuple[int, ...]) -> Range:
    start = rng.choice(starts)
    return start, rng.choice([end for end in ends if end > start])


def _group(rng: random.Random, number: int, products: int, open_share: float) -> Group:
    start = rng.choice((1, 12, 24, 36, 60))
    product = rng.randrange(products)
    return Group(
        id=f"s{number}",
        product=product,
        tenure=(start, rng.choice((start + 11, start + 23, OPEN_END))),
        traits={name: frozenset((rng.randrange(size),)) for name, size in TRAITS.items() if rng.random() > open_share},
        numbers={"age": (30, 64)} if rng.random() < 0.5 else {},
        within=f"all-{product}",
    )


def write_market(market: Market, place: Path) -> Path:
    """`market` as an audit directory: catalog.ndjson and segments.yaml."""
    place.mkdir(parents=True, exist_ok=True)
    with open(place / "catalog.ndjson", "w", encoding="utf-8") as file:
        for record in (_head(), *_products(market), *({"offer": _offer(deal)} for deal in market.deals)):
            file.write(json.dumps(record) + "\n")
    lines = ["fairoffer: segments/1", "segments:", *(f"  - {_flow(_segment(group))}" for group in market.groups)]
    (place / "segments.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return place


def _head() -> dict[str, object]:
    traits: dict[str, object] = {name: {"values": [f"v{n}" for n in range(size)]} for name, size in TRAITS.items()}
    numbers = {name: {"type": "integer", "from": low, "to": high} for name, (low, high) in NUMBERS.items()}
    return {"fairoffer": "catalog/1", "id": "market", "currency": "GBP", "attributes": traits | numbers}


def _products(market: Market) -> list[dict[str, object]]:
    return [{"product": {"id": f"p{number}", "type": "broadband"}} for number in range(market.products)]


def _offer(deal: Deal) -> dict[str, object]:
    eligibility: dict[str, object] = {name: _values(values) for name, values in deal.traits.items()}
    eligibility |= {name: _range(span) for name, span in deal.numbers.items()}
    if deal.audience != "new":
        eligibility["tenure_months"] = _range(deal.tenure)
    return {
        "id": deal.id,
        "product": f"p{deal.product}",
        "audience": deal.audience,
        "eligibility": eligibility,
        "valid": {"from": _day(deal.days[0]), "to": _day(deal.days[1])},
        "price": [_phase(months, pennies) for months, pennies in deal.phases],
    }


def _phase(months: int, pennies: int) -> dict[str, object]:
    length = {"months": months} if months else {}
    return length | {"amount": str(Decimal(pennies) / 100), "per": "month"}


def _segment(group: Group) -> dict[str, object]:
    where = {name: _values(values) for name, values in group.traits.items()}
    where |= {name: _range(span) for name, span in group.numbers.items()}  # type: ignore[misc]
    named: dict[str, object] = {"id": group.id, "tenure_months": _range(group.tenure), "product": f"p{group.product}"}
    named |= {"customers": 10}
    if where:
        named["where"] = where
    if group.within:
        named["within"] = group.within
    return named


def _flow(value: object) -> str:
    """YAML in flow style; JSON without quotes, which these words do not need."""
    return json.dumps(value).replace('"', "")


def _values(values: frozenset[int]) -> list[str]:
    return [f"v{value}" for value in sorted(values)]


def _range(span: Range) -> dict[str, int]:
    low, high = span
    return {"from": low} if high == OPEN_END else {"from": low, "to": high}


def _day(number: int) -> str:
    return (FIRST_DAY + timedelta(days=number)).isoformat()
