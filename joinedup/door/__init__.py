"""Who called about whom, what did they want, who owns it and when did the clock start?

A call becomes a contact and a request, with its owner and next step, in one transaction. A request can be referred
(shared) or transferred (handed over, once accepted); its one clock starts at first contact and never moves.
"""
