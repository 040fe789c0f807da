"""Who is asking, in Python: the caller of this transaction, and the ways to become one.

The database verifies the caller (sql/0001_caller.sql); this module only carries the token there and reads the answer.
A web request enters with the token of its cookie, a job with a delegation, a command as the service subject of its
database role, a shell with `acting_as` (sessions.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections, transaction

from joinedup.access.roles import permissions_of
from joinedup.base.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that the caller holds in a place at this moment."""

    role: str
    place_id: UUID
    place_code: str
    place_name: str


@dataclass(frozen=True, slots=True)
class Caller:
    """A verified subject with its roles. `person_id` is set when the caller is a member of the public with a record."""

    id: UUID
    label: str
    kind: str
    holdings: tuple[HeldRole, ...] = ()
    person_id: UUID | None = None

    @property
    def roles(self) -> tuple[str, ...]:
        """Codes of the roles held in any place."""
        return tuple(dict.fromkeys(held.role for held in self.holdings))

    @property
    def permissions(self) -> frozenset[str]:
        """What those roles permit."""
        return permissions_of(self.roles)

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """Code and name of each place in which the caller holds a role."""
        return tuple(dict.fromkeys((held.place_code, held.place_name) for held in self.holdings))

    def must(self, permission: str) -> None:
        """Refuse an act that none of the caller's roles permits."""
        if permission not in self.permissions:
            raise NotAllowed(
                "permission-missing",
                "Your role does not include this.",
                f"It needs the permission '{permission}'.",
                "Ask whoever manages access in your place if your work needs it.",
            )


@contextmanager
def psycopg_cursor(using: str) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
    """A server-binding cursor of a Django connection: its values travel apart from the statement's text.

    Errors come out as Django's, like those of any other cursor.
    """
    connection = connections[using]
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        yield cursor


def enter(token: str, using: str = "default") -> Caller | None:
    """Make the holder of a token the caller of the open transaction; None when the token is not live.

    The token travels through a server-binding cursor, alone in its message, so that it shows in no statement text.
    """
    with psycopg_cursor(using) as cursor:
        cursor.execute("select access.profile() from access.enter(%s) as subject where subject is not null", [token])
        row = cursor.fetchone()
    return _read(row[0]) if row is not None else None


def enter_unread(token: str, using: str) -> None:
    """The same, for work that only writes in the caller's name and asks nothing about them; nobody if not live."""
    with psycopg_cursor(using) as cursor:
        cursor.execute("select access.enter(%s)", [token])


def enter_service(using: str = "default") -> Caller:
    """Make the service subject of this connection's database role the caller of the open transaction."""
    with connections[using].cursor() as cursor:
        cursor.execute("select access.enter_service()")
        if cursor.fetchone()[0] is None:
            raise NotAllowed(
                "service-unknown",
                "This database role has no service subject.",
                "Only loader, linker, extractor and worker run commands as a service.",
                "Run the command that is meant for this work.",
            )
    caller = current_caller(using)
    if caller is None:
        raise NotAllowed("service-unknown", "The service subject could not enter.", "", "Run `joinedup migrate`.")
    return caller


def redeem(delegation: str, job: str, using: str = "default") -> Caller:
    """Make whoever delegated this job the caller of the open transaction; a delegation is good once."""
    with psycopg_cursor(using) as cursor:
        cursor.execute("select access.redeem(%s, %s)", [delegation, job])
        row = cursor.fetchone()
    caller = current_caller(using) if row and row[0] else None
    if caller is None:
        raise NotAllowed(
            "delegation-spent",
            "This job may not act for anybody.",
            "Its delegation was used already, has run out, or was made for another job.",
            "Ask for the work again from its page.",
        )
    return caller


def delegate(job: str, minutes: int = 60) -> str:
    """A token by which one job, once, may act for the caller of this transaction."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select access.delegate(%s, make_interval(mins => %s))", [job, minutes])
        return str(cursor.fetchone()[0])


def current_caller(using: str = "default") -> Caller | None:
    """The caller of this transaction as the database verifies it."""
    with connections[using].cursor() as cursor:
        cursor.execute("select access.profile()")
        return _read(cursor.fetchone()[0])


def _read(told: str | dict[str, Any] | None) -> Caller | None:
    if told is None:
        return None
    profile = json.loads(told) if isinstance(told, str) else told
    return Caller(
        id=UUID(profile["id"]),
        label=profile["label"],
        kind=profile["kind"],
        holdings=tuple(
            HeldRole(held["role"], UUID(held["place"]), held["code"], held["name"]) for held in profile["roles"]
        ),
        person_id=UUID(profile["person"]) if profile["person"] else None,
    )


@contextmanager
def acting_as_service(using: str = "default") -> Iterator[Caller]:
    """A transaction in which the service subject of this process's database role is the caller."""
    with transaction.atomic(using=using):
        yield enter_service(using)
