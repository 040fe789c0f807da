"""Is a delivered week reported by the provider, confirmed once, posted to the penny, and never before it is over?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.money_scene import refused, splits


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def test_the_provider_reports_and_somebody_who_commissions_confirms(made):
    from joinedup.base.errors import NotAllowed
    from joinedup.commissioning.actions import confirm_delivered_week, report_week
    from joinedup.commissioning.queries import package_of

    package_id = money.committed(made)
    week = {"package_id": package_id, "week_starts_on": money.FIRST_DAY}
    care.do(report_week, made.provider, quantity=Decimal("5.5"), **week)
    refused("week-reported-once", care.do, report_week, made.provider, quantity=Decimal(7), **week)
    with pytest.raises(NotAllowed):
        care.do(confirm_delivered_week, made.provider, **week)
    money.confirmed(made, package_id)
    row = make.run("select quantity, amount_pence, person_pence from commissioning_deliveredweek where package_id = %s",
                   [package_id])  # fmt: skip
    assert row == [(Decimal("5.50"), 12925, money.CHARGE_PENCE)]
    with care.acting(made.provider) as caller:
        shown = package_of(caller, package_id, care.now())
        assert (shown.splits, shown.charge, shown.decision.fund_code) == ((), None, "")
        assert shown.weeks[-1].reported_by == "Pia Provider"


def test_a_provider_sees_and_reports_its_own_packages_only(made):
    from joinedup.base.errors import NotFound
    from joinedup.commissioning.actions import report_week
    from joinedup.commissioning.queries import board, package_of

    package_id = money.committed(made)
    other = care.worker("provider", made.place_id, "provider")
    make.grant(other.id, made.person.id)
    with care.acting(other) as caller:
        assert board(caller).committed == ()
        with pytest.raises(NotFound):
            package_of(caller, package_id, care.now())
    with pytest.raises(NotFound):
        care.do(report_week, other, package_id=package_id, week_starts_on=money.FIRST_DAY, quantity=Decimal(1))


def test_little_care_costs_the_person_no_more_than_the_care(made):
    package_id = money.committed(made)
    week_id = money.confirmed(made, package_id, quantity=Decimal(1))
    row = make.run("select amount_pence, person_pence from commissioning_deliveredweek where id = %s", [week_id])
    assert row == [(2350, 2350)]


def test_a_week_is_posted_once_and_only_when_it_is_over(made):
    package_id = money.committed(made)
    money.confirmed(made, package_id)
    refused("week-delivered-once", money.confirmed, made, package_id)
    refused("week-not-over", money.confirmed, made, package_id, date(2026, 11, 2))
    refused("week-not-over", money.confirmed, made, package_id, date(2026, 10, 6))
    refused("week-not-over", money.confirmed, made, package_id, date(2026, 9, 28))
    refused("week-quantity", money.confirmed, made, package_id, money.WEEKS[1], quantity=Decimal("7.25"))
    assert make.run("select count(*) from ledger_journal where fund_id = %s", [made.fund_id]) == [(1,)]


def test_a_week_confirmed_twice_at_once_is_posted_once(made):
    package_id = money.committed(made)
    answers = care.at_once(*[lambda: money.confirmed(made, package_id)] * 2)
    assert len([each for each in answers if isinstance(each, Exception)]) == 1
    assert make.run("select count(*) from ledger_journal where fund_id = %s", [made.fund_id]) == [(1,)]


def test_nothing_undecided_is_delivered_and_a_closed_period_takes_no_week(made):
    from joinedup.ledger.actions import close_period

    proposal = money.proposed(made)
    refused("package-not-decided", money.confirmed, made, proposal)
    money.decided(made, proposal)
    care.do(close_period, made.officer, fund_id=made.fund_id, through=date(2026, 10, 15), expected_version=1)
    refused("journal-in-open-period", money.confirmed, made, proposal)
    money.confirmed(made, proposal, money.WEEKS[1])


def test_an_ended_package_takes_the_weeks_before_its_end(made):
    from joinedup.base.errors import Conflict
    from joinedup.commissioning.actions import end_package

    package_id = money.committed(made)
    words = {"package_id": package_id, "ends_on": date(2026, 10, 14), "why": "In hospital"}
    with pytest.raises(Conflict):
        care.do(end_package, made.commissioner, expected_version=1, **words)
    assert care.do(end_package, made.commissioner, expected_version=2, **words) == 3
    refused("package-is-not-rewritten", care.do, end_package, made.commissioner, expected_version=3, **words)
    money.confirmed(made, package_id, money.WEEKS[1], quantity=Decimal(2))
    refused("week-not-over", money.confirmed, made, package_id, money.WEEKS[2])
    assert splits(money.proposed(made, starts_on=date(2026, 10, 14)))["person"] == money.CHARGE_PENCE


def test_sql_and_rules_round_a_week_alike(database):
    from joinedup.commissioning.rules import weekly_cost

    pairs = [(Decimal(n) / 100, rate) for n in (1, 25, 33, 50, 725, 99999) for rate in (1, 2, 3, 199, 2350, 2351)]
    for quantity, rate in pairs:
        assert make.run("select round(%s::numeric * %s)", [quantity, rate]) == [(weekly_cost(quantity, rate),)]
