"""Customers of a lower value tier pay more than those of a higher one.

What it does
    For every segment of a lower tier, place and cost term: what it holds (else its best in reach), against the
    best of the higher tiers of the same product at a tenure that both have.
Why it matters
    Our constant best is for everyone, not only for the profitable.
Example
    The low tier pays 492.00 a year, the high tier 420.00 for the same product: 72.00 worse.
Remedy
    Give the lower tier the higher tier's terms.
Silent when
    Segments do not state value tiers, or no higher tier of the product meets the tenure.
Mechanism
    jump
"""

from fairoffer.checks.check import Check, worse_by

CHECK = Check(id="tier-gap", doc=__doc__ or "", gap=worse_by("existing", "comparator"), money=None)
