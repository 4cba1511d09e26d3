"""Makes fixtures/customer-book/customers.csv, by rules that can be worked out by hand.

`python -m tests.customer_book` writes it anew. In each of ten regions there are twenty customers of each plan:

* six have been there for 1 to 11 months, four for 12 to 23, five for 24 to 59, five for 60 or more;
* somebody new pays 25.00 a month for F100 and 35.00 for F500, and 0.10 more from region to region;
* on F100 three of the third band pay 3.00 a month more than that, four of the last 5.00 more, and the fifth of these
  has haggled, and pays 2.00 less;
* on F500 nobody pays more, and one, in each region another, pays 1.00 less;
* of each twenty four are vulnerable, on F100 three of them among those who pay more.

In the first six regions one customer of F500 came through a shop, all others by web: too few to be shown. In the first
three the price of another one is text that is no amount. And the first customer of all stands there twice.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

PLACE = Path(__file__).resolve().parent.parent / "fixtures" / "customer-book" / "customers.csv"
REGIONS = ("ardle", "bury", "calder", "dene", "esk", "fleet", "gannet", "hale", "irwell", "jura")
HEADER = ("customer_number", "plan", "bought_in", "region", "months", "monthly_pence", "newcomer_pence", "vulnerable")
MONTHS = (1, 3, 5, 7, 9, 11, 12, 15, 19, 23, 24, 31, 40, 48, 59, 60, 71, 84, 103, 140)
PENCE = {"F100": 2500, "F500": 3500}
MORE = {12: 300, 13: 300, 14: 300, 15: 500, 16: 500, 17: 500, 18: 500, 19: -200}
VULNERABLE = {"F100": (3, 13, 16, 17), "F500": (2, 6, 11, 18)}
SHOP, UNREADABLE = 9, 4

Row = tuple[str, ...]


def rows() -> Iterator[Row]:
    """All rows in their order, the one that comes twice last."""
    number = 0
    for plan in PENCE:
        for index, region in enumerate(REGIONS):
            for position, months in enumerate(MONTHS):
                number += 1
                yield row(f"HB{number:05}", plan, index, region, position, months)
    yield next(rows())


def row(customer: str, plan: str, index: int, region: str, position: int, months: int) -> Row:
    newcomer = PENCE[plan] + 10 * index
    price = str(newcomer + more(plan, index, position))
    if plan == "F500" and position == UNREADABLE and index < 3:
        price = "see letter"
    shop = plan == "F500" and position == SHOP and index < 6
    vulnerable = "Y" if position in VULNERABLE[plan] else "N"
    return (customer, plan, "shop" if shop else "web", region, str(months), price, str(newcomer), vulnerable)


def more(plan: str, index: int, position: int) -> int:
    """What a customer pays above somebody new, in pence a month."""
    if plan == "F100":
        return MORE.get(position, 0)
    return -100 if position == 13 * (index + 1) % 20 else 0


def text() -> str:
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows([HEADER, *rows()])
    return made.getvalue()


if __name__ == "__main__":
    PLACE.write_text(text(), encoding="utf-8")
