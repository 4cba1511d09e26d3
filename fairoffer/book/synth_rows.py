"""The rows of a synthetic book: each a function of its number and the seed, whatever is made before or beside it.

Random numbers come from a counter: the number of the row is mixed with the seed, and slices of the 64 bits decide. All
arithmetic is on whole numbers, so no thread count, portion or platform can change a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import polars as pl

from fairoffer.book import synth_market as market
from fairoffer.book.synth_market import BROKEN, CHANNELS, MONTHLY, PRODUCTS, REGIONS, RISKS, TIERS, YEARLY, Plan

_MASK = (1 << 64) - 1
_GAMMA = 0x9E3779B97F4A7C15
_STREAMS = ("who", "life", "cost", "fault")
_RATED = sum(product.rated for product in PRODUCTS)
QUOTES = ("quote_new_customer", "quote_first_renewal", "quote_best_open")
MONEY = ("price", "paid", "expected_cost", "previous_price", *QUOTES)
_TEXT, _FLAG, _NUMBER, _MONEY = pl.String(), pl.Boolean(), pl.Int64(), pl.Decimal(9, 4)
SCHEMA = pl.Schema(
    {
        "customer": _TEXT,
        "supplier": _TEXT,
        "currency": _TEXT,
        "product": _TEXT,
        "product_type": _TEXT,
        "consumer": _FLAG,
        "group_policy": _FLAG,
        "vulnerable": _FLAG,
        "hardship": _FLAG,
        "value_tier": _TEXT,
        "tenure_months": _NUMBER,
        "renewal_no": _NUMBER,
        "event": _TEXT,
        "on": pl.Date(),
        "renewal_after_old": _FLAG,
        "renewal_notice": _FLAG,
        "channel": _TEXT,
        "payment_method": _TEXT,
        "risk": _TEXT,
        "like_region": _TEXT,
        "per": _TEXT,
        "contract_months": _NUMBER,
        **dict.fromkeys(MONEY, _MONEY),
    }
)
"""The columns of the file; what a product has not is null: a risk where none is rated, a renewal of what runs on."""


def numbers(plan: Plan, start: int, stop: int) -> pl.DataFrame:
    """Rows ``start`` up to ``stop`` with prices in hundredths and positions for words.

    ``fault`` is the position in ``BROKEN`` of what is to go wrong with a row, and null for sound rows; ``points`` is
    what staying costs, in ten-thousandths of the price for a new customer.
    """
    frame = pl.DataFrame({"row": pl.int_range(start, stop, dtype=pl.UInt64, eager=True)})
    frame = frame.with_columns(_mixed(plan.seed, position).alias(name) for position, name in enumerate(_STREAMS))
    return (
        frame.lazy()
        .with_columns(_who())
        .with_columns(_life())
        .with_columns(_people())
        .with_columns(_comparators(plan))
        .with_columns(_prices(plan))
        .collect(engine="in-memory")
    )


def table(plan: Plan, made: pl.DataFrame) -> pl.DataFrame:
    """What ``numbers`` made as the file has it, in the columns of ``SCHEMA``; broken rows are broken here."""
    rows = made.select(*_words(), *_plain(plan), *(_money(name) for name in MONEY))
    if plan.broken:
        rows = _broken(rows, made["fault"])
    return rows.select(SCHEMA.names()).match_to_schema(SCHEMA)


def offset(seed: int, stream: int) -> int:
    """Where the counter of a stream starts; a seed of any size or sign tells books apart."""
    mixed = 0
    for part in (*_parts(seed), stream):
        mixed = mix(mixed ^ part)
    return mixed


def mix(number: int) -> int:
    """64 bits out of 64 bits: the finisher of splitmix64 after one step of its counter."""
    number = (number + _GAMMA) & _MASK
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & _MASK
    return number ^ (number >> 31)


def _parts(seed: int) -> list[int]:
    parts, rest = [int(seed < 0)], abs(seed)
    while rest:
        parts.append(rest & _MASK)
        rest >>= 64
    return parts


def _mixed(seed: int, stream: int) -> pl.Expr:
    """``mix`` of counter and seed for a column of row numbers; sums and products of UInt64 wrap."""
    number = pl.col("row") * _wide(_GAMMA) + _wide((offset(seed, stream) + _GAMMA) & _MASK)
    number = (number ^ (number // (1 << 30))) * _wide(0xBF58476D1CE4E5B9)
    number = (number ^ (number // (1 << 27))) * _wide(0x94D049BB133111EB)
    return number ^ (number // (1 << 31))


def _wide(number: int) -> pl.Expr:
    return pl.lit(number, dtype=pl.UInt64)


def _bits(stream: str, start: int, count: int) -> pl.Expr:
    """``count`` bits of a stream from bit ``start``, as a number below ``2**count``."""
    return ((pl.col(stream) // (1 << start)) & _wide((1 << count) - 1)).cast(pl.Int64)


def _lookup(values: Iterable[int], at: pl.Expr) -> pl.Expr:
    return pl.lit(pl.Series(values=list(values), dtype=pl.Int64)).gather(at)


def _named(values: Sequence[str | None], at: pl.Expr) -> pl.Expr:
    return pl.lit(pl.Series(values=values, dtype=pl.String)).gather(at)


def _who() -> list[pl.Expr]:
    return [
        _lookup(market.spread(tuple(product.share for product in PRODUCTS)), _bits("who", 0, 10)).alias("product"),
        _lookup(market.spread(market.CHANNEL_SHARES), _bits("who", 10, 10)).alias("channel"),
        _lookup(market.spread(market.REGION_SHARES), _bits("who", 20, 10)).alias("region"),
        _lookup(market.spread(market.YEAR_SHARES), _bits("life", 0, 10)).alias("years"),
    ]


def _life() -> list[pl.Expr]:
    """Rated products are renewed after whole years, the others run on from any month."""
    rated = pl.col("product") < _RATED
    years = pl.col("years") + rated.cast(pl.Int64)
    month = pl.max_horizontal(_bits("life", 10, 8) * 12 // 256, (years == 0).cast(pl.Int64))
    return [
        rated.alias("rated"),
        years.alias("years"),
        (12 * years + pl.when(rated).then(0).otherwise(month)).alias("tenure_months"),
    ]


def _people() -> list[pl.Expr]:
    years = pl.col("years")
    drawn = _bits("life", 18, 10) * _bits("life", 28, 10) * RISKS // (1 << 20)
    place = 4 * pl.col("product") + pl.col("channel")
    base = [
        product.base * percent if product.rated else 100 * market.welcome_price(product, channel)
        for product in PRODUCTS
        for channel, percent in enumerate(market.CHANNEL_PERCENT)
    ]
    return [
        (_bits("life", 38, 10) < 82 + 10 * pl.min_horizontal(years, 20)).alias("vulnerable"),
        pl.max_horizontal(drawn - years // 3, 0).alias("risk"),
        place.alias("place"),
        _lookup(base, place).alias("base"),
    ]


def _comparators(plan: Plan) -> list[pl.Expr]:
    """What a new customer would pay for the same risk, in the same place, to the hundredth."""
    own = 900 + _bits("cost", 0, 16) * 201 // (1 << 16)
    factors = _lookup(market.RISK_PERCENT, pl.col("risk")) * _lookup(market.REGION_PERCENT, pl.col("region")) * own
    rated = pl.col("base") * factors // 1_000_000_000
    walked = _lookup(market.WALKED, pl.col("channel")) + market.WALKED_VULNERABLE * pl.col("vulnerable").cast(pl.Int64)
    points = pl.when(_bits("cost", 16, 10) < walked).then(pl.min_horizontal(market.STEP * pl.col("years"), market.MOST))
    retained = (_bits("cost", 26, 10) < market.RETAINED) & (pl.col("years") > 0)
    others = pl.when(retained).then(-market.DISCOUNT).otherwise(0)
    fault = pl.when(_bits("fault", 0, 32) < plan.broken).then(_bits("fault", 32, 16) % len(BROKEN))
    return [
        pl.when("rated").then(rated).otherwise(pl.col("base") // 100).alias("quote_new_customer"),
        (points.otherwise(others) if plan.penalty == "walk" else pl.lit(0, dtype=pl.Int64)).alias("points"),
        (fault if plan.broken else pl.lit(None, dtype=pl.Int64)).alias("fault"),
    ]


def _prices(plan: Plan) -> list[pl.Expr]:
    new = pl.col("quote_new_customer")
    price = new + new * pl.col("points") // 10_000
    standing = pl.when("rated").then(new + new * market.BEST_OPEN // 10_000).otherwise(new + market.STANDING_MONEY)
    first = new + new * market.FIRST_RENEWAL // 10_000
    haggled = pl.when(_bits("cost", 52, 8) < 20).then(95).otherwise(100)
    return [
        price.alias("price"),
        (first if plan.penalty == "walk" else new).alias("quote_first_renewal"),
        (standing if plan.penalty == "walk" else new).alias("quote_best_open"),
        (price * haggled // 100).alias("paid"),
        (new * (60 + _bits("cost", 36, 16) * 31 // (1 << 16)) // 100).alias("expected_cost"),
        pl.when(pl.col("years") > 0).then(price * 100 // 103).alias("previous_price"),
    ]


def _words() -> list[pl.Expr]:
    product, risk = pl.col("product"), [f"r{risk:02}" for risk in range(1, RISKS + 1)]
    other = _bits("who", 30, 8) < 64
    monthly = pl.when("rated").then(0).otherwise(2)
    return [
        ("c" + (pl.col("row") + 1_000_000_001).cast(pl.String)).alias("customer"),
        pl.lit(market.SUPPLIER).alias("supplier"),
        pl.lit(market.CURRENCY).alias("currency"),
        _named([one.id for one in PRODUCTS], product).alias("product"),
        _named([one.type for one in PRODUCTS], product).alias("product_type"),
        _named(TIERS, _bits("life", 48, 8) * len(TIERS) // 256).alias("value_tier"),
        _named(["renewal", "price-change"], (~pl.col("rated")).cast(pl.Int64)).alias("event"),
        _named(CHANNELS, pl.col("channel")).alias("channel"),
        _named([*YEARLY, *MONTHLY], monthly + other.cast(pl.Int64)).alias("payment_method"),
        _named([*risk, None], pl.when("rated").then("risk").otherwise(RISKS)).alias("risk"),
        _named(REGIONS, pl.col("region")).alias("like_region"),
        _named([one.per for one in PRODUCTS], product).alias("per"),
    ]


def scoped() -> pl.Expr:
    """Over ``numbers``: whether it is a consumer's own renewal of a rated product."""
    return pl.col("rated") & _consumer() & ~_group()


def _consumer() -> pl.Expr:
    return _bits("who", 38, 8) >= 6


def _group() -> pl.Expr:
    return _bits("who", 46, 8) < 3


def _plain(plan: Plan) -> list[pl.Expr]:
    renewed = pl.when("rated").then(pl.lit(True))
    return [
        _consumer().alias("consumer"),
        _group().alias("group_policy"),
        pl.col("vulnerable"),
        (_bits("who", 54, 8) < 5 + 8 * pl.col("vulnerable").cast(pl.Int64)).alias("hardship"),
        pl.col("tenure_months"),
        pl.when("rated").then("years").alias("renewal_no"),
        _day(plan).alias("on"),
        renewed.alias("renewal_after_old"),
        renewed.alias("renewal_notice"),
        _lookup((one.months for one in PRODUCTS), pl.col("product")).alias("contract_months"),
    ]


def _day(plan: Plan) -> pl.Expr:
    """A day of the year up to the judged day."""
    last = (plan.as_of - date(1970, 1, 1)).days
    return (last - _bits("life", 56, 8) * 365 // 256).cast(pl.Int32).cast(pl.Date)


def _money(name: str) -> pl.Expr:
    """Hundredths as a decimal with four places: the whole number of ten-thousandths is what a decimal holds."""
    return (100 * pl.col(name)).cast(pl.Int128).reinterpret(dtype=_MONEY).alias(name)


def _broken(rows: pl.DataFrame, fault: pl.Series) -> pl.DataFrame:
    """The rows with one thing wrong in each whose ``fault`` is a position in ``BROKEN``."""

    def wrong(kind: str) -> pl.Expr:
        return pl.lit(fault == BROKEN.index(kind))

    price = pl.when(wrong("null-price")).then(None).when(wrong("negative-price")).then(-pl.col("price"))
    quotes = [pl.when(wrong("null-quotes")).then(None).otherwise(pl.col(name)).alias(name) for name in QUOTES]
    return rows.with_columns(
        price.otherwise("price").alias("price"),
        *quotes,
        pl.when(wrong("unknown-channel")).then(pl.lit(market.UNKNOWN_CHANNEL)).otherwise("channel").alias("channel"),
        pl.when(wrong("other-currency")).then(pl.lit(market.OTHER_CURRENCY)).otherwise("currency").alias("currency"),
        pl.when(wrong("future-date"))
        .then(pl.col("on") + pl.duration(days=market.FUTURE_DAYS))
        .otherwise("on")
        .alias("on"),
    )
