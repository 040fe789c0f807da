"""From a released figure back: only to people whom the caller may see anyway, and no number that was not released."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import pytest

from tests import care_scene as care
from tests import factories as make
from tests.steps import extracts, following

EMERGENCIES, PLANS, MONEY = "emergency_admissions_older", "case_manager_named", "joint_spending"
MOST_QUERIES = 12


@pytest.fixture(scope="module")
def told(database, tmp_path_factory) -> SimpleNamespace:
    return following.told(tmp_path_factory.mktemp("extract"))


def back(told, who, measure, folder=None):
    from joinedup.desk.way_back import figure_back

    with care.acting(who) as by:
        return figure_back(by, told.release_id, measure, folder or told.extracts)


def person_of(told, who, measure, person_id):
    from joinedup.desk.way_back import person_back

    with care.acting(who) as by:
        return person_back(by, told.release_id, measure, person_id, told.extracts, care.now())


def test_an_analyst_without_grants_learns_what_was_released_and_no_more(told):
    found = back(told, told.analyst, EMERGENCIES)
    assert (found.people, found.may_see, found.rows_of_theirs, found.hidden) == ((), 0, 0, following.OTHERS + 1)
    assert found.hidden == int(found.measure.whole.events)


def test_a_suppressed_figure_stays_suppressed(told):
    for measure in (PLANS, MONEY):
        found = back(told, told.analyst, measure)
        assert found.measure.whole.suppressed
        assert (found.people, found.hidden, found.rows_of_theirs) == ((), None, 0)


def test_with_a_grant_exactly_that_person_is_shown_and_each_look_is_logged(told):
    one = told.others[0]
    who = make.user("analyst", told.scene.place_id)
    make.grant(who.id, one.id)
    found = back(told, who, EMERGENCIES)
    assert [key for key, _ in found.people] == [one.id]
    assert (found.rows_of_theirs, found.hidden) == (1, following.OTHERS)
    assert following.looks(one.id, who.id) == 1
    assert following.looks(told.scene.person.id, who.id) == 0
    person_of(told, who, EMERGENCIES, one.id)
    assert following.looks(one.id, who.id) == 2


def test_the_accounting_officer_gets_from_the_money_to_plan_package_and_journals(told):
    who = told.scene.officer
    assert [key for key, _ in back(told, who, MONEY).people] == [told.scene.person.id]
    found = person_of(told, who, MONEY, told.scene.person.id)
    assert [each.plan_id for each in found.plans.plans] == [told.scene.plan_id]
    (package,) = found.packages
    assert package.package_id == told.package_id
    assert len(package.weeks) == 2
    assert {len(kind.rows) for kind in found.kinds} == {4}
    assert found.requests is None


def test_whoever_works_requests_too_gets_to_the_call(told):
    who = make.user("analyst", told.scene.place_id)
    make.role(who.id, "coordinator", told.scene.place_id)
    make.grant(who.id, told.scene.person.id)
    found = person_of(told, who, EMERGENCIES, told.scene.person.id)
    assert [each.request.id for each in found.requests] == [told.request_id]


def test_nobody_gets_to_somebody_else_or_to_another_places_figures(told):
    from joinedup.base.errors import NotAllowed, NotFound

    granted = make.user("analyst", told.scene.place_id)
    not_behind = make.person(told.scene.place_id)
    make.grant(granted.id, not_behind.id)
    for who, person in ((told.analyst, told.scene.person), (granted, not_behind), (granted, told.others[1])):
        with pytest.raises(NotFound) as refused:
            person_of(told, who, EMERGENCIES, person.id)
        assert refused.value.code == "person-not-behind"
    for who, error in ((make.user("analyst", make.place()), NotFound), (told.scene.care.nurse, NotAllowed)):
        with pytest.raises(error):
            back(told, who, EMERGENCIES)
    with pytest.raises(NotFound):
        back(told, told.analyst, "no_such_measure")


def test_an_extract_that_is_gone_or_another_is_said_in_words_and_shows_nobody(told, tmp_path):
    assert back(told, told.scene.officer, MONEY, tmp_path / "none").why_not.code == "extract-gone"
    extracts.made(tmp_path / "anew")
    gone = back(told, told.scene.officer, MONEY, tmp_path / "anew")
    assert (gone.why_not.code, gone.people, gone.hidden) == ("extract-gone", (), None)
    shutil.copytree(told.extracts, tmp_path / "changed")
    (manifest,) = (tmp_path / "changed").glob("*/manifest.json")
    manifest.write_text(manifest.read_text() + "\n")
    assert back(told, told.scene.officer, MONEY, tmp_path / "changed").why_not.code == "extract-other"
    shutil.copytree(told.extracts, tmp_path / "damaged")
    (file,) = (tmp_path / "damaged").glob("*/posting.parquet")
    file.write_bytes(file.read_bytes() + b" ")
    assert back(told, told.scene.officer, MONEY, tmp_path / "damaged").why_not.code == "extract-damaged"


def test_after_a_restore_the_key_is_gone_and_the_page_says_so(told):
    held = make.run("select id, made_in::text, run_at, as_at, key from access.extract_run where id = (select "
                    "extract_run from outcomes_release where id = %s)", [told.release_id])[0]  # fmt: skip
    make.run("delete from access.extract_run where id = %s", [held[0]])
    try:
        found = back(told, told.scene.officer, MONEY)
        assert (found.why_not.code, found.people) == ("extract-key-gone", ())
    finally:
        make.run("insert into access.extract_run (id, made_in, run_at, as_at, key) values (%s, %s::xid8, %s, %s, %s)",
                 list(held))  # fmt: skip


def test_however_many_are_behind_it_the_queries_are_bounded(told):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from joinedup.desk import way_back

    few, many = make.user("analyst", told.scene.place_id), make.user("analyst", told.scene.place_id)
    make.grant(few.id, told.others[0].id)
    for each in told.others:
        make.grant(many.id, each.id)
    asked = []
    for who in (few, many):
        with CaptureQueriesContext(connection) as counted:
            shown = back(told, who, EMERGENCIES)
        asked.append(len(counted) - len(shown.people))  # one line of the log for each person
    assert asked[0] == asked[1] <= MOST_QUERIES
    assert way_back.PEOPLE_SHOWN_LIMIT >= len(shown.people) == following.OTHERS
