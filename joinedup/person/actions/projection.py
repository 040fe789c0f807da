"""Writing what is derived from sources: people, their names and identifiers, and timeline entries.

One definition each, used by the loader as rows arrive and by the rebuild that proves the projection can be made again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from joinedup.base.names import folded
from joinedup.person.rules import SurvivingFacts, Telling, searchable_names

EVENTS = """
    select distinct on (r.body_id, key.key) uuidv7() as id, r.person_id, r.body_id, key.key as source_key,
        r.id as record_id, e ->> 'kind' as kind, left(e ->> 'title', 300) as title,
        coalesce(e -> 'detail', '[]'::jsonb) as detail,
        (case when length(e ->> 'starts') > 10
            then ((e ->> 'starts')::timestamptz at time zone 'Europe/London')::date
            else (e ->> 'starts')::date end) as starts_on,
        case when length(e ->> 'starts') > 10 then (e ->> 'starts')::timestamptz end as starts_at,
        (case when length(e ->> 'ends') > 10 then ((e ->> 'ends')::timestamptz at time zone 'Europe/London')::date
            else (e ->> 'ends')::date end) as ends_on,
        coalesce((e ->> 'open_ended')::boolean, false) as open_ended, coalesce(e ->> 'sensitivity', 'ordinary')
            as sensitivity, (e ->> 'amount_pence')::bigint as amount_pence, r.told_at, r.arrival
    from person_sourcerecord r join person_sourcecontent c on c.record_id = r.id
        cross join lateral (select c.event_facts) f (e)
        cross join lateral (select r.kind || '/' || case when r.local_id <> '' then r.local_id else r.digest end) key (key)
    where {which} and r.state = 'attached' and c.event_facts is not null
    order by r.body_id, key.key, r.told_at desc, r.arrival desc
"""
COLUMNS = (
    "id, person_id, body_id, source_key, record_id, kind, title, detail, starts_on, starts_at, ends_on, open_ended, "
    "sensitivity, amount_pence, told_at, arrival"
)
REPLACED = COLUMNS.replace("id, person_id, body_id, source_key, ", "", 1).split(", ")


def write_events(cursor: Any, record_ids: Sequence[UUID], at: datetime) -> None:
    """Put these records' events on their people's timelines; a newer telling of the same event replaces the older."""
    replaced = ", ".join(f"{column} = excluded.{column}" for column in ["person_id", *REPLACED])
    cursor.execute(
        f"insert into person_timelineentry ({COLUMNS}, recorded_at) select e.*, %s from ("
        + EVENTS.format(which="r.id = any (%s)")
        + f") e on conflict (body_id, source_key) do update set {replaced}, recorded_at = excluded.recorded_at "
        "where (excluded.told_at, excluded.arrival) > (person_timelineentry.told_at, person_timelineentry.arrival)",
        [at, list(record_ids)],
    )


def rewrite_timeline(cursor: Any, person_id: UUID, at: datetime) -> int:
    """Make the sourced part of one person's timeline again from what was sent; returns its entries."""
    cursor.execute(
        "delete from person_timelineentry where person_id = %s and record_id is not null", [person_id]
    )
    cursor.execute(
        f"insert into person_timelineentry ({COLUMNS}, recorded_at) select e.*, %s from ("
        + EVENTS.format(which="r.person_id = %s")
        + ") e",
        [at, person_id],
    )
    return int(cursor.rowcount)


PERSON_COLUMNS = (
    "family", "given", "prefix", "family_folded", "birth_date", "gender", "deceased", "death_date", "address",
    "postcode", "phone", "gp_practice_code", "restricted",
)  # fmt: skip


def person_values(facts: SurvivingFacts) -> tuple[object, ...]:
    """The columns of a person, in the order of PERSON_COLUMNS, from the facts that hold."""
    family, given, prefix = _triple(facts.value("name", ("", "", "")))
    lines, postcode = _pair(facts.value("address", ("", "")))
    return (
        family[:120], given[:200], prefix[:40], folded(family)[:120], facts.value("birth_date", None),
        facts.value("gender", "unknown"), bool(facts.value("deceased", False)), facts.value("death_date", None),
        lines[:400], postcode[:12], str(facts.value("phone"))[:60], str(facts.value("gp_practice_code"))[:12],
        bool(facts.value("restricted", False)),
    )  # fmt: skip


def write_people(
    cursor: Any, people: Mapping[UUID, tuple[SurvivingFacts, Sequence[Telling]]], at: datetime
) -> None:
    """Write what holds of each person, where it differs from what stood, and every name and identifier told."""
    rows = {person_id: person_values(facts) for person_id, (facts, _) in people.items()}
    columns = list(zip(*rows.values(), strict=True)) if rows else []
    if not columns:
        return
    types = {"birth_date": "date[]", "death_date": "date[]", "deceased": "boolean[]", "restricted": "boolean[]"}
    arrays = ", ".join(f"%s::{types.get(name, 'text[]')}" for name in PERSON_COLUMNS)
    names = ", ".join(PERSON_COLUMNS)
    cursor.execute(
        f"update person_person p set ({names}, updated_at) = ({', '.join('v.' + name for name in PERSON_COLUMNS)}, %s) "
        f"from unnest(%s::uuid[], {arrays}) v (id, {names}) where p.id = v.id and "
        f"({', '.join('p.' + name for name in PERSON_COLUMNS)}) is distinct from "
        f"({', '.join('v.' + name for name in PERSON_COLUMNS)})",
        [at, list(rows), *(list(column) for column in columns)],
    )
    _write_names(cursor, people)
    _write_identifiers(cursor, people)


def _write_names(cursor: Any, people: Mapping[UUID, tuple[SurvivingFacts, Sequence[Telling]]]) -> None:
    rows = [
        (person_id, *name) for person_id, (_, told) in people.items() for each in told
        for name in searchable_names(each.facts)
    ]  # fmt: skip
    if rows:
        person, family, given, family_folded, given_folded, use = (list(column) for column in zip(*rows, strict=True))
        cursor.execute(
            "insert into person_personname (id, person_id, family, given, family_folded, given_folded, use) "
            "select uuidv7(), n.person, left(n.family, 120), left(n.given, 200), left(n.ff, 120), left(n.gf, 200), "
            "left(n.use, 20) from unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[]) "
            "n (person, family, given, ff, gf, use) on conflict do nothing",
            [person, family, given, family_folded, given_folded, use],
        )


def _write_identifiers(cursor: Any, people: Mapping[UUID, tuple[SurvivingFacts, Sequence[Telling]]]) -> None:
    rows: dict[tuple[UUID, str, str], bool] = {}
    for person_id, (_, told) in people.items():
        for each in told:
            number = str(each.facts.get("nhs_number") or "")
            if number:
                key = (person_id, "nhs-number", number)
                rows[key] = rows.get(key, False) or each.verified
            identifiers = each.facts.get("identifiers")
            for identifier in identifiers if isinstance(identifiers, list) else []:
                rows.setdefault((person_id, str(identifier["system"])[:200], str(identifier["value"])[:200]), False)
    if rows:
        person, system, value = (list(column) for column in zip(*rows, strict=True))
        cursor.execute(
            "insert into person_personidentifier (id, person_id, system, value, verified) "
            "select uuidv7(), i.person, i.system, i.value, i.verified "
            "from unnest(%s::uuid[], %s::text[], %s::text[], %s::boolean[]) i (person, system, value, verified) "
            "on conflict (person_id, system, value) do update set verified = excluded.verified "
            "where excluded.verified and not person_personidentifier.verified",
            [person, system, value, list(rows.values())],
        )


def _triple(value: object) -> tuple[str, str, str]:
    first, second, third = value if isinstance(value, (list, tuple)) else ("", "", "")
    return str(first), str(second), str(third)


def _pair(value: object) -> tuple[str, str]:
    first, second = value if isinstance(value, (list, tuple)) else ("", "")
    return str(first), str(second)
