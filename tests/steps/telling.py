"""What bodies told about people, committed as the loader would have left it: for tests of the pages of the record.

A person here has no fact of their own: each comes from a telling, and the projection of the program makes the rest.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from itertools import count
from uuid import UUID, uuid4

from tests import factories

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
_arrivals = count(1)


def body(name: str) -> UUID:
    """A body of this name."""
    key = factories.body()
    factories.run("update places_body set name = %s where id = %s", [name, key])
    return key


def somebody(place_id: UUID | None = None) -> UUID:
    """A person of whom nothing has been told yet."""
    return factories.insert(
        "person_person", place_id=place_id or factories.place(factories.TORBAY), nhs_number="", family="", given="",
        prefix="", family_folded="", gender="unknown", deceased=False, address="", postcode="", phone="",
        gp_practice_code="", restricted=False, updated_at=AT,
    )  # fmt: skip


def tell(person_id: UUID, body_id: UUID, told_at: datetime, **facts: object) -> None:
    """A body tells who somebody is; the facts as the loader stores them."""
    from django.db import connections

    from joinedup.person.projection import project_people

    content = json.dumps(facts, sort_keys=True)
    [(place_id,)] = factories.run("select place_id from person_person where id = %s", [person_id])
    record = factories.insert(
        "person_sourcerecord", body_id=body_id, place_id=place_id, kind="fhir:Patient", local_id=person_id.hex,
        subject=person_id.hex, digest=hashlib.sha256(f"{person_id}{content}{told_at}".encode()).hexdigest(),
        load_id=uuid4(), file="told.json", row=1, received_at=AT, told_at=told_at, arrival=next(_arrivals),
        person_id=person_id, state="attached", says_who=True,
    )  # fmt: skip
    factories.insert("person_sourcecontent", record_id=record, person_id=person_id, raw=b"{}", person_facts=content)
    with connections["owner"].cursor() as cursor:
        project_people(cursor, [person_id], AT)


def named(given: str, family: str, prefix: str = "") -> list[dict[str, object]]:
    """The `names` fact of one usual name."""
    return [{"use": "usual", "given": given.split(), "family": family, "prefix": prefix}]


def lives(line: str, postcode: str) -> list[dict[str, object]]:
    """The `addresses` fact of one home."""
    return [{"use": "home", "lines": [line], "postcode": postcode}]


def event(person_id: UUID, body_id: UUID, kind: str, title: str, on: date | None, **columns: object) -> UUID:
    """One line of the timeline."""
    given: dict[str, object] = {
        "source_key": uuid4().hex, "detail": "[]", "open_ended": False, "sensitivity": "ordinary", "told_at": AT,
        "arrival": next(_arrivals), "recorded_at": AT, "starts_on": on,
    }  # fmt: skip
    return factories.insert(
        "person_timelineentry", person_id=person_id, body_id=body_id, kind=kind, title=title, **(given | columns)
    )


def client(user: factories.MadeUser | None):
    """A browser in which this user is signed in."""
    from django.conf import settings
    from django.test import Client

    browser = Client(raise_request_exception=False)
    if user is not None:
        browser.cookies[settings.TOKEN_COOKIE] = user.token
    return browser


def seen_by(user: factories.MadeUser, *people: UUID) -> factories.MadeUser:
    """The user, who may now see these people."""
    for person_id in people:
        factories.grant(user.id, person_id)
    return user
