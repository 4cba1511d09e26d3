"""What the answers about rows take for granted, as far as the mapping alone says it."""

from __future__ import annotations

from collections.abc import Iterator

from fairoffer.book.judge_ask import Asker
from fairoffer.book.judge_costs import EVERY
from fairoffer.book.judge_legs import LegShape
from fairoffer.book.slots import Slot
from fairoffer.compare.legs import COSTS
from fairoffer.compare.quotes import OWN

STATED = ("product", "brand", "channel", "payment_method")
"""Names that matter only where the policy names them; a risk and a rating always do."""


def notes_of(asker: Asker, slot: Slot, product: str | None) -> tuple[str, ...]:
    """Ids of what is taken for granted under a slot for customers of a product. What only some rows leave open is not
    among them: whoever maps a column has said it."""
    return tuple(sorted({*_choice(asker, product), *_time(asker, slot)}))


def _choice(asker: Asker, product: str | None) -> Iterator[str]:
    quotes, named = asker.quotes(asker.chooser.basis), asker.chooser.named
    if not quotes:
        return
    names = [*(name for name in STATED if name in named), "risk", "rating"]
    for name in names:
        if asker.shape.has(name) and any(not asker.shape.has(leg.path(name)) for leg in quotes):
            yield f"quote-{name}-as-on-row"
    for name in asker.shape.row.like:
        if any(name not in leg.like for leg in quotes):
            yield f"quote-{name}-as-on-row"
    for name in named:
        if name != "product" and not any(asker.shape.has(*paths(leg, name)) for leg in (asker.shape.row, *quotes)):
            yield f"{name}-assumed-equal"
    if "product" in named and product in asker.chooser.moved and asker.chooser.basis != "own-previous":
        yield "close-match"
    if "channel" in named and asker.shape.has("channel_renewal") and not asker.shape.has("channel_moved_by"):
        yield "channel-of-purchase"
    if any(asker.shape.has(leg.path("at")) for leg in quotes):
        yield "quote-of-another-day"


def paths(leg: LegShape, name: str) -> tuple[str, ...]:
    """Where a leg may say what a name stands for."""
    if name in (*OWN, "channel", "payment_method", "brand"):
        return (leg.path(name),)
    return (leg.path(f"like.{name}"),) if leg.is_quote else (f"like.{name}", f"facts.{name}")


def _time(asker: Asker, slot: Slot) -> Iterator[str]:
    """A yearly price without a term is for one year, and so is what is due once in it."""
    constants = asker.shape.reading.constants
    if slot.term not in COSTS or constants.get("per") != "year":
        return
    if not asker.shape.has("contract.months") and any(_due_once(leg, slot.term) for leg in asker.legs):
        yield "a-term-of-a-year"


def _due_once(leg: LegShape, term: str) -> bool:
    given = term != "list_price" and any(gift.size != "percent" and gift.cash is not False for gift in leg.gifts)
    return given or (term == "total_cost" and any(fee.when not in EVERY for fee in leg.fees or ()))
