"""Does every tampering with a log show, and is every committed row sealed, anchored and verified?

Tampering is done as the owner of the database with the triggers switched off, inside a transaction that is rolled back,
and verified inside the same transaction: so no test breaks the log of another.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from types import SimpleNamespace

import psycopg
import pytest

from tests import factories as make

FORGE_THE_WHOLE_CHAIN = """
    do $$ declare entry record; link bytea := sha256(convert_to('joinedup log', 'UTF8')); begin
        for entry in select e.position, access.logentry_digest(l) as digest, e.seal_id from access_sealentry e
            join access_logentry l on l.id = e.entry_id where e.log = 'log' order by e.position
        loop
            link := sha256(link || entry.digest);
            update access_sealentry set row_digest = entry.digest, chain = link
                where log = 'log' and position = entry.position;
            update access_seal set head = encode(link, 'hex') where id = entry.seal_id;
        end loop;
    end $$
"""


@pytest.fixture(scope="module", autouse=True)
def anchors(database):
    """The folder of the anchors, gone when the module's tests are."""
    from joinedup.access.anchors import anchor_file

    yield anchor_file("log").parent
    shutil.rmtree(anchor_file("log").parent, ignore_errors=True)


@pytest.fixture
def sealed(anchors):
    """Ten fresh lines of the log in two seals, sealed and anchored; their numbers in order."""
    from joinedup.access.anchors import seal_log

    rows = []
    for _ in range(2):
        rows += [make.log_row() for _ in range(5)]
        seal_log("log", "worker")
    return rows


@contextmanager
def tampering():
    """A transaction as the owner without triggers; rolled back. Yields a function that runs a statement."""
    from django.db import transaction

    with transaction.atomic(using="owner"):
        for table in ("access_logentry", "access_seal", "access_sealentry"):
            make.run(f"alter table {table} disable trigger user")
        yield make.run
        transaction.set_rollback(True, using="owner")


def faults() -> list:
    from joinedup.access.anchors import verify_log

    return list(verify_log("log", "owner").faults)


def place_of(entry: int) -> int:
    return make.run("select position from access_sealentry where log = 'log' and entry_id = %s", [entry])[0][0]


# Tampering


def test_an_untouched_log_is_whole(sealed):
    from joinedup.access.anchors import verify_log

    verdict = verify_log("log", "worker")
    assert verdict.whole
    assert (verdict.unsealed, verdict.unanchored) == (0, 0)
    assert verdict.sealed >= 10


@pytest.mark.parametrize("change", [
    "act = 'looks.read'", "actor_id = gen_random_uuid()", "at = at + interval '1 second'", "reason = 'x'", "found = 1",
    "outcome = 'refused'",
])  # fmt: skip
def test_verify_names_an_edited_row(sealed, change):
    with tampering() as run:
        run(f"update access_logentry set {change} where id = %s", [sealed[3]])
        assert [(f.fault, f.entry, f.position) for f in faults()] == [("edited", sealed[3], place_of(sealed[3]))]


def test_verify_names_a_deleted_row(sealed):
    with tampering() as run:
        run("delete from access_logentry where id = %s", [sealed[3]])
        assert [(f.fault, f.entry) for f in faults()] == [("deleted", sealed[3])]


def test_verify_names_a_row_deleted_together_with_its_place_in_the_chain(sealed):
    with tampering() as run:
        after = place_of(sealed[3]) + 1
        run("delete from access_logentry where id = %s", [sealed[3]])
        run("delete from access_sealentry where log = 'log' and entry_id = %s", [sealed[3]])
        found = {(f.fault, f.position) for f in faults()}
        assert ("entries before it are missing", after) in found


def test_verify_names_reordered_rows(sealed):
    with tampering() as run:
        first, second = place_of(sealed[1]), place_of(sealed[2])
        move = "update access_sealentry set position = %s where log = 'log' and position = %s"
        for there, here in ((-1, first), (first, second), (second, -1)):
            run(move, [there, here])
        found = {(f.fault, f.position) for f in faults()}
        assert {("reordered", first), ("reordered", second)} <= found


def test_verify_names_rows_that_changed_places(sealed):
    with tampering() as run:
        swap = "update access_logentry set id = %s where id = %s"
        for there, here in ((-1, sealed[1]), (sealed[1], sealed[2]), (sealed[2], -1)):
            run(swap, [there, here])
        assert {(f.fault, f.entry) for f in faults()} == {("edited", sealed[1]), ("edited", sealed[2])}


def test_verify_names_a_row_slipped_in(sealed):
    with tampering() as run:
        slipped = run(
            "insert into access_logentry (at, act, outcome) "
            "values (now() - interval '2 days', 'record.opened', 'done') returning id"
        )[0][0]
        assert [(f.fault, f.entry) for f in faults()] == [("slipped in behind the seals", slipped)]


def test_verify_names_an_edited_seal(sealed):
    with tampering() as run:
        seal = run("select max(id) from access_seal where log = 'log'")[0][0]
        run("update access_seal set entries = entries + 1 where id = %s", [seal])
        assert {(f.fault, f.seal) for f in faults()} == {
            ("seal disagrees with its entries", seal), ("altered since it was anchored", seal),
        }  # fmt: skip


def test_a_chain_rewritten_whole_contradicts_its_anchors(sealed):
    with tampering() as run:
        run("update access_logentry set act = 'looks.read' where id = %s", [sealed[7]])
        run(FORGE_THE_WHOLE_CHAIN)
        assert run("select count(*) from access.verify('log')") == [(0,)]
        seal = run("select seal_id from access_sealentry where log = 'log' and entry_id = %s", [sealed[7]])[0][0]
        assert [(f.fault, f.seal) for f in faults()] == [("altered since it was anchored", seal)]


def test_a_chain_cut_off_at_its_end_is_shorter_than_its_anchors(sealed):
    with tampering() as run:
        seal = run("select max(id) from access_seal where log = 'log'")[0][0]
        run("delete from access_logentry where id in (select entry_id from access_sealentry where log = 'log' "
            "and seal_id = %s)", [seal])  # fmt: skip
        run("delete from access_sealentry where seal_id = %s", [seal])
        run("delete from access_seal where id = %s", [seal])
        assert run("select count(*) from access.verify('log')") == [(0,)]
        assert [(f.fault, f.seal) for f in faults()] == [("the chain is shorter than its anchor", seal)]


def test_an_edited_or_deleted_row_of_the_history_is_named(database):
    from joinedup.access.anchors import seal_log, verify_log

    for _ in range(2):
        make.run(
            "update access_accessgrant set ends_at = now() where id = %s",
            [make.grant(make.user().id, make.person().id)],
        )
    seal_log("history", "worker")
    assert verify_log("history", "worker").whole
    with tampering() as run:
        run("alter table access_rowhistory disable trigger user")
        rows = [row[0] for row in run("select id from access_rowhistory order by id desc limit 2")]
        run('update access_rowhistory set before = before || \'{"purpose": "x"}\' where id = %s', [rows[0]])
        run("delete from access_rowhistory where id = %s", [rows[1]])
        found = {(f.fault, f.entry) for f in verify_log("history", "owner").faults}
        assert found == {("edited", rows[0]), ("deleted", rows[1])}


def test_a_column_added_later_changes_no_digest(sealed):
    with tampering() as run:
        run("alter table access_logentry add column later text")
        assert faults() == []


@pytest.mark.parametrize("statement", [
    "update access_logentry set act = 'x' where id = %s", "delete from access_logentry where id = %s",
    "truncate access_logentry", "truncate access_logentry_rest", "truncate access_rowhistory, access_seal cascade",
    "truncate access_sealentry", "delete from access_sealentry", "update access_seal set entries = 0",
    "delete from access_rowhistory",
])  # fmt: skip
def test_the_logs_are_append_only_for_their_owner_too(sealed, statement):
    from django.db import ProgrammingError

    make.run("delete from access_accessgrant where id = %s", [make.grant(make.user().id, make.person().id)])
    with pytest.raises(ProgrammingError) as refused:
        make.run(statement, [sealed[0]] if "%s" in statement else None)
    assert refused.value.__cause__.diag.constraint_name == "log_is_append_only"


# Sealing and anchors


def test_a_backlog_of_days_is_sealed_whole_in_small_batches(sealed):
    with tampering() as run:
        for table in ("access_sealentry", "access_seal", "access_logentry"):  # left by earlier tests
            run(f"delete from {table}")
        for days in range(9):
            run("insert into access_logentry (at, act, outcome) values (now() - make_interval(days => %s), 'log.read', "
                "'done')", [days])  # fmt: skip
        while run("select access.seal('log', 3)")[0][0]:
            pass
        assert run("select access.unsealed('log')") == [(0,)]
        assert run("select count(*) from access.verify('log')") == [(0,)]


def test_sealing_beside_concurrent_writers_loses_no_row(database, anchors):
    from config.databases import connection_words
    from config.environment import database_address
    from joinedup.access.anchors import seal_log, verify_log

    words, mark = connection_words(database_address(), "app", database), make.subject().hex[:12]
    user = make.user("practitioner")

    def write(writer: int) -> None:
        with psycopg.connect(**words) as connection:
            for turn in range(40):
                connection.execute("select access.enter(%s)", [user.token])
                for _ in range(5):
                    connection.execute(
                        "select access.record('record.opened', 'done', null, null, null, %s, null, '')",
                        [f"{mark}.{writer}"],
                    )
                if turn % 4 == 3:
                    connection.rollback()
                else:
                    connection.commit()

    writers = [threading.Thread(target=write, args=[number]) for number in range(3)]
    for writer in writers:
        writer.start()
    sealed = 0
    while any(writer.is_alive() for writer in writers):
        sealed += seal_log("log", "worker", rows_at_once=50)
    for writer in writers:
        writer.join()
    sealed += seal_log("log", "worker")
    held = make.run("select count(*), count(e.position) from access_logentry l left join access_sealentry e "
                    "on e.log = 'log' and e.entry_id = l.id where l.reason like %s", [f"{mark}.%"])  # fmt: skip
    assert held == [(450, 450)]
    assert sealed >= 450
    verdict = verify_log("log", "worker")
    assert verdict.whole
    assert verdict.unsealed == verdict.unanchored == 0


def test_heads_that_a_kill_left_without_anchor_are_anchored_later(sealed, anchors):
    from joinedup.access.anchors import anchor_heads, verify_log

    path = anchors / "log.jsonl"
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-2]) + lines[-2][:25])  # two heads not there, one of them half written
    assert verify_log("log", "worker").unanchored == 2
    assert anchor_heads("log", "worker") == 2
    assert path.read_bytes() == whole


def test_a_spoiled_anchor_is_named(sealed, anchors):
    path = anchors / "log.jsonl"
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:-2], b"{}\n", lines[-1]]))
    try:
        assert {f.fault for f in faults()} == {
            f"line {len(lines) - 1} of the anchors cannot be read", "seal slipped in among anchored ones",
        }  # fmt: skip
    finally:
        path.write_bytes(whole)


# The command and the job


def joinedup(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", "import sys; from joinedup.cli import main; sys.exit(main())", *words],
        capture_output=True, text=True, env=dict(os.environ),
    )  # fmt: skip


def test_the_command_seals_and_finds_the_log_whole_and_then_names_a_fault(sealed, anchors):
    make.log_row()
    before = joinedup("log", "verify")
    assert before.returncode == 0, before.stdout + before.stderr
    assert "1 waiting; " in before.stdout
    assert joinedup("log", "seal").returncode == 0
    path = anchors / "log.jsonl"
    whole = path.read_text()
    path.write_text(whole + json.dumps({"seal": 10**9, "entries": 1, "head": "0" * 64, "sealed_at": ""}) + "\n")
    try:
        after = joinedup("log", "verify", "--json")
    finally:
        path.write_text(whole)
    told = json.loads(after.stdout)
    assert (after.returncode, told["whole"], told["logs"][0]["unsealed"]) == (1, False, 0)
    assert told["logs"][0]["faults"] == [
        {"fault": "the chain is shorter than its anchor", "position": None, "entry": None, "seal": 10**9}
    ]


def test_the_jobs_seal_and_tidy_as_the_worker(database):
    line = make.log_row()
    old = make.user("practitioner")
    make.run("update access.session set started_at = now() - interval '9 days', ends_at = now() - interval '8 days' "
             "where subject = %s", [old.id])  # fmt: skip
    words = (
        "from config.databases import start_django; start_django(role='worker', ensure=False); "
        "from joinedup.access.jobs import seal_logs, tidy_up; print(seal_logs(0)['log'], tidy_up(0))"
    )
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) >= 1
    assert make.run("select count(*) from access_sealentry where log = 'log' and entry_id = %s", [line]) == [(1,)]
    assert make.run("select count(*) from access.session where subject = %s", [old.id]) == [(0,)]


# What a rollback does not hide


def lines_of(user: make.MadeUser) -> list:
    return make.run("select act, outcome, reason from access_logentry where actor_id = %s order by id", [user.id])


def test_a_rollback_does_not_hide_a_search(database):
    from django.db import transaction

    from joinedup.access.callers import enter
    from joinedup.access.logbook import note, note_at_once

    user = make.user("coordinator")
    with transaction.atomic():
        enter(user.token)
        note_at_once("people.searched", token=user.token, found=3)
        note("record.opened")
        transaction.set_rollback(True)
    assert lines_of(user) == [("people.searched", "done", "")]


def test_a_rollback_does_not_hide_a_refusal(database):
    from django.db import transaction

    from joinedup.access.callers import enter
    from joinedup.access.middleware import log_refusal
    from joinedup.base.errors import NotFound

    user, person = make.user("coordinator"), make.person()
    with transaction.atomic():
        request = SimpleNamespace(caller=enter(user.token), token=user.token)
        log_refusal(request, NotFound("person-not-found", "There is no such record."), {"person_id": person.id})
        transaction.set_rollback(True)
    assert lines_of(user) == [("page.refused", "refused", "person-not-found")]
