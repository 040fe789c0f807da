"""Writing who is close to a person: adding somebody, and ending it when it is so no longer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.models import Subject
from joinedup.access.refusals import constraint_of
from joinedup.base.errors import Conflict, NotFound, NotNow, PersonMustAct
from joinedup.person.models import Person, PersonRelationship

REFUSED = {
    "nobody_is_close_to_themselves": "The contact is the person themselves.",
    "relationship_open_once": "This person is a contact already.",
    "nobody_close_to_restricted": "Contacts of a restricted person are kept from everybody here.",
    "no_phone_of_restricted_contact": "No telephone number is kept of a contact who is restricted themselves.",
    "relationship_ends_after_start": "The contact would end before it began.",
}


@dataclass(frozen=True, slots=True)
class ContactPerson:
    """Somebody close, as told: `other_person_id` is their own record where they are held here."""

    kind: str
    name: str
    phone: str = ""
    is_carer: bool = False
    is_next_of_kin: bool = False
    in_emergency: bool = False
    note: str = ""
    starts_on: date | None = None
    other_person_id: UUID | None = None


def add_contact_person(*, by: Caller, at: datetime, request_key: str, person_id: UUID, contact: ContactPerson) -> UUID:
    """Write down somebody who is close to a person. Returns the key.

    NotFound when the caller may not see the person or the one who is named as held here; NotNow for what the database
    refuses, in its words.
    """
    by.must("write_contacts")
    wanted = {each for each in (person_id, contact.other_person_id) if each is not None}
    if Person.objects.filter(id__in=wanted).count() != len(wanted):
        raise NotFound("person-not-found", "There is no such record, or you may not see it.")
    body_id = Subject.objects.values_list("body_id", flat=True).get(id=by.id)
    if body_id is None:
        raise PersonMustAct(
            "no-body", "Your account belongs to no body.", "What stands on a record is always told by one.",
            "Ask whoever manages access to add the body you work for.",
        )  # fmt: skip

    def act() -> str:
        made = PersonRelationship(
            person_id=person_id, body_id=body_id, version=1, written_by_id=by.id, written_at=at, **asdict(contact)
        )
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError as error:
            raise _refused(error) from error
        note("contact.added", person_id=person_id, thing_id=made.id)
        return str(made.id)

    arguments = {"person": person_id, **asdict(contact)}
    return UUID(
        once(by=by.id, at=at, request_key=request_key, action="add_contact_person", arguments=arguments, act=act)
    )


def end_contact_person(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, relationship_id: UUID, ends_on: date, why: str
) -> int:  # fmt: skip
    """Say that somebody is close to the person no longer; the row stays in the history. Returns the version."""
    by.must("write_contacts")

    def act() -> int:
        open_rows = PersonRelationship.objects.filter(id=relationship_id, ends_on=None)
        held = open_rows.first()
        if held is None:
            raise NotFound("relationship-not-found", "There is no such contact, or you may not see it.")
        if held.version != expected_version:
            raise Conflict(
                "contact-changed", "This contact has changed since you opened it.",
                theirs={"note": held.note}, yours={"note": why},
            )  # fmt: skip
        try:
            with transaction.atomic():
                open_rows.filter(version=expected_version).update(
                    ends_on=ends_on, note=f"{held.note} {why}".strip()[:400], version=expected_version + 1,
                    written_by_id=by.id, written_at=at,
                )  # fmt: skip
        except IntegrityError as error:
            raise _refused(error) from error
        note("contact.ended", person_id=held.person_id, thing_id=held.id)
        return expected_version + 1

    arguments = {"relationship": relationship_id, "version": expected_version, "ends_on": ends_on, "why": why}
    return int(
        once(by=by.id, at=at, request_key=request_key, action="end_contact_person", arguments=arguments, act=act)
    )


def _refused(error: IntegrityError) -> NotNow:
    name = constraint_of(error)
    if name not in REFUSED:
        raise error
    return NotNow(name.replace("_", "-"), REFUSED[name], "", "Look at the record again, and change what you entered.")
