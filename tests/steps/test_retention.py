"""Is what is past its time destroyed, with everything made of it, and nothing else, and never under a legal hold?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, ProgrammingError
from psycopg import errors

from joinedup.base.errors import NotAllowed
from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.factories import enter
from tests.steps.telling import client
from tests.steps.test_record import text_of
from tests.steps.test_sharing import do, key, refused

DAY = date(2026, 11, 2)
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
    words += "jobs.verified_classes = lambda: ('ordinary', 'longer'); " if verified else ""
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
    do(officer, "set_hold", person_id=old.id, standing=False, words="The inquest is over")
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


def test_evidence_appeals_disputes_and_reasons_of_seals_are_counted_by_class_and_a_hold_keeps_them(connect, database):
    """Each class has a time of its own that nobody verified; what still runs is not past it, whatever its age."""
    from joinedup.base.parameter_files import shipped
    from joinedup.person.retention_schedule import RECORDED

    made, classes = recorded_long_ago(), {"evidence": 1, "appeals": 1, "disputes": 1, "sealed-reasons": 1}
    assert not any(shipped().value_at("retention-years-recorded", DAY, name).verified for name in RECORDED)
    assert set(classes) == set(RECORDED)
    worker = connect("worker")

    def past() -> dict[str, tuple[int, bool]]:
        worker.execute("select access.enter_service()")
        years = dict.fromkeys(classes, 8)
        rows = worker.execute("select class, contents, held from access.expired_recorded(%s, %s) where person = %s",
                              [DAY, json.dumps(years), made.person.id]).fetchall()  # fmt: skip
        worker.rollback()
        return {name: (contents, held) for name, contents, held in rows}

    assert past() == {name: (contents, False) for name, contents in classes.items()}
    counted = retain("--dry-run")["recorded"]
    assert all(counted[name]["past_their_time"] >= contents for name, contents in classes.items())
    officer = make.user("privacy_officer", made.place_id)
    do(officer, "set_hold", person_id=made.person.id, standing=True, words="Inquest")
    assert past() == {name: (contents, True) for name, contents in classes.items()}
    report = retain()
    assert all(report["recorded"][name]["held"] >= contents for name, contents in classes.items())
    lines = make.run("select class_code, held from access_retentionline where run_id = %s and place_id = %s",
                     [report["run"], made.place_id])  # fmt: skip
    assert {name for name, held in lines if held} >= set(classes)
    page = text_of(client(officer).get("/privacy/retention/"))
    assert all(title in page for title in RECORDED.values())
    assert make.run("select count(*) from funding_evidence where person_id = %s", [made.person.id]) == [(1,)]
    for table, change, left in (
        ("access_sealeditem", "unsealed_at = null, unsealed_by_id = null, unsealed_words = ''", "sealed-reasons"),
        ("commissioning_dispute", "ended_at = null, ended_by_id = null, ended_words = '', settled_from = null, "
         "settled_payer_id = null", "disputes"),
        ("funding_evidence", "recorded_at = '2020-01-01'", "evidence"),
        ("funding_appealoutcome", "decided_at = '2020-01-01'", "appeals"),
    ):  # fmt: skip
        as_owner(table, f"update {table} set {change} where person_id = %s", made.person.id)
        del classes[left]
        assert set(past()) == set(classes)
    with pytest.raises(errors.InsufficientPrivilege) as raised:
        worker.execute("select access.expired_recorded(%s, '{}')", [DAY])
    assert raised.value.diag.constraint_name == "retention_needs_worker"


def as_owner(table: str, statement: str, person_id: UUID) -> None:
    """A statement of the owner past the triggers of its table, as no serving role could."""
    make.run(f"alter table {table} disable trigger user")
    make.run(statement, [person_id])
    make.run(f"alter table {table} enable trigger user")


def recorded_long_ago() -> money.Scene:
    """Somebody with evidence, an answered appeal, an ended dispute and a seal that was taken off, all of 2010."""
    from joinedup.commissioning.actions import end_package
    from tests.steps.test_appeals import answered, raised
    from tests.steps.test_money_evidence import told

    made = money.scene()
    told(made)
    package_id = money.committed(made)
    answered(raised(made, charge=make.run("select funding_id from commissioning_package where id = %s",
                                          [package_id])[0][0]), made.commissioner)  # fmt: skip
    money.settled(made, money.disputed(made, package_id), None)
    care.do(end_package, made.commissioner, package_id=package_id, expected_version=money.version_of(package_id),
            ends_on=money.FIRST_DAY, why="Moved")  # fmt: skip
    make.insert("access_sealeditem", person_id=made.person.id, body_id=make.body(), source_key=key(), marked=False,
                words="Told in confidence", sealed_by_id=made.officer.id, sealed_at="2009-01-01",
                unsealed_by_id=made.officer.id, unsealed_at="2010-01-01", unsealed_words="No need")  # fmt: skip
    for table, change in (
        ("commissioning_package", "starts_on = '2009-01-01', ends_on = '2010-01-01'"),
        ("funding_evidence", "recorded_at = '2010-01-01', starts_on = '2010-01-01', ends_on = null"),
        ("funding_appeal", "raised_at = '2010-01-01'"), ("funding_appealoutcome", "decided_at = '2010-01-02'"),
        ("commissioning_dispute", "opened_at = '2010-01-01', ended_at = '2010-01-02', interim_from = '2010-01-01', "
         "settled_from = '2010-01-01'"),
    ):  # fmt: skip
        as_owner(table, f"update {table} set {change} where person_id = %s", made.person.id)
    return made


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
    assert "Placed by Invented user: Inquest" in text_of(browser.get(f"/people/{old.id}/looks/"))
    bare = browser.post(f"/people/{old.id}/hold/", {"request_key": key(), "act": "lift", "words": " "})
    assert bare.status_code == 422
    assert "Say why" in text_of(bare)


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


# Runs, their proof, and the page


def runs_of(officer: make.MadeUser, address: str = "/privacy/retention/") -> str:
    answer = client(officer).get(address)
    assert answer.status_code == 200, text_of(answer)
    return text_of(answer)


def test_a_run_is_counted_by_class_chained_and_shown_to_the_officer_of_the_place(here, old, app):
    officer, held, coming = make.user("privacy_officer", here), make.person(here), make.person(here)
    for person, told in ((held, "2010-01-01"), (coming, "2019-03-15")):
        make.run("delete from person_workitem where person_id = %s", [person.id])
        make.run("alter table person_sourcerecord disable trigger source_is_immutable")
        make.run("update person_sourcerecord set told_at = %s where person_id = %s", [told, person.id])
        make.run("alter table person_sourcerecord enable trigger source_is_immutable")
        make.run("update person_timelineentry set starts_on = %s where person_id = %s", [told, person.id])
    do(officer, "set_hold", person_id=held.id, standing=True, words="Inquest of the coroner")
    report = retain()
    page = runs_of(officer)
    lines = make.run("select class_code, due, held, destroyed, contents from access_retentionline "
                     "where run_id = %s and place_id = %s", [report["run"], here])  # fmt: skip
    assert lines == [("ordinary", 2, 1, 1, 1)]
    assert make.run("select month::text, people from access_retentionahead where run_id = %s and place_id = %s",
                    [report["run"], here]) == [("2027-03-01", 1)]  # fmt: skip
    for words in ("Held by Invented user: Inquest of the coroner", "2 people", "March 2027", report["digest"],
                  "not verified in its source", "Somebody, by the command"):  # fmt: skip
        assert words in page
    assert str(here) not in runs_of(make.user("privacy_officer", make.place()))
    assert "Inquest" not in runs_of(make.user("privacy_officer", make.place()))
    file = client(officer).get("/privacy/retention.csv").content.decode("utf-8-sig")
    assert f"What bodies sent about a person,people,2,1,1,1,no,{report['digest']}" in file
    for role in ("practitioner", "administrator", "person"):
        assert client(make.user(role, here)).get("/privacy/retention/").status_code == 403
    for user in (make.user("administrator", here), make.user("practitioner", here)):
        app.rollback()
        enter(app, user.token)
        for rows in ("access_retentionrun", "access_retentionline", "access_retentionahead", "access_retentionheld",
                     "access.verify_retention()"):  # fmt: skip
            assert app.execute(f"select count(*) from {rows}").fetchone() == (0,), rows
    app.rollback()


def test_history_older_than_its_years_is_counted_and_never_destroyed(here):
    person = make.person(here)
    make.run("insert into access_rowhistory (at, database_role, table_name, row_id, person_id, operation, before) "
             "values ('2012-01-01', 'app', 'plan_plan', '1', %s, 'update', '{\"x\": 1}')", [person.id])  # fmt: skip
    report = retain()
    assert make.run("select class_code, due, destroyed from access_retentionline where run_id = %s and place_id = %s",
                    [report["run"], here]) == [("history-plans", 1, 0)]  # fmt: skip
    kept = "select count(before) from access_rowhistory where person_id = %s and table_name = 'plan_plan'"
    assert make.run(kept, [person.id]) == [(1,)]


TAMPERED = {
    "update access_retentionline set due = due + 1 where run_id = %s": "What it counted or destroyed was changed since",
    "update access_retentionrun set as_at = as_at - 1 where id = %s": "What it counted or destroyed was changed since",
    "delete from access_destroyed where run_id = %s": "What it counted or destroyed was changed since",
    "update access_retentionrun set previous = sha256('x') where id = %s": "It does not follow the run before it",
    "update access_retentionrun set number = number + 1000000 where id = %s": "A run before it is missing",
    "insert into person_sourcecontent (record_id, person_id, raw, person_facts) select r.id, r.person_id, '', '{}' "
    "from person_sourcerecord r join access_destroyed d on d.record_id = r.id where d.run_id = %s":
        "Content that was destroyed is here again",
    "update access_destroyed set digest = 'x' where run_id = %s":
        "A row whose content was destroyed is gone, or has another digest",
    "delete from access_retentionline where run_id = %s": "What it counted or destroyed was changed since",
}  # fmt: skip


def test_a_hand_that_changes_a_run_is_refused_and_one_that_gets_past_is_found(here, old):
    from django.db import connections, transaction

    officer = make.user("privacy_officer", here)
    run = retain()["run"]
    asked = "select fault from access.verify_retention() v where v.run = %s"
    assert "The proof holds." in runs_of(officer, "/privacy/retention/?check=1")
    for statement, fault in TAMPERED.items():
        if "sourcecontent" not in statement:
            with pytest.raises(ProgrammingError) as raised:
                make.run(statement, [run])
            assert raised.value.__cause__.diag.constraint_name in ("log_is_append_only", "retention_run_is_closed")
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            for table in ("access_retentionrun", "access_retentionline", "access_destroyed"):
                cursor.execute(f"alter table {table} disable trigger user")
            cursor.execute(statement, [run])
            cursor.execute("select access.enter(%s)", [officer.token])
            cursor.execute(asked, [run])
            found = {row[0] for row in cursor.fetchall()}
            transaction.set_rollback(True, using="owner")
        assert fault in found, statement
    for table in ("access_retentionrun", "access_destroyed", "access_retentionline"):
        with pytest.raises(ProgrammingError) as raised:
            make.run(f"truncate {table} cascade")
        assert raised.value.__cause__.diag.constraint_name == "log_is_append_only"


@pytest.mark.parametrize(("table", "columns", "constraint"), [
    ("access_retentionrun", {"number": 0, "asked_by": "job"}, "retention_runs_count_from_one"),
    ("access_retentionrun", {"number": 999_999_999, "asked_by": "x"}, "retention_asked_by_known"),
    ("access_retentionline", {"due": 2, "held": 1, "destroyed": 2}, "retention_destroys_what_is_due_and_free"),
])  # fmt: skip
def test_the_database_refuses_a_run_that_cannot_be(table, columns, constraint):
    rest = {"as_at": "2026-11-01", "closed_at": "2026-11-01T03:40:00Z", "destroys": "[]", "schedule": "[]",
            "previous": b"", "digest": b""} if table.endswith("run") else {
            "run_id": uuid4(), "class_code": "ordinary", "contents": 0}  # fmt: skip
    with pytest.raises(IntegrityError) as raised:
        make.insert(table, **rest, **columns)
    assert raised.value.__cause__.diag.constraint_name == constraint


def test_a_run_names_each_class_once_and_a_hold_is_lifted_with_words(here, old):
    twice = (
        "insert into access_retentionline (id, run_id, place_id, class_code, due, held, destroyed, contents) "
        "select gen_random_uuid(), %s, null, 'ordinary', 0, 0, 0, 0 from generate_series(1, 2)"
    )
    lifted = "update access_legalhold set lifted_at = now(), lifted_by_id = person_id where person_id = %s"
    do(make.user("privacy_officer", here), "set_hold", person_id=old.id, standing=True, words="Inquest")
    for statement, key_, constraint in ((twice, uuid4(), "retention_class_once_a_run"),
                                        (lifted, old.id, "hold_lifting_says_why")):  # fmt: skip
        with pytest.raises(IntegrityError) as raised:
            make.run(statement, [key_])
        assert raised.value.__cause__.diag.constraint_name == constraint
