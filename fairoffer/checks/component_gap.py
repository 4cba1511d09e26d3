"""A fee, an add-on or a part of the price that costs those who stayed more than its counterpart costs a stranger.

What it does
    For every customer and component (fee, add-on, part of a party, rate of finance): what it comes to, against the
    same component of the comparator. Nothing is netted: a cheaper fee does not make good a dearer add-on.
Why it matters
    A price that is equal in sum can hide that one of its parts is free only for those who join, and each part is set
    by somebody who can be asked.
Example
    The arrangement fee is 25.00 at renewal and 0.00 for a new customer: 25.00 worse, whatever the premiums are.
Remedy
    Charge the component as the comparator has it, or waive it for both.
Silent when
    Neither side has a component. A side that does not speak of such components at all is ``missing-value``.
Mechanism
    jump
"""

from fairoffer.checks.check import Check, worse_by

CHECK = Check(id="component-gap", doc=__doc__ or "", gap=worse_by("existing", "comparator"), money=None)
