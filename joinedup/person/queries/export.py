"""Everything that a record holds, for a document that leaves it: who the person is, who told, and line after line.

Sensitive lines are given only where they are asked for, which the log says. Of a restricted person neither address,
telephone, practice nor anybody close is given. Reading the first part is a line of the log; the lines are read one
after the other, so that a long record needs no more memory than a short one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, QuerySet

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.queries import sight_of
from joinedup.person.models import Person, PersonName, TimelineEntry
from joinedup.person.queries.person_row import full_name, person_row, whole_of
from joinedup.person.queries.relationships import RelationshipShown, relationships_of
from joinedup.person.queries.timeline import CONTACT_PERSON_KIND, EntryShown, entry_shown
from joinedup.places.models import Body

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Exported:
    """The record but for its lines. `names` are family, given, prefix and use, the one that holds first.

    `index` is the key and kind of each line in the order of `exported_lines`; `sensitive_left_out` counts those that
    were not asked for. `bodies` are code and name by key.
    """

    person_id: UUID
    name: str
    place_id: UUID
    nhs_number: str
    verified: bool
    names: tuple[tuple[str, str, str, str], ...]
    birth_date: date | None
    gender: str
    deceased: bool
    death_date: date | None
    address: str
    postcode: str
    phone: str
    gp_practice_code: str
    restricted: bool
    relationships: tuple[RelationshipShown, ...]
    index: tuple[tuple[UUID, str], ...]
    sensitive_left_out: int
    bodies: Mapping[UUID, tuple[str, str]]


def person_to_export(caller: Caller, person_id: UUID) -> tuple[UUID, str, int]:
    """Key and name of a person whose record may be exported, and how many sensitive lines it holds, for its page.

    NotAllowed without the permissions open_record and export_record; NotFound alike for no such record and for one that
    the caller may not see.
    """
    person = _may_export(caller, person_id)
    sensitive = TimelineEntry.objects.filter(person_id__in=whole_of(person.id), sensitivity="sensitive").count()
    return person.id, full_name(person.prefix, person.given, person.family), sensitive


def note_export(caller: Caller, person_id: UUID, *, sensitive: bool) -> UUID:
    """Write the line of the log that a record is exported, before its first byte is sent. Returns the person's key."""
    person = _may_export(caller, person_id)
    purpose = next((each.purpose for each in sight_of(person.id)), "")
    reason = f"{purpose}.with_sensitive" if sensitive else purpose
    note("record.exported", person_id=person.id, place_id=person.place_id, reason=reason)
    return person.id


def exported(caller: Caller, person_id: UUID, *, sensitive: bool) -> Exported:
    """The record but for its lines; `note_export` has written that it is read."""
    person = _may_export(caller, person_id)
    lines = _lines(person, sensitive)
    keys = set(lines.order_by().values_list("body_id", flat=True).distinct())
    relationships = tuple(each for each in relationships_of(person, whole_of(person.id)) if not each.back)
    keys |= {each.body_id for each in relationships}
    left_out = (
        0
        if sensitive
        else TimelineEntry.objects.filter(person_id__in=whole_of(person.id), sensitivity="sensitive").count()
    )
    shown = not person.restricted
    return Exported(
        person_id=person.id, name=full_name(person.prefix, person.given, person.family), place_id=person.place_id,
        nhs_number=person.nhs_number, verified=bool(person.nhs_number), names=_names(person),
        birth_date=person.birth_date, gender=person.gender, deceased=person.deceased, death_date=person.death_date,
        address=person.address if shown else "", postcode=person.postcode if shown else "",
        phone=person.phone if shown else "", gp_practice_code=person.gp_practice_code if shown else "",
        restricted=person.restricted, relationships=relationships, index=tuple(lines.values_list("id", "kind")),
        sensitive_left_out=left_out,
        bodies={key: (code, name) for key, code, name in Body.objects.filter(id__in=keys).order_by("name", "id")
                .values_list("id", "code", "name")},
    )  # fmt: skip


def exported_lines(caller: Caller, person_id: UUID, *, sensitive: bool) -> Iterator[EntryShown]:
    """The lines in the order of the index, a few hundred at a time."""
    for row in _lines(_may_export(caller, person_id), sensitive).iterator(chunk_size=AT_ONCE):
        yield entry_shown(row)


def _may_export(caller: Caller, person_id: UUID) -> Person:
    caller.must("open_record")
    caller.must("export_record")
    return person_row(person_id)


def _lines(person: Person, sensitive: bool) -> QuerySet[TimelineEntry]:
    lines = TimelineEntry.objects.filter(person_id__in=whole_of(person.id))
    if not sensitive:
        lines = lines.exclude(sensitivity="sensitive")
    if person.restricted:
        lines = lines.exclude(kind=CONTACT_PERSON_KIND)
    return lines.order_by(F("starts_on").desc(nulls_last=True), "-id")


def _names(person: Person) -> tuple[tuple[str, str, str, str], ...]:
    """The name that holds, as the one in use, then every other name told."""
    held = (person.family, person.given, person.prefix, "usual")
    others = PersonName.objects.filter(person_id=person.id).order_by("family_folded", "given_folded")
    told = [(each.family, each.given, "", "old" if each.use in ("", "usual", "official") else each.use)
            for each in others if (each.family, each.given) != held[:2]]  # fmt: skip
    return (held, *told) if person.family or person.given else tuple(told)
