"""Who comes to this person when, from every body; and a visit that was stopped, with what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.errors import NotFound
from joinedup.base.parameter_files import shipped
from joinedup.person.queries.agreed import agreed_look
from joinedup.person.queries.person_row import full_name, person_row, whole_of
from joinedup.plan.models import StoppedVisit, Visit
from joinedup.plan.rules import PURPOSES, policy_for

LOOK_BACK = timedelta(days=14)
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class VisitShown:
    """One visit: who of which body comes for what, from when to when; `with_whom` names the others of a joint visit."""

    visit_id: UUID
    person_id: UUID
    name: str
    worker: str
    body: str
    purpose: str
    starts_at: datetime
    ends_at: datetime
    state: str
    joint: bool
    with_whom: tuple[str, ...]
    anyway_reason: str
    cancelled_why: str
    version: int


@dataclass(frozen=True, slots=True)
class StoppedShown:
    """A stopped visit beside the one it met. `joinable` and `anyway` say what may be chosen; `outcome` '' is open."""

    stopped_id: UUID
    person_id: UUID
    name: str
    why: str
    worker: str
    body: str
    purpose: str
    starts_at: datetime
    ends_at: datetime
    minutes: int
    existing: VisitShown
    window_hours: int
    policy_source: str
    joinable: bool
    anyway: bool
    outcome: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """A person's visits by day, the cancelled ones apart, and how many duplicates were stopped.

    `days` are from fourteen days ago on; `saved_minutes` those of stopped visits that were left or made joint.
    """

    person_id: UUID
    name: str
    place_id: UUID
    restricted: bool
    days: tuple[tuple[date, tuple[VisitShown, ...]], ...]
    cancelled: tuple[VisitShown, ...]
    stopped: int
    joined: int
    saved_minutes: int


def calendar(caller: Caller, person_id: UUID, at: datetime) -> Calendar:
    """Every body's visits to a person; a line of the log. NotFound for nobody, or nobody to be seen."""
    caller.must("see_plan")
    person = person_row(person_id)
    agreed_look(person)
    note("visits.opened", person_id=person.id, place_id=person.place_id)
    whole = whole_of(person.id)
    rows = Visit.objects.select_related("worker", "body").filter(person_id__in=whole, ends_at__gte=at - LOOK_BACK)
    name = full_name(person.prefix, person.given, person.family)
    shown = _shown(list(rows.order_by("starts_at", "id")[:AT_ONCE]), name)
    days: dict[date, tuple[VisitShown, ...]] = {}
    for each in shown:
        if each.state != "cancelled":
            day = london_date(each.starts_at)
            days[day] = (*days.get(day, ()), each)
    stopped = list(StoppedVisit.objects.filter(person_id__in=whole).values_list("outcome", "minutes"))
    return Calendar(
        person_id=person.id, name=name, place_id=person.place_id, restricted=person.restricted,
        days=tuple(days.items()), cancelled=tuple(each for each in shown if each.state == "cancelled"),
        stopped=len(stopped), joined=sum(outcome == "joint" for outcome, _ in stopped),
        saved_minutes=sum(minutes for outcome, minutes in stopped if outcome in ("joint", "left")),
    )  # fmt: skip


def visit_of(caller: Caller, visit_id: UUID) -> VisitShown:
    """One visit; a line of the log. NotFound when it is not there or not to be seen."""
    caller.must("see_plan")
    row = Visit.objects.select_related("worker", "body").filter(id=visit_id).first()
    if row is None:
        raise NotFound("visit-not-found", "There is no such visit, or you may not see it.")
    person = person_row(row.person_id)
    agreed_look(person)
    note("visits.opened", person_id=person.id, thing_id=row.id, place_id=person.place_id)
    together = Visit.objects.select_related("worker", "body").filter(joint_key=row.joint_key).exclude(id=row.id)
    shown = _shown([row, *together], full_name(person.prefix, person.given, person.family))
    return next(each for each in shown if each.visit_id == visit_id)


def stopped_visit(caller: Caller, stopped_id: UUID, at: datetime) -> StoppedShown:
    """One stopped visit and the one it met; a line of the log. NotFound when it is not there or not to be seen."""
    caller.must("see_plan")
    row = StoppedVisit.objects.select_related("worker", "body", "existing").filter(id=stopped_id).first()
    if row is None:
        raise NotFound("stopped-visit-not-found", "There is no such stopped visit, or you may not see it.")
    met = visit_of(caller, row.existing_id)
    policy = policy_for(row.purpose, shipped(), london_date(row.starts_at))
    may_join = met.state == "planned" and met.starts_at > at and row.existing.worker_id != row.worker_id
    return StoppedShown(
        stopped_id=row.id, person_id=row.person_id, name=met.name, why=row.why, worker=row.worker.label,
        body=row.body.name, purpose=PURPOSES[row.purpose], starts_at=row.starts_at, ends_at=row.ends_at,
        minutes=row.minutes, existing=met, window_hours=int(policy.window.total_seconds() // 3600),
        policy_source=policy.source, joinable=may_join, anyway=policy.anyway and row.why == "same_purpose",
        outcome=row.outcome,
    )  # fmt: skip


def _shown(rows: list[Visit], name: str) -> tuple[VisitShown, ...]:
    joined: dict[UUID, list[Visit]] = {}
    for each in rows:
        if each.state != "cancelled":
            joined.setdefault(each.joint_key, []).append(each)
    return tuple(_visit(each, joined.get(each.joint_key, []), name) for each in rows)


def _visit(row: Visit, together: list[Visit], name: str) -> VisitShown:
    others = tuple(f"{each.worker.label}, {each.body.name}" for each in together if each.id != row.id)
    return VisitShown(
        visit_id=row.id, person_id=row.person_id, name=name, worker=row.worker.label, body=row.body.name,
        purpose=PURPOSES[row.purpose], starts_at=row.starts_at, ends_at=row.ends_at, state=row.state,
        joint=bool(others) and row.state != "cancelled", with_whom=others if row.state != "cancelled" else (),
        anyway_reason=row.anyway_reason, cancelled_why=row.cancelled_why, version=row.version,
    )  # fmt: skip
