"""Does the glass break for one person, one hour and a reason, told first, and never for whoever has no right to ask?

Attacks are hand-written SQL as `app`; the ordinary way goes through the action, as a page does.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from psycopg import errors

from joinedup.base import clock
from joinedup.base.errors import Conflict, NotAllowed, NotNow, PersonMustAct
from tests import factories as make
from tests.factories import enter, seen

BORN = date(1938, 5, 1)
WORDS = "Found unconscious at home; allergies needed"
ASK = "select outcome, ask from access.ask_glass(%s::text[], %s::date, '', %s, 'life_at_risk', %s, 'test')"


def asking(person: make.MadePerson, words: str = WORDS, text: str = ""):
    from joinedup.person.actions import Asking

    return Asking(text or f"{person.nhs_number} 01/05/1938", "life_at_risk", words)


def smash(user: make.MadeUser, wanted, request_key: str = "") -> UUID:
    """Break the glass as this user."""
    from joinedup.person.actions import break_glass

    with make.acting_as(user.username) as by:
        return break_glass(by=by, at=clock.now(), request_key=request_key or f"test-{uuid4()}", token=user.token,
                           asking=wanted)  # fmt: skip


def row_of(user: make.MadeUser) -> tuple:
    return make.run("select id, version from access_breakglass where subject_id = %s", [user.id])[0]


def review(officer: make.MadeUser, ask: UUID, version: int = 1, found: str = "questioned", words: str = "Asked why"):
    from joinedup.person.actions import review_glass

    with make.acting_as(officer.username) as by:
        return review_glass(by=by, at=clock.now(), request_key=f"test-{uuid4()}", expected_version=version, ask_id=ask,
                            found=found, words=words)  # fmt: skip


# The ordinary way


def test_the_glass_opens_every_record_of_somebody_whose_records_were_joined(app, database):
    nurse, person, alias = make.user("practitioner"), make.person(), make.person()
    make.run("update person_person set canonical_id = %s, nhs_number = '' where id = %s", [person.id, alias.id])
    assert smash(nurse, asking(person)) == person.id
    enter(app, nurse.token)
    assert seen(app) == {person.id, alias.id}


def test_the_glass_gives_sight_of_one_person_for_one_hour_and_is_on_record(app, database):
    nurse, person, other = make.user("practitioner"), make.person(), make.person()
    assert smash(nurse, asking(person)) == person.id
    enter(app, nurse.token)
    assert seen(app) == {person.id}
    assert other.id not in seen(app)
    [(purpose, hour)] = make.run("select purpose, ends_at - starts_at = interval '1 hour' from access_accessgrant "
                                 "where subject_id = %s", [nurse.id])  # fmt: skip
    assert (purpose, hour) == ("break_glass", True)
    acts = make.run("select act, outcome, person_id, place_id, reason from access_logentry where actor_id = %s "
                    "order by id", [nurse.id])  # fmt: skip
    assert acts == [("glass.asked", "done", person.id, person.place_id, "life_at_risk"),
                    ("glass.broken", "done", person.id, person.place_id, "life_at_risk")]  # fmt: skip


def test_after_the_hour_nothing_is_seen(app, database):
    nurse, person = make.user("practitioner"), make.person()
    smash(nurse, asking(person))
    make.run("update access_accessgrant set starts_at = starts_at - interval '1 hour', ends_at = ends_at - interval "
             "'1 hour' where subject_id = %s", [nurse.id])  # fmt: skip
    enter(app, nurse.token)
    assert seen(app) == set()


def test_one_key_breaks_the_glass_once(database):
    nurse, person, key = make.user("case_manager"), make.person(), f"test-{uuid4()}"
    assert smash(nurse, asking(person), key) == smash(nurse, asking(person), key) == person.id
    assert make.run("select count(*) from access_breakglass where subject_id = %s", [nurse.id]) == [(1,)]


def test_the_same_hour_is_not_renewed_by_the_same_words(database):
    nurse, person = make.user("practitioner"), make.person()
    smash(nurse, asking(person))
    with pytest.raises(NotNow) as refused:
        smash(nurse, asking(person, "Another reason altogether"))
    assert refused.value.code == "glass-seen"
    make.run("update access_accessgrant set ends_at = now() where subject_id = %s", [nurse.id])
    with pytest.raises(PersonMustAct) as refused:
        smash(nurse, asking(person, f"  {WORDS.upper()} "))
    assert refused.value.code == "glass-same-reason"
    assert smash(nurse, asking(person, "Still unconscious; next of kin needed")) == person.id


@pytest.mark.parametrize(("text", "words", "code"), [
    ("{family}", WORDS, "glass-too-little"), ("{number} 01/05/1938", "  short ", "glass-reason"),
    ("{number} 01/05/1938", "", "glass-reason"),
])  # fmt: skip
def test_too_little_is_refused_before_anything_is_asked(database, text, words, code):
    nurse, person = make.user("practitioner"), make.person()
    with pytest.raises(PersonMustAct) as refused:
        smash(nurse, asking(person, words, text.format(family=person.family, number=person.nhs_number)))
    assert refused.value.code == code
    assert make.run("select count(*) from access_logentry where actor_id = %s", [nurse.id]) == [(0,)]


# Existence


@pytest.mark.parametrize("role", ["person", "commissioner", "privacy_officer", "administrator", "analyst", "provider"])
def test_roles_that_do_not_care_for_people_learn_nothing(app, database, role):
    user, person = make.user(role), make.person()
    for wanted in (asking(person), asking(person, text=f"{make.nhs_number()} 01/05/1938")):
        with pytest.raises(NotAllowed) as refused:
            smash(user, wanted)
        assert refused.value.code == "permission-missing"
    enter(app, user.token)
    with pytest.raises(errors.InsufficientPrivilege) as raised:
        app.execute(ASK, [[], BORN, person.nhs_number, WORDS])
    assert raised.value.diag.constraint_name == "glass_needs_care_role"


def test_a_restricted_person_is_found_by_number_and_birth_date_alone_and_refused_like_nobody(database):
    nurse, hidden = make.user("practitioner"), make.person(family=f"{uuid4().hex[:12]}")
    make.run("update person_person set restricted = true, postcode = 'TQ9 9ZZ' where id = %s", [hidden.id])
    refusals = []
    for text in (f"{hidden.family} 01/05/1938", f"{hidden.family} 01/05/1938 TQ9 9ZZ", hidden.nhs_number,
                 "Nobodyatallofthisname 03/03/1903"):  # fmt: skip
        with pytest.raises(NotNow) as refused:
            smash(nurse, asking(hidden, text=text))
        refusals.append(str(refused.value))
    assert len(set(refusals)) == 1
    said = make.run("select outcome, reason, person_id from access_logentry where actor_id = %s", [nurse.id])
    assert set(said) == {("refused", "glass-nobody", None)}
    assert smash(nurse, asking(hidden)) == hidden.id


def test_twins_are_several_until_the_number_is_given(database):
    nurse, family = make.user("practitioner"), f"Twin{uuid4().hex[:8]}"
    one, other = make.person(family=family), make.person(family=family)
    with pytest.raises(PersonMustAct) as refused:
        smash(nurse, asking(one, text=f"{family} 01/05/1938"))
    assert refused.value.code == "glass-several"
    assert smash(nurse, asking(other)) == other.id


def test_asking_is_limited_by_the_hour(database):
    nurse = make.user("practitioner")
    for _ in range(10):
        make.log_row(actor_id=nurse.id, act="glass.asked")
    with pytest.raises(NotNow) as refused:
        smash(nurse, asking(make.person()))
    assert refused.value.code == "glass-limit"


# Attacks as `app`


def asked(app, user: make.MadeUser, person: make.MadePerson, *, commit: bool = True) -> UUID:
    enter(app, user.token)
    outcome, ask = app.execute(ASK, [[], BORN, person.nhs_number, WORDS]).fetchone()
    assert outcome == "found"
    if commit:
        app.commit()
        enter(app, user.token)
    return ask


def refused_by(app, statement: str, values: list[object]) -> str:
    with pytest.raises(errors.InsufficientPrivilege) as raised:
        app.execute(statement, values)
    app.rollback()
    return raised.value.diag.constraint_name or "privilege"


OPEN = "select access.open_glass(%s, %s, 'test')"


def test_the_glass_is_not_broken_in_the_transaction_of_its_asking(app, database):
    nurse, person = make.user("practitioner"), make.person()
    ask = asked(app, nurse, person, commit=False)
    assert refused_by(app, OPEN, [ask, 60]) == "glass_is_asked_for_first"


def test_the_glass_is_not_broken_in_a_savepoint_of_its_asking(app, database):
    nurse, person = make.user("practitioner"), make.person()
    enter(app, nurse.token)
    with app.transaction():
        ask = app.execute(ASK, [[], BORN, person.nhs_number, WORDS]).fetchone()[1]
    assert refused_by(app, OPEN, [ask, 60]) == "glass_is_asked_for_first"


def test_a_rollback_after_breaking_leaves_the_asking(database):
    nurse, person = make.user("practitioner"), make.person()
    from joinedup.person.actions import break_glass

    def break_and_fail() -> None:
        with make.acting_as(nurse.username) as by:
            break_glass(by=by, at=clock.now(), request_key=f"test-{uuid4()}", token=nurse.token, asking=asking(person))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_and_fail()
    assert make.run("select opened_at from access_breakglass where subject_id = %s", [nurse.id]) == [(None,)]
    assert make.run("select act from access_logentry where actor_id = %s", [nurse.id]) == [("glass.asked",)]


def test_an_hour_is_an_hour_whatever_is_asked_for(app, database):
    nurse, person = make.user("practitioner"), make.person()
    ask = asked(app, nurse, person)
    app.execute(OPEN, [ask, 100_000])
    app.commit()
    assert make.run("select ends_at - starts_at <= interval '1 hour' from access_accessgrant where subject_id = %s",
                    [nurse.id]) == [(True,)]  # fmt: skip


def test_an_asking_is_used_once_by_whoever_asked_and_soon(app, database):
    nurse, other, person = make.user("practitioner"), make.user("practitioner"), make.person()
    ask = asked(app, nurse, person)
    app.rollback()
    enter(app, other.token)
    assert refused_by(app, OPEN, [ask, 60]) == "glass_is_asked_for_first"
    enter(app, nurse.token)
    app.execute(OPEN, [ask, 60])
    app.commit()
    enter(app, nurse.token)
    assert refused_by(app, OPEN, [ask, 60]) == "glass_is_asked_for_first"
    late = asked(app, nurse, make.person())
    app.rollback()
    make.run("update access_breakglass set asked_at = asked_at - interval '6 minutes' where id = %s", [late])
    enter(app, nurse.token)
    assert refused_by(app, OPEN, [late, 60]) == "glass_is_asked_for_first"


def test_whose_role_ended_since_asking_breaks_nothing(app, database):
    nurse, person = make.user("practitioner"), make.person()
    ask = asked(app, nurse, person)
    app.rollback()
    make.run("update access_roleholding set ends_at = now() where subject_id = %s", [nurse.id])
    enter(app, nurse.token)
    assert refused_by(app, OPEN, [ask, 60]) == "glass_is_asked_for_first"


@pytest.mark.parametrize("statement", [
    "insert into access_breakglass (id, subject_id, person_id, place_id, from_place_id, reason, words, asked_at, "
    "asked_in, review, review_words, version) select gen_random_uuid(), %(me)s, %(person)s, id, id, 'law', "
    "'A long enough reason', now(), 1, '', '', 1 from places_place limit 1",
    "update access_breakglass set review = 'fine'", "delete from access_breakglass",
    "update access_lookquestion set answer = 'x'", "delete from access_lookquestion", "select * from access_staffhome",
    "update access_deskreview set words = 'x'", "insert into access_officeseat (id, office_id, member_id, holder_id) "
    "select gen_random_uuid(), %(me)s, %(me)s, id from places_officeholder limit 1",
])  # fmt: skip
def test_app_writes_none_of_it_by_hand(app, database, statement):
    nurse, person = make.user("practitioner"), make.person()
    enter(app, nurse.token)
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(statement, {"me": nurse.id, "person": person.id})


MADE_UP = (
    "insert into access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, ends_at, version) "
    "values (gen_random_uuid(), %s, %s, 'break_glass', 'glass:made-up', now(), now() + %s::interval, 1)"
)


def test_a_glass_grant_without_its_asking_is_refused_even_to_the_owner(connect, database):
    nurse, person = make.user("practitioner"), make.person()
    with connect("owner") as owner:
        owner.execute(MADE_UP, [nurse.id, person.id, "60 minutes"])
        with pytest.raises(errors.InsufficientPrivilege) as raised:
            owner.commit()
    assert raised.value.diag.constraint_name == "glass_grant_has_a_reason"


def test_a_glass_grant_longer_than_an_hour_is_refused(connect, database):
    with connect("owner") as owner, pytest.raises(errors.CheckViolation) as raised:
        owner.execute(MADE_UP, [make.user().id, make.person().id, "61 minutes"])
    assert raised.value.diag.constraint_name == "glass_grant_of_one_hour"


def test_sight_behind_broken_glass_is_not_passed_on(app, database):
    nurse, friend, person = make.user("practitioner"), make.user("practitioner"), make.person()
    smash(nurse, asking(person))
    enter(app, nurse.token)
    give = "select access.give_grant(gen_random_uuid(), %s, %s, %s, 'x', now(), null)"
    assert refused_by(app, give, [friend.id, person.id, "direct_care"]) == "grant_needs_right"
    enter(app, nurse.token)
    assert refused_by(app, give, [friend.id, person.id, "break_glass"]) == "grant_purpose_has_its_own_way"


# Review


def test_the_officer_of_the_place_reviews_in_words_and_gains_no_sight(app, database):
    here = make.place()
    nurse, officer, person = make.user("practitioner"), make.user("privacy_officer", here), make.person(here)
    smash(nurse, asking(person))
    ask, version = row_of(nurse)
    assert review(officer, ask, version) == 2
    with pytest.raises(Conflict):
        review(officer, ask, version)
    enter(app, officer.token)
    assert seen(app) == set()
    assert app.execute("select review, review_words from access_breakglass where id = %s", [ask]).fetchall() == [
        ("questioned", "Asked why")
    ]


def test_nobody_else_reviews_and_the_one_who_broke_it_least_of_all(database):
    from django.db import ProgrammingError

    here = make.place()
    nurse, person = make.user("practitioner", here), make.person(here)
    make.role(nurse.id, "privacy_officer", here)
    smash(nurse, asking(person))
    ask, _ = row_of(nurse)
    for other in (nurse, make.user("privacy_officer", make.place())):
        with pytest.raises(ProgrammingError) as refused:
            review(other, ask)
        assert refused.value.__cause__.diag.constraint_name == "glass_review_needs_officer"
    with pytest.raises(NotAllowed):
        review(make.user("practitioner", here), ask)


@pytest.mark.parametrize(("change", "constraint"), [
    ("review = 'fine'", "glass_review_is_whole"), ("words = '  x  '", "glass_has_a_reason"),
    ("reason = 'curious'", "glass_reason_known"),
    ("ends_at = opened_at + interval '2 hours'", "glass_open_for_an_hour"),
    ("review = 'fine', review_words = 'x', reviewed_at = now(), reviewed_by_id = subject_id",
     "glass_is_reviewed_by_another"),
])  # fmt: skip
def test_what_must_hold_of_broken_glass(connect, database, change, constraint):
    nurse = make.user("practitioner")
    smash(nurse, asking(make.person()))
    with connect("owner") as owner, pytest.raises(errors.CheckViolation) as raised:
        owner.execute(f"update access_breakglass set {change} where subject_id = %s", [nurse.id])
    assert raised.value.diag.constraint_name == constraint
