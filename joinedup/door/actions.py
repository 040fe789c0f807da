"""The only writes of the front door: taking a call, the next step, referring, transferring, answering, closing.

A call commits person, contact, owner and next step together or not at all. Referring shares a request and the sight of
the person; transferring hands it over once the receiver accepts. The clock is never touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from joinedup.access.actions import end_grants_of_source, give_grant, once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.models import Subject
from joinedup.base.errors import Conflict, NotFound, NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.base.names import folded
from joinedup.base.parameter_files import shipped
from joinedup.door.models import Contact, Referral, Request
from joinedup.door.rules import MOVES, due_at
from joinedup.person.actions import append_timeline, end_timeline


@dataclass(frozen=True, slots=True)
class ToldOfPerson:
    """What a caller said of somebody who is not held here yet: names, birth date or None, postcode, phone, NHS number."""

    family: str
    given: str
    birth_date: date | None = None
    postcode: str = ""
    phone: str = ""
    gender: str = "unknown"
    nhs_number: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """What was said on a call, and what was decided while the caller listened.

    `person_id` is somebody held here; otherwise `told` makes a new person. `next_step_due` None means: by urgency.
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


def take_call(*, by: Caller, at: datetime, request_key: str, call: Call) -> UUID:
    """Take a call: the person met or made, the contact, the request with its owner and next step. Returns the request.

    Everything commits together. Raises NotAllowed without the permission, PersonMustAct when neither a person nor what
    was told of one is given; the database refuses a restricted person.
    """
    by.must("take_calls")

    def act() -> str:
        contact_id = new_id()
        person_id = _met_or_made(call, contact_id)
        contact = Contact.objects.create(
            id=contact_id, place_id=call.place_id, person_id=person_id, caller_name=call.caller_name,
            caller_relationship=call.caller_relationship, caller_phone=call.caller_phone,
            what_is_wrong=call.what_is_wrong, what_they_want=call.what_they_want,
            first_contact_at=call.first_contact_at, taken_by_id=by.id,
        )  # fmt: skip
        request = Request.objects.create(
            contact=contact, person_id=person_id, place_id=call.place_id, urgency=call.urgency, owner_id=call.owner_id,
            next_step=call.next_step, clock_started_at=call.first_contact_at,
            next_step_due=call.next_step_due or due_at(call.urgency, call.first_contact_at, shipped()),
        )  # fmt: skip
        _let_owner_see(by, at, request_key, call.owner_id, person_id, request.id)
        append_timeline(
            by=by, at=at, person_id=person_id, kind="request", title=f"Call: {call.next_step}", open_ended=True,
            source_key=f"door.request/{request.id}",
            detail=(("Called by", call.caller_relationship), ("What is wrong", call.what_is_wrong[:200])),
        )  # fmt: skip
        note("call.taken", person_id=person_id, thing_id=request.id, place_id=call.place_id)
        return str(request.id)

    return UUID(_once(by, at, request_key, "take_call", {"call": call}, act))


def set_next_step(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, request_id: UUID, next_step: str,
    next_step_due: datetime, owner_id: UUID,
) -> int:  # fmt: skip
    """Change what happens next, when, and who owns it. Returns the new version; Conflict keeps both texts."""
    by.must("take_calls")

    def act() -> int:
        request = _open_request(request_id)
        yours = {"next_step": next_step}
        changed = Request.objects.filter(id=request_id, version=expected_version, state="open").update(
            next_step=next_step, next_step_due=next_step_due, owner_id=owner_id, version=expected_version + 1
        )
        if not changed:
            raise Conflict("request-changed", "This request has changed since you opened it.",
                           theirs={"next_step": request.next_step}, yours=yours)  # fmt: skip
        _let_owner_see(by, at, request_key, owner_id, request.person_id, request.id)
        note("request.changed", person_id=request.person_id, thing_id=request_id, place_id=request.place_id)
        return expected_version + 1

    arguments = {"request": request_id, "version": expected_version, "step": next_step, "owner": owner_id}
    return int(_once(by, at, request_key, "set_next_step", arguments, act))


def refer(*, by: Caller, at: datetime, request_key: str, request_id: UUID, kind: str, receiver_id: UUID,
          reason: str) -> UUID:  # fmt: skip
    """Share a request (kind 'refer') or offer to hand it over ('transfer'); the receiver sees the person from now."""
    by.must("take_calls")

    def act() -> str:
        request = _open_request(request_id)
        if receiver_id == request.owner_id:
            raise NotNow("receiver-is-owner", "This request is theirs already.", "", "Choose somebody else.")
        referral = Referral.objects.create(
            request=request, person_id=request.person_id, kind=kind, giver_id=by.id, receiver_id=receiver_id,
            reason=reason, made_at=at,
        )  # fmt: skip
        give_grant(
            by=by, at=at, request_key=f"{request_key}.grant", receiver=receiver_id, person_id=request.person_id,
            purpose="direct_care", source=f"referral:{referral.id}", ends_at=None,
        )  # fmt: skip
        note(f"request.{kind}red" if kind == "refer" else "request.offered", person_id=request.person_id,
             thing_id=referral.id, place_id=request.place_id)  # fmt: skip
        return str(referral.id)

    arguments = {"request": request_id, "kind": kind, "receiver": receiver_id, "reason": reason}
    return UUID(_once(by, at, request_key, "refer", arguments, act))


def answer_referral(*, by: Caller, at: datetime, request_key: str, referral_id: UUID, answer: str) -> str:
    """Accept or decline. An accepted transfer changes the owner, never the clock; a declined one ends the sight given."""

    def act() -> str:
        referral = Referral.objects.select_related("request").filter(id=referral_id).first()
        if referral is None:
            raise NotFound("referral-not-found", "There is no such referral, or you may not see it.")
        answered = Referral.objects.filter(id=referral_id, answer=None).update(
            answer=answer, answered_at=at, answered_by_id=by.id
        )
        if not answered:
            raise NotNow("referral-answered", "This referral was answered already.", "", "Open the request.")
        if answer == "accepted" and referral.kind == "transfer":
            Request.objects.filter(id=referral.request_id, state="open").update(
                owner_id=referral.receiver_id, version=referral.request.version + 1
            )
        note(f"referral.{answer}", person_id=referral.person_id, thing_id=referral_id)
        if answer == "declined":
            end_grants_of_source(by=by, at=at, request_key=request_key, receiver=referral.receiver_id, source=f"referral:{referral.id}")
        return answer

    arguments = {"referral": referral_id, "answer": answer}
    return str(_once(by, at, request_key, "answer_referral", arguments, act))


def close_request(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, request_id: UUID, state: str
) -> str:
    """Mark a request done or closed, or open again what was closed; refused where no such move exists."""
    by.must("take_calls")

    def act() -> str:
        request = Request.objects.filter(id=request_id).first()
        if request is None:
            raise NotFound("request-not-found", "There is no such request, or you may not see it.")
        if state not in MOVES[request.state]:
            raise NotNow("request-move", f"A request that is {request.state} cannot become {state}.", "", "Open it again first.")
        changed = Request.objects.filter(id=request_id, version=expected_version).update(
            state=state, version=expected_version + 1
        )
        if not changed:
            raise Conflict("request-changed", "This request has changed since you opened it.")
        if state != "open":
            end_timeline(by=by, at=at, person_id=request.person_id, source_key=f"door.request/{request_id}",
                         ends_on=at.date())  # fmt: skip
        note(f"request.{state}", person_id=request.person_id, thing_id=request_id, place_id=request.place_id)
        return state

    arguments = {"request": request_id, "version": expected_version, "state": state}
    return str(_once(by, at, request_key, "close_request", arguments, act))


def _once(by: Caller, at: datetime, key: str, action: str, arguments: dict[str, object], act: Callable[[], Any]) -> Any:
    with transaction.atomic():
        return once(by=by.id, at=at, request_key=key, action=action, arguments=arguments, act=act)


def _open_request(request_id: UUID) -> Request:
    request = Request.objects.filter(id=request_id).first()
    if request is None:
        raise NotFound("request-not-found", "There is no such request, or you may not see it.")
    if request.state != "open":
        raise NotNow("request-not-open", "This request is not open.", f"It is {request.state}.", "Open it again first.")
    return request


def _met_or_made(call: Call, contact_id: UUID) -> UUID:
    """The person this call is about, whom the front door may see from now on."""
    with connection.cursor() as cursor:
        if call.person_id is not None:
            cursor.execute("select access.grant_for_call(%s, %s)", [call.person_id, contact_id])
            return call.person_id
        if call.told is None:
            raise PersonMustAct("nobody-named", "The call is about nobody yet.", "", "Choose a person or say who it is.")
        told, person_id = call.told, new_id()
        facts: dict[str, object] = {
            "names": [{"family": told.family, "given": told.given.split(), "use": "usual"}],
            "birth_date": told.birth_date.isoformat() if told.birth_date else None,
            "gender": told.gender, "nhs_number": told.nhs_number,
            "addresses": [{"lines": [], "postcode": told.postcode, "use": "home"}] if told.postcode else [],
            "telecoms": [{"system": "phone", "value": told.phone, "use": ""}] if told.phone else [],
        }  # fmt: skip
        held = {name: value for name, value in facts.items() if value}
        given_key = " ".join(folded(word) for word in told.given.split())
        cursor.execute(
            "select access.person_from_call(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [person_id, contact_id, call.place_id, Jsonb(held), told.family, told.given, folded(told.family), given_key,
             told.birth_date, told.postcode, told.phone, told.gender, told.nhs_number],
        )  # fmt: skip
        return person_id


def _let_owner_see(by: Caller, at: datetime, key: str, owner_id: UUID, person_id: UUID, request_id: UUID) -> None:
    """The owner of a request may see the person it is about."""
    if owner_id == by.id or not Subject.objects.filter(id=owner_id).exists():
        return
    source = f"request:{request_id}"
    with connection.cursor() as cursor:
        cursor.execute("select access.has_grant(%s, %s)", [owner_id, person_id])
        if cursor.fetchone()[0]:
            return
    give_grant(
        by=by, at=at, request_key=f"{key}.owner", receiver=owner_id, person_id=person_id, purpose="direct_care",
        source=source, ends_at=None,
    )  # fmt: skip
