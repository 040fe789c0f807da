"""Storing a batch of units as they came: the row, its digest and content, its refusals, and how far the file got.

One transaction a batch. COPY goes into a temporary table, because PostgreSQL does not COPY into a table under row
security; the rows then move by INSERT, where a row held before is met again and not doubled.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from joinedup.exchange.facts import Refusal, Unit

INCOMING = """
    create temporary table if not exists incoming (position bigint, kind text, local_id text, subject text,
        digest text, file text, row_number bigint, known boolean, says_who boolean, told_at timestamptz, raw bytea,
        person_facts jsonb, event_facts jsonb) on commit delete rows
"""
STORE = """
    with first as (
        select distinct on (kind, digest) * from incoming order by kind, digest, position
    ), stored as (
        insert into person_sourcerecord (id, body_id, place_id, kind, local_id, subject, digest, load_id, file, row,
            received_at, told_at, arrival, state, says_who)
        select uuidv7(), %(body)s, %(place)s, kind, left(local_id, 300), left(subject, 200), digest, %(load)s,
            left(file, 400), row_number, %(at)s, least(coalesce(told_at, %(at)s), %(at)s), nextval('access.arrival'),
            case when known then 'waiting' else 'unknown' end, says_who
        from (select * from first order by position) f
        on conflict (body_id, kind, digest) do nothing returning id, kind, digest
    ), kept as (
        insert into person_sourcecontent (record_id, raw, person_facts, event_facts)
        select s.id, f.raw, f.person_facts, f.event_facts from stored s join first f using (kind, digest)
        returning 1
    )
    select (select count(*) from stored), (select count(*) from kept)
"""
STILL_WAITING = """
    insert into exchange_refusal (id, load_id, code, file, row, field, why, mend, whole, record_id)
    select uuidv7(), %(load)s, 'subject-unknown', left(i.file, 400), i.row_number, '', '', '', true, r.id
    from incoming i join person_sourcerecord r on r.body_id = %(body)s and r.kind = i.kind and r.digest = i.digest
    where r.state = 'waiting' and i.known and r.load_id <> %(load)s
"""


def store_batch(
    cursor: Any, units: Sequence[Unit], *, load_id: UUID, body_id: UUID, place_id: UUID, at: datetime
) -> int:
    """Store these units and their refusals; returns how many were held before (in the file or an earlier load)."""
    cursor.execute(INCOMING)
    taken = [unit for unit in units if not any(refusal.whole for refusal in unit.refusals)]
    words = (
        "position, kind, local_id, subject, digest, file, row_number, known, says_who, told_at, raw, person_facts, "
        "event_facts"
    )
    with cursor.copy(f"copy incoming ({words}) from stdin") as copy:
        for position, unit in enumerate(taken):
            copy.write_row(
                (
                    position, unit.kind, unit.local_id, unit.subject or own_subject(unit), unit.digest, unit.file,
                    unit.row, unit.known, unit.person is not None, unit.told_at, unit.raw,
                    facts_json(unit.person), facts_json(unit.event),
                )
            )  # fmt: skip
    named = {"load": load_id, "body": body_id, "place": place_id, "at": at}
    cursor.execute(STORE, named)
    (stored, _) = cursor.fetchone()
    cursor.execute(STILL_WAITING, named)
    store_refusals(cursor, [refusal for unit in units for refusal in unit.refusals], load_id)
    refused = [unit for unit in units if any(refusal.whole for refusal in unit.refusals)]
    if refused:
        cursor.executemany(
            "insert into exchange_refusedrow (id, load_id, file, row, digest, raw) "
            "values (uuidv7(), %s, %s, %s, %s, %s) on conflict do nothing",
            [(load_id, unit.file[:400], unit.row, unit.digest, unit.raw) for unit in refused],
        )
    return len(taken) - int(stored)


def own_subject(unit: Unit) -> str:
    """The subject of a person-bearing row that came without the sender's identifier: itself."""
    return f"row:{unit.digest[:32]}" if unit.person is not None else ""


def store_refusals(cursor: Any, refusals: Sequence[Refusal], load_id: UUID) -> None:
    """Add these refusals to the load's report."""
    if not refusals:
        return
    words = "id, load_id, code, file, row, field, why, mend, whole"
    columns = [
        [getattr(each, name) for each in refusals] for name in ("code", "file", "row", "field", "why", "mend", "whole")
    ]
    cursor.execute(
        f"insert into exchange_refusal ({words}) select uuidv7(), %s, left(r.code, 40), left(r.file, 400), r.row, "
        "left(r.field, 120), r.why, r.mend, r.whole from unnest(%s::text[], %s::text[], %s::bigint[], %s::text[], "
        "%s::text[], %s::text[], %s::boolean[]) r (code, file, row, field, why, mend, whole)",
        [load_id, *columns],
    )


def facts_json(facts: object) -> str | None:
    """Stored form of facts: JSON with ISO dates, empty values left out."""
    if facts is None:
        return None
    held = {name: value for name, value in _plain(facts).items() if value not in ("", None, (), [], False)}
    return json.dumps(held, sort_keys=True, ensure_ascii=False).replace("\\u0000", "")


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value
