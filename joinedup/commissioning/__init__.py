"""Who decided to buy which care from whom, within which authority, and was it delivered?

A line of a plan becomes a package with its provider, rate and payers; the one accounting officer of the place decides;
delivered weeks are posted to the pooled fund. Not built yet: contracts, brokerage, bills and payment runs.
"""
