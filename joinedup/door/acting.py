"""What the acts of the door have in common: one whole transaction under a key, sight for whoever must act, the request.

No act of its own: these are parts of the acts that call them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from joinedup.access.actions import give_grant, once
from joinedup.access.callers import Caller
from joinedup.base.errors import NotFound, NotNow
from joinedup.door.models import Request


def once_whole(
    by: Caller, at: datetime, request_key: str, action: str, arguments: dict[str, object], act: Callable[[], Any]
) -> Any:
    """Run an act once under its key, all of it or nothing."""
    with transaction.atomic():
        return once(by=by.id, at=at, request_key=request_key, action=action, arguments=arguments, act=act)


def give_sight(*, by: Caller, at: datetime, request_key: str, receiver: UUID, person_id: UUID, source: str) -> bool:
    """Let whoever is to act for a person see them, unless they do already; returns whether it was needed.

    NotNow (own-team-without-sight) where the caller alone was trusted with this person: nobody can widen that to their
    own team.
    """
    with connection.cursor() as cursor:
        cursor.execute("select access.has_grant(%s, %s), %s = any (access.subjects())", [receiver, person_id, receiver])
        has_sight, is_own = cursor.fetchone()
    if has_sight or receiver == by.id:
        return False
    if is_own:
        raise NotNow(
            "own-team-without-sight", "Your team may not see this record.",
            "You were given sight of it alone, and nobody can widen that to their own team.",
            "Choose a person, or yourself.",
        )  # fmt: skip
    give_grant(
        by=by, at=at, request_key=request_key, receiver=receiver, person_id=person_id, purpose="direct_care",
        source=source, ends_at=None,
    )  # fmt: skip
    return True


def open_request(request_id: UUID) -> Request:
    """An open request. NotFound when it is not there or not to be seen, NotNow when it is not open."""
    request = held_request(request_id)
    if request.state != "open":
        raise NotNow("request-not-open", "This request is not open.", f"It is {request.state}.", "Open it again first.")
    return request


def held_request(request_id: UUID) -> Request:
    """A request, open or not. NotFound when it is not there or not to be seen."""
    request = Request.objects.filter(id=request_id).first()
    if request is None:
        raise NotFound("request-not-found", "There is no such request, or you may not see it.")
    return request
