"""Does the front door keep its promises: all or nothing, one clock, one owner, sight by a call alone, hidden stays?"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import DatabaseError

from joinedup.base.errors import Conflict, NotAllowed, NotFound, NotNow, PersonMustAct
from tests import factories as make
from tests.steps.calls import BEGAN, NOW, call, key, owner_of, person_of, taken, team, worker

TABLES = ("person_person", "person_sourcerecord", "door_contact", "door_request", "person_timelineentry")


@pytest.fixture(scope="module")
def desk(database) -> SimpleNamespace:
    """A place of its own with a zone team (co-ordinator, nurse), another team with a member, and a privacy officer."""
    place = make.place()
    zone, other = team(place, "Zone team"), team(place, "Reablement team")
    return SimpleNamespace(
        place=place, zone=zone, other=other, coordinator=worker("coordinator", place, zone, "Jo Call"),
        nurse=worker("practitioner", place, zone, "Sam Nurse"), helper=worker("practitioner", place, other, "Lee Able"),
        officer=worker("privacy_officer", place), stranger=worker("coordinator", make.place(), None),
    )  # fmt: skip


def acting(user: make.MadeUser):
    return make.acting_as(user.username)


def refer(user, request_id: UUID, kind: str, receiver: UUID, reason: str = "They know her.") -> UUID:
    from joinedup.door.actions import refer

    with acting(user) as by:
        return refer(
            by=by, at=NOW, request_key=key(), request_id=request_id, kind=kind, receiver_id=receiver, reason=reason
        )


def answer(user, referral_id: UUID, said: str) -> str:
    from joinedup.door.actions import answer_referral

    with acting(user) as by:
        return answer_referral(by=by, at=NOW, request_key=key(), referral_id=referral_id, answer=said)


def close(user, request_id: UUID, state: str, version: int) -> str:
    from joinedup.door.actions import close_request

    with acting(user) as by:
        return close_request(
            by=by, at=NOW, request_key=key(), expected_version=version, request_id=request_id, state=state
        )


def step(user, request_id: UUID, version: int, words: str = "Visit at four.", **changes: object) -> int:
    from joinedup.door.actions import set_next_step

    with acting(user) as by:
        return set_next_step(
            by=by, at=NOW, request_key=key(), expected_version=version, request_id=request_id, next_step=words,
            **({"next_step_due": NOW + timedelta(hours=6)} | changes),
        )  # fmt: skip


def request_seen(user, request_id: UUID):
    from joinedup.door.queries import request_of

    with acting(user) as by:
        return request_of(by, request_id, NOW)


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
    with pytest.raises(NotFound), acting(desk.coordinator) as by:
        record(by, somebody.id, NOW)
    taken(desk.coordinator, call(desk.place, desk.zone, told=None, person_id=somebody.id))
    with acting(desk.coordinator) as by:
        assert record(by, somebody.id, NOW).person_id == somebody.id
    with acting(desk.nurse) as by:
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
        with acting(user) as by:
            assert not WorkItem.objects.filter(person_id=person).exists()
            assert person not in {each.one.person_id for each in work_items(by).shown if each.one}
    with acting(desk.officer) as by:
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


# next step, referring, handing over


def test_a_next_step_changes_on_the_version_seen_and_a_conflict_keeps_both_texts(desk):
    request_id = taken(desk.coordinator, call(desk.place, desk.zone))
    assert step(desk.nurse, request_id, 1, "Visit at four.", urgency="now") == 2
    with pytest.raises(Conflict) as conflict:
        step(desk.coordinator, request_id, 1, "Ring the daughter.")
    assert conflict.value.theirs == {"next_step": "Visit at four."}
    assert conflict.value.yours == {"next_step": "Ring the daughter."}
    with pytest.raises(PersonMustAct) as refused:
        step(desk.nurse, request_id, 2, next_step_due=BEGAN - timedelta(minutes=1))
    assert refused.value.code == "due-before-call"


def test_an_owner_changes_within_the_team_and_otherwise_only_by_transfer(desk):
    request_id = taken(desk.coordinator, call(desk.place, desk.zone))
    step(desk.nurse, request_id, 1, owner_id=desk.nurse.id)
    assert owner_of(request_id) == desk.nurse.id
    for user, owner in ((desk.nurse, desk.helper.id), (desk.coordinator, desk.coordinator.id)):
        with pytest.raises(NotNow) as refused:
            step(user, request_id, 2, owner_id=owner)
        assert refused.value.code == "owner-needs-transfer"


def test_a_referral_shares_and_leaves_the_owner(desk):
    request_id = taken(desk.coordinator, call(desk.place, desk.zone))
    with pytest.raises(NotFound):
        request_seen(desk.helper, request_id)
    referral = refer(desk.coordinator, request_id, "refer", desk.other)
    assert request_seen(desk.helper, request_id).to_answer[0].id == referral
    answer(desk.helper, referral, "accepted")
    assert owner_of(request_id) == desk.zone
    assert request_seen(desk.helper, request_id).name


def test_a_transfer_changes_the_owner_on_acceptance_only_and_keeps_the_clock(desk):
    request_id = taken(desk.coordinator, call(desk.place, desk.zone))
    referral = refer(desk.coordinator, request_id, "transfer", desk.other)
    assert owner_of(request_id) == desk.zone
    with pytest.raises(NotNow) as refused:
        refer(desk.coordinator, request_id, "transfer", desk.nurse.id)
    assert refused.value.code == "referral-waits"
    with pytest.raises(NotAllowed):
        answer(desk.coordinator, referral, "accepted")
    assert answer(desk.helper, referral, "accepted") == "accepted"
    [(owner, clock, version)] = make.run(
        "select owner_id, clock_started_at, version from door_request where id = %s", [request_id]
    )
    assert (owner, clock, version) == (desk.other, BEGAN, 2)
    with pytest.raises(NotNow):
        answer(desk.helper, referral, "declined")


@pytest.mark.parametrize(("who", "said"), [("helper", "declined"), ("coordinator", "withdrawn")])
def test_declining_or_taking_back_ends_the_sight_that_was_given(desk, who, said):
    request_id = taken(desk.coordinator, call(desk.place, desk.zone))
    referral = refer(desk.coordinator, request_id, "transfer", desk.other)
    assert request_seen(desk.helper, request_id)
    answer(getattr(desk, who), referral, said)
    with pytest.raises(NotFound):
        request_seen(desk.helper, request_id)
    assert owner_of(request_id) == desk.zone
    assert request_seen(desk.coordinator, request_id)


def test_an_answer_cannot_be_given_or_rewritten_by_hand(desk, connect):
    request_id = taken(desk.coordinator, call(desk.place, desk.zone))
    referral = refer(desk.coordinator, request_id, "transfer", desk.other)
    accept = "update door_referral set answer = 'accepted', answered_at = now(), answered_by_id = access.caller()"
    hand = connect()
    make.enter(hand, desk.coordinator.token)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        hand.execute(f"{accept} where id = %s", [referral])
    hand.rollback()
    make.enter(hand, desk.helper.token)
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        hand.execute(f"{accept}, reason = 'another' where id = %s", [referral])
    assert refused.value.diag.constraint_name == "referral_is_answered_once"


def test_a_waiting_transfer_keeps_a_request_open(desk):
    request_id = taken(desk.coordinator, call(desk.place, desk.zone))
    referral = refer(desk.coordinator, request_id, "transfer", desk.other)
    with pytest.raises(NotNow) as refused:
        close(desk.coordinator, request_id, "done", 1)
    assert refused.value.code == "transfer-waits"
    answer(desk.coordinator, referral, "withdrawn")
    assert close(desk.coordinator, request_id, "done", 1) == "done"


def test_a_stranger_sees_no_request(desk):
    from joinedup.door.models import Contact, Referral, Request
    from joinedup.door.queries import open_requests

    request_id = taken(desk.coordinator, call(desk.place, desk.zone))
    refer(desk.coordinator, request_id, "refer", desk.other)
    with pytest.raises(NotFound):
        request_seen(desk.stranger, request_id)
    with acting(desk.stranger) as by:
        assert open_requests(by, NOW).shown == ()
        assert not any(model.objects.exists() for model in (Contact, Request, Referral))


# closing, opening again, history


def test_closing_ends_the_open_line_and_opening_again_begins_one(desk):
    request_id = taken(desk.coordinator, call(desk.place, desk.zone))
    person = person_of(request_id)
    lines = "select open_ended from person_timelineentry where person_id = %s and kind = 'request' order by source_key"
    for version, (state, standing) in enumerate(
        [("done", [False]), ("open", [False, True]), ("closed", [False, False]), ("open", [False, False, True])], 1
    ):
        close(desk.coordinator, request_id, state, version)
        assert [open_ended for (open_ended,) in make.run(lines, [person])] == standing
    with pytest.raises(NotNow):
        close(desk.coordinator, request_id, "open", 5)


def test_the_first_help_is_recorded_once_and_within_the_call_and_today(desk):
    from joinedup.door.actions import record_first_service

    request_id = taken(desk.coordinator, call(desk.place, desk.zone))

    def served(on: date, version: int) -> int:
        with acting(desk.nurse) as by:
            return record_first_service(
                by=by, at=NOW, request_key=key(), expected_version=version, request_id=request_id, on=on
            )

    for day in (date(2026, 11, 1), date(2026, 11, 3)):
        with pytest.raises(PersonMustAct):
            served(day, 1)
    assert served(date(2026, 11, 2), 1) == 2
    with pytest.raises(NotNow):
        served(date(2026, 11, 2), 2)


def test_the_history_says_who_did_what(desk):
    from joinedup.door.queries import history_of, request_of

    request_id = taken(desk.coordinator, call(desk.place, desk.zone))
    step(desk.nurse, request_id, 1, "Visit at four.", owner_id=desk.nurse.id)
    referral = refer(desk.nurse, request_id, "transfer", desk.other, "She needs exercises.")
    answer(desk.helper, referral, "accepted")
    close(desk.helper, request_id, "done", 3)
    with acting(desk.helper) as by:
        story = [(line.who, what) for line in history_of(request_of(by, request_id, NOW)) for what in line.what]
    assert story[-1] == ("Jo Call", "Took the call; the clock started")
    for line in (
        ("Sam Nurse", "Owner: Zone team → Sam Nurse"),
        ("Sam Nurse", "Next step: Ring back after lunch. → Visit at four."),
        ("Sam Nurse", "Asked Reablement team to take over: She needs exercises."),
        ("Lee Able", "Accepted the transfer"), ("Lee Able", "Owner: Sam Nurse → Reablement team"), ("Lee Able", "Done"),
    ):  # fmt: skip
        assert line in story


def test_a_stranger_reads_no_history(desk, connect):
    request_id, hand = taken(desk.coordinator, call(desk.place, desk.zone)), connect()
    step(desk.nurse, request_id, 1)
    for user, lines in ((desk.stranger, 0), (desk.nurse, 1)):
        make.enter(hand, user.token)
        assert len(hand.execute("select access.request_before(%s)", [request_id]).fetchall()) == lines
        hand.rollback()
