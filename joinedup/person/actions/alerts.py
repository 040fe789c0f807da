"""Writing what everybody must know first: alerts, reasonable adjustments, and what the law says about deciding.

An alert of our own is a line of the timeline that stays open until somebody ends it. Alerts that a body sent in its
files change with those files only.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.errors import BadValue, NotFound
from joinedup.base.identifiers import new_id
from joinedup.person.actions.timeline import append_timeline, end_timeline
from joinedup.person.models import Person, TimelineEntry
from joinedup.person.relationship_kinds import ALERTS, SAFEGUARDING

KIND, LABEL = "flag", "Alert"
KEY = "person.alert"


def raise_alert(
    *, by: Caller, at: datetime, request_key: str, person_id: UUID, sort: str, words: str, more: str = "",
    starts_on: date | None = None, review_on: date | None = None,
) -> UUID:  # fmt: skip
    """Write an alert that stands first on the record until it is ended. Returns the key of its line.

    `sort` is a code of ALERTS. A safeguarding alert is folded on the page, for it may be about somebody close.
    """
    by.must("write_alerts")
    named = dict(ALERTS).get(sort)
    if named is None or not words.strip():
        raise BadValue("alert", "An alert needs its sort and some words.", "", "Choose the sort and say what it is.")
    if not Person.objects.filter(id=person_id).exists():
        raise NotFound("person-not-found", "There is no such record, or you may not see it.")

    def act() -> str:
        detail = [(LABEL, named)]
        detail += [("More", more.strip())] if more.strip() else []
        detail += [("To be looked at again on", review_on.isoformat())] if review_on else []
        entry = append_timeline(
            by=by, at=at, person_id=person_id, kind=KIND, title=words.strip(), source_key=f"{KEY}/{new_id()}",
            detail=detail, starts_on=starts_on, open_ended=True,
            sensitivity="sensitive" if named == SAFEGUARDING else "ordinary",
        )  # fmt: skip
        note("alert.raised", person_id=person_id, thing_id=entry)
        return str(entry)

    arguments = {"person": person_id, "sort": sort, "words": words, "more": more, "from": starts_on, "on": review_on}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="raise_alert", arguments=arguments, act=act))


def end_alert(*, by: Caller, at: datetime, request_key: str, person_id: UUID, entry_id: UUID) -> bool:
    """Take an alert of our own away from the top of the record; its line stays on the timeline, with its end."""
    by.must("write_alerts")

    def act() -> bool:
        held = TimelineEntry.objects.filter(id=entry_id, person_id=person_id, source_key__startswith=f"{KEY}/").first()
        if held is None:
            raise NotFound("alert-not-found", "There is no such alert of ours, or you may not see it.")
        ends_on = max(london_date(at), held.starts_on or london_date(at))
        ended = end_timeline(by=by, at=at, person_id=person_id, source_key=held.source_key, ends_on=ends_on)
        if ended:
            note("alert.ended", person_id=person_id, thing_id=entry_id)
        return ended

    arguments = {"person": person_id, "entry": entry_id}
    return bool(once(by=by.id, at=at, request_key=request_key, action="end_alert", arguments=arguments, act=act))
