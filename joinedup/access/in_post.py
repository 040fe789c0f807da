"""Who is in post: holds one of some roles in a place at an instant. What somebody owned who is not is nobody's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from joinedup.access.models import RoleHolding

OWNING = ("practitioner", "case_manager", "commissioner", "accounting_officer")


def places_in_post(subject_ids: Iterable[UUID], at: datetime) -> dict[UUID, set[UUID]]:
    """In which places each subject holds a role that may own an appeal or a dispute; those in none are left out."""
    found: dict[UUID, set[UUID]] = {}
    rows = _live(at).filter(subject_id__in=set(subject_ids), role__in=OWNING)
    for subject_id, place_id in rows.values_list("subject_id", "place_id"):
        found.setdefault(subject_id, set()).add(place_id)
    return found


def in_post_in(place_id: UUID, at: datetime) -> dict[UUID, str]:
    """Who is in post in a place, in a role that may own an appeal or a dispute: key and name."""
    rows = _live(at).filter(place_id=place_id, role__in=OWNING, subject__kind="user")
    return dict(rows.order_by("subject__label").values_list("subject_id", "subject__label"))


def _live(at: datetime) -> QuerySet[RoleHolding]:
    return RoleHolding.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)
