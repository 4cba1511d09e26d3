"""Vulnerable customers bear more of the gap than their share of the customers.

What it does
    For every product and place: the share that vulnerable customers bear of all that customers pay more than a stranger
    would, against their share of the customers who could be compared.
Why it matters
    A penalty for staying falls on those who cannot shop around; how much of it does is a question of its own.
Example
    22 % of the customers are vulnerable, and they bear 41 % of the gap: 0.19 more than their share.
Remedy
    Close the gaps of vulnerable customers first: move them to what a stranger would get.
Silent when
    Nobody says who is vulnerable. Without any gap there is nothing to bear, and it passes.
Mechanism
    jump, walk, legacy
"""

from fairoffer.checks.check import Check, worse_by

CHECK = Check(id="concentration", doc=__doc__ or "", gap=worse_by("existing", "comparator"), money=None)
