"""joinedup: one place's health and social care run as one service. `journey.py` lists the steps."""
