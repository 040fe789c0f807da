"""Writing the timeline: lines that our own steps append, and making the sourced lines again from what was sent.

A step that does something to a person appends its line in its own transaction. A rebuild is asked for by somebody with
sight and done by a job on their behalf; it touches only lines that come from a body's rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app

from joinedup.access.actions import once
from joinedup.access.callers import Caller, delegate
from joinedup.access.logbook import note
from joinedup.access.models import Subject
from joinedup.base.clock import london_date
from joinedup.base.errors import NotFound, NotNow
from joinedup.person import projected_events
from joinedup.person.models import Person, TimelineEntry

REBUILD = "person.rebuild_timeline"


def append_timeline(
    *, by: Caller, at: datetime, person_id: UUID, kind: str, title: str, source_key: str,
    detail: Sequence[tuple[str, str]] = (), starts_on: date | None = None, ends_on: date | None = None,
    open_ended: bool = False, amount_pence: int | None = None, sensitivity: str = "ordinary",
    body_id: UUID | None = None,
) -> UUID:  # fmt: skip
    """Append one line to a record, told by the caller's body unless another is named.

    Part of the act that calls it, under its request key. `source_key` is the act's own key ('door.request/<id>'): the
    same key twice is refused by timeline_entry_once_per_source.
    """
    body_id = body_id or Subject.objects.values_list("body_id", flat=True).get(id=by.id)
    if body_id is None:
        raise NotNow(
            "no-body", "Your account belongs to no body.", "A line of a record is always told by one.",
            "Ask whoever manages access to add the body you work for.",
        )  # fmt: skip
    entry = TimelineEntry(
        person_id=person_id, body_id=body_id, source_key=source_key, kind=kind, title=title[:300],
        detail=[list(pair) for pair in detail], starts_on=starts_on or london_date(at), starts_at=at, ends_on=ends_on,
        open_ended=open_ended, amount_pence=amount_pence, told_at=at, arrival=0, recorded_at=at,
        sensitivity=sensitivity,
    )  # fmt: skip
    entry.save(force_insert=True)
    return entry.id


def end_timeline(*, by: Caller, at: datetime, person_id: UUID, source_key: str, ends_on: date) -> bool:
    """Close an open line of the caller's own making; returns whether there was one."""
    del by, at  # row security decides whose line may be closed
    changed = TimelineEntry.objects.filter(person_id=person_id, source_key=source_key, record=None, open_ended=True)
    return bool(changed.update(open_ended=False, ends_on=ends_on))


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
        entries = projected_events.rewrite_timeline(cursor, person_id, at)
    note("timeline.rebuilt", person_id=person_id, found=entries)
    return entries
