"""The style guide as a program: each habit that a program can check is a function over a source tree.

A check takes a `Tree` and returns `Finding`s. `test_house.py` runs every check over this repository; the other test
modules plant a violation in a small tree and show that the check sees it. `allowed.yaml` holds the exceptions, each
with its reason, and an exception that nothing needs any more is itself a finding. Nothing here needs a database.
"""
