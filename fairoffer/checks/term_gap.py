"""Worse contract, service or speed than a stranger gets for the same money.

What it does
    For every segment, place and term that both sides state: the best value among the offers in reach that cost
    no more than a stranger's cheapest offer, against that offer's value.
On rows
    Every term that the row and the cheapest quote of the comparator both state.
Why it matters
    An equal price can hide a longer contract, a slower line or a longer wait.
Example
    A stranger's cheapest offer binds for 12 months; everything that costs a customer no more binds for 24: 12
    months worse.
Remedy
    Give the offer that customers can take the same value of the term, or open the comparator's offer to them.
Silent when
    Nothing is open to the customer (``no-equivalent``), or only one side states the term.
Mechanism
    terms
"""

from fairoffer.checks.check import Check, worse_by

CHECK = Check(id="term-gap", doc=__doc__ or "", gap=worse_by("existing", "comparator"), money=None)
