"""What does a database hold, so exactly that a copy can be compared with it?

Rows and a digest of every table, a digest of every definition (columns, policies, triggers, functions, privileges), the
places of sequences, and the heads of the two chained logs. A digest of a table does not depend on the order of its rows
and sees every column of each. Left out, here and in a backup: keys and tokens (`NOT_KEPT`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import psycopg
from psycopg import sql

NOT_KEPT: Mapping[str, str] = {
    "access.secret": "the key that signs callers",
    "access.session": "tokens of people who are signed in",
    "access.delegation": "tokens of jobs that act for somebody",
    "access.extract_run": "keys by which a finished extract's pseudonyms could be traced back",
    "public.django_session": "sign-ins in progress",
}
FIXED_WORDS = (
    "set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set bytea_output = 'hex'; "
    "set extra_float_digits = 1; set search_path = public; set idle_in_transaction_session_timeout = 0; "
    "set statement_timeout = 0"
)
TABLES = """
    select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by 1, 2
"""
# Rows are gathered in 256 heaps by the first byte of their digests, so that no value grows with the table.
TABLE_DIGEST = """
    select coalesce(sum(n), 0)::bigint, encode(sha256(coalesce(string_agg(heap, ''::bytea order by first), '')), 'hex')
    from (select get_byte(d, 0) as first, count(*) as n, sha256(string_agg(d, ''::bytea order by d)) as heap
          from (select sha256(convert_to(t::text, 'UTF8')) as d from only {} t) rows group by 1) heaps
"""
PRIVILEGES = (
    "(select string_agg(words, ',' order by words) from (select "
    "coalesce(nullif(a.grantee::regrole::text, '-'), 'public') || '=' || a.privilege_type as words "
    "from aclexplode({}) a) held)"
)
OURS = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
OURS_TOO = OURS.replace("n.nspname", "schemaname")
NOT_AN_EXTENSIONS = "not exists (select from pg_depend x where x.objid = {} and x.deptype = 'e')"
DEFINITIONS = f"""
    select format('table %s.%s', n.nspname, c.relname), concat_ws(' ', c.relkind, c.relowner::regrole,
        c.relrowsecurity, c.relforcerowsecurity, pg_get_expr(c.relpartbound, c.oid),
        {PRIVILEGES.format("coalesce(c.relacl, acldefault('r', c.relowner))")},
        (select string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
            pg_get_expr(d.adbin, d.adrelid)), ';' order by a.attnum) from pg_attribute a
            left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped))
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm') and {OURS}
    union all
    select format('sequence %s.%s', n.nspname, c.relname), concat_ws(' ', c.relowner::regrole,
        {PRIVILEGES.format("coalesce(c.relacl, acldefault('s', c.relowner))")})
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'S' and {OURS}
    union all
    select format('view %s.%s', schemaname, viewname), definition from pg_views where {OURS_TOO}
    union all
    select format('policy %s.%s %s', schemaname, tablename, policyname),
        concat_ws(' ', permissive, roles, cmd, qual, '|', with_check) from pg_policies
    union all
    select format('constraint %s.%s %s', n.nspname, c.relname, k.conname), pg_get_constraintdef(k.oid)
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    join pg_namespace n on n.oid = c.relnamespace where {OURS}
    union all
    select format('index %s.%s', schemaname, indexname), indexdef from pg_indexes where {OURS_TOO}
    union all
    select format('trigger %s.%s %s', n.nspname, c.relname, t.tgname),
        concat_ws(' ', t.tgenabled, pg_get_triggerdef(t.oid))
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
    where not t.tgisinternal and {OURS}
    union all
    select format('function %s.%s(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
        concat_ws(' ', p.proowner::regrole, pg_get_functiondef(p.oid),
            {PRIVILEGES.format("coalesce(p.proacl, acldefault('f', p.proowner))")})
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where p.prokind in ('f', 'p') and {OURS} and {NOT_AN_EXTENSIONS.format("p.oid")}
    union all
    select format('schema %s', n.nspname),
        {PRIVILEGES.format("coalesce(n.nspacl, acldefault('n', n.nspowner))")} from pg_namespace n where {OURS}
    union all
    select format('extension %s', extname), extversion from pg_extension where extname <> 'plpgsql'
"""
SEQUENCES = "select schemaname, sequencename, last_value from pg_sequences where last_value is not null order by 1, 2"
HEADS = """
    select distinct on (e.log) e.log, e.position, encode(e.chain, 'hex') from access_sealentry e
    order by e.log, e.position desc
"""
# A list of allowed words as PostgreSQL first writes it; once it has read its own dump, it casts each word instead.
WORD_LIST = re.compile(r"\(ARRAY\[((?:'(?:[^']|'')*'::character varying(?:, )?)+)\]\)::text\[\]")
LISTED_WORD = re.compile(r"('(?:[^']|'')*'::character varying)")
MIGRATIONS = "select app || '.' || name from django_migrations order by 1"


@dataclass(frozen=True, slots=True)
class TableContents:
    """How many rows a table holds, and the digest of them all."""

    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds. Keys are 'schema.table', and for definitions 'policy schema.table name' and the like.

    heads: log name -> place in its chain and digest there. migrations: the schema's version, as 'step.name'.
    """

    migrations: tuple[str, ...]
    tables: Mapping[str, TableContents]
    definitions: Mapping[str, str]
    sequences: Mapping[str, int]
    heads: Mapping[str, tuple[int, str]]

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(table.rows for table in self.tables.values())

    def to_json(self) -> dict[str, Any]:
        """Plain data, as a backup's manifest keeps it."""
        return asdict(self)


def contents_from_json(kept: Mapping[str, Any]) -> Contents:
    """The contents that `to_json` wrote; KeyError, TypeError or ValueError when it is something else."""
    return Contents(
        migrations=tuple(str(name) for name in kept["migrations"]),
        tables={name: TableContents(int(held["rows"]), str(held["digest"])) for name, held in kept["tables"].items()},
        definitions={str(name): str(digest) for name, digest in kept["definitions"].items()},
        sequences={str(name): int(value) for name, value in kept["sequences"].items()},
        heads={str(log): (int(position), str(chain)) for log, (position, chain) in kept["heads"].items()},
    )


def read_contents(connection: psycopg.Connection[Any], progress: Callable[[str, int], None]) -> Contents:
    """Read everything in the connection's open transaction; `progress` hears each table's name and rows so far."""
    tables: dict[str, TableContents] = {}
    rows_so_far = 0
    for schema, table in connection.execute(TABLES).fetchall():
        name = f"{schema}.{table}"
        if name in NOT_KEPT:
            continue
        found = connection.execute(sql.SQL(TABLE_DIGEST).format(sql.Identifier(schema, table))).fetchone()
        tables[name] = TableContents(*(found or (0, "")))
        rows_so_far += tables[name].rows
        progress(name, rows_so_far)
    return Contents(
        migrations=tuple(name for (name,) in connection.execute(MIGRATIONS)),
        tables=tables,
        definitions={name: _definition_digest(words or "") for name, words in connection.execute(DEFINITIONS)},
        sequences={f"{schema}.{name}": value for schema, name, value in connection.execute(SEQUENCES)},
        heads={log: (position, chain) for log, position, chain in connection.execute(HEADS)},
    )


def differences(wanted: Contents, found: Contents) -> list[str]:
    """One line for each thing that is not as wanted, by its name; never a value of a row. Empty when all is equal.

    Sequences may stand further on than wanted: they move outside of transactions.
    """
    lines = []
    if wanted.migrations != found.migrations:
        lines.append("schema version: other migrations are applied")
    for name in sorted({*wanted.tables, *found.tables}):
        lines += _table_difference(name, wanted.tables.get(name), found.tables.get(name))
    for name in sorted({*wanted.definitions, *found.definitions}):
        if wanted.definitions.get(name) != found.definitions.get(name):
            lines.append(f"{name}: {_what_happened(name, wanted.definitions, found.definitions)}")
    for name, value in sorted(wanted.sequences.items()):
        if found.sequences.get(name, -1) < value:
            lines.append(f"sequence {name}: stands before the number it had reached")
    for log in sorted({*wanted.heads, *found.heads}):
        if wanted.heads.get(log) != found.heads.get(log):
            lines.append(f"head of the chain '{log}': not the one that was sealed")
    return lines


def _table_difference(name: str, wanted: TableContents | None, found: TableContents | None) -> list[str]:
    if wanted == found:
        return []
    if wanted is None or found is None:
        return [f"table {name}: {'is new' if wanted is None else 'is missing'}"]
    if wanted.rows != found.rows:
        return [f"table {name}: holds {found.rows:,} rows instead of {wanted.rows:,}"]
    return [f"table {name}: a row differs, of {wanted.rows:,}"]


def _what_happened(name: str, wanted: Mapping[str, str], found: Mapping[str, str]) -> str:
    if name not in wanted:
        return "is new"
    return "is defined otherwise" if name in found else "is missing"


def _definition_digest(words: str) -> str:
    """Digest of a definition, the same before and after a dump."""
    return hashlib.sha256(WORD_LIST.sub(_cast_each, words).encode()).hexdigest()[:32]


def _cast_each(found: re.Match[str]) -> str:
    return "ARRAY[" + LISTED_WORD.sub(r"(\1)::text", found.group(1)) + "]"
