"""Calls for tests of the front door: co-ordinators who work for a body, places with teams, and a call that is whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from uuid import UUID, uuid4

from tests import factories as make

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
_calls = count(1)
BEGAN = NOW - timedelta(minutes=5)


def key() -> str:
    """A fresh request key."""
    return f"test-{uuid4().hex}"


def worker(role: str, place_id: UUID, team: UUID | None = None, label: str = "") -> make.MadeUser:
    """Somebody who works in a role, for a body of their own, perhaps in a team."""
    made = make.user(role, place_id)
    make.run("update access_subject set body_id = %s where id = %s", [make.body(), made.id])
    if label:
        make.run("update access_subject set label = %s where id = %s", [label, made.id])
    if team is not None:
        make.membership(team, made.id)
    return made


def team(place_id: UUID, label: str = "Invented team") -> UUID:
    """A team that works for the people of a place."""
    made = make.subject("team")
    make.run("update access_subject set label = %s where id = %s", [label, made])
    make.run(
        "insert into access_teamintake (id, team_id, body_id, place_id, starts_at) "
        "values (gen_random_uuid(), %s, %s, %s, now() - %s)",
        [made, make.body(), place_id, make.LONG_AGO],
    )
    return made


def call(place_id: UUID, owner_id: UUID, **changes: object):
    """A daughter calls about her mother; `changes` are fields of the call."""
    from joinedup.door.actions import Call, ToldOfPerson

    told = ToldOfPerson(
        family=uuid4().hex[:10], given="Edith May", birth_date=date(1930, 1, 1) + timedelta(days=next(_calls)),
        postcode=f"TQ{next(_calls)} 3DR", phone="01803 000000",
    )  # fmt: skip
    whole = Call(
        place_id=place_id, caller_name="Ann Callow", caller_relationship="Daughter", caller_phone="01803 111111",
        what_is_wrong="Fell in the kitchen last night.", what_they_want="Somebody to look at her today.",
        first_contact_at=BEGAN, urgency="today", owner_id=owner_id, next_step="Ring back after lunch.", told=told,
    )  # fmt: skip
    return replace(whole, **changes)


def taken(user: make.MadeUser, whole, request_key: str = "") -> UUID:
    """The request of a call that this user takes."""
    from joinedup.door.actions import take_call

    with make.acting_as(user.username) as by:
        return take_call(by=by, at=NOW, request_key=request_key or key(), call=whole)


def person_of(request_id: UUID) -> UUID:
    """Whom a request is about."""
    return make.run("select person_id from door_request where id = %s", [request_id])[0][0]


def owner_of(request_id: UUID) -> UUID:
    """Who owns a request."""
    return make.run("select owner_id from door_request where id = %s", [request_id])[0][0]


def front_door() -> SimpleNamespace:
    """A place of its own: a zone team (co-ordinator, nurse), another team with a member, and a privacy officer."""
    place = make.place()
    zone, other = team(place, "Zone team"), team(place, "Reablement team")
    return SimpleNamespace(
        place=place, zone=zone, other=other, coordinator=worker("coordinator", place, zone, "Jo Call"),
        nurse=worker("practitioner", place, zone, "Sam Nurse"), helper=worker("practitioner", place, other, "Lee Able"),
        officer=worker("privacy_officer", place), stranger=worker("coordinator", make.place(), None),
    )  # fmt: skip


def request_seen(user: make.MadeUser, request_id: UUID):
    """The request as this user is shown it."""
    from joinedup.door.queries import request_of

    with make.acting_as(user.username) as by:
        return request_of(by, request_id, NOW)
