"""Writing timeline entries from what was sent: as rows arrive, and again from all that one person's bodies told.

One line of a sender is one entry, but a Patient's contacts are an entry each. Beside `projection.py`, which writes who
people are. The order of arrival leaves no trace.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

# Of the rows about the same thing (one body's kind and own id), the newest told holds, whoever else it names.
NEWEST = """
    with told as (
        select r.id, r.person_id, r.body_id, r.told_at, r.arrival, {touched} as touched,
            r.kind || '/' || case when r.local_id <> '' then r.local_id else r.digest end as source_key
        from person_sourcerecord r where {where} and r.state = 'attached'
    ), newest as materialized (
        select distinct on (body_id, source_key) *, bool_or(touched) over (partition by body_id, source_key) as meant
        from told order by body_id, source_key, told_at desc, arrival desc
    ), event as materialized (
        select n.*, c.event_facts as e
        from newest n join person_sourcecontent c on c.record_id = n.id where n.meant
    ), line as materialized (
        select id, person_id, body_id, told_at, arrival, e, e ->> 'title' as title,
            coalesce(e -> 'detail', '[]'::jsonb) as detail, source_key as line_key
        from event where e is not null and not {by_contact}
        union all
        select id, person_id, body_id, told_at, arrival, e, title, detail,
            source_key || '#' || mark || case when turn > 1 then '.' || turn else '' end
        from (
            select v.*, p.*, row_number() over (partition by v.body_id, v.source_key, mark order by p.title) as turn
            from event v, lateral {contacts} p
        ) one_each
    )"""
# Each contact that a Patient names is a line of its own, so that one can be sealed and the others stay. It is known
# again by the name, and by all its words where there is none.
BY_CONTACT = "(e ->> 'kind' = 'contact_person' and starts_with(source_key, 'fhir:Patient/'))"
CONTACTS = f"""(
            select title, detail, left(encode(sha256(convert_to(lower(case
                when title like 'Contact (not named)%%' then title
                else regexp_replace(title, '( \\(|, until |, no longer a contact since ).*$', '')
                end), 'UTF8')), 'hex'), 16) as mark
            from (
                select d ->> 1 as title, '[]'::jsonb as detail from jsonb_array_elements(e -> 'detail') d
                where e -> 'detail' -> 0 ->> 0 = 'Contact'
                union all
                select e ->> 'title', coalesce(e -> 'detail', '[]'::jsonb)
                where coalesce(e -> 'detail' -> 0 ->> 0, '') <> 'Contact'
            ) each_one where {BY_CONTACT}
        )"""
COLUMNS = (
    "person_id, body_id, source_key, record_id, kind, title, detail, starts_on, starts_at, ends_on, open_ended, "
    "sensitivity, amount_pence, told_at, arrival"
)
REPLACED = [column for column in COLUMNS.split(", ") if column not in ("body_id", "source_key")]
INSERT_EVENTS = f"""
        insert into person_timelineentry (id, {COLUMNS}, recorded_at)
        select uuidv7(), person_id, body_id, line_key, id, e ->> 'kind', left(title, 300), detail,
            case when length(e ->> 'starts') > 10
                then ((e ->> 'starts')::timestamptz at time zone 'Europe/London')::date
                else (e ->> 'starts')::date end,
            case when length(e ->> 'starts') > 10 then (e ->> 'starts')::timestamptz end,
            case when length(e ->> 'ends') > 10 then ((e ->> 'ends')::timestamptz at time zone 'Europe/London')::date
                else (e ->> 'ends')::date end,
            coalesce((e ->> 'open_ended')::boolean, false), coalesce(e ->> 'sensitivity', 'ordinary'),
            (e ->> 'amount_pence')::bigint, told_at, arrival, %(at)s
        from (select * from line order by arrival) e"""
WRITE_EVENTS = (
    NEWEST.format(
        touched="r.id = any (%(records)s)", where="r.person_id = any (%(people)s) and r.body_id = %(body)s",
        by_contact=BY_CONTACT, contacts=CONTACTS,
    )
    + f""", withdrawn as (
        delete from person_timelineentry t using event e
        where (e.e is null or (e.e ->> 'kind' = 'contact_person' and starts_with(e.source_key, 'fhir:Patient/')))
          and t.body_id = e.body_id and t.source_key = e.source_key
          and t.record_id is not null and (t.told_at, t.arrival) < (e.told_at, e.arrival)
    ), contact_gone as (
        delete from person_timelineentry t using event e, lateral (
            select g.id from person_timelineentry g where g.body_id = e.body_id and g.source_key like '%%#%%'
              and split_part(g.source_key, '#', 1) = e.source_key and g.record_id is not null
              and (g.told_at, g.arrival) < (e.told_at, e.arrival) offset 0) g
        where g.id = t.id and starts_with(e.source_key, 'fhir:Patient/')
          and not exists (select from line l where l.body_id = t.body_id and l.line_key = t.source_key)
    ){INSERT_EVENTS}
    on conflict (body_id, source_key) do update set
        {', '.join(f'{column} = excluded.{column}' for column in REPLACED)}, recorded_at = excluded.recorded_at
    where (excluded.told_at, excluded.arrival) > (person_timelineentry.told_at, person_timelineentry.arrival)"""
)  # fmt: skip
REWRITE_EVENTS = (
    NEWEST.format(touched="true", where="r.person_id = %(person)s", by_contact=BY_CONTACT, contacts=CONTACTS)
    + INSERT_EVENTS
    + " on conflict (body_id, source_key) do nothing"
)  # fmt: skip


def write_events(
    cursor: Any, *, body_id: UUID, record_ids: Collection[UUID], person_ids: Collection[UUID], at: datetime
) -> None:
    """Put what these records of a body, about these people, tell on the people's timelines.

    A newer telling of the same thing replaces the older, an older one changes nothing, and one that its sender now
    marks as entered in error takes the entry away. Both sets are given, because a join would be planned on tables that
    nobody has analysed yet.
    """
    if record_ids:
        cursor.execute(
            WRITE_EVENTS, {"body": body_id, "records": list(record_ids), "people": list(person_ids), "at": at}
        )


def rewrite_timeline(cursor: Any, person_id: UUID, at: datetime) -> int:
    """Make the sourced part of one person's timeline again from what was sent; returns its entries.

    An entry that a newer row moved to somebody else stays there.
    """
    cursor.execute("delete from person_timelineentry where person_id = %s and record_id is not null", [person_id])
    cursor.execute(REWRITE_EVENTS, {"person": person_id, "at": at})
    return int(cursor.rowcount)
