"""The catalog beside a synthetic book: products, and offers of which the best is what a new customer is quoted."""

from __future__ import annotations

from collections.abc import Iterator

from fairoffer.book import synth_market as market
from fairoffer.book.synth_market import CHANNELS, MONTHLY, PRODUCTS, REGIONS, TIERS, YEARLY, Plan, Product
from fairoffer.book.synth_rows import mix
from fairoffer.money import fixed

_SOLD = tuple(product for product in PRODUCTS if not product.rated)
_AUDIENCES = ("new", "any", "existing")


def catalog_text(plan: Plan) -> str:
    """The catalog as YAML. The first 24 offers are what decides; all others are dearer, and for fewer people.

    Rated products have no offers: what they cost depends on the risk, and stands on each row.
    """
    return "\n".join((*_head(), "products:", *map(_product, PRODUCTS), "offers:", *_offers(plan), ""))


def _head() -> Iterator[str]:
    yield "# Made up: the catalog of a synthetic book."
    yield "fairoffer: catalog/1"
    yield "id: synthetic"
    yield f"supplier: {market.SUPPLIER}"
    yield f"currency: {market.CURRENCY}"
    yield f"value_tiers: [{', '.join(TIERS)}]"
    yield "attributes:"
    yield f"  channel: {{choice: true, values: [{', '.join(CHANNELS)}]}}"
    yield f"  payment_method: {{choice: true, values: [{', '.join((*YEARLY, *MONTHLY))}]}}"
    yield f"  region: {{values: [{', '.join(REGIONS)}]}}"


def _product(product: Product) -> str:
    return f"  - {{id: {product.id}, type: {product.type}}}"


def _offers(plan: Plan) -> Iterator[str]:
    standing = market.STANDING_MONEY if plan.penalty == "walk" else 0
    for product in _SOLD:
        for channel, name in enumerate(CHANNELS):
            price = market.welcome_price(product, channel)
            yield _offer(f"{product.id}-{name}-welcome", product, "new", price, f"channel: [{name}]")
            yield _offer(f"{product.id}-{name}-standing", product, "any", price + standing, f"channel: [{name}]")
    for number in range(market.LEAST_OFFERS, plan.offers):
        yield _extra(number)


def _extra(number: int) -> str:
    """A dearer offer, the same whatever the seed: catalogs of different sizes share their beginnings."""
    drawn = mix(number)
    product = _SOLD[drawn % len(_SOLD)]
    channel = drawn // 8 % len(CHANNELS)
    region = REGIONS[drawn // 64 % len(REGIONS)]
    audience = _AUDIENCES[drawn // 512 % len(_AUDIENCES)]
    method = MONTHLY[drawn // 4096 % len(MONTHLY)]
    price = market.welcome_price(product, channel) + market.STANDING_MONEY + 1 + drawn // 32_768 % 2_000
    people = f"channel: [{CHANNELS[channel]}], region: [{region}], payment_method: [{method}]"
    if audience == "existing":
        people += f", tenure_months: {{from: {12 * (1 + drawn // (1 << 30) % 9)}}}"
    return _offer(f"{product.id}-extra-{number}", product, audience, price, people)


def _offer(name: str, product: Product, audience: str, price: int, people: str) -> str:
    return (
        f"  - {{id: {name}, product: {product.id}, audience: {audience}, eligibility: {{{people}}}, "
        f'price: [{{amount: "{fixed(price, 2)}"}}], contract: {{months: {product.months}}}}}'
    )
