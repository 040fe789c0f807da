"""Lines of the log of who saw and who did: ids and codes only, never content.

`note` writes in the act's own transaction. `note_at_once` commits on a second connection before it returns, so that a
rollback hides no refusal and no search.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connections, transaction

from joinedup.access.callers import enter_unread
from joinedup.base.request_id import REQUEST_ID


def note(
    act: str,
    *,
    outcome: str = "done",
    person_id: UUID | None = None,
    thing_id: UUID | None = None,
    place_id: UUID | None = None,
    reason: str = "",
    found: int | None = None,
    using: str = "default",
) -> int:
    """Write one line for the caller of the open transaction; returns its number."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select access.record(%s, %s, %s, %s, %s, %s, %s, %s)",
            [act, outcome, person_id, thing_id, place_id, reason, found, REQUEST_ID.get()],
        )
        return int(cursor.fetchone()[0])


def note_at_once(
    act: str,
    *,
    token: str,
    outcome: str = "done",
    person_id: UUID | None = None,
    place_id: UUID | None = None,
    reason: str = "",
    found: int | None = None,
) -> int:
    """Write one line on the second connection and commit it now. Without a live token the line names nobody."""
    with transaction.atomic(using="log"):
        if token:
            enter_unread(token, "log")
        return note(
            act, outcome=outcome, person_id=person_id, place_id=place_id, reason=reason, found=found, using="log"
        )


def recent_acts(act: str) -> int:
    """How often the caller of the open transaction did this within the last hour."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select access.recent_acts(%s)", [act])
        return int(cursor.fetchone()[0])
