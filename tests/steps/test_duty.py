"""Does a turn at the duty desk show who waits there, for exactly as long as it lasts, and may only the right set it?"""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import psycopg
import pytest

from joinedup.base import clock
from joinedup.base.errors import NotAllowed, NotNow, PersonMustAct
from tests import factories as make
from tests.factories import enter, seen
from tests.steps.calls import NOW, call, front_door, key, person_of, taken, worker
from tests.steps.telling import client
from tests.steps.test_record import text_of

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def desk(database) -> SimpleNamespace:
    """A place with a duty desk, a call that waits there, and a nurse of no team."""
    door = front_door()
    team = make.subject("team")
    make.run("update access_subject set label = 'Night desk' where id = %s", [team])
    make.run("insert into access_dutydesk (team_id, place_id, starts_at) values (%s, %s, now() - interval '400 days')",
             [team, door.place])  # fmt: skip
    door.duty, door.spare = team, worker("practitioner", door.place, None, "Noor Night")
    door.request = taken(door.coordinator, call(door.place, team))
    return door


def put_on(desk, by=None, member=None, starts=NOW, ends=NOW + 8 * HOUR, request_key="") -> UUID:
    from joinedup.access.actions import set_shift

    with make.acting_as((by or desk.coordinator).username) as caller:
        return set_shift(by=caller, at=NOW, request_key=request_key or key(), desk_id=desk.duty,
                         member_id=(member or desk.spare).id, starts_at=starts, ends_at=ends)  # fmt: skip


def ended(desk, shift: UUID, by=None) -> bool:
    from joinedup.access.actions import end_shift

    with make.acting_as((by or desk.coordinator).username) as caller:
        return end_shift(by=caller, at=NOW, request_key=key(), shift_id=shift)


def sees(app, user) -> set[UUID]:
    app.rollback()
    enter(app, user.token)
    return seen(app)


@pytest.fixture
def shift(desk):
    """The spare nurse on duty now; taken off afterwards."""
    made = put_on(desk)
    yield made
    make.run("delete from access_teammembership where id = %s", [made])
    make.run("delete from access_dutyshift where id = %s", [made])


def test_who_is_on_duty_sees_who_waits_and_loses_it_the_same_minute(app, desk, shift):
    person = person_of(desk.request)
    assert sees(app, desk.spare) == {person}
    assert ended(desk, shift)
    assert sees(app, desk.spare) == set()
    with pytest.raises(NotNow, match="shift-ended"):
        ended(desk, shift)


def test_a_shift_that_runs_out_takes_its_sight_with_it_by_itself(app, desk, shift):
    assert sees(app, desk.spare)
    make.run("update access_teammembership set starts_at = now() - interval '9 hours', ends_at = now() where id = %s",
             [shift])  # fmt: skip
    assert sees(app, desk.spare) == set()


def test_a_shift_to_come_shows_nothing_yet_and_can_be_taken_back(app, desk):
    later = put_on(desk, starts=NOW + 24 * HOUR, ends=NOW + 32 * HOUR)
    assert sees(app, desk.spare) == set()
    assert ended(desk, later, desk.spare)
    assert make.run("select count(*) from access_teammembership where id = %s", [later]) == [(0,)]


@pytest.mark.parametrize(
    ("starts", "ends"), [(NOW, NOW), (NOW - 9 * HOUR, NOW - HOUR), (NOW, NOW + 25 * HOUR)],
)  # fmt: skip
def test_a_time_that_cannot_be_is_refused(desk, starts, ends):
    with pytest.raises(PersonMustAct, match="shift-lasts-at-most-a-day"):
        put_on(desk, starts=starts, ends=ends)


def test_nobody_is_on_duty_twice_at_once_nor_from_elsewhere(desk, shift):
    with pytest.raises(PersonMustAct, match="member-of-team-once"):
        put_on(desk, starts=NOW + HOUR)
    with pytest.raises(PersonMustAct, match="shift-is-of-somebody-at-work-here"):
        put_on(desk, member=desk.stranger)
    with pytest.raises(PersonMustAct, match="shift-is-of-somebody-at-work-here"):
        put_on(desk, member=desk.officer)


def test_a_key_sent_again_sets_one_shift(desk):
    sent = key()
    first = put_on(desk, member=desk.helper, request_key=sent)
    assert put_on(desk, member=desk.helper, request_key=sent) == first
    ended(desk, first)


def test_only_who_runs_the_desk_sets_its_shifts_by_act_or_by_sql(app, desk, shift):
    with pytest.raises(NotAllowed):
        put_on(desk, by=desk.nurse, member=desk.nurse)
    for user in (desk.nurse, desk.stranger, desk.officer):
        for statement, values, constraint in (
            ("select access.set_shift(%s, %s, %s, now(), now() + interval '1 hour', now())",
             [uuid4(), desk.duty, user.id], "shift_set_by_who_runs_the_desk"),
            ("select access.end_shift(%s, now())", [shift], "shift_ended_by_who_may"),
        ):  # fmt: skip
            app.rollback()
            enter(app, user.token)
            with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
                app.execute(statement, values)
            assert refused.value.diag.constraint_name == constraint
    app.rollback()
    enter(app, desk.coordinator.token)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("insert into access_teammembership (id, team_id, member_id, starts_at) values (%s, %s, %s, now())",
                    [uuid4(), desk.duty, desk.coordinator.id])  # fmt: skip
    app.rollback()


def test_the_page_says_that_nobody_answers_and_puts_somebody_on(desk):
    with clock.frozen(NOW):
        page = text_of(client(desk.coordinator).get("/duty/"))
        assert "Nobody on duty" in page
        assert "1 request waits here and nobody is on duty" in page
        sent = {"request_key": key(), "member": str(desk.helper.id), "starts_on": "2 11 2026",
                "starts_time": "10:00", "hours": "4"}  # fmt: skip
        answer = client(desk.coordinator).post(f"/duty/{desk.duty}/", sent)
        assert answer.status_code == 302, text_of(answer)
        page = text_of(client(desk.helper).get("/duty/"))
        assert "Answered now" in page
        assert "Lee Able" in page
        assert "Put somebody on duty" not in page
        again = client(desk.coordinator).post(f"/duty/{desk.duty}/", sent | {"request_key": key()})
        assert again.status_code == 422
        assert "on duty there at that time already" in text_of(again)
        [(shift,)] = make.run("select id from access_dutyshift where member_id = %s and ended_at is null",
                              [desk.helper.id])  # fmt: skip
        done = client(desk.helper).post(f"/duty/shifts/{shift}/end/", {"request_key": key()})
        assert done.status_code == 302
    assert client(desk.stranger).post(f"/duty/{desk.duty}/", sent).status_code == 404
    assert client(desk.officer).get("/duty/").status_code == 403
