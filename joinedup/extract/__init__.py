"""Which pseudonymised rows may leave the record for counting, and how do they get there?

The one bridge from PostgreSQL to files: views that name nobody (sql/), read by the database role `extractor` alone and
written as Parquet with a manifest. No step imports it; whoever counts reads the files.
"""
