"""Does nothing leak through pools and roles, and does no hand write past the rules?

Hand-written SQL on real connections, like test_row_security.py.
"""

from __future__ import annotations

from uuid import uuid4

import pytest
from psycopg import errors

from tests import factories as make
from tests.factories import enter, seen

# Connections, pools and roles


def test_the_token_shows_in_no_statement_text_when_django_enters(database, connect, scene, monkeypatch):
    from django.db import connection, transaction

    from joinedup.access import callers

    texts: list[str] = []

    def look(told: object):
        process = connection.connection.info.backend_pid
        with connect("bootstrap") as bootstrap:
            texts.extend(
                row[0] for row in bootstrap.execute("select query from pg_stat_activity where pid = %s", [process])
            )

    monkeypatch.setattr(callers, "_read", look)
    with transaction.atomic():
        callers.enter(scene.users[0].token)
    assert any("access.enter" in text for text in texts)
    assert not any(scene.users[0].token in text for text in texts)


def test_entering_on_the_second_connection_never_waits_for_the_first(app, connect, scene):
    user = make.user("practitioner")
    make.run("update access.session set idle_until = idle_until - interval '10 minutes' where subject = %s", [user.id])
    other = connect()
    other.execute("set lock_timeout = '300ms'")
    assert enter(app, user.token) == enter(other, user.token) == user.id


def test_a_held_cursor_is_gone_when_the_pool_takes_the_connection_back(app, scene):
    from config.pooling import forget_everything

    enter(app, scene.users[0].token)
    app.execute("declare kept cursor with hold for select id from person_person")
    app.commit()
    assert app.execute("fetch all from kept").fetchall() == [(scene.people[0].id,)]
    app.execute("set spy.kept = 'x'")
    app.execute("select pg_advisory_lock(7304)")
    app.commit()
    forget_everything(app)
    assert app.execute("select current_setting('spy.kept', true)").fetchone()[0] in (None, "")
    assert app.execute("select count(*) from pg_locks where locktype = 'advisory'").fetchone()[0] == 0
    with pytest.raises(errors.InvalidCursorName):
        app.execute("fetch all from kept")


def test_a_plan_that_the_pool_keeps_shows_each_caller_their_own(connect, scene):
    from config.pooling import forget_everything

    with connect(prepare_threshold=1) as app:
        for user in [*scene.users, *scene.users]:
            enter(app, user.token)
            shown = seen(app)
            app.commit()
            forget_everything(app)
            with connect() as fresh:
                enter(fresh, user.token)
                assert shown == seen(fresh)
            assert seen(app) == set()
            app.commit()
        kept = [row[0] for row in app.execute("select statement from pg_prepared_statements").fetchall()]
    assert any("person_person" in statement for statement in kept)
    assert not any(user.token in statement for statement in kept for user in scene.users)


def test_settings_that_the_role_changes_itself_do_not_win(app, connect, scene):
    app.autocommit = True
    app.execute("alter role app set row_security = off")
    app.execute("alter role app set search_path = pg_temp, access")
    try:
        with connect() as fresh:
            held = fresh.execute("select current_setting('row_security'), current_setting('search_path')").fetchone()
            assert held == ("on", "public")
            assert seen(fresh) == set()
    finally:
        app.execute("alter role app reset all")


@pytest.mark.parametrize("role", ["owner", "default", "worker"])
def test_serving_is_refused_to_a_role_that_owns_and_to_no_other(database, monkeypatch, role):
    from django.db import connections

    from config.databases import refuse_powerful_role
    from joinedup.base.errors import OperatorMustAct

    monkeypatch.setattr("django.db.connection", connections[role])
    if role != "owner":
        refuse_powerful_role()
        return
    with pytest.raises(OperatorMustAct) as refused:
        refuse_powerful_role()
    assert refused.value.code == "database-role-too-powerful"


def test_serving_is_refused_when_row_security_is_off(connect, monkeypatch):
    from config.databases import refuse_powerful_role
    from joinedup.base.errors import OperatorMustAct

    connection = connect(options="-c row_security=off")
    monkeypatch.setattr("django.db.connection", connection)
    with pytest.raises(OperatorMustAct):
        refuse_powerful_role()


# Writing by hand


@pytest.mark.parametrize(
    "statement",
    [
        "insert into access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, version) "
        "values (gen_random_uuid(), %(me)s, %(other)s, 'direct_care', 'mine', now(), 1)",
        "update access_accessgrant set ends_at = null, person_id = %(other)s", "delete from access_accessgrant",
        "insert into person_aboutme (person_id, most_important, how_to_support, version, written_by_id, written_at) "
        "values (%(other_bare)s, 'x', '', 1, %(me)s, now())",
        "update person_aboutme set person_id = %(other_bare)s, written_by_id = %(me)s",
        "update person_aboutme set most_important = 'x', written_by_id = %(somebody)s where person_id = %(mine)s",
        "delete from person_aboutme",
        "update person_timelineentry set person_id = %(other)s",
        "update person_person set family = 'x'", "delete from person_person", "delete from person_timelineentry",
        "insert into person_person (id, place_id, updated_at) values (gen_random_uuid(), gen_random_uuid(), now())",
        "update access_logentry set reason = 'x'", "delete from access_logentry", "truncate access_logentry",
        "insert into access_logentry (act, outcome) values ('record.opened', 'done')",
        "insert into access_actionresult (id, by_id, request_key, action, arguments_digest, result, at) "
        "values (gen_random_uuid(), %(somebody)s, 'key-12345678', 'x', 'x', '1', now())",
        "update access_actionresult set by_id = %(me)s", "insert into access_roleholding (id, subject_id, role, "
        "place_id, starts_at) select gen_random_uuid(), %(me)s, 'administrator', id, now() from places_place limit 1",
        "insert into access_teammembership (id, team_id, member_id, starts_at) values (gen_random_uuid(), "
        "%(somebody)s, %(me)s, now())", "update procrastinate_jobs set status = 'todo'",
    ],
)  # fmt: skip
def test_app_may_not_write_by_hand(app, scene, statement):
    me, other = scene.users[0], make.person()
    bare = make.person()
    make.run("delete from person_aboutme where person_id = %s", [bare.id])
    words = {
        "me": me.id, "other": other.id, "other_bare": bare.id, "mine": scene.people[0].id, "somebody": uuid4(),
    }  # fmt: skip
    enter(app, me.token)
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(statement, words)


def test_another_persons_about_me_is_not_changed(app, scene):
    enter(app, scene.users[0].token)
    changed = app.execute(
        "update person_aboutme set most_important = 'x', written_by_id = %s where person_id = %s",
        [scene.users[0].id, scene.people[1].id],
    )
    assert changed.rowcount == 0


def test_an_own_about_me_is_changed_and_its_history_kept(app, scene):
    user, person = make.user("practitioner"), make.person()
    make.grant(user.id, person.id)
    enter(app, user.token)
    app.execute(
        "update person_aboutme set most_important = 'My cat', written_by_id = %s where person_id = %s",
        [user.id, person.id],
    )
    app.commit()
    kept = make.run(
        "select actor_id, database_role, before ->> 'most_important' from access_rowhistory "
        "where table_name = 'person_aboutme' and person_id = %s",
        [person.id],
    )
    assert kept == [(user.id, "app", "My dog")]
