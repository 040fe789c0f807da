"""Do the acts of `access` keep to the common shape: once per request key, on the version seen, by who has the right?

`once` is the shape of every action of every step; giving and ending grants are the acts of this one.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError

from joinedup.base import clock
from joinedup.base.errors import Conflict, NotNow, PersonMustAct
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


def key() -> str:
    return f"test-{uuid4()}"


def constraint_of(error: pytest.ExceptionInfo) -> str:
    return error.value.__cause__.diag.constraint_name


# once


def counted(by, request_key: str, acted: list, **arguments):
    from joinedup.access.actions import once

    def act():
        acted.append(1)
        return {"number": len(acted)}

    return once(by=by.id, at=clock.now(), request_key=request_key, action="count", arguments=arguments, act=act)


def test_a_key_that_comes_again_returns_the_first_result_and_acts_no_more():
    user, request_key, acted = make.user(), key(), []
    for _ in range(3):
        with make.acting_as(user.username) as by:
            assert counted(by, request_key, acted, a=1) == {"number": 1}
    assert acted == [1]


def test_a_key_that_comes_again_in_the_same_transaction_acts_once():
    acted, request_key = [], key()
    with make.acting_as(make.user().username) as by:
        assert counted(by, request_key, acted) == counted(by, request_key, acted) == {"number": 1}


def test_a_key_with_other_arguments_is_refused():
    user, request_key = make.user(), key()
    with make.acting_as(user.username) as by:
        counted(by, request_key, [], a=1)
    with pytest.raises(NotNow) as refused, make.acting_as(user.username) as by:
        counted(by, request_key, [], a=2)
    assert refused.value.code == "request-key-reused"


def test_the_same_key_of_another_user_is_another_act():
    acted, request_key = [], key()
    for _ in range(2):
        with make.acting_as(make.user().username) as by:
            counted(by, request_key, acted)
    assert len(acted) == 2


def test_a_malformed_key_is_refused():
    with pytest.raises(PersonMustAct), make.acting_as(make.user().username) as by:
        counted(by, "short", [])


def test_an_act_that_fails_keeps_no_result():
    user, request_key = make.user(), key()

    from joinedup.access.actions import once

    def fail():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), make.acting_as(user.username) as by:
        once(by=by.id, at=clock.now(), request_key=request_key, action="count", arguments={}, act=fail)
    with make.acting_as(user.username) as by:
        assert counted(by, request_key, []) == {"number": 1}


def test_two_requests_with_one_key_at_the_same_moment_act_once():
    user, request_key, acted, results, start = make.user(), key(), [], [], threading.Barrier(2)

    def request() -> None:
        from django.db import connections

        try:
            start.wait(5)
            with make.acting_as(user.username) as by:
                results.append(counted(by, request_key, acted))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=request) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert results == [{"number": 1}] * 2
    assert acted == [1]


def test_two_requests_that_end_one_grant_with_one_key_both_hear_the_first_result():
    user, person, request_key, results = make.user("practitioner"), make.person(), key(), []
    held, start = make.grant(user.id, person.id), threading.Barrier(2)

    def request() -> None:
        from django.db import connections

        try:
            start.wait(5)
            with make.acting_as(user.username) as by:
                results.append(end(by, held, request_key=request_key))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=request) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert results == [2, 2]


# Giving


def give(by, person, receiver, *, purpose="direct_care", ends_at=None, request_key=""):
    from joinedup.access.actions import give_grant

    return give_grant(
        by=by, at=clock.now(), request_key=request_key or key(), receiver=receiver, person_id=person.id,
        purpose=purpose, source="test", ends_at=ends_at,
    )  # fmt: skip


def sees(user: make.MadeUser, person) -> bool:
    from joinedup.access.queries import may_see

    with make.acting_as(user.username):
        return may_see(person.id)


def test_whoever_sees_a_record_can_pass_it_on_and_the_log_says_so():
    giver, receiver, person = make.user("practitioner"), make.user("practitioner"), make.person()
    make.grant(giver.id, person.id)
    request_key = key()
    with make.acting_as(giver.username) as by:
        given = give(by, person, receiver.id, request_key=request_key)
        assert give(by, person, receiver.id, request_key=request_key) == given
    assert sees(receiver, person)
    assert make.run("select act, person_id, place_id from access_logentry where actor_id = %s", [giver.id]) == [
        ("grant.given", person.id, person.place_id)
    ]


def test_a_grant_runs_by_the_databases_clock_whatever_day_the_program_thinks_it_is():
    giver, receiver, person = make.user("practitioner"), make.user("practitioner"), make.person()
    make.grant(giver.id, person.id)
    with make.acting_as(giver.username) as by:
        given = give(by, person, receiver.id, ends_at=clock.now() + timedelta(hours=1))
    assert sees(receiver, person)
    assert make.run("select ends_at - starts_at between '59 minutes' and '1 hour', now() - starts_at < '1 minute' "
                    "from access_accessgrant where id = %s", [given]) == [(True, True)]  # fmt: skip


def refused_gift(giver, person, receiver, **words) -> str:
    with pytest.raises(ProgrammingError) as refused, make.acting_as(giver.username) as by:
        give(by, person, receiver, **words)
    return constraint_of(refused)


def test_giving_is_refused_without_a_right():
    stranger, person = make.user("practitioner"), make.person()
    assert refused_gift(stranger, person, make.user().id) == "grant_needs_right"
    make.grant(stranger.id, person.id, ends_in="-1 hour")
    assert refused_gift(stranger, person, make.user().id) == "grant_needs_right"


@pytest.mark.parametrize("purpose", ["own_record", "privacy_review"])
def test_sight_for_care_gives_no_other_purpose(purpose):
    giver, person = make.user("practitioner"), make.person()
    make.grant(giver.id, person.id)
    assert refused_gift(giver, person, make.user().id, purpose=purpose) == "grant_needs_right"


def test_nobody_gives_to_themselves_or_their_team():
    here = make.place()
    giver, person, team = make.user("administrator", here), make.person(here), make.subject()
    make.membership(team, giver.id)
    make.grant(team, person.id)
    assert refused_gift(giver, person, giver.id) == "grant_not_to_oneself"
    assert refused_gift(giver, person, team) == "grant_not_to_oneself"


def test_sight_is_not_passed_on_beyond_ones_own_end():
    giver, receiver, person = make.user("practitioner"), make.user("practitioner"), make.person()
    own = make.grant(giver.id, person.id, ends_in="1 hour")
    with make.acting_as(giver.username) as by:
        given = [
            give(by, person, receiver.id),
            give(by, person, make.user().id, ends_at=clock.now() + timedelta(days=9)),
        ]
    ends = make.run("select ends_at from access_accessgrant where id = any (%s)", [[own, *given]])
    assert len(set(ends)) == 1


def test_an_administrator_gives_any_purpose_in_their_place_only():
    here = make.place()
    administrator, person, elsewhere = make.user("administrator", here), make.person(here), make.person(make.place())
    concerned = make.user("person")
    with make.acting_as(administrator.username) as by:
        give(by, person, concerned.id, purpose="own_record")
    assert sees(concerned, person)
    assert refused_gift(administrator, elsewhere, concerned.id, purpose="own_record") == "grant_needs_right"


def test_the_same_grant_is_not_given_twice():
    giver, receiver, person = make.user("practitioner"), make.user("practitioner"), make.person()
    make.grant(giver.id, person.id)
    with make.acting_as(giver.username) as by:
        give(by, person, receiver.id)
    with pytest.raises(IntegrityError) as refused, make.acting_as(giver.username) as by:
        give(by, person, receiver.id)
    assert constraint_of(refused) == "access_granted_once"


# Ending


def end(by, grant_id, version=1, request_key=""):
    from joinedup.access.actions import end_grant

    return end_grant(
        by=by, at=clock.now(), request_key=request_key or key(), grant_id=grant_id, expected_version=version
    )


def test_ending_a_grant_ends_sight_at_once_and_keeps_what_stood():
    holder, person = make.user("practitioner"), make.person()
    held = make.grant(holder.id, person.id)
    with make.acting_as(holder.username) as by:
        assert end(by, held) == 2
    assert not sees(holder, person)
    assert make.run("select actor_id, operation, before ->> 'version' from access_rowhistory where row_id = %s",
                    [str(held)]) == [(holder.id, "update", "1")]  # fmt: skip


def test_ending_a_grant_on_a_stale_version_conflicts():
    holder = make.user("practitioner")
    held = make.grant(holder.id, make.person().id)
    make.run("update access_accessgrant set version = 5 where id = %s", [held])
    with pytest.raises(Conflict), make.acting_as(holder.username) as by:
        end(by, held, version=4)
    with make.acting_as(holder.username) as by:
        assert end(by, held, version=5) == 6
    with pytest.raises(Conflict), make.acting_as(holder.username) as by:
        end(by, held, version=6)


def test_a_replayed_end_returns_the_first_version():
    holder, request_key = make.user("practitioner"), key()
    held = make.grant(holder.id, make.person().id)
    for _ in range(2):
        with make.acting_as(holder.username) as by:
            assert end(by, held, request_key=request_key) == 2


def test_ending_anothers_grant_is_refused_but_to_the_places_administrator():
    here = make.place()
    person = make.person(here)
    held = make.grant(make.user("practitioner").id, person.id)
    for other in (make.user("practitioner"), make.user("administrator", make.place())):
        with pytest.raises(ProgrammingError) as refused, make.acting_as(other.username) as by:
            end(by, held)
        assert constraint_of(refused) == "grant_needs_right"
    with make.acting_as(make.user("administrator", here).username) as by:
        assert end(by, held) == 2
