"""What was promised, what happened and how sure are we, by one framework for everybody?

Here will live: measures, statistics, targets, experience and release; it reads the extract, never the models of
another step. Not built yet.
"""
