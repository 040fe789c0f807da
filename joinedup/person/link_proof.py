"""The proof that taking a link back restores both people: fingerprints of their rows, and one digest over them.

The database takes the fingerprints by one function that is written from the plan of tables (link_plan.py) after every
migration, so that a connection plans it once and no caller says which tables are looked at.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg import sql

from joinedup.person.link_plan import PROVED, TablePlan

LEFT_OUT = {  # copies of sight and the lines that linking itself writes
    "access_accessgrant": sql.SQL(" and t.source not like 'link:%'"),
    "person_timelineentry": sql.SQL(" and t.source_key not like 'person.link/%'"),
}
FUNCTION = sql.SQL("""
create or replace function access.fingerprints(people uuid[]) returns table (person uuid, name text, marks jsonb)
stable security definer set search_path = pg_catalog, public, pg_temp set timezone = 'UTC'
set plan_cache_mode = force_generic_plan language plpgsql as $$
declare
    who uuid[] := access.subjects();
    seen boolean := session_user in ('loader', 'linker') or (select bool_and(exists (select from access_accessgrant g
        where g.person_id = p.id and g.subject_id = any (who) and now() >= g.starts_at
          and (g.ends_at is null or now() < g.ends_at))) from unnest(people) p (id));
begin
    if not coalesce(seen, false) then
        raise exception 'Only somebody who may see a record can prove what stands in it.'
            using errcode = 'insufficient_privilege', constraint = 'proof_needs_sight';
    end if;
    return query {tables};
end $$;
revoke execute on function access.fingerprints(uuid[]) from public;
grant execute on function access.fingerprints(uuid[]) to app, loader, linker
""")
OF_A_TABLE = sql.SQL("""
        select r.person, {name}::text, jsonb_object_agg({key},
            left(encode(sha256(convert_to((held - {left_out}::text[])::text, 'UTF8')), 'hex'), 24))
        from (select t.{column} as person, to_jsonb(t) as held from public.{table} t
            where t.{column} = any (people){but}) r
        group by r.person""")
KEY = sql.SQL("coalesce(held ->> {}, '')")


def fingerprints_function() -> sql.Composed:
    """The statements that write the database's function, run as its owner; the same text for the same plan."""
    return FUNCTION.format(tables=sql.SQL(" union all").join(_of_a_table(plan) for plan in PROVED))


def _of_a_table(plan: TablePlan) -> sql.Composed:
    return OF_A_TABLE.format(
        name=sql.Literal(plan.name), table=sql.Identifier(plan.table), column=sql.Identifier(plan.column),
        key=sql.SQL(" || '|' || ").join(KEY.format(sql.Literal(each)) for each in plan.key),
        left_out=sql.Literal(list(plan.left_out)), but=LEFT_OUT.get(plan.table, sql.SQL("")),
    )  # fmt: skip


def fingerprints(cursor: Any, people: Sequence[UUID]) -> dict[str, dict[str, dict[str, str]]]:
    """Of each person, table by table of the plan, a fingerprint of every row; by one statement for them all."""
    found: dict[str, dict[str, dict[str, str]]] = {str(key): {plan.name: {} for plan in PROVED} for key in people}
    cursor.execute("select person::text, name, marks::text from access.fingerprints(%s)", [list(people)])
    for person_id, name, marks in cursor.fetchall():
        found[person_id][name] = json.loads(marks)
    return found


def digest_of(marks: Mapping[str, object]) -> str:
    """One digest over fingerprints, the same whatever their order."""
    return hashlib.sha256(json.dumps(marks, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
