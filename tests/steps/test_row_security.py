"""Does the database itself refuse whoever has no live token, whatever SQL the serving role sends it?

Every attack is hand-written SQL on a real connection as `app` (or another serving role), not Django: the guarantee of
design §4.2 does not rest on our Python. What is known not to be guaranteed (existence and counts, killing sibling
connections, a role's own settings) is in the threat model and not claimed here.
"""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors

from joinedup.access.catalogue import CATALOGUE
from tests import factories as make
from tests.factories import enter, seen

PERSONAL = sorted(name for name, table in CATALOGUE.items() if table.personal)
OF_A_PERSON = {
    "person_person": "id", "person_sourceidentity": "person_id", "person_sourcerecord": "person_id",
    "person_sourcecontent": "person_id", "person_personname": "person_id", "person_personidentifier": "person_id",
    "person_timelineentry": "person_id", "person_aboutme": "person_id", "person_workitem": "person_id",
    "access_accessgrant": "person_id", "access_logentry": "person_id",
}  # fmt: skip


# Nobody, and somebody made up


def test_a_live_token_shows_exactly_the_granted_people(app, scene):
    assert enter(app, scene.users[0].token) == scene.users[0].id
    assert seen(app) == {scene.people[0].id}


@pytest.mark.parametrize("role", ["app", "worker"])
@pytest.mark.parametrize("table", PERSONAL)
def test_without_a_caller_a_personal_table_shows_nothing(connect, scene, table, role):
    with connect(role) as connection:
        if "select" in CATALOGUE[table].privileges.get(role, "") and table != "access_seal":  # heads name nobody
            assert connection.execute(f"select count(*) from {table}").fetchone() == (0,)
        elif table != "access_seal" or role != "worker":
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(f"select count(*) from {table}")


@pytest.mark.parametrize("table", sorted(OF_A_PERSON))
def test_a_stranger_sees_no_row_of_a_person_and_the_holder_does(app, scene, table):
    count = f"select count(*) from {table} where {OF_A_PERSON[table]} = any (%s)"
    everybody = [person.id for person in scene.people]
    enter(app, scene.stranger.token)
    assert app.execute(count, [everybody]).fetchone() == (0,)
    app.rollback()
    enter(app, scene.users[1].token)
    held = app.execute(f"select distinct {OF_A_PERSON[table]} from {table}").fetchall()
    assert held == ([] if table == "access_logentry" else [(scene.people[1].id,)])


@pytest.mark.parametrize(
    "made_up", ["", "x", "{id}", "{id}.", "{id}." + "0" * 64, "-" * 36 + "." + "0" * 64, "{id}.{id}"]
)
@pytest.mark.parametrize("local", [True, False])
def test_a_caller_set_by_hand_sees_nothing(app, scene, made_up, local):
    value = made_up.format(id=scene.users[0].id)
    app.execute("select set_config('access.caller', %s, %s), pg_current_xact_id()", [value, local])
    assert app.execute("select access.caller(), access.subjects(), access.profile()").fetchone() == (None, None, None)
    assert seen(app) == set()


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "' or true --"])
def test_a_made_up_token_enters_nobody(app, scene, token):
    assert enter(app, token) is None
    assert seen(app) == set()


def test_a_dead_token_after_a_live_one_leaves_nobody(app, scene):
    enter(app, scene.users[0].token)
    assert enter(app, "0" * 64) is None
    assert seen(app) == set()


# The signed value, replayed


def caught(connection: psycopg.Connection, token: str) -> str:
    enter(connection, token)
    return connection.execute("select current_setting('access.caller')").fetchone()[0]


def test_a_caller_ends_with_the_transaction(app, scene):
    enter(app, scene.users[0].token)
    app.commit()
    assert seen(app) == set()


def test_a_caller_entered_in_a_savepoint_goes_with_it(app, scene):
    with app.transaction(force_rollback=True):
        enter(app, scene.users[0].token)
    with app.transaction():
        with app.transaction(force_rollback=True):
            enter(app, scene.users[0].token)
        assert seen(app) == set()
    assert seen(app) == set()


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_a_value_replayed_in_the_same_backend_sees_nothing(app, scene, end):
    value = caught(app, scene.users[0].token)
    getattr(app, end)()
    app.execute("select set_config('access.caller', %s, true), pg_current_xact_id()", [value])
    assert seen(app) == set()


def test_a_value_replayed_in_another_backend_sees_nothing(app, connect, scene):
    value = caught(app, scene.users[0].token)
    other = connect()
    other.execute("select set_config('access.caller', %s, true), pg_current_xact_id()", [value])
    assert seen(other) == set()
    assert seen(app) == {scene.people[0].id}


def test_a_value_kept_over_a_commit_inside_do_sees_nothing(connect, scene):
    connection, told = connect(autocommit=True), []
    connection.add_notice_handler(lambda notice: told.append(notice.message_primary))
    connection.execute(
        f"do $$ declare kept text; begin perform access.enter('{scene.users[0].token}'); "
        "kept := current_setting('access.caller'); raise notice '%', (select count(*) from person_person); commit; "
        "perform set_config('access.caller', kept, true), pg_current_xact_id(); "
        "raise notice '%', (select count(*) from person_person); end $$"
    )
    assert told == ["1", "0"]


def test_a_value_kept_inside_one_message_of_many_statements_sees_nothing(connect, scene):
    cursor = connect(autocommit=True).cursor()
    cursor.execute(
        f"begin; select access.enter('{scene.users[0].token}');"
        "select set_config('spy.kept', current_setting('access.caller'), false); select count(*) from person_person; "
        "commit; select set_config('access.caller', current_setting('spy.kept'), false), pg_current_xact_id(); "
        "select count(*) from person_person"
    )
    counts = []
    while True:
        if cursor.description and cursor.description[0].name == "count":
            counts.append(cursor.fetchone()[0])
        if not cursor.nextset():
            break
    assert counts == [1, 0]


def test_one_prepared_statement_shows_each_of_three_callers_their_own(app, scene):
    app.execute("set plan_cache_mode = force_generic_plan")
    for user, person in zip(scene.users, scene.people, strict=True):
        enter(app, user.token)
        assert app.execute("select id from person_person", prepare=True).fetchall() == [(person.id,)]
        app.commit()
    assert app.execute("select id from person_person", prepare=True).fetchall() == []


# Sight ends when its reason does


def test_access_ends_with_the_membership(app, database):
    member, team, person = make.user("practitioner"), make.subject("team"), make.person()
    held = make.membership(team, member.id)
    make.grant(team, person.id)
    enter(app, member.token)
    assert seen(app) == {person.id}
    app.commit()
    make.run("update access_teammembership set ends_at = now() where id = %s", [held])
    enter(app, member.token)
    assert seen(app) == set()


@pytest.mark.parametrize("subject", ["user", "team", "office"])
def test_access_ends_with_the_grant(app, database, subject):
    member, person = make.user("practitioner"), make.person()
    holder = member.id if subject == "user" else make.subject(subject)
    if subject != "user":
        make.membership(holder, member.id)
    held = make.grant(holder, person.id)
    enter(app, member.token)
    assert seen(app) == {person.id}
    app.commit()
    make.run("update access_accessgrant set ends_at = now() where id = %s", [held])
    enter(app, member.token)
    assert seen(app) == set()


def test_a_grant_that_has_ended_or_not_begun_shows_nothing(app, database):
    member, person = make.user("practitioner"), make.person()
    make.grant(member.id, person.id, ends_in="-1 day")
    later = make.grant(member.id, person.id)
    make.run("update access_accessgrant set starts_at = now() + interval '1 day' where id = %s", [later])
    enter(app, member.token)
    assert seen(app) == set()


# What `app` may not touch at all


@pytest.mark.parametrize(
    "statement",
    [
        "select * from access.secret", "select * from access.session", "select * from access.delegation",
        "select access.sign(gen_random_uuid(), 'x')", "select access.fresh_token()",
        "select access.open_session(gen_random_uuid(), '1 hour', '1 hour')", "select access.close_session('x')",
        "select access.close_sessions(gen_random_uuid())", "select access.redeem('x', 'y')",
        "select access.enter_service()", "select access.seal('log', 1)", "select access.verify('log')",
        "select access.place_of(gen_random_uuid())", "select access.manages_access_to(gen_random_uuid())",
        "select access.forget_ended()", "select access.make_log_partitions(1)", "select nextval('access.logentry_id')",
        "select * from access_user", "select * from django_session", "select * from access_rowhistory",
        "select * from access_logentry_rest", "select * from access_seal", "select * from pg_statistic",
        "select * from pg_authid", "select lo_import('/etc/passwd')", "select pg_read_file('/etc/passwd')",
        "select pg_ls_dir('.')", "copy person_person to '/tmp/x'", "copy (select 1) to program 'id'", "set role owner",
        "set role gate", "set session authorization owner", "load 'auto_explain'", "create extension dblink",
        "create table public.mine ()", "create temporary table mine ()", "create schema mine",
        "create function public.f() returns int language sql return 1",
        "create function pg_temp.f() returns int language sql return 1",
        "alter table person_person disable row level security", "drop policy granted on person_person",
        "create policy all_mine on person_person using (true)", "set session_replication_role = replica",
        "grant owner to app", "alter role app bypassrls", "alter table person_person owner to app",
        "create trigger t before insert on person_aboutme execute function access.refuse_change()",
        "set row_security = off; select * from person_person",
    ],
)  # fmt: skip
def test_app_is_denied(app, scene, statement):
    enter(app, scene.users[0].token)
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(statement)


def test_no_way_to_another_connection_is_installed(app):
    with pytest.raises(errors.UndefinedFunction):
        app.execute("select dblink_connect('dbname=postgres')")


def test_statistics_and_plans_hold_nothing_of_hidden_rows(app, connect, scene):
    with connect("owner") as owner:
        owner.execute("analyze person_person")
        key = owner.execute("select encode(key, 'hex') from access.secret").fetchone()[0]
    assert app.execute("select count(*) from pg_stats where tablename = 'person_person'").fetchone() == (0,)
    told: list[str] = []
    app.add_notice_handler(lambda notice: told.append(str(notice.message_primary) + str(notice.message_detail)))
    app.execute("set client_min_messages = debug1; set debug_print_plan = on; set debug_print_rewritten = on")
    enter(app, scene.users[0].token)
    seen(app)
    assert told
    assert not [text for text in told if key in text or scene.people[1].family in text]


# Settings, functions and tables that deceive


@pytest.mark.parametrize(
    "setting",
    [
        "search_path = ''", "search_path = pg_temp, access, public", "search_path = access, pg_catalog",
        "DateStyle = 'German'", "IntervalStyle = 'sql_standard'", "bytea_output = 'escape'", "TimeZone = 'Asia/Tokyo'",
        "debug_parallel_query = on", "transform_null_equals = on", "array_nulls = off",
        "plan_cache_mode = force_custom_plan",
        "enable_indexscan = off; set enable_seqscan = off", "default_transaction_isolation = 'serializable'",
        "jit = on; set jit_above_cost = 0", "constraint_exclusion = on",
        "from_collapse_limit = 1; set geqo_threshold = 2",
        "parallel_setup_cost = 0; set parallel_tuple_cost = 0; set min_parallel_table_scan_size = 0",
    ],
)  # fmt: skip
def test_a_hostile_setting_helps_no_replay_and_harms_no_caller(app, scene, setting):
    app.execute(f"set {setting}")
    app.commit()
    value = caught(app, scene.users[0].token)
    ids = {row[0] for row in app.execute("select id from public.person_person")}
    assert ids == {scene.people[0].id}
    app.commit()
    app.execute("select set_config('access.caller', %s, false), pg_current_xact_id()", [value])
    assert app.execute("select id from public.person_person").fetchall() == []


def test_a_nearly_free_leaky_function_is_shown_own_rows_only(app, connect, scene):
    with connect("owner") as owner:
        owner.execute(
            "create function public.leak(text) returns boolean cost 0.0000001 language plpgsql as "
            "'begin raise notice ''%'', $1; return true; end'; grant execute on function public.leak(text) to app"
        )
    try:
        told: list[str] = []
        app.add_notice_handler(lambda notice: told.append(notice.message_primary))
        enter(app, scene.users[0].token)
        app.execute("select id from person_person where leak(family) and leak(nhs_number)")
        assert set(told) == {scene.people[0].family, scene.people[0].nhs_number}
    finally:
        app.close()
        with connect("owner") as owner:
            owner.execute("drop function public.leak(text)")


def test_a_cast_error_quotes_own_rows_only(app, scene):
    enter(app, scene.users[0].token)
    with pytest.raises(errors.InvalidTextRepresentation) as raised:
        app.execute("select * from person_person where family::integer > 0")
    assert scene.people[0].family in str(raised.value)
    app.rollback()
    enter(app, scene.stranger.token)
    assert app.execute("select * from person_person where family::integer > 0").fetchall() == []


def test_temporary_tables_of_the_loader_deceive_no_function(connect, scene):
    loader = connect("loader")
    grant_id = make.grant(scene.stranger.id, make.person().id)
    loader.execute(
        "create temporary table access_subject as select gen_random_uuid() as id, 'service'::text as kind, "
        "'service:loader'::text as code; "
        "create temporary table access_teammembership as select t.id as team_id, s.id as member_id, "
        "now() - interval '1 day' as starts_at, null::timestamptz as ends_at from public.access_subject t, "
        "public.access_subject s where s.code = 'service:loader'; "
        "create temporary table access_rowhistory (actor_id uuid, database_role text, table_name text, row_id text, "
        "person_id uuid, operation text, before jsonb); "
        "create temporary table access_logentry (id bigint, actor_id uuid, act text, outcome text, person_id uuid, "
        "thing_id uuid, place_id uuid, reason text, found integer, request_id text); "
        "set search_path = pg_temp, access, public"
    )
    service = loader.execute("select access.enter_service()").fetchone()[0]
    assert service == make.run("select id from access_subject where code = 'service:loader'")[0][0]
    assert loader.execute("select access.subjects()").fetchone() == ([service],)
    loader.execute(
        "select access.record('load.finished', 'done', null, null, null, '', null, %s)", [f"t-{grant_id}"[:38]]
    )
    loader.execute("update public.access_accessgrant set ends_at = now() where id = %s", [grant_id])
    loader.commit()
    assert make.run("select actor_id from access_rowhistory where row_id = %s", [str(grant_id)]) == [(service,)]
    assert make.run("select actor_id from access_logentry where request_id = %s", [f"t-{grant_id}"[:38]]) == [
        (service,)
    ]
    assert loader.execute("select count(*) from pg_temp.access_rowhistory").fetchone() == (0,)
