"""Who may own a request, and to whom may one be referred or transferred? Teams, duty desks, people in roles of care."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from joinedup.access.models import DutyDesk, RoleHolding, Subject, TeamIntake
from joinedup.places.models import Place

CARE_ROLES = ("coordinator", "practitioner", "case_manager")


def possible_owners(place_id: UUID, at: datetime) -> list[Subject]:
    """Who may own a request of a place: the teams that work for its people, then its people in roles of care."""
    rows = _at_work(at, Q(place_id=place_id))
    return sorted(rows, key=lambda each: (each.kind != "team", each.label))


def possible_receivers(at: datetime) -> Mapping[Place, list[Subject]]:
    """Everybody to whom work with a person may be handed, by the place they work in; places by name."""
    found: dict[Place, dict[UUID, Subject]] = {}
    for intake in _intakes(at).select_related("team", "place"):
        found.setdefault(intake.place, {})[intake.team.id] = intake.team
    for desk in _desks(at).select_related("team", "place"):
        found.setdefault(desk.place, {})[desk.team.id] = desk.team
    for held in _holdings(at).select_related("subject", "place"):
        found.setdefault(held.place, {})[held.subject.id] = held.subject
    return {
        place: sorted(people.values(), key=lambda each: (each.kind != "team", each.label))
        for place, people in sorted(found.items(), key=lambda row: (row[0].name, row[0].code))
    }


def may_receive(subject_id: UUID, at: datetime) -> bool:
    """Whether this team or person may be asked to help with a request."""
    here = (_intakes(at).filter(team_id=subject_id), _desks(at).filter(team_id=subject_id),
            _holdings(at).filter(subject_id=subject_id))  # fmt: skip
    return any(each.exists() for each in here)


def place_of_work(subject_id: UUID, here: UUID, at: datetime) -> UUID:
    """Where a team or somebody works with people: `here` if they do so there, else the first such place by code."""
    teams = _intakes(at).filter(team_id=subject_id).values_list("place__code", "place_id")
    desks = _desks(at).filter(team_id=subject_id).values_list("place__code", "place_id")
    people = _holdings(at).filter(subject_id=subject_id).values_list("place__code", "place_id")
    places = dict(sorted([*teams, *desks, *people]))
    return here if here in places.values() or not places else next(iter(places.values()))


def _at_work(at: datetime, where: Q) -> QuerySet[Subject]:
    teams = [*_intakes(at).filter(where).values_list("team_id", flat=True),
             *_desks(at).filter(where).values_list("team_id", flat=True)]  # fmt: skip
    people = _holdings(at).filter(where).values("subject_id")
    return Subject.objects.filter(Q(id__in=teams) | Q(id__in=people))


def _live(at: datetime) -> Q:
    return Q(starts_at__lte=at) & (Q(ends_at__isnull=True) | Q(ends_at__gt=at))


def _intakes(at: datetime) -> QuerySet[TeamIntake]:
    return TeamIntake.objects.filter(_live(at))


def _desks(at: datetime) -> QuerySet[DutyDesk]:
    return DutyDesk.objects.filter(starts_at__lte=at)


def _holdings(at: datetime) -> QuerySet[RoleHolding]:
    return RoleHolding.objects.filter(_live(at), role__in=CARE_ROLES, subject__kind="user")
