"""Did a change work, for whom and at what cost, compared with what would have happened anyway?

Here now: the list of published figures about joining up, worked out again from their inputs (`joinedup figures check`).
Here will live: protocols fixed before the data, matched comparison, balance and results, null ones included; not
built yet.
"""
