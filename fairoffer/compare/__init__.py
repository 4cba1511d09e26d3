"""Who is compared with whom, at what cost, in which cells.

In the order in which data passes through:

``frames``    the declared shapes of everything that leaves this room
``lineage``   what an offer becomes when its phases end
``timeline``  an offer laid out in months
``cost``      what an offer, or a held offer from a given month, costs over some months
``terms``     the values of an offer that are not its cost
``groups``    whom a catalog is judged for
``moment``    when a customer is free, and the tenures and held months at which they are judged
``market``    the offers on both sides for one product and place
``prices``    what each of them costs, in whole numbers that can be compared
``held``      what a group holds at every point at which it is judged
``axes``      traits at which any of those offers changes its mind
``lens``      one question to a market, ``beats`` what can be left out of it
``cells``     the distinct sets of offers that some customer can choose from, without enumerating customers
``values``    both values of every comparison in such a set, by ``pairs`` for cost and ``ranking`` for the rest
``walk``      the two comparisons that belong to a product: price walk and roll-over
``tiers``     segments of different value tiers against each other
``contest``   runs all this for every subject and gathers the frames
"""
