"""What becomes of a visit that was stopped: made joint, booked anyway with a reason, or left.

Said once, by whoever is at the screen; the count of stopped visits stays whatever is chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.errors import NotFound, NotNow, PersonMustAct
from joinedup.base.parameter_files import shipped
from joinedup.plan.booking import Wanted, hold_day, put_visit
from joinedup.plan.models import StoppedVisit, Visit
from joinedup.plan.rules import policy_for


def make_joint(*, by: Caller, at: datetime, request_key: str, stopped_id: UUID) -> UUID:
    """The worker of a stopped visit joins the visit it met, at that visit's time. Returns the new visit's key.

    NotNow when that visit is over or cancelled, is the worker's own, or the worker is elsewhere then.
    """

    def chosen(stopped: StoppedVisit) -> Visit:
        existing = stopped.existing
        if existing.state != "planned" or existing.starts_at <= at:
            raise NotNow("visit-not-joinable", "That visit cannot be joined any more.", "It was made, began or was "
                         "cancelled.", "Book another time, or leave it.")  # fmt: skip
        if existing.worker_id == stopped.worker_id:
            raise NotNow("worker-joins-a-visit-once", "That visit is by the same worker.", "", "Leave this one.")
        wanted = Wanted(stopped.person_id, stopped.worker_id, stopped.purpose, existing.starts_at, existing.ends_at)
        return put_visit(by=by, at=at, request_key=request_key, wanted=wanted, joint_key=existing.joint_key)

    return UUID(_settle(by, at, request_key, stopped_id, "joint", "", chosen))


def book_anyway(*, by: Caller, at: datetime, request_key: str, stopped_id: UUID, reason: str) -> UUID:
    """Book a stopped visit at its own time, with the reason why twice is needed. Returns the new visit's key.

    NotNow when the purpose's policy does not allow it, or the person or the worker is taken at that time.
    """
    if not reason.strip():
        raise PersonMustAct("reason-empty", "Say why the person needs both visits.", "", "Write a few words.")

    def chosen(stopped: StoppedVisit) -> Visit:
        if not policy_for(stopped.purpose, shipped(), london_date(stopped.starts_at)).anyway:
            raise NotNow(
                "visit-not-twice", "This purpose is not served twice within its window.",
                "Our policy allows no second visit for it.", "Make it joint, or choose a later time.",
            )  # fmt: skip
        wanted = Wanted(stopped.person_id, stopped.worker_id, stopped.purpose, stopped.starts_at, stopped.ends_at)
        return put_visit(by=by, at=at, request_key=request_key, wanted=wanted, anyway=reason.strip())

    return UUID(_settle(by, at, request_key, stopped_id, "booked", reason.strip(), chosen))


def leave_stopped(*, by: Caller, at: datetime, request_key: str, stopped_id: UUID) -> bool:
    """Leave a stopped visit unbooked; it counts as saved."""
    _settle(by, at, request_key, stopped_id, "left", "", None)
    return True


def _settle(by: Caller, at: datetime, request_key: str, stopped_id: UUID, outcome: str, reason: str,
            chosen: Callable[[StoppedVisit], Visit] | None) -> str:  # fmt: skip
    by.must("book_visits")

    def act() -> str:
        stopped = StoppedVisit.objects.select_related("existing").filter(id=stopped_id).first()
        if stopped is None:
            raise NotFound("stopped-visit-not-found", "There is no such stopped visit, or you may not see it.")
        hold_day(stopped.person_id)
        stopped.refresh_from_db()
        if stopped.outcome:
            raise NotNow("stopped-visit-settled", "This was settled already.", "", "Open the person's calendar.")
        visit = chosen(stopped) if chosen else None
        StoppedVisit.objects.filter(id=stopped_id).update(
            outcome=outcome, outcome_at=at, reason=reason, visit_id=visit.id if visit else None
        )
        note(f"stopped_visit.{outcome}", person_id=stopped.person_id, thing_id=stopped_id)
        return str(visit.id) if visit else ""

    arguments = {"stopped": stopped_id, "outcome": outcome, "reason": reason}
    return str(once(by=by.id, at=at, request_key=request_key, action="settle_stopped", arguments=arguments, act=act))
