"""What was promised, what happened and how sure are we, by one framework for everybody?

Measures as data (catalogue.yaml) and as expressions over the extract (measures.py), their statistics (rules/), and the
release: figures are suppressed before they are kept, kept for ever, and shown only once a named person has approved
them. It reads the files of an extract and never the models of an operational step.
"""
