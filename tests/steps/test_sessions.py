"""Does a token enter exactly as long as its user may: live, not idle, not closed, the user active?"""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, transaction

from joinedup.access.callers import current_caller, enter
from joinedup.base.errors import NotAllowed, NotFound
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


def sessions():
    from joinedup.access import sessions

    return sessions


def entered(token: str):
    with transaction.atomic():
        return enter(token)


def test_a_live_token_enters_its_user_with_roles_and_places():
    here = make.place()
    user = make.user("coordinator", here)
    caller = entered(sessions().open_session(user_id=user.id))
    assert caller is not None
    assert (caller.id, caller.roles, [held.place_id for held in caller.holdings]) == (user.id, ("coordinator",), [here])
    assert "trace_people" in caller.permissions


@pytest.mark.parametrize("change", [
    "ends_at = now()", "idle_until = now()",
    "started_at = now() - interval '2 days', ends_at = now() - interval '1 day'",
])  # fmt: skip
def test_a_token_past_its_end_or_idle_enters_nobody(change):
    user = make.user("coordinator")
    make.run(f"update access.session set {change} where subject = %s", [user.id])
    assert entered(user.token) is None


def test_using_a_token_moves_its_idle_limit_on_but_never_its_end():
    user = make.user("coordinator")
    make.run("update access.session set idle_until = now() + interval '5 minutes' where subject = %s", [user.id])
    end = make.run("select ends_at from access.session where subject = %s", [user.id])
    assert entered(user.token)
    assert make.run("select idle_until > now() + interval '29 minutes' from access.session where subject = %s",
                    [user.id]) == [(True,)]  # fmt: skip
    assert make.run("select ends_at from access.session where subject = %s", [user.id]) == end


def test_a_closed_session_enters_nobody():
    user = make.user("coordinator")
    assert sessions().close_session(token=user.token) is True
    assert sessions().close_session(token=user.token) is False
    assert entered(user.token) is None


def test_closing_all_sessions_of_a_user_ends_every_token_of_theirs_only():
    user, other = make.user("coordinator"), make.user("coordinator")
    second = make.token(user.id)
    assert make.run("select access.close_sessions(%s)", [user.id], role="gate") == [(2,)]
    assert entered(user.token) is entered(second) is None
    assert entered(other.token)


def test_a_user_who_is_made_inactive_is_out_at_once_and_gets_no_new_token():
    user = make.user("coordinator", active=False)
    assert entered(user.token) is None
    with pytest.raises(ProgrammingError) as refused:
        sessions().open_session(user_id=user.id)
    assert refused.value.__cause__.diag.constraint_name == "session_needs_active_user"
    with pytest.raises(NotFound):
        sessions().open_session_of(username=user.username)


@pytest.mark.parametrize("kind", ["team", "service", "office"])
def test_only_users_get_tokens(kind):
    with pytest.raises(ProgrammingError):
        sessions().open_session(user_id=make.subject(kind))


def test_a_role_counts_from_its_start_to_its_end():
    user = make.user("coordinator")
    make.run("update access_roleholding set ends_at = now() where subject_id = %s", [user.id])
    caller = entered(user.token)
    assert caller is not None
    assert (caller.roles, caller.permissions) == ((), frozenset())
    with pytest.raises(NotAllowed):
        caller.must("search_people")


def test_the_table_of_sessions_holds_no_token():
    user = make.user()
    rows = make.run("select encode(token_digest, 'hex') from access.session where subject = %s", [user.id])
    assert rows[0][0] != user.token
    assert entered(rows[0][0]) is None


def test_acting_as_enters_for_one_transaction_and_leaves_no_session_behind():
    user = make.user("practitioner")
    make.run("delete from access.session where subject = %s", [user.id])
    with sessions().acting_as(user.username) as caller:
        assert caller.id == user.id
        assert current_caller() == caller
    with transaction.atomic():
        assert current_caller() is None
    assert make.run("select count(*) from access.session where subject = %s", [user.id]) == [(0,)]
    assert make.run("select act from access_logentry where thing_id = %s", [user.id]) == [("session.opened",)]


def test_acting_as_closes_its_session_when_the_work_fails():
    user = make.user("practitioner")
    make.run("delete from access.session where subject = %s", [user.id])
    with pytest.raises(ZeroDivisionError), sessions().acting_as(user.username):
        raise ZeroDivisionError
    assert make.run("select count(*) from access.session where subject = %s", [user.id]) == [(0,)]


def test_acting_as_somebody_unknown_is_refused():
    with pytest.raises(NotFound), sessions().acting_as("nobody-of-that-name"):
        pass
