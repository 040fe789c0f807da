"""Where did every penny of the pooled fund come from and go to?

Here will live: pooled funds in double entry: accounts, partners and pence, and nothing of care. Not built yet.
"""
