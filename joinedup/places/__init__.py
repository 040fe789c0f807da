"""Which bodies serve this address, and who holds which office in them, from when to when? Nothing here is personal."""
