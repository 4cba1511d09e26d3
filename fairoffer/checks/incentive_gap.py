"""Cash and cash-equivalents that only a stranger is given.

What it does
    For every segment and place where any offer has an incentive: the largest cash value that the customer could
    get by choosing, against the largest that a new customer could.
On rows
    The largest incentive of the row that is as good as money, against the largest of the comparator's quotes.
Why it matters
    Gift cards and credits are where a difference hides when the price list looks equal.
Example
    New customers get a gift card of 50.00, nothing is given to those who stay: 50.00 worse.
Remedy
    Give the incentive to existing customers who choose the offer too, or an equal one for staying.
Silent when
    No offer of the product has an incentive.
Mechanism
    jump
"""

from fairoffer.checks.check import Check, worse_by

CHECK = Check(id="incentive-gap", doc=__doc__ or "", gap=worse_by("existing", "comparator"), money=None)
