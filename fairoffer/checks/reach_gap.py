"""The best that customers can get by choosing, against what a stranger would pay.

What it does
    For every segment, place and cost term: the cheapest of the held offer and every offer that is open to the
    customer, against every offer that a new customer could take in the same cell. The largest difference
    counts.
On rows
    The cheapest of the price that was set and the quotes that anyone may take (``best-open``), against the
    comparator's quotes.
Why it matters
    Advice to shop around does not help whoever cannot get the price even by asking for the best listed offer.
Example
    The best open to a customer costs 450.00 a year, a stranger pays 390.00: 60.00 worse, whatever they choose.
Remedy
    Open the comparator's offer to existing customers, or list an offer for them that costs no more.
Silent when
    Nothing at all is open to the customer and nothing is held: ``no-equivalent`` says so instead.
Mechanism
    jump
"""

from fairoffer.checks.check import Check, worse_by

CHECK = Check(id="reach-gap", doc=__doc__ or "", gap=worse_by("existing", "comparator"), money="unavoidable")
