"""Who may commit how much in a place now, and who could be given a delegation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from joinedup.access.callers import Caller
from joinedup.access.models import Subject
from joinedup.commissioning.models import EVERYTHING, Delegation
from joinedup.commissioning.sight import accounting_officers


@dataclass(frozen=True, slots=True)
class DelegationShown:
    """One delegation; `kind` is '' for everything, `ends_at` None while it has no end."""

    delegation_id: UUID
    place_id: UUID
    place: str
    holder: str
    kind: str
    weekly_limit_pence: int
    starts_at: datetime
    ends_at: datetime | None
    given_by: str
    version: int


@dataclass(frozen=True, slots=True)
class Delegations:
    """Delegations of the caller's places that hold now, and in each place (key, name) its officers (key, label)."""

    live: tuple[DelegationShown, ...]
    offices: tuple[tuple[UUID, str, tuple[tuple[UUID, str], ...]], ...]


def delegations(caller: Caller) -> Delegations:
    """The delegations of the places in which the caller holds a role."""
    caller.must("see_delegations")
    places = dict.fromkeys((each.place_id, each.place_name) for each in caller.holdings)
    with connection.cursor() as cursor:
        cursor.execute("select access.delegations_now(%s)", [[place_id for place_id, _ in places]])
        live = cursor.fetchone()[0]
    rows = Delegation.objects.select_related("holder", "place", "given_by").filter(id__in=live)
    return Delegations(
        tuple(_shown(each) for each in rows.order_by("place__name", "-weekly_limit_pence", "id")),
        tuple((place_id, name, _officers(place_id)) for place_id, name in places),
    )


def limit_of(subject_id: UUID, place_id: UUID, service_code: str) -> int:
    """The most a week in pence that somebody may commit in a place now for a kind of care; 0 for nothing."""
    with connection.cursor() as cursor:
        cursor.execute("select access.delegated_limit(%s, %s, %s)", [subject_id, place_id, service_code])
        return int(cursor.fetchone()[0])


def _officers(place_id: UUID) -> tuple[tuple[UUID, str], ...]:
    held = Subject.objects.filter(id__in=accounting_officers(place_id)).order_by("label")
    return tuple(held.values_list("id", "label"))


def _shown(row: Delegation) -> DelegationShown:
    return DelegationShown(
        row.id, row.place_id, row.place.name, row.holder.label, "" if row.kind == EVERYTHING else row.kind,
        row.weekly_limit_pence, row.starts_at, row.ends_at, row.given_by.label, row.version,
    )  # fmt: skip
