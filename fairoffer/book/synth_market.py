"""The made-up market behind a synthetic book: what is sold, to whom, and what each thing does to a price.

Everything is a whole number: prices in hundredths, shares in 1024ths, factors in percent. A change to any of them
changes every book that was ever made from a seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

Penalty = Literal["walk", "none"]
PENALTIES: tuple[Penalty, ...] = ("walk", "none")
AS_OF = date(2026, 11, 21)
"""The day on which a synthetic book is judged, unless it is asked for another."""
MOST_ROWS = 1_000_000_000
LEAST_OFFERS = 24
MOST_OFFERS = 100_000


@dataclass(frozen=True)
class Plan:
    """What a synthetic book is made of: the same plan makes the same rows, on any machine and in any portions."""

    rows: int
    seed: int = 0
    broken: int = 0
    """Broken rows among 2**32."""
    offers: int = 600
    penalty: Penalty = "walk"
    as_of: date = AS_OF


class Product(NamedTuple):
    """A product; ``base`` is its price before anything else counts, ``share`` its customers in 1024ths."""

    id: str
    type: str
    per: Literal["term", "month"]
    months: int
    base: int
    share: int

    @property
    def rated(self) -> bool:
        """Whether every customer has a price of their own, worked out from their risk."""
        return self.per == "term"


PRODUCTS = (
    Product("motor-comprehensive", "motor", "term", 12, 48_000, 308),
    Product("motor-third-party", "motor", "term", 12, 31_000, 82),
    Product("home-buildings", "home", "term", 12, 18_500, 184),
    Product("home-contents", "home", "term", 12, 9_600, 133),
    Product("fibre-100", "broadband", "month", 24, 2_899, 174),
    Product("fibre-500", "broadband", "month", 24, 3_899, 72),
    Product("sim-only", "mobile", "month", 12, 1_499, 71),
)
CHANNELS = ("web", "phone", "broker", "shop")
CHANNEL_SHARES = (532, 246, 164, 82)
CHANNEL_PERCENT = (96, 102, 105, 103)
"""What a rated price costs in each channel."""
CHANNEL_MONEY = (-200, 0, 50, 100)
"""What is added to a monthly price in each channel."""
STANDING_MONEY = 600
"""What the standing offer of a monthly product costs more than the welcome one."""
REGIONS = ("north", "east", "south", "west", "centre")
REGION_SHARES = (215, 164, 287, 153, 205)
REGION_PERCENT = (92, 99, 108, 101, 118)
YEARLY = ("annual", "instalments")
MONTHLY = ("direct-debit", "card")
TIERS = ("low", "middle", "high")
RISKS = 20
RISK_PERCENT = tuple(62 + 6 * risk + (risk * risk) // 8 for risk in range(RISKS))
"""What a rated price costs for each risk, least first: from 62 to 221 percent."""
BANDS: tuple[tuple[int, int | None], ...] = ((1, 11), (12, 23), (24, 59), (60, None))
"""Bands of tenure, in months, as reports show them."""
YEAR_SHARES = (
    148,
    139,
    112,
    92,
    78,
    67,
    58,
    51,
    44,
    38,
    33,
    28,
    24,
    20,
    17,
    14,
    12,
    10,
    8,
    7,
    6,
    5,
    4,
    3,
    2,
    1,
    1,
    1,
    1,
)
"""Customers by completed years, in 1024ths: half have left after five years, a few stay for almost thirty."""

WALKED = (256, 460, 358, 512)
"""Of 1024 customers of each channel, how many pay a penalty that grows each year; the vulnerable are more."""
WALKED_VULNERABLE = 154
STEP = 250
"""The penalty of each completed year, in ten-thousandths of the price for a new customer, up to ``MOST``."""
MOST = 3_000
RETAINED = 82
"""Of 1024 others who stayed for a year, how many talked the price down by ``DISCOUNT`` ten-thousandths."""
DISCOUNT = 500
FIRST_RENEWAL = 500
"""What a first renewal costs more than a new customer pays, in ten-thousandths."""
BEST_OPEN = 300
"""What anybody may get a rated product for, more than a new customer pays, in ten-thousandths."""

CURRENCY = "EUR"
OTHER_CURRENCY = "USD"
UNKNOWN_CHANNEL = "pigeon"
SUPPLIER = "Example Mutual"
FUTURE_DAYS = 36_525
BROKEN = ("null-price", "null-quotes", "negative-price", "unknown-channel", "other-currency", "future-date")
"""How a row can be broken."""


def welcome_price(product: Product, channel: int) -> int:
    """What a new customer pays for a month of an unrated product, in hundredths."""
    return product.base + CHANNEL_MONEY[channel]


def spread(shares: tuple[int, ...]) -> list[int]:
    """The position of each share, as often as the share says: what a number below 1024 stands for.

    Raises:
        ValueError: the shares do not add up to 1024.
    """
    if sum(shares) != 1024:
        raise ValueError(f"the shares add up to {sum(shares)}, not to 1024")
    return [position for position, share in enumerate(shares) for _ in range(share)]
