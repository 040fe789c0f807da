"""Can a person ask about a look and be answered, and does the privacy officer see what is unusual, and no record?"""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import ProgrammingError

from joinedup.base import clock
from joinedup.base.errors import Conflict, NotAllowed, NotFound, NotNow, PersonMustAct
from tests import factories as make
from tests.factories import enter, seen

pytestmark = pytest.mark.usefixtures("database")


def key() -> str:
    return f"test-{uuid4()}"


def concerned(person: make.MadePerson) -> make.MadeUser:
    """The person's own sign-in."""
    me = make.user("person", person.place_id)
    make.grant(me.id, person.id, "own_record")
    return me


def looked(person: make.MadePerson, by: UUID) -> int:
    return make.log_row(actor_id=by, person_id=person.id, place_id=person.place_id)


def ask(me: make.MadeUser, person: make.MadePerson, line: int, words: str = "I do not know her") -> UUID:
    from joinedup.person.actions import ask_about_look

    with make.acting_as(me.username) as by:
        return ask_about_look(by=by, at=clock.now(), request_key=key(), person_id=person.id, line_id=line, words=words)


def answer(officer: make.MadeUser, question: UUID, *, version: int = 1, words: str = "She was on duty."):
    from joinedup.person.actions import answer_look

    with make.acting_as(officer.username) as by:
        return answer_look(by=by, at=clock.now(), request_key=key(), expected_version=version, question_id=question,
                           found="rightful", words=words)  # fmt: skip


def desk_of(officer: make.MadeUser):
    from joinedup.person.queries import privacy_desk

    with make.acting_as(officer.username) as by:
        return privacy_desk(by, clock.now())


def constraint_of(error) -> str:
    return error.value.__cause__.diag.constraint_name


@pytest.fixture
def here() -> UUID:
    return make.place()


@pytest.fixture
def person(here) -> make.MadePerson:
    return make.person(here)


@pytest.fixture
def officer(here) -> make.MadeUser:
    return make.user("privacy_officer", here)


# Questions


def test_a_question_has_a_clock_stands_on_the_desk_and_is_answered_to_the_person(app, here, person, officer):
    me, nurse = concerned(person), make.user("practitioner", here)
    line = looked(person, nurse.id)
    question = ask(me, person, line)
    [shown] = desk_of(officer).questions
    assert (shown.question_id, shown.words, shown.due_on, shown.late) == (
        question, "I do not know her", date(2026, 11, 30), False,
    )  # fmt: skip
    assert (shown.look.who, shown.look.act) == ("Invented user", "Opened the record")
    assert answer(officer, question) == 2
    assert desk_of(officer).questions == ()
    from joinedup.person.queries import looks

    with make.acting_as(me.username) as by:
        told = looks(by, person.id).asked[line]
    assert (told.outcome, told.answer) == ("The look was rightful", "She was on duty.")
    enter(app, officer.token)
    assert seen(app) == set()


def test_one_look_is_asked_about_once_and_answered_once(here, person, officer):
    me, line = concerned(person), looked(person, make.user().id)
    question = ask(me, person, line)
    with pytest.raises(NotNow):
        ask(me, person, line)
    answer(officer, question)
    with pytest.raises(Conflict):
        answer(officer, question)
    with pytest.raises(PersonMustAct):
        answer(officer, question, words="  ")


def test_a_person_asks_about_their_own_looks_only(here, person):
    me, other = concerned(person), make.person(here)
    theirs, mine = looked(other, make.user().id), looked(person, me.id)
    for about, line in ((person, theirs), (person, mine), (person, 1)):
        with pytest.raises(ProgrammingError) as refused:
            ask(me, about, line)
        assert constraint_of(refused) == "look_question_needs_a_look"
    with pytest.raises(ProgrammingError) as refused:
        ask(me, other, theirs)
    assert constraint_of(refused) == "look_question_needs_own_record"
    with pytest.raises(NotAllowed):
        ask(make.user("practitioner", here), person, looked(person, me.id))


def test_an_officer_elsewhere_or_the_one_who_looked_answers_nothing(here, person, officer):
    question = ask(concerned(person), person, looked(person, officer.id))
    for other in (officer, make.user("privacy_officer", make.place())):
        with pytest.raises(ProgrammingError) as refused:
            answer(other, question)
        assert constraint_of(refused) == "look_answer_needs_officer"


@pytest.mark.parametrize("role", ["practitioner", "person", "administrator", "privacy_officer"])
def test_a_question_is_read_by_the_person_and_the_officer_of_the_place_alone(app, here, person, role):
    ask(concerned(person), person, looked(person, make.user().id))
    enter(app, make.user(role, make.place()).token)
    assert app.execute("select count(*) from access_lookquestion").fetchone() == (0,)


# Unusual looks


def unusual(officer: make.MadeUser) -> dict[str, UUID]:
    return {each.kind: each.person_id for each in desk_of(officer).unusual}


def seeing(person: make.MadePerson, here: UUID, label: str = "Invented user") -> make.MadeUser:
    """A nurse with sight, who opened the record."""
    nurse = make.user("practitioner", here)
    make.run("update access_subject set label = %s where id = %s", [label, nurse.id])
    make.grant(nurse.id, person.id)
    looked(person, nurse.id)
    return nurse


def lives(user: make.MadeUser, family: str, postcode: str) -> None:
    make.run("insert into access_staffhome (subject_id, family_folded, postcode) values (%s, %s, %s)",
             [user.id, family, postcode])  # fmt: skip


def test_an_ordinary_look_is_not_unusual(here, person, officer):
    seeing(person, here)
    make.grant(team := make.subject(), person.id)
    member = make.user("practitioner", here)
    make.membership(team, member.id)
    looked(person, member.id)
    assert desk_of(officer).unusual == ()


def test_own_name_by_label_and_by_what_is_on_file(here, officer):
    one, other = make.person(here, family="Zabriskie"), make.person(here, family="Maidenname")
    seeing(one, here, "Kim Zabriskie")
    nurse = seeing(other, here, "Kim Elsewhere")
    lives(nurse, "maidenname", "")
    assert {each.person_id for each in desk_of(officer).unusual if each.kind == "own_name"} == {one.id, other.id}


def test_own_postcode(here, person, officer):
    make.run("update person_person set postcode = 'TQ7 7ZZ' where id = %s", [person.id])
    nurse = seeing(person, here)
    lives(nurse, "", "TQ7 7ZZ")
    assert unusual(officer) == {"own_street": person.id}


def test_a_look_without_a_right_and_one_whose_right_ended(here, person, officer):
    other = make.person(here)
    looked(person, make.user("practitioner", here).id)
    nurse = seeing(other, here)
    make.run("update access_accessgrant set ends_at = now() where subject_id = %s", [nurse.id])
    assert unusual(officer) == {"no_relationship": person.id, "sight_ended": other.id}


def test_volume_and_refusals_of_a_day(here, officer):
    busy, curious = make.user("practitioner", here), make.user("practitioner", here)
    for _ in range(61):
        made = uuid4()
        make.log_row(actor_id=busy.id, person_id=made, place_id=here)
    for _ in range(6):
        make.log_row(actor_id=curious.id, person_id=uuid4(), place_id=here, act="page.refused")
    found = {each.kind: each.number for each in desk_of(officer).unusual if each.kind in ("volume", "refused")}
    assert found == {"volume": 61, "refused": 6}


def test_looks_elsewhere_are_not_this_officers(here, person, officer):
    looked(make.person(make.place()), make.user("practitioner").id)
    assert desk_of(officer).unusual == ()


def review(officer: make.MadeUser, item: str, place: UUID, words: str = "Cousins; she told her manager first"):
    from joinedup.access.actions import review_item

    with make.acting_as(officer.username) as by:
        return review_item(by=by, at=clock.now(), request_key=key(), place_id=place, item=item, outcome="fine",
                           words=words)  # fmt: skip


def test_a_finding_takes_the_item_off_the_desk_once_and_for_good(here, person, officer):
    looked(person, make.user("practitioner", here).id)
    [item] = desk_of(officer).unusual
    review(officer, item.item, here)
    after = desk_of(officer)
    assert after.unusual == ()
    assert [(each.outcome, each.words) for each in after.reviewed] == [
        ("Found fine", "Cousins; she told her manager first")
    ]
    with pytest.raises(NotNow):
        review(officer, item.item, here)
    with pytest.raises(PersonMustAct):
        review(officer, item.item, here, "   ")
    with pytest.raises(ProgrammingError):
        review(officer, "volume:x", make.place())


def test_a_hidden_match_is_reviewed_like_the_rest(here, person, officer):
    item = make.insert("person_workitem", kind="hidden_match", place_id=here, person_id=person.id,
                       other_person_id=make.person(here).id, made_at=clock.now())  # fmt: skip
    [shown] = desk_of(officer).hidden
    assert shown.item == f"hidden_match:{item}"
    review(officer, shown.item, here)
    assert desk_of(officer).hidden == ()


@pytest.mark.parametrize("role", ["practitioner", "administrator", "person", "board_member", "coordinator"])
def test_the_desk_is_for_privacy_officers_alone(app, here, person, role):
    from joinedup.person.queries import privacy_desk

    looked(person, make.user().id)
    user = make.user(role, here)
    with make.acting_as(user.username) as by, pytest.raises(NotAllowed):
        privacy_desk(by, clock.now())
    enter(app, user.token)
    for rows in ("access.unusual_looks(now() - interval '1 day', now(), 1, 1)", "access_deskreview"):
        assert app.execute(f"select count(*) from {rows}").fetchone() == (0,)


def test_something_that_is_not_there_is_not_reviewed(officer):
    from joinedup.person.queries import unusual_item

    with make.acting_as(officer.username) as by, pytest.raises(NotFound):
        unusual_item(by, "own_name:0", clock.now())
