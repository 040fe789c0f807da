"""Closing a period: only forward, only when it is over, and what stands in it stays."""

from __future__ import annotations

from datetime import date

import pytest

from joinedup.base.errors import Conflict, NotNow
from tests import factories as make
from tests.steps import ledger_books as books
from tests.steps.test_ledger import held, sums


def test_a_period_is_closed_forward_and_its_balances_kept(database):
    from joinedup.ledger import queries
    from joinedup.ledger.actions import close_period

    book = books.open_book()
    books.post(book, books.week(book))

    def close(through, version):
        with make.acting_as(book.officer.username) as by:
            return close_period(
                by=by, at=books.AT, request_key=books.key(), fund_id=book.id, through=through, expected_version=version
            )

    assert close(date(2026, 5, 31), 1) == 2
    assert make.run("select count(*) from ledger_checkpoint where fund_id = %s", [book.id]) == [(22,)]
    with pytest.raises(NotNow) as refused:
        books.post(book, books.week(book))
    assert refused.value.code == "journal-in-open-period"
    books.post(book, books.week(book), on=date(2026, 6, 1))
    with pytest.raises(Conflict):
        close(date(2026, 6, 30), 1)
    with pytest.raises(NotNow) as refused:
        close(date(2026, 5, 1), 2)
    assert refused.value.code == "period-closes-forward"
    with pytest.raises(NotNow) as refused:
        close(date(2026, 11, 2), 2)
    assert refused.value.code == "period-not-over"
    with make.acting_as(book.officer.username):
        assert queries.fund(book.id).closed_through == date(2026, 5, 31)
    assert held(book) == sums(book)
    before = make.run("select before ->> 'closed_through' from access_rowhistory where row_id = %s", [str(book.id)])
    assert before == [(None,)]
