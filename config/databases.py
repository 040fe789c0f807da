"""Databases and their roles: made, migrated and given their privileges; and how a process enters Django.

`owner` migrates and never serves. What each serving role may do with each table is data in
`joinedup/access/catalogue.py`; it is applied after every migration, so that a table is never left open or shut by
accident.
"""

from __future__ import annotations

import os
from typing import Any

import psycopg
from psycopg import sql

from config.embedded import ROLES, EmbeddedServer
from config.environment import DatabaseAddress, database_address, environment
from joinedup.base.errors import OperatorMustAct

OPTIONS = "-c row_security=on -c search_path=public"
STARTING = 7_304_412  # one starter at a time makes roles and databases; the lock ends with its connection
SERVING_OPTIONS = f"{OPTIONS} -c transaction_timeout=50min"  # the sealer looks back one hour
PLANNED_ONCE = "-c plan_cache_mode=force_generic_plan"  # else a list of two keys is planned at every run
PREPARED_FROM = 3  # the run of one statement from which a serving connection keeps its plan


def connection_words(address: DatabaseAddress, role: str, name: str | None = None) -> dict[str, Any]:
    """psycopg's connection arguments for a role."""
    return {
        "host": address.host, "port": address.port, "dbname": name or address.name, "user": role,
        "password": address.passwords.get(role, ""), "options": OPTIONS, "application_name": f"joinedup {role}",
    }  # fmt: skip


def ensure_server() -> DatabaseAddress:
    """The database server, started if it is the embedded one, with its roles and this installation's database."""
    chosen = environment()
    if not chosen.database_url:
        EmbeddedServer(chosen.embedded_folder, durable=chosen.mode == "production").ensure_running()
    address = database_address()
    with psycopg.connect(**connection_words(address, "bootstrap", "postgres"), autocommit=True) as bootstrap:
        make_roles(bootstrap, address.passwords)
    if chosen.mode != "test":
        ensure_database(address, address.name)
    return address


def make_roles(bootstrap: psycopg.Connection[Any], passwords: dict[str, str]) -> None:
    """Make the plain roles that are missing, each with its password; none owns or bypasses but those that must."""
    bootstrap.execute("select pg_advisory_lock(%s)", [STARTING])
    held = {name for (name,) in bootstrap.execute("select rolname from pg_roles")}
    for role in ROLES[1:]:
        if role in held:
            continue
        words = "login nosuperuser noinherit nocreaterole nobypassrls password {}"
        if role == "owner":
            words = "login nosuperuser createdb nobypassrls password {}"
        if role == "backup":
            words = "login nosuperuser inherit bypassrls in role pg_read_all_data password {}"
        bootstrap.execute(sql.SQL("create role {} " + words).format(sql.Identifier(role), sql.Literal(passwords[role])))


def ensure_database(address: DatabaseAddress, name: str, *, template: str = "template0") -> bool:
    """Make a database of that name if there is none, shut to everybody but our roles; returns whether it was made."""
    with psycopg.connect(**connection_words(address, "bootstrap", "postgres"), autocommit=True) as bootstrap:
        bootstrap.execute("select pg_advisory_lock(%s)", [STARTING])
        if bootstrap.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            return False
        bootstrap.execute(
            sql.SQL("create database {} owner owner template {}").format(sql.Identifier(name), sql.Identifier(template))
        )
        shut = (
            "revoke all on database {0} from public; grant connect on database {0} to {1}; "
            "grant temporary on database {0} to loader, linker"
        )
        serving = sql.SQL(", ").join(sql.Identifier(role) for role in ROLES[2:])
        bootstrap.execute(sql.SQL(shut).format(sql.Identifier(name), serving))
    with psycopg.connect(**connection_words(address, "bootstrap", name), autocommit=True) as bootstrap:
        bootstrap.execute("revoke create on schema public from public")
        bootstrap.execute(
            sql.SQL("grant usage on schema public to {}; grant create on schema public to owner").format(serving)
        )
        bootstrap.execute("alter default privileges for role owner revoke execute on functions from public")
    return True


def drop_database(address: DatabaseAddress, name: str) -> None:
    """Drop a database, ending its connections."""
    with psycopg.connect(**connection_words(address, "bootstrap", "postgres"), autocommit=True) as bootstrap:
        bootstrap.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def start_django(*, role: str, ensure: bool = True) -> None:
    """Set Django up in this process to work as a database role, the server running."""
    os.environ["JOINEDUP_DATABASE_ROLE"] = role
    environment.cache_clear()
    if ensure:
        ensure_server()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()


def migrate() -> None:
    """Bring the database to the newest schema, with the plan of links and exactly the catalogue's privileges."""
    from django.core.management import call_command
    from django.db import connection

    from joinedup.person.link_proof import fingerprints_function

    call_command("migrate", verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        cursor.execute(fingerprints_function())
        apply_privileges(cursor)


def apply_privileges(cursor: Any) -> None:
    """Give each role exactly what the catalogue says of each table: nothing more is left from before."""
    from joinedup.access.catalogue import CATALOGUE, FUNCTIONS

    serving = ", ".join(ROLES[2:])
    cursor.execute(f"revoke all on all tables in schema public from {serving}, public")
    cursor.execute(f"revoke all on all sequences in schema public from {serving}, public")
    for name, table in CATALOGUE.items():
        for role, privileges in table.privileges.items():
            cursor.execute(f'grant {privileges} on public."{name}" to {role}')
            if "insert" in privileges:
                cursor.execute(
                    "select quote_ident(s.relname) from pg_class s join pg_depend d on d.objid = s.oid "
                    "where s.relkind = 'S' and d.refobjid = %s::regclass",
                    [f'public."{name}"'],
                )
                for (sequence,) in cursor.fetchall():
                    cursor.execute(f"grant usage on sequence public.{sequence} to {role}")
    for role, patterns in FUNCTIONS.items():
        cursor.execute(
            "select p.oid::regprocedure from pg_proc p where p.pronamespace = 'public'::regnamespace "
            "and p.proowner = (select oid from pg_roles where rolname = current_user) and p.proname like any (%s)",
            [list(patterns)],
        )
        for (function,) in cursor.fetchall():
            cursor.execute(f"grant execute on function {function} to {role}")
    cursor.execute("grant select on all tables in schema public to backup")
    cursor.execute("grant usage on schema access to backup; grant select on all tables in schema access to backup")
    cursor.execute("grant select on all sequences in schema access to backup")


def refuse_powerful_role() -> None:
    """Refuse to serve with a role that owns tables, bypasses row security or is a superuser."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select r.rolsuper or r.rolbypassrls or r.rolcreaterole, "
            "exists (select from pg_class c where c.relowner = r.oid), current_setting('row_security') = 'on', "
            "r.rolname from pg_roles r where r.rolname = current_user"
        )
        powerful, owns, secured, name = cursor.fetchone()
    if powerful or owns or not secured:
        raise OperatorMustAct(
            code="database-role-too-powerful",
            what=f"This process will not serve with the database role {name}.",
            why="The role owns tables, bypasses row security or may change roles, so the database could not refuse it.",
            next_step="Start it with JOINEDUP_DATABASE_ROLE=app (web) or worker (jobs).",
        )
