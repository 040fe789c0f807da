"""Who called about whom, what did they want, who owns it and when did the clock start?

Here will live: contacts, triage, referral (shares) and transfer (hands over, with acceptance), allocation, and the
one clock that belongs to the request. Not built yet.
"""
