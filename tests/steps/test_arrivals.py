"""Is somebody made on a call compared at once: joined when sure, asked about when likely, and nobody hidden told of?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests import factories as make
from tests.care_scene import do
from tests.kept_model import FIELDS, kept_model
from tests.steps.calls import call, front_door, person_of, taken


@pytest.fixture(scope="module")
def desk(database):
    with kept_model():
        yield front_door()


def canonical(person_id):
    return make.run("select canonical_id from person_person where id = %s", [person_id])[0][0]


def questions(*people) -> list[str]:
    rows = make.run(
        "select kind from person_workitem where person_id = any (%s) and other_person_id = any (%s) order by 1",
        [list(people), list(people)],
    )
    return [kind for (kind,) in rows]


def test_the_same_person_told_again_is_joined_in_the_calls_own_transaction_and_taken_apart(desk):
    from joinedup.person.actions import unlink

    whole = call(desk.place, desk.coordinator.id)
    first = person_of(taken(desk.coordinator, whole))
    second = person_of(taken(desk.coordinator, replace(whole, what_is_wrong="Fell again.")))
    assert first != second
    assert canonical(second) == first
    [(link, reason, model)] = make.run(
        "select id, reason, model_id is not null from person_personlink where other_id = %s", [second]
    )
    assert "date of birth the same" in reason
    assert model
    do(unlink, desk.coordinator, link_id=link, reason="Two sisters.")
    assert canonical(second) is None
    [(was, is_now)] = make.run("select before_digest, after_digest from person_personlink where id = %s", [link])
    assert was == is_now


def test_a_model_of_another_version_of_the_program_stops_no_call_and_whoever_called_waits(desk):
    whole = call(desk.place, desk.coordinator.id)
    first = person_of(taken(desk.coordinator, whole))
    with kept_model(2, FIELDS[:-2]):
        second = person_of(taken(desk.coordinator, replace(whole, what_is_wrong="Fell once more.")))
    assert canonical(second) is None
    assert questions(first, second) == []
    assert make.run("select 1 from person_persontocompare where person_id = %s", [second]) == [(1,)]


def test_father_and_son_of_one_name_and_twins_are_asked_about_at_most(desk):
    whole = call(desk.place, desk.coordinator.id)
    father = person_of(taken(desk.coordinator, whole))
    son = person_of(taken(desk.coordinator, replace(whole, told=replace(whole.told, birth_date=date(1971, 6, 30)))))
    twin = person_of(taken(desk.coordinator, replace(whole, told=replace(whole.told, given="Winifred"))))
    assert [canonical(each) for each in (father, son, twin)] == [None] * 3
    assert set(questions(father, son, twin)) <= {"likely_same"}


def test_a_slip_is_asked_about(desk):
    whole = call(desk.place, desk.coordinator.id)
    first = person_of(taken(desk.coordinator, whole))
    slip = replace(whole.told, birth_date=whole.told.birth_date.replace(year=whole.told.birth_date.year + 1))
    second = person_of(taken(desk.coordinator, replace(whole, told=slip)))
    assert canonical(second) is None
    assert questions(first, second) == ["likely_same"]


def test_a_misspelt_family_name_of_one_home_and_birth_date_is_no_doubt(desk):
    whole = call(desk.place, desk.coordinator.id)
    first = person_of(taken(desk.coordinator, whole))
    slip = replace(whole.told, family=whole.told.family + "e")
    second = person_of(taken(desk.coordinator, replace(whole, told=slip)))
    assert (canonical(second), questions(first, second)) == (first, [])


def test_nobody_hidden_is_joined_or_told_of(desk):
    whole = call(desk.place, desk.coordinator.id)
    first = person_of(taken(desk.coordinator, whole))
    elsewhere = front_door()
    other = replace(whole, place_id=elsewhere.place, owner_id=elsewhere.coordinator.id)
    second = person_of(taken(elsewhere.coordinator, other))
    assert canonical(second) is None
    assert questions(first, second) == ["hidden_match"]  # for the privacy officer alone


def test_not_the_same_taken_back_is_asked_anew_and_no_rule_joins_it(desk):
    from joinedup.base.errors import Conflict
    from joinedup.person.actions import decide_not_same, withdraw_not_the_same

    whole = call(desk.place, desk.coordinator.id)
    first = person_of(taken(desk.coordinator, whole))
    slip = whole.told.birth_date.replace(year=whole.told.birth_date.year + 1)
    second = person_of(taken(desk.coordinator, replace(whole, told=replace(whole.told, birth_date=slip))))
    [(item,)] = make.run("select id from person_workitem where other_person_id = %s and kind = 'likely_same'", [second])
    do(decide_not_same, desk.coordinator, item_id=item, expected_version=1, reason="Two sisters.")
    [(decision,)] = make.run("select id from person_notthesame where other_id = %s", [second])
    do(withdraw_not_the_same, desk.coordinator, decision_id=decision, reason="Her son says it is she.")
    with pytest.raises(Conflict):
        do(withdraw_not_the_same, desk.coordinator, decision_id=decision, reason="Again.")
    assert questions(first, second) == ["likely_same", "likely_same"]
    [(by, reason)] = make.run(
        "select withdrawn_by_id, withdrawn_reason from person_notthesame where id = %s", [decision]
    )
    assert (by, reason) == (desk.coordinator.id, "Her son says it is she.")
    logged = make.run("select count(*) from access_logentry where act = 'people.not_the_same_withdrawn' "
                      "and thing_id = %s", [decision])  # fmt: skip
    assert logged == [(2,)]
    with pytest.raises(Exception, match="withdrawn_not_the_same_says_by_whom_and_why"):
        make.run("update person_notthesame set withdrawn_reason = '' where id = %s", [decision])
