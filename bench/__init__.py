"""Side-by-side measurements: what something costs here, beside the least that it could cost. See README.md."""
