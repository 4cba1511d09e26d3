"""Which offer beats which in everything, so that it need not be looked at where the better one is open."""

from __future__ import annotations

from collections.abc import Sequence

from fairoffer.compare.values import Values
from fairoffer.model.catalog import Offer

Measures = tuple[tuple[int | bool, ...], tuple[int, ...]] | None
"""(what must be equal: lengths it may be costed over, terms it is silent on; all its values, less being better);
None where a cost is not known."""


def beats(values: Values, lists: Sequence[int], *, terms: bool) -> dict[int, int]:
    """For each offer in each role, as the bit it has in the market, the bits that it beats.

    Args:
        lists: the price lists that count.
        terms: whether terms and incentives count too.
    """
    n = values.n
    new, existing = ([measures(values, i, lists, new=side, terms=terms) for i in range(n)] for side in (True, False))
    return {
        role * n + i: beaten << (role * n)
        for role, rows in enumerate((new, existing, existing))
        for i, beaten in enumerate(beaten_by(rows))
        if beaten
    }


def beaten_by(rows: Sequence[Measures], wider: Sequence[Sequence[bool]] | None = None) -> list[int]:
    """For each offer the set of those it beats; of two that are alike the earlier one beats the later.

    ``wider[i][j]`` says, where given, that i is open at every tenure at which j is.
    """
    out = []
    for i, mine in enumerate(rows):
        beaten = 0
        if mine is not None:
            for j, other in enumerate(rows):
                if i == j or other is None or other[0] != mine[0]:
                    continue
                if (other[1] == mine[1] and i > j) or (wider is not None and not wider[i][j]):
                    continue
                if all(a <= b for a, b in zip(mine[1], other[1], strict=True)):
                    beaten |= 1 << j
        out.append(beaten)
    return out


def measures(values: Values, offer: int, lists: Sequence[int], *, new: bool, terms: bool) -> Measures:
    alike: list[int | bool] = []
    worse: list[int] = []
    for at in lists:
        listing = values.lists[at]
        leg = (listing.new if new else listing.existing)[offer]
        if any(q.doubts for q in leg.quotes.values()):
            return None
        alike.append(leg.own)
        worse += [leg.quotes[length].known for length in sorted(leg.quotes)]
    for term in values.term_lists if terms else ():
        value = (term.new if new else term.existing)[offer]
        alike.append(value is None)
        worse.append((value or 0) * term.sign)
    if terms and values.incentives is not None:
        _, theirs, mine = values.incentives
        quote = (theirs if new else mine)[offer].quotes[1]
        if quote.doubts:
            return None
        worse.append(quote.known)
    return tuple(alike), tuple(worse)


def wider_tenures(offers: Sequence[Offer]) -> list[list[bool]]:
    """Whether the first offer is open at every tenure (from 1) at which the second is."""
    ranges = []
    for offer in offers:
        tenure = offer.eligibility.tenure_months
        low = max(tenure.from_ or 1, 1) if tenure else 1
        high = tenure.to if tenure else None
        ranges.append((low, high))
    return [[a <= c and (b is None or (d is not None and d <= b)) for c, d in ranges] for a, b in ranges]
