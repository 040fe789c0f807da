"""May somebody who is to act for a person see them? Given when they are named or booked, where they do not already.

The database refuses whoever has no sight to pass on.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from joinedup.access.actions import give_grant
from joinedup.access.callers import Caller


def give_sight(
    *, by: Caller, at: datetime, request_key: str, receiver: UUID, person_id: UUID, source: str,
    ends_at: datetime | None,
) -> bool:  # fmt: skip
    """Let a colleague who is to act for a person see them, unless they do already; returns whether it was needed."""
    with connection.cursor() as cursor:
        cursor.execute("select access.has_grant(%s, %s), %s = any (access.subjects())", [receiver, person_id, receiver])
        has_sight, is_caller = cursor.fetchone()
    if has_sight or is_caller:
        return False
    give_grant(
        by=by, at=at, request_key=f"{request_key}.sight", receiver=receiver, person_id=person_id,
        purpose="direct_care", source=source, ends_at=ends_at,
    )  # fmt: skip
    return True


def is_me(subject_id: UUID) -> bool:
    """Whether a subject is the caller, a team or an office of theirs."""
    with connection.cursor() as cursor:
        cursor.execute("select %s = any (access.subjects())", [subject_id])
        return bool(cursor.fetchone()[0])


def end_sight_of_case_manager(naming_id: UUID) -> int:
    """End the sight that a naming gave, now that it has ended; last in its act, for the caller may lose their own."""
    with connection.cursor() as cursor:
        cursor.execute("select access.end_sight_of_case_manager(%s)", [naming_id])
        return int(cursor.fetchone()[0])
