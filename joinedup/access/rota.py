"""Who is on duty now and next, at each desk of the caller's places, and who may be put on?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.access.models import DutyDesk, DutyShift, RoleHolding

CARE_ROLES = ("coordinator", "practitioner", "case_manager")
SHIFTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Turn:
    """One shift: whose, from when to when, whether it runs now, whether it is the caller's own."""

    shift_id: UUID
    who: str
    starts_at: datetime
    ends_at: datetime
    is_now: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """A duty desk: its turns that are not over, first come first, and whether somebody answers at this moment."""

    desk_id: UUID
    label: str
    place: str
    place_id: UUID
    turns: tuple[Turn, ...]

    @property
    def is_staffed(self) -> bool:
        """Whether somebody is on duty now."""
        return any(turn.is_now for turn in self.turns)


def desks_of(caller: Caller, at: datetime) -> tuple[Desk, ...]:
    """The duty desks of the places in which the caller works, with their turns."""
    caller.must("work_requests")
    places = {held.place_id for held in caller.holdings}
    rows = DutyDesk.objects.filter(place_id__in=places, starts_at__lte=at).select_related("team", "place")
    desks = sorted(rows, key=lambda each: (each.place.name, each.team.label))
    return tuple(
        Desk(each.team_id, each.team.label, each.place.name, each.place_id, _turns(each, caller, at)) for each in desks
    )


def people_for(place_id: UUID, at: datetime) -> list[tuple[str, str]]:
    """Key and name of those who may go on duty in a place: at work there in a role of care."""
    held = RoleHolding.objects.filter(
        place_id=place_id, role__in=CARE_ROLES, subject__kind="user", starts_at__lte=at
    ).exclude(ends_at__lte=at)
    found = {str(each.subject_id): each.subject.label for each in held.select_related("subject")}
    return sorted(found.items(), key=lambda each: each[1])


def _turns(desk: DutyDesk, caller: Caller, at: datetime) -> tuple[Turn, ...]:
    rows = DutyShift.objects.filter(desk=desk, ends_at__gt=at, ended_at=None).select_related("member")
    return tuple(
        Turn(
            each.id, each.member.label, each.starts_at, each.ends_at, each.starts_at <= at, each.member_id == caller.id
        )
        for each in rows.order_by("starts_at", "id")[:SHIFTS_SHOWN]
    )
