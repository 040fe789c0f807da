"""Wiring only: typed settings, root addresses, two WSGI entries, the embedded database, the job queue."""
