"""Is what was agreed kept, is there never more than one case manager, and is nobody visited twice for nothing?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import care_scene as care
from tests import factories as make

TABLES = ("plan_plan", "plan_goal", "plan_line", "plan_casemanager", "plan_visit", "plan_stoppedvisit")


@pytest.fixture
def made(database) -> care.Scene:
    return care.scene()


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

    answers = care.at_once(save(made.nurse, "The garden"), save(made.social_worker, "The church"))
    assert sorted(type(each) for each in answers if isinstance(each, Conflict)) == [Conflict]
    conflict = next(each for each in answers if isinstance(each, Conflict))
    assert {*conflict.theirs.values(), *conflict.yours.values()} == {"The garden", "The church"}


# What the database refuses of plans


def test_the_database_keeps_what_was_agreed(made):
    plan_id = care.agreed(made)
    line = make.run("select id from plan_line where plan_id = %s and kind = 'care'", [plan_id])[0][0]
    rewritten = "agreed_plan_is_not_rewritten"
    assert care.refused_by("update plan_plan set what_matters = 'x' where id = %s", [plan_id]) == rewritten
    assert care.refused_by("update plan_plan set agreed_by = 'x' where id = %s", [plan_id]) == rewritten
    assert care.refused_by("update plan_goal set words = 'x' where plan_id = %s", [plan_id]) == rewritten
    assert care.refused_by("update plan_line set quantity_per_week = 9 where id = %s", [line]) == rewritten
    assert care.refused_by("update plan_plan set state = 'draft' where id = %s", [plan_id]) == "plan_moves_on"
    assert (
        care.refused_by("update plan_plan set state = 'ended' where id = %s", [plan_id])
        == "ended_plan_says_when_and_why"
    )
    add = ("insert into plan_goal (id, plan_id, person_id, words, position, state) "
           "values (gen_random_uuid(), %s, %s, 'x', 9, 'open')")  # fmt: skip
    assert care.refused_by(add, [plan_id, made.person.id]) == rewritten
    make.run("update plan_line set state = 'done', done_at = now() where id = %s", [line])


def test_the_database_refuses_half_a_plan(made):
    plan_id = care.drafted(made)
    agree = "update plan_plan set state = 'agreed', agreed_at = now(), agreed_by = %s, agreed_how = 'x' where id = %s"
    assert care.refused_by(agree, ["Ada", plan_id]) == "agreed_plan_has_goal_and_line"
    full = care.filled(care.scene())
    assert care.refused_by(agree, ["", full]) == "agreed_plan_says_by_whom_and_how"
    other = make.person()
    goal = ("insert into plan_goal (id, plan_id, person_id, words, position, state) "
            "values (gen_random_uuid(), %s, %s, %s, 1, 'open')")  # fmt: skip
    assert care.refused_by(goal, [plan_id, other.id, "x"]) == "goal_of_the_plans_person"
    assert care.refused_by(goal, [plan_id, made.person.id, ""]) == "goal_has_words"
    line = ("insert into plan_line (id, plan_id, person_id, kind, title, owner_id, state, version, goal_id) "
            "values (gen_random_uuid(), %s, %s, %s, 'x', %s, 'open', 1, %s)")  # fmt: skip
    assert care.refused_by(line, [plan_id, made.person.id, "care", made.nurse.id, None]) == "care_line_has_quantity"
    assert care.refused_by(line, [plan_id, made.person.id, "action", made.nurse.id, None]) == "action_line_has_date"
    theirs = make.run("select id from plan_goal where plan_id = %s", [full])[0][0]
    dated = line.replace("goal_id)", "goal_id, due_on)").replace("1, %s)", "1, %s, '2026-12-01')")
    foreign = [plan_id, made.person.id, "action", made.nurse.id, theirs]
    assert care.refused_by(dated, foreign) == "line_serves_a_goal_of_its_plan"


def test_the_database_refuses_a_plan_without_a_complete_assessment(made):
    assessment_id = care.started(made)
    draft = ("insert into plan_plan (id, person_id, place_id, assessment_id, state, what_matters, drafted_by_id, "
             "drafted_at, agreed_by, agreed_how, ended_why, version) "
             "values (gen_random_uuid(), %s, %s, %s, 'draft', '', %s, now(), '', '', '', 1)")  # fmt: skip
    values = [made.person.id, made.place_id, assessment_id, made.nurse.id]
    assert care.refused_by(draft, values) == "plan_needs_complete_assessment"
    other = care.scene()
    foreign = [made.person.id, made.place_id, care.assessed(other), made.nurse.id]
    assert care.refused_by(draft, foreign) == "plan_of_the_assessments_person"


# The case manager


def manager_row(plan_id, person_id, subject_id, starts: str = "now()", contact: str = "01803 000000"):
    statement = ("insert into plan_casemanager (id, plan_id, person_id, subject_id, starts_at, contact, named_by_id) "
                 f"values (gen_random_uuid(), %s, %s, %s, {starts}, %s, %s)")  # fmt: skip
    return statement, [plan_id, person_id, subject_id, contact, subject_id]


def test_two_case_managers_at_one_instant_are_refused_by_the_database(made):
    plan_id = care.agreed(made)
    care.named(made, plan_id, made.nurse)
    assert care.refused_by(*manager_row(plan_id, made.person.id, made.therapist.id)) == "one_case_manager_at_a_time"
    past = manager_row(plan_id, made.person.id, made.therapist.id, "'2020-01-01'")
    assert care.refused_by(*past) == "one_case_manager_at_a_time"


def test_a_case_manager_is_one_person_who_can_be_reached_and_no_time_is_rewritten(made):
    plan_id = care.agreed(made)
    team = make.subject("team")
    assert care.refused_by(*manager_row(plan_id, made.person.id, team)) == "case_manager_is_one_practitioner"
    silent = manager_row(plan_id, made.person.id, made.nurse.id, contact="")
    assert care.refused_by(*silent) == "case_manager_can_be_reached"
    care.named(made, plan_id, made.nurse)
    rewrite = "update plan_casemanager set subject_id = %s where plan_id = %s"
    assert care.refused_by(rewrite, [made.therapist.id, plan_id]) == "case_manager_is_not_rewritten"


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

    answers = care.at_once(name(made.nurse), name(made.therapist))
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
    for each, name in ((more.person, "Bee"), (unowned.person, "Unn")):  # joined into another record since
        leader = make.person(each.place_id, family=name)
        make.grant(first.therapist.id, leader.id)
        make.run("update person_person set canonical_id = %s, nhs_number = '' where id = %s", [leader.id, each.id])
    joined = read()
    for shown, name in ((joined.mine, "Bee"), (joined.visits, "Bee"), (joined.gaps, "Unn"), (joined.orphans, "Unn")):
        assert [each.name for each in shown].count(f"Ada {name}") == 1
    assert count_queries(read) <= short + 1


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
