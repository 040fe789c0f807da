"""The only reads of `outcomes` for others: what was released (anybody), and the releases of the caller's places."""
