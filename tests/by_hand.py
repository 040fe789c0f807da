"""Writing rows by hand-written SQL, as an attacker or a careless colleague would, and the name of what refuses them."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests import factories as make

REFUSED = (psycopg.errors.CheckViolation, psycopg.errors.UniqueViolation, psycopg.errors.ForeignKeyViolation,
           psycopg.errors.InsufficientPrivilege)  # fmt: skip


def row_of(table: str, key: UUID, **changed: object) -> dict[str, object]:
    """A row as it stands, under a new key and with changes."""
    found = make.run(f"select to_jsonb(t) from {table} t where id = %s", [key])[0][0]
    row = json.loads(found) if isinstance(found, str) else found
    return {name: Jsonb(value) if isinstance(value, dict | list) else value for name, value in row.items()} | {
        "id": str(uuid4())
    } | changed  # fmt: skip


def write(connection, table: str, row: dict[str, object]) -> object:
    names = ", ".join(f'"{name}"' for name in row)
    connection.execute(f"insert into {table} ({names}) values ({', '.join(['%s'] * len(row))})", list(row.values()))
    return row["id"]


def refused(constraint: str, hand: psycopg.Connection, act, *arguments: object) -> None:
    """The act by this hand is refused by the constraint of this name; what the hand held is let go."""
    with pytest.raises(REFUSED) as found:
        act(hand, *arguments)
    hand.rollback()
    assert found.value.diag.constraint_name == constraint, found.value


def run(connection, statement: str, key: UUID) -> None:
    """One statement about the thing of a key."""
    connection.execute(statement, [key])
