"""Taking in what a body sent: each sender's identifier finds its person, each event its place on the timeline.

Runs as the database role `loader` after rows have been stored (joinedup/exchange/), in batches that commit one by one;
run again after a kill it goes on where it stopped, because a stored row waits until it is attached. The rules that
decide are pure (joinedup/person/rules.py). Waiting rows of the body are taken whichever load stored them, each for the
place that its own load named.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from joinedup.access.callers import acting_as_service
from joinedup.base.identifiers import new_id
from joinedup.person import projected_events, projection
from joinedup.person.rules import (
    OTHER_BIRTH_DATE,
    Claim,
    KnownPerson,
    LinkDecision,
    Telling,
    claim_of,
    decide_link,
    identity_key,
)

PEOPLE_AT_ONCE = 2_000
EVENTS_AT_ONCE = 20_000
NUMBER_ALONE = "number_as_identifier"
ADOPTING = 7_304_411  # one adopter at a time, so that two loads cannot make the same person twice


@dataclass(slots=True)
class Adopted:
    """How many people were made, and rows attached."""

    people_made: int = 0
    rows_attached: int = 0


@dataclass(slots=True)
class _Batch:
    """People-bearing rows of one batch, by the sender's identifier."""

    body_id: UUID
    by: UUID
    at: datetime
    records: dict[UUID, str] = field(default_factory=dict)  # row -> identity_key
    numbers: dict[str, str] = field(default_factory=dict)  # NHS number that serves as identifier -> first key under it
    eventful: list[UUID] = field(default_factory=list)
    told: dict[str, list[Telling]] = field(default_factory=dict)
    persons: dict[str, UUID] = field(default_factory=dict)
    decisions: dict[str, LinkDecision] = field(default_factory=dict)
    made: set[UUID] = field(default_factory=set)

    def told_of_made(self) -> dict[UUID, list[Telling]]:
        """All that was told of the people whom this batch makes."""
        told: dict[UUID, list[Telling]] = {}
        for subject, tellings in self.told.items():
            if self.persons[subject] in self.made:
                told.setdefault(self.persons[subject], []).extend(tellings)
        return told


def adopt_sources(
    *, by: UUID, at: datetime, request_key: str, body_id: UUID,
    within: Callable[[int], None] = lambda people_made: None, progress: Callable[[int], None] = lambda done: None,
) -> Adopted:  # fmt: skip
    """Attach every waiting row of a body to its person, and project whom it touches; returns counts.

    `within` is told, inside each batch's transaction, how many people the batch made, so that a caller's count is
    committed with them; `progress` how many rows are attached so far. Nothing is done twice under any `request_key`: a
    row is attached once.
    """
    del request_key
    adopted = Adopted()

    def take(adopt: Callable[[Any], tuple[int, int]]) -> None:
        with acting_as_service(), connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [ADOPTING])
            attached, made = adopt(cursor)
            if made:
                within(made)
        adopted.rows_attached += attached
        adopted.people_made += made
        progress(adopted.rows_attached)

    for records in _chunks(_waiting_people(body_id), PEOPLE_AT_ONCE):
        take(lambda cursor, records=records: _adopt_people(cursor, by, at, body_id, records))  # type: ignore[misc]
    for subjects in _waiting_about(body_id):
        take(lambda cursor, subjects=subjects: _adopt_events(cursor, at, body_id, subjects))  # type: ignore[misc]
    return adopted


def _chunks(items: Sequence[UUID], size: int) -> Iterator[Sequence[UUID]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _waiting_people(body_id: UUID) -> list[UUID]:
    """Waiting rows that say who somebody is, in the order in which they arrived."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from person_sourcerecord where body_id = %s and state = 'waiting' and says_who order by arrival",
            [body_id],
        )
        return [record_id for (record_id,) in cursor.fetchall()]


def _waiting_about(body_id: UUID) -> Iterator[Mapping[str, UUID]]:
    """Subjects known to be a person about whom other rows wait, in groups of about EVENTS_AT_ONCE rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select subject, count(*) from person_sourcerecord "
            "where body_id = %s and state = 'waiting' and not says_who group by subject",
            [body_id],
        )
        waiting = dict(cursor.fetchall())
        known = _identities(cursor, body_id, waiting)
    group: dict[str, UUID] = {}
    rows = 0
    for subject, person_id in known.items():
        group[subject] = person_id
        rows += waiting[subject]
        if rows >= EVENTS_AT_ONCE:
            yield group
            group, rows = {}, 0
    if group:
        yield group


def _identities(cursor: Any, body_id: UUID, subjects: Iterable[str]) -> dict[str, UUID]:
    cursor.execute(
        "select subject, person_id from person_sourceidentity where body_id = %s and subject = any (%s)",
        [body_id, list(subjects)],
    )
    return dict(cursor.fetchall())


def _adopt_people(cursor: Any, by: UUID, at: datetime, body_id: UUID, records: Sequence[UUID]) -> tuple[int, int]:
    """One batch of rows that say who somebody is: how many rows, how many people made."""
    batch = _read_batch(cursor, by, at, body_id, records)
    if not batch.records:
        return 0, 0
    batch.persons.update(_identities(cursor, body_id, batch.told))
    _decide(cursor, batch)
    _write_identities(cursor, batch)
    owners = [batch.persons[subject] for subject in batch.records.values()]
    cursor.execute(
        "update person_sourcerecord r set person_id = v.person, state = 'attached' "
        "from unnest(%s::uuid[], %s::uuid[]) v (id, person) where r.id = v.id",
        [list(batch.records), owners],
    )
    _own_content(cursor, batch.records, owners)
    projection.project_people(cursor, batch.persons.values(), at, batch.told_of_made())
    _ask_about_disputes(cursor, batch)
    people = set(batch.persons.values())
    projected_events.write_events(cursor, body_id=body_id, record_ids=batch.eventful, person_ids=people, at=at)
    _grant_to_teams(cursor, batch)
    return len(batch.records), len(batch.made)


def _read_batch(cursor: Any, by: UUID, at: datetime, body_id: UUID, records: Sequence[UUID]) -> _Batch:
    cursor.execute(
        "select r.id, r.subject, r.told_at, r.arrival, r.place_id, c.person_facts::text, c.event_facts is not null "
        "or exists (select from person_timelineentry t where t.body_id = r.body_id "
        "and (t.source_key = k.key or (t.source_key like '%%#%%' and split_part(t.source_key, '#', 1) = k.key))) "
        "from person_sourcerecord r join person_sourcecontent c on c.record_id = r.id, lateral (select "
        "r.kind || '/' || case when r.local_id <> '' then r.local_id else r.digest end as key) k "
        "where r.id = any (%s) and r.state = 'waiting' order by r.arrival",
        [list(records)],
    )
    batch = _Batch(body_id, by, at)
    for record_id, subject, told_at, arrival, place_id, facts, touches_a_line in cursor.fetchall():
        telling = Telling(body_id, told_at, arrival, json.loads(facts), place_id)
        key = identity_key(subject, telling.facts)
        if key != subject:
            batch.numbers.setdefault(subject, key)
        batch.records[record_id] = key
        if touches_a_line:
            batch.eventful.append(record_id)
        batch.told.setdefault(key, []).append(telling)
    return batch


def _adopt_events(cursor: Any, at: datetime, body_id: UUID, persons: Mapping[str, UUID]) -> tuple[int, int]:
    """The rows that wait for these people and only say what happened."""
    cursor.execute(
        "update person_sourcerecord r set person_id = v.person, state = 'attached' "
        "from unnest(%s::text[], %s::uuid[]) v (subject, person) where r.body_id = %s and r.state = 'waiting' "
        "and not r.says_who and r.subject = v.subject returning r.id, r.person_id",
        [list(persons), list(persons.values()), body_id],
    )
    attached = dict(cursor.fetchall())
    _own_content(cursor, attached, list(attached.values()))
    projected_events.write_events(
        cursor, body_id=body_id, record_ids=attached.keys(), person_ids=set(attached.values()), at=at
    )
    return len(attached), 0


def _own_content(cursor: Any, record_ids: Iterable[UUID], person_ids: Sequence[UUID]) -> None:
    cursor.execute(
        "update person_sourcecontent c set person_id = v.person "
        "from unnest(%s::uuid[], %s::uuid[]) v (id, person) where c.record_id = v.id",
        [list(record_ids), list(person_ids)],
    )


def _decide(cursor: Any, batch: _Batch) -> None:
    """Decide each new identifier in order of arrival, seeing the people that earlier ones of the batch made."""
    claims = {subject: claim_of(told) for subject, told in batch.told.items() if subject not in batch.persons}
    numbers = {number for claim in claims.values() for number in (claim.nhs_number, claim.superseded) if number}
    known = _known_people(cursor, numbers)
    for subject, claim in claims.items():
        decision = decide_link(claim, known.get(claim.nhs_number, ()), known.get(claim.superseded, ()))
        person_id = decision.person_id or new_id()
        if decision.person_id is None:
            batch.made.add(person_id)
        batch.persons[subject] = person_id
        batch.decisions[subject] = decision
        _remember(known, claim, person_id)


def _remember(known: dict[str, list[KnownPerson]], claim: Claim, person_id: UUID) -> None:
    """Let later claims of the batch see this one."""
    for number, verified in ((claim.nhs_number, claim.verified), (claim.superseded, False)):
        if not number:
            continue
        people = known.setdefault(number, [])
        place = next((place for place, each in enumerate(people) if each.person_id == person_id), None)
        if place is None:
            people.append(KnownPerson(person_id, claim.birth_date, verified))
        elif verified and not people[place].verified:
            people[place] = KnownPerson(person_id, people[place].birth_date, True)


def _known_people(cursor: Any, numbers: Iterable[str]) -> dict[str, list[KnownPerson]]:
    """People held under each number, the one who holds it as theirs first, then the eldest record."""
    cursor.execute(
        "select value, person_id, verified from person_personidentifier "
        "where system = 'nhs-number' and value = any (%s)",
        [list(numbers)],
    )
    identifiers = cursor.fetchall()
    cursor.execute(
        "select id, birth_date, nhs_number from person_person where id = any (%s) and canonical_id is null",
        [[person_id for _, person_id, _ in identifiers]],
    )
    people = {person_id: (birth_date, held) for person_id, birth_date, held in cursor.fetchall()}
    known: dict[str, list[KnownPerson]] = {}
    for number, person_id, verified in sorted(
        (row for row in identifiers if row[1] in people), key=lambda row: (people[row[1]][1] != row[0], row[1])
    ):
        known.setdefault(number, []).append(KnownPerson(person_id, people[person_id][0], verified))
    return known


def _write_identities(cursor: Any, batch: _Batch) -> None:
    """Remember who each new identifier is; rows that name only an NHS number mean who was first sent under it."""
    new = list(batch.decisions)
    if new or batch.numbers:
        cursor.execute(
            "insert into person_sourceidentity (id, body_id, subject, person_id, rule, linked_by_id, linked_at) "
            "select uuidv7(), %s, s.subject, s.person, s.rule, %s, %s "
            "from unnest(%s::text[], %s::uuid[], %s::text[]) s (subject, person, rule) "
            "on conflict (body_id, subject) do nothing",
            [
                batch.body_id, batch.by, batch.at, [*new, *batch.numbers],
                [batch.persons[key] for key in (*new, *batch.numbers.values())],
                [*(batch.decisions[key].rule for key in new), *(NUMBER_ALONE for _ in batch.numbers)],
            ],
        )  # fmt: skip


def _ask_about_disputes(cursor: Any, batch: _Batch) -> None:
    disputes = [
        (OTHER_BIRTH_DATE, batch.persons[subject], decision.dispute_with)
        for subject, decision in batch.decisions.items()
        if decision.dispute_with is not None
    ] + [
        (OTHER_BIRTH_DATE, other, batch.persons[subject])
        for subject, decision in batch.decisions.items()
        for other in decision.disputed_by
    ]
    if disputes:
        projection.ask_who(cursor, [list(column) for column in zip(*disputes, strict=True)], batch.at)


def _grant_to_teams(cursor: Any, batch: _Batch) -> None:
    """Each team that works for this body's people in a place may see those who were sent for it, for direct care."""
    sent: Sequence[tuple[UUID, UUID]] = list({
        (batch.persons[subject], telling.place_id)
        for subject, tellings in batch.told.items() for telling in tellings if telling.place_id is not None
    })  # fmt: skip
    cursor.execute(
        "insert into access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, version) "
        "select uuidv7(), n.team_id, n.person, 'direct_care', n.source, now(), 1 from ("
        "select distinct t.team_id, p.id as person, 'intake:' || b.code as source "
        "from unnest(%s::uuid[], %s::uuid[]) p (id, place) join access_teamintake t on t.place_id = p.place "
        "join places_body b on b.id = t.body_id "
        "where t.body_id = %s and now() >= t.starts_at and (t.ends_at is null or now() < t.ends_at)) n "
        "where not exists (select from access_accessgrant g where g.subject_id = n.team_id and g.person_id = n.person "
        "and g.purpose = 'direct_care' and g.source = n.source and (g.ends_at is null or g.ends_at > now()))",
        [[person for person, _ in sent], [place for _, place in sent], batch.body_id],
    )
