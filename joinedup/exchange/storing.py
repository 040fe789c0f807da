"""Storing a batch of units as they came: the row, its digest and content, its refusals, and how many were held before.

COPY goes into a temporary table, because PostgreSQL does not COPY into a table under row security; the rows then move
by INSERT, where a row held before is met again and not doubled. A row is the same row when its body, kind and bytes are
the same; so a sender who goes back to an earlier text must say when (FHIR meta.lastUpdated, a reporting period), else
the earlier telling is met again and the later one still holds.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from joinedup.exchange.facts import Address, EventFact, Identifier, Name, PersonFacts, Refusal, Telecom, Unit
from joinedup.exchange.refusal_codes import refuse

STORING = 7_304_412  # one batch of a body at a time, so that two loads of the same rows never wait for each other
KIND_LIMIT, LOCAL_ID_LIMIT, SUBJECT_LIMIT, FILE_LIMIT, FIELD_LIMIT = 60, 300, 200, 400, 120

INCOMING = """
    create temporary table if not exists incoming (position bigint, kind text, local_id text, subject text,
        digest text, file text, row_number bigint, known boolean, says_who boolean, told_at timestamptz, raw bytea,
        person_facts jsonb, event_facts jsonb) on commit delete rows
"""
COLUMNS = (
    "position, kind, local_id, subject, digest, file, row_number, known, says_who, told_at, raw, person_facts, "
    "event_facts"
)
STORE = """
    with first as (
        select distinct on (kind, digest) * from incoming order by kind, digest, position
    ), stored as (
        insert into person_sourcerecord (id, body_id, place_id, kind, local_id, subject, digest, load_id, file, row,
            received_at, told_at, arrival, state, says_who)
        select uuidv7(), %(body)s, %(place)s, kind, local_id, subject, digest, %(load)s, file, row_number, %(at)s,
            least(coalesce(told_at, %(at)s), %(at)s), nextval('access.arrival'),
            case when known then 'waiting' else 'unknown' end, says_who
        from (select * from first order by position) f
        on conflict (body_id, kind, digest) do nothing returning id, kind, digest
    ), placed as materialized (
        select s.id, f.position, f.raw, f.person_facts, f.event_facts from stored s join first f using (kind, digest)
    ), kept as (
        insert into person_sourcecontent (record_id, raw, person_facts, event_facts)
        select id, raw, person_facts, event_facts from placed
    )
    select position from placed
"""
STILL_WAITING = """
    select id, kind, digest from person_sourcerecord
    where body_id = %s and kind = any (%s) and digest = any (%s) and state = 'waiting' and not says_who
"""


def store_batch(
    cursor: Any, units: Sequence[Unit], *, load_id: UUID, body_id: UUID, place_id: UUID, at: datetime
) -> tuple[Counter[str], list[Unit]]:
    """Store these units and their refusals; for each file how many were held before (there or elsewhere), and the
    units that were not."""
    taken = [unit for unit in units if not is_refused(unit)]
    held: list[Unit] = []
    new: list[Unit] = []
    if taken:
        cursor.execute(INCOMING)
        cursor.execute("select pg_advisory_xact_lock(%s, hashtext(%s))", [STORING, str(body_id)])
        with cursor.copy(f"copy incoming ({COLUMNS}) from stdin") as copy:
            for position, unit in enumerate(taken):
                copy.write_row(_incoming(position, unit))
        cursor.execute(STORE, {"load": load_id, "body": body_id, "place": place_id, "at": at})
        stored = {position for (position,) in cursor.fetchall()}
        held = [unit for position, unit in enumerate(taken) if position not in stored]
        new = [unit for position, unit in enumerate(taken) if position in stored]
        _refuse_still_waiting(cursor, held, load_id, body_id)
    store_refusals(cursor, [refusal for unit in units for refusal in unit.refusals], load_id)
    _keep_refused_rows(cursor, [unit for unit in units if is_refused(unit)], load_id)
    return Counter(unit.file for unit in held), new


def _refuse_still_waiting(cursor: Any, held: Sequence[Unit], load_id: UUID, body_id: UUID) -> None:
    """A row met again that still waits for its person is refused again; the first copy is when its load ends."""
    events = [unit for unit in held if unit.known and unit.person is None]
    if not events:
        return
    kinds = {fitted(unit.kind, KIND_LIMIT) for unit in events}
    cursor.execute(STILL_WAITING, [body_id, list(kinds), [unit.digest for unit in events]])
    waiting = {(kind, digest): record_id for record_id, kind, digest in cursor.fetchall()}
    again = [(unit, waiting.get((fitted(unit.kind, KIND_LIMIT), unit.digest))) for unit in events]
    store_refusals(
        cursor,
        [refuse("subject-unknown", unit.file, unit.row, "") for unit, record_id in again if record_id],
        load_id,
        [record_id for _, record_id in again if record_id],
    )


def is_refused(unit: Unit) -> bool:
    """Was the unit refused whole?"""
    return any(refusal.whole for refusal in unit.refusals)


def _incoming(position: int, unit: Unit) -> tuple[object, ...]:
    return (
        position, fitted(unit.kind, KIND_LIMIT), fitted(unit.local_id, LOCAL_ID_LIMIT),
        fitted(unit.subject or own_subject(unit), SUBJECT_LIMIT), unit.digest, unit.file, unit.row,
        unit.known and unit.provider is None,
        unit.person is not None, unit.told_at, unit.raw, facts_json(unit.person), facts_json(unit.event),
    )  # fmt: skip


def own_subject(unit: Unit) -> str:
    """The subject of a person-bearing row that came without the sender's identifier: itself."""
    return f"row:{unit.digest[:32]}" if unit.person is not None else ""


def fitted(text: str, limit: int) -> str:
    """A text as the database can hold it: without null bytes and lone surrogates, and not over the limit.

    A longer one ends in a digest of the whole, so that two long identifiers never become one.

    >>> fitted("RA9-17", 40), len(fitted("9" * 500, 200)), fitted("9" * 500, 200) == fitted("9" * 501, 200)
    ('RA9-17', 200, False)
    """
    text = _storable(text)
    if len(text) <= limit:
        return text
    mark = hashlib.sha256(text.encode()).hexdigest()[:32]
    return f"{text[: limit - len(mark) - 1]}~{mark}"


def store_refusals(cursor: Any, refusals: Sequence[Refusal], load_id: UUID, record_ids: Sequence[UUID] = ()) -> None:
    """Add these refusals to the load's report, each with the key of the row kept, where one was."""
    if not refusals:
        return
    columns = [
        [each.code for each in refusals], [each.file for each in refusals], [each.row for each in refusals],
        [fitted(each.field, FIELD_LIMIT) for each in refusals], [_storable(each.why) for each in refusals],
        [_storable(each.mend) for each in refusals], [each.whole for each in refusals],
        [*record_ids, *[None] * (len(refusals) - len(record_ids))],
    ]  # fmt: skip
    cursor.execute(
        "insert into exchange_refusal (id, load_id, code, file, row, field, why, mend, whole, record_id) "
        "select uuidv7(), %s, r.* from unnest(%s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], "
        "%s::text[], %s::boolean[], %s::uuid[]) r",
        [load_id, *columns],
    )


def _keep_refused_rows(cursor: Any, refused: Sequence[Unit], load_id: UUID) -> None:
    """Keep the bytes of refused units; those of one row of a file (a bundle on one line) stand below each other."""
    rows: dict[tuple[str, int], list[Unit]] = {}
    for unit in refused:
        rows.setdefault((unit.file, unit.row), []).append(unit)
    if rows:
        cursor.execute(
            "insert into exchange_refusedrow (id, load_id, file, row, digest, raw) select uuidv7(), %s, r.* "
            "from unnest(%s::text[], %s::bigint[], %s::text[], %s::bytea[]) r on conflict do nothing",
            [
                load_id, [file for file, _ in rows], [row for _, row in rows],
                [units[0].digest for units in rows.values()],
                [b"\n".join(unit.raw for unit in units) for units in rows.values()],
            ],
        )  # fmt: skip


def facts_json(facts: object) -> str | None:
    """Stored form of facts: JSON with ISO dates, empty values left out.

    >>> from joinedup.exchange.facts import Name, PersonFacts
    >>> facts_json(PersonFacts(names=(Name("Smith"),), birth_date=date(1941, 3, 2), gender="female"))[:60]
    '{"names": [{"family": "Smith", "given": [], "prefix": "", "u'
    """
    if facts is None:
        return None
    held = {name: value for name, value in _fields_of(facts).items() if not _is_empty(value)}
    text = _ENCODER.encode(held)
    if _UNSTORABLE_JSON.search(text):
        text = _ENCODER.encode(_scrubbed(json.loads(text)))
    return text


def _is_empty(value: object) -> bool:
    return value is None or value is False or value == "" or value == ()


_FIELD_NAMES: dict[type[object], tuple[str, ...]] = {
    kind: tuple(each.name for each in dataclasses.fields(kind))
    for kind in (PersonFacts, EventFact, Name, Address, Telecom, Identifier)
}


def _fields_of(value: object) -> Mapping[str, object]:
    return {name: getattr(value, name) for name in _FIELD_NAMES[type(value)]}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, (date, datetime)) else _fields_of(value)


def _scrubbed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _scrubbed(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_scrubbed(each) for each in value]
    return _storable(value) if isinstance(value, str) else value


def _storable(text: str) -> str:
    return _UNSTORABLE.sub("\ufffd", text) if _UNSTORABLE.search(text) else text


_ENCODER = json.JSONEncoder(ensure_ascii=False, default=_plain)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_UNSTORABLE_JSON = re.compile("\\\\u0000|[\ud800-\udfff]")
