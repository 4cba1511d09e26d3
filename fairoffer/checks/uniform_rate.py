"""Different rates for the same account, once the first months are over.

What it does
    For every product and place: the rates of all customers who have been there for more than ``over`` months; the worst
    of them against the best.
Why it matters
    Old accounts fade from view: each new issue pays the rate of the day, and whoever does not move keeps the old one.
Example
    Nine years there: 0.80 % a year. Two years there: 1.10 %. Both can be drawn on at any time: 0.30 points worse.
Remedy
    Pay one rate to everyone who has been there for longer than the first months.
Silent when
    No customer has a rate and that tenure.
Mechanism
    legacy
"""

from fairoffer.checks.check import Check, worse_by

CHECK = Check(id="uniform-rate", doc=__doc__ or "", gap=worse_by("existing", "comparator"), money=None)
