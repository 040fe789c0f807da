"""What a pooled connection must forget before the next request gets it."""

from __future__ import annotations

from typing import Any

import psycopg


def forget_everything(connection: psycopg.Connection[Any]) -> None:
    """DISCARD ALL: a WITH HOLD cursor or a setting of one caller must not be readable by the next."""
    connection.autocommit = True
    connection.execute("discard all")
    connection.autocommit = False
