"""What customers who do nothing pay, against what a stranger would pay.

What it does
    For every segment, place and cost term: the cost of the held offer over the coming months, from the moment
    at which the customer is free, against every offer that a new customer could take in the same cell. The
    largest difference counts.
On rows
    The price that was set for the customer, against every quote of the comparator that is like for like, both after
    incentives that are as good as money, at what the firm paid for them. What was paid in the end is not judged.
Why it matters
    Whoever stays and does nothing usually pays the price that follows the welcome. They are not told, and they
    do not compare; the stranger at the door does.
Example
    Held: 41.00 x 18 = 738.00. A stranger: 24.99 x 18 + 9.99 - 50.00 = 409.81. Stated for 12 months: 492.00
    against 273.21, so 218.79 worse.
Remedy
    Bring the later phase down to what a stranger pays a month, or let the held offer roll over to the
    comparator's offer.
Silent when
    The segment says neither what it holds nor what it pays (``not-asked``).
Mechanism
    jump, legacy
"""

from fairoffer.checks.check import Check, worse_by

CHECK = Check(id="default-gap", doc=__doc__ or "", gap=worse_by("existing", "comparator"), money="by_default")
