"""Putting one visit on a person's day: the claim itself, in the words of the database when it is refused.

Shared by the actions on visits. Whoever books for a person waits for whoever books for them at the same moment, so that
neither misses the other's visit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.models import Subject
from joinedup.access.refusals import constraint_of
from joinedup.base.clock import london_date
from joinedup.base.errors import NotFound, NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.base.parameter_files import shipped
from joinedup.person.actions import append_timeline
from joinedup.plan.models import Visit
from joinedup.plan.rules import PURPOSES
from joinedup.plan.sight import give_sight

REFUSED: Mapping[str, tuple[str, str]] = {
    "worker_not_in_two_places": ("This worker is elsewhere at that time.", "Nobody can be in two places at once."),
    "person_not_visited_twice_at_once": (
        "Somebody else is with the person at that time.", "Two visits at once are one joint visit.",
    ),
    "worker_joins_a_visit_once": ("This worker is part of that visit already.", ""),
    "visit_by_one_worker_of_its_body": ("This worker belongs to no body.", "A visit is made for one."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """A visit somebody wants: who comes, for what, from when to when (aware instants), and for which line of a plan."""

    person_id: UUID
    worker_id: UUID
    purpose: str
    starts_at: datetime
    ends_at: datetime
    line_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Comer:
    """Who comes: key, name, and the body they come for."""

    id: UUID
    label: str
    body_id: UUID


def hold_day(person_id: UUID) -> None:
    """Wait until nobody else books for this person; held until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"plan.visits {person_id}"])


def worker_of(worker_id: UUID) -> Comer:
    """The worker, with their body. PersonMustAct for a team or for somebody of no body; NotFound for nobody."""
    worker = Subject.objects.filter(id=worker_id).first()
    if worker is None:
        raise NotFound("worker-not-found", "There is no such worker.")
    if worker.kind != "user" or worker.body_id is None:
        what, why = REFUSED["visit_by_one_worker_of_its_body"]
        raise PersonMustAct("visit-by-one-worker-of-its-body", what, why, "Choose somebody who works for a body.")
    return Comer(worker.id, worker.label, worker.body_id)


def put_visit(
    *, by: Caller, at: datetime, request_key: str, wanted: Wanted, joint_key: UUID | None = None, anyway: str = ""
) -> Visit:
    """Write the visit, let its worker see the person, and say so on the record; part of the act that calls it.

    NotNow when the database refuses it because worker or person is taken.
    """
    worker = worker_of(wanted.worker_id)
    visit = Visit(
        id=new_id(), person_id=wanted.person_id, worker_id=worker.id, body_id=worker.body_id, purpose=wanted.purpose,
        starts_at=wanted.starts_at, ends_at=wanted.ends_at, joint_key=joint_key or new_id(), line_id=wanted.line_id,
        booked_by_id=by.id, booked_at=at, anyway_reason=anyway,
    )  # fmt: skip
    try:
        with transaction.atomic():
            visit.save(force_insert=True)
    except IntegrityError as error:
        raise refused(error) from error
    days = shipped().value_at("visit-sight-days", london_date(at)).count()
    give_sight(
        by=by, at=at, request_key=request_key, receiver=worker.id, person_id=wanted.person_id,
        source=f"visit:{visit.id}", ends_at=max(at, wanted.ends_at) + timedelta(days=days),
    )  # fmt: skip
    tell(by, at, visit, f"{'Joint visit' if joint_key else 'Visit'}: {PURPOSES[wanted.purpose]}", "booked",
         (("Who", worker.label), *((("Booked although", anyway),) if anyway else ())))  # fmt: skip
    note("visit.booked", person_id=wanted.person_id, thing_id=visit.id, reason="joint" if joint_key else "")
    return visit


def tell(by: Caller, at: datetime, visit: Visit, title: str, what: str, detail: tuple[tuple[str, str], ...]) -> None:
    """One line of the record on the day of the visit."""
    day = london_date(visit.starts_at)
    append_timeline(
        by=by, at=at, person_id=visit.person_id, kind="visit", title=title, detail=detail, starts_on=day, ends_on=day,
        source_key=f"plan.visit/{visit.id}/{what}",
    )  # fmt: skip


def refused(error: IntegrityError) -> NotNow:
    """The refusal that a named constraint of the database stands for; any other is a fault of ours and raised again."""
    name = constraint_of(error)
    if name not in REFUSED:
        raise error
    what, why = REFUSED[name]
    return NotNow(name.replace("_", "-"), what, why, "Choose another time or worker, or make it one joint visit.")
