"""Something that must not be: an offer, a customer, a notice, a record or a line on which a condition holds.

What it does
    Every row of one table (customers, offers, notices, records or lines) is asked the condition that the rule
    writes down. Where it is true the row fails; where it is false it passes; where the answer rests on something that
    nobody stated, it cannot be assessed.
Why it matters
    Much of what customers are owed is no price: what a notice has to show, whom an offer may be for, what a fee may
    not be. A missing statement is not taken for a good one.
Example
    A renewal notice must show the price of last year: with the condition NOT shows_prior_premium, the notice that
    does not show it fails, and the one that does passes.
Remedy
    Change what the condition names: the finding lists every column that it read, with its value.
Silent when
    The table has no rows. Where there is no such table at all, the rule says no-data.
Mechanism
    terms
"""

from fairoffer.checks.check import Check, worse_by

CHECK = Check(id="condition", doc=__doc__ or "", gap=worse_by("existing", "comparator"))
"""``existing`` is 1 where the condition holds and 0 where it does not, beside a ``comparator`` of 0."""
