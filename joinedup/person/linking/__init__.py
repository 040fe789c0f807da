"""Linking of people files by likeness: which rows of one file, or of two, are the same person, and how sure is that.

Reading, naming and cleaning are pure; Splink on DuckDB compares and weighs. No database of ours is touched, and nothing
here links records of the one record: it answers `joinedup link-file` for files that anybody may bring.
"""
