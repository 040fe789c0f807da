"""Which plans are offered to another place: of one plan, and those that wait for the caller's answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from joinedup.access.callers import Caller
from joinedup.door.queries import possible_receivers
from joinedup.person.queries.person_row import name_of_whole
from joinedup.plan.models import Handover

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class PlaceReceivers:
    """A place, and the teams and people there who could take a plan over: key and name."""

    place_id: UUID
    name: str
    receivers: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True, slots=True)
class HandoverShown:
    """One offer of a plan: whose, from which place to which, to whom, from which day, why, by whom, and its answer.

    `is_mine` says that the caller was asked, `is_own` that the caller asked.
    """

    handover_id: UUID
    plan_id: UUID
    name: str
    from_place: str
    to_place: str
    receiver: str
    moves_on: date
    why: str
    offered_by: str
    offered_at: datetime
    answer: str
    is_mine: bool
    is_own: bool


def handovers_of(caller: Caller, plan_id: UUID) -> tuple[HandoverShown, ...]:
    """Every offer of a plan, newest first."""
    return _shown(caller, Handover.objects.filter(plan_id=plan_id))


def offered_to(caller: Caller) -> tuple[HandoverShown, ...]:
    """The plans that were offered to the caller or a team of theirs and wait for an answer, oldest first."""
    mine = Handover.objects.filter(receiver_id__in=_subjects(caller), answer="")
    return tuple(reversed(_shown(caller, mine)))


def receivers_elsewhere(place_id: UUID, at: datetime) -> tuple[PlaceReceivers, ...]:
    """Everybody outside a place who could take a plan over at an instant, by place."""
    return tuple(
        PlaceReceivers(place.id, place.name, tuple((each.id, each.label) for each in who))
        for place, who in possible_receivers(at).items()
        if place.id != place_id
    )


def _shown(caller: Caller, rows: QuerySet[Handover]) -> tuple[HandoverShown, ...]:
    subjects = _subjects(caller)
    held = rows.select_related("person__canonical", "from_place", "to_place", "receiver", "offered_by")
    return tuple(
        HandoverShown(
            handover_id=each.id, plan_id=each.plan_id, receiver=each.receiver.label, moves_on=each.moves_on,
            name=name_of_whole(each.person), why=each.why,
            from_place=each.from_place.name, to_place=each.to_place.name, offered_by=each.offered_by.label,
            offered_at=each.offered_at, answer=each.answer, is_mine=each.receiver_id in subjects,
            is_own=each.offered_by_id == caller.id,
        )
        for each in held.order_by("-offered_at", "-id")[:AT_ONCE]
    )  # fmt: skip


def _subjects(caller: Caller) -> frozenset[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("select access.subjects()")
        return frozenset(cursor.fetchone()[0] or [caller.id])
