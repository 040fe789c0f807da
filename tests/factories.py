"""Small makers of committed rows for tests: each call writes, as the role `owner`, something that no other test has.

They say what a test needs and no more. Whatever a test then does with the rows, it does under the serving roles.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from uuid import UUID, uuid4

from joinedup.base.names import folded
from joinedup.base.nhs_number import check_digit

TORBAY, BRADFORD = "E06000027", "E08000032"
LONG_AGO = timedelta(days=400)
_places = count(900_000)
_numbers = count(int(uuid4().int % 900_000))


@dataclass(frozen=True, slots=True)
class MadeUser:
    """An active user: key, sign-in name, and a live token."""

    id: UUID
    username: str
    token: str


@dataclass(frozen=True, slots=True)
class MadePerson:
    """A person with one row in every personal table of the record."""

    id: UUID
    place_id: UUID
    family: str
    nhs_number: str


def run(statement: str, values: list[object] | dict[str, object] | None = None, *, role: str = "owner") -> list[tuple]:
    """Run one statement under a role and commit; returns its rows."""
    from django.db import connections

    with connections[role].cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def acting_as(username: str):
    """A transaction on `default` in which that user is the caller (joinedup.access.sessions.acting_as)."""
    from joinedup.access.sessions import acting_as

    return acting_as(username)


def insert(table: str, **columns: object) -> UUID:
    """Write one row; without an `id` it gets one. Returns the id, which tables keyed otherwise do not hold."""
    if "id" not in columns and table not in {"person_sourcecontent", "person_aboutme"}:
        columns = {"id": uuid4(), **columns}
    names = ", ".join(columns)
    run(f"insert into {table} ({names}) values ({', '.join(['%s'] * len(columns))})", list(columns.values()))
    return columns.get("id")


def place(code: str = "") -> UUID:
    """A place of its own, or the one of that code."""
    if code:
        return run("select id from places_place where code = %s", [code])[0][0]
    return insert("places_place", code=f"E99{next(_places):06}", name="Invented place", is_demo=True)


def body(code: str = "") -> UUID:
    """An invented body."""
    return insert(
        "places_body", code=code or f"T{uuid4().hex[:10].upper()}", other_codes=[], kind="council",
        name="Invented body", starts_on=date(2000, 1, 1), chosen_by="elected", is_demo=True, verified=False,
        source="invented for a test",
    )  # fmt: skip


def subject(kind: str = "team") -> UUID:
    """A team, office or service."""
    return insert("access_subject", kind=kind, code=f"{kind}:{uuid4().hex}", label="Invented", is_demo=True)


def role(subject_id: UUID, code: str, place_id: UUID) -> UUID:
    """A role held since long ago."""
    return run(
        "insert into access_roleholding (id, subject_id, role, place_id, starts_at) "
        "values (gen_random_uuid(), %s, %s, %s, now() - %s) returning id",
        [subject_id, code, place_id, LONG_AGO],
    )[0][0]


def user(role_code: str = "", place_id: UUID | None = None, *, active: bool = True) -> MadeUser:
    """A user, with a role in a place if one is named, and a live token."""
    username = f"u{uuid4().hex[:16]}"
    user_id = insert("access_subject", kind="user", code=f"user:{username}", label="Invented user", is_demo=True)
    insert(
        "access_user", id=user_id, username=username, email=f"{username}@example.test", password="!",
        is_active=True, is_demo=False,
    )  # fmt: skip
    if role_code:
        role(user_id, role_code, place_id or place(TORBAY))
    made = MadeUser(user_id, username, token(user_id))
    if not active:
        run("update access_user set is_active = false where id = %s", [user_id])
    return made


def token(user_id: UUID, life: str = "8 hours", idle: str = "30 minutes") -> str:
    """A live token of a user, from the role `gate`."""
    return run("select access.open_session(%s, %s::interval, %s::interval)", [user_id, life, idle], role="gate")[0][0]


def membership(team_id: UUID, member_id: UUID) -> UUID:
    """A membership of a team since long ago."""
    return run(
        "insert into access_teammembership (id, team_id, member_id, starts_at) "
        "values (gen_random_uuid(), %s, %s, now() - %s) returning id",
        [team_id, member_id, LONG_AGO],
    )[0][0]


def grant(subject_id: UUID, person_id: UUID, purpose: str = "direct_care", *, ends_in: str | None = None) -> UUID:
    """A live grant; `ends_in` is an interval from now, negative for one that has ended."""
    return run(
        "insert into access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, ends_at, version) "
        "values (gen_random_uuid(), %s, %s, %s, %s, now() - %s, now() + %s::interval, 1) returning id",
        [subject_id, person_id, purpose, f"test:{uuid4().hex[:12]}", LONG_AGO, ends_in],
    )[0][0]


def nhs_number() -> str:
    """The next valid number of the test range (999…)."""
    while True:
        nine = f"999{next(_numbers):06}"
        last = check_digit(nine)
        if last is not None:
            return f"{nine}{last}"


def person(place_id: UUID | None = None, *, family: str = "", born: date = date(1938, 5, 1)) -> MadePerson:
    """A person with a name, an identifier, a source, a timeline entry, an About me and a work item."""
    made = MadePerson(uuid4(), place_id or place(TORBAY), family or f"Planted{uuid4().hex[:10]}", nhs_number())
    key, sender = made.id, body()
    insert(
        "person_person", id=key, place_id=made.place_id, nhs_number=made.nhs_number, family=made.family, given="Ada",
        prefix="", family_folded=folded(made.family), birth_date=born, gender="female", deceased=False,
        address="1 Invented Road", postcode="TQ1 1AA", phone="", gp_practice_code="", restricted=False,
        updated_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    insert(
        "person_personname", person_id=key, family=made.family, given="Ada", family_folded=folded(made.family),
        given_folded="ada", use="",
    )  # fmt: skip
    insert("person_personidentifier", person_id=key, system="nhs-number", value=made.nhs_number, verified=True)
    insert(
        "person_sourceidentity", body_id=sender, subject=key.hex, person_id=key, rule="test", linked_by_id=uuid4(),
        linked_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    record = insert(
        "person_sourcerecord", body_id=sender, place_id=made.place_id, kind="Patient", local_id=key.hex,
        subject=key.hex, digest=hashlib.sha256(key.bytes).hexdigest(), load_id=uuid4(), file="a.json", row=1,
        received_at="2026-01-01T00:00:00Z", told_at="2026-01-01T00:00:00Z", arrival=1, person_id=key,
        state="attached", says_who=True,
    )  # fmt: skip
    insert("person_sourcecontent", record_id=record, person_id=key, raw=b"{}", person_facts=json.dumps({}))
    timeline_entry(key, sender)
    insert(
        "person_aboutme", person_id=key, most_important="My dog", how_to_support="", version=1, written_by_id=uuid4(),
        written_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    insert(
        "person_workitem", kind="nhs_number_other_birth_date", place_id=made.place_id, person_id=key,
        made_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    return made


def timeline_entry(person_id: UUID, body_id: UUID | None = None, title: str = "A visit") -> UUID:
    """One line of a person's record."""
    return insert(
        "person_timelineentry", person_id=person_id, body_id=body_id or body(), source_key=uuid4().hex, kind="contact",
        title=title, detail="[]", starts_on=date(2026, 1, 1), open_ended=False, sensitivity="ordinary",
        told_at="2026-01-01T00:00:00Z", arrival=1, recorded_at="2026-01-01T00:00:00Z",
    )  # fmt: skip


def log_row(*, actor_id: UUID | None = None, person_id: UUID | None = None, place_id: UUID | None = None,
            act: str = "record.opened") -> int:  # fmt: skip
    """One line of the log of who saw and who did."""
    return run(
        "insert into access_logentry (actor_id, act, outcome, person_id, place_id) values (%s, %s, 'done', %s, %s) "
        "returning id",
        [actor_id, act, person_id, place_id],
    )[0][0]


def enter(connection, token: str):
    """Enter a token on a psycopg connection; returns the subject or None."""
    return connection.execute("select access.enter(%s)", [token]).fetchone()[0]


def seen(connection) -> set:
    """Keys of every person that a psycopg connection is shown."""
    return {row[0] for row in connection.execute("select id from person_person")}
