"""Who pays for each part of a plan, how much, and by which rule and evidence?

Built so far, in `rules/`: the Care Act charge for somebody cared for at home, explained step by step, and an estimate
for the first call. Not built yet: evidence kept in the database, care homes, the other means tests, payer splits and
statements. The cost of care comes in as an argument.
"""
