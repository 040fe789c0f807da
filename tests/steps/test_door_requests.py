"""What happens to a request after the call: next step, referral, transfer, answers, closing, opening again, history."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from uuid import UUID

import psycopg
import pytest

from joinedup.base.errors import Conflict, NotAllowed, NotFound, NotNow, PersonMustAct
from tests import factories as make
from tests.steps.calls import BEGAN, NOW, call, front_door, key, owner_of, person_of, request_seen, taken


@pytest.fixture(scope="module")
def desk(database) -> SimpleNamespace:
    """A place with its front door."""
    return front_door()


def refer(user, request_id: UUID, kind: str, receiver: UUID, reason: str = "They know her.") -> UUID:
    from joinedup.door.actions import refer

    with make.acting_as(user.username) as by:
        return refer(
            by=by, at=NOW, request_key=key(), request_id=request_id, kind=kind, receiver_id=receiver, reason=reason
        )


def answer(user, referral_id: UUID, said: str) -> str:
    from joinedup.door.actions import answer_referral

    with make.acting_as(user.username) as by:
        return answer_referral(by=by, at=NOW, request_key=key(), referral_id=referral_id, answer=said)


def close(user, request_id: UUID, state: str, version: int) -> str:
    from joinedup.door.actions import close_request

    with make.acting_as(user.username) as by:
        return close_request(
            by=by, at=NOW, request_key=key(), expected_version=version, request_id=request_id, state=state
        )


def step(user, request_id: UUID, version: int, words: str = "Visit at four.", **changes: object) -> int:
    from joinedup.door.actions import set_next_step

    with make.acting_as(user.username) as by:
        return set_next_step(
            by=by, at=NOW, request_key=key(), expected_version=version, request_id=request_id, next_step=words,
            **({"next_step_due": NOW + timedelta(hours=6)} | changes),
        )  # fmt: skip


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
    with make.acting_as(desk.stranger.username) as by:
        assert open_requests(by, NOW).shown == ()
        assert not any(model.objects.exists() for model in (Contact, Request, Referral))


# closing, opening again, history


def test_a_request_of_a_joined_record_is_shown_under_the_name_of_the_whole(desk):
    from joinedup.door.queries import open_requests

    request_id = taken(desk.coordinator, call(desk.place, desk.zone))
    alias, leader = person_of(request_id), make.person(desk.place, family="Joined")
    make.grant(desk.coordinator.id, leader.id)
    make.run("update person_person set canonical_id = %s, nhs_number = '' where id = %s", [leader.id, alias])
    with make.acting_as(desk.coordinator.username) as by:
        [name] = [each.name for each in open_requests(by, NOW).shown if each.request.id == request_id]
    assert name == request_seen(desk.coordinator, request_id).name == "Ada Joined"


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
        with make.acting_as(desk.nurse.username) as by:
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
    with make.acting_as(desk.helper.username) as by:
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
