"""One question to a market: how its offers are laid out as bits, and which of them cannot decide the answer.

Offers stand in three fields of bits, one for each role: what a stranger may take, what a customer may choose, and what
a customer could get by asking. Where a single cost decides, each field is in order of cost and only the first offer of
it matters; else an offer is dropped only where another one is as good in everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fairoffer.compare.beats import beats
from fairoffer.compare.cells import ANY_TENURE, Classes, DayClass, State, Stay, climb, states
from fairoffer.compare.values import Values


@dataclass
class Lens:
    """Price lists ``active``, and with ``first`` all that is no cost. ``order`` gives for each role the offer at each
    bit of its field; with ``ladder`` the fields are in order of cost, else ``beaten`` says what stands beside a bit."""

    active: tuple[int, ...]
    first: bool
    order: tuple[tuple[int, ...], ...]
    ladder: bool
    beaten: dict[int, int]
    laid: dict[int, int] = field(default_factory=dict)

    @property
    def n(self) -> int:
        return len(self.order[0])

    def lay(self, roles: int) -> int:
        """A set of offers in their roles (fields in catalog order) as bits of this lens."""
        known = self.laid.get(roles)
        if known is None:
            known, at = 0, 0
            for order in self.order:
                for offer in order:
                    known |= (roles >> (self.n * (at // self.n) + offer) & 1) << at
                    at += 1
            self.laid[roles] = known
        return known

    def read(self, found: int) -> tuple[list[int], list[int], list[int]]:
        """The offers of a state by role, the first ones of each field first."""
        roles: tuple[list[int], list[int], list[int]] = ([], [], [])
        while found:
            low = found & -found
            role, at = divmod(low.bit_length() - 1, self.n)
            roles[role].append(self.order[role][at])
            found ^= low
        return roles

    def states(
        self, start: int, axes: Sequence[Classes], days: Sequence[DayClass], stays: Sequence[Stay] = ANY_TENURE
    ) -> dict[int, State]:
        """The distinct sets of offers in a box that may decide differently; all masks as ``lay`` gives them."""
        if not self.ladder:
            return states(start, axes, days, self.beaten, stays)
        full = (1 << self.n) - 1
        return climb(start, axes, days, (full, full << self.n, full << 2 * self.n), stays)


def lenses(values: Values) -> Iterator[Lens]:
    """The questions that a market is asked: one for every price list, and one for all that is no cost."""
    ranked = values.term_lists or values.incentives is not None
    for at in range(len(values.lists)):
        choices = not ranked and at == values.ranking
        if is_ladder(values, at):
            yield Lens((at,), choices, ladder(values, at), True, {})
        else:
            yield Lens((at,), choices, plain(values.n), False, beats(values, (at,), terms=False))
    if ranked:
        yield Lens((), True, plain(values.n), False, beats(values, (values.ranking,), terms=True))


def is_ladder(values: Values, at: int) -> bool:
    """Whether one number for each offer decides: all known, and all costed over the same months."""
    return values.lists[at].certain and len(values.lists[at].lengths) == 1


def ladder(values: Values, at: int) -> tuple[tuple[int, ...], ...]:
    listing = values.lists[at]
    new, existing = (by_cost([leg.quotes[leg.own].known for leg in legs]) for legs in (listing.new, listing.existing))
    return new, existing, existing


def by_cost(costs: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(range(len(costs)), key=lambda i: (costs[i], i)))


def plain(n: int) -> tuple[tuple[int, ...], ...]:
    return (tuple(range(n)),) * 3
