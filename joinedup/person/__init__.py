"""The one record: what bodies sent is kept as it came; the person is derived from it, and their timeline with them."""
