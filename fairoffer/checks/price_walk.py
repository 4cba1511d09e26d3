"""The best price in reach rises with tenure.

What it does
    For every product, place and cost term: the cheapest offer in reach at a tenure, against the cheapest in
    reach at an earlier one, all traits equal. The largest rise counts.
On rows
    For every product and place: the ratio of the price to the comparator's, as a mean of the customers of a tenure; the
    largest rise from one tenure to a later one counts. The comparator is for the same risk, so risk cannot explain it.
Why it matters
    A price that walks up with every year is the oldest form of the question this tool asks.
Example
    At 12 months the best in reach costs 360.00, at 36 months 420.00: a walk of 60.00.
Remedy
    Let the offer for the shorter tenure stay open to longer ones.
Silent when
    No offer of the product is open to existing customers.
Mechanism
    walk
"""

from fairoffer.checks.check import Check, worse_by

CHECK = Check(id="price-walk", doc=__doc__ or "", gap=worse_by("existing", "comparator"), money=None)
