"""Is this person held here, whoever may see them? What matches, and nothing of what is held.

Needs more than a name: an NHS number, or two of name, date of birth and postcode. Limited for each caller and hour,
because it answers about people whom they may not see; logged before it is asked. Restricted people are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from joinedup.access.callers import Caller
from joinedup.access.logbook import note_at_once, recent_acts
from joinedup.base.clock import london_date
from joinedup.base.errors import NotNow
from joinedup.base.parameter_files import shipped
from joinedup.person.search_text import understood


@dataclass(frozen=True, slots=True)
class Traced:
    """Somebody is held here whom the caller may not see: what matched, and how strongly (0.6 to 2). No content."""

    person_id: UUID
    matched: tuple[str, ...]
    strength: float


def trace(caller: Caller, token: str, text: str, now: datetime) -> list[Traced]:
    """The people whom a text (names, date of birth, postcode, NHS number) fits and the caller may not see.

    Nothing is asked, and nothing counted, for a text that says too little. NotAllowed without trace_people, NotNow
    (trace-limit) after too many within the hour.
    """
    caller.must("trace_people")
    asked = understood(text)
    if not asked.nhs_number and bool(asked.words) + bool(asked.birth_date) + bool(asked.postcode) < 2:
        return []
    limit = shipped().value_at("trace-hourly-limit", london_date(now)).count()
    if recent_acts("people.traced") >= limit:
        raise NotNow(
            "trace-limit", "You have traced as often as one person may in an hour.",
            "Tracing answers about people whom you may not see, so it is limited.", "Wait a little, or search instead.",
        )  # fmt: skip
    note_at_once("people.traced", token=token, place_id=caller.holdings[0].place_id if caller.holdings else None)
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, matched, strength from access.person_trace(%s::text[], %s::date, %s, %s)",
            [list(asked.words), asked.birth_date, asked.postcode, asked.nhs_number],
        )
        return [Traced(row[0], tuple(row[1]), float(row[2])) for row in cursor.fetchall()]
