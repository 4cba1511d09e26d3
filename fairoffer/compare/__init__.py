"""Who is compared with whom, at what cost, in which cells.

The rooms, in the order in which data passes through them:

``frames``   the declared shapes of everything that leaves this room
``cost``     what an offer, or a held offer from a given month, costs over some months
``terms``    the values of an offer that are not its cost
``moment``   when a customer is free, and the tenures and held months at which they are judged
``market``   the offers on both sides for one product and place
``axes``     traits and days at which any of those offers changes its mind
``cells``    the distinct sets of offers that some customer can choose from, without enumerating customers
``values``   both values of every comparison in such a cell
``walk``     the two comparisons that belong to a product: price walk and roll-over
``tiers``    segments of different value tiers against each other
``contest``  runs the above for every subject and gathers the frames
"""
