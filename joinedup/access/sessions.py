"""Sessions: the token that a proven user enters by. Opening and closing pass through the role `gate` alone.

These are not actions: no caller exists yet who could act.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connections, transaction

from joinedup.access.callers import Caller, enter, psycopg_cursor
from joinedup.access.logbook import note
from joinedup.access.models import User
from joinedup.base import clock
from joinedup.base.errors import NotAllowed, NotFound
from joinedup.base.parameter_files import shipped


def open_session(*, user_id: UUID) -> str:
    """Issue a token for a user who has just proved who they are. Only the role `gate` can."""
    limits, today = shipped(), clock.today()
    hours = limits.value_at("session-hours", today).count()
    idle_minutes = limits.value_at("idle-sign-in-minutes", today).count()
    with transaction.atomic(using="gate"):
        with connections["gate"].cursor() as cursor:
            cursor.execute(
                "select access.open_session(%s, make_interval(hours => %s), make_interval(mins => %s))",
                [user_id, int(hours), int(idle_minutes)],
            )
            token = str(cursor.fetchone()[0])
        note("session.opened", thing_id=user_id, using="gate")
    return token


def open_session_of(*, username: str) -> str:
    """Issue a token for a user by name: for shells and tests, which hold the role `gate`'s password anyway."""
    user = User.objects.using("gate").filter(username=username, is_active=True).first()
    if user is None:
        raise NotFound(
            "user-unknown", "No active user has that name.", "", "List the demo's names with `joinedup demo --users`."
        )
    return open_session(user_id=user.id)


def close_session(*, token: str) -> bool:
    """End the session of a token at once; returns whether there was one."""
    with psycopg_cursor("gate") as cursor:
        cursor.execute("select access.close_session(%s)", [token])
        row = cursor.fetchone()
    return bool(row and row[0])


@contextmanager
def acting_as(username: str, using: str = "default") -> Iterator[Caller]:
    """A transaction in which a named user is the caller: for shells and tests, through the role `gate` and its log.

    The session is closed when the transaction has ended.
    """
    token = open_session_of(username=username)
    try:
        with transaction.atomic(using=using):
            caller = enter(token, using)
            if caller is None:
                raise NotAllowed("session-not-live", "The session could not be entered.", "", "Sign in again.")
            yield caller
    finally:
        close_session(token=token)
