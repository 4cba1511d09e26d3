"""What an import read, what it left out and why: the numbers that stand beside the catalog."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class ImportSummary:
    """Counts of one import. ``notes`` maps a sentence to how often it was true."""

    plans: int = 0
    offers: int = 0
    products: int = 0
    expired: int = 0
    not_yet: int = 0
    notes: Counter[str] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        """The summary as text, one count a line."""
        head = [
            f"{self.plans:,} plans read: {self.offers:,} offers of {self.products:,} products",
            f"{self.offers - self.expired - self.not_yet:,} of them on sale, {self.expired:,} expired,"
            f" {self.not_yet:,} not yet on sale",
        ]
        return head + [f"{count:,} {note}" for note, count in sorted(self.notes.items()) if count]

    def facts(self) -> dict[str, int]:
        """The same as a mapping, for programs."""
        fixed = {"plans": self.plans, "offers": self.offers, "products": self.products}
        return fixed | {"expired": self.expired, "not_yet": self.not_yet} | dict(sorted(self.notes.items()))
