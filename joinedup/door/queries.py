"""The only reads of `door` for others, limited to what the caller may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from joinedup.access.callers import Caller
from joinedup.access.logbook import note_at_once, recent_acts
from joinedup.access.models import Subject
from joinedup.base.errors import NotFound, NotNow
from joinedup.base.parameter_files import shipped
from joinedup.door.models import Referral, Request
from joinedup.door.rules import Clock, clock_of
from joinedup.person.rules import understood


@dataclass(frozen=True, slots=True)
class Traced:
    """Somebody is held here who matches: by what, and how strongly (0 to 1.2). No content."""

    person_id: UUID
    matched: tuple[str, ...]
    strength: float


@dataclass(frozen=True, slots=True)
class RequestShown:
    """A request with its clock and the questions still waiting for an answer."""

    request: Request
    clock: Clock
    referrals: tuple[Referral, ...]


def trace(caller: Caller, token: str, text: str, now: datetime) -> list[Traced]:
    """Is this person held here, whoever may see them? Needs more than a name; limited per hour; restricted left out."""
    caller.must("trace_people")
    limit = shipped().value_at("trace-hourly-limit", now.date()).count()
    if recent_acts("people.traced") >= limit:
        raise NotNow(
            "trace-limit", "You have traced as often as one person may in an hour.",
            "Tracing answers about people whom you may not see, so it is limited.", "Wait a little, or search instead.",
        )  # fmt: skip
    asked = understood(text)
    note_at_once("people.traced", token=token, place_id=caller.holdings[0].place_id if caller.holdings else None)
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from access.person_trace(%s::text[], %s::date, %s, %s)",
            [list(asked.words), asked.birth_date, asked.postcode, asked.nhs_number],
        )
        return [Traced(row[0], tuple(row[1]), float(row[2])) for row in cursor.fetchall()]


def request_of(request_id: UUID, now: datetime) -> RequestShown:
    """One request. NotFound when there is none, or it is about somebody whom the caller may not see."""
    request = Request.objects.select_related("contact", "person", "owner", "place").filter(id=request_id).first()
    if request is None:
        raise NotFound("request-not-found", "There is no such request, or you may not see it.")
    referrals = request.referrals.select_related("giver", "receiver").order_by("made_at")
    return RequestShown(request, clock_of(request.clock_started_at, request.next_step_due, now), tuple(referrals))


def open_requests(now: datetime, limit: int = 100) -> list[RequestShown]:
    """Open requests about people whom the caller may see, what is due first on top."""
    rows = (
        Request.objects.select_related("contact", "person", "owner", "place")
        .filter(state="open")
        .order_by("next_step_due")[:limit]
    )
    return [RequestShown(row, clock_of(row.clock_started_at, row.next_step_due, now), ()) for row in rows]


def requests_about(person_id: UUID, now: datetime) -> list[RequestShown]:
    """Requests about one person, newest first."""
    rows = Request.objects.select_related("contact", "owner", "place", "person").filter(person_id=person_id)
    return [
        RequestShown(row, clock_of(row.clock_started_at, row.next_step_due, now), ())
        for row in rows.order_by("-clock_started_at")
    ]


def waiting_referrals(caller: Caller) -> list[Referral]:
    """Referrals to the caller or their teams that nobody answered yet."""
    with connection.cursor() as cursor:
        cursor.execute("select access.subjects()")
        subjects = cursor.fetchone()[0] or []
    rows = Referral.objects.select_related("request__contact", "person", "giver", "receiver")
    return list(rows.filter(answer=None, receiver_id__in=subjects).order_by("made_at"))


def possible_owners(place_id: UUID) -> list[Subject]:
    """Who may own a request of a place: its teams, and their people in roles of care."""
    teams = Subject.objects.filter(kind="team", intakes__place_id=place_id, intakes__ends_at=None)
    people = Subject.objects.filter(
        kind="user", role_holdings__place_id=place_id, role_holdings__ends_at=None,
        role_holdings__role__in=["coordinator", "practitioner", "case_manager"],
    )  # fmt: skip
    return [*teams.distinct().order_by("label"), *people.distinct().order_by("label")]

