"""Is every table named in the catalogue, and does each database role hold exactly what stands there and nothing more?

The database is asked, not our files: whatever a migration forgot or a hand has changed shows here.
"""

from __future__ import annotations

import pytest

from config.embedded import ROLES
from joinedup.access.catalogue import CATALOGUE, FUNCTIONS
from tests import factories as make

SERVING = [role for role in ROLES if role not in {"bootstrap", "owner", "backup"}]
TABLES = (
    "select c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner), "
    "coalesce(parent.relname, c.relname) from pg_class c "
    "left join pg_inherits i on i.inhrelid = c.oid left join pg_class parent on parent.oid = i.inhparent "
    "where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f') "
)


@pytest.fixture(scope="module")
def tables(database):
    """Every table of the schema public: name, row security, forced, owner, and the table it is part of."""
    return make.run(TABLES)


def test_every_table_is_in_the_catalogue_and_the_reverse(tables):
    assert {parent for *_, parent in tables} == set(CATALOGUE)


def test_every_table_says_why_it_is_personal_or_not():
    assert all(table.why for table in CATALOGUE.values())


def test_personal_tables_and_their_partitions_have_row_security(tables):
    secured = {name for name, row_security, *_ in tables if row_security}
    assert {name for name, *_, parent in tables if CATALOGUE[parent].personal} <= secured


def test_row_security_is_enabled_and_not_forced_so_that_owner_and_backup_see_rows(tables):
    assert not any(forced for _, _, forced, *_ in tables)


def test_the_owner_owns_every_table(tables):
    assert {owner for *_, owner, _ in tables} == {"owner"}


def test_every_policy_that_opens_a_personal_table_to_a_page_or_job_asks_who_is_asking(database):
    policies = make.run(
        "select tablename, policyname, cmd, coalesce(qual, ''), coalesce(with_check, qual, '') from pg_policies "
        "where schemaname = 'public' and permissive = 'PERMISSIVE' and tablename = any (%s) "
        "and roles && array['app', 'worker', 'gate', 'public', 'public_reader']::name[]",
        [[name for name, table in CATALOGUE.items() if table.personal]],
    )
    open_to_all = {
        (table, policy)
        for table, policy, command, using, check in policies
        if (command != "INSERT" and "access." not in using)
        or (command in {"INSERT", "UPDATE", "ALL"} and "access." not in check)
    }
    assert open_to_all == {("access_seal", "sealer")}  # heads of the chains name nobody


@pytest.mark.parametrize("role", SERVING)
def test_a_role_holds_exactly_the_catalogues_privileges(tables, role):
    kinds = ("select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain")
    held = {}
    for name, *_ in tables:
        row = make.run(f"select {', '.join(f'has_table_privilege(%s, %s, {kind!r})' for kind in kinds)}",
                       [value for _ in kinds for value in (role, f"public.{name}")])[0]  # fmt: skip
        held[name] = {kind for kind, has in zip(kinds, row, strict=True) if has}
        by_column = make.run("select has_any_column_privilege(%s, %s, 'select, insert, update, references')",
                             [role, f"public.{name}"])[0][0]  # fmt: skip
        assert by_column == bool(held[name] & {"select", "insert", "update", "references"}), name
    wanted = {}
    for name, *_, parent in tables:
        words = CATALOGUE[parent].privileges.get(role, "") if name == parent else ""
        wanted[name] = {word.strip() for word in words.split(",") if word.strip()}
    assert held == wanted


@pytest.mark.parametrize("role", [*SERVING, "backup"])
def test_no_role_but_backup_may_read_the_tables_of_secrets(database, role):
    names = [row[0] for row in make.run(
        "select c.oid::regclass::text from pg_class c where c.relnamespace = 'access'::regnamespace and c.relkind = 'r'"
    )]  # fmt: skip
    assert {"access.secret", "access.session", "access.delegation"} <= set(names)
    for name in names:
        held = make.run("select has_table_privilege(%s, %s, 'select'), has_table_privilege(%s, %s, "
                        "'insert, update, delete, truncate')", [role, name, role, name])  # fmt: skip
        assert held == [(role == "backup", False)], name


def test_no_serving_role_is_powerful_and_backup_alone_bypasses(database):
    rows = make.run(
        "select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication from pg_roles "
        "where rolname = any (%s)",
        [list(ROLES)],
    )
    powers = {name: tuple(flags) for name, *flags in rows}
    assert {name for name, (superuser, *_) in powers.items() if superuser} == {"bootstrap"}
    assert {name for name, (_, bypasses, *_) in powers.items() if bypasses} == {"bootstrap", "backup"}
    assert all(not any(powers[role]) for role in SERVING)
    assert powers["owner"] == (False, False, False, True, False)


def test_no_serving_role_owns_anything_or_belongs_to_another(database):
    owned = make.run(
        "select r.rolname, d.classid::regclass::text, d.objid from pg_shdepend d join pg_roles r on r.oid = d.refobjid "
        "where d.deptype = 'o' and r.rolname = any (%s) "
        "and d.dbid = (select oid from pg_database where datname = current_database()) "
        "and not exists (select from pg_class c where c.oid = d.objid and c.relpersistence = 't')",
        [[*SERVING, "backup"]],
    )
    assert owned == []
    members = make.run(
        "select member.rolname, held.rolname from pg_auth_members m join pg_roles member on member.oid = m.member "
        "join pg_roles held on held.oid = m.roleid where member.rolname = any (%s)",
        [list(ROLES)],
    )
    assert members == [("backup", "pg_read_all_data")]


def test_the_schema_is_shut_and_only_loader_and_linker_make_temporary_tables(database):
    for role in SERVING:
        rights = make.run(
            "select has_schema_privilege(%s, 'public', 'create'), has_schema_privilege(%s, 'access', 'create'), "
            "has_database_privilege(%s, current_database(), 'create'), "
            "has_database_privilege(%s, current_database(), 'temporary')",
            [role] * 4,
        )[0]
        assert rights == (False, False, False, role in {"loader", "linker"}), role


# Functions


FUNCTION = "select p.oid::regprocedure::text, p.prosecdef, p.prosqlbody is not null, p.proconfig, p.proacl::text[] "


@pytest.fixture(scope="module")
def functions(database):
    """Every function of ours: name, runs as its owner, written `begin atomic`, its settings, its grants."""
    return make.run(
        FUNCTION + "from pg_proc p where p.pronamespace = 'access'::regnamespace or "
        "(p.pronamespace = 'public'::regnamespace and p.proowner = 'owner'::regrole)"
    )


def test_no_function_of_ours_is_executable_by_everybody(functions):
    assert functions
    assert [name for name, *_, grants in functions if grants is None or any(g.startswith("=") for g in grants)] == []


def test_functions_that_run_as_their_owner_cannot_be_deceived_by_a_search_path(functions):
    for name, definer, atomic, settings, _ in functions:
        if definer and not atomic:
            paths = [each for each in settings or [] if each.startswith("search_path=")]
            assert paths, name
            assert paths[0].endswith("pg_temp"), name


def test_functions_of_the_queue_are_given_as_the_catalogue_says(database):
    may = make.run(
        "select has_function_privilege('app', p.oid, 'execute'), has_function_privilege('worker', p.oid, 'execute'), "
        "p.proname from pg_proc p where p.proname like 'procrastinate_%%' and p.pronamespace = 'public'::regnamespace"
    )
    assert all(worker for _, worker, _ in may)
    assert {name for app, _, name in may if app} == {"procrastinate_defer_jobs_v1"}
    assert set(FUNCTIONS) == {"app", "worker"}


def test_only_the_right_roles_enter_and_issue(database):
    expected = {
        "access.enter(text)": {"app"},
        "access.open_session(uuid,interval,interval)": {"gate"},
        "access.close_session(text)": {"gate"},
        "access.close_sessions(uuid)": {"gate"},
        "access.redeem(text,text)": {"worker"},
        "access.delegate(text,interval)": {"app"},
        "access.enter_service()": {"loader", "linker", "extractor", "worker"},
        "access.sign(uuid,bytea)": set(),
        "access.fresh_token()": set(),
        "access.seal(text,integer)": {"worker"},
        "access.verify(text)": {"worker"},
        "access.place_of(uuid)": set(),
        "access.manages_access_to(uuid)": set(),
    }
    for function, roles in expected.items():
        rows = make.run("select r, has_function_privilege(r, %s, 'execute') from unnest(%s::text[]) r",
                        [function, [*SERVING, "backup"]])  # fmt: skip
        assert {role for role, may in rows if may} == roles, function
