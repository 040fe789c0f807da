"""Does a job act for whoever asked for it: for that job, once, in time, and only in a worker?"""

from __future__ import annotations

import os
import subprocess
import sys
from uuid import uuid4

import pytest
from django.db import ProgrammingError, transaction

from joinedup.access.callers import delegate, redeem
from joinedup.base.errors import NotAllowed
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")
JOB = "test.job"


def delegated(user: make.MadeUser, job: str = JOB) -> str:
    with make.acting_as(user.username):
        return delegate(job)


def redeemed(token: str, job: str = JOB):
    with transaction.atomic(using="worker"):
        return redeem(token, job, "worker")


def refusal(token: str, job: str = JOB) -> str:
    with pytest.raises(NotAllowed) as refused:
        redeemed(token, job)
    return refused.value.code


def test_a_delegation_acts_for_its_maker_once():
    user, person = make.user("practitioner"), make.person()
    make.grant(user.id, person.id)
    token = delegated(user)
    with transaction.atomic(using="worker"):
        assert redeem(token, JOB, "worker").id == user.id
        assert make.run("select id from person_person", role="worker") == [(person.id,)]
    assert make.run("select id from person_person", role="worker") == []
    assert refusal(token) == "delegation-spent"


def test_a_delegation_is_good_for_its_own_job_only():
    token = delegated(make.user())
    assert refusal(token, "another.job") == "delegation-spent"
    assert redeemed(token)


def test_a_delegation_that_has_run_out_is_refused():
    user = make.user()
    token = delegated(user)
    make.run("update access.delegation set ends_at = now() where subject = %s", [user.id])
    refusal(token)


def test_a_delegation_of_somebody_made_inactive_is_refused():
    user = make.user()
    token = delegated(user)
    make.run("update access_user set is_active = false where id = %s", [user.id])
    refusal(token)


def test_a_delegation_sees_no_more_than_its_maker_sees_now():
    user, person = make.user("practitioner"), make.person()
    held = make.grant(user.id, person.id)
    token = delegated(user)
    make.run("update access_accessgrant set ends_at = now() where id = %s", [held])
    with transaction.atomic(using="worker"):
        redeem(token, JOB, "worker")
        assert make.run("select id from person_person", role="worker") == []


def test_a_job_that_is_rolled_back_may_try_again():
    token = delegated(make.user())
    with transaction.atomic(using="worker"):
        redeem(token, JOB, "worker")
        transaction.set_rollback(True, using="worker")
    assert redeemed(token)


def test_a_request_that_is_rolled_back_leaves_no_delegation():
    user = make.user()
    with make.acting_as(user.username):
        token = delegate(JOB)
        transaction.set_rollback(True)
    refusal(token)


@pytest.mark.parametrize("alias", ["default", "gate", "loader"])
def test_only_the_worker_redeems(alias):
    token = delegated(make.user())
    with pytest.raises(ProgrammingError), transaction.atomic(using=alias):
        redeem(token, JOB, alias)


def test_nobody_delegates_without_having_entered():
    with pytest.raises(ProgrammingError) as refused, transaction.atomic():
        delegate(JOB)
    assert refused.value.__cause__.diag.constraint_name == "delegation_needs_caller"


def test_a_delegation_lasts_a_day_at_most():
    user = make.user()
    with make.acting_as(user.username):
        delegate(JOB, minutes=100_000)
    assert make.run("select ends_at <= now() + interval '1 day' from access.delegation where subject = %s",
                    [user.id]) == [(True,)]  # fmt: skip


def test_a_job_asked_for_by_a_page_runs_in_the_worker_as_who_asked():
    from joinedup.base import clock
    from joinedup.person.actions import ask_for_rebuild

    user, person = make.user("practitioner"), make.person()
    make.grant(user.id, person.id)
    with make.acting_as(user.username) as by:
        ask_for_rebuild(by=by, at=clock.now(), request_key=f"test-{uuid4()}", person_id=person.id)
    words = "import sys; from joinedup.cli import main; sys.exit(main(['worker', '--once']))"
    done = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, env=dict(os.environ), timeout=60
    )
    assert done.returncode == 0, done.stderr
    acts = make.run("select act from access_logentry where actor_id = %s and person_id = %s", [user.id, person.id])
    assert acts == [("timeline.rebuilt",)], done.stderr
