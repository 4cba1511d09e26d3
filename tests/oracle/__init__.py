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
* Two tiers are compared held against held where customers of both have the same tenure today; what may be chosen is
  asked at the tenure at which the customer of the lower tier is judged.
* A gap that is certain to fail is told at its least, one that is certain to pass at its most.
* A tolerance per month or year is scaled to the horizon of the term, for terms without one to the first.
* A product has rates when an offer that may stand for it, or what its customers hold or pay, has rates.
* Of several reasons, the first in the order no-comparator, missing-value, audience-unknown, unclassified-incentive.
"""

from tests.oracle.ledger import Answer, Comparison, audit

__all__ = ["Answer", "Comparison", "audit"]
