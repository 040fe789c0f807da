"""Do the pages of requests show what is due first, whose it is and what waits for an answer, and keep every text?"""

from __future__ import annotations

from types import SimpleNamespace
from uuid import UUID

import pytest

from joinedup.base import clock
from tests import factories as make
from tests.steps.calls import NOW, front_door, key, owner_of, taken
from tests.steps.calls import call as whole_call
from tests.steps.telling import client
from tests.steps.test_record import text_of


@pytest.fixture(scope="module")
def desk(database) -> SimpleNamespace:
    """A place with its front door."""
    return front_door()


@pytest.fixture
def request_id(desk) -> UUID:
    """An open request of the zone team."""
    return taken(desk.coordinator, whole_call(desk.place, desk.zone))


def test_requests_stand_due_first_with_late_ones_marked_and_the_team_s_own(desk, request_id):
    late = taken(desk.coordinator, whole_call(desk.place, desk.other, urgency="now"))
    make.run("update door_request set next_step_due = clock_started_at + interval '1 minute' where id = %s", [late])
    with clock.frozen(NOW):
        page = client(desk.coordinator).get("/requests/").content.decode()
    assert page.index(str(late)) < page.index(str(request_id))
    assert "by 4 minutes" in page
    mine = client(desk.coordinator).get("/requests/?whose=mine").content.decode()
    assert str(request_id) in mine
    assert str(late) not in mine


def test_a_transfer_waits_on_top_for_the_receiver_and_changes_the_owner_when_accepted(desk, request_id):
    sent = client(desk.coordinator).post(
        f"/requests/{request_id}/pass-on/",
        {"request_key": key(), "kind": "transfer", "receiver": str(desk.other), "reason": "She needs exercises."},
    )
    assert sent.status_code == 302
    page = text_of(client(desk.helper).get("/requests/"))
    assert "Waiting for your answer" in page
    assert "She needs exercises." in page
    [(referral,)] = make.run("select id from door_referral where request_id = %s", [request_id])
    assert "has not answered. Zone team owns it until they do" in text_of(
        client(desk.coordinator).get(f"/requests/{request_id}/")
    )
    done = client(desk.helper).post(f"/referrals/{referral}/answer/", {"request_key": key(), "answer": "accepted"})
    assert done["Location"] == f"/requests/{request_id}/"
    assert owner_of(request_id) == desk.other


def test_after_declining_the_list_is_shown_because_the_person_is_not_seen_any_more(desk, request_id):
    client(desk.coordinator).post(
        f"/requests/{request_id}/pass-on/",
        {"request_key": key(), "kind": "refer", "receiver": str(desk.other), "reason": "Please look."},
    )
    [(referral,)] = make.run("select id from door_referral where request_id = %s", [request_id])
    done = client(desk.helper).post(f"/referrals/{referral}/answer/", {"request_key": key(), "answer": "declined"})
    assert done["Location"] == "/requests/"
    assert client(desk.helper).get(f"/requests/{request_id}/").status_code == 404


def test_a_next_step_is_changed_and_a_conflict_keeps_both_texts(desk, request_id):
    def change(user, words: str, version: int):
        return client(user).post(
            f"/requests/{request_id}/next-step/",
            {"request_key": key(), "expected_version": version, "next_step": words, "due_on": "3 11 2026",
             "due_time": "09:30", "urgency": "soon", "owner": str(desk.zone)},
        )  # fmt: skip

    assert change(desk.nurse, "Visit tomorrow.", 1).status_code == 302
    conflict = change(desk.coordinator, "Ring the daughter.", 1)
    assert conflict.status_code == 409
    for words in ("Visit tomorrow.", "Ring the daughter.", "Save over theirs"):
        assert words in text_of(conflict)
    assert change(desk.nurse, "", 2).status_code == 422
    assert change(desk.nurse, "x" * 20, 2).status_code == 302
    page = text_of(client(desk.nurse).get(f"/requests/{request_id}/"))
    assert "Next step: Ring back after lunch. → Visit tomorrow." in page


def test_a_request_is_done_and_opened_again(desk, request_id):
    for version, (state, said) in enumerate((("done", "Open again"), ("open", "Mark as done")), 1):
        words = {"request_key": key(), "expected_version": version, "state": state}
        assert client(desk.nurse).post(f"/requests/{request_id}/state/", words).status_code == 302
        assert said in text_of(client(desk.nurse).get(f"/requests/{request_id}/"))


def test_the_first_help_is_recorded(desk, request_id):
    words = {"request_key": key(), "expected_version": 1, "served_on": "2 11 2026"}
    assert client(desk.nurse).post(f"/requests/{request_id}/first-help/", words).status_code == 302
    assert "First help given on 2 November 2026" in text_of(client(desk.nurse).get(f"/requests/{request_id}/"))
    words = {"request_key": key(), "expected_version": 2, "served_on": "2 11 2026"}
    refused = client(desk.nurse).post(f"/requests/{request_id}/first-help/", words)
    assert "recorded already" in text_of(refused)


def test_a_stranger_to_the_person_sees_no_request(desk, request_id):
    for path in (f"/requests/{request_id}/",):
        assert client(desk.helper).get(path).status_code == 404
    assert str(request_id) not in client(desk.helper).get("/requests/").content.decode()
