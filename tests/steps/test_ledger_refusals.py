"""Does the database refuse each wrong entry, by hand-written SQL, as a serving role and as the owner of the tables?"""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import psycopg
import pytest

from tests import factories as make
from tests.steps import ledger_books as books

GOOD_DAY = date(2026, 5, 4)


@pytest.fixture(scope="module")
def book(database) -> books.Book:
    return books.open_book()


@pytest.fixture(scope="module")
def other(database) -> books.Book:
    return books.open_book()


@pytest.fixture(params=["app", "owner"])
def hand(request, connect, book):
    """A connection that writes by hand: as a commissioner who entered, and as the owner of the tables."""
    connection = connect(request.param)
    if request.param == "app":
        connection.execute("select access.enter(%s)", [book.commissioner.token])
    yield connection
    connection.close()


def by_of(connection) -> UUID:
    return connection.execute("select access.caller()").fetchone()[0] if connection.info.user == "app" else uuid4()


def journal(connection, book, **changed) -> UUID:
    """Write one journal by hand."""
    columns = {
        "id": uuid4(), "fund_id": book.id, "number": 999, "dated_on": GOOD_DAY, "recorded_at": books.AT,
        "by_id": by_of(connection), "memo": "by-hand", "source_kind": "by_hand", "source_id": uuid4(),
        "purpose": "test", "request_key": "by-hand-0001",
    } | changed  # fmt: skip
    names = ", ".join(columns)
    places = ", ".join(["%s"] * len(columns))
    connection.execute(f"insert into ledger_journal ({names}) values ({places})", list(columns.values()))
    return columns["id"]


def posting(connection, book, journal_id: UUID, line: int, account: str, pence: int) -> None:
    """Write one line by hand, on an account of the book."""
    connection.execute(
        "insert into ledger_posting (id, journal_id, fund_id, account_id, line, amount_pence, dated_on, number) "
        "values (%s, %s, %s, %s, %s, %s, %s, 1)",
        [uuid4(), journal_id, book.id, account_id(book, account), line, pence, GOOD_DAY],
    )


def account_id(book, code: str) -> UUID:
    return make.run("select id from ledger_account where fund_id = %s and code = %s", [book.id, code])[0][0]


def refused(error, constraint: str) -> None:
    assert error.value.diag.constraint_name == constraint, error.value


# What does not balance


def test_a_journal_that_balances_for_each_holder_stands(hand, book):
    made = journal(hand, book)
    posting(hand, book, made, 1, "cash:people", 500)
    posting(hand, book, made, 2, "receivable:people", -500)
    hand.commit()
    assert make.run("select count(*) from ledger_posting where journal_id = %s", [made]) == [(2,)]


def test_an_unbalanced_journal_is_refused_when_its_transaction_ends(hand, book):
    made = journal(hand, book)
    posting(hand, book, made, 1, "cash:people", 500)
    posting(hand, book, made, 2, "receivable:people", -499)
    with pytest.raises(psycopg.errors.CheckViolation) as error:
        hand.commit()
    refused(error, "journal_balances")
    assert make.run("select count(*) from ledger_journal where id = %s", [made]) == [(0,)]


def test_a_journal_that_mixes_the_holders_money_is_refused(hand, book):
    made = journal(hand, book)
    posting(hand, book, made, 1, f"cash:{book.nhs}", 500)
    posting(hand, book, made, 2, f"contribution:{book.council}", -500)
    with pytest.raises(psycopg.errors.CheckViolation) as error:
        hand.commit()
    refused(error, "journal_balances_for_each_holder")


@pytest.mark.parametrize("lines", [0, 1])
def test_a_journal_with_fewer_than_two_postings_is_refused(hand, book, lines):
    made = journal(hand, book)
    for line in range(lines):
        posting(hand, book, made, line, "cash:people", 500)
    with pytest.raises(psycopg.errors.CheckViolation) as error:
        hand.commit()
    refused(error, "journal_has_two_postings")


def test_a_posting_of_nothing_is_refused(hand, book):
    made = journal(hand, book)
    with pytest.raises(psycopg.errors.CheckViolation) as error:
        posting(hand, book, made, 1, "cash:people", 0)
    refused(error, "posting_is_not_nothing")


def test_judging_early_and_adding_afterwards_is_refused_all_the_same(hand, book):
    made = journal(hand, book)
    posting(hand, book, made, 1, "cash:people", 500)
    posting(hand, book, made, 2, "receivable:people", -500)
    hand.execute("set constraints all immediate")
    with pytest.raises(psycopg.errors.CheckViolation) as error:
        posting(hand, book, made, 3, "cash:people", 1)
    refused(error, "journal_balances")


# Where it may stand


def test_an_account_of_another_fund_is_refused(hand, book, other):
    made = journal(hand, book)
    hand.execute(
        "insert into ledger_posting (id, journal_id, fund_id, account_id, line, amount_pence, dated_on, number) "
        "values (%s, %s, %s, %s, 1, 5, %s, 1)",
        [uuid4(), made, book.id, account_id(book, "cash:people"), GOOD_DAY],
    )
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as error:
        hand.execute(
            "insert into ledger_posting (id, journal_id, fund_id, account_id, line, amount_pence, dated_on, number) "
            "values (%s, %s, %s, %s, 2, -5, %s, 1)",
            [uuid4(), made, book.id, account_id(other, "cash:people"), GOOD_DAY],
        )
    refused(error, "posting_account_of_its_fund")


def test_a_posting_that_claims_another_fund_than_its_journal_is_refused(owner, book, other):
    made = journal(owner, book)
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as error:
        posting(owner, other, made, 1, "cash:people", 5)
    refused(error, "posting_fund_of_its_journal")


@pytest.mark.parametrize("day", [date(2025, 3, 31), date(2027, 4, 1)])
def test_a_day_outside_the_life_of_the_fund_is_refused(hand, book, day):
    with pytest.raises(psycopg.errors.CheckViolation) as error:
        journal(hand, book, dated_on=day)
    refused(error, "journal_within_fund_life")


def test_a_closed_period_takes_nothing(owner, connect):
    closed = books.open_book()
    owner.execute("update ledger_fund set closed_through = '2026-05-04' where id = %s", [closed.id])
    owner.commit()
    app = connect()
    app.execute("select access.enter(%s)", [closed.commissioner.token])
    for connection in (app, owner):
        with pytest.raises(psycopg.errors.CheckViolation) as error:
            journal(connection, closed)
        refused(error, "journal_in_open_period")
        connection.rollback()
    for day in ("2026-05-03", "2026-05-04", None):
        with pytest.raises(psycopg.errors.CheckViolation) as error:
            owner.execute("update ledger_fund set closed_through = %s where id = %s", [day, closed.id])
        refused(error, "period_closes_forward")
        owner.rollback()


def test_closing_waits_for_an_entry_on_its_way(connect):
    book = books.open_book()
    posting_hand, closing_hand = connect("owner"), connect("owner")
    made = journal(posting_hand, book)
    closing_hand.execute("set lock_timeout = '200ms'")
    with pytest.raises(psycopg.errors.LockNotAvailable):
        closing_hand.execute("update ledger_fund set closed_through = '2026-06-01' where id = %s", [book.id])
    closing_hand.rollback()
    posting(posting_hand, book, made, 1, "cash:people", 5)
    posting(posting_hand, book, made, 2, "receivable:people", -5)
    posting_hand.commit()
    closing_hand.execute("update ledger_fund set closed_through = '2026-06-01' where id = %s", [book.id])
    closing_hand.commit()


# Once, and as it was


def test_the_same_source_is_not_posted_twice(hand, book):
    source = uuid4()
    books.post(book, books.week(book), source_id=source)
    with pytest.raises(psycopg.errors.UniqueViolation) as error:
        journal(hand, book, source_kind="delivered_week", source_id=source, purpose="cost")
    refused(error, "source_posted_once")


def test_nothing_is_added_to_a_journal_that_stands(hand, book):
    made = books.post(book, books.week(book))
    with pytest.raises(psycopg.errors.CheckViolation) as error:
        posting(hand, book, made, 90, "cash:people", 5)
    refused(error, "journal_is_complete")


@pytest.mark.parametrize("table", ["fundpartner", "account", "journal", "posting", "checkpoint", "partnerterms"])
@pytest.mark.parametrize(
    "verb", ["update ledger_{} set id = id", "delete from ledger_{}", "truncate ledger_{} cascade"]
)
def test_the_owner_edits_deletes_and_empties_nothing(owner, book, table, verb):
    books.post(book, books.week(book))
    with make.acting_as(book.officer.username):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("select access.checkpoint_fund(%s, %s)", [book.id, GOOD_DAY])
    with pytest.raises(psycopg.errors.InsufficientPrivilege) as error:
        owner.execute(verb.format(table))
    refused(error, "ledger_is_append_only")


@pytest.mark.parametrize("role", ["app", "worker", "loader", "linker", "extractor", "gate", "public_reader"])
@pytest.mark.parametrize("table", ["journal", "posting", "account", "checkpoint", "partnerterms"])
def test_no_serving_role_may_edit_or_delete(connect, role, table):
    connection = connect(role)
    for statement in (f"update ledger_{table} set id = id", f"delete from ledger_{table}", f"truncate ledger_{table}"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
        connection.rollback()


def test_of_a_fund_nothing_but_its_closing_day_changes(owner, book):
    for change in ("code = 'OTHER'", "starts_on = '2020-01-01'", "ends_on = null", "host_id = host_id, name = 'X'"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege) as error:
            owner.execute(f"update ledger_fund set {change} where id = %s", [book.id])
        refused(error, "fund_stays_as_opened")
        owner.rollback()
    with pytest.raises(psycopg.errors.InsufficientPrivilege) as error:
        owner.execute("delete from ledger_fund where id = %s", [book.id])
    refused(error, "ledger_is_append_only")


# Corrections


def test_a_reversal_undoes_exactly_what_it_corrects(hand, book):
    wrong = books.post(book, books.week(book))
    made = journal(hand, book, purpose="reversal", corrects_id=wrong)
    posting(hand, book, made, 1, "cash:people", 500)
    posting(hand, book, made, 2, "receivable:people", -500)
    with pytest.raises(psycopg.errors.CheckViolation) as error:
        hand.commit()
    refused(error, "reversal_undoes")


def test_a_correction_of_another_fund_is_refused(owner, book, other):
    wrong = books.post(other, books.week(other))
    with pytest.raises(psycopg.errors.CheckViolation) as error:
        journal(owner, book, purpose="reversal", corrects_id=wrong)
    refused(error, "journal_corrects_its_own_fund")


@pytest.mark.parametrize("purpose", ["reversal", "replacement"])
def test_a_correction_names_what_it_corrects(hand, book, purpose):
    with pytest.raises(psycopg.errors.CheckViolation) as error:
        journal(hand, book, purpose=purpose)
    refused(error, "journal_correction_says_so")


def test_words_do_not_stand_in_a_ledger(hand, book):
    with pytest.raises(psycopg.errors.CheckViolation) as error:
        journal(hand, book, memo="Mrs Smith")
    refused(error, "journal_memo_is_a_code")


# Numbers


def test_a_number_is_given_by_the_database_and_a_rollback_leaves_no_gap(owner):
    book = books.open_book()
    journal(owner, book, number=77)
    owner.rollback()
    first, second = (books.post(book, books.week(book)) for _ in range(2))
    numbers = make.run("select id, number from ledger_journal where fund_id = %s order by number", [book.id])
    assert numbers == [(first, 1), (second, 2)]


def test_day_and_number_of_a_line_are_its_journals_whatever_the_hand_writes(hand, book):
    made = journal(hand, book, dated_on=date(2026, 7, 7))
    posting(hand, book, made, 1, "cash:people", 5)
    posting(hand, book, made, 2, "receivable:people", -5)
    hand.commit()
    rows = make.run(
        "select distinct p.dated_on, p.number = j.number from ledger_posting p join ledger_journal j "
        "on j.id = p.journal_id where j.id = %s",
        [made],
    )
    assert rows == [(date(2026, 7, 7), True)]


# Who


def test_an_account_cannot_hide_its_holder(owner, book, other):
    partner = make.run("select id from ledger_fundpartner where fund_id = %s", [other.id])[0][0]
    for code, partner_id in ((f"cash-two:{book.nhs}", None), ("cash-two:people", partner), ("x:OTHER", partner)):
        with pytest.raises(psycopg.errors.CheckViolation) as error:
            owner.execute(
                "insert into ledger_account (id, fund_id, code, name, kind, partner_id, earmark) "
                "values (%s, %s, %s, 'X', 'asset', %s, '')",
                [uuid4(), book.id, code, partner_id],
            )
        refused(error, "account_names_its_holder")
        owner.rollback()


@pytest.mark.parametrize("role", ["", "practitioner", "provider", "privacy_officer", "analyst", "board_member"])
def test_a_role_without_post_journal_posts_nothing_by_hand(connect, book, role):
    user = make.user(role, book.place_id if role else None)
    app = connect()
    app.execute("select access.enter(%s)", [user.token])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        journal(app, book)


def test_nobody_posts_in_another_place_or_under_another_name(connect, book, other):
    app = connect()
    for changed in ({"fund_id": other.id}, {"by_id": book.officer.id}):
        app.execute("select access.enter(%s)", [book.commissioner.token])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            journal(app, book, **changed)
        app.rollback()


def test_the_worker_as_itself_posts_nothing(connect, book):
    worker = connect("worker")
    worker.execute("select access.enter_service()")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        journal(worker, book, by_id=worker.execute("select access.caller()").fetchone()[0])


def test_sight_by_role_is_what_the_roles_permit(connect, book):
    from joinedup.access.roles import BY_CODE

    books.post(book, books.week(book))
    kept = "access.funds_kept()"
    for code, role in BY_CODE.items():
        app = connect()
        app.execute("select access.enter(%s)", [make.user(code, book.place_id).token])
        for permission, function in (
            ("see_fund", "access.funds_seen()"), ("post_journal", "access.funds_posted()"), ("open_fund", kept),
            ("close_period", kept),
        ):  # fmt: skip
            may = app.execute(f"select coalesce(%s = any ({function}), false)", [book.id]).fetchone()[0]
            assert may == (permission in role.permissions), (code, permission)
        for table in ("fundpartner", "account", "journal", "posting"):
            seen = app.execute(f"select count(*) from ledger_{table} where fund_id = %s", [book.id]).fetchone()[0]
            assert bool(seen) == ("see_fund" in role.permissions), (code, table)
        assert app.execute("select count(*) from ledger_fund where id = %s", [book.id]).fetchone()[0] == (
            "see_fund" in role.permissions
        )
        app.close()


def test_without_an_entered_caller_no_row_shows(connect, book):
    for role in ("app", "worker"):
        connection = connect(role)
        for table in ("fund", "fundpartner", "partnerterms", "account", "journal", "posting", "checkpoint"):
            assert connection.execute(f"select count(*) from ledger_{table}").fetchone() == (0,), (role, table)
