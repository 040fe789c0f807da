"""What was agreed, who is the named case manager, who visits when, and what is due?

The agreed plan, the case manager (at most one at any instant), and the visits of all bodies with duplicates stopped
before they are booked. Not built yet: pathways, discharge and reviews.
"""
