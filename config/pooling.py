"""What a pooled connection must forget before the next request gets it."""

from __future__ import annotations

from typing import Any

import psycopg

# DISCARD ALL without its plans: a prepared statement holds no value of a caller's, for values travel beside the text,
# and its row policies ask at each run who is entered.
FORGET = (
    "close all; set session authorization default; reset all; unlisten *; select pg_advisory_unlock_all(); "
    "discard sequences; discard temp"
)


def forget_everything(connection: psycopg.Connection[Any]) -> None:
    """What DISCARD ALL does but for plans: no cursor, setting, lock or table of one caller is there for the next."""
    connection.autocommit = True
    connection.execute(FORGET)
    connection.autocommit = False
