"""Taking in what a body sent: each sender's identifier finds its person, each event its place on the timeline.

Runs as the database role `loader` after rows have been stored (joinedup/exchange/), in batches that commit one by one;
run again after a kill it goes on where it stopped, because a stored row waits until it is attached. The rules that
decide are pure (joinedup/person/rules.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from joinedup.base.identifiers import new_id
from joinedup.person.actions import projection
from joinedup.person.rules import Claim, KnownPerson, LinkDecision, Telling, decide_link, surviving_facts

PEOPLE_AT_ONCE = 2_000
EVENTS_AT_ONCE = 20_000
ADOPTING = 7_304_411  # one adopter at a time, so that two loads cannot make the same person twice


@dataclass(slots=True)
class Adopted:
    """How many people were made, found again, and rows attached."""

    people_made: int = 0
    people_met: int = 0
    rows_attached: int = 0


@dataclass(slots=True)
class _Batch:
    """People-bearing rows of one batch, by the sender's identifier."""

    body_id: UUID
    place_id: UUID
    by: UUID
    at: datetime
    facts: dict[str, Mapping[str, object]] = field(default_factory=dict)
    persons: dict[str, UUID] = field(default_factory=dict)
    decisions: dict[str, LinkDecision] = field(default_factory=dict)
    made: dict[UUID, str] = field(default_factory=dict)


def adopt_sources(
    *, by: UUID, at: datetime, request_key: str, body_id: UUID, place_id: UUID,
    progress: Callable[[int], None] = lambda done: None,
) -> Adopted:  # fmt: skip
    """Attach every waiting row of a body to its person; returns counts. `request_key` names the load in links' history."""
    adopted = Adopted()
    for adopt in (_adopt_people, _adopt_events):
        while True:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("select pg_advisory_xact_lock(%s)", [ADOPTING])
                attached = adopt(cursor, adopted, by, at, body_id, place_id)
            if not attached:
                break
            adopted.rows_attached += attached
            progress(adopted.rows_attached)
    return adopted


def _adopt_people(cursor: Any, adopted: Adopted, by: UUID, at: datetime, body_id: UUID, place_id: UUID) -> int:
    """One batch of rows that say who somebody is."""
    cursor.execute(
        "select r.id, r.subject, c.person_facts from person_sourcerecord r join person_sourcecontent c "
        "on c.record_id = r.id where r.body_id = %s and r.state = 'waiting' and r.says_who and r.subject <> '' "
        "order by r.arrival limit %s",
        [body_id, PEOPLE_AT_ONCE],
    )
    rows = cursor.fetchall()
    if not rows:
        return 0
    batch = _Batch(body_id, place_id, by, at)
    for _, subject, facts in rows:
        batch.facts[subject] = _json(facts)
    _find_identities(cursor, batch)
    _decide(cursor, batch)
    _write_new_people(cursor, batch)
    _write_identities(cursor, batch)
    cursor.execute(
        "with attached as (update person_sourcerecord r set person_id = i.person_id, state = 'attached' "
        "from person_sourceidentity i where i.body_id = r.body_id and i.subject = r.subject and r.id = any (%s) "
        "returning r.id, r.person_id) "
        "update person_sourcecontent c set person_id = a.person_id from attached a where c.record_id = a.id",
        [[row[0] for row in rows]],
    )
    project_people(cursor, set(batch.persons.values()), at)
    projection.write_events(cursor, [row[0] for row in rows], at)
    _grant_to_teams(cursor, batch)
    adopted.people_made += len(batch.made)
    adopted.people_met += len(set(batch.persons.values())) - len(batch.made)
    return len(rows)


def _adopt_events(cursor: Any, adopted: Adopted, by: UUID, at: datetime, body_id: UUID, place_id: UUID) -> int:
    """One batch of rows about people already known to this sender; rows of unknown people go on waiting."""
    cursor.execute(
        "with chosen as (select r.id, i.person_id from person_sourcerecord r join person_sourceidentity i "
        "on i.body_id = r.body_id and i.subject = r.subject where r.body_id = %s and r.state = 'waiting' "
        "and not r.says_who limit %s), "
        "attached as (update person_sourcerecord r set person_id = c.person_id, state = 'attached' from chosen c "
        "where r.id = c.id returning r.id, r.person_id), "
        "held as (update person_sourcecontent c set person_id = a.person_id from attached a where c.record_id = a.id) "
        "select id from attached",
        [body_id, EVENTS_AT_ONCE],
    )
    ids = [row[0] for row in cursor.fetchall()]
    if ids:
        projection.write_events(cursor, ids, at)
    return len(ids)


def _find_identities(cursor: Any, batch: _Batch) -> None:
    cursor.execute(
        "select subject, person_id from person_sourceidentity where body_id = %s and subject = any (%s)",
        [batch.body_id, list(batch.facts)],
    )
    batch.persons.update(cursor.fetchall())


def _decide(cursor: Any, batch: _Batch) -> None:
    """Decide each new identifier in order of arrival, seeing the people that earlier ones of the batch made."""
    new = {subject: claim_of(facts) for subject, facts in batch.facts.items() if subject not in batch.persons}
    known = _known_people(cursor, {claim.nhs_number for claim in new.values()} - {""})
    for subject, claim in new.items():
        decision = decide_link(claim, known.get(claim.nhs_number, ()))
        person_id = decision.person_id
        if person_id is None:
            person_id = new_id()
            batch.made[person_id] = subject
        batch.persons[subject] = person_id
        batch.decisions[subject] = decision
        if claim.nhs_number:
            others = [each for each in known.get(claim.nhs_number, ()) if each.person_id != person_id]
            verified = decision.holds_number or any(
                each.verified for each in known.get(claim.nhs_number, ()) if each.person_id == person_id
            )
            known[claim.nhs_number] = [*others, KnownPerson(person_id, claim.birth_date, verified)]


def claim_of(facts: Mapping[str, object]) -> Claim:
    """The claim that a sender's stored facts make for the linking rule."""
    born = facts.get("birth_date")
    return Claim(
        nhs_number=str(facts.get("nhs_number") or ""),
        verified=bool(facts.get("nhs_number_verified")),
        birth_date=date.fromisoformat(str(born)) if born else None,
    )


def _known_people(cursor: Any, numbers: Iterable[str]) -> dict[str, list[KnownPerson]]:
    cursor.execute(
        "select i.value, p.id, p.birth_date, p.nhs_number = i.value from person_personidentifier i "
        "join person_person p on p.id = i.person_id "
        "where i.system = 'nhs-number' and i.value = any (%s) and p.canonical_id is null order by p.id",
        [list(numbers)],
    )
    known: dict[str, list[KnownPerson]] = {}
    for number, person_id, birth_date, verified in cursor.fetchall():
        known.setdefault(number, []).append(KnownPerson(person_id, birth_date, verified))
    return known


def _write_new_people(cursor: Any, batch: _Batch) -> None:
    """New people as bare rows, holding their verified number where the decision says so; projection fills the rest."""
    numbers = {
        batch.persons[subject]: str(batch.facts[subject].get("nhs_number") or "")
        for subject, decision in batch.decisions.items()
        if decision.holds_number
    }
    if batch.made:
        cursor.execute(
            "insert into person_person (id, place_id, nhs_number, family, given, prefix, family_folded, gender, deceased, "
            "address, postcode, phone, gp_practice_code, restricted, updated_at) "
            "select u.id, %s, '', '', '', '', '', 'unknown', false, '', '', '', '', false, %s from unnest(%s::uuid[]) u (id)",
            [batch.place_id, batch.at, list(batch.made)],
        )
    if numbers:
        cursor.execute(
            "update person_person p set nhs_number = n.number from unnest(%s::uuid[], %s::text[]) n (id, number) "
            "where p.id = n.id and p.nhs_number = ''",
            [list(numbers), list(numbers.values())],
        )
    disputes = [
        (batch.persons[subject], decision.dispute_with)
        for subject, decision in batch.decisions.items()
        if decision.dispute_with is not None
    ]
    for person_id, other in disputes:
        cursor.execute(
            "insert into person_workitem (id, kind, place_id, person_id, other_person_id, made_at) "
            "values (uuidv7(), 'nhs_number_other_birth_date', %s, %s, %s, %s) on conflict do nothing",
            [batch.place_id, person_id, other, batch.at],
        )


def _write_identities(cursor: Any, batch: _Batch) -> None:
    new = list(batch.decisions)
    if new:
        cursor.execute(
            "insert into person_sourceidentity (id, body_id, subject, person_id, rule, linked_by_id, linked_at) "
            "select uuidv7(), %s, s.subject, s.person, s.rule, %s, %s "
            "from unnest(%s::text[], %s::uuid[], %s::text[]) s (subject, person, rule)",
            [
                batch.body_id, batch.by, batch.at, new, [batch.persons[subject] for subject in new],
                [batch.decisions[subject].rule for subject in new],
            ],
        )  # fmt: skip


def project_people(cursor: Any, person_ids: Iterable[UUID], at: datetime) -> None:
    """Derive these people again from everything that was told of them."""
    people = list(person_ids)
    cursor.execute(
        "select r.person_id, r.body_id, max(r.told_at), max(r.arrival), c.person_facts::text, max(r.place_id::text) "
        "from person_sourcerecord r join person_sourcecontent c on c.record_id = r.id "
        "where r.person_id = any (%s) and r.says_who and r.state = 'attached' group by 1, 2, 5",
        [people],
    )
    tellings: dict[UUID, list[Telling]] = {}
    for person_id, body_id, told_at, arrival, facts, _ in cursor.fetchall():
        tellings.setdefault(person_id, []).append(Telling(body_id, told_at, arrival, json.loads(facts)))
    projection.write_people(
        cursor, {person: (surviving_facts(told), told) for person, told in tellings.items()}, at
    )


def _grant_to_teams(cursor: Any, batch: _Batch) -> None:
    """Each team that works for this body's people may see those who were sent, for direct care."""
    people: Sequence[UUID] = list(set(batch.persons.values()))
    cursor.execute(
        "insert into access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, version) "
        "select uuidv7(), t.team_id, p.id, 'direct_care', 'intake:' || b.code, now(), 1 "
        "from unnest(%s::uuid[]) p (id) cross join access_teamintake t join places_body b on b.id = t.body_id "
        "where t.body_id = %s and t.place_id = %s and now() >= t.starts_at and (t.ends_at is null or now() < t.ends_at) "
        "and not exists (select from access_accessgrant g where g.subject_id = t.team_id and g.person_id = p.id "
        "and g.purpose = 'direct_care' and g.source = 'intake:' || b.code and (g.ends_at is null or g.ends_at > now()))",
        [people, batch.body_id, batch.place_id],
    )


def _json(value: Any) -> Mapping[str, object]:
    loaded: Mapping[str, object] = json.loads(value) if isinstance(value, str) else value
    return loaded
