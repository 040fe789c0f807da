"""Doors for data: what bodies send comes in here and goes out here, with one report of what was refused."""
