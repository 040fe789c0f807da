"""Is a joint assessment truly of two people and two sides, whatever is sent by hand, and is its decision kept whole?"""

from __future__ import annotations

import json
import threading
from uuid import uuid4

import pytest

from tests import care_scene as care
from tests import factories as make

TABLES = ("assessment_assessment", "assessment_section", "assessment_writing", "assessment_eligibility")


@pytest.fixture
def made(database) -> care.Scene:
    return care.scene()


def state_of(assessment_id) -> str:
    return make.run("select state from assessment_assessment where id = %s", [assessment_id])[0][0]


def decided(made: care.Scene):
    from joinedup.assessment.actions import decide_eligibility

    assessment_id = care.assessed(made)
    care.do(decide_eligibility, made.social_worker, assessment_id=assessment_id)
    return assessment_id


# What happens


def test_it_is_complete_when_both_sides_are_done(made):
    assessment_id = care.started(made)
    care.written(made, assessment_id, "health")
    assert state_of(assessment_id) == "open"
    care.written(made, assessment_id, "social_care", done=False)
    assert state_of(assessment_id) == "open"
    care.written(made, assessment_id, "social_care", version=1)
    assert state_of(assessment_id) == "complete"
    titles = make.run("select title, open_ended from person_timelineentry where person_id = %s and kind = 'assessment'",
                      [made.person.id])  # fmt: skip
    assert ("Joint assessment", False) in titles
    assert ("Health section of the joint assessment", False) in titles
    assert ("Social care section of the joint assessment", False) in titles


def test_who_wrote_what_and_when_is_kept_for_every_saving(made):
    assessment_id = care.started(made)
    care.written(made, assessment_id, "health", done=False)
    care.written(made, assessment_id, "health", version=1)
    rows = make.run("select version, author_id, state, answers from assessment_writing where assessment_id = %s "
                    "order by version", [assessment_id])  # fmt: skip
    assert [row[:3] for row in rows] == [(1, made.nurse.id, "draft"), (2, made.nurse.id, "done")]
    assert json.loads(rows[0][3])["falls"] == "one"


def test_a_side_is_not_done_while_answers_are_missing(made):
    from joinedup.assessment.actions import save_section
    from joinedup.base.errors import PersonMustAct

    assessment_id = care.started(made)
    with pytest.raises(PersonMustAct) as found:
        care.do(save_section, made.nurse, assessment_id=assessment_id, side="health", answers={"falls": "one"},
                done=True, expected_version=0)  # fmt: skip
    assert found.value.code == "section-unfinished"
    assert "Continence" in found.value.why


def test_a_person_has_one_open_assessment(made):
    from joinedup.assessment.actions import start_assessment
    from joinedup.base.errors import NotNow

    care.started(made)
    with pytest.raises(NotNow, match="open already"):
        care.do(start_assessment, made.social_worker, person_id=made.person.id)


def test_a_replayed_key_starts_one_assessment(made):
    from joinedup.assessment.actions import start_assessment

    key = care.key()
    first = care.do(start_assessment, made.nurse, person_id=made.person.id, request_key=key)
    assert care.do(start_assessment, made.nurse, person_id=made.person.id, request_key=key) == first


@pytest.mark.parametrize(("side", "who"), [("health", "social_worker"), ("social_care", "nurse")])
def test_the_other_side_cannot_write_a_section(made, side, who):
    from joinedup.assessment.actions import save_section
    from joinedup.base.errors import NotAllowed

    assessment_id = care.started(made)
    with pytest.raises(NotAllowed) as found:
        care.do(save_section, getattr(made, who), assessment_id=assessment_id, side=side, answers={}, done=False,
                expected_version=0)  # fmt: skip
    assert found.value.code == "section-author-fits-side"


def test_in_a_care_trust_nobody_writes_both_sides_even_after_a_colleague_took_over(made):
    from joinedup.assessment.actions import save_section
    from joinedup.base.errors import NotAllowed

    both, colleague = (care.worker("care_trust", made.place_id) for _ in range(2))
    for each in (both, colleague):
        make.grant(each.id, made.person.id)
    assessment_id = care.started(made)
    for version, who in enumerate((both, colleague)):
        care.do(save_section, who, assessment_id=assessment_id, side="health", answers=care.HEALTH, done=False,
                expected_version=version)  # fmt: skip
    with pytest.raises(NotAllowed) as found:
        care.do(save_section, both, assessment_id=assessment_id, side="social_care", answers={}, done=False,
                expected_version=0)  # fmt: skip
    assert found.value.code == "two-sides-never-one-author"


def test_of_two_writers_the_second_gets_both_texts(made):
    from joinedup.assessment.actions import save_section
    from joinedup.base.errors import Conflict

    assessment_id = care.started(made)
    care.written(made, assessment_id, "health", done=False)
    with pytest.raises(Conflict) as found:
        care.do(save_section, made.therapist, assessment_id=assessment_id, side="health",
                answers=care.HEALTH | {"falls": "several"}, done=False, expected_version=0)  # fmt: skip
    assert found.value.theirs == {"falls": "One"}
    assert found.value.yours == {"falls": "Two or more"}


def test_two_sides_finished_at_the_same_moment_complete_it_once(made):
    assessment_id = care.started(made)
    start = threading.Barrier(2)
    faults: list[BaseException] = []

    def finish(side: str) -> None:
        from django.db import connections

        try:
            start.wait()
            care.written(made, assessment_id, side)
        except BaseException as error:
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=finish, args=(side,)) for side in ("health", "social_care")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert faults == []
    assert state_of(assessment_id) == "complete"


# The decision


def test_the_decision_is_kept_with_its_reasons_and_rule(made):
    assessment_id = decided(made)
    row = make.run("select result, eligible, rule, explanation, decided_by_id from assessment_eligibility "
                   "where assessment_id = %s", [assessment_id])[0]  # fmt: skip
    explanation = json.loads(row[3])
    assert row[:3] == ("eligible", True, "care-act-eligibility/1")
    assert row[4] == made.social_worker.id
    assert explanation["outcomes_not_achieved"] == ["b", "e"]
    assert any("SI 2015/313" in step["source"] for step in explanation["steps"])


def test_one_outcome_is_not_enough(made):
    from joinedup.assessment.eligibility import decision_on
    from joinedup.base.parameter_files import shipped

    answers = care.SOCIAL_CARE | {"home_safety": "able"}
    assert decision_on(answers, shipped(), care.now().date()).result == "not_eligible"
    assert decision_on(answers | {"hygiene": "able"}, shipped(), care.now().date()).result == "no_needs"


def test_it_is_decided_once_after_both_sides_and_for_the_council(made):
    from joinedup.assessment.actions import decide_eligibility
    from joinedup.base.errors import NotAllowed, NotNow

    assessment_id = care.started(made)
    with pytest.raises(NotNow):
        care.do(decide_eligibility, made.social_worker, assessment_id=assessment_id)
    care.written(made, assessment_id, "health")
    care.written(made, assessment_id, "social_care")
    with pytest.raises(NotAllowed):
        care.do(decide_eligibility, made.nurse, assessment_id=assessment_id)
    care.do(decide_eligibility, made.social_worker, assessment_id=assessment_id)
    with pytest.raises(NotNow, match="decided already"):
        care.do(decide_eligibility, made.social_worker, assessment_id=assessment_id)


# What the database refuses, by hand


def test_the_database_refuses_the_wrong_author(made):
    assessment_id = care.started(made)
    save = ("update assessment_section set author_id = %s, version = version + 1, written_at = now() "
            "where assessment_id = %s and side = %s")  # fmt: skip
    assert care.refused_by(save, [made.social_worker.id, assessment_id, "health"]) == "section_author_fits_side"
    assert care.refused_by(save, [make.user().id, assessment_id, "health"]) == "section_author_fits_side"
    both = care.worker("care_trust", made.place_id)
    make.run(save, [both.id, assessment_id, "health"])
    assert care.refused_by(save, [both.id, assessment_id, "social_care"]) == "two_sides_never_one_author"
    make.run(save, [made.nurse.id, assessment_id, "health"])
    assert care.refused_by(save, [both.id, assessment_id, "social_care"]) == "nobody_ever_wrote_both_sides"


def test_the_database_keeps_versions_and_states(made):
    assessment_id = care.started(made)
    complete = "update assessment_assessment set state = 'complete', completed_at = started_at where id = %s"
    assert care.refused_by(complete, [assessment_id]) == "complete_assessment_has_both_sides"
    skip = ("update assessment_section set version = version + 2, author_id = %s, written_at = now() "
            "where assessment_id = %s and side = 'health'")  # fmt: skip
    assert care.refused_by(skip, [made.nurse.id, assessment_id]) == "section_version_counts_up"
    late = "update assessment_assessment set completed_at = started_at where id = %s"
    assert care.refused_by(late, [assessment_id]) == "assessment_complete_has_its_time"
    again = ("insert into assessment_assessment (id, person_id, place_id, state, started_by_id, started_at, version) "
             "values (%s, %s, %s, 'open', %s, now(), 1)")  # fmt: skip
    values = [uuid4(), made.person.id, made.place_id, made.nurse.id]
    assert care.refused_by(again, values) == "one_open_assessment_of_a_person"


def test_the_database_keeps_a_complete_assessment_and_the_person(made):
    assessment_id = care.assessed(made)
    save = ("update assessment_section set answers = '{}', version = version + 1 "
            "where assessment_id = %s and side = 'health'")  # fmt: skip
    assert care.refused_by(save, [assessment_id]) == "complete_assessment_is_kept"
    reopen = "update assessment_assessment set state = 'open', completed_at = null where id = %s"
    assert care.refused_by(reopen, [assessment_id]) == "complete_assessment_is_kept"
    decide = ("insert into assessment_eligibility (id, assessment_id, person_id, result, eligible, explanation, rule, "
              "decided_by_id, decided_at) values (uuidv7(), %s, %s, %s, %s, '{}', 'r', %s, now())")  # fmt: skip
    by_nurse = [assessment_id, made.person.id, "eligible", True, made.nurse.id]
    assert care.refused_by(decide, by_nurse) == "eligibility_decided_for_the_council"
    lying = [assessment_id, made.person.id, "not_eligible", True, made.social_worker.id]
    assert care.refused_by(decide, lying) == "eligible_as_the_result_says"
    other = make.person()
    elsewhere = [assessment_id, other.id, "eligible", True, made.social_worker.id]
    assert care.refused_by(decide, elsewhere) == "eligibility_of_the_assessments_person"
    make.run(decide, [assessment_id, made.person.id, "eligible", True, made.social_worker.id])
    twice = [assessment_id, made.person.id, "eligible", True, made.social_worker.id]
    assert care.refused_by(decide, twice) == "eligibility_decided_once"


def test_eligibility_by_hand_needs_a_complete_assessment(made):
    assessment_id = care.started(made)
    decide = (
        "insert into assessment_eligibility (id, assessment_id, person_id, result, eligible, explanation, rule, "
        "decided_by_id, decided_at) values (gen_random_uuid(), %s, %s, 'eligible', true, '{}', 'r/1', %s, now())"
    )
    values = [assessment_id, made.person.id, made.social_worker.id]
    assert care.refused_by(decide, values) == "eligibility_needs_complete_assessment"


# Who sees


@pytest.mark.parametrize("table", TABLES)
def test_a_stranger_sees_no_row_and_the_holder_does(made, table):
    from django.db import connection

    decided(made)
    for who, expected in ((made.stranger, False), (made.nurse, True)):
        with care.acting(who), connection.cursor() as cursor:
            cursor.execute(f"select count(*) > 0 from {table} where person_id = %s", [made.person.id])
            assert cursor.fetchone() == (expected,), table


def test_nobody_writes_under_anothers_name(made):
    from django.db import ProgrammingError, connection

    assessment_id = care.started(made)
    save = ("update assessment_section set author_id = %s, version = version + 1, written_at = now() "
            "where assessment_id = %s and side = 'health'")  # fmt: skip
    with pytest.raises(ProgrammingError, match="row-level security"), care.acting(made.social_worker):
        with connection.cursor() as cursor:
            cursor.execute(save, [made.nurse.id, assessment_id])
    with pytest.raises(ProgrammingError, match="permission denied"), care.acting(made.nurse):
        with connection.cursor() as cursor:
            cursor.execute("update assessment_writing set answers = '{}'")


def test_a_stranger_starts_and_reads_nothing(made):
    from joinedup.assessment.actions import start_assessment
    from joinedup.assessment.queries import assessment_of, open_assessments
    from joinedup.base.errors import NotFound

    assessment_id = care.started(made)
    with pytest.raises(NotFound):
        care.do(start_assessment, made.stranger, person_id=made.person.id)
    with care.acting(made.stranger) as caller:
        assert assessment_id not in [each.assessment_id for each in open_assessments(caller)]
        with pytest.raises(NotFound):
            assessment_of(caller, assessment_id)


def test_the_list_names_the_joined_person(made):
    from joinedup.assessment.queries import open_assessments

    assessment_id, leader = care.started(made), make.person(made.place_id, family="Joined")
    make.grant(made.nurse.id, leader.id)
    make.run("update person_person set canonical_id = %s, nhs_number = '' where id = %s", [leader.id, made.person.id])
    for reader, name in ((made.nurse, "Ada Joined"), (made.therapist, f"Ada {made.person.family}")):  # by own sight
        with care.acting(reader) as caller:
            names = {each.assessment_id: each.name for each in open_assessments(caller)}
        assert names[assessment_id] == name


def test_what_the_record_holds_is_shown_and_not_asked_again(made):
    from joinedup.assessment.queries import assessment_of

    body_id = make.body()
    for kind, title in (("condition", "Heart failure"), ("medicine", "Furosemide"), ("contact", "A call")):
        entry = make.timeline_entry(made.person.id, body_id, title)
        make.run("update person_timelineentry set kind = %s, open_ended = true where id = %s", [kind, entry])
    assessment_id = care.started(made)
    with care.acting(made.nurse) as caller:
        known = assessment_of(caller, assessment_id).known
    assert {(each.kind, each.title) for each in known} == {("condition", "Heart failure"), ("medicine", "Furosemide")}
