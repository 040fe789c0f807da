"""Who may sit in a meeting of the panel, in which office, and how many of each side the board asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from joinedup.access.callers import Caller
from joinedup.access.models import RoleHolding
from joinedup.access.roles import BY_CODE
from joinedup.commissioning.models import EVERYTHING, Member, Quorum

SITTING = ("commissioner", "practitioner", "case_manager")


@dataclass(frozen=True, slots=True)
class QuorumShown:
    """How many members of each side a place's panel needs for a kind of care ('' for everything), set by whom."""

    place: str
    kind: str
    nhs_members: int
    council_members: int
    set_by: str
    set_at: datetime


def possible_seats(place_ids: Iterable[UUID], at: datetime) -> tuple[tuple[UUID, str], ...]:
    """Who could sit in a meeting: the key of each office held in the places now, with name, office and body."""
    held = RoleHolding.objects.select_related("subject__body").filter(
        Q(ends_at=None) | Q(ends_at__gt=at), place_id__in=list(place_ids), starts_at__lte=at, role__in=SITTING,
        subject__body__isnull=False,
    )  # fmt: skip
    found = {
        each.id: f"{each.subject.label}, {BY_CODE[each.role].title} ({each.subject.body.name})"
        for each in held if each.subject.body
    }  # fmt: skip
    return tuple(sorted(found.items(), key=lambda pair: pair[1]))


def office_of(member: Member) -> str:
    """In which office a member sits: as it is called, or as it was written before offices were rows."""
    return BY_CODE[member.holding.role].title if member.holding else member.office


def quorums_of(caller: Caller) -> tuple[QuorumShown, ...]:
    """What the boards of the caller's places ask for now, the last word for each place and kind."""
    caller.must("see_delegations")
    rows = Quorum.objects.select_related("place", "set_by").filter(
        place__in=[each.place_id for each in caller.holdings]
    )
    last = {(each.place_id, each.kind): each for each in rows.order_by("set_at")}
    shown = (
        QuorumShown(each.place.name, "" if each.kind == EVERYTHING else each.kind, each.nhs_members,
                    each.council_members, each.set_by.label, each.set_at)
        for each in last.values()
    )  # fmt: skip
    return tuple(sorted(shown, key=lambda each: (each.place, each.kind)))


def quorum_of(place_id: UUID, kind: str) -> tuple[int, int]:
    """How many members of the NHS and of the council a place's panel needs for a kind of care."""
    with connection.cursor() as cursor:
        cursor.execute("select * from access.quorum_of(%s, %s)", [place_id, kind])
        nhs, council = cursor.fetchone()
    return int(nhs), int(council)


def has_quorum(item_id: UUID) -> bool:
    """Whether the meeting that an item is on has as many members in post on its day as are asked for."""
    with connection.cursor() as cursor:
        cursor.execute("select access.panel_has_quorum(%s)", [item_id])
        return bool(cursor.fetchone()[0])
