"""Is what is past its time destroyed, with everything made of it, and nothing else, and never under a legal hold?"""

from __future__ import annotations

import os
import subprocess
import sys
from uuid import UUID

import pytest
from django.db import ProgrammingError
from psycopg import errors

from joinedup.base.errors import NotAllowed
from tests import factories as make
from tests.factories import enter
from tests.steps.telling import client
from tests.steps.test_record import text_of
from tests.steps.test_sharing import do, key, refused

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def here() -> UUID:
    return make.place()


@pytest.fixture
def old(here) -> make.MadePerson:
    """Somebody of whom nothing was heard since 2009."""
    person = make.person(here)
    make.run("delete from person_workitem where person_id = %s", [person.id])
    with_owner = "alter table person_sourcerecord {} trigger source_is_immutable"
    make.run(with_owner.format("disable"))
    make.run("update person_sourcerecord set told_at = '2009-05-01' where person_id = %s", [person.id])
    make.run(with_owner.format("enable"))
    make.run("update person_timelineentry set starts_on = '2009-05-01' where person_id = %s", [person.id])
    return person


def retain(*words: str) -> dict:
    import json

    from tests.steps.test_accounts import joinedup

    done = joinedup("retention", "run", "--json", *words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def content_of(person: make.MadePerson) -> tuple:
    return make.run(
        "select (select count(*) from person_sourcecontent where person_id = %(p)s), "
        "(select count(*) from person_personname where person_id = %(p)s), "
        "(select count(*) from person_timelineentry where person_id = %(p)s), "
        "(select family from person_person where id = %(p)s)", {"p": person.id})[0]  # fmt: skip


def test_a_dry_run_says_what_would_go_and_changes_nothing(old):
    before = content_of(old)
    report = retain("--dry-run")
    assert str(old.id) in {each["person"] for each in report["people"]}
    assert report["contents_destroyed"] == 0
    assert content_of(old) == before


def test_what_is_past_its_time_goes_and_its_digest_and_the_log_stay(here, old):
    recent = make.person(here)
    [(record, digest)] = make.run("select id, digest from person_sourcerecord where person_id = %s", [old.id])
    report = retain()
    assert report["contents_destroyed"] >= 1
    assert content_of(old) == (0, 0, 0, "")
    assert content_of(recent)[3] == recent.family
    assert make.run("select digest from person_sourcerecord where id = %s", [record]) == [(digest,)]
    [(run, kept)] = make.run("select run_id::text, digest from access_destroyed where record_id = %s", [record])
    assert (run, kept) == (report["run"], digest)
    assert make.run("select reason, found from access_logentry where act = 'content.destroyed' and person_id = %s",
                    [old.id]) == [("ordinary", 1)]  # fmt: skip
    assert make.run("select before from access_rowhistory where person_id = %s and table_name = 'person_person'",
                    [old.id]) == [(None,)]  # fmt: skip
    assert retain()["contents_destroyed"] == 0


@pytest.mark.parametrize(("verified", "kept"), [(False, 1), (True, 0)])
def test_the_monthly_job_destroys_only_by_a_schedule_that_somebody_verified(old, verified, kept):
    words = "from config.databases import start_django; start_django(role='worker'); from joinedup.person import jobs; "
    words += "jobs.is_schedule_verified = lambda: True; " if verified else ""
    done = subprocess.run(
        [sys.executable, "-c", words + "print(jobs.retain(0))"], capture_output=True, text=True, env=os.environ.copy()
    )
    assert done.returncode == 0, done.stderr
    assert content_of(old)[0] == kept


def test_a_legal_hold_refuses_until_it_is_lifted(here, old, connect):
    officer = make.user("privacy_officer", here)
    do(officer, "set_hold", person_id=old.id, standing=True, words="Inquest")
    held = {each["person"]: each["held"] for each in retain()["people"]}
    assert held[str(old.id)] is True
    assert content_of(old)[0] == 1
    worker = connect("worker")
    worker.execute("select access.enter_service()")
    with pytest.raises(errors.InsufficientPrivilege) as raised:
        worker.execute("select access.destroy_content(%s, gen_random_uuid(), '2026-11-02', 8, 20, '{}', 25)", [old.id])
    assert raised.value.diag.constraint_name == "hold_forbids_destroying"
    do(officer, "set_hold", person_id=old.id, standing=False, words="")
    retain()
    assert content_of(old)[0] == 0


@pytest.mark.parametrize("change", [
    "update person_timelineentry set open_ended = true where person_id = %s",
    "update person_timelineentry set starts_on = '2020-01-01' where person_id = %s",
    "update person_person set birth_date = '2008-01-01' where id = %s",
])  # fmt: skip
def test_what_still_goes_on_is_recent_or_is_a_childs_is_kept(old, change):
    make.run(change, [old.id])
    assert str(old.id) not in {each["person"] for each in retain("--dry-run")["people"]}


def test_what_is_not_past_its_time_is_destroyed_by_nobody(here, connect):
    person = make.person(here)
    worker, app = connect("worker"), connect()
    worker.execute("select access.enter_service()")
    destroy = "select access.destroy_content(%s, gen_random_uuid(), '2026-11-02', 8, 20, '{}', 25)"
    with pytest.raises(errors.InsufficientPrivilege) as raised:
        worker.execute(destroy, [person.id])
    assert raised.value.diag.constraint_name == "retention_time_not_over"
    enter(app, make.user("administrator", here).token)
    for statement in (destroy, "delete from person_sourcecontent where person_id = %s"):
        with pytest.raises(errors.InsufficientPrivilege), app.transaction():
            app.execute(statement, [person.id])


def test_a_hold_is_the_officers_of_the_place(here, old):
    elsewhere = make.user("privacy_officer", make.place())
    assert refused(elsewhere, "set_hold", person_id=old.id, standing=True, words="x") == "hold_needs_officer"
    with pytest.raises(NotAllowed):
        do(make.user("administrator", here), "set_hold", person_id=old.id, standing=True, words="x")
    officer = make.user("privacy_officer", here)
    browser = client(officer)
    make.log_row(actor_id=officer.id, person_id=old.id, place_id=here)
    assert "No hold stands" in text_of(browser.get(f"/people/{old.id}/looks/"))
    sent = browser.post(f"/people/{old.id}/hold/", {"request_key": key(), "act": "place", "words": "Inquest"})
    assert sent.status_code == 302
    assert "A hold stands" in text_of(browser.get(f"/people/{old.id}/looks/"))


def test_what_the_history_kept_of_destroyed_content_goes_and_the_chain_still_proves(here, old, connect):
    other = make.person(here)
    for person in (old, other):
        make.run("update person_person set phone = '07700900123' where id = %s", [person.id])
    kept = ("select count(*) from access_rowhistory where person_id = %s and before is not null "
            "and table_name = 'person_person'")  # fmt: skip
    assert make.run(kept, [old.id])[0][0] >= 1
    make.run("select access.seal('history', 100000)")
    faults = make.run("select count(*) from access.verify('history')")
    retain()
    assert make.run(kept, [old.id]) == [(0,)]
    assert make.run(kept, [other.id])[0][0] >= 1
    assert make.run("select count(*) from access.verify('history')") == faults
    [(line,)] = make.run("select h.id from access_rowhistory h join access.erased_history e on e.history_id = h.id "
                         "where h.person_id = %s and h.table_name = 'person_person' order by h.id limit 1",
                         [old.id])  # fmt: skip
    assert make.run("select count(*) from access_sealentry where log = 'history' and entry_id = %s", [line]) == [(1,)]
    worker = connect("worker")
    worker.execute("select access.enter_service()")
    for statement in (
        "update access_rowhistory set before = null where person_id = %s",
        "select access.erase_history(array[%s]::uuid[], gen_random_uuid())",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            worker.execute(statement, [other.id])
        worker.rollback()
    for statement in (
        "update access_rowhistory set before = '{}' where id = %s",
        "delete from access.erased_history where history_id = %s",
    ):
        with pytest.raises(ProgrammingError) as raised:
            make.run(statement, [line])
        assert raised.value.__cause__.diag.constraint_name == "log_is_append_only"
