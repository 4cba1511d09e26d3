"""One question to a market: how its offers are laid out as bits, and which of them cannot decide the answer.

Offers stand in three fields of bits, one for each role: what a stranger may take, what a customer may choose, and what
a customer could get by asking. Where a single cost decides, each field is in order of cost and only the first offer of
it matters; else an offer is dropped only where another one is as good in everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fairoffer.compare.beats import beats
from fairoffer.compare.cells import ANY_TENURE, Classes, DayClass, State, Stay, climb, states
from fairoffer.compare.values import Roles, Values


@dataclass
class Lens:
    """Price lists ``active``, and with ``first`` all that is no cost.

    ``bits`` gives for each bit of this lens the one that the offer has in the market (role x n + offer). With
    ``ladder`` they are in order of cost within their role, else ``beaten`` says for a bit of the market which others it
    beats.
    """

    active: tuple[int, ...]
    first: bool
    n: int
    bits: tuple[int, ...]
    ladder: bool
    beaten: Mapping[int, int]

    def within(self, roles: int) -> Lens:
        """The same question to those offers only: fewer bits are faster."""
        bits = tuple(bit for bit in self.bits if roles >> bit & 1)
        return Lens(self.active, self.first, self.n, bits, self.ladder, self.beaten)

    def down_to(self, always: int) -> Lens:
        """The same question without what is dearer than an offer that everybody has, role by role."""
        if not self.ladder:
            return self
        bits, done = [], set[int]()
        for bit in self.bits:
            role = bit // self.n
            if role not in done:
                bits.append(bit)
                if always >> bit & 1:
                    done.add(role)
        return Lens(self.active, self.first, self.n, tuple(bits), True, self.beaten)

    def lay(self, roles: int) -> int:
        """A set of offers in their roles, as in the market, as bits of this lens."""
        out, at = 0, 1
        for bit in self.bits:
            if roles >> bit & 1:
                out |= at
            at <<= 1
        return out

    def read(self, found: int) -> Roles:
        """The offers of a state by role, the first ones of each first."""
        roles: tuple[list[int], list[int], list[int]] = ([], [], [])
        while found:
            low = found & -found
            role, offer = divmod(self.bits[low.bit_length() - 1], self.n)
            roles[role].append(offer)
            found ^= low
        return tuple(roles[0]), tuple(roles[1]), tuple(roles[2])

    def states(
        self, start: int, axes: Sequence[Classes], days: Sequence[DayClass], stays: Sequence[Stay] = ANY_TENURE
    ) -> dict[int, State]:
        """The distinct sets of offers in a box that may decide differently; all masks as ``lay`` gives them."""
        if self.ladder:
            full = (1 << self.n) - 1
            fields = (self.lay(full), self.lay(full << self.n), self.lay(full << 2 * self.n))
            return climb(start, axes, days, fields, stays)
        everything = (1 << len(self.bits)) - 1
        stands = {1 << at: everything & ~self.lay(self.beaten[b]) for at, b in enumerate(self.bits) if b in self.beaten}
        return states(start, axes, days, stands, stays)


def lenses(values: Values) -> Iterator[Lens]:
    """The questions that a market is asked: one for every price list, and one for all that is no cost."""
    ranked = bool(values.term_lists) or values.incentives is not None
    n = values.n
    for at in range(len(values.lists)):
        choices = not ranked and at == values.ranking
        if is_ladder(values, at):
            yield Lens((at,), choices, n, by_cost(values, at), True, {})
        else:
            yield Lens((at,), choices, n, tuple(range(3 * n)), False, beats(values, (at,), terms=False))
    if ranked:
        yield Lens((), True, n, tuple(range(3 * n)), False, beats(values, (values.ranking,), terms=True))


def is_ladder(values: Values, at: int) -> bool:
    """Whether one number for each offer decides: all known, and all costed over the same months."""
    return values.lists[at].certain and len(values.lists[at].lengths) == 1


def by_cost(values: Values, at: int) -> tuple[int, ...]:
    """The bits of the market, role by role in order of cost."""
    listing, n = values.lists[at], values.n
    out: list[int] = []
    for role, legs in enumerate((listing.new, listing.existing, listing.existing)):
        ordered = sorted(range(n), key=lambda i: (legs[i].quotes[legs[i].own].known, i))
        out += [role * n + i for i in ordered]
    return tuple(out)
