"""Who is close to this person: family, friends, carers and those who may decide for them, each a person of their own?

One read. Somebody who is held here is named and reached through their own record, where the caller may see it. Of a
restricted person nobody is shown: who is close to them gives away where they are; nor is a telephone number of one
who is restricted themselves.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.errors import NotFound
from joinedup.person.models import Person, PersonRelationship
from joinedup.person.queries.joined_rows import JoinedRows
from joinedup.person.queries.person_row import full_name, person_row
from joinedup.person.relationship_kinds import KINDS, KINDS_BACK

CLOSE = JoinedRows(
    {"told": PersonRelationship, "person": Person, "other": Person},
    "from person_personrelationship told join person_person person on person.id = told.person_id "
    "left join person_person other on other.id = told.other_person_id "
    "where told.ends_on is null and (told.person_id = any(%(people)s) or told.other_person_id = any(%(people)s))",
)


@dataclass(frozen=True, slots=True)
class RelationshipShown:
    """Somebody close: name, what they are to the person, how to reach them, and their own record if it may be opened.

    `back` says that it was told on the other's record: this person is `words` to them. `deceased` warns before a call.
    """

    relationship_id: UUID
    name: str
    words: str
    phone: str
    is_carer: bool
    is_next_of_kin: bool
    in_emergency: bool
    note: str
    starts_on: date | None
    ends_on: date | None
    body_id: UUID
    record_id: UUID | None
    deceased: bool
    back: bool
    version: int


def relationships_of(person: Person, whole: Collection[UUID]) -> tuple[RelationshipShown, ...]:
    """Everybody who is close to a person now, those who care and those to call first; none of a restricted person.

    `whole` are the keys of all records that stand for the person.
    """
    if person.restricted:
        return ()
    shown = [_shown(row, teller, other, whole) for row, teller, other in CLOSE.read({"people": list(whole)})]
    return tuple(sorted(shown, key=lambda each: (each.back, not each.in_emergency, not each.is_carer, each.name)))


def _shown(
    row: PersonRelationship, person: Person, other_person: Person | None, whole: Collection[UUID]
) -> RelationshipShown:
    back = row.person_id not in whole
    # Row security leaves out of the join whom the caller may not see: then only what was told stands here.
    other = person if back else other_person
    hidden = other is not None and other.restricted
    told = full_name(other.prefix, other.given, other.family) if other is not None else row.name
    words = dict(KINDS_BACK if back else KINDS)[row.kind]
    return RelationshipShown(
        relationship_id=row.id, name=told, words=words, phone="" if hidden or back else row.phone,
        is_carer=row.is_carer, is_next_of_kin=row.is_next_of_kin and not back,
        in_emergency=row.in_emergency and not back, note="" if back else row.note, starts_on=row.starts_on,
        ends_on=row.ends_on, body_id=row.body_id, record_id=other.id if other is not None else None,
        deceased=other is not None and other.deceased, back=back, version=row.version,
    )  # fmt: skip


def relationship(caller: Caller, person_id: UUID, relationship_id: UUID) -> tuple[Person, PersonRelationship]:
    """A person and one who is close to them, to be changed; opening it is a line of the log.

    NotAllowed without write_contacts; NotFound alike for no such row and for one that the caller may not see.
    """
    caller.must("write_contacts")
    person = person_row(person_id)
    held = PersonRelationship.objects.filter(id=relationship_id, person_id=person.id, ends_on=None).first()
    if held is None or person.restricted:
        raise NotFound("relationship-not-found", "There is no such contact, or you may not see it.")
    note("contacts.opened", person_id=person.id, place_id=person.place_id)
    return person, held


def person_to_write_about(caller: Caller, person_id: UUID, permission: str) -> Person:
    """A person about whom the caller may write something, for the page of the form; a line of the log."""
    caller.must(permission)
    person = person_row(person_id)
    note("record.form_opened", person_id=person.id, place_id=person.place_id)
    return person
