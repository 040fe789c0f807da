"""Did a change work, for whom and at what cost, compared with what would have happened anyway?

Here will live: protocols fixed before the data, matched comparison, balance and results, null ones included. Not
built yet.
"""
