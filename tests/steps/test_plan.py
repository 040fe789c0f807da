"""Is what was agreed kept, is there never more than one case manager, and is nobody visited twice for nothing?"""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import uuid4

import pytest

from tests import care_scene as care
from tests import factories as make

TABLES = ("plan_plan", "plan_goal", "plan_line", "plan_casemanager", "plan_visit", "plan_stoppedvisit")
VISIT = (
    "insert into plan_visit (id, person_id, worker_id, body_id, purpose, starts_at, ends_at, joint_key, state, "
    "booked_by_id, booked_at, anyway_reason, cancelled_why, version) select gen_random_uuid(), %s, s.id, s.body_id, "
    "'nursing', %s, %s, %s, 'planned', s.id, now(), '', '', 1 from access_subject s where s.id = %s"
)


@pytest.fixture
def made(database) -> care.Scene:
    return care.scene()


def refused_by(statement: str, values: list[object]) -> str:
    """The name of the constraint that refuses a statement of the owner."""
    from django.db import IntegrityError

    with pytest.raises(IntegrityError) as found:
        make.run(statement, values)
    return found.value.__cause__.diag.constraint_name


def at_once(*acts) -> list[object]:
    """Run acts at the same moment, each on a connection of its own; returns what each gave or raised."""
    start, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int) -> None:
        from django.db import connections

        try:
            start.wait()
            answers[number] = acts[number]()
        except Exception as error:
            answers[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return answers


# Drafting and agreeing


def test_a_draft_begins_with_what_the_record_holds(made):
    plan_id = care.drafted(made)
    assert make.run("select state, what_matters from plan_plan where id = %s", [plan_id]) == [("draft", "My dog")]


def test_without_about_me_it_begins_with_what_the_person_wants(made):
    make.run("delete from person_aboutme where person_id = %s", [made.person.id])
    plan_id = care.drafted(made)
    assert make.run("select what_matters from plan_plan where id = %s", [plan_id])[0][0] == care.SOCIAL_CARE["wants"]


def test_a_plan_needs_a_complete_assessment_and_there_is_one_from_each(made):
    from joinedup.base.errors import NotNow
    from joinedup.plan.actions import draft_plan

    assessment_id = care.started(made)
    with pytest.raises(NotNow):
        care.do(draft_plan, made.social_worker, assessment_id=assessment_id)
    care.written(made, assessment_id, "health")
    care.written(made, assessment_id, "social_care")
    care.do(draft_plan, made.social_worker, assessment_id=assessment_id)
    with pytest.raises(NotNow, match="already"):
        care.do(draft_plan, made.nurse, assessment_id=assessment_id)


def test_agreeing_needs_a_goal_and_a_line_and_the_version_that_was_read(made):
    from joinedup.base.errors import Conflict, NotNow
    from joinedup.plan.actions import add_goal, agree_plan

    empty = care.drafted(made)
    words = {"agreed_by": "Ada", "agreed_how": "By telephone"}
    with pytest.raises(NotNow, match="at least one goal"):
        care.do(agree_plan, made.social_worker, plan_id=empty, expected_version=1, **words)
    other = care.scene()
    plan_id = care.filled(other)
    read = care.version_of(plan_id)
    care.do(add_goal, other.nurse, plan_id=plan_id, words="And to see my sister.")
    with pytest.raises(Conflict):
        care.do(agree_plan, other.social_worker, plan_id=plan_id, expected_version=read, **words)


def test_an_agreed_plan_is_on_the_record_and_ends_with_its_reason(made):
    from joinedup.plan.actions import end_plan

    plan_id = care.agreed(made)
    care.named(made, plan_id, made.nurse)
    entry = "select title, open_ended from person_timelineentry where person_id = %s and kind = 'care_plan'"
    titles = make.run(entry, [made.person.id])
    assert ("Care and support plan", True) in titles
    assert ("Case manager: Nia Nurse", True) in titles
    care.do(end_plan, made.social_worker, plan_id=plan_id, expected_version=care.version_of(plan_id), why="Moved away")
    assert not any(still_open for _, still_open in make.run(entry, [made.person.id]))
    assert make.run("select count(*) from plan_line where plan_id = %s and state = 'open'", [plan_id]) == [(0,)]
    assert make.run("select count(*) from plan_casemanager where plan_id = %s and ends_at is null", [plan_id]) == [(0,)]


def test_two_who_change_what_matters_at_once_lose_nothing(made):
    from joinedup.base.errors import Conflict
    from joinedup.plan.actions import save_what_matters

    plan_id = care.drafted(made)

    def save(who, text):
        return lambda: care.do(save_what_matters, who, plan_id=plan_id, expected_version=1, what_matters=text)

    answers = at_once(save(made.nurse, "The garden"), save(made.social_worker, "The church"))
    assert sorted(type(each) for each in answers if isinstance(each, Conflict)) == [Conflict]
    conflict = next(each for each in answers if isinstance(each, Conflict))
    assert {*conflict.theirs.values(), *conflict.yours.values()} == {"The garden", "The church"}


# What the database refuses of plans


def test_the_database_keeps_what_was_agreed(made):
    plan_id = care.agreed(made)
    line = make.run("select id from plan_line where plan_id = %s and kind = 'care'", [plan_id])[0][0]
    rewritten = "agreed_plan_is_not_rewritten"
    assert refused_by("update plan_plan set what_matters = 'x' where id = %s", [plan_id]) == rewritten
    assert refused_by("update plan_plan set agreed_by = 'x' where id = %s", [plan_id]) == rewritten
    assert refused_by("update plan_goal set words = 'x' where plan_id = %s", [plan_id]) == rewritten
    assert refused_by("update plan_line set quantity_per_week = 9 where id = %s", [line]) == rewritten
    assert refused_by("update plan_plan set state = 'draft' where id = %s", [plan_id]) == "plan_moves_on"
    assert refused_by("update plan_plan set state = 'ended' where id = %s", [plan_id]) == "ended_plan_says_when_and_why"
    add = ("insert into plan_goal (id, plan_id, person_id, words, position, state) "
           "values (gen_random_uuid(), %s, %s, 'x', 9, 'open')")  # fmt: skip
    assert refused_by(add, [plan_id, made.person.id]) == rewritten
    make.run("update plan_line set state = 'done', done_at = now() where id = %s", [line])


def test_the_database_refuses_half_a_plan(made):
    plan_id = care.drafted(made)
    agree = "update plan_plan set state = 'agreed', agreed_at = now(), agreed_by = %s, agreed_how = 'x' where id = %s"
    assert refused_by(agree, ["Ada", plan_id]) == "agreed_plan_has_goal_and_line"
    full = care.filled(care.scene())
    assert refused_by(agree, ["", full]) == "agreed_plan_says_by_whom_and_how"
    other = make.person()
    goal = ("insert into plan_goal (id, plan_id, person_id, words, position, state) "
            "values (gen_random_uuid(), %s, %s, %s, 1, 'open')")  # fmt: skip
    assert refused_by(goal, [plan_id, other.id, "x"]) == "goal_of_the_plans_person"
    assert refused_by(goal, [plan_id, made.person.id, ""]) == "goal_has_words"
    line = ("insert into plan_line (id, plan_id, person_id, kind, title, owner_id, state, version, goal_id) "
            "values (gen_random_uuid(), %s, %s, %s, 'x', %s, 'open', 1, %s)")  # fmt: skip
    assert refused_by(line, [plan_id, made.person.id, "care", made.nurse.id, None]) == "care_line_has_quantity"
    assert refused_by(line, [plan_id, made.person.id, "action", made.nurse.id, None]) == "action_line_has_date"
    theirs = make.run("select id from plan_goal where plan_id = %s", [full])[0][0]
    dated = line.replace("goal_id)", "goal_id, due_on)").replace("1, %s)", "1, %s, '2026-12-01')")
    foreign = [plan_id, made.person.id, "action", made.nurse.id, theirs]
    assert refused_by(dated, foreign) == "line_serves_a_goal_of_its_plan"


def test_the_database_refuses_a_plan_without_a_complete_assessment(made):
    assessment_id = care.started(made)
    draft = ("insert into plan_plan (id, person_id, place_id, assessment_id, state, what_matters, drafted_by_id, "
             "drafted_at, agreed_by, agreed_how, ended_why, version) "
             "values (gen_random_uuid(), %s, %s, %s, 'draft', '', %s, now(), '', '', '', 1)")  # fmt: skip
    values = [made.person.id, made.place_id, assessment_id, made.nurse.id]
    assert refused_by(draft, values) == "plan_needs_complete_assessment"
    other = care.scene()
    foreign = [made.person.id, made.place_id, care.assessed(other), made.nurse.id]
    assert refused_by(draft, foreign) == "plan_of_the_assessments_person"


# The case manager


def manager_row(plan_id, person_id, subject_id, starts: str = "now()", contact: str = "01803 000000"):
    statement = ("insert into plan_casemanager (id, plan_id, person_id, subject_id, starts_at, contact, named_by_id) "
                 f"values (gen_random_uuid(), %s, %s, %s, {starts}, %s, %s)")  # fmt: skip
    return statement, [plan_id, person_id, subject_id, contact, subject_id]


def test_two_case_managers_at_one_instant_are_refused_by_the_database(made):
    plan_id = care.agreed(made)
    care.named(made, plan_id, made.nurse)
    assert refused_by(*manager_row(plan_id, made.person.id, made.therapist.id)) == "one_case_manager_at_a_time"
    past = manager_row(plan_id, made.person.id, made.therapist.id, "'2020-01-01'")
    assert refused_by(*past) == "one_case_manager_at_a_time"


def test_a_case_manager_is_one_person_who_can_be_reached_and_no_time_is_rewritten(made):
    plan_id = care.agreed(made)
    team = make.subject("team")
    assert refused_by(*manager_row(plan_id, made.person.id, team)) == "case_manager_is_one_practitioner"
    silent = manager_row(plan_id, made.person.id, made.nurse.id, contact="")
    assert refused_by(*silent) == "case_manager_can_be_reached"
    care.named(made, plan_id, made.nurse)
    rewrite = "update plan_casemanager set subject_id = %s where plan_id = %s"
    assert refused_by(rewrite, [made.therapist.id, plan_id]) == "case_manager_is_not_rewritten"


def test_handing_over_ends_one_time_and_starts_the_next_at_the_same_instant(made):
    plan_id = care.agreed(made)
    care.named(made, plan_id, made.nurse)
    care.named(made, plan_id, made.therapist, at=care.now() + timedelta(hours=1))
    times = make.run("select subject_id, starts_at, ends_at from plan_casemanager where plan_id = %s "
                     "order by starts_at", [plan_id])  # fmt: skip
    assert [row[0] for row in times] == [made.nurse.id, made.therapist.id]
    assert times[0][2] == times[1][1]
    assert times[1][2] is None


def test_of_two_who_name_a_case_manager_at_once_one_succeeds(made):
    from joinedup.base.errors import Conflict
    from joinedup.plan.actions import name_case_manager

    plan_id = care.agreed(made)
    read = care.version_of(plan_id)

    def name(who):
        return lambda: care.do(name_case_manager, made.social_worker, plan_id=plan_id, expected_version=read,
                               subject_id=who.id, contact="1")  # fmt: skip

    answers = at_once(name(made.nurse), name(made.therapist))
    assert sum(isinstance(each, Conflict) for each in answers) == 1
    assert make.run("select count(*) from plan_casemanager where plan_id = %s", [plan_id]) == [(1,)]


def test_naming_somebody_without_sight_gives_it_to_them(made):
    plan_id = care.agreed(made)
    newcomer = care.worker("nhs_trust", made.place_id, "case_manager")
    care.named(made, plan_id, newcomer)
    rows = make.run("select source from access_accessgrant where subject_id = %s and person_id = %s",
                    [newcomer.id, made.person.id])  # fmt: skip
    assert [row[0].split(":")[0] for row in rows] == ["casemanager"]


def gaps_of(who: make.MadeUser, at=None):
    from joinedup.plan.queries import gaps

    with care.acting(who) as caller:
        return {each.plan_id: each for each in gaps(caller, at or care.now())}


def test_an_agreed_plan_without_a_case_manager_is_a_gap_at_once(made):
    from joinedup.plan.actions import stand_down

    draft = care.filled(made)
    assert draft not in gaps_of(made.nurse)
    made = care.scene()
    plan_id = care.agreed(made)
    assert gaps_of(made.nurse)[plan_id].place == "Torbay"
    care.named(made, plan_id, made.nurse)
    assert plan_id not in gaps_of(made.nurse)
    care.do(stand_down, made.nurse, plan_id=plan_id, expected_version=care.version_of(plan_id))
    gap = gaps_of(made.nurse, care.now() + timedelta(hours=3))[plan_id]
    assert gap.age == "3 hours" or gap.age == "2 hours"
    assert gap.last == "Nia Nurse"


def test_a_case_manager_who_works_here_no_more_is_not_present(made):
    from joinedup.plan.queries import plan_of

    plan_id = care.agreed(made)
    care.named(made, plan_id, made.therapist)
    make.run("update access_roleholding set ends_at = now() where subject_id = %s", [made.therapist.id])
    later = care.now() + timedelta(days=40)
    assert gaps_of(made.nurse, later)[plan_id].last == "Theo Ot"
    with care.acting(made.nurse) as caller:
        shown = plan_of(caller, plan_id, later)
    assert shown.manager is None
    assert shown.gap_age


def test_gaps_of_others_are_not_seen(made):
    plan_id = care.agreed(made)
    assert plan_id not in gaps_of(made.stranger)


# Visits


def test_a_second_visit_for_the_same_purpose_is_stopped_and_counted(made):
    first = care.booked(made, made.therapist)
    assert first.visit_id
    second = care.booked(made, made.nurse, days=5)
    assert second.visit_id is None
    row = make.run("select why, existing_id, minutes, outcome from plan_stoppedvisit where id = %s", [second.stopped_id])
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
    answers = at_once(lambda: care.booked(made, made.therapist), lambda: care.booked(made, made.nurse, days=6))
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
    rows = make.run("select source, ends_at is not null from access_accessgrant where subject_id = %s and person_id = %s",
                    [newcomer.id, made.person.id])  # fmt: skip
    assert [(source.split(":")[0], ends) for source, ends in rows] == [("visit", True)]


# What the database refuses of visits


def test_the_database_refuses_one_person_or_worker_twice_at_once_unless_joint(made):
    other = care.scene()
    wanted = care.wanted(made, made.nurse)
    starts, ends, joint = wanted.starts_at, wanted.ends_at, uuid4()
    make.run(VISIT, [made.person.id, starts, ends, joint, made.nurse.id])
    half = [starts + timedelta(minutes=30), ends + timedelta(minutes=30)]
    twice = [made.person.id, *half, uuid4(), made.therapist.id]
    assert refused_by(VISIT, twice) == "person_not_visited_twice_at_once"
    elsewhere = [other.person.id, *half, uuid4(), made.nurse.id]
    assert refused_by(VISIT, elsewhere) == "worker_not_in_two_places"
    assert refused_by(VISIT, [made.person.id, starts, ends, joint, made.nurse.id]) == "worker_joins_a_visit_once"
    late = [made.person.id, half[0], ends, joint, made.therapist.id]
    assert refused_by(VISIT, late) == "joint_visit_starts_once"
    long = [made.person.id, starts, half[1], joint, made.therapist.id]
    assert refused_by(VISIT, long) == "joint_visit_ends_once"
    stolen = [other.person.id, starts, ends, joint, made.therapist.id]
    assert refused_by(VISIT, stolen) == "joint_visit_is_of_one_person"
    make.run(VISIT, [made.person.id, starts, ends, joint, made.therapist.id])


def test_the_database_refuses_visits_that_make_no_sense(made):
    wanted = care.wanted(made, made.nurse)
    empty = [made.person.id, wanted.starts_at, wanted.starts_at, uuid4(), made.nurse.id]
    assert refused_by(VISIT, empty) == "visit_ends_after_start"
    make.run(VISIT, [made.person.id, wanted.starts_at, wanted.ends_at, uuid4(), made.nurse.id])
    move = "update plan_visit set starts_at = starts_at - interval '1 hour' where person_id = %s"
    assert refused_by(move, [made.person.id]) == "visit_is_not_rewritten"
    cancel = "update plan_visit set state = 'cancelled' where person_id = %s"
    assert refused_by(cancel, [made.person.id]) == "cancelled_visit_says_why"
    team = make.subject("team")
    make.run("update access_subject set body_id = %s where id = %s", [make.body(), team])
    by_team = [made.person.id, wanted.starts_at + timedelta(days=1), wanted.ends_at + timedelta(days=1), uuid4(), team]
    assert refused_by(VISIT, by_team) == "visit_by_one_worker_of_its_body"


def test_the_database_keeps_what_was_stopped(made):
    care.booked(made, made.therapist)
    stopped = care.booked(made, made.nurse, days=5).stopped_id
    whole = "update plan_stoppedvisit set outcome = 'joint', outcome_at = now() where id = %s"
    assert refused_by(whole, [stopped]) == "stopped_visit_outcome_is_whole"
    edit = "update plan_stoppedvisit set minutes = 600 where id = %s"
    assert refused_by(edit, [stopped]) == "stopped_visit_is_not_rewritten"
    make.run("update plan_stoppedvisit set outcome = 'left', outcome_at = now() where id = %s", [stopped])
    undo = "update plan_stoppedvisit set outcome = '', outcome_at = null where id = %s"
    assert refused_by(undo, [stopped]) == "stopped_visit_is_not_rewritten"


# Who sees


@pytest.fixture(scope="module")
def everything(database) -> care.Scene:
    made = care.scene()
    care.named(made, care.agreed(made), made.nurse)
    care.booked(made, made.therapist)
    care.booked(made, made.nurse, days=5)
    return made


@pytest.mark.parametrize("table", TABLES)
def test_a_stranger_sees_no_row_and_the_holder_does(everything, table):
    from django.db import connection

    for who, expected in ((everything.stranger, False), (everything.nurse, True)):
        with care.acting(who), connection.cursor() as cursor:
            cursor.execute(f"select count(*) > 0 from {table} where person_id = %s", [everything.person.id])
            assert cursor.fetchone() == (expected,), table


def test_a_stranger_neither_books_nor_reads(everything):
    from joinedup.base.errors import NotFound
    from joinedup.plan.queries import calendar, caseload, plan_of

    plan_id = make.run("select id from plan_plan where person_id = %s", [everything.person.id])[0][0]
    with pytest.raises(NotFound):
        care.booked(everything, everything.stranger)
    with care.acting(everything.stranger) as caller:
        with pytest.raises(NotFound):
            plan_of(caller, plan_id, care.now())
        with pytest.raises(NotFound):
            calendar(caller, everything.person.id, care.now())
        load = caseload(caller, care.now())
    assert (load.mine, load.due, load.visits, load.gaps, load.orphans, load.saved.stopped) == ((), (), (), (), (), 0)


def test_nobody_books_or_names_under_anothers_name(everything):
    from django.db import ProgrammingError, connection

    wanted = care.wanted(everything, everything.nurse, days=30)
    values = [everything.person.id, wanted.starts_at, wanted.ends_at, uuid4(), everything.nurse.id]
    with pytest.raises(ProgrammingError, match="row-level security"), care.acting(everything.therapist):
        with connection.cursor() as cursor:
            cursor.execute(VISIT, values)


# The caseload, and what reading costs


def count_queries(act) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        act()
    return len(caught)


def test_a_caseload_shows_mine_what_is_due_and_what_nobody_owns_in_as_many_reads_however_long(database):
    from joinedup.plan.queries import caseload

    first = care.scene()
    care.named(first, care.agreed(first), first.therapist)

    def read():
        with care.acting(first.therapist) as caller:
            return caseload(caller, care.now())

    short = count_queries(read)
    load = read()
    assert [each.name for each in load.mine] == [f"Ada {first.person.family}"]
    assert [(each.title, each.late) for each in load.due] == [("Fit a grab rail", True)]
    assert load.gaps == ()
    for number in range(3):
        more = care.scene()
        make.grant(first.therapist.id, more.person.id)
        care.named(more, care.agreed(more), first.therapist)
        unowned = care.scene()
        make.grant(first.therapist.id, unowned.person.id)
        care.agreed(unowned)
        care.booked(more, first.therapist, days=5 + number)
        make.run("update access_roleholding set ends_at = '2026-06-01' where subject_id = %s", [unowned.therapist.id])
    long = read()
    assert (len(long.mine), len(long.gaps), len(long.visits), len(long.orphans)) == (4, 3, 3, 3)
    assert count_queries(read) <= short + 1 <= 16


def test_a_plan_is_read_in_as_many_queries_however_much_it_holds(made):
    from joinedup.plan.actions import ActionLine, add_goal, add_line
    from joinedup.plan.queries import plan_of

    plan_id = care.filled(made)

    def read():
        with care.acting(made.nurse) as caller:
            return plan_of(caller, plan_id, care.now())

    short = count_queries(read)
    for number in range(5):
        do = ActionLine(f"Action {number}", made.nurse.id, care.now().date())
        care.do(add_line, made.nurse, plan_id=plan_id, line=do)
        care.do(add_goal, made.nurse, plan_id=plan_id, words=f"Goal {number}")
    assert count_queries(read) == short
    assert short <= 14
