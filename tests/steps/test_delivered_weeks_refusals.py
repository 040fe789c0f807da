"""Does the database refuse weeks that were not bought, not posted, posted twice or edited, whatever the hand?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import psycopg
import pytest

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.by_hand import refused, run, write

PARTS = ("split", "decision", "reportedweek", "deliveredweek")


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def post_by_hand(connection, made: money.Scene, week_id: UUID, amounts: dict[str, int], **changed: object) -> UUID:
    """A journal of a week and its lines: what each account of the fund (its code's beginning, people's) moves."""
    columns = {
        "id": uuid4(), "fund_id": made.fund_id, "number": 0, "dated_on": date(2026, 10, 11),
        "recorded_at": "2026-11-02T09:00:00Z", "by_id": made.commissioner.id, "memo": "by-hand",
        "source_kind": "delivered_week", "source_id": week_id, "purpose": "cost", "request_key": "by-hand-0001",
    } | changed  # fmt: skip
    write(connection, "ledger_journal", columns)
    for number, (account, pence) in enumerate(amounts.items(), start=1):
        account_id = make.run("select id from ledger_account where fund_id = %s and code = %s",
                              [made.fund_id, account])[0][0]  # fmt: skip
        write(connection, "ledger_posting", {
            "id": uuid4(), "journal_id": columns["id"], "fund_id": made.fund_id, "account_id": account_id,
            "line": number, "amount_pence": pence, "dated_on": date(2026, 10, 11), "number": 0,
        })  # fmt: skip
    return columns["id"]


def week_row(made: money.Scene, package_id: UUID, week_id: UUID, journal_id: UUID, **changed) -> dict[str, object]:
    return {
        "id": week_id, "package_id": package_id, "person_id": made.person.id, "week_starts_on": money.FIRST_DAY,
        "quantity": Decimal(1), "amount_pence": 2350, "person_pence": 2350, "journal_id": journal_id,
        "confirmed_by_id": made.commissioner.id, "confirmed_at": "2026-11-02T09:00:00Z",
    } | changed  # fmt: skip


WEEK = {"cost-home-care:people": 2350, "payable:people": -2350}


def test_a_week_and_its_journal_written_whole_by_hand_stand(made, entered):
    package_id, week_id = money.committed(made), uuid4()
    app = entered(made.commissioner)
    journal_id = post_by_hand(app, made, week_id, WEEK)
    write(app, "commissioning_deliveredweek", week_row(made, package_id, week_id, journal_id))
    app.commit()
    assert make.run("select amount_pence from commissioning_deliveredweek where id = %s", [week_id]) == [(2350,)]


def test_a_week_whose_journal_does_not_balance_is_refused(made, entered):
    package_id, week_id = money.committed(made), uuid4()
    app = entered(made.commissioner)
    journal_id = post_by_hand(app, made, week_id, WEEK | {"payable:people": -2349})
    write(app, "commissioning_deliveredweek", week_row(made, package_id, week_id, journal_id))
    refused("journal_balances", app, psycopg.Connection.commit)
    assert make.run("select count(*) from commissioning_deliveredweek where id = %s", [week_id]) == [(0,)]


@pytest.mark.parametrize(
    ("posting", "week", "constraint"),
    [
        ({"cost-home-care:people": 2349, "payable:people": -2349}, {}, "week_posted_by_its_journal"),
        ({"receivable:people": 2350, "charge:people": -2350}, {}, "week_posted_by_its_journal"),
        (WEEK, {"person_pence": 0}, "week_posted_by_its_journal"),
        (WEEK, {"amount_pence": 2351}, "week_costs_quantity_times_rate"),
        (WEEK, {"quantity": Decimal(8), "amount_pence": 18800}, "week_costs_quantity_times_rate"),
        (WEEK, {"week_starts_on": date(2026, 10, 6)}, "delivered_week_of_the_packages_weeks"),
        (WEEK, {"week_starts_on": date(2026, 9, 28)}, "delivered_week_of_the_packages_weeks"),
        (WEEK, {"quantity": Decimal(7), "amount_pence": 16450, "person_pence": 5871}, "week_within_the_persons_part"),
    ],
)
def test_a_week_that_its_journal_does_not_post_is_refused(made, owner, posting, week, constraint):
    package_id, week_id = money.committed(made), uuid4()
    journal_id = post_by_hand(owner, made, week_id, posting)
    row = week_row(made, package_id, week_id, journal_id, **week)
    refused(constraint, owner, write, "commissioning_deliveredweek", row)


@pytest.mark.parametrize("changed", [{"source_id": uuid4()}, {"source_kind": "by_hand"}, {"purpose": "other"}])
def test_a_week_needs_a_journal_of_its_own(made, owner, changed):
    package_id, week_id = money.committed(made), uuid4()
    journal_id = post_by_hand(owner, made, week_id, WEEK, **changed)
    row = week_row(made, package_id, week_id, journal_id)
    refused("week_posted_by_its_journal", owner, write, "commissioning_deliveredweek", row)


def test_a_week_is_posted_once_whatever_the_hand(made, owner):
    package_id = money.committed(made)
    first = money.confirmed(made, package_id, quantity=Decimal(1))
    week_id = uuid4()
    journal_id = post_by_hand(owner, made, week_id, WEEK)
    row = week_row(made, package_id, week_id, journal_id)
    refused("week_delivered_once", owner, write, "commissioning_deliveredweek", row)
    owner.rollback()
    refused("source_posted_once", owner, post_by_hand, made, first, WEEK)


def test_nothing_undecided_is_delivered_or_reported(made, owner, entered):
    package_id, week_id = money.proposed(made), uuid4()
    journal_id = post_by_hand(owner, made, week_id, WEEK)
    row = week_row(made, package_id, week_id, journal_id)
    refused("delivered_week_of_decided_package", owner, write, "commissioning_deliveredweek", row)
    app = entered(made.commissioner)
    report = {"id": uuid4(), "package_id": package_id, "person_id": made.person.id, "week_starts_on": money.FIRST_DAY,
              "quantity": 1, "reported_by_id": made.commissioner.id, "reported_at": "2026-11-02T09:00:00Z"}  # fmt: skip
    refused("reported_week_of_decided_package", app, write, "commissioning_reportedweek", report)


@pytest.mark.parametrize("part", PARTS)
def test_what_was_bought_decided_and_delivered_is_never_edited(made, owner, entered, part):
    from joinedup.commissioning.actions import report_week

    package_id = money.committed(made)
    care.do(report_week, made.provider, package_id=package_id, week_starts_on=money.FIRST_DAY, quantity=Decimal(1))
    money.confirmed(made, package_id)
    for verb in (f"update commissioning_{part} set person_id = person_id where package_id = %s",
                 f"delete from commissioning_{part} where package_id = %s"):  # fmt: skip
        refused("commissioning_is_append_only", owner, run, verb, package_id)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            entered(made.commissioner).execute(verb, [package_id])
    for table in (*PARTS, "package", "delegation"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute(f"truncate commissioning_{table} cascade")
        owner.rollback()
