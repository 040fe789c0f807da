"""Do the acts and reads of the ledger do what they say: post once, correct by new entries, close, and add up four ways?

Every act runs as `app` after a real enter, by an accounting officer or a commissioner of the fund's own place.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from joinedup.base.errors import BadValue, NotAllowed, NotFound, NotNow
from joinedup.ledger.rules import Line, NewAccount, entry
from tests import factories as make
from tests.steps import ledger_books as books

pytestmark = pytest.mark.usefixtures("database")
MAY = date(2026, 5, 4)


@pytest.fixture(scope="module")
def book(database) -> books.Book:
    return books.open_book()


@pytest.fixture(scope="module")
def full(database) -> books.Book:
    """A fund with eighty random entries, checkpoints among them, some entries dated before a checkpoint."""
    made = books.open_book()
    for count, (on, lines) in enumerate(books.random_entries(made, seed=7, how_many=80)):
        books.post(made, lines, on=on)
        if count in (20, 45, 46):
            checkpoint(made, books.STARTS_ON + timedelta(days=5 * count))
    return made


def checkpoint(book, through: date) -> int:
    from joinedup.ledger.actions import make_checkpoints

    with make.acting_as(book.officer.username) as by:
        return make_checkpoints(by=by, at=books.AT, request_key=books.key(), through=through)


def sums(book, on: date = date(2027, 3, 31)) -> dict[str, int]:
    """Every account by adding up all of its postings: what a page never does."""
    rows = make.run(
        "select a.code, coalesce(sum(p.amount_pence) filter (where p.dated_on <= %s), 0)::bigint from ledger_account a "
        "left join ledger_posting p on p.account_id = a.id where a.fund_id = %s group by a.code",
        [on, book.id],
    )
    return dict(rows)


def trial(book, on: date = date(2027, 3, 31), user: make.MadeUser | None = None):
    from joinedup.ledger import queries

    with make.acting_as((user or book.officer).username):
        return queries.trial_balance(book.id, on)


def held(book, on: date = date(2027, 3, 31)) -> dict[str, int]:
    return {row.code: row.balance_pence for row in trial(book, on).rows}


# Posting


def test_a_delivered_week_is_posted_and_leads_back_to_its_source(book):
    from joinedup.ledger import queries

    source = uuid4()
    made = books.post(book, books.week(book), source_id=source)
    with make.acting_as(book.commissioner.username) as by:
        (view,) = queries.journals_of("delivered_week", source)
        assert view == queries.journal(made)
        assert (view.by_id, view.written.dated_on, view.written.memo) == (by.id, MAY, "delivered-week")
    amounts = {line.account: line.amount_pence for line in view.written.lines}
    assert amounts["cost-home-care:people"] == 6755
    assert amounts[f"cost-home-care:{book.nhs}"] == 19947
    assert amounts[f"payable:{book.council}"] == -13298
    assert make.run("select act from access_logentry where thing_id = %s", [made]) == [("journal.posted",)]


def test_a_key_that_comes_again_posts_once(book):
    request_key, source = books.key(), uuid4()
    posted = [books.post(book, books.week(book), request_key=request_key, source_id=source) for _ in range(2)]
    assert posted[0] == posted[1]
    assert make.run("select count(*) from ledger_journal where source_id = %s", [source]) == [(1,)]


def test_two_weeks_in_one_transaction_and_a_payment_of_the_same_week(book):
    from joinedup.ledger.actions import post_journal

    source = uuid4()
    with make.acting_as(book.commissioner.username) as by:
        for purpose, lines in (("cost", books.week(book)), ("payment", entry("payable", "cash", {book.nhs: 5}))):
            post_journal(
                by=by, at=books.AT, request_key=books.key(), fund_id=book.id, on=MAY, postings=lines,
                source_kind="delivered_week", source_id=source, purpose=purpose, memo="week",
            )  # fmt: skip
    assert make.run("select count(*) from ledger_journal where source_id = %s", [source]) == [(2,)]


def test_the_same_week_under_another_key_is_refused_in_words(book):
    source = uuid4()
    books.post(book, books.week(book), source_id=source)
    with pytest.raises(NotNow) as refused:
        books.post(book, books.week(book), source_id=source)
    assert refused.value.code == "source-posted-once"


def test_what_the_database_refuses_comes_back_from_the_act(book):
    """The Python check is taken away: the deferred trigger must answer inside the act, not at the transaction's end."""
    from joinedup.ledger import rules

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "check_lines", lambda lines: None)
        with pytest.raises(BadValue) as refused:
            books.post(book, [Line("cash:people", 5), Line("receivable:people", -4)])
    assert refused.value.code == "journal-balances"


@pytest.mark.parametrize(
    ("lines", "words", "kind", "code"),
    [
        ([Line("cash:people", 5), Line("receivable:people", -4)], {}, BadValue, "journal-unbalanced"),
        ([Line("cash:people", 5), Line("gold:people", -5)], {}, NotFound, "account-unknown"),
        (None, {"on": date(2025, 3, 31)}, NotNow, "journal-within-fund-life"),
        (None, {"memo": "Mrs Smith"}, BadValue, "journal-memo-is-a-code"),
    ],
)
def test_a_wrong_entry_is_refused_in_words(book, lines, words, kind, code):
    with pytest.raises(kind) as refused:
        books.post(book, lines or books.week(book), **words)
    assert refused.value.code == code


# Who


def test_the_role_counts_in_the_funds_own_place_only(book):
    from joinedup.ledger.actions import close_period, post_journal

    elsewhere = books.open_book()
    words = {"at": books.AT, "request_key": books.key(), "fund_id": book.id}
    posting = {"on": MAY, "postings": books.week(book), "source_kind": "x", "source_id": uuid4(), "purpose": "cost"}
    with make.acting_as(elsewhere.officer.username) as by, pytest.raises(NotFound):
        post_journal(by=by, memo="x", **words, **posting)
    both = make.user("analyst", book.place_id)
    make.role(both.id, "accounting_officer", elsewhere.place_id)
    with make.acting_as(both.username) as by, pytest.raises(NotAllowed):
        post_journal(by=by, memo="x", **words, **posting)
    with make.acting_as(book.commissioner.username) as by, pytest.raises(NotAllowed):
        close_period(by=by, through=MAY, expected_version=1, **words)


def test_staff_whose_work_is_money_read_a_fund_and_others_find_none(book):
    from joinedup.ledger import queries

    for role, sees in (("analyst", True), ("board_member", True), ("practitioner", False), ("person", False)):
        user = make.user(role, book.place_id)
        with make.acting_as(user.username):
            assert [row.code for row in queries.funds()] == ([book.code] if sees else [])
    with make.acting_as(make.user("accounting_officer").username), pytest.raises(NotFound):
        queries.trial_balance(book.id, MAY)


# Opening


def test_a_fund_opens_with_partners_terms_and_the_standard_chart(book):
    from joinedup.ledger import queries

    with make.acting_as(book.officer.username):
        row = queries.fund_of_code(book.code)
        assert queries.fund_of_place(book.place_id, MAY) == queries.fund(book.id) == row
        assert queries.fund_of_place(book.place_id, date(2027, 4, 1)) is None
        assert queries.shares(book.id, MAY) == {book.nhs: 60, book.council: 40}
        assert queries.contributions(book.id, MAY) == {book.nhs: 600_000_00, book.council: None}
    assert row.statutory_basis == "National Health Service Act 2006, section 75"
    assert len(held(book)) == (7 + 2) + 7 + 6


def test_new_terms_hold_from_their_day_and_change_nothing_before(database):
    from joinedup.ledger import queries
    from joinedup.ledger.actions import NewTerms, agree_terms

    book = books.open_book()
    with make.acting_as(book.officer.username) as by:
        agreed = agree_terms(
            by=by, at=books.AT, request_key=books.key(), fund_id=book.id, starts_on=date(2026, 4, 1), basis="board",
            terms=[NewTerms(book.nhs, 50), NewTerms(book.council, 50)],
        )  # fmt: skip
        assert agreed == 2
        assert queries.shares(book.id, date(2026, 3, 31)) == {book.nhs: 60, book.council: 40}
        assert queries.shares(book.id, date(2026, 4, 1)) == {book.nhs: 50, book.council: 50}


def test_a_host_that_is_no_partner_is_refused(book):
    from joinedup.ledger.actions import NewPartner, open_fund

    with make.acting_as(book.officer.username) as by, pytest.raises(BadValue) as refused:
        open_fund(
            by=by, at=books.AT, request_key=books.key(), place_id=book.place_id, code="X-POOL", name="X",
            host_id=make.body(), starts_on=MAY, ends_on=None, partners=[NewPartner(make.body(), "nhs", 1)],
            cost_kinds={}, basis="x",
        )  # fmt: skip
    assert refused.value.code == "fund-host"


def test_an_account_is_opened_without_touching_others(book):
    from joinedup.ledger.actions import open_accounts

    with make.acting_as(book.officer.username) as by:
        account = NewAccount("discharge-grant:people", "Discharge money", "income", earmark="discharge")
        words = {"at": books.AT, "request_key": books.key(), "fund_id": book.id, "accounts": [account]}
        assert open_accounts(by=by, **words) == open_accounts(by=by, **words) == 1
    with make.acting_as(book.officer.username) as by, pytest.raises(NotNow) as refused:
        open_accounts(by=by, **(words | {"request_key": books.key()}))
    assert refused.value.code == "account-code-once-in-fund"


# Correcting


def correct(book, journal_id, lines, on=MAY):
    from joinedup.ledger.actions import correct_journal

    with make.acting_as(book.commissioner.username) as by:
        return correct_journal(
            by=by, at=books.AT, request_key=books.key(), journal_id=journal_id, on=on, postings=lines, memo="rate-wrong"
        )


def test_a_correction_is_two_new_journals_that_name_the_wrong_one(database):
    from joinedup.ledger import queries

    book, source = books.open_book(), uuid4()
    wrong = books.post(book, books.week(book, 9999), source_id=source)
    reversal, replacement = correct(book, wrong, books.week(book, 6755), on=date(2026, 6, 1))
    assert held(book)["cost-home-care:people"] == 6755
    assert held(book, MAY)["cost-home-care:people"] == 9999
    with make.acting_as(book.officer.username):
        views = queries.journals_of("delivered_week", source)
        assert [view.id for view in views] == [wrong, reversal, replacement]
        assert set(views[0].corrected_by) == {reversal, replacement}
        assert [view.written.corrects for view in views] == [None, 1, 1]
    with pytest.raises(NotNow) as refused:
        correct(book, wrong, books.week(book))
    assert refused.value.code == "journal-corrected-once"
    with pytest.raises(NotNow) as refused:
        correct(book, reversal, ())
    assert refused.value.code == "reversal-is-not-corrected"
    assert correct(book, replacement, ())[1] is None
    assert set(held(book).values()) == {0}


# Balances


def test_checkpoint_and_what_came_since_is_the_full_sum_on_any_day(full):
    assert make.run("select count(*) from ledger_checkpoint where fund_id = %s", [full.id])[0][0] == 3 * 22
    for days in range(0, 720, 13):
        on = books.STARTS_ON + timedelta(days=days)
        assert held(full, on) == sums(full, on), on
    assert held(full) == sums(full)


def test_a_balance_reads_no_posting_that_its_checkpoint_counts(database):
    """Postings before the checkpoint are taken away, as only the owner can, and the balance stays what it was."""
    book = books.open_book()
    books.post(book, books.week(book, 1000))
    checkpoint(book, date(2026, 5, 31))
    books.post(book, books.week(book, 200), on=date(2026, 6, 1))
    books.post(book, books.week(book, 30), on=date(2026, 5, 1))
    make.run("alter table ledger_posting disable trigger user")
    try:
        make.run("delete from ledger_posting where fund_id = %s and number = 1", [book.id])
    finally:
        make.run("alter table ledger_posting enable trigger user")
    assert held(book, date(2026, 5, 31))["cost-home-care:people"] == 1030
    assert held(book)["cost-home-care:people"] == 1230


def test_what_came_since_a_checkpoint_is_found_by_index_as_app(full):
    from django.db import connection

    account = make.run("select id from ledger_account where fund_id = %s", [full.id])[0][0]
    make.run("analyze ledger_posting")
    with make.acting_as(full.officer.username), connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(
            "explain select sum(amount_pence) from ledger_posting where account_id = %s and dated_on > '2026-05-01' "
            "and dated_on <= '2026-06-01'",
            [account],
        )
        by_day = " ".join(row[0] for row in cursor.fetchall())
        cursor.execute(
            "explain select sum(amount_pence) from ledger_posting where account_id = %s and number > 70 "
            "and dated_on <= '2026-05-01'",
            [account],
        )
        by_number = " ".join(row[0] for row in cursor.fetchall())
    assert "posting_by_day" in by_day or "posting_by_number" in by_day
    assert "posting_by_number" in by_number or "posting_by_day" in by_number


def test_a_checkpoint_is_kept_once(full):
    assert checkpoint(full, date(2026, 10, 31)) == 22
    assert checkpoint(full, date(2026, 10, 31)) == 0


def test_the_running_balance_is_the_same_page_by_page(full):
    from joinedup.ledger import queries

    code = f"payable:{full.nhs}"
    with make.acting_as(full.officer.username):
        whole = queries.account_lines(full.id, code, at_once=1000)
        pages, mark = [], ""
        while True:
            page = queries.account_lines(full.id, code, after=mark, at_once=4)
            pages.append(page)
            mark = page.newer
            if not mark:
                break
    assert len(pages) > 3
    assert [line for page in pages for line in page.lines] == list(whole.lines)
    assert whole.opening_pence == 0
    assert whole.lines[-1].balance_pence == sums(full)[code]
    assert [page.opening_pence for page in pages[1:]] == [page.lines[-1].balance_pence for page in pages[:-1]]


def test_a_damaged_page_mark_is_refused(full):
    from joinedup.ledger import queries

    with make.acting_as(full.officer.username), pytest.raises(BadValue):
        queries.account_lines(full.id, f"cash:{full.nhs}", after="2026-13-01_1")


# The four accounts


def test_four_accounts_one_trial_balance(database):
    from joinedup.ledger import queries

    book = books.open_book()
    books.post(book, entry("cash", "contribution", {book.nhs: 60_000, book.council: 40_000}), purpose="contribution")
    books.post(book, books.week(book))
    books.post(book, entry("receivable", "charge", {"people": 6755}), purpose="charge")
    books.post(book, entry("payable", "cash", {"people": 6755, book.nhs: 19947, book.council: 13298}), purpose="pay")
    with make.acting_as(book.officer.username):
        four = queries.accounts_of(book.id, date(2026, 5, 31))
        assert queries.trial_balance(book.id, date(2026, 5, 31)).total_pence == 0
    assert four.agrees
    told = {each.side: (each.received_pence, each.spent_pence, each.left_pence) for each in four.accounts}
    assert told == {
        "nhs": (60_000, 19_947, 40_053),
        "council": (40_000, 13_298, 26_702),
        "people": (6_755, 6_755, 0),
        "public": (106_755, 40_000, 66_755),
    }


def test_the_four_accounts_of_a_random_year_agree_to_the_penny(full):
    from joinedup.ledger import queries

    with make.acting_as(full.officer.username):
        for days in (0, 90, 365, 600):
            assert queries.accounts_of(full.id, books.STARTS_ON + timedelta(days=days)).agrees
