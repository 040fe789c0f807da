"""Does `joinedup ledger check` name each fault, and does hledger agree with our trial balance to the penny?

Faults are planted by the owner with the triggers taken away: nothing less can make one.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import uuid4

import pytest

from joinedup.base.money import Money
from joinedup.ledger.rules import hledger_name
from tests import factories as make
from tests.steps import ledger_books as books


def joinedup(*words: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "joinedup", "ledger", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def checked(book: books.Book) -> dict[str, list[str]]:
    """The faults of one fund as the command asks for them, as the role `worker`: what -> where."""
    found: dict[str, list[str]] = {}
    for fault, thing in make.run("select fault, thing from access.ledger_faults(%s)", [book.id], role="worker"):
        found.setdefault(fault, []).append(thing)
    return found


@pytest.fixture(scope="module")
def full(database) -> books.Book:
    """A fund of sixty random entries, one corrected, with checkpoints."""
    from joinedup.ledger.actions import correct_journal, make_checkpoints

    made = books.open_book()
    keys = [books.post(made, lines, on=on) for on, lines in books.random_entries(made, seed=11, how_many=60)]
    with make.acting_as(made.officer.username) as by:
        correct_journal(
            by=by, at=books.AT, request_key=books.key(), journal_id=keys[3], on=date(2026, 9, 1), memo="rate-wrong",
            postings=books.week(made),
        )  # fmt: skip
        make_checkpoints(by=by, at=books.AT, request_key=books.key(), through=date(2026, 3, 31))
    return made


@contextmanager
def unguarded(*tables: str):
    """The triggers of some tables taken away, as only the owner of the tables can."""
    for table in tables:
        make.run(f"alter table ledger_{table} disable trigger user")
    try:
        yield
    finally:
        for table in tables:
            make.run(f"alter table ledger_{table} enable trigger user")


# Check


def test_a_whole_ledger_is_whole(full):
    assert checked(full) == {}
    done = joinedup("check", "--fund", full.code)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{full.code}: whole; 62 journals")


def test_a_penny_moved_is_named_with_its_journal_and_its_holder_and_ends_the_command_with_1(full):
    change = "update ledger_posting set amount_pence = amount_pence + %s where fund_id = %s and number = 8 and line = 1"
    with unguarded("posting"):
        make.run(change, [1, full.id])
    try:
        said, done = joinedup("check", "--fund", full.code), joinedup("check", "--json")
    finally:
        with unguarded("posting"):
            make.run(change, [-1, full.id])
    assert said.returncode == done.returncode == 1
    assert "  journal does not balance (journal 8)" in said.stdout.splitlines()
    answer = json.loads(done.stdout)
    assert (answer["schema"], answer["whole"]) == ("ledger-check/1", False)
    (faults,) = (each["faults"] for each in answer["funds"] if each["fund"] == full.code)
    assert {"fault": "journal does not balance", "thing": "journal 8"} in faults
    assert [each["fault"] for each in faults].count("accounts of a holder do not sum to nothing") == 1
    assert checked(full) == {}


def test_a_journal_taken_out_leaves_a_gap(database):
    book = books.open_book()
    for _ in range(3):
        books.post(book, books.week(book))
    with unguarded("posting", "journal"):
        make.run("delete from ledger_posting where fund_id = %s and number = 2", [book.id])
        make.run("delete from ledger_journal where fund_id = %s and number = 2", [book.id])
    assert checked(book) == {"number missing": ["journal 2"]}
    with unguarded("posting", "journal"):
        make.run("delete from ledger_posting where fund_id = %s and number = 3", [book.id])
        make.run("delete from ledger_journal where fund_id = %s and number = 3", [book.id])
    assert checked(book) == {"number missing": ["journal 2", "journal 3"]}


def test_a_false_checkpoint_is_named(database):
    from joinedup.ledger.actions import make_checkpoints

    book = books.open_book()
    books.post(book, books.week(book))
    with make.acting_as(book.officer.username) as by:
        make_checkpoints(by=by, at=books.AT, request_key=books.key(), through=date(2026, 6, 30))
    with unguarded("checkpoint"):
        make.run(
            "update ledger_checkpoint set balance_pence = balance_pence + 1 from ledger_account a "
            "where a.id = account_id and a.code = 'payable:people' and a.fund_id = %s",
            [book.id],
        )
    faults = checked(book)
    assert faults["checkpoint is wrong"] == ["payable:people 2026-06-30 1"]
    assert faults["balance from checkpoint differs from the full sum"] == ["payable:people"]


def test_other_faults_are_named_too(database):
    book = books.open_book()
    for _ in range(4):
        books.post(book, books.week(book))
    with unguarded("posting", "journal"):
        make.run("update ledger_posting set dated_on = '2026-05-05' where fund_id = %s and number = 1 and line = 2",
                 [book.id])  # fmt: skip
        make.run("update ledger_journal set dated_on = '2024-01-01' where fund_id = %s and number = 2", [book.id])
        make.run("update ledger_posting set dated_on = '2024-01-01' where fund_id = %s and number = 2", [book.id])
        make.run("delete from ledger_posting where fund_id = %s and number = 3", [book.id])
        make.run("update ledger_journal set purpose = 'reversal', corrects_id = (select id from ledger_journal where "
                 "fund_id = %s and number = 1) where fund_id = %s and number = 4", [book.id, book.id])  # fmt: skip
    assert checked(book) == {
        "posting disagrees with its journal": ["journal 1 line 2"],
        "journal outside the life of the fund": ["journal 2"],
        "journal has fewer than two postings": ["journal 3"],
        "reversal does not undo what it corrects": ["journal 4"],
    }


def test_an_unknown_fund_is_refused(database):
    done = joinedup("check", "--fund", f"NO-{uuid4().hex[:6].upper()}")
    assert done.returncode == 2
    assert "fund-unknown" in done.stderr


# Export


def read_by_hledger(text: str, *words: str) -> dict[str, int]:
    """Balances in pence as hledger adds them up."""
    program = shutil.which("hledger")
    assert program, "hledger is missing: apt-get install hledger"
    command = [program, "-f", "-", "--strict", "balance", "-O", "csv", "--no-total", "--flat", "--empty", *words]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = csv.DictReader(io.StringIO(done.stdout))
    return {row["account"]: Money.from_text(row["balance"].removesuffix(" GBP")).pence for row in rows}


@pytest.fixture(scope="module")
def exported(full) -> str:
    """The fund as hledger reads it."""
    done = joinedup("export", "--format", "hledger", "--fund", full.code)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("on", [date(2025, 12, 31), date(2026, 9, 1), date(2027, 3, 31)])
def test_hledger_agrees_with_our_trial_balance(full, exported, on):
    from joinedup.ledger import queries

    with make.acting_as(full.officer.username):
        trial = queries.trial_balance(full.id, on)
    ours = {hledger_name(full.code, row.code, row.kind): row.balance_pence for row in trial.rows}
    theirs = read_by_hledger(exported, "--end", (on + timedelta(days=1)).isoformat())
    assert {name: theirs.get(name, 0) for name in ours} == ours
    assert any(ours.values())


def test_hledger_finds_that_each_holders_account_balances_by_itself(full, exported):
    for holder in full.holders:
        assert sum(read_by_hledger(exported, f"{full.code}:.*:{holder}$").values()) == 0


def test_every_fund_is_exported_when_none_is_named(full):
    other = books.open_book()
    books.post(other, books.week(other))
    text = joinedup("export", "--format", "hledger").stdout
    assert f"assets:{full.code}:cash:people" in text
    assert f"expenses:{other.code}:cost-home-care:people" in read_by_hledger(text)


def test_the_beancount_text_has_every_journal_with_its_source(full):
    done = joinedup("export", "--format", "beancount", "--fund", full.code)
    assert done.returncode == 0
    assert done.stdout.count(' * "') == 62
    assert done.stdout.count('  source: "delivered_week/') == 62
    assert f"2025-04-01 open Expenses:{full.code}:Cost-home-care:People GBP" in done.stdout


# The job


def test_the_nightly_job_keeps_balances_as_the_worker(database):
    words = (
        "from config.databases import start_django; start_django(role='worker', ensure=False); "
        "from joinedup.ledger.jobs import keep_balances; print(keep_balances(timestamp=1))"
    )
    book = books.open_book()
    books.post(book, books.week(book))
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    kept = make.run("select count(*), max(through_on) from ledger_checkpoint where fund_id = %s", [book.id])
    assert kept == [(22, date(2026, 11, 1))]
