"""What is sealed of a record, for those who may know: marked seals closed to the caller, and a line to seal."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from joinedup.access.callers import Caller
from joinedup.access.models import SealedItem, TeamMembership
from joinedup.access.queries import labels_of
from joinedup.base.errors import NotFound
from joinedup.person.models import TimelineEntry
from joinedup.person.queries.person_row import person_row, whole_of
from joinedup.person.queries.timeline import EntryShown, entry_shown


@dataclass(frozen=True, slots=True)
class Marked:
    """Something is sealed here, since when; what it is, only whoever breaks the seal sees."""

    seal_id: UUID
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class LineToSeal:
    """A line with whose record it is on and, when it is sealed, why, since when, by whom and who may open it."""

    person_id: UUID
    entry: EntryShown
    why: str
    sealed_at: datetime | None
    sealed_by: str
    readers: tuple[str, ...]


def marked_seals(people: Collection[UUID]) -> tuple[Marked, ...]:
    """The marked seals that are closed to the caller, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("select seal, sealed_at from access.marked_seals(%s)", [list(people)])
        return tuple(Marked(*row) for row in cursor.fetchall())


def line_to_seal(caller: Caller, person_id: UUID, entry_id: UUID) -> LineToSeal:
    """One line of a record that the caller may see. NotFound for another's, or for one that is sealed from them."""
    caller.must("open_record")
    person = person_row(person_id)
    row = TimelineEntry.objects.filter(id=entry_id, person_id__in=whole_of(person.id)).first()
    if row is None:
        raise NotFound("line-not-found", "There is no such line, or you may not see it.")
    held = SealedItem.objects.filter(body_id=row.body_id, source_key=row.source_key, unsealed_at=None).first()
    if held is None:
        return LineToSeal(person.id, entry_shown(row), "", None, "", ())
    readers = [each.subject_id for each in held.readers.all()]
    labels = labels_of([held.sealed_by_id, *readers])
    return LineToSeal(
        person.id, entry_shown(row), held.words, held.sealed_at, labels.get(held.sealed_by_id, ""),
        tuple(sorted({labels[each] for each in readers if each in labels})),
    )  # fmt: skip


def possible_readers(caller: Caller, at: datetime) -> list[tuple[str, str]]:
    """Key and name of the caller's own teams and of those who work in them: whom a seal may let through besides."""
    live = Q(starts_at__lte=at) & (Q(ends_at__isnull=True) | Q(ends_at__gt=at))
    mine = TeamMembership.objects.filter(live, member_id=caller.id).values("team_id")
    rows = TeamMembership.objects.filter(live, team_id__in=mine).select_related("team", "member")
    teams = {(str(each.team_id), each.team.label) for each in rows}
    people = {(str(each.member_id), each.member.label) for each in rows if each.member_id != caller.id}
    by_name = (sorted(found, key=lambda each: each[1]) for found in (teams, people))
    return [each for found in by_name for each in found]
