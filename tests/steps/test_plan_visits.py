"""Is nobody visited twice for nothing: are duplicates stopped before they are booked, counted, and offered as joint?"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tests import care_scene as care
from tests import factories as make

VISIT = (
    "insert into plan_visit (id, person_id, worker_id, body_id, purpose, starts_at, ends_at, joint_key, state, "
    "booked_by_id, booked_at, anyway_reason, cancelled_why, version) select gen_random_uuid(), %s, s.id, s.body_id, "
    "'nursing', %s, %s, %s, 'planned', s.id, now(), '', '', 1 from access_subject s where s.id = %s"
)


@pytest.fixture
def made(database) -> care.Scene:
    return care.scene()


# What happens


def test_a_second_visit_for_the_same_purpose_is_stopped_and_counted(made):
    first = care.booked(made, made.therapist)
    assert first.visit_id
    second = care.booked(made, made.nurse, days=5)
    assert second.visit_id is None
    row = make.run(
        "select why, existing_id, minutes, outcome from plan_stoppedvisit where id = %s", [second.stopped_id]
    )
    assert row == [("same_purpose", first.visit_id, 60, "")]
    assert make.run("select count(*) from plan_visit where person_id = %s", [made.person.id]) == [(1,)]


def test_outside_the_window_or_for_another_purpose_nothing_is_stopped(made):
    assert care.booked(made, made.therapist).visit_id
    assert care.booked(made, made.nurse, days=3 + 15).visit_id
    assert care.booked(made, made.nurse, "nursing", hour=12).visit_id


def test_a_stopped_visit_is_made_joint_at_the_standing_visits_time(made):
    from joinedup.base.errors import NotNow
    from joinedup.plan.actions import make_joint

    first = care.booked(made, made.therapist)
    stopped = care.booked(made, made.nurse, days=5)
    joint = care.do(make_joint, made.nurse, stopped_id=stopped.stopped_id)
    rows = make.run("select id, joint_key, starts_at from plan_visit where person_id = %s", [made.person.id])
    assert {row[0] for row in rows} == {first.visit_id, joint}
    assert len({row[1:] for row in rows}) == 1
    assert make.run("select outcome, visit_id from plan_stoppedvisit where id = %s", [stopped.stopped_id]) == [
        ("joint", joint)
    ]
    with pytest.raises(NotNow, match="settled already"):
        care.do(make_joint, made.nurse, stopped_id=stopped.stopped_id)


def test_booking_anyway_needs_a_reason_and_a_policy_that_allows_it(made):
    from joinedup.base.errors import NotNow, PersonMustAct
    from joinedup.plan.actions import book_anyway

    care.booked(made, made.therapist)
    stopped = care.booked(made, made.nurse, days=5)
    with pytest.raises(PersonMustAct):
        care.do(book_anyway, made.nurse, stopped_id=stopped.stopped_id, reason=" ")
    visit = care.do(book_anyway, made.nurse, stopped_id=stopped.stopped_id, reason="New wheelchair arrived")
    assert make.run("select anyway_reason from plan_visit where id = %s", [visit]) == [("New wheelchair arrived",)]
    care.booked(made, made.therapist, "medicines_review", days=20)
    never = care.booked(made, made.nurse, "medicines_review", days=22)
    with pytest.raises(NotNow, match="not served twice"):
        care.do(book_anyway, made.nurse, stopped_id=never.stopped_id, reason="Please")


def test_leaving_it_counts_as_saved(made):
    from joinedup.plan.actions import leave_stopped
    from joinedup.plan.queries import calendar

    care.booked(made, made.therapist)
    stopped = care.booked(made, made.nurse, days=5)
    care.do(leave_stopped, made.nurse, stopped_id=stopped.stopped_id)
    with care.acting(made.nurse) as caller:
        shown = calendar(caller, made.person.id, care.now())
    assert (shown.stopped, shown.joined, shown.saved_minutes) == (1, 0, 60)


def test_another_visit_at_the_same_time_is_stopped_whatever_its_purpose(made):
    care.booked(made, made.therapist)
    stopped = care.booked(made, made.nurse, "nursing")
    why = make.run("select why from plan_stoppedvisit where id = %s", [stopped.stopped_id])[0][0]
    assert why == "same_time"


def test_a_worker_who_is_elsewhere_cannot_be_booked(made):
    from joinedup.base.errors import NotNow

    other = care.scene()
    make.grant(made.nurse.id, other.person.id)
    care.booked(made, made.nurse, "nursing")
    with pytest.raises(NotNow) as found:
        care.booked(other, made.nurse, "nursing")
    assert found.value.code == "worker-not-in-two-places"


def test_two_who_book_the_same_purpose_at_once_get_one_visit_and_one_stop(made):
    answers = care.at_once(lambda: care.booked(made, made.therapist), lambda: care.booked(made, made.nurse, days=6))
    assert sum(bool(each.visit_id) for each in answers) == 1
    assert sum(bool(each.stopped_id) for each in answers) == 1


def test_cancelling_is_undone_unless_the_time_was_given_away(made):
    from joinedup.base.errors import NotNow
    from joinedup.plan.actions import cancel_visit, restore_visit

    first = care.booked(made, made.therapist)
    care.do(cancel_visit, made.nurse, visit_id=first.visit_id, expected_version=1, why="In hospital")
    care.do(restore_visit, made.nurse, visit_id=first.visit_id, expected_version=2)
    care.do(cancel_visit, made.nurse, visit_id=first.visit_id, expected_version=3, why="In hospital")
    assert care.booked(made, made.nurse).visit_id
    with pytest.raises(NotNow) as found:
        care.do(restore_visit, made.therapist, visit_id=first.visit_id, expected_version=4)
    assert found.value.code == "person-not-visited-twice-at-once"


def test_a_worker_from_elsewhere_gets_sight_for_a_while(made):
    from joinedup.plan.actions import book_visit

    newcomer = care.worker("nhs_trust", made.place_id)
    care.do(book_visit, made.nurse, wanted=care.wanted(made, newcomer, "physiotherapy"))
    rows = make.run("select source, ends_at is not null from access_accessgrant where subject_id = %s",
                    [newcomer.id])  # fmt: skip
    assert [(source.split(":")[0], ends) for source, ends in rows] == [("visit", True)]


# What the database refuses of visits


def test_the_database_refuses_one_person_or_worker_twice_at_once_unless_joint(made):
    other = care.scene()
    wanted = care.wanted(made, made.nurse)
    starts, ends, joint = wanted.starts_at, wanted.ends_at, uuid4()
    make.run(VISIT, [made.person.id, starts, ends, joint, made.nurse.id])
    half = [starts + timedelta(minutes=30), ends + timedelta(minutes=30)]
    twice = [made.person.id, *half, uuid4(), made.therapist.id]
    assert care.refused_by(VISIT, twice) == "person_not_visited_twice_at_once"
    elsewhere = [other.person.id, *half, uuid4(), made.nurse.id]
    assert care.refused_by(VISIT, elsewhere) == "worker_not_in_two_places"
    assert care.refused_by(VISIT, [made.person.id, starts, ends, joint, made.nurse.id]) == "worker_joins_a_visit_once"
    late = [made.person.id, half[0], ends, joint, made.therapist.id]
    assert care.refused_by(VISIT, late) == "joint_visit_starts_once"
    long = [made.person.id, starts, half[1], joint, made.therapist.id]
    assert care.refused_by(VISIT, long) == "joint_visit_ends_once"
    stolen = [other.person.id, starts, ends, joint, made.therapist.id]
    assert care.refused_by(VISIT, stolen) == "joint_visit_is_of_one_person"
    make.run(VISIT, [made.person.id, starts, ends, joint, made.therapist.id])


def test_the_database_refuses_visits_that_make_no_sense(made):
    wanted = care.wanted(made, made.nurse)
    empty = [made.person.id, wanted.starts_at, wanted.starts_at, uuid4(), made.nurse.id]
    assert care.refused_by(VISIT, empty) == "visit_ends_after_start"
    make.run(VISIT, [made.person.id, wanted.starts_at, wanted.ends_at, uuid4(), made.nurse.id])
    move = "update plan_visit set starts_at = starts_at - interval '1 hour' where person_id = %s"
    assert care.refused_by(move, [made.person.id]) == "visit_is_not_rewritten"
    cancel = "update plan_visit set state = 'cancelled' where person_id = %s"
    assert care.refused_by(cancel, [made.person.id]) == "cancelled_visit_says_why"
    team = make.subject("team")
    make.run("update access_subject set body_id = %s where id = %s", [make.body(), team])
    by_team = [made.person.id, wanted.starts_at + timedelta(days=1), wanted.ends_at + timedelta(days=1), uuid4(), team]
    assert care.refused_by(VISIT, by_team) == "visit_by_one_worker_of_its_body"


def test_the_database_keeps_what_was_stopped(made):
    care.booked(made, made.therapist)
    stopped = care.booked(made, made.nurse, days=5).stopped_id
    whole = "update plan_stoppedvisit set outcome = 'joint', outcome_at = now() where id = %s"
    assert care.refused_by(whole, [stopped]) == "stopped_visit_outcome_is_whole"
    edit = "update plan_stoppedvisit set minutes = 600 where id = %s"
    assert care.refused_by(edit, [stopped]) == "stopped_visit_is_not_rewritten"
    make.run("update plan_stoppedvisit set outcome = 'left', outcome_at = now() where id = %s", [stopped])
    undo = "update plan_stoppedvisit set outcome = '', outcome_at = null where id = %s"
    assert care.refused_by(undo, [stopped]) == "stopped_visit_is_not_rewritten"


def test_nobody_books_or_names_under_anothers_name(made):
    from django.db import ProgrammingError, connection

    wanted = care.wanted(made, made.nurse, days=30)
    values = [made.person.id, wanted.starts_at, wanted.ends_at, uuid4(), made.nurse.id]
    with pytest.raises(ProgrammingError, match="row-level security"), care.acting(made.therapist):
        with connection.cursor() as cursor:
            cursor.execute(VISIT, values)
