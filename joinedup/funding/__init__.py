"""Who pays for each part of a plan, how much, and by which rule and evidence?

Here will live: evidence, means tests, payer splits and statements; the cost of care comes in as an argument. Not
built yet.
"""
