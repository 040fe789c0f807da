"""Taking a call: the person met or made, the contact, the request with its owner and next step, together or not at all.

Somebody held here whom the caller of this program could not see is seen from now on, because of this call; the database
allows that to the front door alone, and never for restricted people.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.errors import NotAllowed, NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.base.names import folded
from joinedup.base.parameter_files import shipped
from joinedup.door.acting import give_sight, once_whole
from joinedup.door.models import Contact, Request
from joinedup.door.queries.owners import possible_owners
from joinedup.door.rules import due_at
from joinedup.person.actions import append_timeline, compare_arrival


@dataclass(frozen=True, slots=True)
class ToldOfPerson:
    """What was said of somebody who is not held here yet: names, birth date or None, postcode, phone, NHS number."""

    family: str
    given: str
    birth_date: date | None = None
    postcode: str = ""
    phone: str = ""
    nhs_number: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """What was said on a call, and what was decided while the caller listened.

    `person_id` is somebody held here; otherwise `told` makes a new person. `next_step_due` None means: by urgency.
    `first_estimate` is what the family was told of the weekly charge, in words, or ''.
    """

    place_id: UUID
    caller_name: str
    caller_relationship: str
    caller_phone: str
    what_is_wrong: str
    what_they_want: str
    first_contact_at: datetime
    urgency: str
    owner_id: UUID
    next_step: str
    next_step_due: datetime | None = None
    person_id: UUID | None = None
    told: ToldOfPerson | None = None
    first_estimate: str = ""


def take_call(*, by: Caller, at: datetime, request_key: str, call: Call) -> UUID:
    """Take a call: the person met or made, the contact, the request with its owner and next step. Returns the request.

    Everything commits together. NotAllowed without the permission in the call's place, PersonMustAct for a call about
    nobody or an owner who works elsewhere, NotNow for a first contact that lies ahead; the database refuses a person
    about whom this caller may take no call.
    """
    by.must("take_calls")
    return UUID(once_whole(by, at, request_key, "take_call", {"call": call}, lambda: _take(by, at, request_key, call)))


def _take(by: Caller, at: datetime, request_key: str, call: Call) -> str:
    _check(by, at, call)
    contact_id = new_id()
    person_id = _met_or_made(call, contact_id, at)
    contact = Contact.objects.create(
        id=contact_id, place_id=call.place_id, person_id=person_id, caller_name=call.caller_name,
        caller_relationship=call.caller_relationship, caller_phone=call.caller_phone,
        what_is_wrong=call.what_is_wrong, what_they_want=call.what_they_want,
        first_contact_at=call.first_contact_at, taken_by_id=by.id,
    )  # fmt: skip
    request = Request.objects.create(
        contact=contact, person_id=person_id, place_id=call.place_id, urgency=call.urgency, owner_id=call.owner_id,
        next_step=call.next_step, clock_started_at=call.first_contact_at, changed_by_id=by.id, changed_at=at,
        next_step_due=call.next_step_due or due_at(call.urgency, call.first_contact_at, shipped()),
    )  # fmt: skip
    give_sight(
        by=by, at=at, request_key=f"{request_key}.owner", receiver=call.owner_id, person_id=person_id,
        source=f"request:{request.id}",
    )  # fmt: skip
    details = [("Called by", call.caller_relationship), ("What is wrong", call.what_is_wrong)]
    details += [("First estimate given", call.first_estimate)] if call.first_estimate else []
    append_timeline(
        by=by, at=at, person_id=person_id, kind="request", open_ended=True, source_key=f"door.request/{request.id}",
        title=f"Call: {call.what_they_want or call.what_is_wrong}", detail=details,
    )  # fmt: skip
    if call.person_id is None:
        compare_arrival(by=by, at=at, request_key=request_key, person_id=person_id)
    note("call.taken", person_id=person_id, thing_id=request.id, place_id=call.place_id)
    return str(request.id)


def _check(by: Caller, at: datetime, call: Call) -> None:
    if not any(held.place_id == call.place_id and held.role == "coordinator" for held in by.holdings):
        raise NotAllowed(
            "call-in-another-place", "You take no calls in this place.", "Your role there does not include it.",
            "Choose a place whose co-ordinator you are.",
        )  # fmt: skip
    if call.first_contact_at > at:
        raise NotNow(
            "first-contact-ahead", "The first contact lies ahead.", "The clock starts when somebody first calls.",
            "Open the call page again.",
        )  # fmt: skip
    if call.owner_id not in {owner.id for owner in possible_owners(call.place_id, at)}:
        raise PersonMustAct(
            "owner-not-here", "This owner cannot take requests here.",
            "An owner is a team of the place, or somebody who works in one of its care roles now.",
            "Choose another owner.",
        )  # fmt: skip
    if call.person_id is None and call.told is None:
        raise PersonMustAct("nobody-named", "The call is about nobody yet.", "", "Choose a person or say who it is.")


def _met_or_made(call: Call, contact_id: UUID, at: datetime) -> UUID:
    """The person this call is about, whom the front door may see from now on."""
    with connection.cursor() as cursor:
        if call.person_id is not None or call.told is None:
            cursor.execute("select access.grant_for_call(%s, %s)", [call.person_id, contact_id])
            assert call.person_id is not None  # _check has refused a call about nobody
            return call.person_id
        told, person_id = call.told, new_id()
        facts: dict[str, object] = {
            "names": [{"family": told.family, "given": told.given.split(), "use": "usual"}],
            "birth_date": told.birth_date.isoformat() if told.birth_date else None, "nhs_number": told.nhs_number,
            "addresses": [{"lines": [], "postcode": told.postcode, "use": "home"}] if told.postcode else [],
            "telecoms": [{"system": "phone", "value": told.phone, "use": ""}] if told.phone else [],
        }  # fmt: skip
        held = {name: value for name, value in facts.items() if value}
        given_key = " ".join(folded(word) for word in told.given.split())
        cursor.execute(
            "select access.person_from_call(%s, %s, %s, %s, %s::jsonb, %s, %s, %s, %s, %s, %s, %s, %s)",
            [person_id, contact_id, call.place_id, at, json.dumps(held), told.family, told.given, folded(told.family),
             given_key, told.birth_date, told.postcode, told.phone, told.nhs_number],
        )  # fmt: skip
        return person_id
