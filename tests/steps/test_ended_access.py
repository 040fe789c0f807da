"""Does what ends take its sight with it the same minute, while the session still runs? Each way of having it, by SQL.

The token is never renewed: the same session sees, what gives sight ends, and the next transaction sees nothing.
"""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from tests import factories as make
from tests.factories import enter, seen

pytestmark = pytest.mark.usefixtures("database")
NOTHING: set[UUID] = set()


def sees(app, user: make.MadeUser) -> set[UUID]:
    app.rollback()
    enter(app, user.token)
    return seen(app)


@pytest.fixture
def held() -> SimpleNamespace:
    """A practitioner and somebody to see."""
    return SimpleNamespace(user=make.user("practitioner"), person=make.person())


def test_a_role_that_ends_takes_a_personal_grant_with_it(app, held):
    make.grant(held.user.id, held.person.id)
    assert sees(app, held.user) == {held.person.id}
    make.run("update access_roleholding set ends_at = now() where subject_id = %s", [held.user.id])
    assert sees(app, held.user) == NOTHING


def test_a_role_that_ends_takes_the_teams_grants_with_it(app, held):
    team = make.subject()
    make.membership(team, held.user.id)
    make.grant(team, held.person.id)
    assert sees(app, held.user) == {held.person.id}
    make.run("update access_roleholding set ends_at = now() where subject_id = %s", [held.user.id])
    assert sees(app, held.user) == NOTHING


def test_of_two_roles_the_last_one_takes_sight_with_it(app, held):
    make.grant(held.user.id, held.person.id)
    second = make.role(held.user.id, "case_manager", make.place())
    make.run("update access_roleholding set ends_at = now() where subject_id = %s and role = 'practitioner'",
             [held.user.id])  # fmt: skip
    assert sees(app, held.user) == {held.person.id}
    make.run("update access_roleholding set ends_at = now() where id = %s", [second])
    assert sees(app, held.user) == NOTHING


def test_a_role_that_has_not_begun_gives_nothing_yet(app, held):
    make.grant(held.user.id, held.person.id)
    make.run(
        "update access_roleholding set starts_at = now() + interval '1 hour' where subject_id = %s", [held.user.id]
    )
    assert sees(app, held.user) == NOTHING


def test_a_membership_that_ends_takes_the_teams_sight_and_leaves_ones_own(app, held):
    team, mine = make.subject(), make.person()
    member = make.membership(team, held.user.id)
    make.grant(team, held.person.id)
    make.grant(held.user.id, mine.id)
    assert sees(app, held.user) == {held.person.id, mine.id}
    make.run("update access_teammembership set ends_at = now() where id = %s", [member])
    assert sees(app, held.user) == {mine.id}


def office(user: make.MadeUser, person: make.MadePerson, starts_in: int, ends_in: int | None) -> UUID:
    """An office that may see a person, held from one day to another by this user; returns the holding."""
    post = make.insert("places_office", body_id=make.body(), title=f"Invented {uuid4().hex[:6]}", statutory_basis="",
                       is_statutory=False)  # fmt: skip
    [(today,)] = make.run("select (now() at time zone 'Europe/London')::date")
    holding = make.insert(
        "places_officeholder", office_id=post, holder_name="Invented", starts_on=today + timedelta(days=starts_in),
        ends_on=None if ends_in is None else today + timedelta(days=ends_in), appointed_how="appointed", is_demo=True,
    )  # fmt: skip
    subject = make.subject("office")
    make.insert("access_officeseat", office_id=subject, member_id=user.id, holder_id=holding)
    make.grant(subject, person.id)
    return holding


def test_an_office_that_ends_takes_its_sight_with_it(app, held):
    holding = office(held.user, held.person, -400, None)
    assert sees(app, held.user) == {held.person.id}
    make.run(
        "update places_officeholder set ends_on = (now() at time zone 'Europe/London')::date where id = %s", [holding]
    )
    assert sees(app, held.user) == NOTHING


@pytest.mark.parametrize(
    ("starts", "ends", "sight"), [(-9, None, True), (0, 1, True), (-9, 0, False), (1, None, False)]
)
def test_an_office_gives_sight_on_the_days_of_its_holder_only(app, held, starts, ends, sight):
    office(held.user, held.person, starts, ends)
    assert sees(app, held.user) == ({held.person.id} if sight else NOTHING)


def test_the_successor_sees_what_the_predecessor_no_longer_sees(app, held):
    successor = make.user("practitioner")
    holding = office(held.user, held.person, -9, 0)
    [(post, subject)] = make.run(
        "select h.office_id, s.office_id from access_officeseat s join places_officeholder h on h.id = s.holder_id "
        "where h.id = %s", [holding])  # fmt: skip
    after = make.insert(
        "places_officeholder", office_id=post, holder_name="Invented", ends_on=None, appointed_how="appointed",
        starts_on=make.run("select (now() at time zone 'Europe/London')::date")[0][0], is_demo=True,
    )  # fmt: skip
    make.insert("access_officeseat", office_id=subject, member_id=successor.id, holder_id=after)
    assert (sees(app, held.user), sees(app, successor)) == (NOTHING, {held.person.id})


def test_a_closed_account_is_nobody_at_once(app, held):
    make.grant(held.user.id, held.person.id)
    assert sees(app, held.user) == {held.person.id}
    make.run("update access_user set is_active = false where id = %s", [held.user.id])
    app.rollback()
    assert enter(app, held.user.token) is None
    assert seen(app) == NOTHING


def test_a_job_that_was_asked_for_before_the_account_closed_does_nothing(app, connect, held):
    make.grant(held.user.id, held.person.id)
    enter(app, held.user.token)
    delegation = app.execute("select access.delegate('a job', '1 hour')").fetchone()[0]
    app.commit()
    make.run("update access_user set is_active = false where id = %s", [held.user.id])
    worker = connect("worker")
    assert worker.execute("select access.redeem(%s, 'a job')", [delegation]).fetchone() == (None,)
    assert seen(worker) == NOTHING


def test_a_job_acts_for_nobody_whose_role_ended_since(app, connect, held):
    make.grant(held.user.id, held.person.id)
    enter(app, held.user.token)
    delegation = app.execute("select access.delegate('a job', '1 hour')").fetchone()[0]
    app.commit()
    make.run("update access_roleholding set ends_at = now() where subject_id = %s", [held.user.id])
    worker = connect("worker")
    worker.execute("select access.redeem(%s, 'a job')", [delegation])
    assert seen(worker) == NOTHING


def test_nothing_is_passed_on_or_searched_with_an_ended_role(app, held):
    make.grant(held.user.id, held.person.id)
    make.run("update access_roleholding set ends_at = now() where subject_id = %s", [held.user.id])
    enter(app, held.user.token)
    with pytest.raises(Exception, match="Only somebody who may see") as refused:
        app.execute("select access.give_grant(gen_random_uuid(), %s, %s, 'direct_care', 'x', now(), null)",
                    [make.user().id, held.person.id])  # fmt: skip
    assert refused.value.diag.constraint_name == "grant_needs_right"
    app.rollback()
    enter(app, held.user.token)
    with pytest.raises(Exception, match="Nobody has entered"):
        app.execute(
            "select * from access.person_search('', array['planted'], '{}', '{}', '{}', '{}', null, '', '', 20)"
        )


def test_pages_refuse_at_the_next_click(held):
    from tests.steps.telling import client

    make.grant(held.user.id, held.person.id)
    browser = client(held.user)
    assert browser.get(f"/people/{held.person.id}/").status_code == 200
    make.run("update access_roleholding set ends_at = now() where subject_id = %s", [held.user.id])
    assert browser.get(f"/people/{held.person.id}/").status_code == 403
    make.run("update access_user set is_active = false where id = %s", [held.user.id])
    assert browser.get(f"/people/{held.person.id}/").status_code == 302


def test_a_case_manager_who_stands_down_keeps_no_sight_of_that_source(app):
    from joinedup.plan.actions import stand_down
    from tests import care_scene as care

    made = care.scene()
    plan_id, outsider = care.agreed(made), make.user("case_manager")
    care.named(made, plan_id, outsider)
    assert len(sees(app, outsider)) == 1
    app.rollback()
    care.do(stand_down, made.nurse, plan_id=plan_id, expected_version=care.version_of(plan_id))
    assert sees(app, outsider) == NOTHING


def test_the_sight_of_a_present_case_manager_is_ended_by_nobody(app):
    from tests import care_scene as care

    made = care.scene()
    outsider = make.user("case_manager")
    naming = care.named(made, care.agreed(made), outsider)
    enter(app, make.user("practitioner").token)
    assert app.execute("select access.end_sight_of_case_manager(%s)", [naming]).fetchone() == (0,)
    app.commit()
    assert len(sees(app, outsider)) == 1
