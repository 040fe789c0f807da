"""Booking, cancelling, restoring and finishing visits.

Before anything is booked, every body's visits to the person are compared with the wanted one. A duplicate is not
booked: it is written down as stopped, and whoever wanted it chooses what becomes of it (stopped.py).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.errors import Conflict, NotFound, NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.base.parameter_files import shipped
from joinedup.person.models import Person
from joinedup.person.queries.person_row import person_row, whole_of
from joinedup.plan.booking import Wanted, hold_day, put_visit, refused, tell, worker_of
from joinedup.plan.models import StoppedVisit, Visit
from joinedup.plan.rules import PURPOSES, Clash, VisitTime, clash, policy_for


@dataclass(frozen=True, slots=True)
class Booked:
    """What became of a booking: the visit's key, or the key of what was stopped."""

    visit_id: UUID | None
    stopped_id: UUID | None


def book_visit(*, by: Caller, at: datetime, request_key: str, wanted: Wanted) -> Booked:
    """Book a visit, or stop it because another stands at the same time or serves the same purpose within its window.

    A stopped one is counted at once. PersonMustAct for times that are past or the wrong way round, or an unknown
    purpose; NotNow when the worker is elsewhere.
    """
    by.must("book_visits")
    _must_make_sense(wanted, at)

    def act() -> dict[str, str]:
        person = person_row(wanted.person_id)
        hold_day(person.id)
        policy = policy_for(wanted.purpose, shipped(), london_date(wanted.starts_at))
        found = clash(_wanted_time(wanted), _standing(person.id, wanted, policy.window), policy.window)
        if found is not None:
            return {"stopped": str(_stop(by, at, person, wanted, found))}
        visit = put_visit(by=by, at=at, request_key=request_key, wanted=replace(wanted, person_id=person.id))
        return {"visit": str(visit.id)}

    arguments = asdict(wanted)
    answer = once(by=by.id, at=at, request_key=request_key, action="book_visit", arguments=arguments, act=act)
    visit_id, stopped_id = answer.get("visit"), answer.get("stopped")
    return Booked(UUID(visit_id) if visit_id else None, UUID(stopped_id) if stopped_id else None)


def cancel_visit(*, by: Caller, at: datetime, request_key: str, expected_version: int, visit_id: UUID, why: str) -> int:
    """Cancel a planned visit and say why. Returns its version; other workers of a joint visit still come."""
    if not why.strip():
        raise PersonMustAct("why-empty", "Say why the visit is cancelled.", "", "Write a few words.")
    return _move(by, at, request_key, expected_version, visit_id, "planned", "cancelled", why.strip())


def restore_visit(*, by: Caller, at: datetime, request_key: str, expected_version: int, visit_id: UUID) -> int:
    """Undo a cancelling. NotNow when the time has been given to another visit meanwhile."""
    return _move(by, at, request_key, expected_version, visit_id, "cancelled", "planned", "")


def finish_visit(*, by: Caller, at: datetime, request_key: str, expected_version: int, visit_id: UUID) -> int:
    """Say that a visit was made. NotNow before it has begun."""
    return _move(by, at, request_key, expected_version, visit_id, "planned", "done", "")


def _move(by: Caller, at: datetime, request_key: str, expected_version: int, visit_id: UUID, from_state: str,
          to_state: str, why: str) -> int:  # fmt: skip
    by.must("book_visits")

    def act() -> int:
        visit = Visit.objects.filter(id=visit_id).first()
        if visit is None:
            raise NotFound("visit-not-found", "There is no such visit, or you may not see it.")
        if to_state == "done" and visit.starts_at > at:
            raise NotNow("visit-not-begun", "This visit has not begun.", "", "Say so when it was made.")
        hold_day(visit.person_id)
        held = Visit.objects.filter(id=visit_id, version=expected_version, state=from_state)
        try:
            with transaction.atomic():
                changed = held.update(state=to_state, cancelled_why=why, version=expected_version + 1)
        except IntegrityError as error:
            raise refused(error) from error
        if not changed:
            raise Conflict("visit-changed", "This visit has changed since you opened it.")
        said = {"cancelled": "Visit cancelled", "planned": "Visit booked again", "done": "Visit made"}[to_state]
        tell(by, at, visit, f"{said}: {PURPOSES[visit.purpose]}", f"{to_state}/{expected_version + 1}",
             (("Why", why),) if why else ())  # fmt: skip
        note(f"visit.{to_state}", person_id=visit.person_id, thing_id=visit_id)
        return expected_version + 1

    arguments = {"visit": visit_id, "version": expected_version, "to": to_state, "why": why}
    return int(once(by=by.id, at=at, request_key=request_key, action="move_visit", arguments=arguments, act=act))


def _must_make_sense(wanted: Wanted, at: datetime) -> None:
    if wanted.purpose not in PURPOSES:
        raise PersonMustAct("visit-purpose", "This purpose is not known.", "", "Choose one of the list.")
    if wanted.ends_at <= wanted.starts_at:
        raise PersonMustAct("visit-times", "The visit ends before it begins.", "", "Give a later end.")
    if wanted.ends_at <= at:
        raise PersonMustAct("visit-past", "This time has passed.", "A booking is a claim on a day to come.",
                            "Choose a later time.")  # fmt: skip


def _wanted_time(wanted: Wanted) -> VisitTime:
    return VisitTime(new_id(), wanted.purpose, wanted.starts_at, wanted.ends_at)


def _standing(person_id: UUID, wanted: Wanted, window: timedelta) -> list[VisitTime]:
    """Every body's visits to the person that lie near enough to matter; cancelled ones do not count."""
    rows = Visit.objects.filter(
        person_id__in=whole_of(person_id), state__in=["planned", "done"], ends_at__gt=wanted.starts_at - window,
        starts_at__lt=wanted.ends_at + window,
    )  # fmt: skip
    near = [VisitTime(each.id, each.purpose, each.starts_at, each.ends_at) for each in rows.order_by("starts_at", "id")]
    return near


def _stop(by: Caller, at: datetime, person: Person, wanted: Wanted, found: Clash) -> UUID:
    worker = worker_of(wanted.worker_id)
    stopped = StoppedVisit(
        id=new_id(), person_id=person.id, place_id=person.place_id, existing_id=found.met.key, why=found.why,
        worker_id=worker.id, body_id=worker.body_id, purpose=wanted.purpose, starts_at=wanted.starts_at,
        ends_at=wanted.ends_at, minutes=int((wanted.ends_at - wanted.starts_at).total_seconds() // 60),
        stopped_at=at, stopped_for_id=by.id,
    )  # fmt: skip
    stopped.save(force_insert=True)
    note("visit.stopped", person_id=person.id, thing_id=stopped.id, place_id=person.place_id, reason=found.why)
    return stopped.id
