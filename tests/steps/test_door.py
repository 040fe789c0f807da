"""Does the front door keep its promises: all or nothing, one clock, one owner, sight by a call alone, hidden stays?"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import DatabaseError

from joinedup.base.errors import NotAllowed, NotFound, NotNow, PersonMustAct
from tests import factories as make
from tests.steps.calls import BEGAN, NOW, call, front_door, key, person_of, request_seen, taken, worker

TABLES = ("person_person", "person_sourcerecord", "door_contact", "door_request", "person_timelineentry")


@pytest.fixture(scope="module")
def desk(database) -> SimpleNamespace:
    """A place with its front door."""
    return front_door()


def traced(user, text: str) -> list:
    from django.db import transaction

    from joinedup.access.callers import enter
    from joinedup.door.queries import trace

    with transaction.atomic():
        return trace(enter(user.token), user.token, text, NOW)


def constraint_of(error: pytest.ExceptionInfo) -> str:
    return error.value.__cause__.diag.constraint_name


def counts() -> list[int]:
    return [make.run(f"select count(*) from {table}")[0][0] for table in TABLES]


def number_of(person: UUID, user: make.MadeUser) -> int:
    return make.run("select count(*) from access_accessgrant where person_id = %s and subject_id = %s",
                    [person, user.id])[0][0]  # fmt: skip


# taking a call


def test_a_call_makes_person_contact_request_timeline_and_log_together(desk):
    whole = call(desk.place, desk.zone)
    before = counts()
    request_id = taken(desk.coordinator, whole)
    assert counts() == [each + 1 for each in before]
    [(person, clock, due, owner, state)] = make.run(
        "select person_id, clock_started_at, next_step_due, owner_id, state from door_request where id = %s",
        [request_id],
    )
    assert (clock, due, owner, state) == (BEGAN, BEGAN + timedelta(hours=12), desk.zone, "open")
    assert make.run("select family, given, postcode, birth_date from person_person where id = %s", [person]) == [
        (whole.told.family, "Edith May", whole.told.postcode, whole.told.birth_date)
    ]
    assert make.run(
        "select kind, open_ended, source_key, title from person_timelineentry where person_id = %s", [person]
    ) == [("request", True, f"door.request/{request_id}", "Call: Somebody to look at her today.")]
    assert make.run("select act from access_logentry where person_id = %s and thing_id = %s", [person, request_id]) == [
        ("call.taken",)
    ]


@pytest.mark.parametrize("broken", ["append_timeline", "give_sight", "note"])
def test_a_call_that_breaks_midway_leaves_nothing(desk, monkeypatch, broken):
    whole, before = call(desk.place, desk.zone), counts()

    def fall_over(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(sys.modules["joinedup.door.actions.calls"], broken, fall_over)
    with pytest.raises(ZeroDivisionError):
        taken(desk.coordinator, whole)
    assert counts() == before
    assert make.run("select count(*) from person_person where family = %s", [whole.told.family]) == [(0,)]


def test_a_call_sent_twice_is_one_call(desk):
    whole, request_key = call(desk.place, desk.zone), key()
    first = taken(desk.coordinator, whole, request_key)
    before = counts()
    assert taken(desk.coordinator, whole, request_key) == first
    assert counts() == before
    with pytest.raises(NotNow) as refused:
        taken(desk.coordinator, replace(whole, next_step="Something else."), request_key)
    assert refused.value.code == "request-key-reused"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"told": None}, "nobody-named"),
        ({"first_contact_at": NOW + timedelta(minutes=1)}, "first-contact-ahead"),
        ({"owner_id": uuid4()}, "owner-not-here"),
        ({"place_id": uuid4()}, "call-in-another-place"),
    ],
)
def test_a_call_that_cannot_be_is_refused(desk, changes, code):
    with pytest.raises(PersonMustAct) as refused:
        taken(desk.coordinator, replace(call(desk.place, desk.zone), **changes))
    assert refused.value.code == code


def test_only_the_front_door_takes_calls(desk):
    with pytest.raises(NotAllowed):
        taken(desk.nurse, call(desk.place, desk.zone))


def test_whoever_owns_the_request_sees_the_person(desk):
    request_id = taken(desk.coordinator, call(desk.place, desk.other))
    assert request_seen(desk.helper, request_id).mine
    assert request_seen(desk.coordinator, request_id).mine is False


# sight by a call


def test_somebody_unseen_is_seen_after_a_call_and_the_log_says_so(desk):
    from joinedup.person.queries import record

    somebody = make.person(desk.place)
    with pytest.raises(NotFound), make.acting_as(desk.coordinator.username) as by:
        record(by, somebody.id, NOW)
    taken(desk.coordinator, call(desk.place, desk.zone, told=None, person_id=somebody.id))
    with make.acting_as(desk.coordinator.username) as by:
        assert record(by, somebody.id, NOW).person_id == somebody.id
    with make.acting_as(desk.nurse.username) as by:
        assert record(by, somebody.id, NOW).person_id == somebody.id
    gave = make.run(
        "select actor_id, reason from access_logentry where person_id = %s and act = 'call.gave_sight'", [somebody.id]
    )
    assert gave == [(desk.coordinator.id, "direct_care")]


def test_sight_for_a_call_that_nobody_took_is_refused_at_commit(desk, connect):
    somebody, hand = make.person(desk.place), connect()
    make.enter(hand, desk.coordinator.token)
    hand.execute("select access.grant_for_call(%s, %s)", [somebody.id, uuid4()])
    with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
        hand.commit()
    assert refused.value.diag.constraint_name == "call_grant_has_a_call"
    assert number_of(somebody.id, desk.coordinator) == 0


def test_sight_for_a_call_about_somebody_else_is_refused(desk, connect):
    request_id, somebody, hand = (
        taken(desk.coordinator, call(desk.place, desk.zone)),
        make.person(desk.place),
        connect(),
    )
    [(contact,)] = make.run("select contact_id from door_request where id = %s", [request_id])
    make.enter(hand, desk.coordinator.token)
    hand.execute("select access.grant_for_call(%s, %s)", [somebody.id, contact])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        hand.commit()


@pytest.mark.parametrize("statement", ["grant_for_call(%(p)s, %(c)s)", "person_trace('{a}', null, '', %(n)s)"])
def test_a_nurse_neither_traces_nor_gains_sight(desk, connect, statement):
    somebody, hand = make.person(desk.place), connect()
    make.enter(hand, desk.nurse.token)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        hand.execute(f"select access.{statement}", {"p": somebody.id, "c": uuid4(), "n": somebody.nhs_number})


def test_no_call_is_taken_about_a_restricted_person_unseen_and_the_refusal_tells_nothing(desk):
    somebody = make.person(desk.place)
    make.run("update person_person set restricted = true where id = %s", [somebody.id])
    said = []
    for person_id in (somebody.id, uuid4()):
        with pytest.raises(DatabaseError) as refused:
            taken(desk.coordinator, call(desk.place, desk.zone, told=None, person_id=person_id))
        said.append((constraint_of(refused), refused.value.__cause__.diag.message_primary))
    assert said[0] == said[1] == ("no_call_about_this_record", "No call can be taken about this record.")


def test_a_call_about_a_restricted_person_widens_no_sight(desk):
    somebody = make.person(desk.place)
    make.run("update person_person set restricted = true where id = %s", [somebody.id])
    make.grant(desk.coordinator.id, somebody.id)
    whole = call(desk.place, desk.coordinator.id, told=None, person_id=somebody.id)
    taken(desk.coordinator, whole)
    assert make.run("select count(*) from access_accessgrant where person_id = %s", [somebody.id]) == [(1,)]
    with pytest.raises(NotNow) as refused:
        taken(desk.coordinator, replace(whole, owner_id=desk.zone))
    assert refused.value.code == "own-team-without-sight"


# tracing and hidden people


def test_a_trace_says_what_matches_and_nothing_of_what_is_held(desk):
    somebody = make.person(desk.place, family="Tracewell")
    [found] = traced(desk.coordinator, f"tracewel {somebody.nhs_number}")
    assert found.person_id == somebody.id
    assert found.matched == ("NHS number", "name")
    assert [each.matched for each in traced(desk.coordinator, "tracewell 01/05/1938")] == [("name", "date of birth")]
    assert [each.matched for each in traced(desk.coordinator, "tracewell TQ1 1AA 02/05/1938")] == [("name", "postcode")]
    assert traced(desk.coordinator, "tracewell") == []
    assert traced(desk.coordinator, "tracewell 02/05/1938") == []


def test_a_trace_forgives_sound_and_day_and_month_changed_about_and_finds_a_former_postcode(desk):
    somebody = make.person(desk.place, family="Traisewelle")
    make.run("update person_person set birth_date = '1938-05-01', postcode = 'TQ1 1AA' where id = %s", [somebody.id])
    make.insert("person_personpostcode", person_id=somebody.id, postcode="TQ6 6ZX", district="TQ6")
    for text in ("trasewell 01/05/1938", "traisewelle 05/01/1938", "traisewelle TQ6 6ZX", "traisewelle 1 may 1938"):
        assert somebody.id in [each.person_id for each in traced(desk.coordinator, text)], text
    assert traced(desk.coordinator, "traisewelle 02/06/1938") == []


def test_a_trace_leaves_out_restricted_people_and_those_already_seen(desk):
    hidden, seen = make.person(desk.place), make.person(desk.place)
    make.run("update person_person set restricted = true where id = %s", [hidden.id])
    make.grant(desk.coordinator.id, seen.id)
    for somebody in (hidden, seen):
        assert traced(desk.coordinator, f"{somebody.family} 01/05/1938 {somebody.nhs_number}") == []


def test_tracing_is_limited_by_the_hour_and_logged_first(desk):
    user = worker("coordinator", desk.place)
    for _ in range(60):
        make.log_row(actor_id=user.id, act="people.traced")
    with pytest.raises(NotNow) as refused:
        traced(user, "smith 01/05/1938")
    assert refused.value.code == "trace-limit"
    other = worker("coordinator", desk.place)
    traced(other, "smith 01/05/1938")
    traced(other, "smith")  # says too little: nothing is asked and nothing counted
    assert make.run("select act from access_logentry where actor_id = %s", [other.id]) == [("people.traced",)]


@pytest.mark.parametrize("restricted", [True, False])
def test_a_hidden_match_is_a_question_for_the_privacy_officer_alone(desk, restricted):
    from joinedup.person.models import WorkItem
    from joinedup.person.queries import work_items

    whole = call(desk.place, desk.zone)
    hidden = make.person(make.place(), family=f"Hidden{uuid4().hex[:8]}", born=whole.told.birth_date)
    make.run("update person_person set restricted = %s where id = %s", [restricted, hidden.id])
    told = replace(whole.told, family=hidden.family)
    request_id = taken(desk.coordinator, replace(whole, told=told))
    person = person_of(request_id)
    held = make.run("select kind, other_person_id, place_id from person_workitem where person_id = %s", [person])
    assert held == [("hidden_match", hidden.id, desk.place)]
    for user in (desk.coordinator, desk.nurse):
        with make.acting_as(user.username) as by:
            assert not WorkItem.objects.filter(person_id=person).exists()
            assert person not in {each.one.person_id for each in work_items(by).shown if each.one}
    with make.acting_as(desk.officer.username) as by:
        assert "hidden_match" in {each.kind for each in work_items(by).shown}


def test_a_person_from_a_call_is_made_again_from_its_words(desk):
    from django.db import connections

    from joinedup.person.projection import project_people

    person = person_of(taken(desk.coordinator, call(desk.place, desk.zone)))
    columns = "family, given, birth_date, postcode, phone, nhs_number, place_id, gender"
    before = make.run(f"select {columns} from person_person where id = %s", [person])
    with connections["owner"].cursor() as cursor:
        project_people(cursor, [person], NOW)
    assert make.run(f"select {columns} from person_person where id = %s", [person]) == before


# the clock


@pytest.mark.parametrize("change", ["clock_started_at = clock_started_at + interval '1 day'",
                                    "clock_started_at = clock_started_at - interval '1 day'"])  # fmt: skip
def test_hand_written_sql_cannot_move_the_clock(desk, connect, change):
    request_id, hand = taken(desk.coordinator, call(desk.place, desk.zone)), connect()
    make.enter(hand, desk.coordinator.token)
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        hand.execute(f"update door_request set {change}, changed_by_id = access.caller() where id = %s", [request_id])
    assert refused.value.diag.constraint_name == "clock_starts_at_first_contact"


def test_hand_written_sql_cannot_begin_with_another_clock_or_change_the_call(desk, connect):
    request_id, hand = taken(desk.coordinator, call(desk.place, desk.zone)), connect()
    make.enter(hand, desk.coordinator.token)
    columns = make.run("select string_agg(column_name, ',' order by ordinal_position) from information_schema.columns "
                       "where table_name = 'door_contact'")[0][0]  # fmt: skip
    listed = columns.replace("id,", "uuidv7(),", 1)
    [contact] = hand.execute(
        f"insert into door_contact ({columns}) select {listed} from door_contact "
        "where id = (select contact_id from door_request where id = %s) returning id", [request_id]
    ).fetchone()  # fmt: skip
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        hand.execute(
            "insert into door_request (id, contact_id, person_id, place_id, urgency, owner_id, next_step, "
            "next_step_due, state, clock_started_at, changed_by_id, changed_at, version) select uuidv7(), %s, "
            "person_id, place_id, "
            "urgency, owner_id, next_step, next_step_due + interval '1 day', state, "
            "clock_started_at + interval '1 day', access.caller(), changed_at, 1 from door_request where id = %s",
            [contact, request_id],
        )
    assert refused.value.diag.constraint_name == "clock_starts_at_first_contact"
    hand.rollback()
    make.enter(hand, desk.coordinator.token)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        hand.execute("update door_contact set first_contact_at = now()")


def test_nobody_writes_under_anothers_name(desk, connect):
    request_id, hand = taken(desk.coordinator, call(desk.place, desk.zone)), connect()
    make.enter(hand, desk.nurse.token)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        hand.execute("update door_request set next_step = 'x', changed_by_id = %s where id = %s",
                     [desk.coordinator.id, request_id])  # fmt: skip
