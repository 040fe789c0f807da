"""Who decided to buy which care from whom, within which authority, and was it delivered?

Here will live: decisions, providers, contracts, brokerage, packages and their splits, delivery, bills and payment
runs. Not built yet.
"""
