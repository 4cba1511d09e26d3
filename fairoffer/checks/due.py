"""Something that must be there, must come again in time, or must not come again too soon.

What it does
    For the firm, or every customer, contract, product or segment: the notices and records of one kind that are about
    it, up to the judged day. One must be there; with every_months the latest must not be older than so many months;
    with not_within_months no two may be less than so many months apart.
Why it matters
    Reviews and notices help nobody who does not get them. What was never sent leaves no price to compare.
Example
    A notice is due every 12 months. The last was sent on 31 January 2025, so the next was due by 31 January 2026; on
    1 February 2026 it is missing.
Remedy
    Send or do what is missing, and keep a record of it with its day; where it came too soon, leave the second out.
Silent when
    There is nobody that it is due for. Where there is neither a table of notices nor one of records, the rule says
    no-data.
Mechanism
    terms
"""

from fairoffer.checks.check import Check, worse_by

CHECK = Check(id="due", doc=__doc__ or "", gap=worse_by("existing", "comparator"))
"""``existing`` is 1 where it is missing or came too soon and 0 where not, beside a ``comparator`` of 0."""
