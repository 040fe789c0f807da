"""Who speaks for which party of a dispute: staff in post in its place who work for that body and run the panel."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from joinedup.access.models import Subject
from joinedup.commissioning.models import Dispute


def body_of(subject_id: UUID) -> UUID | None:
    """The body that somebody works for."""
    found: UUID | None = Subject.objects.values_list("body_id", flat=True).get(id=subject_id)
    return found


def other_party(dispute: Dispute, party_id: UUID) -> UUID:
    """The party of a dispute that is not this one."""
    return dispute.other_body_id if party_id == dispute.one_body_id else dispute.one_body_id


def speakers_of(body_id: UUID, place_id: UUID) -> tuple[UUID, ...]:
    """Who in post in a place speaks for a body."""
    with connection.cursor() as cursor:
        cursor.execute("select access.speakers_of(%s, %s)", [body_id, place_id])
        return tuple(cursor.fetchone()[0])


def is_spoken_for(body_id: UUID, place_id: UUID) -> bool:
    """Whether anybody in post in a place speaks for a body."""
    with connection.cursor() as cursor:
        cursor.execute("select access.speaks_for(null, %s, %s)", [body_id, place_id])
        return bool(cursor.fetchone()[0])
