"""What was agreed, who is the named case manager, who visits when, and what is due?

Here will live: the agreed plan, the case manager (at most one at any instant), pathways, discharge, visits of all
bodies and reviews. Not built yet.
"""
