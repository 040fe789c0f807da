"""Does a posting of a delivered week lead to the person whose care it was, and does the measure count it?"""

from __future__ import annotations

import os
from datetime import date
from uuid import uuid4

import psycopg
import pytest

from tests import factories as make
from tests import money_scene as money
from tests.steps import extracts
from tests.steps.test_extract import rows

BACK = "access.person_behind(text,uuid)"


@pytest.fixture(scope="module")
def delivered(database, tmp_path_factory):
    """A place with one delivered week, and an extract of it."""
    made = money.scene()
    package_id = money.committed(made)
    money.confirmed(made, package_id)
    out = tmp_path_factory.mktemp("extract")
    folder, manifest = extracts.made(out)
    return made, package_id, folder, manifest


def test_a_posting_carries_the_persons_pseudonym_and_every_line_of_the_journal_the_same(delivered):
    made, _, folder, _ = delivered
    found = rows(folder, "select pseudonym, count(*) from posting where fund = ? group by 1", made.fund_code)
    place = make.run("select code from places_place where id = %s", [made.place_id])[0][0]
    assert len(found) == 1
    assert found[0][0] is not None
    assert rows(folder, "select count(*) from person where pseudonym = ? and place = ?", found[0][0], place) == [(1,)]


def test_the_caller_with_a_grant_gets_from_that_posting_to_the_person(delivered, connect):
    made, _, folder, manifest = delivered
    (pseudonym,) = rows(folder, "select distinct pseudonym from posting where fund = ?", made.fund_code)[0]
    make.grant(made.officer.id, made.person.id)
    for who, expected in ((make.user("analyst", made.place_id), []), (made.officer, [(made.person.id,)])):
        app = connect("app")
        make.enter(app, who.token)
        seen = app.execute("select person from access.people_behind(%s, %s)", [manifest["run"], [pseudonym]]).fetchall()
        app.rollback()
        assert seen == expected


def test_joint_spending_counts_the_people_behind_the_postings(delivered):
    from joinedup.outcomes import extract_reading
    from joinedup.outcomes.measures import Span, pooled_spending, unbound_tables

    made, _, folder, _ = delivered
    place = make.run("select code from places_place where id = %s", [made.place_id])[0][0]
    with extract_reading.engine(extract_reading.checked(folder)) as engine:
        span = Span(date(2025, 11, 3), date(2026, 11, 2))
        found = {row["place"]: row for row in engine.rows(pooled_spending(unbound_tables(), span))}
    assert found[place]["people"] == 1
    assert found[place]["pence"] == money.WEEK_PENCE - money.CHARGE_PENCE


def test_a_journal_of_another_kind_or_key_leads_to_nobody(delivered, connect):
    week_id = make.run("select id from commissioning_deliveredweek limit 1")[0][0]
    asked = "select access.person_behind(%s, %s)"
    assert make.run(asked, ["delivered_week", week_id])[0][0] is not None
    for kind, key in (("contribution", week_id), ("delivered_week", uuid4())):
        assert make.run(asked, [kind, key]) == [(None,)]
    for role in ("app", "worker", "public_reader"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connect(role).execute(asked, ["delivered_week", week_id])


@pytest.mark.parametrize("first", ["commissioning", "extract"])
def test_whichever_step_migrates_first_the_way_back_is_the_same(server, database, first):
    """Both first definitions, read from the files of the two migrations, meet in either order; a later one follows."""
    from config.databases import connection_words

    body = "select pg_get_functiondef(%s::regprocedure)"
    names = {"extract": "joinedup/extract/sql/0001_views.sql", "commissioning": "joinedup/commissioning/sql/"
             "0003_way_back.sql"}  # fmt: skip
    texts = {name: (extracts.PROJECT / path).read_text() for name, path in names.items()}
    stub = texts["extract"].split("do $$", 1)[1].split("$$;", 1)[0]
    made = {"extract": f"do $${stub}$$", "commissioning": texts["commissioning"].split("-- Whether the key", 1)[0]}
    later = (extracts.PROJECT / "joinedup/commissioning/sql/0011_adjusted_weeks.sql").read_text()
    with psycopg.connect(**connection_words(server, "owner", os.environ["JOINEDUP_DATABASE_NAME"])) as owner:
        before = owner.execute(body, [BACK]).fetchone()
        owner.execute(f"drop function {BACK} cascade")
        for name in (first, *(set(made) - {first})):
            owner.execute(made[name])
        owner.execute(later.split("-- As before, and from", 1)[1].split("\n", 1)[1])
        assert owner.execute(body, [BACK]).fetchone() == before
        owner.rollback()


def test_whether_a_runs_key_is_held_is_all_that_app_learns_of_it(delivered, connect):
    *_, manifest = delivered
    app = connect("app")
    asked = "select access.run_leads_back(%s)"
    assert app.execute(asked, [manifest["run"]]).fetchone() == (True,)
    assert app.execute(asked, [uuid4()]).fetchone() == (False,)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("select key from access.extract_run")
