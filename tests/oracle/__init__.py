"""The audit once more, by plain loops over single customers and fractions: slow, obvious, told from the semantics.

It shares nothing with the engine but the models, so what both say is said twice. Customers are never grouped: every
tenure and held month up to one beyond which nothing changes, every value of every trait, every judged day. The modules
read from the bottom up: `costs` (what an offer costs from a month on), `sides` (who may take what), `weigh` (what two
legs differ by), `checks` (one customer at a time), `ledger` (one comparison from all of them).

Where the semantics leave something open, the choice is a comment at the place; these are the ones that matter:

* A comparison is about one product: a segment whose customers are in several has one comparison for each.
* After the last phase without `then`, a price or a rate is unknown, not nought.
* A past fee due at the end of the term is over; a past start fee or single incentive counts while young.
* Once `then` has taken over, the terms other than cost are those of the offer that took over.
* A place counts as made for a segment when a customer of it, or a stranger like them, has an offer there.
* Of several reasons, the first in the order no-comparator, missing-value, audience-unknown, unclassified-incentive.
"""

from tests.oracle.ledger import Answer, Comparison, audit

__all__ = ["Answer", "Comparison", "audit"]
