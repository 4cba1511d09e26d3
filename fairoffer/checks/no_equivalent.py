"""A stranger may choose an offer, the customer none.

What it does
    For every segment and place: whether any offer, the held one left out, is open to the customer where at
    least one is open to a new customer.
Why it matters
    Whoever has nothing to choose from has no terms to compare: that is worse than a gap, and no gap shows it.
Example
    One welcome offer is on sale, for new customers only. The customer may choose 0 offers, a stranger 1.
Remedy
    Open the offer to everyone, or list one for existing customers.
Silent when
    No offer is open to a new customer either (``no-comparator``).
Mechanism
    jump
"""

from fairoffer.checks.check import Check, worse_by

CHECK = Check(id="no-equivalent", doc=__doc__ or "", gap=worse_by("existing", "comparator"), money=None)
