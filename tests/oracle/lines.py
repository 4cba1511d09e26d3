"""What a comparison of rows says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True)
class RowComparison:
    """One line of the ledger. Values are rounded as shown; `values` False: which are shown is left open."""

    rule: str
    outcome: str
    reason: str | None = None
    customer: str | None = None
    notice: str | None = None
    record: str | None = None
    offer: str | None = None
    segment: str | None = None
    product: str | None = None
    place: tuple[tuple[str, str], ...] = ()
    term: str | None = None
    gap: Decimal | None = None
    gap_max: Decimal | None = None
    """With the comparator's cash gifts at their whole value, where that is more."""
    certain: bool = False
    """Whether both costs are known, so that nothing else can make `gap_max`."""
    existing: Decimal | None = None
    comparator: Decimal | None = None
    customers: int | None = None
    values: bool = True
    row: int | None = None
    yearly: Fraction | None = None
    """The gap of one customer in a year, unrounded; None for what is no money, or for nobody knows how long."""

    @property
    def key(self) -> tuple[str, ...]:
        """Whom and what it is about."""
        named = (self.customer, self.notice, self.record, self.offer, self.segment, self.product)
        return (self.rule, *(part or "" for part in named), str(self.place), self.term or "")
