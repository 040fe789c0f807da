"""Which pseudonymised rows may leave the record for counting, and how do they get there?

Here will live: the one bridge from PostgreSQL to pseudonymised Parquet. Not built yet.
"""
