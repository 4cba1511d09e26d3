"""What an offer becomes when its first phases end.

What it does
    For every product, place and cost term: the cost over the months that follow the last phase with an end,
    against what a stranger pays from the start. Every live offer with a later phase or a successor is looked
    at.
Why it matters
    The cliff is in the catalog before anybody falls off it.
Example
    After 18 months at 24.99 the price is 41.00: 492.00 a year against 273.21.
Remedy
    Bring the price after the phase down, or let the offer be followed by the one a stranger would get.
Silent when
    No live offer has a later phase or a successor.
Mechanism
    jump
"""

from fairoffer.checks.check import Check, worse_by

CHECK = Check(id="roll-over", doc=__doc__ or "", gap=worse_by("existing", "comparator"), money=None)
