"""Is what the NHS pays of a week kept, bought and posted beside the person's part, the three being the whole?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import psycopg
import pytest
from pypdf import PdfReader

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.by_hand import refused, row_of, write
from tests.steps.test_commissioning import lines_of
from tests.steps.test_commissioning_refusals import split_row
from tests.steps.test_delivered_weeks_refusals import post_by_hand, week_row

REST_PENCE = money.NURSED_WEEK_PENCE - money.NURSING_PENCE - money.NURSED_CHARGE_PENCE
HEALTHCARE = {**money.NURSED, "free_service": {"kind": "nhs_continuing_healthcare"}}


@pytest.fixture
def made(database) -> money.Scene:
    return money.in_a_nursing_home(money.scene(limit_pence=200_000))


# The charge


def test_a_charge_keeps_what_the_nhs_pays_for_nursing_and_the_three_are_the_whole(made):
    from joinedup.funding.queries import charge_of, statement_of
    from joinedup.funding.statement_pdf import statement_pdf

    assessment_id = money.nursed(made)
    row = make.run("select weekly_charge_pence, nhs_pays_pence, council_pays_pence, weekly_cost_pence from "
                   "funding_assessment where id = %s", [assessment_id])[0]  # fmt: skip
    assert row[:2] == (money.NURSED_CHARGE_PENCE, money.NURSING_PENCE)
    assert sum(row[:3]) == row[3] == money.NURSED_WEEK_PENCE
    with care.acting(made.care.nurse) as caller:
        shown = charge_of(caller, assessment_id)
        _, statement = statement_of(caller, assessment_id)
    assert shown.nhs_pays_pence == money.NURSING_PENCE
    dearer = replace(shown, top_up_pence=8_050)
    printed = " ".join(page.extract_text() for page in PdfReader(
        BytesIO(statement_pdf(dearer, statement, (), care.now().date()))).pages)  # fmt: skip
    for words in ("The NHS pays", "£267.68", "£633.87", "On top of it for a dearer home", "£80.50"):
        assert words in printed
    nursing, *_ = (each for each in statement.lines if each.text.startswith("The NHS pays this for nursing"))
    assert nursing.figure is not None
    assert "267.68" in nursing.figure[0]
    told = make.run("select detail::text from person_timelineentry where person_id = %s and kind = 'charge'",
                    [made.person.id])[0][0]  # fmt: skip
    assert "267.68" in told


def test_under_continuing_healthcare_the_nhs_pays_all_of_it(made):
    money.nursed(made, case=HEALTHCARE)
    row = make.run("select weekly_charge_pence, nhs_pays_pence, council_pays_pence from funding_assessment "
                   "where plan_id = %s", [made.plan_id])  # fmt: skip
    assert row == [(0, money.NURSED_WEEK_PENCE, 0)]


# The package and its weeks


def committed(made: money.Scene, **words) -> object:
    package_id = money.nursed_package(made, **words)
    money.decided(made, package_id)
    return package_id


def parts_of_week(package_id) -> list[tuple[int, int, int]]:
    return make.run("select amount_pence, person_pence, nhs_pence from commissioning_deliveredweek "
                    "where package_id = %s order by week_starts_on", [package_id])  # fmt: skip


def journal_of(package_id, week: date = money.FIRST_DAY) -> object:
    return make.run("select journal_id from commissioning_deliveredweek where package_id = %s and week_starts_on = %s",
                    [package_id, week])[0][0]  # fmt: skip


def test_a_package_in_a_nursing_home_is_borne_by_three_and_its_weeks_post_nursing_on_its_own_line(made):
    from joinedup.commissioning.queries import package_of

    package_id = committed(made)
    assert money.splits(package_id) == {
        "person": money.NURSED_CHARGE_PENCE, "nhs": money.NURSING_PENCE, "pooled_fund": REST_PENCE
    }  # fmt: skip
    money.confirmed(made, package_id)
    lines = lines_of(journal_of(package_id))
    assert lines["cost-funded-nursing-care:nhs"] == money.NURSING_PENCE
    assert lines["cost-nursing-home:people"] == lines["receivable:people"] == money.NURSED_CHARGE_PENCE
    assert lines["cost-nursing-home:nhs"] + lines["cost-nursing-home:council"] == REST_PENCE
    costs = {name: pence for name, pence in lines.items() if name.startswith("cost-")}
    assert sum(costs.values()) == money.NURSED_WEEK_PENCE
    with care.acting(made.commissioner) as caller:
        shown = package_of(caller, package_id, care.now())
    assert [payer for payer, _ in shown.splits] == ["The person", "The NHS", "The pooled fund"]
    assert sum(pence for _, pence in shown.partners) == REST_PENCE
    assert shown.weeks[-1].nhs_pence == money.NURSING_PENCE


def test_a_newer_charge_of_a_nursed_week_moves_nothing_of_the_nhs(made):
    from tests.steps.test_adjusted_weeks import posted

    in_september = datetime(2026, 9, 28, 12, tzinfo=UTC)
    money.nursed(made, case=money.NURSED | {"as_at": "2026-10-05"}, at=in_september)
    package_id = committed(made)
    money.confirmed(made, package_id)
    before = lines_of(journal_of(package_id))
    more = [{"kind": "state_pension", "weekly": "230.25"}, {"kind": "other", "weekly": "7.00"}]
    money.nursed(made, case=money.NURSED | {"as_at": "2026-10-05", "income": more}, at=in_september + timedelta(days=1))
    [row] = posted(made, package_id)
    journal = make.run("select journal_id from commissioning_adjustedweek where id = %s", [row])[0][0]
    moved = lines_of(journal)
    assert moved["cost-nursing-home:people"] == moved["receivable:people"] == 700
    assert moved["cost-nursing-home:nhs"] + moved["cost-nursing-home:council"] == -700
    assert "cost-funded-nursing-care:nhs" in before.keys() - moved.keys()
    assert make.run("select count(*) from access.ledger_faults(%s)", [made.fund_id]) == [(0,)]


def test_a_cut_week_is_borne_by_its_days_and_the_other_place_takes_up_the_nursing_after_a_move(made):
    from joinedup.commissioning.actions import confirm_delivered_week
    from tests.steps.test_handover import MOVES_ON, answered, bought_there, ended_here, offered, other_place

    there = other_place(limit_pence=200_000)
    package_id = committed(made, quantity_per_week=Decimal(1))
    answered(there.coordinator, offered(made, there))
    make.grant(there.commissioner.id, made.person.id)
    ended_here(made, package_id)
    there_id = bought_there(made, there, quantity_per_week=Decimal(1), rate_pence=money.NURSED_WEEK_PENCE)
    assert money.splits(there_id) == money.splits(package_id)
    money.decided(made, there_id, there.officer)
    money.confirmed(made, package_id)
    money.confirmed(made, package_id, money.WEEKS[1], quantity=Decimal("0.43"))
    care.do(confirm_delivered_week, there.commissioner, package_id=there_id, week_starts_on=MOVES_ON)
    whole = (money.NURSED_WEEK_PENCE, money.NURSED_CHARGE_PENCE, money.NURSING_PENCE)
    cut = (47_300, round(money.NURSED_CHARGE_PENCE * 3 / 7), round(money.NURSING_PENCE * 3 / 7))
    assert parts_of_week(package_id) == [whole, cut]
    assert parts_of_week(there_id) == [whole]
    assert lines_of(journal_of(there_id, MOVES_ON))["cost-funded-nursing-care:nhs"] == money.NURSING_PENCE


def test_a_week_that_cost_less_than_the_nursing_is_the_nhs_alone_and_the_person_pays_nothing(made):
    package_id = committed(made)
    money.confirmed(made, package_id, quantity=Decimal("0.20"))
    assert parts_of_week(package_id) == [(22_000, 0, 22_000)]
    assert lines_of(journal_of(package_id)) == {"cost-funded-nursing-care:nhs": 22_000, "payable:nhs": -22_000}


def test_under_continuing_healthcare_every_package_is_posted_to_the_nhs(made):
    money.nursed(made, case=HEALTHCARE)
    package_id = committed(made)
    assert money.splits(package_id) == {"nhs": money.NURSED_WEEK_PENCE}
    money.confirmed(made, package_id)
    assert lines_of(journal_of(package_id)) == {
        "cost-continuing-healthcare:nhs": money.NURSED_WEEK_PENCE, "payable:nhs": -money.NURSED_WEEK_PENCE
    }  # fmt: skip


def test_nursing_is_put_on_no_other_line_and_taken_up_once(made):
    money.nursed(made)
    at_home = make.run("select id from plan_line where plan_id = %s and service_code = 'home_care'", [made.plan_id])
    morning = money.proposed(made, line_id=at_home[0][0], quantity_per_week=Decimal(1))
    assert money.splits(morning) == {"person": money.RATE_PENCE}
    room = money.nursed_package(made, rate_pence=80_000, quantity_per_week=Decimal("0.5"))
    again = money.nursed_package(made, rate_pence=80_000, quantity_per_week=Decimal("0.5"))
    assert money.splits(room)["nhs"] == money.NURSING_PENCE
    assert "nhs" not in money.splits(again)


def test_while_bodies_disagree_nursing_stays_the_nhss_and_the_end_moves_only_the_rest(made):
    package_id = money.nursed_package(made)
    dispute_id = money.disputed(made, package_id)
    money.decided(made, package_id)
    money.confirmed(made, package_id)
    assert lines_of(journal_of(package_id))["cost-nursing-home:council"] == REST_PENCE
    assert lines_of(journal_of(package_id))["cost-funded-nursing-care:nhs"] == money.NURSING_PENCE
    money.settled(made, dispute_id, money.partner_bodies(made)["nhs"])
    owed = make.run("select amount_pence from commissioning_settledweek where dispute_id = %s", [dispute_id])
    assert owed == [(REST_PENCE,)]


# What the database refuses


@pytest.mark.parametrize(
    "parts",
    [
        {"person": money.NURSED_CHARGE_PENCE, "pooled_fund": money.NURSED_WEEK_PENCE - money.NURSED_CHARGE_PENCE},
        {"nhs": money.NURSING_PENCE + 1, "pooled_fund": money.NURSED_WEEK_PENCE - money.NURSING_PENCE - 1},
        {"nhs": money.NURSING_PENCE - 1, "pooled_fund": money.NURSED_WEEK_PENCE - money.NURSING_PENCE + 1},
    ],
    ids=["forgotten", "too-much", "too-little"],
)
def test_a_part_of_the_nhs_that_is_not_the_charges_is_refused_when_the_transaction_ends(made, owner, parts):
    package_id = money.nursed_package(made)
    make.run("update commissioning_package set state = 'ended', ends_on = starts_on, ended_why = 'x' where id = %s",
             [package_id])  # fmt: skip
    package = row_of("commissioning_package", package_id, state="proposed", ends_on=None, ended_why="", version=1)
    write(owner, "commissioning_package", package)
    for payer, pence in parts.items():
        write(owner, "commissioning_split", split_row(package, payer, pence))
    refused("nhs_pays_what_the_charge_says", owner, psycopg.Connection.commit)


PEOPLE = {"cost-nursing-home:people": 6_232, "payable:people": -6_232}
NURSING = {"cost-funded-nursing-care:nhs": 26_768, "payable:nhs": -26_768}
SHARED = {"cost-nursing-home:nhs": 26_768, "payable:nhs": -26_768}
MORE = {"cost-nursing-home:people": 10_000, "payable:people": -10_000, "cost-nursing-home:council": -3_768,
        "payable:council": 3_768}  # fmt: skip


@pytest.mark.parametrize(
    ("posting", "week", "constraint"),
    [
        (PEOPLE | NURSING, {}, ""),
        (PEOPLE | NURSING, {"nhs_pence": 0}, "week_with_the_nhs_part"),
        (PEOPLE | NURSING, {"nhs_pence": 26_767}, "week_with_the_nhs_part"),
        (MORE | NURSING, {"person_pence": 10_000}, "delivered_week_is_something"),
        (PEOPLE | SHARED, {}, "week_posted_by_its_journal"),
        (PEOPLE | {"cost-continuing-healthcare:nhs": 26_768, "payable:nhs": -26_768}, {}, "week_posted_by_its_journal"),
        (PEOPLE | NURSING | {"cost-continuing-healthcare:nhs": 1, "cost-nursing-home:nhs": -1}, {},
         "week_posted_by_its_journal"),
    ],
)  # fmt: skip
def test_a_week_that_does_not_post_the_nhs_part_is_refused(made, owner, posting, week, constraint):
    package_id, week_id = committed(made), uuid4()
    codes = dict(make.run("select p.side, b.code from ledger_fundpartner p join places_body b on b.id = p.body_id "
                          "where p.fund_id = %s", [made.fund_id]))  # fmt: skip
    named = {_account(name, codes): pence for name, pence in posting.items()}
    journal_id = post_by_hand(owner, made, week_id, named)
    row = week_row(made, package_id, week_id, journal_id, **{
        "quantity": Decimal("0.30"), "amount_pence": 33_000, "person_pence": 6_232, "nhs_pence": 26_768
    } | week)  # fmt: skip
    if not constraint:
        write(owner, "commissioning_deliveredweek", row)
        return
    refused(constraint, owner, write, "commissioning_deliveredweek", row)


def _account(name: str, codes: dict[str, str]) -> str:
    purpose, _, holder = name.partition(":")
    return f"{purpose}:{codes.get(holder, holder)}"


def test_rules_and_database_name_the_same_account_of_the_nhs(made):
    from joinedup.commissioning.rules import nhs_account

    for case in (money.NURSED, HEALTHCARE):
        charge_id = money.nursed(made, case=case)
        for service in ("nursing_home", "care_home", "home_care"):
            asked = make.run("select coalesce(access.nhs_cost_purpose(%s, %s), '')", [charge_id, service])
            assert asked == [(nhs_account(case, service),)]
