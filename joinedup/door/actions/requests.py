"""What happens next with a request: its next step and urgency, who of a team takes it, first help, its end.

An owner changes here only within the owner's own team; to anybody else a request is transferred, and they must accept.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import F

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.queries import labels_of
from joinedup.base.clock import london_date
from joinedup.base.errors import Conflict, NotNow, PersonMustAct
from joinedup.door.acting import give_sight, held_request, once_whole, open_request
from joinedup.door.models import Request
from joinedup.door.rules import MOVES, URGENCIES
from joinedup.person.actions import append_timeline, end_timeline
from joinedup.person.models import TimelineEntry


def set_next_step(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, request_id: UUID, next_step: str,
    next_step_due: datetime, owner_id: UUID | None = None, urgency: str = "",
) -> int:  # fmt: skip
    """Change what happens next and by when; `owner_id` None and `urgency` '' leave those as they are.

    Returns the new version. Conflict keeps both texts; NotNow (owner-needs-transfer) for an owner outside the team,
    PersonMustAct (due-before-call) for a time before the first contact.
    """
    by.must("work_requests")

    def act() -> int:
        request = open_request(request_id)
        owner = owner_id or request.owner_id
        _check_owner(request, owner)
        if next_step_due < request.clock_started_at:
            raise PersonMustAct(
                "due-before-call", "The next step cannot be due before the call.",
                "The clock started at first contact.", "Give a later time.",
            )  # fmt: skip
        changed = Request.objects.filter(id=request_id, version=expected_version, state="open").update(
            next_step=next_step, next_step_due=next_step_due, owner_id=owner, urgency=urgency or request.urgency,
            version=F("version") + 1, changed_by_id=by.id, changed_at=at,
        )  # fmt: skip
        if not changed:
            raise Conflict(
                "request-changed", "This request has changed since you opened it.",
                theirs={"next_step": request.next_step}, yours={"next_step": next_step},
            )  # fmt: skip
        give_sight(
            by=by, at=at, request_key=f"{request_key}.owner", receiver=owner, person_id=request.person_id,
            source=f"request:{request_id}",
        )  # fmt: skip
        note("request.changed", person_id=request.person_id, thing_id=request_id, place_id=request.place_id)
        return expected_version + 1

    if urgency and urgency not in URGENCIES:
        raise PersonMustAct("urgency-unknown", "There is no such urgency.", "", f"Choose {', '.join(URGENCIES)}.")
    arguments = {"request": request_id, "version": expected_version, "step": next_step, "due": next_step_due,
                 "owner": owner_id, "urgency": urgency}  # fmt: skip
    return int(once_whole(by, at, request_key, "set_next_step", arguments, act))


def close_request(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, request_id: UUID, state: str
) -> str:
    """Mark a request done or closed, or open it again; NotNow where no such move exists, Conflict when it changed."""
    by.must("work_requests")

    def act() -> str:
        request = held_request(request_id)
        if state not in MOVES[request.state]:
            raise NotNow(
                "request-move", f"A request that is {request.state} cannot become {state}.", "",
                "Open the request again to see how it stands.",
            )  # fmt: skip
        if state != "open" and request.referrals.filter(kind="transfer", answer=None).exists():
            raise NotNow(
                "transfer-waits", "Somebody was asked to take this request over and has not answered.",
                "Closing it would leave them with a question about nothing.", "Take the transfer back first.",
            )  # fmt: skip
        changed = Request.objects.filter(id=request_id, version=expected_version).update(
            state=state, version=F("version") + 1, changed_by_id=by.id, changed_at=at
        )
        if not changed:
            raise Conflict("request-changed", "This request has changed since you opened it.")
        _tell_timeline(by, at, request, state)
        note(f"request.{state}", person_id=request.person_id, thing_id=request_id, place_id=request.place_id)
        return state

    arguments = {"request": request_id, "version": expected_version, "state": state}
    return str(once_whole(by, at, request_key, "close_request", arguments, act))


def record_first_service(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, request_id: UUID, on: date
) -> int:
    """Record on which day help first began because of a request; once. Returns the new version.

    NotNow when it is recorded already, PersonMustAct for a day before the call or ahead.
    """
    by.must("work_requests")

    def act() -> int:
        request = held_request(request_id)
        if request.first_service_on is not None:
            raise NotNow("first-service-known", "The first help is recorded already.", "", "Open the request again.")
        if not london_date(request.clock_started_at) <= on <= london_date(at):
            raise PersonMustAct(
                "first-service-day", "Help cannot have begun before the call or after today.", "", "Check the date."
            )
        if request.version != expected_version:
            raise Conflict("request-changed", "This request has changed since you opened it.")
        _served(by, at, request, on)
        return expected_version + 1

    arguments = {"request": request_id, "version": expected_version, "on": on}
    return int(once_whole(by, at, request_key, "record_first_service", arguments, act))


def first_service_delivered(*, by: Caller, at: datetime, request_id: UUID, on: date) -> bool:
    """Record from a delivery that help began because of a request; part of the act that calls it, under its key.

    Returns whether it was recorded: not when it is known already, or the delivery began before the call.
    """
    request = Request.objects.select_for_update().filter(id=request_id, first_service_on=None).first()
    if request is None or on < london_date(request.clock_started_at):
        return False
    _served(by, at, request, on)
    return True


def _served(by: Caller, at: datetime, request: Request, on: date) -> None:
    """Set the first service of a request, at the version that was read."""
    changed = Request.objects.filter(id=request.id, version=request.version).update(
        first_service_on=on, version=F("version") + 1, changed_by_id=by.id, changed_at=at
    )
    if not changed:
        raise Conflict("request-changed", "This request has changed since you opened it.")
    append_timeline(
        by=by, at=at, person_id=request.person_id, kind="contact", source_key=f"door.request/{request.id}/served",
        title="First help after the call", starts_on=on,
    )  # fmt: skip
    note("request.served", person_id=request.person_id, thing_id=request.id, place_id=request.place_id)


def _check_owner(request: Request, owner_id: UUID) -> None:
    """Within a team a request is taken or given back; to anybody else it is transferred."""
    if owner_id == request.owner_id:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "select %s = any (access.subjects()) and %s = any (access.subjects())", [request.owner_id, owner_id]
        )
        (within_team,) = cursor.fetchone()
    if not within_team:
        raise NotNow(
            "owner-needs-transfer", "A request is handed to others by a transfer.",
            "They own it once they accept, so that nobody is made an owner without knowing.",
            "Choose yourself or your own team, or transfer it.",
        )  # fmt: skip


def _tell_timeline(by: Caller, at: datetime, request: Request, state: str) -> None:
    """Close the request's open line, or begin a new one when it is opened again."""
    key = f"door.request/{request.id}"
    if state == "open":
        owner = labels_of([request.owner_id]).get(request.owner_id, "")
        append_timeline(
            by=by, at=at, person_id=request.person_id, kind="request", open_ended=True,
            source_key=f"{key}/{request.version + 1}", title=f"Request opened again: {request.next_step}",
            detail=[("Owner", owner)],
        )  # fmt: skip
        return
    lines = TimelineEntry.objects.filter(person_id=request.person_id, source_key__startswith=key, open_ended=True)
    for source_key in list(lines.values_list("source_key", flat=True)):
        end_timeline(by=by, at=at, person_id=request.person_id, source_key=source_key, ends_on=london_date(at))
