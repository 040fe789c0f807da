"""Who pays for each part of a plan, how much, and by which rule and evidence?

`rules/` holds the Care Act charge for somebody cared for at home, explained step by step, and an estimate for the first
call. Decided charges are kept here with the whole case and every step, and are superseded, never edited. The cost of
care comes in as an argument. Not built yet: care homes, the other means tests, and statements by month.
"""
