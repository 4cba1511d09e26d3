"""A better price only for those who ask or threaten to leave.

What it does
    For every segment, place and cost term where offers are given on request or on leaving only: the best in
    reach without asking, against the best that asking would give.
Why it matters
    Not everybody can or dares to haggle, and those who cannot pay for those who do.
Example
    In reach: 480.00 a year. For whoever threatens to leave: 396.00. 84.00 for not asking.
Remedy
    List the offer, or bring the listed ones down to it.
Silent when
    No offer of the product is given on request or on leaving to that customer.
Mechanism
    jump
"""

from fairoffer.checks.check import Check, worse_by

CHECK = Check(id="must-ask", doc=__doc__ or "", gap=worse_by("existing", "comparator"), money=None)
