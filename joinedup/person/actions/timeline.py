"""Making one person's timeline again from what was sent: asked for by somebody with sight, done by a job for them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app

from joinedup.access.actions import once
from joinedup.access.callers import Caller, delegate
from joinedup.access.logbook import note
from joinedup.base.errors import NotFound
from joinedup.person.actions import projection
from joinedup.person.models import Person

REBUILD = "person.rebuild_timeline"


def ask_for_rebuild(*, by: Caller, at: datetime, request_key: str, person_id: UUID) -> bool:
    """Queue the rebuild in the caller's transaction, with a delegation that is good for this one job."""
    if not Person.objects.filter(id=person_id).exists():
        raise NotFound("person-not-found", "There is no such record, or you may not see it.")

    def act() -> bool:
        app.configure_task(name=REBUILD, queue="people").defer(person_id=str(person_id), delegation=delegate(REBUILD))
        return True

    arguments = {"person": person_id}
    return bool(once(by=by.id, at=at, request_key=request_key, action="ask_for_rebuild", arguments=arguments, act=act))


def rebuild_timeline(*, by: Caller, at: datetime, request_key: str, person_id: UUID) -> int:
    """Make the timeline again, in the open transaction of the job's caller; returns its entries."""
    del request_key  # the job itself runs once: its delegation is spent
    with connection.cursor() as cursor:
        entries = projection.rewrite_timeline(cursor, person_id, at)
    note("timeline.rebuilt", person_id=person_id, found=entries)
    return entries
